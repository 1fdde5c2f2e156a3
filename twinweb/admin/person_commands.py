"""Putting right who a person is, wherever it is kept. One command, one transaction, one audit event."""

from twinweb import audit
from twinweb.accounts.commands import NoSuchUser, correct, require_admin
from twinweb.accounts.models import User
from twinweb.accounts.person import Person
from twinweb.admin.facts import PersonFacts
from twinweb.db import transaction
from twinweb.entries.refusals import Changed
from twinweb.notices import mailing


def correct_person(user_id: int, facts: PersonFacts, *, seen: int, by: Person) -> User:
    """All but what they may do. The log has the names of the fields that changed, not their values."""
    require_admin(by)
    with transaction() as session:
        user = session.get(User, user_id, with_for_update=True)
        if user is None:
            raise NoSuchUser
        if user.version != seen:
            raise Changed
        changed = correct(user, facts.identity())
        if mailing.correct_address(user_id, facts.email):
            changed.append("email")
        if changed:
            audit.record("edit", "user", user_id, by_id=by.id, fields=changed)
    return user
