"""What the queue was asked for: it stands in the address, and goes with the reviewer from entry to entry."""

from dataclasses import asdict
from typing import Any

from flask import request

from twinweb.entries.desk import ALL_TOLD_AFTER, FREE, LATE_AFTER, MINE, OVERDUE_AFTER, Asked
from twinweb.i18n.arabic import clean, digits
from twinweb.pages.filters import LONGEST_VALUE, position
from twinweb.reference import queries as reference

WAITING = (LATE_AFTER, ALL_TOLD_AFTER, OVERDUE_AFTER)


def asked_queue() -> Asked:
    """The filters in the address, or in the form that was sent; a merged sector is the one it went into."""
    waiting = position(digits(_value("waiting")))
    held, sector = _value("held"), reference.names().sector(_value("sector"))
    return Asked(
        kind=_value("kind"),
        governorate=_value("governorate"),
        sector=sector.slug if sector else _value("sector"),
        waiting=waiting if waiting in WAITING else 0,
        held=held if held in (MINE, FREE) else "",
        after=position(_value("after")),
    )


def parameters(asked: Asked) -> dict[str, Any]:
    """The same as parameters of an address or fields of a form; of the first page."""
    return {name: value for name, value in asdict(asked).items() if value and name != "after"}


def _value(name: str) -> str:
    return clean(request.values.get(name, "")[:LONGEST_VALUE])
