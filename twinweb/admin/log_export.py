"""The activity log as a table for spreadsheets, in which no cell is a formula."""

import csv
import io
from collections.abc import Iterator

from flask_babel import gettext as _

from twinweb import clock
from twinweb.admin import words
from twinweb.admin.queries import LogPage, LogRow

BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"
"""By which spreadsheets know UTF-8, and so Arabic."""


def as_csv(pages: Iterator[LogPage]) -> str:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(
        [
            _("No."),
            _("Date"),
            _("Time"),
            _("Name"),
            _("User name"),
            _("Act"),
            _("To what"),
            _("Which"),
            _("Details"),
        ]
    )
    for page in pages:
        table.writerows([_safe(cell) for cell in _cells(row, page)] for row in page.rows)
    return BOM + text.getvalue()


def _cells(row: LogRow, page: LogPage) -> tuple[str, ...]:
    told, at = words.told(row, page.called), row.at.astimezone(clock.BAGHDAD)
    who = (row.by or "", row.username or "")
    return (
        str(row.id),
        f"{at:%Y-%m-%d}",
        f"{at:%H:%M:%S}",
        *who,
        told.act,
        told.thing,
        told.called,
        told.details,
    )


def _safe(cell: str) -> str:
    """A spreadsheet runs what begins so; after an apostrophe it is text."""
    return f"'{cell}" if cell.startswith(BEGINS_FORMULA) else cell
