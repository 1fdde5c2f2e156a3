"""Machines that take the place of a store of files: one that never says a word, one that says anything."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

NEVER = None
"""The connection is taken, and nothing is said."""
NO_KEY = (
    b"HTTP/1.1 404 Not Found\r\nContent-Length: 39\r\nConnection: close\r\n\r\n"
    b"<Error><Code>NoSuchKey</Code></Error>  "
)


@dataclass
class Broken:
    port: int
    taken: list[socket.socket] = field(default_factory=list)
    """Every connection that was made, in order."""

    @property
    def address(self) -> str:
        """As a setting."""
        return f"s3://key:secret@127.0.0.1:{self.port}/files?tls=0"

    def answer(self, connection: socket.socket, said: bytes | None) -> None:
        self.taken.append(connection)
        if said is NEVER:
            return
        with suppress(OSError):
            connection.recv(65_536)
            connection.sendall(said)
            connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def broken_store(*answers: bytes | None) -> Iterator[Broken]:
    """Gives these answers in turn, and the last one again and again."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        broken = Broken(server.getsockname()[1])

        def take() -> None:
            with suppress(OSError):
                while True:
                    connection, _address = server.accept()
                    broken.answer(connection, answers[min(len(broken.taken), len(answers) - 1)])

        thread = threading.Thread(target=take)
        thread.start()
        try:
            yield broken
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()
            for one in broken.taken:
                one.close()
