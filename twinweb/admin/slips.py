"""Slips to print and hand over: eight a page, each in its reader's language and smaller in the other one."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app, render_template, request
from flask_babel import gettext as _

from twinweb import clock
from twinweb.accounts.commands import CODE_LASTS
from twinweb.accounts.models import Language, User
from twinweb.admin import queries
from twinweb.i18n.catalogue import speaking
from twinweb.i18n.locale import LOCALES, day
from twinweb.reference import queries as reference


@dataclass(frozen=True, slots=True)
class Words:
    """What is printed on a slip, in one language."""

    language: str
    title: str
    username: str
    code: str
    address: str
    how: str
    until: str

    @property
    def direction(self) -> str:
        return "rtl" if self.language == Language.ARABIC else "ltr"


@dataclass(frozen=True, slots=True)
class Slip:
    user: User
    code: str
    office: str
    words: Words
    also: Words
    """The same in the other language, smaller."""


def slip_page(opened: Sequence[tuple[User, str]], list_id: int) -> str:
    """The page that is printed. No address leads to it again."""
    words = {language: _words(language) for language in Language}
    offices = _offices([user.id for user, _code in opened])
    slips = [
        Slip(
            user,
            code,
            offices.get(user.id, {}).get(user.language, ""),
            words[user.language],
            words[_other(user.language)],
        )
        for user, code in opened
    ]
    return render_template("admin/slips.html", slips=slips, address=address_of_site(), list_id=list_id)


def address_of_site() -> str:
    address: str = current_app.config["TWINWEB"].public_url or request.host_url.rstrip("/")
    return address


def _other(language: Language) -> Language:
    return Language.ENGLISH if language is Language.ARABIC else Language.ARABIC


def _offices(user_ids: Sequence[int]) -> dict[int, dict[Language, str]]:
    """The governorate of each, in both languages."""
    names = reference.names().governorates
    return {
        user_id: {Language.ARABIC: names[slug].ar, Language.ENGLISH: names[slug].en}
        for user_id, slug in queries.first_governorates(user_ids).items()
    }


def _words(language: Language) -> Words:
    with speaking(str(LOCALES[language])):
        return Words(
            language=language,
            title=_("Your account in TwinWeb"),
            username=_("User name"),
            code=_("One-time code"),
            address=_("Address of the site"),
            how=_("Open the address, and type the code in the place of the password. Then choose your own."),
            until=_("Good once, until %(day)s.", day=day(clock.today() + CODE_LASTS)),
        )
