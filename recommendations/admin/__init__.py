"""What civil servants see. Rows are read here; every change of state is written by an action."""

from recommendations.admin import (
    about_sources,
    committees,
    error_reports,
    events,
    facts,
    items,
    meetings,
    municipality,
    proof,
    publications,
    recorded,
    site,
    synonyms,
    updates,
    users,
    words,
)

__all__ = [
    "about_sources",
    "committees",
    "error_reports",
    "events",
    "facts",
    "items",
    "meetings",
    "municipality",
    "proof",
    "publications",
    "recorded",
    "site",
    "synonyms",
    "updates",
    "users",
    "words",
]
