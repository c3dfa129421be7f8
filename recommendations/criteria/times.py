"""Criteria about when, and the order: which rows they keep is the selection's own business."""

from __future__ import annotations

from datetime import date

from django import forms
from django.db.models import Exists, OuterRef
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from recommendations.criteria.base import Asked, Choices, Criterion, Offer
from recommendations.criteria.fields import CodeField, DayField, unknown
from recommendations.enums import Order
from recommendations.facet_index import FacetIndex
from recommendations.models import Event
from recommendations.models.event import EventQuerySet
from recommendations.models.item import ItemQuerySet

# What a row of a list says of an event since a day -> what such an event points at.
SINCE = {
    "is_published_since": "update",
    "is_answered_since": "answer",
    "is_moved_since": "deadline",
    "is_committed_since": "criterion",
    "is_reworded_since": "wording",
    "is_handed_over_since": "ownership",
}
# The order of a list where none was chosen, with a text and without one.
BY_THEMSELVES = (Order.RELEVANCE, Order.NUMBER)


class OrderCriterion(Criterion):
    field, name = "order", "sorter"
    heading, label = _("Sorteret efter"), _("Sortér efter")
    takes_headings_away = True  # they stand above what has the numbers after theirs

    def form_field(self, offer: Offer, *, several: bool = False) -> forms.Field:
        refused = unknown(_("Der kan ikke sorteres efter »%(value)s«. Vælg fra listen."))
        choices = [(order.value, order.label) for order in offer.orders]
        return CodeField(label=self.label, required=False, choices=choices, error_messages=refused)

    def choices(self, offer: Offer, text: str) -> Choices:
        """What a form shows: first the order of a list by itself, under no code. By relevance only with a text."""
        own, *others = [Order.RELEVANCE, Order.NUMBER] if text.strip() else [Order.NUMBER]
        others += [order for order in offer.orders if order not in BY_THEMSELVES]
        return [("", own.label), *((order.value, order.label) for order in others)]

    def is_asked(self, value: str) -> bool:
        """Orders that lists have by themselves are no choice to be told of."""
        return value not in ("", *BY_THEMSELVES)

    def in_words(self, value: str, asked: Asked) -> str:
        return str(Order(value).label)


class DayCriterion(Criterion):
    default = None

    def form_field(self, offer: Offer, *, several: bool = False) -> forms.Field:
        return DayField(label=self.label, required=False, help_text=self.help_text, past_only=True)

    def in_words(self, value: date | None, asked: Asked) -> str:
        return date_format(value) if value else ""


class AsOfCriterion(DayCriterion):
    field, name = "as_of", "pr"
    heading, label = _("Som det så ud"), _("Vis, som det så ud den")
    help_text = _("En dato, for eksempel 28.02.2026. Tomt betyder i dag.")


class SinceCriterion(DayCriterion):
    """Items about which there has been news since the beginning of the day."""

    field, name = "since", "siden"
    heading = label = _("Ændret siden")
    help_text = _("En dato, for eksempel 28.02.2026.")

    def narrow(self, items: ItemQuerySet, value: date, asked: Asked) -> ItemQuerySet:
        """Those with news, annotated with what it was (`SINCE`)."""
        news = news_since(asked)
        of_item = news.filter(item=OuterRef("pk"))
        facts = {fact: Exists(of_item.filter(**{f"{row}__isnull": False})) for fact, row in SINCE.items()}
        return items.filter(pk__in=news.filter(item__isnull=False).values("item")).annotate(**facts)

    def hits(self, index: FacetIndex, value: date, asked: Asked) -> BitMap:
        return index.with_keys(news_since(asked).filter(item__isnull=False).values_list("item", flat=True).distinct())


def news_since(asked: Asked) -> EventQuerySet:
    """News since the day asked about, by what was known, but for what was corrected later; in no order."""
    news: EventQuerySet = Event.objects.known(*asked.times).filter(at__gte=asked.since_time).news()
    return news.uncorrected(asked.known_at).order_by()
