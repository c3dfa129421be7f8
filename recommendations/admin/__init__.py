"""What civil servants see. Rows are read here; every change of state is written by an action."""

from recommendations.admin import committees, facts, items, publications, updates, users

__all__ = ["committees", "facts", "items", "publications", "updates", "users"]
