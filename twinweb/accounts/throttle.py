"""Guessing is slowed by pauses that grow, for one account and for one address; nobody is ever locked out.

A try counts before it is judged, so that many at once are slowed as well as one after the other. A device on
which somebody has signed in before has pauses of its own: others' guesses do not slow its owner.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from math import ceil

from sqlalchemy import delete, select

from twinweb import clock
from twinweb.accounts.factor_models import Tries
from twinweb.accounts.keys import keyed_hash
from twinweb.db import db, transaction, upsert

FORGOTTEN = timedelta(hours=1)
"""After so long without a failure it begins anew."""


class Paused(Exception):
    """Too many tries failed; `seconds` says how long to wait for the next one."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Counted:
    """What tries are counted for: so many may fail before the first pause, and no pause is longer."""

    whose: str
    free: int = 3
    longest: int = 60

    def pause(self, failures: int) -> timedelta:
        """1, 2, 4 … seconds."""
        behind = failures - self.free
        return timedelta(seconds=min(2 ** min(behind, 10), self.longest) if behind >= 0 else 0)


@dataclass(frozen=True, slots=True)
class Visitor:
    """From where somebody tries to come in."""

    address: str = ""
    agent: str = ""
    devices: dict[int, str] = field(default_factory=dict)
    """Marks of this browser, by the account that has signed in with it."""
    all_need_factor: bool = False


def counted(account: str, visitor: Visitor, user_id: int | None) -> list[Counted]:
    """For whom this try counts. An office shares an address, so there more may fail and pauses are short."""
    device = visitor.devices.get(user_id) if user_id else None
    if device:
        return [Counted(keyed_hash(device, "tries of device"))]
    office = Counted(keyed_hash(_network(visitor.address), "tries of address"), free=30, longest=15)
    return [Counted(keyed_hash(account, "tries of account")), office]


def begin(tries: Sequence[Counted]) -> None:
    """Count a try as failed, or refuse it by `Paused`; in a transaction of its own, before it is judged.

    What time it is is asked once the rows are locked: while a try waits for them, others may end.
    """
    with transaction() as session:
        session.execute(delete(Tries).where(Tries.at < clock.now() - FORGOTTEN))
        found = {one.whose: _row(one.whose, clock.now()) for one in sorted(tries, key=lambda one: one.whose)}
        now = clock.now()
        longest = max(row.paused_until for row in found.values())
        if longest > now:
            raise Paused(ceil((longest - now).total_seconds()))
        for one in tries:
            row = found[one.whose]
            row.failures, row.at = row.failures + 1, now
            row.paused_until = now + one.pause(row.failures)


def succeeded(tries: Sequence[Counted]) -> None:
    """Within the transaction of what succeeded: the account begins anew, its address has one failure less."""
    account, *others = tries
    now = clock.now()
    db.session.execute(delete(Tries).where(Tries.whose == account.whose))
    for one in others:
        row = _row(one.whose, now)
        row.failures, row.paused_until = max(0, row.failures - 1), now


def _row(whose: str, now: datetime) -> Tries:
    """Locked, and there in any case."""
    empty = upsert(Tries).values(whose=whose, failures=0, at=now, paused_until=now)
    db.session.execute(empty.on_conflict_do_nothing())
    query = select(Tries).where(Tries.whose == whose).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _network(address: str) -> str:
    """One household of IPv6 has more addresses than anybody can count."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    known = getattr(known, "ipv4_mapped", None) or known  # a server on `::` sees all of IPv4 so
    return str(int(known) >> 64) if isinstance(known, IPv6Address) else str(known)
