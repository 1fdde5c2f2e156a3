"""What is to be said of each person of a list before an account is opened: what is wrong, who looks alike."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from twinweb.accounts.commands import Grant, Identity
from twinweb.accounts.secrets import fold_username, is_username
from twinweb.admin import queries
from twinweb.admin.facts import AccountFacts
from twinweb.admin.forms import RowForm
from twinweb.admin.likeness import Alike, Known, alike_in
from twinweb.admin.lists import Row, Take, free_username
from twinweb.entries.facts import check
from twinweb.entries.fields import Known as KnownReference
from twinweb.pages.messages import words_for

FORMULA_SIGNS = ("=", "+", "-", "@")
NOT_A_NAME = ("name", "job_title")
"""Where a spreadsheet may have put a formula, and no text begins with such a sign."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A row of a list with what was found."""

    number: int
    row: Row
    problems: Mapping[str, str]
    """By column, in words."""
    alike: Sequence[Alike]
    facts: AccountFacts | None

    @property
    def waits(self) -> bool:
        """Whether something is to be said of this row first."""
        return self.row.take is not Take.OUT and bool(self.problems or self.undecided)

    @property
    def undecided(self) -> bool:
        return bool(self.alike) and self.row.take is Take.OPEN

    def account(self) -> tuple[Identity, Grant] | None:
        """What is to be opened, where it is."""
        if self.facts is None or self.row.take is Take.OUT:
            return None
        return self.facts.identity(), self.facts.grant()


def with_usernames(rows: Iterable[Row]) -> list[Row]:
    """Those without a user name get one that nobody has, of their name or their phone."""
    rows = [*rows]
    taken = queries.usernames() | {fold_username(row.cells["username"]) for row in rows}
    return [_with_username(row, taken) for row in rows]


def judge(rows: Sequence[Row], reference: KnownReference) -> list[Judged]:
    taken, seen = queries.usernames(), set[str]()
    coming = [
        Known(row.cells["name"], row.cells["phone"], row=number)
        for number, row in enumerate(rows, start=1)
        if row.take is not Take.OUT
    ]
    alike = alike_in(coming, queries.known_people())
    judged = []
    for number, row in enumerate(rows, start=1):
        facts, problems = _checked(row, reference)
        if row.take is not Take.OUT:
            problems |= _name_problem(row, taken | seen)
            seen.add(fold_username(row.cells["username"]))
        judged.append(Judged(number, row, problems, alike.get(number, ()), None if problems else facts))
    return judged


def _with_username(row: Row, taken: set[str]) -> Row:
    if row.cells["username"]:
        return row
    free = free_username(row.cells["name"], row.cells["phone"], taken)
    taken.add(free)
    return replace(row, cells={**row.cells, "username": free})


def _checked(row: Row, reference: KnownReference) -> tuple[AccountFacts | None, dict[str, str]]:
    found, formulas = check(AccountFacts, dict(row.cells), reference), dict(_formulas(row))
    if not isinstance(found, list):
        return found, formulas
    labels = RowForm(formdata=None)
    return None, formulas | {one.path: words_for(one, str(labels[one.path].label.text)) for one in found}


def _formulas(row: Row) -> Iterator[tuple[str, str]]:
    for name in NOT_A_NAME:
        if row.cells[name].startswith(FORMULA_SIGNS):
            yield name, _("Please type the text itself: this cell holds a formula or a sign of one.")


def _name_problem(row: Row, taken: set[str]) -> dict[str, str]:
    name = fold_username(row.cells["username"])
    if name and name in taken:
        return {"username": taken_name()}
    if name and not is_username(name):
        return {"username": no_user_name()}
    return {}


def taken_name() -> str:
    text: str = _("Please choose another user name: an account with this one exists.")
    return text


def no_user_name() -> str:
    text: str = _(
        "Please choose a user name of at least 2 letters of one alphabet; "
        "digits, full stops and hyphens may follow."
    )
    return text
