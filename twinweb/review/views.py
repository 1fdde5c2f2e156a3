"""Every page of the reviewers' desk, under one blueprint."""

from twinweb.review import correction_views, decision_views, queue_views, reason_views, submission_views
from twinweb.review.blueprint import bp

__all__ = ["bp", "correction_views", "decision_views", "queue_views", "reason_views", "submission_views"]
