"""What a committee's meetings come to: which was the last and the next, what comes up at one, what it decided."""

from recommendations.meetings.agenda import ComingUp, Decided, coming_up, decided_at
from recommendations.meetings.calendars import Calendars, has_draft, last_held, next_expected, papers_day
from recommendations.meetings.promises import Promise, SaidOfItem, promises, promises_about

__all__ = [
    "Calendars",
    "ComingUp",
    "Decided",
    "Promise",
    "SaidOfItem",
    "coming_up",
    "decided_at",
    "has_draft",
    "last_held",
    "next_expected",
    "papers_day",
    "promises",
    "promises_about",
]
