"""What somebody asked to see: one query object behind pages, feeds, downloads, files and the API.

A `Selection` knows three things about itself: the rows (`recommendations()`, `initiatives()`, and what is said about
them: `events()`, `deadlines()`, `next_steps()`), itself in words (`in_words()`), and itself as an address
(`query_string()`). What each choice means is said in `criteria`; here are the two times, the order, and how choices are
put together. Checking what people type is the forms' job.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property, partial, reduce
from operator import and_, or_
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils import timezone
from pyroaring import BitMap

from recommendations import answers, data_version, facet_index
from recommendations.criteria import BY_FIELD, CRITERIA, ITEM_MODELS, NAMED, NONE_REGISTERED, PARAMETERS, ItemModel
from recommendations.criteria.reading import Reading
from recommendations.enums import NEWS, RECOMMENDED, ItemKind, Nature, Order, UpdateKind
from recommendations.facet_index import FacetIndex
from recommendations.lifecycle import is_closed
from recommendations.models import (
    Committee,
    Deadline,
    Event,
    Initiative,
    Item,
    Lineage,
    Publication,
    Recommendation,
    Standing,
    StatusUpdate,
)
from recommendations.models.commitment import CommitmentQuerySet
from recommendations.models.event import EventQuerySet
from recommendations.models.item import ItemQuerySet
from recommendations.models.recorded import after_outer
from recommendations.models.standing import StandingQuerySet
from recommendations.models.status_update import StatusUpdateQuerySet

__all__ = ["ITEM_MODELS", "NAMED", "NONE_REGISTERED", "PARAMETERS", "ItemModel", "Selection", "with_query"]

# What a selection reads once -> the fields it follows from.
READ_ONCE = {
    "lineage": {"as_of", "known_at"},
    "reading": {"text", "as_of", "known_at"},
    "owners": {"as_of", "known_at", "committee", "administration"},
    "index": {"as_of", "known_at"},
    "numbered": {"as_of", "known_at", "group"},
}


@dataclass(frozen=True)
class Selection:
    """Filters, text, two times and an order; all of them optional. Only sources that are public are ever in it.

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
    order: str = ""  # by relevance where there is a text, else by number
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
        """The two times, as every `known()`, `public()` and `in_force()` takes them."""
        return self.as_of, self.known_at

    @property
    def committee_codes(self) -> tuple[str, ...]:
        """The codes of the committees asked for."""
        return tuple(filter(None, self.committee.split(",")))

    @cached_property
    def lineage(self) -> Lineage:
        """Who had taken over all that another had, at the two times; read once, however many ask."""
        read = partial(Lineage.load, on=self.day, known_at=self.known_at)
        return data_version.kept(("lineage", self.day, self.known_at), read)

    @cached_property
    def reading(self) -> Reading:
        """The text as it is looked for; read once, however many ask."""
        return Reading.of(self.text, self.index)

    @property
    def order_in_force(self) -> Order:
        """The order chosen, or else the one that a list has by itself."""
        if self.order and (self.text or self.order != Order.RELEVANCE):
            return Order(self.order)
        return Order.RELEVANCE if self.text else Order.NUMBER

    @cached_property
    def owners(self) -> frozenset[int]:
        """Ids of the committees asked for, with those that ended and that they took over from."""
        codes, office = self.committee_codes, self.administration
        return self.lineage.all_behind(
            pk
            for pk, code, of_office in data_version.kept("whose", _committees)
            if (not self.committee or code in codes) and office in ("", of_office)
        )

    @cached_property
    def index(self) -> FacetIndex:
        """What every item had at the two times; read once, however many ask."""
        return facet_index.at(*self.times)

    @cached_property
    def numbered(self) -> BitMap:
        """The places of what has the number of the group asked for, in whatever source."""
        found = Recommendation.objects.filter(number_key=self.group.casefold()).order_by()
        return self.index.with_keys(found.values_list("pk", flat=True))

    @cached_property
    def _hits(self) -> dict[str, BitMap]:
        """By field what each choice alone lets through."""
        asked = {criterion: getattr(self, criterion.field) for criterion in CRITERIA}
        return {one.field: one.hits(self.index, value, self) for one, value in asked.items() if one.is_asked(value)}

    def hits(self, model: ItemModel, *, without: Collection[str] = ()) -> BitMap:
        """The places in `index` of the rows asked for in a list of `model`, with any choice in the fields `without`."""
        chosen = {field: hits for field, hits in self._hits.items() if model in BY_FIELD[field].models}
        found = reduce(and_, (chosen[field] for field in chosen.keys() - without), self.index.of_model(model))
        return found if self.takes_headings else found & self.index.counted

    def page(self, model: ItemModel, rows: slice) -> list[int]:
        """The keys of the items at `rows` of a list of `model`, in its order, as `_ordered` says it in SQL.

        As quick far into the list as where it begins. No query, but to read a text.
        """
        index, found = self.index, self.hits(model)
        match self.order_in_force:
            case Order.RELEVANCE:
                places = self.reading.best(found, rows.stop)[rows.start :]
            case Order.CHANGED:
                places = index.by_change(found, rows)
            case Order.SILENCE:
                places = index.by_silence(found, rows)
            case Order.SUPPORT if model is Recommendation:
                places = index.by_support(found, rows)
            case _:
                places = list(found[rows])
        return [index.ids[place] for place in places]

    def read_ahead(self) -> None:
        """Read what the text means and who the owners asked for are, before other selections are made of this one."""
        if self.text:
            self.reading  # noqa: B018  cached
        if self.committee or self.administration:
            self.owners  # noqa: B018  cached

    def replaced(self, **changes: Any) -> Selection:
        """The same with `changes` (as `dataclasses.replace`). What has been read about committees is not read again
        where it still holds (memoised).
        """
        other = replace(self, **changes)
        for name, follows_from in READ_ONCE.items():
            if name in self.__dict__ and not follows_from & changes.keys():
                other.__dict__[name] = self.__dict__[name]
        return other

    def without(self, *names: str) -> Selection:
        """The same without a choice in these fields, and in no particular order."""
        return self.replaced(order="", **{name: getattr(NOTHING_CHOSEN, name) for name in names})

    @property
    def is_of_whole_sources(self) -> bool:
        """Whether all that a source, or every source, lists is asked for; at whatever times."""
        return self.without("publication", "as_of", "known_at") == NOTHING_CHOSEN

    @property
    def takes_headings(self) -> bool:
        """Whether headings and options stand among the rows: not where rows are told apart by what they do not have."""
        return not any(one.takes_headings_away and one.is_asked(getattr(self, one.field)) for one in CRITERIA)

    # --- rows -----------------------------------------------------------------------------------------------------

    def recommendations(self) -> ItemQuerySet:
        """What is asked for in the list of recommendations; each with its `state_…`, its words and its support.

        With `since` also with what has changed since then: `is_published_since` and the others of `criteria.SINCE`.
        """
        return self._rows(Recommendation).with_support()

    def initiatives(self) -> ItemQuerySet:
        """The initiatives asked for, each with its `state_…` and its words, and with `since` as `recommendations()`."""
        return self._rows(Initiative)

    def items(self, models: tuple[ItemModel, ...] = ITEM_MODELS) -> list[ItemQuerySet]:
        """The items asked for: one queryset for each model."""
        return [self.recommendations() if model is Recommendation else self.initiatives() for model in models]

    def keys(self, model: ItemModel) -> QuerySet[Any, int]:
        """The ids of the items asked for, in their order. Of everything there is, it is not read how it stands."""
        everything = self == NOTHING_CHOSEN
        found = self._ordered(model.objects.public()) if everything else self.items((model,))[0]
        return found.values_list("pk", flat=True)

    def _rows(self, model: ItemModel) -> ItemQuerySet:
        found = model.objects.public(*self.times).with_state(*self.times)
        if not self.takes_headings:
            found = found.counted()
        for criterion in CRITERIA:
            value = getattr(self, criterion.field)
            if model in criterion.models and criterion.is_asked(value):
                found = criterion.narrow(found, value, self)
        found = found.with_words(*self.times).select_related("publication", "addressee", "wording")
        return self._ordered(found)

    def _ordered(self, items: ItemQuerySet) -> ItemQuerySet:
        by_number = ("publication__position", "publication__slug", "path")
        match self.order_in_force:
            case Order.RELEVANCE:
                return self.reading.order(items)
            case Order.CHANGED:
                return items.order_by(F("state_changed_at").desc(nulls_last=True), *by_number)
            case Order.SILENCE:
                return items.order_by(F("state_fresh_on").asc(nulls_first=True), *by_number)
            case Order.SUPPORT if items.model is Recommendation:
                return items.by_support(*by_number)
        return items.order_by(*by_number)

    # --- what is said about them --------------------------------------------------------------------------------------

    def about(self, models: tuple[ItemModel, ...] = ITEM_MODELS) -> Q:
        """What rows with an `item` have in common that are about the items asked for, whenever those changed."""
        self.read_ahead()
        asked = self.without("since")
        if asked.replaced(as_of=None, known_at=None) == NOTHING_CHOSEN:  # everything: no items to look up
            public = Publication.objects.public(*self.times).order_by().values("pk")
            kinds = [kind for model in models for kind in KINDS[model]]
            return Q(item__publication__in=public, item__kind__in=sorted(kinds))
        return reduce(or_, [Q(item__in=_ids(items)) for items in asked.items(models)])

    def events(self, models: tuple[ItemModel, ...] = ITEM_MODELS, *, takes_sources: bool = False) -> EventQuerySet:
        """What has happened to the items asked for, by what was known, and that readers may be told: nothing internal.

        With `takes_sources` also that a meeting took up a whole source. `since` is about the events themselves here:
        one of before is not made new by another. No order.
        """
        known: EventQuerySet = Event.objects.known(*self.times).exclude(nature=Nature.HOUSEKEEPING)
        if self.since:
            known = known.filter(at__gte=self.since_time)
        return known.filter(self.about(models) | self.about_sources() if takes_sources else self.about(models))

    def about_sources(self) -> Q:
        """What is about a source and no item: where nothing is asked but which source, which committee, and when."""
        left = self.without("publication", "committee", "administration", "as_of", "since", "known_at")
        if left != NOTHING_CHOSEN:
            return Q(pk__in=())
        public = Publication.objects.public(*self.times)
        sources = public.filter(slug=self.publication) if self.publication else public
        about = Q(treatment__isnull=False, publication__in=sources.order_by().values("pk"))
        return about & Q(committee__in=self.owners) if self.committee or self.administration else about

    def cells(self) -> StandingQuerySet:
        """How each item and committee stood at the two times, whatever else is chosen; see `answers.cells`."""
        return answers.cells(*self.times)

    def deadlines(self, models: tuple[ItemModel, ...] = ITEM_MODELS) -> CommitmentQuerySet:
        """The deadline in force of each item asked for that is still open and has one."""
        whole = Standing.objects.at(*self.times).wholes().filter(item=OuterRef("item"))
        known = Deadline.objects.known(*self.times).filter(due_on=Subquery(whole.order_by().values("due_on")[:1]))
        newest: CommitmentQuerySet = self._newest_of_open(known, models, "set_on", "recorded_at", "pk")
        return newest

    def next_steps(
        self, models: tuple[ItemModel, ...] = ITEM_MODELS, *, among: Collection[Item] | None = None
    ) -> StatusUpdateQuerySet:
        """The newest news of each item asked for that is still open, where it says what is to happen next.

        News that says nothing of it ends what earlier news said. A step may lack a day. `among` are items that have
        been read (with their `state_…`), and then the steps are theirs: nothing else is looked through.
        """
        known = StatusUpdate.objects.known(*self.times).uncorrected(self.known_at)
        news = known.filter(Q(kind__in=NEWS) | Q(kind=UpdateKind.CORRECTION) & ~Q(status=""))
        # A correction stands in the place of what it corrects, also in time.
        placed = news.annotate(came=Coalesce("corrects__published_at", "published_at"))
        newest: StatusUpdateQuerySet = self._newest_of_open(placed, models, "on", "came", "pk", among=among)
        return newest.exclude(next_step="")

    def _newest_of_open(
        self, rows: Any, models: tuple[ItemModel, ...], *in_time: str, among: Collection[Item] | None = None
    ) -> Any:
        """Of `rows` about the open items asked for, the newest of each item: the last by the fields `in_time`."""
        if among is not None:
            rows = rows.filter(item__in=[item.pk for item in among if not is_closed(item.state_status)])  # type: ignore[attr-defined]
            return rows.filter(~Exists(rows.filter(after_outer(*in_time), item=OuterRef("item"))))
        newer = rows.filter(after_outer(*in_time), item=OuterRef("item"))
        wanted = reduce(or_, [Q(item__in=_ids(items.open())) for items in self.items(models)])
        return rows.filter(wanted).filter(~Exists(newer))

    @staticmethod
    def start_of(day: date) -> datetime:
        """Midnight in Denmark when the day begins."""
        return timezone.make_aware(datetime.combine(day, time.min))

    # --- in words and as an address -----------------------------------------------------------------------------------

    def in_words(self, names: Mapping[str, str] | None = None) -> list[tuple[str, str, str]]:
        """What was chosen: (field, heading, value in words), in a fixed order; empty when nothing was.

        `names` says by field what the chosen codes are called, for callers who know it already; others are looked up.
        """
        words = []
        for criterion in CRITERIA:
            value = getattr(self, criterion.field)
            if criterion.is_asked(value):
                said = (names or {}).get(criterion.field) or criterion.in_words(value, self)
                words.append((criterion.field, str(criterion.heading), said))
        return words

    def query_string(self, **changes: object) -> str:
        """The address of this selection, without "?", with `changes` made to it first; defaults are left out."""
        query = QueryDict(mutable=True)
        for field in fields(self):
            name = PARAMETERS.get(field.name)
            value = changes.get(field.name, getattr(self, field.name))
            if (
                name is None
                or value == field.default
                or (field.name == "order" and self._has_by_itself(value, changes))
            ):
                continue
            if isinstance(value, bool):
                value = "1"
            elif isinstance(value, date):
                value = value.isoformat()
            query.setlist(name, [str(v) for v in value] if isinstance(value, tuple) else [str(value)])
        return query.urlencode()

    def _has_by_itself(self, order: object, changes: Mapping[str, object]) -> bool:
        """Whether a list with these changes has the order where none is chosen: the address need not say it."""
        text = changes.get("text", self.text)
        return order == Order.RELEVANCE or (not text and order == Order.NUMBER)


NOTHING_CHOSEN = Selection()
KINDS: dict[ItemModel, frozenset[ItemKind]] = {
    Recommendation: RECOMMENDED,
    Initiative: frozenset({ItemKind.INITIATIVE}),
}


def with_query(path: str, query: str) -> str:
    """The address of what `query` asks for at `path`; of an empty path the ending that is put after one."""
    return f"{path}?{query}" if query else path


def _committees() -> list[tuple[int, str, str]]:
    """Key, code and administration of each."""
    return list(Committee.objects.order_by("pk").values_list("pk", "code", "administration_abbreviation"))


def _ids(items: ItemQuerySet) -> QuerySet[Any, Any]:
    return items.order_by().values("pk")
