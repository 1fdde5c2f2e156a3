"""What kind of work an address is: each kind has threads of its own (`door.py`).

The method tells reading from writing. Views whose work is of another kind say so, beside `allow`.
"""

from collections.abc import Callable
from enum import Enum, auto
from typing import TypeVar

from flask import Flask
from werkzeug.exceptions import HTTPException

View = TypeVar("View", bound=Callable[..., object])
READING = frozenset({"GET", "HEAD", "OPTIONS"})
MARK = "__work__"


class Work(Enum):
    READS = auto()
    WRITES = auto()
    """May wait for another who writes."""
    JUDGES = auto()
    """Takes a tenth of a second of processor and 64 MiB for one password."""


def judges_passwords(view: View) -> View:
    """Declare that this view makes or compares the hash of a password."""
    setattr(view, MARK, Work.JUDGES)
    return view


def writes(view: View) -> View:
    """Declare that this view writes, although it is asked by GET."""
    setattr(view, MARK, Work.WRITES)
    return view


def work_of(app: Flask) -> Callable[[str, str], Work]:
    """Tell the kind of work from method and path, along the views of this application."""
    rules = app.url_map.bind("")

    def find(method: str, path: str) -> Work:
        usual = Work.READS if method in READING else Work.WRITES
        try:
            endpoint, _values = rules.match(path, method)
        except HTTPException:
            return usual
        return getattr(app.view_functions[endpoint], MARK, usual)

    return find
