"""Two processes share the work: told to stop both end, and where one is lost neither is left behind."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.costs import processes
from tests.serving import Server
from tests.wire import Visitor


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path, {"TWINWEB_WORKERS": "2"})
    server.start()
    yield server
    server.kill()


def other(server: Server) -> int:
    first, second = processes(server.process.pid)
    assert first == server.process.pid
    return second


def is_gone(process: int) -> bool:
    for _ in range(300):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def test_both_work_and_told_to_stop_both_end(pair: Server) -> None:
    second = other(pair)
    used = [Path(f"/proc/{process}/stat") for process in (pair.process.pid, second)]
    before = [_ticks(stat) for stat in used]
    for _ in range(20):  # connections are shared out
        visitor = Visitor(pair.address)
        assert visitor.get("/login").status == 200
        visitor.close()
    assert all(_ticks(stat) > ticks for stat, ticks in zip(used, before, strict=True))

    pair.stop()

    assert pair.process.wait(30) == 0
    assert is_gone(second)


@pytest.mark.parametrize("lost", ["the first", "the second"])
def test_where_one_is_lost_all_end_as_a_failure_for_what_started_them_to_start_them_again(
    pair: Server, lost: str
) -> None:
    second = other(pair)

    os.kill(pair.process.pid if lost == "the first" else second, signal.SIGKILL)

    assert pair.process.wait(30) != 0
    assert is_gone(second)


def _ticks(stat: Path) -> int:
    after_name = stat.read_text().rpartition(")")[2].split()
    return int(after_name[11]) + int(after_name[12])
