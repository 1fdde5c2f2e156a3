"""Keys for one purpose each, derived from the secret key of this installation; what they seal and hash."""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

NONCE = 12


def seal(text: str, purpose: str, whose: int) -> str:
    """Encrypted, for this purpose and person alone."""
    nonce = secrets.token_bytes(NONCE)
    sealed = AESGCM(_key(purpose)).encrypt(nonce, text.encode(), str(whose).encode())
    return urlsafe_b64encode(nonce + sealed).decode()


def unseal(sealed: str, purpose: str, whose: int) -> str | None:
    """None where it was sealed for something or somebody else, or under another secret key."""
    try:
        content = urlsafe_b64decode(sealed)
        return AESGCM(_key(purpose)).decrypt(content[:NONCE], content[NONCE:], str(whose).encode()).decode()
    except (InvalidTag, Error, ValueError):
        return None


def keyed_hash(text: str, purpose: str) -> str:
    """For what is short enough to be guessed: without the key a copy of the database does not tell it."""
    return hmac.digest(_key(purpose), text.encode("utf-8", "replace"), "sha256").hex()


def _key(purpose: str) -> bytes:
    return _derived(current_app.config["SECRET_KEY"], purpose)


@cache
def _derived(secret: str, purpose: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=purpose.encode(), info=b"twinweb").derive(secret.encode())
