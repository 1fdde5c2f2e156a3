"""Whatever happens to the database, everybody gets a whole page that says so, with the right status."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import product
from typing import NoReturn

import pytest
from flask import Flask, abort
from werkzeug.test import TestResponse

from tests.broken import BREAKINGS, Breaking
from tests.conftest import SignedIn
from twinweb.db import db
from twinweb.errors import REFUSALS, STATUS

PAGE: dict[str, str] = {}
REGION = {"HX-Request": "true", "HX-Target": "main#main"}
ROLES = ("basra", "reviewer", "observer", "admin", "writes-and-reviews")
ADDRESSES = ("/", "/lessons/", "/lessons/1", "/review/", "/search?q=x", "/nowhere", "/account/")
FAILS = "home.help_page"
"""A page for everybody, which fails here as any may."""


def breakings() -> Iterator[tuple[str, Breaking]]:
    yield from BREAKINGS[db.engine.dialect.name].items()


def errors() -> Iterator[tuple[str, int, Callable[[], NoReturn]]]:
    """Every error that has a page: its name, its status, and how it happens."""
    for status in STATUS:
        yield str(status), status, lambda status=status: abort(status)  # type: ignore[misc]
    for kind, (status, _advice) in REFUSALS.items():
        yield kind.__name__, status, lambda kind=kind: raised(kind)  # type: ignore[misc]


def raised(kind: type[Exception]) -> NoReturn:
    raise kind.__new__(kind)


def is_whole(answer: TestResponse, headers: dict[str, str]) -> bool:
    if headers is REGION:
        return answer.headers.get("HX-Retarget") == "#alert" and '<div class="errors"' in answer.text
    return answer.text.rstrip().endswith("</html>") and "<h1>" in answer.text


@pytest.mark.parametrize("role", [*ROLES, None])
def test_an_error_under_which_the_database_breaks_keeps_its_page_and_status(
    app: Flask, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch, role: str | None
) -> None:
    wrong, client = [], signed_in(role) if role else app.test_client()
    for way, breaking in breakings():
        for name, status, happens in errors():
            for headers in (PAGE, REGION) if role == ROLES[-1] else (PAGE,):
                with ExitStack() as mended_after:

                    def fail(
                        breaking: Breaking = breaking, happens: Callable[[], NoReturn] = happens
                    ) -> None:
                        mended_after.enter_context(breaking())
                        happens()

                    monkeypatch.setitem(app.view_functions, FAILS, fail)
                    answer = client.get("/help/", headers=headers)
                if answer.status_code != status or not is_whole(answer, headers):
                    wrong.append(f"{way}, {name}, {headers}: {answer.status_code}, {answer.text[-60:]!r}")

    assert wrong == []


@pytest.mark.parametrize("role", [*ROLES, None])
def test_a_broken_database_is_told_on_every_page_to_everybody(
    app: Flask, signed_in: SignedIn, role: str | None
) -> None:
    client = signed_in(role) if role else app.test_client()
    wrong = []
    for way, breaking in breakings():
        if way == "cut off":  # the next page has a connection of its own again
            continue
        with breaking():
            for address, headers in product(ADDRESSES, (PAGE, REGION)):
                answer = client.get(address, headers=headers)
                unasked = role is None and answer.status_code < 500
                told = answer.status_code in {500, 503} and is_whole(answer, headers)
                if not (told or unasked):
                    wrong.append(f"{way}, {address}: {answer.status_code}, {answer.text[-60:]!r}")

    assert wrong == []


@pytest.mark.parametrize("role", [*ROLES, None])
def test_a_broken_database_leaves_the_process_alive_and_not_ready(
    app: Flask, signed_in: SignedIn, role: str | None
) -> None:
    client = signed_in(role) if role else app.test_client()
    for way, breaking in breakings():
        with breaking():
            alive, ready = client.get("/healthz"), client.get("/readyz")
        assert (alive.status_code, alive.text) == (200, "ok\n"), way
        if way != "cut off":
            assert (ready.status_code, ready.text) == (503, "no\n"), way
