"""What differs between two texts, word by word, and between two sequences, in bounded time."""

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from difflib import Match, SequenceMatcher
from enum import StrEnum
from itertools import accumulate, groupby
from typing import NamedTuple

MOST_STEPS = 120_000
"""What is looked at for one text: about ten milliseconds."""

LEAST_IN_COMMON = 0.25
"""Texts that share less are shown whole, one after the other: scattered words explain nothing."""

_WORD = re.compile(r"[^\S\n]*(?:\n|\S+)")


class Sign(StrEnum):
    SAME = ""
    ADDED = "+"
    REMOVED = "-"


class Piece(NamedTuple):
    """A part of a text; words are whole, so that letters stay joined and keep their marks."""

    sign: Sign
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """The later text with what came and what went, in the order of reading."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    found: list[Piece] = []
    common = 0
    for equal, was, now in blocks([one.strip(" \t") for one in old], [one.strip(" \t") for one in new]):
        if equal:
            found.append(Piece(Sign.SAME, "".join(new[now])))
            common += now.stop - now.start
        else:
            found += [Piece(Sign.REMOVED, "".join(old[was])), Piece(Sign.ADDED, "".join(new[now]))]
    if common < LEAST_IN_COMMON * min(len(old), len(new)):
        found = [Piece(Sign.REMOVED, before), Piece(Sign.ADDED, after)]
    return _visible(found)


def blocks(before: Sequence[Hashable], after: Sequence[Hashable]) -> Iterator[tuple[bool, slice, slice]]:
    """Whether they are equal, and where they stand, of all stretches of two sequences."""
    start, end = _equal_ends(before, after)
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    if start:
        yield True, slice(0, start), slice(0, start)
    for tag, *at in _BoundedMatcher(old, new).get_opcodes():
        was, to, now, until = (start + one for one in at)
        yield tag == "equal", slice(was, to), slice(now, until)
    if end:
        yield True, slice(len(before) - end, len(before)), slice(len(after) - end, len(after))


class _BoundedMatcher(SequenceMatcher[Hashable]):
    """Looks no further once it has taken its steps: what it has not come to counts as changed."""

    def __init__(self, before: Sequence[Hashable], after: Sequence[Hashable]) -> None:
        super().__init__(None, before, after, autojunk=False)
        times, self.end, self.left = Counter(after), len(before), MOST_STEPS
        self.steps = [0, *accumulate(1 + times[one] for one in before)]

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        to = self.end if ahi is None else ahi
        self.left -= self.steps[to] - self.steps[alo]
        return Match(alo, blo, 0) if self.left < 0 else super().find_longest_match(alo, to, blo, bhi)


def _equal_ends(before: Sequence[Hashable], after: Sequence[Hashable]) -> tuple[int, int]:
    """How many are equal at the start and at the end: most of a text that was corrected."""
    shorter = min(len(before), len(after))
    start = next((at for at in range(shorter) if before[at] != after[at]), shorter)
    left = shorter - start
    return start, next((at for at in range(left) if before[-1 - at] != after[-1 - at]), left)


def _visible(found: Sequence[Piece]) -> list[Piece]:
    """Without empty pieces; apart from each other; and a changed break of the line alone can be seen."""
    signed = groupby((one for one in found if one.text), key=lambda one: one.sign)
    shown: list[Piece] = []
    for sign, same in signed:
        text = "".join(one.text for one in same)
        text = "¶" + text if sign and not text.strip() else text
        joins = shown and not text[0].isspace() and not shown[-1].text[-1].isspace()
        shown.append(Piece(sign, " " + text if joins else text))
    return shown
