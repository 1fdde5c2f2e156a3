"""`Save-Data: on`: a browser that asks for as few bytes as will do gets no pictures until it asks for one."""

from flask import Flask, Response, request


def saves_data() -> bool:
    return request.headers.get("Save-Data", "").lower() == "on"


def init_app(app: Flask) -> None:
    app.add_template_global(saves_data)

    @app.after_request
    def keep_copies_apart(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.vary.add("Save-Data")
        return response
