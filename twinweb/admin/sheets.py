"""Lists of people as they come: pasted from a spreadsheet, or as the .xlsx itself; read as plain text.

The first file loads openpyxl, no start does: it weighs megabytes in each worker.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence

from twinweb.i18n.arabic import clean

MOST_ROWS = 200
MOST_COLUMNS = 20
LONGEST_CELL = 500
MOST_LINES = 2_000
"""Read at most, with those that are empty."""
MOST_UNPACKED = 10 * 1024 * 1024
MOST_PARTS = 200
DELIMITERS = "\t;,،"
"""Tab first: names and titles may hold the others."""

Sheet = list[list[str]]


class Unreadable(Exception):
    """Not a spreadsheet, or one that would unpack into more than any list of people."""


class TooManyRows(Exception):
    """More people than are opened at once."""


def pasted(text: str) -> Sheet:
    """Cells set apart by tabs, or where there are none by semicolons or commas."""
    delimiter = next((sign for sign in DELIMITERS if sign in text), "\t")
    try:
        return _rows(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error:
        raise Unreadable from None


def workbook(content: bytes) -> Sheet:
    """The first sheet. What is a formula stays text: nothing is counted out, nothing is fetched."""
    from openpyxl import load_workbook  # noqa: PLC0415  see above

    _refuse_bombs(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its own size need not be so
        lines = sheet.iter_rows(max_row=MOST_LINES, max_col=MOST_COLUMNS, values_only=True)
        return _rows(map(_written, line) for line in lines)
    except TooManyRows:
        raise
    except Exception as error:  # whatever a foreign reader meets in a foreign file
        raise Unreadable from error


def template(title: str, headings: Sequence[str], *, right_to_left: bool) -> bytes:
    """An empty list to fill in; every cell is text, so that a phone keeps its leading 0."""
    from openpyxl import Workbook  # noqa: PLC0415  see above
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    sheet.sheet_view.rightToLeft = right_to_left
    sheet.freeze_panes = "A2"
    for column, heading in enumerate(headings, start=1):
        cell = sheet.cell(1, column, heading)
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = 24
        for row in range(2, MOST_ROWS + 2):
            sheet.cell(row, column).number_format = "@"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _refuse_bombs(content: bytes) -> None:
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except zipfile.BadZipFile:
        raise Unreadable from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unreadable


def _rows(lines: Iterable[Iterable[object]]) -> Sheet:
    """Those that hold anything; one more than people, for the headings."""
    rows: Sheet = []
    for row in _texts(lines):
        if len(rows) > MOST_ROWS:
            raise TooManyRows
        rows.append(row)
    return rows


def _texts(lines: Iterable[Iterable[object]]) -> Iterator[list[str]]:
    for line in lines:
        cells = [_text(cell) for cell in list(line)[:MOST_COLUMNS]]
        if any(cells):
            yield cells


def _written(cell: object) -> object:
    """A formula as it is written."""
    from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula  # noqa: PLC0415  see above

    return (getattr(cell, "text", "") or "=") if isinstance(cell, ArrayFormula | DataTableFormula) else cell


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(clean(str("" if cell is None else cell)[: 2 * LONGEST_CELL]).split())[:LONGEST_CELL]
