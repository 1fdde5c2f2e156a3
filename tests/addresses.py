"""The address map as tests use it: every rule with an example address, built from the routes themselves."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from tests import world
from tests.attachments.places import attached, place_of, released
from tests.participants.lists import listed
from twinweb.accounts import queries, resets
from twinweb.attachments.models import Attachment
from twinweb.entries.models import Revision
from twinweb.kinds import SHOWN


@dataclass(frozen=True)
class Programme:
    """One entry in each situation that a page can show."""

    approved: dict[str, Revision]
    draft: Revision
    submitted: Revision
    returned: Revision
    file: Attachment
    participant_id: int
    request_id: int
    list_id: int
    """The first account of a list."""


def programme() -> Programme:
    """Approved entries of each kind that refer to each other, and lessons of Basra that are open."""
    partnership = world.approved("partnership")
    workshop = world.approved("workshop", partnerships=[str(partnership.entry_id)])
    session = world.approved("session", workshop=str(workshop.entry_id))
    lesson = world.approved("lesson", partnership=str(partnership.entry_id), session=str(session.entry_id))
    approved = {"partnership": partnership, "workshop": workshop, "session": session, "lesson": lesson}
    approved |= {kind: world.approved(kind) for kind in SHOWN if kind not in approved}
    file = released(place_of(lesson))
    attached(place_of(lesson))
    return Programme(
        approved,
        world.draft(title="مسودة لا يراها غيرنا"),
        world.submitted(),
        world.returned(by="basra2"),
        file,
        listed(workshop.entry_id, "مشاركة لا يقرأ اسمها غيرنا", by=world.person("basra"))[0].id,
        world.asked_for().id,
        world.list_of_accounts(),
    )


def get_rules(app: Flask) -> list[Rule]:
    """Every rule that answers GET, but the static files."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint != "static"
    ]


def post_rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]


def examples(app: Flask, rule: Rule, made: Programme) -> list[str]:
    """Addresses of this rule: one for each kind where it is about a kind."""
    arguments = rule.arguments
    if "shown" in arguments:
        return [
            _build(app, rule, {"shown": SHOWN[kind], "entry_id": _entry_of(rule, kind, made)})
            for kind in SHOWN
        ]
    values: dict[str, Any] = {
        "file_id": made.file.id,
        "mark": made.file.sha256[:16],
        "participant_id": made.participant_id,
        "upload_id": 1,
        "entry_id": made.approved["workshop"].entry_id,
        "workshop_id": made.approved["workshop"].entry_id,
        "revision_id": made.submitted.id,
        "party_id": 1,
        "group": "contributor",
        "notice_id": 1,
        "user_id": made.list_id if "list" in rule.endpoint else world.person("duhok").id,
        "membership_id": queries.memberships(world.person("duhok").id)[0].id,
        "sign_in_id": 1,
        "passkey_id": 1,
        "suffix": "xlsx",
        "request_id": made.request_id,
        "token": resets.give_link(world.person("ninewa").id) if rule.endpoint == "inbox.reset" else "none",
        "slug": "basra" if "governorate" in rule.endpoint else "job-creation",
    }
    return [_build(app, rule, values)]


def _entry_of(rule: Rule, kind: str, made: Programme) -> int:
    """What is edited or read while open is the draft, where it is of this kind."""
    return (
        made.draft.entry_id if kind == "lesson" and "open" in rule.endpoint else made.approved[kind].entry_id
    )


def _build(app: Flask, rule: Rule, values: dict[str, Any]) -> str:
    with app.test_request_context():
        known = {name: values[name] for name in rule.arguments}
        built = rule.build(known, append_unknown=False)
    assert built is not None, rule
    return built[1]
