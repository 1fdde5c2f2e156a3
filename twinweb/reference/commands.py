"""Loading the reference data that the programme begins with: again and again without harm."""

import json
from pathlib import Path
from typing import Any

from twinweb import audit
from twinweb.db import db, transaction
from twinweb.reference.models import Governorate, Sector
from twinweb.reference.queries import forget_names

DATA = Path(__file__).parent / "data"


def load_reference() -> None:
    """Add the governorates and sectors that are not there yet; what admins changed since stays as it is."""
    with transaction() as session:
        new: list[Governorate | Sector] = [
            *(
                _governorate(one, position)
                for position, one in _read("governorates")
                if not _has(Governorate, one)
            ),
            *(_sector(one, position) for position, one in _read("sectors") if not _has(Sector, one)),
        ]
        session.add_all(new)
        if new:
            audit.record("load_reference", "reference", "", by_id=None, added=[one.slug for one in new])
    forget_names()


def _read(name: str) -> list[tuple[int, dict[str, Any]]]:
    return list(enumerate(json.loads((DATA / f"{name}.json").read_text("utf-8")), start=1))


def _has(model: type[Governorate | Sector], one: dict[str, Any]) -> bool:
    return db.session.get(model, one["slug"]) is not None


def _governorate(one: dict[str, Any], position: int) -> Governorate:
    return Governorate(
        slug=one["slug"],
        name_ar=one["names"]["ar"],
        name_en=one["names"]["en"],
        name_ckb=one["names"]["ckb"],
        iso_3166_2=one["iso_3166_2"],
        aliases=one["aliases"],
        in_programme=one["in_programme"],
        position=position,
    )


def _sector(one: dict[str, Any], position: int) -> Sector:
    return Sector(
        slug=one["slug"],
        name_ar=one["names"]["ar"],
        name_en=one["names"]["en"],
        name_ckb=one["names"]["ckb"],
        sdg_goals=one["sdg_goals"],
        crs_code=one["crs"],
        cross_cutting=one["cross_cutting"],
        position=position,
    )
