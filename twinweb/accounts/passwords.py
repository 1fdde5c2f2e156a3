"""Which passwords are too easy: short, common, or made of the names of this place and person.

The list holds 6 bytes each of the SHA-256 of 42,000 common passwords in their bare form, sorted: those of
leaks as zxcvbn counts them; Iraqi first names, greetings and places in Latin letters, in Arabic ones, and in
Arabic typed on the wrong keyboard. `deploy/list-common-passwords` makes it anew.
"""

import hashlib
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

from twinweb.accounts.secrets import LONGEST_PASSWORD, SHORTEST_PASSWORD
from twinweb.i18n.arabic import fold
from twinweb.reference import queries as reference

MARK = 6
"""Bytes of each hash."""
LIST = Path(__file__).with_name("common_passwords.bin")
OF_THIS_PLACE = (
    *("twinweb", "twinning", "undp", "توأمة", "برنامج", "iraq", "عراق", "العراق", "governorate", "محافظة"),
    *("office", "مكتب", "ديوان", "admin", "مدير", "password", "كلمة السر"),
)
OWN = 8
"""Letters and digits, all told, that must be left when the names of this place and person are taken away."""
SHORTEST_NAME = 3
MOST_STEPS = 0.7
"""Of the steps from sign to sign, at most so many may be to the same sign or to its neighbour."""
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤرلاىةوزظ")
LEET = str.maketrans("0134578@$!", "oieastbasi")


def is_easy(password: str, about: Iterable[str] = ()) -> bool:
    """`about` are the names of the person. What is judged is one spelling of many: P@ssword1! is password."""
    folded = fold(password[:256])
    return (
        not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD
        or any(is_listed(form) for form in _forms(folded))
        or _is_walk(folded)
        or _own_signs(folded, [*OF_THIS_PLACE, *_places(), *about]) < OWN
    )


def is_listed(bare: str) -> bool:
    content, mark = _list(), _mark(bare)
    count = len(content) // MARK
    found = bisect_left(range(count), mark, key=lambda at: content[at * MARK : at * MARK + MARK])
    return content[found * MARK : found * MARK + MARK] == mark


def made_of(words: Iterable[str]) -> bytes:
    """The content of the list."""
    return b"".join(sorted({_mark(word) for word in words}))


def _forms(folded: str) -> set[str]:
    """Itself, without what is often put before or behind, with letters for the signs that stand for them."""
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    spelled = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded.translate(LEET))
    forms = {folded, bare, spelled}
    return {_once(re.sub(r"[\W_]", "", form)) for form in forms if form}


def _once(text: str) -> str:
    """What is repeated, one time: passwordpassword is password."""
    repeated = re.fullmatch(r"(.{2,}?)\1+", text)
    return repeated[1] if repeated else text


def _is_walk(folded: str) -> bool:
    """Along the rows of the keyboard, up or down the alphabet, or on one sign."""
    steps = [_is_step(*pair) for pair in pairwise(folded)]
    return sum(steps) > MOST_STEPS * len(steps)


def _is_step(one: str, other: str) -> bool:
    beside = any(one + other in row or other + one in row for row in ROWS)
    return beside or abs(ord(one) - ord(other)) <= 1


def _own_signs(folded: str, names: Iterable[str]) -> int:
    """How many letters and digits are no part of these names."""
    known = {part for name in names for part in re.split(r"[\W_]+", fold(name)) if len(part) >= SHORTEST_NAME}
    for name in sorted(known, key=len, reverse=True):
        folded = folded.replace(name, " ")
    return sum(letter.isalnum() for letter in folded)


def _places() -> list[str]:
    places = reference.names().governorates.values()
    return [
        name for place in places for name in (place.slug, place.en, place.ar, place.ar.removeprefix("ال"))
    ]


def _mark(bare: str) -> bytes:
    return hashlib.sha256(unicodedata.normalize("NFC", bare).encode("utf-8", "replace")).digest()[:MARK]


@cache
def _list() -> bytes:
    return LIST.read_bytes()
