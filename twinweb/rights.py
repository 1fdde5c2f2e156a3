"""What the application's role may do on PostgreSQL, where another one owns the tables."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, inspect, make_url, text

from twinweb.config import Settings
from twinweb.turns import taking_turns

APPEND_ONLY = ("audit_event", "audit_seal")
READ_ONLY = ("alembic_version",)


@contextmanager
def as_owner(settings: Settings, engine: Engine) -> Iterator[Connection]:
    """A connection of the role that owns the tables; in the end the application's is told what it may do.

    Nobody else has one meanwhile, on this machine or another.
    """
    with taking_turns(settings):
        if not settings.database_owner_url:
            with engine.connect() as connection:
                yield connection
            return
        with _owning(settings) as connection:
            yield connection


@contextmanager
def _owning(settings: Settings) -> Iterator[Connection]:
    owner = create_engine(settings.database_owner_url)
    with owner.connect() as connection:
        yield connection
        if inspect(connection).has_table(APPEND_ONLY[-1]):  # not where all was taken down
            grant(connection, make_url(settings.database_url).username or "")
        connection.commit()
    owner.dispose()


def grant(owner: Connection, role: str) -> None:
    """As the owner, after migrating."""
    quoted = owner.dialect.identifier_preparer.quote_identifier(role)
    for statement in (
        f"GRANT USAGE ON SCHEMA public TO {quoted}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}",
        *(f"REVOKE UPDATE, DELETE ON {table} FROM {quoted}" for table in APPEND_ONLY),
        *(f"REVOKE INSERT, UPDATE, DELETE ON {table} FROM {quoted}" for table in READ_ONLY),
    ):
        owner.execute(text(statement))


def excess(connection: Connection) -> Iterator[str]:
    """What this role may do and should not, in words."""
    asked = text("SELECT has_table_privilege(:table, :right)")
    for table in APPEND_ONLY:
        for right in ("UPDATE", "DELETE", "TRUNCATE"):
            if connection.execute(asked, {"table": table, "right": right}).scalar():
                yield f"{right} on {table}"
    powers = "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
    if any(connection.execute(text(powers)).one()):
        yield "to make roles or databases"
