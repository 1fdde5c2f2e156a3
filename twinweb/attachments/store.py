"""Where the content of files lies, each under its hash: in the data directory, or in a store elsewhere."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from flask import Flask, current_app

from twinweb.attachments.store_protocol import KEY, NoStore, Store, Unreadable, key_of
from twinweb.config import Settings

NAME = "files"


class Folder:
    """Files in the data directory: `files/ab/cdef…`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, sha256: str, data: bytes) -> None:
        path = self._path(sha256)
        with _told(NoStore):
            if path.exists() and path.stat().st_size == len(data):
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_whole(path, data)

    def get(self, sha256: str) -> bytes | None:
        with _told(Unreadable), suppress(FileNotFoundError):
            return self._path(sha256).read_bytes()
        return None

    def delete(self, sha256: str) -> None:
        with _told(NoStore):
            self._path(sha256).unlink(missing_ok=True)

    def kept(self) -> Iterator[tuple[str, datetime]]:
        with _told(NoStore):
            found = sorted(self.root.glob("*/*"))
        for path in found:
            key = path.relative_to(self.root).as_posix()
            if KEY.fullmatch(key) and (put_at := _changed_at(path)):
                yield key.replace("/", ""), put_at

    def ask(self) -> None:
        with _told(NoStore):
            self.root.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=self.root).close()

    def _path(self, sha256: str) -> Path:
        return self.root / key_of(sha256)


def store() -> Store:
    return cast("Store", current_app.extensions[NAME])


def open_store(settings: Settings) -> Store:
    if not settings.files_url:
        return Folder(settings.data_dir / NAME)
    from twinweb.attachments.bucket import Bucket  # noqa: PLC0415  who keeps files in a folder needs no client

    return Bucket(settings.files_url)


def note(failure: NoStore) -> None:
    """In the log, with its cause; who is told during a pause of the store adds no line."""
    if failure.__cause__:
        current_app.logger.warning("files: %s", failure, exc_info=failure)


def ask_at_start(app: Flask) -> None:
    """Say in the log where files cannot be kept: everything else works without."""
    with app.app_context():
        try:
            store().ask()
        except NoStore as failure:
            note(failure)


def init_app(app: Flask) -> None:
    app.extensions[NAME] = open_store(app.config["TWINWEB"])


@contextmanager
def _told(kind: type[NoStore]) -> Iterator[None]:
    """What the system refuses, as this kind of failure."""
    try:
        yield
    except OSError as error:
        raise kind(f"{error.filename or NAME}: {error.strerror}") from error


def _changed_at(path: Path) -> datetime | None:
    """Nothing where it has gone since it was found."""
    with _told(NoStore), suppress(FileNotFoundError):
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return None


def _write_whole(path: Path, data: bytes) -> None:
    """The whole file or none, also where the power fails: written beside it, on the disk, and then named."""
    descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
