"""What a form is made of: texts with names, and a file only where the view takes one.

What reads forms further on, Flask-WTF and WTForms, expects just that, and fails at anything else.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request

View = TypeVar("View", bound=Callable[..., Any])


class FileForText(Exception):
    """A file came in a field that holds a text."""


def takes_file(field: str) -> Callable[[View], View]:
    """Let this view be sent a file in this field. Stands below `allow`."""

    def mark(view: View) -> View:
        view.__takes_file__ = field  # type: ignore[attr-defined]
        return view

    return mark


def init_app(app: Flask) -> None:
    app.before_request(_refuse_odd_parts)


def _refuse_odd_parts() -> None:
    if request.method != "POST":
        return
    if not all([*request.form, *request.files]):
        abort(400)
    view = current_app.view_functions.get(request.endpoint or "")
    if {*request.files} - {getattr(view, "__takes_file__", "")}:
        raise FileForText
