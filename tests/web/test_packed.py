"""A form that went up the line as gzip, and what passes for one."""

import gzip
import tracemalloc

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests import world
from tests.conftest import SignedIn
from tests.wire import multipart
from twinweb.db import db
from twinweb.entries.models import Revision
from twinweb.web.compression import HEAVY

TEXT = "توقفت المشاريع بعد شهرين.\r\nثم عادت."


def lesson() -> tuple[str, bytes]:
    headers, body = multipart(
        {**world.raw("lesson", situation=TEXT), "act": "save", "key": "a-key-of-one-form-1"}
    )
    return headers["Content-Type"], body


def post(client: FlaskClient, packed: bytes, coding: str = "gzip") -> TestResponse:
    headers = {"Content-Encoding": coding, "Content-Type": lesson()[0]}
    return client.post("/lessons/new", data=packed, headers=headers)


def test_it_says_what_the_form_says_and_is_the_same_form(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("basra")
    kind, body = lesson()

    packed = post(client, gzip.compress(body))
    plain = client.post("/lessons/new", data=body, content_type=kind)

    assert (packed.status_code, packed.location) == (303, plain.location)
    assert [said.raw["situation"] for said in db.session.scalars(select(Revision))] == [TEXT]


@pytest.mark.parametrize(
    ("packed", "coding", "status"),
    [
        (gzip.compress(lesson()[1])[:-9], "gzip", 400),
        (lesson()[1], "gzip", 400),
        (b"", "gzip", 400),
        (bytes(3 * 2**20), "gzip", 413),
        (lesson()[1], "br", 415),
    ],
    ids=["half", "not-packed", "nothing", "large-as-it-is", "otherwise-packed"],
)
def test_what_cannot_be_unpacked_is_refused_and_nothing_is_kept(
    app: Flask, signed_in: SignedIn, packed: bytes, coding: str, status: int
) -> None:
    answer = post(signed_in("basra"), packed, coding)

    assert answer.status_code == status
    assert '<html lang="ar" dir="rtl"' in answer.text
    assert not db.session.scalars(select(Revision)).all()


def test_no_more_is_unpacked_than_a_form_may_be(app: Flask, signed_in: SignedIn) -> None:
    client, packed = signed_in("basra"), gzip.compress(bytes(200 * 2**20), 1)

    tracemalloc.start()
    answer = post(client, packed)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert answer.status_code == 413
    assert most < 20 * 2**20


def test_a_heavy_page_that_answers_another_request_comes_as_it_is(app: Flask, signed_in: SignedIn) -> None:
    """It goes the way of an answer twice, and is packed once."""
    long = " ".join(str(number**5) for number in range(700))
    revision = world.submitted()
    world.submitted(situation=long)
    headers = {"HX-Request": "true", "HX-Target": "main#main", "Accept-Encoding": "br"}

    typed = {"revision": revision.id, "seen": revision.version}
    answer = signed_in("reviewer").post(f"/review/{revision.id}/approve", data=typed, headers=headers)

    assert answer.headers["Content-Encoding"] == "br"
    assert len(answer.data) > HEAVY
    assert long in brotli.decompress(answer.data).decode()
