"""The operators' commands for accounts."""

import re

import pytest
from flask import Flask

from tests import world
from twinweb.accounts import queries, sign_ins
from twinweb.accounts.models import Role
from twinweb.db import db

CODE = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}")


def run(app: Flask, *words: str) -> tuple[int, str]:
    db.session.rollback()
    result = app.test_cli_runner().invoke(args=["user", *words])
    db.session.rollback()
    return result.exit_code, result.output


def test_the_first_admin_is_opened_and_signs_in_with_the_printed_code(app: Flask) -> None:
    status, said = run(app, "create", "Zainab.H", "--admin", "--full-name", "زينب حسن علي")

    user = queries.user_named("zainab.h")
    assert status == 0
    assert user is not None
    assert user.name == "زينب حسن علي"
    assert queries.person(user.id).roles == {Role.ADMIN}
    assert len(CODE.findall(said)) == 1
    assert sign_ins.sign_in("zainab.h", CODE.findall(said)[0]) is not None


def test_an_account_of_any_role_is_opened(app: Flask) -> None:
    assert run(app, "create", "a.k", "--role", "contributor", "--governorate", "basra")[0] == 0
    assert run(app, "create", "r.k", "--role", "reviewer")[0] == 0

    assert world.person("a.k").writes_for == {"basra"}
    assert world.person("r.k").reviews_all


def test_a_new_code_is_printed_for_an_account(app: Flask) -> None:
    status, said = run(app, "code", "BASRA")

    assert status == 0
    assert sign_ins.sign_in("basra", CODE.findall(said)[0]) is not None


@pytest.mark.parametrize(
    "words",
    [
        ("create", "a.k"),
        ("create", "a.k", "--role", "king"),
        ("create", "a.k", "--role", "contributor"),
        ("create", "a.k", "--role", "contributor", "--governorate", "atlantis"),
        ("create", "a.k", "--admin", "--governorate", "basra"),
        ("create", "basra", "--admin"),
        ("create", "а.k", "--admin"),  # the first letter is Cyrillic
        ("create", "x", "--admin"),
        ("code", "nobody"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_word(app: Flask, words: tuple[str, ...]) -> None:
    status, said = run(app, *words)

    assert status != 0
    assert "Error: " in said
    assert "Traceback" not in said
    assert queries.user_named("a.k") is None
