"""What it means that a bank refused a direct debit, by the reason's code, as dated data with its source.

A reason says whether the same may be collected again, whether the payer must be asked first, or whether nothing more
may be collected with the mandate as it is: there is none, it was withdrawn, or its account cannot be debited.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final, Literal, NamedTuple

from ledger.domain.cash.mandate_facts import Scheme
from ledger.domain.cash.schemes import begun

Meaning = Literal["again", "payer", "mandate"]


class ReasonRule(NamedTuple):
    """What the codes of some schemes mean from a day on; a bank's code that is not here means that the payer is asked.

    `form` is how a code of a bank is written; any other reason was given by a person.
    """

    schemes: tuple[Scheme, ...]
    from_on: date
    form: re.Pattern[str]
    codes: Mapping[str, Meaning]
    source: str
    confirmed: bool


# The code is written with the record that has it, as in AG-82-1. The manual itself was not at hand. One digit is of the
# payment specification, two digits are of the list of rejected payments (82) and of refunds (77); 03 and 11 are
# payments that were cancelled with their mandate or bankgiro.
_BANKGIROT: Final = (
    "Bankgirot, Bg Autogiro, Technical Manual, July 2016, 8.2.2 and 8.4.3, as public readers of these files and guides "
    "repeat it"
)
_AUTOGIRO: Final[Mapping[str, Meaning]] = {
    # No cover; the bank tries again; an account is being changed or a mandate entered.
    **dict.fromkeys(("AG-82-1", "AG-82-9", "AG-82-4"), "again"),
    # Account closed or mandate withdrawn; no mandate; account not approved or closed; mandate stopped.
    **dict.fromkeys(("AG-82-2", "AG-82-01", "AG-82-02", "AG-82-03"), "mandate"),
    # Wrong bankgiro of the payer.
    "AG-82-04": "mandate",
    # What is wrong with our order: bankgiro, period, number of payments, amount, wrong day or past, other bankgiro.
    **dict.fromkeys(
        ("AG-82-05", "AG-82-06", "AG-82-07", "AG-82-08", "AG-82-12", "AG-82-13", "AG-82-15"),
        "again",
    ),
    # More than the payer allowed.
    "AG-82-24": "payer",
    # Refunds: no mandate was given; it was withdrawn; more than the payer had to expect.
    **dict.fromkeys(("AG-77-01", "AG-77-02"), "mandate"),
    "AG-77-03": "payer",
}
_AUTOGIRO_FORM: Final = re.compile(r"AG-[0-9]{2}(-[0-9]{1,2})?")

# The guidance itself was not at hand. Banks that may not say more give MS03 for any reason, so the payer is asked.
_EPC: Final = (
    "European Payments Council, EPC173-14, Guidance on Reason Codes for SDD R-transactions, with ISO 20022, "
    "ExternalStatusReason1Code and ExternalReturnReason1Code, as manuals of banks repeat them"
)
_SEPA: Final[Mapping[str, Meaning]] = {
    # No cover; settlement failed; too late; wrong day, file, kind of order or creditor: nothing that the payer said.
    **dict.fromkeys(("AM04", "ED05", "TM01", "DT01", "FF01", "FF05", "AG02", "BE05", "CNOR"), "again"),
    # No mandate, or one that lacks something; payer dead.
    **dict.fromkeys(("MD01", "MD02", "MD07"), "mandate"),
    # Account wrong, closed, blocked, of a consumer, or not for direct debits; bank wrong or not in the scheme.
    **dict.fromkeys(("AC01", "AC04", "AC06", "AC13", "AG01", "RC01", "DNOR", "RR01"), "mandate"),
    # The payer lets no direct debits be taken, or none of ours.
    **dict.fromkeys(("SL01", "SL11", "SL12"), "mandate"),
    # The payer wants it back or refuses it; reasons that the bank does not say; more, or more often, than allowed.
    **dict.fromkeys(("MD06", "MS02", "MS03", "SL13", "SL14"), "payer"),
}
_SEPA_FORM: Final = re.compile(r"[A-Z]{2}[0-9A-Z]{2}")

RULES: Final[tuple[ReasonRule, ...]] = (
    ReasonRule(("autogiro",), date(2016, 7, 1), _AUTOGIRO_FORM, _AUTOGIRO, _BANKGIROT, False),
    ReasonRule(("sepa_core", "sepa_b2b"), date(2016, 11, 20), _SEPA_FORM, _SEPA, _EPC, False),
)


def rule_of(scheme: Scheme, on: date) -> ReasonRule:
    """What the codes of a scheme mean on a day; before the first of its rules, that one."""
    return begun([one for one in RULES if scheme in one.schemes], on)


def meaning_of(scheme: Scheme, reason_code: str, on: date, *, taken_back: bool) -> Meaning:
    """What a reason means for the next collection; `taken_back` if the payment had been made.

    A reason in a person's own words lets a payment that was never made be collected again, because the person knew it.
    What was taken back for no reason that is known is the payer's to explain.
    """
    rule = rule_of(scheme, on)
    unknown: Meaning = "payer" if taken_back or rule.form.fullmatch(reason_code) else "again"
    # Payments that were cancelled together with their mandate have the record's code in front, whatever the answer is.
    if scheme == "autogiro" and reason_code.startswith(("AG-03", "AG-11")):
        return "mandate"
    return rule.codes.get(reason_code, unknown)
