"""Photos lose weight, and where they were taken. Loaded with the first photo, as Pillow weighs megabytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import product

from PIL import Image, ImageOps

LONGEST_SIDE = 1_600
LIGHT = 300_000
SMALL_SIDES = (320, 200)
SMALL_BYTES = 10_000

Image.MAX_IMAGE_PIXELS = None  # it warns on opening; our own bound is asked before a pixel is read


class TooManyPixels(Exception):
    """More than this machine should unpack."""


class Damaged(Exception):
    """Not a whole picture."""


@dataclass(frozen=True, slots=True)
class Photo:
    data: bytes
    width: int
    height: int
    thumbnail: bytes


def lightened(data: bytes, kind: str, most_pixels: int) -> Photo:
    """The photo upright, small enough for a page, and without a word on where and by what it was taken.

    `kind` is jpeg, png or webp, and stays so.
    """
    try:
        with Image.open(BytesIO(data), formats=[kind.upper()]) as opened:
            if opened.width * opened.height > most_pixels:
                raise TooManyPixels
            picture = _pixels(opened, kind)
    except (MemoryError, Image.DecompressionBombError):
        raise TooManyPixels from None
    except (OSError, ValueError, SyntaxError, EOFError):
        raise Damaged from None
    return Photo(
        _light(picture, kind, LIGHT, (LONGEST_SIDE,)),
        picture.width,
        picture.height,
        _light(picture, "webp", SMALL_BYTES, SMALL_SIDES),
    )


def _pixels(opened: Image.Image, kind: str) -> Image.Image:
    """The picture and nothing else that the file held: no places, no names, no second file behind it."""
    opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is read at the size that is needed
    upright = ImageOps.exif_transpose(opened)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    mode = "RGBA" if kind != "jpeg" and upright.has_transparency_data else "RGB"
    bare = Image.new(mode, upright.size)
    bare.paste(upright.convert(mode))
    return bare


def _light(picture: Image.Image, kind: str, bound: int, sides: Sequence[int]) -> bytes:
    """As good as it can be within so many bytes; of what is nothing but noise, as light as it can be."""
    for side, quality in product(sides, (85, 70, 50, 30)):
        small, file = picture.copy(), BytesIO()
        small.thumbnail((side, side))
        small.save(file, kind.upper(), quality=quality, optimize=True)
        if file.tell() <= bound or kind == "png":
            break
    return file.getvalue()
