"""Passkeys (WebAuthn): registered, and used as the second step, instead of a password, or as a fresh proof.

A challenge is sealed for its purpose and person, good for five minutes, and answered once; nothing is written
to hand it out. The library weighs megabytes in each worker, so the first passkey loads it, no start does.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from twinweb import audit, clock
from twinweb.accounts import factors, queries, sign_ins
from twinweb.accounts.factor_models import Passkey, SpentChallenge
from twinweb.accounts.keys import keyed_hash, seal, unseal
from twinweb.accounts.models import SignIn, User
from twinweb.accounts.person import Person
from twinweb.accounts.secrets import hash_token
from twinweb.accounts.sign_ins import CameIn, NoSuchSignIn
from twinweb.accounts.throttle import Visitor
from twinweb.db import db, transaction

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

LASTS = timedelta(minutes=5)
LONGEST_NAME = 60
MOST = 10
NOBODY = 0
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What comes of an answer that no browser sends, such as lists within lists without an end."""
REGISTER, USE = "passkey to register", "passkey to use"


class WrongPasskey(Exception):
    """Not an answer of a passkey that opens this, or one that came too late or twice."""


class EnoughPasskeys(Exception):
    """This person has as many as anybody needs."""


@dataclass(frozen=True, slots=True)
class Site:
    """What passkeys are bound to: the name of the site, and the address that its pages have."""

    rp_id: str
    origin: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser sends back."""

    challenge: str
    credential: str


@dataclass(frozen=True, slots=True)
class Used:
    """A passkey that has answered rightly, as it was then: it may be taken off before that is acted on."""

    id: int
    user_id: int
    uses: int
    """As it says."""


def of(user_id: int) -> Sequence[Passkey]:
    return db.session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)).all()


def challenge(purpose: str, whose: int) -> str:
    return seal(clock.now().isoformat(), purpose, whose)


def options_to_register(challenge: str, site: Site, by: Person) -> str:
    import webauthn  # noqa: PLC0415  see above
    from webauthn.helpers.structs import (  # noqa: PLC0415
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    user = db.session.get_one(User, by.id)
    options = webauthn.generate_registration_options(
        rp_id=site.rp_id,
        rp_name=factors.ISSUER,
        user_id=bytes.fromhex(keyed_hash(str(by.id), "passkey of person")),
        user_name=user.username,
        user_display_name=user.name,
        challenge=challenge.encode(),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_descriptors(by.id),
    )
    return webauthn.options_to_json(options)


def options_to_use(challenge: str, site: Site, user_id: int = NOBODY) -> str:
    """For one person, or for whoever has a passkey of this site: that one asks for finger, face or PIN."""
    import webauthn  # noqa: PLC0415  see above
    from webauthn.helpers.structs import UserVerificationRequirement  # noqa: PLC0415

    options = webauthn.generate_authentication_options(
        rp_id=site.rp_id,
        challenge=challenge.encode(),
        allow_credentials=_descriptors(user_id) if user_id else None,
        user_verification=UserVerificationRequirement.PREFERRED
        if user_id
        else UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def register(answer: Answer, site: Site, name: str, *, by: Person) -> list[str]:
    """Add a passkey; the recovery codes that come with the first one, else none."""
    import webauthn  # noqa: PLC0415  see above
    from webauthn.helpers import bytes_to_base64url  # noqa: PLC0415
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    _refuse_stale(answer, REGISTER, by.id)
    try:
        made = webauthn.verify_registration_response(
            credential=answer.credential,
            expected_challenge=answer.challenge.encode(),
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
        )
    except (WebAuthnException, *UNREADABLE):
        raise WrongPasskey from None
    with transaction() as session:
        sign_ins.lock(by.id)
        _spend(answer)
        if len(of(by.id)) >= MOST:
            raise EnoughPasskeys
        session.add(
            Passkey(
                user_id=by.id,
                credential=bytes_to_base64url(made.credential_id),
                public_key=bytes_to_base64url(made.credential_public_key),
                uses=made.sign_count,
                name=name[:LONGEST_NAME],
                created_at=clock.now(),
            )
        )
        codes = [] if factors.recovery_codes_left(by.id) else factors.new_recovery_codes(by.id)
        factors.mark(by.id)
        audit.record("add_passkey", "user", by.id, by_id=by.id)
    return codes


def remove(passkey_id: int, *, by: Person) -> None:
    with transaction() as session:
        sign_ins.lock(by.id)
        session.execute(delete(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == by.id))
        factors.mark(by.id, keep=by.needs_second_factor)
        audit.record("remove_passkey", "user", by.id, by_id=by.id)


def sign_in(answer: Answer, site: Site, *, visitor: Visitor, demonstration: bool = False) -> CameIn:
    """Instead of a password: the device has asked for finger, face or PIN, so that this is both steps."""
    _refuse_stale(answer, USE, NOBODY)
    used = _verified(answer, site, alone=True)
    with transaction():
        user = sign_ins.locked(used.user_id)
        _note(used, answer)
        if user.deactivated_at or user.demo > demonstration or user.password_hash is None:
            raise WrongPasskey
        came_in = sign_ins.begin(user, visitor, half=False)
        audit.record("sign_in", "user", user.id, by_id=user.id, second_step="passkey")
    return came_in


def second_step(token: str, answer: Answer, site: Site) -> CameIn:
    half = queries.half_sign_in(token)
    if half is None:
        raise NoSuchSignIn
    _refuse_stale(answer, USE, half.user_id)
    used = _verified(answer, site, of_person=half.user_id)
    with transaction():
        half = sign_ins.locked_half(token, half.user_id)
        _note(used, answer)
        return sign_ins.complete(half, "passkey")


def prove(answer: Answer, site: Site, *, by: Person) -> str:
    """A fresh proof; the new token of this sign-in."""
    _refuse_stale(answer, USE, by.id)
    used = _verified(answer, site, of_person=by.id)
    with transaction() as session:
        sign_ins.lock(by.id)
        _note(used, answer)
        return sign_ins.renew(session.get_one(SignIn, by.sign_in_id), "passkey")


def _verified(answer: Answer, site: Site, *, of_person: int = NOBODY, alone: bool = False) -> Used:
    """The passkey that has answered."""
    import webauthn  # noqa: PLC0415  see above
    from webauthn.helpers import base64url_to_bytes  # noqa: PLC0415
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    try:
        passkey = _named(json.loads(answer.credential)["id"], of_person)
        found = webauthn.verify_authentication_response(
            credential=answer.credential,
            expected_challenge=answer.challenge.encode(),
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.uses,
            require_user_verification=alone,
        )
    except (WebAuthnException, *UNREADABLE):
        raise WrongPasskey from None
    return Used(passkey.id, passkey.user_id, found.new_sign_count)


def _named(credential: object, of_person: int) -> Passkey:
    query = select(Passkey).where(Passkey.credential == str(credential))
    found = db.session.scalars(query).one_or_none()
    if found is None or of_person not in (NOBODY, found.user_id):
        raise WrongPasskey
    return found


def _note(used: Used, answer: Answer) -> None:
    """Within a transaction, with the account locked: the passkey is still there, and was used once more."""
    _spend(answer)
    still = update(Passkey).where(Passkey.id == used.id).returning(Passkey.id)
    if not db.session.scalars(still.values(uses=used.uses, last_used_at=clock.now())).first():
        raise WrongPasskey


def _refuse_stale(answer: Answer, purpose: str, whose: int) -> None:
    made = unseal(answer.challenge, purpose, whose)
    if made is None or made < (clock.now() - LASTS).isoformat():
        raise WrongPasskey


def _spend(answer: Answer) -> None:
    """Within a transaction: this challenge is answered."""
    now = clock.now()
    db.session.execute(delete(SpentChallenge).where(SpentChallenge.at < now - 2 * LASTS))
    db.session.add(SpentChallenge(digest=hash_token(answer.challenge), at=now))
    try:
        db.session.flush()
    except IntegrityError:
        raise WrongPasskey from None


def _descriptors(user_id: int) -> "list[PublicKeyCredentialDescriptor]":
    from webauthn.helpers import base64url_to_bytes  # noqa: PLC0415  see above
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor  # noqa: PLC0415

    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential)) for one in of(user_id)]
