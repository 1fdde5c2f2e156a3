"""Where the content of files lies, each under its hash: in the data directory, or in a store elsewhere."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, cast
from urllib.parse import parse_qs, unquote, urlsplit

from flask import Flask, current_app

from twinweb.config import Settings

NAME = "files"
_KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{62}")


class NoStore(Exception):
    """The store does not answer, or has no room."""


class Store(Protocol):
    """What is there under a hash is not put again."""

    def put(self, sha256: str, data: bytes) -> None: ...
    def get(self, sha256: str) -> bytes | None: ...
    def delete(self, sha256: str) -> None: ...
    def kept(self) -> Iterator[tuple[str, datetime]]:
        """Every hash, and when it was put."""
        ...


class Folder:
    """Files in the data directory: `files/ab/cdef…`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, sha256: str, data: bytes) -> None:
        path = self._path(sha256)
        try:
            if path.exists() and path.stat().st_size == len(data):
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_whole(path, data)
        except OSError as error:
            raise NoStore from error

    def get(self, sha256: str) -> bytes | None:
        with suppress(FileNotFoundError):
            return self._path(sha256).read_bytes()
        return None

    def delete(self, sha256: str) -> None:
        self._path(sha256).unlink(missing_ok=True)

    def kept(self) -> Iterator[tuple[str, datetime]]:
        for path in sorted(self.root.glob("*/*")):
            key = path.relative_to(self.root).as_posix()
            if _KEY.fullmatch(key):
                yield key.replace("/", ""), datetime.fromtimestamp(path.stat().st_mtime, UTC)

    def _path(self, sha256: str) -> Path:
        return self.root / _key(sha256)


class Bucket:
    """Files in an S3-compatible store, given as s3://KEY:SECRET@host:port/bucket?region=…&tls=0."""

    def __init__(self, url: str) -> None:
        parts, options = urlsplit(url), parse_qs(urlsplit(url).query)
        import boto3  # noqa: PLC0415  who keeps files in a folder need not install it
        import botocore  # noqa: PLC0415  the same

        scheme = "http" if options.get("tls") == ["0"] else "https"
        self.failures = (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError)
        self.bucket = parts.path.strip("/")
        self.client: Any = boto3.client(
            "s3",
            endpoint_url=f"{scheme}://{parts.netloc.rpartition('@')[2]}",
            aws_access_key_id=unquote(parts.username or ""),
            aws_secret_access_key=unquote(parts.password or ""),
            region_name=options.get("region", ["us-east-1"])[0],
            config=botocore.config.Config(
                connect_timeout=5,
                read_timeout=20,
                retries={"max_attempts": 2},
                s3={"addressing_style": "path"},
                # Stores other than Amazon's do not all know the newer checksums.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def put(self, sha256: str, data: bytes) -> None:
        try:
            self.client.head_object(Bucket=self.bucket, Key=_key(sha256))
        except self.failures:
            self._ask("put_object", sha256, Body=data)

    def get(self, sha256: str) -> bytes | None:
        try:
            return cast("bytes", self.client.get_object(Bucket=self.bucket, Key=_key(sha256))["Body"].read())
        except self.client.exceptions.NoSuchKey:
            return None
        except self.failures as error:
            raise NoStore from error

    def delete(self, sha256: str) -> None:
        self._ask("delete_object", sha256)

    def kept(self) -> Iterator[tuple[str, datetime]]:
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket):
            for one in page.get("Contents", ()):
                if _KEY.fullmatch(one["Key"]):
                    yield one["Key"].replace("/", ""), one["LastModified"]

    def _ask(self, act: str, sha256: str, **more: object) -> None:
        try:
            getattr(self.client, act)(Bucket=self.bucket, Key=_key(sha256), **more)
        except self.failures as error:
            raise NoStore from error


def store() -> Store:
    return cast("Store", current_app.extensions[NAME])


def open_store(settings: Settings) -> Store:
    return Bucket(settings.files_url) if settings.files_url else Folder(settings.data_dir / NAME)


def init_app(app: Flask) -> None:
    app.extensions[NAME] = open_store(app.config["TWINWEB"])


def _key(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:]}"


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
