"""Options derived from the fields of a struct, built only when their command is used."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer
from typer.core import TyperCommand

if TYPE_CHECKING:
    import msgspec

# A function that returns the struct, so that the struct is imported only when its options are needed.
Derived = Callable[[], "type[msgspec.Struct]"]

_METAVARS: Final[Mapping[Any, str]] = {int: "NUMBER", bool: "true|false"}


def command_with(run: Callable[..., None], derived: Derived) -> type[TyperCommand]:
    """Return the class of a command that runs `run` and has an additional option for each field of a struct."""

    class WithDerived(TyperCommand):
        """A command that builds its options when they are first needed."""

        whole = False

        def get_params(self, ctx: Any) -> Any:
            if not self.whole:
                made = _made(run, derived())
                self.params, self.callback, self.whole = made.params, made.callback, True
            return super().get_params(ctx)

    return WithDerived


def changed(before: msgspec.Struct, given: Mapping[str, Any]) -> Any:
    """Return the struct with the given texts as its new values; an empty text removes a value.

    Raises BadParameter, naming the option, if a text is not a valid value of its field.
    """
    import msgspec

    said = {name: value or None for name, value in given.items() if value is not None and value != []}
    said |= {name: _hundredths(name, text) for name in amounts(type(before)) if (text := said.get(name))}
    try:
        return msgspec.convert(msgspec.to_builtins(before) | said, type(before), strict=False)
    except msgspec.ValidationError as wrong:
        expected, _, path = str(wrong).partition(" - at `$.")
        name = path.partition("[")[0].rstrip("`").partition("`")[0]
        if name in amounts(type(before)):
            expected = "a smaller amount"
        raise typer.BadParameter(f"--{name.replace('_', '-')}: {expected[:1].lower()}{expected[1:]}") from None


def about(struct: type[msgspec.Struct]) -> dict[str, str]:
    """Return the description of each field of a struct, from the field's `msgspec.Meta`."""
    import msgspec

    said = {field.name: getattr(field.type, "__metadata__", ()) for field in msgspec.structs.fields(struct)}
    return {
        name: next((one.description or "" for one in meta if isinstance(one, msgspec.Meta)), "")
        for name, meta in said.items()
    }


def amounts(struct: type[msgspec.Struct]) -> tuple[str, ...]:
    """Return the fields that are amounts in hundredths of a unit, and are typed and shown in units, as in 1.00."""
    import msgspec

    return tuple(
        field.name
        for field in msgspec.structs.fields(struct)
        for one in getattr(field.type, "__metadata__", ())
        if isinstance(one, msgspec.Meta) and (one.extra or {}).get("unit") == "hundredths"
    )


def _hundredths(name: str, text: str) -> int:
    found = re.fullmatch(r"([0-9]{1,9})(?:[.,]([0-9]{1,2}))?", text)
    if found is None:
        raise typer.BadParameter(f"--{name.replace('_', '-')}: expected an amount with at most 2 decimals, as in 1.00")
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def _options(struct: type[msgspec.Struct]) -> Iterator[inspect.Parameter]:
    import msgspec

    said = about(struct)
    for field in msgspec.structs.fields(struct):
        kind = typing.get_args(field.type)[0] if typing.get_origin(field.type) is Annotated else field.type
        several = typing.get_origin(kind) is tuple
        help = f"{said[field.name]} Repeat the option for each value." if several else said[field.name]
        metavar = "AMOUNT" if field.name in amounts(struct) else _metavar(kind)
        option = typer.Option(f"--{field.name.replace('_', '-')}", metavar=metavar, help=help)
        taken: Any = list[str] | None if several else str | None
        yield inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[taken, option]
        )


def _metavar(kind: Any) -> str:
    if typing.get_origin(kind) is Literal:
        return "|".join(map(str, typing.get_args(kind)))
    return _METAVARS.get(kind, "TEXT")


def _made(run: Callable[..., None], struct: type[msgspec.Struct]) -> TyperCommand:
    def given(**values: Any) -> None:
        run(**values)

    taken = [*_options(struct), *inspect.signature(run).parameters.values()]
    given.__signature__ = inspect.Signature(sorted(taken, key=lambda one: one.kind))  # type: ignore[attr-defined]
    given.__doc__ = run.__doc__
    one = typer.Typer(add_completion=False)
    one.command()(given)
    made = typer.main.get_command(one)
    assert isinstance(made, TyperCommand)
    return made
