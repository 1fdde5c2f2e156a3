"""Why a command is not done."""

from dataclasses import dataclass, field

from twinweb.entries import notes, relations
from twinweb.entries.fields import Problem


class NotFound(Exception):
    """There is no such thing, or the person may not know that there is."""


class NotAllowed(Exception):
    """The person may see this but not do that to it."""


class Changed(Exception):
    """It is no longer as the person saw it."""


class Held(Exception):
    """Another reviewer holds it."""


class TooLate(Exception):
    """The time for taking a decision back is over."""


class BuiltOn(Exception):
    """Someone has relied on this decision since."""


class AlreadyOpen(Exception):
    """The entry has an open revision; there is one at a time."""


class NoReason(Exception):
    """Everything but approval needs a reason that its author can act on."""


class NotesWritten(Exception):
    """Whoever approves would leave notes that nobody reads."""


class NoSuchDuplicate(Exception):
    """A duplicate is of another approved entry of the same kind."""


@dataclass
class Incomplete(Exception):
    """A draft cannot be saved or submitted as it is."""

    problems: list[Problem]


@dataclass
class Unanswered(Exception):
    """Notes of reviewers that are neither done nor answered."""

    threads: list[notes.Thread]


@dataclass
class Unready(Exception):
    """What the entry refers to must be approved first."""

    missing: list[relations.Named] = field(default_factory=list)
