"""Bytes over the wire and requests of the running application, with brotli, and gzip as on plain HTTP."""

import json
import re
from collections.abc import Iterator
from functools import partial

from bs4 import BeautifulSoup

from bench.rows import Row
from tests.budgets.journeys import files_of
from tests.serving import Server
from tests.wire import BROTLI, GZIP, Answer, Visitor, fields
from twinweb.sample.programme import DATA

LIST, PAGE = 5_000, 4_000
EVERYBODY = {"/": PAGE, "/lessons/": LIST, "entry": PAGE}
PAGES = {
    "basra": EVERYBODY
    | {"/mine/": PAGE, "/partnerships/": LIST, "/lessons/new": LIST, "/partnerships/new": LIST}
    | {"/search?q=مياه": LIST, "/sectors/water-resources": PAGE, "/governorates/basra": PAGE}
    | {"/account/": PAGE, "/help/": PAGE},
    "reviewer": EVERYBODY | {"/review/": LIST, "submission": LIST},
    "observer": EVERYBODY,
    "admin": EVERYBODY
    | {"/admin/users/": PAGE, "/admin/users/1": PAGE, "/admin/sectors/": PAGE}
    | {"/admin/parties/": PAGE, "/admin/audit/": LIST},
}
FRAGMENTS = {"/lessons/?sector=water-resources": 3_000, "/search?q=مياه": 3_000, "/lessons/?q=شبكة": 3_000}
FOUND_ON = {
    "entry": ("/lessons/", r'href="(/lessons/\d+)"'),
    "submission": ("/review/", r'href="(/review/\d+)"'),
}
LESSON = {
    field: said
    for field, said in json.loads((DATA / "lessons.json").read_text("utf-8"))[0]["raw"].items()
    if isinstance(said, str)
}
"""What was written in one; repeated words would be nothing on the line."""
FORM = {"HX-Request": "true", "HX-Target": "div#form"}
RESULTS = {"HX-Request": "true", "HX-Target": "div#results", "Accept": "text/html"}
ENCODINGS = {"br": (BROTLI, 1.0), "gzip": (GZIP, 1.1)}
"""And how much more each may weigh."""


def rows(server: Server) -> Iterator[Row]:
    for name, (encoding, factor) in ENCODINGS.items():
        visitor = partial(Visitor, server.address, encoding)
        yield from _cold(visitor(), name, factor)
        for role, pages in PAGES.items():
            person = visitor().signed_in(role)
            for page, allowed in pages.items():
                path = path_of(person, page)
                yield Row(f"{role} {page} {name}", person.get(path).down, allowed * factor)
        person = visitor().signed_in("basra")
        for path, allowed in FRAGMENTS.items():
            answer = person.get(path, RESULTS)
            yield Row(f"basra {path} #results {name}", answer.down, allowed * factor)
        yield from _saves(visitor, name, factor)


def path_of(person: Visitor, page: str) -> str:
    """The address; of the first entry or submission that the list leads to, where it is one."""
    if page not in FOUND_ON:
        return page
    path, pattern = FOUND_ON[page]
    found = re.search(pattern, person.get(path).text)
    if found is None:
        raise LookupError(f"nothing on {path} like {pattern}")
    return found[1]


def _cold(visitor: Visitor, name: str, factor: float) -> Iterator[Row]:
    """From an empty cache to the first list."""
    answers = [visitor.get("/login")]
    files = _files(visitor, answers[0], set())
    sheets = BeautifulSoup(answers[0].text, "html.parser").select("link[rel=stylesheet]")
    usable = answers[0].down + sum(files[str(sheet["href"])].down for sheet in sheets)
    yield Row(f"sign-in page, cold, until usable {name}", usable, 6_000 * factor)
    answers.append(
        visitor.post("/login", fields(answers[0].text) | {"user": "basra", "password": "twinweb-demo"})
    )
    for path in (answers[1].location, "/lessons/"):
        answers.append(visitor.get(path))
        files |= _files(visitor, answers[-1], set(files))
    everything = [*answers, *files.values()]
    yield Row(f"cold sign-in to list {name}", sum(one.down for one in everything), 24_000 * factor)
    yield Row(f"cold sign-in to list, requests {name}", len(everything), 7, "")


def _files(visitor: Visitor, page: Answer, cached: set[str]) -> dict[str, Answer]:
    paths = files_of(BeautifulSoup(page.text, "html.parser"))
    return {path: visitor.get(path) for path in paths if path not in cached}


def _saves(visitor: "partial[Visitor]", name: str, factor: float) -> Iterator[Row]:
    person = visitor().signed_in("basra")
    hidden = fields(person.get("/lessons/new").text)
    piece = {"situation": "\n".join(LESSON[name] for name in ("situation", "done", "result"))}
    who = {field: hidden[field] for field in ("csrf_token", "key", "revision", "seen")}
    answer = person.post_packed("/lessons/keep", who | piece | {"only": "situation"})
    yield Row(f"a draft keeps itself: answer {name}", answer.down, 1_000 * factor)
    yield Row(f"a draft keeps itself: upload, of the text's bytes {name}", _of_text(answer, piece), 2, "x")
    hidden = {field: said for field, said in fields(person.get("/lessons/new").text).items() if said.strip()}
    answer = person.post_packed("/lessons/new", hidden | LESSON, FORM)
    yield Row(f"the whole form is saved: answer {name}", answer.down, 1_000 * factor)
    yield Row(
        f"the whole form is saved: upload, of the text's bytes {name}", _of_text(answer, LESSON), 1.2, "x"
    )


def _of_text(answer: Answer, texts: dict[str, str]) -> float:
    """With the headers, which of a small piece are as much as its text."""
    return answer.up / len("".join(texts.values()).encode())
