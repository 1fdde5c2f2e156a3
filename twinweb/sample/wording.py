"""Synthetic entries in real words, skewed as real use is: the same for the same number, always."""

import json
from bisect import bisect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from twinweb.lessons.facts import LessonKind
from twinweb.partnerships.facts import PartyRole, Stage
from twinweb.workshop_sessions.facts import SessionKind

T = TypeVar("T")
Raw = dict[str, Any]

VOCABULARY = Path(__file__).parent / "data" / "vocabulary.json"
YEARS = ("2023", "2022", "2024", "2021", "2020", "2019")
"""The most frequent first, as everything that `_skewed` chooses from."""
EXAMPLE = "مثال للعرض، لم يُؤخذ من وثيقة رسمية"
SOURCE = {"kind": "document", "title": EXAMPLE, "link": "", "date": {"day": "", "month": "", "year": ""}}


@dataclass(frozen=True, slots=True)
class Subject:
    """What an entry is about, and where."""

    sector: str
    subject: str
    place: str
    governorate: str
    year: str


@dataclass(frozen=True, slots=True)
class Parents:
    """The entries that the lessons of one hundred refer to, by their ids."""

    partnership: int
    sessions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Party:
    name: str
    country: str
    kind: str


def subject(number: int) -> Subject:
    return _subject(Random(f"subject {number}"))


def lesson(number: int, parents: Parents | None) -> tuple[str, Raw]:
    """The governorate that it belongs to, and what was typed."""
    dice = Random(number)
    about = _subject(dice)
    say = _sayer(dice, about)
    raw = {
        "kind": str(_skewed(dice, tuple(LessonKind))),
        "title": say("titles", 1),
        "sectors": _sectors(dice, about.sector),
        "year": about.year,
        "situation": say("situation", 1),
        "done": say("done", 2),
        "result": say("result", 1),
        "avoid": say("avoid", 1),
        "recommendation": say("recommendation", 1),
        "need_cost": f"{_number(dice)} مليون دينار عراقي",
        "need_people": f"{_number(dice)} موظفاً",
        "need_time": f"{_number(dice)} أسبوعاً",
        "contact_office": dice.choice(_words()["sectors"][about.sector]["offices"] + _words()["offices"]),
        "sources": [SOURCE],
    }
    return about.governorate, raw | (_references(dice, parents) if parents else {})


def partnership(number: int, parties: Sequence[Party]) -> tuple[str, Raw]:
    dice = Random(f"partnership {number}")
    about = subject(number)
    say = _sayer(dice, about)
    chosen = dice.sample(parties, min(len(parties), dice.randint(1, 2)))
    return about.governorate, {
        "title": f"شراكة توأمة بشأن {about.subject} في {about.place}",
        "governorates": [about.governorate],
        "stage": str(_skewed(dice, (Stage.UNDER_WAY, Stage.COMPLETED, Stage.SUSTAINED, Stage.AGREED))),
        "objective": f"{say('recommendation', 2)}\n\nهذه الشراكة مثال للعرض.",
        "sectors": [about.sector],
        "parties": [
            {"name": party.name, "country": party.country, "kind": party.kind, "role": str(role)}
            for party, role in zip(chosen, PartyRole, strict=False)
        ],
        "planned_start": {"day": "", "month": str(dice.randint(1, 12)), "year": about.year},
        "sources": [SOURCE],
    }


def workshop(number: int, partnership: int) -> tuple[str, Raw]:
    dice = Random(f"workshop {number}")
    about = subject(number)
    day, month, people = dice.randint(1, 27), str(dice.randint(1, 12)), _number(dice)
    return about.governorate, {
        "title": f"ورشة عمل عن {about.subject} في {about.place}",
        "purpose": f"{_sayer(dice, about)('situation', 1)}\n\nهذه الورشة مثال للعرض.",
        "host": about.governorate,
        "first_day": {"day": str(day), "month": month, "year": about.year},
        "last_day": {"day": str(day + 1), "month": month, "year": about.year},
        "sectors": [about.sector],
        "people_all": str(people),
        "partnerships": [str(partnership)],
        "sources": [SOURCE],
    }


def session(number: int, place: int, workshop: int, first_day: Mapping[str, str]) -> tuple[str, Raw]:
    """The session of the first (0) or second (1) day of a workshop."""
    dice = Random(f"session {number} {place}")
    about = subject(number)
    say = _sayer(dice, about)
    return about.governorate, {
        "workshop": str(workshop),
        "day": {**first_day, "day": str(int(first_day["day"]) + place)},
        "title": say("titles", 1),
        "kind": str(_skewed(dice, tuple(SessionKind))),
        "sectors": [about.sector],
        "summary": f"{say('situation', 1)} {say('done', 2)}\n\nهذا المحضر {EXAMPLE}.",
        "key_messages": say("recommendation", 1),
    }


@cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = json.loads(VOCABULARY.read_text("utf-8"))
    return words


def _subject(dice: Random) -> Subject:
    sector = _skewed(dice, tuple(_words()["sectors"]))
    place = _skewed(dice, _words()["places"])
    return Subject(
        sector=sector,
        subject=_skewed(dice, _words()["sectors"][sector]["subjects"]),
        place=place["name"],
        governorate=place["governorate"],
        year=_skewed(dice, YEARS),
    )


def _sayer(dice: Random, about: Subject) -> Callable[[str, int], str]:
    def say(what: str, sentences: int) -> str:
        return " ".join(
            pattern.format(subject=about.subject, place=about.place, number=_number(dice))
            for pattern in dice.sample(_words()[what], sentences)
        )

    return say


def _sectors(dice: Random, first: str) -> list[str]:
    """One of three lessons has a second sector."""
    return list(
        dict.fromkeys([first] + [_skewed(dice, tuple(_words()["sectors"]))] * (dice.random() < 1 / 3))
    )


def _references(dice: Random, parents: Parents) -> Raw:
    """Half of the lessons come from a partnership, half from a session."""
    found = {}
    if dice.random() < 1 / 2:
        found["partnership"] = str(parents.partnership)
    if dice.random() < 1 / 2:
        found["session"] = str(dice.choice(parents.sessions))
    return found


def _number(dice: Random) -> int:
    """Between 12 and 48, where an Arabic noun after its number has one form."""
    return dice.randint(_words()["number"]["lowest"], _words()["number"]["highest"])


def _skewed(dice: Random, options: Sequence[T]) -> T:
    """The first twice as often as the second, three times as often as the third (Zipf)."""
    weights = _weights(len(options))
    return options[bisect(weights, dice.random() * weights[-1])]


@cache
def _weights(count: int) -> list[float]:
    return list(accumulate(1 / rank for rank in range(1, count + 1)))
