"""The Arabic of the program is whole, right in number, and of the texts that are there today."""

import gettext
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polib
import pytest
from babel.messages.frontend import CommandLineInterface
from flask import Flask
from flask_babel import ngettext

from twinweb.config import ROOT
from twinweb.entries.fields import Code, Problem
from twinweb.i18n import locale
from twinweb.pages.messages import words_for

ARABIC = ROOT / "twinweb/translations/ar/LC_MESSAGES/messages.po"
FORM_OF = {0: 0, 1: 1, 2: 2, 3: 3, 10: 3, 11: 4, 99: 4, 100: 5, 101: 5, 102: 5, 103: 3, 111: 4}
"""Which of the six forms a number takes; tools have been seen to swap the last two."""

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[%a-z]")
INVISIBLE = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
TYPED_AS_IS = re.compile(r"https?://\S+|\S+@\S+|LES-\d+-\d+|a\.karim")
LATIN = re.compile(r"[A-Za-z]+")
LATIN_IN_ARABIC = {
    *("CRS", "OECD", "DAC"),
    *("PDF", "JPEG", "PNG", "WebP", "DOCX", "XLSX", "PPTX", "ODT", "ODS", "ODP"),  # as programs show them
    *("CSV", "TSV"),
    *("Word", "Excel", "PowerPoint", "Aegis", "Google", "Authenticator"),
}
"""Names that an Iraqi office writes in Latin letters too."""
NUMBERS = {"%(num)s", "%(count)s"}


@pytest.fixture(scope="module")
def arabic() -> polib.POFile:
    return polib.pofile(str(ARABIC))


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> polib.POFile:
    """The texts of program and templates as they are now."""
    target = tmp_path_factory.mktemp("texts") / "messages.pot"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        command = [
            "pybabel",
            "-q",
            "extract",
            "-F",
            "babel.cfg",
            "-k",
            "_",
            "-k",
            "lazy_gettext",
            "-k",
            "ngettext:1,2",
        ]
        CommandLineInterface().run([*command, "--omit-header", "-o", str(target), "."])  # type: ignore[no-untyped-call]
    return polib.pofile(str(target))


@pytest.fixture
def speaking_arabic() -> Iterator[None]:
    app = Flask("twinweb")
    locale.init_app(app)
    with app.test_request_context():
        yield


def test_no_message_is_empty_doubtful_or_half_plural(arabic: polib.POFile) -> None:
    assert [entry.msgid for entry in arabic if entry.fuzzy or entry.obsolete or not all(texts(entry))] == []
    assert [entry.msgid for entry in arabic if entry.msgid_plural and len(texts(entry)) != 6] == []


def test_the_catalogue_holds_what_the_program_says_and_nothing_else(
    arabic: polib.POFile, extracted: polib.POFile
) -> None:
    said = {(entry.msgid, entry.msgid_plural) for entry in extracted}
    kept = {(entry.msgid, entry.msgid_plural) for entry in arabic}

    assert (sorted(said - kept), sorted(kept - said)) == ([], [])


def test_every_translation_fills_in_the_same_values(arabic: polib.POFile) -> None:
    faults = [entry.msgid for entry in arabic if not entry.msgid_plural and not fills_the_same(entry)]
    faults += [entry.msgid for entry in arabic if entry.msgid_plural and not plurals_fill_the_same(entry)]

    assert faults == []


def test_direction_is_left_to_the_page(arabic: polib.POFile) -> None:
    assert [text for entry in arabic for text in texts(entry) if INVISIBLE.search(text)] == []


def test_no_english_is_left_in_arabic(arabic: polib.POFile) -> None:
    assert [text for entry in arabic for text in texts(entry) if latin_words(text) - LATIN_IN_ARABIC] == []


def test_arabic_keeps_the_house_s_digits_and_quotation_marks(arabic: polib.POFile) -> None:
    assert [text for entry in arabic for text in texts(entry) if re.search("[٠-٩۰-۹“”\"'?;,]", text)] == []


def test_the_tanwin_stands_after_its_alef(arabic: polib.POFile) -> None:
    """Both spellings are right; one document has one of them."""
    assert [text for entry in arabic for text in texts(entry) if "\u064b\u0627" in text] == []


def test_the_header_sends_each_number_to_its_form(arabic: polib.POFile) -> None:
    rule = re.fullmatch(r"nplurals=6; *plural=(.+?);?", arabic.metadata["Plural-Forms"])
    assert rule

    form = gettext.c2py(rule[1])

    assert {number: form(number) for number in FORM_OF} == FORM_OF


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "منذ أقل من يوم"),
        (1, "منذ يوم واحد"),
        (2, "منذ يومين"),
        (3, "منذ 3 أيام"),
        (10, "منذ 10 أيام"),
        (11, "منذ 11 يوماً"),
        (99, "منذ 99 يوماً"),
        (100, "منذ 100 يوم"),
        (101, "منذ 101 يوم"),
        (102, "منذ 102 يوم"),
        (103, "منذ 103 أيام"),
        (111, "منذ 111 يوماً"),
    ],
)
def test_days_are_counted_as_arabic_counts(speaking_arabic: None, number: int, words: str) -> None:
    assert ngettext("%(num)s day ago", "%(num)s days ago", number) == words


@pytest.mark.parametrize("code", list(Code))
@pytest.mark.parametrize("number", [1, 2, 3, 60])
def test_every_problem_asks_politely_and_names_its_field(
    speaking_arabic: None, code: Code, number: int
) -> None:
    params = dict.fromkeys(("longest", "length", "at_least", "at_most"), number)
    days = {"first": date(2022, 10, 11), "last": date(2022, 10, 13)}

    words = words_for(Problem("title", code, {**params, **days}), "العنوان")

    assert words.startswith("يرجى ")
    assert "«العنوان»" in words


def test_every_catalogue_has_its_folder_in_the_languages_of_pages() -> None:
    catalogues = {path.parts[-3] for path in Path(ROOT, "twinweb/translations").glob("*/LC_MESSAGES/*.po")}

    assert catalogues <= {*locale.LOCALES}


def texts(entry: polib.POEntry) -> list[str]:
    if not entry.msgid_plural:
        return [entry.msgstr]
    return [entry.msgstr_plural.get(form, "") for form in range(len(entry.msgstr_plural))]


def placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def fills_the_same(entry: polib.POEntry) -> bool:
    return placeholders(entry.msgstr) == placeholders(entry.msgid)


def plurals_fill_the_same(entry: polib.POEntry) -> bool:
    """Forms for none, one and two say the number in words; the others must show it."""
    wanted = placeholders(entry.msgid_plural)
    in_words = [one for one in wanted if one not in NUMBERS]
    return all(
        placeholders(text) == wanted or (form < 3 and placeholders(text) == in_words)
        for form, text in enumerate(texts(entry))
    )


def latin_words(text: str) -> set[str]:
    return {*LATIN.findall(TYPED_AS_IS.sub("", PLACEHOLDER.sub("", text)))}
