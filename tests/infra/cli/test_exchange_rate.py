"""Exchange rates on the command line: typed as people write them, of one day each, listed with their source."""

from __future__ import annotations

import json

import pytest

from tests.infra.cli.command_line import Answers, Reskontra

RATE = "exchange-rate declare EUR SEK --on 2026-10-01 --source Riksbanken --rate"
ANSWERS: Answers = {
    "exchange-rate declare": ("EUR SEK --on 2026-10-01 --source Riksbanken --rate 11.4325", 0),
    "exchange-rate list": ("", 0),
}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("11.4325", "11.4325"), ("11,40", "11.4"), (" 11 ", "11"), ("0.0880", "0.088"), ("007.50", "7.5")],
)
def test_a_rate_is_kept_as_it_is_worth(reskontra: Reskontra, typed: str, kept: str):
    reskontra(*RATE.split(), typed)
    (row,) = reskontra.json("exchange-rate list")["rows"]
    assert (row["base_currency"], row["rate"], row["quote_currency"]) == ("EUR", kept, "SEK")
    assert (row["pair"], row["rate_on"], row["source"]) == ("EUR-SEK", "2026-10-01", "Riksbanken")
    (told,) = reskontra.json("history exchangerate-EUR-SEK")["rows"]
    assert told["text"] == f"Exchange rate of 2026-10-01: 1 EUR = {kept} SEK"


@pytest.mark.parametrize(
    "typed", ["0", "0.000", "-11.4", "11.4e0", "11.4.1", "", "1" * 16, "1.1234567890123", "123456789.1234567"]
)
def test_what_is_no_rate_is_refused(reskontra: Reskontra, typed: str):
    said = reskontra(*RATE.split()[:-1], f"--rate={typed}", "--json", code=1)
    assert json.loads(said.out)["problems"][0]["code"] == "rate_malformed"


def test_of_a_day_that_was_declared_again_the_newest_is_listed(reskontra: Reskontra):
    for rate in ("11.4325", "11.4000", "11.4000"):
        reskontra(f"{RATE} {rate}")
    reskontra("exchange-rate declare EUR SEK --on 2026-10-02 --source Riksbanken --rate 11.41")
    reskontra("exchange-rate declare USD SEK --on 2026-10-02 --source Riksbanken --rate 9.5")
    rows = reskontra.json("exchange-rate list --base EUR --quote SEK")["rows"]
    assert [(row["rate_on"], row["rate"], row["times_declared"]) for row in rows] == [
        ("2026-10-02", "11.41", 1),
        ("2026-10-01", "11.4", 2),
    ]
    rows = reskontra.json("exchange-rate list --from 2026-10-02")["rows"]
    assert [row["pair"] for row in rows] == ["EUR-SEK", "SEK-USD"]
    said = reskontra("exchange-rate declare SEK EUR --on 2026-10-02 --source ECB --rate 0.088 --json", code=1)
    assert json.loads(said.out)["problems"][0]["code"] == "rate_the_other_way"
