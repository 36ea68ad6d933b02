"""Runs Great Expectations: takes frames and returns outcomes, from which the gate makes every verdict."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, Final, NamedTuple

import polars as pl

from ledger.modules import absent, stand_in_for
from reconciliation.gate.held import Held, columns, digests

# With a shared data source, Great Expectations may return results for another thread's frame. Great Expectations also
# treats the newest context as that of the whole process. So there is one context, and only one call judges at a time.
_ONE_AT_A_TIME: Final = threading.Lock()
# The bench of this process: to make one takes as long as to judge a small file.
_KEPT: Final[list[Bench]] = []
# What this process need not ask again.
_HELD: Final = Held()
# Most files are sound. So we first ask only whether each expectation holds, which costs half as much as asking for
# rows. Then we ask for rows, but only for the expectations that failed.
_WHETHER: Final = {"result_format": "BOOLEAN_ONLY"}
# Results contain row numbers instead of values, because a file's values are personal data.
_WHERE: Final = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": ["row"],
    "exclude_unexpected_values": True,
    "include_unexpected_rows": False,
    "return_unexpected_index_query": False,
    "partial_unexpected_count": 0,
}


# Great Expectations needs these modules only for expectations that the gate does not use; importing them takes a third
# of the start-up time.
_NEVER_ASKED: Final = ("scipy.stats", "altair")

# Great Expectations can compare a whole column of days only as times in nanoseconds, which cover only the years 1678 to
# 2261. So a day that is not between the two days below is replaced by the nearer of them.
FIRST_AND_LAST_DAY: Final = (date(1700, 1, 1), date(2262, 1, 1))


class GateBroken(RuntimeError):
    """Raised if an expectation could not be judged; this is a fault of the program and says nothing about the file."""


class Outcome(NamedTuple):
    """The result of one expectation; `rows` are the numbers of the rows for which it does not hold."""

    code: str
    expectation: str
    success: bool
    checked: int
    failed: int
    rows: tuple[int, ...]


class Bench:
    """One context of Great Expectations, for one file after the other."""

    def __init__(self) -> None:
        stand_in_for(*_NEVER_ASKED)
        # The gate judges only data frames. So SQLAlchemy is hidden from Great Expectations, whose support for databases
        # would otherwise take a fifth of the start-up time.
        with absent("sqlalchemy"):
            import great_expectations as gx
            from great_expectations.data_context.types import base as settings

        # Nothing is written to the disk, drawn on the terminal or sent anywhere.
        config = settings.DataContextConfig(
            store_backend_defaults=settings.InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
            progress_bars=settings.ProgressBarsConfig(globally=False, metric_calculations=False),
            analytics_enabled=False,
        )
        self._gx = gx
        context = gx.get_context(project_config=config, mode="ephemeral", cloud_mode=False)
        self._source: Any = context.data_sources.add_pandas("file")
        self._frames = self._source.add_dataframe_asset("frame").add_batch_definition_whole_dataframe("all")

    def forget(self) -> None:
        """Let go of what was judged: the context would keep it until the next file is judged."""
        self._source._execution_engine = None

    def judge(self, about: str, frame: pl.DataFrame, expectations: Sequence[Any]) -> list[Outcome]:
        """The outcome of every expectation on one frame, in the order of `expectations`; `frame` has a column `row`.

        Raises GateBroken if an expectation crashed or has no result.
        """
        asked = digests(frame, expectations)
        new = [index for index, digest in enumerate(asked) if digest not in _HELD]
        for index in new:
            expectations[index].meta = {**expectations[index].meta, "index": index}
        judged = self._judge(about, frame, [expectations[index] for index in new]) if new else {}
        for index, outcome in judged.items():
            if outcome.success:
                _HELD.remember(asked[index])
        return [
            judged.get(index) or Outcome(one.meta["code"], one.expectation_type, True, frame.height, 0, ())
            for index, one in enumerate(expectations)
        ]

    def _judge(self, about: str, frame: pl.DataFrame, expectations: Sequence[Any]) -> dict[int, Outcome]:
        """A dictionary from each expectation's index to its outcome; the rows are those for which it does not hold."""
        needed = dict.fromkeys(["row", *(column for one in expectations for column in columns(one))])
        batch = self._frames.get_batch({"dataframe": _pandas(frame.select(*needed))})
        outcomes = self._answers(batch, about, expectations, _WHETHER, frame.height)
        failing = [one for one in expectations if not outcomes[one.meta["index"]].success]
        if failing:
            located = self._answers(batch, about, failing, _WHERE, frame.height)
            if any(outcome.success for outcome in located.values()):
                raise GateBroken(
                    f"expectations about {about} failed, but held when checked again, so there is no verdict"
                )
            outcomes |= located
        return outcomes

    def _answers(
        self, batch: Any, about: str, expectations: Sequence[Any], result_format: dict[str, Any], height: int
    ) -> dict[int, Outcome]:
        """A dictionary from each expectation's index to its outcome, in the order of `expectations`."""
        suite = self._gx.ExpectationSuite(about, expectations=[*expectations])
        with _configured_once():
            results = batch.validate(suite, result_format=result_format).results
        answered = {result.expectation_config.meta["index"]: _outcome(result, height) for result in results}
        asked = [expectation.meta["index"] for expectation in expectations]
        if len(results) != len(asked) or set(answered) != set(asked):
            raise GateBroken(f"only {len(answered)} of {len(asked)} expectations about {about} have a result")
        return {index: answered[index] for index in asked}


@contextmanager
def bench() -> Iterator[Bench]:
    """Give the bench to one thread at a time; other threads of this process wait. One that failed is not used again."""
    with _ONE_AT_A_TIME:
        at = _KEPT.pop() if _KEPT else Bench()
        yield at
        at.forget()
        _KEPT.append(at)


@contextmanager
def _configured_once() -> Iterator[None]:
    """Within the block, let Great Expectations derive the configuration of each expectation only once.

    It would derive the configuration again for each keyword that it reads, which takes a third of the time of judging a
    small file. No expectation changes while it is judged.
    """
    from great_expectations.expectations.expectation import Expectation

    library: Any = Expectation
    derive = library.configuration
    # The expectation is kept with its configuration, so that no later one has the same id.
    derived: dict[int, tuple[Any, Any]] = {}

    def configuration(expectation: Any) -> Any:
        known = derived.get(id(expectation))
        if known is None:
            known = derived[id(expectation)] = (expectation, derive.fget(expectation))
        return known[1]

    library.configuration = property(configuration)
    try:
        yield
    finally:
        library.configuration = derive


def _pandas(frame: pl.DataFrame) -> Any:
    """Convert a frame for Great Expectations: integer columns with missing values stay integers, dates stay dates."""
    import pandas as pd
    import pyarrow as pa

    days = pl.selectors.date().clip(*FIRST_AND_LAST_DAY).cast(pl.Datetime("ns"))
    kinds = {pa.int64(): pd.Int64Dtype(), pa.int32(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    arrow = frame.with_columns(days).to_arrow(compat_level=pl.CompatLevel.oldest())
    return arrow.to_pandas(types_mapper=kinds.get, date_as_object=False).set_index("row")


def _outcome(result: Any, rows: int) -> Outcome:
    """The outcome of one result; raises GateBroken for a crash, which Great Expectations reports as a failure."""
    config = result.expectation_config
    code = config.meta["code"]
    crash = _crash(result.exception_info)
    if crash:
        raise GateBroken(f"the expectation for {code} ({config.type}) crashed with {crash}, so there is no verdict")
    said = result.result or {}
    listed = said.get("unexpected_index_list") or []
    bad = tuple(int(row) for group in listed for row in group["row"])
    checked = int(said.get("element_count", rows))
    failed = int(said.get("unexpected_count", 0 if result.success else 1))
    return Outcome(code, config.type, bool(result.success), checked, failed, bad)


def _crash(raised: Any) -> str | None:
    """The name of a result's exception; its message is left out, because it may quote the file."""
    if not raised or raised.get("raised_exception") is False:
        return None
    infos = [raised] if "raised_exception" in raised else list(raised.values())
    last = str(infos[0]["exception_traceback"]).strip().splitlines()[-1]
    return last.partition(":")[0]
