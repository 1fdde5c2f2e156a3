"""Which language a page speaks, and how it writes numbers, dates and spans of time."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal

from babel import Locale
from babel.dates import format_date, format_datetime, format_interval, format_time
from babel.numbers import format_decimal
from flask import Flask, g, request
from flask_babel import Babel, get_locale, gettext, ngettext

from twinweb import clock
from twinweb.i18n import catalogue

LOCALES: Mapping[str, Locale] = {"ar": Locale("ar", "IQ"), "en": Locale("en", "GB")}
"""Formats of Iraq: تشرين الأول, not أكتوبر; the week from Saturday."""

COOKIE = "language"


def chosen_language() -> str:
    """As the person has chosen: in their account, else on this device, else Arabic."""
    chosen = g.get("language") or request.cookies.get(COOKIE, "")
    return chosen if chosen in LOCALES else "ar"


def locale() -> Locale:
    return get_locale() or LOCALES["ar"]


def is_arabic() -> bool:
    return bool(locale().language == "ar")


def in_language(ar: str, en: str) -> str:
    """The one of two names that the page speaks."""
    return (ar if is_arabic() else en) or ar or en


def day(value: date) -> str:
    return format_date(_in_iraq(value), "d MMMM y", locale=locale())


def short_day(value: date) -> str:
    """The day of something whose year is told: 20 تشرين الأول."""
    return format_date(value, "d MMMM", locale=locale())


def weekday(value: date) -> str:
    """The day with its name: الخميس 20 تشرين الأول 2022."""
    return format_date(_in_iraq(value), "EEEE d MMMM y", locale=locale())


def rough_day(value: str) -> str:
    """A date of reduced precision (2022, 2022-10, 2022-10-11) in words."""
    parts = [int(part) for part in value.split("-")] if value else []
    pattern = {1: "y", 2: "MMMM y", 3: "d MMMM y"}.get(len(parts))
    if pattern is None:
        return ""
    return format_date(date(*[*parts, 1, 1][:3]), pattern, locale=locale())


def days(first: date, last: date) -> str:
    """From a day to a day: 11–13 تشرين الأول 2022."""
    if first == last:
        return day(first)
    text: str = format_interval(first, last, "yMMMd", locale=locale())
    return text


def moment(value: datetime) -> str:
    return format_datetime(
        value.astimezone(clock.BAGHDAD),
        "d MMMM y، HH:mm" if is_arabic() else "d MMMM y, HH:mm",
        locale=locale(),
    )


def hour(value: datetime | time) -> str:
    """14:05, on the clock of Baghdad."""
    local = value.astimezone(clock.BAGHDAD).time() if isinstance(value, datetime) else value
    return format_time(local, "HH:mm", locale=locale())


def number(value: float | Decimal | str) -> str:
    return format_decimal(value, locale=locale(), numbering_system="latn")


def ago(value: datetime) -> str:
    """How long ago, in the largest whole unit."""
    minutes = clock.minutes_since(value, most=60)
    if minutes < 60:  # noqa: PLR2004  an hour
        return str(gettext("just now")) if minutes < 2 else _minutes(minutes)  # noqa: PLR2004  one is now
    if clock.today() == value.astimezone(clock.BAGHDAD).date():
        return str(gettext("today"))
    passed = (clock.today() - value.astimezone(clock.BAGHDAD).date()).days
    if passed == 1:
        return str(gettext("yesterday"))
    return str(ngettext("%(num)s day ago", "%(num)s days ago", passed))


def _minutes(gone: int) -> str:
    return str(ngettext("%(num)s minute ago", "%(num)s minutes ago", gone))


def months() -> list[tuple[str, str]]:
    names = locale().months["stand-alone"]["wide"]
    return [(str(month), names[month]) for month in range(1, 13)]


def phone(number_: str) -> str:
    """A number as it is read aloud: +964 750 123 4567; those of other countries as they are stored."""
    return re.sub(r"^(\+964)(7..)(...)(....)$", r"\1 \2 \3 \4", number_)


def country(code: str) -> str:
    return str(locale().territories.get(code, code))


def _in_iraq(value: date) -> date:
    return value.astimezone(clock.BAGHDAD).date() if isinstance(value, datetime) else value


def init_app(app: Flask) -> None:
    catalogue.install(Babel(app, locale_selector=lambda: LOCALES[chosen_language()]), app)
    app.jinja_env.globals.update(
        locale=locale,
        in_language=in_language,
        months=months,
        country=country,
        days=days,
        direction=lambda: "rtl" if is_arabic() else "ltr",
    )
    app.jinja_env.filters.update(
        ago=ago,
        day=day,
        hour=hour,
        moment=moment,
        number=number,
        phone=phone,
        rough_day=rough_day,
        short_day=short_day,
        weekday=weekday,
    )
