"""A circuit breaker: who does not answer is asked by few threads at once, and for a while by none."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Open(Exception):
    """Not asked now; worth another try after so many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Breaker:
    """Lets `most` threads in at once, and nobody for `pause` seconds after a failure.

    Others wait only while those inside are quick: once one has been inside for `quick` seconds, all are told.
    """

    def __init__(self, *, most: int, quick: float, pause: float) -> None:
        self._quick, self._pause = quick, pause
        self._places = threading.Semaphore(most)
        self._entered: dict[int, float] = {}
        self._closed_until = 0.0

    @contextmanager
    def turn(self, failure: type[Exception]) -> Iterator[None]:
        """`Open` where it is not one's turn; a `failure` inside begins the pause."""
        self._refuse_in_pause()
        self._enter()
        try:
            self._refuse_in_pause()  # it failed while this one waited
            yield
        except failure:
            self._closed_until = time.monotonic() + self._pause
            raise
        finally:
            del self._entered[threading.get_ident()]
            self._places.release()

    def _refuse_in_pause(self) -> None:
        left = self._closed_until - time.monotonic()
        if left > 0:
            raise Open(int(left) + 1)

    def _enter(self) -> None:
        now = time.monotonic()
        first = min(list(self._entered.values()), default=now)
        if not self._places.acquire(timeout=max(0, first + self._quick - now)):
            raise Open(int(self._pause))
        self._entered[threading.get_ident()] = time.monotonic()
