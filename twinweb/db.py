"""The database handle, the base of every table, and the transaction every command runs in."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Executable,
    MetaData,
    Result,
    TypeDecorator,
    event,
)
from sqlalchemy import Enum as EnumType
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, registry, scoped_session
from sqlalchemy.pool import ConnectionPoolEntry, Pool

from twinweb import open_files
from twinweb.failures import Failure, kind_of

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

BUSY_TIMEOUT = "busy_timeout = 10000"
SQLITE_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",  # NORMAL acknowledges saves that a power cut then takes back
    "foreign_keys = ON",
    BUSY_TIMEOUT,
    "cache_size = -1000",  # kB of each of a worker's connections: what a page reads
)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware moments in UTC on both databases; SQLite alone would give them back naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  SQLAlchemy's signature
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  SQLAlchemy's signature
        return value and value.replace(tzinfo=value.tzinfo or UTC)


class _Base(DeclarativeBase):
    # `registry`, not `type_annotation_map`: pallets-eco/flask-sqlalchemy#1361.
    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            dict[str, Any]: JSON,
            list[str]: JSON,
            list[int]: JSON,
            list[dict[str, Any]]: JSON,
            datetime: UtcDateTime,
            Enum: EnumType(
                Enum,
                native_enum=False,
                length=24,
                create_constraint=False,
                values_callable=lambda enum: [one.value for one in enum],
            ),
        },
    )


db = SQLAlchemy(model_class=_Base, session_options={"expire_on_commit": False})

if TYPE_CHECKING:
    Model = _Base
else:
    Model = db.Model


class Witness(Protocol):
    """Who writes down, in the same transaction, that something was done."""

    def begins(self) -> None: ...
    def ends(self) -> None: ...


_witness: ContextVar[Witness | None] = ContextVar("witness", default=None)


def witnessed_by(witness: Witness | None) -> Witness | None:
    """Let the next transaction that is committed be witnessed; returns who was still waiting for one."""
    former = _witness.get()
    _witness.set(witness)
    return former


before_writing: list[Callable[[], None]] = []
"""What higher floors look at again in each transaction, before anything is done; they refuse by raising."""


@contextmanager
def transaction() -> Iterator[scoped_session[Session]]:
    """Commit what the block did, or nothing of it.

    What was read before is read again inside: a read cannot be turned into a write on SQLite, so the lock for
    writing is taken at the start.
    """
    session = db.session
    session.rollback()
    session.connection(execution_options={"writes": "in turn"})
    witness = _witness.get()
    try:
        for look in before_writing:
            look()
        if witness:
            witness.begins()
        yield session
        if witness:
            witness.ends()
        session.commit()
        _witness.set(None)
    except BaseException:
        session.rollback()
        raise


def write_if_free(statement: Executable) -> None:
    """Run a statement as a transaction of its own, or leave it undone where others write just now.

    For what a page notes beside what it shows: no page waits for writers.
    """
    db.session.rollback()
    try:
        with db.engine.connect() as connection:
            connection.execution_options(writes="if free")
            with connection.begin():
                connection.execute(statement)
    except SQLAlchemyError as error:
        if kind_of(error) is not Failure.BUSY:
            raise


def let_go(_error: BaseException | None = None) -> None:
    """End the transaction under way, if any. A connection that is gone cannot be asked to end it."""
    try:
        db.session.rollback()
    except SQLAlchemyError:
        db.session().invalidate()


def rows_of(statement: Executable, values: Mapping[str, object] | None = None) -> Result[*tuple[Any, ...]]:
    """What a statement that asks for columns finds, past the ORM, which takes as long again for a small one.

    Nothing that is still to be flushed is seen.
    """
    return db.session.connection().execute(statement, values)


def is_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"


def upsert(table: type[DeclarativeBase]) -> Any:  # noqa: ANN401  each dialect has a class of its own
    """An INSERT that may say what follows on a conflict."""
    return postgresql.insert(table) if is_postgresql() else sqlite.insert(table)


@event.listens_for(Pool, "connect")
def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    if "sqlite" not in type(connection).__module__:
        return
    connection.isolation_level = None  # ours is the BEGIN, below
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


class _PlanningOnce(SQLiteCompiler):
    """SQLite plans a statement anew whenever a limit is bound that it looked at in planning.

    Behind a sign it does not look: asking who is signed in takes a third of the time.
    """

    def limit_clause(self, select: Any, **kw: Any) -> str:  # noqa: ANN401  SQLAlchemy's signature
        clause: str = super().limit_clause(select, **kw)  # type: ignore[no-untyped-call]
        return clause.replace("LIMIT ", "LIMIT +")


def prepare(engine: Engine) -> None:
    """Before its first statement."""
    event.listen(engine, "begin", _begin_for_writing)
    open_files.watch(engine)
    if engine.dialect.name == "sqlite":
        engine.dialect.statement_compiler = _PlanningOnce


def _begin_for_writing(connection: Connection) -> None:
    """SQLite: take the lock for writing at the start of a command, as later the database may have changed."""
    writes = connection.get_execution_options().get("writes")
    if writes == "if free":
        _begin_if_free(connection)
    elif connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_if_free(connection: Connection) -> None:
    """PostgreSQL locks rows alone: a twin page that notes the same may have its moment."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
        return
    connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA {BUSY_TIMEOUT}")
