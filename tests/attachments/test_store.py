"""Content lies under its hash, in a folder or in an S3-compatible store: the same in both."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from flask import Flask
from flask.testing import FlaskClient
from moto.server import ThreadedMotoServer

from tests import files, world
from tests.conftest import SignedIn, settings
from twinweb.attachments import commands, queries
from twinweb.attachments.commands import Label
from twinweb.attachments.store import NAME, Bucket, Folder, NoStore, Store, open_store
from twinweb.config import WrongSetting
from twinweb.entries.beside import Place
from twinweb.kinds import KINDS

DATA = "محضر".encode()
HASH = hashlib.sha256(DATA).hexdigest()


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The address of a store, as a setting."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{host}:{port}",
        aws_access_key_id="twinweb",
        aws_secret_access_key="secret/key",
        region_name="us-east-1",
    )
    client.create_bucket(Bucket="files-of-entries")
    yield f"s3://twinweb:secret%2Fkey@{host}:{port}/files-of-entries?region=us-east-1&tls=0"
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return Folder(tmp_path) if request.param == "folder" else Bucket(request.getfixturevalue("s3"))


def test_what_is_put_is_got_until_it_is_deleted(store: Store) -> None:
    assert store.get(HASH) is None

    store.put(HASH, DATA)
    store.put(HASH, DATA)

    assert store.get(HASH) == DATA
    [(found, put_at)] = store.kept()
    assert found == HASH
    assert abs(put_at - datetime.now(UTC)) < timedelta(minutes=1)
    store.delete(HASH)
    store.delete(HASH)
    assert store.get(HASH) is None
    assert list(store.kept()) == []


def test_content_lies_under_its_hash_and_nothing_else_is_left(tmp_path: Path) -> None:
    Folder(tmp_path).put(HASH, DATA)

    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()] == [
        f"{HASH[:2]}/{HASH[2:]}"
    ]


def test_half_a_file_is_never_left_under_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("twinweb.attachments.store.os.fsync", full)

    with pytest.raises(NoStore):
        Folder(tmp_path).put(HASH, DATA)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_store_that_does_not_answer_is_said_to(tmp_path: Path) -> None:
    gone = Bucket("s3://key:secret@127.0.0.1:9/bucket?tls=0")

    with pytest.raises(NoStore):
        gone.put(HASH, DATA)
    with pytest.raises(NoStore):
        gone.get(HASH)


@pytest.mark.parametrize("url", ["s3://host/bucket", "http://a:b@host/bucket", "s3://a:b@host", "files"])
def test_an_address_that_is_none_is_refused_at_the_start(url: str, tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="TWINWEB_FILES_URL"):
        settings("sqlite://", tmp_path, files_url=url)


def test_the_store_is_what_the_settings_say(s3: str, tmp_path: Path) -> None:
    assert isinstance(open_store(settings("sqlite://", tmp_path)), Folder)
    assert isinstance(open_store(settings("sqlite://", tmp_path, files_url=s3)), Bucket)


def test_a_file_goes_through_a_store_elsewhere(app: Flask, signed_in: SignedIn, s3: str) -> None:
    before = app.extensions[NAME]
    app.extensions[NAME] = Bucket(s3)
    try:
        entry_id = world.approved().entry_id
        place, data = Place(entry_id, KINDS["lesson"]), files.photo(seed=7)
        made = commands.attach(place, Label("صورة.jpg"), data, by=world.person("basra"))
        commands.release(made.id, place, seen=made.version, by=world.person("reviewer"))

        assert _got(signed_in("observer"), made.id) == (200, made.bytes)
        commands.remove(made.id, place, seen=made.version, by=world.person("basra"))
        assert list(app.extensions[NAME].kept()) == []
    finally:
        app.extensions[NAME] = before


def test_a_reader_is_told_when_the_store_is_away(app: Flask, signed_in: SignedIn) -> None:
    entry_id = world.approved().entry_id
    made = commands.attach(
        Place(entry_id, KINDS["lesson"]), Label("a.pdf"), files.PDF, by=world.person("basra")
    )
    before = app.extensions[NAME]
    app.extensions[NAME] = Bucket("s3://key:secret@127.0.0.1:9/bucket?tls=0")
    try:
        assert _got(signed_in("basra"), made.id)[0] == 503
    finally:
        app.extensions[NAME] = before


def _got(client: FlaskClient, file_id: int) -> tuple[int, int]:
    file = queries.file(file_id)
    assert file is not None
    answer = client.get(f"/files/{file_id}/{file.mark}")
    return answer.status_code, len(answer.data)
