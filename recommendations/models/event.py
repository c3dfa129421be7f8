"""What happened: the one memory that news, feeds, changes, the staff's log, mail and caches read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.enums import DRAFTING, DRAFTING_ANSWERS, DRAFTING_REPORTS, PROPOSING, REPORTING_ERRORS, Act, Nature
from recommendations.models.answer import CommitteeAnswer
from recommendations.models.answer_draft import AnswerDraft
from recommendations.models.commitment import Deadline, DoneWhen
from recommendations.models.committee import Committee
from recommendations.models.import_batch import ImportBatch
from recommendations.models.issued_report import IssuedReport
from recommendations.models.item import Item
from recommendations.models.meeting import Meeting
from recommendations.models.membership import Reach, Visitor
from recommendations.models.municipality import Municipality
from recommendations.models.ownership import Ownership
from recommendations.models.publication import Publication
from recommendations.models.recorded import day, moment
from recommendations.models.scoping import scoped
from recommendations.models.status_update import StatusUpdate
from recommendations.models.treatment import Treatment
from recommendations.models.wording import Wording
from recommendations.models.wording_draft import WordingDraft

# What an event may point at beside its item: the row that the act wrote.
ROWS = (
    "update",
    "answer",
    "deadline",
    "criterion",
    "wording",
    "ownership",
    "report",
    "answer_draft",
    "treatment",
    "meeting",
)
# Of these, what a later row can correct.
CORRECTED: dict[type[models.Model], str] = {
    StatusUpdate: "update",
    CommitteeAnswer: "answer",
    Deadline: "deadline",
    DoneWhen: "criterion",
    Wording: "wording",
    Treatment: "treatment",
}
# Those of which there are many. Of more PostgreSQL would think longer about the order of so many joins than they take.
MANY_CORRECTED = (StatusUpdate, CommitteeAnswer, Deadline, Wording)


class EventQuerySet(models.QuerySet["Event"]):
    def known(self, as_of: date | None = None, known_at: datetime | None = None) -> Self:
        """What had happened by `known_at` and is about a day no later than `as_of`."""
        return self.filter(Q(on__isnull=True) | Q(on__lte=day(as_of)), at__lte=moment(known_at))

    def news(self) -> Self:
        """What readers are told of. Corrections, confirmations and what was taken over from a source are no news."""
        return self.filter(nature=Nature.NEWS)

    def uncorrected(self, known_at: datetime | None = None, *, one_by_one: bool = False) -> Self:
        """Without news about a row that was corrected later: the page of the item shows both, marked.

        With `one_by_one` corrections are looked for event by event (an anti-join): better for few events and no joins.
        """
        until = moment(known_at)
        found = self
        for model, name in CORRECTED.items():
            when = "published_at" if model is StatusUpdate else "recorded_at"
            corrections = model._base_manager.filter(corrects__isnull=False, **{f"{when}__lte": until})
            if one_by_one and model in MANY_CORRECTED:
                found = found.filter(~Exists(corrections.filter(corrects=OuterRef(name))))
            else:
                found = found.exclude(**{f"{name}__in": corrections.values("corrects")})
        never = Ownership._base_manager.filter(replaces__isnull=False, valid_to=F("valid_from"), recorded_at__lte=until)
        if one_by_one:
            return found.filter(~Exists(never.filter(replaces=OuterRef("ownership"))))
        return found.exclude(ownership__in=never.values("replaces"))

    def visible_to(self, user: Visitor, reach: Reach | None = None) -> Self:
        """All but what drafts and reports of errors went through: that is for the committees they are about."""
        reach = reach or Reach.of(user)
        if reach.is_superuser:
            return self
        mine = reach.committees()
        owned = Ownership.objects.in_force().filter(committee__in=mine).order_by().values("item")
        return self.filter(
            ~Q(act__in=sorted(DRAFTING | DRAFTING_ANSWERS | DRAFTING_REPORTS | PROPOSING | REPORTING_ERRORS))
            | Q(act__in=sorted(DRAFTING), update__committee__in=mine)
            | Q(act__in=sorted(DRAFTING_ANSWERS | DRAFTING_REPORTS), committee__in=mine)
            | Q(act__in=sorted(PROPOSING | REPORTING_ERRORS), item__in=owned)
        )

    def newest_first(self) -> Self:
        return self.order_by("-at", "-pk")

    def with_rows(self) -> Self:
        """Read what a line of news shows, in the same query."""
        return self.select_related(
            "item__publication",
            "item__wording",
            "publication",
            "committee",
            "update",
            "answer",
            "deadline",
            "criterion",
            "wording",
            "ownership__succession__predecessor",
            "answer_draft",
            "treatment",
            "meeting__committee",
        )


class Event(models.Model):
    """One act (audit log, event row): written in the act's own transaction, and never changed.

    `before` and `after` are codes: a status, an outcome, a day in ISO form, a committee's code; empty where there was
    nothing. `digest` is the SHA-256, in hexadecimal, of the canonical JSON of the row written. `request_key` is what a
    form sends along, so that asking twice does nothing twice (an idempotency key). `batch` is the file it was done by.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="events", verbose_name=_("kommune"), db_index=False
    )  # found by `event_newest`
    at = models.DateTimeField(_("tidspunkt"), default=timezone.now)
    act = models.CharField(_("handling"), max_length=30, choices=Act)
    nature = models.CharField(_("karakter"), max_length=20, choices=Nature)
    on = models.DateField(_("om dagen"), null=True)
    publication = models.ForeignKey(
        Publication, models.PROTECT, null=True, related_name="events", verbose_name=_("kilde")
    )
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="events", verbose_name=_("række"))
    committee = models.ForeignKey(Committee, models.PROTECT, null=True, related_name="events", verbose_name=_("udvalg"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("indtastet af")
    )
    before = models.CharField(_("før"), max_length=60, blank=True)
    after = models.CharField(_("efter"), max_length=60, blank=True)
    details = models.JSONField(_("detaljer"), default=dict, blank=True)  # field name -> [before, after], for the log
    update = models.ForeignKey(StatusUpdate, models.PROTECT, null=True, related_name="events")
    answer = models.ForeignKey(CommitteeAnswer, models.PROTECT, null=True, related_name="events")
    deadline = models.ForeignKey(Deadline, models.PROTECT, null=True, related_name="events")
    criterion = models.ForeignKey(DoneWhen, models.PROTECT, null=True, related_name="events")
    wording = models.ForeignKey(Wording, models.PROTECT, null=True, related_name="events")
    ownership = models.ForeignKey(Ownership, models.PROTECT, null=True, related_name="events")
    report = models.ForeignKey(IssuedReport, models.PROTECT, null=True, related_name="events")
    answer_draft = models.ForeignKey(AnswerDraft, models.PROTECT, null=True, related_name="events")
    treatment = models.ForeignKey(Treatment, models.PROTECT, null=True, related_name="events")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, related_name="events")
    proposal = models.ForeignKey(WordingDraft, models.PROTECT, null=True, related_name="events")
    batch = models.ForeignKey(
        ImportBatch, models.PROTECT, null=True, related_name="events", verbose_name=_("indlæsning"), db_index=False
    )  # found by `event_of_batch`
    digest = models.CharField(_("fingeraftryk"), max_length=64, blank=True)
    request_key = models.UUIDField(null=True, editable=False)

    objects = scoped(EventQuerySet)

    class Meta:
        verbose_name = _("hændelse")
        verbose_name_plural = _("hændelser")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["municipality", "id"], name="event_newest"),  # the data version, at every request
            models.Index(fields=["nature", "-at", "-id"], name="event_news"),
            models.Index(fields=["municipality", "-at", "-id"], name="event_by_time"),
            models.Index(fields=["item", "-at"], name="event_of_item"),
            models.Index(fields=["update", "act"], name="event_of_update"),
            models.Index(fields=["by", "-at"], name="event_by_person"),
            models.Index(fields=["batch"], condition=Q(batch__isnull=False), name="event_of_batch"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "request_key"],
                name="event_once_for_each_request",
                violation_error_message=_("Det er allerede gjort. Genindlæs siden for at se det."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {self.item or self.publication or self.committee or ''}".rstrip(": ")

    @property
    def row(self) -> models.Model | None:
        """The row that the act wrote, where the event points at one."""
        return next((row for name in (*ROWS, "proposal") if (row := getattr(self, name)) is not None), None)
