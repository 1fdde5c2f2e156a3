"""An entry as it is read: its approved facts, or what was typed, field by field in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Any

from wtforms import Field as Control

from twinweb.accounts import queries as accounts
from twinweb.accounts.person import Person
from twinweb.attachments import queries as files
from twinweb.entries import queries, relations
from twinweb.entries.beside import rights
from twinweb.entries.facts import fields_of, is_empty, references_in
from twinweb.entries.fields import (
    Country,
    Field,
    Governorate,
    Governorates,
    Phone,
    Raw,
    Rows,
    Sectors,
    Wrong,
    entry_ids_in,
)
from twinweb.entries.models import Revision
from twinweb.entries.readiness import facts_of
from twinweb.entries.refusals import NotFound
from twinweb.i18n import locale
from twinweb.kinds import KINDS, SHOWN, Shown
from twinweb.participants import queries as participants
from twinweb.reference import queries as reference
from twinweb.web.forms import Code, EntryForm, raw_of

MOST_CHILDREN = 6
"""That the page of an entry names of each kind; the list has them all."""
MOST_SESSIONS = 40
"""Of a workshop: its agenda."""


@dataclass(frozen=True, slots=True)
class Told:
    """A field with its label and what it says: paragraphs, or rows of the same."""

    name: str
    label: str
    texts: Sequence[str] = ()
    links: Sequence[relations.Named] = ()
    rows: Sequence[Sequence["Told"]] = ()
    is_code: bool = False
    """Read from left to right on every page: a phone number, an address, an amount."""


def approved(shown: Shown, read: queries.Read, *, by: Person) -> dict[str, Any]:
    """What the page of an approved entry shows: its facts, what is proposed for it, the entries around it."""
    entry, revision = read.entry, read.approved
    if revision is None:
        raise NotFound
    facts: Any = facts_of(revision, shown.kind)
    its = rights(revision, shown.kind, by=by)
    referred = [entry_id for _, _, entry_id in references_in(shown.kind.facts, revision.raw)]
    return {
        "shown": shown,
        "entry": entry,
        "revision": revision,
        "open": queries.readable_revision(read.open, shown.kind, by=by),
        "facts": facts,
        "linked": relations.named(referred, KINDS, by=by),
        "parties": reference.party_ids((one.name, one.country) for one in getattr(facts, "parties", ())),
        "children": relations.children(entry.id, MOST_CHILDREN + 1, MOST_SESSIONS + 1),
        "most_children": MOST_CHILDREN,
        "most_sessions": MOST_SESSIONS,
        "names": reference.names(),
        "shown_kinds": SHOWN,
        "files": files.of_entry(entry.id, its) if its else [],
        "listed": _listed(revision, shown),
        "may_write": its is not None and its.writes,
        "may_retire": queries.may_approve(revision, shown.kind, by=by),
    }


def proposed(shown: Shown, revision: Revision, *, by: Person) -> dict[str, Any]:
    """What the page of a revision shows: everything that was typed, in words."""
    raw = shown.kind.read(revision.raw, revision.schema)
    its = rights(revision, shown.kind, by=by)
    return {
        "shown": shown,
        "entry": revision.entry,
        "revision": revision,
        "told": in_words(shown, raw, by=by),
        "names": reference.names(),
        "files": files.of_entry(revision.entry_id, its) if its else [],
        "listed": _listed(revision, shown),
        "saved_by": name_of(revision.saved_by_id),
        "claimed_by": name_of(revision.claimed_by_id),
        "decided_by": name_of(revision.decided_by_id),
    }


def _listed(revision: Revision, shown: Shown) -> participants.Totals | None:
    """How many took part, as the office of a workshop has listed them."""
    return participants.totals(revision.entry_id) if shown.kind is participants.WORKSHOP else None


def in_words(
    shown: Shown, raw: Mapping[str, Raw], *, by: Person, linked: Mapping[int, relations.Named] | None = None
) -> list[Told]:
    """Fields that hold something, in the order of the form, as they read on a page."""
    form = shown.form(formdata=None, data=dict(raw))
    linked = linked_in(shown, raw, by=by) if linked is None else linked
    fields = fields_of(shown.kind.facts)
    return [
        _told(form[name], fields[name], raw[name], linked)
        for name in _in_order(form)
        if name in raw and not is_empty(raw[name])
    ]


def linked_in(shown: Shown, *contents: Mapping[str, Raw], by: Person) -> dict[int, relations.Named]:
    """What these contents refer to, as far as the person may read it: one statement."""
    referred = [one for raw in contents for _, _, one in references_in(shown.kind.facts, raw)]
    return relations.named(referred, KINDS, by=by)


def name_of(user_id: int | None) -> str:
    user = accounts.user(user_id) if user_id else None
    return user.name if user else ""


def _in_order(form: EntryForm) -> list[str]:
    return [name for _, _, names in form.sections for name in names]


def _told(control: Control, field: Field[Any], raw: Raw, linked: Mapping[int, relations.Named]) -> Told:
    label = str(control.label.text)
    if isinstance(field, Rows):
        return Told(control.short_name, label, rows=_rows(control, field))
    if hasattr(field, "kind"):
        texts = raw if isinstance(raw, list) else [raw]
        chosen = [linked[one] for one in entry_ids_in(texts) if one in linked]
        return Told(control.short_name, label, links=chosen, texts=() if chosen else ("—",))
    return Told(
        control.short_name, label, texts=_texts(control, field, raw), is_code=isinstance(control, Code)
    )


def _rows(control: Control, field: Rows[Any]) -> list[list[Told]]:
    inner_fields = fields_of(field.row)
    return [
        [
            Told(
                inner.short_name,
                str(inner.label.text),
                texts=_texts(inner, inner_fields[inner.short_name], typed),
                is_code=isinstance(inner, Code),
            )
            for inner in row.form
            if not is_empty(typed := raw_of(inner))
        ]
        for row in control.entries
        if not is_empty(raw_of(row))
    ]


def _texts(control: Control, field: Field[Any], raw: Raw) -> list[str]:
    """The value in words where it is one; what was typed else."""
    try:
        value = field.check(raw, queries.known(retired=True))
    except Wrong:
        return _as_typed(raw)
    return [text for text in _spoken(control, field, value) if text] or _as_typed(raw)


def _spoken(control: Control, field: Field[Any], value: Any) -> list[str]:  # noqa: ANN401  any field's value
    if isinstance(field, Sectors | Governorates | Governorate):
        return [place_or_sector(one) for one in ([value] if isinstance(value, str) else value)]
    if isinstance(field, Country | Phone):
        return [locale.country(value) if isinstance(field, Country) else locale.phone(value)]
    if isinstance(value, StrEnum):
        return [str(dict(control.choices).get(str(value), value))]
    return [_plain(control, value)]


def _plain(control: Control, value: Any) -> str:  # noqa: ANN401  any field's value
    if isinstance(value, date):
        return locale.day(value)
    if isinstance(value, time):
        return locale.hour(value)
    if isinstance(value, Decimal):
        return locale.number(value)
    return locale.rough_day(value) if getattr(control, "rough", False) else str(value)


def place_or_sector(slug: str) -> str:
    names = reference.names()
    name = names.governorates.get(slug) or names.sector(slug)
    return locale.in_language(name.ar, name.en) if name else slug


def _as_typed(raw: Raw) -> list[str]:
    if isinstance(raw, dict):
        return [" ".join(str(raw.get(part) or "") for part in ("day", "month", "year")).strip()]
    return [str(one) for one in raw] if isinstance(raw, list) else [str(raw)]
