"""How strongly an item is supported, as its source says it."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.formats import number_format
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from recommendations.enums import ShareBasis, VoteOption
from recommendations.models.scoping import scoped


class VoteShare(models.Model):
    """The support for an item: a share in per cent, a count, or a place in an order, whichever the source gives.

    A share that cannot be read in the source is a row with the basis "unreadable": not a zero and not a blank.
    """

    item = models.ForeignKey("recommendations.Item", models.PROTECT, related_name="votes", verbose_name=_("række"))
    option = models.CharField(_("svarmulighed"), max_length=20, choices=VoteOption, default=VoteOption.SUPPORTS)
    percent = models.DecimalField(_("procent"), max_digits=5, decimal_places=2, null=True, blank=True)
    count = models.PositiveIntegerField(_("antal stemmer"), null=True, blank=True)
    voters = models.PositiveIntegerField(_("medlemmer, der kunne stemme"), null=True, blank=True)
    rank = models.PositiveSmallIntegerField(_("plads i rækkefølgen"), null=True, blank=True)
    page = models.CharField(_("side i kilden"), max_length=30, blank=True)
    basis = models.CharField(_("grundlag"), max_length=20, choices=ShareBasis, default=ShareBasis.PERCENT)
    note = models.CharField(_("bemærkning"), max_length=300, blank=True)

    objects = scoped(models.QuerySet, "item__publication__municipality")

    class Meta:
        verbose_name = _("stemmeandel")
        verbose_name_plural = _("stemmeandele")
        ordering = ["item", "option"]
        indexes = [models.Index(fields=["option", "percent"], name="voteshare_by_percent")]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "option"],
                name="voteshare_option_once",
                violation_error_message=_("Rækken har allerede en stemmeandel for den svarmulighed."),
            ),
            models.CheckConstraint(
                condition=Q(basis=ShareBasis.PERCENT, percent__isnull=False)
                | Q(basis=ShareBasis.COUNT, count__isnull=False)
                | Q(basis=ShareBasis.RANK, rank__isnull=False)
                | Q(basis=ShareBasis.UNREADABLE, percent__isnull=True, count__isnull=True, rank__isnull=True),
                name="voteshare_read_or_unreadable",
                violation_error_message=_(
                    "Skriv det tal, grundlaget siger: en procent, et antal eller en plads. En ulæselig har intet tal."
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

    def __str__(self) -> str:
        match self.basis:
            case ShareBasis.PERCENT if self.percent is not None:
                return f"{self.get_option_display()}: {without_empty_decimals(self.percent)}\N{NO-BREAK SPACE}%"
            case ShareBasis.COUNT:
                return f"{self.get_option_display()}: {self.count}"
            case ShareBasis.RANK:
                return __("nr. %(rank)s i rækkefølgen") % {"rank": self.rank}
        return str(self.get_basis_display())


def without_empty_decimals(value: Decimal) -> str:
    """67 and not 67,00; 8,5 where there are decimals, with the sign of the page's language."""
    return number_format(value.normalize() if value % 1 else int(value))
