"""Who wants a digest by mail, and how far each was told by it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select, update

from twinweb import audit, clock
from twinweb.accounts.models import User
from twinweb.accounts.person import Person
from twinweb.db import db, transaction
from twinweb.notices.models import MailChoice


def choice(by: Person) -> MailChoice | None:
    return db.session.get(MailChoice, by.id)


def address_of(user_id: int) -> str:
    """Where this person reads mail, if they have said so."""
    chosen = db.session.get(MailChoice, user_id)
    return chosen.address if chosen else ""


def choose(address: str, *, wanted: bool, by: Person) -> None:
    """Where to send one's digest, and whether; the first one tells what happens from now on."""
    with transaction() as session:
        chosen = session.get(MailChoice, by.id)
        if chosen is None:
            chosen = MailChoice(user_id=by.id, told_until=clock.now())
            session.add(chosen)
        chosen.address, chosen.wanted = address, wanted and bool(address)
        audit.record("choose_mail", "user", by.id, by_id=by.id)


def correct_address(user_id: int, address: str) -> bool:
    """Put right where somebody reads mail, in the transaction under way; whether that changes anything.

    Whether they want a digest is for them to say.
    """
    chosen = db.session.get(MailChoice, user_id)
    if address == (chosen.address if chosen else ""):
        return False
    if chosen is None:
        chosen = MailChoice(user_id=user_id, wanted=False, told_until=clock.now())
        db.session.add(chosen)
    chosen.address, chosen.wanted = address, chosen.wanted and bool(address)
    return True


@dataclass(frozen=True, slots=True)
class Due:
    """A digest that somebody waits for today."""

    user_id: int
    address: str
    told_until: datetime
    last_day: date | None


def due() -> list[Due]:
    """Of everybody with an account who wants a digest and whose digest of today was not begun."""
    not_today = or_(MailChoice.last_day.is_(None), MailChoice.last_day < clock.today())
    query = (
        select(MailChoice.user_id, MailChoice.address, MailChoice.told_until, MailChoice.last_day)
        .join(User, User.id == MailChoice.user_id)
        .where(MailChoice.wanted, User.deactivated_at.is_(None), not_today)
    )
    return [Due(*row) for row in db.session.execute(query.order_by(MailChoice.user_id))]


def begin(due: Due) -> bool:
    """Begin the digest of today, once: what is not ended is not sent again. False where another run has."""
    not_today = or_(MailChoice.last_day.is_(None), MailChoice.last_day < clock.today())
    with transaction() as session:
        begun = session.scalars(
            update(MailChoice)
            .where(MailChoice.user_id == due.user_id, not_today)
            .values(last_day=clock.today())
            .returning(MailChoice.user_id)
        ).all()
    return bool(begun)


def end(due: Due, told_until: datetime) -> None:
    """The mail server has taken it: what happened until then is told."""
    with transaction() as session:
        mine = update(MailChoice).where(MailChoice.user_id == due.user_id)
        session.execute(mine.values(told_until=told_until))


def give_up(due: Due) -> None:
    """The mail server has refused it: today's may be tried again."""
    with transaction() as session:
        mine = update(MailChoice).where(MailChoice.user_id == due.user_id)
        session.execute(mine.values(last_day=due.last_day))
