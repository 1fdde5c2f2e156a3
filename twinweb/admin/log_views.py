"""Who did what and when."""

from flask import render_template, request

from twinweb.accounts.gate import allow
from twinweb.accounts.models import Role
from twinweb.admin import queries, words
from twinweb.admin.blueprint import Page, bp
from twinweb.admin.forms import DayForm
from twinweb.entries.fields import Day, Known, Problem, Wrong
from twinweb.pages.filters import position
from twinweb.pages.messages import words_for
from twinweb.web.addresses import asked
from twinweb.web.forms import raw_of

FILTERS = ("person", "act", "thing", "day-day", "day-month", "day-year")
NOTHING_KNOWN = Known(governorates=(), sectors=(), countries=())


@bp.get("/audit/")
@allow(Role.ADMIN)
def audit() -> Page:
    form, problem, day = DayForm(request.args), "", None
    try:
        day = Day().check(raw_of(form.day), NOTHING_KNOWN)
    except Wrong as wrong:
        problem = words_for(Problem("day", wrong.code, wrong.params), str(form.day.label.text))
    filters = queries.AskedLog(
        asked("person"), asked("act"), asked("thing"), day, after=position(asked("after"))
    )
    page = queries.LogPage([], None) if problem else queries.log(filters)
    return render_template(
        "admin/audit.html",
        asked=filters,
        form=form,
        problem=problem,
        page=page,
        told={row.id: words.told(row, page.called) for row in page.rows},
        acts=words.acts(),
        things=words.things(),
        kept={name: asked(name) for name in FILTERS if asked(name)},
    )
