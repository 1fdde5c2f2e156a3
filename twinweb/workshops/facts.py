"""A workshop as plain facts: the one shape that form, revision, register and template share."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from twinweb.entries.facts import Sources, Title
from twinweb.entries.fields import (
    LONG,
    SHORT,
    Code,
    Count,
    Day,
    Governorate,
    Governorates,
    Problem,
    References,
    Sectors,
    Text,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkshopFacts:
    title: Title
    purpose: Annotated[str, Text(LONG)]
    host: Annotated[str, Governorate(must=True)]
    town: Annotated[str, Text(SHORT)]
    venue: Annotated[str, Text(SHORT)]
    first_day: Annotated[date, Day(must=True)]
    last_day: Annotated[date, Day(must=True)]
    organisers: Annotated[str, Text(LONG)]
    sectors: Annotated[tuple[str, ...], Sectors(0, 7)]
    governorates: Annotated[tuple[str, ...], Governorates()]
    people_all: Annotated[int | None, Count()]
    people_women: Annotated[int | None, Count()]
    people_men: Annotated[int | None, Count()]
    partnerships: Annotated[tuple[int, ...], References("partnership")]
    sources: Sources

    def conflicts(self) -> Iterable[Problem]:
        if self.last_day < self.first_day:
            yield Problem("last_day", Code.END_BEFORE_START)
        if (
            self.people_all is not None
            and (self.people_women or 0) + (self.people_men or 0) > self.people_all
        ):
            yield Problem("people_all", Code.MORE_THAN_ALL)
