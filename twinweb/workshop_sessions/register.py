"""How an approved session of a workshop enters the register."""

from twinweb.entries import registers
from twinweb.entries.kinds import CardFacts, Kind
from twinweb.workshop_sessions.facts import WorkshopSessionFacts, outside_workshop
from twinweb.workshop_sessions.models import WorkshopSession


def enter(entry_id: int, revision_id: int, facts: WorkshopSessionFacts) -> None:
    registers.put(WorkshopSession, entry_id, revision_id, facts)


def card(facts: WorkshopSessionFacts) -> CardFacts:
    quotes = "\n".join(quote.text for quote in facts.quotes)
    return CardFacts(
        title=facts.title,
        summary=facts.summary,
        text=f"{facts.key_messages}\n{facts.decisions}\n{facts.facilitators}\n{quotes}",
        when=facts.day.isoformat(),
        phase=facts.kind or "",
        sectors=facts.sectors,
    )


def leave(entry_id: int) -> None:
    registers.remove(WorkshopSession, entry_id)


KIND = Kind(
    name="session",
    plural="sessions",
    prefix="SES",
    facts=WorkshopSessionFacts,
    register=WorkshopSession,
    card=card,
    enter_register=enter,
    leave_register=leave,
    linked_conflicts=outside_workshop,
)
