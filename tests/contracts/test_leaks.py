"""Nothing about what one may not see is told: not by a word, a number, a title, a status or a length.

One office and the desk plant everything that is not for others. Whatever anybody else can ask for says
afterwards what it said before, and answers for what is hidden as for what does not exist.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests import world
from tests.addresses import Programme, examples, get_rules, programme
from tests.attachments.places import attached, place_of
from tests.conftest import SignedIn
from tests.participants.lists import listed
from twinweb import clock
from twinweb.attachments import uploads
from twinweb.attachments.commands import Label
from twinweb.entries import commands, desk_commands, review_commands
from twinweb.entries.models import Revision
from twinweb.entries.review_models import WHOLE
from twinweb.inbox.queries import told
from twinweb.kinds import KINDS, SHOWN
from twinweb.review import commands as remarks

OUTSIDERS = ["duhok", "reviewer-of-duhok", "observer", "admin", ""]
"""Everybody who is neither of the office that plants nor a reviewer in its scope; `` is not signed in."""
NOWHERE = 2_000_000_000
"""An id that nothing has."""
MARK = "زمردة"
"""Stands in everything that is hidden, and nowhere else."""
COUNTED_FOR_ADMINS = re.compile("/admin/(audit|desk)/")
"""There an admin reads that something was done, by kind and number, and how much waits: no words of it."""
CHANGES_BY_ITSELF = re.compile(
    r'name="(csrf_token|key|challenge|options)" value="[^"]*"|next=[^"&]*|<bdi dir="ltr">[0-9a-f]{8}</bdi>'
)
NEVER_THE_SAME = re.compile("/(login|account)/passkey|.*[.]xlsx$")
"""A challenge of its own on every page; a file that says when it was made."""
LISTS = re.compile("/[a-z]+/$|/search$|/compare$")
VARIANTS = ("?sector=agriculture", "?governorate=basra", "?year=2024", f"?q={MARK}", "?from=draft&to=1")
IDS = frozenset(
    {"entry_id", "workshop_id", "revision_id", "file_id", "upload_id", "notice_id", "participant_id"}
)
METHODS = ("GET", "HEAD", "POST", "PATCH", "DELETE")


@dataclass(frozen=True)
class Hidden:
    """What only its office and the desk may know of."""

    drafts: dict[str, int]
    """An entry of each kind."""
    revisions: list[int]
    files: list[int]
    mark: str
    """In the address of every one of them."""
    upload: int
    notice: int
    participant: int

    def of(self, argument: str) -> list[int]:
        return {
            "entry_id": [self.drafts["workshop"]],
            "workshop_id": [self.drafts["workshop"]],
            "revision_id": self.revisions,
            "file_id": self.files,
            "upload_id": [self.upload],
            "notice_id": [self.notice],
            "participant_id": [self.participant],
        }[argument]


def plant(made: Programme) -> Hidden:
    """Drafts, what was sent, returned, rejected and answered, notes, files, uploads, requests, remarks."""
    basra, reviewer = world.person("basra"), world.person("reviewer")
    drafts = {kind: world.draft(kind, **_marked(kind, made)) for kind in SHOWN}
    text = _marked("lesson", made)
    sent = world.submitted(**text)
    returned = commands.send_back(world.seen(world.submitted(**text)), {WHOLE: MARK}, KINDS, by=reviewer)
    answered = commands.answer(world.seen(world.returned(**text)), KINDS, by=basra)
    rejected = commands.reject(world.seen(world.submitted(**text)), MARK, KINDS, by=reviewer)
    changed = _changed(made.approved["lesson"], text)
    place = place_of(made.approved["lesson"])
    photo = attached(place, f"{MARK}.jpg", description=MARK)
    upload = uploads.begin(place, Label(f"{MARK}.pdf"), 10, "hidden", by=basra)
    _write_at_the_desk(sent, made)
    return Hidden(
        {kind: one.entry_id for kind, one in drafts.items()},
        [one.id for one in (sent, returned, answered, rejected, changed)],
        [photo.id],
        photo.sha256[:16],
        upload.id,
        told(basra)[0].id,
        listed(drafts["workshop"].entry_id, MARK, by=basra)[0].id,
    )


def _marked(kind: str, made: Programme) -> dict[str, Any]:
    """What differs in every text from anything that is known, and would be counted everywhere."""
    common: dict[str, Any] = {"title": MARK, "sectors": ["agriculture"], "contact_office": MARK}
    own: dict[str, dict[str, Any]] = {
        "partnership": {
            "objective": MARK,
            "governorates": ["basra"],
            "parties": [{"name": MARK, "country": "MT", "kind": "municipality", "role": "lead"}],
        },
        "workshop": {"purpose": MARK, "partnerships": [str(made.approved["partnership"].entry_id)]},
        "session": {"summary": MARK, "workshop": str(made.approved["workshop"].entry_id)},
        "lesson": {
            "situation": MARK,
            "result": MARK,
            "year": "2024",
            "partnership": str(made.approved["partnership"].entry_id),
            "session": str(made.approved["session"].entry_id),
        },
    }
    return common | own.get(kind, {})


def _changed(revision: Revision, text: dict[str, Any]) -> Revision:
    draft = commands.correct(revision.entry_id, KINDS["lesson"], by=world.person("basra"))
    return commands.save(world.seen(draft), draft.raw | text, KINDS, by=world.person("basra"))


def _write_at_the_desk(sent: Revision, made: Programme) -> None:
    """What reviewers write for themselves and for the office, and what the office asks of them."""
    reviewer = world.person("reviewer")
    held = review_commands.keep_notes(world.seen(sent), {WHOLE: MARK}, KINDS, by=reviewer)
    commands.release(world.seen(held), KINDS, by=reviewer)
    until = clock.today() + timedelta(days=3)
    desk_commands.put_aside(sent.id, until, MARK, KINDS, by=world.person("reviewer2"))
    remarks.save_reason(0, MARK, MARK, by=reviewer)
    workshop = made.approved["workshop"].entry_id
    review_commands.ask_to_retire(workshop, KINDS["workshop"], MARK, by=world.person("basra"))


@pytest.fixture
def outsiders(app: Flask, signed_in: SignedIn) -> dict[str, FlaskClient]:
    return {name: signed_in(name) if name else app.test_client() for name in OUTSIDERS}


def test_what_is_hidden_changes_no_page_of_anybody_else(
    app: Flask, outsiders: dict[str, FlaskClient]
) -> None:
    """Counts, titles, filters, hits, histories, digests and numbers of every page and region are the same."""
    made = programme()
    found = [address for rule in get_rules(app) for address in examples(app, rule, made)]
    addresses = [*_varied([*found, *_open_ones(made)])]
    with clock.at(clock.now()):
        before = dict(_said(outsiders, addresses))
        plant(made)
        after = dict(_said(outsiders, addresses))

    assert [asked for asked, (_status, text) in after.items() if MARK in text and MARK not in asked[1]] == []
    assert [
        asked
        for asked, said in after.items()
        if said != before[asked] and not (asked[0] == "admin" and COUNTED_FOR_ADMINS.match(asked[1]))
    ] == []


def test_what_is_hidden_is_answered_as_what_does_not_exist(
    app: Flask, outsiders: dict[str, FlaskClient]
) -> None:
    """Every address with an id in it, by every method, to the last letter."""
    made = programme()
    hidden = plant(made)
    told_apart = [
        (name, method, address)
        for rule in app.url_map.iter_rules()
        if rule.arguments & IDS
        for method in sorted((rule.methods or set()) & set(METHODS))
        for address, nowhere, id_ in _pairs(app, rule, hidden)
        for name, client in outsiders.items()
        if _answer(client, method, address, id_) != _answer(client, method, nowhere, id_)
    ]

    assert told_apart == []


def test_an_open_change_of_an_approved_entry_is_not_told_by_what_is_refused(
    app: Flask, outsiders: dict[str, FlaskClient]
) -> None:
    made = programme()
    plant(made)
    changed, plain = made.approved["lesson"].entry_id, world.approved().entry_id
    told_apart = [
        (name, rule.endpoint)
        for rule in app.url_map.iter_rules()
        if {"shown", "entry_id"} <= rule.arguments and "POST" in (rule.methods or ())
        for name, client in outsiders.items()
        if _answer(client, "POST", _address(app, rule, "lesson", changed), changed, plain)
        != _answer(client, "POST", _address(app, rule, "lesson", plain), changed, plain)
    ]

    assert told_apart == []


def test_a_reference_to_what_is_hidden_says_as_little_as_one_to_nothing(
    app: Flask, signed_in: SignedIn
) -> None:
    """Form, page, history, what is wrong on sending, and the page of a conflict of the other office."""
    hidden, client = plant(programme()), signed_in("duhok")

    for kind, field, target in (
        ("lesson", "partnership", "partnership"),
        ("lesson", "session", "session"),
        ("session", "workshop", "workshop"),
        ("workshop", "partnerships", "partnership"),
    ):
        ids = [hidden.drafts[target], NOWHERE]
        drafts = [world.draft(kind, "duhok", owner="duhok", **_referring(kind, field, one)) for one in ids]
        known = (*ids, *(one.id for one in drafts), *(one.entry_id for one in drafts))
        of_hidden, of_nothing = (
            [
                (answer.status_code, _plain(answer, *known))
                for answer in _writing(client, kind, draft, {field: str(entry_id)})
            ]
            for draft, entry_id in zip(drafts, ids, strict=True)
        )
        assert of_hidden == of_nothing


def _writing(
    client: FlaskClient, kind: str, draft: Revision, referring: dict[str, str]
) -> Iterator[TestResponse]:
    """Everything that a writer does with a draft, the stale save at the end among it."""
    at, seen = f"/{KINDS[kind].plural}/{draft.entry_id}", _seen(draft)
    stale = {**seen, **referring, "seen": "999", "title": "آخر"}
    for page in ("", "/edit", "/open", "/history", "/files"):
        yield client.get(at + page)
    yield client.post(f"{at}/submit", data=seen)
    yield client.post(f"{at}/edit", data=stale)
    yield client.get(f"/{KINDS[kind].plural}/new", query_string=referring)


def _seen(draft: Revision) -> dict[str, str]:
    return {"revision": str(draft.id), "seen": str(draft.version)}


def _referring(kind: str, field: str, entry_id: int) -> dict[str, Any]:
    return {field: [str(entry_id)] if field.endswith("s") else str(entry_id)}


def _open_ones(made: Programme) -> Iterator[str]:
    """Of approved entries, some of which get an open change."""
    for kind, revision in made.approved.items():
        for page in ("open", "history", "compare", "files", "edit"):
            yield f"/{KINDS[kind].plural}/{revision.entry_id}/{page}"


def _varied(addresses: list[str]) -> Iterator[str]:
    for address in addresses:
        if not NEVER_THE_SAME.match(address):
            yield address
        if LISTS.search(address):
            yield from (address + variant for variant in VARIANTS)


def _said(
    clients: dict[str, FlaskClient], addresses: list[str]
) -> Iterator[tuple[tuple[str, str, str], tuple[int, str]]]:
    """Of every page, and of what is within it: smaller regions say the same (`test_pages.py`)."""
    for name, client in clients.items():
        for address in dict.fromkeys(addresses):
            page = client.get(address)
            yield (name, address, ""), (page.status_code, _plain(page))
            if page.status_code == HTTPStatus.OK and "?" not in address:
                answer = client.get(address, headers={"HX-Request": "true", "HX-Target": "main#main"})
                yield (name, address, "main"), (answer.status_code, _plain(answer))


def _answer(client: FlaskClient, method: str, address: str, *ids: int) -> tuple[int, str]:
    sent = {"reason": "سبب", "seen": 1} if method == "POST" else {}
    answer = client.open(address, method=method, data=sent, headers={"Tus-Resumable": "1.0.0"})
    return answer.status_code, _plain(answer, *ids)


def _plain(answer: TestResponse, *ids: int) -> str:
    """What an answer says, and where it leads, without what differs from answer to answer."""
    text = CHANGES_BY_ITSELF.sub("", f"{answer.headers.get('Location', '')} {_text(answer)}")
    for id_ in (*ids, NOWHERE):
        text = re.sub(rf"(?<=[/=\"']){id_}(?=[/?&\"' ])", "ID", text)
    return text


def _text(answer: TestResponse) -> str:
    return answer.get_data().decode(errors="replace")


def _pairs(app: Flask, rule: Rule, hidden: Hidden) -> Iterator[tuple[str, str, int]]:
    """Addresses of what is hidden, and the same of nothing."""
    if "shown" in rule.arguments:
        for kind, entry_id in hidden.drafts.items():
            yield _address(app, rule, kind, entry_id), _address(app, rule, kind, NOWHERE), entry_id
        return
    (argument,) = rule.arguments & IDS
    for id_ in hidden.of(argument):
        yield _built(app, rule, hidden.mark, id_), _built(app, rule, hidden.mark, NOWHERE), id_


def _address(app: Flask, rule: Rule, kind: str, entry_id: int) -> str:
    with app.test_request_context():
        return rule.build({"shown": SHOWN[kind], "entry_id": entry_id}, append_unknown=False)[1]  # type: ignore[index]


def _built(app: Flask, rule: Rule, mark: str, id_: int) -> str:
    with app.test_request_context():
        values = dict.fromkeys(rule.arguments & IDS, id_) | {"mark": mark}
        return rule.build(values, append_unknown=False)[1]  # type: ignore[index]
