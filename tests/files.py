"""Real files of every kind that the register takes, and hostile ones, made on the spot."""

import zipfile
from io import BytesIO
from random import Random

from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj <</Type/Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"


def photo(width: int = 640, height: int = 480, form: str = "JPEG", seed: int = 1, **options: object) -> bytes:
    """A picture with something on it; with another seed another one."""
    rough = (40, 30)
    noise = Image.frombytes("L", rough, Random(seed).randbytes(rough[0] * rough[1]))
    file = BytesIO()
    noise.resize((width, height)).convert("RGB").save(file, form, **options)
    return file.getvalue()


def photo_with_a_place() -> bytes:
    """Held upright, so that the pixels lie on their side; taken in Basra by a named device."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SECRET-DEVICE"
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 30.0, 0.0), 3: "E", 4: (47.0, 47.0, 0.0)})
    return photo(800, 600, exif=exif, comment=b"SECRET-COMMENT")


def packed(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def docx(text: str = "محضر", *more: tuple[str, bytes]) -> bytes:
    return packed(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", text.encode()), *more)


def open_document(kind: str = "text") -> bytes:
    mime = f"application/vnd.oasis.opendocument.{kind}".encode()
    return packed(("mimetype", mime), ("content.xml", b"<x/>"))
