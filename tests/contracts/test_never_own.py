"""Nobody decides on their own: on what they wrote, or where they contribute for one of its governorates."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests import world
from tests.attachments.places import attached
from tests.conftest import SignedIn
from twinweb import clock
from twinweb.accounts import commands as accounts
from twinweb.accounts import queries
from twinweb.accounts.commands import Grant
from twinweb.accounts.models import Role
from twinweb.audit import AuditEvent
from twinweb.db import db, transaction
from twinweb.entries import commands, review_commands
from twinweb.entries.beside import Place
from twinweb.entries.models import Revision
from twinweb.kinds import KINDS

WHY = "سبب يُقرأ"
KIND = KINDS["partnership"]


def retired(revision: Revision) -> None:
    by, seen = world.person("reviewer2"), revision.entry.version
    commands.retire(revision.entry_id, KIND, WHY, seen=seen, by=by)


def asked_for(revision: Revision) -> None:
    review_commands.ask_to_retire(revision.entry_id, KIND, WHY, by=world.person("basra"))


def nothing(_revision: Revision) -> None:
    """The entry as it is."""


@dataclass(frozen=True)
class Act:
    rest: str
    on: Callable[..., Revision] = world.submitted
    before: Callable[[Revision], None] = nothing

    def address(self, revision: Revision) -> str:
        if self.rest in {"release-file", "withdraw-file"}:
            file = attached(Place(revision.entry_id, KIND), by="basra2")
            return f"/files/{file.id}/{self.rest.removesuffix('-file')}"
        if self.on is world.approved:
            return f"/partnerships/{revision.entry_id}/{self.rest}"
        return f"/review/{revision.id}/{self.rest}"


ACTS = {
    "review.claim": Act("claim"),
    "review.approve": Act("approve"),
    "review.send_back": Act("return"),
    "review.reject": Act("reject"),
    "review.mark_duplicate": Act("duplicate"),
    "review.keep_notes": Act("notes"),
    "review.put_aside": Act("aside"),
    "review.take_up": Act("take-up"),
    "review.release": Act("release"),
    "review.send_correction": Act("correct"),
    "review.take_back": Act("take-back", world.returned),
    "pages.retire": Act("retire", world.approved),
    "pages.unretire": Act("unretire", world.approved, retired),
    "pages.decline_to_retire": Act("decline-to-retire", world.approved, asked_for),
    "files.release": Act("release-file", world.approved),
    "files.withdraw": Act("withdraw-file", world.approved),
}
OF_THE_DESK = ({Role.REVIEWER}, {Role.REVIEWER, Role.CONTRIBUTOR})
OWN_DESK = {"review.approve_together", "review.save_reason", "review.drop_reason"}
"""Acts on a reviewer's own list, and one that asks for each of its submissions what approving one asks."""


def contributes_for_the_other_governorate() -> str:
    accounts.grant(world.person("reviewer").id, Grant(Role.CONTRIBUTOR, "ninewa"), by=None)
    return "reviewer"


def wrote_it_and_is_a_reviewer_now() -> str:
    who = world.person("basra").id
    with transaction() as session:
        session.delete(queries.memberships(who)[0])
    accounts.grant(who, Grant(Role.REVIEWER), by=None)
    return "basra"


def was_a_reviewer_until_a_second_ago() -> str:
    membership = queries.memberships(world.person("reviewer").id)[0]
    with transaction():
        membership.starts = membership.ends = clock.today().replace(year=2020)
    return "reviewer"


THEY = [
    contributes_for_the_other_governorate,
    wrote_it_and_is_a_reviewer_now,
    was_a_reviewer_until_a_second_ago,
]


@pytest.mark.parametrize("they", THEY, ids=lambda they: they.__name__)
@pytest.mark.parametrize("endpoint", ACTS)
def test_no_act_of_the_desk_is_done_on_ones_own(
    app: Flask, signed_in: SignedIn, endpoint: str, they: Callable[[], str]
) -> None:
    act = ACTS[endpoint]
    revision = act.on("partnership")
    act.before(revision)
    address, form = act.address(revision), form_of(revision, endpoint)
    client = signed_in(they())
    before = rows()

    assert client.post(address, data=form).status_code == 403
    assert rows() == before


@pytest.mark.parametrize("endpoint", ACTS)
def test_another_reviewer_does_each_of_them(app: Flask, signed_in: SignedIn, endpoint: str) -> None:
    """Else nothing would be shown by the refusals."""
    act = ACTS[endpoint]
    revision = act.on("partnership")
    act.before(revision)

    answer = signed_in("reviewer").post(act.address(revision), data=form_of(revision, endpoint))

    assert answer.status_code != 403


def test_every_act_that_reviewers_alone_may_do_is_among_them(app: Flask) -> None:
    """Those of offices that reviewers answer on the same page are told apart by their guards' tests."""
    posts = [rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    desk = {one for one in posts if getattr(app.view_functions[one], "__allows__", None) in OF_THE_DESK}

    assert desk - OWN_DESK == {*ACTS}


def form_of(revision: Revision, endpoint: str) -> dict[str, Any]:
    seen = revision.entry.version if endpoint.startswith("pages.") else revision.version
    seen = 1 if endpoint.startswith("files.") else seen
    return {"revision": revision.id, "seen": seen, "reason": WHY, "note-whole": WHY}


def rows() -> tuple[Any, ...]:
    db.session.rollback()
    events = db.session.scalars(select(AuditEvent.id)).all()
    revisions = db.session.execute(select(Revision.id, Revision.state, Revision.version)).all()
    return len(events), sorted(revisions)
