"""What every criterion is: its names, its form field, what it narrows, itself in words, what each choice would give.

A criterion has no state. What was asked is handed to it as `Asked`, which `selection.Selection` is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

from django import forms
from pyroaring import BitMap

from recommendations import danish, data_version
from recommendations.criteria.reading import Reading
from recommendations.enums import ItemKind, Order
from recommendations.facet_index import FacetIndex
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
Options = Iterable[tuple[Hashable, BitMap]]  # what is counted, with the places of the items that it lets through


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
    @property
    def numbered(self) -> BitMap: ...
    def without(self, *fields: str) -> Self: ...
    def items(self, models: tuple[ItemModel, ...] = ...) -> list[ItemQuerySet]: ...


# --- What can be chosen by name ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GroupHeading:
    """A heading that a list can be narrowed to; `pk` is its key."""

    number: str
    title: str
    pk: int


def headings_of(publication: str, *times: Any) -> list[GroupHeading]:
    """The headings of a source (slug) in its order, by their words at the two times. No query without a source."""
    if not publication:
        return []

    def read() -> list[GroupHeading]:
        found = Recommendation.objects.public(*times).filter(publication__slug=publication, kind=ItemKind.HEADING)
        if times == (None, None):  # whose words are those in force: no more of them is read than is shown
            found = found.only("number", "wording__title")
        return [GroupHeading(row.number, row.title, row.pk) for row in found.with_words(*times).order_by("path")]

    return data_version.kept(("headings", publication, times), read)


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
        """What is on offer where all of `models` are listed. Three queries, where they are not kept."""
        return replace(data_version.kept(("offer", models), lambda: cls._read(models)))

    @classmethod
    def _read(cls, models: tuple[ItemModel, ...]) -> Self:
        addressees = Addressee.objects.order_by("pk").values_list("slug", "name")
        return cls(
            list(Committee.objects.order_by("sort_name", "code")),
            list(Publication.objects.public().order_by("position", "slug").values_list("slug", "title")),
            sorted(addressees, key=lambda row: (danish.sort_key(row[1]), row[0])),
            orders=[order for order in Order if order != Order.SUPPORT or Initiative not in models],
        )


# --- One criterion ----------------------------------------------------------------------------------------------------


def items_of(asked: Asked, model: ItemModel) -> ItemQuerySet:
    """The items of one model, in no order."""
    (items,) = asked.items((model,))
    return items.order_by()


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

    # The same in the index of what items have, where choices are counted.

    meets: ClassVar[tuple[str, ...]] = ()  # fields whose choices its own options take in, since the two are one fact

    def hits(self, index: FacetIndex, value: Any, asked: Asked) -> BitMap:
        """`narrow` in the index: the places of the items that are asked for; called only where something is asked."""
        return index.everything

    def options(self, index: FacetIndex, asked: Asked, offer: Offer) -> Options | None:
        """Each choice with the items that it would let through. Nothing where choices are not counted."""
        return None
