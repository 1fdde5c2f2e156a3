"""Keys for one purpose each, derived from the secret key of this installation; what they seal and hash.

What encrypts weighs 7 MB in each worker: the first thing that is sealed or opened loads it, no sign-in by
password does.
"""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from functools import cache

from flask import current_app

NONCE = 12


def seal(text: str, purpose: str, whose: int) -> str:
    """Encrypted, for this purpose and person alone."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  see above

    nonce = secrets.token_bytes(NONCE)
    sealed = AESGCM(_key(purpose)).encrypt(nonce, text.encode(), str(whose).encode())
    return urlsafe_b64encode(nonce + sealed).decode()


def unseal(sealed: str, purpose: str, whose: int) -> str | None:
    """None where it was sealed for something or somebody else, or under another secret key."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415  see above
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

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
    """HKDF (RFC 5869) with SHA-256: what is as long as its digest takes one round."""
    extracted = hmac.digest(purpose.encode(), secret.encode(), "sha256")
    return hmac.digest(extracted, b"twinweb" + b"\x01", "sha256")
