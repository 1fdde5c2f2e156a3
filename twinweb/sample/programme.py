"""The sample programme: real partnerships with their sources, and examples that say that they are.

It is told through the product's own commands, at the time when it would have happened.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Self

from sqlalchemy import func, select

from twinweb import audit, clock
from twinweb.accounts.models import User
from twinweb.accounts.person import Person
from twinweb.audit import AuditEvent
from twinweb.db import db, transaction
from twinweb.entries import commands, queries
from twinweb.entries.facts import title_in
from twinweb.entries.models import Entry, Revision
from twinweb.entries.moving import Seen
from twinweb.entries.review_models import WHOLE
from twinweb.entries.states import State
from twinweb.kinds import KINDS, SHOWN
from twinweb.notices import commands as notices
from twinweb.sample import accounts

DATA = Path(__file__).parent / "data"
REFERENCES = ("partnership", "session", "workshop")
WEEKEND = (5, 6)
FIRST_HOUR = time(9)
AN_ACT_TAKES = timedelta(minutes=15)

EVE, DAY, CORRECTED = "eve", "day", "corrected"
"""When an act happened: a working day before the day of the entry, on it, or on the day of its correction."""

_SENT = (("draft", EVE), ("submit", EVE))
_APPROVED = (*_SENT, ("approve", DAY))
STORIES = {
    State.DRAFT: (("draft", DAY),),
    State.SUBMITTED: (("draft", EVE), ("submit", DAY)),
    State.APPROVED: _APPROVED,
    State.RETURNED: (*_SENT, ("return", DAY)),
    State.REJECTED: (*_SENT, ("reject", DAY)),
    State.WITHDRAWN: (*_SENT, ("withdraw", DAY)),
    State.SUPERSEDED: (
        *_APPROVED,
        ("correct", CORRECTED),
        ("save", CORRECTED),
        ("submit", CORRECTED),
        ("approve", CORRECTED),
    ),
}
"""What happened to an entry until its first revision was in this state, and to its correction."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One entry of the data."""

    key: str
    kind: str
    owner: str
    state: State
    raw: Mapping[str, Any]
    second_raw: Mapping[str, Any] = field(default_factory=dict)
    on: str = ""
    """The day of its decision; '' for what is still open."""
    days_ago: int = 0
    """Of what is still open: the working days since it was sent, returned or written."""
    corrected_on: str = ""
    reason: str = ""
    claimed_by: str = ""
    refers_to: Mapping[str, str | list[str]] = field(default_factory=dict)
    """The fields that refer to other entries, by their keys."""

    @classmethod
    def read(cls, kind: str, entry: Mapping[str, Any]) -> Self:
        optional = ("second_raw", "on", "days_ago", "corrected_on", "reason", "claimed_by")
        refers_to = {name: key for name in REFERENCES if (key := entry.get(f"{name}_key"))}
        if several := entry.get("partnerships_keys"):
            refers_to["partnerships"] = several
        return cls(
            key=entry["key"],
            kind=kind,
            owner=entry["owner"],
            state=State(entry["state"]),
            raw=entry["raw"],
            refers_to=refers_to,
            **{name: entry[name] for name in optional if name in entry},
        )

    @property
    def day(self) -> date:
        return date.fromisoformat(self.on) if self.on else _working_days_ago(self.days_ago)

    def with_ids(self, ids: Mapping[str, int]) -> Self:
        """The same, referring to the entries that others have become."""
        found = {
            name: str(ids[key]) if isinstance(key, str) else [str(ids[one]) for one in key]
            for name, key in self.refers_to.items()
        }
        return replace(
            self, raw={**self.raw, **found}, second_raw=self.second_raw and {**self.second_raw, **found}
        )


@dataclass(frozen=True, slots=True)
class Telling:
    """A sample, and who acts in its story."""

    sample: Sample
    office: Person
    reviewer: Person


ACTS: Mapping[str, Callable[[Telling, Seen], object]] = {
    "save": lambda told, seen: commands.save(seen, told.sample.second_raw, KINDS, by=told.office),
    "submit": lambda told, seen: commands.submit(seen, KINDS, by=told.office),
    "withdraw": lambda told, seen: commands.withdraw(seen, KINDS, by=told.office),
    "claim": lambda told, seen: commands.claim(seen, KINDS, by=accounts.person(told.sample.claimed_by)),
    "return": lambda told, seen: commands.send_back(
        seen, {WHOLE: told.sample.reason}, KINDS, by=told.reviewer
    ),
    "reject": lambda told, seen: commands.reject(seen, told.sample.reason, KINDS, by=told.reviewer),
    "approve": lambda told, seen: commands.approve(seen, KINDS, by=told.reviewer),
}


def samples() -> list[Sample]:
    """All of them in the order in which they happened; what is still open comes last."""
    read = [
        Sample.read(kind, entry)
        for kind, shown in SHOWN.items()
        for entry in json.loads((DATA / f"{shown.kind.plural}.json").read_text("utf-8"))
    ]
    return sorted(read, key=lambda sample: (not sample.on, sample.on, -sample.days_ago))


def load() -> int:
    """Tell the whole programme, once; how many entries were told. What was interrupted is gone on with."""
    if _is_loaded():
        return 0
    ids: dict[str, int] = {}
    for number, sample in enumerate(samples()):
        office = accounts.person(sample.owner)
        reviewer = accounts.person(accounts.REVIEWERS[number % 2])
        ids[sample.key] = _tell(Telling(sample.with_ids(ids), office, reviewer), number)
    notices.clear()  # nobody is told today what happened years ago
    with transaction():
        audit.record("load_sample", "sample", "", by_id=None, entries=len(ids))
    return len(ids)


def _is_loaded() -> bool:
    query = select(AuditEvent.id).where(AuditEvent.thing == "sample", AuditEvent.act == "load_sample")
    return db.session.scalars(query.limit(1)).first() is not None


def _tell(telling: Telling, number: int) -> int:
    """Let happen what has not happened yet of an entry's story; its id."""
    entry_id = _entry_of(telling.sample)
    for act, moment in list(_story(telling.sample, number))[_acts_done(entry_id) :]:
        with clock.at(moment):
            entry_id = _act(telling, act, entry_id)
    return entry_id


def _act(telling: Telling, act: str, entry_id: int) -> int:
    sample = telling.sample
    kind = KINDS[sample.kind]
    if act == "draft":
        return commands.draft(kind, sample.raw, owner=sample.owner, by=telling.office).entry_id
    if act == "correct":
        return commands.correct(entry_id, kind, by=telling.office).entry_id
    latest = queries.latest_revision(entry_id)
    if latest:
        ACTS[act](telling, Seen(latest.id, latest.version))
    return entry_id


def _story(sample: Sample, number: int) -> Iterator[tuple[str, datetime]]:
    """The acts with their moments: in office hours, and never later than now."""
    days = {EVE: _working_day_before(sample.day), DAY: sample.day}
    if sample.corrected_on:
        days[CORRECTED] = date.fromisoformat(sample.corrected_on)
    for place, (act, day) in enumerate(STORIES[sample.state]):
        opened = datetime.combine(days[day], FIRST_HOUR, clock.BAGHDAD)
        yield act, min(opened + place * AN_ACT_TAKES + timedelta(minutes=number), clock.now())
    if sample.claimed_by:
        yield "claim", clock.now()


def _entry_of(sample: Sample) -> int:
    """The entry that this sample has become, 0 if none: by its title, as nobody else writes in between."""
    query = (
        select(Entry.id)
        .join(Revision, Revision.entry_id == Entry.id)
        .join(User, User.id == Revision.author_id)
        .where(Entry.kind == sample.kind, Entry.owner == sample.owner, User.demo)
        .where(Revision.title == title_in(sample.raw))
    )
    return db.session.scalars(query.order_by(Entry.id).limit(1)).first() or 0


def _acts_done(entry_id: int) -> int:
    """How far its story has gone: each act left one event."""
    query = select(func.count()).select_from(AuditEvent)
    mine = (AuditEvent.thing.in_(KINDS), AuditEvent.thing_id == str(entry_id))
    return db.session.scalars(query.where(*mine)).one()


def _working_day_before(day: date) -> date:
    day -= timedelta(days=1)
    return day if day.isoweekday() not in WEEKEND else _working_day_before(day)


def _working_days_ago(days: int) -> date:
    moment = clock.now()
    while clock.working_days_since(moment) < days:
        moment -= timedelta(days=1)
    return moment.astimezone(clock.BAGHDAD).date()
