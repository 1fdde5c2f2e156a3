"""Clerks who write over HTTP as the page's script does: pieces, then a press, sent again until answered."""

import gzip
import http.client
import json
import random
import re
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from werkzeug.test import encode_multipart

from tests.records import Records

PASSWORD = "twinweb-demo"
TRIES = 40
HIDDEN = ("csrf_token", "key", "revision", "seen")
SECTIONS = ("situation", "done", "result", "recommendation")
PACKED = {"Accept-Encoding": "gzip", "Content-Encoding": "gzip"}
CUT = (OSError, http.client.HTTPException)
Fields = dict[str, Any]


class GivenUp(Exception):
    """No answer, however often it was sent."""


@dataclass
class Clerk:
    """One person at one browser, on a line of `port`."""

    username: str
    port: int
    seed: int = 0
    pause: float = 0
    """Seconds between two tries, growing."""
    cookies: dict[str, str] = field(default_factory=dict)
    saves: int = 0
    """What was sent and answered in the end."""
    again: int = 0
    """How often it had to be sent again."""
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(f"{self.seed}:{self.username}")
        token = {"csrf_token": _hidden(self._get("/login"))["csrf_token"]}
        self._send_until_answered("/login", token | {"user": self.username, "password": PASSWORD})

    def write_lesson(self, title: str) -> Fields:
        """Write a lesson in pieces, press, and submit; returns what it should say."""
        text: Fields = {"kind": "good_practice", "title": title, "sectors": ["job-creation"], "year": "2022"}
        hidden, address = self._open_form("/lessons/new"), "/lessons/keep"
        for fields in ([*text], *([name] for name in SECTIONS)):
            for name in set(fields) - {*text}:
                text[name] = f"{title}: {name}." + " كلام يُكتب على مهل." * self.chance.randint(1, 6)
            kept = self._keep(address, hidden, text, fields)
            address = kept["keep"]
            hidden |= {"revision": kept["revision"], "seen": kept["seen"]}
        page = self.press(kept["address"], hidden | text | {"act": "save"})
        self.press(kept["address"], hidden | _hidden(_form(page)) | text | {"act": "submit"})
        return text

    def approve(self, revision_id: int) -> None:
        page = self._get(f"/review/{revision_id}")
        self.press(f"/review/{revision_id}/approve", _hidden(page.partition('id="reason"')[0]))

    def press(self, address: str, fields: Fields) -> str:
        answer = self._send_until_answered(address, fields, {"HX-Request": "true", "HX-Target": "div#form"})
        self.saves += 1
        return answer

    def _open_form(self, address: str) -> Fields:
        hidden = _hidden(_form(self._get(address)))
        return hidden | {"page": f"{self.chance.randrange(10**8)}", "typed": 0}

    def _keep(self, address: str, hidden: Fields, text: Fields, names: list[str]) -> Fields:
        """Send a piece until it is answered; half of the time more is typed before it goes again."""
        hidden["typed"] += 1
        for attempt in range(TRIES):
            sent = hidden | {name: text[name] for name in names} | {"only": " ".join(names)}
            try:
                answer = self._send("POST", address, sent, {"Accept": "application/json"})
            except CUT:
                self._wait(attempt)
                if self.chance.random() < 0.5 and names[-1] in SECTIONS:
                    text[names[-1]] += " وكُتب هذا والخط مقطوع."
                    hidden["typed"] += 1
            else:
                self.saves += 1
                kept: Fields = json.loads(answer)
                return kept
        raise GivenUp(address)

    def _wait(self, attempt: int) -> None:
        self.again += 1
        time.sleep(self.pause * min(attempt + 1, 6))

    def _send_until_answered(
        self, address: str, fields: Fields, headers: dict[str, str] | None = None
    ) -> str:
        for attempt in range(TRIES):
            try:
                return self._send("POST", address, fields, headers or {})
            except CUT:
                self._wait(attempt)
        raise GivenUp(address)

    def _get(self, address: str) -> str:
        return self._send("GET", address, {}, {})

    def _send(self, method: str, address: str, fields: Fields, headers: dict[str, str]) -> str:
        boundary, body = encode_multipart(fields)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            kind = f"multipart/form-data; boundary={boundary}"
            cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            sent = PACKED | {"Content-Type": kind, "Cookie": cookies} | headers
            connection.request(method, address, gzip.compress(body), sent)
            answer = connection.getresponse()
            packed = answer.read()
            if "Content-Length" not in answer.headers:  # all of ours have it: cut within the headers
                raise ConnectionAbortedError
        finally:
            connection.close()
        zipped = answer.headers.get("Content-Encoding") == "gzip"
        text = (gzip.decompress(packed) if zipped else packed).decode()
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS:  # the answer to a sign-in was lost thrice
            time.sleep(int(answer.headers["Retry-After"]))
            raise ConnectionAbortedError
        if answer.status >= 400:
            raise AssertionError(f"{method} {address}: {answer.status}: {text[:2000]}")
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _is, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return text


def _form(page: str) -> str:
    """What comes before the end of the form of an entry; or all, of an answer that is its end alone."""
    before, kept, after = page.partition('id="kept"')
    return before + kept + after.partition("</form>")[0]


def _hidden(page: str) -> Fields:
    """What the last form of a page, or of a part of it, carries beside what is typed into it."""
    found = {name: re.findall(f'name="{name}" value="([^"]*)"', page) for name in HIDDEN}
    return {name: values[-1] for name, values in found.items() if values}


@dataclass(frozen=True, slots=True)
class Found:
    """What became of what the clerks wrote."""

    losses: list[str]
    doublings: list[str]


def look(records: Records, written: dict[str, Fields]) -> Found:
    """Compare what was written with what the database has."""
    losses, doublings = [], []
    for title, text in written.items():
        found = records.texts(title)
        if not found or any(found[-1][name] != said for name, said in text.items()):
            losses.append(title)
        acts = records.acts(title)
        if len(found) > 1 or any(acts.count(act) > 1 for act in ("draft", "submit", "approve")):
            doublings.append(title)
    return Found(losses, doublings)
