"""Pictures on the help pages; `make pictures` takes them from the real pages, in both languages."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import current_app

from twinweb.i18n.locale import is_arabic
from twinweb.web.addresses import asset

FOLDER = "help"
SHARPNESS = 2
"""Pixels of the picture to one of the page."""


@dataclass(frozen=True, slots=True)
class Picture:
    address: str
    width: int
    height: int
    kilobytes: int


def picture(name: str) -> Picture:
    """In the language of the page."""
    file = f"{FOLDER}/{name}-{'ar' if is_arabic() else 'en'}.webp"
    path = Path(current_app.static_folder or "") / file
    width, height = _size(path)
    return Picture(asset(file), width, height, max(1, round(path.stat().st_size / 1000)))


@cache
def _size(path: Path) -> tuple[int, int]:
    from PIL import Image  # noqa: PLC0415  it weighs megabytes in each worker

    with Image.open(path) as image:
        return image.width // SHARPNESS, image.height // SHARPNESS
