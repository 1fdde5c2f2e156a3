"""What the door itself answers: where it fails, and where nobody has time."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.serving import ROOT, free_port
from tests.wire import Answer, Visitor
from twinweb.config import WRITERS


@dataclass
class Stub:
    address: str
    go_on: Path
    log: Path

    def get(self, path: str) -> Answer:
        visitor = Visitor(self.address)
        try:
            return visitor.get(path)
        finally:
            visitor.close()

    def wait(self, _number: int = 0) -> Answer:
        """Send something that waits for another; the answer."""
        visitor = Visitor(self.address)
        try:
            return visitor.post("/wait", {})
        finally:
            visitor.close()


@pytest.fixture
def stub(tmp_path: Path) -> Iterator[Stub]:
    port = free_port()
    stub = Stub(f"http://127.0.0.1:{port}", tmp_path / "go-on", tmp_path / "log")
    command = [sys.executable, "-m", "granian", "--interface", "rsgi", "--port", str(port)]
    with stub.log.open("wb") as log:
        process = subprocess.Popen(
            [*command, "tests.server.stub:door"],
            cwd=ROOT,
            env=os.environ | {"STUB_GO_ON": str(stub.go_on)},
            stderr=log,
        )
    try:
        _until_it_answers(stub)
        yield stub
    finally:
        stub.go_on.touch()
        process.terminate()
        process.wait(30)


def _until_it_answers(stub: Stub) -> None:
    for _ in range(300):
        with suppress(OSError):
            stub.get("/begun")
            return
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start: {stub.log.read_text()}")


def test_a_failure_of_the_door_is_answered_in_words_and_logged(stub: Stub) -> None:
    answer = stub.get("/broken")

    assert (answer.status, "حدث خطأ" in answer.text, "went wrong" in answer.text) == (500, True, True)
    assert "on purpose" in stub.log.read_text()


def test_what_waited_too_long_for_its_turn_is_never_begun(stub: Stub) -> None:
    with ThreadPoolExecutor(WRITERS + 1) as people:
        sent = [people.submit(stub.wait) for _ in range(WRITERS)]
        while int(stub.get("/begun").text) < WRITERS:
            time.sleep(0.02)

        late = people.submit(stub.wait).result()
        stub.go_on.touch()

        assert {one.result().status for one in sent} == {200}
    assert (late.status, late.headers["retry-after"]) == (503, "5")
    assert "السجل مشغول" in late.text
    assert int(stub.get("/begun").text) == WRITERS
