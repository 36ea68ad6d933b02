"""Two pictures of the month: open receivables by payer and age, and the cash of each day, matched or unexplained."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ledger.disk import write_whole
from ledger.domain.money import round_half_up

if TYPE_CHECKING:
    import pyarrow as pa

Rows = Sequence[Mapping[str, Any]]

# Older amounts are darker, so that age can be seen without colour; every bar has an outline and its amount beside it.
_LIGHTEST, _DARKEST = 0xFF, 0x30
_MATCHED, _UNEXPLAINED = "#d9d9d9", "#303030"
_INK: Final = "#111111"
_FONT: Final = "sans-serif"
_THOUSAND_KRONOR: Final = 1_000_00


def draw_aging(
    aging: pa.Table | Rows, path: Path, buckets: Sequence[str], *, as_of: date, currency: str = "SEK"
) -> Path:
    """Draw open receivables by payer and aging bucket as an SVG file, which appears complete or not at all.

    Each row of `aging` has `payer` (the label), `bucket` (one of `buckets`, youngest first) and `amount_minor`; rows of
    the same payer and bucket are summed. Raises ValueError if a bucket is unknown or there are no rows.
    """
    import altair as alt

    rows = _summed(_rows(aging), buckets)
    if not rows:
        raise ValueError(
            "aging has no rows, so there is nothing to draw; each row needs payer, bucket and amount_minor"
        )
    payers = list(dict.fromkeys(row["payer"] for row in rows))
    top = _topmost(row["amount"] for row in rows)
    bucket = alt.Y("bucket:N", sort=list(buckets), title=None, axis=alt.Axis(ticks=False, domain=False))
    amount = alt.X("amount:Q", title=None, axis=None, scale=alt.Scale(domain=[0, top]))
    shade = alt.Color("bucket:N", scale=alt.Scale(domain=list(buckets), range=_shades(len(buckets))), legend=None)
    base = alt.Chart({"values": rows}).encode(y=bucket, x=amount)
    bars = base.mark_bar(stroke=_INK, strokeWidth=0.8, height=alt.RelativeBandSize(0.72)).encode(color=shade)
    labels = base.mark_text(align="left", dx=4, fontSize=11, color=_INK).encode(text="label:N")
    payer = alt.Facet("payer:N", sort=payers, title=None, header=_heading(alt))
    chart = (bars + labels).properties(width=240, height=120).facet(payer, columns=3, spacing=22)
    subtitle = f"days past due, thousand {currency}; darker is older; the same scale for every payer"
    return _draw(chart.properties(title=_title(alt, f"Open receivables by payer on {as_of}", subtitle)), path)


def draw_cash(cash: pa.Table | Rows, path: Path, *, currency: str = "SEK") -> Path:
    """Draw the receipts by day in one SVG file: automatic matches above, and below them what waits for a person.

    Each row of `cash` has `day` (a date), `matched_minor` and `unexplained_minor`. Raises ValueError if there are no
    rows.
    """
    import altair as alt

    rows = _by_day(_rows(cash))
    if not rows:
        raise ValueError(
            "cash has no rows, so there is nothing to draw: give rows with day, matched_minor and unexplained_minor"
        )
    days = list(dict.fromkeys(row["day"] for row in rows))
    panels = [
        _panel(alt, [row for row in rows if row["what"] == what], days, heading, shade, height)
        for what, heading, shade, height in (
            ("matched", "matched to an invoice by reference", _MATCHED, 200),
            ("unexplained", "waiting for a person (different scale)", _UNEXPLAINED, 110),
        )
    ]
    title = _title(alt, f"Cash received {days[0]} to {days[-1]}", f"thousand {currency} by booking day at the bank")
    return _draw(alt.vconcat(*panels, spacing=18).properties(title=title), path)


def _panel(alt: Any, rows: Rows, days: Sequence[str], heading: str, shade: str, height: int) -> Any:
    top = _topmost(row["amount"] for row in rows)
    day = alt.X("day:O", sort=days, title=None, axis=alt.Axis(labelExpr="slice(datum.value, 8)", labelAngle=0))
    amount = alt.Y("amount:Q", title=None, axis=None, scale=alt.Scale(domain=[0, top]))
    base = alt.Chart({"values": rows}).encode(x=day, y=amount)
    bars = base.mark_bar(stroke=_INK, strokeWidth=0.8, color=shade, width=alt.RelativeBandSize(0.72))
    labels = base.mark_text(baseline="bottom", dy=-3, fontSize=10, color=_INK).encode(text="label:N")
    title = alt.TitleParams(heading, anchor="start", fontSize=12, fontWeight="bold", color=_INK)
    return (bars + labels).properties(width=34 * len(days), height=height, title=title)


def _rows(table: pa.Table | Rows) -> Rows:
    rows: Rows = table if isinstance(table, Sequence) else table.to_pylist()
    return rows


def _summed(rows: Rows, buckets: Sequence[str]) -> list[dict[str, Any]]:
    """A row for each payer and bucket: the amount (zero if nothing is open), and its label, in thousands."""
    payers = list(dict.fromkeys(row["payer"] for row in rows))
    sums = {(payer, bucket): 0 for payer in payers for bucket in buckets}
    for row in rows:
        key = (row["payer"], row["bucket"])
        if key not in sums:
            raise ValueError(f"the bucket {row['bucket']} is not one of {', '.join(buckets)}")
        sums[key] += row["amount_minor"]
    totals = {payer: sum(sums[payer, bucket] for bucket in buckets) for payer in payers}
    return [
        {"payer": f"{payer}, {_label(totals[payer])} in all", "bucket": bucket, "amount": minor, "label": _label(minor)}
        for (payer, bucket), minor in sums.items()
    ]


def _shades(count: int) -> list[str]:
    step = (_LIGHTEST - _DARKEST) / max(count - 1, 1)
    return ["#" + f"{round(_LIGHTEST - step * index):02x}" * 3 for index in range(count)]


def _by_day(rows: Rows) -> list[dict[str, Any]]:
    drawn: list[dict[str, Any]] = []
    for row in sorted(rows, key=lambda row: row["day"]):
        for what in ("matched", "unexplained"):
            minor = row[f"{what}_minor"]
            drawn.append({"day": row["day"].isoformat(), "what": what, "amount": minor, "label": _label(minor)})
    return drawn


def _label(minor: int) -> str:
    """The amount in thousands, with grouped digits; a small amount is never shown as zero."""
    thousands = round_half_up(minor, _THOUSAND_KRONOR)
    return "–" if minor == 0 else "<1" if minor > 0 and thousands == 0 else f"{thousands:,}".replace(",", "\u202f")


def _topmost(amounts: Iterable[int]) -> int:
    """The end of the scale, with room for the label beyond the longest bar."""
    return max(max(amounts) * 5 // 4, 1)


def _heading(alt: Any) -> Any:
    return alt.Header(labelFontSize=13, labelFontWeight="bold", labelAnchor="start", labelColor=_INK, labelPadding=6)


def _title(alt: Any, text: str, subtitle: str) -> Any:
    return alt.TitleParams(
        text,
        subtitle=subtitle,
        anchor="start",
        fontSize=16,
        subtitleFontSize=12,
        color=_INK,
        subtitleColor=_INK,
        offset=14,
    )


def _draw(chart: Any, path: Path) -> Path:
    """Write the SVG under another name and then rename it, so that no reader ever sees an incomplete picture."""
    from vl_convert import vegalite_to_svg

    chart = chart.configure(font=_FONT, background="white").configure_view(stroke=None)
    chart = chart.configure_axis(labelColor=_INK, domainColor=_INK, tickColor=_INK, labelFontSize=11)
    svg: str = vegalite_to_svg(json.dumps(chart.to_dict(), sort_keys=True))
    write_whole(path, svg, mode=0o644)
    return path
