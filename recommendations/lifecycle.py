"""The pure rules: what publishing demands, what is late or stale, what stood before, how cells and groups add up.

No database and no clock: `today` is an argument. The writes that obey these rules are in `actions`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypedDict

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from recommendations import danish
from recommendations.enums import (
    CLOSED,
    DONE,
    PROGRESSING,
    SHOWS_DONE,
    SHOWS_PLANNED,
    TEXT_REQUIRED,
    EvidenceKind,
    MeetingState,
    Outcome,
    OwnershipRole,
    Status,
    UpdateKind,
    UpdateState,
)

# Which state an update can go to from which. What is published or discarded goes nowhere.
NEXT_STATES = {
    UpdateState.DRAFT: frozenset({UpdateState.SUBMITTED, UpdateState.PUBLISHED, UpdateState.DISCARDED}),
    UpdateState.SUBMITTED: frozenset({UpdateState.DRAFT, UpdateState.PUBLISHED, UpdateState.DISCARDED}),
    UpdateState.PUBLISHED: frozenset[UpdateState](),
    UpdateState.DISCARDED: frozenset[UpdateState](),
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
    evidence_kinds: Collection[str]  # of each proof, what it shows


LIKELY_YEARS = 30  # how far from its hand-over anything about a source can lie


def day_problem(day: date | None, *, source_day: date | None, today: date, past_only: bool = False) -> str:
    """Why `day` cannot be right, in words; empty when it may be.

    `source_day` is the hand-over or publication of the source; a day lies within 30 years of it, or of today.
    """
    if day is None:
        return ""
    around = source_day or today
    first, last = _years_from(around, -LIKELY_YEARS), max(_years_from(around, LIKELY_YEARS), today)
    if first <= day <= (today if past_only else last):
        return ""
    written = {"date": date_format(day, "d.m.Y")}
    if day < first:
        words = written | {"first": date_format(first, "d.m.Y")}
        return _("Datoen %(date)s ligger før %(first)s. Er årstallet skrevet rigtigt?") % words
    if past_only and day > today:
        return _("Datoen %(date)s ligger i fremtiden. Skriv en dato senest i dag.") % written
    words = written | {"last": date_format(last, "d.m.Y")}
    return _("Datoen %(date)s ligger efter %(last)s. Er årstallet skrevet rigtigt?") % words


AHEAD_YEARS = 10  # a day further ahead is asked about
AHEAD = frozenset({"due_on", "next_step_on"})  # the days of what is still to happen


def day_doubt(name: str, day: date | None, *, source_day: date | None, today: date) -> str:
    """Why `day` is unlikely, in words that ask; empty when it is not, or is refused anyway (`day_problem`).

    `name` is the field it was typed in, which says whether it is to come or has been.
    """
    if day is None:
        return ""
    words = {"date": date_format(day, "d.m.Y"), "years": AHEAD_YEARS}
    if name in AHEAD:
        if day < today:
            return _("Datoen %(date)s er allerede passeret. Er den rigtig?") % words
        if day > _years_from(today, AHEAD_YEARS):
            return _("Datoen %(date)s ligger mere end %(years)s år fremme. Er årstallet rigtigt?") % words
        return ""
    if source_day and day < source_day:
        words["source"] = date_format(source_day, "d.m.Y")
        return _("Datoen %(date)s ligger før kilden, som er fra %(source)s. Er den rigtig?") % words
    if name == "on" and day < _years_from(today, -1):
        return _("Datoen %(date)s ligger mere end et år tilbage. Gælder oplysningen fra den dag?") % words
    return ""


SLIP = timedelta(minutes=60)  # how long a mistake is one that the same person has just seen


def is_slip(recorded_at: datetime | None, *, now: datetime) -> bool:
    """Whether what was recorded at `recorded_at` is so new that who corrects it most likely just mistyped it."""
    return recorded_at is not None and now - SLIP <= recorded_at <= now


def _years_from(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def publishing_problems(content: UpdateContent, *, today: date, source_day: date | None = None) -> Problems:
    """What stands in the way of publishing `content`: field name to sentence, empty when nothing does."""
    problems: Problems = {}
    kind, text = content["kind"], danish.normalised(content["text"])

    if content["on"] is None:
        problems["on"] = _("Datoen mangler. Skriv den dag, oplysningen gælder, for eksempel 28.02.2026.")
    for field in ("on", "decided_on", "next_step_on"):
        day: date | None = content[field]
        if wrong := day_problem(day, source_day=source_day, today=today, past_only=field != "next_step_on"):
            problems[field] = wrong
    if content["next_step_on"] and danish.is_blank(content["next_step"]):
        problems["next_step"] = _("Du har skrevet en dato for det næste skridt. Skriv også, hvad der skal ske.")

    if kind == UpdateKind.STATUS:
        if not content["status"]:
            problems["status"] = _("Vælg en status.")
        else:
            problems |= _status_problems(Status(content["status"]), content)
    elif kind == UpdateKind.CORRECTION:
        if content["status"]:
            problems |= _status_problems(Status(content["status"]), content)
    elif content["status"]:
        problems["status"] = _("Kun en ny status kan ændre status. Opret en ny status i stedet.")
    if kind in {UpdateKind.NOTE, UpdateKind.CORRECTION} and danish.is_blank(text):
        problems["text"] = _("Teksten mangler. Skriv, hvad der er nyt, eller hvad der rettes.")
    return problems


def _status_problems(status: Status, content: UpdateContent) -> Problems:
    problems: Problems = {}
    words = {"status": status.label, "how": status.requirement}
    if status in TEXT_REQUIRED and danish.is_blank(content["text"]):
        problems["text"] = _("Status »%(status)s« kræver en tekst. %(how)s") % words
    if wrong := _evidence_problem(status, content["evidence_kinds"]):
        problems["evidence"] = wrong
    if status == Status.ABANDONED:
        if danish.is_blank(content["decided_by"]):
            problems["decided_by"] = _("Status »%(status)s« kræver, at du skriver, hvem der besluttede det.") % words
        if content["decided_on"] is None:
            problems["decided_on"] = _("Status »%(status)s« kræver datoen for beslutningen.") % words
    return problems


def evidence_wanted(status: str) -> frozenset[EvidenceKind]:
    """The kinds of evidence of which publishing `status` demands one; none where it demands no evidence."""
    if status in DONE:
        return SHOWS_DONE
    return SHOWS_PLANNED if status == Status.PLANNED else frozenset()


def _evidence_problem(status: Status, kinds: Collection[str]) -> str:
    wanted = evidence_wanted(status)
    if not wanted or not wanted.isdisjoint(kinds):
        return ""
    words = {"status": status.label, "wanted": _either(str(kind.label) for kind in EvidenceKind if kind in wanted)}
    if not kinds:
        return (
            _(
                "Status »%(status)s« kræver dokumentation, der viser %(wanted)s. Tilføj et link, en fil eller et "
                "sagsnummer."
            )
            % words
        )
    words["shown"] = _either(str(kind.label) for kind in EvidenceKind if kind in kinds)
    return (
        _(
            "Status »%(status)s« kræver dokumentation, der viser %(wanted)s. Den, du har tilføjet, viser kun "
            "%(shown)s. Tilføj en mere, eller vælg en anden status."
        )
        % words
    )


def _either(labels: Iterable[str]) -> str:
    """»A«, »B« eller »C«"""
    quoted = [f"»{label}«" for label in labels]
    return _(" eller ").join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def needs_second_person(status: str) -> bool:
    """Whether the approver must be somebody who has written no word of it."""
    return status in DONE


def answer_problems(
    outcome: str,
    *,
    text: str,
    passed_on_to: str,
    agenda_url: str,
    meeting_date: date,
    today: date,
    source_day: date | None = None,
) -> Problems:
    """What is missing before a committee's answer can be recorded; no outcome takes an earlier answer back."""
    problems: Problems = {}
    if meeting_date > today:
        problems["meeting_date"] = _("Mødet er ikke holdt endnu. Et svar kan først registreres efter mødet.")
    elif wrong := day_problem(meeting_date, source_day=source_day, today=today):
        problems["meeting_date"] = wrong
    if outcome == Outcome.NOT_READ and not agenda_url:
        problems["agenda_url"] = _("Skriv linket til dagsordenspunktet, så beslutningen kan læses dér.")
    if outcome == Outcome.PARTLY_ADOPTED and danish.is_blank(text):
        problems["text"] = _("Svaret »Delvist tiltrådt« kræver en tekst. Skriv, hvilken del der følges.")
    if outcome == Outcome.NOT_ADOPTED and danish.is_blank(text):
        problems["text"] = _("Svaret »Ikke tiltrådt« kræver en begrundelse.")
    if outcome == Outcome.OUTSIDE_REMIT and danish.is_blank(passed_on_to):
        problems["passed_on_to"] = _(
            "Svaret »Uden for kommunens kompetence« kræver, at du skriver, hvem sagen er sendt videre til."
        )
    return problems


PLANNED_YEARS = 5  # how far ahead a committee's meetings can be planned


def meeting_problem(day: date, *, committee: str, exists: bool, today: date) -> str:
    """Why a committee, called so, cannot meet on `day`; empty when it can. `exists`: whether there is such a committee
    on the day.
    """
    words = {"committee": committee, "date": date_format(day, "d.m.Y"), "years": PLANNED_YEARS}
    if day > _years_from(today, PLANNED_YEARS):
        return _("Datoen %(date)s ligger mere end %(years)s år fremme. Er årstallet skrevet rigtigt?") % words
    if not exists:
        return _("%(committee)s fandtes ikke den %(date)s. Vælg en dag, da udvalget fandtes.") % words
    return ""


def meeting_doubt(day: date, *, holiday: str, today: date) -> str:
    """Why it is unlikely that a committee is to meet on `day`, in words that ask; empty when it is not.

    `holiday` is the name of the day, if it has one.
    """
    words = {"date": date_format(day, "d.m.Y"), "day": holiday or date_format(day, "l"), "years": LIKELY_YEARS}
    if holiday:
        return _("Den %(date)s er en helligdag eller lukkedag (%(day)s). Skal mødet holdes den dag?") % words
    if day.weekday() > 4:  # Saturday and Sunday
        return _("Den %(date)s er en %(day)s. Skal mødet holdes den dag?") % words
    if day < today:
        return _("Datoen %(date)s er allerede passeret. Er den rigtig?") % words
    return ""


def holding_problem(day: date, *, today: date) -> str:
    """Why a meeting on `day` cannot have been held yet; empty when it can."""
    if day <= today:
        return ""
    written = {"date": date_format(day, "j. F Y")}
    return _("Mødet er først den %(date)s. Det kan tidligst meldes holdt den dag.") % written


def meeting_state_problem(state: str, new: str, *, day: date, today: date, is_answered: bool) -> str:
    """Why a wrong state of a meeting cannot be mended to `new`; `is_answered`: whether something is recorded of it."""
    if new == state:
        return _("Det står allerede sådan. Vælg det, der skulle have stået.")
    if new == MeetingState.HELD:
        return holding_problem(day, today=today)
    if state == MeetingState.HELD and is_answered:
        return _("Der er registreret svar eller behandlinger fra mødet. Er dagen forkert, så ret dem først.")
    return ""


def return_problems(*, to: date | None, by: date | None, meeting_date: date) -> Problems:
    """What is wrong with when a committee said that it would return to a matter: at a meeting, or by a day."""
    problems: Problems = {}
    if to and by:
        problems["returns_by"] = _("Vælg et møde, eller skriv en dag: ikke begge dele.")
    elif to and to <= meeting_date:
        problems["returns_to"] = _("Vælg et møde, der ligger efter det, svaret er fra.")
    elif by and by <= meeting_date:
        problems["returns_by"] = _("Skriv en dag, der ligger efter mødet.")
    elif by and by > _years_from(meeting_date, AHEAD_YEARS):
        written = {"date": date_format(by, "d.m.Y"), "years": AHEAD_YEARS}
        problems["returns_by"] = _("Datoen %(date)s ligger mere end %(years)s år fremme. Er årstallet rigtigt?") % (
            written
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


@dataclass(frozen=True, slots=True)
class CellState:
    """What one owner's cell says: its role, the outcome of the answer that stands, and its status; empty for none."""

    role: str
    outcome: str
    status: str


def roll_up_cells(cells: Collection[CellState]) -> str:
    """The status of an item from the cells of its owners; empty where none can be said of the whole.

    A lead owner's word counts for the whole. With co-owners only: implemented when all are, in progress when any shows
    progress, otherwise what all say; else the furthest that is still open. A cell that is outside the municipality's
    remit holds nothing back.
    """
    speaking = [cell for cell in cells if cell.outcome != Outcome.OUTSIDE_REMIT] or list(cells)
    leads = [cell for cell in speaking if cell.role == OwnershipRole.LEAD and cell.status]
    statuses = [cell.status for cell in leads or speaking]
    if len(set(statuses)) == 1:
        return statuses[0]
    together = roll_up(statuses)
    if together:
        return together
    for status in (Status.PLANNED, Status.PAUSED, Status.NOT_STARTED):
        if status in statuses:
            return status
    return Status.ABANDONED if statuses and all(statuses) else ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One row about one cell, as the rules look at it: a status, an answer or a deadline.

    `on` is the day it is about, `at` when it was recorded, `value` its code (empty: it says nothing, it only takes
    back what it `corrects`). A correction stands in the place of what it corrects: `came` is when that was recorded.
    """

    key: int
    on: date
    at: datetime
    value: str
    corrects: int | None = None
    came: datetime | None = None

    @property
    def order(self) -> tuple[date, datetime, int]:
        """Facts in time: by the day they are about, then by when they, or what they stand in the place of, came."""
        return self.on, self.came or self.at, self.key


def what_stands(facts: Sequence[Fact]) -> Fact | None:
    """Of all that is known of a cell, what stands: about the newest day; on one day what was recorded last."""
    corrected = {fact.corrects for fact in facts if fact.corrects is not None}
    standing = [fact for fact in facts if fact.key not in corrected and fact.value]
    return max(standing, key=lambda fact: fact.order, default=None)


def stood_before(facts: Sequence[Fact], fact: Fact) -> tuple[str, str]:
    """What stood in the cell before `fact` was recorded, and what stands with it: two codes, empty for nothing.

    Alike where it changed nothing: it says the same again, or is about an earlier day.
    """
    earlier = [other for other in facts if (other.at, other.key) < (fact.at, fact.key)]
    before, after = what_stands(earlier), what_stands([*earlier, fact])
    return (before.value if before else "", after.value if after else "")


# --- Promises ---------------------------------------------------------------------------------------------------------


def is_replaced(made: Fact, said: Iterable[Fact], *, due: date) -> bool:
    """Whether what `made` promised for the day `due` is promised no more: what was said next in its place (`said`: of
    its own kind) is about a day before that.
    """
    following = min((fact for fact in said if fact.order > made.order), key=lambda fact: fact.order, default=None)
    return following is not None and following.on < due


def kept_by(made: Fact, said: Iterable[Fact], *, due: date) -> Fact | None:
    """What kept a promise for the day `due`: the first that was recorded after it was made, and is about that day or a
    later one. `said` are answers and news of the cell, no confirmations.
    """
    since = made.came or made.at
    keeping = [fact for fact in said if fact.on >= due and (fact.came or fact.at) > since]
    return min(keeping, key=lambda fact: fact.order, default=None)


def first_from(day: date, days: Iterable[date]) -> date | None:
    """Of the days of meetings, the first that is `day` or later: where a step that was named with a day comes up."""
    return min((one for one in days if one >= day), default=None)


def last_until(day: date, days: Iterable[date], *, after: date) -> date | None:
    """Where what was promised on the day `after`, for `day` at the latest, comes up: at the last meeting in that time.

    Where there is none, at the first after it.
    """
    days = list(days)
    in_time = max((one for one in days if after < one <= day), default=None)
    return in_time or first_from(day, days)
