"""What was written under any former schema is still read: revisions are never rewritten."""

import json
from pathlib import Path
from typing import Any

import pytest

from twinweb.entries.facts import check, fields_of, shape
from twinweb.entries.fields import Known
from twinweb.kinds import KINDS

REVISIONS: dict[int, dict[str, list[dict[str, Any]]]] = {
    int(file.stem.rpartition("_")[2]): json.loads(file.read_text())
    for file in Path(__file__).parent.glob("revisions_of_schema_*.json")
}
"""By schema and kind, contents as they were saved then. They gain what is new, and are never changed."""

CONTENTS = [
    pytest.param(schema, kind, content, id=f"{kind}-{schema}-{number}")
    for schema, kinds in sorted(REVISIONS.items())
    for kind, contents in kinds.items()
    for number, content in enumerate(contents)
]
KNOWN = Known(
    governorates=["basra", "ninewa", "erbil"],
    sectors=["job-creation", "waste-management"],
    countries=["SI"],
)


@pytest.mark.parametrize(("schema", "kind", "content"), CONTENTS)
def test_what_was_submitted_then_gives_facts_today(schema: int, kind: str, content: dict[str, Any]) -> None:
    facts = KINDS[kind].facts

    assert isinstance(check(facts, KINDS[kind].read(content, schema), KNOWN), facts)


@pytest.mark.parametrize(("schema", "kind", "content"), CONTENTS)
def test_no_field_of_then_is_forgotten_today(schema: int, kind: str, content: dict[str, Any]) -> None:
    """A field that was renamed without an upgrader would be left out without a word."""
    read = KINDS[kind].read(content, schema)

    assert shape(KINDS[kind].facts, read) == read


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_today_is_among_them(kind: str) -> None:
    today = REVISIONS[KINDS[kind].schema][kind]

    assert fields_of(KINDS[kind].facts).keys() - {name for content in today for name in content} == set()
