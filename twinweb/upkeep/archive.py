"""A copy of everything in one file, made while people write, and brought back into an empty place.

The archive is a zip of the tables as lines of JSON, the content of files under its hash, and a manifest with
the hash of each part. Tables are read in one snapshot, by the columns that they have in the database: a copy
fits both databases, and an older one is migrated after it has come back. The words of search are not in it:
they are written again.
"""

import base64
import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, MetaData, Table, select

from twinweb import audit, clock, rights
from twinweb.accounts.keys import keyed_hash
from twinweb.attachments.commands import is_still_needed
from twinweb.attachments.store import store
from twinweb.attachments.store_protocol import NoStore, Unreadable
from twinweb.audit import Head
from twinweb.config import Settings
from twinweb.db import db, transaction
from twinweb.entries import catalogue
from twinweb.upkeep import schema
from twinweb.upkeep.manifest import Manifest, Newer, file_part, part_of

BATCH = 500
MANIFEST = "manifest.json"
NOT_KEPT = ("card_words", "alembic_version", "deployment")
"""Written again; said in the manifest; and said of the place by the key that is there."""
OWN_FILE_ALONE = 0o600


class Damaged(Exception):
    """Not an archive, or not what it was when it was made; the text says where."""


class NotEmpty(Exception):
    """There is something in the database already; the text names a table."""


@dataclass(frozen=True, slots=True)
class Summary:
    rows: int
    files: int
    missing: list[str]
    """Content that was not in the store, or that it did not give."""
    head: Head
    same_secret: bool = True
    """Where it is another one, what it sealed stays shut: authenticators are set up anew."""
    failure: str = ""
    """Why the store gives no content at all."""


def backup(path: Path) -> Summary:
    """Everything into one new file that its owner alone may read; whole, or not at all."""
    if path.exists():
        raise FileExistsError(path)
    with transaction():
        audit.record("backup", "register", "", by_id=None)
    beside = path.with_name(path.name + ".part")
    beside.unlink(missing_ok=True)
    try:
        summary = _write_archive(beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return summary


def restore(path: Path) -> Summary:
    """Everything back as it was, into an empty database and whatever store there is."""
    settings: Settings = current_app.config["TWINWEB"]
    with _opened(path) as (archive, manifest):
        if manifest.schema not in schema.known():
            raise Newer
        _verify(archive, manifest.parts)
        _require_empty(settings)
        rows = _bring_back(settings, archive, manifest)
    upgrade()
    catalogue.reindex()
    same_secret = manifest.secret == keyed_hash("", "backup")
    return Summary(rows, len(manifest.files), manifest.missing, manifest.head, same_secret)


def _bring_back(settings: Settings, archive: zipfile.ZipFile, manifest: Manifest) -> int:
    """Rows and files, at the schema of the archive; or the database is as empty as before."""
    upgrade(revision=manifest.schema)
    try:
        with _own_tables(settings) as connection:
            rows = _load(connection, archive, manifest.tables)
            for sha256 in manifest.files:
                store().put(sha256, archive.read(file_part(sha256)))
    except BaseException:
        downgrade(revision="base")
        raise
    return rows


def tables_in(connection: Connection) -> list[Table]:
    """As they are, whatever this program's models say."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _found: not name.startswith(NOT_KEPT))
    return sorted(found.tables.values(), key=lambda table: table.name)


def _write_archive(path: Path) -> Summary:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWN_FILE_ALONE)
    with os.fdopen(descriptor, "wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, _snapshot() as connection:
            summary = _write_parts(archive, connection)
        file.flush()
        os.fsync(file.fileno())
    return summary


def _write_parts(archive: zipfile.ZipFile, connection: Connection) -> Summary:
    parts: dict[str, str] = {}
    tables = tables_in(connection)
    rows = 0
    for table in tables:
        hashed = hashlib.sha256()
        with archive.open(part_of(table.name), "w", force_zip64=True) as part:
            for line in _lines(connection, table):
                part.write(line)
                hashed.update(line)
                rows += 1
        parts[part_of(table.name)] = hashed.hexdigest()
    wanted = _contents(connection)
    files, failure = _write_files(archive, wanted)
    missing = sorted(filter(is_still_needed, {*wanted}.difference(files)))
    parts |= {file_part(sha256): sha256 for sha256 in files}
    head = _head(connection)
    manifest = Manifest(
        made=clock.now().isoformat(),
        schema=schema.revision_of(connection) or "",
        secret=keyed_hash("", "backup"),
        head=head,
        tables=[table.name for table in tables],
        files=files,
        missing=missing,
        parts=parts,
    )
    archive.writestr(MANIFEST, manifest.written())
    return Summary(rows, len(files), missing, head, failure=failure)


def _write_files(archive: zipfile.ZipFile, wanted: Iterable[str]) -> tuple[list[str], str]:
    """The content that was there; and why the store gives none any more."""
    written: list[str] = []
    for sha256 in wanted:
        try:
            data = store().get(sha256)
        except Unreadable:
            continue
        except NoStore as failure:
            return written, str(failure)
        if data is not None:
            stored = zipfile.ZipInfo(file_part(sha256))  # not packed: photos are already
            archive.writestr(stored, data)
            written.append(sha256)
    return written, ""


def _contents(connection: Connection) -> list[str]:
    """Of the files in the snapshot."""
    query = sa.text("SELECT sha256, thumbnail FROM attachment WHERE removed_at IS NULL")
    return sorted({sha256 for row in connection.execute(query) for sha256 in row if sha256})


def _head(connection: Connection) -> Head:
    query = sa.text("SELECT number, hash FROM audit_seal ORDER BY number DESC LIMIT 1")
    return Head(*connection.execute(query).one())


@contextmanager
def _snapshot() -> Iterator[Connection]:
    """A connection for which the world stands still, and that holds up nobody."""
    db.session.remove()
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        yield connection


@contextmanager
def _own_tables(settings: Settings) -> Iterator[Connection]:
    """A transaction of the role that owns the tables, in which keys are looked at once, at the end."""
    with rights.as_owner(settings, db.engine) as connection:
        if connection.dialect.name == "postgresql":
            keys = _keys(connection)
            for table, key in keys:
                connection.execute(sa.text(f'ALTER TABLE "{table}" ALTER CONSTRAINT "{key}" DEFERRABLE'))
            connection.execute(sa.text("SET CONSTRAINTS ALL DEFERRED"))
            yield connection
            connection.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))
            for table, key in keys:
                connection.execute(sa.text(f'ALTER TABLE "{table}" ALTER CONSTRAINT "{key}" NOT DEFERRABLE'))
        else:
            connection.execute(sa.text("PRAGMA defer_foreign_keys = ON"))
            yield connection
        connection.commit()


def _keys(connection: Connection) -> list[tuple[str, str]]:
    looked_at = sa.inspect(connection)
    return [
        (table, key["name"] or "")
        for table in looked_at.get_table_names()
        for key in looked_at.get_foreign_keys(table)
    ]


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    query = select(table).order_by(*table.primary_key.columns)
    for row in connection.execution_options(yield_per=BATCH).execute(query):
        yield json.dumps([*row], default=_plain, ensure_ascii=False).encode() + b"\n"


def _load(connection: Connection, archive: zipfile.ZipFile, names: Iterable[str]) -> int:
    count = 0
    tables = {table.name: table for table in tables_in(connection)}
    if tables.keys() != {*names}:
        raise Damaged(MANIFEST)
    for name in names:
        table = tables[name]
        insert, typed = table.insert(), _typed(table)
        with archive.open(part_of(name)) as lines:
            while batch := [typed(json.loads(line)) for line in islice(lines, BATCH)]:
                connection.execute(insert, batch)
                count += len(batch)
        _count_on(connection, table)
    return count


def _typed(table: Table) -> Callable[[list[Any]], dict[str, Any]]:
    """How a line of this table becomes a row."""
    for column in table.columns:
        if isinstance(column.type, sa.JSON):
            column.type.none_as_null = True
    columns = [(column.name, _reader(column.type)) for column in table.columns]

    def typed(values: list[Any]) -> dict[str, Any]:
        pairs = zip(columns, values, strict=True)
        return {name: None if value is None else read(value) for (name, read), value in pairs}

    return typed


READERS: Mapping[type[Any], Callable[[Any], Any]] = {
    sa.DateTime: datetime.fromisoformat,
    sa.Date: date.fromisoformat,
    sa.Time: time.fromisoformat,
    sa.Numeric: Decimal,
    sa.LargeBinary: base64.b64decode,
    sa.Boolean: bool,
}


def _reader(column_type: Any) -> Callable[[Any], Any]:  # noqa: ANN401  any of a database's types
    for kind, read in READERS.items():
        if isinstance(column_type, kind):
            return read
    return lambda value: value


def _plain(value: object) -> object:
    """What JSON has no word for: moments are UTC."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return str(value)


def _count_on(connection: Connection, table: Table) -> None:
    """PostgreSQL: the next row gets the next number."""
    if connection.dialect.name != "postgresql" or "id" not in table.columns:
        return
    count_on = "SELECT setval(pg_get_serial_sequence(:name, 'id'), max(id)) FROM "
    connection.execute(sa.text(f'{count_on} "{table.name}"'), {"name": f'"{table.name}"'})


def _require_empty(settings: Settings) -> None:
    """No rows anywhere; what is migrated is taken down, as the archive may be older."""
    db.session.remove()
    with rights.as_owner(settings, db.engine) as connection:
        for table in tables_in(connection):
            if connection.execute(select(sa.literal(1)).select_from(table).limit(1)).first():
                raise NotEmpty(table.name)
        migrated = schema.revision_of(connection)
    if migrated:
        downgrade(revision="base")


@contextmanager
def _opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    with _damage_of(path.name):
        archive = zipfile.ZipFile(path)
    with archive:
        with _damage_of(MANIFEST):
            manifest = Manifest.read(archive.read(MANIFEST))
        yield archive, manifest


def _verify(archive: zipfile.ZipFile, parts: Mapping[str, str]) -> None:
    """Before anything is written: each part is what it was."""
    for name, expected in parts.items():
        hashed = hashlib.sha256()
        with _damage_of(name), archive.open(name) as part:
            while piece := part.read(1 << 20):
                hashed.update(piece)
        if hashed.hexdigest() != expected:
            raise Damaged(name)


@contextmanager
def _damage_of(name: str) -> Iterator[None]:
    """Bytes that are not what they were make readers raise anything: it is said of which part."""
    try:
        yield
    except Newer:
        raise
    except Exception as error:
        raise Damaged(name) from error
