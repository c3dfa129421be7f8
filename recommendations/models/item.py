"""One table for all that a source lists: headings, recommendations, initiatives and the rest, in the source's order."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import reduce
from operator import add, or_
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, FilteredRelation, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from recommendations import terms
from recommendations.addresses import address
from recommendations.enums import CLOSED, COUNTED, ItemKind, VoteOption
from recommendations.lifecycle import stale_before
from recommendations.models.municipality import Municipality
from recommendations.models.publication import Publication
from recommendations.models.recorded import day, moment
from recommendations.models.scoping import scoped
from recommendations.models.word_index import has, how_many, worth
from recommendations.terms import Term

if TYPE_CHECKING:
    from recommendations.models.wording import Wording

# A number as printed in a source; anything else is a code of ours that says nothing to a reader.
PRINTED_NUMBER = re.compile(r"[#§]?(\d+|[IVXLC]+)([.\-]\w+)*\.?")
# What an address can carry. A slash is written as a hyphen: 2/2024 becomes 2-2024.
NUMBER = re.compile(r"[\w#§][\w.\-#§ ]*", re.UNICODE)
NUMBER_REFUSED = _(
    "Nummeret må kun have bogstaver, tal, punktum, bindestreg, mellemrum, # og §, og ikke to punktummer i træk. "
    "Skriv 2/2024 som 2-2024."
)
STATE_FIELDS = (
    "status",
    "status_on",
    "changed_on",
    "changed_at",
    "confirmed_on",
    "fresh_on",
    "due_on",
    "original_due_on",
)


def natural_order(number: str) -> str:
    """A text that sorts as people count: 2.10 after 2.9, and 2.3.1 between 2.3 and 2.4."""
    # No space: it would sort before the "!" that leads to what is below an item.
    return re.sub(r"\d+", lambda digits: digits[0].zfill(6), number.casefold()).replace(" ", '"')


class Addressee(models.Model):
    """Whom an item is directed to."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="addressees", verbose_name=_("kommune"), editable=False
    )
    slug = models.SlugField(_("kode"), max_length=60)
    name = models.CharField(_("navn"), max_length=200)

    objects = scoped(models.QuerySet)

    class Meta:
        verbose_name = _("adressat")
        verbose_name_plural = _("adressater")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "slug"],
                name="addressee_slug_once",
                violation_error_message=_("Koden findes allerede. Vælg en anden."),
            ),
            models.UniqueConstraint(
                fields=["municipality", "name"],
                name="addressee_name_once",
                violation_error_message=_("Navnet findes allerede. Vælg adressaten fra listen."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ItemQuerySet(models.QuerySet["Item"]):
    """What lists of items ask.

    The `state_…` annotations say how an item stood at two times (`with_state`); the filters below read them, so they
    come after.
    """

    def public(self, as_of: date | None = None, known_at: datetime | None = None) -> Self:
        """Of sources that had been made public, and given to the municipality by the day `as_of`."""
        return self.filter(publication__public_at__lte=moment(known_at)).filter(
            Q(publication__exists_from__isnull=True) | Q(publication__exists_from__lte=day(as_of))
        )

    def with_state(self, as_of: date | None = None, known_at: datetime | None = None) -> Self:
        """Annotate how each item as a whole stood on `as_of` (default today), by what was known at `known_at`."""
        when, until = day(as_of), moment(known_at)
        # Periods are half-open; what is known today is what nothing has taken the place of.
        known = Q(standings__known_until__isnull=True)
        if known_at is not None:
            known = Q(standings__known_from__lte=until) & (known | Q(standings__known_until__gt=until))
        about_then = Q(standings__on_from__lte=when) & (
            Q(standings__on_until__isnull=True) | Q(standings__on_until__gt=when)
        )
        stands = FilteredRelation("standings", condition=Q(standings__committee__isnull=True) & about_then & known)
        return self.annotate(stands=stands).annotate(
            state_status=Coalesce(F("stands__status"), Value("")),
            **{f"state_{name}": F(f"stands__{name}") for name in STATE_FIELDS if name != "status"},
        )

    def with_words(self, as_of: date | None = None, known_at: datetime | None = None) -> Self:
        """Read each item's words of the time asked about: those in force, or of an earlier day (one query more)."""
        if as_of is None and known_at is None:
            return self.select_related("wording")
        from_then = _related("wordings").known(as_of, known_at).newest_first()
        return self.select_related("wording").prefetch_related(Prefetch("wordings", from_then, to_attr="words_then"))

    def overdue(self, today: date) -> Self:
        """Past the deadline and not closed: `lifecycle.is_overdue` in SQL."""
        return self.filter(state_due_on__lt=today).exclude(state_status__in=CLOSED)

    def stale(self, today: date, after_days: int) -> Self:
        """Reported on, open, and silent for too long: `lifecycle.is_stale` in SQL."""
        return self.filter(state_fresh_on__lt=stale_before(today, after_days)).exclude(state_status__in=CLOSED)

    def never_reported(self) -> Self:
        return self.filter(state_status="")

    def counted(self) -> Self:
        """What every total counts: neither headings nor options."""
        return self.filter(kind__in=sorted(COUNTED))

    def open(self) -> Self:
        """Not closed: something may still happen."""
        return self.exclude(state_status__in=CLOSED)

    def owned_by(
        self, committees: Collection[int], as_of: date | None = None, known_at: datetime | None = None
    ) -> Self:
        """Owned by one of `committees` (ids) on the day `as_of`."""
        owned = _related("ownerships").in_force(as_of, known_at).filter(committee__in=committees)
        return self.filter(pk__in=owned.order_by().values("item"))

    def owed_by_nobody(self) -> Self:
        """Their sources expect answers, and say of whom; no committee owns them today: nobody is asked or can write."""
        owned = _related("ownerships").in_force().order_by().values("item")
        told = {"publication__expects_answers": True, "publication__owners_known": True}
        return self.counted().filter(**told).exclude(pk__in=owned)

    def with_text(self, text: str) -> Self:
        """Every word of `text` is found in the item's own words or in its published updates, as they are today."""
        wanted = terms.read(text)
        return self.with_terms(wanted) if wanted or not text.strip() else self.none()  # signs are found nowhere

    def with_terms(self, wanted: Sequence[Term], at_least: int | None = None) -> Self:
        """Those that have so many of the terms; all of them where nothing is said."""
        if at_least is None or at_least >= len(wanted):
            return reduce(lambda found, term: found.filter(has(term)), wanted, self)
        return (
            self.filter(reduce(or_, map(has, wanted)))
            .alias(terms_found=how_many(wanted))
            .filter(terms_found__gte=at_least)
        )

    def by_relevance(self, weights: Mapping[Term, int], *then: str) -> Self:
        """What is worth most to somebody who looks for these terms, each of its weight, first."""
        return self.with_relevance(weights).order_by("-relevance", *then)

    def with_relevance(self, weights: Mapping[Term, int]) -> Self:
        """Annotate `relevance`: what each is worth to somebody who looks for these terms."""
        return self.annotate(relevance=reduce(add, [worth(term, weight) for term, weight in weights.items()]))

    def with_support(self) -> Self:
        """Annotate `support_percent` and `support_basis`: the share of those asked who support, and how it was read.

        No percentage where it is unreadable, neither where nobody voted.
        """
        # Of the item itself, whose municipality is known already: asked once more for each row, it costs the most.
        votes = _related("votes").model._base_manager
        shares = votes.filter(item=OuterRef("pk"), option=VoteOption.SUPPORTS).order_by()
        return self.annotate(
            support_percent=Subquery(shares.values("percent")), support_basis=Subquery(shares.values("basis"))
        )

    def with_initiatives(self, as_of: date | None = None, known_at: datetime | None = None) -> Self:
        """Annotate `has_initiatives`: whether any public one belongs to it, not counting those of what is below it."""
        linked = Initiative.objects.public(as_of, known_at).filter(carries_out=OuterRef("pk"))
        return self.annotate(has_initiatives=Exists(linked))

    def by_support(self, *then: str) -> Self:
        """The greatest share first, no share last; as a join, since all rows are looked at to find the first."""
        supports = FilteredRelation("votes", condition=Q(votes__option=VoteOption.SUPPORTS))
        return self.annotate(supports=supports).order_by(F("supports__percent").desc(nulls_last=True), *then)


def _related(name: str) -> Any:
    """The manager of the rows about an item, by the name that items call them; those models import this one."""
    return Item._meta.get_field(name).related_model.objects  # type: ignore[union-attr]


def check_number(number: str) -> None:
    """Refuse what the item's own address could not carry."""
    if not NUMBER.fullmatch(number) or ".." in number:
        raise ValidationError(NUMBER_REFUSED)


class Item(models.Model):
    """One row of a source. Narrow on purpose: its words are in `Wording`, how it stands is in `Standing`.

    `path` puts it in the source's order below its parent, whatever the numbers look like: `parent`'s path, then its
    place among its siblings, then its number (a materialized path).
    """

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="items", verbose_name=_("kilde"))
    kind = models.CharField(_("slags"), max_length=20, choices=ItemKind, default=ItemKind.RECOMMENDATION)
    number = models.CharField(
        _("nummer"),
        max_length=60,
        validators=[check_number],
        help_text=_("Som trykt i kilden, for eksempel 2.3.1. Har kilden intet nummer, så en kort kode."),
    )
    number_key = models.CharField(max_length=60, editable=False)  # the number as it is compared: without regard to case
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("hører under")
    )
    place = models.PositiveSmallIntegerField(
        _("plads"),
        default=0,
        help_text=_("Rækkefølgen i kilden, når numrene ikke selv viser den. 0 betyder: efter nummeret."),
    )
    path = models.CharField(max_length=500, editable=False)
    addressee = models.ForeignKey(
        Addressee, models.PROTECT, null=True, blank=True, related_name="items", verbose_name=_("rettet mod")
    )
    target_group = models.CharField(_("målgruppe"), max_length=300, blank=True)
    carries_out = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="initiatives",
        verbose_name=_("hører til anbefaling eller område"),
    )
    wording = models.ForeignKey(
        "recommendations.Wording", models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("ord")
    )

    if TYPE_CHECKING:
        words_then: list[Wording]  # the words of an earlier day, newest first, where a queryset was asked for them

    objects = scoped(ItemQuerySet, "publication__municipality")

    class Meta:
        verbose_name = _("række")
        verbose_name_plural = _("rækker")
        ordering = ["publication__position", "publication__slug", "path"]
        indexes = [
            models.Index(fields=["publication", "path"], name="item_by_path"),
            models.Index(fields=["publication", "kind"], name="item_by_kind"),
        ]
        constraints = [
            # An initiative may have the number of a recommendation: they have addresses of their own.
            models.UniqueConstraint(
                fields=["publication", "number_key"],
                condition=Q(kind=ItemKind.INITIATIVE),
                name="item_initiative_number_once",
                violation_error_message=_("Nummeret findes allerede i den kilde. Vælg et andet nummer."),
            ),
            models.UniqueConstraint(
                fields=["publication", "number_key"],
                condition=~Q(kind=ItemKind.INITIATIVE),
                name="item_number_once",
                violation_error_message=_("Nummeret findes allerede i den kilde. Vælg et andet nummer."),
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="item_not_its_own_parent",
                violation_error_message=_("En række kan ikke høre under sig selv."),
            ),
            models.CheckConstraint(
                condition=~Q(number__contains="/") & ~Q(number__contains="?") & ~Q(number=""),
                name="item_number_fits_its_address",
                violation_error_message=NUMBER_REFUSED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.printed_number} {self.title}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.number_key = self.number.casefold()
        self.path = self.path_below(self.parent)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "number_key", "path"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return address(self.route, self.publication.slug, self.number)

    def path_below(self, parent: Item | None) -> str:
        above = f"{parent.path}!" if parent else ""  # sorts before every sign that a number can have
        return f"{above}{self.place:05}{natural_order(self.number)}"

    @property
    def words(self) -> Wording | None:
        """The words of the time that was asked about (`with_words`), else those in force; none before there are any."""
        then = self.__dict__.get("words_then")
        if then is None:
            return self.wording
        return then[0] if then else None

    @property
    def title(self) -> str:
        return self.words.title if self.words else ""

    @property
    def summary(self) -> str:
        return self.words.summary if self.words else ""

    @property
    def official_text(self) -> str:
        return self.words.official_text if self.words else ""

    @property
    def pages(self) -> str:
        return self.words.pages if self.words else ""

    # --- kind and address ---------------------------------------------------------------------------------------------

    @property
    def is_heading(self) -> bool:
        return self.kind == ItemKind.HEADING

    @property
    def is_counted(self) -> bool:
        return self.kind in COUNTED

    @property
    def is_initiative(self) -> bool:
        return self.kind == ItemKind.INITIATIVE

    @property
    def route(self) -> str:
        """The name of the route to its page, and the beginning of the names of its other routes."""
        return "initiative" if self.is_initiative else "recommendation"

    @property
    def printed_number(self) -> str:
        """The number where the source has printed one, otherwise nothing."""
        return self.number if PRINTED_NUMBER.fullmatch(self.number) else ""

    @property
    def paths_above(self) -> list[str]:
        """The paths of whatever stands above it, the outermost first."""
        parts = self.path.split("!")
        return ["!".join(parts[:depth]) for depth in range(1, len(parts))]

    def get_short_url(self) -> str:
        """An address short enough to be typed from a notice board; it leads to `get_absolute_url`."""
        return address(f"short_{self.route}", self.publication.short_code, self.number)


class Recommendation(Item):
    """What stands in the list of recommendations: all kinds but initiatives."""

    objects = scoped(  # type: ignore[misc]
        ItemQuerySet, "publication__municipality", only=~Q(kind=ItemKind.INITIATIVE)
    )

    class Meta:
        proxy = True
        verbose_name = _("anbefaling")
        verbose_name_plural = _("anbefalinger")


class Initiative(Item):
    """What somebody does or proposes to do."""

    objects = scoped(  # type: ignore[misc]
        ItemQuerySet, "publication__municipality", only=Q(kind=ItemKind.INITIATIVE)
    )

    class Meta:
        proxy = True
        verbose_name = _("initiativ")
        verbose_name_plural = _("initiativer")
