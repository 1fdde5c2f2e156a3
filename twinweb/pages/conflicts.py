"""Two people at one draft: what each has changed, what is taken without asking, and what one must choose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request

from twinweb.accounts.person import Person
from twinweb.entries import steps
from twinweb.entries.facts import is_empty, shape
from twinweb.entries.fields import Raw, text_of
from twinweb.entries.models import Revision
from twinweb.entries.states import State
from twinweb.kinds import Shown
from twinweb.pages import reading
from twinweb.pages.comparing import Difference, compared
from twinweb.pages.reading import Told


@dataclass(frozen=True, slots=True)
class Both:
    """A field that both have changed: each text against the former one, if that is known."""

    name: str
    label: str
    mine: Difference | None
    theirs: Difference | None
    mine_whole: Told | None
    former: Told | None


@dataclass(frozen=True, slots=True)
class Conflict:
    by: str
    """Who saved last."""
    is_draft: bool
    """Else it was sent, or decided on, meanwhile."""
    former_known: bool
    both: Sequence[Both]
    mine: Sequence[Difference]
    """What this person alone has changed."""
    theirs: Sequence[Difference]
    """What others alone have changed: it is in the form now."""
    merged: Mapping[str, Raw]
    """The person's own text with that."""


def conflict(
    shown: Shown, typed: Mapping[str, Raw], revision: Revision, seen: int, *, by: Person
) -> Conflict:
    """What was typed, against the draft as it stands and as the form was opened with."""
    mine, theirs = shape(shown.kind.facts, typed), shown.kind.read(revision.raw, revision.schema)
    former = steps.content_at(revision, seen)
    alone: dict[str, list[str]] = {"mine": [], "theirs": [], "both": []}
    for name in typed:
        if who := _who_changed(name, former, mine, theirs):
            alone[who].append(name)
    taken = {name: theirs.get(name, "") for name in alone["theirs"]}
    before = former or {}
    return Conflict(
        by=reading.name_of(revision.saved_by_id),
        is_draft=revision.state is State.DRAFT,
        former_known=former is not None,
        both=_both(shown, alone["both"], former, (mine, theirs), by),
        mine=compared(shown, _of(before, alone["mine"]), _of(mine, alone["mine"]), by=by).changed,
        theirs=compared(shown, _of(before, alone["theirs"]), taken, by=by).changed,
        merged={**typed, **taken},
    )


def choices(shown: Shown, typed: Mapping[str, Raw], revision: Revision, seen: int) -> dict[str, Raw]:
    """The other person's text, as it was shown, of the fields where that was chosen."""
    chosen = [name for name in typed if request.form.get(f"take-{name}") == "theirs"]
    if not chosen:
        return {}
    theirs = steps.content_at(revision, seen) or shown.kind.read(revision.raw, revision.schema)
    return {name: theirs.get(name, "") for name in chosen}


def _who_changed(
    name: str, former: Mapping[str, Raw] | None, mine: Mapping[str, Raw], theirs: Mapping[str, Raw]
) -> str:
    """`mine` or `theirs` alone, `both`, or nobody: ''. Without the former text a difference is of both."""
    my, their = _plain(mine.get(name)), _plain(theirs.get(name))
    if my == their:
        return ""
    if former is None:
        return "both"
    was = _plain(former.get(name))
    return "theirs" if my == was else "mine" if their == was else "both"


def _both(
    shown: Shown,
    names: Sequence[str],
    former: Mapping[str, Raw] | None,
    texts: tuple[Mapping[str, Raw], Mapping[str, Raw]],
    by: Person,
) -> list[Both]:
    my, their = (_of(raw, names) for raw in texts)
    before = _of(former or {}, names)
    mine = _by_name(compared(shown, before, my, by=by).changed) if former is not None else {}
    theirs = _by_name(compared(shown, my if former is None else before, their, by=by).changed)
    whole = {one.name: one for one in reading.in_words(shown, my, by=by)}
    was = {one.name: one for one in reading.in_words(shown, before, by=by)}
    labels = {name: one.label for found in (mine, theirs, whole) for name, one in found.items()}
    return [
        Both(name, labels[name], mine.get(name), theirs.get(name), whole.get(name), was.get(name))
        for name in names
        if name in labels
    ]


def _by_name(found: Sequence[Difference]) -> dict[str, Difference]:
    return {one.name: one for one in found}


def _of(raw: Mapping[str, Raw], names: Sequence[str]) -> dict[str, Raw]:
    return {name: raw[name] for name in names if name in raw}


def _plain(raw: Raw) -> Raw:
    """Without empty rows, the order of ticks, and ends of lines that browsers write in their own way."""
    if isinstance(raw, dict):
        return {name: _plain(one) for name, one in raw.items() if not is_empty(one)}
    if isinstance(raw, list):
        found = [_plain(one) for one in raw if not is_empty(one)]
        return found if any(isinstance(one, dict) for one in found) else sorted(map(str, found))
    return text_of(raw)
