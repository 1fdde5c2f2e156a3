"""Forms that change something at once, without a draft: made ready, checked, their problems in words."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from werkzeug.datastructures import MultiDict

from twinweb.accounts.gate import current_person
from twinweb.entries.facts import Facts, check, fields_of
from twinweb.entries.fields import Known, Raw
from twinweb.pages import writing
from twinweb.reference import queries as reference
from twinweb.reference.countries import COUNTRIES
from twinweb.web.forms import EntryForm

Problems = dict[str, str]

F = TypeVar("F", bound=Facts)
Form = TypeVar("Form", bound=EntryForm)


def ready(form: type[Form], data: Mapping[str, Any] | None = None) -> Form:
    """The form as it was sent, or filled with what stands, its lists in the language of the page."""
    made = form() if data is None else form(formdata=None, data=dict(data))
    for field in made:
        writing.fill(field, current_person())
    return made


def sent(form: type[Form]) -> Callable[..., Form]:
    """What makes this form again as it was sent in another request."""

    def made(fields: MultiDict[str, str], **_arguments: object) -> Form:
        filled = form(formdata=fields)
        for field in filled:
            writing.fill(field, current_person())
        return filled

    return made


def must_of(facts: type[Facts]) -> frozenset[str]:
    return frozenset(name for name, field in fields_of(facts).items() if getattr(field, "must", False))


def checked(
    facts: type[F], form: EntryForm, typed: Mapping[str, Raw] | None = None
) -> tuple[F | None, Problems]:
    """The facts that were typed, here or in the form, or what is wrong with them in the form's words."""
    names = reference.names()
    known = Known(governorates=names.governorates, sectors=names.sectors, countries=COUNTRIES)
    found = check(facts, form.raw() if typed is None else typed, known)
    return (None, writing.in_words(found, form)) if isinstance(found, list) else (found, {})
