"""What the common life must know about a kind of entry, without importing it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from twinweb.db import Model
from twinweb.entries.facts import Facts
from twinweb.entries.fields import Problem, Raw


class Facet(StrEnum):
    """What lists can be filtered by."""

    SECTOR = "sector"
    GOVERNORATE = "governorate"
    COUNTRY = "country"
    YEAR = "year"
    PHASE = "phase"
    """The stage of a partnership, the kind of a session or lesson."""
    PARTY = "party"


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What every list, filter and search needs of approved facts of any kind."""

    title: str
    summary: str
    text: str
    """Everything that search should find, beside title and summary."""
    when: str
    """An ISO 8601 date, month or year; '' where no source gives one."""
    until: str = ""
    """The last day, of what lasts for days."""
    phase: str = ""
    sectors: tuple[str, ...] = ()
    governorates: tuple[str, ...] = ()
    """Beside the owner."""
    countries: tuple[str, ...] = ()
    parties: tuple[int, ...] = ()


def _no_conflict(_facts: Any, _linked: Mapping[int, Mapping[str, Raw]]) -> Iterable[Problem]:  # noqa: ANN401  any kind's facts
    return ()


def _nothing(*_what: object) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    """In the database and in code: `lesson`."""
    plural: str
    """In addresses and template folders: `lessons`."""
    prefix: str
    """Of its references: `LES`."""
    facts: type[Facts]
    register: type[Model]
    """Its table of approved facts: one row an entry, by `entry_id`."""
    card: Callable[[Any], CardFacts]
    """What lists need of facts that are in the register."""
    enter_beside: Callable[[int, int, Any], None] = _nothing
    """Write what approved facts of (entry, revision) bring with them; their row stands already."""
    leave_beside: Callable[[int], None] = _nothing
    """Take out what an entry brought with it, while its row still stands."""
    upgraders: tuple[Callable[[dict[str, Raw]], dict[str, Raw]], ...] = ()
    """Each reads content one schema older than the next; their number is the schema of today."""
    linked_conflicts: Callable[[Any, Mapping[int, Mapping[str, Raw]]], Iterable[Problem]] = _no_conflict
    """What is wrong between the facts and the content of entries that they refer to."""
    shared_by: str = ""
    """The field with the governorates that read the drafts, beside the owner."""

    @property
    def schema(self) -> int:
        return len(self.upgraders)

    def shared_in(self, raw: Mapping[str, Raw]) -> frozenset[str]:
        """The governorates, beside the owner, that read a draft which says this."""
        return frozenset(map(str, raw.get(self.shared_by, []))) if self.shared_by else frozenset()

    def read(self, raw: Mapping[str, Raw], schema: int) -> dict[str, Raw]:
        """Content of any age as today's fields; what is stored stays as it is."""
        content = dict(raw)
        for upgrade in self.upgraders[schema:]:
            content = upgrade(content)
        return content


Kinds = Mapping[str, Kind]
"""All of them, by their names."""
