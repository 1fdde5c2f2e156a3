"""A word to the person about what was just done, shown once on the next page they see."""

from flask import Flask, g, session

from twinweb.web.htmx import is_htmx


def say(text: object) -> None:
    """Keep a notice for the next page: this very answer under htmx, the page after the redirect else."""
    if is_htmx():
        g.setdefault("notices", []).append(str(text))
    else:
        session["notices"] = [*session.get("notices", []), str(text)]


def notices() -> list[str]:
    """Those not yet shown."""
    kept: list[str] = session.pop("notices", []) if "notices" in session else []
    return [*kept, *g.pop("notices", [])]


def init_app(app: Flask) -> None:
    app.add_template_global(notices)
