"""Passwords, tokens and one-time codes: made here, kept as hashes only."""

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from twinweb.config import JUDGES
from twinweb.i18n.arabic import clean, fold

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = LONGEST_NAME = 1024
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 12
"""Letters of one code: 59 bits, without the signs that look alike on paper."""

USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,59}|[\u0621-\u064a][\u0621-\u064a0-9._-]{1,59}")

_hasher = PasswordHasher()  # argon2id with the parameters of RFC 9106, second choice: 64 MiB, t=3, p=4
_nobody = _hasher.hash(secrets.token_hex())
_turns = BoundedSemaphore(JUDGES)
"""So many hashes are made at once, each in 64 MiB. The door lets no more come; other servers may."""
PATIENCE = 5
"""Seconds to wait for a turn: thirty who come to a workshop sign in at the same minute."""


class TooBusy(Exception):
    """Too many passwords are being judged; nothing was done."""


@contextmanager
def turn_to_hash() -> Iterator[None]:
    """Hold one of the few turns, or `TooBusy`: a flood must not eat memory and threads. Does not nest."""
    if not _turns.acquire(timeout=PATIENCE):
        raise TooBusy
    try:
        yield
    finally:
        _turns.release()


def hash_password(password: str) -> str:
    """Stands in a `turn_to_hash` wherever many may ask for it."""
    return _hasher.hash(_normal(password))


def password_fits(password_hash: str | None, password: str) -> bool:
    """Takes as long for a person without a password, and for a name that nobody has, as for a wrong one.

    Stands in a `turn_to_hash` wherever many may ask for it.
    """
    try:
        return _hasher.verify(password_hash or _nobody, _normal(password)) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def is_dated(password_hash: str | None) -> bool:
    """Whether it was made with parameters that are no longer ours."""
    return password_hash is not None and _hasher.check_needs_rehash(password_hash)


def new_token() -> str:
    return secrets.token_urlsafe(32)


def new_code() -> str:
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def hash_code(code: str) -> str:
    return hash_token("".join(letter for letter in code.upper() if letter in CODE_LETTERS))


def hash_token(token: str) -> str:
    """For secrets that are random and long: a plain digest is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def fold_username(name: str) -> str:
    return "".join(fold(clean(name[:LONGEST_NAME])).split())


def is_username(folded: str) -> bool:
    """Of one script, so that no two names look alike."""
    return USERNAME.fullmatch(folded) is not None


def _normal(password: str) -> str:
    return unicodedata.normalize("NFC", password[:LONGEST_PASSWORD])
