"""Faults that `make prove` plants must fit the source as it stands, or they prove nothing of it."""

from pathlib import Path

from prove.faults import FAULTS

ROOT = Path(__file__).parents[2]


def test_what_each_fault_replaces_stands_there_once() -> None:
    edits = [(one.name, edit) for one in FAULTS for edit in one.edits]

    assert [name for name, edit in edits if (ROOT / edit.path).read_text("utf-8").count(edit.old) != 1] == []


def test_the_tests_that_must_notice_a_fault_are_there() -> None:
    named = {test.partition("[")[0].partition("::") for one in FAULTS for test in one.tests}

    assert [
        f"{file}::{test}"
        for file, _, test in named
        if test and f"def {test}(" not in (ROOT / file).read_text("utf-8")
    ] == []
