"""Who on a list is likely somebody known already: by name or phone, on the list and among accounts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from twinweb.i18n.arabic import sort_key

FEWEST_WORDS = 2
NEAR = 0.8
"""How alike two words are that one slip of the pen sets apart."""


class By(StrEnum):
    NAME = "name"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody with an account (`user_id`), or of a row of the list (`row`, counted from 1)."""

    name: str
    phone: str
    user_id: int = 0
    row: int = 0


@dataclass(frozen=True, slots=True)
class Alike:
    whom: Known
    by: By


def alike_in(rows: Sequence[Known], accounts: Iterable[Known]) -> dict[int, list[Alike]]:
    """For each row of the list that looks like others, whom; of two rows it is the later one."""
    everybody = [*accounts, *rows]
    phones, words = _by_phone(everybody), _by_word(everybody)
    found: dict[int, list[Alike]] = {}
    for row in rows:
        same_phone = [Alike(one, By.PHONE) for one in phones.get(row.phone, ()) if _is_before(one, row)]
        sharing = {one for word in sort_key(row.name).split() for one in words[word]}
        sharing -= {like.whom for like in same_phone}
        same_name = [
            Alike(one, By.NAME)
            for one in sorted(sharing, key=lambda one: (one.row, one.user_id))
            if _is_before(one, row) and are_near(one.name, row.name)
        ]
        if same_phone or same_name:
            found[row.row] = same_phone + same_name
    return found


def are_near(one: str, other: str) -> bool:
    """One name begins as the other, or has its first and last word; a letter may be mistaken in each word."""
    shorter, longer = sorted((sort_key(one).split(), sort_key(other).split()), key=len)
    if len(shorter) < FEWEST_WORDS:
        return shorter == longer != []
    begins = longer[: len(shorter)]
    ends = [longer[0], longer[-1]] if len(shorter) == FEWEST_WORDS else begins
    return _same_words(shorter, begins) or _same_words(shorter, ends)


def _same_words(some: Sequence[str], others: Sequence[str]) -> bool:
    """At most one of them spelled otherwise, and that by little."""
    unequal = [pair for pair in zip(some, others, strict=True) if pair[0] != pair[1]]
    return not unequal or (len(unequal) == 1 and SequenceMatcher(None, *unequal[0]).ratio() >= NEAR)


def _is_before(one: Known, row: Known) -> bool:
    return one.row < row.row


def _by_phone(people: Iterable[Known]) -> Mapping[str, list[Known]]:
    found: defaultdict[str, list[Known]] = defaultdict(list)
    for one in people:
        if one.phone:
            found[one.phone].append(one)
    return found


def _by_word(people: Iterable[Known]) -> Mapping[str, list[Known]]:
    found: defaultdict[str, list[Known]] = defaultdict(list)
    for one in people:
        for word in sort_key(one.name).split():
            found[word].append(one)
    return found
