"""Every field of every form is sent what it does not expect: a clear answer, and never an error of ours."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient

from tests import world
from tests.addresses import examples, get_rules, programme
from tests.conftest import SignedIn
from twinweb.db import is_postgresql

PEOPLE = ["", "basra", "reviewer", "admin"]
BOUNDARY = "between-two-parts"
LARGE = "م" * 500_000
"""A megabyte."""
DEEP = "[" * 100_000


@dataclass(frozen=True)
class Sent:
    """A form as a page has it: where it goes, and what stands in it."""

    address: str
    fields: tuple[tuple[str, str], ...]


def forms_of(page: str) -> Iterator[Sent]:
    for form in BeautifulSoup(page, "html.parser").select("form[method=post]"):
        named = form.select("input[name], textarea[name], select[name], button[name]")
        yield Sent(str(form["action"]), tuple((str(one["name"]), _value(one)) for one in named))


def _value(control: Tag) -> str:
    if control.name == "textarea":
        return control.get_text()
    if control.name == "select":
        chosen = control.select_one("option[selected]") or control.select_one("option")
        return str(chosen.get("value", "")) if chosen else ""
    return str(control.get("value", ""))


def part(name: str | None, content: bytes, filename: str | None = None) -> bytes:
    """A part of a multipart body; without a name where that is None."""
    said = "form-data" + (f'; name="{name}"' if name is not None else "")
    said += f'; filename="{filename}"' if filename is not None else ""
    return f"--{BOUNDARY}\r\nContent-Disposition: {said}\r\n\r\n".encode() + content + b"\r\n"


def text(name: str, value: str) -> bytes:
    return part(name, value.encode())


WRONG = {
    "a file": lambda name, _value: part(name, b"%PDF-1.7", "x.pdf"),
    "a file without a name": lambda name, _value: part(name, b"%PDF-1.7", ""),
    "two values": lambda name, value: text(name, value) + text(name, "x"),
    "none": lambda _name, _value: b"",
    "a part without a name": lambda name, value: text(name, value) + part(None, b"x"),
    "a file in a part without a name": lambda name, value: text(name, value) + part(None, b"x", "x.pdf"),
    "JSON without an end": lambda name, _value: text(name, DEEP),
    "a megabyte": lambda name, _value: text(name, LARGE),
    "raw bytes": lambda name, _value: part(name, b"\xff\xfe\x00\x80\xd8\xb3"),
}


REFUSED_UNREAD = {
    "a file",
    "a file without a name",
    "a part without a name",
    "a file in a part without a name",
}
TOLD_BY_THE_DATABASE = {"two values", "raw bytes"}
"""What PostgreSQL may refuse where SQLite does not; the rest is asked on SQLite alone."""


def body(sent: Sent, field: str, wrong: Any) -> bytes:
    """The form as it stands there, with this field wrong."""
    others = b"".join(text(name, value) for name, value in sent.fields if name != field)
    odd: bytes = wrong(field, dict(sent.fields)[field])
    return others + odd + f"--{BOUNDARY}--\r\n".encode()


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person or "nobody")
def test_no_field_of_any_form_is_an_error_of_ours_whatever_it_is_sent(
    app: Flask, signed_in: SignedIn, person: str
) -> None:
    forms = all_forms(app, signed_in, person)

    faults = [
        f"{sent.address} {field}: {kind}: {status}"
        for sent in forms
        for client in [client_of(app, signed_in, person)]
        for field in dict(sent.fields)
        for kind, wrong in WRONG.items()
        if is_worth_asking(sent, field, kind)
        and (status := post(client, sent.address, body(sent, field, wrong))) >= 500
    ]

    assert faults == []
    assert len(forms) > 2


def is_worth_asking(sent: Sent, field: str, kind: str) -> bool:
    """What is refused before any field is read is sent in the place of the first one alone."""
    if kind in REFUSED_UNREAD and field != sent.fields[0][0]:
        return False
    return kind in TOLD_BY_THE_DATABASE or not is_postgresql()


def all_forms(app: Flask, signed_in: SignedIn, person: str) -> list[Sent]:
    """One of each, those with the fewest fields last: their buttons end what the others are about."""
    made, client = programme(), client_of(app, signed_in, person)
    found: dict[tuple[str, frozenset[str]], Sent] = {}
    for rule in get_rules(app):
        for address in examples(app, rule, made):
            answer = client.get(address)
            for sent in forms_of(answer.text) if answer.mimetype == "text/html" else ():
                endpoint = _endpoint(app, sent.address)
                found.setdefault((endpoint, frozenset(dict(sent.fields))), sent)
    return sorted(found.values(), key=lambda one: -len(one.fields))


def _endpoint(app: Flask, address: str) -> str:
    return str(app.url_map.bind("localhost").match(address.partition("?")[0], method="POST")[0])


def client_of(app: Flask, signed_in: SignedIn, person: str) -> FlaskClient:
    """Signed in anew: some forms end the sign-in."""
    return signed_in(person) if person else app.test_client()


def post(client: FlaskClient, address: str, content: bytes) -> int:
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    return client.post(
        address, input_stream=BytesIO(content), content_length=len(content), content_type=kind
    ).status_code


def test_a_part_without_a_name_is_told_before_anything_is_done(app: Flask, signed_in: SignedIn) -> None:
    content = text("title", "درس") + part(None, b"x") + f"--{BOUNDARY}--\r\n".encode()

    assert post(signed_in("basra"), "/lessons/new", content) == 400


def test_a_file_where_a_text_belongs_is_told_and_nothing_is_saved(app: Flask, signed_in: SignedIn) -> None:
    lesson = world.draft(title="عنوان محفوظ")
    content = part("title", b"%PDF-1.7", "x.pdf") + f"--{BOUNDARY}--\r\n".encode()
    client = signed_in("basra")

    assert post(client, f"/lessons/{lesson.entry_id}/edit", content) == 422
    assert "عنوان محفوظ" in client.get(f"/lessons/{lesson.entry_id}/edit").text
