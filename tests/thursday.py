"""Twenty entries of several kinds and offices that wait at the desk, in the database of a running server."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from tests import world
from tests.conftest import settings
from twinweb import clock
from twinweb.app import create_app
from twinweb.db import db
from twinweb.entries import commands
from twinweb.entries.models import Entry, Revision
from twinweb.entries.moving import CLAIM_LASTS
from twinweb.entries.states import State
from twinweb.kinds import KINDS

OFFICES = ("basra", "duhok", "ninewa", "missan", "kirkuk")
TITLES = {
    "lesson": "درس عن صيانة محطات الضخ",
    "partnership": "شراكة في تدوير النفايات",
    "workshop": "ورشة عن جباية أجور الماء",
    "session": "جلسة عن عقود النظافة",
}
KINDS_SENT = ("lesson", "lesson", "partnership", "lesson", "workshop", "session")
SENT_AGAIN, CHANGED, TWIN = "درس أعيد وأرسل ثانيةً", "درس معتمد جرى تعديله", "درس عن جدول توزيع الماء"


@contextmanager
def beside(data: Path) -> Iterator[Flask]:
    """The application on the database of the server that keeps its data there."""
    app = create_app(settings(f"sqlite:///{data / 'twinweb.db'}", data))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def empty_desk() -> None:
    """Withdraw what the sample programme has sent, once nobody holds it any more."""
    waiting = select(Revision, Entry.owner).join(Entry, Entry.id == Revision.entry_id)
    with clock.at(clock.now() + 2 * CLAIM_LASTS):
        for revision, owner in db.session.execute(waiting.where(Revision.state == State.SUBMITTED)).all():
            commands.withdraw(world.seen(revision), KINDS, by=world.person(owner))


def sent(count: int, mark: str) -> list[str]:
    """The titles of what waits then, the oldest first; no two are the same, and the mark is in each."""
    now, special = clock.now(), {3: _sent_again, 5: _with_a_twin, 8: _changed}
    with clock.at(now - timedelta(days=30)):
        workshop = str(world.approved("workshop", title=f"ورشة أقيمت {mark}").entry_id)
    waiting = []
    for number in range(count):
        with clock.at(now - timedelta(hours=count - number)):
            make = special.get(number)
            made = make(mark) if make else _new(number, mark, workshop)
            waiting.append(made.title)
    return waiting


def _new(number: int, mark: str, workshop: str) -> Revision:
    kind, office = KINDS_SENT[number % len(KINDS_SENT)], OFFICES[number % len(OFFICES)]
    own: dict[str, dict[str, Any]] = {
        "session": {"workshop": workshop},
        "partnership": {"governorates": [office]},
    }
    return world.submitted(kind, by=office, title=f"{TITLES[kind]} {number + 1} {mark}", **own.get(kind, {}))


def _sent_again(mark: str) -> Revision:
    returned = world.returned(by="basra", reviewer="reviewer2", title=f"{SENT_AGAIN} {mark}")
    return commands.submit(world.seen(world.mended(returned)), KINDS, by=world.person("basra"))


def _changed(mark: str) -> Revision:
    approved = world.approved(by="duhok", reviewer="reviewer2", title=f"درس معتمد قديم {mark}")
    draft = commands.correct(approved.entry_id, KINDS["lesson"], by=world.person("duhok"))
    raw = world.raw("lesson", title=f"{CHANGED} {mark}", result="استمرت أحد عشر مشروعاً.")
    saved = commands.save(world.seen(draft), raw, KINDS, by=world.person("duhok"))
    return commands.submit(world.seen(saved), KINDS, by=world.person("duhok"))


def _with_a_twin(mark: str) -> Revision:
    """It says what an approved one says."""
    world.approved(by="ninewa", reviewer="reviewer2", title=f"{TWIN} {mark}")
    return world.submitted(by="ninewa", title=f"{TWIN} ثانٍ {mark}")
