"""The bounds of what is given from outside: no day, amount, number, text or list of a command is beyond them, and no
text has a personal number.

What is looked at is found from the types of a command's fields, so a new command need not think of it.
"""

from __future__ import annotations

import typing
from collections.abc import Callable
from datetime import date
from functools import cache
from operator import attrgetter
from types import NoneType
from typing import Annotated, Any, ClassVar, Literal, get_args, get_origin

import msgspec

from ledger.domain.days import FIRST_DAY, LAST_DAY
from ledger.domain.grammar import FORMS, LISTS, MOST_MINOR, MOST_PARTS, NUMBERED, WORDS, ends_of
from ledger.domain.national_numbers import has_national_number, has_number_of_a_person
from ledger.domain.refusals import Refused

# Refuses a value that is beyond its bounds.
Check = Callable[[Any], None]


def require_bounds(*given: Any) -> None:
    """Refuse what is beyond its bounds, wherever it is in what is given: commands, envelopes, days, or nothing."""
    for one in given:
        kind = type(one)
        if kind is date:
            _require_day("", one)
        elif one is not None:
            for value_of, check in checks_of(kind):  # type: ignore[arg-type]
                value = value_of(one)
                if value is not None:
                    check(value)


@cache
def checks_of(kind: type[msgspec.Struct]) -> tuple[tuple[Callable[[Any], Any], Check], ...]:
    """For each field of a struct that has bounds: what gives its value, and what refuses one beyond its bounds."""
    hints, from_bank = typing.get_type_hints(kind), getattr(kind, "from_bank", ())
    found = ((name, check_of(name, hints[name], name in from_bank)) for name in kind.__struct_fields__)
    return tuple((attrgetter(name), check) for name, check in found if check is not None)


def check_of(name: str, hint: Any, from_bank: bool = False) -> Check | None:
    """What refuses a value of a field with this name and type; null if every value of the type is possible.

    What a bank said may have a personal number in it, because a fact of the bank is never refused.
    """
    options = [option for option in _options(hint) if option is not NoneType]
    checks = [check for check in (_check_of(name, option, from_bank) for option in options) if check is not None]
    if not checks:
        return None
    if all(get_origin(option) is Literal for option in options):
        return _word(name, frozenset(word for option in options for word in get_args(option)))
    assert len(options) == 1, f"{name} may be of several types, so its bounds are not clear"
    return checks[0]


def _options(hint: Any) -> list[Any]:
    if get_origin(hint) is Annotated:
        return _options(get_args(hint)[0])
    if get_origin(hint) in (None, tuple, Literal, ClassVar):
        return [hint]
    return [option for one in get_args(hint) for option in _options(one)]


def _check_of(name: str, option: Any, from_bank: bool) -> Check | None:
    if get_origin(option) is tuple:
        return _list(name, get_args(option)[0], from_bank)
    if get_origin(option) is Literal:
        return _word(name, frozenset(get_args(option)))
    if option is str:
        return _text(name, from_bank)
    if option is int:
        return _number(name)
    if option is date:
        return lambda value: _require_day(name, value)
    if isinstance(option, type) and issubclass(option, msgspec.Struct):
        return require_bounds
    return None


def _text(name: str, from_bank: bool) -> Check:
    wrong, expected = FORMS.get(name, WORDS)
    is_personal = has_number_of_a_person if name in NUMBERED else has_national_number

    def check(value: str) -> None:
        if not from_bank and is_personal(value):
            raise Refused("personal_number_given", name)
        code = wrong(value)
        if code is not None:
            # The value is not told: it may name a person, or be what a terminal cannot show.
            raise Refused(code, f"{name}: {expected}")

    return check


def _number(name: str) -> Check:
    first, last = ends_of(name)
    code, expected = "number_impossible", f"{name}: {first} to {last}"
    if last == MOST_MINOR:
        code, expected = "amount_impossible", f"{name}: -10^15 to 10^15 minor units"

    def check(value: int) -> None:
        if not first <= value <= last:
            raise Refused(code, expected)

    return check


def _word(name: str, words: frozenset[str]) -> Check:
    expected = ", ".join(sorted(words))

    def check(value: str) -> None:
        if value not in words:
            raise Refused("word_unknown", f"{name}: {expected}")

    return check


def _list(name: str, hint: Any, from_bank: bool) -> Check:
    most, check_part = LISTS.get(name, MOST_PARTS), check_of(name, hint, from_bank)
    amounts = [(one, attrgetter(one)) for one in getattr(hint, "__struct_fields__", ()) if one.endswith("_minor")]

    def check(value: tuple[Any, ...]) -> None:
        if len(value) > most:
            raise Refused("list_too_long", f"{name}: up to {most}")
        if check_part is not None:
            for one in value:
                check_part(one)
        if len(value) > 1:
            for field, amount_of in amounts:
                if sum(abs(amount_of(one) or 0) for one in value) > MOST_MINOR:
                    raise Refused("amount_impossible", f"{name}: {field} sums up to 10^15 minor units")

    return check


def _require_day(name: str, day: date) -> None:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Refused("day_impossible", f"{name} {day.isoformat()}".strip())
