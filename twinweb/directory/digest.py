"""The offline digest: the newest lessons of a sector or governorate in one file, to carry on a stick.

The file asks for nothing: no script, no picture, and its own styles alone, allowed by their hash.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Response, current_app, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup, escape

from twinweb import clock
from twinweb.directory import queries
from twinweb.directory.queries import WholeLesson
from twinweb.entries.kinds import Facet
from twinweb.kinds import SHOWN
from twinweb.reference import queries as reference

MOST_LESSONS = 50
MOST_BYTES = 100_000
FRAME, IN_CONTENTS = 4_000, 100
"""Bytes of the file without lessons, and of tags around a title in the contents: at least what they are."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a digest is of."""

    facet: Facet
    slug: str
    name: str
    address: str


def answer(place: Place) -> Response:
    """The file, under a name in the language of the page."""
    found = queries.lessons(place.facet, place.slug, MOST_LESSONS)
    root = current_app.config["TWINWEB"].public_url or request.url_root.rstrip("/")
    lessons, articles = _that_fit(found.lessons, root)
    styles = _styles(Path(current_app.static_folder or ""))
    policy = f"default-src 'none'; style-src '{_hash(styles)}'; base-uri 'none'; form-action 'none'"
    text = render_template(
        "directory/digest.html",
        place=place,
        lessons=lessons,
        articles=articles,
        count=found.count,
        styles=Markup("<style>{}</style>").format(Markup(styles)),  # noqa: S704  our own file
        policy=policy,
        now=clock.now(),
        root=root,
    )
    response = Response(text)
    response.headers["Content-Security-Policy"] = policy
    name = f"{_('TwinWeb')} - {place.name} - {clock.today()}.html"
    plain = f"twinweb-{place.slug}-{clock.today()}.html"
    response.headers["Content-Disposition"] = (
        f"attachment; filename={plain}; filename*=UTF-8''{quote(name, safe='')}"
    )
    return response


def _that_fit(lessons: Sequence[WholeLesson], root: str) -> tuple[list[WholeLesson], list[Markup]]:
    """The newest, as long as there is room; one that is too long leaves its room to the next."""
    parts: Any = current_app.jinja_env.get_template("directory/digest_lesson.html").module
    left, kept, articles = MOST_BYTES - FRAME, list[WholeLesson](), list[Markup]()
    for one in lessons:
        article = parts.lesson(one, root, reference.names(), SHOWN["lesson"].phases)
        size = len(article.encode()) + len(escape(one.title).encode()) + IN_CONTENTS
        if size <= left:
            left -= size
            kept.append(one)
            articles.append(article)
    return kept, articles


@cache
def _styles(folder: Path) -> str:
    return (folder / "css" / "digest.css").read_text("utf-8").strip()


def _hash(styles: str) -> str:
    return "sha256-" + b64encode(sha256(styles.encode()).digest()).decode()
