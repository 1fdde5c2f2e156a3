"""A partnership as plain facts: the one shape that form, revision, register and template share."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from twinweb.entries.facts import Source, Title
from twinweb.entries.fields import (
    LINE,
    LONG,
    SHORT,
    Amount,
    Choice,
    Code,
    Country,
    Email,
    Governorates,
    PartialDate,
    Phone,
    Problem,
    RoughDay,
    Rows,
    Sectors,
    Text,
)
from twinweb.reference.models import PartyKind


class Stage(StrEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"
    UNDER_WAY = "under_way"
    COMPLETED = "completed"
    SUSTAINED = "sustained"
    CANCELLED = "cancelled"


class PartyRole(StrEnum):
    LEAD = "lead"
    PARTNER = "partner"
    FUNDER = "funder"
    IMPLEMENTER = "implementer"


class Currency(StrEnum):
    IQD = "IQD"
    EUR = "EUR"
    USD = "USD"
    SEK = "SEK"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyInRole:
    """A party by its name: one that the register knows, or a proposed one."""

    name: Annotated[str, Text(LINE, must=True)]
    country: Annotated[str, Country(must=True)]
    kind: Annotated[PartyKind, Choice(PartyKind, must=True)]
    role: Annotated[PartyRole, Choice(PartyRole, must=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What was changed in the agreement, and why."""

    what: Annotated[str, Text(LONG, must=True)]
    why: Annotated[str, Text(LONG)]
    date: Annotated[PartialDate, RoughDay()]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnershipFacts:
    title: Title
    governorates: Annotated[tuple[str, ...], Governorates(1)]
    stage: Annotated[Stage, Choice(Stage, must=True)]
    objective: Annotated[str, Text(LONG)]
    sectors: Annotated[tuple[str, ...], Sectors(0, 5)]
    parties: Annotated[tuple[PartyInRole, ...], Rows(PartyInRole)]
    planned_start: Annotated[PartialDate, RoughDay()]
    planned_end: Annotated[PartialDate, RoughDay()]
    actual_start: Annotated[PartialDate, RoughDay()]
    actual_end: Annotated[PartialDate, RoughDay()]
    amendments: Annotated[tuple[Amendment, ...], Rows(Amendment)]
    budget_amount: Annotated[Decimal | None, Amount()]
    budget_currency: Annotated[Currency | None, Choice(Currency)]
    sustainability: Annotated[str, Text(LONG)]
    contact_office: Annotated[str, Text(SHORT)]
    contact_phone: Annotated[str, Phone()]
    contact_email: Annotated[str, Email()]
    sources: Annotated[tuple[Source, ...], Rows(Source, at_least=1)]

    def conflicts(self) -> Iterable[Problem]:
        for what in ("planned", "actual"):
            start, end = getattr(self, f"{what}_start"), getattr(self, f"{what}_end")
            shared = min(len(start), len(end))
            if shared and end[:shared] < start[:shared]:
                yield Problem(f"{what}_end", Code.END_BEFORE_START)
        if (self.budget_amount is None) is not (self.budget_currency is None):
            yield Problem("budget_amount", Code.AMOUNT_AND_CURRENCY)
