"""What civil servants see. Rows are read here; every change of state is written by an action."""

from recommendations.admin import committees, facts, items, publications, updates, users, work

__all__ = ["committees", "facts", "items", "publications", "updates", "users", "work"]
