"""What browsers report of our own policy: that a page tried to load or run what it may not.

A report is only logged, cut to a length, and so many a minute: whoever floods the address fills no disk.
"""

import json
import logging
import time
from collections import deque
from typing import Any

from flask import current_app

LARGEST = 8_192
A_MINUTE = 30
LONGEST = 200
TOLD = ("effective-directive", "violated-directive", "blocked-uri", "line-number")
"""Not on which page: its address may hold a secret."""

log = logging.getLogger("twinweb.policy")


def note(body: bytes) -> None:
    """Log a report of the form `{"csp-report": {…}}`; anything else goes without a word."""
    said = _read(body)
    lately: deque[float] = current_app.extensions.setdefault("policy", deque(maxlen=A_MINUTE))
    now = time.monotonic()
    if not said or (len(lately) == A_MINUTE and now - lately[0] < 60):  # noqa: PLR2004  seconds
        return
    lately.append(now)
    log.error("policy", extra={"said": said})


def _read(body: bytes) -> dict[str, str]:
    try:
        told: Any = json.loads(body)["csp-report"]
        return {name: str(told[name])[:LONGEST] for name in TOLD if name in told}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
