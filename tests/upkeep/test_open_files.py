"""A database file that is taken away under the running server: nothing is acknowledged any more."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pysqlite3 as sqlite
import pytest
from flask import Flask

from tests import world
from tests.conftest import DATABASES
from tests.serving import Server
from tests.wire import Visitor, fields
from twinweb.db import db, transaction
from twinweb.open_files import Replaced

pytestmark = pytest.mark.skipif("sqlite" not in DATABASES, reason="of SQLite alone")
REFUSED = 503


def remove(path: Path) -> None:
    path.unlink()


def replace_by_a_copy(path: Path) -> None:
    shutil.copy(path, path.with_name("copy"))
    path.with_name("copy").replace(path)


def remove_what_is_beside(path: Path) -> None:
    path.with_name(f"{path.name}-wal").unlink()


def remove_the_index_beside(path: Path) -> None:
    path.with_name(f"{path.name}-shm").unlink()


WAYS = [remove, replace_by_a_copy, remove_what_is_beside, remove_the_index_beside]


@pytest.mark.parametrize("taken_away", WAYS)
def test_nothing_is_acknowledged_of_a_file_that_was_taken_away(
    on_sqlite: Flask, taken_away: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    world.draft()
    db.session.remove()

    taken_away(Path(db.engine.url.database or ""))

    for _ in range(2):
        with pytest.raises(Replaced):
            world.draft()
    assert on_sqlite.test_client().get("/readyz").status_code == REFUSED
    assert capsys.readouterr().err.count("was removed or replaced") == 1


def test_a_file_that_is_taken_away_in_the_middle_of_an_act_takes_the_act_back(on_sqlite: Flask) -> None:
    path = Path(db.engine.url.database or "")
    with pytest.raises(Replaced), transaction():
        remove(path)


def test_a_server_says_so_and_goes_on_with_the_right_file_when_it_is_started_again(tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.start()
    path = tmp_path / "twinweb.db"
    visitor = Visitor(server.address).signed_in("basra")
    form = fields(visitor.get("/lessons/new").text)
    with sqlite.connect(path) as source, sqlite.connect(tmp_path / "copy.db") as copy:
        source.backup(copy)
    source.close()
    copy.close()

    (tmp_path / "copy.db").replace(path)
    refused = visitor.post("/lessons/new", form | {"title": "حُفظ في ملف ضائع"})
    ready = visitor.get("/readyz")
    visitor.close()
    server.kill()
    for beside in tmp_path.glob("twinweb.db-*"):
        beside.unlink()
    server.start()
    saved = visitor.post("/lessons/new", form | {"title": "حُفظ"})
    visitor.close()
    server.kill()

    assert (refused.status, ready.status, saved.status) == (REFUSED, REFUSED, 303)
    assert "السجل لا يقبل الحفظ الآن" in refused.text
