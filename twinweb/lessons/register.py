"""How an approved lesson enters the register."""

from twinweb.entries import registers
from twinweb.entries.kinds import CardFacts, Kind
from twinweb.lessons.facts import LessonFacts
from twinweb.lessons.models import Lesson


def enter(entry_id: int, revision_id: int, facts: LessonFacts) -> None:
    registers.put(Lesson, entry_id, revision_id, facts)


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


def leave(entry_id: int) -> None:
    registers.remove(Lesson, entry_id)


KIND = Kind(
    name="lesson",
    plural="lessons",
    prefix="LES",
    facts=LessonFacts,
    register=Lesson,
    card=card,
    enter_register=enter,
    leave_register=leave,
)
