"""A workshop as a kind of entry, and its card in the catalogue."""

from twinweb.entries.kinds import CardFacts, Kind
from twinweb.workshops.facts import WorkshopFacts
from twinweb.workshops.models import Workshop


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


KIND = Kind(
    name="workshop",
    plural="workshops",
    prefix="WOR",
    facts=WorkshopFacts,
    register=Workshop,
    card=card,
)
