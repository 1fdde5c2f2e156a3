"""Passkeys against a device of the tests: which answers open, and which never do."""

from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from tests import world
from tests.accounts.device import Device
from tests.conftest import SignedIn
from tests.interleaving import Act, every
from twinweb import clock
from twinweb.accounts import commands, passkeys, sign_ins
from twinweb.accounts.factor_models import Passkey
from twinweb.accounts.models import SignIn, User
from twinweb.accounts.passkeys import NOBODY, REGISTER, USE, Answer, EnoughPasskeys, Site, WrongPasskey
from twinweb.accounts.throttle import Visitor
from twinweb.audit import AuditEvent, AuditSeal
from twinweb.db import db, transaction

SITE = Site("twinweb.gov.iq", "https://twinweb.gov.iq")
ELSEWHERE = "https://twinweb-gov.iq"
VISITOR = Visitor()


def device() -> Device:
    return Device(SITE.rp_id, SITE.origin)


def registered(who: str, its: Device | None = None) -> Device:
    its = its or device()
    challenge = passkeys.challenge(REGISTER, world.person(who).id)
    answer = Answer(challenge, its.register(challenge))
    passkeys.register(answer, SITE, "هاتف المكتب", by=world.person(who))
    return its


def half_signed_in(who: str) -> str:
    with transaction() as session:
        user = session.get_one(User, world.person(who).id)
        return sign_ins.begin(user, VISITOR, half=True).token


def answered(its: Device, whose: int = NOBODY, *, verified: bool = True) -> Answer:
    challenge = passkeys.challenge(USE, whose)
    return Answer(challenge, its.use(challenge, verified=verified))


def whole_sign_ins(who: str) -> int:
    query = select(SignIn).where(SignIn.user_id == world.person(who).id, SignIn.half.is_(False))
    return len(db.session.scalars(query).all())


def test_a_passkey_signs_in_instead_of_a_password(app: Flask) -> None:
    its = registered("basra")

    came_in = passkeys.sign_in(answered(its), SITE, visitor=VISITOR)

    assert (came_in.user_id, came_in.half) == (world.person("basra").id, False)
    assert db.session.scalars(select(Passkey)).one().uses == 1


def test_a_passkey_is_the_second_step(app: Flask) -> None:
    its, token = registered("basra"), half_signed_in("basra")

    came_in = passkeys.second_step(token, answered(its, world.person("basra").id), SITE)

    assert (came_in.user_id, came_in.half) == (world.person("basra").id, False)


@pytest.mark.parametrize("counts", [True, False], ids=["a key that counts", "one that does not"])
def test_an_answer_opens_once(app: Flask, counts: bool) -> None:
    its = registered("basra")
    its.counts = counts
    answer = answered(its)
    passkeys.sign_in(answer, SITE, visitor=VISITOR)

    with pytest.raises(WrongPasskey):
        passkeys.sign_in(answer, SITE, visitor=VISITOR)

    assert whole_sign_ins("basra") == 1


def test_a_passkey_that_is_taken_off_meanwhile_opens_nothing(app: Flask, signed_in: SignedIn) -> None:
    owner = signed_in("basra")

    def prepare() -> tuple[Act, Act]:
        its = registered("basra")
        passkey = db.session.scalars(select(Passkey.id)).one()
        return partial(come_in, answered(its)), partial(owner.post, f"/account/passkey/{passkey}/remove")

    for _ in every(app, prepare):
        last = select(AuditEvent.act).join(AuditSeal, AuditSeal.event_id == AuditEvent.id)
        assert db.session.scalars(last.order_by(AuditSeal.number.desc()).limit(1)).one() == "remove_passkey"


def come_in(answer: Answer) -> None:
    with suppress(WrongPasskey):
        passkeys.sign_in(answer, SITE, visitor=VISITOR)


def test_an_answer_that_comes_late_opens_nothing(app: Flask) -> None:
    answer = answered(registered("basra"))

    with clock.at(clock.now() + passkeys.LASTS + timedelta(seconds=1)), pytest.raises(WrongPasskey):
        passkeys.sign_in(answer, SITE, visitor=VISITOR)

    assert whole_sign_ins("basra") == 0


def test_another_persons_passkey_is_no_second_step(app: Flask) -> None:
    registered("basra")
    theirs, token = registered("duhok"), half_signed_in("basra")

    with pytest.raises(WrongPasskey):
        passkeys.second_step(token, answered(theirs, world.person("basra").id), SITE)

    assert whole_sign_ins("basra") == 0


def test_a_challenge_for_one_person_is_none_for_another(app: Flask) -> None:
    its, token = registered("basra"), half_signed_in("basra")

    with pytest.raises(WrongPasskey):
        passkeys.second_step(token, answered(its, world.person("duhok").id), SITE)
    with pytest.raises(WrongPasskey):
        passkeys.sign_in(answered(its, world.person("basra").id), SITE, visitor=VISITOR)

    assert whole_sign_ins("basra") == 0


def test_a_challenge_to_register_signs_nobody_in(app: Flask) -> None:
    its = registered("basra")
    challenge = passkeys.challenge(REGISTER, NOBODY)

    with pytest.raises(WrongPasskey):
        passkeys.sign_in(Answer(challenge, its.use(challenge)), SITE, visitor=VISITOR)


@pytest.mark.parametrize(
    "thief",
    [{"origin": ELSEWHERE}, {"rp_id": "twinweb-gov.iq"}, {"key": device().key}],
    ids=["a page that looks like ours", "another site's key", "a key of their own"],
)
def test_what_was_signed_elsewhere_or_by_another_key_opens_nothing(
    app: Flask, thief: dict[str, object]
) -> None:
    its = registered("basra")
    for name, value in thief.items():
        setattr(its, name, value)

    with pytest.raises(WrongPasskey):
        passkeys.sign_in(answered(its), SITE, visitor=VISITOR)

    assert whole_sign_ins("basra") == 0


def test_instead_of_a_password_the_device_has_to_know_its_owner(app: Flask) -> None:
    its = registered("basra")

    with pytest.raises(WrongPasskey):
        passkeys.sign_in(answered(its, verified=False), SITE, visitor=VISITOR)

    assert whole_sign_ins("basra") == 0


def test_a_key_that_was_copied_is_noticed_by_its_count(app: Flask) -> None:
    its = registered("basra")
    for _ in range(2):
        passkeys.sign_in(answered(its), SITE, visitor=VISITOR)
    its.uses = 0  # a copy made before these

    with pytest.raises(WrongPasskey):
        passkeys.sign_in(answered(its), SITE, visitor=VISITOR)


def test_who_is_deactivated_does_not_come_in(app: Flask) -> None:
    its = registered("basra")
    commands.deactivate(world.person("basra").id, by=world.person("admin"))

    with pytest.raises(WrongPasskey):
        passkeys.sign_in(answered(its), SITE, visitor=VISITOR)


def test_a_passkey_that_was_taken_off_opens_nothing(app: Flask) -> None:
    its = registered("basra")
    passkeys.remove(db.session.scalars(select(Passkey)).one().id, by=world.person("basra"))

    with pytest.raises(WrongPasskey):
        passkeys.sign_in(answered(its), SITE, visitor=VISITOR)


def test_nobody_takes_off_the_passkey_of_another(app: Flask) -> None:
    registered("basra")

    passkeys.remove(db.session.scalars(select(Passkey)).one().id, by=world.person("duhok"))

    assert db.session.scalars(select(Passkey)).one().user_id == world.person("basra").id


def test_nobody_has_more_than_they_need(app: Flask) -> None:
    for _ in range(passkeys.MOST):
        registered("basra")

    with pytest.raises(EnoughPasskeys):
        registered("basra")


@pytest.mark.parametrize(
    "credential", ["", "{}", "[]", "[" * 100_000, '{"id": 5}', '{"id": "x", "response": {}}', "null"]
)
def test_what_is_no_answer_of_a_passkey_is_refused(app: Flask, credential: str) -> None:
    registered("basra")

    with pytest.raises(WrongPasskey):
        passkeys.sign_in(Answer(passkeys.challenge(USE, NOBODY), credential), SITE, visitor=VISITOR)
    challenge = passkeys.challenge(REGISTER, world.person("basra").id)
    with pytest.raises(WrongPasskey):
        passkeys.register(Answer(challenge, credential), SITE, "x", by=world.person("basra"))
