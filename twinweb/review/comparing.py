"""What a reviewer sees first: what changed since the desk spoke last, and what is approved already."""

from dataclasses import dataclass

from twinweb.accounts.person import Person
from twinweb.entries import history, likeness
from twinweb.entries.likeness import Alike
from twinweb.entries.models import Revision
from twinweb.entries.readiness import facts_of
from twinweb.entries.refusals import Incomplete
from twinweb.kinds import Shown
from twinweb.pages.comparing import Compared, compared


@dataclass(frozen=True, slots=True)
class Changes:
    former: Revision
    compared: Compared


def changes(shown: Shown, revision: Revision, *, by: Person) -> Changes | None:
    """Against the version before that was approved, returned, corrected or rejected; None of what is new."""
    former = history.decided_before(revision)
    if former is None:
        return None
    read = shown.kind.read
    before, after = (read(one.raw, one.schema) for one in (former, revision))
    return Changes(former, compared(shown, before, after, by=by))


def alike(shown: Shown, revision: Revision) -> list[Alike]:
    """Approved entries that say much the same; none of what no longer fits its fields."""
    try:
        facts = facts_of(revision, shown.kind)
    except Incomplete:
        return []
    return likeness.alike(shown.kind, shown.kind.card(facts), revision.entry.position)
