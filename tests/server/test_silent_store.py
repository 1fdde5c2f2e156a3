"""A store of files that takes connections and never answers: whoever wants no file notices nothing."""

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.broken_stores import NEVER, Broken, broken_store
from tests.serving import Server
from tests.wire import Answer, Visitor

MARK = "0" * 16


@pytest.fixture(scope="module")
def silent() -> Iterator[Broken]:
    with broken_store(NEVER) as broken:
        yield broken


@pytest.fixture(scope="module")
def server(silent: Broken, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(
        tmp_path_factory.mktemp("server"), {"TWINWEB_DEMO": "1", "TWINWEB_FILES_URL": silent.address}
    )
    server.start()
    yield server
    server.kill()


def a_released_file(data: Path) -> str:
    """Its address; where its content lies nobody says."""
    with closing(sqlite3.connect(data / "twinweb.db")) as database, database:
        made = database.execute(
            "INSERT INTO attachment (entry_id, name, purpose, description, content, bytes, sha256, width,"
            " height, thumbnail, state, uploaded_at, uploaded_by_id, decided_by_id, reason, version)"
            " SELECT entry_id, 'a.pdf', 'other', '', 'pdf', 10, ?, 0, 0, '', 'released',"
            " datetime('now'), 1, 1, '', 1 FROM card WHERE NOT retired LIMIT 1",
            ("0" * 64,),
        )
        return f"/files/{made.lastrowid}/{MARK}"


def test_the_start_is_not_held_up_and_the_log_says_what_does_not_answer(server: Server) -> None:
    for _patience in range(300):
        told = server.log()
        if "files: the store does not answer" in told:
            break
        time.sleep(0.1)

    assert "files: the store does not answer" in told
    assert '"level": "warning"' in told


def test_eight_readers_of_files_hold_up_no_page(server: Server, silent: Broken) -> None:
    address = a_released_file(server.data)
    visitors = [Visitor(server.address).signed_in("observer") for _reader in range(8)]
    other = Visitor(server.address).signed_in("basra")
    before = len(silent.taken)

    def read(visitor: Visitor) -> Answer:
        return visitor.get(address)

    with ThreadPoolExecutor(8) as pool:
        reading = [pool.submit(read, visitor) for visitor in visitors]
        while len(silent.taken) < before + 2:
            time.sleep(0.01)
        pages = [other.get(path).status for path in ("/lessons/", "/healthz", "/readyz")]
        still_reading = [one for one in reading if not one.done()]
        answers = [one.result() for one in reading]

    assert pages == [200, 200, 200]
    assert len(still_reading) >= 2  # they were held, and nobody else was
    assert [answer.status for answer in answers] == [503] * 8
    assert all(int(answer.headers["retry-after"]) > 0 for answer in answers)
    assert len(silent.taken) == before + 2
    for visitor in (*visitors, other):
        visitor.close()
