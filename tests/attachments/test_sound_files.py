"""The operators' commands `check` and `retention`: content is lost, damaged and left over on purpose."""

import hashlib
import os
from datetime import timedelta
from pathlib import Path

from flask import Flask

from tests import files, world
from tests.attachments.places import attached, place_of, released
from twinweb import clock
from twinweb.attachments import commands
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
