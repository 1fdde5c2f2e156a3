"""Secret, address, process, folders and copies: what operators decide."""

import json
import os
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import func, select

from twinweb import clock
from twinweb.accounts.models import User
from twinweb.audit import AuditSeal, Head
from twinweb.config import LOOPBACK, SHORTEST_SECRET, Settings
from twinweb.db import db
from twinweb.upkeep import same_key, schema

FEWEST_SIGNS = 16
OTHERS = 0o077
BACKUP_EVERY = timedelta(days=2)
NOTE = "last-backup.json"


def secret(settings: Settings) -> Iterator[str]:
    key = settings.secret_key
    if len(key) < SHORTEST_SECRET or len(set(key)) < FEWEST_SIGNS:
        yield (
            "secret key: it can be guessed. Stop, take the file away or unset TWINWEB_SECRET_KEY, and type: "
            "flask --app wsgi adopt-key: "
            "a new one is made; everybody signs in anew, and sets up the second step anew"
        )
    if settings.secret_file:
        yield from _not_alone("secret key", settings.secret_file, "600")


def one_key(settings: Settings) -> Iterator[str]:
    with db.engine.connect() as connection:
        if same_key.differs(connection):
            yield f"secret key: {same_key.advice(settings)}"


def address(settings: Settings) -> Iterator[str]:
    """Under which name and how it is reached."""
    if settings.demo:
        return
    if not settings.public_url:
        yield "address: it serves this machine alone. Set TWINWEB_PUBLIC_URL=https://… as people type it"
    elif not settings.secure:
        yield (
            "address: passwords cross the network in the open. Put TLS in front (deploy/nginx.conf, "
            "deploy/Caddyfile) and set TWINWEB_PUBLIC_URL=https://…"
        )
    if settings.secure and not settings.proxies:
        yield "address: nothing in front does TLS. Set TWINWEB_PROXIES=1 for a proxy on this machine"
    if settings.proxies and settings.host not in LOOPBACK:
        yield "address: the proxy can be passed by. Set TWINWEB_HOST=127.0.0.1, or a firewall before it"
    yield from _cookie(settings)


def _cookie(settings: Settings) -> Iterator[str]:
    expected = {"HTTPONLY": True, "SAMESITE": "Lax", "SECURE": settings.secure}
    wrong = [
        name for name, value in expected.items() if current_app.config[f"SESSION_COOKIE_{name}"] != value
    ]
    if wrong:
        yield f"address: the cookie of sign-ins lacks {', '.join(wrong)}. Look at what changes its settings"


def process(_settings: Settings) -> Iterator[str]:
    if current_app.debug:
        yield "process: it runs with a debugger that lets visitors in. Unset FLASK_DEBUG"
    if os.geteuid() == 0:
        yield "process: it runs as root. Give it a user of its own (deploy/twinweb.service)"


def folders(settings: Settings) -> Iterator[str]:
    """Nobody else on this machine reads what lies here."""
    yield from _not_alone("data directory", settings.data_dir, "700")
    path = _database_file(settings)
    if path and settings.data_dir not in path.parents:
        yield from _not_alone("database file", path, "600")


def demonstration(settings: Settings) -> Iterator[str]:
    """The password of these accounts is published."""
    if settings.demo or not schema.is_migrated():
        return
    query = select(func.count()).where(User.demo, User.deactivated_at.is_(None))
    if number := db.session.scalars(query).one():
        yield (
            f"accounts: {number} of a demonstration are open. "
            "Begin with an empty database, or deactivate them under /admin/users/"
        )


def note_backup(settings: Settings, file: Path, head: Head) -> None:
    note = {"at": clock.now().isoformat(), "file": str(file), "number": head.number, "hash": head.hash}
    path = settings.data_dir / NOTE
    path.touch(0o600)
    path.write_text(json.dumps(note), "utf-8")


def last_backup(settings: Settings) -> Iterator[str]:
    """How old it is; and whether the log still has what it had then, as its end can be cut off."""
    path = settings.data_dir / NOTE
    if settings.demo:
        return
    if not path.exists():
        yield "backup: there is none. Type: flask --app wsgi backup FILE (deploy/twinweb-backup.timer)"
        return
    note = json.loads(path.read_text("utf-8"))
    age = clock.now() - datetime.fromisoformat(note["at"])
    if age > BACKUP_EVERY:
        yield f"backup: the last one is {age.days} days old. See why deploy/twinweb-backup.timer does not run"
    seal = db.session.get(AuditSeal, note["number"]) if schema.is_migrated() else None
    if seal is None or seal.hash != note["hash"]:
        yield f"activity log: it was rewritten since the last backup. Compare it with {note['file']}"


def _not_alone(name: str, path: Path, rights: str) -> Iterator[str]:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & OTHERS:
        yield f"{name}: others on this machine can read it ({mode:o}). Type: chmod {rights} {path}"


def _database_file(settings: Settings) -> Path | None:
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    return path.absolute() if settings.database_url.startswith("sqlite:") and path.exists() else None
