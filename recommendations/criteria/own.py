"""Criteria about what an item itself holds: its words, its source, its place, its status, whom it is directed to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat, StrIndex
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from recommendations import prepared, tenancy
from recommendations.criteria.base import (
    NONE_REGISTERED,
    RECOMMENDATIONS_ONLY,
    Asked,
    Choices,
    Criterion,
    ItemModel,
    Offer,
    Options,
)
from recommendations.criteria.fields import CodesField, NameField, OpenNamesInput, YesField, unknown, with_any
from recommendations.enums import NO_STATUS, Status
from recommendations.facet_index import FacetIndex
from recommendations.models import Addressee, Initiative, Publication, Recommendation
from recommendations.models.item import ItemQuerySet
from recommendations.models.recorded import day, moment
from recommendations.prepared import DAY, NOW, Given


class TextCriterion(Criterion):
    field, name = "text", "q"
    heading, label = _("Tekst"), _("Søg efter ord")

    def form_field(self, offer: Offer, *, several: bool = False) -> forms.CharField:
        too_long = _("Søgningen er for lang. Skriv højst %(limit_value)d tegn.")
        return forms.CharField(
            label=self.label, required=False, max_length=200, error_messages={"max_length": too_long}
        )

    def narrow(self, items: ItemQuerySet, value: str, asked: Asked) -> ItemQuerySet:
        return asked.reading.narrow(items)

    def hits(self, index: FacetIndex, value: str, asked: Asked) -> BitMap:
        return asked.reading.places

    def in_words(self, value: str, asked: Asked) -> str:
        return value


class PublicationCriterion(Criterion):
    field, name = "publication", "kilde"
    heading = label = _("Kilde")
    option_help = _("Kildens kode.")
    is_named = True
    meets = ("group",)

    def names(self, offer: Offer) -> Choices:
        return offer.publications

    def form_field(self, offer: Offer, *, several: bool = False) -> forms.Field:
        refused = unknown(_("Kilden »%(value)s« findes ikke. Vælg en fra listen."))
        return NameField(label=self.label, required=False, choices=with_any(self.names(offer)), error_messages=refused)

    def narrow(self, items: ItemQuerySet, value: str, asked: Asked) -> ItemQuerySet:
        return items.filter(publication__slug=value)

    def in_words(self, value: str, asked: Asked) -> str:
        as_of, known_at = asked.times
        found = prepared.rows(_title_of, slug=value, day=day(as_of), now=moment(known_at))
        return found[0][0] if found else value

    def hits(self, index: FacetIndex, value: str, asked: Asked) -> BitMap:
        return index.having("source", value)

    def options(self, index: FacetIndex, asked: Asked, offer: Offer) -> Options:
        """With a source chosen a group is one of that source's; an initiative can be in one by what it carries out of
        another source, and then it leaves the list when its own source is chosen.
        """
        yield "", in_group_of(index, asked.numbered) if asked.group else index.everything
        own = in_group_of(index, asked.numbered, of_own_source=True) if asked.group else index.everything
        for slug, places in index.facts.get("source", {}).items():
            yield slug, places & own if asked.group else places


@prepared.planned_once
def _title_of() -> QuerySet[Any, Any]:
    return Publication.objects.public(DAY, NOW).filter(slug=Given("slug")).order_by("pk").values_list("title")


class GroupCriterion(Criterion):
    """An item with the number asked for, and all that stands below it in its source (by `path`)."""

    field, name = "group", "gruppe"
    heading = label = _("Emne i kilden")
    help_text = _("Nummeret på en overskrift, for eksempel 2.3.")
    is_named = True

    def names(self, offer: Offer) -> Choices:
        return [(group.number, f"{group.number} {group.title}") for group in offer.groups]

    def form_field(self, offer: Offer, *, several: bool = False) -> forms.Field:
        too_long = _("Nummeret på gruppen er for langt. Skriv et nummer som 2.3.")
        return forms.CharField(
            label=self.label,
            help_text=self.help_text,
            required=False,
            max_length=60,
            error_messages={"max_length": too_long},
        )

    def widget(self, offer: Offer) -> forms.Select:
        """A list of the headings on offer, in place of a number to type."""
        return OpenNamesInput(choices=with_any(self.names(offer)))

    def narrow(self, items: ItemQuerySet, value: str, asked: Asked) -> ItemQuerySet:
        of_source = {"publication__slug": asked.publication} if asked.publication else {}
        return items.filter(in_group(items.model, value, asked, **of_source))

    def in_words(self, value: str, asked: Asked) -> str:
        """The number, with its title where the source says which group it is."""
        if not asked.publication:
            return value
        groups = Recommendation.objects.public(*asked.times).filter(publication__slug=asked.publication)
        group = groups.filter(number_key=value.casefold()).with_words(*asked.times).order_by("pk").first()
        return f"{group.number} {group.title}" if group else value

    def hits(self, index: FacetIndex, value: str, asked: Asked) -> BitMap:
        return in_group_of(index, asked.numbered, of_own_source=bool(asked.publication))

    def options(self, index: FacetIndex, asked: Asked, offer: Offer) -> Options | None:
        if not offer.groups:
            return None
        headings = {one.number: index.with_keys([one.pk]) for one in offer.groups}
        inside = {number: in_group_of(index, place, of_own_source=True) for number, place in headings.items()}
        return {"": index.everything, **inside}.items()


def in_group_of(index: FacetIndex, headings: BitMap, *, of_own_source: bool = False) -> BitMap:
    """`in_group` in the index: what stands at or below the headings, and initiatives that carry out some of that."""
    inside = index.at_or_below(headings)
    return inside | index.carrying_out(inside, of_own_source=of_own_source)


def in_group(model: ItemModel, number: str, asked: Asked, **of_source: Any) -> Q:
    """Items that have the number or stand below what has it; also initiatives that carry out one `of_source`."""
    inside = _at_or_below(number)
    if model is not Initiative:
        return inside
    carried_out = Recommendation.objects.public(*asked.times).filter(inside, initiatives=OuterRef("pk"), **of_source)
    return inside | Q(Exists(carried_out))


def _at_or_below(number: str) -> Q:
    groups = Recommendation.objects.filter(publication=OuterRef("publication"), number_key=number.casefold())
    beginning = StrIndex(Concat(OuterRef("path"), Value("!")), Concat(F("path"), Value("!")))
    return Q(Exists(groups.annotate(at=beginning).filter(at=1)))


class StatusCriterion(Criterion):
    """The status of the item as a whole."""

    field, name = "status", "status"
    heading = label = _("Status")
    option_help = _("Status, eller ingen.")
    default = ()
    is_several = takes_headings_away = True
    choices = [*Status.choices, (NONE_REGISTERED, NO_STATUS)]

    def form_field(self, offer: Offer, *, several: bool = False) -> forms.Field:
        refused = unknown(_("Status »%(value)s« findes ikke. Vælg fra listen."))
        return CodesField(label=self.label, required=False, choices=self.choices, error_messages=refused)

    def value_of(self, cleaned: list[str] | None) -> tuple[str, ...]:
        return tuple(cleaned or ())

    def narrow(self, items: ItemQuerySet, value: tuple[str, ...], asked: Asked) -> ItemQuerySet:
        return items.filter(Q(state_status__in=["" if code == NONE_REGISTERED else code for code in value]))

    def in_words(self, value: tuple[str, ...], asked: Asked) -> str:
        labels = dict(self.choices)
        return ", ".join(str(labels.get(code, code)) for code in value)

    def hits(self, index: FacetIndex, value: tuple[str, ...], asked: Asked) -> BitMap:
        return index.having("status", *("" if code == NONE_REGISTERED else code for code in value))

    def options(self, index: FacetIndex, asked: Asked, offer: Offer) -> Options:
        return [(status or NONE_REGISTERED, places) for status, places in index.facts.get("status", {}).items()]


class FlagCriterion(Criterion):
    """Something that items are or are not; `says` is how that is said."""

    default = False
    is_flag = True
    says: Any = ""

    def form_field(self, offer: Offer, *, several: bool = False) -> forms.Field:
        return YesField(label=self.label, required=False)

    def in_words(self, value: bool, asked: Asked) -> str:
        return str(self.says) if value else ""

    def hits(self, index: FacetIndex, value: bool, asked: Asked) -> BitMap:
        return index.having(self.field, True)

    def options(self, index: FacetIndex, asked: Asked, offer: Offer) -> Options:
        return [(True, index.having(self.field, True))]


class OverdueCriterion(FlagCriterion):
    field, name = "overdue", "forsinket"
    heading, label, says = _("Frist"), _("Forsinkede"), _("forsinket")
    option_help = _("Kun forsinkede.")
    takes_headings_away = True

    def narrow(self, items: ItemQuerySet, value: bool, asked: Asked) -> ItemQuerySet:
        return items.overdue(asked.day)


class StaleCriterion(FlagCriterion):
    field, name = "stale", "ikke_opdateret"
    heading, label, says = _("Friskhed"), _("Ikke opdaterede"), _("ikke opdateret")
    option_help = _("Kun ikke opdaterede.")
    takes_headings_away = True

    def narrow(self, items: ItemQuerySet, value: bool, asked: Asked) -> ItemQuerySet:
        return items.stale(asked.day, tenancy.current().stale_after_days)


class InitiativesCriterion(FlagCriterion):
    """Something is said to carry it out."""

    field, name = "has_initiatives", "har_initiativer"
    heading, label, says = _("Initiativer"), _("Med initiativer"), _("har initiativer")
    option_help = _("Kun anbefalinger med initiativer.")
    models = RECOMMENDATIONS_ONLY

    def narrow(self, items: ItemQuerySet, value: bool, asked: Asked) -> ItemQuerySet:
        return items.with_initiatives(*asked.times).filter(Q(has_initiatives=True))


class AddresseeCriterion(Criterion):
    field, name = "addressee", "adressat"
    heading = label = _("Rettet mod")
    option_help = _("Hvem det er rettet mod: adressatens kode.")
    is_named = True

    def names(self, offer: Offer) -> Choices:
        return offer.addressees

    def form_field(self, offer: Offer, *, several: bool = False) -> forms.Field:
        refused = unknown(_("Adressaten »%(value)s« findes ikke. Vælg en fra listen."))
        return NameField(label=self.label, required=False, choices=with_any(self.names(offer)), error_messages=refused)

    def narrow(self, items: ItemQuerySet, value: str, asked: Asked) -> ItemQuerySet:
        return items.filter(addressee__slug=value)

    def in_words(self, value: str, asked: Asked) -> str:
        found = Addressee.objects.filter(slug=value).order_by("pk")
        return found.values_list("name", flat=True).first() or value

    def hits(self, index: FacetIndex, value: str, asked: Asked) -> BitMap:
        return index.having("addressee", value)

    def options(self, index: FacetIndex, asked: Asked, offer: Offer) -> Options:
        return {"": index.everything, **index.facts.get("addressee", {})}.items()
