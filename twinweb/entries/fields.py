"""The vocabulary of facts: what one field of an entry may hold, and how typed text becomes it.

A kind's facts are a frozen dataclass whose fields are annotated with these. Text as typed goes in, a value
comes out, or `Wrong` says why not. Nothing here knows the web or the database.
"""

import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Generic, TypeAlias, TypeVar

from twinweb.i18n.arabic import clean, digits
from twinweb.i18n.phones import as_phone

LINE, SHORT, LONG = 200, 500, 10_000
"""Most characters of a title, a short text and a long text."""

EARLIEST_YEAR, LATEST_YEAR = 1990, 2100
HIGHEST_COUNT = 100_000
HIGHEST_ID = 2**31 - 1

PartialDate: TypeAlias = str
"""ISO 8601 with reduced precision: 2022, 2022-10 or 2022-10-11. Sorts as text."""

Raw: TypeAlias = Any
"""What was typed, as JSON: text, a list of texts, a date as day, month and year, or rows of these."""

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


class Code(StrEnum):
    """What is wrong with a field. The words for it are chosen where the page is made."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    NO_DATE = "no_date"
    NO_FULL_DATE = "no_full_date"
    NO_YEAR = "no_year"
    NO_TIME = "no_time"
    NO_NUMBER = "no_number"
    NO_AMOUNT = "no_amount"
    NO_CHOICE = "no_choice"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    NO_PHONE = "no_phone"
    NO_EMAIL = "no_email"
    NO_LINK = "no_link"
    RETIRED = "retired"
    NO_ENTRY = "no_entry"
    END_BEFORE_START = "end_before_start"
    MORE_THAN_ALL = "more_than_all"
    OWNER_MISSING = "owner_missing"
    OUTSIDE_WORKSHOP = "outside_workshop"
    AMOUNT_AND_CURRENCY = "amount_and_currency"


class Wrong(Exception):
    def __init__(self, code: Code, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where: `path` is the id of the control (`title`, `sources-0-date`)."""

    path: str
    code: Code
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """The reference data that facts are checked against."""

    governorates: Collection[str]
    sectors: Collection[str]
    countries: Collection[str]
    merged: Mapping[str, str] = field(default_factory=dict)
    """Sectors that were merged, and into which."""


class Field(Generic[T]):
    """One field: `check` turns what was typed into the value, or raises `Wrong`."""

    def check(self, raw: Raw, known: Known) -> T:
        raise NotImplementedError


def text_of(raw: Raw) -> str:
    return clean(raw) if isinstance(raw, str) else ""


def texts_of(raw: Raw) -> list[str]:
    return [text for item in raw if (text := text_of(item))] if isinstance(raw, list) else []


@dataclass(frozen=True, slots=True)
class Text(Field[str]):
    longest: int
    must: bool = False

    def check(self, raw: Raw, known: Known) -> str:  # noqa: ARG002  one signature for all fields
        text = text_of(raw)
        if self.must and not text:
            raise Wrong(Code.MISSING)
        if len(text) > self.longest:
            raise Wrong(Code.TOO_LONG, longest=self.longest, length=len(text))
        return text


@dataclass(frozen=True, slots=True)
class Choice(Field[E | None], Generic[E]):
    options: type[E]
    must: bool = False

    def check(self, raw: Raw, known: Known) -> E | None:  # noqa: ARG002  one signature for all fields
        text = text_of(raw)
        if not text:
            _absent(must=self.must)
            return None
        if text not in {*self.options}:
            raise Wrong(Code.NO_CHOICE)
        return self.options(text)


@dataclass(frozen=True, slots=True)
class Country(Field[str]):
    must: bool = False

    def check(self, raw: Raw, known: Known) -> str:
        return _one_of(text_of(raw), known.countries, must=self.must)


@dataclass(frozen=True, slots=True)
class Governorate(Field[str]):
    must: bool = False

    def check(self, raw: Raw, known: Known) -> str:
        return _one_of(text_of(raw), known.governorates, must=self.must)


@dataclass(frozen=True, slots=True)
class Governorates(Field[tuple[str, ...]]):
    at_least: int = 0

    def check(self, raw: Raw, known: Known) -> tuple[str, ...]:
        chosen = tuple(dict.fromkeys(texts_of(raw)))
        if not set(chosen) <= set(known.governorates):
            raise Wrong(Code.NO_CHOICE)
        return _counted(chosen, self.at_least, len(known.governorates))


@dataclass(frozen=True, slots=True)
class Sectors(Field[tuple[str, ...]]):
    """Slugs; a sector that was merged since counts as the one it went into."""

    at_least: int = 0
    at_most: int = 5

    def check(self, raw: Raw, known: Known) -> tuple[str, ...]:
        chosen = tuple(dict.fromkeys(known.merged.get(slug, slug) for slug in texts_of(raw)))
        if not set(chosen) <= set(known.sectors):
            raise Wrong(Code.RETIRED)
        return _counted(chosen, self.at_least, self.at_most)


@dataclass(frozen=True, slots=True)
class Year(Field[int | None]):
    must: bool = False

    def check(self, raw: Raw, known: Known) -> int | None:  # noqa: ARG002  one signature for all fields
        text = digits(text_of(raw))
        if not text:
            _absent(must=self.must)
            return None
        return _year(text)


@dataclass(frozen=True, slots=True)
class Day(Field[date | None]):
    """A whole date."""

    must: bool = False

    def check(self, raw: Raw, known: Known) -> date | None:  # noqa: ARG002  one signature for all fields
        day, month, year = _date_parts(raw)
        if not (day or month or year):
            _absent(must=self.must)
            return None
        if not (day and month and year):
            raise Wrong(Code.NO_FULL_DATE)
        return _date(day, month, year)


@dataclass(frozen=True, slots=True)
class RoughDay(Field[PartialDate]):
    """A date that may be a year or a month alone."""

    must: bool = False

    def check(self, raw: Raw, known: Known) -> PartialDate:  # noqa: ARG002  one signature for all fields
        day, month, year = _date_parts(raw)
        if not (day or month or year):
            _absent(must=self.must)
            return ""
        if (day and not month) or not year:
            raise Wrong(Code.NO_DATE)
        whole = _date(day or "1", month or "1", year).isoformat()
        return whole[: 10 if day else 7 if month else 4]


@dataclass(frozen=True, slots=True)
class Clock(Field[time | None]):
    """A time of day as hours and minutes."""

    def check(self, raw: Raw, known: Known) -> time | None:  # noqa: ARG002  one signature for all fields
        text = digits(text_of(raw)).replace(".", ":")
        if not text:
            return None
        hours, colon, minutes = text.partition(":")
        try:
            return time(_whole(hours, Code.NO_TIME), _whole(minutes, Code.NO_TIME) if colon else 0)
        except ValueError:
            raise Wrong(Code.NO_TIME) from None


@dataclass(frozen=True, slots=True)
class Count(Field[int | None]):
    """How many people."""

    def check(self, raw: Raw, known: Known) -> int | None:  # noqa: ARG002  one signature for all fields
        text = digits(text_of(raw))
        if not text:
            return None
        count = _whole(text, Code.NO_NUMBER)
        if count > HIGHEST_COUNT:
            raise Wrong(Code.NO_NUMBER)
        return count


@dataclass(frozen=True, slots=True)
class Amount(Field[Decimal | None]):
    """Money: at most twelve digits before the point and two after it; thousands may be set off, by threes."""

    def check(self, raw: Raw, known: Known) -> Decimal | None:  # noqa: ARG002  one signature for all fields
        text = digits(text_of(raw)).replace("٫", ".")
        if not text:
            return None
        if re.fullmatch(r"[0-9]{1,3}([\s,٬][0-9]{3})+(\.[0-9]*)?", text):
            text = re.sub(r"[\s,٬]", "", text)
        if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,2})?", text):
            raise Wrong(Code.NO_AMOUNT)
        try:
            return Decimal(text)
        except InvalidOperation:
            raise Wrong(Code.NO_AMOUNT) from None


@dataclass(frozen=True, slots=True)
class Phone(Field[str]):
    """E.164, typed as people do."""

    def check(self, raw: Raw, known: Known) -> str:  # noqa: ARG002  one signature for all fields
        text = text_of(raw)
        number = as_phone(text)
        if text and number is None:
            raise Wrong(Code.NO_PHONE)
        return number or ""


_EMAIL = re.compile(r"{0}+@{0}+\.{0}+(?<!\.)".format(r"[^@\s<>\"'?&%#,;:]"))
"""Without the signs by which a link to write to it could carry further recipients or a text."""


@dataclass(frozen=True, slots=True)
class Email(Field[str]):
    def check(self, raw: Raw, known: Known) -> str:  # noqa: ARG002  one signature for all fields
        text = text_of(raw)
        if text and (len(text) > LINE or not _EMAIL.fullmatch(text)):
            raise Wrong(Code.NO_EMAIL)
        return text


_LINK = re.compile(r"(?i:https?)://{0}+\.{0}+([/?#][^\s<>\"']*)?".format(r"[^\s/?#@\\<>\"']"))
"""No @ before the path: https://ministry.iq@elsewhere.example leads elsewhere."""


@dataclass(frozen=True, slots=True)
class Link(Field[str]):
    """An address on the web: http or https, nothing else."""

    def check(self, raw: Raw, known: Known) -> str:  # noqa: ARG002  one signature for all fields
        text = text_of(raw)
        if text and (len(text) > SHORT or not _LINK.fullmatch(text)):
            raise Wrong(Code.NO_LINK)
        return text


@dataclass(frozen=True, slots=True)
class Reference(Field[int | None]):
    """Another entry of this kind, by its id. Whether its writer may refer to it is asked elsewhere."""

    kind: str
    must: bool = False

    def check(self, raw: Raw, known: Known) -> int | None:  # noqa: ARG002  one signature for all fields
        text = digits(text_of(raw))
        if not text:
            _absent(must=self.must)
            return None
        return _entry_id(text)


@dataclass(frozen=True, slots=True)
class References(Field[tuple[int, ...]]):
    kind: str
    at_most: int = 20

    def check(self, raw: Raw, known: Known) -> tuple[int, ...]:  # noqa: ARG002  one signature for all fields
        return _counted(
            tuple(dict.fromkeys(_entry_id(digits(text)) for text in texts_of(raw))), 0, self.at_most
        )


@dataclass(frozen=True, slots=True)
class Rows(Field[tuple[T, ...]], Generic[T]):
    """Rows of a smaller dataclass of facts, which `facts` looks into; rows left empty do not count."""

    row: type[T]
    at_least: int = 0
    at_most: int = 20

    def check(self, raw: Raw, known: Known) -> tuple[T, ...]:
        raise NotImplementedError


def _absent(*, must: bool) -> None:
    if must:
        raise Wrong(Code.MISSING)


def _one_of(text: str, options: Collection[str], *, must: bool) -> str:
    if not text:
        _absent(must=must)
    elif text not in options:
        raise Wrong(Code.NO_CHOICE)
    return text


def _counted(chosen: tuple[T, ...], at_least: int, at_most: int) -> tuple[T, ...]:
    if len(chosen) < at_least:
        raise Wrong(Code.TOO_FEW, at_least=at_least)
    if len(chosen) > at_most:
        raise Wrong(Code.TOO_MANY, at_most=at_most)
    return chosen


def _whole(text: str, code: Code) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise Wrong(code)
    return int(text)


def _entry_id(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,10}", text) or int(text) > HIGHEST_ID:
        raise Wrong(Code.NO_ENTRY)
    return int(text)


def entry_ids_in(raw: Raw) -> list[int]:
    """Ids of entries in a list of what was typed, read as `Reference` reads them; the rest is left out."""
    found = []
    for text in texts_of(raw):
        with suppress(Wrong):
            found.append(_entry_id(digits(text)))
    return found


def _year(text: str) -> int:
    year = _whole(text, Code.NO_YEAR)
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise Wrong(Code.NO_YEAR)
    return year


def _date_parts(raw: Raw) -> tuple[str, str, str]:
    parts: Mapping[str, Raw] = raw if isinstance(raw, dict) else {}
    day, month, year = (digits(text_of(parts.get(part))) for part in ("day", "month", "year"))
    return day, month, year


def _date(day: str, month: str, year: str) -> date:
    try:
        return date(_year(year), _whole(month, Code.NO_DATE), _whole(day, Code.NO_DATE))
    except ValueError:
        raise Wrong(Code.NO_DATE) from None
