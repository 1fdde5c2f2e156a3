"""What the admins' pages show."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)

from twinweb import clock
from twinweb.accounts.models import Membership, Role, SignIn, User
from twinweb.accounts.secrets import fold_username
from twinweb.admin.likeness import Known
from twinweb.audit import AuditEvent
from twinweb.db import db
from twinweb.entries.kinds import Facet
from twinweb.entries.models import Card, CardFacet, Entry, Revision
from twinweb.entries.queries import PAGE
from twinweb.i18n.arabic import fold, sort_key
from twinweb.partnerships.models import PartnershipParty
from twinweb.reference.models import Party, PartyAlias, PartyKind, Sector

Rows: TypeAlias = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list of accounts was asked for."""

    words: str = ""
    governorate: str = ""
    role: str = ""
    after: int = 0


@dataclass(frozen=True, slots=True)
class UserRow:
    id: int
    username: str
    name: str
    job_title: str
    has_password: bool
    deactivated_at: datetime | None
    memberships: Sequence[Membership] = ()


@dataclass(frozen=True, slots=True)
class UserPage:
    rows: Sequence[UserRow]
    next_after: int | None


def users(asked: Asked) -> UserPage:
    """A page of accounts by name, with what each may do today or later."""
    query = _after(_users(asked), User.sort_key, User.id, asked.after)
    found = db.session.execute(query.order_by(User.sort_key, User.id).limit(PAGE + 1)).all()
    held = _held([row.id for row in found[:PAGE]])
    rows = [replace(UserRow(*row), memberships=held.get(row.id, ())) for row in found[:PAGE]]
    return UserPage(rows, rows[-1].id if len(found) > PAGE else None)


def _users(asked: Asked) -> Rows:
    query: Rows = select(
        User.id,
        User.username,
        User.name,
        User.job_title,
        User.password_hash.is_not(None),
        User.deactivated_at,
    )
    if asked.words:
        query = query.where(_named_like(asked.words))
    if asked.governorate or asked.role:
        query = query.where(_holds(asked))
    return query


def _named_like(words: str) -> ColumnElement[bool]:
    username, name = fold_username(words), sort_key(words)
    return or_(
        User.username.startswith(username, autoescape=True) if username else false(),
        User.sort_key.contains(name, autoescape=True) if name else false(),
    )


def _holds(asked: Asked) -> ColumnElement[bool]:
    conditions = [_not_over()]
    if asked.governorate:
        conditions.append(Membership.governorate == asked.governorate)
    if asked.role:
        conditions.append(Membership.role == Role(asked.role) if asked.role in {*Role} else false())
    return User.id.in_(select(Membership.user_id).where(*conditions))


def _held(user_ids: Sequence[int]) -> dict[int, list[Membership]]:
    query = select(Membership).where(Membership.user_id.in_(user_ids), _not_over()).order_by(Membership.id)
    held: dict[int, list[Membership]] = {}
    for one in db.session.scalars(query):
        held.setdefault(one.user_id, []).append(one)
    return held


def _not_over() -> ColumnElement[bool]:
    return or_(Membership.ends.is_(None), Membership.ends >= clock.today())


def known_people() -> list[Known]:
    """Everybody with an account, to look for those who are about to get a second one."""
    query = select(User.name, User.phone, User.id).order_by(User.id)
    return [Known(*row) for row in db.session.execute(query)]


def accounts(ids: Collection[int]) -> Sequence[User]:
    return db.session.scalars(select(User).where(User.id.in_(ids))).all()


def usernames() -> set[str]:
    return {*db.session.scalars(select(User.username))}


def first_governorates(user_ids: Collection[int]) -> dict[int, str]:
    """Of those who have one: that of the first role they hold."""
    held = _held([*user_ids])
    return {
        one: slug for one in held if (slug := next((m.governorate for m in held[one] if m.governorate), ""))
    }


def opened_together(first_id: int) -> list[UserRow]:
    """The accounts of a list in its order, known by the first one; nothing where there is no such list."""
    query = select(AuditEvent.details).where(
        AuditEvent.act == "open_accounts", AuditEvent.thing == "user", AuditEvent.thing_id == str(first_id)
    )
    ids = (db.session.scalars(query).first() or {}).get("users", [])
    found = db.session.execute(_users(Asked()).where(User.id.in_(ids)).order_by(User.id)).all()
    held = _held(ids)
    return [replace(UserRow(*row), memberships=held.get(row.id, ())) for row in found]


def last_sign_in(user_id: int) -> datetime | None:
    return db.session.scalars(select(func.max(SignIn.created_at)).where(SignIn.user_id == user_id)).one()


def sectors() -> Sequence[Sector]:
    """All of them in their order."""
    return db.session.scalars(select(Sector).order_by(Sector.position, Sector.slug)).all()


def sector(slug: str) -> Sector | None:
    return next((one for one in sectors() if one.slug == slug), None)


def entries_by_sector() -> dict[str, int]:
    """How many approved entries carry each sector."""
    return _entries_by(Facet.SECTOR, CardFacet.facet == Facet.SECTOR)


def partnerships_of(party_ids: Sequence[int]) -> dict[int, int]:
    """In how many approved partnerships each of these parties is."""
    found = _entries_by(Facet.PARTY, CardFacet.value.in_(map(str, party_ids)))
    return {int(value): count for value, count in found.items()}


def _entries_by(facet: Facet, condition: ColumnElement[bool]) -> dict[str, int]:
    query = select(CardFacet.value, func.count()).where(CardFacet.facet == facet, condition)
    return {row[0]: row[1] for row in db.session.execute(query.group_by(CardFacet.value))}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A party as a partnership names it, and what became of that."""

    party_id: int
    written: str
    entry_id: int
    reference: str
    title: str
    made_new: bool
    """This partnership brought the party into the register; the others were linked to it."""


@dataclass(frozen=True, slots=True)
class PartyRow:
    id: int
    name: str
    country: str
    kind: PartyKind
    partnerships: int = 0
    proposals: Sequence[Proposal] = ()

    @property
    def made_in(self) -> Proposal | None:
        return next((one for one in self.proposals if one.made_new), None)

    @property
    def other_names(self) -> list[str]:
        """As partnerships wrote it, where not as it is called."""
        return sorted({one.written for one in self.proposals} - {self.name})


@dataclass(frozen=True, slots=True)
class PartyPage:
    rows: Sequence[PartyRow]
    next_after: int | None


def parties(words: str, after: int) -> PartyPage:
    """A page of parties by name, found under any name that they were ever written with."""
    query: Rows = select(Party.id, Party.name, Party.country, Party.kind).where(Party.merged_into.is_(None))
    if words:
        spelled = PartyAlias.folded.contains(fold(words), autoescape=True)
        query = query.where(exists().where(PartyAlias.party_id == Party.id, spelled))
    query = _after(query, Party.sort_key, Party.id, after)
    found = db.session.execute(query.order_by(Party.sort_key, Party.id).limit(PAGE + 1)).all()
    ids = [row.id for row in found[:PAGE]]
    counts, named = partnerships_of(ids), proposals(ids)
    rows = [
        replace(PartyRow(*row), partnerships=counts.get(row.id, 0), proposals=named.get(row.id, ()))
        for row in found[:PAGE]
    ]
    return PartyPage(rows, rows[-1].id if len(found) > PAGE else None)


def proposals(party_ids: Sequence[int]) -> dict[int, list[Proposal]]:
    """What approved partnerships called these parties, by party."""
    query = (
        select(
            PartnershipParty.party_id,
            PartnershipParty.proposed_as,
            Card.entry_id,
            Card.reference,
            Card.title,
            func.coalesce(Revision.entry_id == Card.entry_id, False),
        )
        .join(Card, Card.entry_id == PartnershipParty.entry_id)
        .join(Party, Party.id == PartnershipParty.party_id)
        .outerjoin(Revision, Revision.id == Party.proposed_in)
        .where(PartnershipParty.party_id.in_(party_ids))
        .order_by(Card.position, PartnershipParty.line)
    )
    found: dict[int, list[Proposal]] = {}
    for row in db.session.execute(query):
        found.setdefault(row.party_id, []).append(Proposal(*row))
    return found


MOST_EXPORTED, EXPORTED_AT_ONCE = 10_000, 500


@dataclass(frozen=True, slots=True)
class AskedLog:
    """What the list of what was done was asked for."""

    person: str = ""
    act: str = ""
    thing: str = ""
    record: str = ""
    """The reference of an entry, or the number of whatever it is."""
    day: date | None = None
    after: int = 0


@dataclass(frozen=True, slots=True)
class LogRow:
    id: int
    at: datetime
    act: str
    thing: str
    thing_id: str
    details: Mapping[str, Any]
    by_id: int | None
    by: str | None
    username: str | None


@dataclass(frozen=True, slots=True)
class LogPage:
    rows: Sequence[LogRow]
    next_after: int | None
    called: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Names of accounts and parties, references of approved entries: by thing and id."""


def log(asked: AskedLog, size: int = PAGE) -> LogPage:
    """A page of what was done, the newest first."""
    query = select(
        AuditEvent.id,
        AuditEvent.at,
        AuditEvent.act,
        AuditEvent.thing,
        AuditEvent.thing_id,
        AuditEvent.details,
        AuditEvent.by_id,
        User.name,
        User.username,
    ).outerjoin(User, User.id == AuditEvent.by_id)
    query = query.where(*_log_conditions(asked)).order_by(AuditEvent.id.desc()).limit(size + 1)
    found = [LogRow(*row) for row in db.session.execute(query)]
    rows = found[:size]
    return LogPage(rows, rows[-1].id if len(found) > size else None, _called(rows))


def whole_log(asked: AskedLog) -> Iterator[LogPage]:
    """Page by page, up to `MOST_EXPORTED` rows."""
    for _number in range(MOST_EXPORTED // EXPORTED_AT_ONCE):
        page = log(asked, EXPORTED_AT_ONCE)
        yield page
        if page.next_after is None:
            return
        asked = replace(asked, after=page.next_after)


def _log_conditions(asked: AskedLog) -> list[ColumnElement[bool]]:
    conditions = [AuditEvent.id < asked.after] if asked.after else []
    if asked.person:
        conditions.append(_named_like(asked.person))
    if asked.act:
        conditions.append(AuditEvent.act == asked.act)
    if asked.thing:
        conditions.append(AuditEvent.thing == asked.thing)
    if asked.record:
        conditions.append(_about(asked.record))
    if asked.day:
        start = datetime.combine(asked.day, time(), clock.BAGHDAD)
        conditions += [AuditEvent.at >= start, AuditEvent.at < start + timedelta(days=1)]
    return conditions


def _about(record: str) -> ColumnElement[bool]:
    referred = select(Entry.kind, cast(Entry.id, String)).where(Entry.reference == record.upper())
    return or_(AuditEvent.thing_id == record, tuple_(AuditEvent.thing, AuditEvent.thing_id).in_(referred))


def _called(rows: Sequence[LogRow]) -> dict[tuple[str, str], str]:
    ids = {int(row.thing_id) for row in rows if row.thing_id.isdecimal()}
    approved = Entry.id.in_(ids), Entry.approved_id.is_not(None)
    named: Any = union_all(
        select(literal("user"), User.id, User.name).where(User.id.in_(ids)),
        select(literal("party"), Party.id, Party.name).where(Party.id.in_(ids)),
        select(Entry.kind, Entry.id, Entry.reference).where(*approved),
    )
    return {(thing, str(one)): name for thing, one, name in db.session.execute(named)}


def _after(query: Rows, key: Any, row_id: Any, after: int) -> Rows:  # noqa: ANN401  columns
    """Go on behind the row of this id, in the order of key and id; from the start if there is none."""
    last = db.session.execute(select(key).where(row_id == after)).scalar() if after else None
    if last is None:
        return query
    return query.where(or_(key > last, and_(key == last, row_id > after)))
