"""How the members voted."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from recommendations.enums import ShareBasis, VoteOption


class VoteShareQuerySet(models.QuerySet["VoteShare"]):
    def get_by_natural_key(self, publication, number, option):
        return self.get(recommendation__publication__slug=publication, recommendation__number=number, option=option)


class VoteShare(models.Model):
    """The share of the members who chose an option, in per cent, and in counts where the source gives them.

    A share that cannot be read in the source is a row with the basis "unreadable": not a zero and not a blank.
    """

    recommendation = models.ForeignKey(
        "recommendations.Recommendation", models.PROTECT, related_name="votes", verbose_name=_("anbefaling")
    )
    option = models.CharField(_("svarmulighed"), max_length=20, choices=VoteOption, default=VoteOption.SUPPORTS)
    percent = models.DecimalField(_("procent"), max_digits=5, decimal_places=2, null=True, blank=True)
    count = models.PositiveIntegerField(_("antal stemmer"), null=True, blank=True)
    voters = models.PositiveIntegerField(_("medlemmer, der kunne stemme"), null=True, blank=True)
    page = models.CharField(_("side i kilden"), max_length=30, blank=True)
    basis = models.CharField(_("grundlag"), max_length=20, choices=ShareBasis, default=ShareBasis.DIRECT)
    note = models.CharField(_("bemærkning"), max_length=300, blank=True)

    history = HistoricalRecords()
    objects = VoteShareQuerySet.as_manager()

    class Meta:
        verbose_name = _("stemmeandel")
        verbose_name_plural = _("stemmeandele")
        ordering = ["recommendation", "option"]
        indexes = [models.Index(fields=["option", "percent"], name="voteshare_by_percent")]
        constraints = [
            models.UniqueConstraint(
                fields=["recommendation", "option"],
                name="voteshare_option_once",
                violation_error_message=_("Anbefalingen har allerede en stemmeandel for den svarmulighed."),
            ),
            models.CheckConstraint(
                condition=Q(basis=ShareBasis.DIRECT, percent__isnull=False)
                | Q(basis=ShareBasis.UNREADABLE, percent__isnull=True, count__isnull=True),
                name="voteshare_read_or_unreadable",
                violation_error_message=_(
                    "En læst stemmeandel skal have en procent. En ulæselig må hverken have procent eller antal."
                ),
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__gte=0, percent__lte=100),
                name="voteshare_within_0_and_100",
                violation_error_message=_("Procenten skal ligge mellem 0 og 100."),
            ),
            models.CheckConstraint(
                condition=Q(count__isnull=True) | Q(voters__isnull=True) | Q(count__lte=F("voters")),
                name="voteshare_no_more_votes_than_voters",
                violation_error_message=_("Der kan ikke være flere stemmer end medlemmer, der kunne stemme."),
            ),
        ]

    def __str__(self):
        if self.basis == ShareBasis.UNREADABLE:
            return str(self.get_basis_display())
        return f"{self.get_option_display()}: {self.percent:n} %"

    def natural_key(self):
        return (*self.recommendation.natural_key(), self.option)

    natural_key.dependencies = ["recommendations.recommendation"]
