"""Sources: drafted in peace, made public by an act. What is wrong is refused, and nothing is half done.

`by` is None for what is read from a file that comes with the source, as the seed does. What they list: see `items`;
what else is known of them: see `about_sources`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _

from recommendations import danish, permissions, tenancy
from recommendations.actions import state
from recommendations.actions.turns import in_turn
from recommendations.actions.wordings import begin_earlier
from recommendations.enums import COUNTED, RECOMMENDED, Act, ItemKind, Nature
from recommendations.lifecycle import LIKELY_YEARS, Problems, day_problem
from recommendations.models import Document, Publication, VoteShare, recorded

SEALED_VOTES = "sealed_votes"  # the detail of an event that says some shares
SEALED_TOGETHER = 1_000  # shares in one event

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
    numbering_note: str
    expects_answers: bool
    owners_known: bool
    expected_headings: int
    expected_recommendations: int
    expected_initiatives: int
    position: int
    is_whole: bool


@in_turn()
def add_source(
    *,
    by: User | None,
    document_title: str = "",
    document_url: str = "",
    request_key: UUID | None = None,
    **fields: Unpack[SourceFields],
) -> Publication:
    """Begin a source with its own document. Nobody but staff sees it until `open_source`.

    Codes that are left out, and the name of the document, are made from its title.
    """
    check_administers(by)
    if (done := state.done_before(request_key)) and done.publication:
        return done.publication
    source = Publication(municipality=tenancy.current())
    fill(source, fields)
    _check_days(source)
    source.slug = source.slug or free_slug(source)
    source.short_code = source.short_code or _free_short_code(source)
    state.checked(source)
    own = Document(publication=source, position=1)
    fill(own, {"title": document_title or source.title, "url": document_url})
    state.checked(own)
    tell(Act.SOURCE_ADDED, by, source, state.changed_fields(None, source), request_key, publication=source)
    return source


@in_turn()
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


@in_turn()
def open_source(
    *,
    by: User | None,
    publication: Publication,
    although_incomplete: bool = False,
    at: datetime | None = None,
    request_key: UUID | None = None,
) -> Publication:
    """Make a source public from now on, or from the moment `at` if it was read from a file. Again: nothing happens.

    What nobody has said how many there are of in the source, there is as many of as are here.
    """
    check_administers(by)
    source = locked(publication)
    if source.is_public:
        return source
    changes = _settle_numbers(source)
    missing = missing_rows(source)
    if missing and not although_incomplete:
        raise ValidationError(
            [*missing, _("Opret de rækker, der mangler, eller sig, at kilden skal være offentlig, som den er.")]
        )
    source.public_at = (at if by is None else None) or recorded.now()
    state.checked(source)
    tell(Act.SOURCE_OPENED, by, source, changes, request_key, publication=source, at=source.public_at)
    _seal_votes(by, source)
    return source


def _seal_votes(by: User | None, source: Publication) -> None:
    """Say what the shares are that came with the source, typed or read from a file, as nothing has told of each: from
    now on no other can take its place unseen.
    """
    shares = VoteShare.objects.filter(item__publication=source).order_by("pk")
    sealed = [f"{share.pk}:{state.digest(share)}" for share in shares.iterator(SEALED_TOGETHER)]
    for start in range(0, len(sealed), SEALED_TOGETHER):
        said = " ".join(sealed[start : start + SEALED_TOGETHER])
        tell(Act.SUPPORT_RECORDED, by, sealed_votes(said), {SEALED_VOTES: ["", said]}, None, publication=source)


def sealed_votes(said: str) -> dict[str, str]:
    """What the digest of an event is of that says some shares, each by its id and its digest: "7:ab… 8:cd…"."""
    return {SEALED_VOTES: said}


@dataclass(frozen=True)
class RowCount:
    """How many rows of a kind a source has here, and how many it has itself by its field `field`; 0 is not said."""

    what: str
    found: int
    expected: int
    field: str

    def __str__(self) -> str:
        return _("%(found)s %(what)s, men kilden har %(expected)s") % self._in_words

    @property
    def typed(self) -> str:
        """For staff: how far they have come; or that there is more than the source is said to have."""
        if not self.expected:
            return f"{capfirst(self.what)}: {number_format(self.found)}"
        if self.found > self.expected:
            return _("%(found)s %(what)s er indtastet, men kilden skulle have %(expected)s") % self._in_words
        return _("%(found)s af %(expected)s %(what)s indtastet") % self._in_words

    @property
    def _in_words(self) -> dict[str, str]:
        return {"found": number_format(self.found), "what": self.what, "expected": number_format(self.expected)}


def row_counts(publication: Publication) -> list[RowCount]:
    """The rows of each kind beside what the source itself has."""
    return counted(publication, list(publication.items.order_by().values_list("kind", flat=True)))


def counted(publication: Publication, kinds: Sequence[str]) -> list[RowCount]:
    """The same of rows of these kinds, wherever they are."""
    recommended = COUNTED & RECOMMENDED
    found = [
        (_("overskrifter"), kinds.count(ItemKind.HEADING), "expected_headings"),
        (_("anbefalinger"), sum(kind in recommended for kind in kinds), "expected_recommendations"),
        (_("initiativer"), kinds.count(ItemKind.INITIATIVE), "expected_initiatives"),
    ]
    return [RowCount(what, count, getattr(publication, field), field) for what, count, field in found]


def _settle_numbers(source: Publication) -> dict[str, list[str]]:
    """Fill in how many rows there are of what nobody has counted; refuse where there are more than somebody has."""
    counts = row_counts(source)
    uncounted = [count for count in counts if count.found and not count.expected]
    for count in uncounted:
        setattr(source, count.field, count.found)
    if too_many := [count for count in counts if 0 < count.expected < count.found]:
        raise ValidationError(
            [_("»%(title)s« har %(count)s.") % {"title": source.title, "count": count} for count in too_many]
            + [_("Ret kildens antal, eller tag de rækker ud, der er for mange.")]
        )
    return {count.field: ["0", str(count.found)] for count in uncounted}


def missing_rows(publication: Publication) -> list[str]:
    """A sentence for each kind of row of which the source has more than is registered here."""
    return [
        _("»%(title)s« har %(count)s.") % {"title": publication.title, "count": count}
        for count in row_counts(publication)
        if count.found < count.expected
    ]


# --- Its codes --------------------------------------------------------------------------------------------------------


def address_of(name: str) -> str:
    """A name as a code in addresses: æ, ø and å as people type them where they are missing."""
    letters = danish.normalised(name).lower().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    return slugify(letters)[:60]


def _year_of(source: Publication) -> int:
    if named := re.search(r"\b(?:19|20)\d\d\b", source.title):
        return int(named[0])
    day = source.handed_over_on or source.published_on or timezone.localdate()
    return source.published_year or day.year


def free_slug(source: Publication) -> str:
    """The title with its year, "koebenhavnertinget-2024"; and a number where another source has that."""
    year = str(_year_of(source))
    name = (address_of(source.title) or "kilde")[:50].strip("-")
    code = name if year in name.split("-") else f"{name}-{year}"
    taken = set(Publication.objects.filter(slug__startswith=code).values_list("slug", flat=True))
    return next(one for one in itertools.chain([code], (f"{code}-{n}" for n in itertools.count(2))) if one not in taken)


def _free_short_code(source: Publication) -> str:
    """As few letters of the title as no other source has, and its year: "k24"."""
    letters = re.sub(r"[^a-z]", "", address_of(source.title)) or "k"
    year = f"{_year_of(source) % 100:02}"
    shorter = (f"{letters[:length]}{year}" for length in range(1, min(len(letters), 8) + 1))
    numbered = (f"{letters[0]}{number}" for number in range(100, 10_000))
    taken = set(Publication.objects.values_list("short_code", flat=True))
    return next(one for one in itertools.chain(shorter, numbered) if one not in taken)


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
    written: Model | Mapping[str, Any] | None,
    changes: dict[str, list[str]],
    request_key: UUID | None,
    nature: Nature = Nature.HOUSEKEEPING,
    **what: Any,
) -> None:
    nature = Nature.FROM_SOURCE if by is None else nature
    state.record(act=act, nature=nature, by=by, details=changes, request_key=request_key, digest_of=written, **what)
