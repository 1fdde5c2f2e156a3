"""What the pages of the reviewers' desk have in common."""

from flask import Blueprint
from werkzeug.wrappers import Response

bp = Blueprint("review", __name__, url_prefix="/review")

Page = str | Response | tuple[str, int]
