"""A lesson as a kind of entry, and its card in the catalogue."""

from twinweb.entries.kinds import CardFacts, Kind
from twinweb.lessons.facts import LessonFacts
from twinweb.lessons.models import Lesson


def card(facts: LessonFacts) -> CardFacts:
    return CardFacts(
        title=facts.title,
        summary=facts.recommendation,
        text=f"{facts.situation}\n{facts.done}\n{facts.result}\n{facts.avoid}\n"
        f"{facts.title_en}\n{facts.summary_en}",
        when=str(facts.year),
        phase=facts.kind,
        sectors=facts.sectors,
    )


KIND = Kind(
    name="lesson",
    plural="lessons",
    prefix="LES",
    facts=LessonFacts,
    register=Lesson,
    card=card,
)
