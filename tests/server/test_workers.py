"""Two processes share the work: told to stop both end, and where one is lost neither is left behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.serving import ROOT, Server
from tests.wire import Visitor


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path, {"TWINWEB_WORKERS": "2"})
    server.start()
    yield server
    server.kill()


def other(server: Server) -> int:
    first = server.process.pid
    return int(Path(f"/proc/{first}/task/{first}/children").read_text())


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


def test_a_loss_is_mended_at_once_whoever_is_slow(pair: Server) -> None:
    """What is in flight could else keep the other process, and nothing would start them again."""
    second = other(pair)
    with ExitStack() as slow:
        for _ in range(8):
            line = slow.enter_context(pair.connect())
            line.sendall(b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500\r\n\r\nuser=")
        time.sleep(0.5)

        os.kill(second, signal.SIGKILL)

        assert pair.process.wait(10) == 1


def test_a_port_that_is_taken_is_told_in_a_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = {"TWINWEB_PORT": str(taken.getsockname()[1]), "TWINWEB_DATA_DIR": str(tmp_path)}
        ran = subprocess.run(
            [sys.executable, "serve.py"],
            env=os.environ | settings,
            cwd=ROOT,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )

    assert ran.returncode == 1
    assert ran.stderr.decode().splitlines()[-1].startswith("TwinWeb stops. Address already in use")


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
