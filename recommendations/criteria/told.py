"""Criteria about what is told of an item elsewhere: who owns it, what was answered, how strongly it is supported.

`svar`, `udvalg` and `forvaltning` are about one fact, so they meet on the cell: together they mean that committee's
answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Count, F, Q, Value
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recommendations import answers, danish
from recommendations.criteria.base import (
    NONE_REGISTERED,
    RECOMMENDATIONS_ONLY,
    Asked,
    Choices,
    CountedChoices,
    Counts,
    Criterion,
    FacetQuestion,
    Found,
    ItemModel,
    Offer,
    any_of,
    items_of,
)
from recommendations.criteria.fields import ANY, CodesField, NameField, OpenSelect, ShareField, unknown, with_any
from recommendations.enums import NO_ANSWER, Outcome, VoteOption
from recommendations.models import Committee, Initiative, VoteShare
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

    def questions(self, asked: Asked, model: ItemModel, offer: Offer) -> Iterator[FacetQuestion]:
        """By owner, and by each set of several owners that a choice means: an item of two of them counts once."""
        base = asked.without(*MEETING)
        cells = answers.cells(*asked.times).owned().filter(item__in=items_of(base, model).counted().values("pk"))
        if asked.answer and model is not Initiative:
            cells = cells.filter(answered_as(asked.answer))
        count = Count("item", distinct=True)
        yield FacetQuestion("owners", cells, F("committee_id"), count)
        for ids in self._owners_by_choice(asked, offer).values():
            if ids and len(ids) > 1:
                yield FacetQuestion(f"owners {_key(ids)}", cells.filter(committee__in=ids), Value(""), count)
        yield from any_of("owners any", asked, model, "committee", "administration")

    def counts(self, found: Found, asked: Asked, offer: Offer, total: int) -> Counts:
        anybody = found["owners any"].get("", total) if "owners any" in found else total
        counts = Counts()
        for code, ids in self._owners_by_choice(asked, offer).items():
            if ids is None:
                counts[code] = anybody
            elif len(ids) > 1:
                counts[code] = found.get(f"owners {_key(ids)}", Counts())[""]
            else:
                counts[code] = sum(found.get("owners", Counts())[str(pk)] for pk in ids)
        return counts


def _key(ids: Collection[int]) -> str:
    return ",".join(map(str, sorted(ids)))


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
        found = Committee.objects.filter(code__in=asked.committee_codes).order_by("pk").values_list("code", "name")
        names = dict(found)
        return ", ".join(names.get(code, code) for code in asked.committee_codes)

    def code_of(self, committee: Committee) -> str:
        return committee.code

    def other(self, committee: Committee, asked: Asked) -> bool:
        return asked.administration in ("", committee.administration_abbreviation)


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

    def questions(self, asked: Asked, model: ItemModel, offer: Offer) -> Iterator[FacetQuestion]:
        base = items_of(asked.without(*MEETING), model).counted().values("pk")
        cells = cells_asked_for(asked).filter(item__in=base)
        count = Count("item", distinct=True)
        yield FacetQuestion(self.field, cells.exclude(outcome=""), F("outcome"), count)
        yield FacetQuestion(self.field, cells.filter(answers.OWES), Value(NONE_REGISTERED), count)

    def counts(self, found: Found, asked: Asked, offer: Offer, total: int) -> Counts | None:
        return Counts(dict(found.get(self.field, {})))


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

    def questions(self, asked: Asked, model: ItemModel, offer: Offer) -> Iterator[FacetQuestion]:
        items = items_of(asked.without(self.field), model).counted().values("pk")
        read = VoteShare.objects.filter(option=VoteOption.SUPPORTS, percent__isnull=False, item__in=items)
        yield FacetQuestion(self.field, read, F("percent"), Count("item"))
        yield from any_of(f"{self.field} any", asked, model, self.field)

    def counts(self, found: Found, asked: Asked, offer: Offer, total: int) -> Counts | None:
        shares = {Decimal(share): count for share, count in found.get(self.field, {}).items()}
        counts = Counts({step: sum(count for share, count in shares.items() if share >= step) for step in steps(asked)})
        counts[""] = found[f"{self.field} any"].get("", total) if f"{self.field} any" in found else total
        return counts


def steps(asked: Asked) -> set[Decimal]:
    """The shares that are offered, in per cent, and the one that was asked for."""
    offered = set(map(Decimal, SUPPORT_STEPS))
    return offered if asked.min_support is None else offered | {asked.min_support}
