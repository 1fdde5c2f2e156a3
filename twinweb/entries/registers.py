"""What the kinds' registers have in common: one row of facts an entry."""

from collections.abc import Mapping
from dataclasses import asdict
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, inspect

from twinweb.db import Model, db
from twinweb.entries.facts import Facts


def put(register: type[Model], entry_id: int, revision_id: int, facts: Facts) -> None:
    """Write an entry's facts into its row: every fact that the register has a column for."""
    db.session.merge(register(**row(register, entry_id, revision_id, facts)))
    db.session.flush()


def row(register: type[Model], entry_id: int, revision_id: int, facts: Facts) -> dict[str, Any]:
    """An entry's facts as the columns of its register."""
    columns = {column.key for column in inspect(register).column_attrs}
    values = {name: plain(value) for name, value in asdict(facts).items() if name in columns}  # type: ignore[call-overload]
    return {"entry_id": entry_id, "revision_id": revision_id, **values}


def remove(register: type[Model], entry_id: int) -> None:
    db.session.execute(delete(register).where(register.entry_id == entry_id))  # type: ignore[attr-defined]


def plain(value: Any) -> Any:  # noqa: ANN401  JSON
    """Rows of facts as JSON; everything else as it is."""
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {name: str(item) if isinstance(item, StrEnum) else item for name, item in value.items()}
    return value
