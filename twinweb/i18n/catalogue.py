"""The catalogue of a page's words: found once a request, as a page has some two hundred of them."""

from collections.abc import Iterator
from contextlib import contextmanager

from babel.support import Translations
from flask import Flask, g
from flask_babel import Babel, Domain, force_locale
from markupsafe import Markup


class Catalogue(Domain):  # type: ignore[misc]
    """Flask-Babel's own asks for the locale at every word."""

    def get_translations(self) -> Translations:
        if "catalogue" not in g:
            g.catalogue = super().get_translations()
        found: Translations = g.catalogue
        return found


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Words within are in this language, whatever the page speaks."""
    spoken = g.pop("catalogue", None)
    try:
        with force_locale(language):
            yield
    finally:
        g.pop("catalogue", None)
        if spoken:
            g.catalogue = spoken


def install(babel: Babel, app: Flask) -> None:
    """Let Python and templates ask this catalogue; what a template puts into a text is escaped."""
    catalogue = babel.domain_instance = Catalogue()

    def gettext(text: str, /, **values: object) -> Markup:
        said = Markup(catalogue.get_translations().gettext(text))  # noqa: S704  our own words
        return said % values if values else said

    def ngettext(one: str, many: str, number: int, /, **values: object) -> Markup:
        said = catalogue.get_translations().ngettext(one, many, number)
        return Markup(said) % {"num": number, **values}  # noqa: S704  our own words

    app.jinja_env.globals.update(_=gettext, ngettext=ngettext)
