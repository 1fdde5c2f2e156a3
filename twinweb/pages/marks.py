"""What an office does about notes, as its form sends it."""

import re

from flask import request

from twinweb.entries.notes import Mark

TEXT = re.compile(r"note-([0-9]{1,9})-text")
GROUP = "note"
"""What autosave calls all of them."""


def marks_sent() -> dict[int, Mark]:
    """By the ids of notes: each with the tick and the answer under it."""
    found = (TEXT.fullmatch(name) for name in request.form)
    return {
        int(one[1]): Mark(bool(request.form.get(f"note-{one[1]}-done")), request.form[one[0]])
        for one in found
        if one
    }
