"""Every page and fragment that a person can come to, found by following the links, and what each weighs."""

import gzip
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote, urlsplit

import brotli
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from tests.statements import statements
from twinweb.web.htmx import REGIONS
from twinweb.web.pressing import STATIC, pressed

SAME_SHAPE = 4
"""So many addresses of one rule are looked at; the fifth lesson tells no more than the fourth."""
SERVER_S_OWN = len("HTTP/1.1 200 OK\r\nserver: granian\r\ndate: Tue, 24 Nov 2026 09:00:00 GMT\r\n\r\n")


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
        page, asked = _asked(client, address)
        if page.status_code != 200 or page.mimetype != "text/html":  # elsewhere, or for reading on paper
            waiting.extend([page.location] if page.location else [])
            continue
        of_rule[shape] += 1
        soup = page_of(page)
        waiting.extend(_leads(soup))
        yield Weighed(person, address, endpoint, "", size(page), _size_by_gzip(page), asked)
        for region in sorted(name for name in REGIONS if soup.find(id=name)):
            part, asked = _asked(client, address, region)
            yield Weighed(person, address, endpoint, region, size(part), _size_by_gzip(part), asked)


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
def file_size(address: str) -> int:
    """As it is compressed ahead for serving."""
    headers = 400
    return headers + len(pressed(STATIC / urlsplit(address).path.removeprefix("/static/"), ".br"))


def _asked(client: FlaskClient, address: str, region: str = "") -> tuple[TestResponse, int]:
    """An answer, and how many statements it took."""
    headers = {"HX-Request": "true", "HX-Target": f"div#{region}"} if region else {}
    with statements() as asked:
        answer = client.get(address, headers=headers | {"Accept-Encoding": "gzip, deflate, br"})
    return answer, len(asked)


def _size_by_gzip(answer: TestResponse) -> int:
    """What would go down the line on plain HTTP, where browsers do not ask for brotli."""
    if answer.headers.get("Content-Encoding") != "br":
        return size(answer)
    return size(answer) - len(answer.data) + len(gzip.compress(brotli.decompress(answer.data), 6))


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
