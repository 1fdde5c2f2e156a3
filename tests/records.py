"""What the database of a running server has, asked beside the application."""

import json
import sqlite3
from contextlib import closing
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

    def revision_of(self, title: str) -> int | None:
        found = self.rows("SELECT id FROM revision WHERE title = ?", title)
        return int(found[0][0]) if found else None
