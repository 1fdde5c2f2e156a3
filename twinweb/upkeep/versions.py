"""What runs here and gets no corrections any more, as far as can be known without asking anybody."""

import re
import ssl
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from importlib.metadata import PackageNotFoundError, version

from twinweb import clock
from twinweb.config import ROOT, Settings

PYTHON: Mapping[str, date] = {
    "3.11": date(2027, 10, 31),
    "3.12": date(2028, 10, 31),
    "3.13": date(2029, 10, 31),
    "3.14": date(2030, 10, 31),
}
OPENSSL: Mapping[str, date] = {
    "1.1": date(2023, 9, 11),
    "3.0": date(2028, 6, 30),  # Debian 12 mends its own until then; upstream ended on 2026-09-07
    "3.1": date(2025, 3, 14),
    "3.2": date(2025, 11, 23),
    "3.3": date(2026, 4, 9),
    "3.4": date(2026, 10, 22),
    "3.5": date(2030, 4, 8),
}
POSTGRESQL: Mapping[str, date] = {
    "13": date(2025, 11, 13),
    "14": date(2026, 11, 12),
    "15": date(2027, 11, 11),
    "16": date(2028, 11, 9),
    "17": date(2029, 11, 8),
    "18": date(2030, 11, 14),
}
"""The last days, as their projects say (python.org, openssl-library.org, postgresql.org). What came later is
not judged; look at the table when a new version comes into use."""
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def ends_of_life(_settings: Settings) -> Iterator[str]:
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    if is_over(PYTHON, python):
        yield f"versions: Python {python} gets no more corrections. Use a newer one: rm -r .venv; make serve"
    openssl = ".".join(map(str, ssl.OPENSSL_VERSION_INFO[:2]))
    if is_over(OPENSSL, openssl):
        yield f"versions: OpenSSL {openssl} gets no more corrections. Upgrade the system"


def pins(_settings: Settings) -> Iterator[str]:
    """What is installed is what was tested."""
    for name, pinned in PIN.findall((ROOT / "requirements.txt").read_text("utf-8")):
        try:
            found = version(name)
        except PackageNotFoundError:
            continue  # of another system
        if found != pinned:
            yield (
                f"versions: {name} is {found}, not {pinned} as tested. "
                "Type: .venv/bin/pip install --require-hashes -r requirements.txt"
            )


def is_over(ends: Mapping[str, date], which: str) -> bool:
    """What is older than all that is known is over, too."""
    if which in ends:
        return ends[which] < clock.today()
    return _number(which) < min(map(_number, ends))


def _number(which: str) -> tuple[int, ...]:
    return tuple(map(int, which.split(".")))
