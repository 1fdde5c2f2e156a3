"""The production server: granian, told how patient to be (`deploy/start`)."""

import gc
import resource
from importlib import import_module

from granian.constants import HTTPModes
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from twinweb.config import Settings, WrongSetting

A_MINUTE = 60_000
"""In milliseconds, and the most that granian knows: so long a connection on 2G is kept between two clicks."""
CONNECTIONS = 2_000
"""Of one worker, most of them idle or slow: they cost a file each and no thread (`twinweb/web/door.py`)."""


def serve(settings: Settings) -> None:
    allow_files(CONNECTIONS * settings.workers)
    if settings.workers > 1:
        load_what_workers_share()
    Server(
        "wsgi:door",
        address=settings.host,
        port=settings.port,
        workers=settings.workers,
        http=HTTPModes.http1,
        websockets=False,
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=A_MINUTE),
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=20,
    ).serve()


def allow_files(wanted: int) -> None:
    """As many open files as that takes, or as the system lets this process have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted + 1_000, most), most))


def load_what_workers_share() -> None:
    """Workers are forked from this process: what it has loaded they need not hold again."""
    templates = import_module("wsgi").app.jinja_env
    for name in templates.list_templates(extensions=["html"]):
        templates.get_template(name)
    gc.collect()
    gc.freeze()  # looking for garbage there would write on what is shared


if __name__ == "__main__":
    try:
        serve(Settings.from_environment())
    except WrongSetting as wrong:
        raise SystemExit(f"TwinWeb does not start. {wrong}") from None
