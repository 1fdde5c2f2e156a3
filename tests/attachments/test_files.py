"""Files of entries: who sees, uploads, releases and removes them, and how their content leaves."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests import files, world
from tests.attachments.places import address_of, attached, place_of, released, shown
from tests.conftest import SignedIn
from tests.statements import statements
from twinweb import clock
from twinweb.attachments import commands
from twinweb.attachments.commands import MOST_FILES, Label, Limit, OverLimit
from twinweb.attachments.models import Attachment, FileState, Purpose
from twinweb.attachments.store import store
from twinweb.audit import AuditEvent
from twinweb.db import db
from twinweb.entries.beside import Place
from twinweb.entries.refusals import Changed, NoReason, NotAllowed, NotFound
from twinweb.entries.states import Impossible
from twinweb.kinds import KINDS

HTMX = {"HX-Request": "true", "HX-Target": "main#main"}


def sent(data: bytes, name: str, **fields: str) -> dict[str, object]:
    return {"file": (BytesIO(data), name), **fields}


def last_event() -> AuditEvent:
    return db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()


def test_a_file_is_uploaded_released_and_read(app: Flask, signed_in: SignedIn) -> None:
    place = place_of(world.approved())
    address = f"/lessons/{place.entry_id}/files"
    form = sent(files.PDF, "محضر اتفاق البصرة.pdf", purpose="agreement", description="الاتفاق الموقّع")

    answer = signed_in("basra").post(address, data=form)

    assert (answer.status_code, answer.location) == (303, address)
    assert "محضر اتفاق البصرة.pdf" in signed_in("basra").get(address).text
    assert "محضر" not in signed_in("observer").get(address).text
    assert "محضر" not in signed_in("observer").get(f"/lessons/{place.entry_id}").text
    made = db.session.scalars(select(Attachment)).one()
    assert (made.purpose, made.state, made.uploaded_by_id) == (
        Purpose.AGREEMENT,
        FileState.UPLOADED,
        world.person("basra").id,
    )

    done = signed_in("reviewer").post(f"/files/{made.id}/release", data={"seen": made.version})

    assert done.location == address
    assert "محضر اتفاق البصرة.pdf" in signed_in("observer").get(f"/lessons/{place.entry_id}").text
    assert signed_in("observer").get(address_of(made)).data == files.PDF


def test_content_leaves_as_a_file_and_runs_nowhere(app: Flask, signed_in: SignedIn) -> None:
    made = released(place_of(world.approved()), name="محضر اتفاق.pdf", data=files.PDF)

    answer = signed_in("duhok").get(address_of(made))

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename*=UTF-8''%D9%85%D8%AD%D8%B6%D8%B1%20%D8%A7%D8%AA%D9%81%D8%A7%D9%82.pdf"
    )
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert "Cookie" in answer.headers["Vary"]


def test_a_download_that_was_cut_goes_on(app: Flask, signed_in: SignedIn) -> None:
    made = released(place_of(world.approved()), name="a.pdf", data=files.PDF)
    client = signed_in("duhok")
    tag = client.get(address_of(made)).headers["ETag"]

    rest = client.get(address_of(made), headers={"Range": "bytes=20-", "If-Range": tag})

    assert (rest.status_code, rest.data) == (206, files.PDF[20:])
    assert client.get(address_of(made), headers={"If-None-Match": tag}).status_code == 304


def test_what_is_kept_of_a_photo_is_what_its_hash_says(app: Flask, signed_in: SignedIn) -> None:
    made = attached(place_of(world.draft()), data=files.photo_with_a_place())

    whole, small = (signed_in("basra").get(address_of(made) + rest) for rest in ("", "/small"))

    assert hashlib.sha256(whole.data).hexdigest() == made.sha256
    assert hashlib.sha256(small.data).hexdigest() == made.thumbnail
    assert small.headers["Content-Type"] == "image/webp"
    assert "Content-Disposition" not in small.headers
    assert (made.width, made.height, made.purpose) == (600, 800, Purpose.PHOTO)


OFFICE = {"basra", "basra2", "both", "writes-and-reviews"}
SEES = {
    "draft": OFFICE,
    "submitted": OFFICE | {"reviewer", "reviewer2"},
    "approved": OFFICE | {"reviewer", "reviewer2"},
}


@pytest.mark.parametrize("situation", SEES)
def test_a_file_that_is_not_released_is_there_for_its_office_and_reviewers_alone(
    app: Flask, signed_in: SignedIn, situation: str
) -> None:
    revision = getattr(world, situation)()
    place = place_of(revision)
    made = attached(place, name="سرّ.jpg")
    found = set()
    for name in world.PEOPLE:
        client = signed_in(name)
        answers = [client.get(address_of(made) + rest).status_code for rest in ("", "/small")]
        page = client.get(f"/lessons/{place.entry_id}/files")
        assert answers in ([200, 200], [404, 404])
        assert ("سرّ.jpg" in page.text) == (answers == [200, 200])
        assert "سرّ.jpg" not in client.get(f"/lessons/{place.entry_id}").text or answers == [200, 200]
        if answers == [200, 200]:
            found.add(name)

    assert found == SEES[situation]


def test_a_released_file_of_an_entry_that_is_not_approved_stays_with_its_office(
    app: Flask, signed_in: SignedIn
) -> None:
    made = released(place_of(world.submitted()))

    assert signed_in("basra").get(address_of(made)).status_code == 200
    assert signed_in("reviewer").get(address_of(made)).status_code == 200
    for name in ("duhok", "observer", "admin", "reviewer-of-duhok"):
        assert signed_in(name).get(address_of(made)).status_code == 404


def test_governorates_of_a_partnership_read_its_files_and_change_none(app: Flask) -> None:
    place = place_of(world.draft("partnership"), "partnership")
    made = attached(place, name="اتفاق.jpg")

    assert shown(place, "ninewa") == ["اتفاق.jpg"]
    with pytest.raises(NotAllowed):
        commands.remove(made.id, place, seen=made.version, by=world.person("ninewa"))
    with pytest.raises(NotAllowed):
        attached(place, by="ninewa")


def test_content_has_the_address_of_its_own_hash_alone(app: Flask, signed_in: SignedIn) -> None:
    made = released(place_of(world.approved()))

    for address in (
        f"/files/{made.id}/{'0' * 16}",
        f"/files/{made.id}/x/small",
        f"/files/99/{made.sha256[:16]}",
    ):
        assert signed_in("basra").get(address).status_code == 404


def test_who_uploaded_a_file_does_not_release_it(app: Flask) -> None:
    place = place_of(world.approved())
    made = attached(place)

    for name in ("basra", "writes-and-reviews", "reviewer-of-duhok"):
        with pytest.raises(NotAllowed if name != "reviewer-of-duhok" else NotFound):
            commands.release(made.id, place, seen=made.version, by=world.person(name))


def test_who_uploaded_a_file_does_not_release_it_even_as_a_reviewer_since(app: Flask) -> None:
    place = place_of(world.approved())
    made = attached(place, by="basra2")
    reviewer = replace(world.person("basra2"), writes_for=frozenset(), reviews_all=True)

    with pytest.raises(NotAllowed):
        commands.release(made.id, place, seen=made.version, by=reviewer)


def test_a_withdrawn_file_leaves_its_readers_and_its_office_reads_why(
    app: Flask, signed_in: SignedIn
) -> None:
    place = place_of(world.approved())
    made = released(place, name="صورة.jpg")
    with pytest.raises(NoReason):
        commands.withdraw(made.id, place, " ", seen=made.version, by=world.person("reviewer"))

    commands.withdraw(made.id, place, "تظهر أرقام هواتف", seen=made.version, by=world.person("reviewer"))

    assert signed_in("observer").get(address_of(made)).status_code == 404
    assert shown(place, "observer") == []
    assert "تظهر أرقام هواتف" in signed_in("basra").get(f"/lessons/{place.entry_id}/files").text
    assert last_event().details == {"file": made.id}


def test_a_reviewer_decides_on_what_they_saw(app: Flask) -> None:
    place = place_of(world.approved())
    made = attached(place)
    seen = made.version
    commands.describe(made.id, place, Label("", Purpose.SLIDES, "شرائح"), seen=seen, by=world.person("basra"))

    with pytest.raises(Changed):
        commands.release(made.id, place, seen=seen, by=world.person("reviewer"))


def test_what_readers_see_of_a_file_was_seen_by_a_reviewer(app: Flask) -> None:
    place = place_of(world.approved())
    made = released(place)

    with pytest.raises(Impossible):
        commands.describe(
            made.id, place, Label("", Purpose.OTHER, "آخر"), seen=made.version, by=world.person("basra")
        )


def test_a_removed_file_is_gone_and_remembered(app: Flask, signed_in: SignedIn) -> None:
    place = place_of(world.approved())
    made = released(place)

    commands.remove(made.id, place, seen=made.version, by=world.person("basra"))

    assert signed_in("basra").get(address_of(made)).status_code == 404
    assert shown(place, "basra") == []
    assert store().get(made.sha256) is None
    assert store().get(made.thumbnail) is None
    event = last_event()
    assert (event.act, event.thing, event.thing_id) == ("remove_file", "lesson", str(place.entry_id))
    assert event.details == {"file": made.id, "name": made.name}
    attached(place, data=files.photo(seed=1))  # there is room for another


def test_content_stays_while_another_file_needs_it(app: Flask) -> None:
    one, other = place_of(world.approved()), place_of(world.approved(by="duhok"))
    data = files.photo(seed=55)
    first = attached(one, data=data)
    second = attached(other, data=data, by="duhok")

    commands.remove(first.id, one, seen=first.version, by=world.person("basra"))

    assert store().get(second.sha256) is not None


def test_the_list_of_who_did_what_names_no_file_that_is_not_released(app: Flask, signed_in: SignedIn) -> None:
    place = place_of(world.approved())
    attached(place, name="سرّ.jpg")

    assert last_event().details == {"file": 1}
    page = signed_in("admin").get("/admin/audit/").text
    assert "سرّ" not in page
    assert "attach_file" not in page.replace('value="attach_file"', "")


def test_names_of_files_cannot_break_out(app: Flask, signed_in: SignedIn) -> None:
    place = place_of(world.approved())
    address = f"/lessons/{place.entry_id}/files"
    name = '../../"><script>alert(1)</script>\r\nSet-Cookie: x=1\u202e.jpg'

    signed_in("basra").post(address, data=sent(files.photo(seed=3), name))

    made = db.session.scalars(select(Attachment)).one()
    assert "/" not in made.name
    assert "\u202e" not in made.name
    answer = signed_in("basra").get(address_of(made))
    assert "Set-Cookie" not in {name for name, value in answer.headers if value == "x=1"}
    assert "<script>alert" not in signed_in("basra").get(address).text


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"<html><script>alert(1)</script>", "photo.jpg"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "drawing.png"),
        (b"", "empty.pdf"),
        (files.photo()[:2_000], "cut.jpg"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "region"])
def test_what_is_not_taken_comes_back_in_words_with_what_was_typed(
    app: Flask, signed_in: SignedIn, data: bytes, name: str, headers: dict[str, str]
) -> None:
    place = place_of(world.draft())
    form = sent(data, name, purpose="slides", description="وصف لا يضيع")

    answer = signed_in("basra").post(f"/lessons/{place.entry_id}/files", data=form, headers=headers)

    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    assert "يرجى" in page.select("#file-error")[0].text
    assert page.select("#description")[0]["value"] == "وصف لا يضيع"
    assert page.select("#purpose option[selected]")[0]["value"] == "slides"
    assert db.session.scalars(select(Attachment)).all() == []


def test_a_form_far_too_large_is_refused_before_it_is_read(app: Flask, signed_in: SignedIn) -> None:
    place = place_of(world.draft())

    boundary, body = encode_multipart({"file": FileStorage(BytesIO(b"%PDF-1" + b"x" * (13 << 20)), "x.pdf")})
    answer = signed_in("basra").post(
        f"/lessons/{place.entry_id}/files",
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
    )

    assert answer.status_code == 413
    assert "<h1>" in answer.text


def test_no_other_form_may_carry_as_much(signed_in: SignedIn) -> None:
    boundary, body = encode_multipart({"file": FileStorage(BytesIO(b"x" * (3 << 20)), "x.pdf")})
    answer = signed_in("basra").post(
        "/lessons/new", data=body, content_type=f"multipart/form-data; boundary={boundary}"
    )

    assert answer.status_code == 413


def test_the_same_sent_again_is_one_file_and_another_under_the_same_key_is_another(
    app: Flask, signed_in: SignedIn
) -> None:
    place, key = place_of(world.draft()), "k" * 20
    address = f"/lessons/{place.entry_id}/files"
    client = signed_in("basra")

    answers = [
        client.post(address, data=sent(files.photo(seed=seed), "صورة.jpg", key=key)).status_code
        for seed in (1, 1, 2)
    ]

    assert answers == [303, 303, 303]
    assert shown(place, "basra") == ["صورة.jpg", "صورة.jpg"]


def test_a_file_that_is_there_is_not_taken_twice(app: Flask) -> None:
    place = place_of(world.draft())
    attached(place, data=files.PDF, name="a.pdf")

    with pytest.raises(OverLimit) as over:
        attached(place, data=files.PDF, name="b.pdf")

    assert over.value.limit is Limit.THERE


def test_an_entry_has_so_many_files_and_no_more(app: Flask, signed_in: SignedIn) -> None:
    place = place_of(world.draft())
    for number in range(MOST_FILES):
        attached(place, data=files.PDF.replace(b"1.7", b"1.7 %d" % number), name=f"{number}.pdf")

    with pytest.raises(OverLimit) as over:
        attached(place)

    assert over.value.limit is Limit.FILES
    assert 'type="file"' not in signed_in("basra").get(f"/lessons/{place.entry_id}/files").text


def test_a_person_uploads_so_much_a_day_and_goes_on_the_next(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = place_of(world.draft())
    first = attached(place)
    monkeypatch.setattr(commands, "MOST_A_DAY", first.bytes + 100)

    with pytest.raises(OverLimit) as over:
        attached(place)

    assert over.value.limit is Limit.DAY
    with clock.at(clock.now() + timedelta(days=1, minutes=1)):
        attached(place)


def test_a_draft_with_files_can_be_thrown_away(app: Flask, signed_in: SignedIn) -> None:
    revision = world.draft()
    made = attached(place_of(revision))

    answer = signed_in("basra").post(
        f"/lessons/{revision.entry_id}/discard", data={"revision": revision.id, "seen": revision.version}
    )

    assert answer.status_code == 303
    assert signed_in("basra").get(address_of(made)).status_code == 404


def test_a_browser_that_saves_data_gets_no_pictures(app: Flask, signed_in: SignedIn) -> None:
    place = place_of(world.approved())
    made = released(place, name="الزيارة.jpg", description="أعضاء الوفد أمام المبنى")
    client = signed_in("duhok")
    for address in (f"/lessons/{place.entry_id}", f"/lessons/{place.entry_id}/files"):
        full = client.get(address)
        spared = client.get(address, headers={"Save-Data": "on"})

        picture = BeautifulSoup(full.text, "html.parser").select_one("main img")
        assert picture is not None
        assert picture["src"] == f"{address_of(made)}/small"
        assert (picture["loading"], picture["alt"]) == ("lazy", "أعضاء الوفد أمام المبنى")
        assert (picture["width"], picture["height"]) == ("320", "240")
        assert "<img" not in spared.text
        assert "الزيارة.jpg" in spared.text
        assert "كيلوبايت" in spared.text
        assert "Save-Data" in full.headers["Vary"]


def test_files_waiting_for_release_are_shown_to_whoever_may_release_them(
    app: Flask, signed_in: SignedIn
) -> None:
    attached(place_of(world.approved()), name="من البصرة.jpg")
    attached(place_of(world.approved(by="duhok")), name="من دهوك.jpg", by="duhok")
    attached(place_of(world.draft()), name="مسودة.jpg")
    released(place_of(world.approved()), name="منشورة.jpg")

    def waiting(name: str) -> set[str]:
        page = BeautifulSoup(signed_in(name).get("/files/").text, "html.parser")
        return {link.text for link in page.select("main .rows a")}

    assert waiting("reviewer") == {"من البصرة.jpg", "من دهوك.jpg"}
    assert waiting("reviewer-of-duhok") == {"من دهوك.jpg"}
    assert waiting("writes-and-reviews") == {"من دهوك.jpg"}


def test_the_page_of_an_entry_stays_within_its_statements(app: Flask, signed_in: SignedIn) -> None:
    place = place_of(world.approved())
    for _ in range(3):
        released(place)
    client = signed_in("duhok")
    client.get(f"/lessons/{place.entry_id}")

    with statements() as asked:
        client.get(f"/lessons/{place.entry_id}")

    assert len(asked) <= 7, "\n".join(asked)


def test_a_file_belongs_to_its_own_entry(app: Flask) -> None:
    made = attached(place_of(world.draft()))
    elsewhere = Place(world.draft().entry_id, KINDS["lesson"])

    with pytest.raises(NotFound):
        commands.remove(made.id, elsewhere, seen=made.version, by=world.person("basra"))
