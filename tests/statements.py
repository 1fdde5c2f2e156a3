"""How many statements a page asks of the database, beside the sign-in."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from twinweb.db import db


@contextmanager
def statements(*, of_sign_in: bool = False) -> Iterator[list[str]]:
    """Every statement that runs inside; those about the sign-in if they are asked for."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        about_sign_in = re.search(r"(FROM|UPDATE|INTO) sign_in\b", statement)
        if (of_sign_in or not about_sign_in) and not statement.startswith("BEGIN"):
            found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
