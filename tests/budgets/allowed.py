"""What each kind of page may weigh and ask."""

from dataclasses import dataclass, replace

from flask import Flask
from sqlalchemy import select

from tests import world
from tests.budgets.journeys import Weighed
from tests.conftest import Browser
from tests.participants.lists import listed
from twinweb.db import db
from twinweb.entries.models import Entry

GIVEN = ("زينب", "علي", "سعاد", "كاوه", "حيدر")
FAMILIES = ("الموسوي", "جبار", "رسول", "عبد الرضا", "حسن", "الحلفي")
PEOPLE = ["", "basra", "reviewer", "observer", "admin"]


@dataclass(frozen=True)
class Budget:
    brotli: int
    """Bytes, headers and body."""
    statements: int
    """Beside those about the sign-in."""

    @property
    def gzip(self) -> float:
        """As on plain HTTP: a tenth more."""
        return self.brotli * 1.1


STRICTEST = Budget(4_000, 6)
"""What is named nowhere below is held to this."""
LIST = Budget(5_000, 7)
FORM = Budget(5_000, 10)
DIGEST = Budget(100_000, 6)
"""To carry on a stick: everything is in the one file."""
BUDGETS = {
    "accounts.login": Budget(6_000, 1),
    "admin.audit": Budget(5_000, 6),
    "admin.user": Budget(4_000, 8),
    "admin.user_leaving": Budget(4_000, 10),
    "pages.index": Budget(5_000, 4),
    "search.index": Budget(5_000, 4),
    "review.queue": LIST,
    "directory.governorate_digest": DIGEST,
    "directory.sector_digest": DIGEST,
    "pages.new": FORM,
    "pages.edit": FORM,
    "pages.new_session_of": FORM,
    "review.correct": FORM,
    "pages.show": Budget(4_000, 7),
    "participants.index": Budget(5_000, 11),
    "participants.edit": Budget(4_000, 8),
    "pages.show_open": Budget(4_000, 11),
    "review.show": Budget(5_000, 21),
}
SEARCH = 3_000
"""Of the fragment that a search or a filter brings."""
TEXT = "وُزّعت مياه الشرب على الأحياء بحسب جدول معلن، ثم رُوجع الجدول مع المخاتير كل أسبوع. " * 45


def people_of_a_workshop() -> None:
    """Thirty who took part in the newest workshop of Basra, with names and offices of their own."""
    query = select(Entry.id).where(Entry.kind == "workshop", Entry.owner == "basra")
    names = [f"{given} {family}" for given in GIVEN for family in FAMILIES]
    listed(db.session.scalars(query.order_by(Entry.id.desc())).first() or 0, *names, by=world.person("basra"))


def browser(app: Flask, person: str) -> Browser:
    client = Browser(app)
    if person:
        with client.session_transaction() as session:
            session["sign_in"] = world.sign_in_token(person)
    return client


def budget(one: Weighed) -> Budget:
    found = BUDGETS.get(one.endpoint, STRICTEST)
    return replace(found, brotli=SEARCH) if one.region == "results" else found
