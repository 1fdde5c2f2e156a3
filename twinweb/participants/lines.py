"""A list of people as somebody types it or pastes it from a spreadsheet: one a line."""

import re
from dataclasses import dataclass

from twinweb.i18n.arabic import clean, fold
from twinweb.participants.facts import Sex

MOST_LINES = 100
LONGEST_LINE = 500
SEXES = {
    **dict.fromkeys(map(fold, ("امرأة", "أنثى", "سيدة", "woman", "female", "f")), Sex.WOMAN),
    **dict.fromkeys(map(fold, ("رجل", "ذكر", "سيد", "man", "male", "m")), Sex.MAN),
}
ARABIC = re.compile("[\u0620-\u064a]")
SIGNS = re.compile("[;؛,،]")
"""What sets cells apart where there is no tab."""


@dataclass(frozen=True, slots=True)
class Person:
    """What one line says; nothing of it is checked yet."""

    line: int
    name: str
    post: str
    sex: str


def people_in(text: str) -> list[Person]:
    """Name first, woman or man last where it is told, job title and office between them."""
    lines = enumerate(text.splitlines(), start=1)
    return [_person(number, line[:LONGEST_LINE]) for number, line in lines if line.strip()]


def _person(number: int, line: str) -> Person:
    cells = line.split("\t") if "\t" in line else SIGNS.split(line)
    name, *others = (" ".join(clean(cell).split()) for cell in cells)
    told = [cell for cell in others if cell]
    sex = SEXES.get(fold(told[-1])) if told else None
    comma = "، " if ARABIC.search(line) else ", "
    return Person(number, name, comma.join(told[:-1] if sex else told), sex.value if sex else "")
