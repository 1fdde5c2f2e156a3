"""Starts the others on the same machine with the same lessons, and asks them for the same list."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from bench.costs import memory_mb, ms_a_request
from tests.serving import ROOT, Server, free_port
from tests.wire import GZIP, Visitor

OWN = ROOT / ".bench" / "django"
PINNED = ("django==5.2.19", "granian==2.8.7")
LESSONS = """SELECT title, reference, owner, summary, CAST(substr(happened, 1, 4) AS INTEGER) AS year
    FROM card WHERE kind = 'lesson' ORDER BY position"""
TIMES = 100


@dataclass(frozen=True)
class Cost:
    """Of one list page of 25 lessons."""

    ms: float
    bytes: float
    """With gzip, as Django has no brotli."""
    mb: float


@dataclass(frozen=True)
class Other:
    """It waits, at no cost, to be asked what its page costs at this moment."""

    process: "subprocess.Popen[bytes]"
    visitor: Visitor
    path: str

    def ms(self, times: int = TIMES) -> float:
        self.visitor.close()  # it may have waited for longer than a connection is kept
        return ms_a_request(self.process.pid, partial(self.visitor.get, self.path), times)

    def cost(self) -> Cost:
        answer = self.visitor.get(self.path)
        if answer.status != 200:  # noqa: PLR2004
            raise RuntimeError(f"{self.path}: {answer.status}")
        return Cost(self.ms(), answer.down, memory_mb(self.process.pid))


def bare_flask(server: Server) -> Cost:
    granian = [sys.executable, "-m", "granian", "bench.rivals.bare:door"]
    with _running(granian, server.environment) as (process, address):
        return Other(process, Visitor(address, GZIP), "/").cost()


@contextmanager
def django_admin(server: Server) -> Iterator[Other]:
    python = _environment()
    rows = OWN / "lessons.json"
    rows.write_text(json.dumps(_lessons(server), ensure_ascii=False))
    (OWN / "django.db").unlink(missing_ok=True)
    environment = os.environ | {"BENCH_DJANGO": str(OWN), "PYTHONPATH": str(ROOT / "bench" / "rivals")}
    load = f"import pathlib, admin_site; admin_site.load(pathlib.Path({str(rows)!r}))"
    subprocess.run([python, "-c", load], env=environment, check=True)
    granian = [
        str(python),
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--blocking-threads",
        "6",
        "admin_site:application",
    ]
    with _running(granian, environment) as (process, address):
        yield Other(process, _in_django(address), "/admin/admin_site/lesson/")


def _in_django(address: str) -> Visitor:
    visitor = Visitor(address, GZIP)
    page = visitor.get("/admin/login/").text
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    form = {"csrfmiddlewaretoken": token, "username": "bench", "password": "bench"}
    visitor.post("/admin/login/", form)
    return visitor


def _environment() -> Path:
    """Django's own, made once; it stays out of ours."""
    python = OWN / "bin" / "python"
    if not python.exists():
        shutil.rmtree(OWN, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", OWN], check=True)
        subprocess.run(
            [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *PINNED], check=True
        )
    return python


def _lessons(server: Server) -> list[dict[str, object]]:
    with sqlite3.connect(server.data / "twinweb.db") as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(LESSONS)]


@contextmanager
def _running(
    granian: list[str], environment: Mapping[str, str]
) -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    port = free_port()
    options = ["--port", str(port), "--http", "1", "--no-ws", "--log-level", "error"]
    process = subprocess.Popen([*granian, *options], env=environment, cwd=ROOT)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            with suppress(HTTPError), suppress(OSError, HTTPException), urlopen(address):
                break
            time.sleep(0.1)
        yield process, address
    finally:
        process.terminate()
        process.wait(30)
