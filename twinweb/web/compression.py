"""Answers in fewer bytes: brotli or gzip, also of a form that comes back with its mistakes."""

from http import HTTPStatus

from flask import Flask, Response
from flask_compress import Compress


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
