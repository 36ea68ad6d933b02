"""Great Expectations judges, and nothing else does; it does so alone, safely in threads, and says nothing private."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import weakref
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from types import SimpleNamespace

import polars as pl
import pytest

from reconciliation.gate import GateBroken, bench, examine
from reconciliation.statements.problems import refuse
from tests.reconciliation.gate.doubted_files import DOUBTED
from tests.reconciliation.gate.files import TERMS, camt053, file, movement, pays
from tests.reconciliation.gate.refused_files import REFUSED

pytestmark = pytest.mark.usefixtures("nothing_held")


@pytest.fixture
def everything_holds(monkeypatch):
    """Great Expectations as if it found everything as expected."""
    from great_expectations.datasource.fluent.interfaces import Batch

    def validate(self, suite, result_format):
        return SimpleNamespace(results=[
            SimpleNamespace(success=True, result={}, exception_info={"raised_exception": False},
                            expectation_config=SimpleNamespace(type=one.expectation_type, meta=one.meta))
            for one in suite.expectations
        ])  # fmt: skip

    monkeypatch.setattr(Batch, "validate", validate)


@pytest.mark.usefixtures("everything_holds")
def test_bad_files_pass_when_great_expectations_says_so():
    unreadable = file(None, [], problems=[refuse("file_empty", "the file is empty", "byte 1")])
    for parsed in (*(parsed for _, parsed, _ in (*REFUSED, *DOUBTED)), unreadable):
        verdict = examine(parsed, TERMS)
        assert (verdict.accepted, verdict.refusals, verdict.doubts) == (True, (), ())


def test_four_threads_each_get_the_verdict_on_their_own_file():
    files = [camt053(*(movement(line, 0 if line == place else 5_00) for line in range(1, 10))) for place in range(1, 9)]
    with ThreadPoolExecutor(max_workers=4) as threads:
        verdicts = list(threads.map(lambda parsed: examine(parsed, TERMS), files))
    assert [[doubt.line_no for doubt in verdict.doubts] for verdict in verdicts] == [[n] for n in range(1, 9)]


@pytest.mark.parametrize("parsed", [DOUBTED[0][1], REFUSED[0][1]])
def test_configurations_that_are_derived_once_change_no_verdict_and_nothing_outside_a_judgement(parsed, monkeypatch):
    from great_expectations.expectations import expectation as library

    derive = library.Expectation.configuration
    verdict = examine(parsed, TERMS)
    assert library.Expectation.configuration is derive
    monkeypatch.setattr(bench, "_configured_once", nullcontext)
    assert examine(parsed, TERMS) == verdict
    assert verdict.refusals or verdict.doubts


def judged(frame: pl.DataFrame, *expectations):
    with bench.bench() as at:
        return at.judge("frame", frame, expectations)


def test_one_context_judges_all_files_and_keeps_nothing_of_them(monkeypatch):
    whole, made, benches = bench._pandas, [], []

    def converted(frame):
        made.append(weakref.ref(found := whole(frame)))
        return found

    monkeypatch.setattr(bench, "_pandas", converted)
    for amount in (5_00, 0):
        examine(camt053(movement(1, amount)), TERMS)
        with bench.bench() as at:
            benches.append(at)
    gc.collect()
    assert benches[0] is benches[1]
    assert len(made) > 2
    assert not [one for one in made if one() is not None]


def test_a_context_that_failed_judges_no_other_file():
    with pytest.raises(GateBroken), bench.bench() as failed:
        raise GateBroken("it crashed")
    with bench.bench() as another:
        assert another is not failed


def test_an_expectation_that_crashes_is_no_verdict():
    import great_expectations.expectations as gxe

    texts = pl.DataFrame({"row": [0], "amount_minor": ["Anna Andersson"]})
    within = gxe.ExpectColumnValuesToBeBetween(column="amount_minor", min_value=1, meta={"code": "amount_zero"})
    with pytest.raises(GateBroken, match=r"amount_zero .* crashed") as broken:
        judged(texts, within)
    assert "Anna" not in str(broken.value)


def test_an_expectation_without_an_answer_is_no_verdict(monkeypatch):
    from great_expectations.datasource.fluent.interfaces import Batch

    whole = Batch.validate

    def one_less(self, suite, result_format):
        results = whole(self, suite, result_format=result_format).results
        return SimpleNamespace(results=results[1:])

    monkeypatch.setattr(Batch, "validate", one_less)
    with pytest.raises(GateBroken, match="have a result"):
        examine(camt053(movement(1, 5_00)), TERMS)


def test_a_fault_of_the_whole_file_is_summed_up_and_not_listed_line_by_line():
    parsed = camt053(
        *(movement(line, 5_00, pays(5_00, reference="1", reference_valid=False)) for line in range(1, 1503))
    )
    verdict = examine(parsed, TERMS)
    assert verdict.accepted
    assert [doubt.line_no for doubt in verdict.doubts] == list(range(1, 1001))
    (told,) = verdict.warnings
    assert told.code == "doubts_not_listed"
    assert "reference_check_digit_wrong: 1502 found, 1000 listed" in told.sentence


def test_a_verdict_is_plain_small_and_says_nothing_of_a_payer():
    said = {"counterparty": "Anna \ufffdndersson", "text": "Hj\ufffdrtat", "counterparty_account": "8105-9,744202466",
            "reference": "199001019802", "reference_valid": False, "bank_ref": "X"}  # fmt: skip
    parsed = camt053(*(movement(line, 20_37, **said) for line in range(1, 4)), closing_minor=1)
    text = json.dumps(examine(parsed, TERMS).plain(), ensure_ascii=False)
    assert not [
        secret for secret in ("Anna", "ndersson", "rtat", "744202466", "199001019802", "2037") if secret in text
    ]
    assert len(text) < 20_000
    assert {"accepted", "refusals", "doubts", "warnings", "expectations", "format"} == set(json.loads(text))


def test_the_front_door_starts_no_library():
    program = (
        "import sys, reconciliation.gate as gate; gate.Terms, gate.CODES; print('great_expectations' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
