"""What falls short of a sound deployment, each with what to do."""

from collections.abc import Callable, Iterator, Mapping

from twinweb import audit
from twinweb.attachments import soundness as files
from twinweb.config import Settings
from twinweb.entries import soundness as entries
from twinweb.kinds import KINDS
from twinweb.upkeep import database, deployment, versions

Check = Callable[[Settings], Iterator[str]]

CHECKS: Mapping[str, tuple[Check, ...]] = {
    "deployment": (
        deployment.secret,
        deployment.one_key,
        deployment.address,
        deployment.process,
        deployment.folders,
        deployment.demonstration,
        deployment.last_backup,
        versions.ends_of_life,
        versions.pins,
    ),
    "database": (database.settings, database.roles),
    "log": (lambda _settings: audit.faults(),),
    "entries": (lambda _settings: entries.faults(KINDS),),
    "files": (lambda _settings: files.faults(),),
}
"""Parts that can be asked for alone, in the order in which they are looked at."""


def faults(settings: Settings, parts: tuple[str, ...]) -> Iterator[str]:
    """Of these parts, or of all. What a database that is not migrated holds nobody can judge."""
    pending = list(database.schema(settings))
    yield from pending
    for part, checks in CHECKS.items():
        if (pending and part != "deployment") or part not in (parts or CHECKS):
            continue
        for check in checks:
            yield from check(settings)
