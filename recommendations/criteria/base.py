"""What every criterion is: its names, its form field, what it narrows, itself in words, how its choices are counted.

A criterion has no state. What was asked is handed to it as `Asked`, which `selection.Selection` is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

from django import forms
from django.db.models import Count, QuerySet, TextField, Value
from django.db.models.functions import Cast

from recommendations import danish
from recommendations.criteria.reading import Reading
from recommendations.enums import ItemKind, Order
from recommendations.models import Addressee, Committee, Initiative, Item, Lineage, Publication, Recommendation
from recommendations.models.item import ItemQuerySet

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ItemModel = type[Item]
ITEM_MODELS: tuple[ItemModel, ...] = (Recommendation, Initiative)
RECOMMENDATIONS_ONLY: tuple[ItemModel, ...] = (Recommendation,)

NONE_REGISTERED = "ingen"  # as a status or an answer: nothing has been registered

Choices = Sequence[tuple[str, Any]]  # as it is sent, in words
CountedChoices = Sequence[tuple[str, Any, Hashable]]  # as it is sent, in words, what it is counted under
Counts = Counter[Hashable]
AlikeItems = dict[str, Any]  # items that are alike: what they have in common, their `count` and more (see facets)


class Asked(Protocol):
    """What somebody asked to see, as far as criteria look at each other's choices and at the two times."""

    @property
    def publication(self) -> str: ...
    @property
    def group(self) -> str: ...
    @property
    def answer(self) -> tuple[str, ...]: ...
    @property
    def committee(self) -> str: ...
    @property
    def administration(self) -> str: ...
    @property
    def min_support(self) -> Decimal | None: ...
    @property
    def committee_codes(self) -> tuple[str, ...]: ...
    @property
    def day(self) -> date: ...
    @property
    def times(self) -> tuple[date | None, datetime | None]: ...
    @property
    def known_at(self) -> datetime | None: ...
    @property
    def since_time(self) -> datetime | None: ...
    @property
    def lineage(self) -> Lineage: ...
    @property
    def reading(self) -> Reading: ...
    @property
    def owners(self) -> frozenset[int]: ...
    def without(self, *fields: str) -> Self: ...
    def items(self, models: tuple[ItemModel, ...] = ...) -> list[ItemQuerySet]: ...


# --- What can be chosen by name ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GroupHeading:
    """A heading that a list can be narrowed to; `path` is its place in the source."""

    number: str
    title: str
    path: str


def headings_of(publication: str, *times: Any) -> list[GroupHeading]:
    """The headings of a source (slug) in its order, by their words at the two times. No query without a source."""
    if not publication:
        return []
    found = Recommendation.objects.public(*times).filter(publication__slug=publication, kind=ItemKind.HEADING)
    return [GroupHeading(row.number, row.title, row.path) for row in found.with_words(*times).order_by("path")]


@dataclass
class Offer:
    """The names that forms offer, in Danish order; read once for a form."""

    committees: list[Committee] = field(default_factory=list)
    publications: Choices = ()
    addressees: Choices = ()
    groups: list[GroupHeading] = field(default_factory=list)  # of the source chosen, where one is
    orders: list[Order] = field(default_factory=lambda: list(Order))

    @classmethod
    def read(cls, models: tuple[ItemModel, ...] = ITEM_MODELS) -> Self:
        """What is on offer where all of `models` are listed. Three queries."""
        addressees = Addressee.objects.order_by("pk").values_list("slug", "name")
        return cls(
            list(Committee.objects.order_by("sort_name", "code")),
            list(Publication.objects.public().order_by("position", "slug").values_list("slug", "title")),
            sorted(addressees, key=lambda row: (danish.sort_key(row[1]), row[0])),
            orders=[order for order in Order if order != Order.SUPPORT or Initiative not in models],
        )


# --- Counting the choices ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FacetQuestion:
    """Something to count, so put that all the questions of a page are one query; those of one `key` are the same.

    `value` is what the counts are told apart by, `count` how rows are counted.
    """

    key: str
    rows: QuerySet[Any]
    value: Any
    count: Count

    def select(self) -> QuerySet[Any, Any]:
        found = self.rows.order_by().annotate(question=Value(self.key), value=Cast(self.value, TextField()))
        return found.values_list("question", "value").annotate(number=self.count)


Found = Mapping[str, Counter[str]]  # by question, and by value in the words of the database


def items_of(asked: Asked, model: ItemModel) -> ItemQuerySet:
    """The items of one model, in no order."""
    (items,) = asked.items((model,))
    return items.order_by()


def any_of(key: str, asked: Asked, model: ItemModel, *fields: str) -> Iterator[FacetQuestion]:
    """How many items there are without a choice in these fields; nothing to ask where none was made."""
    if (anything := asked.without(*fields)) != asked.without():
        yield FacetQuestion(key, items_of(anything, model).counted(), Value(""), Count("pk"))


class Criterion:
    """One thing that can be asked for.

    `field` is its attribute of a `Selection`, `name` what it is called in addresses, files, the API and `manage.py
    report`. `heading` stands before its value in words, `label` at its form field.
    """

    field: ClassVar[str]
    name: ClassVar[str]
    heading: ClassVar[StrOrPromise]
    label: ClassVar[StrOrPromise]
    help_text: ClassVar[StrOrPromise] = ""
    models: ClassVar[tuple[ItemModel, ...]] = ITEM_MODELS  # what it can be asked of
    default: ClassVar[Any] = ""
    is_named = False  # its words are names from the sources: Danish in every language
    is_several = False  # several values can be chosen
    is_flag = False  # chosen or not
    takes_headings_away = False  # it asks for what no heading and no option has of its own
    option_help: ClassVar[StrOrPromise] = ""  # for `manage.py report`; else the help, or the label

    @property
    def option(self) -> str:
        """Its option of `manage.py report`."""
        return f"--{self.name.replace('_', '-')}"

    def names(self, offer: Offer) -> Choices:
        """The names that can be chosen, where they are names from the sources."""
        return ()

    def form_field(self, offer: Offer, *, several: bool = False) -> forms.Field:
        """The form field that it is typed in; `several` where a form lets several values be ticked."""
        raise NotImplementedError

    def value_of(self, cleaned: Any) -> Any:
        """What the form field has found, as a value of a selection."""
        return self.default if cleaned in (None, "", []) else cleaned

    def is_asked(self, value: Any) -> bool:
        return bool(value != self.default)

    def narrow(self, items: ItemQuerySet, value: Any, asked: Asked) -> ItemQuerySet:
        """Those of `items` that are asked for; called only where something is asked."""
        return items

    def in_words(self, value: Any, asked: Asked) -> str:
        """The value in words, looked up where it must be; empty for nothing."""
        raise NotImplementedError

    def counted_choices(self, listed: Choices, asked: Asked, typed: str) -> CountedChoices:
        """What is on offer beside a count; `listed` are the field's own choices, `typed` what stands in it."""
        return [(code, label, code) for code, label in listed]

    # How many items each choice would give: either of the two.

    grouped_by: ClassVar[tuple[str, ...]] = ()  # what the item itself holds, to be counted in groups of items alike

    def annotated(self, items: ItemQuerySet, asked: Asked) -> ItemQuerySet:
        """The items with what they are grouped by."""
        return items

    def passes(self, value: Any, alike: AlikeItems) -> bool:
        """Whether these items are among those that `value` asks for: `narrow` in Python."""
        raise NotImplementedError

    def values(self, alike: AlikeItems) -> Iterable[Hashable]:
        """The choices that would let these items through."""
        raise NotImplementedError

    def questions(self, asked: Asked, model: ItemModel, offer: Offer) -> Iterator[FacetQuestion]:
        """What other tables must be asked; each without this criterion's own choice."""
        yield from ()

    def counts(self, found: Found, asked: Asked, offer: Offer, total: int) -> Counts | None:
        """The answers by choice; `total` is how many the selection has. Nothing where it is not counted so."""
        return None
