"""Every page of the reviewers' desk, under one blueprint."""

from twinweb.review import queue_views, submission_views
from twinweb.review.blueprint import bp

__all__ = ["bp", "queue_views", "submission_views"]
