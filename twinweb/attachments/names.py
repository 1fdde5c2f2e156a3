"""Names of files: as they were typed, Arabic and all, without what steers a screen, a header or a disk."""

import re

from twinweb.attachments.content import SUFFIXES, Content
from twinweb.i18n.arabic import clean

LONGEST = 120
_FOLDERS = re.compile(r".*[/\\]", re.DOTALL)
_ODD = re.compile(r'[<>:"|?*\x00-\x1f\s]+')


def tidy(name: str) -> str:
    """The last part of a path, on one line, bounded; its suffix stays."""
    last = _FOLDERS.sub("", clean(name[:1_000]))
    stem, dot, suffix = _ODD.sub(" ", last).strip(". ").rpartition(".")
    if not dot or len(suffix) > 10:  # noqa: PLR2004  no suffix
        return f"{stem}{dot}{suffix}"[:LONGEST].strip() or "file"
    return f"{stem[: LONGEST - len(suffix) - 1].strip()}.{suffix}"


def fitting(name: str, content: Content) -> str:
    """The name with a suffix of its content, as a disk goes by the suffix and not by what is in the file."""
    named = tidy(name)
    suffixes = SUFFIXES[content]
    if named.lower().endswith(suffixes):
        return named
    return tidy(f"{named}{suffixes[0]}")
