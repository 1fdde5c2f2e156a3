"""What people say beside the text of an entry, as it may be kept: reasons, notes, answers to notes."""

from collections.abc import Mapping

from twinweb.entries import notes
from twinweb.entries.facts import fields_of
from twinweb.entries.fields import Code, Problem, text_of
from twinweb.entries.kinds import Kind
from twinweb.entries.models import LONGEST_REASON
from twinweb.entries.refusals import Incomplete, NoReason
from twinweb.entries.review_models import WHOLE

Marks = Mapping[int, notes.Mark]
"""What an office does about notes, by their ids."""


def reason_in(text: str) -> str:
    reason = text_of(text)
    if not reason:
        raise NoReason
    if len(reason) > LONGEST_REASON:
        raise Incomplete(
            [Problem("reason", Code.TOO_LONG, {"longest": LONGEST_REASON, "length": len(reason)})]
        )
    return reason


def remarks_in(typed: Mapping[str, str], kind: Kind) -> dict[str, str]:
    """Notes as they may be kept: on a field of this kind or on the whole, none too long."""
    remarks = {name: text_of(typed[name]) for name in (*fields_of(kind.facts), WHOLE) if name in typed}
    if problems := [
        Problem(f"note-{name}", Code.TOO_LONG, {"longest": LONGEST_REASON, "length": len(text)})
        for name, text in remarks.items()
        if len(text) > LONGEST_REASON
    ]:
        raise Incomplete(problems)
    return remarks


def marks_in(marks: Marks | None) -> Marks:
    if any(len(one.text) > LONGEST_REASON for one in (marks or {}).values()):
        params = {"longest": LONGEST_REASON}
        raise Incomplete([Problem(f"note{note_id}", Code.TOO_LONG, params) for note_id in marks or {}])
    return {note_id: notes.Mark(one.done, text_of(one.text)) for note_id, one in (marks or {}).items()}
