"""The one place that asks what time it is, and that knows until when an answer made of it is good."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BAGHDAD = ZoneInfo("Asia/Baghdad")
WEEKEND = (5, 6)
"""Friday and Saturday, as ISO counts them."""

_set_to: ContextVar[datetime | None] = ContextVar("set_to", default=None)


class Watch:
    """Notes until when what is read of the clock stays as it is read."""

    good_until: datetime | None = None
    """None as long as nobody has asked what time it is."""

    def note(self, moment: datetime) -> None:
        self.good_until = min(self.good_until or moment, moment)


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)


def watched_by(watch: Watch | None) -> None:
    """Let whatever asks for the time from now on, in this request, be noted there."""
    _watch.set(watch)


def now() -> datetime:
    """This very moment: what is made of it is good for no other."""
    return _good_until(_now())


def today() -> date:
    """The day on a wall calendar in Iraq."""
    local = _now().astimezone(BAGHDAD)
    _good_until((local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0))
    return local.date()


def start_of_today() -> datetime:
    """Midnight in Iraq."""
    return datetime.combine(today(), time(), BAGHDAD)


def has_passed(moment: datetime) -> bool:
    """Whether this moment is over."""
    passed = moment <= _now()
    if not passed:
        _good_until(moment)
    return passed


def minutes_since(moment: datetime, most: int) -> int:
    """Whole minutes, or `most`, whichever is less."""
    minutes = (_now() - moment) // timedelta(minutes=1)
    if minutes < most:
        _good_until(moment + timedelta(minutes=minutes + 1))
    return min(minutes, most)


def before_now(span: timedelta) -> datetime:
    """So long ago: for a query whose every row is asked again by `has_passed`."""
    return _now() - span


def _now() -> datetime:
    return _set_to.get() or datetime.now(UTC)


def _good_until(moment: datetime) -> datetime:
    if watch := _watch.get():
        watch.note(moment)
    return moment


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let what runs inside happen at another moment: the sample programme of 2022, and tests."""
    token = _set_to.set(moment)
    try:
        yield
    finally:
        _set_to.reset(token)


def working_days_since(moment: datetime) -> int:
    """Whole working days (Sunday to Thursday) between the day of `moment` and today."""
    return _working_days(moment.astimezone(BAGHDAD).date(), today())


def working_days_between(first: datetime, last: datetime) -> int:
    return _working_days(first.astimezone(BAGHDAD).date(), last.astimezone(BAGHDAD).date())


def _working_days(day: date, last: date) -> int:
    days = 0
    while (day := day + timedelta(days=1)) <= last:
        days += day.isoweekday() not in WEEKEND
    return days


def waited(days: int) -> datetime:
    """What came before this moment has waited for so many whole working days, or more."""
    day = today()
    while days:
        days -= day.isoweekday() not in WEEKEND
        day -= timedelta(days=1)
    return datetime.combine(day + timedelta(days=1), time(), BAGHDAD)


def next_working_days(count: int) -> list[date]:
    """The first ones after today."""
    days: list[date] = []
    day = today()
    while len(days) < count:
        day += timedelta(days=1)
        if day.isoweekday() not in WEEKEND:
            days.append(day)
    return days
