"""Parts of pages that are the same for everybody: written once, and kept while they are asked for."""

from collections.abc import Hashable, Iterable, MutableMapping
from functools import lru_cache
from typing import Any, cast

from flask import Flask
from flask.templating import Environment
from jinja2.runtime import Macro
from markupsafe import Markup

from twinweb.i18n.locale import locale

MOST = 1_000


class Templates(Environment):
    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The same for every template, as none has its own.

        Jinja's chain of two costs a look at both for each name whenever a page imports a macro.
        """
        return super().make_globals(d) if d else self.globals


def for_everybody(macro: Macro, *things: Hashable) -> Markup:
    """What a macro writes of these things, if it looks at nothing else but the language of the page.

    The macro must be imported: one that a page has for itself is another one each time.
    """
    return written_in(locale().language, macro, *things)


def each_for_everybody(macro: Macro, ones: Iterable[Hashable], *things: Hashable) -> Markup:
    """As `for_everybody`, of one after the other: each is the last of its things."""
    language = locale().language
    return Markup().join(written_in(language, macro, *things, one) for one in ones)


@lru_cache(MOST)
def written_in(_language: str, macro: Macro, *things: Hashable) -> Markup:
    return cast("Markup", macro(*things))


def init_app(app: Flask) -> None:
    app.add_template_global(for_everybody)
    app.add_template_global(each_for_everybody)
