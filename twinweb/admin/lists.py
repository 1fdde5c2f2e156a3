"""From the cells of a list of people to what a form would have sent, row by row."""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from twinweb.accounts.models import Language, Role
from twinweb.admin.sheets import LONGEST_CELL, MOST_ROWS, Sheet, Unreadable
from twinweb.i18n.arabic import clean, digits, fold, sort_key
from twinweb.i18n.latin import username_of
from twinweb.i18n.phones import as_phone
from twinweb.reference.queries import Names

COLUMNS = ("name", "phone", "job_title", "role", "governorate", "username", "language")
"""In this order where a list has no headings."""
FEWEST_HEADINGS = 2


def _folded(words: Mapping[str, str]) -> dict[str, str]:
    return {fold(one).strip(): value for value, many in words.items() for one in many.split("|")}


HEADINGS = _folded(
    {
        "name": "name|full name|الاسم|الاسم الكامل|الاسم الرباعي|الاسم الثلاثي",
        "phone": "phone|phone number|mobile|الهاتف|رقم الهاتف|الموبايل|رقم الموبايل",
        "job_title": "job title|title|position|المسمى الوظيفي|العنوان الوظيفي|المنصب|الوظيفة",
        "role": "role|الدور|الصفة",
        "governorate": "governorate|office|المحافظة|المكتب",
        "username": "user name|username|اسم المستخدم",
        "language": "language|اللغة",
    }
)
ROLE_WORDS = _folded(
    {
        Role.CONTRIBUTOR: "contributor|محرر|محررة|مُحرِّر",
        Role.REVIEWER: "reviewer|مراجع|مراجعة|مُراجِع",
        Role.OBSERVER: "observer|مطلع|مطلعة|مراقب|مراقبة",
        Role.ADMIN: "administrator|admin|مدير النظام|مديرة النظام|مدير نظام",
    }
)
LANGUAGE_WORDS = _folded(
    {
        Language.ARABIC: "arabic|ar|عربي|عربية|العربية",
        Language.ENGLISH: "english|en|انكليزي|إنكليزية|الإنكليزية|الإنجليزية",
    }
)
_USUAL = {"role": Role.CONTRIBUTOR.value, "language": Language.ARABIC.value}
"""Nearly everybody on a list: so are those of whom it does not say."""
_OF_A_GOVERNORATE = re.compile(r"^(?:محافظه)\s+|\s+governorate$")
_NATIONAL = re.compile(r"7[3-9][0-9]{8}")


class Take(StrEnum):
    """What becomes of a row."""

    OPEN = ""
    OTHER = "other"
    """Opened, though it looks like somebody known: it is another person."""
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Row:
    """One person of a list."""

    cells: Mapping[str, str]
    """As a form sends them: a phone as one text, the names of roles and governorates as their keys."""
    take: Take = Take.OPEN
    repaired: bool = False
    """The phone had lost its leading 0 to a spreadsheet."""


def read(sheet: Sheet, names: Names) -> list[Row]:
    """The people of a sheet. Its headings, where it has some, say what its columns are."""
    columns = _headings(sheet[0]) if sheet else []
    body = sheet[1:] if columns else sheet
    found = [_read(_USUAL | _filled(columns or COLUMNS, line), names) for line in body[:MOST_ROWS]]
    return [row for row in found if any(row.cells[name] for name in ("name", "phone", "username"))]


def _filled(columns: Sequence[str], line: Sequence[str]) -> dict[str, str]:
    return {name: cell for name, cell in zip(columns, line, strict=False) if cell}


def unknown_headings(sheet: Sheet) -> list[str]:
    """Headings of columns that are left out."""
    if not sheet or not _headings(sheet[0]):
        return []
    return [cell for cell, name in zip(sheet[0], _headings(sheet[0]), strict=True) if cell and not name]


def understood(row: Row, names: Names) -> Row:
    """The same after something was typed into it."""
    return replace(_read(row.cells, names), take=row.take, repaired=row.repaired)


def free_username(name: str, phone: str, taken: Collection[str]) -> str:
    """One that nobody has, of the name or else the phone."""
    wanted = free = username_of(name, phone)
    number = 1
    while free in taken:
        number += 1
        free = f"{wanted}{number}"
    return free


def to_text(rows: Iterable[Row]) -> str:
    """Rows as one hidden field, so that a page of two hundred carries no thousand fields."""
    return json.dumps(
        [[*(row.cells[name] for name in COLUMNS), row.take, str(int(row.repaired))] for row in rows],
        ensure_ascii=False,
    )


def from_text(text: str) -> list[Row]:
    with suppress(ValueError, RecursionError):
        found = json.loads(text)
        if _is_list_of_rows(found):
            return [_row(cells) for cells in found]
    raise Unreadable


def _row(cells: Sequence[str]) -> Row:
    *values, take, repaired = (clean(cell)[:LONGEST_CELL] for cell in cells)
    chosen = Take(take) if take in {*Take} else Take.OPEN
    return Row(dict(zip(COLUMNS, values, strict=True)), chosen, repaired == "1")


def _is_list_of_rows(found: Any) -> bool:  # noqa: ANN401  JSON
    width = len(COLUMNS) + 2
    return (
        isinstance(found, list)
        and len(found) <= MOST_ROWS
        and all(isinstance(row, list) and len(row) == width for row in found)
        and all(isinstance(cell, str) for row in found for cell in row)
    )


def _headings(line: Sequence[str]) -> list[str]:
    """What each column is, '' for one that is not asked for; nothing where this line is no headings."""
    found = [HEADINGS.get(fold(cell).strip(" :*"), "") for cell in line]
    return found if len(set(found) - {""}) >= FEWEST_HEADINGS else []


def _read(cells: Mapping[str, str], names: Names) -> Row:
    typed = {name: clean(cells.get(name, "")) for name in COLUMNS}
    phone = as_phone(typed["phone"])
    values = {
        "phone": phone or typed["phone"],
        "role": ROLE_WORDS.get(fold(typed["role"]), typed["role"]),
        "language": LANGUAGE_WORDS.get(fold(typed["language"]), typed["language"]),
        "governorate": _governorate(typed["governorate"], names),
    }
    bare = digits(typed["phone"]).replace(" ", "")
    return Row(typed | values, repaired=_NATIONAL.fullmatch(bare) is not None)


def _governorate(typed: str, names: Names) -> str:
    """By either name or the key; a name that goes on (النجف الأشرف) by how it begins."""
    if typed in names.governorates or not typed:
        return typed
    wanted = sort_key(_OF_A_GOVERNORATE.sub("", fold(typed)))
    spelled = {sort_key(text): one.slug for one in names.governorates.values() for text in (one.ar, one.en)}
    begun = {slug for text, slug in spelled.items() if wanted and text.startswith(f"{wanted} ")}
    return spelled.get(wanted) or (begun.pop() if len(begun) == 1 else typed)
