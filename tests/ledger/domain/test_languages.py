"""The codes of languages are those of ISO 639-1."""

from __future__ import annotations

from ledger.domain.languages import LANGUAGES


def test_the_languages_are_those_of_the_standard() -> None:
    assert len(LANGUAGES) == 183
    assert {one for one in LANGUAGES if len(one) == 2 and one.isascii() and one.islower()} == LANGUAGES
    assert {"sv", "fi", "nb", "nn", "no", "da", "en", "se", "yi"} < LANGUAGES
    # Norwegian and Serbo-Croatian have changed; the last is not in use any more.
    assert not {"xx", "sh", "se_SE"} & LANGUAGES
