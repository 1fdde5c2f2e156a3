"""Every page of the admins under one blueprint, and the page on which offices ask for accounts."""

from twinweb.admin import (
    desk_views,
    leaving_views,
    log_views,
    many_views,
    party_views,
    request_views,
    sector_views,
    user_views,
)
from twinweb.admin.blueprint import bp
from twinweb.admin.request_views import colleagues

__all__ = [
    "bp",
    "colleagues",
    "desk_views",
    "leaving_views",
    "log_views",
    "many_views",
    "party_views",
    "request_views",
    "sector_views",
    "user_views",
]
