"""A session of a workshop as a kind of entry, and its card in the catalogue."""

from twinweb.entries.kinds import CardFacts, Kind
from twinweb.workshop_sessions.facts import WorkshopSessionFacts, outside_workshop
from twinweb.workshop_sessions.models import WorkshopSession


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


KIND = Kind(
    name="session",
    plural="sessions",
    prefix="SES",
    facts=WorkshopSessionFacts,
    register=WorkshopSession,
    card=card,
    linked_conflicts=outside_workshop,
)
