"""A partnership as a kind of entry, its card in the catalogue, and the parties that it brings."""

from sqlalchemy import delete, exists, select

from twinweb import clock
from twinweb.db import db
from twinweb.entries.kinds import CardFacts, Kind
from twinweb.i18n.arabic import sort_key
from twinweb.partnerships.facts import PartnershipFacts, PartyInRole
from twinweb.partnerships.models import Partnership, PartnershipParty
from twinweb.reference.models import Party, PartyAlias
from twinweb.reference.queries import party_named, spelled


def card(facts: PartnershipFacts) -> CardFacts:
    parties = [party_named(row.name, row.country) for row in facts.parties]
    return CardFacts(
        title=facts.title,
        summary=facts.objective,
        text="\n".join((facts.sustainability, *(party.name for party in facts.parties))),
        when=facts.actual_start or facts.planned_start,
        phase=facts.stage,
        sectors=facts.sectors,
        governorates=facts.governorates,
        countries=tuple(dict.fromkeys(party.country for party in facts.parties)),
        parties=tuple(party.id for party in parties if party),
    )


def enter_parties(entry_id: int, revision_id: int, facts: PartnershipFacts) -> None:
    _remove_parties(entry_id)
    rows = facts.parties
    parties = [party_named(row.name, row.country) or _new_party(row, revision_id) for row in rows]
    db.session.add_all(
        PartnershipParty(entry_id=entry_id, line=line, party_id=party.id, role=row.role, proposed_as=row.name)
        for line, (row, party) in enumerate(zip(rows, parties, strict=True))
    )
    db.session.flush()


def leave_parties(entry_id: int) -> None:
    """Parties that only this revision brought into the register go with it."""
    row = db.session.get(Partnership, entry_id)
    _remove_parties(entry_id)
    if row:
        brought = select(Party).where(
            Party.proposed_in == row.revision_id,
            ~exists().where(PartnershipParty.party_id == Party.id),
            Party.merged_into.is_(None),
            Party.id.not_in(select(Party.merged_into).where(Party.merged_into.is_not(None))),
        )
        for party in db.session.scalars(brought).all():
            db.session.execute(delete(PartyAlias).where(PartyAlias.party_id == party.id))
            db.session.delete(party)
    db.session.flush()


def _new_party(row: PartyInRole, revision_id: int) -> Party:
    party = Party(
        name=row.name,
        sort_key=sort_key(row.name),
        country=row.country,
        kind=row.kind,
        proposed_in=revision_id,
        created_at=clock.now(),
    )
    db.session.add(party)
    db.session.flush()
    db.session.add(PartyAlias(party_id=party.id, folded=spelled(row.name), country=row.country))
    db.session.flush()
    return party


def _remove_parties(entry_id: int) -> None:
    db.session.execute(delete(PartnershipParty).where(PartnershipParty.entry_id == entry_id))


KIND = Kind(
    name="partnership",
    plural="partnerships",
    prefix="PAR",
    facts=PartnershipFacts,
    register=Partnership,
    card=card,
    enter_beside=enter_parties,
    leave_beside=leave_parties,
    shared_by="governorates",
)
