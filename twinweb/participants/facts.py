"""One who took part, as plain facts."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from twinweb.entries.fields import LINE, Choice, Governorate, Problem, Text


class Sex(StrEnum):
    """For the counts that programmes report; it need not be told."""

    WOMAN = "woman"
    MAN = "man"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantFacts:
    name: Annotated[str, Text(LINE, must=True)]
    post: Annotated[str, Text(LINE)]
    """Job title and office."""
    governorate: Annotated[str, Governorate()]
    """'' for those from elsewhere."""
    sex: Annotated[Sex | None, Choice(Sex)]

    def conflicts(self) -> Iterable[Problem]:
        return ()
