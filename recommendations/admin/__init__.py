"""What civil servants see. Rows are read here; every change of state is written by an action."""

from recommendations.admin import committees, error_reports, facts, items, publications, updates, users, work

__all__ = ["committees", "error_reports", "facts", "items", "publications", "updates", "users", "work"]
