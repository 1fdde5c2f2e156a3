"""How many statements a page asks of the database, beside the sign-in."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from twinweb.db import db


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement that runs inside, but those about the sign-in."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not re.search(r"(FROM|UPDATE|INTO) sign_in\b", statement) and not statement.startswith("BEGIN"):
            found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
