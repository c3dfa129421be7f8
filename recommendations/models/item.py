"""What recommendations and initiatives share: a place in a source, and a state that follows from their updates."""

import re
from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from recommendations import danish
from recommendations.enums import CLOSED, NEWS, Status, UpdateKind
from recommendations.lifecycle import stale_before
from recommendations.models.ownership import Ownership
from recommendations.models.publication import Publication
from recommendations.models.status_update import Deadline, StatusUpdate
from recommendations.models.word_index import WordIndex

# A number as printed in a source; anything else is a code of ours that says nothing to a reader.
PRINTED_NUMBER = re.compile(r"[#§]?(\d+|[IVXLC]+)([.\-]\w+)*\.?")


def sort_key(number: str) -> str:
    """A text that sorts as people count: 2.10 after 2.9, and 2.3.1 between 2.3 and 2.4."""
    return ".".join(re.sub(r"\d+", lambda digits: digits[0].zfill(6), part) for part in number.lower().split("."))


class ItemQuerySet(models.QuerySet):
    """What lists of recommendations and lists of initiatives ask alike.

    The `state_…` annotations say how an item stood: `with_state()` as of today from the copy on the item,
    `with_state(as_of, known_at)` for any two times from the rows themselves. The filters below read them, so they come
    after.
    """

    def get_by_natural_key(self, publication, number):
        return self.get(publication__slug=publication, **{self.model.NUMBER_FIELD: number})

    def with_state(self, as_of: date | None = None, known_at: datetime | None = None) -> Self:
        """Annotate how each item stood on `as_of` (default today), by what was known at `known_at` (default now)."""
        if as_of is None and known_at is None:
            return self.annotate(**{f"state_{name}": F(name) for name in TrackedItem.STATE_FIELDS})
        about = {self.model.ABOUT: OuterRef("pk")}
        updates = StatusUpdate.objects.known(as_of, known_at).filter(**about)
        newest_status = updates.filter(kind=UpdateKind.STATUS).newest_first()
        news = updates.filter(kind__in=NEWS)
        deadlines = Deadline.objects.known(as_of, known_at).filter(**about)
        return self.annotate(
            state_status=Coalesce(Subquery(newest_status.values("status")[:1]), models.Value("")),
            state_status_on=Subquery(newest_status.values("on")[:1]),
            state_changed_on=Subquery(news.newest_first().values("on")[:1]),
            state_changed_at=Subquery(news.order_by("-published_at").values("published_at")[:1]),
            state_confirmed_on=Subquery(updates.filter(kind=UpdateKind.CONFIRMATION).newest_first().values("on")[:1]),
            state_fresh_on=Subquery(
                updates.filter(kind__in=[*NEWS, UpdateKind.CONFIRMATION]).newest_first().values("on")[:1]
            ),
            state_due_on=Subquery(deadlines.order_by("-set_on", "-recorded_at", "-pk").values("due_on")[:1]),
            state_original_due_on=Subquery(deadlines.order_by("set_on", "recorded_at", "pk").values("due_on")[:1]),
        )

    def overdue(self, today: date) -> Self:
        """Past the deadline and not closed: `lifecycle.is_overdue` in SQL."""
        return self.filter(state_due_on__lt=today).exclude(state_status__in=CLOSED)

    def stale(self, today: date, after_days: int) -> Self:
        """Reported on, open, and silent for too long: `lifecycle.is_stale` in SQL."""
        return self.filter(state_fresh_on__lt=stale_before(today, after_days)).exclude(state_status__in=CLOSED)

    def never_reported(self) -> Self:
        return self.filter(state_status="")

    def countable(self) -> Self:
        """What every total counts: all, where a kind of item does not say otherwise."""
        return self.all()

    def open(self) -> Self:
        """Not closed: something may still happen."""
        return self.exclude(state_status__in=CLOSED)

    def owned_by(
        self, committees: Collection[int], as_of: date | None = None, known_at: datetime | None = None
    ) -> Self:
        """Owned by one of `committees` (ids) on the day `as_of`."""
        owned = Ownership.objects.in_force(as_of, known_at).filter(committee__in=committees)
        return self.filter(pk__in=owned.filter(**{f"{self.model.ABOUT}__isnull": False}).values(self.model.ABOUT))

    def with_text(self, text: str) -> Self:
        """Every word of `text` is found in the item's own words or in its published updates, as they are today."""
        terms = danish.terms(text)
        found = self if terms or not text.strip() else self.none()  # signs alone are found nowhere
        for term in terms:
            found = found.filter(search_words__finds=term)
        return found


def published_texts(kind: "type[TrackedItem]", keys: Collection[int]) -> dict[int, list[str]]:
    """Of each item (by id), the texts of its published updates: one query for all."""
    said: dict[int, list[str]] = {key: [] for key in keys}
    rows = StatusUpdate.objects.published().filter(**{f"{kind.ABOUT}__in": keys}).order_by()
    for key, *texts in rows.values_list(f"{kind.ABOUT}_id", "text", "next_step"):
        said[key] += texts
    return said


class TrackedItem(models.Model):
    """The common part of `Recommendation` and `Initiative`.

    The state fields are copies of what the newest published rows say, kept by `actions` for speed and checked by
    `manage.py verify`; nobody else writes them.
    """

    ABOUT = ""  # name of the foreign key that rows about this kind of item carry
    NUMBER_FIELD = ""
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

    skip_history_when_saving: bool  # django-simple-history looks for it; there only while `actions` copies the state
    if TYPE_CHECKING:
        objects = ItemQuerySet.as_manager()  # each kind has its own

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="%(class)ss", verbose_name=_("kilde"))
    title = models.CharField(_("titel"), max_length=300)
    summary = models.TextField(
        _("resumé"),
        blank=True,
        help_text=_("En til fire sætninger, skrevet af os: hvad skal gøres, af hvem og hvorfor."),
    )
    official_text = models.TextField(_("kildens egne ord"), blank=True)
    pages = models.CharField(_("side i kilden"), max_length=30, blank=True)

    sort_key = models.CharField(max_length=120, editable=False)
    search_words = WordIndex(_("ord at søge i"), editable=False, blank=True)
    status = models.CharField(_("status"), max_length=30, choices=Status, blank=True, default="", editable=False)
    status_on = models.DateField(_("status gælder fra"), null=True, editable=False)
    changed_on = models.DateField(_("sidst ændret"), null=True, editable=False)
    changed_at = models.DateTimeField(_("seneste nyt udgivet"), null=True, editable=False)
    confirmed_on = models.DateField(_("bekræftet"), null=True, editable=False)
    fresh_on = models.DateField(_("seneste livstegn"), null=True, editable=False)
    due_on = models.DateField(_("frist"), null=True, editable=False)
    original_due_on = models.DateField(_("oprindelig frist"), null=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["publication__position", "publication__slug", "sort_key"]
        indexes = [
            models.Index(fields=["publication", "sort_key"], name="%(class)s_by_number"),
            models.Index(fields=["status"], name="%(class)s_by_status"),
            models.Index(fields=["-changed_at", "publication", "sort_key"], name="%(class)s_by_change"),
            models.Index(fields=["due_on"], name="%(class)s_by_deadline"),
            models.Index(fields=["fresh_on", "publication", "sort_key"], name="%(class)s_by_freshness"),
        ]

    def __str__(self):
        return f"{self.reference} {self.title}"

    def save(self, *args, **kwargs):
        self.sort_key = sort_key(self.reference)
        self.search_words = self.index_words()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "sort_key", "search_words"}
        super().save(*args, **kwargs)

    def index_words(self, said: Collection[str] | None = None) -> str:
        """What a search finds the item by: its own words, and what has been published about it. Never a draft.

        `said` is that, for callers who have read it of many items at once.
        """
        if said is None:
            said = [] if self._state.adding else published_texts(type(self), [self.pk])[self.pk]
        return danish.index(self.reference, self.title, self.summary, self.official_text, *said)

    @property
    def reference(self) -> str:
        """The number as people cite it."""
        return getattr(self, self.NUMBER_FIELD)

    @property
    def printed_number(self) -> str:
        """The number where the source has printed one, otherwise nothing."""
        return self.reference if PRINTED_NUMBER.fullmatch(self.reference) else ""

    def natural_key(self):
        return (self.publication.slug, self.reference)

    def get_short_url(self) -> str:
        """An address short enough to be typed from a notice board; it leads to `get_absolute_url`."""
        return reverse(f"short_{self.ABOUT}", args=[self.publication.short_code, self.reference])


# What an item's history leaves out: copies that follow from other rows.
DERIVED_FIELDS = ["sort_key", "search_words", *TrackedItem.STATE_FIELDS]
