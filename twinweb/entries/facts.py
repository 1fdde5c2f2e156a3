"""From what was typed to the facts of a kind, or to everything that is wrong with it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Protocol, TypeVar, get_type_hints

from twinweb.entries.fields import (
    LINE,
    SHORT,
    Choice,
    Code,
    Field,
    Known,
    Link,
    PartialDate,
    Problem,
    Raw,
    Reference,
    References,
    RoughDay,
    Rows,
    Text,
    Wrong,
    entry_ids_in,
    text_of,
)

LONGEST_TEXT = 20_000
MOST_ROWS = 60
"""What a draft may hold of one field, right or wrong."""


class Facts(Protocol):
    """A frozen dataclass of annotated fields that can look at itself as a whole."""

    def conflicts(self) -> Iterable[Problem]:
        """What is wrong between fields that are each right."""


F = TypeVar("F", bound=Facts)


class SourceKind(StrEnum):
    DOCUMENT = "document"
    PAGE = "page"
    PRESS = "press"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a fact comes from, with its date, because official sources disagree."""

    kind: Annotated[SourceKind, Choice(SourceKind, must=True)]
    title: Annotated[str, Text(SHORT, must=True)]
    link: Annotated[str, Link()]
    date: Annotated[PartialDate, RoughDay()]


Title = Annotated[str, Text(LINE, must=True)]
Sources = Annotated[tuple[Source, ...], Rows(Source)]


def fields_of(facts: type[Any]) -> Mapping[str, Field[Any]]:
    """The fields of a dataclass of facts, in their order."""
    return _fields_of(facts)  # type: ignore[arg-type]  # every class is hashable


@cache
def _fields_of(facts: type[Any]) -> Mapping[str, Field[Any]]:
    hints = get_type_hints(facts, include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items() if hasattr(hint, "__metadata__")}


def check(facts: type[F], raw: Mapping[str, Raw], known: Known) -> F | list[Problem]:
    """The facts that were typed, or everything that is wrong with them, in the order of the fields."""
    values, problems = _check_fields(facts, raw, known)
    if problems:
        return problems
    found = facts(**values)
    return list(found.conflicts()) or found


def shape(facts: type[Any], raw: Mapping[str, Raw]) -> dict[str, Raw]:
    """Only the fields that these facts have: nothing else that was sent may enter a draft."""
    return {
        name: _shape_rows(field.row, raw[name]) if isinstance(field, Rows) else raw[name]
        for name, field in fields_of(facts).items()
        if raw.get(name)
    }


def _shape_rows(row: type[Any], typed: Raw) -> list[Raw]:
    rows = typed if isinstance(typed, list) else []
    return [
        {name: one[name] for name in fields_of(row) if name in one} for one in rows if isinstance(one, dict)
    ]


def title_in(raw: Mapping[str, Raw]) -> str:
    """The title of a draft as lists show it, however it was typed."""
    return " ".join(text_of(raw.get("title")).split())[:LINE]


def too_large(raw: Mapping[str, Raw]) -> list[Problem]:
    """Fields that are too large even for a draft."""
    return [
        Problem(path, Code.TOO_LONG, {"longest": LONGEST_TEXT, "length": len(text)})
        for name, value in raw.items()
        for path, text in _texts(name, value)
        if len(text) > LONGEST_TEXT
    ] + [
        Problem(name, Code.TOO_MANY, {"at_most": MOST_ROWS})
        for name, value in raw.items()
        if isinstance(value, list) and len(value) > MOST_ROWS
    ]


def references_in(facts: type[Any], raw: Mapping[str, Raw]) -> list[tuple[str, str, int]]:
    """(field, kind, entry id) of every entry that a draft refers to, as far as it can be read."""
    found = []
    for name, field in fields_of(facts).items():
        if isinstance(field, Reference | References):
            typed = raw.get(name) if isinstance(field, References) else [raw.get(name)]
            found += [(name, field.kind, entry_id) for entry_id in entry_ids_in(typed)]
    return found


def _check_fields(
    facts: type[Any], raw: Mapping[str, Raw], known: Known, prefix: str = ""
) -> tuple[dict[str, Any], list[Problem]]:
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, field in fields_of(facts).items():
        path = f"{prefix}{name}"
        try:
            if isinstance(field, Rows):
                values[name], wrong_rows = _check_rows(field, raw.get(name), known, path)
                problems += wrong_rows
            else:
                values[name] = field.check(raw.get(name), known)
        except Wrong as wrong:
            problems.append(Problem(path, wrong.code, wrong.params))
    return values, problems


def _check_rows(field: Rows[Any], raw: Raw, known: Known, path: str) -> tuple[tuple[Any, ...], list[Problem]]:
    rows, problems = [], []
    for number, typed in enumerate(raw if isinstance(raw, list) else []):
        if not isinstance(typed, dict) or is_empty(typed):
            continue
        values, wrong = _check_fields(field.row, typed, known, f"{path}-{number}-")
        problems += wrong
        rows += [] if wrong else [field.row(**values)]
    count = len(rows) + len({problem.path.rsplit("-", 1)[0] for problem in problems})
    if count < field.at_least:
        raise Wrong(Code.TOO_FEW, at_least=field.at_least)
    if count > field.at_most:
        raise Wrong(Code.TOO_MANY, at_most=field.at_most)
    return tuple(rows), problems


def is_empty(raw: Raw) -> bool:
    """Nothing was typed or chosen in this."""
    if isinstance(raw, dict):
        return all(is_empty(value) for value in raw.values())
    if isinstance(raw, list):
        return all(is_empty(value) for value in raw)
    return not (isinstance(raw, str) and raw.strip())


def _texts(path: str, raw: Raw) -> Iterator[tuple[str, str]]:
    if isinstance(raw, str):
        yield path, raw
    elif isinstance(raw, dict):
        for name, value in raw.items():
            yield from _texts(f"{path}-{name}", value)
    elif isinstance(raw, list):
        for number, value in enumerate(raw):
            yield from _texts(f"{path}-{number}", value)
