"""Every change to sectors and parties. One command, one transaction, one audit event."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update

from twinweb import audit, clock
from twinweb.accounts.commands import require_admin
from twinweb.accounts.models import User
from twinweb.accounts.person import Person
from twinweb.admin.facts import PartyFacts, SectorFacts
from twinweb.db import db, transaction
from twinweb.entries import catalogue, desk
from twinweb.entries.refusals import Changed, NotFound
from twinweb.entries.states import Impossible
from twinweb.i18n.arabic import fold, sort_key
from twinweb.partnerships.models import PartnershipParty
from twinweb.reference.models import Party, PartyAlias, Sector
from twinweb.reference.queries import forget_names, party_named, spelled

LONGEST_SLUG = 40
RESERVED = frozenset({"new"})
"""Slugs that are the address of something else."""


class PartyExists(Exception):
    """Another party was written this way: merging is the way, not renaming."""


class Direction(StrEnum):
    UP = "up"
    DOWN = "down"


def add_sector(facts: SectorFacts, *, by: Person) -> Sector:
    """The last in the order, under an address made of its English name."""
    require_admin(by)
    with transaction() as session:
        all_sectors = _all_sectors()
        sector = Sector(
            slug=_free_slug(facts.name_en, {one.slug for one in all_sectors}),
            position=max((one.position for one in all_sectors), default=0) + 1,
            **_sector_values(facts),
        )
        session.add(sector)
        session.flush()
        audit.record("add", "sector", sector.slug, by_id=by.id, after=_sector_values(facts))
    forget_names()
    return sector


def edit_sector(slug: str, facts: SectorFacts, *, seen: int, by: Person) -> Sector:
    """Its names change everywhere at once; its address stays."""
    require_admin(by)
    with transaction():
        sector = _sector(slug, seen)
        before, after = _changed(sector, _sector_values(facts))
        audit.record("edit", "sector", slug, by_id=by.id, before=before, after=after)
    forget_names()
    return sector


def move_sector(slug: str, direction: Direction, *, seen: int, by: Person) -> Sector:
    """Change places with the neighbour; at the end of the list nothing changes."""
    require_admin(by)
    with transaction():
        in_order = [one for one in _all_sectors() if not one.merged_into]
        sector = _sector(slug, seen)
        place = in_order.index(sector)
        other = place + (1 if direction is Direction.DOWN else -1)
        if 0 <= other < len(in_order):
            in_order[place], in_order[other] = in_order[other], in_order[place]
            _number(in_order)
            audit.record("move", "sector", slug, by_id=by.id, direction=direction)
    forget_names()
    return sector


def retire_sector(slug: str, *, seen: int, by: Person) -> Sector:
    """Nothing new can be tagged with it; what is tagged keeps it."""
    require_admin(by)
    with transaction():
        sector = _sector(slug, seen)
        if sector.retired_at:
            raise Impossible
        sector.retired_at = clock.now()
        audit.record("retire", "sector", slug, by_id=by.id)
    forget_names()
    return sector


def unretire_sector(slug: str, *, seen: int, by: Person) -> Sector:
    require_admin(by)
    with transaction():
        sector = _sector(slug, seen)
        if not sector.retired_at:
            raise Impossible
        sector.retired_at = None
        audit.record("unretire", "sector", slug, by_id=by.id)
    forget_names()
    return sector


def merge_sectors(slug: str, into: str, *, seen: int, by: Person) -> Sector:
    """Everything approved, and what people follow, names the other sector; old revisions stay as they are."""
    require_admin(by)
    with transaction():
        sectors = {one.slug: one for one in _all_sectors()}
        sector, target = _sector(slug, seen), sectors.get(into)
        if target is None or target is sector or target.merged_into or target.retired_at:
            raise Impossible
        sector.merged_into = into
        catalogue.merge_sectors(slug, into)
        desk.merge_sectors(slug, into)
        _follow_instead(slug, into)
        audit.record("merge", "sector", slug, by_id=by.id, into=into)
    forget_names()
    return target


def edit_party(party_id: int, facts: PartyFacts, *, seen: int, by: Person) -> Party:
    """It is found by its former names too. Approved entries keep the name that their sources give."""
    require_admin(by)
    with transaction() as session:
        party = _party(party_id, seen)
        known = party_named(facts.name, facts.country)
        if known and known.id != party_id:
            raise PartyExists
        if known is None:
            session.add(PartyAlias(party_id=party_id, folded=spelled(facts.name), country=facts.country))
        before, after = _changed(party, asdict(facts))
        party.sort_key = sort_key(facts.name)
        audit.record("edit", "party", party_id, by_id=by.id, before=before, after=after)
    return party


def merge_parties(party_id: int, into: int, *, seen: int, by: Person) -> Party:
    """Its names and partnerships become those of the other; its own page leads there."""
    require_admin(by)
    with transaction() as session:
        party = _party(party_id, seen)
        target = session.get(Party, into, with_for_update=True)
        if target is None or target is party or target.merged_into:
            raise Impossible
        party.merged_into = into
        for moved in (PartyAlias, PartnershipParty):
            session.execute(update(moved).where(moved.party_id == party_id).values(party_id=into))
        catalogue.merge_parties(party_id, into)
        names = [party.name, target.name]
        audit.record("merge", "party", party_id, by_id=by.id, into=into, names=names)
    return target


def _all_sectors() -> Sequence[Sector]:
    """In their order; on PostgreSQL nobody else changes them until this transaction ends."""
    query = select(Sector).order_by(Sector.position, Sector.slug).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def _sector(slug: str, seen: int) -> Sector:
    """The sector as the admin saw it; one that was merged is no longer changed."""
    query = select(Sector).where(Sector.slug == slug).with_for_update()
    sector = db.session.scalars(query).one_or_none()
    if sector is None:
        raise NotFound
    if sector.version != seen:
        raise Changed
    if sector.merged_into:
        raise Impossible
    return sector


def _party(party_id: int, seen: int) -> Party:
    party = db.session.get(Party, party_id, with_for_update=True)
    if party is None:
        raise NotFound
    if party.version != seen:
        raise Changed
    if party.merged_into:
        raise Impossible
    return party


def _number(in_order: Sequence[Sector]) -> None:
    for position, sector in enumerate(in_order, start=1):
        sector.position = position


def _sector_values(facts: SectorFacts) -> dict[str, Any]:
    return {
        "name_ar": facts.name_ar,
        "name_en": facts.name_en,
        "name_ckb": facts.name_ckb or None,
        "sdg_goals": list(facts.sdg_goals),
        "crs_code": facts.crs_code or None,
    }


def _changed(row: Sector | Party, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write the values; (before, after) of those that differ."""
    before = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
    after = {name: values[name] for name in before}
    for name, value in after.items():
        setattr(row, name, value)
    return before, after


def _free_slug(name: str, taken: set[str]) -> str:
    """ASCII, and of no other sector."""
    words = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[: LONGEST_SLUG - 4].strip("-") or "sector"
    slug, number = words, 1
    while slug in taken | RESERVED:
        number += 1
        slug = f"{words}-{number}"
    return slug


def _follow_instead(slug: str, into: str) -> None:
    for user in db.session.scalars(select(User)):
        if slug in user.sectors:
            user.sectors = list(dict.fromkeys(into if one == slug else one for one in user.sectors))
