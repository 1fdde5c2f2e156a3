"""Opening many accounts: from a list to slips, all or nothing, once."""

import io
import re
import zipfile
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests import world
from tests.conftest import SignedIn
from twinweb import clock
from twinweb.accounts import commands, queries
from twinweb.accounts.models import Membership, OneTimeCode, Role, User
from twinweb.accounts.secrets import hash_code
from twinweb.admin import likeness, lists, sheets
from twinweb.audit import AuditEvent
from twinweb.db import db
from twinweb.i18n.arabic import fold
from twinweb.i18n.latin import username_of
from twinweb.reference import queries as reference

CODE = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}")
HEADINGS = "الاسم\tالهاتف\tالعنوان الوظيفي\tالمحافظة"
THREE = f"""{HEADINGS}
علي كريم حسن جاسم\t0750 123 4567\tمهندس\tالبصرة
زينب عبد الرضا الموسوي\t٠٧٧٠١٢٣٤٥٦٧\tمديرة التخطيط\tBasra
سيروان عثمان رەشید\t7511234567\t\tduhok"""


def people(count: int) -> str:
    names = ["علي", "حسين", "زينب", "عمر", "هدى", "كاظم", "سارة", "نوزاد", "ريم", "فراس"]
    fathers = ["كريم", "جبار", "نعمة", "صبري", "رحيم"]
    lines = [
        f"{names[n % 10]} {fathers[n % 5]} {fathers[n // 50]}وي آل{n}\t0770{n:07}\tموظف\tالبصرة"
        for n in range(count)
    ]
    return "\n".join([HEADINGS, *lines])


def read(client: FlaskClient, pasted: str = THREE, **more: Any) -> TestResponse:
    return client.post("/admin/users/many", data={"pasted": pasted} | more)


def fields(answer: TestResponse) -> dict[str, str]:
    """What the form on the page would send, with the button that opens."""
    form = BeautifulSoup(answer.text, "html.parser").select_one('form[action="/admin/users/many/open"]')
    assert form is not None
    sent = {str(one["name"]): str(one.get("value", "")) for one in form.select("input:not([type=radio])")}
    sent |= {str(one["name"]): str(one["value"]) for one in form.select("input[checked]")}
    for choice in form.select("select"):
        chosen = choice.select_one("option[selected]")
        sent[str(choice["name"])] = str(chosen["value"]) if chosen else ""
    return sent | {"act": "open"}


def opened(client: FlaskClient, answer: TestResponse, **changes: str) -> TestResponse:
    return client.post("/admin/users/many/open", data=fields(answer) | changes)


def count(model: Any) -> int:
    db.session.rollback()
    return db.session.scalars(select(func.count()).select_from(model)).one()


def xlsx(rows: list[list[object]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def sent_file(client: FlaskClient, content: bytes) -> TestResponse:
    return client.post("/admin/users/many", data={"file": (io.BytesIO(content), "list.xlsx")})


def errors(answer: TestResponse) -> list[str]:
    return re.findall(r'<li><a href="#([\w-]+)">', answer.text)


def test_three_rows_become_three_accounts_with_roles_phones_and_codes(signed_in: SignedIn) -> None:
    client = signed_in("admin")

    answer = opened(client, read(client))

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    db.session.rollback()
    made = {name: queries.user_named(name) for name in ("ali.jasim", "zainab.almusuy", "sirawan.rashid")}
    assert {name: user.phone for name, user in made.items() if user} == {
        "ali.jasim": "+9647501234567",
        "zainab.almusuy": "+9647701234567",
        "sirawan.rashid": "+9647511234567",
    }
    held = [queries.memberships(user.id)[0] for user in made.values() if user]
    assert [(one.role, one.governorate) for one in held] == [
        (Role.CONTRIBUTOR, "basra"),
        (Role.CONTRIBUTOR, "basra"),
        (Role.CONTRIBUTOR, "duhok"),
    ]
    codes = CODE.findall(answer.text)
    assert {hash_code(code) for code in codes} == {*db.session.scalars(select(OneTimeCode.code_hash))}


def test_one_event_an_account_and_one_for_the_list_and_no_code_in_any(signed_in: SignedIn) -> None:
    client = signed_in("admin")

    answer = opened(client, read(client))

    db.session.rollback()
    events = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    acts = [event.act for event in events]
    assert (acts.count("create_user"), acts.count("open_accounts")) == (3, 1)
    assert not any(code in str(event.details) for code in CODE.findall(answer.text) for event in events)


def test_looking_at_the_rows_opens_nothing(signed_in: SignedIn) -> None:
    client, before = signed_in("admin"), count(User)

    answer = read(client)

    assert answer.status_code == 200
    assert "3" in answer.text
    assert count(User) == before


def test_the_same_sent_twice_opens_once_and_leads_to_the_list(signed_in: SignedIn) -> None:
    client = signed_in("admin")
    form = fields(read(client))
    client.post("/admin/users/many/open", data=form)
    before = count(User), count(OneTimeCode)

    again = client.post("/admin/users/many/open", data=form)

    assert again.status_code == 303
    assert (count(User), count(OneTimeCode)) == before
    assert "علي كريم حسن جاسم" in client.get(again.location).text


def test_lost_slips_are_replaced_by_new_codes_for_those_who_have_not_come_in(signed_in: SignedIn) -> None:
    client = signed_in("admin")
    first = opened(client, read(client))
    ali = queries.user_named("ali.jasim")
    assert ali is not None
    client_of_ali_has_a_password(ali)

    again = client.post(f"/admin/users/lists/{ali.id}/slips")

    assert again.status_code == 200
    new = CODE.findall(again.text)
    assert len(new) == 2
    assert not set(new) & set(CODE.findall(first.text))
    assert "ali.jasim" not in again.text
    zainab = queries.user_named("zainab.almusuy")
    assert zainab is not None
    code = queries.usable_code(zainab.id)
    assert code is not None
    assert code.code_hash in map(hash_code, new)


def client_of_ali_has_a_password(user: User) -> None:
    db.session.get_one(User, user.id).password_hash = "x"
    db.session.commit()


def test_a_list_is_known_by_its_first_account_alone(signed_in: SignedIn) -> None:
    client = signed_in("admin")
    opened(client, read(client))
    second = queries.user_named("zainab.almusuy")
    assert second is not None

    assert client.get(f"/admin/users/lists/{second.id}").status_code == 404
    assert client.post(f"/admin/users/lists/{second.id}/slips").status_code == 404


def test_a_phone_that_lost_its_zero_is_put_right_with_a_word(signed_in: SignedIn) -> None:
    answer = sent_file(signed_in("admin"), xlsx([["علي كريم", 7501234567, "", "", "البصرة"]]))

    assert "+964 750 123 4567" in answer.text
    assert "فُقد الصفر" in answer.text


@pytest.mark.parametrize(
    ("line", "cell"),
    [
        ("\t0750 123 4567\t\t\tbasra", "name"),
        ("علي كريم\t12\t\t\tbasra", "phone"),
        ("علي كريم\t7.50E+09\t\t\tbasra", "phone"),
        ("علي كريم\t\t\tملك\tbasra", "role"),
        ("علي كريم\t\t\t\tأطلنطس", "governorate"),
        ("علي كريم\t\t\t\t", "governorate"),
        ("علي كريم\t\t\t\tbasra\tbasra2", "username"),
        ("علي كريم\t\t\t\tbasra\tа.karim", "username"),  # the first letter is Cyrillic
        ("علي كريم\t\t\t\tbasra\t\tfr", "language"),
        ("=HYPERLINK(1)\t\t\t\tbasra", "name"),
        ("علي كريم\t\t@SUM(1)\t\tbasra", "job_title"),
    ],
)
def test_what_is_wrong_stands_at_its_cell_and_nothing_is_opened(
    signed_in: SignedIn, line: str, cell: str
) -> None:
    client, before = signed_in("admin"), count(User)
    preview = read(client, f"حسن جبار صبري\t\t\t\tbasra\n{line}")

    answer = opened(client, preview)

    assert f'id="r2-{cell}-error"' in preview.text
    assert answer.status_code == 422
    assert errors(answer) == [f"r2-{cell}"]
    assert count(User) == before


def test_a_formula_is_said_beside_what_else_is_wrong(signed_in: SignedIn) -> None:
    preview = read(signed_in("admin"), "=SUM(A1)\t7.5E+09\t\t\tbasra")

    assert 'id="r1-name-error"' in preview.text
    assert 'id="r1-phone-error"' in preview.text


def test_a_wrong_cell_is_corrected_in_place_and_all_are_opened(signed_in: SignedIn) -> None:
    client = signed_in("admin")
    preview = read(client, THREE.replace("Basra", "أطلنطس"))

    answer = opened(client, preview, **{"r2-governorate": "erbil"})

    assert answer.status_code == 200
    assert len(CODE.findall(answer.text)) == 3
    db.session.rollback()
    second = queries.user_named("zainab.almusuy")
    assert second is not None
    assert queries.memberships(second.id)[0].governorate == "erbil"


def test_a_wrong_row_can_be_left_out(signed_in: SignedIn) -> None:
    client = signed_in("admin")
    preview = read(client, THREE.replace("Basra", "أطلنطس"))

    answer = opened(client, preview, **{"r2-take": "out"})

    assert len(CODE.findall(answer.text)) == 2


@pytest.mark.parametrize(
    "line",
    [
        "علي كَريم حسن\t\t\t\tbasra",  # begins the same, with a vowel sign
        "علي كريم حسين جاسم\t\t\t\tbasra",  # one letter more
        "علي جاسم\t\t\t\tbasra",  # first and last
        "هدى نعمة صبري\t07501234567\t\t\tbasra",  # the same phone
    ],
)
def test_a_likely_duplicate_of_an_account_is_shown_and_decided(signed_in: SignedIn, line: str) -> None:
    client = signed_in("admin")
    opened(client, read(client))
    known = queries.user_named("ali.jasim")
    assert known is not None
    preview = read(client, line)

    undecided = opened(client, preview)
    decided = opened(client, preview, **{"r1-take": "other"})

    assert f'href="/admin/users/{known.id}"' in preview.text
    assert undecided.status_code == 422
    assert errors(undecided) == ["r1-take"]
    assert len(CODE.findall(decided.text)) == 1


def test_of_two_rows_alike_the_later_one_is_asked_about(signed_in: SignedIn) -> None:
    client = signed_in("admin")
    preview = read(client, "حسن جبار صبري\t\t\t\tbasra\nحسن جبّار صبري\t\t\t\tbasra")

    assert 'name="r2-take"' in preview.text
    assert 'name="r1-take"' not in preview.text
    assert len(CODE.findall(opened(client, preview, **{"r2-take": "out"}).text)) == 1


def test_brothers_and_strangers_are_not_taken_for_one(app: Flask) -> None:
    assert not likeness.are_near("علي كريم حسن جاسم", "عمر كريم حسن جاسم")
    assert not likeness.are_near("علي كريم", "علي حسن جاسم كاظم")
    assert not likeness.are_near("علي", "علي كريم")
    assert likeness.are_near("أحمد إبراهيم", "احمد ابراهيم")


def test_a_ready_row_is_opened_for_correction_by_a_button(signed_in: SignedIn) -> None:
    client = signed_in("admin")

    answer = client.post("/admin/users/many/open", data=fields(read(client)) | {"act": "edit:3"})

    assert 'name="r3-username" dir="ltr"' in answer.text
    again = opened(client, answer, **{"r3-username": "sirwan.rashid", "r3-phone": "0751 999 8877"})
    assert again.status_code == 200
    db.session.rollback()
    found = queries.user_named("sirwan.rashid")
    assert found is not None
    assert found.phone == "+9647519998877"


def test_two_of_the_same_name_get_user_names_of_their_own(signed_in: SignedIn) -> None:
    client = signed_in("admin")
    preview = read(client, "علي حسن\t0750 000 0001\t\t\tbasra\nعلي حسن\t0750 000 0002\t\t\tduhok")

    answer = opened(client, preview, **{"r2-take": "other"})

    assert answer.status_code == 200
    assert queries.user_named("ali.hassan") is not None
    assert queries.user_named("ali.hassan2") is not None


def test_somebody_quicker_with_the_same_name_stops_the_whole_list(signed_in: SignedIn) -> None:
    client = signed_in("admin")
    form = fields(read(client))
    commands.create_user(commands.Identity("zainab.almusuy", "أخرى تماما"), [], by=world.person("admin"))
    before = count(User), count(Membership)

    answer = client.post("/admin/users/many/open", data=form)

    assert answer.status_code == 422
    assert errors(answer) == ["r2-username"]
    assert (count(User), count(Membership)) == before


def test_commas_and_semicolons_will_do(app: Flask) -> None:
    names = reference.names()
    for sign in ",;":
        rows = lists.read(sheets.pasted(THREE.replace("\t", sign)), names)
        assert [row.cells["governorate"] for row in rows] == ["basra", "basra", "duhok"]


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("البصره", "basra"),
        ("محافظة نينوى", "ninewa"),
        ("Erbil Governorate", "erbil"),
        ("Dohuk?", "Dohuk?"),
        ("duhok", "duhok"),
    ],
)
def test_governorates_are_known_by_either_name_or_their_key(app: Flask, typed: str, slug: str) -> None:
    assert lists.read([["علي", "", "", "", typed]], reference.names())[0].cells["governorate"] == slug


def test_headings_in_any_order_are_read_and_strange_ones_named(signed_in: SignedIn) -> None:
    answer = read(signed_in("admin"), "Shoe size\tGovernorate\tFull name\n44\tErbil\tJohn Smith")

    assert "Shoe size" in answer.text
    assert "john.smith" in answer.text
    assert "44" not in BeautifulSoup(answer.text, "html.parser").select_one("ol.rows").text  # type: ignore[union-attr]


def test_formulas_of_a_workbook_stay_text(app: Flask) -> None:
    found = sheets.workbook(xlsx([["=1+1", '=HYPERLINK("http://x")', 3.0, None, True]]))

    assert found[0][:3] == ["=1+1", '=HYPERLINK("http://x")', "3"]


def bomb() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/worksheets/sheet1.xml", b" " * 40_000_000)
    return written.getvalue()


def entity_bomb() -> bytes:
    plain = xlsx([["x"]])
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                evil = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
                content = evil + content.partition(b"?>")[2].replace(b"<v>0</v>", b"<v>&b;</v>")
            new.writestr(name, content)
    return written.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"not a zip", b"PK\x03\x04", bomb(), entity_bomb()],
    ids=["empty", "text", "cut", "bomb", "entities"],
)
def test_what_is_no_sound_workbook_is_refused_in_words(signed_in: SignedIn, content: bytes) -> None:
    answer = sent_file(signed_in("admin"), content)

    assert answer.status_code == 422
    assert errors(answer) == ["file"]


def test_a_sheet_that_claims_a_million_rows_is_read_as_far_as_it_goes(app: Flask) -> None:
    book = Workbook()
    book.worksheets[0]["A1048576"] = "بعيد"
    book.worksheets[0]["A1"] = "علي"
    written = io.BytesIO()
    book.save(written)

    assert [row[0] for row in sheets.workbook(written.getvalue())] == ["علي"]


def test_more_than_two_hundred_are_too_many(signed_in: SignedIn) -> None:
    client = signed_in("admin")

    assert errors(read(client, people(201))) == ["pasted"]
    assert read(client, people(200)).status_code == 200


def test_nothing_pasted_is_said(signed_in: SignedIn) -> None:
    assert errors(read(signed_in("admin"), " \n\t\n")) == ["pasted"]


@pytest.mark.parametrize("text", ["", "{}", "[1]", "[[]]", '[["a"]]', "[" * 100_000, "[[1,2,3,4,5,6,7,8,9]]"])
def test_a_list_that_no_page_has_made_is_refused(signed_in: SignedIn, text: str) -> None:
    answer = signed_in("admin").post("/admin/users/many/open", data={"list": text, "act": "open"})

    assert answer.status_code == 400


def test_an_empty_list_to_fill_in_comes_in_the_language_of_the_admin(signed_in: SignedIn) -> None:
    client = signed_in("admin")

    book = client.get("/admin/users/many/list.xlsx")
    plain = client.get("/admin/users/many/list.tsv")

    headings = sheets.workbook(book.data)[0][: len(lists.COLUMNS)]
    assert headings[0] == "الاسم الرباعي"
    assert plain.data.decode("utf-8-sig").rstrip().split("\t") == headings
    assert [lists.HEADINGS[fold(one)] for one in headings] == [*lists.COLUMNS]


def test_slips_speak_arabic_first_whatever_the_admin_reads(signed_in: SignedIn) -> None:
    client = signed_in("admin")
    client.post("/language", data={"language": "en"})

    page = BeautifulSoup(opened(client, read(client)).text, "html.parser")

    assert page.html is not None
    assert page.html["lang"] == "en"
    slips = page.select(".slips > li")
    assert [(one["lang"], one["dir"]) for one in slips] == [("ar", "rtl")] * 3
    assert "رمز" in slips[0].text
    assert "password" in slips[0].text
    assert "البصرة" in slips[0].text


def test_codes_last_fourteen_days_and_until_used(signed_in: SignedIn) -> None:
    client = signed_in("admin")
    opened(client, read(client))
    ali = queries.user_named("ali.jasim")
    assert ali is not None

    assert queries.usable_code(ali.id) is not None
    with clock.at(clock.now() + timedelta(days=14, minutes=1)):
        assert queries.usable_code(ali.id) is None


def test_only_admins_open_lists(app: Flask) -> None:
    grant = commands.Grant(Role.CONTRIBUTOR, "basra")
    for name in ("basra", "reviewer", "observer"):
        with pytest.raises(commands.NotAdmin):
            commands.create_users([(commands.Identity("x1", "x"), grant)], by=world.person(name))
        with pytest.raises(commands.NotAdmin):
            commands.give_codes([1], by=world.person(name))


@pytest.mark.parametrize(
    ("name", "username"),
    [
        ("علي كريم حسن جاسم", "ali.jasim"),
        ("عبد الله محمد الجبوري", "abdullah.aljaburi"),
        ("وليد يونس كريم", "waleed.karim"),
        ("John Smith", "john.smith"),
        ("فراس", "faras"),
        ("", "07501234567"),
        ("李明", "07501234567"),
    ],
)
def test_user_names_are_proposed_in_latin_letters(name: str, username: str) -> None:
    assert username_of(name, "+9647501234567") == username


def test_what_is_typed_into_a_list_is_escaped(signed_in: SignedIn) -> None:
    answer = read(signed_in("admin"), "<script>alert(1)</script> x\t<b>\t\t\t<i>")

    assert "<script>alert" not in answer.text
    assert "<script>alert" in unescape(answer.text)
