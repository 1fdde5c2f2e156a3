"""How an approved workshop enters the register."""

from twinweb.entries import registers
from twinweb.entries.kinds import CardFacts, Kind
from twinweb.workshops.facts import WorkshopFacts
from twinweb.workshops.models import Workshop


def enter(entry_id: int, revision_id: int, facts: WorkshopFacts) -> None:
    registers.put(Workshop, entry_id, revision_id, facts)


def card(facts: WorkshopFacts) -> CardFacts:
    return CardFacts(
        title=facts.title,
        summary=facts.purpose,
        text=f"{facts.town}\n{facts.venue}\n{facts.organisers}",
        when=facts.first_day.isoformat(),
        until=facts.last_day.isoformat(),
        sectors=facts.sectors,
        governorates=(facts.host, *facts.governorates),
    )


def leave(entry_id: int) -> None:
    registers.remove(Workshop, entry_id)


KIND = Kind(
    name="workshop",
    plural="workshops",
    prefix="WOR",
    facts=WorkshopFacts,
    register=Workshop,
    card=card,
    enter_register=enter,
    leave_register=leave,
)
