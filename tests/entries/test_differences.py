"""What differs between two texts: whole words, in the order of reading, in bounded time."""

import random
from time import process_time

import pytest

from twinweb.entries.differences import Piece, Sign, blocks, pieces

SAME, ADDED, REMOVED = Sign.SAME, Sign.ADDED, Sign.REMOVED


def test_words_that_came_and_went_are_told_apart() -> None:
    assert pieces("زيارة شهرية لكل مشروع", "زيارة أسبوعية لكل مشروع جديد") == [
        Piece(SAME, "زيارة"),
        Piece(REMOVED, " شهرية"),
        Piece(ADDED, " أسبوعية"),
        Piece(SAME, " لكل مشروع"),
        Piece(ADDED, " جديد"),
    ]


def test_a_word_is_never_cut_though_a_mark_alone_has_changed() -> None:
    assert pieces("هذه المعلمة", "هذه المعلّمة") == [
        Piece(SAME, "هذه"),
        Piece(REMOVED, " المعلمة"),
        Piece(ADDED, " المعلّمة"),
    ]


def test_words_that_stand_in_each_others_place_do_not_run_together() -> None:
    assert pieces("قديم ثابت", "جديد ثابت") == [
        Piece(REMOVED, "قديم"),
        Piece(ADDED, " جديد"),
        Piece(SAME, " ثابت"),
    ]


def test_a_new_break_of_the_line_can_be_seen() -> None:
    assert pieces("أول ثان", "أول\n ثان") == [Piece(SAME, "أول"), Piece(ADDED, " ¶\n"), Piece(SAME, " ثان")]


def test_texts_with_little_in_common_are_shown_whole() -> None:
    assert pieces("كتب أحمد في الدفتر عن الماء", "زار وفد من البصرة في الصباح مدينة أخرى") == [
        Piece(REMOVED, "كتب أحمد في الدفتر عن الماء"),
        Piece(ADDED, " زار وفد من البصرة في الصباح مدينة أخرى"),
    ]


def test_nothing_is_said_of_what_is_not_there() -> None:
    assert pieces("", "") == []
    assert pieces("", "نص") == [Piece(ADDED, "نص")]
    assert pieces("نص", "") == [Piece(REMOVED, "نص")]


@pytest.mark.parametrize("seed", range(40))
def test_both_texts_can_be_read_from_the_pieces(seed: int) -> None:
    chance = random.Random(seed)
    before, after = (
        chance.choices(["ماء", "في", "السدّ", "UNDP", "2022"], k=chance.randint(1, 30)) for _ in "ab"
    )

    found = pieces(" ".join(before), " ".join(after))

    assert _words(found, REMOVED) == before
    assert _words(found, ADDED) == after


WORST = {
    "one word": ("ا " * 5_000, "ب ا " * 2_500),
    "one letter a line": ("ا\n" * 5_000, "ب\nا\n" * 2_500),
    "from the end": (" ".join(map(str, range(2_000))), " ".join(map(str, reversed(range(2_000))))),
    "interleaved": (
        " ".join(map(str, range(2_000))),
        " ".join(f"{one} {2_000 - one}" for one in range(1_000)),
    ),
    "two texts": (
        " ".join(random.Random(1).choices([f"كلمة{one}" for one in range(300)], k=1_400)),
        " ".join(random.Random(2).choices([f"كلمة{one}" for one in range(300)], k=1_400)),
    ),
}


@pytest.mark.parametrize("name", WORST)
def test_ten_thousand_letters_take_no_longer_than_a_page_may(name: str) -> None:
    started = process_time()
    pieces(*WORST[name])

    assert process_time() - started < 0.1, "a fifth of it on a quiet machine"


def test_rows_that_are_equal_are_found_again() -> None:
    assert list(blocks(["a", "b", "c"], ["a", "x", "c"])) == [
        (True, slice(0, 1), slice(0, 1)),
        (False, slice(1, 2), slice(1, 2)),
        (True, slice(2, 3), slice(2, 3)),
    ]


def _words(found: list[Piece], side: Sign) -> list[str]:
    return "".join(one.text for one in found if one.sign in (SAME, side)).split()
