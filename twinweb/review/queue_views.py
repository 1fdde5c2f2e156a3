"""The queue: what waits for a decision."""

from flask import render_template

from twinweb.accounts.gate import allow, current_person
from twinweb.accounts.models import Role
from twinweb.entries import queries
from twinweb.kinds import ALL, SHOWN
from twinweb.pages.filters import position
from twinweb.reference import queries as reference
from twinweb.review.blueprint import LATE_AFTER, bp
from twinweb.web.addresses import asked


@bp.get("/")
@allow(Role.REVIEWER)
def queue() -> str:
    """What waits for this reviewer, and what they decided in the last ten minutes."""
    person = current_person()
    kind, governorate, after = asked("kind"), asked("governorate"), position(asked("after"))
    found = queries.review_queue(person, kind=kind, governorate=governorate, after=after)
    rows, more = found[: queries.PAGE], found[queries.PAGE :]
    names = reference.names()
    return render_template(
        "review/queue.html",
        rows=rows,
        next_after=rows[-1].revision_id if more else None,
        asked={"kind": kind, "governorate": governorate},
        late_after=LATE_AFTER,
        lately=queries.decided_lately(person),
        governorates=[one for one in names.governorates.values() if person.reviews(one.slug)],
        kinds=ALL,
        names=names,
        shown_kinds=SHOWN,
    )
