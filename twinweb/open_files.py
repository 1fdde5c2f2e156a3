"""SQLite: whether the files that are open are still those under their names.

Who removes or replaces the file under a running server leaves it writing into one that nobody finds again.
The files are compared before a writing transaction and before its commit, by device and inode. Once they
differ, this process takes nothing in until it is started anew: what it has read was of another file.
"""

import logging
from pathlib import Path

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

BESIDE = ("-wal", "-shm")
"""Files that SQLite keeps beside the database while anybody has it open."""
Identity = tuple[int, int] | None

log = logging.getLogger("twinweb.database")


class Replaced(SQLAlchemyError):
    """The open database is no longer the one under its name: nothing that is saved would be found again."""


def watch(engine: Engine) -> None:
    """Before its first connection."""
    path = engine.url.database
    if engine.dialect.name == "sqlite" and path and path != ":memory:":
        _OpenFiles(path).listen(engine)


class _OpenFiles:
    """Of one engine: the database that it opened first, and what each connection first found beside it."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._opened: Identity = None
        self._replaced = False

    def listen(self, engine: Engine) -> None:
        event.listen(engine, "do_connect", self._before_opening)
        event.listen(engine, "connect", self._note)
        event.listen(engine, "begin", self._look_before_writing)
        event.listen(engine, "commit", self._look)
        event.listen(engine, "engine_disposed", self._forget)

    def _before_opening(self, *_how: object) -> None:
        """A new connection would open another file, or make an empty one."""
        self._refuse(another=self._opened is not None and _identity(self._path) != self._opened)

    def _note(self, _connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        self._opened = self._opened or _identity(self._path)
        record.info["beside"] = self._beside()

    def _look_before_writing(self, connection: Connection) -> None:
        if connection.get_execution_options().get("writes"):
            self._look(connection)

    def _look(self, connection: Connection) -> None:
        noted, found = connection.info["beside"], self._beside()
        connection.info["beside"] = [one or other for one, other in zip(noted, found, strict=True)]
        changed = connection.info["beside"] != found or _identity(self._path) != self._opened
        self._refuse(another=changed)

    def _refuse(self, *, another: bool) -> None:
        if another and not self._replaced:
            self._replaced = True
            log.critical(
                "%s was removed or replaced while it was open. Nothing is saved any more: "
                "stop, put the right file in its place, start",
                self._path,
            )
        if self._replaced:
            raise Replaced(str(self._path))

    def _forget(self, _engine: Engine) -> None:
        """Every connection was let go: the next one opens what is there then."""
        self._opened, self._replaced = None, False

    def _beside(self) -> list[Identity]:
        return [_identity(self._path.with_name(self._path.name + end)) for end in BESIDE]


def _identity(path: Path) -> Identity:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
