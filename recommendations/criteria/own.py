"""Criteria about what an item itself holds: its words, its source, its place, its status, whom it is directed to."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import Any

from django import forms
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Concat, StrIndex
from django.utils.translation import gettext_lazy as _

from recommendations import tenancy
from recommendations.criteria.base import (
    NONE_REGISTERED,
    RECOMMENDATIONS_ONLY,
    AlikeItems,
    Asked,
    Choices,
    Counts,
    Criterion,
    FacetQuestion,
    Found,
    ItemModel,
    Offer,
    any_of,
    items_of,
)
from recommendations.criteria.fields import CodesField, NameField, OpenNamesInput, YesField, unknown, with_any
from recommendations.enums import CLOSED, NO_STATUS, Status
from recommendations.lifecycle import stale_before
from recommendations.models import Addressee, Initiative, Publication, Recommendation
from recommendations.models.item import ItemQuerySet


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

    def in_words(self, value: str, asked: Asked) -> str:
        return value


class PublicationCriterion(Criterion):
    field, name = "publication", "kilde"
    heading = label = _("Kilde")
    option_help = _("Kildens kode.")
    is_named = True
    grouped_by = ("publication__slug", "is_in_own_group")

    def names(self, offer: Offer) -> Choices:
        return offer.publications

    def form_field(self, offer: Offer, *, several: bool = False) -> forms.Field:
        refused = unknown(_("Kilden »%(value)s« findes ikke. Vælg en fra listen."))
        return NameField(label=self.label, required=False, choices=with_any(self.names(offer)), error_messages=refused)

    def narrow(self, items: ItemQuerySet, value: str, asked: Asked) -> ItemQuerySet:
        return items.filter(publication__slug=value)

    def in_words(self, value: str, asked: Asked) -> str:
        found = Publication.objects.public(*asked.times).filter(slug=value).order_by("pk")
        return found.values_list("title", flat=True).first() or value

    def annotated(self, items: ItemQuerySet, asked: Asked) -> ItemQuerySet:
        """With a source chosen a group is one of that source's; an initiative can be in one by what it carries out of
        another source, and then it leaves the list when its own source is chosen.
        """
        if not asked.group or items.model is not Initiative:
            return items.annotate(is_in_own_group=Value(True))
        own = in_group(items.model, asked.group, asked, publication=OuterRef("publication"))
        return items.annotate(is_in_own_group=Case(When(own, then=True), default=False))

    def passes(self, value: str, alike: AlikeItems) -> bool:
        return value in self.values(alike)

    def values(self, alike: AlikeItems) -> Iterable[Hashable]:
        return ("", alike["publication__slug"]) if alike["is_in_own_group"] else ("",)


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

    def questions(self, asked: Asked, model: ItemModel, offer: Offer) -> Iterator[FacetQuestion]:
        if not offer.groups or model is Initiative:  # an initiative can belong to several: see `initiatives_by_group`
            return
        items = items_of(asked.without(self.field), model).counted().filter(parent__isnull=False)
        yield FacetQuestion(self.field, items, F("parent__path"), Count("pk"))
        yield from any_of(f"{self.field} any", asked, model, self.field)

    def counts(self, found: Found, asked: Asked, offer: Offer, total: int) -> Counts | None:
        if not offer.groups:
            return None
        by_parent = found[self.field]
        counts = Counts()
        for group in offer.groups:
            below = f"{group.path}!"
            counts[group.number] = sum(n for path, n in by_parent.items() if f"{path}!".startswith(below))
        counts[""] = found[f"{self.field} any"].get("", total) if f"{self.field} any" in found else total
        return counts


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


def initiatives_by_group(asked: Asked, offer: Offer) -> Counts:
    """Initiatives that stand in or belong to something in each of the groups on offer: one query.

    One that belongs to two things counts once.
    """
    linked = items_of(asked.without("group"), Initiative).values_list(
        "pk", "publication__slug", "path", "carries_out__publication__slug", "carries_out__path"
    )
    places: set[tuple[int, str]] = set()
    for pk, source, path, other_source, other_path in linked:
        places |= {(pk, f"{path}!" if source == asked.publication else "")}
        places |= {(pk, f"{other_path}!" if other_source == asked.publication else "")}
    counts: Counts = Counts({"": len({pk for pk, _path in places})})
    for group in offer.groups:
        counts[group.number] = len({pk for pk, path in places if path.startswith(f"{group.path}!")})
    return counts


class StatusCriterion(Criterion):
    """The status of the item as a whole."""

    field, name = "status", "status"
    heading = label = _("Status")
    option_help = _("Status, eller ingen.")
    default = ()
    is_several = takes_headings_away = True
    grouped_by = ("state_status",)
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

    def passes(self, value: tuple[str, ...], alike: AlikeItems) -> bool:
        return not value or (alike["state_status"] or NONE_REGISTERED) in value

    def values(self, alike: AlikeItems) -> Iterable[Hashable]:
        return [alike["state_status"] or NONE_REGISTERED]


class FlagCriterion(Criterion):
    """Something that items are or are not; `says` is how that is said."""

    default = False
    is_flag = True
    says: Any = ""

    def form_field(self, offer: Offer, *, several: bool = False) -> forms.Field:
        return YesField(label=self.label, required=False)

    def in_words(self, value: bool, asked: Asked) -> str:
        return str(self.says) if value else ""

    def passes(self, value: bool, alike: AlikeItems) -> bool:
        return not value or self.holds(alike)

    def values(self, alike: AlikeItems) -> Iterable[Hashable]:
        return [self.holds(alike)]

    def holds(self, alike: AlikeItems) -> bool:
        raise NotImplementedError


def _yes_if(**condition: object) -> Case:
    return Case(When(**condition, then=True), default=False)


class OverdueCriterion(FlagCriterion):
    field, name = "overdue", "forsinket"
    heading, label, says = _("Frist"), _("Forsinkede"), _("forsinket")
    option_help = _("Kun forsinkede.")
    takes_headings_away = True
    grouped_by = ("is_late",)

    def narrow(self, items: ItemQuerySet, value: bool, asked: Asked) -> ItemQuerySet:
        return items.overdue(asked.day)

    def annotated(self, items: ItemQuerySet, asked: Asked) -> ItemQuerySet:
        return items.annotate(is_late=_yes_if(state_due_on__lt=asked.day))

    def holds(self, alike: AlikeItems) -> bool:
        return alike["is_late"] and alike["state_status"] not in CLOSED


class StaleCriterion(FlagCriterion):
    field, name = "stale", "ikke_opdateret"
    heading, label, says = _("Friskhed"), _("Ikke opdaterede"), _("ikke opdateret")
    option_help = _("Kun ikke opdaterede.")
    takes_headings_away = True
    grouped_by = ("is_silent",)

    def narrow(self, items: ItemQuerySet, value: bool, asked: Asked) -> ItemQuerySet:
        return items.stale(asked.day, tenancy.current().stale_after_days)

    def annotated(self, items: ItemQuerySet, asked: Asked) -> ItemQuerySet:
        last_day = stale_before(asked.day, tenancy.current().stale_after_days)
        return items.annotate(is_silent=_yes_if(state_fresh_on__lt=last_day))

    def holds(self, alike: AlikeItems) -> bool:
        return alike["is_silent"] and alike["state_status"] not in CLOSED


class InitiativesCriterion(FlagCriterion):
    """Something is said to carry it out."""

    field, name = "has_initiatives", "har_initiativer"
    heading, label, says = _("Initiativer"), _("Med initiativer"), _("har initiativer")
    option_help = _("Kun anbefalinger med initiativer.")
    models = RECOMMENDATIONS_ONLY
    grouped_by = ("has_initiatives",)

    def narrow(self, items: ItemQuerySet, value: bool, asked: Asked) -> ItemQuerySet:
        return items.with_initiatives(*asked.times).filter(Q(has_initiatives=True))

    def annotated(self, items: ItemQuerySet, asked: Asked) -> ItemQuerySet:
        return items.with_initiatives(*asked.times)

    def holds(self, alike: AlikeItems) -> bool:
        return bool(alike["has_initiatives"])


class AddresseeCriterion(Criterion):
    field, name = "addressee", "adressat"
    heading = label = _("Rettet mod")
    option_help = _("Hvem det er rettet mod: adressatens kode.")
    is_named = True
    grouped_by = ("addressee__slug",)

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

    def passes(self, value: str, alike: AlikeItems) -> bool:
        return value in ("", alike["addressee__slug"])

    def values(self, alike: AlikeItems) -> Iterable[Hashable]:
        return {"", alike["addressee__slug"] or ""}
