"""The real server, as `make serve` starts it, in processes that can be stopped and killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).parent.parent


class Server:
    """`deploy/start` on a data directory of its own, to be started again and again."""

    def __init__(
        self, data: Path, settings: Mapping[str, str] | None = None, host: str = "127.0.0.1"
    ) -> None:
        self.data = data
        self.host = host
        self.port = free_port()
        self.address = f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"
        self.process: subprocess.Popen[bytes]
        self._settings = dict(settings or {"TWINWEB_DEMO": "1"})

    @property
    def environment(self) -> dict[str, str]:
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        own = {"TWINWEB_DATA_DIR": str(self.data), "TWINWEB_PORT": str(self.port), "PATH": path}
        own |= {"TWINWEB_HOST": self.host}
        return {**os.environ, **own, **self._settings}

    def start(self) -> None:
        """Return when it answers."""
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [ROOT / "deploy" / "start"],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        for _ in range(600):
            with suppress(OSError, HTTPException), urlopen(f"{self.address}/readyz"):
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(f"the server did not start: {self.log()}")

    def stop(self) -> None:
        """As `systemctl stop` does, or Ctrl+C."""
        self.process.terminate()

    def kill(self) -> None:
        """As a power cut does: every process of it, at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)

    def connect(self) -> socket.socket:
        return socket.create_connection((self.host, self.port), timeout=60)

    def log(self) -> str:
        """What it has said so far."""
        return self._log.read_text("utf-8")

    @property
    def _log(self) -> Path:
        return self.data / f"log-{self.port}"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
