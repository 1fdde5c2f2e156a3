"""What became of an entry: its versions, and any two of them side by side."""

from collections.abc import Sequence

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from twinweb.accounts.gate import allow, current_person
from twinweb.accounts.models import Role
from twinweb.entries import history, queries
from twinweb.entries.history import Version
from twinweb.entries.models import Entry
from twinweb.kinds import Shown
from twinweb.pages.comparing import compared
from twinweb.reference import queries as reference
from twinweb.web.addresses import asked

bp = Blueprint("past", __name__)


@bp.get("/<kind:shown>/<id:entry_id>/history")
@allow(*Role)
def index(shown: Shown, entry_id: int) -> str:
    """Who wrote, sent and decided, and when, as far as the person may know it."""
    entry, found = _versions(shown, entry_id)
    return render_template(
        "pages/history.html",
        shown=shown,
        entry=entry,
        title=_title(entry, found),
        versions=found,
        writers=history.writers(found),
        events=history.events(entry) if entry.approved_id else [],
        cut=len(found) == history.MOST,
        names=reference.names(),
    )


@bp.get("/<kind:shown>/<id:entry_id>/compare")
@allow(*Role)
def compare(shown: Shown, entry_id: int) -> str | Response:
    """Two versions, the later one as what became of the earlier; without a choice the newest two."""
    entry, found = _versions(shown, entry_id)
    before, after = asked("from"), asked("to")
    if not before and not after:
        if not found[1:]:
            return redirect(url_for(".index", shown=shown, entry_id=entry_id), code=303)
        before, after = found[1].key, found[0].key
    by_key = {one.key: one for one in found}
    if not {before, after} <= set(by_key):
        abort(404)
    pair = [by_key[before], by_key[after]]
    said = history.contents(pair, shown.kind)
    return render_template(
        "pages/compare.html",
        shown=shown,
        entry=entry,
        title=_title(entry, found),
        versions=found,
        before=pair[0],
        after=pair[1],
        compared=compared(shown, *said, by=current_person()),
        names=reference.names(),
    )


def _versions(shown: Shown, entry_id: int) -> tuple[Entry, Sequence[Version]]:
    """Of an entry that the person may read, by at least one version of it."""
    entry = queries.entry(entry_id, shown.kind.name) or abort(404)
    found = history.versions(entry, shown.kind, by=current_person())
    return entry, found or abort(404)


def _title(entry: Entry, found: Sequence[Version]) -> str:
    """As readers know it; before its first approval, as it was written last."""
    approved = (one.title for one in found if one.revision_id == entry.approved_id)
    return next(approved, found[0].title)
