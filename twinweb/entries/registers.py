"""The registers of the kinds: how approved facts enter them, and leave; one row an entry."""

from dataclasses import is_dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, inspect

from twinweb.db import Model, db
from twinweb.entries.facts import Facts, fields_of
from twinweb.entries.kinds import Kind


def enter(kind: Kind, entry_id: int, revision_id: int, facts: Facts) -> None:
    """Write an entry's facts into the register, in place of what stood there."""
    db.session.merge(kind.register(**row(kind.register, entry_id, revision_id, facts)))
    db.session.flush()
    kind.enter_beside(entry_id, revision_id, facts)


def leave(kind: Kind, entry_id: int) -> None:
    kind.leave_beside(entry_id)
    register: Any = kind.register
    db.session.execute(delete(register).where(register.entry_id == entry_id))


def row(register: type[Model], entry_id: int, revision_id: int, facts: Facts) -> dict[str, Any]:
    """An entry's facts as the columns of its register: every fact that it has a column for."""
    columns = {column.key for column in inspect(register).column_attrs}
    values = {name: plain(getattr(facts, name)) for name in fields_of(type(facts)) if name in columns}
    return {"entry_id": entry_id, "revision_id": revision_id, **values}


def plain(value: Any) -> Any:  # noqa: ANN401  JSON
    """Rows of facts as JSON; everything else as it is."""
    if isinstance(value, tuple):
        return [_plain_row(row) if is_dataclass(row) else row for row in value]
    return value


def _plain_row(row: Any) -> dict[str, Any]:  # noqa: ANN401  any kind's row
    found = {name: getattr(row, name) for name in fields_of(type(row))}
    return {name: str(item) if isinstance(item, StrEnum) else item for name, item in found.items()}
