"""Criteria about what is told of an item elsewhere: who owns it, what was answered, how strongly it is supported.

`svar`, `udvalg` and `forvaltning` are about one fact, so they meet on the cell: together they mean that committee's
answer.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from recommendations import answers, danish, prepared
from recommendations.criteria.base import (
    NONE_REGISTERED,
    RECOMMENDATIONS_ONLY,
    Asked,
    Choices,
    CountedChoices,
    Criterion,
    Offer,
    Options,
)
from recommendations.criteria.fields import ANY, CodesField, NameField, OpenSelect, ShareField, unknown, with_any
from recommendations.enums import NO_ANSWER, Outcome, VoteOption
from recommendations.facet_index import FacetIndex
from recommendations.models import Committee, VoteShare
from recommendations.models.item import ItemQuerySet
from recommendations.models.standing import StandingQuerySet

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


MEETING = ("committee", "administration", "answer")  # the fields that meet on the cell
SUPPORT_STEPS = (50, 60, 70, 80, 90, 95)  # per cent that are offered; any other may be asked for


def cells_asked_for(asked: Asked) -> StandingQuerySet:
    """The cells of the committees asked for, which own the item; without a committee every cell there is."""
    cells = answers.cells(*asked.times)
    if asked.committee or asked.administration:
        return cells.owned().filter(committee__in=asked.owners)
    return cells


def answered_as(codes: Iterable[str]) -> Q:
    """Cells with one of these outcomes; "ingen": those that owe an answer."""
    wanted = Q(outcome__in=[code for code in codes if code != NONE_REGISTERED])
    return wanted | answers.OWES if NONE_REGISTERED in codes else wanted


# --- Owners -----------------------------------------------------------------------------------------------------------


class OwnerCriterion(Criterion):
    """Who owns the item: a committee, or one of an administration's."""

    is_named = True
    meets = MEETING

    def narrow(self, items: ItemQuerySet, value: str, asked: Asked) -> ItemQuerySet:
        return items.filter(pk__in=cells_asked_for(asked).order_by().values("item"))

    def code_of(self, committee: Committee) -> str:
        raise NotImplementedError

    def other(self, committee: Committee, asked: Asked) -> bool:
        """Whether the committee is among those that the other criterion about owners asks for."""
        raise NotImplementedError

    def _owners_by_choice(self, asked: Asked, offer: Offer) -> dict[str, frozenset[int] | None]:
        """By code the ids of the owners that it asks for, beside what the other criterion asks; none: anybody."""
        possible = [committee for committee in offer.committees if self.other(committee, asked)]
        is_free = not (asked.administration if self.field == "committee" else asked.committee)
        codes = {"", *map(self.code_of, offer.committees)}
        return {
            code: None
            if is_free and not code
            else asked.lineage.all_behind(one.pk for one in possible if code in ("", self.code_of(one)))
            for code in codes
        }

    def hits(self, index: FacetIndex, value: str, asked: Asked) -> BitMap:
        return index.having("owner", *asked.owners)

    def options(self, index: FacetIndex, asked: Asked, offer: Offer) -> Options:
        for code, ids in self._owners_by_choice(asked, offer).items():
            if asked.answer:
                yield code, answered_by(index, asked.answer, ids)
            else:
                yield code, index.everything if ids is None else index.having("owner", *ids)


class CommitteeCriterion(OwnerCriterion):
    """One committee, or several with commas between their codes."""

    field, name = "committee", "udvalg"
    heading = label = _("Udvalg")
    option_help = _("Udvalgets kode, for eksempel SOU.")

    def names(self, offer: Offer) -> Choices:
        return [(committee.code, str(committee)) for committee in offer.committees]

    def form_field(self, offer: Offer, *, several: bool = False) -> forms.Field:
        names = self.names(offer)
        if several:
            refused = unknown(_("Udvalget »%(value)s« findes ikke. Vælg fra listen."))
            return CodesField(label=self.label, required=False, choices=names, error_messages=refused)
        refused = unknown(_("Udvalget »%(value)s« findes ikke. Vælg et fra listen."))
        return NameField(label=self.label, required=False, choices=with_any(names), error_messages=refused)

    def value_of(self, cleaned: str | list[str] | None) -> str:
        return ",".join(cleaned) if isinstance(cleaned, list) else cleaned or ""

    def in_words(self, value: str, asked: Asked) -> str:
        names = dict(prepared.rows(_names_of, codes=asked.committee_codes))
        return ", ".join(names.get(code, code) for code in asked.committee_codes)

    def code_of(self, committee: Committee) -> str:
        return committee.code

    def other(self, committee: Committee, asked: Asked) -> bool:
        return asked.administration in ("", committee.administration_abbreviation)


@prepared.planned_once
def _names_of() -> QuerySet[Any, Any]:
    return Committee.objects.filter(prepared.Among("code", "codes")).order_by("pk").values_list("code", "name")


class AdministrationCriterion(OwnerCriterion):
    """The committees that an administration works for."""

    field, name = "administration", "forvaltning"
    heading = label = _("Forvaltning")
    option_help = _("Forvaltningens forkortelse.")

    def names(self, offer: Offer) -> Choices:
        return sorted(administrations(offer.committees).items(), key=lambda row: (danish.sort_key(row[1]), row[0]))

    def form_field(self, offer: Offer, *, several: bool = False) -> forms.Field:
        refused = unknown(_("Forvaltningen »%(value)s« findes ikke. Vælg en fra listen."))
        return NameField(label=self.label, required=False, choices=with_any(self.names(offer)), error_messages=refused)

    def in_words(self, value: str, asked: Asked) -> str:
        return administrations(Committee.objects.filter(administration_abbreviation=value)).get(value, value)

    def code_of(self, committee: Committee) -> str:
        return committee.administration_abbreviation

    def other(self, committee: Committee, asked: Asked) -> bool:
        return not asked.committee or committee.code in asked.committee_codes


def administrations(committees: Iterable[Committee]) -> dict[str, str]:
    """Abbreviation -> name. Of two names for one that of the newest committee counts, and of one that still exists."""
    oldest_first = sorted(committees, key=lambda one: (one.valid_to is None, one.valid_to, one.pk))
    return {
        one.administration_abbreviation: one.administration for one in oldest_first if one.administration_abbreviation
    }


# --- Answers ----------------------------------------------------------------------------------------------------------


class AnswerCriterion(Criterion):
    """What stands in a cell: of the committees asked for, else of any."""

    field, name = "answer", "svar"
    heading = label = _("Svar")
    option_help = _("Svar, eller ingen.")
    default = ()
    models = RECOMMENDATIONS_ONLY
    is_several = takes_headings_away = True
    meets = MEETING
    choices = [*Outcome.choices, (NONE_REGISTERED, NO_ANSWER)]

    def form_field(self, offer: Offer, *, several: bool = False) -> forms.Field:
        refused = unknown(_("Svaret »%(value)s« findes ikke. Vælg fra listen."))
        return CodesField(label=self.label, required=False, choices=self.choices, error_messages=refused)

    def value_of(self, cleaned: list[str] | None) -> tuple[str, ...]:
        return tuple(cleaned or ())

    def narrow(self, items: ItemQuerySet, value: tuple[str, ...], asked: Asked) -> ItemQuerySet:
        return items.filter(pk__in=cells_asked_for(asked).filter(answered_as(value)).order_by().values("item"))

    def in_words(self, value: tuple[str, ...], asked: Asked) -> str:
        labels = dict(self.choices)
        return ", ".join(str(labels.get(code, code)) for code in value)

    def hits(self, index: FacetIndex, value: tuple[str, ...], asked: Asked) -> BitMap:
        return answered_by(index, value, asked.owners if asked.committee or asked.administration else None)

    def options(self, index: FacetIndex, asked: Asked, offer: Offer) -> Options:
        return [(code, self.hits(index, (code,), asked)) for code, _label in self.choices]


def answered_by(index: FacetIndex, codes: Collection[str], owners: Collection[int] | None) -> BitMap:
    """`answered_as` in the index: with such a cell of one of these owners, else of anybody."""
    outcomes = [code for code in codes if code != NONE_REGISTERED]
    if owners is None:
        found, owing = index.having("said", *outcomes), [*index.facts.get("owed_by", {})]
    else:
        found, owing = index.having("owner_said", *product(owners, outcomes)), [*owners]
    return found | index.having("owed_by", *owing) if NONE_REGISTERED in codes else found


# --- Support ----------------------------------------------------------------------------------------------------------


def at_least(share: Decimal | int) -> str:
    return gettext("mindst %(share)s %%") % {"share": number_format(share)}


class SupportCriterion(Criterion):
    """The least share of those asked that supports it, in per cent."""

    field, name = "min_support", "stemmer_min"
    heading, label = _("Støtte"), _("Støtte blandt medlemmerne")
    option_help = _("Mindste støtte i procent.")
    default = None
    models = RECOMMENDATIONS_ONLY
    takes_headings_away = True

    def form_field(self, offer: Offer, *, several: bool = False) -> forms.Field:
        return ShareField(
            label=self.label,
            required=False,
            widget=OpenSelect(choices=[ANY, *((str(share), at_least(share)) for share in SUPPORT_STEPS)]),
            validators=[
                MinValueValidator(0, _("Støtten kan ikke være under 0 %%. Skriv et tal fra 0 til 100.")),
                MaxValueValidator(100, _("Støtten kan ikke være over 100 %%. Skriv et tal fra 0 til 100.")),
            ],
            error_messages={"invalid": _("Støtten er ikke et tal. Skriv et tal fra 0 til 100.")},
        )

    def narrow(self, items: ItemQuerySet, value: Decimal, asked: Asked) -> ItemQuerySet:
        liked = VoteShare.objects.filter(option=VoteOption.SUPPORTS, percent__gte=value)
        return items.filter(pk__in=liked.order_by().values("item"))

    def in_words(self, value: Decimal | None, asked: Asked) -> str:
        return "" if value is None else at_least(value)

    def counted_choices(self, listed: Choices, asked: Asked, typed: str) -> CountedChoices:
        """The steps, and in its place among them what was asked for as it was typed: 62.5, perhaps as "62,5"."""
        least = asked.min_support
        shares = [(typed if share == least else str(share), at_least(share), share) for share in sorted(steps(asked))]
        return [(*ANY, ""), *shares]

    def hits(self, index: FacetIndex, value: Decimal, asked: Asked) -> BitMap:
        shares = cast("Iterable[Decimal]", index.facts.get("support", {}))
        return index.having("support", *(share for share in shares if share >= value))

    def options(self, index: FacetIndex, asked: Asked, offer: Offer) -> Options:
        return [("", index.everything), *((step, self.hits(index, step, asked)) for step in steps(asked))]


def steps(asked: Asked) -> set[Decimal]:
    """The shares that are offered, in per cent, and the one that was asked for."""
    offered = set(map(Decimal, SUPPORT_STEPS))
    return offered if asked.min_support is None else offered | {asked.min_support}
