"""What was reported about an item in the name of a committee.

Rows are append-only once published. The database refuses to change or delete them (`append_only`), so what the public
has read stays readable.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.enums import DONE, NEWS, UNPUBLISHED, WRITERS, Role, Status, UpdateKind, UpdateState
from recommendations.models.commitment import DoneWhen
from recommendations.models.committee import Committee, Lineage
from recommendations.models.item import Item
from recommendations.models.meeting import Meeting
from recommendations.models.membership import CommitteeMembership, Reach, Visitor
from recommendations.models.recorded import after_outer, day, moment
from recommendations.models.scoping import scoped


class StatusUpdateQuerySet(models.QuerySet["StatusUpdate"]):
    def published(self) -> Self:
        return self.filter(state=UpdateState.PUBLISHED)

    def known(self, as_of: date | None = None, known_at: datetime | None = None) -> Self:
        """Published until `known_at` and about a day no later than `as_of`; also what was corrected later."""
        return self.published().filter(on__lte=day(as_of), published_at__lte=moment(known_at))

    def uncorrected(self, known_at: datetime | None = None) -> Self:
        """Without rows that a correction published until `known_at` takes out of the state."""
        corrections = StatusUpdate._base_manager.filter(
            state=UpdateState.PUBLISHED, corrects=OuterRef("pk"), published_at__lte=moment(known_at)
        )
        return self.filter(~Exists(corrections))

    def newest_first(self) -> Self:
        """By the day they are about; the later published wins on the same day."""
        return self.order_by("-on", "-published_at", "-pk")

    def news(self) -> Self:
        return self.filter(kind__in=NEWS)

    def about(self, item: Item) -> Self:
        return self.filter(item=item)

    def latest_published(self, item: Item) -> StatusUpdate | None:
        """What was published last about `item`: what somebody who writes now has seen. Or none."""
        return self.latest_published_of([item]).get(item)

    def latest_published_of(self, items: Collection[Item]) -> dict[Item, StatusUpdate]:
        """`latest_published` of each of many items, in one query; an item without any has no entry."""
        asked = {item.pk: item for item in items}
        published = self.published().filter(item__in=list(asked))
        newer = StatusUpdate.objects.published().filter(after_outer("published_at", "pk"), item=OuterRef("item"))
        rows = published.filter(~Exists(newer)).select_related("committee")
        return {asked[row.item_id]: row for row in rows.order_by("pk")}

    def awaiting_approval(self) -> Self:
        return self.filter(state=UpdateState.SUBMITTED)

    def visible_to(self, user: Visitor, reach: Reach | None = None) -> Self:
        """What is published, and drafts of the committees that the user works for in any role."""
        reach = reach or Reach.of(user)
        kept = self.exclude(state=UpdateState.DISCARDED)
        if reach.is_superuser:
            return kept
        return kept.filter(Q(state=UpdateState.PUBLISHED) | Q(committee__in=reach.committees()))

    def editable_by(self, user: Visitor, reach: Reach | None = None) -> Self:
        """Drafts and submitted updates that the user may write in: an editor's or approver's own committees'."""
        reach = reach or Reach.of(user)
        unpublished = self.filter(state__in=UNPUBLISHED)
        if reach.is_superuser:
            return unpublished
        return unpublished.filter(committee__in=reach.committees(*WRITERS))

    def returned_to(self, user: Visitor, reach: Reach) -> Self:
        """Drafts that an approver has sent back to `user`; to anybody, when a superuser asks."""
        return self._drafts_of(user, reach).exclude(review_comment="")

    def begun_by(self, user: Visitor, reach: Reach) -> Self:
        """Drafts of `user` that have not been sent back; anybody's, when a superuser asks."""
        return self._drafts_of(user, reach).filter(review_comment="")

    def _drafts_of(self, user: Visitor, reach: Reach) -> Self:
        """What was begun by somebody who can no longer go on with it is every colleague's."""
        drafts = self.editable_by(user, reach).filter(state=UpdateState.DRAFT)
        return drafts if reach.is_superuser else drafts.filter(Q(author=user) | ~_author_can_write(reach.lineage))

    def with_author_left(self, lineage: Lineage) -> Self:
        """Annotate `author_has_left`: who wrote it can no longer write for its committee today."""
        left = Case(When(_author_can_write(lineage), then=Value(False)), default=Value(True))
        return self.annotate(author_has_left=left)

    def awaiting_approval_of(self, reach: Reach) -> Self:
        """Submitted updates of the committees whose approver the user is: `permissions.can_approve` in SQL."""
        submitted = self.awaiting_approval()
        return submitted if reach.is_superuser else submitted.filter(committee__in=reach.committees(Role.APPROVER))

    def read_only_for(self, reach: Reach) -> Self:
        """Drafts and submitted updates that the user follows as a secretary and may not write in."""
        committees = reach.committees(Role.SECRETARY) - reach.committees(Role.EDITOR, Role.APPROVER)
        return self.filter(state__in=UNPUBLISHED, committee__in=committees)


def _author_can_write(lineage: Lineage) -> Q:
    """Whether an update's author may write for its committee today, or for one that took over all of its work."""
    roles = CommitteeMembership.objects.in_force(day(None)).filter(
        user=OuterRef("author"), user__is_active=True, role__in=WRITERS
    )
    can = Q(author__is_superuser=True, author__is_active=True) | Q(
        Exists(roles.filter(committee=OuterRef("committee")))
    )
    for ended, heirs in lineage.heirs().items():
        can |= Q(Exists(roles.filter(committee__in=heirs)), committee=ended)
    return can


class StatusUpdate(models.Model):
    """One dated report about one item in the name of one committee: draft, submitted, published; or discarded.

    `on` is the day it is about, `published_at` when the tracker learnt of it. A published one is never changed and
    never deleted. A correction takes the row that it `corrects` out of the state, with its evidence, and may bring a
    status of its own in its place.
    """

    key = models.UUIDField(_("nøgle"), default=uuid.uuid4, unique=True, editable=False)
    item = models.ForeignKey(Item, models.PROTECT, related_name="updates", verbose_name=_("række"))
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
    next_step_meeting = models.ForeignKey(
        Meeting,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="next_steps",
        verbose_name=_("næste skridt kommer på mødet"),
    )
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
    criterion = models.ForeignKey(
        DoneWhen,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("kriterium"),
        help_text=_("Kriteriet, som det lød, da opdateringen blev godkendt."),
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

    objects = scoped(StatusUpdateQuerySet, "item__publication__municipality")

    class Meta:
        verbose_name = _("statusopdatering")
        verbose_name_plural = _("statusopdateringer")
        ordering = ["-on", "-published_at", "-id"]
        indexes = [
            # No further: SQLite 3.40 finds a wrong first row with several kinds and all of the order in the index.
            models.Index(fields=["item", "state", "kind", "-on"], name="update_of_item"),
            models.Index(fields=["committee", "state"], name="update_of_committee"),
            models.Index(fields=["-on", "-published_at", "-id"], name="update_by_day"),
            # The newest first, and how many there are of which kind about what: both without a look at the rows.
            models.Index(fields=["state", "-published_at", "-on", "-id", "kind", "item"], name="update_by_publication"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=UpdateKind.STATUS) & ~Q(status="")
                | Q(kind=UpdateKind.CORRECTION)
                | Q(kind__in=[UpdateKind.NOTE, UpdateKind.CONFIRMATION], status=""),
                name="update_status_only_with_news_of_it",
                violation_error_message=_(
                    "En status hører til en ny status eller en rettelse. Vælg en status, eller lad feltet stå tomt."
                ),
            ),
            models.CheckConstraint(
                condition=Q(kind=UpdateKind.CORRECTION, corrects__isnull=False)
                | ~Q(kind=UpdateKind.CORRECTION) & Q(corrects__isnull=True),
                name="update_correction_points_at_what_it_corrects",
                violation_error_message=_("En rettelse skal pege på den opdatering, den retter."),
            ),
            models.UniqueConstraint(
                fields=["corrects"],
                condition=Q(state=UpdateState.PUBLISHED),
                name="update_corrected_once",
                violation_error_message=_("Opdateringen er allerede rettet. Ret den nyeste udgave."),
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
                violation_error_message=_("»Gennemført« skal godkendes af en anden end den, der har skrevet det."),
            ),
            models.CheckConstraint(
                condition=~Q(state=UpdateState.PUBLISHED, status=Status.ABANDONED)
                | ~Q(decided_by="") & Q(decided_on__isnull=False),
                name="update_abandoned_says_who_and_when",
                violation_error_message=_("»Opgivet« kræver, hvem der besluttede det, og hvornår."),
            ),
        ]

    def __str__(self) -> str:
        what = self.get_status_display() if self.status else self.get_kind_display()
        return f"{self.item}: {what}, {self.on:%d.%m.%Y}"

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
