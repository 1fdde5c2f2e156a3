"""The mail of the day, taken by a real mail server that takes, refuses and goes away."""

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from bs4 import BeautifulSoup
from click.testing import Result
from flask import Flask

from tests import world
from tests.conftest import SignedIn
from twinweb import clock
from twinweb.accounts import commands as accounts
from twinweb.accounts import queries as account_queries
from twinweb.accounts.models import Language
from twinweb.admin import leaving
from twinweb.db import db, transaction
from twinweb.entries.models import Revision
from twinweb.mail import MailServer
from twinweb.notices import mailing
from twinweb.notices.models import MailChoice

PUBLIC = "https://twinweb.example"
SENDER = "twinweb@gov.example"


@dataclass
class Postman:
    """What the server does with a message."""

    app: Flask
    taken: list[EmailMessage] = field(default_factory=list)
    refuses: str = ""
    """The address that it wants no mail for."""
    leaves_at: str = ""
    """It goes away in the middle of the message to this address."""
    connections: list[int] = field(default_factory=list)
    """Of the database, held while a message was on its way."""

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name and signature
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address == self.refuses:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's
        with self.app.app_context():
            self.connections.append(db.engine.pool.checkedout())  # type: ignore[attr-defined]
        if self.leaves_at in envelope.rcpt_tos:
            server._writer.close()  # noqa: SLF001  as a power cut would
            return "421 gone"
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        return "250 taken"


class Auth:
    def __call__(self, *told: Any) -> AuthResult:
        login = told[-1]
        fits = isinstance(login, LoginPassword) and (login.login, login.password) == (b"desk", b"se cret")
        return AuthResult(success=fits, handled=False)  # the server itself says no


@pytest.fixture
def postman(app: Flask) -> Iterator[Postman]:
    """A mail server that the application is told of."""
    postman = Postman(app)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(
        postman, hostname="127.0.0.1", port=port, authenticator=Auth(), auth_require_tls=False
    )
    tell(app, f"smtp://127.0.0.1:{port}?from={SENDER}")
    controller.start()
    yield postman
    controller.stop()


def tell(app: Flask, url: str) -> None:
    app.config["TWINWEB"] = replace(app.config["TWINWEB"], mail=MailServer.at(url), public_url=PUBLIC)


def digest(app: Flask) -> Result:
    db.session.rollback()
    return app.test_cli_runner().invoke(args=["digest"])


def wants(*usernames: str) -> None:
    for username in usernames:
        mailing.choose(f"{username}@office.example", wanted=True, by=world.person(username))


def parts(message: EmailMessage) -> tuple[str, BeautifulSoup]:
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert page is not None
    return plain.get_content(), BeautifulSoup(page.get_content(), "html.parser")


def waits_for(days: int, **changes: str) -> Revision:
    """A submission that has waited for so many working days."""
    revision = world.submitted(**changes)
    since = (clock.waited(days) - timedelta(minutes=1)).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    with transaction() as session:
        for table, key in (("revision", "id"), ("waiting_facet", "revision_id")):
            session.connection().exec_driver_sql(
                f"UPDATE {table} SET submitted_at = '{since}' WHERE {key} = {revision.id}"  # noqa: S608  ours
            )
    return revision


def test_an_author_reads_in_arabic_what_was_decided(app: Flask, postman: Postman) -> None:
    wants("basra")
    returned = world.returned(title="درس رقم (2): زيارة\u200f شهرية")

    result = digest(app)

    assert (result.exit_code, result.output) == (0, "1 digests sent.\n")
    [message] = postman.taken
    assert (message["To"], message["From"]) == ("basra@office.example", SENDER)
    assert message["Subject"].startswith("توأمة")
    assert message["Auto-Submitted"] == "auto-generated"
    plain, page = parts(message)
    assert "\u2068درس رقم (2): زيارة شهرية\u2069" in plain
    assert plain.count("\u2068") == plain.count("\u2069")
    assert f"{PUBLIC}/lessons/{returned.entry_id}/open" in plain
    assert "مُعاد" in plain or "أُعيد" in plain
    assert {page.html["dir"], page.body["dir"], page.body.div["dir"]} == {"rtl"}  # type: ignore[index,union-attr]
    assert page.html["lang"] == "ar"  # type: ignore[index]
    link = page.select_one(f'a[href="{PUBLIC}/lessons/{returned.entry_id}/open"]')
    assert link is not None
    assert link.select_one("bdi")


def test_in_the_persons_language(app: Flask, postman: Postman) -> None:
    accounts.change_language(Language.ENGLISH, by=world.person("basra"))
    wants("basra")
    world.approved(title="A lesson")

    digest(app)

    [message] = postman.taken
    plain, page = parts(message)
    assert "Approved" in plain
    assert (page.html["lang"], page.html["dir"]) == ("en", "ltr")  # type: ignore[index]
    assert not re.search("[ء-ي]", plain.replace(world.person("basra").name, ""))


def test_links_lead_to_pages_and_never_act(app: Flask, postman: Postman, signed_in: SignedIn) -> None:
    wants("basra", "reviewer")
    world.returned(title="معاد")
    waits_for(3)
    digest(app)

    assert len(postman.taken) == 2
    for message, name in zip(postman.taken, ("basra", "reviewer"), strict=True):
        plain, page = parts(message)
        links = {str(one["href"]) for one in page.select("a[href]")}
        assert links == set(re.findall(r"https://\S+", plain))
        client = signed_in(name)
        assert {client.get(link.removeprefix(PUBLIC)).status_code for link in links} == {200}
        assert page.select("form, img, script, style, link, [style]") == []


def test_once_a_day_and_then_only_what_is_new(app: Flask, postman: Postman) -> None:
    wants("basra")
    world.returned(title="أول")
    digest(app)
    world.approved(title="ثانٍ")

    assert digest(app).output == "0 digests sent.\n"
    with clock.at(clock.now() + timedelta(days=1)):
        digest(app)
        digest(app)

    plain, _page = parts(postman.taken[-1])
    assert len(postman.taken) == 2
    assert ("أول" in plain, "ثانٍ" in plain) == (False, True)


def test_who_has_nothing_new_or_does_not_want_it_gets_none(app: Flask, postman: Postman) -> None:
    wants("duhok", "basra", "basra2")
    mailing.choose("basra@office.example", wanted=False, by=world.person("basra"))
    world.returned(by="basra")
    world.returned(by="basra2")
    accounts.deactivate(world.person("basra2").id, by=world.person("admin"))

    assert digest(app).output == "0 digests sent.\n"
    assert postman.taken == []


def test_a_digest_that_had_nothing_to_say_comes_later_on_the_same_day(app: Flask, postman: Postman) -> None:
    wants("basra")
    digest(app)
    world.returned()

    assert digest(app).output == "1 digests sent.\n"


def test_reviewers_are_told_what_is_late_in_their_scope_and_only_how_much_elsewhere(
    app: Flask, postman: Postman
) -> None:
    wants("reviewer", "reviewer-of-duhok", "writes-and-reviews")
    waits_for(2, title="ليس متأخراً")
    waits_for(3, title="متأخر في البصرة")
    waits_for(7, title="منسي في البصرة")
    waits_for(3, title="متأخر في دهوك", by="duhok")

    digest(app)

    said = {str(one["To"]).partition("@")[0]: parts(one)[0] for one in postman.taken}
    titles = ("ليس متأخراً", "متأخر في البصرة", "منسي في البصرة", "متأخر في دهوك")
    assert {name: [title for title in titles if title in plain] for name, plain in said.items()} == {
        "reviewer": ["متأخر في البصرة", "منسي في البصرة", "متأخر في دهوك"],
        "reviewer-of-duhok": ["متأخر في دهوك"],
        "writes-and-reviews": ["متأخر في دهوك"],
    }
    assert "خارج نطاقكم مادة واحدة" in said["reviewer-of-duhok"]
    assert "خارج نطاقكم" not in said["reviewer"]


def test_admins_are_told_how_much_has_waited_for_fourteen_days_and_no_title(
    app: Flask, postman: Postman
) -> None:
    wants("admin")
    waits_for(13, title="سر البصرة")
    assert digest(app).output == "0 digests sent.\n"
    waits_for(14, title="سر البصرة")

    digest(app)

    plain, page = parts(postman.taken[0])
    assert "مادة واحدة تنتظر منذ 14 يوم عمل أو أكثر" in plain
    assert "سر البصرة" not in plain + page.get_text()
    assert f"{PUBLIC}/admin/desk/" in plain


def test_what_a_person_may_not_read_any_more_is_in_no_mail(app: Flask, postman: Postman) -> None:
    wants("both")
    world.returned(title="سر البصرة", by="both", owner="basra")
    world.returned(title="من دهوك", by="both", owner="duhok")
    held = account_queries.memberships(world.person("both").id)
    leaving.end(next(one.id for one in held if one.governorate == "basra"), by=world.person("admin"))

    digest(app)

    plain, page = parts(postman.taken[0])
    assert "من دهوك" in plain
    assert "سر البصرة" not in plain + page.get_text()


def test_a_dead_server_is_said_and_nothing_is_lost(app: Flask, postman: Postman) -> None:
    wants("basra")
    world.returned()
    lives = app.config["TWINWEB"]
    tell(app, f"smtp://127.0.0.1:1?from={SENDER}")

    result = digest(app)

    assert result.exit_code == 1
    assert "127.0.0.1:1" in result.output
    assert "Nothing is lost" in result.output
    assert "Traceback" not in result.output
    app.config["TWINWEB"] = lives
    assert digest(app).output == "1 digests sent.\n"


def test_who_is_refused_keeps_nobody_else_from_theirs_and_is_tried_again(
    app: Flask, postman: Postman
) -> None:
    wants("basra", "basra2")
    world.returned(by="basra")
    world.returned(by="basra2")
    postman.refuses = "basra@office.example"

    result = digest(app)

    assert (result.exit_code, "1 digests sent." in result.output) == (1, True)
    assert [str(one["To"]) for one in postman.taken] == ["basra2@office.example"]
    postman.refuses = ""
    assert digest(app).output == "1 digests sent.\n"
    assert str(postman.taken[-1]["To"]) == "basra@office.example"


def odd_address(username: str) -> None:
    """As one was stored before addresses were looked at as closely as today, or by another hand."""
    with transaction() as session:
        session.get_one(MailChoice, world.person(username).id).address = "a@[b.iq"


def test_an_address_that_no_mail_can_be_made_for_costs_its_owner_alone(
    app: Flask, postman: Postman, caplog: pytest.LogCaptureFixture
) -> None:
    wants("basra", "basra2")
    world.returned(by="basra")
    world.returned(by="basra2")
    odd_address("basra")

    result = digest(app)

    assert (result.exit_code, "1 digests sent." in result.output) == (1, True)
    assert "1 failed" in result.output
    assert [str(one["To"]) for one in postman.taken] == ["basra2@office.example"]
    assert [one.said["user"] for one in caplog.records if hasattr(one, "said") and "user" in one.said] == [
        world.person("basra").id
    ]
    assert digest(app).exit_code == 1
    with transaction() as session:
        session.get_one(MailChoice, world.person("basra").id).address = "basra@office.example"
    assert digest(app).output == "1 digests sent.\n"


def test_a_mail_at_which_the_line_goes_keeps_nobody_else_from_theirs(app: Flask, postman: Postman) -> None:
    wants("basra", "basra2", "duhok")
    for name in ("basra", "basra2", "duhok"):
        world.returned(by=name)
    postman.leaves_at = "basra2@office.example"

    result = digest(app)

    assert (result.exit_code, "2 digests sent." in result.output) == (1, True)
    assert [str(one["To"]).partition("@")[0] for one in postman.taken] == ["basra", "duhok"]


def test_after_a_line_lost_in_the_middle_nobody_gets_it_twice_and_nobody_loses_it(
    app: Flask, postman: Postman
) -> None:
    wants("basra", "basra2", "duhok")
    for name in ("basra", "basra2", "duhok"):
        world.returned(by=name, title=f"درس {name}")
    postman.leaves_at = "basra2@office.example"  # it may have taken it: nobody can know

    assert digest(app).exit_code == 1
    postman.leaves_at = ""
    assert digest(app).output == "0 digests sent.\n"
    with clock.at(clock.now() + timedelta(days=1)):
        digest(app)

    assert [str(one["To"]).partition("@")[0] for one in postman.taken] == ["basra", "duhok", "basra2"]
    assert "درس basra2" in parts(postman.taken[-1])[0]


def test_no_connection_to_the_database_is_held_while_mail_is_on_its_way(app: Flask, postman: Postman) -> None:
    wants("basra", "reviewer")
    world.returned()
    waits_for(3)

    digest(app)

    assert postman.connections == [0, 0]


def test_two_runs_at_once_begin_each_digest_once(app: Flask, postman: Postman) -> None:
    wants("basra")
    [due] = mailing.due()

    assert (mailing.begin(due), mailing.begin(due)) == (True, False)


def test_it_signs_in_where_the_server_wants_that(app: Flask, postman: Postman) -> None:
    wants("basra")
    world.returned()
    address = app.config["TWINWEB"].mail
    tell(app, f"smtp://desk:se%20cret@127.0.0.1:{address.port}?from={SENDER}")
    assert digest(app).output == "1 digests sent.\n"

    world.returned()
    tell(app, f"smtp://desk:wrong@127.0.0.1:{address.port}?from={SENDER}")
    with clock.at(clock.now() + timedelta(days=1)):
        result = digest(app)
    assert (result.exit_code, "Traceback" in result.output) == (1, False)


def test_without_a_mail_server_it_says_what_to_set(app: Flask) -> None:
    result = digest(app)

    assert (result.exit_code, "TWINWEB_MAIL_URL" in result.output) == (1, True)


@pytest.mark.parametrize(
    ("address", "wanted", "status"),
    [
        ("basra@office.example", True, 303),
        ("", False, 303),
        ("", True, 422),
        ("basra@office.example, other@office.example", True, 422),
        ("basra@office.example\r\nBcc: all@office.example", True, 422),
        ("x", False, 422),
    ],
)
def test_everybody_chooses_for_themselves(
    app: Flask, signed_in: SignedIn, address: str, wanted: bool, status: int
) -> None:
    client = signed_in("basra")
    form = {"address": address} | ({"wanted": "1"} if wanted else {})

    answer = client.post("/account/mail", data=form)

    assert answer.status_code == status
    if status == 422:
        typed = BeautifulSoup(answer.text, "html.parser").select_one("#address")
        assert typed is not None
        assert typed["aria-invalid"] == "true"
    page = BeautifulSoup(client.get("/account/mail").text, "html.parser")
    assert bool(page.select("[name=wanted][checked]")) == (status == 303 and wanted)


def test_the_account_leads_to_the_choice(app: Flask, signed_in: SignedIn) -> None:
    page = BeautifulSoup(signed_in("observer").get("/account/").text, "html.parser")

    assert page.select_one('a[href="/account/mail"]')
