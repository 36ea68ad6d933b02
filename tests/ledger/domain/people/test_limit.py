"""The limit: how much a duty may decide at once and in a month, dated, by kind and currency."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from ledger.domain.cash.refund import ApproveRefund
from ledger.domain.catalogue import CATALOGUE
from ledger.domain.disputes_and_relief.write_off import ApproveWriteOff
from ledger.domain.duty import DUTIES, Duty, person_actor
from ledger.domain.fact import Command, NewFact
from ledger.domain.people.limit import DECIDED_BY, LIMITED, LIMITS, Limit, Limited, Limits, LimitSet, SetLimit
from ledger.domain.people.person import EndDuty, GiveDuty
from ledger.domain.people.registration import RegisterPerson
from ledger.domain.receivables.credit_note import IssueCreditNote
from ledger.domain.terms.entity import DeclareTerms, Terms
from tests.kit.book import DAY, Ask, Asked, Book, Raised, by, on

LATER = DAY + timedelta(days=10)


def set_(
    single: int | None = None,
    month: int | None = None,
    from_on: date | None = None,
    currency: str = "SEK",
    set_by: str = "adam",
) -> Asked:
    command = SetLimit(
        set_by=set_by,
        duty="approver",
        kind="write_off",
        currency=currency,
        single_minor=single,
        month_minor=month,
        from_on=from_on,
    )
    return by(person_actor(set_by), command)


def limit_of(duty: Duty, kind: Limited) -> Asked:
    command = SetLimit(set_by="adam", duty=duty, kind=kind, currency="SEK", single_minor=1)
    return by(person_actor("adam"), command)


def limits(*commands: Asked) -> Limits:
    state = Book().given(*commands).states[LIMITS]
    assert isinstance(state, Limits)
    return state


def test_it_is_set_from_a_day_on():
    Book().when(set_(100, 1000, LATER)).then(
        NewFact(
            LIMITS,
            LimitSet(
                duty="approver",
                kind="write_off",
                currency="SEK",
                single_minor=100,
                month_minor=1000,
                from_on=LATER,
            ),
        )
    )


def test_the_one_that_began_last_counts_and_the_newer_of_two_that_began_together():
    found = limits(set_(100), set_(300, from_on=LATER), set_(200), set_(50, from_on=LATER))
    of = [found.of("approver", "write_off", "SEK", day) for day in (DAY, LATER - timedelta(days=1), LATER)]
    assert [one and one.single_minor for one in of] == [200, 200, 50]


def test_without_any_limit_of_its_kind_a_duty_is_not_limited():
    found = limits(set_(100, from_on=LATER))
    assert found.of("approver", "write_off", "SEK", DAY) is None
    assert found.of("approver", "refund", "SEK", LATER) is None
    assert found.of("manager", "write_off", "SEK", LATER) is None


def test_with_a_limit_in_one_currency_nothing_is_admitted_in_another():
    found = limits(set_(100)).of("approver", "write_off", "EUR", DAY)
    assert found is not None
    assert not found.admits(1, 1)


@pytest.mark.parametrize(
    ("limit", "amount", "total", "admitted"),
    [
        (Limit(DAY, 100, 1000), 100, 1000, True),
        (Limit(DAY, 100, 1000), 101, 500, False),
        (Limit(DAY, 100, 1000), 100, 1001, False),
        (Limit(DAY, None, 1000), 1000, 1000, True),
        (Limit(DAY, 100, None), 100, 10**9, True),
        (Limit(DAY, 0, None), 1, 1, False),
    ],
)
def test_it_admits_up_to_its_amounts(limit: Limit, amount: int, total: int, admitted: bool):
    assert limit.admits(amount, total) is admitted


def test_the_same_limit_again_is_nothing_new():
    Book().given(set_(100)).when(set_(100, from_on=LATER)).nothing_new()
    Book().given(set_(100, from_on=LATER)).when(set_(100)).then(
        NewFact(
            LIMITS,
            LimitSet(
                duty="approver", kind="write_off", currency="SEK", single_minor=100, month_minor=None, from_on=DAY
            ),
        )
    )


DECIDING: dict[Limited, type[Command]] = {
    "write_off": ApproveWriteOff,
    "credit": IssueCreditNote,
    "refund": ApproveRefund,
}


def test_a_limit_is_of_a_duty_that_decides_its_kind():
    limited = {act.kind for act in CATALOGUE.acts.values() if act.limited}
    assert limited == set(LIMITED) == set(DECIDED_BY) == set(DECIDING)
    assert {kind: CATALOGUE.duties[command] for kind, command in DECIDING.items()} == DECIDED_BY
    for kind, duties in DECIDED_BY.items():
        for duty in DUTIES:
            ask = Book().when(limit_of(duty, kind))
            _ = (
                ask.then(LimitSet(duty=duty, kind=kind, currency="SEK", single_minor=1, month_minor=None, from_on=DAY))
                if (duty in duties)
                else ask.refused("limit_of_other_duty")
            )


def test_a_limit_without_amounts_lifts_one_that_is_in_force():
    Book().given(set_(100)).when(set_()).then(*Book().given(set_(100)).decide(set_()))
    Book().given(set_(100, from_on=LATER)).when(set_()).refused("limit_without_amount")
    Book().given(set_(100), set_(), set_(100, from_on=LATER)).when(set_(from_on=DAY + timedelta(days=1))).refused(
        "limit_without_amount"
    )


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (Limit(DAY, 100, None), "1.00 SEK at once, any amount in a month"),
        (Limit(DAY, None, 2500), "any amount at once, 25.00 SEK in a month"),
        (Limit(DAY, None, None), "any amount at once, any amount in a month"),
    ],
)
def test_acts_and_history_say_what_is_limited_and_what_is_not(limit: Limit, said: str):
    assert limit.said("SEK") == said
    fact = LimitSet(duty="approver", kind="refund", currency="SEK", **limit._asdict())
    assert CATALOGUE.acts[LimitSet].detail_of(fact) == f"approver refund from {DAY}: {said}"
    assert CATALOGUE.sentence(fact).endswith(f": {said}")
    assert CATALOGUE.amount_minor(fact) is None


# Whoever sets a limit may have its duty themselves.

SEVERAL = DeclareTerms(terms=Terms(currencies=("SEK", "EUR")))
ADAM = by(person_actor("adam"), RegisterPerson(person_id="adam", sign_in="a", duties=("admin",)))


def person(name: str, *duties: Duty) -> Ask:
    return by(person_actor("adam"), RegisterPerson(person_id=name, sign_in=name, duties=duties))


def bound(*before: Ask) -> Book:
    """Eva is an approver and an administrator; Adam, who is no approver, has set the limits."""
    return Book().given(ADAM, person("eva", "admin", "approver"), SEVERAL, *before)


@pytest.mark.parametrize(
    ("before", "asked"),
    [
        ([], set_(100, 1000)),
        ([set_(100, 1000)], set_(99, 1000)),
        ([set_(100, 1000)], set_(100, 999)),
        ([set_(100)], set_(100, 1000)),
        # A month of 100 admits no decision above 100.
        ([set_(100)], set_(month=100)),
        ([set_(month=100)], set_(100, 100)),
        ([set_(100), set_(50, from_on=LATER)], set_(75)),
        # The first limit in one currency takes the duty's authority in every other one.
        ([], set_(10**9)),
    ],
)
def test_whoever_has_the_duty_may_make_its_limits_narrower(before: list[Ask], asked: Asked):
    own = by(person_actor("eva"), replace(asked.command, set_by="eva"))
    bound(*before).do(own)


@pytest.mark.parametrize(
    ("before", "asked"),
    [
        ([set_(100)], set_(101)),
        ([set_(100)], set_()),
        ([set_(100, 1000)], set_(100, 1001)),
        ([set_(100, 1000)], set_(50)),
        ([set_(100)], set_(month=101)),
        ([set_(100)], set_(101, from_on=LATER)),
        ([set_(100, from_on=LATER)], set_(101, from_on=LATER)),
        # In euros, nothing was admitted.
        ([set_(100)], set_(1, currency="EUR")),
        ([set_(100, from_on=LATER)], set_(1, currency="EUR")),
        # It would outlast the wide limit and take the place of a narrow one.
        ([set_(50), set_(100, from_on=LATER), set_(50, from_on=LATER)], set_(75, from_on=LATER)),
    ],
)
def test_nobody_lifts_a_limit_that_binds_them(before: list[Ask], asked: Asked):
    own = by(person_actor("eva"), replace(asked.command, set_by="eva"))
    bound(*before).when(own).refused("limit_of_oneself").when(asked).then(*bound(*before).decide(asked))


def test_a_duty_binds_while_it_is_held_or_will_be():
    eva, adam, lift = person_actor("eva"), person_actor("adam"), set_(200, from_on=LATER, set_by="eva")
    leaves = GiveDuty(person_id="eva", duty="approver", until_on=LATER - timedelta(days=1))
    begins = GiveDuty(person_id="eva", duty="approver", from_on=LATER + timedelta(days=9))
    book = Book().given(ADAM, person("eva", "admin"), set_(100))
    assert book.decide(lift)
    assert book.given(by(adam, leaves)).decide(lift)
    book.given(by(adam, begins)).when(lift).refused("limit_of_oneself")
    ended = on(LATER, by(adam, EndDuty(person_id="eva", duty="approver", reason_code="LEFT")))
    assert book.given(ended).decide(on(LATER, lift._replace(actor=eva)))


def test_it_is_set_by_whoever_acts():
    Book().when(set_(100)._replace(actor=person_actor("bo"))).refused("actor_unknown")


RAISED: Raised = {
    "limit_contradictory": ((), set_(900, 800)),
    "limit_in_the_past": ((), set_(100, from_on=DAY - timedelta(days=1))),
    "limit_malformed": ((), set_(-1)),
    "limit_of_oneself": ((ADAM, person("eva", "admin", "approver"), set_(100)), set_(101, set_by="eva")),
    "limit_of_other_currency": ((), set_(100, currency="EUR")),
    "limit_of_other_duty": ((), limit_of("billing", "write_off")),
    "limit_without_amount": ((), set_()),
}
