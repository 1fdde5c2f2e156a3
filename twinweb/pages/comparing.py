"""Two contents of an entry: which fields differ, and how, in the words that readers see."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from twinweb.accounts.person import Person
from twinweb.entries.differences import Piece, Sign, blocks, pieces
from twinweb.entries.fields import Raw
from twinweb.kinds import Shown
from twinweb.pages import reading
from twinweb.pages.reading import Told


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that differs: its texts with what came and what went, or its rows."""

    name: str
    label: str
    texts: Sequence[Sequence[Piece]] = ()
    rows: Sequence["RowDifference"] = ()
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class RowDifference:
    """A row that came, went, or has changed."""

    sign: Sign
    fields: Sequence[Difference]


@dataclass(frozen=True, slots=True)
class Compared:
    changed: Sequence[Difference]
    same: Sequence[Told]


def compared(shown: Shown, before: Mapping[str, Raw], after: Mapping[str, Raw], *, by: Person) -> Compared:
    """All fields that hold something before or after, in the order of the form."""
    linked = reading.linked_in(shown, before, after, by=by)
    was, now = (
        {one.name: one for one in reading.in_words(shown, raw, by=by, linked=linked)}
        for raw in (before, after)
    )
    names = [name for _, _, fields in shown.form.sections for name in fields if name in was or name in now]
    same = [name for name in names if _is_same(was.get(name), now.get(name))]
    return Compared(
        changed=[_difference(was.get(name), now.get(name)) for name in names if name not in same],
        same=[now[name] for name in same],
    )


def _is_same(was: Told | None, now: Told | None) -> bool:
    """In whatever order several were chosen."""
    if was is None or now is None or was.rows or now.rows:
        return was == now
    return sorted(_said(was)) == sorted(_said(now))


def _difference(was: Told | None, now: Told | None) -> Difference:
    """At least one of the two is there."""
    one = now or was
    assert one is not None  # noqa: S101  says what the caller sees to
    old_rows, new_rows = (told.rows if told else () for told in (was, now))
    return Difference(
        one.name,
        one.label,
        _texts(_said(was), _said(now)),
        list(_rows(old_rows, new_rows)),
        is_code=one.is_code,
    )


def _said(told: Told | None) -> list[str]:
    return [*(one.title for one in told.links), *told.texts] if told else []


def _texts(was: Sequence[str], now: Sequence[str]) -> list[list[Piece]]:
    """One text word by word; of several, such as sectors, each as a whole."""
    if len(was) < 2 and len(now) < 2:  # noqa: PLR2004  several
        return [pieces("".join(was), "".join(now))] if was or now else []
    gone = [[Piece(Sign.REMOVED, text)] for text in was if text not in now]
    return gone + [[Piece(Sign.SAME if text in was else Sign.ADDED, text)] for text in now]


def _rows(was: Sequence[Sequence[Told]], now: Sequence[Sequence[Told]]) -> Iterator[RowDifference]:
    """Rows that are the same are left out; those that stand in each other's place are compared."""
    for equal, old, new in blocks([_key(row) for row in was], [_key(row) for row in now]):
        if not equal:
            yield from _replaced(was[old], now[new])


def _replaced(was: Sequence[Sequence[Told]], now: Sequence[Sequence[Told]]) -> Iterator[RowDifference]:
    alike = min(len(was), len(now))
    for old, new in zip(was[:alike], now[:alike], strict=True):
        yield RowDifference(Sign.SAME, _fields_of_row(old, new))
    yield from (RowDifference(Sign.REMOVED, _fields_of_row(row, ())) for row in was[alike:])
    yield from (RowDifference(Sign.ADDED, _fields_of_row((), row)) for row in now[alike:])


def _fields_of_row(was: Sequence[Told], now: Sequence[Told]) -> list[Difference]:
    old, new = ({one.name: one for one in row} for row in (was, now))
    return [_difference(old.get(name), new.get(name)) for name in {**old, **new}]


def _key(row: Sequence[Told]) -> Hashable:
    return tuple((one.name, tuple(one.texts)) for one in row)
