"""What the admins' pages have in common: one address, and no copies kept."""

from flask import Blueprint
from werkzeug.wrappers import Response

bp = Blueprint("admin", __name__, url_prefix="/admin")

Page = str | Response | tuple[str, int]


@bp.after_request
def keep_no_copy(response: Response) -> Response:
    """These pages show people, and codes once: no browser or proxy keeps them."""
    response.headers["Cache-Control"] = "no-store"
    return response
