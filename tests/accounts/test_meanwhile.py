"""What was judged must still stand when it is acted on, whatever happened between two of its statements."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from tests import world
from tests.conftest import SignedIn
from tests.interleaving import Act, every
from twinweb import clock
from twinweb.accounts import commands, queries, resets, secrets
from twinweb.accounts.gate import CRITICAL
from twinweb.accounts.models import Role, SignIn, User
from twinweb.audit import AuditEvent
from twinweb.db import db, transaction
from twinweb.entries.models import Revision

OLD, OWN, BY_MAIL = "the old words of mine", "my own new words here", "words by a link of mail"


@dataclass
class Stage:
    """One account with its password, and everybody who may do something to it."""

    user_id: int
    username: str
    membership_id: int
    stranger: FlaskClient
    """Knows the old password."""
    owner: FlaskClient
    admin: FlaskClient
    link: str
    code: str = ""

    def sign_in(self) -> None:
        self.stranger.post("/login", data={"user": self.username, "password": OLD})

    def change(self) -> None:
        self.owner.post("/account/password", data={"current": OLD, "new": OWN, "again": OWN})

    def reset(self) -> None:
        self.stranger.post(f"/login/reset/{self.link}", data={"new": BY_MAIL, "again": BY_MAIL})

    def give_code(self) -> None:
        answer = self.admin.post(f"/admin/users/{self.user_id}/code")
        self.code = answer.text if answer.status_code == 200 else ""

    def deactivate(self) -> None:
        self.admin.post(f"/admin/users/{self.user_id}/deactivate")

    def end_membership(self) -> None:
        self.admin.post(f"/admin/users/{self.user_id}/memberships/{self.membership_id}/end")

    def fits(self, password: str) -> bool:
        now = db.session.get_one(User, self.user_id, populate_existing=True)
        return now.password_hash is not None and secrets.password_fits(now.password_hash, password)

    def open_sign_ins(self) -> int:
        query = select(func.count()).select_from(SignIn)
        still = SignIn.user_id == self.user_id, SignIn.ended_at.is_(None)
        return db.session.scalars(query.where(*still)).one()


@pytest.fixture
def stage(app: Flask, signed_in: SignedIn) -> Callable[..., Stage]:
    """A new account on each call."""
    names = iter(f"newcomer{number}" for number in range(10_000))
    admin = signed_in("admin")

    def new(role: Role = Role.CONTRIBUTOR) -> Stage:
        governorate = "basra" if role is Role.CONTRIBUTOR else None
        grant, identity = commands.Grant(role, governorate), commands.Identity(next(names), "قادم جديد")
        user, _code = commands.create_user(identity, [grant], by=None)
        with transaction():
            user.password_hash = secrets.hash_password(OLD)
            user.second_factor_due = None
        membership, link = queries.memberships(user.id)[0].id, resets.give_link(user.id)
        owner = signed_in(user.username)
        return Stage(user.id, user.username, membership, app.test_client(), owner, admin, link)

    return new


def everywhere(app: Flask, stage: Callable[..., Stage], first: str, second: str) -> Iterator[Stage]:
    """The stage after each way in which the second act can fall between two statements of the first."""
    stages: list[Stage] = []

    def prepare() -> tuple[Act, Act]:
        stages.append(stage())
        return getattr(stages[-1], first), getattr(stages[-1], second)

    for _ in every(app, prepare):
        yield stages[-1]


ENDS = ["give_code", "change", "reset", "deactivate"]
"""Whatever ends an old password, or the account."""


@pytest.mark.parametrize("ends", ENDS)
def test_a_sign_in_under_way_does_not_outlive_what_ends_the_password(
    app: Flask, stage: Callable[..., Stage], ends: str
) -> None:
    for after in everywhere(app, stage, "sign_in", ends):
        assert after.stranger.get("/account/").status_code == 303
        assert after.open_sign_ins() == (1 if ends == "change" else 0)


@pytest.mark.parametrize("ends", ENDS)
def test_what_ends_the_password_ends_a_sign_in_that_begins_meanwhile(
    app: Flask, stage: Callable[..., Stage], ends: str
) -> None:
    for after in everywhere(app, stage, ends, "sign_in"):
        assert after.stranger.get("/account/").status_code == 303


@pytest.mark.parametrize(("first", "second"), [("change", "give_code"), ("give_code", "change")])
def test_who_holds_the_old_password_does_not_take_an_account_that_was_given_a_code(
    app: Flask, stage: Callable[..., Stage], first: str, second: str
) -> None:
    for after in everywhere(app, stage, first, second):
        assert after.code
        assert not after.fits(OWN)
        assert queries.usable_code(after.user_id) is not None
        assert after.open_sign_ins() == 0


@pytest.mark.parametrize(("first", "second"), [("reset", "give_code"), ("give_code", "reset")])
def test_a_link_by_mail_opens_nothing_once_a_code_is_given(
    app: Flask, stage: Callable[..., Stage], first: str, second: str
) -> None:
    for after in everywhere(app, stage, first, second):
        assert not after.fits(BY_MAIL)
        assert queries.usable_code(after.user_id) is not None


@pytest.mark.parametrize(("first", "second"), [("reset", "change"), ("change", "reset")])
def test_of_two_new_passwords_one_counts_and_the_other_is_refused(
    app: Flask, stage: Callable[..., Stage], first: str, second: str
) -> None:
    for after in everywhere(app, stage, first, second):
        assert after.fits(OWN) != after.fits(BY_MAIL)
        assert after.open_sign_ins() == (1 if after.fits(OWN) else 0)


LEAVING = ["end_membership", "deactivate", "give_code"]
"""Whatever ends the sign-ins of who is at work."""


@pytest.mark.parametrize("ends", LEAVING)
@pytest.mark.parametrize("paused", ["the writer", "the admin"])
def test_nothing_is_written_for_an_office_after_it_was_left(
    app: Flask, stage: Callable[..., Stage], ends: str, paused: str
) -> None:
    stages: list[Stage] = []

    def prepare() -> tuple[Act, Act]:
        stages.append(stage())
        draft = world.raw("lesson", title=f"درس رقم {len(stages)}") | {"act": "save"}
        acts = partial(stages[-1].owner.post, "/lessons/new", data=draft), getattr(stages[-1], ends)
        return acts if paused == "the writer" else acts[::-1]

    for _ in every(app, prepare):
        title = f"درس رقم {len(stages)}"
        written = db.session.scalars(select(Revision.saved_at).where(Revision.title == title)).one_or_none()
        ended = select(SignIn.ended_at).where(SignIn.user_id == stages[-1].user_id).limit(1)
        assert written is None or written <= (db.session.scalars(ended).one() or clock.now())


@pytest.mark.parametrize("paused", ["the reviewer", "the admin"])
def test_nothing_is_held_by_a_reviewer_who_has_left(
    app: Flask, stage: Callable[..., Stage], paused: str
) -> None:
    waiting: list[Revision] = []

    def prepare() -> tuple[Act, Act]:
        reviewer = stage(Role.REVIEWER)
        waiting.append(world.submitted())
        claim = partial(
            reviewer.owner.post, f"/review/{waiting[-1].id}/claim", data={"seen": waiting[-1].version}
        )
        acts = claim, reviewer.end_membership
        return acts if paused == "the reviewer" else acts[::-1]

    for _ in every(app, prepare):
        assert db.session.get_one(Revision, waiting[-1].id, populate_existing=True).claimed_by_id is None


@pytest.mark.parametrize(("first", "second"), [("sign_in", "end_membership"), ("end_membership", "sign_in")])
def test_who_comes_in_while_their_role_ends_has_it_no_more(
    app: Flask, stage: Callable[..., Stage], first: str, second: str
) -> None:
    for after in everywhere(app, stage, first, second):
        assert after.stranger.get("/mine/").status_code in {303, 403}


def test_of_two_admins_who_end_each_other_one_stays(app: Flask, stage: Callable[..., Stage]) -> None:
    """Each holds their own account and waits for the other's: neither is told that the register is busy."""
    stages: list[tuple[Stage, Stage]] = []
    told: list[int] = []

    def ends(by: Stage, other: Stage) -> Act:
        address = f"/admin/users/{other.user_id}/deactivate"
        return lambda: told.append(by.owner.post(address).status_code)

    def prepare() -> tuple[Act, Act]:
        one, other = stage(Role.ADMIN), stage(Role.ADMIN)
        stages.append((one, other))
        return ends(one, other), ends(other, one)

    for _ in every(app, prepare):
        active = [one for one in stages[-1] if _is_active(one.user_id)]
        assert len(active) == 1
    assert set(told) <= {303}


def _is_active(user_id: int) -> bool:
    return db.session.get_one(User, user_id, populate_existing=True).deactivated_at is None


@pytest.mark.parametrize("ends", ["deactivate", "give_code"])
def test_what_waits_for_a_proof_is_not_done_after_the_account_is_ended(
    app: Flask, stage: Callable[..., Stage], ends: str
) -> None:
    stages: list[Stage] = []
    phone = {"phone": "0750 123 4567"}

    def prepare() -> tuple[Act, Act]:
        stages.append(stage())
        owner = stages[-1].owner
        began(stages[-1].user_id, clock.now() - 2 * CRITICAL)
        held = (owner.post("/account/phone", data=phone).location or "").partition("held=")[2]
        proof = {"proof": OLD, "held": held}
        return lambda: owner.post("/account/prove", data=proof), getattr(stages[-1], ends)

    for _ in every(app, prepare):
        of_account = AuditEvent.thing == "user", AuditEvent.thing_id == str(stages[-1].user_id)
        acts = db.session.scalars(select(AuditEvent.act).where(*of_account).order_by(AuditEvent.id)).all()
        assert acts[-1] == ends


def began(user_id: int, at: datetime) -> None:
    with transaction() as session:
        session.execute(update(SignIn).where(SignIn.user_id == user_id).values(created_at=at))
