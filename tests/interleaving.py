"""Two acts at once, the first held up after each of its statements in turn while the second runs.

What a race needs to happen once in a thousand times happens here each time. The acts run in threads of their
own: they are told ids, as rows belong to the session of the test.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread, current_thread

from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from twinweb import audit
from twinweb.db import db, is_postgresql

LONGEST = 30
"""Seconds that anybody may take."""
A_MOMENT = 0.005
LOCK = "BEGIN IMMEDIATE"
WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")

Act = Callable[[], object]


class _Watch:
    """Holds up the first thread behind one of its statements; sees the second ask for SQLite's lock."""

    def __init__(self, first: Thread, second: Thread, after: int) -> None:
        self.first, self.second, self.left = first, second, after
        self.reached, self.go_on, self.asks = Event(), Event(), Event()

    def before(self, _connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if current_thread() is self.second and statement == LOCK:
            self.asks.set()

    def after(self, *_statement: object) -> None:
        if current_thread() is self.second:
            self.asks.clear()
        if current_thread() is self.first and not audit.has_acted():
            self.left -= 1
            if self.left == 0:
                self.reached.set()
                self.go_on.wait(LONGEST)


def run(app: Flask, first: Act, second: Act, after: int) -> bool:
    """Run both, the first held up behind so many statements; False where it is done before."""
    db.session.rollback()  # nothing of this thread's own holds them up
    one, other = Thread(target=_within, args=(app, first)), Thread(target=_within, args=(app, second))
    watch = _Watch(one, other, after)
    with _listening(db.engine, watch):
        one.start()
        while one.is_alive() and not watch.reached.wait(A_MOMENT):
            pass
        other.start()
        while other.is_alive() and not _waits(watch):
            other.join(A_MOMENT)
        watch.go_on.set()
        for thread in (one, other):
            thread.join(LONGEST)
            assert not thread.is_alive(), "it waits for ever"
    db.session.rollback()  # what they have done is seen from now on
    return watch.reached.is_set()


def every(app: Flask, prepare: Callable[[], tuple[Act, Act]]) -> Iterator[int]:
    """The number of each statement of the first act, once both have run around it, on a new stage each."""
    after = 1
    while run(app, *prepare(), after):
        yield after
        after += 1
    yield after


def _within(app: Flask, act: Act) -> None:
    with app.app_context():
        act()


def _waits(watch: _Watch) -> bool:
    """For a lock that the first one holds."""
    if is_postgresql():
        with db.engine.connect() as connection:
            return bool(connection.scalar(WAITING))
    asked = watch.asks.is_set()
    watch.second.join(A_MOMENT)
    return asked and watch.asks.is_set()


@contextmanager
def _listening(engine: Engine, watch: _Watch) -> Iterator[None]:
    events: dict[str, Callable[..., None]] = {
        "before_cursor_execute": watch.before,
        "after_cursor_execute": watch.after,
    }
    for name, heard in events.items():
        event.listen(engine, name, heard)
    try:
        yield
    finally:
        for name, heard in events.items():
            event.remove(engine, name, heard)
