"""What the program says of itself: whole lines of JSON, what was refused, and no secrets."""

import json
import logging
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from tests import world
from tests.conftest import SignedIn
from twinweb.accounts import commands as accounts
from twinweb.accounts.models import Role


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_what_was_refused_is_told_with_when_who_what_and_where(
    signed_in: SignedIn, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = signed_in("basra").get(f"/admin/users/{world.person('duhok').id}")

    (line,) = lines(capsys)
    assert (line["status"], line["level"], line["method"]) == (403, "warning", "GET")
    assert line["person"] == world.person("basra").id
    assert line["rule"] == "/admin/users/<id:user_id>"
    assert line["numbers"] == {"user_id": world.person("duhok").id}
    assert line["address"] == "127.0.0.1"
    assert datetime.fromisoformat(line["at"]).utcoffset() is not None
    assert f'<bdi dir="ltr">{line["request"]}</bdi>' in answer.text


def test_a_form_without_its_token_is_told(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    app.test_client().post("/login", data={"user": "basra", "password": world.PASSWORD})

    (line,) = lines(capsys)
    assert (line["status"], line["because"]) == (400, "csrf")
    assert world.PASSWORD not in str(line)


def test_an_error_is_told_with_its_trace_under_the_number_that_the_page_shows(
    app: Flask, signed_in: SignedIn, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> str:
        raise ZeroDivisionError

    monkeypatch.setitem(app.view_functions, "home.mine", broken)
    answer = signed_in("basra").get("/mine/")

    told = lines(capsys)
    assert [line["level"] for line in told] == ["error", "error"]
    assert "ZeroDivisionError" in told[0]["error"]
    assert "Traceback" not in answer.text
    assert told[0]["request"] in answer.text
    assert answer.headers["X-Request-ID"] == told[0]["request"]


def test_nobody_forges_a_line(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    app.logger.warning('first\n{"level": "forged"}\u202e\u2028')

    text = capsys.readouterr().err
    assert text.count("\n") == 1
    assert text.isascii()


def test_what_was_done_is_told_with_its_seal_and_without_what_was_written(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    app.logger.setLevel(logging.INFO)
    world.draft(title="سر البصرة")
    _user, code = accounts.create_user(
        accounts.Identity("new.one", "شخص"),
        [accounts.Grant(Role.OBSERVER, None)],
        by=world.person("admin"),
    )
    app.logger.setLevel(logging.WARNING)

    text = capsys.readouterr().err
    told = [json.loads(line) for line in text.splitlines()]
    assert [line["what"] for line in told] == ["draft", "create_user"]
    assert told[1]["seal"] == told[0]["seal"] + 1
    assert len(told[1]["hash"]) == 64
    assert code not in text
    assert json.dumps("سر البصرة")[1:-1] not in text
