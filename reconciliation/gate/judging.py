"""Great Expectations at work: frames in, outcomes out. No verdict of the gate comes from anywhere else."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, Final, NamedTuple

import polars as pl

from ledger.modules import stand_in_for

# Great Expectations answers about another thread's frame when a data source is shared, and keeps the newest
# context for the whole process besides: each call has its own context, and one call judges at a time.
_ONE_AT_A_TIME: Final = threading.Lock()
# Most files are sound: what holds is asked first, which costs half, and only what does not hold is asked where.
_WHETHER: Final = {"result_format": "BOOLEAN_ONLY"}
# Row numbers, not values: the values of a file are personal data and have no place in a result.
_WHERE: Final = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": ["row"],
    "exclude_unexpected_values": True,
    "include_unexpected_rows": False,
    "return_unexpected_index_query": False,
    "partial_unexpected_count": 0,
}


# What Great Expectations imports for expectations that the gate does not have: a third of its time to start.
_NEVER_ASKED: Final = ("scipy.stats", "altair")

# Times in nanoseconds, which alone are compared column-wise, end in 2262; days beyond count as the last.
FIRST_AND_LAST_DAY: Final = (date(1700, 1, 1), date(2262, 1, 1))


class GateBroken(RuntimeError):
    """An expectation could not be judged, so nothing is known about the file; a fault of ours, not of the file."""


class Outcome(NamedTuple):
    """One expectation as it was judged; `rows` are the row numbers of the frame for which it does not hold."""

    code: str
    expectation: str
    success: bool
    checked: int
    failed: int
    rows: tuple[int, ...]


class Bench:
    """One context of Great Expectations, for one file."""

    def __init__(self) -> None:
        stand_in_for(*_NEVER_ASKED)
        import great_expectations as gx
        from great_expectations.data_context.types import base as settings

        # Nothing is written to the disk, drawn on the terminal or sent to anyone.
        config = settings.DataContextConfig(
            store_backend_defaults=settings.InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
            progress_bars=settings.ProgressBarsConfig(globally=False, metric_calculations=False),
            analytics_enabled=False,
        )
        self._gx = gx
        context = gx.get_context(project_config=config, mode="ephemeral", cloud_mode=False)
        self._source = context.data_sources.add_pandas("file")

    def judge(self, about: str, frame: pl.DataFrame, expectations: Sequence[Any]) -> list[Outcome]:
        """Every expectation on one frame, in the order given; `frame` has a column `row`.

        Raises GateBroken when an expectation crashed or was left without an answer.
        """
        columns = dict.fromkeys(["row"])
        for place, expectation in enumerate(expectations):
            expectation.meta = {**expectation.meta, "place": place}
            columns |= dict.fromkeys(_columns(expectation))
        shown = {"dataframe": _pandas(frame.select(*columns))}
        batch = self._source.add_dataframe_asset(about).add_batch_definition_whole_dataframe("all").get_batch(shown)
        outcomes = self._answers(batch, about, expectations, _WHETHER, frame.height)
        failing = [expectations[place] for place, outcome in outcomes.items() if not outcome.success]
        if failing:
            located = self._answers(batch, about, failing, _WHERE, frame.height)
            if any(outcome.success for outcome in located.values()):
                raise GateBroken(f"what failed about {about} held when asked again; nothing was judged")
            outcomes |= located
        return list(outcomes.values())

    def _answers(
        self, batch: Any, about: str, expectations: Sequence[Any], result_format: dict[str, Any], height: int
    ) -> dict[int, Outcome]:
        """The outcome of each expectation by its place, in the order asked."""
        suite = self._gx.ExpectationSuite(about, expectations=[*expectations])
        results = batch.validate(suite, result_format=result_format).results
        answered = {result.expectation_config.meta["place"]: _outcome(result, height) for result in results}
        asked = [expectation.meta["place"] for expectation in expectations]
        if len(results) != len(asked) or set(answered) != set(asked):
            raise GateBroken(f"{len(asked)} expectations about {about} were asked, {len(answered)} were answered")
        return {place: answered[place] for place in asked}


@contextmanager
def bench() -> Iterator[Bench]:
    """A bench of one's own; others in this process wait for it."""
    with _ONE_AT_A_TIME:
        yield Bench()


def _columns(expectation: Any) -> list[str]:
    """The columns that an expectation asks about: no others are shown to Great Expectations."""
    asked = [getattr(expectation, name, None) for name in ("column", "column_A", "column_B")]
    return [*(column for column in asked if column), *(getattr(expectation, "column_list", None) or ())]


def _pandas(frame: pl.DataFrame) -> Any:
    """The frame as Great Expectations reads it: integers that may be missing stay integers, dates compare as dates."""
    import pandas as pd
    import pyarrow as pa

    days = pl.selectors.date().clip(*FIRST_AND_LAST_DAY).cast(pl.Datetime("ns"))
    kinds = {pa.int64(): pd.Int64Dtype(), pa.int32(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    arrow = frame.with_columns(days).to_arrow(compat_level=pl.CompatLevel.oldest())
    return arrow.to_pandas(types_mapper=kinds.get, date_as_object=False).set_index("row")


def _outcome(result: Any, rows: int) -> Outcome:
    """What one result says; a crash is no verdict, though Great Expectations calls it a failure."""
    config = result.expectation_config
    code = config.meta["code"]
    crash = _crash(result.exception_info)
    if crash:
        raise GateBroken(f"the expectation behind {code} ({config.type}) crashed with {crash}; nothing was judged")
    said = result.result or {}
    listed = said.get("unexpected_index_list") or []
    bad = tuple(int(row) for group in listed for row in group["row"])
    checked = int(said.get("element_count", rows))
    failed = int(said.get("unexpected_count", 0 if result.success else 1))
    return Outcome(code, config.type, bool(result.success), checked, failed, bad)


def _crash(told: Any) -> str | None:
    """Name of the exception behind a result; its message may quote the file and is left out."""
    if not told or told.get("raised_exception") is False:
        return None
    infos = [told] if "raised_exception" in told else list(told.values())
    last = str(infos[0]["exception_traceback"]).strip().splitlines()[-1]
    return last.partition(":")[0]
