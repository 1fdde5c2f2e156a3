"""Every page and fragment that a person can come to, found by following the links, and what each weighs."""

import gzip
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlsplit

import brotli
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from tests.statements import statements
from twinweb.web.htmx import REGIONS

SAME_SHAPE = 4
"""So many addresses of one rule are looked at; the fifth lesson tells no more than the fourth."""
SERVER_S_OWN = len("HTTP/1.1 200 OK\r\nserver: granian\r\ndate: Tue, 24 Nov 2026 09:00:00 GMT\r\n\r\n")
STATIC = Path(__file__).parents[2] / "static"


@dataclass(frozen=True)
class Weighed:
    """One answer to one person."""

    person: str
    address: str
    endpoint: str
    region: str
    """Of a fragment; empty for a whole page."""
    brotli: int
    gzip: int
    statements: int

    def __str__(self) -> str:
        what = f"{self.address} #{self.region}" if self.region else self.address
        return f"{self.person} {what}: {self.brotli} br, {self.gzip} gz, {self.statements} statements"


def walk(app: Flask, client: FlaskClient, person: str) -> Iterator[Weighed]:
    """Breadth first from every address that stands for itself."""
    starts = (rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()))
    waiting, seen, of_rule = deque(start for start in starts if "<" not in start), set[str](), Counter[str]()
    while waiting:
        address = waiting.popleft()
        endpoint, shape = _rule(app, address)
        if address in seen or not endpoint or of_rule[shape] >= SAME_SHAPE:
            continue
        seen.add(address)
        page = client.get(address)
        if page.status_code != 200 or page.mimetype != "text/html":  # elsewhere, or for reading on paper
            waiting.extend([page.location] if page.location else [])
            continue
        of_rule[shape] += 1
        soup = BeautifulSoup(page.text, "html.parser")
        waiting.extend(_leads(soup))
        for region in ["", *(name for name in sorted(REGIONS) if soup.find(id=name))]:
            yield _weighed(client, Weighed(person, address, endpoint, region, 0, 0, 0))


def size(answer: TestResponse) -> int:
    """What goes down the line: headers and body."""
    lines = sum(len(f"{name}: {value}\r\n".encode()) for name, value in answer.headers)
    return SERVER_S_OWN + lines + len(answer.data)


def page_of(answer: TestResponse) -> BeautifulSoup:
    light = answer.headers.get("Content-Encoding") == "br"
    return BeautifulSoup(brotli.decompress(answer.data) if light else answer.data, "html.parser")


def files_of(page: BeautifulSoup) -> list[str]:
    """Addresses of the files that a browser fetches with the page."""
    found = page.select("link[rel=stylesheet], script[src], link[rel=prefetch]")
    return [str(one.get("href") or one.get("src")) for one in found]


@cache
def file_size(address: str, encoding: str = "br") -> int:
    """As it is compressed ahead for serving."""
    content = (STATIC / urlsplit(address).path.removeprefix("/static/")).read_bytes()
    headers = 400
    return headers + len(brotli.compress(content) if encoding == "br" else gzip.compress(content, 9))


def _weighed(client: FlaskClient, empty: Weighed) -> Weighed:
    headers = {"HX-Request": "true", "HX-Target": f"div#{empty.region}"} if empty.region else {}
    with statements() as asked:
        light = client.get(empty.address, headers=headers | {"Accept-Encoding": "gzip, deflate, br"})
    plain = client.get(empty.address, headers=headers | {"Accept-Encoding": "gzip, deflate"})
    return Weighed(
        empty.person, empty.address, empty.endpoint, empty.region, size(light), size(plain), len(asked)
    )


def _rule(app: Flask, address: str) -> tuple[str, str]:
    """The endpoint of our own address, and what tells one kind of its addresses from another."""
    parts = urlsplit(address)
    try:
        endpoint, _values = app.url_map.bind("localhost").match(parts.path)
    except HTTPException:
        return "", ""
    names = sorted(one.partition("=")[0] for one in parts.query.split("&"))
    return endpoint, f"{endpoint} {parts.path.split('/')[1]} {names}"


def _leads(page: BeautifulSoup) -> Iterator[str]:
    """Our own addresses that the page offers, filled in where it asks for a word or a choice."""
    for one in page.select("a[href], [hx-get]"):
        yield from _own(str(one.get("href") or one.get("hx-get")))
    for form in page.select("form:not([method=post])"):
        action = str(form.get("action") or form.get("hx-get") or "")
        for control in form.select("[name]"):
            yield from _own(f"{action}?{control['name']}={quote(_choice(control))}")


def _own(address: str) -> list[str]:
    own = address.startswith("/") and not address.startswith("/static/")
    return [address.partition("#")[0]] if own else []


def _choice(control: Tag) -> str:
    options = control.select("option")
    return str(options[-1].get("value", "")) if options else str(control.get("value") or "مياه")
