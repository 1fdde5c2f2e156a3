"""The operators' commands `check` and `retention`: content is lost, damaged and left over on purpose."""

import hashlib
import os
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import boto3
import pytest
from flask import Flask
from moto.server import ThreadedMotoServer

from tests import files, world
from tests.attachments.places import attached, place_of, released
from twinweb import clock
from twinweb.attachments import commands
from twinweb.attachments.bucket import Bucket
from twinweb.attachments.commands import Label
from twinweb.attachments.content import inspect
from twinweb.attachments.store import NAME, store
from twinweb.db import transaction


def run(app: Flask, command: str) -> tuple[int, list[str]]:
    result = app.test_cli_runner().invoke(args=command.split())
    return result.exit_code, result.output.splitlines()


def path_of(app: Flask, sha256: str) -> Path:
    folder: Path = app.config["TWINWEB"].data_dir / NAME
    return folder / sha256[:2] / sha256[2:]


def forget_others(app: Flask) -> None:
    """Content that tests before this one have left."""
    for sha256, _put_at in list(store().kept()):
        store().delete(sha256)


def test_whole_files_are_said_to_be(app: Flask) -> None:
    released(place_of(world.approved()))

    assert run(app, "check entries files")[0] == 0


def test_lost_and_damaged_content_is_named(app: Flask) -> None:
    place = place_of(world.approved())
    lost, damaged = attached(place), attached(place)
    store().delete(lost.sha256)
    store().delete(lost.thumbnail)
    path_of(app, damaged.sha256).write_bytes(b"x")

    exit_code, lines = run(app, "check entries files")

    assert exit_code == 1
    assert lines[:3] == [
        f"file {lost.id}: its content is missing",
        f"the small picture of file {lost.id}: its content is missing",
        f"file {damaged.id}: its content is damaged",
    ]


def test_content_that_belongs_to_no_file_is_named_and_cleared_away_after_a_day(app: Flask) -> None:
    forget_others(app)
    kept = attached(place_of(world.draft()))
    data = b"left over"
    sha256 = hashlib.sha256(data).hexdigest()
    store().put(sha256, data)
    assert run(app, "check entries files")[0] == 0

    before = (clock.now() - commands.ORPHANS_LAST - timedelta(minutes=1)).timestamp()
    for one in (sha256, kept.sha256, kept.thumbnail):
        os.utime(path_of(app, one), (before, before))

    assert sha256[:16] in run(app, "check entries files")[1][0]
    assert "1 contents of files cleared away." in " ".join(run(app, "retention")[1])
    assert {one for one, _put_at in store().kept()} == {kept.sha256, kept.thumbnail}
    assert run(app, "check entries files")[0] == 0


def test_content_entered_while_it_is_deleted_comes_back(app: Flask) -> None:
    """Somebody removes the last file of a content while somebody else uploads the same."""
    one, other = place_of(world.draft()), place_of(world.draft(by="duhok"))
    first = attached(one, "a.pdf", files.PDF)
    keeper = store()

    class Slow:
        """After it has deleted, and before it is looked again, the other file is entered."""

        def __getattr__(self, name: str) -> object:
            return getattr(keeper, name)

        def delete(self, sha256: str) -> None:
            keeper.delete(sha256)
            with transaction():
                commands.enter(other, Label("b.pdf"), inspect(files.PDF), world.person("duhok"))

    app.extensions[NAME] = Slow()
    try:
        commands.remove(first.id, one, seen=first.version, by=world.person("basra"))
    finally:
        app.extensions[NAME] = keeper

    assert store().get(first.sha256) == files.PDF


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    """The machine of a store that has one bucket, which is empty."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    machine = ":".join(map(str, server.get_host_and_port()))
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=f"http://{machine}", **keys).create_bucket(Bucket="empty")
    yield machine
    server.stop()


@pytest.fixture
def elsewhere(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Files are looked for in the store of this address, and once: patience has tests of its own."""
    before = app.extensions[NAME]
    monkeypatch.setattr("twinweb.attachments.bucket.TRIES_AGAIN", ())

    def look(url: str) -> None:
        app.extensions[NAME] = Bucket(url)

    yield look
    app.extensions[NAME] = before


AWAY = "s3://key:secret@127.0.0.1:9/files?tls=0"


def test_a_check_says_that_the_store_is_away_and_goes_on(
    app: Flask, elsewhere: Callable[[str], None]
) -> None:
    attached(place_of(world.approved()))
    elsewhere(AWAY)

    code, lines = run(app, "check")

    assert code == 1
    (line,) = [line for line in lines if line.startswith("file")]
    assert line.startswith("files: the store does not answer. Look at where files are kept")


def test_a_check_names_a_bucket_that_is_not_there(
    app: Flask, elsewhere: Callable[[str], None], moto: str
) -> None:
    attached(place_of(world.approved()))
    elsewhere(f"s3://key:secret@{moto}/nowhere?tls=0")

    code, lines = run(app, "check entries files")

    assert (code, lines[0].partition(". ")[0]) == (1, "files: there is no bucket nowhere")


def test_retention_clears_what_it_can_and_says_that_the_store_is_away(
    app: Flask, elsewhere: Callable[[str], None]
) -> None:
    attached(place_of(world.approved()))
    elsewhere(AWAY)

    code, lines = run(app, "retention")

    assert code == 1
    assert "0 sign-ins cleared away." in lines
    assert lines[-1].startswith("Error: files: the store does not answer.")


def test_tables_are_copied_whatever_is_with_the_store(
    app: Flask, elsewhere: Callable[[str], None], tmp_path: Path
) -> None:
    attached(place_of(world.approved()))
    elsewhere(AWAY)

    code, lines = run(app, f"backup {tmp_path}/copy.zip")

    assert code == 1
    assert lines[-1].startswith("Error: files: the store does not answer. All tables are copied, and 2 ")
    with zipfile.ZipFile(tmp_path / "copy.zip") as copy:
        assert copy.read("tables/attachment.jsonl").count(b"\n") == 1
        assert [name for name in copy.namelist() if name.startswith("files/")] == []


def test_what_an_empty_bucket_lacks_is_named(
    app: Flask, elsewhere: Callable[[str], None], moto: str, tmp_path: Path
) -> None:
    made = attached(place_of(world.approved()))
    contents = made.sha256, made.thumbnail
    elsewhere(f"s3://key:secret@{moto}/empty?tls=0")

    code, lines = run(app, f"backup {tmp_path}/copy.zip")

    assert code == 1
    for sha256 in contents:
        assert f"content {sha256[:16]}…: it is missing in the store, and so in the backup" in lines
    assert lines[-1].startswith("Error: 2 contents of files are not in the copy, all else is.")


def test_a_file_that_is_removed_while_all_are_looked_at_is_no_fault(app: Flask) -> None:
    forget_others(app)
    place, keeper = place_of(world.draft()), store()
    first, second = attached(place), attached(place)

    class Late:
        """When the first content is asked for, somebody removes the second file."""

        def __getattr__(self, name: str) -> object:
            return getattr(keeper, name)

        def get(self, sha256: str) -> bytes | None:
            app.extensions[NAME] = keeper
            commands.remove(second.id, place, seen=1, by=world.person("basra"))
            return keeper.get(sha256)

    assert first.id < second.id
    app.extensions[NAME] = Late()
    try:
        assert run(app, "check entries files") == (0, ["Nothing falls short."])
    finally:
        app.extensions[NAME] = keeper


def test_content_that_cannot_be_read_is_named_and_the_rest_is_looked_at(app: Flask) -> None:
    place = place_of(world.approved())
    odd, lost = attached(place, "a.pdf", files.PDF), attached(place)
    path_of(app, odd.sha256).unlink()
    path_of(app, odd.sha256).mkdir()
    store().delete(lost.sha256)

    code, lines = run(app, "check entries files")
    path_of(app, odd.sha256).rmdir()

    assert code == 1
    assert lines[0].startswith(f"file {odd.id}: its content cannot be read (")
    assert lines[1] == f"file {lost.id}: its content is missing"
