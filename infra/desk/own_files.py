"""Files and folders that belong to one entity: no other entity's command uses them, and none takes them for files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from infra.desk.problems import Problem, Stopped

if TYPE_CHECKING:
    from infra.settings import Settings


def refuse_others(settings: Settings, paths: Iterable[Path]) -> None:
    """Refuse paths to what is another entity's: its archive, archived years, seals, keys and vault.

    A folder that contains such things is refused too, unless a name on the way begins with a dot: folders are read
    without these. Raises Stopped.
    """
    problems = [
        Problem("other_entitys_files", _SENTENCE.format(path=path)) for path in paths if _others(settings, path)
    ]
    if problems:
        raise Stopped(*problems)


def refuse_own(settings: Settings, paths: Iterable[Path]) -> None:
    """Refuse to take in what is the entity's own, such as its keys, or a folder with that in it; raises Stopped."""
    kept = [one.resolve() for one in settings.own_places if one.exists()]
    problems = [
        Problem("own_files", _OWN.format(path=given))
        for given in (path.resolve() for path in paths)
        if any(given.is_relative_to(own) or _has(given, own) for own in kept)
    ]
    if problems:
        raise Stopped(*problems)


def _has(folder: Path, place: Path) -> bool:
    """Whether a folder has this place in it; what is below a name that begins with a dot is never read from it."""
    return place.is_relative_to(folder) and not any(part.startswith(".") for part in place.relative_to(folder).parts)


def _others(settings: Settings, path: Path) -> bool:
    given = path.resolve()
    return any(_holds_others(settings, given, own.resolve()) for own in settings.own_places)


def _holds_others(settings: Settings, given: Path, own: Path) -> bool:
    """Whether the path lies beside the entity's own place, or contains what lies there."""
    beside = own.parent
    if given.is_relative_to(beside) and given != beside:
        return _is_others(settings, beside, given.relative_to(beside).parts[0])
    return (
        _has(given, beside)
        and beside.is_dir()
        and any(_is_others(settings, beside, one.name) for one in beside.iterdir())
    )


def _is_others(settings: Settings, beside: Path, name: str) -> bool:
    """Whether what has this name beside the entity's own place is another entity's.

    Below the data folder everything there is somebody's. A folder that the operator chose may also have other things,
    so there the name must be that of an entity, which has a master key.
    """
    entity = _entity(name)
    below = settings.data_dir.resolve() in beside.parents
    return entity != settings.entity and (below or settings.vault_key.with_name(f"{entity}.key").exists())


def _entity(name: str) -> str:
    """The entity after which a folder or a file of a key is named."""
    return name.partition(".")[0]


_OWN = (
    "{path} is, or contains, what the books themselves are kept in, such as keys or archived files. Give the file or "
    "folder that you received; keep that outside the data folder"
)
_SENTENCE = (
    "{path} is, or contains, the archive, seals or keys of another entity. Give the file or folder that you received, "
    "or work for that entity with --entity"
)
