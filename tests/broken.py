"""A database that is really broken, in each of the ways that happen, and mended again afterwards."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import URL, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection

from tests.conftest import administer
from twinweb.db import db, is_postgresql

Breaking = Callable[[], AbstractContextManager[None]]


ASKED_BY_EVERY_PAGE = ("alembic_version", "notice", "revision", "sign_in")


@contextmanager
def without_tables(*names: str) -> Iterator[None]:
    """As after half a restore; without these, or those that every page asks."""
    gone = {name: f"{name}_gone" for name in names or ASKED_BY_EVERY_PAGE}
    _rename(gone)
    try:
        yield
    finally:
        _rename({new: former for former, new in gone.items()})


@contextmanager
def damaged() -> Iterator[None]:
    """SQLite: a disk has written something else where the register was."""
    _let_go()  # what a connection has read already it still knows
    path = Path(db.engine.url.database or "")
    content = path.read_bytes()
    _write_over(path, b"\xa5" * len(content))
    try:
        yield
    finally:
        _let_go()
        _write_over(path, content)


@contextmanager
def cut_off() -> Iterator[None]:
    """PostgreSQL: every connection is ended, and comes back when it is asked for anew."""
    _cut()
    try:
        yield
    finally:
        _let_go()


@contextmanager
def away() -> Iterator[None]:
    """PostgreSQL: nobody can reach it."""
    administer(_server(), "ALTER DATABASE twinweb ALLOW_CONNECTIONS false")
    _cut()
    try:
        yield
    finally:
        _let_go()
        administer(_server(), "ALTER DATABASE twinweb ALLOW_CONNECTIONS true")


def read_only() -> AbstractContextManager[None]:
    """Whoever connects now can write nothing."""
    return connecting(
        "SET default_transaction_read_only = on" if is_postgresql() else "PRAGMA query_only = ON"
    )


@contextmanager
def connecting(first: str) -> Iterator[None]:
    """Every connection begins with this statement."""

    def say(connection: DBAPIConnection, _record: object) -> None:
        connection.cursor().execute(first)
        connection.commit()

    db.session.remove()
    db.engine.dispose()
    event.listen(db.engine, "connect", say)
    yield
    event.remove(db.engine, "connect", say)
    db.session.remove()
    db.engine.dispose()


BREAKINGS: dict[str, dict[str, Breaking]] = {
    "sqlite": {"without tables": without_tables, "damaged": damaged},
    "postgresql": {"without tables": without_tables, "cut off": cut_off, "away": away},
}


def _rename(names: dict[str, str]) -> None:
    db.session.rollback()
    with db.engine.begin() as connection:
        for former, new in names.items():
            connection.execute(text(f'ALTER TABLE "{former}" RENAME TO "{new}"'))


def _write_over(path: Path, content: bytes) -> None:
    with path.open("r+b") as file:
        file.write(content)


def _server() -> URL:
    return db.engine.url.set(database="postgres")


def _cut() -> None:
    administer(
        _server(),
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'twinweb'",
    )


def _let_go() -> None:
    db.session.remove()
    db.engine.dispose()
