"""Who did what and when."""

from dataclasses import dataclass

from flask import Response, render_template, request
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from twinweb import clock
from twinweb.accounts.gate import CRITICAL, allow, current_person, proven
from twinweb.accounts.held import AfterSignOut, resumable
from twinweb.accounts.models import Role
from twinweb.admin import log_export, looks, queries, words
from twinweb.admin.blueprint import Page, bp
from twinweb.admin.forms import DayForm
from twinweb.entries.fields import Day, Known, Problem, Wrong
from twinweb.i18n.arabic import clean
from twinweb.pages.filters import position
from twinweb.pages.messages import words_for
from twinweb.web.addresses import LONGEST_PARAMETER
from twinweb.web.forms import raw_of

FILTERS = ("person", "act", "thing", "record", "day-day", "day-month", "day-year")
NOTHING_KNOWN = Known(governorates=(), sectors=(), countries=())


@dataclass(frozen=True, slots=True)
class Sent:
    """The filters as they were sent, and what they ask for."""

    kept: dict[str, str]
    form: DayForm
    asked: queries.AskedLog
    problem: str = ""
    """With the day."""


@bp.get("/audit/")
@allow(Role.ADMIN)
def audit() -> Page:
    return _page(_read(request.args))


@bp.post("/audit/export")
@allow(Role.ADMIN)
@proven(CRITICAL)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Taking the activity log away as a file"))
def export_log() -> Page | Response:
    """What the filters find, as a file. That it was taken away is noted first."""
    sent = _read(request.form)
    if sent.problem:
        return _page(sent), 422
    looks.note_export(sent.kept, by=current_person())
    table = log_export.as_csv(queries.whole_log(sent.asked))
    name = f"twinweb-log-{clock.today():%Y-%m-%d}.csv"
    return Response(
        table,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _read(args: MultiDict[str, str]) -> Sent:
    kept = {name: text for name in FILTERS if (text := clean(args.get(name, "")[:LONGEST_PARAMETER]))}
    form, problem, day = DayForm(args), "", None
    try:
        day = Day().check(raw_of(form.day), NOTHING_KNOWN)
    except Wrong as wrong:
        problem = words_for(Problem("day", wrong.code, wrong.params), str(form.day.label.text))
    by_name = {name: kept.get(name, "") for name in ("person", "act", "thing", "record")}
    return Sent(
        kept, form, queries.AskedLog(**by_name, day=day, after=position(args.get("after", ""))), problem
    )


def _page(sent: Sent) -> str:
    page = queries.LogPage([], None) if sent.problem else queries.log(sent.asked)
    return render_template(
        "admin/audit.html",
        asked=sent.asked,
        form=sent.form,
        problem=sent.problem,
        page=page,
        told={row.id: words.told(row, page.called) for row in page.rows},
        acts=words.acts(),
        things=words.things(),
        kept=sent.kept,
        most=queries.MOST_EXPORTED,
    )
