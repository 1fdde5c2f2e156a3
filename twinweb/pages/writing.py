"""The form of an entry, made ready: its lists filled, its problems in words."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Field, FieldList

from twinweb.accounts.gate import current_person
from twinweb.accounts.person import Person
from twinweb.entries import queries, relations
from twinweb.entries.facts import MOST_ROWS, check, fields_of
from twinweb.entries.fields import Problem, Raw, Rows, entry_ids_in
from twinweb.i18n.arabic import fold
from twinweb.i18n.locale import country, in_language
from twinweb.kinds import KINDS, Shown
from twinweb.pages.messages import words_for
from twinweb.reference import queries as reference
from twinweb.reference.countries import COUNTRIES
from twinweb.web.forms import (
    CountryChoice,
    EntryChoice,
    EntryForm,
    EntryTicks,
    GovernorateChoice,
    GovernorateTicks,
    SectorTicks,
)


def form_for(shown: Shown, *, by: Person, raw: Mapping[str, Raw] | None = None) -> EntryForm:
    """The form as it was sent, or as the draft has it."""
    form = shown.form() if raw is None else shown.form(formdata=None, data=dict(raw))
    for field in _all_fields(form):
        fill(field, by)
    return form


def sent(fields: MultiDict[str, str], *, shown: Shown, entry_id: int | None = None) -> EntryForm:  # noqa: ARG001  as the view has it
    """The form as it was sent in another request."""
    form = shown.form(formdata=fields)
    for field in _all_fields(form):
        fill(field, current_person())
    return form


def must_fields(shown: Shown) -> frozenset[str]:
    """Fields without which an entry cannot be submitted; labels of the others say that they are optional."""
    fields = fields_of(shown.kind.facts)
    return frozenset(
        name
        for name, field in fields.items()
        if getattr(field, "must", False) or getattr(field, "at_least", 0)
    ) | {
        f"{name}-{inner}"
        for name, field in fields.items()
        if isinstance(field, Rows)
        for inner, row_field in fields_of(field.row).items()
        if getattr(row_field, "must", False)
    }


def labels(shown: Shown) -> dict[str, str]:
    """What the form calls each field, in the order of the page."""
    form = shown.form(formdata=None)
    return {name: str(form[name].label.text) for _, _, names in form.sections for name in names}


def missing(shown: Shown, form: EntryForm) -> list[Problem]:
    """Everything that keeps a form that nothing is saved of from being submitted."""
    found = check(shown.kind.facts, form.raw(), queries.known())
    return found if isinstance(found, list) else []


def in_words(problems: Iterable[Problem], form: EntryForm) -> dict[str, str]:
    """Problems by the id of their control, in the order of the page."""
    found = {problem.path: words_for(problem, _label(form, problem.path)) for problem in problems}
    order = [field.name for field in _all_fields(form)]
    return dict(sorted(found.items(), key=lambda one: order.index(one[0]) if one[0] in order else -1))


def merged_sectors(raw: Mapping[str, Raw]) -> list[tuple[str, str]]:
    """(former, present) names of sectors in a draft that were merged since."""
    names = reference.names()
    found = []
    for slug in raw.get("sectors") or []:
        old, new = names.sectors.get(slug), names.sector(slug)
        if old and new and old is not new:
            found.append((in_language(old.ar, old.en), in_language(new.ar, new.en)))
    return found


def _label(form: EntryForm, path: str) -> str:
    by_name = {field.name: field for field in _all_fields(form)}
    field = by_name.get(path) or by_name.get(path.partition("-")[0])
    return str(field.label.text) if field else ""


def _all_fields(form: Any) -> Iterator[Field]:  # noqa: ANN401  a form or a row of one
    for field in form:
        yield field
        for entry in field.entries if isinstance(field, FieldList) else ():
            yield from _all_fields(entry.form)


def fill(field: Field, by: Person) -> None:
    names = reference.names()
    chosen = entry_ids_in(_texts(field.data)[:MOST_ROWS])
    if isinstance(field, SectorTicks):
        field.data = [name.slug for name in map(names.sector, field.data or []) if name]
        field.choices = [(one.slug, in_language(one.ar, one.en)) for one in names.open_sectors]
    elif isinstance(field, GovernorateTicks):
        field.choices = _governorates()
    elif isinstance(field, GovernorateChoice):
        field.choices = [("", "—"), *_governorates()]
    elif isinstance(field, CountryChoice):
        named = sorted(((code, country(code)) for code in COUNTRIES), key=lambda one: fold(one[1]))
        field.choices = [("", "—"), *named]
    elif isinstance(field, EntryTicks | EntryChoice):
        offered = relations.choices(KINDS[field.kind], chosen, KINDS, by=by)
        found = [(str(entry_id), title) for entry_id, title in offered.items()]
        field.choices = found if isinstance(field, EntryTicks) else [("", "—"), *found]


def _governorates() -> list[tuple[str, str]]:
    return [(one.slug, in_language(one.ar, one.en)) for one in reference.names().governorates.values()]


def _texts(data: Raw) -> list[str]:
    return [str(one) for one in data] if isinstance(data, list) else [str(data or "")]
