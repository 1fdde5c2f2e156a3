"""Phone numbers as one text, however they were typed."""

import re

from twinweb.i18n.arabic import digits


def as_phone(typed: str) -> str | None:
    """E.164. An Iraqi mobile number may be typed as at home; any other with its country code."""
    text = re.sub(r"[\s().\-/]", "", digits(typed))
    if mobile := re.fullmatch(r"(?:\+964|00964|964|0)?(7[3-9][0-9]{8})", text):
        return f"+964{mobile[1]}"
    abroad = re.fullmatch(r"(?:\+|00)([1-9][0-9]{6,14})", text)
    return f"+{abroad[1]}" if abroad else None
