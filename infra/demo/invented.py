"""Names and texts of people and firms that do not exist; they appear in bank files and nowhere else."""

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
# Names as they come from abroad; the first ones can be written in ISO-8859-1, which is all that BgMax knows.
_FOREIGN_LATIN: Final = ("Éxample Dûpont-Tést", "Prueba Inventada Ñandú", "Þykjast Prófsson", "Muster Übungßmann")
_FOREIGN: Final = (*_FOREIGN_LATIN, "Próbny Przykładowski", "Příklad Zkušební", "Örnek Uydurmaoğlu", "Проба Примерова")
TEXTS: Final = (
    "Betalning", "Besök hos er", "Tack för hjälpen", "Faktura vård", "Enligt överenskommelse", "Avgift", "Räkning",
    "Betalning läkarbesök & intyg", "Barnets besök",
)  # fmt: skip
# What payers write where a number was asked for; nothing in it proves itself.
LOOSE_NUMBERS: Final = ("Faktura {}", "KUNDNR {}", "Besök {}", "Faktnr: {}")

REGIONS: Final = {"north": "Region Påhittade Norr", "south": "Region Påhittade Söder"}
INSURER: Final = "Exempelförsäkring (finns ej)"
SUPPLIERS: Final = ("Påhittade Lokaler AB", "Testmaterial Sverige AB", "Låtsas Städ och Tvätt")
TAX_OFFICE: Final = "Skattekontot (påhittad)"
STAFF: Final = "Löner enligt fil"


def person(rng: Random, latin_only: bool = False, foreign_per_mille: int = 15) -> str:
    """A made-up name, now and then one from abroad."""
    if rng.randrange(1000) < foreign_per_mille:
        return rng.choice(_FOREIGN_LATIN if latin_only else _FOREIGN)
    return f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"


def id_of(seed: int, *what: object) -> str:
    """16 hex digits that are the same for the same seed and thing, and tell nothing about either."""
    return hashlib.blake2b("\x1f".join(map(str, (seed, *what))).encode(), digest_size=8).hexdigest()


def randomness(seed: int, *what: object) -> Random:
    """A source of chance of its own for one thing, so that making one never changes another."""
    return Random(":".join(map(str, (seed, *what))))
