"""A file is what its content says, whatever its name; photos become light, and tell no place."""

import zipfile
from io import BytesIO
from time import monotonic

import pytest
from PIL import Image

from tests import files
from twinweb.attachments.content import Content, Flaw, Refused, inspect
from twinweb.attachments.names import fitting, tidy
from twinweb.attachments.photos import LONGEST_SIDE, SMALL_BYTES

TAKEN = {
    Content.PDF: files.PDF,
    Content.JPEG: files.photo(),
    Content.PNG: files.photo(form="PNG"),
    Content.WEBP: files.photo(form="WEBP"),
    Content.DOCX: files.docx(),
    Content.XLSX: files.packed(("[Content_Types].xml", b"x"), ("xl/workbook.xml", b"x")),
    Content.PPTX: files.packed(("[Content_Types].xml", b"x"), ("ppt/presentation.xml", b"x")),
    Content.ODT: files.open_document("text"),
    Content.ODS: files.open_document("spreadsheet"),
    Content.ODP: files.open_document("presentation"),
}


def damaged_docx() -> bytes:
    whole = bytearray(files.packed(("word/document.xml", b"minutes" * 40), method=zipfile.ZIP_STORED))
    whole[whole.index(b"minutes") + 3] ^= 1
    return bytes(whole)


def locked_docx() -> bytes:
    whole = bytearray(files.docx())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := whole.find(signature, at + 1)) >= 0:
            whole[at + flags] |= 1
    return bytes(whole)


REFUSED = {
    "nothing": (b"", Flaw.EMPTY),
    "more than 10 MB": (b"%PDF-1.7" + b" " * (10 << 20) + b"%%EOF", Flaw.TOO_LARGE),
    "a page": (b"<!doctype html><script>alert(1)</script>", Flaw.UNKNOWN),
    "a drawing": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', Flaw.UNKNOWN),
    "a program": (b"MZ\x90\x00" + b"\x00" * 200, Flaw.UNKNOWN),
    "an animation": (files.photo(form="GIF"), Flaw.UNKNOWN),
    "an archive": (files.packed(("readme.txt", b"x")), Flaw.UNKNOWN),
    "an open document of another kind": (files.open_document("database"), Flaw.UNKNOWN),
    "a page behind the mark of a photo": (b"\xff\xd8\xff<html><script>alert(1)</script>", Flaw.BROKEN),
    "half a photo": (files.photo()[:3_000], Flaw.BROKEN),
    "half a PDF": (files.PDF[:40], Flaw.BROKEN),
    "half a document": (files.docx()[:-30], Flaw.BROKEN),
    "a damaged document": (damaged_docx(), Flaw.BROKEN),
    "a locked document": (locked_docx(), Flaw.LOCKED),
    "a document with a program": (files.docx("x", ("word/vbaProject.bin", b"x")), Flaw.MACROS),
    "a bomb": (files.docx("x", ("word/bomb.xml", b"0" * (101 << 20))), Flaw.PACKED),
    "a bomb of many": (files.docx("x", *[(f"x/{one}", b"") for one in range(5_000)]), Flaw.PACKED),
}


@pytest.mark.parametrize("content", TAKEN)
def test_each_kind_is_known_by_its_content(content: Content) -> None:
    assert inspect(TAKEN[content]).content is content


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_taken_is_refused_for_its_reason(name: str) -> None:
    data, flaw = REFUSED[name]

    with pytest.raises(Refused) as refused:
        inspect(data)

    assert refused.value.flaw is flaw


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.8, 0.95])
@pytest.mark.parametrize("content", TAKEN)
def test_a_file_cut_anywhere_is_never_taken_for_whole(content: Content, cut: float) -> None:
    data = TAKEN[content]

    with pytest.raises(Refused):
        inspect(data[: int(len(data) * cut)])


@pytest.mark.parametrize(("form", "side"), [("PNG", 10_000), ("PNG", 5_000), ("JPEG", 7_000)])
def test_a_picture_of_too_many_pixels_is_refused_before_it_takes_memory(form: str, side: int) -> None:
    file = BytesIO()
    Image.new("L", (side, side)).save(file, form)
    started = monotonic()

    with pytest.raises(Refused) as refused:
        inspect(file.getvalue())

    assert refused.value.flaw is Flaw.TOO_MANY_PIXELS
    assert monotonic() - started < 0.5


def test_a_photo_becomes_light() -> None:
    kept = inspect(files.photo(4_000, 3_000, quality=95))

    assert (kept.width, kept.height) == (LONGEST_SIDE, 1_200)
    assert len(kept.data) < 300_000
    assert len(kept.thumbnail) <= SMALL_BYTES
    with Image.open(BytesIO(kept.thumbnail)) as small:
        assert (small.format, small.size) == ("WEBP", (320, 240))


def test_a_photo_of_noise_has_a_light_picture_too() -> None:
    file = BytesIO()
    Image.effect_noise((1_600, 1_600), 200).convert("RGB").save(file, "JPEG", quality=95)

    assert len(inspect(file.getvalue()).thumbnail) <= SMALL_BYTES


def test_a_photo_stands_upright_and_tells_nothing_but_itself() -> None:
    sent = files.photo_with_a_place()
    assert b"SECRET-DEVICE" in sent
    assert b"SECRET-COMMENT" in sent

    kept = inspect(sent)

    with Image.open(BytesIO(kept.data)) as picture:
        assert picture.size == (600, 800)
        assert not picture.getexif()
    assert b"SECRET" not in kept.data + kept.thumbnail


def test_what_hides_behind_a_photo_is_left_behind() -> None:
    kept = inspect(files.photo() + b"<script>alert(1)</script>" + files.packed(("x.html", b"evil")))

    assert b"<script>" not in kept.data
    assert b"PK\x03\x04" not in kept.data


def test_a_picture_with_clear_parts_keeps_them() -> None:
    file = BytesIO()
    Image.new("RGBA", (40, 40), (200, 0, 0, 0)).save(file, "PNG")

    with Image.open(BytesIO(inspect(file.getvalue()).data)) as kept:
        assert kept.mode == "RGBA"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("محضر اتفاق البصرة.pdf", "محضر اتفاق البصرة.pdf"),
        ("/etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("../../..", "file"),
        ("", "file"),
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie x=1.pdf"),
        ("صورة\u202egpj.exe", "صورةgpj.exe"),
        ("نص\x00.pdf", "نص.pdf"),
        ('a"b<c>|?*.pdf', "a b c.pdf"),
        ("م" * 500 + ".pdf", "م" * 116 + ".pdf"),
        (".htaccess", "htaccess"),
    ],
)
def test_a_name_is_kept_as_typed_but_for_what_steers(typed: str, kept: str) -> None:
    assert tidy(typed) == kept


@pytest.mark.parametrize(
    ("typed", "content", "kept"),
    [
        ("evil.html", Content.PDF, "evil.html.pdf"),
        ("صورة.JPG", Content.JPEG, "صورة.JPG"),
        ("صورة.jpeg", Content.JPEG, "صورة.jpeg"),
        ("صورة.png", Content.JPEG, "صورة.png.jpg"),
        ("محضر", Content.DOCX, "محضر.docx"),
        ("م" * 119 + "x", Content.PDF, "م" * 116 + ".pdf"),
    ],
)
def test_the_suffix_says_what_the_content_is(typed: str, content: Content, kept: str) -> None:
    assert fitting(typed, content) == kept
