"""Uploads in pieces (tus 1.0): cut anywhere they go on, doubled they happen once."""

import base64
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests import files, world
from tests.attachments.places import attached, place_of, shown
from tests.conftest import SignedIn
from tests.interleaving import Act, every
from twinweb import clock
from twinweb.accounts import commands as accounts
from twinweb.accounts.commands import Grant, Identity
from twinweb.accounts.models import Role, User
from twinweb.attachments import commands, uploads
from twinweb.attachments.commands import Limit, OverLimit
from twinweb.attachments.content import MOST_BYTES
from twinweb.attachments.models import Attachment, Piece, Purpose, Upload
from twinweb.attachments.uploads import LASTS, LONGEST_PIECE, MOST_UNFINISHED
from twinweb.db import db, transaction
from twinweb.entries.beside import Place
from twinweb.entries.refusals import NotFound

PIECE = 2_000
DATA = files.photo(seed=9)
TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture
def place(app: Flask) -> Place:
    return place_of(world.draft())


@pytest.fixture
def basra(place: Place, signed_in: SignedIn) -> FlaskClient:
    return signed_in("basra")


def metadata(**told: str) -> str:
    return ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in told.items())


def begin(
    client: FlaskClient, place: Place, length: int = len(DATA), key: str = "one", **told: str
) -> TestResponse:
    said = metadata(**({"filename": "صورة الزيارة.jpg", "key": key} | told))
    headers = TUS | {"Upload-Length": str(length), "Upload-Metadata": said}
    return client.post(f"/{place.kind.plural}/{place.entry_id}/uploads", headers=headers)


def send(client: FlaskClient, address: str | None, start: int, data: bytes) -> TestResponse:
    headers = TUS | {"Upload-Offset": str(start), "Content-Type": "application/offset+octet-stream"}
    return client.patch(address or "", headers=headers, data=data)


def send_all(client: FlaskClient, address: str | None, data: bytes = DATA, start: int = 0) -> TestResponse:
    """The rest of it, piece by piece."""
    for at in range(start, len(data), PIECE):
        answer = send(client, address, at, data[at : at + PIECE])
    return answer


def come_to(client: FlaskClient, address: str | None) -> int:
    return int(client.head(address or "", headers=TUS).headers["Upload-Offset"])


def pieces() -> int:
    return db.session.scalars(select(func.count()).select_from(Piece)).one()


def test_a_file_arrives_in_pieces(basra: FlaskClient, place: Place) -> None:
    begun = begin(basra, place, purpose="agreement", description="الوفد")
    assert (begun.status_code, begun.headers["Upload-Offset"]) == (201, "0")
    assert begun.headers["Tus-Resumable"] == "1.0.0"

    last = send_all(basra, begun.location)

    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(DATA)))
    made = db.session.scalars(select(Attachment)).one()
    assert (made.name, made.purpose, made.description) == ("صورة الزيارة.jpg", Purpose.AGREEMENT, "الوفد")
    assert pieces() == 0
    assert "وصل الملف" in basra.get(f"/lessons/{place.entry_id}/files").text


@pytest.mark.parametrize("cut", range(0, len(DATA) + PIECE, 5 * PIECE))
def test_cut_after_any_piece_it_goes_on_where_it_stopped(basra: FlaskClient, place: Place, cut: int) -> None:
    address = begin(basra, place).location
    for at in range(0, min(cut, len(DATA)), PIECE):
        send(basra, address, at, DATA[at : at + PIECE])

    again = begin(basra, place)

    assert again.location == address
    assert come_to(basra, address) == min(cut, len(DATA))
    send_all(basra, address, start=min(cut, len(DATA) - 1) // PIECE * PIECE if cut < len(DATA) else 0)
    assert shown(place, "basra") == ["صورة الزيارة.jpg"]


def test_a_piece_sent_twice_counts_once(basra: FlaskClient, place: Place) -> None:
    address = begin(basra, place).location

    first, second = (send(basra, address, 0, DATA[:PIECE]) for _ in range(2))

    assert (first.status_code, second.status_code) == (204, 409)
    assert second.headers["Upload-Offset"] == str(PIECE)
    assert come_to(basra, address) == PIECE


def test_a_key_that_cannot_be_stored_is_cleaned(basra: FlaskClient, place: Place) -> None:
    begun = begin(basra, place, key="o\0ne")

    assert begun.status_code == 201
    assert begin(basra, place, key="one").location == begun.location


def test_a_piece_is_kept_though_its_sender_is_given_another_role_meanwhile(
    app: Flask, signed_in: SignedIn
) -> None:
    clients: list[tuple[FlaskClient, str | None]] = []

    def prepare() -> tuple[Act, Act]:
        user, client = newcomer(signed_in, len(clients))
        clients.append((client, begin(client, place_of(world.draft())).location))
        return lambda: send(*clients[-1], 0, DATA[:PIECE]), lambda: give_role(user)

    for _ in every(app, prepare):
        assert come_to(*clients[-1]) == PIECE


def test_a_file_sent_again_is_known_though_its_sender_was_given_another_role_meanwhile(
    app: Flask, signed_in: SignedIn
) -> None:
    again: list[Act] = []
    told: list[int] = []

    def prepare() -> tuple[Act, Act]:
        user, client = newcomer(signed_in, len(again))
        address = f"/lessons/{world.draft().entry_id}/files"

        def upload() -> None:
            data = {"file": (BytesIO(DATA), "a.jpg"), "key": "a-key-of-one-form-1"}
            told.append(client.post(address, data=data).status_code)

        again.append(upload)
        return upload, lambda: give_role(user)

    for _ in every(app, prepare):
        again[-1]()
        assert told[-2:] == [303, 303]


def newcomer(signed_in: SignedIn, number: int) -> tuple[User, FlaskClient]:
    who = Identity(f"newcomer{number}", "قادم جديد")
    user, _code = accounts.create_user(who, [Grant(Role.CONTRIBUTOR, "basra")], by=None)
    with transaction():
        user.password_hash = "of nothing"
    return user, signed_in(user.username)


def give_role(user: User) -> None:
    accounts.grant(user.id, Grant(Role.OBSERVER), by=None)


@pytest.mark.parametrize("start", [1, PIECE - 1, PIECE + 1, len(DATA), 2**31 + 5])
def test_a_piece_for_another_place_is_refused_and_told_where_it_is(
    basra: FlaskClient, place: Place, start: int
) -> None:
    address = begin(basra, place).location
    send(basra, address, 0, DATA[:PIECE])

    answer = send(basra, address, start, b"xx")

    assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, str(PIECE))


def test_more_than_was_announced_is_refused(basra: FlaskClient, place: Place) -> None:
    address = begin(basra, place, length=10).location

    assert send(basra, address, 0, b"x" * 11).status_code == 413
    assert come_to(basra, address) == 0


def test_a_piece_has_its_bound(basra: FlaskClient, place: Place) -> None:
    address = begin(basra, place, length=MOST_BYTES).location

    assert send(basra, address, 0, b"x" * (LONGEST_PIECE + 1)).status_code == 413
    assert send(basra, address, 0, b"x" * LONGEST_PIECE).status_code == 204


def test_the_answer_that_never_came_is_given_again(basra: FlaskClient, place: Place) -> None:
    address = begin(basra, place).location
    send_all(basra, address)

    again = send(basra, address, len(DATA), b"")

    assert (again.status_code, again.headers["Upload-Offset"]) == (204, str(len(DATA)))
    assert shown(place, "basra") == ["صورة الزيارة.jpg"]


def test_a_file_whose_end_was_cut_off_by_the_server_ends_when_it_is_asked_again(
    basra: FlaskClient, place: Place
) -> None:
    """Killed between the last piece and the file that is made of it."""
    upload_id = int((begin(basra, place).location or "").rpartition("/")[2])
    for at in range(0, len(DATA), PIECE):
        uploads.add_piece(upload_id, at, DATA[at : at + PIECE], by=world.person("basra"))

    answer = send(basra, f"/uploads/{upload_id}", len(DATA), b"")

    assert answer.status_code == 204
    assert shown(place, "basra") == ["صورة الزيارة.jpg"]


def test_what_is_not_taken_is_said_in_words_and_again_when_asked_again(
    basra: FlaskClient, place: Place
) -> None:
    data = b"<html><script>alert(1)</script></html>"
    address = begin(basra, place, length=len(data)).location

    first = send(basra, address, 0, data)
    again = send(basra, begin(basra, place, length=len(data)).location, len(data), b"")

    assert (first.status_code, again.status_code) == (422, 422)
    assert "يرجى اختيار ملف PDF" in first.text
    assert first.text == again.text
    assert first.mimetype == "text/plain"
    assert (pieces(), shown(place, "basra")) == (0, [])


@pytest.mark.parametrize(("length", "words"), [(0, "غير فارغ"), (MOST_BYTES + 1, "أصغر")])
def test_a_length_that_cannot_be_is_refused_before_a_byte_is_sent(
    basra: FlaskClient, place: Place, length: int, words: str
) -> None:
    answer = begin(basra, place, length=length)

    assert answer.status_code == 422
    assert words in answer.text


def test_another_file_of_the_same_name_is_another_upload(basra: FlaskClient, place: Place) -> None:
    first = begin(basra, place)
    send(basra, first.location, 0, DATA[:PIECE])

    other = begin(basra, place, key="other")

    assert other.location != first.location
    assert other.headers["Upload-Offset"] == "0"


def test_a_file_that_was_removed_can_come_again(basra: FlaskClient, place: Place) -> None:
    send_all(basra, begin(basra, place).location)
    made = db.session.scalars(select(Attachment)).one()
    commands.remove(made.id, place, seen=made.version, by=world.person("basra"))

    again = begin(basra, place)

    assert again.headers["Upload-Offset"] == "0"
    send_all(basra, again.location)
    assert shown(place, "basra") == ["صورة الزيارة.jpg"]


def test_an_upload_is_its_senders_alone(basra: FlaskClient, place: Place, signed_in: SignedIn) -> None:
    address = begin(basra, place).location or ""
    send(basra, address, 0, DATA[:PIECE])

    for name in ("basra2", "duhok", "both"):
        other = signed_in(name)
        assert other.head(address, headers=TUS).status_code == 404
        assert send(other, address, PIECE, b"x").status_code == 404
        assert other.delete(address, headers=TUS).status_code == 404
        assert other.post(f"{address}/throw-away").status_code == 404
        assert "لم يكتمل" not in other.get(f"/lessons/{place.entry_id}/files").text
    for name in ("reviewer", "observer", "admin"):
        assert send(signed_in(name), address, PIECE, b"x").status_code == 403
    assert come_to(basra, address) == PIECE
    assert begin(signed_in("basra2"), place).location != address


def test_only_the_office_uploads(app: Flask, signed_in: SignedIn) -> None:
    approved, draft = place_of(world.approved()), place_of(world.draft())

    assert begin(signed_in("duhok"), approved).status_code == 403
    assert begin(signed_in("duhok"), draft).status_code == 404
    assert begin(signed_in("reviewer"), approved).status_code == 403
    assert begin(app.test_client(), approved).location == "/login"
    assert db.session.scalars(select(Upload)).all() == []


def test_who_may_no_longer_write_for_the_office_ends_nothing(basra: FlaskClient, place: Place) -> None:
    upload_id = int((begin(basra, place).location or "").rpartition("/")[2])
    uploads.add_piece(upload_id, 0, DATA, by=world.person("basra"))
    former = world.person("basra")

    with pytest.raises(NotFound):
        uploads.finish(upload_id, place, by=type(former)(former.id, former.name, reviews_all=True))


def test_every_request_needs_the_token_of_its_sign_in(app: Flask, basra: FlaskClient, place: Place) -> None:
    address = begin(basra, place).location
    app.config["WTF_CSRF_ENABLED"] = True

    assert begin(basra, place, key="other").status_code == 400
    assert send(basra, address, 0, DATA[:PIECE]).status_code == 400
    page = basra.get(f"/lessons/{place.entry_id}/files").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    headers = TUS | {
        "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
        "X-CSRFToken": token,
    }
    assert basra.patch(address or "", headers=headers, data=DATA[:PIECE]).status_code == 204


def test_nobody_has_more_unfinished_than_their_share(basra: FlaskClient, place: Place) -> None:
    for number in range(MOST_UNFINISHED):
        assert begin(basra, place, key=str(number)).status_code == 201

    over = begin(basra, place, key="over")

    assert over.status_code == 422
    assert "لم يكتمل رفعها" in over.text
    assert begin(basra, place, key="3").status_code == 201


def test_what_is_announced_counts_as_much_as_what_has_come(place: Place) -> None:
    basra, label = world.person("basra"), commands.Label("a.pdf")
    for number in range(9):
        uploads.begin(place, label, MOST_BYTES, str(number), by=basra)
    attached(place)

    with pytest.raises(OverLimit) as over:
        uploads.begin(place, label, MOST_BYTES, "ten", by=basra)

    assert over.value.limit is Limit.DAY


def test_an_upload_that_nobody_goes_on_with_expires(app: Flask, basra: FlaskClient, place: Place) -> None:
    address = begin(basra, place).location or ""
    send(basra, address, 0, DATA[:PIECE])

    with clock.at(clock.now() + LASTS + timedelta(minutes=1)):
        assert uploads.forget_expired() == 1

    assert basra.head(address, headers=TUS).status_code == 404
    assert pieces() == 0


def test_the_next_upload_clears_those_that_expired(basra: FlaskClient, place: Place) -> None:
    send(basra, begin(basra, place).location, 0, DATA[:PIECE])

    with clock.at(clock.now() + LASTS + timedelta(minutes=1)):
        uploads.begin(place, commands.Label("a.pdf"), 10, "new", by=world.person("basra"))

    assert pieces() == 0
    assert len(db.session.scalars(select(Upload)).all()) == 1


def test_what_is_not_finished_is_offered_and_can_be_thrown_away(basra: FlaskClient, place: Place) -> None:
    address = begin(basra, place).location or ""
    send(basra, address, 0, DATA[:PIECE])
    page = basra.get(f"/lessons/{place.entry_id}/files").text
    assert "رفع لم يكتمل" in page
    assert f'action="{address}/throw-away"' in page

    assert basra.post(f"{address}/throw-away").location == f"/lessons/{place.entry_id}/files"

    assert basra.head(address, headers=TUS).status_code == 404
    assert pieces() == 0


def test_an_upload_is_ended_by_its_protocol_too(basra: FlaskClient, place: Place) -> None:
    address = begin(basra, place).location or ""

    assert basra.delete(address, headers=TUS).status_code == 204
    assert basra.delete(address, headers=TUS).status_code == 404


def test_the_server_says_what_it_speaks(basra: FlaskClient, place: Place) -> None:
    answer = basra.options(f"/lessons/{place.entry_id}/uploads")

    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,expiration,termination"
    assert answer.headers["Tus-Max-Size"] == str(MOST_BYTES)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 412),
        ({"Tus-Resumable": "0.2.2"}, 412),
        (TUS, 400),
        (TUS | {"Upload-Length": "-1"}, 400),
        (TUS | {"Upload-Length": "٣"}, 400),
        (TUS | {"Upload-Length": "9" * 30}, 400),
        (TUS | {"Upload-Length": "10", "Upload-Metadata": "filename !!,, key"}, 201),
    ],
)
def test_a_beginning_that_is_not_understood_is_refused(
    basra: FlaskClient, place: Place, headers: dict[str, str], status: int
) -> None:
    sent = {name: value.encode().decode("latin-1") for name, value in headers.items()}

    assert basra.post(f"/lessons/{place.entry_id}/uploads", headers=sent).status_code == status


def test_a_piece_of_another_kind_is_refused(basra: FlaskClient, place: Place) -> None:
    address = begin(basra, place).location or ""

    answer = basra.patch(address, headers=TUS | {"Upload-Offset": "0"}, data={"file": "x"})

    assert answer.status_code in {400, 415}
    assert come_to(basra, address) == 0
