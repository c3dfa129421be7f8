"""Sources: drafted in peace, made public by an act. What is wrong is refused, and nothing is half done.

`by` is None for what is read from a file that comes with the source, as the seed does. What they list: see `items`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from recommendations import danish, permissions, tenancy
from recommendations.actions import state
from recommendations.actions.wordings import begin_earlier
from recommendations.enums import COUNTED, RECOMMENDED, Act, ItemKind, Nature
from recommendations.lifecycle import LIKELY_YEARS, Problems, day_problem
from recommendations.models import ProcessFact, Publication

# --- Sources ----------------------------------------------------------------------------------------------------------


class SourceFields(TypedDict, total=False):
    """What somebody says of a source; `Publication` explains each."""

    slug: str
    short_code: str
    title: str
    kind: str
    publisher: str
    published_on: date | None
    published_year: int | None
    handed_over_on: date | None
    question: str
    summary: str
    source_title: str
    source_url: str
    numbering_note: str
    expects_answers: bool
    expected_headings: int
    expected_recommendations: int
    expected_initiatives: int
    position: int
    is_whole: bool


@transaction.atomic
def add_source(*, by: User | None, request_key: UUID | None = None, **fields: Unpack[SourceFields]) -> Publication:
    """Begin a source. Nobody but staff sees it until `open_source`."""
    check_administers(by)
    if (done := state.done_before(request_key)) and done.publication:
        return done.publication
    source = Publication(municipality=tenancy.current())
    fill(source, fields)
    _check_days(source)
    state.checked(source)
    tell(Act.SOURCE_ADDED, by, source, state.changed_fields(None, source), request_key, publication=source)
    return source


@transaction.atomic
def change_source(
    *, by: User | None, publication: Publication, request_key: UUID | None = None, **fields: Unpack[SourceFields]
) -> Publication:
    """Change what is named of a source. Its codes stand in addresses: they cannot change once it is public."""
    check_administers(by)
    if (done := state.done_before(request_key)) and done.publication:
        return done.publication
    source = locked(publication)
    before = locked(publication)
    fill(source, fields)
    if source.is_public:
        refuse(
            {
                name: _("Koden står i adresser, som andre har gemt, og kan ikke ændres, når kilden er offentlig.")
                for name in ("slug", "short_code")
                if getattr(source, name) != getattr(before, name)
            }
        )
    _check_days(source)
    changes = state.changed_fields(before, source)
    if not changes:
        return source
    state.checked(source)
    if source.exists_from and (before.exists_from is None or source.exists_from < before.exists_from):
        begin_earlier(by, list(source.items.order_by("pk")), source.exists_from)
    tell(Act.SOURCE_CHANGED, by, source, changes, request_key, publication=source)
    return source


@transaction.atomic
def open_source(
    *,
    by: User | None,
    publication: Publication,
    although_incomplete: bool = False,
    at: datetime | None = None,
    request_key: UUID | None = None,
) -> Publication:
    """Make a source public from now on, or from the moment `at` if it was read from a file. Again: nothing happens."""
    check_administers(by)
    source = locked(publication)
    if source.is_public:
        return source
    missing = missing_rows(source)
    if missing and not although_incomplete:
        raise ValidationError(
            [*missing, _("Opret de rækker, der mangler, eller sig, at kilden skal være offentlig, som den er.")]
        )
    source.public_at = (at if by is None else None) or timezone.now()
    state.checked(source)
    tell(Act.SOURCE_OPENED, by, source, {}, request_key, publication=source, at=source.public_at)
    return source


@dataclass(frozen=True)
class RowCount:
    """How many rows of a kind a source has here, and how many it has itself."""

    what: str
    found: int
    expected: int

    def __str__(self) -> str:
        return _("%(found)s %(what)s, men kilden har %(expected)s") % {
            "found": number_format(self.found),
            "what": self.what,
            "expected": number_format(self.expected),
        }


def row_counts(publication: Publication) -> list[RowCount]:
    """The rows of each kind beside what the source itself has."""
    kinds = list(publication.items.order_by().values_list("kind", flat=True))
    recommended = COUNTED & RECOMMENDED
    return [
        RowCount(_("overskrifter"), kinds.count(ItemKind.HEADING), publication.expected_headings),
        RowCount(_("anbefalinger"), sum(kind in recommended for kind in kinds), publication.expected_recommendations),
        RowCount(_("initiativer"), kinds.count(ItemKind.INITIATIVE), publication.expected_initiatives),
    ]


def missing_rows(publication: Publication) -> list[str]:
    """A sentence for each kind of row of which the source has more than is registered here."""
    return [
        _("»%(title)s« har %(count)s.") % {"title": publication.title, "count": count}
        for count in row_counts(publication)
        if count.found < count.expected
    ]


def _check_days(source: Publication) -> None:
    today = timezone.localdate()
    problems = {
        name: wrong
        for name in ("published_on", "handed_over_on")
        if (wrong := day_problem(getattr(source, name), source_day=None, today=today))
    }
    year = source.published_year
    if year and abs(year - today.year) > LIKELY_YEARS:
        problems["published_year"] = _("Året %(year)s er mere end %(years)s år fra nu. Er det skrevet rigtigt?") % {
            "year": year,
            "years": LIKELY_YEARS,
        }
    refuse(problems)


def locked(publication: Publication) -> Publication:
    """The source's row, held until the transaction ends: two who write in one source take turns."""
    return Publication.objects.select_for_update(of=("self",)).get(pk=publication.pk)


# --- The facts of the process -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FactContent:
    """One fact of how a source came about: with a number, a date or a text."""

    label: str
    number: int | None = None
    on: date | None = None
    text: str = ""
    is_step: bool = False

    @classmethod
    def of(cls, fact: ProcessFact) -> FactContent:
        return cls(fact.label, fact.number, fact.on, fact.text, fact.is_step)

    def __str__(self) -> str:
        said = [self.on.isoformat() if self.on else "", "" if self.number is None else str(self.number), self.text]
        return f"{self.label}: {' '.join(part for part in said if part)}"


@transaction.atomic
def record_process_facts(
    *, by: User | None, publication: Publication, facts: Sequence[FactContent], request_key: UUID | None = None
) -> list[ProcessFact]:
    """The facts of the source are exactly these, in this order."""
    check_administers(by)
    source = locked(publication)
    stored = list(source.facts.order_by("position"))
    if state.done_before(request_key):
        return stored
    before = [FactContent.of(fact) for fact in stored]
    rows = []
    for position, content in enumerate(facts, start=1):
        row = stored[position - 1] if position <= len(stored) else ProcessFact(publication=source)
        row.position, row.number, row.on, row.is_step = position, content.number, content.on, content.is_step
        row.label, row.text = danish.normalised(content.label), danish.normalised(content.text)
        try:
            rows.append(state.checked(row))
        except ValidationError as refused:
            where = _("Oplysning %(position)s: ") % {"position": position}
            raise ValidationError({"facts": [where + message for message in refused.messages]}) from refused
    for row in stored[len(facts) :]:
        row.delete()
    after = [FactContent.of(row) for row in rows]
    if before != after:
        changes = {"facts": [_those_not_in(after, before), _those_not_in(before, after)]}
        tell(Act.SOURCE_CHANGED, by, source, changes, request_key, publication=source)
    return rows


def _those_not_in(others: Sequence[FactContent], facts: Sequence[FactContent]) -> str:
    return "; ".join(str(fact) for fact in facts if fact not in others)


# --- What they share --------------------------------------------------------------------------------------------------


def check_administers(by: User | None) -> None:
    """Sources are an administrator's to write, unless they are read from a file."""
    if by is not None:
        permissions.check_can_administer(by)


def fill(row: Model, fields: Mapping[str, Any]) -> None:
    """Set what is named, texts as they are kept."""
    for name, value in fields.items():
        setattr(row, name, danish.normalised(value) if isinstance(value, str) else value)


def refuse(problems: Problems) -> None:
    if problems:
        raise ValidationError(problems)


def tell(
    act: Act,
    by: User | None,
    written: Model | None,
    changes: dict[str, list[str]],
    request_key: UUID | None,
    **what: Any,
) -> None:
    nature = Nature.FROM_SOURCE if by is None else Nature.HOUSEKEEPING
    state.record(act=act, nature=nature, by=by, details=changes, request_key=request_key, digest_of=written, **what)
