"""Content of files in an S3-compatible store, which may be slow, away or refuse."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any, TypeVar, cast
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError
from flask import has_request_context
from urllib3.exceptions import HTTPError

from twinweb.attachments.breaker import Breaker, Open
from twinweb.attachments.store_protocol import KEY, NoStore, Silent, key_of

CONNECT, READ = 2, 5
"""Seconds that one may wait for a connection, and for the next bytes."""
MOST_AT_ONCE = 2
QUICK = 1
PAUSE = 10
"""Seconds: of a store that fails, every other request is told at once for so long."""
TRIES_AGAIN = (1, 3)
"""Seconds before a command line, which holds nobody up, tries a second and a third time."""
A_PAGE = 1_000
"""Keys that a store lists in one answer."""
BROKEN = 500
NO_BUCKET = "NoSuchBucket"

T = TypeVar("T")


class Bucket:
    """Given as s3://KEY:SECRET@host:port/bucket?region=…&tls=0."""

    def __init__(self, url: str) -> None:
        parts, options = urlsplit(url), parse_qs(urlsplit(url).query)
        scheme = "http" if options.get("tls") == ["0"] else "https"
        self.bucket = parts.path.strip("/")
        self._breaker = Breaker(most=MOST_AT_ONCE, quick=QUICK, pause=PAUSE)
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=f"{scheme}://{parts.netloc.rpartition('@')[2]}",
            aws_access_key_id=unquote(parts.username or ""),
            aws_secret_access_key=unquote(parts.password or ""),
            region_name=options.get("region", ["us-east-1"])[0],
            config=Config(
                connect_timeout=CONNECT,
                read_timeout=READ,
                retries={"total_max_attempts": 1},
                s3={"addressing_style": "path"},
                # Stores other than Amazon's do not all know the newer checksums.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def put(self, sha256: str, data: bytes) -> None:
        def put() -> None:
            if not self._has(sha256):
                self._client.put_object(Bucket=self.bucket, Key=key_of(sha256), Body=data)

        self._ask(put)

    def get(self, sha256: str) -> bytes | None:
        def get() -> bytes | None:
            try:
                found = self._client.get_object(Bucket=self.bucket, Key=key_of(sha256))
            except self._client.exceptions.NoSuchKey:
                return None
            return cast("bytes", found["Body"].read())

        return self._ask(get)

    def delete(self, sha256: str) -> None:
        self._ask(lambda: self._client.delete_object(Bucket=self.bucket, Key=key_of(sha256)))

    def kept(self) -> Iterator[tuple[str, datetime]]:
        page: dict[str, Any] = {"NextContinuationToken": None}
        while "NextContinuationToken" in page:
            page = self._ask(partial(self._page, page["NextContinuationToken"]))
            for one in page.get("Contents", ()):
                if KEY.fullmatch(one["Key"]):
                    yield one["Key"].replace("/", ""), one["LastModified"]

    def ask(self) -> None:
        self._once(lambda: self._client.list_objects_v2(Bucket=self.bucket, MaxKeys=1))

    def _has(self, sha256: str) -> bool:
        try:
            self._client.head_object(Bucket=self.bucket, Key=key_of(sha256))
        except ClientError as error:
            if _status(error) >= BROKEN:
                raise
            return False  # also where it may not be asked: putting it says what is wrong
        return True

    def _page(self, after: str | None) -> dict[str, Any]:
        on = {"ContinuationToken": after} if after else {}
        return cast("dict[str, Any]", self._client.list_objects_v2(Bucket=self.bucket, MaxKeys=A_PAGE, **on))

    def _ask(self, question: Callable[[], T]) -> T:
        """A request is told soon, as somebody waits and few threads serve all; a command line is patient."""
        if not has_request_context():
            return self._patiently(question)
        try:
            with self._breaker.turn(Silent):
                return self._once(question)
        except Open as pause:
            raise Silent(pause.seconds) from None

    def _patiently(self, question: Callable[[], T]) -> T:
        for pause in TRIES_AGAIN:
            try:
                return self._once(question)
            except Silent:
                time.sleep(pause)
        return self._once(question)

    def _once(self, question: Callable[[], T]) -> T:
        try:
            return question()
        except ClientError as error:
            raise (Silent() if _status(error) >= BROKEN else NoStore(self._refusal(error))) from error
        except (BotoCoreError, ResponseParserError, HTTPError, OSError) as error:
            raise Silent from error

    def _refusal(self, error: ClientError) -> str:
        code = str(error.response.get("Error", {}).get("Code", ""))
        return f"there is no bucket {self.bucket}" if code == NO_BUCKET else f"the store refuses: {code}"


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", BROKEN))
