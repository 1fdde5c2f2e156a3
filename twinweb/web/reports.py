"""What browsers report of our own policy: that a page tried to load or run what it may not.

A report is only logged, cut to a length, and so many a minute: whoever floods the address fills no disk.
"""

import json
import logging
from collections import deque
from typing import Any

from twinweb import clock

LARGEST = 8_192
A_MINUTE = 30
LONGEST = 200
TOLD = ("effective-directive", "violated-directive", "blocked-uri", "line-number")
"""Not on which page: its address may hold a secret."""

log = logging.getLogger("twinweb.policy")
_lately: deque[float] = deque(maxlen=A_MINUTE)


def note(body: bytes) -> None:
    """Log a report of the form `{"csp-report": {…}}`; anything else goes without a word."""
    said = _read(body)
    now = clock.now().timestamp()
    if not said or (len(_lately) == A_MINUTE and now - _lately[0] < 60):  # noqa: PLR2004  seconds
        return
    _lately.append(now)
    log.error("policy", extra={"said": said})


def _read(body: bytes) -> dict[str, str]:
    try:
        told: Any = json.loads(body)["csp-report"]
        return {name: str(told[name])[:LONGEST] for name in TOLD if name in told}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
