"""Answers in fewer bytes: brotli or gzip, also of a form that comes back with its mistakes."""

import re
from http import HTTPStatus

from flask import Flask, Response
from flask_compress import Compress
from jinja2.ext import Extension


class Unindented(Extension):
    """Templates of pages are indented for those who write them; what is sent keeps one space of it."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002  Jinja's
        return re.sub(r"^ +", " ", source, flags=re.MULTILINE) if str(name).endswith(".html") else source


def init_app(app: Flask) -> None:
    """First of all that looks at an answer, so that it is the last to: Flask calls them in reverse."""
    app.config["COMPRESS_REGISTER"] = False
    compress = Compress(app)

    @app.after_request
    def shrink(response: Response) -> Response:
        status = response.status_code
        if status < HTTPStatus.BAD_REQUEST:
            return compress.after_request(response)
        response.status_code = HTTPStatus.OK  # what is refused goes through Flask-Compress as it is
        response = compress.after_request(response)
        response.status_code = status
        return response
