"""What the kinds' registers have in common: one row of facts an entry."""

from dataclasses import is_dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, inspect

from twinweb.db import Model, db
from twinweb.entries.facts import Facts, fields_of


def put(register: type[Model], entry_id: int, revision_id: int, facts: Facts) -> None:
    """Write an entry's facts into its row: every fact that the register has a column for."""
    db.session.merge(register(**row(register, entry_id, revision_id, facts)))
    db.session.flush()


def row(register: type[Model], entry_id: int, revision_id: int, facts: Facts) -> dict[str, Any]:
    """An entry's facts as the columns of its register."""
    columns = {column.key for column in inspect(register).column_attrs}
    values = {name: plain(getattr(facts, name)) for name in fields_of(type(facts)) if name in columns}
    return {"entry_id": entry_id, "revision_id": revision_id, **values}


def remove(register: type[Model], entry_id: int) -> None:
    db.session.execute(delete(register).where(register.entry_id == entry_id))  # type: ignore[attr-defined]


def plain(value: Any) -> Any:  # noqa: ANN401  JSON
    """Rows of facts as JSON; everything else as it is."""
    if isinstance(value, tuple):
        return [_plain_row(row) if is_dataclass(row) else row for row in value]
    return value


def _plain_row(row: Any) -> dict[str, Any]:  # noqa: ANN401  any kind's row
    found = {name: getattr(row, name) for name in fields_of(type(row))}
    return {name: str(item) if isinstance(item, StrEnum) else item for name, item in found.items()}
