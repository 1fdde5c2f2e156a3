"""What the database of a running server has, asked beside the application."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Records:
    data: Path

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.data / "twinweb.db")) as database:
            return database.execute(query, values).fetchall()

    def texts(self, title: str) -> list[dict[str, Any]]:
        """What every entry with this title says: one, where nothing is lost and nothing doubled."""
        found = self.rows("SELECT raw FROM revision WHERE title = ? ORDER BY id", title)
        return [json.loads(raw) for (raw,) in found]

    def acts(self, title: str) -> list[str]:
        """What was done to the entries with this title, as the audit has it."""
        query = (
            "SELECT act FROM audit_event WHERE (thing, thing_id) IN (SELECT kind, CAST(entry.id AS TEXT)"
            " FROM entry JOIN revision ON entry_id = entry.id WHERE title = ?) ORDER BY id"
        )
        return [act for (act,) in self.rows(query, title)]

    @contextmanager
    def colleague(self, username: str, governorate: str) -> Iterator[None]:
        """Meanwhile this contributor writes for another governorate, too."""
        with closing(sqlite3.connect(self.data / "twinweb.db")) as database, database:
            made = database.execute(
                "INSERT INTO membership (user_id, role, governorate, on_behalf, starts)"
                " SELECT id, 'contributor', ?, 0, date('now', '-1 day') FROM user_account WHERE username = ?",
                (governorate, username),
            ).lastrowid
        yield
        with closing(sqlite3.connect(self.data / "twinweb.db")) as database, database:
            database.execute("DELETE FROM membership WHERE id = ?", (made,))

    def revision_of(self, title: str) -> int | None:
        found = self.rows("SELECT id FROM revision WHERE title = ?", title)
        return int(found[0][0]) if found else None
