"""Opening the accounts of a whole list: paste it, look at it row by row, open them, print the slips."""

import re
from collections.abc import Sequence
from http import HTTPStatus

from flask import Response, abort, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from twinweb.accounts import commands
from twinweb.accounts.gate import CRITICAL, allow, current_person, proven
from twinweb.accounts.held import AfterSignOut, resumable
from twinweb.accounts.models import Role, User
from twinweb.admin import lists, queries, sheets
from twinweb.admin.blueprint import Page, bp
from twinweb.admin.forms import LANGUAGES, ROLES, ListForm, RowForm
from twinweb.admin.judging import Judged, judge, with_usernames
from twinweb.admin.lists import COLUMNS, Row, Take
from twinweb.admin.slips import slip_page
from twinweb.entries.queries import known
from twinweb.i18n.locale import is_arabic
from twinweb.pages import writing
from twinweb.pages.plain_forms import Problems, ready, sent
from twinweb.reference import queries as reference
from twinweb.web.htmx import done
from twinweb.web.notices import say
from twinweb.web.parts import takes_file

MOST_FORMS = 50
"""Rows that are shown as a form at once: a request has a thousand fields at most."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/users/many")
@allow(Role.ADMIN)
def many() -> Page:
    return _list_page(ready(ListForm))


@bp.get("/users/many/list.<any(xlsx, tsv):suffix>")
@allow(Role.ADMIN)
def many_template(suffix: str) -> Response:
    """An empty list to fill in, its headings in the language of the page."""
    labels = RowForm(formdata=None)
    headings = [str(labels[name].label.text) for name in COLUMNS]
    if suffix == "xlsx":
        content = sheets.template(_("Accounts"), headings, right_to_left=is_arabic())
    else:
        content = "\t".join(headings).encode("utf-8-sig") + b"\r\n"
    response = Response(content, mimetype=XLSX if suffix == "xlsx" else "text/tab-separated-values")
    response.headers["Content-Disposition"] = f"attachment; filename=twinweb-accounts.{suffix}"
    return response


@bp.post("/users/many")
@allow(Role.ADMIN)
@takes_file("file")
@resumable(AfterSignOut.REFUSED, lazy_gettext("Reading a list of people"), sent(ListForm))
def many_read() -> Page:
    form = ready(ListForm)
    try:
        sheet = _sent_sheet(form)
    except sheets.Unreadable:
        return _list_page(form, {"file": _("Please send an .xlsx file that opens in a spreadsheet.")}), 422
    except sheets.TooManyRows:
        text = _("Please send at most %(most)s people at once.", most=sheets.MOST_ROWS)
        return _list_page(form, {"pasted": text}), 422
    rows = lists.read(sheet, reference.names())
    if not rows:
        return _list_page(form, {"pasted": _("Please paste at least one row, or choose a file.")}), 422
    placed = [_placed(row, form.governorate.data or "") for row in rows]
    return _preview(with_usernames(placed), left_out=lists.unknown_headings(sheet))


@bp.post("/users/many/open")
@allow(Role.ADMIN)
@proven(CRITICAL)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Opening the accounts of a list"))
def many_open() -> Page:
    """Open all of them or none; their codes are on the answer and nowhere else."""
    rows = _sent_rows()
    if edited := re.fullmatch(r"edit:([0-9]{1,3})", request.form.get("act", "")):
        return _preview(rows, edited=int(edited[1]))
    judged = judge(rows, known())
    people = [account for one in judged if (account := one.account())]
    if any(one.waits for one in judged) or not people:
        return _preview(rows, refused=True), 422
    try:
        opened = commands.create_users(people, by=current_person())
    except commands.NameTaken:  # somebody was quicker
        return _preview(rows, refused=True), 422
    return _slips(opened, opened[0][0].id)


@bp.get("/users/lists/<id:user_id>")
@allow(Role.ADMIN)
def user_list(user_id: int) -> Page:
    """The accounts of a list, known by the first of them."""
    return render_template(
        "admin/user_list.html",
        rows=_opened_together(user_id),
        list_id=user_id,
        names=reference.names(),
        roles=ROLES,
    )


@bp.post("/users/lists/<id:user_id>/slips")
@allow(Role.ADMIN)
@proven(CRITICAL)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Giving a one-time code"))
def list_slips(user_id: int) -> Page:
    """New codes in the place of those that were lost, for all who have not come in yet."""
    ids = [one.id for one in _opened_together(user_id)]
    given = commands.give_codes(ids, by=current_person())
    if not given:
        say(_("Everybody on this list has chosen a password; nobody needs a code."))
        return done(url_for(".user_list", user_id=user_id))
    return _slips(given, user_id)


def _sent_sheet(form: ListForm) -> sheets.Sheet:
    file = request.files.get("file")
    if file and file.filename:
        return sheets.workbook(file.stream.read())
    return sheets.pasted(form.pasted.data or "")


def _placed(row: Row, governorate: str) -> Row:
    """Contributors of whom the list does not say where they sit."""
    if row.cells["governorate"] or row.cells["role"] != Role.CONTRIBUTOR:
        return row
    return lists.Row({**row.cells, "governorate": governorate}, row.take, row.repaired)


def _sent_rows() -> list[Row]:
    """The list as the page had it, with what was typed into its open rows."""
    try:
        rows = lists.from_text(request.form.get("list", ""))
    except sheets.Unreadable:
        abort(HTTPStatus.BAD_REQUEST)
    return with_usernames([_typed(row, number) for number, row in enumerate(rows, start=1)])


def _typed(row: Row, number: int) -> Row:
    typed = {name: request.form.get(f"r{number}-{name}", row.cells[name]) for name in COLUMNS}
    take = request.form.get(f"r{number}-take", row.take)
    now = Row(typed, Take(take) if take in {*Take} else Take.OPEN, row.repaired)
    return lists.understood(now, reference.names())


def _preview(
    rows: Sequence[Row], *, edited: int = 0, refused: bool = False, left_out: Sequence[str] = ()
) -> str:
    judged = judge(rows, known())
    open_rows = [one for one in judged if one.waits or one.number == edited]
    forms = {one.number: _row_form(one) for one in open_rows[:MOST_FORMS]}
    return render_template(
        "admin/many_check.html",
        judged=judged,
        forms=forms,
        waiting=len([one for one in judged if one.waits]),
        ready=len([one for one in judged if not one.waits and one.account()]),
        problems=_problems(judged, forms) if refused else {},
        list=lists.to_text(rows),
        edited=edited,
        left_out=left_out,
        names=reference.names(),
        roles=ROLES,
        languages=LANGUAGES,
        accounts={user.id: user for user in _accounts_alike(judged)},
    )


def _row_form(judged: Judged) -> RowForm:
    """Prefixed, as there are many on the page; asks whether it is somebody else where that is a question."""
    data = {**judged.row.cells, "take": judged.row.take.value}
    form = RowForm(formdata=None, data=data, prefix=f"r{judged.number}-")
    form.take.choices = [
        (value, word) for value, word in form.take.choices if (value == Take.OUT) or _fits(value, judged)
    ]
    for field in form:
        writing.fill(field, current_person())
    return form


def _fits(take: str, judged: Judged) -> bool:
    return (take == Take.OTHER) == bool(judged.alike)


def _problems(judged: Sequence[Judged], forms: dict[int, RowForm]) -> Problems:
    """For the list on top: by the id of the control, each with the number of its row."""
    found: Problems = {}
    for one in judged:
        if one.number in forms:
            row = _("Row %(number)s:", number=one.number)
            found |= {f"r{one.number}-{name}": f"{row} {text}" for name, text in one.problems.items()}
            if one.undecided:
                found[f"r{one.number}-take"] = f"{row} " + _("Please say whether this is the same person.")
    return found


def _accounts_alike(judged: Sequence[Judged]) -> Sequence[User]:
    ids = {alike.whom.user_id for one in judged if one.waits for alike in one.alike} - {0}
    return queries.accounts(ids)


def _opened_together(first_id: int) -> list[queries.UserRow]:
    return queries.opened_together(first_id) or abort(404)


def _list_page(form: ListForm, problems: Problems | None = None) -> str:
    return render_template(
        "admin/many.html",
        form=form,
        problems=problems or {},
        most=sheets.MOST_ROWS,
        columns=RowForm(formdata=None),
    )


def _slips(opened: Sequence[tuple[User, str]], list_id: int) -> Response:
    """The pages to print. Whoever sends the same again is led to the list, where new codes can be had."""
    response = make_response(slip_page(opened, list_id))
    response.headers["HX-Replace-Url"] = url_for(".user_list", user_id=list_id)
    return response
