"""Every page of the admins, under one blueprint."""

from twinweb.admin import desk_views, log_views, many_views, party_views, sector_views, user_views
from twinweb.admin.blueprint import bp

__all__ = ["bp", "desk_views", "log_views", "many_views", "party_views", "sector_views", "user_views"]
