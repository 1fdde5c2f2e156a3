"""What `docs/security.md` says is shown somewhere is shown there, and a few of the things it names."""

import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from argon2 import extract_parameters
from bs4 import BeautifulSoup
from flask import Flask

from tests import world
from tests.conftest import SignedIn
from twinweb.accounts import commands, queries, resets, secrets, sign_ins
from twinweb.accounts.resets import DeadLink
from twinweb.config import ROOT

ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| (yes|partly|no) \| (.*) \| (.*) \|$", re.MULTILINE)
SHOWN_BY = re.compile(r"`([^`]+)`")
REQUIREMENTS, WANTED = 189, 178


@dataclass(frozen=True)
class Requirement:
    id: str
    met: str
    where: list[str]


def requirements() -> list[Requirement]:
    text = (ROOT / "docs/security.md").read_text("utf-8")
    return [Requirement(id_, met, SHOWN_BY.findall(where)) for id_, met, _how, where in ROW.findall(text)]


def test_every_requirement_stands_there_once_and_the_count_is_true() -> None:
    found = requirements()
    met = sum(one.met == "yes" for one in found)

    assert [one for one, count in Counter(one.id for one in found).items() if count > 1] == []
    assert len(found) == REQUIREMENTS
    assert f"**{met} of {REQUIREMENTS} are met**" in (ROOT / "docs/security.md").read_text("utf-8")
    assert met >= WANTED


def test_what_is_named_exists() -> None:
    missing = [
        f"{one.id}: {where or 'nowhere'}"
        for one in requirements()
        for where in one.where or [""]
        if not _exists(where)
    ]

    assert missing == []


def _exists(where: str) -> bool:
    file, _sign, name = where.partition("::" if "::" in where else "#")
    path = ROOT / file
    if not file or not path.is_file():
        return False
    text = path.read_text("utf-8")
    if "::" in where:
        return re.search(rf"^def {re.escape(name)}\(", text, re.MULTILINE) is not None
    return not name or name in {_slug(line) for line in text.splitlines() if line.startswith("#")}


def _slug(heading: str) -> str:
    """As sites of repositories make it."""
    return re.sub(r"[^\w -]", "", heading.lstrip("#").strip().lower()).replace(" ", "-")


def test_the_proxy_speaks_modern_tls_and_takes_nothing_in_the_open() -> None:
    told = (ROOT / "deploy/nginx.conf").read_text("utf-8")
    suites = re.findall(r"ssl_ciphers ([^;]+);", told)[0].split(":")

    assert "ssl_protocols TLSv1.2 TLSv1.3;" in told
    assert [one for one in suites if not re.match(r"ECDHE-\w+-(AES\d+-GCM|CHACHA20)", one)] == []
    assert re.search(r"\^\(GET\|HEAD\)\$\) \{\s*return 403;", told)


def test_password_fields_are_hidden_and_known_to_managers(app: Flask, signed_in: SignedIn) -> None:
    token = resets.give_link(world.person("ninewa").id)
    pages = [
        app.test_client().get("/login").text,
        app.test_client().get(f"/login/reset/{token}").text,
        signed_in("basra").get("/account/password").text,
    ]
    fields = [one for page in pages for one in BeautifulSoup(page, "html.parser").select("[type=password]")]

    assert {str(one["autocomplete"]) for one in fields} == {"current-password", "new-password"}
    assert [one for one in fields if one.get("onpaste") or one.get("maxlength") or one.get("pattern")] == []
    assert [page for page in pages if "type=password" not in page.replace('"', "")] == []


def test_a_password_counts_to_its_last_letter(app: Flask) -> None:
    long = "Rain on the Shatt al-Arab, " * 8
    sign_ins.choose_password(long, by=world.person("basra"), current=world.PASSWORD)

    assert sign_ins.sign_in("basra", long[:-1]) is None
    assert sign_ins.sign_in("basra", long.lower()) is None
    assert sign_ins.sign_in("basra", long) is not None


def test_passwords_cost_as_much_as_is_said(real_hashing: None) -> None:
    made = extract_parameters(secrets.hash_password(world.PASSWORD))

    assert (made.type.name, made.memory_cost, made.time_cost, made.parallelism) == ("ID", 64 * 1024, 3, 4)


def test_a_token_of_one_purpose_opens_nothing_else(app: Flask) -> None:
    link = resets.give_link(world.person("ninewa").id)
    code = commands.give_code(world.person("duhok").id, by=None)
    sign_in = world.sign_in_token("basra")

    assert sign_ins.sign_in("ninewa", link) is None
    assert queries.person_signed_in(link) is None
    assert queries.person_signed_in(code) is None
    for token in (code, sign_in):
        with pytest.raises(DeadLink):
            resets.whose(token)


def test_the_bill_of_materials_names_every_pin_with_its_hashes() -> None:
    run = subprocess.run(
        [sys.executable, ROOT / "deploy" / "bill-of-materials"], capture_output=True, text=True, check=True
    )
    bill = json.loads(run.stdout)
    pins = re.findall(r"^([\w.-]+)==", Path(ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE)

    assert bill["bomFormat"] == "CycloneDX"
    assert [one["name"] for one in bill["components"]] == pins
    assert [one["name"] for one in bill["components"] if not one["hashes"]] == []
