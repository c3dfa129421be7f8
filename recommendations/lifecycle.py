"""The rules of a status update, pure: what publishing demands, what is late, what is stale, how a group adds up.

No database and no clock: `today` is an argument. The writes that obey these rules are in `actions`.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TypedDict

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from recommendations.enums import CLOSED, DONE, PROGRESSING, TEXT_REQUIRED, Outcome, Status, UpdateKind, UpdateState

# Which state an update can go to from which. A published update goes nowhere.
NEXT_STATES = {
    UpdateState.DRAFT: frozenset({UpdateState.SUBMITTED, UpdateState.PUBLISHED}),
    UpdateState.SUBMITTED: frozenset({UpdateState.DRAFT, UpdateState.PUBLISHED}),
    UpdateState.PUBLISHED: frozenset[UpdateState](),
}

Problems = dict[str, str]  # field name -> a sentence that says what is missing and how to mend it


def can_move(current: str, new: str) -> bool:
    """Whether an update in state `current` may be put in state `new`."""
    return UpdateState(new) in NEXT_STATES[UpdateState(current)]


class UpdateContent(TypedDict):
    """What an update says, as far as the rules look at it."""

    kind: str
    status: str
    on: date | None
    text: str
    decided_by: str
    decided_on: date | None
    next_step: str
    next_step_on: date | None
    evidence_count: int


def publishing_problems(content: UpdateContent, *, today: date) -> Problems:
    """What stands in the way of publishing `content`: field name to sentence, empty when nothing does."""
    problems: Problems = {}
    kind, text = content["kind"], content["text"].strip()

    if content["on"] is None:
        problems["on"] = _("Datoen mangler. Skriv den dag, oplysningen gælder, for eksempel 28.02.2026.")
    elif content["on"] > today:
        problems["on"] = _("Datoen %(date)s ligger i fremtiden. Skriv en dato senest i dag.") % {
            "date": date_format(content["on"], "d.m.Y")
        }
    if content["next_step_on"] and not content["next_step"].strip():
        problems["next_step"] = _("Du har skrevet en dato for det næste skridt. Skriv også, hvad der skal ske.")

    if kind == UpdateKind.STATUS:
        if not content["status"]:
            problems["status"] = _("Vælg en status.")
        else:
            problems |= _status_problems(Status(content["status"]), content)
    elif content["status"]:
        problems["status"] = _("Kun en ny status kan ændre status. Opret en ny status i stedet.")
    elif kind in {UpdateKind.NOTE, UpdateKind.CORRECTION} and not text:
        problems["text"] = _("Teksten mangler. Skriv, hvad der er nyt, eller hvad der rettes.")
    return problems


def _status_problems(status: Status, content: UpdateContent) -> Problems:
    problems: Problems = {}
    words = {"status": status.label, "how": status.requirement}
    if status in TEXT_REQUIRED and not content["text"].strip():
        problems["text"] = _("Status «%(status)s» kræver en tekst. %(how)s") % words
    if status in DONE and not content["evidence_count"]:
        problems["evidence"] = (
            _("Status «%(status)s» kræver dokumentation. Tilføj et link, en fil eller et sagsnummer.") % words
        )
    if status == Status.ABANDONED:
        if not content["decided_by"].strip():
            problems["decided_by"] = _("Status «%(status)s» kræver, at du skriver, hvem der besluttede det.") % words
        if content["decided_on"] is None:
            problems["decided_on"] = _("Status «%(status)s» kræver datoen for beslutningen.") % words
    return problems


def needs_second_person(kind: str, status: str) -> bool:
    """Whether the approver must be somebody else than the author."""
    return kind == UpdateKind.STATUS and status in DONE


def answer_problems(outcome: str, *, text: str, passed_on_to: str, meeting_date: date, today: date) -> Problems:
    """What is missing before a committee's answer can be recorded."""
    problems: Problems = {}
    if meeting_date > today:
        problems["meeting_date"] = _("Mødet er ikke holdt endnu. Et svar kan først registreres efter mødet.")
    if outcome == Outcome.PARTLY_ADOPTED and not text.strip():
        problems["text"] = _("Svaret «Delvist tiltrådt» kræver en tekst. Skriv, hvilken del der følges.")
    if outcome == Outcome.NOT_ADOPTED and not text.strip():
        problems["text"] = _("Svaret «Ikke tiltrådt» kræver en begrundelse.")
    if outcome == Outcome.OUTSIDE_REMIT and not passed_on_to.strip():
        problems["passed_on_to"] = _(
            "Svaret «Uden for kommunens kompetence» kræver, at du skriver, hvem sagen er sendt videre til."
        )
    return problems


def is_closed(status: str) -> bool:
    """Nothing more is to happen: neither late nor stale."""
    return status in CLOSED


def is_overdue(status: str, due_on: date | None, *, today: date) -> bool:
    """Past its deadline and not closed. The day of the deadline itself is not late."""
    return due_on is not None and due_on < today and not is_closed(status)


def is_stale(status: str, fresh_on: date | None, *, today: date, after_days: int) -> bool:
    """An open item whose newest status, note or confirmation is older than `after_days` days.

    An item never reported on is not stale: it has no status at all, which is said in words of its own.
    """
    return fresh_on is not None and fresh_on < stale_before(today, after_days) and not is_closed(status)


def stale_before(today: date, after_days: int) -> date:
    """The first day that still counts as fresh."""
    return today - timedelta(days=after_days)


def days_after(handed_over_on: date | None, day: date) -> int | None:
    """Days from the hand-over of a source to `day`; none where it is not known or still to come."""
    return (day - handed_over_on).days if handed_over_on and handed_over_on <= day else None


def roll_up(statuses: Iterable[str]) -> Status | None:
    """The status of a group from those of its items (empty string: none registered).

    Implemented if all its items are, in progress if any shows progress, otherwise none: then the counts alone speak.
    """
    statuses = list(statuses)
    if statuses and all(status in DONE for status in statuses):
        return Status.IMPLEMENTED
    if any(status in PROGRESSING for status in statuses):
        return Status.IN_PROGRESS
    return None
