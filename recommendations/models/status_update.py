"""What was reported about an item, with its evidence; deadlines and done-criteria with every earlier wording.

Rows here are append-only once published. The database refuses to change or delete them (`append_only`), so what the
public has read stays readable.
"""

import uuid
from collections.abc import Collection
from datetime import date, datetime, timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from recommendations.enums import DONE, NEWS, Role, Status, UpdateKind, UpdateState
from recommendations.models.about import AboutItem, day, for_item, item_lookup, moment
from recommendations.models.committee import Committee, Reach, Visitor

if TYPE_CHECKING:
    from recommendations.models.item import TrackedItem


class StatusUpdateQuerySet(models.QuerySet["StatusUpdate"]):
    def get_by_natural_key(self, key):
        return self.get(key=key)

    def published(self) -> Self:
        return self.filter(state=UpdateState.PUBLISHED)

    def known(self, as_of: date | None = None, known_at: datetime | None = None) -> Self:
        """Published until `known_at` and about a day no later than `as_of`."""
        return self.published().filter(on__lte=day(as_of), published_at__lte=moment(known_at))

    def newest_first(self) -> Self:
        """By the day they are about; the later published wins on the same day."""
        return self.order_by("-on", "-published_at", "-pk")

    def news(self) -> Self:
        return self.filter(kind__in=NEWS)

    def about(self, item) -> Self:
        return self.filter(**for_item(item))

    def latest_published(self, item) -> "StatusUpdate | None":
        """What was published last about `item`, corrections aside: what somebody who writes now has seen. Or none."""
        return self.latest_published_of([item]).get(item)

    def latest_published_of(self, items: Collection["TrackedItem"]) -> "dict[TrackedItem, StatusUpdate]":
        """`latest_published` of each of many items, in one query for each kind; an item without any has no entry."""
        latest: dict[TrackedItem, StatusUpdate] = {}
        for about in {item.ABOUT for item in items}:
            asked = {item.pk: item for item in items if about == item.ABOUT}
            published = StatusUpdate.objects.published().exclude(kind=UpdateKind.CORRECTION)
            newest = published.filter(**{about: OuterRef(about)}).order_by("-published_at", "-pk").values("pk")[:1]
            rows = self.filter(**{f"{about}__in": asked}, pk=Subquery(newest)).select_related("committee")
            latest |= {asked[getattr(row, f"{about}_id")]: row for row in rows.order_by("pk")}
        return latest

    def awaiting_approval(self) -> Self:
        return self.filter(state=UpdateState.SUBMITTED)

    def visible_to(self, user: Visitor, reach: Reach | None = None) -> Self:
        """What is published, and drafts of the committees that the user works for in any role."""
        reach = reach or Reach.of(user)
        if reach.is_superuser:
            return self
        return self.filter(Q(state=UpdateState.PUBLISHED) | Q(committee__in=reach.committees()))

    def editable_by(self, user: Visitor, reach: Reach | None = None) -> Self:
        """Drafts and submitted updates that the user may write in: an editor's or approver's own committees'."""
        reach = reach or Reach.of(user)
        unpublished = self.exclude(state=UpdateState.PUBLISHED)
        if reach.is_superuser:
            return unpublished
        return unpublished.filter(committee__in=reach.committees("editor", "approver"))

    def returned_to(self, user: Visitor, reach: Reach) -> Self:
        """Drafts that an approver has sent back to `user`; to anybody, when a superuser asks."""
        return self._drafts_of(user, reach).exclude(review_comment="")

    def begun_by(self, user: Visitor, reach: Reach) -> Self:
        """Drafts of `user` that have not been sent back; anybody's, when a superuser asks."""
        return self._drafts_of(user, reach).filter(review_comment="")

    def _drafts_of(self, user: Visitor, reach: Reach) -> Self:
        drafts = self.editable_by(user, reach).filter(state=UpdateState.DRAFT)
        return drafts if reach.is_superuser else drafts.filter(author=user)

    def awaiting_approval_of(self, reach: Reach) -> Self:
        """Submitted updates of the committees whose approver the user is: `permissions.can_approve` in SQL."""
        submitted = self.awaiting_approval()
        return submitted if reach.is_superuser else submitted.filter(committee__in=reach.committees(Role.APPROVER))

    def read_only_for(self, reach: Reach) -> Self:
        """Drafts and submitted updates that the user follows as a secretary and may not write in."""
        committees = reach.committees(Role.SECRETARY) - reach.committees(Role.EDITOR, Role.APPROVER)
        return self.exclude(state=UpdateState.PUBLISHED).filter(committee__in=committees)


class StatusUpdate(AboutItem):
    """One dated report about one item: draft, submitted, published. A published one is never changed and never deleted.

    `on` is the day it is about, `published_at` when the tracker learnt of it.
    """

    key = models.UUIDField(_("nøgle"), default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("slags"), max_length=20, choices=UpdateKind, default=UpdateKind.STATUS)
    status = models.CharField(_("status"), max_length=30, choices=Status, blank=True, default="")
    on = models.DateField(_("dato"), default=timezone.localdate, help_text=_("Den dag, oplysningen gælder."))
    text = models.TextField(
        _("tekst"),
        blank=True,
        help_text=_("Skriv til en borger: hvad er der sket, og hvad betyder det. Nævn ikke personer ved navn."),
    )
    decided_by = models.CharField(
        _("besluttet af"),
        max_length=200,
        blank=True,
        help_text=_("Det udvalg eller den forvaltning, der besluttede det."),
    )
    decided_on = models.DateField(_("besluttet den"), null=True, blank=True)
    next_step = models.CharField(_("næste skridt"), max_length=300, blank=True, help_text=_("Det næste, der vil ske."))
    next_step_on = models.DateField(_("næste skridt ventes"), null=True, blank=True)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("retter")
    )
    based_on = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("skrevet, da dette stod"),
        help_text=_("Den nyeste udgivne opdatering, da der blev skrevet. Er der kommet en nyere, spørges der først."),
    )
    version = models.PositiveIntegerField(
        _("udgave"), default=0, editable=False, help_text=_("Hvor mange gange kladden er gemt.")
    )
    committee = models.ForeignKey(
        Committee,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="statusupdates",
        verbose_name=_("på vegne af"),
        help_text=_("Tomt kun for det, der er indlæst fra en kilde uden et udvalg."),
    )
    state = models.CharField(_("tilstand"), max_length=20, choices=UpdateState, default=UpdateState.DRAFT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("indtastet af"),
        help_text=_("Tomt, når rækken er indlæst fra en kilde."),
    )
    created_at = models.DateTimeField(_("oprettet"), default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(_("sendt til godkendelse"), null=True, editable=False)
    review_comment = models.TextField(_("godkenderens kommentar"), blank=True, editable=False)
    published_at = models.DateTimeField(_("udgivet"), null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("udgivet af"),
    )

    history = HistoricalRecords()
    objects = StatusUpdateQuerySet.as_manager()

    class Meta:
        verbose_name = _("statusopdatering")
        verbose_name_plural = _("statusopdateringer")
        ordering = ["-on", "-published_at", "-id"]
        indexes = [
            # No further: SQLite 3.40 finds a wrong first row with several kinds and all of the order in the index.
            models.Index(fields=["recommendation", "state", "kind", "-on"], name="update_of_recommendation"),
            models.Index(fields=["initiative", "state", "kind", "-on"], name="update_of_initiative"),
            # The newest first, and how many there are of which kind about what: both without a look at the rows.
            models.Index(
                fields=["state", "-published_at", "-on", "-id", "kind", "recommendation", "initiative"],
                name="update_by_publication",
            ),
        ]
        constraints = [
            *AboutItem.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind=UpdateKind.STATUS) & ~Q(status="") | ~Q(kind=UpdateKind.STATUS) & Q(status=""),
                name="update_status_only_with_news_of_it",
                violation_error_message=_(
                    "En status hører til en ny status, og kun til den. Vælg en status, eller lad feltet stå tomt."
                ),
            ),
            models.CheckConstraint(
                condition=Q(kind=UpdateKind.CORRECTION, corrects__isnull=False)
                | ~Q(kind=UpdateKind.CORRECTION) & Q(corrects__isnull=True),
                name="update_correction_points_at_what_it_corrects",
                violation_error_message=_("En rettelse skal pege på den opdatering, den retter."),
            ),
            models.CheckConstraint(
                condition=Q(state=UpdateState.PUBLISHED, published_at__isnull=False)
                | ~Q(state=UpdateState.PUBLISHED) & Q(published_at__isnull=True),
                name="update_published_has_a_time",
                violation_error_message=_(
                    "En udgivet opdatering skal have et tidspunkt, og en kladde må ikke have et."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(state=UpdateState.PUBLISHED, status__in=sorted(DONE))
                | Q(author__isnull=False, published_by__isnull=False) & ~Q(published_by=F("author")),
                name="update_done_has_a_second_person",
                violation_error_message=_("«Gennemført» skal godkendes af en anden end den, der har skrevet det."),
            ),
            models.CheckConstraint(
                condition=~Q(state=UpdateState.PUBLISHED, status=Status.ABANDONED)
                | ~Q(decided_by="") & Q(decided_on__isnull=False),
                name="update_abandoned_says_who_and_when",
                violation_error_message=_("«Opgivet» kræver, hvem der besluttede det, og hvornår."),
            ),
        ]

    def __str__(self):
        what = self.get_status_display() if self.status else self.get_kind_display()
        return f"{self.item}: {what}, {self.on:%d.%m.%Y}"

    def natural_key(self):
        return (str(self.key),)

    natural_key.dependencies = [
        "recommendations.recommendation",
        "recommendations.initiative",
        "recommendations.committee",
    ]

    @property
    def is_published(self) -> bool:
        return self.state == UpdateState.PUBLISHED

    @property
    def anchor(self) -> str:
        """Its place on the page of its item."""
        return f"opdatering-{self.key}"

    @property
    def label(self) -> str:
        """What it reports, in a few words: the status, or the kind of update."""
        return self.get_status_display() if self.status else self.get_kind_display()


def evidence_path(evidence: "Evidence", name: str) -> str:
    """Where an uploaded file is kept: under the update's key, with a name that nobody has chosen."""
    return f"dokumentation/{evidence.update.key}/{uuid.uuid4().hex}{PurePath(name).suffix.lower()}"


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def get_by_natural_key(self, update, position):
        return self.get(update__key=update, position=position)


class Evidence(models.Model):
    """What shows that an update is true: a link, a file or a case number, with a title."""

    update = models.ForeignKey(
        StatusUpdate, models.CASCADE, related_name="evidence", verbose_name=_("statusopdatering")
    )
    position = models.PositiveSmallIntegerField(_("rækkefølge"), default=1)
    title = models.CharField(_("titel"), max_length=200)
    url = models.URLField(_("link"), max_length=500, blank=True)
    file = models.FileField(_("fil"), upload_to=evidence_path, max_length=200, blank=True)
    case_number = models.CharField(_("sagsnummer"), max_length=60, blank=True)
    pages = models.CharField(_("side"), max_length=30, blank=True)

    history = HistoricalRecords()
    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("dokumentation")
        verbose_name_plural = _("dokumentation")
        ordering = ["update", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["update", "position"],
                name="evidence_position_once",
                violation_error_message=_("To rækker dokumentation har samme plads i rækkefølgen."),
            ),
            models.CheckConstraint(
                condition=~Q(url="") & Q(file="") & Q(case_number="")
                | Q(url="") & ~Q(file="") & Q(case_number="")
                | Q(url="") & Q(file="") & ~Q(case_number=""),
                name="evidence_is_one_thing",
                violation_error_message=_("Skriv enten et link, en fil eller et sagsnummer. Brug en række til hver."),
            ),
        ]

    def __str__(self):
        return self.title

    def natural_key(self):
        return (*self.update.natural_key(), self.position)

    natural_key.dependencies = ["recommendations.statusupdate"]


class DatedQuerySet(models.QuerySet):
    """Rows that replace each other in time: the newest set is the one in force."""

    def get_by_natural_key(self, kind, publication, number, recorded_at):
        # A fixture keeps milliseconds, the database microseconds.
        same = {"recorded_at__gte": recorded_at, "recorded_at__lt": recorded_at + timedelta(milliseconds=1)}
        return self.get(**item_lookup(kind, publication, number), **same)

    def known(self, as_of: date | None = None, known_at: datetime | None = None) -> Self:
        return self.filter(set_on__lte=day(as_of), recorded_at__lte=moment(known_at))

    def oldest_first(self) -> Self:
        return self.order_by("set_on", "recorded_at", "pk")


class DatedRow(AboutItem):
    """A row that is never changed: moving a deadline or rewording a criterion adds another."""

    set_on = models.DateField(_("fastsat den"), default=timezone.localdate)
    reason = models.TextField(_("begrundelse"), blank=True)
    committee = models.ForeignKey(
        Committee, models.PROTECT, null=True, blank=True, related_name="%(class)ss", verbose_name=_("på vegne af")
    )
    recorded_at = models.DateTimeField(_("registreret"), default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("registreret af"),
    )

    objects = DatedQuerySet.as_manager()

    class Meta(AboutItem.Meta):
        abstract = True
        ordering = ["set_on", "recorded_at", "id"]

    def natural_key(self):
        return (*self.item_key, self.recorded_at)

    natural_key.dependencies = [
        "recommendations.recommendation",
        "recommendations.initiative",
        "recommendations.committee",
    ]


class Deadline(DatedRow):
    """When an item is to be done. Each move is a row with a reason; the first stays the original deadline."""

    due_on = models.DateField(_("frist"))

    class Meta(DatedRow.Meta):
        verbose_name = _("frist")
        verbose_name_plural = _("frister")
        indexes = [models.Index(fields=["recorded_at"], name="deadline_by_record")]

    def __str__(self):
        return f"{self.item}: {self.due_on:%d.%m.%Y}"


class DoneWhen(DatedRow):
    """The criterion: "Det er gennemført, når …". Each rewording is a row with a reason."""

    text = models.TextField(_("det er gennemført, når"))

    class Meta(DatedRow.Meta):
        verbose_name = _("kriterium")
        verbose_name_plural = _("kriterier")

    def __str__(self):
        return f"{self.item}: {self.text}"
