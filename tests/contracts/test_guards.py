"""What guards every answer and every way in, whatever page it is, also of those not yet written."""

import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers

from tests import world
from tests.addresses import Programme, examples, get_rules, programme
from tests.conftest import SignedIn, settings
from twinweb import clock
from twinweb.accounts import gate, secrets
from twinweb.accounts.gate import UnguardedView
from twinweb.accounts.models import SignIn
from twinweb.app import create_app
from twinweb.config import ROOT
from twinweb.db import db, transaction
from twinweb.web import reports, security

UNSAFE = {"POST", "PATCH", "DELETE"}
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"}
MARKUP = re.compile(r"\|\s*safe\b|\bMarkup\(|render_template_string|\{% autoescape")
OWN_MARKUP = {
    "twinweb/submissions/once.py",
    "twinweb/web/first_sheet.py",
    "twinweb/directory/digest.py",
    "twinweb/i18n/catalogue.py",
    "twinweb/search/views.py",
    "twinweb/web/written.py",
}
"""Which make markup of what is ours: a hidden input, style sheets, translations, the mark of a word that was
found, parts of pages one after the other."""


def test_a_view_that_does_not_say_who_is_let_in_keeps_the_program_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("twinweb.home.views.help_page.__allows__", None)
    monkeypatch.delattr("twinweb.home.views.help_page.__allows__")

    with pytest.raises(UnguardedView):
        create_app(settings(f"sqlite:///{tmp_path / 'twinweb.db'}", tmp_path))


def test_no_form_is_taken_without_its_token(app: Flask, signed_in: SignedIn) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    made, client = programme(), signed_in("basra")
    taken = [
        f"{method} {address}: {status}"
        for rule in app.url_map.iter_rules()
        for method in sorted(UNSAFE & (rule.methods or set()))
        if rule.rule != security.REPORTS
        for address in examples(app, rule, made)
        if (status := client.open(address, method=method, data={}).status_code) != 400
    ]

    assert taken == []


def test_methods_that_no_page_knows_are_refused(app: Flask, signed_in: SignedIn) -> None:
    made, client = programme(), signed_in("basra")
    known: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        known.setdefault(rule.rule, set()).update(rule.methods or ())
    answered = [
        f"{method} {address}: {status}"
        for rule in {
            rule.rule: rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"
        }.values()
        for address in examples(app, rule, made)
        for method in sorted(METHODS - known[rule.rule])
        if (status := client.open(address, method=method).status_code) not in {404, 405}
    ]

    assert answered == []


def test_every_answer_is_hardened(app: Flask, signed_in: SignedIn) -> None:
    made = programme()
    faults = [
        f"{name} {address}: {fault}"
        for name, client in (("basra", signed_in("basra")), ("nobody", app.test_client()))
        for address in (*_addresses(app, made), "/nowhere", "/static/nothing.js", "/static/css/app.css")
        for fault in _soft_spots(client, address)
    ]

    assert faults == []


def _addresses(app: Flask, made: Programme) -> Iterator[str]:
    for rule in get_rules(app):
        yield from examples(app, rule, made)


def _soft_spots(client: FlaskClient, address: str) -> Iterator[str]:
    answer = client.get(address)
    headers, shows = answer.headers, bool(answer.data) or "Location" not in answer.headers
    answer.close()
    if headers.get("X-Content-Type-Options") != "nosniff":
        yield "may be taken for something else"
    if (answer.mimetype or "").startswith("text/") and "utf-8" not in headers["Content-Type"].lower():
        yield f"type {headers['Content-Type']}"
    if any(name.lower().startswith("access-control-") for name in headers.keys()):  # noqa: SIM118  pairs
        yield "other sites may read it"
    if not address.startswith("/static/css/"):
        yield from _soft_spots_of_what_is_made(headers, shows=shows)


def _soft_spots_of_what_is_made(headers: Headers, *, shows: bool) -> Iterator[str]:
    kept = headers.get("Cache-Control", "")
    if "private" not in kept and kept != "no-store":
        yield f"kept by others: {kept}"
    if shows:
        yield from _soft_spots_of_what_is_shown(headers)


def _soft_spots_of_what_is_shown(headers: Headers) -> Iterator[str]:
    policy = headers.get("Content-Security-Policy", "")
    is_file = "attachment" in headers.get("Content-Disposition", "")
    if not policy.startswith("default-src 'none'") or "unsafe" in policy:
        yield f"policy {policy}"
    if "frame-ancestors 'none'" not in policy and "sandbox" not in policy and not is_file:
        yield "can be framed"


def test_what_the_policy_stops_is_logged_in_bounds_and_changes_nothing(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    report = {"document-uri": "/login/reset/secret", "blocked-uri": "inline\n" + "x" * 500}
    kind = {"Content-Type": "application/csp-report"}

    page = client.get("/help/").headers["Content-Security-Policy"]
    answers = [client.post("/csp", json={"csp-report": report}, headers=kind) for _ in range(100)]
    odd = [client.post("/csp", data=data, headers=kind) for data in (b"", b"[]", b"\xff", b"[" * 5_000)]
    huge = client.post("/csp", data=b"x" * (reports.LARGEST + 1), headers=kind)

    assert page.endswith("report-uri /csp")
    assert {answer.status_code for answer in (*answers, *odd)} == {204}
    assert huge.status_code == 413
    told = [record for record in caplog.records if record.name == "twinweb.policy"]
    assert 0 < len(told) <= reports.A_MINUTE
    assert vars(told[0])["said"] == {"blocked-uri": ("inline\n" + "x" * 500)[: reports.LONGEST]}


def test_in_https_browsers_are_held_to_it_and_cookies_to_this_host(tmp_path: Path) -> None:
    app = create_app(
        settings(f"sqlite:///{tmp_path / 'twinweb.db'}", tmp_path, public_url="https://twinweb.gov.iq")
    )
    answer = app.test_client().get("/help/", base_url="https://twinweb.gov.iq")

    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert app.config["SESSION_COOKIE_NAME"].startswith("__Host-")
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert "Secure" in cookie
        assert "Domain" not in cookie


def test_no_page_changes_anything_by_being_looked_at(app: Flask, signed_in: SignedIn) -> None:
    made = programme()
    addresses = [*_addresses(app, made)]
    for name in ("basra", "reviewer", "admin"):
        client, before = signed_in(name), _all_rows()
        for address in addresses:
            client.get(address).close()

        assert _all_rows() == before


def _all_rows() -> dict[str, list[tuple[object, ...]]]:
    """But the log, to which looking at personal data is an event."""
    db.session.rollback()
    tables = [table for table in db.metadata.sorted_tables if not table.name.startswith("audit_")]
    return {table.name: sorted(map(tuple, db.session.execute(table.select())), key=repr) for table in tables}


def test_cookies_are_for_this_site_and_no_script(app: Flask) -> None:
    client = app.test_client()
    answers = [
        client.get("/login"),
        client.post("/login", data={"user": "basra", "password": world.PASSWORD}),
        client.post("/language", data={"language": "en"}),
        client.post("/logout"),
    ]
    cookies = [line for answer in answers for line in answer.headers.getlist("Set-Cookie")]

    assert {name for line in cookies for name in SimpleCookie(line)} >= {"twinweb", "known", "language"}
    assert [line for line in cookies if "HttpOnly" not in line or "SameSite=Lax" not in line] == []


def test_signing_out_clears_what_the_page_kept_on_the_device(signed_in: SignedIn) -> None:
    assert signed_in("basra").post("/logout").headers["Clear-Site-Data"] == '"storage"'


def test_a_half_sign_in_opens_nothing(app: Flask) -> None:
    token, now = secrets.new_token(), clock.now()
    with transaction() as session:
        session.add(
            SignIn(
                token_hash=secrets.hash_token(token),
                user_id=world.person("basra").id,
                created_at=now,
                last_used_at=now,
                half=True,
            )
        )
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["sign_in"] = token

    assert client.get("/account/").status_code == 303


def test_no_page_of_a_conflict_opens_for_another_office(signed_in: SignedIn) -> None:
    """Nor does it by a form that names the draft of another entry."""
    hidden, own = world.draft(title="سر"), world.draft(by="duhok")
    typed = {"title": "آخر", "revision": str(hidden.id), "seen": "0"}

    for entry_id in (hidden.entry_id, own.entry_id):
        answer = signed_in("duhok").post(f"/lessons/{entry_id}/edit", data=typed)

        assert answer.status_code == (404 if entry_id == hidden.entry_id else 409)
        assert "سر" not in answer.text


def test_no_template_trusts_what_people_typed() -> None:
    trusting = {
        str(path.relative_to(ROOT))
        for folder, pattern in (("twinweb", "*.py"), ("templates", "*.*"))
        for path in (ROOT / folder).rglob(pattern)
        if MARKUP.search(path.read_text("utf-8"))
    }

    assert trusting - OWN_MARKUP == set()


def test_parameters_that_come_twice_count_once(signed_in: SignedIn) -> None:
    client = signed_in("basra")

    answers = [
        client.get("/lessons/?q=a&q=b&sector=job-creation&sector=agriculture&year=2022&year=x"),
        client.get("/search?q=a&q=b&kind=lesson&kind=x"),
        client.post("/lessons/new", data={"title": ["أول", "ثانٍ"], "kind": ["x", "y"], "year": ["1", "2"]}),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 303]
    assert 'value="أول"' in client.get(answers[-1].location).text


def test_what_a_form_may_not_say_is_not_heard(signed_in: SignedIn) -> None:
    """State, owner, author and approval are no fields of a form."""
    client = signed_in("basra")
    more = {"state": "approved", "approved_id": "1", "author_id": "1", "reference": "LES-1", "owner": "duhok"}

    refused = client.post("/lessons/new", data={"title": "درس"} | more)
    answer = client.post("/lessons/new", data={"title": "درس"} | more | {"owner": "basra"})

    assert refused.status_code == 422
    entry_id = int(answer.location.split("/")[2])
    assert signed_in("duhok").get(f"/lessons/{entry_id}").status_code == 404
    assert signed_in("reviewer").get(f"/lessons/{entry_id}").status_code == 404
    assert {"everybody"} == gate.EVERYBODY


@pytest.mark.parametrize(
    "address",
    ["/.git/HEAD", "/.env", "/static/", "/static/../wsgi.py", "/static/%2e%2e/wsgi.py", "/instance/"],
)
def test_nothing_of_the_machine_is_served(app: Flask, address: str) -> None:
    assert app.test_client().get(address).status_code in {303, 404}
