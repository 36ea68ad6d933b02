"""Writes workbooks (XLSX) as spreadsheet programs do, with what a test wants in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from xml.sax.saxutils import escape, quoteattr

_MAIN: Final = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# The styles of a number, a day, a day in a format of its own, and a time.
STYLES: Final = (
    f'<styleSheet {_MAIN}><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd;@"/>'
    '<numFmt numFmtId="165" formatCode="[h]&quot;day&quot;:mm"/></numFmts><cellXfs count="4"><xf numFmtId="0"/>'
    '<xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>'
)
Cell = str | float | int | date | None


class Raw(str):
    """A cell as it is in the file, without its place: `<c{}><v>1</v></c>`."""


def workbook(
    rows: Sequence[Sequence[Cell]],
    *,
    sheets: Sequence[tuple[str, str]] = (("Table", "visible"),),
    hidden: Sequence[int] = (),
    after: str = "",
    properties: str = "",
    parts: Mapping[str, bytes | str] | None = None,
) -> bytes:
    """A workbook whose first sheet has these rows; texts are shared, numbers are as they are written.

    `sheets` are names with states, `hidden` rows by number, `after` is what follows the rows, and `parts` are added.
    """
    texts: list[str] = []
    lines = [_row(number, cells, number in hidden, texts) for number, cells in enumerate(rows, 1)]
    named = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" state="{state}" r:id="rId{n}"/>'
        for n, (name, state) in enumerate(sheets, 1)
    )
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    empty = f"<worksheet {_MAIN}><sheetData/></worksheet>"
    written: dict[str, bytes | str] = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_RELATIONS}">{properties}<sheets>{named}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships>{related}</Relationships>",
        "xl/styles.xml": STYLES,
        "xl/worksheets/sheet1.xml": f"<worksheet {_MAIN}><sheetData>{''.join(lines)}</sheetData>{after}</worksheet>",
        **{f"xl/worksheets/sheet{n}.xml": empty for n in range(2, len(sheets) + 1)},
    }
    shared = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
    written["xl/sharedStrings.xml"] = f"<sst {_MAIN}>{shared}</sst>"
    written |= parts or {}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in written.items():
            package.writestr(name, content)
    return stream.getvalue()


def _row(number: int, cells: Sequence[Cell], hidden: bool, texts: list[str]) -> str:
    made = "".join(_cell(f"{chr(65 + at)}{number}", cell, texts) for at, cell in enumerate(cells) if cell is not None)
    marked = ' hidden="1"' if hidden else ""
    return f'<row r="{number}"{marked}>{made}</row>'


def _cell(place: str, cell: Cell, texts: list[str]) -> str:
    if isinstance(cell, Raw):
        return cell.format(f' r="{place}"')
    if isinstance(cell, str):
        texts.append(cell)
        return f'<c r="{place}" t="s"><v>{len(texts) - 1}</v></c>'
    if isinstance(cell, date):
        return f'<c r="{place}" s="2"><v>{(cell - date(1899, 12, 30)).days}</v></c>'
    return f'<c r="{place}"><v>{cell!r}</v></c>'
