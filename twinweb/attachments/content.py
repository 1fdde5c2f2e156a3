"""What a file is by its content, and whether it is whole."""

import re
import threading
import zipfile
import zlib
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

MOST_BYTES = 10 * 1024 * 1024
MOST_MEMBERS = 5_000
MOST_UNPACKED = 100 * 1024 * 1024


class Content(StrEnum):
    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    ODT = "odt"
    ODS = "ods"
    ODP = "odp"


class Flaw(StrEnum):
    """Why a file is not taken, whoever sends it."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN = "unknown"
    """Of no kind that is taken."""
    BROKEN = "broken"
    """Cut on its way, or damaged."""
    TOO_MANY_PIXELS = "too_many_pixels"
    PACKED = "packed"
    """It unpacks to more than an office file does."""
    MACROS = "macros"
    LOCKED = "locked"
    """Nobody can read it without a password."""


_OPEN = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES = {
    Content.PDF: "application/pdf",
    Content.JPEG: "image/jpeg",
    Content.PNG: "image/png",
    Content.WEBP: "image/webp",
    Content.DOCX: f"{_OPEN}.wordprocessingml.document",
    Content.XLSX: f"{_OPEN}.spreadsheetml.sheet",
    Content.PPTX: f"{_OPEN}.presentationml.presentation",
    Content.ODT: "application/vnd.oasis.opendocument.text",
    Content.ODS: "application/vnd.oasis.opendocument.spreadsheet",
    Content.ODP: "application/vnd.oasis.opendocument.presentation",
}
SUFFIXES = {content: (f".{content}",) for content in Content} | {Content.JPEG: (".jpg", ".jpeg", ".jpe")}
MOST_PIXELS = {Content.JPEG: 40_000_000, Content.PNG: 16_000_000, Content.WEBP: 16_000_000}
"""A JPEG is read at a part of its size; of the others every pixel takes four bytes of memory."""
PHOTOS = frozenset(MOST_PIXELS)
_MAIN_MEMBERS = {
    "word/document.xml": Content.DOCX,
    "xl/workbook.xml": Content.XLSX,
    "ppt/presentation.xml": Content.PPTX,
}
_OPEN_DOCUMENT = {MEDIA_TYPES[one].encode(): one for one in (Content.ODT, Content.ODS, Content.ODP)}
_MACROS = re.compile(r"(^|/)(vbaProject\.bin$|Basic/)", re.IGNORECASE)
_SIGNATURES = (
    (re.compile(rb"%PDF-\d"), Content.PDF),
    (re.compile(rb"\xff\xd8\xff"), Content.JPEG),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), Content.PNG),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), Content.WEBP),
)
_DIRECTORY_ENTRY = b"PK\x01\x02"
_one_at_a_time = threading.Lock()
"""Unpacking takes memory: several people at once wait for each other."""


class Refused(Exception):
    """A file that is not taken; `flaw` says why."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw)
        self.flaw = flaw


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file as it is kept."""

    content: Content
    data: bytes
    width: int = 0
    height: int = 0
    thumbnail: bytes = b""


def inspect(data: bytes) -> Inspected:
    """The file as it is kept, or `Refused`. Its name has no say in it."""
    if not data:
        raise Refused(Flaw.EMPTY)
    if len(data) > MOST_BYTES:
        raise Refused(Flaw.TOO_LARGE)
    with _one_at_a_time:
        content = _kind_of(data)
        if content is Content.PDF and b"%%EOF" not in data[-2048:]:
            raise Refused(Flaw.BROKEN)
        return _photo(data, content) if content in PHOTOS else Inspected(content, data)


def _kind_of(data: bytes) -> Content:
    if data.startswith(b"PK\x03\x04"):
        return _office_file(data)
    found = next((content for signature, content in _SIGNATURES if signature.match(data)), None)
    if found is None:
        raise Refused(Flaw.UNKNOWN)
    return found


def _office_file(data: bytes) -> Content:
    if data.count(_DIRECTORY_ENTRY) > MOST_MEMBERS:  # before the directory is read, which takes memory
        raise Refused(Flaw.PACKED)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _judged(archive)
    except RuntimeError:
        raise Refused(Flaw.LOCKED) from None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError):
        raise Refused(Flaw.BROKEN) from None


def _judged(archive: zipfile.ZipFile) -> Content:
    names = archive.namelist()
    if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED:
        raise Refused(Flaw.PACKED)
    content = next((one for name, one in _MAIN_MEMBERS.items() if name in names), None)
    if content is None and names[:1] == ["mimetype"]:
        with archive.open("mimetype") as member:
            content = _OPEN_DOCUMENT.get(member.read(200).strip())
    if content is None:
        raise Refused(Flaw.UNKNOWN)
    if any(_MACROS.search(name) for name in names):
        raise Refused(Flaw.MACROS)
    if archive.testzip():  # reads no more of a member than its bounded size
        raise Refused(Flaw.BROKEN)
    return content


def _photo(data: bytes, content: Content) -> Inspected:
    from twinweb.attachments import photos  # noqa: PLC0415  Pillow, with the first photo

    try:
        made = photos.lightened(data, content, MOST_PIXELS[content])
    except photos.TooManyPixels:
        raise Refused(Flaw.TOO_MANY_PIXELS) from None
    except photos.Damaged:
        raise Refused(Flaw.BROKEN) from None
    return Inspected(content, made.data, made.width, made.height, made.thumbnail)
