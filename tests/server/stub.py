"""A small application behind the product's own door, for what the product takes too long to show."""

import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask

from twinweb.web import door as doors

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

GO_ON = Path(os.environ["STUB_GO_ON"])
"""As soon as it exists, whoever waits goes on."""

app = Flask("stub")
begun: list[int] = []
sound = app.wsgi_app


@app.post("/wait")
def wait() -> str:
    begun.append(1)
    while not GO_ON.exists():
        time.sleep(0.02)
    return "gone on"


@app.get("/begun")
def count() -> str:
    return str(len(begun))


def breaks(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
    """Fail before Flask can answer, as a request does that it cannot even read."""
    if environ["PATH_INFO"] == "/broken":
        raise RuntimeError("on purpose")
    return sound(environ, start)


app.wsgi_app = breaks  # type: ignore[assignment, method-assign]  # as middleware is put in
doors.LONGEST_WAIT = 1
door = doors.Door(app)
