"""The traits of a format: what proves its files, the direction of its money, and whether it is intraday."""

from __future__ import annotations

from typing import Literal, NamedTuple

# A file is proven by balances that add up, by a second confirmation of each movement, by deposits that equal their
# payments, by the number and sums of its movements, which it states, or by the one figure that it states. That nothing
# proves the files of a file mapping was accepted by whoever approved it.
Proof = Literal["balances", "movements", "deposits", "totals", "stated", "accepted"]
# Files hold the statement of an account at a bank, the settlements of a payment provider, a payer's remittances (for
# what one lump is paid), what became of mandates and orders, or a bank's answers to our orders; the last two move no
# money.
Holds = Literal["statement", "settlement", "remittance", "advice", "answers"]
# `in`: files of the format show only received money; the account's other movements are in other files.
Direction = Literal["both", "in"]


class Traits(NamedTuple):
    """One named format: its title for people, and the manual in which it is described.

    Files of a format without a proof are never booked. Intraday files are never booked either, because their movements
    come again in later files. Settlements and remittances are of accounts at `provider`. Files that are `mapped` are
    read by a file mapping, which says of which account of ours they are. Payments that are `collected` are direct
    debits of ours; null if a file may have both.
    """

    format: str
    title: str
    source: str
    proof: Proof | None
    direction: Direction = "both"
    intraday: bool = False
    holds: Holds = "statement"
    provider: str | None = None
    country: str | None = None  # where the format is used; null if everywhere
    mapped: bool = False
    answers_debits: bool = False  # whether it also tells which of our direct debits were not made
    collected: bool | None = None
    sums: bool = False  # whether each row is the sum of some transactions, none of which the file names

    @property
    def provable(self) -> bool:
        """Whether a file of this format can be proven, and is not only of a day that has not ended."""
        return self.proof is not None and not self.intraday

    @property
    def books(self) -> bool:
        """Whether files of this format may be the source of an account's movements."""
        return self.provable and (self.settles or self.holds == "statement")

    @property
    def settles(self) -> bool:
        """Whether files of this format are of an account at a payment provider or a payer of remittances."""
        return self.holds in ("settlement", "remittance")

    @property
    def of_banks(self) -> bool:
        """Whether files of this format may be the source of the movements of an account at a bank."""
        return self.books and self.holds == "statement"
