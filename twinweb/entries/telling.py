"""Who is told what of an entry's life: those who wrote it, and the reviewers in scope."""

from sqlalchemy import select

from twinweb.accounts.person import Person
from twinweb.db import db
from twinweb.entries import queries
from twinweb.entries.kinds import Kind
from twinweb.entries.models import Editor, Entry, Revision
from twinweb.entries.states import State
from twinweb.notices.commands import About, office_of, settle, tell_office, tell_reviewers
from twinweb.notices.models import News, Notice

DECIDED = {
    State.APPROVED: News.APPROVED,
    State.RETURNED: News.RETURNED,
    State.REJECTED: News.REJECTED,
    State.DUPLICATE: News.DUPLICATE,
}


def sent(revision: Revision, kind: Kind, *, by: Person) -> None:
    """Tell the reviewers who may decide on it."""
    former = db.session.get(Revision, revision.continues_id or 0)
    news = News.ANSWERED if former and former.state is State.ANSWERED else News.SUBMITTED
    tell_reviewers(_about(news, revision, by), queries.stake(revision, kind).editors)


def decided(revision: Revision, *, by: Person) -> None:
    """Tell who wrote and who sent it."""
    tell_authors(DECIDED[revision.state], revision, by=by)


def tell_authors(news: News, revision: Revision, *, by: Person) -> None:
    """Tell who of the office edited, sent or took over this; all of it, where none of them is left."""
    about = _about(news, revision, by)
    editors = db.session.scalars(select(Editor.user_id).where(Editor.revision_id == revision.id))
    theirs = {*editors, revision.submitted_by_id, *_taken_over(revision.entry_id)}
    office = office_of(about.owner)
    tell_office(about, office & theirs or office)


def _taken_over(entry_id: int) -> list[int]:
    """Whom open work on this entry was handed to, when its author left."""
    query = (
        select(Notice.user_id)
        .join(Revision, Revision.id == Notice.revision_id)
        .where(Revision.entry_id == entry_id, Notice.news == News.HANDED_OVER)
    )
    return [*db.session.scalars(query)]


def asked_to_retire(entry: Entry, *, by: Person) -> None:
    tell_reviewers(About(News.RETIRE_ASKED, entry.approved_id or 0, entry.owner, by))


def answered_to_retire(entry: Entry, asked_by_id: int, news: News, *, by: Person) -> None:
    """Tell who had asked; the reviewers need not look any more."""
    settle(entry.approved_id or 0)
    tell_office(About(news, entry.approved_id or 0, entry.owner, by), [asked_by_id])


def _about(news: News, revision: Revision, by: Person) -> About:
    return About(news, revision.id, revision.entry.owner, by)
