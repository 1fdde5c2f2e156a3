"""The one place that asks what time it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

BAGHDAD = ZoneInfo("Asia/Baghdad")

_set_to: ContextVar[datetime | None] = ContextVar("set_to", default=None)


def now() -> datetime:
    return _set_to.get() or datetime.now(UTC)


def today() -> date:
    """The day on a wall calendar in Iraq."""
    return now().astimezone(BAGHDAD).date()


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
    day, days = moment.astimezone(BAGHDAD).date(), 0
    while (day := day + timedelta(days=1)) <= today():
        days += day.isoweekday() not in (5, 6)
    return days
