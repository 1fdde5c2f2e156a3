"""A session of a workshop as plain facts: the one shape that form, revision, register and template share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Annotated

from twinweb.entries.facts import Title
from twinweb.entries.fields import (
    LONG,
    SHORT,
    Choice,
    Clock,
    Code,
    Day,
    Known,
    Problem,
    Raw,
    Reference,
    Rows,
    Sectors,
    Text,
    Wrong,
)


class SessionKind(StrEnum):
    PRESENTATION = "presentation"
    DISCUSSION = "discussion"
    WORKING_GROUP = "working_group"
    SITE_VISIT = "site_visit"
    CEREMONY = "ceremony"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words said in public, with the name and title they were said under."""

    text: Annotated[str, Text(LONG, must=True)]
    name: Annotated[str, Text(SHORT)]
    role: Annotated[str, Text(SHORT)]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkshopSessionFacts:
    workshop: Annotated[int, Reference("workshop", must=True)]
    day: Annotated[date, Day(must=True)]
    start_time: Annotated[time | None, Clock()]
    end_time: Annotated[time | None, Clock()]
    title: Title
    kind: Annotated[SessionKind | None, Choice(SessionKind)]
    facilitators: Annotated[str, Text(LONG)]
    sectors: Annotated[tuple[str, ...], Sectors(0, 5)]
    summary: Annotated[str, Text(LONG, must=True)]
    key_messages: Annotated[str, Text(LONG)]
    decisions: Annotated[str, Text(LONG)]
    quotes: Annotated[tuple[Quote, ...], Rows(Quote)]

    def conflicts(self) -> Iterable[Problem]:
        if self.start_time and self.end_time and self.end_time <= self.start_time:
            yield Problem("end_time", Code.END_BEFORE_START)


def outside_workshop(
    facts: WorkshopSessionFacts, linked: Mapping[int, Mapping[str, Raw]]
) -> Iterable[Problem]:
    """The day must be one of the workshop's, as far as these are known."""
    nothing = Known((), (), ())
    workshop = linked.get(facts.workshop, {})
    try:
        first = Day().check(workshop.get("first_day"), nothing)
        last = Day().check(workshop.get("last_day"), nothing)
    except Wrong:
        return
    if first and last and not first <= facts.day <= last:
        yield Problem("day", Code.OUTSIDE_WORKSHOP, {"first": first, "last": last})
