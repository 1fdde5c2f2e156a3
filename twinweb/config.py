"""Settings, read once from the environment and checked with a word on what to do."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from twinweb.mail import MailServer, NoMailServer

try:
    import pysqlite3 as sqlite
except ImportError:  # no wheel for this machine: the system's own
    import sqlite3 as sqlite

ROOT = Path(__file__).parent.parent
SHORTEST_SECRET = 32
DEMO_PASSWORD = "twinweb-demo"  # noqa: S105  published, and for this machine alone
DECIDERS = "deciders"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
ONE_MEGABYTE = 1024 * 1024
READERS, WRITERS, JUDGES = 6, 4, 2
"""Threads of one process for pages, for what is sent, and for passwords (`web/door.py`)."""
SPARE = 3
"""Connections to the database beside one a thread: for mails that a thread of their own sends."""


class WrongSetting(Exception):
    """A setting that the application refuses to start with; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What `TWINWEB_…` variables say; see README.md for each."""

    secret_key: str
    database_url: str
    data_dir: Path
    secret_file: Path | None = None
    """Where the secret key was read from; None: from the environment."""
    database_owner_url: str = ""
    """PostgreSQL: the role that migrates. The application's own can then not rewrite the log."""
    host: str = "127.0.0.1"
    port: int = 5000
    workers: int = 1
    public_url: str = ""
    files_url: str = ""
    proxies: int = 0
    demo: bool = False
    demo_password: str = DEMO_PASSWORD
    help_contact: str = ""
    mail: MailServer | None = None
    second_factor: str = DECIDERS
    """Who must have one: those who review and administer, or everybody."""
    testing: bool = False

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> Self:
        data_dir = Path(env.get("TWINWEB_DATA_DIR") or ROOT / "instance").absolute()
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        secret_key, secret_file = _secret(env, data_dir)
        return cls(
            secret_key=secret_key,
            secret_file=secret_file,
            database_url=env.get("TWINWEB_DATABASE_URL") or f"sqlite:///{data_dir / 'twinweb.db'}",
            data_dir=data_dir,
            database_owner_url=env.get("TWINWEB_DATABASE_OWNER_URL", ""),
            host=env.get("TWINWEB_HOST", "").strip("[]") or "127.0.0.1",
            port=_number(env, "TWINWEB_PORT", 5000),
            workers=_number(env, "TWINWEB_WORKERS", 1),
            public_url=env.get("TWINWEB_PUBLIC_URL", "").rstrip("/"),
            files_url=env.get("TWINWEB_FILES_URL", ""),
            proxies=_number(env, "TWINWEB_PROXIES", 0),
            demo=env.get("TWINWEB_DEMO", "") not in ("", "0"),
            demo_password=env.get("TWINWEB_DEMO_PASSWORD") or DEMO_PASSWORD,
            help_contact=env.get("TWINWEB_HELP_CONTACT", ""),
            mail=_mail(env.get("TWINWEB_MAIL_URL", "")),
            second_factor=env.get("TWINWEB_SECOND_FACTOR") or DECIDERS,
        ).checked()

    def checked(self) -> Self:
        """These settings, on one driver for each database; or `WrongSetting`."""
        if self.demo and self.host not in LOOPBACK:
            raise WrongSetting(
                "TWINWEB_DEMO shows passwords on the sign-in page, so it serves this machine alone: "
                "set TWINWEB_HOST=127.0.0.1, or unset TWINWEB_DEMO."
            )
        if self.public_url and urlsplit(self.public_url).scheme not in ("http", "https"):
            raise WrongSetting(
                "TWINWEB_PUBLIC_URL must begin with http:// or https://, such as https://twinweb.gov.iq."
            )
        if self.second_factor not in (DECIDERS, "everybody"):
            raise WrongSetting("TWINWEB_SECOND_FACTOR must be deciders or everybody, or be left out.")
        if self.mail and not self.public_url:
            raise WrongSetting("TWINWEB_MAIL_URL needs TWINWEB_PUBLIC_URL: mails hold links to the register.")
        _refuse_wrong_store(self.files_url)
        _refuse_wrong_owner(self.database_url, self.database_owner_url)
        return replace(
            self,
            database_url=_with_driver(self.database_url),
            database_owner_url=self.database_owner_url and _with_driver(self.database_owner_url),
        )

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https://")

    def as_flask(self) -> dict[str, Any]:
        """The same, under the names that Flask and its extensions read."""
        sqlite_url = self.database_url.startswith("sqlite")
        return {
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": {
                "json_serializer": _json,
                "hide_parameters": not self.testing,
                "pool_size": READERS + WRITERS + JUDGES,
                "max_overflow": SPARE,
            }
            | ({"module": sqlite} if sqlite_url else {"pool_pre_ping": True}),
            "TESTING": self.testing,
            "SESSION_COOKIE_NAME": "__Host-twinweb" if self.secure else "twinweb",
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SECURE": self.secure,
            "MAX_CONTENT_LENGTH": 2 * ONE_MEGABYTE,
            "MAX_FORM_MEMORY_SIZE": 2 * ONE_MEGABYTE,
            "WTF_I18N_ENABLED": False,  # no form says a word of WTForms' own
            "WTF_CSRF_TIME_LIMIT": None,  # a form left open over a power cut must still be sent
            "WTF_CSRF_SSL_STRICT": False,  # the Referer is withheld by some office proxies; the token stands
            "BABEL_DEFAULT_LOCALE": "ar_IQ",
            "BABEL_DEFAULT_TIMEZONE": "Asia/Baghdad",
            "COMPRESS_MIMETYPES": ["text/html", "text/plain"],
            "COMPRESS_ALGORITHM": ["br", "gzip"],
            "COMPRESS_BR_LEVEL": 7,
            "COMPRESS_BR_WINDOW": 16,  # as much as any page has; with more a worker takes 6 MB more
            "COMPRESS_MIN_SIZE": 300,
            "COMPRESS_STREAMS": False,
            "TWINWEB": self,
        }

    def hosts(self) -> frozenset[str]:
        """The only names that a request may call this application by; IPv6 without its brackets."""
        name = urlsplit(self.public_url).hostname or self.host
        return LOOPBACK | {name if name.isascii() else name.encode("idna").decode()}


def _secret(env: Mapping[str, str], data_dir: Path) -> tuple[str, Path | None]:
    """The key that signs cookies: as given, or made once and kept in the data directory; and its file."""
    if given := env.get("TWINWEB_SECRET_KEY"):
        return _long_enough(given, "TWINWEB_SECRET_KEY"), None
    path = Path(env.get("TWINWEB_SECRET_KEY_FILE") or data_dir / "secret-key")
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
    return _long_enough(path.read_text("ascii").strip(), str(path)), path


def _long_enough(secret: str, source: str) -> str:
    if len(secret) < SHORTEST_SECRET:
        raise WrongSetting(f"{source} is too short: give 32 characters or more, or leave it out.")
    return secret


def _json(value: object) -> str:
    """Arabic letters as they are: escaped ones take three times the room."""
    return json.dumps(value, ensure_ascii=False)


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name) or str(default)
    if not text.isdecimal() or int(text) > 65_535:  # noqa: PLR2004  the highest port
        raise WrongSetting(f"{name} must be a whole number, not {text!r}.")
    return int(text)


def _mail(url: str) -> MailServer | None:
    try:
        return MailServer.at(url) if url else None
    except NoMailServer as wrong:
        raise WrongSetting(
            "TWINWEB_MAIL_URL must be such as smtp://user:password@mail.gov.iq:587?tls=1&from=twinweb@gov.iq "
            f"({wrong}), or be left out: everything is in the application too."
        ) from None


def _refuse_wrong_owner(url: str, owner_url: str) -> None:
    """Both roles must look at the same database."""
    if not owner_url:
        return
    owner, own = urlsplit(owner_url), urlsplit(url)
    if not (owner.scheme.startswith("postgres") and own.scheme.startswith("postgres")):
        raise WrongSetting(
            "TWINWEB_DATABASE_OWNER_URL is for PostgreSQL: leave it out, or set TWINWEB_DATABASE_URL too."
        )
    if (owner.path, owner.username) == (own.path, own.username) or owner.path != own.path:
        raise WrongSetting(
            "TWINWEB_DATABASE_OWNER_URL must lead to the database of TWINWEB_DATABASE_URL as another role."
        )


def _refuse_wrong_store(url: str) -> None:
    parts = urlsplit(url)
    if url and not (parts.scheme == "s3" and parts.hostname and parts.username and parts.path.strip("/")):
        raise WrongSetting(
            "TWINWEB_FILES_URL must be s3://KEY:SECRET@HOST/BUCKET, such as "
            "s3://twinweb:secret@store.gov.iq:9000/files?region=us-east-1&tls=0, "
            "or be left out: files then lie in the data directory."
        )
    if url and find_spec("boto3") is None:
        raise WrongSetting(
            "TWINWEB_FILES_URL needs a client for the store: "
            ".venv/bin/pip install --require-hashes -r requirements-s3.txt"
        )


def _with_driver(url: str) -> str:
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    if not url.startswith(("sqlite:", "postgresql+psycopg:")):
        raise WrongSetting(
            "TWINWEB_DATABASE_URL must begin with sqlite:/// or postgresql://, "
            "such as postgresql://twinweb@/twinweb?host=/run/postgresql."
        )
    return url
