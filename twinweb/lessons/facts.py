"""A lesson as plain facts: the one shape that form, revision, register and template share."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from twinweb.entries.facts import Sources, Title
from twinweb.entries.fields import (
    LINE,
    LONG,
    SHORT,
    Choice,
    Email,
    Phone,
    Problem,
    Reference,
    Sectors,
    Text,
    Year,
)


class LessonKind(StrEnum):
    LESSON_LEARNED = "lesson_learned"
    GOOD_PRACTICE = "good_practice"
    INNOVATION = "innovation"


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonFacts:
    kind: Annotated[LessonKind, Choice(LessonKind, must=True)]
    title: Title
    sectors: Annotated[tuple[str, ...], Sectors(1, 3)]
    year: Annotated[int, Year(must=True)]
    situation: Annotated[str, Text(LONG, must=True)]
    done: Annotated[str, Text(LONG, must=True)]
    result: Annotated[str, Text(LONG)]
    avoid: Annotated[str, Text(LONG)]
    recommendation: Annotated[str, Text(LONG, must=True)]
    need_cost: Annotated[str, Text(SHORT)]
    need_people: Annotated[str, Text(SHORT)]
    need_time: Annotated[str, Text(SHORT)]
    partnership: Annotated[int | None, Reference("partnership")]
    session: Annotated[int | None, Reference("session")]
    sources: Sources
    contact_office: Annotated[str, Text(SHORT)]
    contact_phone: Annotated[str, Phone()]
    contact_email: Annotated[str, Email()]
    title_en: Annotated[str, Text(LINE)]
    summary_en: Annotated[str, Text(LONG)]

    def conflicts(self) -> Iterable[Problem]:
        return ()
