"""Copies of pages that browsers keep end with an audit event; so whatever a request changes must leave one.

Tables that may change in silence are named here, with the reason why no copy is wrong by it.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import has_request_context, request
from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

SILENT = {
    "submission": "what was sent under which key stands on no page",
    "held_form": "what was sent while signed out stands on no page",
    "sign_in": "when a sign-in was last used stands on no page",
    "tries": "what failed is counted before it is judged, and stands on no page",
    "revision": "autosave: the versions of drafts are asked beside the sign-in",
    "revision_editor": "with a revision",
    "link": "with a revision",
    "draft_step": "with a revision",
    "note_answer": "with a revision",
    "upload": "files under way stand on forms, which are never kept",
    "upload_piece": "with an upload",
    "notice": "when a notice was read is asked beside the sign-in",
}
WRITES = re.compile(r'\s*(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)


class Watch:
    """What requests have written without an audit event, table by table."""

    def __init__(self) -> None:
        self.untold: list[str] = []

    def note(self, connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        if has_request_context() and (written := WRITES.match(statement)):
            connection.info.setdefault("written", set()).add(written[1])

    def judge(self, connection: Connection) -> None:
        written = connection.info.pop("written", set())
        if written - SILENT.keys() and "audit_event" not in written:
            self.untold.append(f"{request.method} {request.path}: {sorted(written - SILENT.keys())}")

    def forget(self, connection: Connection) -> None:
        connection.info.pop("written", None)


@contextmanager
def every_change_is_told() -> Iterator[None]:
    """Fails where a request has changed what a page may show, and no event tells of it."""
    watch = Watch()
    listeners: dict[str, Callable[..., None]] = {
        "before_cursor_execute": watch.note,
        "commit": watch.judge,
        "rollback": watch.forget,
    }
    for name, listener in listeners.items():
        event.listen(Engine, name, listener)
    yield
    for name, listener in listeners.items():
        event.remove(Engine, name, listener)
    assert watch.untold == [], "no audit event tells of this: see tests/told.py"
