"""That somebody looked at what is personal, or took it away: noted where nothing else changes."""

from twinweb import audit
from twinweb.accounts.person import Person
from twinweb.db import transaction


def note_view(user_id: int, *, by: Person) -> None:
    if user_id != by.id:
        with transaction():
            audit.record("view_user", "user", user_id, by_id=by.id)


def note_export(filters: dict[str, str], *, by: Person) -> None:
    """By what it was filtered stays with it: what was taken away can be told later."""
    with transaction():
        audit.record("export_log", "register", "", by_id=by.id, filters=filters)
