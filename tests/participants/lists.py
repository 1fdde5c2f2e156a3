"""People who took part in a workshop, as its office lists them."""

from datetime import date

from twinweb.accounts.person import Person
from twinweb.participants import commands
from twinweb.participants.commands import place_of
from twinweb.participants.facts import ParticipantFacts, Sex
from twinweb.participants.models import Participant
from twinweb.participants.queries import listed as listed_in

FIRST, SECOND = date(2022, 10, 11), date(2022, 10, 12)


def listed(entry_id: int, *names: str, by: Person) -> list[Participant]:
    """These people, women of Basra who were there on the first day."""
    people = [
        ParticipantFacts(name=name, post="مهندسة، مديرية الماء", governorate="basra", sex=Sex.WOMAN)
        for name in names
    ]
    commands.add(place_of(entry_id), people, [FIRST], by=by)
    return list(listed_in(entry_id))
