"""Forms that keep what was typed: every field gives its text back as it came, right or wrong.

A kind's form declares labels, hints and sections. What is right is asked of the kind's facts, not of WTForms.
Choices are pairs of value and words, which templates read; WTForms neither checks nor renders them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    Field,
    FieldList,
    Form,
    FormField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.widgets import TextArea

MOST_ROWS = 60


class Line(StringField):
    """One line of free text, in any language."""


class Area(StringField):
    """Text of several lines; `rows` is its height."""

    widget = TextArea()

    def __init__(self, label: object, *, rows: int = 4, **options: Any) -> None:  # noqa: ANN401  WTForms's own
        super().__init__(label, **options)
        self.rows = rows


class Code(StringField):
    """A line that is read from left to right: a phone number, an address, an amount."""

    def __init__(self, label: object, *, inputmode: str = "text", **options: Any) -> None:  # noqa: ANN401  WTForms's own
        super().__init__(label, **options)
        self.inputmode = inputmode


class Options(RadioField):
    """A few words to choose one of."""

    def __init__(self, label: object, *, words: Mapping[Any, object], **options: Any) -> None:  # noqa: ANN401  WTForms's own
        super().__init__(label, choices=[], validate_choice=False, **options)
        self.choices = [(str(value), word) for value, word in words.items()]


class Choice(SelectField):
    """One of a longer list."""

    def __init__(
        self,
        label: object,
        *,
        words: Mapping[Any, object] | None = None,
        **options: Any,  # noqa: ANN401  WTForms's own
    ) -> None:
        super().__init__(label, choices=[], validate_choice=False, **options)
        self.choices = [("", "—"), *((str(value), word) for value, word in (words or {}).items())]


class GovernorateChoice(Choice):
    """One governorate; the page fills in the list."""


class CountryChoice(Choice):
    """One country; the page fills in the list."""


class EntryChoice(Choice):
    """One entry of a kind; the page fills in what the person may refer to."""

    def __init__(self, label: object, *, kind: str, **options: Any) -> None:  # noqa: ANN401  WTForms's own
        super().__init__(label, **options)
        self.kind = kind


class Ticks(SelectMultipleField):
    """Several of a list, as boxes to tick."""

    def __init__(self, label: object, **options: Any) -> None:  # noqa: ANN401  WTForms's own
        super().__init__(label, choices=[], validate_choice=False, **options)


class SectorTicks(Ticks):
    """Sectors; the page fills in the list."""


class GovernorateTicks(Ticks):
    """Governorates; the page fills in the list."""


class EntryTicks(Ticks):
    """Entries of a kind; the page fills in what the person may refer to."""

    def __init__(self, label: object, *, kind: str, **options: Any) -> None:  # noqa: ANN401  WTForms's own
        super().__init__(label, **options)
        self.kind = kind


class _DateParts(Form):
    day = StringField()
    month = StringField()
    year = StringField()


class Date(FormField):
    """Day, month by name and year; `rough` where a month or year alone will do."""

    def __init__(self, label: object, *, rough: bool = False, **options: Any) -> None:  # noqa: ANN401  WTForms's own
        super().__init__(_DateParts, label, **options)
        self.rough = rough


class Rows(FieldList):
    """Rows of a smaller form; "add" is a button that saves the draft and comes back with one more.

    `least`: how many stand there before any is added.
    """

    def __init__(
        self,
        row: type[Form],
        label: object,
        *,
        add: object,
        least: int = 1,
        **options: Any,  # noqa: ANN401  WTForms's own
    ) -> None:
        super().__init__(FormField(row), label, min_entries=least, max_entries=MOST_ROWS, **options)
        self.add = add

    def _extract_indices(self, prefix: str, formdata: Iterable[str]) -> Iterator[int]:
        """Of rows that pages number: `int` fails at what is a digit to Python alone (²), and at thousands."""
        numbered = re.compile(rf"{re.escape(prefix)}-[0-9]{{1,9}}-")
        found: Iterator[int] = super()._extract_indices(prefix, filter(numbered.match, formdata))
        return found


class EntryForm(FlaskForm):
    """The form of a kind of entry."""

    sections: Sequence[tuple[str, object, Sequence[str]]] = ()
    """(id, heading, names of fields) in the order of the page."""

    def raw(self) -> dict[str, Any]:
        """What was typed, as JSON."""
        return {name: raw_of(self[name]) for _, _, names in self.sections for name in names}

    def add_row(self, name: str) -> FormField | None:
        """The row that was added, or the last one where there are enough; None where there are no rows."""
        rows = self._fields.get(name)
        if not isinstance(rows, Rows):
            return None
        if len(rows.entries) < MOST_ROWS:
            rows.append_entry()
        return rows.entries[-1]


def raw_of(field: Field) -> Any:  # noqa: ANN401  JSON
    """The text of a field, the texts of a choice of several, or the same of a row or rows."""
    if isinstance(field, FieldList):
        return [raw_of(entry) for entry in field.entries]
    if isinstance(field, FormField):
        return {inner.short_name: raw_of(inner) for inner in field.form}
    if isinstance(field, SelectMultipleField):
        return list(field.data or [])
    return field.data or ""


def said_in(form: Form) -> Iterator[tuple[str, str]]:
    """Each label with what was typed or chosen there, in words; what was left empty says nothing."""
    for field in form:
        label = str(field.label.text)
        if isinstance(field, FieldList):
            for row in field.entries:
                yield from said_in(row.form)
        elif isinstance(field, FormField):
            parts = [str(part.data) for part in field.form if part.data]
            yield from [(label, "-".join(reversed(parts)))] if parts else ()
        elif field.type != "CSRFTokenField":
            yield from ((label, text) for text in _in_words(field))


def empty_in(form: Form) -> Iterator[str]:
    """The labels of fields that say nothing, rows and parts of dates with them."""
    said = {label for label, _text in said_in(form)}
    for field in form:
        words = [str(inner.label.text) for row in getattr(field, "entries", ()) for inner in row.form]
        if field.type != "CSRFTokenField" and said.isdisjoint({str(field.label.text), *words}):
            yield str(field.label.text)


def _in_words(field: Field) -> Iterator[str]:
    words = dict(getattr(field, "choices", None) or ())
    chosen = field.data if isinstance(field.data, list) else [field.data]
    yield from (str(words.get(text, text)) for text in chosen if text)
