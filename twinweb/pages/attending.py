"""Who took part in a workshop: the list that its office keeps, and counts for other readers."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse

from twinweb.accounts.gate import allow, current_person
from twinweb.accounts.models import Role
from twinweb.entries.beside import access
from twinweb.i18n.locale import number
from twinweb.kinds import SHOWN
from twinweb.pages.plain_forms import Problems, checked, must_of, ready
from twinweb.participants import commands, queries
from twinweb.participants.commands import Added, place_of
from twinweb.participants.facts import ParticipantFacts, Sex
from twinweb.participants.lines import MOST_LINES, people_in
from twinweb.participants.models import Participant
from twinweb.reference import queries as reference
from twinweb.web.addresses import asked_number, sent_number
from twinweb.web.forms import Area, EntryForm, GovernorateChoice, Line, Options
from twinweb.web.htmx import done
from twinweb.web.notices import say
from twinweb.web.work import writes

bp = Blueprint("participants", __name__)

Page = str | AnyResponse | tuple[str, int]

PAIR = re.compile(r"([0-9]{1,9})\.([0-9]{4}-[0-9]{2}-[0-9]{2})")
SHOWN_WORKSHOP = SHOWN["workshop"]
SEXES = {Sex.WOMAN: lazy_gettext("Woman"), Sex.MAN: lazy_gettext("Man"), "": lazy_gettext("Not told")}


class PeopleForm(EntryForm):
    """Several at once: typed, or pasted from a spreadsheet."""

    sections = (("people", lazy_gettext("Add people"), ("people", "governorate")),)

    people = Area(
        lazy_gettext("People, one a line"),
        rows=6,
        description=lazy_gettext(
            "Name, then job title and office, then woman or man, with commas between. "
            "Rows of a spreadsheet can be pasted as they are."
        ),
    )
    governorate = GovernorateChoice(lazy_gettext("Governorate they come from"))


class ParticipantForm(EntryForm):
    sections = (("person", lazy_gettext("Participant"), ("name", "post", "governorate", "sex")),)

    name = Line(lazy_gettext("Name"))
    post = Line(lazy_gettext("Job title and office"))
    governorate = GovernorateChoice(lazy_gettext("Governorate they come from"))
    sex = Options(lazy_gettext("For the count"), words=SEXES)


@bp.after_request
def keep_no_copy(response: Response) -> Response:
    """These pages name people: no browser or proxy keeps them."""
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/workshops/<id:entry_id>/participants")
@allow(*Role)
@writes
def index(entry_id: int) -> Page:
    """Names are personal: that somebody from elsewhere read them is noted."""
    return _page(entry_id, ready(PeopleForm, {}))


@bp.post("/workshops/<id:entry_id>/participants")
@allow(Role.CONTRIBUTOR)
def add(entry_id: int) -> Page:
    place, person = place_of(entry_id), current_person()
    commands.refuse_others(place, person)
    form = ready(PeopleForm)
    facts, problems = _people_sent(form)
    if problems:
        return _page(entry_id, form, problems), 422
    try:
        added = commands.add(place, facts, _days_sent(entry_id), by=person)
    except commands.TooMany:
        text = _("A workshop can list %(most)s people.", most=number(commands.MOST))
        return _page(entry_id, form, {"people": text}), 422
    say(_told(added))
    return done(url_for(".index", entry_id=entry_id))


@bp.post("/workshops/<id:entry_id>/attendance")
@allow(Role.CONTRIBUTOR)
def attend(entry_id: int) -> Page:
    """Only what was ticked or unticked since the page was made: what others do meanwhile stays."""
    came, was = {*_pairs(request.form.getlist("here"))}, {*_pairs(request.form.get("was", "").split())}
    commands.attend(place_of(entry_id), came - was, was - came, by=current_person())
    say(_("The days are saved."))
    return done(url_for(".index", entry_id=entry_id, after=sent_number("after") or None))


@bp.get("/participants/<id:participant_id>")
@allow(Role.CONTRIBUTOR)
def edit(participant_id: int) -> Page:
    participant = _own(participant_id)
    data = {name: getattr(participant, name) or "" for name in ("name", "post", "governorate", "sex")}
    return _form_page(participant, ready(ParticipantForm, data))


@bp.post("/participants/<id:participant_id>")
@allow(Role.CONTRIBUTOR)
def correct(participant_id: int) -> Page:
    participant = _own(participant_id)
    form = ready(ParticipantForm)
    facts, problems = checked(ParticipantFacts, form)
    if facts is None:
        return _form_page(participant, form, problems), 422
    days = {*_days_sent(participant.entry_id)}
    commands.correct(participant_id, facts, days, seen=sent_number("seen"), by=current_person())
    say(_("The change is saved."))
    return done(url_for(".index", entry_id=participant.entry_id))


@bp.post("/participants/<id:participant_id>/remove")
@allow(Role.CONTRIBUTOR)
def remove(participant_id: int) -> Page:
    return _act(participant_id, commands.remove, _("The person is off the list."))


@bp.post("/participants/<id:participant_id>/erase")
@allow(Role.CONTRIBUTOR)
def erase(participant_id: int) -> Page:
    return _act(participant_id, commands.erase, _("The name is erased. The counts stay as they were."))


def _act(participant_id: int, command: Callable[..., None], said: str) -> Page:
    entry_id = (queries.participant(participant_id) or abort(404)).entry_id
    command(participant_id, seen=sent_number("seen"), by=current_person())
    say(said)
    return done(url_for(".index", entry_id=entry_id))


def _page(entry_id: int, form: PeopleForm, problems: Problems | None = None) -> str:
    person, place = current_person(), place_of(entry_id)
    revision, its = access(place, by=person)
    found = queries.listed(entry_id, asked_number("after")) if its.sees_all else ()
    shown = found[: queries.PAGE]
    page = render_template(
        "participants/index.html",
        shown=SHOWN_WORKSHOP,
        revision=revision,
        its=its,
        totals=queries.totals(entry_id),
        by_day=queries.by_day(entry_id),
        open_days=queries.days_of(revision),
        people=shown,
        came=queries.attendance([one.id for one in shown]),
        after=shown[-1].id if len(found) > queries.PAGE else None,
        here_after=asked_number("after"),
        form=form,
        days_sent=_days_sent(entry_id) if problems else queries.days_of(revision),
        problems=problems or {},
        names=reference.names(),
    )
    if found and not its.writes:  # last, as what is loaded before a commit is loaded again after it
        commands.note_view(place, by=person)
    return page


def _form_page(participant: Participant, form: ParticipantForm, problems: Problems | None = None) -> str:
    revision, _its = access(place_of(participant.entry_id), by=current_person())
    came = {day for _, day in queries.attendance([participant.id])}
    return render_template(
        "participants/edit.html",
        shown=SHOWN_WORKSHOP,
        revision=revision,
        participant=participant,
        open_days=queries.days_of(revision),
        came={*_days_sent(participant.entry_id)} if problems else came,
        form=form,
        must=must_of(ParticipantFacts),
        problems=problems or {},
    )


def _own(participant_id: int) -> Participant:
    """Somebody on the list of a workshop of the person's own office; or no such page."""
    participant = queries.participant(participant_id) or abort(404)
    _revision, its = access(place_of(participant.entry_id), by=current_person())
    if not its.sees_all or participant.erased_at:
        abort(404)
    return participant if its.writes else abort(403)


def _people_sent(form: PeopleForm) -> tuple[list[ParticipantFacts], Problems]:
    """Everybody in the list, or the first thing that is wrong with it."""
    people = people_in(form.people.data or "")
    if not people:
        return [], {"people": _("Please write at least one name.")}
    if len(people) > MOST_LINES:
        text = ngettext(
            "Please add at most %(num)s person at once.",
            "Please add at most %(num)s people at once.",
            MOST_LINES,
        )
        return [], {"people": text}
    labels, found = ParticipantForm(formdata=None), []
    for one in people:
        typed = {"name": one.name, "post": one.post, "sex": one.sex, "governorate": form.governorate.data}
        facts, problems = checked(ParticipantFacts, labels, typed)
        if facts is None:
            text = _("Line %(number)s: %(problem)s", number=one.line, problem=next(iter(problems.values())))
            return [], {"people": text}
        found.append(facts)
    return found, {}


def _days_sent(entry_id: int) -> list[date]:
    """Those of the workshop's days that are ticked."""
    revision, _its = access(place_of(entry_id), by=current_person())
    ticked = {*request.form.getlist("day")}
    return [day for day in queries.days_of(revision) if day.isoformat() in ticked]


def _pairs(sent: Iterable[str]) -> Iterator[tuple[int, date]]:
    """(participant, day) of what is written 12.2022-10-11; anything else is left out."""
    for one in sent:
        if found := PAIR.fullmatch(one):
            with suppress(ValueError):
                yield int(found[1]), date.fromisoformat(found[2])


def _told(added: Added) -> str:
    """How many are new, and that the others were there."""
    told = [ngettext("%(num)s person is added.", "%(num)s people are added.", added.new)]
    if added.there:
        told.append(
            ngettext("%(num)s was on the list already.", "%(num)s were on the list already.", added.there)
        )
    return " ".join(told)
