"""`backup` and `restore`: everything comes back as it was, from a copy made while people write."""

import hashlib
import json
import random
import resource
import shutil
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import URL, select, text

from tests import world
from tests.addresses import programme
from tests.attachments.places import attached, place_of
from tests.conftest import DATABASES, administer, settings
from twinweb import audit
from twinweb.app import create_app
from twinweb.attachments import uploads
from twinweb.attachments.bucket import Bucket
from twinweb.attachments.commands import Label
from twinweb.attachments.store import NAME, store
from twinweb.db import db, transaction
from twinweb.entries import words
from twinweb.upkeep import archive

ONLY_ITS_VERSION = 2
"""What is left of a schema that was taken down: the table that says which one it is, and its index."""
State = tuple[dict[str, list[Any]], dict[str, str]]


def full() -> None:
    """Something of everything: entries in each situation, files, a half-sent upload."""
    made = programme()
    upload = uploads.begin(place_of(made.draft), Label("a.pdf"), 10, "one", by=world.person("basra"))
    uploads.add_piece(upload.id, 0, b"\x00\xffabc", by=world.person("basra"))


def state() -> State:
    """Every row, and the hash of the content under every hash."""
    db.session.rollback()
    with db.engine.connect() as connection:
        rows = {
            table.name: [
                json.loads(json.dumps([*row], default=archive._plain))  # noqa: SLF001  the same on both
                for row in connection.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in archive.tables_in(connection)
        }
    kept = {sha256: hashlib.sha256(store().get(sha256) or b"").hexdigest() for sha256, _at in store().kept()}
    return rows, kept


def run(app: Flask, *args: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=[*args])
    return result.exit_code, result.output


Elsewhere = Callable[[str], Any]


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Elsewhere:
    """An application on an empty database of the kind that is asked for."""

    @contextmanager
    def on(kind: str) -> Any:
        url = f"sqlite:///{tmp_path / 'again.db'}"
        if kind == "postgresql":
            server: URL = request.getfixturevalue("postgresql_server")
            administer(server, "DROP DATABASE IF EXISTS again WITH (FORCE)", "CREATE DATABASE again")
            url = server.set(database="again").render_as_string(hide_password=False)
        app = create_app(settings(url, tmp_path / "again"))
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()

    return on


@pytest.fixture(autouse=True)
def own_store(app: Flask) -> None:
    """The tests of a kind of database share a folder of files; here each begins with none."""
    shutil.rmtree(app.config["TWINWEB"].data_dir / "files", ignore_errors=True)


@pytest.mark.parametrize("into", DATABASES)
def test_everything_comes_back_on_either_database(
    app: Flask, elsewhere: Elsewhere, tmp_path: Path, into: str
) -> None:
    full()
    file = tmp_path / "copy.zip"
    code, said = run(app, "backup", str(file))
    assert code == 0, said
    before = state()
    assert len(before[1]) > 1
    assert before[0]["upload_piece"]

    with elsewhere(into) as again:
        assert run(again, "restore", str(file))[0] == 0
        after = state()
        assert db.session.scalars(words.found(), {"match": words.expression("متابعة", "lesson")}).all()
        assert list(audit.faults()) == []
        assert run(again, "check", "entries", "files", "log")[0] == 0
        world.approved()  # and work goes on from there

    assert after == before


def test_a_copy_is_for_its_owner_alone_and_writes_over_nothing(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "copy.zip"
    assert run(app, "backup", str(file))[0] == 0

    assert file.stat().st_mode & 0o777 == 0o600
    assert "exists" in run(app, "backup", str(file))[1]
    assert [one.name for one in tmp_path.glob("copy*")] == ["copy.zip"]


def test_a_copy_made_while_people_write_is_of_one_moment(
    app: Flask, elsewhere: Elsewhere, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    stop, wrote, failures = threading.Event(), threading.Event(), list[Exception]()

    def write() -> None:
        with app.app_context():
            while not stop.is_set() and not failures:
                try:
                    attached(place_of(world.approved()))
                except Exception as error:  # noqa: BLE001  whatever it is, it must not be
                    failures.append(error)
                wrote.set()

    db.session.rollback()
    writer = threading.Thread(target=write)
    writer.start()
    copies = [tmp_path / f"{number}.zip" for number in range(4)]
    for copy in copies:
        wrote.clear()
        assert run(app, "backup", str(copy))[0] == 0
        assert wrote.wait(60)  # however slow the machine is, something is new in each copy
    stop.set()
    writer.join()

    assert failures == []
    for copy in copies[1:3]:
        (tmp_path / "again.db").unlink(missing_ok=True)
        with elsewhere(str(request.node.callspec.params["app"])) as again:
            assert run(again, "restore", str(copy))[0] == 0
            assert run(again, "check", "entries", "log") == (0, "Nothing falls short.\n")


def test_a_copy_is_not_brought_back_over_something(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "copy.zip"
    run(app, "backup", str(file))
    before = state()

    code, said = run(app, "restore", str(file))

    assert code == 1
    assert "empty" in said
    assert state() == before


def _spoil(file: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    with zipfile.ZipFile(file) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    change(parts)
    with zipfile.ZipFile(file, "w") as new:
        for name, data in parts.items():
            new.writestr(name, data)


def _another_row(parts: dict[str, bytes]) -> None:
    parts["tables/user_account.jsonl"] = parts["tables/user_account.jsonl"].replace(b"basra", b"anbar")


def _lost_table(parts: dict[str, bytes]) -> None:
    del parts["tables/entry.jsonl"]


def _another_file(parts: dict[str, bytes]) -> None:
    name = next(name for name in parts if name.startswith("files/"))
    parts[name] = b"x"


def _no_manifest(parts: dict[str, bytes]) -> None:
    del parts["manifest.json"]


def _of_tomorrow(parts: dict[str, bytes]) -> None:
    parts["manifest.json"] = parts["manifest.json"].replace(b'"schema": "', b'"schema": "9')


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (_another_row, "tables/user_account.jsonl"),
        (_lost_table, "tables/entry.jsonl"),
        (_another_file, "files/"),
        (_no_manifest, "manifest.json"),
        (_of_tomorrow, "newer"),
    ],
)
def test_a_copy_that_is_not_what_it_was_is_refused(
    app: Flask, elsewhere: Elsewhere, tmp_path: Path, change: Callable[[Any], None], word: str
) -> None:
    attached(place_of(world.approved()))
    file = tmp_path / "copy.zip"
    run(app, "backup", str(file))
    _spoil(file, change)

    with elsewhere("sqlite") as again:
        code, said = run(again, "restore", str(file))
        assert (code, word in said) == (1, True), said
        assert db.session.execute(text("SELECT count(*) FROM sqlite_master")).scalar() == 0


def _members(file: Path) -> dict[str, zipfile.ZipInfo]:
    with zipfile.ZipFile(file) as archive:
        return {one.filename: one for one in archive.infolist()}


def _flips(file: Path) -> Iterator[tuple[str, int]]:
    """Bytes of which each matters, with the member that they belong to: header, name, data, directory."""
    whole, directory = file.read_bytes(), 0
    for name, member in _members(file).items():
        directory = whole.index(b"PK\x01\x02", directory + 1)
        yield from ((name, member.header_offset + at) for at in (0, 26, 30))
        yield from ((name, directory + at) for at in (0, 10, 16, 42, 46))
        if member.compress_size > 2:
            at = len(whole[: member.header_offset + 30]) + len(name)
            yield name, at + whole[member.header_offset + 28] + member.compress_size // 2


@contextmanager
def _still_empty() -> Iterator[None]:
    yield
    assert db.session.execute(text("SELECT count(*) FROM sqlite_master")).scalar() == 0
    assert list(store().kept()) == []


def test_a_flipped_byte_anywhere_is_refused_by_name_before_anything_is_written(
    app: Flask, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    full()
    attached(place_of(world.approved()))
    file, flipped = tmp_path / "copy.zip", tmp_path / "flipped.zip"
    assert run(app, "backup", str(file))[0] == 0
    members = _members(file)
    assert any(name.startswith("files/") for name in members)
    assert any(not member.file_size for member in members.values())

    with elsewhere("sqlite"), _still_empty():
        for name, at in _flips(file):
            whole = bytearray(file.read_bytes())
            whole[at] ^= 0x55
            flipped.write_bytes(whole)
            with pytest.raises(archive.Damaged) as damaged:
                archive.restore(flipped)
            assert str(damaged.value) in {name, "manifest.json", "flipped.zip"}, (name, at)


@pytest.mark.parametrize("left", [0, 1, 21, 5_000, -1, -30, -4_000])
def test_a_copy_that_was_cut_is_refused_by_name(
    app: Flask, elsewhere: Elsewhere, tmp_path: Path, left: int
) -> None:
    attached(place_of(world.approved()))
    file = tmp_path / "copy.zip"
    run(app, "backup", str(file))
    file.write_bytes(file.read_bytes()[:left])

    with elsewhere("sqlite") as again, _still_empty():
        code, said = run(again, "restore", str(file))
        assert (code, "copy.zip is damaged" in said) == (1, True), said


def _told(**other: Any) -> Callable[[dict[str, Any]], object]:
    return lambda manifest: manifest | other


WRONG_SHAPES: dict[str, Callable[[dict[str, Any]], object]] = {
    "a list": lambda _manifest: [],
    "a word": lambda _manifest: "manifest",
    "nothing but a format": lambda manifest: {"format": manifest["format"]},
    "a format in words": _told(format="1"),
    "no schema": _told(schema=None),
    "a head without a number": _told(head={"hash": "x"}),
    "tables that are numbers": _told(tables=[1]),
    "no tables": _told(tables=[]),
    "parts in a row": _told(parts=[]),
    "parts that are elsewhere": lambda manifest: manifest | {"parts": manifest["parts"] | {"../x": "0" * 64}},
    "files that are no parts": _told(files=["0" * 64]),
    "something more": _told(more=1),
    "a table too few": lambda manifest: _without(manifest, "sector"),
}


def _without(manifest: dict[str, Any], table: str) -> dict[str, Any]:
    parts = {name: hashed for name, hashed in manifest["parts"].items() if name != f"tables/{table}.jsonl"}
    return manifest | {"parts": parts, "tables": [one for one in manifest["tables"] if one != table]}


@pytest.mark.parametrize("shape", WRONG_SHAPES)
def test_a_manifest_of_another_shape_is_refused(
    app: Flask, elsewhere: Elsewhere, tmp_path: Path, shape: str
) -> None:
    attached(place_of(world.approved()))
    file = tmp_path / "copy.zip"
    run(app, "backup", str(file))

    def change(parts: dict[str, bytes]) -> None:
        manifest = WRONG_SHAPES[shape](json.loads(parts["manifest.json"]))
        parts["manifest.json"] = json.dumps(manifest).encode()

    _spoil(file, change)

    with elsewhere("sqlite") as again:
        code, said = run(again, "restore", str(file))
        assert (code, "is damaged: manifest.json" in said) == (1, True), said
        made = db.session.execute(text("SELECT count(*) FROM sqlite_master")).scalar()
        assert made in {0, ONLY_ITS_VERSION}
        assert list(store().kept()) == []


def test_a_byte_that_says_nothing_keeps_nobody_from_bringing_a_copy_back(
    app: Flask, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    """The hour that stands beside a member: whoever has this one copy left needs it."""
    attached(place_of(world.approved()))
    file = tmp_path / "copy.zip"
    run(app, "backup", str(file))
    before, whole = state(), bytearray(file.read_bytes())
    whole[10] ^= 0x55
    file.write_bytes(whole)

    with elsewhere("sqlite") as again:
        assert run(again, "restore", str(file))[0] == 0
        assert state() == before


def test_content_that_is_lost_does_not_keep_the_rest_from_being_copied(
    app: Flask, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    file = attached(place_of(world.approved()))
    lost, thumbnail = file.sha256, file.thumbnail
    store().delete(lost)

    code, said = run(app, "backup", str(tmp_path / "copy.zip"))

    assert code == 1
    assert f"content {lost[:16]}…: it is missing" in said
    assert "1 contents of files are not in the copy, all else is" in said
    with zipfile.ZipFile(tmp_path / "copy.zip") as copy:
        assert copy.read("tables/entry.jsonl")
        assert f"files/{thumbnail}" in copy.namelist()
    with elsewhere("sqlite") as again:
        code, said = run(again, "restore", str(tmp_path / "copy.zip"))
        assert (code, "1 contents of files were not in the copy" in said) == (0, True), said


def test_where_the_store_is_away_nothing_is_brought_back_and_it_can_be_done_again(
    app: Flask, elsewhere: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("twinweb.attachments.bucket.TRIES_AGAIN", ())
    attached(place_of(world.approved()))
    file = tmp_path / "copy.zip"
    assert run(app, "backup", str(file))[0] == 0
    before = state()

    with elsewhere("sqlite") as again:
        own, again.extensions[NAME] = store(), Bucket("s3://key:secret@127.0.0.1:9/files?tls=0")
        code, said = run(again, "restore", str(file))
        assert (code, "files: the store does not answer. The database is as empty" in said) == (1, True), said
        again.extensions[NAME] = own
        assert db.session.execute(text("SELECT count(*) FROM sqlite_master")).scalar() == ONLY_ITS_VERSION

        assert run(again, "restore", str(file))[0] == 0
        assert state() == before


@pytest.fixture
def no_more_than() -> Iterator[Callable[[int], None]]:
    """A disk with so little room: no file of this process becomes longer."""
    kind, before = resource.RLIMIT_FSIZE, resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda length: resource.setrlimit(kind, (length, before[1]))
    resource.setrlimit(kind, before)


def test_a_full_disk_ends_a_copy_with_a_line_and_leaves_nothing(
    app: Flask, tmp_path: Path, no_more_than: Callable[[int], None]
) -> None:
    content = b"%PDF-1.7\n" + random.Random(1).randbytes(9_000_000) + b"\n%%EOF\n"
    attached(place_of(world.approved()), "a.pdf", content)
    no_more_than(8_000_000)

    code, said = run(app, "backup", str(tmp_path / "copies" / "copy.zip"))
    assert (code, "No such file or directory" in said) == (1, True), said
    code, said = run(app, "backup", str(tmp_path / "copy.zip"))

    assert (code, "File too large" in said) == (1, True), said
    assert "Traceback" not in said
    assert list(tmp_path.glob("copy.zip*")) == []


def test_a_copy_is_told_in_the_log(app: Flask, tmp_path: Path) -> None:
    run(app, "backup", str(tmp_path / "copy.zip"))

    with transaction() as session:
        assert session.scalars(select(audit.AuditEvent.act).order_by(audit.AuditEvent.id.desc())).first() == (
            "backup"
        )
