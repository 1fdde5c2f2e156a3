"""Content lies under its hash, in a folder or in an S3-compatible store: the same in both."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import boto3
import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from moto.server import ThreadedMotoServer
from werkzeug.test import TestResponse

from tests import files, world
from tests.attachments.places import address_of, attached, place_of, shown
from tests.broken_stores import NEVER, NO_KEY, broken_store
from tests.conftest import SignedIn, settings
from twinweb import clock
from twinweb.attachments import commands, queries, uploads
from twinweb.attachments.bucket import PAUSE, Bucket
from twinweb.attachments.commands import Label
from twinweb.attachments.store import NAME, Folder, open_store
from twinweb.attachments.store_protocol import NoStore, Store
from twinweb.config import WrongSetting
from twinweb.entries.beside import Place
from twinweb.kinds import KINDS

DATA = "محضر".encode()
HASH = hashlib.sha256(DATA).hexdigest()


ACTS: dict[str, Callable[[Store], object]] = {
    "put": lambda store: store.put(HASH, DATA),
    "get": lambda store: store.get(HASH),
    "delete": lambda store: store.delete(HASH),
    "kept": lambda store: list(store.kept()),
    "ask": lambda store: store.ask(),
}


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


def test_a_long_list_is_read_to_its_end(s3: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twinweb.attachments.bucket.A_PAGE", 2)
    bucket, hashes = Bucket(s3), [hashlib.sha256(bytes([one])).hexdigest() for one in range(5)]
    for sha256 in hashes:
        bucket.put(sha256, DATA)

    assert sorted(sha256 for sha256, _put_at in bucket.kept()) == sorted(hashes)

    for sha256 in hashes:
        bucket.delete(sha256)


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


def test_a_folder_that_is_none_is_said_to(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("not a folder")
    folder = Folder(tmp_path / "files")

    for act in ("ask", "put", "get", "delete"):
        with pytest.raises(NoStore, match="files"):
            ACTS[act](folder)


def test_what_goes_while_a_folder_is_looked_through_is_passed_over(tmp_path: Path) -> None:
    folder, others = Folder(tmp_path), [hashlib.sha256(bytes([one])).hexdigest() for one in range(3)]
    for sha256 in others:
        folder.put(sha256, DATA)

    kept = folder.kept()
    found = [next(kept)[0]]
    folder.delete(sorted(others)[1])
    found += [sha256 for sha256, _put_at in kept]

    assert found == [min(others), max(others)]


ANSWERS = {
    "half a content": b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\nhalf",
    "an error of its own": b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "too much to do": b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "another protocol": b"220 mail.gov.iq ESMTP\r\n",
    "nothing": b"",
}


BODILESS = {"put", "delete"}
"""Whose answers have no content that could be cut."""


@pytest.mark.parametrize(
    ("answer", "act"),
    [
        (answer, act)
        for answer in ANSWERS
        for act in ACTS
        if not (answer == "half a content" and act in BODILESS)
    ],
)
def test_whatever_a_broken_store_says_is_told_as_no_answer(app: Flask, answer: str, act: str) -> None:
    with broken_store(ANSWERS[answer]) as broken, app.test_request_context():
        bucket = Bucket(broken.address)
        with pytest.raises(NoStore, match="does not answer"):
            ACTS[act](bucket)


def test_a_store_that_never_answers_is_asked_by_two_at_once_and_after_that_by_nobody(app: Flask) -> None:
    def ask(bucket: Bucket) -> NoStore | None:
        with app.app_context(), app.test_request_context():
            try:
                bucket.get(HASH)
            except NoStore as failure:
                return failure
        return None

    with broken_store(NEVER) as silent, ThreadPoolExecutor(8) as pool:
        bucket = Bucket(silent.address)
        failures = list(pool.map(ask, [bucket] * 8))
        failures += [ask(bucket) for _another in range(8)]

        assert len(silent.taken) == 2
    assert [failure for failure in failures if failure is None or not 1 <= failure.seconds <= PAUSE] == []


def test_a_store_that_answers_is_asked_by_all_in_turn(app: Flask, s3: str) -> None:
    bucket = Bucket(s3)
    bucket.put(HASH, DATA)

    def ask(_number: int) -> bytes | None:
        with app.app_context(), app.test_request_context():
            return bucket.get(HASH)

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(ask, range(60))) == [DATA] * 60
    bucket.delete(HASH)


def test_after_a_pause_a_store_is_asked_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twinweb.attachments.bucket.PAUSE", 1)

    with broken_store(b"", NO_KEY) as broken, app.test_request_context():
        bucket = Bucket(broken.address)
        with pytest.raises(NoStore):
            bucket.get(HASH)
        with pytest.raises(NoStore) as told:
            bucket.get(HASH)
        assert (len(broken.taken), told.value.seconds) == (1, 1)
        time.sleep(told.value.seconds)

        assert bucket.get(HASH) is None


def test_what_a_store_refuses_keeps_nobody_from_asking_for_something_else(app: Flask) -> None:
    refused = NO_KEY.replace(b"404 Not Found", b"403 Forbidden").replace(b"NoSuchKey", b"NotToYou!")

    with broken_store(refused, NO_KEY) as broken, app.test_request_context():
        bucket = Bucket(broken.address)
        with pytest.raises(NoStore, match="NotToYou!"):
            bucket.get(HASH)
        assert bucket.get(HASH) is None


def test_a_command_line_asks_again_what_failed_for_a_moment() -> None:
    with broken_store(b"", NO_KEY) as broken:
        assert Bucket(broken.address).get(HASH) is None
        assert len(broken.taken) == 2


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


@pytest.fixture
def away(app: Flask) -> Iterator[Callable[[], None]]:
    """From its call on nothing answers where the store was."""
    before = app.extensions[NAME]

    def leave() -> None:
        app.extensions[NAME] = Bucket("s3://key:secret@127.0.0.1:9/bucket?tls=0")

    yield leave
    app.extensions[NAME] = before


Leave = Callable[[], None]


def test_a_reader_is_told_what_does_not_answer_and_when_to_come_again(
    app: Flask, signed_in: SignedIn, away: Leave, capsys: pytest.CaptureFixture[str]
) -> None:
    made = attached(place_of(world.approved()), "a.pdf", files.PDF)
    away()

    answers = [signed_in("basra").get(address_of(made)) for _twice in range(2)]

    assert [answer.status_code for answer in answers] == [503, 503]
    assert all(1 <= int(answer.headers["Retry-After"]) <= PAUSE for answer in answers)
    assert all("تعذّر الوصول إلى الملفات" in answer.text for answer in answers)
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["what"] for line in told] == ["files: the store does not answer", "refused", "refused"]
    assert {line.get("because") for line in told[1:]} == {"store"}


def test_a_form_keeps_what_was_typed_and_is_done_once_the_store_is_back(
    app: Flask, signed_in: SignedIn, away: Leave
) -> None:
    place, before = place_of(world.draft()), app.extensions[NAME]
    address = f"/lessons/{place.entry_id}/files"
    client = signed_in("basra")
    key = client.get(address).text.partition('name="key" value="')[2].partition('"')[0]

    def send() -> TestResponse:
        file = (BytesIO(files.PDF), "محضر.pdf")
        form = {"file": file, "description": "محضر الاجتماع", "purpose": "agenda", "key": key}
        return client.post(address, data=form)

    away()
    refused = send()

    assert refused.status_code == 503
    assert 1 <= int(refused.headers["Retry-After"]) <= PAUSE
    page = BeautifulSoup(refused.text, "html.parser")
    assert "لا يستجيب المكان الذي تُحفظ فيه الملفات" in page.select("#file-error")[0].text
    assert page.select("#description")[0]["value"] == "محضر الاجتماع"
    assert page.select("#purpose option[selected]")[0]["value"] == "agenda"
    assert shown(place, "basra") == []

    app.extensions[NAME] = before
    assert send().status_code == 303
    assert shown(place, "basra") == ["محضر.pdf"]


def test_an_upload_in_pieces_ends_once_the_store_is_back(
    app: Flask, signed_in: SignedIn, away: Leave
) -> None:
    place, before = place_of(world.draft()), app.extensions[NAME]
    label, basra = Label("محضر.pdf"), world.person("basra")
    upload = uploads.begin(place, label, len(files.PDF), "one", by=basra)
    headers = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}

    def send(start: int, data: bytes) -> TestResponse:
        at = headers | {"Upload-Offset": str(start)}
        return signed_in("basra").patch(f"/uploads/{upload.id}", headers=at, data=data)

    away()
    last = send(0, files.PDF)
    assert (last.status_code, int(last.headers["Retry-After"]) <= PAUSE) == (503, True)
    app.extensions[NAME] = before

    assert send(len(files.PDF), b"").status_code == 204
    assert shown(place, "basra") == ["محضر.pdf"]


def test_a_file_is_removed_though_the_store_is_away(app: Flask, signed_in: SignedIn, away: Leave) -> None:
    place, before = place_of(world.draft()), app.extensions[NAME]
    made = attached(place)
    away()

    answer = signed_in("basra").post(f"/files/{made.id}/remove", data={"seen": made.version})

    assert (answer.status_code, shown(place, "basra")) == (303, [])
    app.extensions[NAME] = before
    assert before.get(made.sha256)
    with clock.at(clock.now() + commands.ORPHANS_LAST + timedelta(minutes=1)):
        commands.forget_orphans()
    assert before.get(made.sha256) is None


def _got(client: FlaskClient, file_id: int) -> tuple[int, int]:
    file = queries.file(file_id)
    assert file is not None
    answer = client.get(f"/files/{file_id}/{file.mark}")
    return answer.status_code, len(answer.data)
