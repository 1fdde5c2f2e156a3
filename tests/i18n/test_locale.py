"""How pages write days, times, numbers and places, in each language."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from flask import Flask, g

from twinweb import clock
from twinweb.i18n import locale

NOON = datetime(2022, 10, 20, 9, 0, tzinfo=UTC)
"""Midday in Baghdad."""
EVENING = datetime(2022, 10, 11, 22, 5, tzinfo=UTC)
"""Already the next day in Baghdad."""


@contextmanager
def speaking(language: str) -> Iterator[None]:
    app = Flask("twinweb")
    locale.init_app(app)
    cookie = {"Cookie": f"{locale.COOKIE}={language}"} if language else {}
    with app.test_request_context(headers=cookie):
        yield


@pytest.fixture
def arabic() -> Iterator[None]:
    with speaking("ar"):
        yield


@pytest.fixture
def english() -> Iterator[None]:
    with speaking("en"):
        yield


@pytest.mark.parametrize("language", ["ar", "", "fr", "ckb", "../en", "ar-EG"])
def test_a_page_speaks_arabic_unless_another_language_that_it_has_was_chosen(language: str) -> None:
    with speaking(language):
        assert str(locale.locale()) == "ar_IQ"
        assert locale.is_arabic()


def test_a_page_speaks_the_language_chosen_on_the_device(english: None) -> None:
    assert str(locale.locale()) == "en_GB"
    assert not locale.is_arabic()


def test_the_language_of_the_account_goes_before_that_of_the_device(english: None) -> None:
    g.language = "ar"

    assert locale.chosen_language() == "ar"


def test_a_name_that_is_missing_in_one_language_is_given_in_the_other(arabic: None) -> None:
    assert locale.in_language("البصرة", "Basra") == "البصرة"
    assert locale.in_language("", "Basra") == "Basra"


def test_an_english_page_gives_arabic_names_where_there_is_no_other(english: None) -> None:
    assert locale.in_language("البصرة", "Basra") == "Basra"
    assert locale.in_language("البصرة", "") == "البصرة"


def test_months_have_the_names_of_iraq(arabic: None) -> None:
    first = "كانون الثاني، شباط، آذار، نيسان، أيار، حزيران"
    second = "تموز، آب، أيلول، تشرين الأول، تشرين الثاني، كانون الأول"

    assert [name for _, name in locale.months()] == f"{first}، {second}".split("، ")
    assert [number for number, _ in locale.months()] == [str(month) for month in range(1, 13)]
    assert locale.day(date(2022, 10, 12)) == "12 تشرين الأول 2022"


@pytest.mark.parametrize(
    ("first", "last", "ar", "en"),
    [
        (date(2022, 10, 11), date(2022, 10, 13), "11–13 تشرين الأول 2022", "11–13 Oct 2022"),
        (date(2022, 10, 11), date(2022, 10, 11), "11 تشرين الأول 2022", "11 October 2022"),
        (
            date(2022, 10, 30),
            date(2022, 11, 2),
            "30 تشرين الأول – 2 تشرين الثاني 2022",
            "30 Oct – 2 Nov 2022",
        ),
        (
            date(2022, 12, 30),
            date(2023, 1, 2),
            "30 كانون الأول 2022 – 2 كانون الثاني 2023",
            "30 Dec 2022 – 2 Jan 2023",
        ),
    ],
)
def test_days_in_a_row_name_each_month_and_year_once(first: date, last: date, ar: str, en: str) -> None:
    with speaking("ar"):
        assert plain_spaces(locale.days(first, last)) == ar
    with speaking("en"):
        assert plain_spaces(locale.days(first, last)) == en


@pytest.mark.parametrize(
    ("value", "ar", "en"),
    [
        ("", "", ""),
        ("2022", "2022", "2022"),
        ("2022-10", "تشرين الأول 2022", "October 2022"),
        ("2022-10-11", "11 تشرين الأول 2022", "11 October 2022"),
    ],
)
def test_a_rough_date_says_no_more_than_is_known(value: str, ar: str, en: str) -> None:
    with speaking("ar"):
        assert locale.rough_day(value) == ar
    with speaking("en"):
        assert locale.rough_day(value) == en


def test_the_day_changes_at_midnight_in_baghdad(arabic: None) -> None:
    assert locale.moment(EVENING) == "12 تشرين الأول 2022، 01:05"
    assert locale.day(EVENING) == "12 تشرين الأول 2022"
    assert locale.hour(EVENING) == "01:05"


def test_a_moment_in_english_has_an_english_comma(english: None) -> None:
    assert locale.moment(EVENING) == "12 October 2022, 01:05"


def test_arabic_pages_write_latin_digits(arabic: None) -> None:
    written = [
        locale.number(1234567),
        locale.number(Decimal("499528.94")),
        locale.number("64"),
        locale.number(0.5),
        locale.hour(time(9, 5)),
        locale.moment(EVENING),
        locale.weekday(date(2022, 10, 20)),
        locale.ago(clock.now() - timedelta(days=12)),
    ]

    assert written[:5] == ["1,234,567", "499,528.94", "64", "0.5", "09:05"]
    assert not [text for text in written if re.search("[٠-٩۰-۹٫٬]", text)]


def test_a_day_can_be_given_with_its_name(arabic: None) -> None:
    assert locale.weekday(date(2022, 10, 20)) == "الخميس 20 تشرين الأول 2022"


STEPS = [
    (timedelta(0), "قبل لحظات", "just now"),
    (timedelta(seconds=-30), "قبل لحظات", "just now"),
    (timedelta(seconds=119), "قبل لحظات", "just now"),
    (timedelta(minutes=2), "منذ دقيقتين", "2 minutes ago"),
    (timedelta(minutes=3), "منذ 3 دقائق", "3 minutes ago"),
    (timedelta(minutes=59), "منذ 59 دقيقة", "59 minutes ago"),
    (timedelta(hours=1), "اليوم", "today"),
    (timedelta(hours=12), "اليوم", "today"),
    (timedelta(hours=12, seconds=1), "أمس", "yesterday"),
    (timedelta(hours=36), "أمس", "yesterday"),
    (timedelta(hours=37), "منذ يومين", "2 days ago"),
    (timedelta(days=3), "منذ 3 أيام", "3 days ago"),
    (timedelta(days=10), "منذ 10 أيام", "10 days ago"),
    (timedelta(days=11), "منذ 11 يوماً", "11 days ago"),
    (timedelta(days=100), "منذ 100 يوم", "100 days ago"),
]


@pytest.mark.parametrize(("gone", "ar", "en"), STEPS)
def test_how_long_ago_is_said_in_the_largest_unit_that_matters(gone: timedelta, ar: str, en: str) -> None:
    with clock.at(NOON):
        with speaking("ar"):
            assert locale.ago(NOON - gone) == ar
        with speaking("en"):
            assert locale.ago(NOON - gone) == en


def test_minutes_run_on_over_midnight(arabic: None) -> None:
    with clock.at(datetime(2022, 10, 19, 21, 10, tzinfo=UTC)):
        assert locale.ago(datetime(2022, 10, 19, 20, 50, tzinfo=UTC)) == "منذ 20 دقيقة"


@pytest.mark.parametrize(
    ("code", "ar", "en"),
    [
        ("IQ", "العراق", "Iraq"),
        ("SE", "السويد", "Sweden"),
        ("SI", "سلوفينيا", "Slovenia"),
        ("AL", "ألبانيا", "Albania"),
        ("XX", "XX", "XX"),
    ],
)
def test_countries_are_named_in_the_language_of_the_page(code: str, ar: str, en: str) -> None:
    with speaking("ar"):
        assert locale.country(code) == ar
    with speaking("en"):
        assert locale.country(code) == en


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("+9647501234567", "+964 750 123 4567"),
        ("+46812345678", "+46812345678"),
        ("", ""),
    ],
)
def test_a_phone_number_is_grouped_as_it_is_read_aloud(stored: str, shown: str) -> None:
    assert locale.phone(stored) == shown


def plain_spaces(text: str) -> str:
    """Typography may bind words with spaces of other widths."""
    return re.sub(r"\s+", " ", text)
