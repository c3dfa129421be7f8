"""What somebody asked to see: one query object behind pages, feeds, downloads and reports.

A `Selection` knows three things about itself: the rows (`recommendations()`, `initiatives()`, and what is said about
them: `updates()`, `deadlines()`, `next_steps()`), itself in words
(`in_words()`), and itself as an address (`query_string()`). Checking what people type is the filter form's job.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property, reduce
from operator import or_
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.db.models import Case, Exists, F, Model, OuterRef, Q, QuerySet, When
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from recommendations.enums import NO_ANSWER, NO_STATUS, Order, Outcome, Status, VoteOption
from recommendations.models import (
    Addressee,
    Committee,
    CommitteeAnswer,
    Deadline,
    Initiative,
    Lineage,
    Ownership,
    Publication,
    Recommendation,
    StatusUpdate,
    TrackedItem,
    VoteShare,
)
from recommendations.models.about import after_outer
from recommendations.models.answer import CommitteeAnswerQuerySet
from recommendations.models.initiative import InitiativeQuerySet
from recommendations.models.item import ItemQuerySet, sort_key
from recommendations.models.recommendation import RecommendationQuerySet
from recommendations.models.status_update import DatedQuerySet, StatusUpdateQuerySet

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from recommendations.models.ownership import AnswerCells

Items = TypeVar("Items", bound=ItemQuerySet)
Rows = TypeVar("Rows", bound=QuerySet)  # type: ignore[type-arg]
ItemKind = type[TrackedItem]
ITEM_KINDS: tuple[ItemKind, ...] = (Recommendation, Initiative)

NONE_REGISTERED = "ingen"  # as a status or an answer: nothing has been registered

# Field of a Selection -> its name in addresses, downloads, the API and `manage.py report`.
PARAMETERS = {
    "text": "q",
    "publication": "kilde",
    "group": "gruppe",
    "status": "status",
    "answer": "svar",
    "committee": "udvalg",
    "administration": "forvaltning",
    "addressee": "adressat",
    "min_support": "stemmer_min",
    "overdue": "forsinket",
    "stale": "ikke_opdateret",
    "has_initiatives": "har_initiativer",
    "order": "sorter",
    "as_of": "pr",
    "since": "siden",
}
# Fields whose words are names from the sources: Danish in every language.
NAMED = ("publication", "group", "committee", "administration", "addressee")

# What a selection reads once -> the fields it follows from.
READ_ONCE = {
    "lineage": {"as_of", "known_at"},
    "owners": {"as_of", "known_at", "committee", "administration"},
}


@dataclass(frozen=True)
class Selection:
    """Filters, text, two times and an order; all of them optional.

    `as_of` is the day that is asked about (default today), `known_at` the time until which rows count as known (default
    now), `since` the first day whose changes are wanted. Human codes throughout: a publication's slug, a committee's
    code, or the codes of several committees with commas between.
    """

    text: str = ""
    publication: str = ""
    group: str = ""
    status: tuple[str, ...] = ()
    answer: tuple[str, ...] = ()
    committee: str = ""
    administration: str = ""
    addressee: str = ""
    min_support: Decimal | None = None
    overdue: bool = False
    stale: bool = False
    has_initiatives: bool = False
    order: str = Order.NUMBER
    as_of: date | None = None
    since: date | None = None
    known_at: datetime | None = None

    @property
    def day(self) -> date:
        """The day that is asked about."""
        return self.as_of or timezone.localdate()

    @property
    def since_time(self) -> datetime | None:
        """The moment from which changes are wanted."""
        return self.start_of(self.since) if self.since else None

    @property
    def times(self) -> tuple[date | None, datetime | None]:
        """The two times, as every `known()` and `in_force()` takes them."""
        return self.as_of, self.known_at

    @property
    def committee_codes(self) -> tuple[str, ...]:
        """The codes of the committees asked for."""
        return tuple(filter(None, self.committee.split(",")))

    @cached_property
    def lineage(self) -> Lineage:
        """Who had taken over from whom, at the two times; read once, however many ask."""
        return Lineage.load(on=self.day, known_at=self.known_at)

    @cached_property
    def owners(self) -> frozenset[int]:
        """Ids of the committees asked for, with all that they took over from."""
        committees = Committee.objects.all()
        if self.committee:
            committees = committees.filter(code__in=self.committee_codes)
        if self.administration:
            committees = committees.filter(administration_abbreviation=self.administration)
        return self.lineage.all_behind(committees.order_by().values_list("pk", flat=True))

    def but(self, **changes: Any) -> Selection:
        """The same with `changes`; what has been read about committees is not read again where it still holds."""
        other = replace(self, **changes)
        for name, follows_from in READ_ONCE.items():
            if name in self.__dict__ and not follows_from & changes.keys():
                other.__dict__[name] = self.__dict__[name]
        return other

    @property
    def takes_headings(self) -> bool:
        """Whether headings stand among the rows: not where rows are told apart by what no heading has of its own."""
        asks = self.status or self.answer or self.overdue or self.stale or self.min_support is not None
        return not asks and self.order == Order.NUMBER

    # --- rows -----------------------------------------------------------------------------------------------------

    def recommendations(self) -> RecommendationQuerySet:
        """The recommendations asked for, each with its `state_…` and `support_percent`.

        With `since` also with `is_published_since`, `is_answered_since` and `is_moved_since`: what has changed.
        """
        found = Recommendation.objects.with_state(*self.times).with_support()
        if self.group:
            found = found.filter(self._in_group())
        if not self.takes_headings:
            found = found.countable()
        if self.min_support is not None:
            liked = VoteShare.objects.filter(option=VoteOption.SUPPORTS, percent__gte=self.min_support)
            found = found.filter(pk__in=liked.order_by().values("recommendation"))
        if self.answer:
            found = found.filter(self._answered_as(self.answer))
        if self.has_initiatives:
            found = found.with_initiatives().filter(has_initiatives=True)
        if not self.since:
            return self._narrowed(found, Q())
        answered = CommitteeAnswer.objects.known(*self.times).filter(recorded_at__gte=self.start_of(self.since))
        found = found.annotate(is_answered_since=Exists(answered.filter(recommendation=OuterRef("pk"))))
        return self._narrowed(found, Q(pk__in=answered.order_by().values("recommendation")))

    def initiatives(self) -> InitiativeQuerySet:
        """The initiatives asked for, each with its `state_…`. Answers and votes are about recommendations only."""
        found = Initiative.objects.with_state(*self.times)
        if self.group:
            in_group = Recommendation.objects.filter(self._in_group(), initiatives=OuterRef("pk"))
            found = found.filter(Exists(in_group))
        if self.addressee:
            found = found.filter(addressee__slug=self.addressee)
        return self._narrowed(found, Q())

    def items(self, kinds: tuple[ItemKind, ...] = ITEM_KINDS) -> list[ItemQuerySet]:
        """The items asked for, of the kinds given: one queryset for each kind."""
        rows: dict[ItemKind, ItemQuerySet] = {
            Recommendation: self.recommendations(),
            Initiative: self.initiatives(),
        }
        return [rows[kind] for kind in kinds]

    # --- what is said about them --------------------------------------------------------------------------------------

    def updates(self, kinds: tuple[ItemKind, ...] = ITEM_KINDS) -> StatusUpdateQuerySet:
        """What has been published about the items asked for, of every kind of update; no order.

        `since` is about the updates themselves here: one that was published before is not made new by another.
        """
        found = StatusUpdate.objects.known(*self.times)
        if self.since:
            found = found.filter(published_at__gte=self.start_of(self.since))
        return found.filter(self.about(kinds))

    def about(self, kinds: tuple[ItemKind, ...] = ITEM_KINDS) -> Q:
        """What rows about the items asked for have in common, whenever those items changed."""
        asked = self.but(since=None, order=Order.NUMBER)
        if replace(asked, as_of=None, known_at=None) == Selection():  # everything: nothing to look up
            if kinds == ITEM_KINDS:
                return Q()
            return reduce(or_, [Q(**{f"{kind.ABOUT}__isnull": False}) for kind in kinds])
        found = reduce(or_, [Q(**{f"{items.model.ABOUT}__in": _ids(items)}) for items in asked.items(kinds)])
        for name in READ_ONCE.keys() & asked.__dict__.keys():
            self.__dict__[name] = asked.__dict__[name]
        return found

    def deadlines(self, kinds: tuple[ItemKind, ...] = ITEM_KINDS) -> DatedQuerySet:
        """The deadlines in force of those items asked for that are still open."""
        known = Deadline.objects.known(*self.times)
        return self._newest_of_open(known, kinds, "set_on", "recorded_at", "pk")

    def next_steps(self, kinds: tuple[ItemKind, ...] = ITEM_KINDS) -> StatusUpdateQuerySet:
        """The newest update with a day for the next step, of each item asked for that is still open."""
        dated = StatusUpdate.objects.known(*self.times).news().filter(next_step_on__isnull=False)
        return self._newest_of_open(dated, kinds, "on", "published_at", "pk")

    def _newest_of_open(self, rows: Rows, kinds: tuple[ItemKind, ...], *in_time: str) -> Rows:
        """Of `rows` about the open items asked for, the newest of each item: the last by the fields `in_time`."""
        wanted = []
        for items in self.items(kinds):
            about = items.model.ABOUT
            newer = rows.filter(after_outer(*in_time), **{about: OuterRef(about)})
            wanted.append(Q(~Exists(newer), **{f"{about}__in": _ids(items.open())}))
        return rows.filter(reduce(or_, wanted))

    def _in_group(self) -> Q:
        """The recommendation with the group's number and all below it."""
        return Q(number=self.group) | Q(sort_key__startswith=sort_key(self.group) + ".")

    def _narrowed(self, items: Items, changed: Q) -> Items:
        """What both kinds of item are narrowed by; `changed` is what else counts as a change of this kind."""
        if self.publication:
            items = items.filter(publication__slug=self.publication)
        if self.text:
            items = items.with_text(self.text)
        if self.committee or self.administration:
            items = items.owned_by(self.owners, *self.times)
        if self.status:
            items = items.filter(state_status__in=["" if code == NONE_REGISTERED else code for code in self.status])
        if self.overdue:
            items = items.overdue(self.day)
        if self.stale:
            items = items.stale(self.day, settings.STALE_AFTER_DAYS)
        if self.since:
            moved = Deadline.objects.known(*self.times).filter(
                **{f"{items.model.ABOUT}__isnull": False}, recorded_at__gte=self.start_of(self.since)
            )
            items = items.filter(
                Q(state_changed_at__gte=self.start_of(self.since))
                | Q(pk__in=moved.order_by().values(items.model.ABOUT))
                | changed
            )
            published = Case(When(state_changed_at__gte=self.start_of(self.since), then=True), default=False)
            moved_itself = moved.filter(**{items.model.ABOUT: OuterRef("pk")})
            items = items.annotate(is_published_since=published, is_moved_since=Exists(moved_itself))
        return self._ordered(items)

    def _answered_as(self, codes: tuple[str, ...]) -> Q:
        outcomes = [code for code in codes if code != NONE_REGISTERED]
        wanted = Q()
        if outcomes:
            current = self.answers().filter(outcome__in=outcomes)
            wanted |= Q(pk__in=current.values("recommendation"))
        if NONE_REGISTERED in codes:
            wanted |= Q(pk__in=self.answers_owed().filter(is_answered=False).values("recommendation"))
        return wanted

    def answer_cells(self) -> AnswerCells:
        """The grid that answers fill: one ownership per recommendation and owner, each with `is_answered`."""
        earlier = Ownership.objects.in_force(*self.times).filter(  # no two periods of one owner begin on the same day
            recommendation=OuterRef("recommendation"),
            committee=OuterRef("committee"),
            valid_from__lt=OuterRef("valid_from"),
        )
        return self.answers_owed().filter(~Exists(earlier))

    def answers_owed(self) -> AnswerCells:
        """The ownerships of recommendations, each with `is_answered`; periods of one owner may overlap."""
        owned = Ownership.objects.in_force(*self.times).filter(recommendation__isnull=False)
        return owned.with_answered(self.lineage, CommitteeAnswer.objects.known(*self.times))

    def answers(self) -> CommitteeAnswerQuerySet:
        """The answers that hold: of each committee's to a recommendation, the newest."""
        return CommitteeAnswer.objects.current(*self.times)

    def _ordered(self, items: Items) -> Items:
        by_number = ("publication__position", "publication__slug", "sort_key")
        within = ("publication_id", "sort_key")  # as the indexes have them
        match Order(self.order):
            case Order.CHANGED:
                return items.order_by(F("state_changed_at").desc(nulls_last=True), *within)
            case Order.SILENCE:
                return items.order_by(F("state_fresh_on").asc(nulls_first=True), *within)
            case Order.SUPPORT if isinstance(items, RecommendationQuerySet):
                return items.by_support(*by_number)
        return items.order_by(*by_number)

    @staticmethod
    def start_of(day: date | None) -> datetime:
        """Midnight in Denmark when the day begins; long ago where there is none."""
        return timezone.make_aware(datetime.combine(day or date.min.replace(year=1900), time.min))

    # --- in words and as an address -----------------------------------------------------------------------------------

    def in_words(self, names: Mapping[str, str] | None = None) -> list[tuple[str, str, str]]:
        """What was chosen: (field, heading, value in words), in a fixed order; empty when nothing was.

        `names` says by field what the chosen codes are called, for callers who know it already; others are looked up.
        """
        return [(field, heading, value) for field, heading, value in self._words(names or {}) if value]

    def _words(self, names: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
        yield "text", _("Tekst"), self.text
        yield (
            "publication",
            _("Kilde"),
            names.get("publication")
            or _name(Publication.objects.filter(slug=self.publication), "title", self.publication),
        )
        yield "group", _("Gruppe"), names.get("group") or self._group_name()
        yield "status", _("Status"), _codes(self.status, dict(Status.choices) | {NONE_REGISTERED: NO_STATUS})
        yield "answer", _("Svar"), _codes(self.answer, dict(Outcome.choices) | {NONE_REGISTERED: NO_ANSWER})
        yield (
            "committee",
            _("Udvalg"),
            names.get("committee")
            or ", ".join(_name(Committee.objects.filter(code=code), "name", code) for code in self.committee_codes),
        )
        administrations = Committee.objects.filter(administration_abbreviation=self.administration)
        yield (
            "administration",
            _("Forvaltning"),
            names.get("administration") or _name(administrations, "administration", self.administration),
        )
        yield (
            "addressee",
            _("Rettet mod"),
            names.get("addressee") or _name(Addressee.objects.filter(slug=self.addressee), "name", self.addressee),
        )
        least = (
            "" if self.min_support is None else _("mindst %(share)s %%") % {"share": number_format(self.min_support)}
        )
        yield "min_support", _("Støtte"), least
        yield "overdue", _("Frist"), _("forsinket") if self.overdue else ""
        yield "stale", _("Friskhed"), _("ikke opdateret") if self.stale else ""
        yield "has_initiatives", _("Initiativer"), _("har initiativer") if self.has_initiatives else ""
        yield "order", _("Sorteret efter"), "" if self.order == Order.NUMBER else str(Order(self.order).label)
        yield "as_of", _("Som det så ud"), date_format(self.as_of) if self.as_of else ""
        yield "since", _("Ændret siden"), date_format(self.since) if self.since else ""

    def _group_name(self) -> str:
        """The group's number, with its title where the source says which group it is."""
        if not (self.group and self.publication):
            return self.group
        group = Recommendation.objects.filter(publication__slug=self.publication, number=self.group)
        title = group.order_by().values_list("title", flat=True).first()
        return f"{self.group} {title}" if title else self.group

    def query_string(self, **changes: object) -> str:
        """The address of this selection, without "?", with `changes` made to it first; defaults are left out."""
        query = QueryDict(mutable=True)
        for field in fields(self):
            name = PARAMETERS.get(field.name)
            value = changes.get(field.name, getattr(self, field.name))
            if name is None or value == field.default:
                continue
            if isinstance(value, bool):
                value = "1"
            elif isinstance(value, date):
                value = value.isoformat()
            query.setlist(name, [str(v) for v in value] if isinstance(value, tuple) else [str(value)])
        return query.urlencode()


def with_query(path: str, query: str) -> str:
    """The address of what `query` asks for at `path`; of an empty path the ending that is put after one."""
    return f"{path}?{query}" if query else path


def _ids(items: ItemQuerySet) -> QuerySet[TrackedItem, dict[str, Any]]:
    return items.order_by().values("pk")


def _name(rows: QuerySet[Model], field: str, code: str) -> str:
    """The name behind a code; the code itself when there is none; no query when nothing was chosen."""
    if not code:
        return ""
    return rows.order_by().values_list(field, flat=True).first() or code


def _codes(codes: tuple[str, ...], labels: Mapping[str, StrOrPromise]) -> str:
    return ", ".join(str(labels.get(code, code)) for code in codes)
