"""What kind of failure of the database an exception tells of."""

from enum import Enum

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree


class Failure(Enum):
    BUSY = "busy"
    """Somebody else holds what is needed: the same again will do in a moment."""
    OVERTAKEN = "overtaken"
    """Two acts waited for each other, and this one was ended: the same again will do at once."""
    AWAY = "away"
    """It is being restarted, or nobody can reach it."""
    FAULT = "fault"
    """Anything else: it does not go away by itself, and somebody has to look."""


PRIMARY_CODE = 0xFF
SQLITE_BUSY = frozenset({5, 6})
"""SQLITE_BUSY and SQLITE_LOCKED, the primary codes (sqlite.org/rescode.html)."""
POSTGRESQL_OVERTAKEN = frozenset({"40001", "40P01"})
"""Serialization, deadlock."""
POSTGRESQL_BUSY = frozenset({"53300", "55P03", "57014"})
"""Too many connections, a lock not had in time, a statement ended for its time."""
POSTGRESQL_AWAY = ("08", "57P01", "57P02", "57P03")
"""How they begin: connections that fail; shutting down, crashed, starting (postgresql.org, appendix A)."""


def kind_of(error: SQLAlchemyError) -> Failure:
    if isinstance(error, NoConnectionFree):  # every connection of this process is in use
        return Failure.BUSY
    if not isinstance(error, DBAPIError):
        return Failure.FAULT
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return Failure.BUSY if code & PRIMARY_CODE in SQLITE_BUSY else Failure.FAULT
    return _kind_by_state(error)


def look_at(error: SQLAlchemyError) -> str:
    """What an operator looks at, where nobody can reach it."""
    away = kind_of(error) is Failure.AWAY
    return "See whether it runs, and whether TWINWEB_DATABASE_URL leads there. " if away else ""


def _kind_by_state(error: DBAPIError) -> Failure:
    """PostgreSQL. Where no state is told, no answer came from it."""
    state = getattr(error.orig, "sqlstate", "") or ""
    if state in POSTGRESQL_OVERTAKEN | POSTGRESQL_BUSY:
        return Failure.OVERTAKEN if state in POSTGRESQL_OVERTAKEN else Failure.BUSY
    unreachable = not state and isinstance(error, OperationalError)
    return Failure.AWAY if unreachable or state.startswith(POSTGRESQL_AWAY) else Failure.FAULT
