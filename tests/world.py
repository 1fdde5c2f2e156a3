"""The people and entries that tests speak about, made by the product's own commands."""

import copy
from functools import cache
from typing import Any

from sqlalchemy import select

from twinweb import clock
from twinweb.accounts import queries as accounts
from twinweb.accounts import requests, secrets
from twinweb.accounts.commands import Grant, Identity, create_users
from twinweb.accounts.models import Membership, Role, SignIn, User
from twinweb.accounts.person import Person
from twinweb.accounts.request_models import AccountRequest
from twinweb.db import db, transaction
from twinweb.entries import commands
from twinweb.entries.kinds import Facet
from twinweb.entries.lists import Filters, listing
from twinweb.entries.models import Card, CardFacet, Revision
from twinweb.entries.moving import Seen
from twinweb.entries.notes import Mark, open_for
from twinweb.entries.review_models import WHOLE
from twinweb.kinds import KINDS

PASSWORD = "rivers-of-basra-42"

PEOPLE: dict[str, list[tuple[Role, str | None]]] = {
    "basra": [(Role.CONTRIBUTOR, "basra")],
    "basra2": [(Role.CONTRIBUTOR, "basra")],
    "duhok": [(Role.CONTRIBUTOR, "duhok")],
    "ninewa": [(Role.CONTRIBUTOR, "ninewa")],
    "both": [(Role.CONTRIBUTOR, "basra"), (Role.CONTRIBUTOR, "duhok")],
    "reviewer": [(Role.REVIEWER, None)],
    "reviewer2": [(Role.REVIEWER, None)],
    "reviewer-of-duhok": [(Role.REVIEWER, "duhok")],
    "writes-and-reviews": [(Role.REVIEWER, None), (Role.CONTRIBUTOR, "basra")],
    "observer": [(Role.OBSERVER, None)],
    "admin": [(Role.ADMIN, None)],
}

SOURCE: dict[str, Any] = {
    "kind": "page",
    "title": "صفحة البرنامج",
    "link": "https://example.org/a",
    "date": {"day": "2", "month": "11", "year": "2022"},
}
RAW: dict[str, dict[str, Any]] = {
    "partnership": {
        "title": "حاضنة أعمال البصرة",
        "governorates": ["basra", "ninewa"],
        "stage": "under_way",
        "objective": "خلق فرص عمل للشباب.",
        "sectors": ["job-creation"],
        "parties": [
            {"name": "SOS Slovenia", "country": "SI", "kind": "municipal_association", "role": "lead"}
        ],
        "planned_start": {"day": "", "month": "3", "year": "2021"},
        "sources": [SOURCE],
    },
    "workshop": {
        "title": "ورشة أربيل لتبادل الخبرات",
        "host": "erbil",
        "first_day": {"day": "11", "month": "10", "year": "2022"},
        "last_day": {"day": "13", "month": "10", "year": "2022"},
        "governorates": ["basra", "duhok"],
        "people_all": "30",
    },
    "session": {
        "day": {"day": "12", "month": "10", "year": "2022"},
        "title": "ربط خريجي الحاضنة بسوق العمل",
        "kind": "discussion",
        "summary": "نوقشت أسباب توقف بعض المشاريع.",
    },
    "lesson": {
        "kind": "good_practice",
        "title": "متابعة المشاريع بعد التخرج",
        "sectors": ["job-creation"],
        "year": "2022",
        "situation": "تخرجت أول دفعة بلا خطة متابعة.",
        "done": "زيارة شهرية لكل مشروع.",
        "result": "استمرت تسعة مشاريع.",
        "recommendation": "تخصيص زيارة شهرية لكل مشروع متخرج.",
    },
}


def people() -> None:
    with transaction() as session:
        for username, held in PEOPLE.items():
            user = User(
                username=username,
                name=f"شخص {username}",
                sort_key=username,
                password_hash=_password_hash(),
                created_at=clock.now(),
            )
            session.add(user)
            session.flush()
            session.add_all(
                Membership(user_id=user.id, role=role, governorate=governorate, starts=clock.today())
                for role, governorate in held
            )


def list_of_accounts() -> int:
    """Two people of Duhok whose accounts are opened from a list; the id that the list is known by."""
    mark = secrets.new_token()[:8].lower().replace("_", "-")
    people = [
        (Identity(f"listed{number}{mark}", f"شخص من القائمة {number}"), Grant(Role.CONTRIBUTOR, "duhok"))
        for number in (1, 2)
    ]
    return create_users(people, by=person("admin"))[0][0].id


def asked_for(by: str = "basra", name: str = "زميل جديد في المكتب") -> AccountRequest:
    colleague = requests.Colleague(min(person(by).writes_for), name, "+9647701112233", "مهندس")
    return requests.ask(colleague, by=person(by))


def person(username: str) -> Person:
    return accounts.person(db.session.scalars(select(User.id).where(User.username == username)).one())


def sign_in_token(username: str) -> str:
    """A sign-in without the cost of the password."""
    token, now = secrets.new_token(), clock.now()
    with transaction() as session:
        session.add(
            SignIn(
                token_hash=secrets.hash_token(token),
                user_id=person(username).id,
                created_at=now,
                last_used_at=now,
            )
        )
    return token


def raw(kind: str, **changes: object) -> dict[str, Any]:
    return copy.deepcopy(RAW[kind]) | changes


def seen(revision: Revision) -> Seen:
    return Seen(revision.id, revision.version)


def draft(kind: str = "lesson", by: str = "basra", owner: str = "", **changes: Any) -> Revision:
    owner = owner or min(person(by).writes_for)
    if kind == "session" and "workshop" not in changes:
        changes["workshop"] = str(approved("workshop").entry_id)
    return commands.draft(KINDS[kind], raw(kind, **changes), owner=owner, by=person(by))


def submitted(kind: str = "lesson", by: str = "basra", **changes: Any) -> Revision:
    return commands.submit(seen(draft(kind, by, **changes)), KINDS, by=person(by))


def returned(kind: str = "lesson", by: str = "basra", reviewer: str = "reviewer", **changes: Any) -> Revision:
    return commands.send_back(
        seen(submitted(kind, by, **changes)), {WHOLE: "يرجى بيان المصدر"}, KINDS, by=person(reviewer)
    )


def approved(kind: str = "lesson", by: str = "basra", reviewer: str = "reviewer", **changes: Any) -> Revision:
    return commands.approve(seen(submitted(kind, by, **changes)), KINDS, by=person(reviewer))


def mended(revision: Revision, by: str = "basra") -> Revision:
    """A returned entry as a draft with every note marked as done."""
    copy = commands.answer(seen(revision), KINDS, by=person(by))
    kind = KINDS[copy.entry.kind]
    marks = {one.id: Mark(done=True) for one in open_for(copy.entry_id)}
    return commands.save(seen(copy), kind.read(copy.raw, copy.schema), KINDS, by=person(by), marks=marks)


@cache
def _password_hash() -> str:
    return secrets.hash_password(PASSWORD)


def filters_of_words() -> dict[int, set[tuple[Facet, str]]]:
    """By which filters each card is found where it is also asked for by its own words."""
    pairs = {(row[0], row[1]) for row in db.session.execute(select(CardFacet.facet, CardFacet.value))}
    return {card.position: {pair for pair in pairs if _is_found(card, *pair)} for card in _cards()}


def filters() -> dict[int, set[tuple[Facet, str]]]:
    """By which filters each card is found."""
    of = select(CardFacet.facet, CardFacet.value).where
    return {
        card.position: {
            (row[0], row[1]) for row in db.session.execute(of(CardFacet.position == card.position))
        }
        for card in _cards()
    }


def _cards() -> list[Card]:
    return list(db.session.scalars(select(Card).where(Card.retired.is_(False))))


def _is_found(card: Card, facet: Facet, value: str) -> bool:
    rows = listing(Filters(card.kind, card.title, {facet: value})).rows
    return card.position in {row.position for row in rows}
