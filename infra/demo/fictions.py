"""Invented names and texts of people and firms; they appear only in bank files."""

from __future__ import annotations

import hashlib
from random import Random
from typing import Final

_FIRST: Final = (
    "Exempla", "Provar", "Låtsas", "Testine", "Påhitta", "Skenbart", "Fiktiva", "Dummy", "Övning", "Försöka",
    "Mallika", "Attrap", "Skugga", "Modella", "Repetina", "Utkasta",
)  # fmt: skip
_LAST: Final = (
    "Provsson", "Testström", "Exempelberg", "Påhittlund", "Låtsasdotter", "Skenhammar", "Fiktivgård", "Övningsjö",
    "Attrapén", "Mallqvist", "Försöksborg", "Utkastby", "Skuggfors", "Modellnäs", "Repetinsson", "Dummyholm",
)  # fmt: skip
# Foreign names; only those in `_FOREIGN_LATIN` can be written in ISO-8859-1, the only encoding of BgMax.
_FOREIGN_LATIN: Final = ("Éxample Dûpont-Tést", "Prueba Inventada Ñandú", "Þykjast Prófsson", "Muster Übungßmann")
_FOREIGN: Final = (*_FOREIGN_LATIN, "Próbny Przykładowski", "Příklad Zkušební", "Örnek Uydurmaoğlu", "Проба Примерова")
TEXTS: Final = (
    "Betalning", "Besök hos er", "Tack för hjälpen", "Faktura vård", "Enligt överenskommelse", "Avgift", "Räkning",
    "Betalning läkarbesök & intyg", "Barnets besök",
)  # fmt: skip
# What payers write instead of a reference; none of these texts has check digits.
LOOSE_NUMBERS: Final = ("Faktura {}", "KUNDNR {}", "Besök {}", "Faktnr: {}")

REGIONS: Final = {"north": "Region Påhittade Norr", "south": "Region Påhittade Söder"}
INSURER: Final = "Exempelförsäkring (finns ej)"
SUPPLIERS: Final = ("Påhittade Lokaler AB", "Testmaterial Sverige AB", "Låtsas Städ och Tvätt")
TAX_OFFICE: Final = "Skattekontot (påhittad)"
STAFF: Final = "Löner enligt fil"
# How the bank's lines name the provider of card payments.
CARD_PROVIDER: Final = "Stripe Technology Europe"
# The region that sends remittances: its number there, and the account from which its lumps come.
REMITTING: Final = "south"
REMITTER_NUMBER: Final = "REGION-SOUTH"
REMITTER_ACCOUNT: Final = "99907777777777"


def person(rng: Random, latin_only: bool = False, foreign_per_mille: int = 15) -> str:
    """An invented name, sometimes a foreign one."""
    if rng.randrange(1000) < foreign_per_mille:
        return rng.choice(_FOREIGN_LATIN if latin_only else _FOREIGN)
    return f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"


def id_of(seed: int, *what: object) -> str:
    """Return 16 hex digits that depend only on the seed and on `what`, and reveal neither."""
    return hashlib.blake2b("\x1f".join(map(str, (seed, *what))).encode(), digest_size=8).hexdigest()


def randomness(seed: int, *what: object) -> Random:
    """Return a random generator whose numbers depend only on the seed and on `what`, not on what else is generated."""
    return Random(":".join(map(str, (seed, *what))))
