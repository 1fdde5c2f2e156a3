"""Which passwords are refused, and which are not."""

import pytest
from flask import Flask

from tests import world
from twinweb.accounts.passwords import LIST, MARK, is_easy

ABOUT = ["a.karim", "علي", "كريم", "Ali", "Karim"]


def test_the_list_holds_more_than_three_thousand() -> None:
    assert len(LIST.read_bytes()) // MARK > 30_000


@pytest.mark.parametrize(
    "password",
    [
        "elevensigns",
        "نهر وجسر " * 200,
        "password1234",
        "P@ssw0rd!!!!",
        "123456789012",
        "passwordpassword",
        "qwertyuiop12",
        "1q2w3e4r5t6y",
        "aaaaaaaaaaaa",
        "abcdefghijklm",
        "ضصثقفغعهخحجد",
        "١٢٣٤٥٦٧٨٩٠١٢",
        "كلمة السر 2026",
        "muhammad2026!",
        "mohammedali12",
        "ماشاء الله 123",
        "hguvhr2026!!",
        "undp-twinning-12",
        "twinweb-basra1",
        "TwinningIraq2026",
        "محافظة البصرة 1",
        "a.karim.2026",
        "Ali Karim 1990",
    ],
)
def test_a_password_that_many_would_think_of_is_refused(app: Flask, password: str) -> None:
    assert is_easy(password, ABOUT)


@pytest.mark.parametrize(
    "password",
    [
        world.PASSWORD,
        "three rivers and a palm",
        "three words of mine",
        "نخلة قرب النهر القديم",
        "correcthorsebatterystaple",
        "kx7!pQ2m#vB9z",
        "x" + "نهر وجسر " * 100,
    ],
)
def test_a_good_one_is_taken_without_rules_of_signs(app: Flask, password: str) -> None:
    assert not is_easy(password, ABOUT)
