"""What was done, in words. An act that has none yet is shown by its name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel import ngettext

from twinweb.accounts.models import Role
from twinweb.admin.forms import ROLES, EditPersonForm, PartyForm, SectorForm
from twinweb.admin.queries import LogRow
from twinweb.i18n.arabic import fold
from twinweb.i18n.locale import is_arabic
from twinweb.kinds import SHOWN
from twinweb.pages.reading import place_or_sector

ACTS: Mapping[str, object] = {
    "sign_in": _("Signing in"),
    "sign_in_failed": _("A sign-in that failed"),
    "sign_in_half": _("A password accepted, second step asked for"),
    "second_step_failed": _("A second step that failed"),
    "prove": _("Showing again who one is"),
    "proof_failed": _("A proof that failed"),
    "sign_out": _("Signing out"),
    "end_sign_in": _("Signing another device out"),
    "end_other_sign_ins": _("Signing all other devices out"),
    "set_up_authenticator": _("Setting up an authenticator"),
    "remove_authenticator": _("Taking an authenticator off"),
    "renew_recovery_codes": _("Making new recovery codes"),
    "add_passkey": _("Adding a passkey"),
    "remove_passkey": _("Taking a passkey off"),
    "reset_second_factor": _("Resetting a second step"),
    "send_reset_link": _("Sending a link to choose a password"),
    "reset_password": _("Choosing a password by a link"),
    "choose_password": _("Choosing a password"),
    "change_language": _("Changing the language"),
    "follow_sectors": _("Choosing sectors to follow"),
    "create_user": _("Opening an account"),
    "open_accounts": _("Opening the accounts of a list"),
    "ask_account": _("Asking for an account"),
    "grant_request": _("Opening an account that was asked for"),
    "decline_request": _("Declining an account that was asked for"),
    "give_code": _("Giving a one-time code"),
    "grant": _("Giving a role"),
    "end_membership": _("Ending a role"),
    "move_person": _("Moving a person"),
    "deactivate": _("Deactivating an account"),
    "reactivate": _("Reactivating an account"),
    "draft": _("Beginning a draft"),
    "save": _("Saving a draft"),
    "discard": _("Throwing a draft away"),
    "submit": _("Submitting for review"),
    "withdraw": _("Withdrawing a submission"),
    "answer": _("Opening what was returned"),
    "correct": _("Opening a correction"),
    "claim": _("Opening a submission to decide on it"),
    "release": _("Letting go of a submission"),
    "approve": _("Approving"),
    "return": _("Returning for changes"),
    "reject": _("Rejecting"),
    "mark_duplicate": _("Closing as a duplicate"),
    "take_back": _("Taking a decision back"),
    "note": _("Writing notes"),
    "correct_as_reviewer": _("Correcting as a reviewer"),
    "ask_to_retire": _("Asking to retire"),
    "decline_to_retire": _("Declining to retire"),
    "save_reason": _("Keeping a remark"),
    "drop_reason": _("Taking a remark off the list"),
    "retire": _("Retiring"),
    "unretire": _("Bringing back into use"),
    "put_aside": _("Putting a submission aside"),
    "take_up": _("Taking a submission up again"),
    "clear_notices": _("Clearing old notices away"),
    "choose_mail": _("Choosing about the mail of the day"),
    "attach_file": _("Uploading a file"),
    "describe_file": _("Describing a file"),
    "release_file": _("Releasing a file"),
    "withdraw_file": _("Withdrawing a file"),
    "remove_file": _("Removing a file"),
    "list_participants": _("Listing participants"),
    "correct_participant": _("Correcting a participant"),
    "mark_attendance": _("Saving who was there"),
    "remove_participant": _("Taking a participant off the list"),
    "erase_participant": _("Erasing a participant's name"),
    "view_participants": _("Reading the names of participants"),
    "view_user": _("Looking at an account"),
    "export_log": _("Taking the activity log away as a file"),
    "own_data": _("Taking one's own data away as a file"),
    "backup": _("Making a backup"),
    "adopt_key": _("Taking another secret key for the register"),
    "clear_expired": _("Deleting what is kept no longer"),
    "load_reference": _("Loading the reference data"),
    "load_sample": _("Loading the sample programme"),
    "load_accounts": _("Opening the demonstration accounts"),
    "add_sample_lessons": _("Adding synthetic lessons"),
    "add": _("Adding"),
    "edit": _("Editing"),
    "move": _("Changing the order"),
    "merge": _("Merging"),
}

THINGS: Mapping[str, object] = {
    "user": _("Account"),
    "sector": _("Sector"),
    "party": _("Party"),
    "reference": _("Reference data"),
    "sample": _("Sample programme"),
    "register": _("The whole register"),
    "reason": _("Saved remark"),
    "request": _("Request for an account"),
    "notice": _("Notices"),
}

FIELD_FORMS = {"user": EditPersonForm, "sector": SectorForm, "party": PartyForm}


@dataclass(frozen=True, slots=True)
class Told:
    """An event as the list shows it."""

    act: str
    thing: str
    called: str
    details: str


def acts() -> list[tuple[str, str]]:
    return sorted(((act, str(word)) for act, word in ACTS.items()), key=lambda one: fold(one[1]))


def things() -> list[tuple[str, str]]:
    return [(name, str(shown.one)) for name, shown in SHOWN.items()] + [
        (name, str(word)) for name, word in THINGS.items()
    ]


def told(row: LogRow, called: Mapping[tuple[str, str], str]) -> Told:
    name = called.get((row.thing, row.thing_id))
    if row.thing == "sector":
        name = place_or_sector(row.thing_id)
    return Told(
        act=str(ACTS.get(row.act, row.act)),
        thing=dict(things()).get(row.thing, row.thing),
        called=name or row.thing_id,
        details=" · ".join(_details(row)),
    )


def _details(row: LogRow) -> Iterator[str]:
    """What of an event may be told: names of fields, numbers, roles and places; never a text."""
    details = row.details
    if fields := details.get("fields") or [*details.get("after", {})]:
        yield _list([_label(row.thing, name) for name in fields])
    yield from _numbers(details)
    yield from _how_approved(details)
    yield from map(_role, filter(None, [details.get("role"), *details.get("roles", ())]))
    if row.thing == "sector" and (into := details.get("into")):
        yield str(_("into “%(name)s”", name=place_or_sector(into)))
    if names := details.get("names"):
        yield str(_("into “%(name)s”", name=names[-1]))


def _numbers(details: Mapping[str, Any]) -> Iterator[str]:
    if handed := details.get("handed_over"):
        yield str(ngettext("%(num)s open entry handed over", "%(num)s open entries handed over", handed))
    if number := details.get("revision"):
        yield str(_("version %(number)s", number=number))
    if people := details.get("people"):
        yield str(ngettext("%(num)s person", "%(num)s people", people))
    if number := details.get("file"):
        yield str(_("file No. %(number)s", number=number))


def _how_approved(details: Mapping[str, Any]) -> Iterator[str]:
    if together := details.get("together"):
        yield str(ngettext("approved by itself from the queue", "one of %(num)s approved together", together))
    if details.get("own_tags"):
        yield str(_("by the reviewer who had changed its sectors"))


def _role(named: str) -> str:
    """A role as commands record it: contributor:basra, reviewer:*."""
    role, _colon, place = named.partition(":")
    word = str(ROLES[Role(role)]) if role in {*Role} else role
    return f"{word}: {place_or_sector(place)}" if place not in ("", "*") else word


def _label(thing: str, name: str) -> str:
    """What the form calls this field."""
    form = FIELD_FORMS.get(thing) or (SHOWN[thing].form if thing in SHOWN else None)
    field = getattr(form, name, None)
    if field is None:
        return name
    return str(next(one for one in field.args if not isinstance(one, type)))  # rows name their class first


def _list(names: list[str]) -> str:
    comma = "، " if is_arabic() else ", "
    return str(ngettext("field: %(names)s", "fields: %(names)s", len(names), names=comma.join(names)))
