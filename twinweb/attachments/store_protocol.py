"""What every store of content does, under which keys, and how it fails."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{62}")


class NoStore(Exception):
    """The store does not answer, has no room or refuses; the text says which, for operators."""

    seconds = 5
    """After so many it may be worth another try."""


class Silent(NoStore):
    """It does not answer at all."""

    def __init__(self, seconds: int = 5) -> None:
        super().__init__("the store does not answer")
        self.seconds = seconds


class Unreadable(NoStore):
    """This content alone cannot be read."""


class Store(Protocol):
    """What is there under a hash is not put again."""

    def put(self, sha256: str, data: bytes) -> None: ...
    def get(self, sha256: str) -> bytes | None: ...
    def delete(self, sha256: str) -> None: ...
    def kept(self) -> Iterator[tuple[str, datetime]]:
        """Every hash, and when it was put."""
        ...

    def ask(self) -> None:
        """`NoStore` where nothing can be kept; asks once, and soon gives up."""
        ...


def key_of(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:]}"
