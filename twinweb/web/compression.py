"""Fewer bytes: answers as brotli or gzip, also a form with its mistakes; and forms that came as gzip."""

import re
import zlib
from http import HTTPStatus
from io import BytesIO

import brotli
from flask import Flask, Response, abort, request
from flask_compress import Compress
from jinja2.ext import Extension
from werkzeug.wsgi import get_content_length

HEAVY = 3_400
"""Bytes of a page, packed: a form or a whole submission, not a list. These are packed again …"""
BEST = 10
"""… with what takes a tenth more off: 8 ms of processor, and on 2G the page is there 100 ms sooner."""


class Unindented(Extension):
    """Templates of pages are indented for those who write them; what is sent keeps one space of it.

    Jinja takes the end of a line that is a tag, so that space may be all that stands between two words.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002  Jinja's
        return re.sub(r"^ +", " ", source, flags=re.MULTILINE) if str(name).endswith(".html") else source


def init_app(app: Flask) -> None:
    """First to look at a request and last at its answer: Flask calls what looks at answers in reverse."""
    app.config["COMPRESS_REGISTER"] = False
    compress = Compress(app)
    app.before_request(_unpack)

    @app.after_request
    def shrink(response: Response) -> Response:
        status, page = response.status_code, _page_of(response)
        if status >= HTTPStatus.BAD_REQUEST:
            response.status_code = HTTPStatus.OK  # what is refused goes through Flask-Compress as it is
        response = compress.after_request(response)
        response.status_code = status
        if page and response.content_encoding == "br" and (response.content_length or 0) > HEAVY:
            response.set_data(brotli.compress(page, quality=BEST, lgwin=app.config["COMPRESS_BR_WINDOW"]))
        return response


def _page_of(response: Response) -> bytes:
    """b"" where it streams, or was packed already within this request: see `htmx.done`."""
    return b"" if response.is_streamed or response.content_encoding else response.get_data()


def _unpack() -> None:
    """A form that came as gzip is read as any other. No more of it is unpacked than a form may be."""
    environ = request.environ
    coding = environ.pop("HTTP_CONTENT_ENCODING", "identity")
    if coding == "identity":
        return
    if coding != "gzip":
        abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    length, most = get_content_length(environ) or 0, request.max_content_length or 0
    if length > most:
        abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    form = _unpacked(environ["wsgi.input"].read(length), most)
    environ |= {"wsgi.input": BytesIO(form), "CONTENT_LENGTH": str(len(form))}


def _unpacked(packed: bytes, most: int) -> bytes:
    unpacking = zlib.decompressobj(wbits=31)
    try:
        form = unpacking.decompress(packed, most + 1)
    except zlib.error:
        abort(HTTPStatus.BAD_REQUEST)
    if len(form) > most:
        abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if not unpacking.eof:
        abort(HTTPStatus.BAD_REQUEST)  # the line was cut: half a form is no form
    return form
