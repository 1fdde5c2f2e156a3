"""Keys derived from the secret key, and what is sealed by them."""

import sys
from subprocess import check_output

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask

from twinweb.accounts import keys
from twinweb.config import ROOT


@pytest.mark.parametrize("purpose", ["seed of authenticator", "غرض"])
def test_keys_are_those_of_rfc_5869(app: Flask, purpose: str) -> None:
    secret = app.config["SECRET_KEY"].encode()
    expected = HKDF(SHA256(), length=32, salt=purpose.encode(), info=b"twinweb").derive(secret)

    assert keys._key(purpose) == expected  # noqa: SLF001  what is sealed must open in every later version


def test_what_is_sealed_opens_for_its_purpose_and_person_alone(app: Flask) -> None:
    sealed = keys.seal("سر", "one", 7)

    assert "سر" not in sealed
    assert keys.unseal(sealed, "one", 7) == "سر"
    for other in (keys.unseal(sealed, "two", 7), keys.unseal(sealed, "one", 8)):
        assert other is None
    for broken in ("", "س", "x", sealed[:-4], sealed[4:]):
        assert keys.unseal(broken, "one", 7) is None


def test_a_start_loads_nothing_that_encrypts() -> None:
    """7 MB in each worker of an office whose people have no second factor."""
    loaded = "import twinweb.app, sys; print('cryptography' in sys.modules)"

    assert check_output([sys.executable, "-c", loaded], cwd=ROOT, text=True).strip() == "False"
