"""What a notice says, and the spot that it leads to."""

from collections.abc import Mapping

from flask import url_for
from flask_babel import lazy_gettext as _

from twinweb.accounts.models import Role
from twinweb.inbox.queries import Told
from twinweb.kinds import SHOWN
from twinweb.notices.models import News

WORDS: Mapping[News, object] = {
    News.RETURNED: _("Returned for changes"),
    News.APPROVED: _("Approved"),
    News.REJECTED: _("Rejected"),
    News.DUPLICATE: _("Closed as a duplicate"),
    News.CORRECTED: _("Corrected by a reviewer"),
    News.REPLIED: _("The reviewer wrote again under your answer"),
    News.SUBMITTED: _("Sent for review"),
    News.ANSWERED: _("Mended and sent again"),
    News.RETIRE_ASKED: _("Its office asks to retire it"),
    News.HANDED_OVER: _("Handed over to you: its author has left or moved"),
    News.RETIRED: _("Retired, as was asked"),
    News.KEPT: _("Not retired; it stays in use"),
}

ABOUT_APPROVED = frozenset({News.APPROVED, News.RETIRE_ASKED, News.RETIRED, News.KEPT})


def spot(one: Told) -> str:
    """Reviewers go to the submission, offices to their entry: what it says and what is to be done."""
    if one.role is Role.REVIEWER and one.news is not News.RETIRE_ASKED:
        return url_for("review.show", revision_id=one.revision_id)
    endpoint = "pages.show" if one.news in ABOUT_APPROVED else "pages.show_open"
    return url_for(endpoint, shown=SHOWN[one.kind], entry_id=one.entry_id)
