"""Reads of reference data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import CompoundSelect, literal, null, select, union_all

from twinweb.db import db
from twinweb.i18n.arabic import fold
from twinweb.i18n.locale import in_language
from twinweb.reference.models import Governorate, Party, PartyAlias, Sector

LONGEST_SPELLING = 200


@dataclass(frozen=True, slots=True)
class Name:
    """A governorate or sector as pages need it."""

    slug: str
    ar: str
    en: str
    position: int
    retired: bool = False
    merged_into: str | None = None

    @property
    def text(self) -> str:
        """In the language of the page."""
        return in_language(self.ar, self.en)


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """All governorates and sectors, in their order. The same object as long as they are the same."""

    governorates: dict[str, Name] = field(default_factory=dict)
    sectors: dict[str, Name] = field(default_factory=dict)

    @property
    def open_sectors(self) -> list[Name]:
        """Those that new entries may be tagged with."""
        return [sector for sector in self.sectors.values() if not sector.retired and not sector.merged_into]

    def sector(self, slug: str) -> Name | None:
        """The sector of this slug, or the one that it was merged into."""
        found = self.sectors.get(slug)
        while found and found.merged_into:
            found = self.sectors.get(found.merged_into)
        return found


_kept: tuple[object, Names] = (None, Names())
"""The names that this process read last, and how the register stood then."""


def stands_as(register: object) -> None:
    """Let the names of this session be those that were read when the register stood like this."""
    db.session().info["register"] = register


def names() -> Names:
    """Names of all governorates and sectors: read again only once anything has changed."""
    info = db.session().info
    if "names" not in info:
        info["names"] = _names_at(info.get("register"))
    return info["names"]  # type: ignore[no-any-return]


def forget_names() -> None:
    """What follows in this session reads them again."""
    info = db.session().info
    info.pop("names", None)
    info.pop("register", None)


def _names_at(register: object) -> Names:
    global _kept  # noqa: PLW0603  one for the process
    stood, former = _kept  # at once: another thread may put others there
    if register is not None and stood == register:
        return former
    read = _names()
    same = (read.governorates, read.sectors) == (former.governorates, former.sectors)
    found = former if same else read
    _kept = (register, found)
    return found


_ALL_NAMES: CompoundSelect[*tuple[Any, ...]] = union_all(
    select(
        literal("g").label("what"),
        Governorate.slug,
        Governorate.name_ar,
        Governorate.name_en,
        Governorate.position,
        null().label("retired_at"),
        null().label("merged_into"),
    ),
    select(
        literal("s"),
        Sector.slug,
        Sector.name_ar,
        Sector.name_en,
        Sector.position,
        Sector.retired_at,
        Sector.merged_into,
    ),
).order_by("what", "position")


def _names() -> Names:
    found: dict[str, dict[str, Name]] = {"g": {}, "s": {}}
    rows: Iterable[Any] = db.session.execute(_ALL_NAMES)
    for what, slug, ar, en, position, retired_at, merged_into in rows:
        found[what][slug] = Name(slug, ar, en, position, retired_at is not None, merged_into)
    return Names(governorates=found["g"], sectors=found["s"])


def party(party_id: int) -> Party | None:
    return db.session.get(Party, party_id)


def parties() -> Sequence[Party]:
    """All parties that were not merged into another, by name."""
    return db.session.scalars(select(Party).where(Party.merged_into.is_(None)).order_by(Party.sort_key)).all()


def party_names(limit: int = 150) -> Sequence[str]:
    """Names to choose from while typing, of the newest parties: 4 kB of them on the line.

    Any other that is typed as it was ever written is known all the same.
    """
    newest = select(Party.name, Party.sort_key).where(Party.merged_into.is_(None)).order_by(Party.id.desc())
    found = newest.limit(limit).subquery()
    return db.session.scalars(select(found.c.name).order_by(found.c.sort_key)).all()


def spelled(name: str) -> str:
    """What names of parties are told apart by: bounded, as one letter (æ, ﷺ) may be folded into many."""
    return fold(name)[:LONGEST_SPELLING]


def party_named(name: str, country: str) -> Party | None:
    """The party that was ever written this way in this country."""
    query = (
        select(Party)
        .join(PartyAlias)
        .where(PartyAlias.folded == spelled(name), PartyAlias.country == country)
    )
    return db.session.scalars(query).one_or_none()


def party_ids(written: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The parties that were ever written this way, by (name, country)."""
    folded = {(name, country): (spelled(name), country) for name, country in written}
    if not folded:
        return {}
    query = select(PartyAlias.folded, PartyAlias.country, PartyAlias.party_id).where(
        PartyAlias.folded.in_([spelling for spelling, _ in folded.values()])
    )
    found = {(spelling, country): party_id for spelling, country, party_id in db.session.execute(query)}
    return {one: found[key] for one, key in folded.items() if key in found}


def aliases(governorates: Iterable[str]) -> list[str]:
    """Every spelling of these governorates, for the search index."""
    query = select(Governorate).where(Governorate.slug.in_(list(governorates)))
    return [
        alias
        for place in db.session.scalars(query)
        for alias in (place.name_ar, place.name_en, place.name_ckb, *place.aliases)
    ]
