"""Whoever sets the register up takes turns: migrating, restoring, loading what it begins with.

Two machines that are started at once would else make the same tables and rows twice.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import NullPool, create_engine, text

from twinweb.config import Settings

TURN = 7_214_052_000_000_002
"""The lock of whoever sets up on PostgreSQL; any number that nobody else uses."""
FILE = "setting-up.lock"


@contextmanager
def taking_turns(settings: Settings) -> Iterator[None]:
    """Wait until nobody else sets this register up. The turn ends with the process, however that ends."""
    if settings.database_url.startswith("sqlite"):
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (settings.data_dir / FILE).open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        return
    # The owner's address passes by a pooler, which would lend the lock's connection to others.
    engine = create_engine(settings.database_owner_url or settings.database_url, poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:turn)"), {"turn": TURN})
        connection.commit()
        yield
