"""The table "who may do what", cell by cell, for whole pages and for regions.

A cell is a request by a person; `in` is the sign-in page. Every rule of the address map has a row here.
"""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import world
from tests.attachments.places import address_of, attached, place_of, released
from tests.conftest import SignedIn
from tests.participants.lists import listed
from twinweb.accounts import queries as accounts
from twinweb.accounts import resets
from twinweb.admin import leaving
from twinweb.attachments import queries as files
from twinweb.attachments import uploads
from twinweb.attachments.commands import Label
from twinweb.db import db, transaction
from twinweb.entries import commands, queries, review_commands
from twinweb.entries.models import Revision
from twinweb.kinds import KINDS
from twinweb.notices.models import Notice
from twinweb.participants import queries as participants
from twinweb.reference import queries as reference

PEOPLE = ["basra", "duhok", "reviewer", "reviewer-of-duhok", "observer", "admin", ""]
"""The office that owns the entry, another one, two reviewers (the second out of scope), …, nobody."""
LIKE = {"left-basra": "duhok", "left": ""}
"""Who left the office a second ago, signed in again for another one or not: as whom they count."""
THEIR_OWN = frozenset({"sign_in_of_duhok", "notice"})
"""Things of one person; another one who may do the same has others."""

EVERYONE = "200 200 200 200 200 200 in"
WRITERS = "200 200 403 403 403 403 in"
OFFICE_READS = "200 404 404 404 404 404 in"
OFFICE_AND_DESK = "200 404 200 404 404 404 in"
OFFICE_EDITS = "200 404 403 403 403 403 in"
OFFICE_ACTS = "303 404 403 403 403 403 in"
ADMINS = "403 403 403 403 403 200 in"
ADMINS_ACT = "403 403 403 403 403 ok in"
"""`ok`: done, or refused for what was sent."""
DESK = "403 403 200 200 403 403 in"
DESK_READS = "403 403 200 404 403 403 in"
DESK_ACTS = "403 403 303 404 403 403 in"
ALL_ACT = "303 303 303 303 303 303 in"
OPEN = "200 200 200 200 200 200 200"


def draft() -> str:
    return f"/lessons/{world.draft().entry_id}"


def submitted() -> str:
    return f"/lessons/{world.submitted().entry_id}"


def returned() -> str:
    return f"/lessons/{world.returned().entry_id}"


def approved() -> str:
    return f"/lessons/{world.approved().entry_id}"


def retired() -> str:
    revision = world.approved()
    commands.retire(
        revision.entry_id, KINDS["lesson"], "قديم", seen=revision.entry.version, by=world.person("reviewer")
    )
    return f"/lessons/{revision.entry_id}"


def asked_to_retire() -> str:
    revision = world.approved()
    review_commands.ask_to_retire(revision.entry_id, KINDS["lesson"], "قديم", by=world.person("basra"))
    return f"/lessons/{revision.entry_id}"


def file() -> str:
    return f"/files/{attached(place_of(world.approved())).id}"


def file_content() -> str:
    return address_of(attached(place_of(world.approved())))


def released_content() -> str:
    return address_of(released(place_of(world.approved())))


def unfinished() -> str:
    place = place_of(world.draft())
    upload = uploads.begin(place, Label("a.pdf"), 10, "one", by=world.person("basra"))
    return f"/uploads/{upload.id}"


def reset_link() -> str:
    return f"/login/reset/{resets.give_link(world.person('ninewa').id)}"


def sign_in_of_duhok() -> str:
    world.sign_in_token("duhok")
    return f"/account/sign-ins/{accounts.open_sign_ins(world.person('duhok'))[0].id}"


def waiting() -> str:
    return f"/review/{world.submitted().id}"


def not_sent() -> str:
    return f"/review/{world.draft().id}"


def held() -> str:
    revision = commands.claim(world.seen(world.submitted()), KINDS, by=world.person("reviewer"))
    return f"/review/{revision.id}"


def decided() -> str:
    return f"/review/{world.returned().id}"


def workshop() -> str:
    return f"/workshops/{world.approved('workshop').entry_id}"


def draft_workshop() -> str:
    return f"/workshops/{world.draft('workshop').entry_id}"


def participant() -> str:
    (one,) = listed(world.approved("workshop").entry_id, "زينب كاظم", by=world.person("basra"))
    return f"/participants/{one.id}"


def party() -> str:
    world.approved("partnership")
    return f"/parties/{reference.parties()[0].id}"


def user() -> str:
    return f"/admin/users/{world.person('ninewa').id}"


def membership() -> str:
    return f"{user()}/memberships/{accounts.memberships(world.person('ninewa').id)[0].id}"


def account_list() -> str:
    return f"/admin/users/lists/{world.list_of_accounts()}"


def account_request() -> str:
    return f"/admin/requests/{world.asked_for().id}"


def admin_party() -> str:
    world.approved("partnership")
    return f"/admin/parties/{reference.parties()[0].id}"


def notice() -> str:
    """What Basra's author is told."""
    world.approved()
    by_author = select(Notice.id).where(Notice.user_id == world.person("basra").id)
    return f"/notices/{db.session.scalars(by_author.order_by(Notice.id.desc())).first()}"


CELLS: list[tuple[str, str, Callable[[], str], str, str]] = [
    # endpoint, method, where, what follows, the cells of PEOPLE
    ("home.index", "GET", str, "/", EVERYONE),
    ("home.mine", "GET", str, "/mine/", WRITERS),
    ("home.help_page", "GET", str, "/help/", OPEN),
    ("home.help_for", "GET", str, "/help/contributor", OPEN),
    ("home.healthz", "GET", str, "/healthz", OPEN),
    ("home.readyz", "GET", str, "/readyz", OPEN),
    ("home.csp_report", "POST", str, "/csp", "204 204 204 204 204 204 204"),
    ("accounts.account", "GET", str, "/account/", EVERYONE),
    ("accounts.password", "GET", str, "/account/password", EVERYONE),
    ("accounts.sectors", "POST", str, "/account/sectors", ALL_ACT),
    ("accounts.language", "POST", str, "/language", "303 303 303 303 303 303 303"),
    ("accounts.login", "GET", str, "/login", "303 303 303 303 303 303 200"),
    ("accounts.sign_in", "POST", str, "/login", "422 422 422 422 422 422 422"),
    ("accounts.resume", "GET", str, "/account/resume", ALL_ACT),
    ("accounts.resume_or_drop", "POST", str, "/account/resume", ALL_ACT),
    ("accounts.prove", "GET", str, "/account/prove", EVERYONE),
    ("accounts.prove_again", "POST", str, "/account/prove", "422 422 422 422 422 422 in"),
    ("accounts.end_sign_in", "POST", str, "/account/sign-ins/9999/end", "404 404 404 404 404 404 in"),
    ("accounts.end_sign_in", "POST", sign_in_of_duhok, "/end", "404 303 404 404 404 404 in"),
    ("accounts.end_other_sign_ins", "POST", str, "/account/sign-ins/end", ALL_ACT),
    ("factors.second_step", "GET", str, "/login/second", "303 303 303 303 303 303 303"),
    ("factors.pass_second_step", "POST", str, "/login/second", "303 303 303 303 303 303 303"),
    ("factors.passkey", "GET", str, "/login/passkey", OPEN),
    ("factors.use_passkey", "POST", str, "/login/passkey", "422 422 422 422 422 422 422"),
    ("factors.second_factor", "GET", str, "/account/second-factor", EVERYONE),
    ("factors.set_up", "POST", str, "/account/second-factor", "422 422 422 422 422 422 in"),
    ("factors.recovery_codes", "POST", str, "/account/second-factor/codes", ALL_ACT),
    ("factors.remove", "POST", str, "/account/second-factor/remove", "303 303 409 409 303 409 in"),
    ("factors.new_passkey", "GET", str, "/account/passkey", EVERYONE),
    ("factors.add_passkey", "POST", str, "/account/passkey", "422 422 422 422 422 422 in"),
    ("factors.remove_passkey", "POST", str, "/account/passkey/1/remove", "303 303 409 409 303 409 in"),
    ("accounts.logout", "POST", str, "/logout", "303 303 303 303 303 303 303"),
    ("accounts.choose_password", "POST", str, "/account/password", "422 422 422 422 422 422 in"),
    ("pages.index", "GET", str, "/partnerships/", EVERYONE),
    ("pages.index", "GET", str, "/workshops/", EVERYONE),
    ("pages.index", "GET", str, "/sessions/", EVERYONE),
    ("pages.index", "GET", str, "/lessons/", EVERYONE),
    ("search.index", "GET", str, "/search", EVERYONE),
    ("directory.sector", "GET", str, "/sectors/job-creation", EVERYONE),
    ("directory.governorate", "GET", str, "/governorates/basra", EVERYONE),
    ("directory.sector_digest", "GET", str, "/sectors/job-creation/digest", EVERYONE),
    ("directory.governorate_digest", "GET", str, "/governorates/basra/digest", EVERYONE),
    ("directory.sectors", "GET", str, "/sectors/", EVERYONE),
    ("directory.governorates", "GET", str, "/governorates/", EVERYONE),
    ("directory.party", "GET", party, "", EVERYONE),
    ("directory.party_names", "GET", str, "/parties/names", WRITERS),
    ("pages.show", "GET", approved, "", EVERYONE),
    ("pages.show", "GET", retired, "", EVERYONE),
    ("pages.show", "GET", draft, "", OFFICE_READS),
    ("pages.show", "GET", submitted, "", OFFICE_AND_DESK),
    ("pages.show", "GET", returned, "", OFFICE_AND_DESK),
    ("pages.show_open", "GET", draft, "/open", OFFICE_READS),
    ("pages.show_open", "GET", submitted, "/open", OFFICE_AND_DESK),
    ("past.index", "GET", approved, "/history", EVERYONE),
    ("past.index", "GET", retired, "/history", EVERYONE),
    ("past.index", "GET", draft, "/history", OFFICE_READS),
    ("past.index", "GET", submitted, "/history", OFFICE_AND_DESK),
    ("past.compare", "GET", approved, "/compare?from=1&to=1", EVERYONE),
    ("past.compare", "GET", approved, "/compare?from=s1&to=1", "404 404 404 404 404 404 in"),
    ("past.compare", "GET", draft, "/compare?from=draft&to=draft", OFFICE_READS),
    ("past.compare", "GET", submitted, "/compare?from=s1&to=s1", OFFICE_AND_DESK),
    ("pages.new", "GET", str, "/lessons/new", WRITERS),
    ("pages.new_session_of", "GET", workshop, "/sessions/new", WRITERS),
    ("pages.edit", "GET", draft, "/edit", OFFICE_EDITS),
    ("pages.edit", "GET", submitted, "/edit", "303 404 403 403 403 403 in"),
    ("pages.create", "POST", str, "/lessons/new", "422 422 403 403 403 403 in"),
    ("pages.save", "POST", draft, "/edit", "422 404 403 403 403 403 in"),
    ("keeping.keep", "POST", str, "/lessons/keep", "400 400 403 403 403 403 in"),
    ("keeping.keep", "POST", draft, "/keep", "200 404 403 403 403 403 in"),
    ("pages.submit", "POST", draft, "/submit", OFFICE_ACTS),
    ("pages.discard", "POST", draft, "/discard", OFFICE_ACTS),
    ("pages.withdraw", "POST", submitted, "/withdraw", OFFICE_ACTS),
    ("pages.answer", "POST", returned, "/answer", OFFICE_ACTS),
    ("pages.correct", "POST", approved, "/correct", "303 403 403 403 403 403 in"),
    ("pages.correct", "POST", draft, "/correct", "409 404 403 403 403 403 in"),
    ("pages.retiring", "GET", approved, "/retire", "200 403 200 403 403 403 in"),
    ("pages.retiring", "GET", draft, "/retire", "404 404 404 404 403 403 in"),
    ("pages.retire", "POST", approved, "/retire", "403 403 303 403 403 403 in"),
    ("pages.unretire", "POST", retired, "/unretire", "403 403 303 403 403 403 in"),
    ("pages.retire", "POST", draft, "/retire", "404 404 404 404 403 403 in"),
    ("pages.ask_to_retire", "POST", approved, "/ask-to-retire", "303 403 403 403 403 403 in"),
    ("pages.decline_to_retire", "POST", asked_to_retire, "/decline-to-retire", "403 403 303 403 403 403 in"),
    ("files.index", "GET", approved, "/files", EVERYONE),
    ("files.index", "GET", draft, "/files", OFFICE_READS),
    ("files.index", "GET", submitted, "/files", OFFICE_AND_DESK),
    ("files.upload", "POST", approved, "/files", "422 403 403 403 403 403 in"),
    ("files.upload", "POST", draft, "/files", "422 404 403 403 403 403 in"),
    ("files.waiting", "GET", str, "/files/", DESK),
    ("files.content", "GET", file_content, "", OFFICE_AND_DESK),
    ("files.content", "GET", released_content, "", EVERYONE),
    ("files.small", "GET", file_content, "/small", OFFICE_AND_DESK),
    ("files.small", "GET", released_content, "/small", EVERYONE),
    ("files.describe", "POST", file, "/describe", OFFICE_ACTS),
    ("files.remove", "POST", file, "/remove", OFFICE_ACTS),
    ("files.release", "POST", file, "/release", DESK_ACTS),
    ("files.withdraw", "POST", file, "/withdraw", DESK_ACTS),
    ("files.throw_away", "POST", unfinished, "/throw-away", OFFICE_ACTS),
    ("participants.index", "GET", workshop, "/participants", EVERYONE),
    ("participants.index", "GET", draft_workshop, "/participants", OFFICE_READS),
    ("participants.add", "POST", workshop, "/participants", "422 403 403 403 403 403 in"),
    ("participants.add", "POST", draft_workshop, "/participants", "422 404 403 403 403 403 in"),
    ("participants.attend", "POST", workshop, "/attendance", "303 403 403 403 403 403 in"),
    ("participants.attend", "POST", draft_workshop, "/attendance", OFFICE_ACTS),
    ("participants.edit", "GET", participant, "", OFFICE_EDITS),
    ("participants.correct", "POST", participant, "", "422 404 403 403 403 403 in"),
    ("participants.erase", "POST", participant, "/erase", OFFICE_ACTS),
    ("participants.remove", "POST", participant, "/remove", OFFICE_ACTS),
    ("pieces.begin", "POST", approved, "/uploads", "400 403 403 403 403 403 in"),
    ("pieces.begin", "POST", draft, "/uploads", "400 404 403 403 403 403 in"),
    ("pieces.come_to", "HEAD", unfinished, "", "200 404 403 403 403 403 in"),
    ("pieces.go_on", "PATCH", unfinished, "", "415 404 403 403 403 403 in"),
    ("pieces.give_up", "DELETE", unfinished, "", "204 404 403 403 403 403 in"),
    ("review.queue", "GET", str, "/review/", DESK),
    ("review.show", "GET", waiting, "", DESK_READS),
    ("review.show", "GET", not_sent, "", "403 403 404 404 403 403 in"),
    ("review.claim", "POST", waiting, "/claim", DESK_ACTS),
    ("review.release", "POST", held, "/release", DESK_ACTS),
    ("review.approve", "POST", waiting, "/approve", DESK_ACTS),
    ("review.approve", "POST", not_sent, "/approve", "403 403 404 404 403 403 in"),
    ("review.send_back", "POST", waiting, "/return", DESK_ACTS),
    ("review.reject", "POST", waiting, "/reject", DESK_ACTS),
    ("review.mark_duplicate", "POST", waiting, "/duplicate", DESK_ACTS),
    ("review.keep_notes", "POST", waiting, "/notes", DESK_ACTS),
    ("review.keep_notes", "POST", not_sent, "/notes", "403 403 404 404 403 403 in"),
    ("review.approve_together", "POST", str, "/review/approve", "403 403 303 303 403 403 in"),
    ("review.correct", "GET", waiting, "/correct", DESK_READS),
    ("review.send_correction", "POST", waiting, "/correct", "403 403 422 404 403 403 in"),
    ("review.reasons", "GET", str, "/review/reasons", DESK),
    ("review.save_reason", "POST", str, "/review/reasons", "403 403 422 422 403 403 in"),
    ("review.drop_reason", "POST", str, "/review/reasons/drop", "403 403 404 404 403 403 in"),
    ("review.take_back", "POST", decided, "/take-back", DESK_ACTS),
    ("admin.users", "GET", str, "/admin/users/", ADMINS),
    ("admin.user_new", "GET", str, "/admin/users/new", ADMINS),
    ("admin.user_create", "POST", str, "/admin/users/new", ADMINS_ACT),
    ("admin.many", "GET", str, "/admin/users/many", ADMINS),
    ("admin.many_template", "GET", str, "/admin/users/many/list.tsv", ADMINS),
    ("admin.many_read", "POST", str, "/admin/users/many", ADMINS_ACT),
    ("admin.many_open", "POST", str, "/admin/users/many/open", ADMINS_ACT),
    ("admin.user_list", "GET", account_list, "", ADMINS),
    ("admin.list_slips", "POST", account_list, "/slips", ADMINS_ACT),
    ("admin.user", "GET", user, "", ADMINS),
    ("colleagues.index", "GET", str, "/account/colleagues", WRITERS),
    ("colleagues.ask", "POST", str, "/account/colleagues", "422 422 403 403 403 403 in"),
    ("admin.requests_waiting", "GET", str, "/admin/requests/", ADMINS),
    ("admin.request_show", "GET", account_request, "", ADMINS),
    ("admin.request_grant", "POST", account_request, "", ADMINS_ACT),
    ("admin.request_decline", "POST", account_request, "/decline", ADMINS_ACT),
    ("admin.user_edit", "GET", user, "/edit", ADMINS),
    ("admin.user_correct", "POST", user, "/edit", ADMINS_ACT),
    ("accounts.phone", "POST", str, "/account/phone", ALL_ACT),
    ("admin.user_grant", "POST", user, "/memberships", ADMINS_ACT),
    ("admin.memberships", "GET", str, "/admin/memberships/", ADMINS),
    ("admin.user_leaving", "GET", membership, "/end", ADMINS),
    ("admin.user_move", "POST", membership, "/move", ADMINS_ACT),
    ("admin.user_end_membership", "POST", membership, "/end", ADMINS_ACT),
    ("admin.user_code", "POST", user, "/code", ADMINS_ACT),
    ("admin.user_reset_factor", "POST", user, "/second-factor", ADMINS_ACT),
    ("admin.user_deactivate", "POST", user, "/deactivate", ADMINS_ACT),
    ("admin.user_reactivate", "POST", user, "/reactivate", ADMINS_ACT),
    ("admin.sectors", "GET", str, "/admin/sectors/", ADMINS),
    ("admin.sector_new", "GET", str, "/admin/sectors/new", ADMINS),
    ("admin.sector_add", "POST", str, "/admin/sectors/new", ADMINS_ACT),
    ("admin.sector", "GET", str, "/admin/sectors/agriculture", ADMINS),
    ("admin.sector_edit", "POST", str, "/admin/sectors/agriculture", ADMINS_ACT),
    ("admin.sector_move", "POST", str, "/admin/sectors/agriculture/move", ADMINS_ACT),
    ("admin.sector_retire", "POST", str, "/admin/sectors/agriculture/retire", ADMINS_ACT),
    ("admin.sector_unretire", "POST", str, "/admin/sectors/agriculture/unretire", ADMINS_ACT),
    ("admin.sector_merge", "GET", str, "/admin/sectors/agriculture/merge", ADMINS_ACT),
    ("admin.sector_do_merge", "POST", str, "/admin/sectors/agriculture/merge", ADMINS_ACT),
    ("admin.parties", "GET", str, "/admin/parties/", ADMINS),
    ("admin.party", "GET", admin_party, "", ADMINS),
    ("admin.party_edit", "POST", admin_party, "", ADMINS_ACT),
    ("admin.party_merge", "GET", admin_party, "/merge", ADMINS_ACT),
    ("admin.party_do_merge", "POST", admin_party, "/merge", ADMINS_ACT),
    ("review.aside", "GET", waiting, "/aside", DESK_READS),
    ("review.aside", "GET", not_sent, "/aside", "403 403 404 404 403 403 in"),
    ("review.put_aside", "POST", waiting, "/aside", "403 403 422 404 403 403 in"),
    ("review.put_aside", "POST", not_sent, "/aside", "403 403 404 404 403 403 in"),
    ("review.take_up", "POST", waiting, "/take-up", DESK_ACTS),
    ("inbox.index", "GET", str, "/notices/", EVERYONE),
    ("inbox.open_notice", "POST", notice, "/open", "303 404 404 404 404 404 in"),
    ("inbox.read_all", "POST", str, "/notices/read", ALL_ACT),
    ("inbox.forgotten", "GET", str, "/login/forgotten", OPEN),
    ("inbox.send_link", "POST", str, "/login/forgotten", "404 404 404 404 404 404 404"),
    ("inbox.reset", "GET", reset_link, "", OPEN),
    ("inbox.reset", "GET", reset_link, "x", "410 410 410 410 410 410 410"),
    ("inbox.do_reset", "POST", reset_link, "", "422 422 422 422 422 422 422"),
    ("inbox.mail", "GET", str, "/account/mail", EVERYONE),
    ("inbox.choose_mail", "POST", str, "/account/mail", ALL_ACT),
    ("inbox.own_data", "POST", str, "/account/data", "200 200 200 200 200 200 in"),
    ("admin.audit", "GET", str, "/admin/audit/", ADMINS),
    ("admin.export_log", "POST", str, "/admin/audit/export", ADMINS_ACT),
    ("admin.desk", "GET", str, "/admin/desk/", ADMINS),
]

OK = {"200", "303", "400", "409", "422"}


@pytest.fixture
def client_of(app: Flask, signed_in: SignedIn) -> Callable[[str], FlaskClient]:
    def client(name: str) -> FlaskClient:
        if name not in LIKE:
            return signed_in(name) if name else app.test_client()
        before = signed_in("both")
        leaving.end(_of_basra("both"), by=world.person("admin"))
        return signed_in("both") if name == "left-basra" else before

    return client


def _of_basra(username: str) -> int:
    """The membership of this person for Basra, which holds again."""
    held = accounts.memberships(world.person(username).id)
    mine = next(one for one in held if one.governorate == "basra")
    with transaction():
        mine.ends = None
    return mine.id


@pytest.mark.parametrize("as_region", [False, True], ids=["page", "region"])
@pytest.mark.parametrize("row", CELLS, ids=lambda row: f"{row[0]}-{row[2].__name__}{row[3]}")
def test_cells(
    client_of: Callable[[str], FlaskClient],
    row: tuple[str, str, Callable[[], str], str, str],
    as_region: bool,
) -> None:
    _endpoint, method, where, rest, cells = row

    expected = _expected(cells, as_region and method == "POST")
    same = where() + rest
    people = [*PEOPLE, *(() if where.__name__ in THEIR_OWN else LIKE)]
    found = {
        name: _answer(client_of(name), method, same if method == "GET" else where() + rest, as_region)
        for name in people
    }
    expected += [(name, dict(expected)[LIKE[name]]) for name in people if name in LIKE]

    assert {
        name: "ok" if cell == "ok" and found[name] in OK else found[name] for name, cell in expected
    } == dict(expected)


def test_every_rule_has_a_row(app: Flask) -> None:
    asked = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set())
        - {"OPTIONS"}
        - ({"HEAD"} if "GET" in (rule.methods or ()) else set())
        if rule.endpoint != "static"
    }

    assert asked - {(endpoint, method) for endpoint, method, *_ in CELLS} == set()


def _answer(client: FlaskClient, method: str, address: str, as_region: bool) -> str:
    headers = {"Tus-Resumable": "1.0.0"}
    headers |= {"HX-Request": "true", "HX-Target": "main#main"} if as_region else {}
    answer = client.open(
        address, method=method, data=dict(_form(address)) if method == "POST" else {}, headers=headers
    )
    to_sign_in = (
        answer.headers.get("HX-Redirect") or (answer.location if answer.status_code == 303 else "") or ""
    )
    return (
        "in"
        if to_sign_in.startswith("/login") and not address.startswith("/log")
        else str(answer.status_code)
    )


def _expected(cells: str, as_region: bool) -> list[tuple[str, str]]:
    """Under htmx a success is answered at once, by the page that a redirect would lead to."""
    return [
        (name, "200" if as_region and cell == "303" else cell)
        for name, cell in zip(PEOPLE, cells.split(), strict=True)
    ]


def _form(address: str) -> Iterator[tuple[str, object]]:
    """What the button on the page would send: the version that was seen, a reason, another entry."""
    yield "reason", "يرجى بيان المصدر"
    yield "note-whole", "يرجى بيان المصدر" if address.endswith("/return") else ""
    yield "next", "/help/"
    yield "reference", _another_reference() if address.endswith("duplicate") else ""
    if address.startswith("/files/") and (attachment := files.file(int(address.split("/")[2]))):
        yield "seen", attachment.version
    if address.startswith("/participants/") and (one := participants.participant(int(address.split("/")[2]))):
        yield "seen", one.version
    revision = _revision_at(address)
    if revision:
        yield "revision", revision.id
        yield "seen", revision.entry.version if "retire" in address else revision.version


def _another_reference() -> str:
    return world.approved(by="duhok").entry.reference or ""


def _revision_at(address: str) -> Revision | None:
    part = address.split("/")
    if part[1] == "review" and part[2].isdecimal():
        return queries.revision(int(part[2]))
    if part[1] == "lessons" and part[2].isdecimal():
        return queries.latest_revision(int(part[2]))
    return None
