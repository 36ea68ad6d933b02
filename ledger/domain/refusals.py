"""Refusals of commands, each with a stable code; listed here are the codes that belong to no single noun."""

from __future__ import annotations

from typing import Final

# A noun's own codes are registered with the noun; `catalogue.CATALOGUE.refusals` contains all codes.
REFUSALS: Final[dict[str, str]] = {
    "actor_unknown": (
        "Only a person of the entity may record something; everybody else may only read. Let an administrator run "
        "`reskontra person register`, or `reskontra person give-sign-in` for a person who has another sign-in already."
    ),
    "amount_impossible": (
        "An amount has at most 10^15 minor units, up or down, and so has the sum of a command's amounts of one kind; "
        "check the amount."
    ),
    "amount_not_positive": "The amount must be above zero.",
    "approver_is_requester": "A person cannot decide their own request; another person must decide it.",
    "code_malformed": (
        "A reason, or another code, has 1 to 64 letters, digits, '.', '_' or '-', such as PAID_TWICE, and is no "
        "personal number, because it is kept for ever. Put words into the vault: `reskontra vault put ACCOUNT --kind "
        "reason_text`."
    ),
    "concurrent_change": "Other commands kept changing the same data, so nothing was recorded. Run the command again.",
    "currency_differs": "The currency differs from the item's currency.",
    "currency_unknown": "ISO 4217 lists no such currency; give its code of three capital letters, such as SEK.",
    "day_cannot_hold": "The decision cannot hold from that day on; give no day, or the first possible one.",
    "day_far": (
        "This day is further ahead or back than the day of what is recorded may be; check the year. The first and the "
        "last possible day are named here: the entity's terms days_back and days_ahead give them, but an invoice may "
        "be dated 366 days ahead, and money that a person records was received at the latest today."
    ),
    "day_impossible": "Days are from 1900-01-01 to 2199-12-31; check the year.",
    "duty_ended": "The person had a duty for this, but does not have it today; an administrator can give it again.",
    "duty_missing": (
        "This is not among the person's duties. Somebody who has one of the duties named here can do it, or an "
        "administrator can give one: `reskontra person give-duty`."
    ),
    "fact_already_recorded": (
        "Something else is already recorded under this id, or the same under another idempotency key. Look at it, and "
        "give what is new another id; repeat a command with the key that it had."
    ),
    "id_malformed": (
        "An id has 1 to 64 letters, digits, '.', '_' or '-'. That of an invoice has at most 62 and that of an account "
        "at most 50, because other ids are made of them."
    ),
    "job_without_duty": "No job of this name may do that; a person must do it.",
    "key_reused": (
        "The idempotency key, for an invoice with an id also that id, was already used for a command with other "
        "content. Look at what it recorded: repeat a command in the same words, and give what is new another key or id."
    ),
    "limit_passed": (
        "This is more than the person's duties may decide; the limit is named here, with what is left of it. Somebody "
        "with a higher limit can decide it, or another manager or approver can grant an exception: `reskontra limit "
        "except`. What was decided counts in its month even if it is reversed."
    ),
    "list_too_long": "This list has more entries than one command may have; give them in several commands.",
    "number_impossible": "This number is beyond what books can have; check it.",
    "period_closed": (
        "The period of that accounting date is closed, so nothing counts in it any more. Give the first open day, or "
        "give no accounting date."
    ),
    "period_closed_softly": (
        "The period of that accounting date is softly closed, so only somebody with the duty finance can ask for a day "
        "of it. Give the first open day, or give no accounting date."
    ),
    "personal_number_given": (
        "A personal identity number is in what was given; the field is named here. Facts are kept for ever, so no id, "
        "code or text of them has one. Use a random id, and put the number into the vault: `reskontra vault put`."
    ),
    "reason_missing": "The command needs a reason code.",
    "text_malformed": (
        "This text is too long or blank, or has something that is no visible character: a line end, or marks that "
        "control a terminal or the direction of writing. Type it again as one line."
    ),
    "word_unknown": "This field has one of the words that are named here; give one of them.",
}


class Refused(Exception):
    """Raised for a command that the book refuses: `code` is in the catalogue, `about` gives the ids concerned."""

    def __init__(self, code: str, about: str = "") -> None:
        super().__init__(f"{code} ({about})" if about else code)
        self.code = code
        self.about = about
