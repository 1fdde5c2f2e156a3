"""What was typed, and the facts it becomes: checked without a database."""

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from tests import world
from twinweb.entries.facts import MOST_ROWS, check, references_in, shape, too_large
from twinweb.entries.fields import (
    Amount,
    Clock,
    Code,
    Count,
    Day,
    Email,
    Field,
    Known,
    Link,
    Phone,
    Reference,
    References,
    RoughDay,
    Sectors,
    Text,
    Wrong,
    Year,
)
from twinweb.kinds import KINDS

KNOWN = Known(
    governorates=["basra", "ninewa", "erbil", "duhok"],
    sectors=["job-creation", "waste-management", "agriculture", "inclusive-education"],
    countries=["SI", "SE"],
    merged={"jobs": "job-creation", "work": "job-creation"},
)
EVERYTHING_MISSING = {
    "partnership": [
        ("title", Code.MISSING),
        ("governorates", Code.TOO_FEW),
        ("stage", Code.MISSING),
        ("sources", Code.TOO_FEW),
    ],
    "workshop": [
        ("title", Code.MISSING),
        ("host", Code.MISSING),
        ("first_day", Code.MISSING),
        ("last_day", Code.MISSING),
    ],
    "session": [
        ("workshop", Code.MISSING),
        ("day", Code.MISSING),
        ("title", Code.MISSING),
        ("summary", Code.MISSING),
    ],
    "lesson": [
        ("kind", Code.MISSING),
        ("title", Code.MISSING),
        ("sectors", Code.TOO_FEW),
        ("year", Code.MISSING),
        ("situation", Code.MISSING),
        ("done", Code.MISSING),
        ("recommendation", Code.MISSING),
    ],
}


def date_(day: str = "", month: str = "", year: str = "") -> dict[str, str]:
    return {"day": day, "month": month, "year": year}


def problems(kind: str, raw: dict[str, Any]) -> list[tuple[str, Code]]:
    found = check(KINDS[kind].facts, raw, KNOWN)
    return [(one.path, one.code) for one in found] if isinstance(found, list) else []


@pytest.mark.parametrize("kind", KINDS)
def test_everything_that_is_missing_is_named_at_once_in_the_order_of_the_fields(kind: str) -> None:
    assert problems(kind, {}) == EVERYTHING_MISSING[kind]


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        (Day(), date_("11", "10", "2022"), date(2022, 10, 11)),
        (Day(), date_("١١", "10", "٢٠٢٢"), date(2022, 10, 11)),
        (Day(), date_("۱۱", "۱۰", "۲۰۲۲"), date(2022, 10, 11)),
        (Day(), date_("29", "2", "2024"), date(2024, 2, 29)),
        (Day(), {}, None),
        (RoughDay(), date_(year="2022"), "2022"),
        (RoughDay(), date_(month="3", year="2021"), "2021-03"),
        (RoughDay(), date_("5", "3", "٢٠٢١"), "2021-03-05"),
        (RoughDay(), date_(), ""),
        (Year(), "٢٠٢٢", 2022),
        (Year(), "", None),
        (Count(), "٣٠", 30),
        (Count(), "0", 0),
        (Clock(), "9:30", time(9, 30)),
        (Clock(), "٠٩٫٣٠".replace("٫", ":"), time(9, 30)),
        (Clock(), "14.05", time(14, 5)),
        (Clock(), "9", time(9)),
        (Amount(), "499528.94", Decimal("499528.94")),
        (Amount(), "499,528.94", Decimal("499528.94")),
        (Amount(), "1 000 000", Decimal(1_000_000)),
        (Amount(), "٤٩٩٬٥٢٨٫٩٤", Decimal("499528.94")),
        (Amount(), "0", Decimal(0)),
        (Phone(), "0750 123 4567", "+9647501234567"),
        (Phone(), "٠٧٧٠١٢٣٤٥٦٧", "+9647701234567"),
        (Phone(), "+964 750 123 4567", "+9647501234567"),
        (Phone(), "00386 1 234 5678", "+38612345678"),
        (Email(), "office@basra.example", "office@basra.example"),
        (Link(), "https://example.org/a?b=c", "https://example.org/a?b=c"),
        (Link(), "Https://example.org", "Https://example.org"),
        (Link(), "https://example.org:8080?q=@ب#x", "https://example.org:8080?q=@ب#x"),
        (Link(), "https://دائرة.العراق/صفحة@1", "https://دائرة.العراق/صفحة@1"),
        (Text(20), "  نص\u202e مقلوب ", "نص مقلوب"),
        (Reference("lesson"), "١٢", 12),
        (References("lesson"), ["3", "٣", "4"], (3, 4)),
        (Sectors(1, 3), ["jobs", "work", "agriculture"], ("job-creation", "agriculture")),
    ],
)
def test_what_a_field_makes_of_what_was_typed(field: Field[Any], typed: Any, value: object) -> None:
    assert field.check(typed, KNOWN) == value


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        (Day(), date_("30", "2", "2022"), Code.NO_DATE),
        (Day(), date_("29", "2", "2023"), Code.NO_DATE),
        (Day(), date_("31", "4", "2022"), Code.NO_DATE),
        (Day(), date_(month="10", year="2022"), Code.NO_FULL_DATE),
        (Day(), date_("11", "10"), Code.NO_FULL_DATE),
        (Day(), date_("11", "10", "22"), Code.NO_YEAR),
        (Day(), date_("أحد", "10", "2022"), Code.NO_DATE),
        (Day(), date_("9" * 5000, "10", "2022"), Code.NO_DATE),
        (Day(must=True), {}, Code.MISSING),
        (RoughDay(), date_("5", year="2021"), Code.NO_DATE),
        (RoughDay(), date_(month="3"), Code.NO_DATE),
        (RoughDay(), date_("30", "2", "2021"), Code.NO_DATE),
        (RoughDay(must=True), date_(), Code.MISSING),
        (Year(), "1989", Code.NO_YEAR),
        (Year(), "2101", Code.NO_YEAR),
        (Year(), "²⁰²²", Code.NO_YEAR),
        (Count(), "-1", Code.NO_NUMBER),
        (Count(), "30.5", Code.NO_NUMBER),
        (Count(), "100001", Code.NO_NUMBER),
        (Count(), "9" * 5000, Code.NO_NUMBER),
        (Clock(), "24:00", Code.NO_TIME),
        (Clock(), "9:60", Code.NO_TIME),
        (Clock(), "صباحاً", Code.NO_TIME),
        (Amount(), "-5", Code.NO_AMOUNT),
        (Amount(), "12,5", Code.NO_AMOUNT),
        (Amount(), "1.234,56", Code.NO_AMOUNT),
        (Amount(), "1.234", Code.NO_AMOUNT),
        (Amount(), "1" * 13, Code.NO_AMOUNT),
        (Amount(), "مليون", Code.NO_AMOUNT),
        (Phone(), "12", Code.NO_PHONE),
        (Phone(), "0750 123 456", Code.NO_PHONE),
        (Email(), "office", Code.NO_EMAIL),
        (Email(), "a@b", Code.NO_EMAIL),
        (Email(), "a@b.iq\nbcc: c@d.iq", Code.NO_EMAIL),
        (Email(), "a@b.iq?bcc=c%40d.iq", Code.NO_EMAIL),
        (Email(), "?to=c%40d.iq&x=a@b.iq", Code.NO_EMAIL),
        (Email(), "a@b.iq.", Code.NO_EMAIL),
        (Link(), "javascript:alert(1)", Code.NO_LINK),
        (Link(), "example.org", Code.NO_LINK),
        (Link(), "https://ministry.iq@elsewhere.example/a", Code.NO_LINK),
        (Link(), "https://ministry.iq\\@elsewhere.example", Code.NO_LINK),
        (Link(), "https://" + "a" * 600 + ".org", Code.NO_LINK),
        (Text(5), "123456", Code.TOO_LONG),
        (Text(5, must=True), "\u202e \u200f", Code.MISSING),
        (Reference("lesson"), "99999999999", Code.NO_ENTRY),
        (Reference("lesson"), "x", Code.NO_ENTRY),
        (Reference("lesson"), "9" * 5000, Code.NO_ENTRY),
        (Sectors(1, 3), ["gone"], Code.RETIRED),
        (Sectors(1, 3), ["agriculture", "jobs", "waste-management", "inclusive-education"], Code.TOO_MANY),
    ],
)
def test_what_a_field_refuses(field: Field[Any], typed: Any, code: Code) -> None:
    with pytest.raises(Wrong) as refused:
        field.check(typed, KNOWN)

    assert refused.value.code is code


def test_rows_left_empty_do_not_count_and_a_wrong_row_is_named_by_its_own_control() -> None:
    sources = [{"title": " "}, world.SOURCE, {"title": "بلا نوع", "date": date_("30", "2", "2022")}]

    assert problems("partnership", world.raw("partnership", sources=sources)) == [
        ("sources-2-kind", Code.MISSING),
        ("sources-2-date", Code.NO_DATE),
    ]


def test_twenty_rows_are_enough() -> None:
    party = world.RAW["partnership"]["parties"][0]
    twenty = [party | {"name": f"جهة {number}"} for number in range(20)]

    assert problems("partnership", world.raw("partnership", parties=twenty)) == []
    assert problems("partnership", world.raw("partnership", parties=[*twenty, party])) == [
        ("parties", Code.TOO_MANY)
    ]


def test_facts_contradict_each_other() -> None:
    early, late = date_("1", "3", "2022"), date_(year="2021")
    people = {"people_all": "10", "people_women": "6", "people_men": "5"}
    backwards = {"first_day": date_("13", "10", "2022"), "last_day": date_("11", "10", "2022")}

    assert problems("partnership", world.raw("partnership", planned_start=early, planned_end=late)) == [
        ("planned_end", Code.END_BEFORE_START)
    ]
    assert problems("partnership", world.raw("partnership", budget_amount="5")) == [
        ("budget_amount", Code.AMOUNT_AND_CURRENCY)
    ]
    assert problems("workshop", world.raw("workshop", **backwards)) == [("last_day", Code.END_BEFORE_START)]
    assert problems("workshop", world.raw("workshop", **people)) == [("people_all", Code.MORE_THAN_ALL)]
    assert problems("session", world.raw("session", workshop="1", start_time="10", end_time="9")) == [
        ("end_time", Code.END_BEFORE_START)
    ]


def test_a_rough_end_within_the_year_of_its_start_is_not_before_it() -> None:
    raw = world.raw("partnership", actual_start=date_("1", "3", "2022"), actual_end=date_(year="2022"))

    assert problems("partnership", raw) == []


def test_what_is_no_field_does_not_enter_a_draft_nor_a_row_of_it() -> None:
    source = world.SOURCE | {"approved": "yes"}
    raw = {"title": "عنوان", "owner": "erbil", "state": "approved", "sources": [source, "junk", {}]}

    assert shape(KINDS["lesson"].facts, raw) == {"title": "عنوان", "sources": [world.SOURCE, {}]}


def test_a_draft_has_bounds_too() -> None:
    assert too_large({"title": "ا" * 20_000, "sources": [world.SOURCE] * MOST_ROWS}) == []
    found = too_large({"sources": [*[world.SOURCE] * MOST_ROWS, {"title": "ا" * 20_001}]})
    assert [(one.path, one.code) for one in found] == [
        (f"sources-{MOST_ROWS}-title", Code.TOO_LONG),
        ("sources", Code.TOO_MANY),
    ]


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("12", [12]),
        ("١٢", [12]),
        (" 12 ", [12]),
        ("2147483648", []),
        ("9" * 5000, []),
        ("x", []),
        ("-3", []),
        ("²", []),
    ],
)
def test_references_are_found_as_the_field_reads_them(typed: str, ids: list[int]) -> None:
    facts = KINDS["lesson"].facts

    assert [one for _, _, one in references_in(facts, {"partnership": typed})] == ids
    assert [one for _, _, one in references_in(KINDS["workshop"].facts, {"partnerships": [typed]})] == ids
