"""Files and folders that belong to one entity: a command of another entity neither reads nor writes them."""

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


def _others(settings: Settings, path: Path) -> bool:
    given = path.resolve()
    return any(_holds_others(settings, given, own.resolve()) for own in settings.own_places)


def _holds_others(settings: Settings, given: Path, own: Path) -> bool:
    """Whether the path lies beside the entity's own place, or contains what lies there."""
    beside = own.parent
    if given.is_relative_to(beside) and given != beside:
        return _is_others(settings, beside, given.relative_to(beside).parts[0])
    if not beside.is_relative_to(given) or any(part.startswith(".") for part in beside.relative_to(given).parts):
        return False
    return beside.is_dir() and any(_is_others(settings, beside, one.name) for one in beside.iterdir())


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


_SENTENCE = (
    "{path} is, or contains, the archive, seals or keys of another entity. Give the file or folder that you received, "
    "or work for that entity with --entity"
)
