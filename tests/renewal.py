"""A PostgreSQL database as it was when it was new, again for each test.

To empty its tables and to fill them costs less than making a database, and connections stay open.
"""

from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import URL

PATIENCE = "3s"
"""A test may have left a transaction open that holds a table."""
TABLES = (
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
)
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"


class CannotRenew(Exception):
    """Its tables are others, or somebody holds them: a new database has to be made."""


class Renewal:
    def __init__(self, address: URL) -> None:
        self._address = address.set(drivername="postgresql").render_as_string(hide_password=False)
        with self._connected() as connection:
            self._tables = [row[0] for row in connection.execute(TABLES)]
            self._sequences = connection.execute(SEQUENCES).fetchall()
            rows = {table: _read(connection, table) for table in self._tables}
        self._rows = {table: content for table, content in rows.items() if content}

    def renew(self) -> None:
        try:
            with self._connected() as connection:
                self._empty(connection)
                for table, content in self._rows.items():
                    _write(connection, table, content)
                for name, last in self._sequences:
                    connection.execute("SELECT setval(%s, %s, %s)", (name, last or 1, last is not None))
        except psycopg.Error as error:
            raise CannotRenew from error

    def _connected(self) -> "psycopg.Connection[Any]":
        """Its block is one transaction."""
        return psycopg.connect(self._address)

    def _empty(self, connection: "psycopg.Connection[Any]") -> None:
        connection.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        connection.execute("SET LOCAL session_replication_role = replica")  # filled in any order
        if [row[0] for row in connection.execute(TABLES)] != self._tables:
            raise CannotRenew
        names = sql.SQL(", ").join(map(sql.Identifier, self._tables))
        connection.execute(sql.SQL("TRUNCATE {}").format(names))  # not DELETE: rows stand as they come


def _read(connection: "psycopg.Connection[Any]", table: str) -> bytes:
    with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as copy:
        return b"".join(bytes(part) for part in copy)


def _write(connection: "psycopg.Connection[Any]", table: str, content: bytes) -> None:
    with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as copy:
        copy.write(content)
