"""Governorates, sectors and parties: retired or merged, never deleted, as old entries point at them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from twinweb.db import Model


class PartyKind(StrEnum):
    MUNICIPALITY = "municipality"
    REGION = "region"
    MUNICIPAL_ASSOCIATION = "municipal_association"
    CITY_NETWORK = "city_network"
    UNIVERSITY = "university"
    COMPANY = "company"
    PUBLIC_AUTHORITY = "public_authority"
    MINISTRY = "ministry"
    NGO = "ngo"
    OTHER = "other"


class Governorate(Model):
    """The slug is the key: it stands in addresses, forms and revisions and never changes."""

    __tablename__ = "governorate"

    slug: Mapped[str] = mapped_column(String(40), primary_key=True)
    name_ar: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    name_ckb: Mapped[str] = mapped_column(String(120))
    iso_3166_2: Mapped[str | None] = mapped_column(String(6))
    aliases: Mapped[list[str]]
    in_programme: Mapped[bool]
    position: Mapped[int]


class Sector(Model):
    """The slug is the key; a merged sector keeps its row and says where it went."""

    __tablename__ = "sector"
    __table_args__ = (CheckConstraint("merged_into <> slug", name="not_into_itself"),)

    slug: Mapped[str] = mapped_column(String(40), primary_key=True)
    name_ar: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    name_ckb: Mapped[str | None] = mapped_column(String(120))
    sdg_goals: Mapped[list[int]]
    crs_code: Mapped[str | None] = mapped_column(String(5))
    cross_cutting: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]
    retired_at: Mapped[datetime | None]
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("sector.slug"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Party(Model):
    __tablename__ = "party"
    __table_args__ = (CheckConstraint("merged_into <> id", name="not_into_itself"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    sort_key: Mapped[str] = mapped_column(String(200), index=True)
    country: Mapped[str] = mapped_column(String(2))
    kind: Mapped[PartyKind]
    proposed_in: Mapped[int | None] = mapped_column(ForeignKey("revision.id", use_alter=True))
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class PartyAlias(Model):
    """Every folded name that a party was ever written with, so that the same party is not made twice."""

    __tablename__ = "party_alias"
    __table_args__ = (UniqueConstraint("folded", "country"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    folded: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
