"""What the admins' forms ask for, as plain facts."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from twinweb import clock
from twinweb.accounts.commands import Grant, Identity
from twinweb.accounts.models import Language, Role
from twinweb.accounts.requests import Colleague
from twinweb.entries.fields import (
    LINE,
    Choice,
    Code,
    Country,
    Day,
    Email,
    Field,
    Governorate,
    Known,
    Phone,
    Problem,
    Raw,
    Text,
    Wrong,
    text_of,
)
from twinweb.i18n.arabic import digits
from twinweb.reference.models import PartyKind

LONGEST_USERNAME = 60
LONGEST_SECTOR = 120
SDG_GOALS = range(1, 18)


class Belonging(StrEnum):
    """How a contributor stands to the governorate."""

    OFFICE = "office"
    ON_BEHALF = "on_behalf"


class Goals(Field[tuple[int, ...]]):
    """Numbers of the Sustainable Development Goals, in any order, set off by anything."""

    def check(self, raw: Raw, known: Known) -> tuple[int, ...]:  # noqa: ARG002  one signature for all fields
        parts = [part for part in re.split(r"[\s,،;؛]+", digits(text_of(raw))) if part]
        if any(part not in map(str, SDG_GOALS) for part in parts):
            raise Wrong(Code.NO_NUMBER)
        return tuple(sorted({int(part) for part in parts}))


class CrsCode(Field[str]):
    """A purpose code of the OECD's creditor reporting system: five digits."""

    def check(self, raw: Raw, known: Known) -> str:  # noqa: ARG002  one signature for all fields
        text = digits(text_of(raw))
        if text and not re.fullmatch(r"[0-9]{5}", text):
            raise Wrong(Code.NO_NUMBER)
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantFacts:
    role: Annotated[Role, Choice(Role, must=True)]
    governorate: Annotated[str, Governorate()]
    belonging: Annotated[Belonging | None, Choice(Belonging)]
    starts: Annotated[date | None, Day()]
    ends: Annotated[date | None, Day()]

    def conflicts(self) -> Iterable[Problem]:
        if self.role is Role.CONTRIBUTOR and not self.governorate:
            yield Problem("governorate", Code.MISSING)
        if self.ends and self.ends < (self.starts or clock.today()):
            yield Problem("ends", Code.END_BEFORE_START)

    def grant(self) -> Grant:
        """Only contributors and reviewers hold a role for one governorate."""
        scoped = self.role in (Role.CONTRIBUTOR, Role.REVIEWER)
        return Grant(
            self.role,
            (self.governorate or None) if scoped else None,
            on_behalf=self.role is Role.CONTRIBUTOR and self.belonging is Belonging.ON_BEHALF,
            starts=self.starts,
            ends=self.ends,
        )


@dataclass(frozen=True, kw_only=True)
class IdentityFacts:
    """Who somebody is. Without slots, as a class may have one base alone that has them."""

    username: Annotated[str, Text(LONGEST_USERNAME, must=True)]
    name: Annotated[str, Text(LINE, must=True)]
    job_title: Annotated[str, Text(LINE)]
    phone: Annotated[str, Phone()]
    language: Annotated[Language, Choice(Language, must=True)]

    def identity(self) -> Identity:
        return Identity(self.username, self.name, self.job_title, self.phone, self.language)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts(IdentityFacts):
    email: Annotated[str, Email()]

    def conflicts(self) -> Iterable[Problem]:
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPersonFacts(IdentityFacts):
    """Of whom the role is settled."""

    def conflicts(self) -> Iterable[Problem]:
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ColleagueFacts:
    governorate: Annotated[str, Governorate()]
    name: Annotated[str, Text(LINE, must=True)]
    phone: Annotated[str, Phone()]
    job_title: Annotated[str, Text(LINE)]

    def conflicts(self) -> Iterable[Problem]:
        return ()

    def colleague(self, office: str) -> Colleague:
        return Colleague(self.governorate or office, self.name, self.phone, self.job_title)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts(IdentityFacts, GrantFacts):
    """A new account and what it may do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorFacts:
    name_ar: Annotated[str, Text(LONGEST_SECTOR, must=True)]
    name_en: Annotated[str, Text(LONGEST_SECTOR, must=True)]
    name_ckb: Annotated[str, Text(LONGEST_SECTOR)]
    sdg_goals: Annotated[tuple[int, ...], Goals()]
    crs_code: Annotated[str, CrsCode()]

    def conflicts(self) -> Iterable[Problem]:
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyFacts:
    name: Annotated[str, Text(LINE, must=True)]
    country: Annotated[str, Country(must=True)]
    kind: Annotated[PartyKind, Choice(PartyKind, must=True)]

    def conflicts(self) -> Iterable[Problem]:
        return ()
