"""Approved entries that say much the same: how alike, in hundredths of the stems of both."""

from collections.abc import Collection
from dataclasses import dataclass

from twinweb.entries import lists, words
from twinweb.entries.kinds import CardFacts, Kind
from twinweb.entries.lists import Row
from twinweb.i18n.arabic import tokens

MOST = 5
CANDIDATES = 12
"""Cards whose words are compared one by one: the best that full text finds."""

LEAST = 15
"""Hundredths below which two texts have nothing to do with each other."""

SAME_FROM = 45
"""From here on they are most likely the same: copies have at least 57, look-alikes at most 34."""

SHORTEST_STEM = 3
"""Shorter ones (من، في) are in every text."""


@dataclass(frozen=True, slots=True)
class Alike:
    row: Row
    percent: int

    @property
    def is_likely_the_same(self) -> bool:
        return self.percent >= SAME_FROM


def alike(kind: Kind, facts: CardFacts, besides: int | None) -> list[Alike]:
    """Approved entries of this kind, but the one at a position, the likest first: two statements."""
    best = words.ranked(f"{facts.title} {facts.summary}", kind.name, CANDIDATES + 1, finished=True)
    positions = [position for position in best if position != besides]
    if not positions:
        return []
    mine = _stems(facts.title, facts.summary, facts.text)
    found = [Alike(row, _percent(mine, _stems(row.title, text))) for row, text in lists.texts_at(positions)]
    found.sort(key=lambda one: (-one.percent, -one.row.position))
    return [one for one in found if one.percent >= LEAST][:MOST]


def _stems(*texts: str) -> frozenset[str]:
    found = tokens("\n".join(texts)).split()
    return frozenset(one for one in found if one[0] == "s" and len(one) > SHORTEST_STEM)


def _percent(one: Collection[str], other: Collection[str]) -> int:
    """Jaccard's: of all stems of both, those that both have."""
    both, either = len({*one} & {*other}), len({*one, *other})
    return round(100 * both / either) if either else 0
