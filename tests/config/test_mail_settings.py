"""The address of the mail server: what it says, and what is refused at start."""

from pathlib import Path

import pytest

from twinweb.config import Settings, WrongSetting
from twinweb.mail import MailServer


def environment(tmp_path: Path, url: str, public: str = "https://twinweb.gov.iq") -> dict[str, str]:
    return {"TWINWEB_DATA_DIR": str(tmp_path), "TWINWEB_MAIL_URL": url, "TWINWEB_PUBLIC_URL": public}


def test_an_address_says_how_to_reach_the_server(tmp_path: Path) -> None:
    url = "smtp://desk%40gov.iq:p%3Aw@mail.gov.iq:2525?tls=1&from=twinweb@gov.iq"

    assert Settings.from_environment(environment(tmp_path, url)).mail == MailServer(
        host="mail.gov.iq",
        port=2525,
        sender="twinweb@gov.iq",
        username="desk@gov.iq",
        password="p:w",
        starttls=True,
    )


@pytest.mark.parametrize(
    ("url", "port", "encrypted"),
    [
        ("smtp://mail.gov.iq?from=t@gov.iq", 25, False),
        ("smtp://mail.gov.iq?tls=1&from=t@gov.iq", 587, False),
        ("smtps://mail.gov.iq?from=t@gov.iq", 465, True),
    ],
)
def test_ports_are_the_usual_ones(url: str, port: int, encrypted: bool) -> None:
    server = MailServer.at(url)

    assert (server.port, server.encrypted) == (port, encrypted)


@pytest.mark.parametrize(
    "url",
    [
        "mail.gov.iq",
        "http://mail.gov.iq?from=t@gov.iq",
        "smtp://?from=t@gov.iq",
        "smtp://mail.gov.iq",
        "smtp://mail.gov.iq?from=nobody",
        "smtp://mail.gov.iq?from=t@gov.iq%0d%0aBcc:all@gov.iq",
        "smtp://mail.gov.iq:99999?from=t@gov.iq",
        "smtp://mail.gov.iq?from=t@gov.iq&tls1=1",
        "smtp://user:secret@mail.gov.iq?from=t@gov.iq",
    ],
)
def test_what_cannot_work_is_refused_at_start(tmp_path: Path, url: str) -> None:
    with pytest.raises(WrongSetting, match="TWINWEB_MAIL_URL") as refusal:
        Settings.from_environment(environment(tmp_path, url))

    assert "secret" not in str(refusal.value)


def test_mails_need_an_address_to_lead_to(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="TWINWEB_PUBLIC_URL"):
        Settings.from_environment(environment(tmp_path, "smtp://mail.gov.iq?from=t@gov.iq", public=""))


def test_the_password_is_in_no_log(tmp_path: Path) -> None:
    assert "secret" not in repr(MailServer.at("smtps://user:secret@mail.gov.iq?from=t@gov.iq"))
