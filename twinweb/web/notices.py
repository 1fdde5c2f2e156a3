"""A word to the person about what was just done, shown once on the next page they see."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from flask import Flask, g, session

from twinweb.web.htmx import is_htmx


@dataclass(frozen=True, slots=True)
class Undo:
    """A button beside the word, that undoes what was done."""

    action: str
    label: str
    seen: Mapping[str, int] = field(default_factory=dict)


Said = dict[str, object]


def say(text: object, undo: Undo | None = None) -> None:
    """Keep a notice for the next page: this very answer under htmx, the page after the redirect else."""
    if is_htmx():
        g.setdefault("notices", []).append(_said(text, undo))
    else:
        say_on_next_page(text, undo)


def say_on_next_page(text: object, undo: Undo | None = None) -> None:
    """The same, where also htmx is led on to another page."""
    session["notices"] = [*session.get("notices", []), _said(text, undo)]


def _said(text: object, undo: Undo | None) -> Said:
    return {"text": str(text), "undo": asdict(undo) if undo else None}


def notices() -> list[Said]:
    """Those not yet shown."""
    kept: list[Said] = session.pop("notices", []) if "notices" in session else []
    return [*kept, *g.pop("notices", [])]


def init_app(app: Flask) -> None:
    app.add_template_global(notices)
