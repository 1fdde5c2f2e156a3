"""Words for everything that can be wrong: with a field, and with an act."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from twinweb.entries.fields import Code, Problem
from twinweb.i18n.locale import day, number

WORDS: Mapping[Code, Callable[[Mapping[str, Any]], str]] = {
    Code.MISSING: lambda p: _("Please fill in “%(field)s”.", **p),
    Code.TOO_LONG: lambda p: _(
        "Please shorten “%(field)s” to %(most)s characters; it has %(length)s.",
        field=p["field"],
        most=number(p["longest"]),
        length=number(p["length"]),
    ),
    Code.NO_DATE: lambda p: _(
        "Please enter a date that exists under “%(field)s”, for example 12 October 2022.", **p
    ),
    Code.NO_FULL_DATE: lambda p: _("Please enter day, month and year under “%(field)s”.", **p),
    Code.NO_YEAR: lambda p: _("Please enter a year of four digits under “%(field)s”, for example 2022.", **p),
    Code.NO_TIME: lambda p: _("Please enter a time under “%(field)s”, for example 09:30.", **p),
    Code.NO_NUMBER: lambda p: _("Please enter a whole number under “%(field)s”.", **p),
    Code.NO_AMOUNT: lambda p: _("Please enter an amount under “%(field)s”, for example 499528.94.", **p),
    Code.NO_CHOICE: lambda p: _("Please choose one from the list under “%(field)s”.", **p),
    Code.TOO_FEW: lambda p: ngettext(
        "Please enter at least one under “%(field)s”.",
        "Please enter at least %(num)s under “%(field)s”.",
        p["at_least"],
        field=p["field"],
    ),
    Code.TOO_MANY: lambda p: ngettext(
        "Please enter at most one under “%(field)s”.",
        "Please enter at most %(num)s under “%(field)s”.",
        p["at_most"],
        field=p["field"],
    ),
    Code.NO_PHONE: lambda p: _(
        "Please enter a phone number under “%(field)s”, for example +964 750 123 4567.", **p
    ),
    Code.NO_EMAIL: lambda p: _(
        "Please enter an e-mail address under “%(field)s”, for example office@example.iq.", **p
    ),
    Code.NO_LINK: lambda p: _(
        "Please enter a whole web address under “%(field)s”, for example https://example.org/page.", **p
    ),
    Code.RETIRED: lambda p: _("Please choose a sector that is in use under “%(field)s”.", **p),
    Code.NO_ENTRY: lambda p: _("Please choose an entry that you can read under “%(field)s”.", **p),
    Code.END_BEFORE_START: lambda p: _("Please correct “%(field)s”: it may not be before the start.", **p),
    Code.MORE_THAN_ALL: lambda p: _(
        "Please correct “%(field)s”: women and men together are more than that.", **p
    ),
    Code.OWNER_MISSING: lambda p: _("Please keep your own governorate under “%(field)s”.", **p),
    Code.OUTSIDE_WORKSHOP: lambda p: _(
        "Please enter a day of the workshop under “%(field)s”: from %(first)s to %(last)s.",
        field=p["field"],
        first=day(p["first"]),
        last=day(p["last"]),
    ),
    Code.AMOUNT_AND_CURRENCY: lambda p: _("Please give amount and currency of “%(field)s” together.", **p),
}


def words_for(problem: Problem, label: str) -> str:
    """What is wrong, in the language of the page, with the field's own name."""
    return WORDS[problem.code]({**problem.params, "field": label})
