"""What civil servants see. Rows are read here; every change of state is written by an action."""

from recommendations.admin import (
    committees,
    error_reports,
    events,
    facts,
    items,
    municipality,
    proof,
    publications,
    recorded,
    site,
    updates,
    users,
    words,
)

__all__ = [
    "committees",
    "error_reports",
    "events",
    "facts",
    "items",
    "municipality",
    "proof",
    "publications",
    "recorded",
    "site",
    "updates",
    "users",
    "words",
]
