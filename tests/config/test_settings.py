"""Settings are read once and checked at start; what is wrong is said with what to do."""

import subprocess
import sys
from pathlib import Path

import pytest

from twinweb.config import ROOT, Settings, WrongSetting


def read(folder: Path, **env: str) -> Settings:
    return Settings.from_environment({"TWINWEB_DATA_DIR": str(folder)} | env)


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    found = read(tmp_path)

    assert found.database_url == f"sqlite:///{tmp_path / 'twinweb.db'}"
    assert (found.host, found.port, found.demo, found.secure) == ("127.0.0.1", 5000, False, False)


def test_a_secret_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    first, second = read(tmp_path), read(tmp_path)

    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 48
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("env", "word"),
    [
        ({"TWINWEB_SECRET_KEY": "short"}, "32 characters"),
        ({"TWINWEB_PORT": "many"}, "TWINWEB_PORT"),
        ({"TWINWEB_PORT": "99999"}, "TWINWEB_PORT"),
        ({"TWINWEB_PROXIES": "-1"}, "TWINWEB_PROXIES"),
        ({"TWINWEB_PUBLIC_URL": "twinweb.gov.iq"}, "https://"),
        ({"TWINWEB_DATABASE_URL": "mysql://x"}, "postgresql://"),
        ({"TWINWEB_DEMO": "1", "TWINWEB_HOST": "0.0.0.0"}, "127.0.0.1"),  # noqa: S104  it is refused
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(tmp_path: Path, env: dict[str, str], word: str) -> None:
    with pytest.raises(WrongSetting, match=word):
        read(tmp_path, **env)


def test_a_public_address_in_https_makes_cookies_secure(tmp_path: Path) -> None:
    flask = read(tmp_path, TWINWEB_PUBLIC_URL="https://twinweb.gov.iq/").as_flask()

    assert flask["SESSION_COOKIE_SECURE"] is True
    assert flask["SESSION_COOKIE_NAME"] == "__Host-twinweb"
    assert "twinweb.gov.iq" in flask["TWINWEB"].hosts()


def test_the_program_does_not_start_and_says_why_in_a_line(tmp_path: Path) -> None:
    env = {"TWINWEB_DATA_DIR": str(tmp_path), "TWINWEB_PORT": "many"}

    done = subprocess.run(
        [sys.executable, "-c", "import wsgi"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr.strip() == "TwinWeb does not start. TWINWEB_PORT must be a whole number, not 'many'."


@pytest.mark.parametrize("written", ["::1", "[::1]"])
def test_an_address_of_ipv6_is_the_same_with_and_without_brackets(tmp_path: Path, written: str) -> None:
    assert read(tmp_path, TWINWEB_HOST=written).host == "::1"


def test_a_public_address_in_ipv6_is_a_name_of_this_site(tmp_path: Path) -> None:
    assert "2001:db8::7" in read(tmp_path, TWINWEB_PUBLIC_URL="https://[2001:db8::7]:8443").hosts()
