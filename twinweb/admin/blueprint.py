"""What the admins' pages have in common: one address, no copies kept, and forms made ready."""

from collections.abc import Mapping
from typing import Any, TypeVar

from flask import Blueprint
from werkzeug.wrappers import Response

from twinweb.accounts.gate import current_person
from twinweb.entries.facts import Facts, check, fields_of
from twinweb.entries.fields import Known
from twinweb.pages import writing
from twinweb.reference import queries as reference
from twinweb.reference.countries import COUNTRIES
from twinweb.web.forms import EntryForm

bp = Blueprint("admin", __name__, url_prefix="/admin")

Page = str | Response | tuple[str, int]
Problems = dict[str, str]

F = TypeVar("F", bound=Facts)
Form = TypeVar("Form", bound=EntryForm)


@bp.after_request
def keep_no_copy(response: Response) -> Response:
    """These pages show people, and codes once: no browser or proxy keeps them."""
    response.headers["Cache-Control"] = "no-store"
    return response


def ready(form: type[Form], data: Mapping[str, Any] | None = None) -> Form:
    """The form as it was sent, or filled with what stands, its lists in the language of the page."""
    made = form() if data is None else form(formdata=None, data=dict(data))
    for field in made:
        writing.fill(field, current_person())
    return made


def must_of(facts: type[Facts]) -> frozenset[str]:
    return frozenset(name for name, field in fields_of(facts).items() if getattr(field, "must", False))


def checked(facts: type[F], form: EntryForm) -> tuple[F | None, Problems]:
    """The facts that were typed, or what is wrong with them in words."""
    names = reference.names()
    known = Known(governorates=names.governorates, sectors=names.sectors, countries=COUNTRIES)
    found = check(facts, form.raw(), known)
    return (None, writing.in_words(found, form)) if isinstance(found, list) else (found, {})
