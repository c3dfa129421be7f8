"""Where recommendations come from, and the facts of the process that made them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from recommendations.enums import PublicationKind
from recommendations.models.municipality import Municipality
from recommendations.models.recorded import day, moment
from recommendations.models.scoping import scoped

if TYPE_CHECKING:
    from recommendations.models.document import Document

# Letters and then digits: so no short address is ever the same as one of our other addresses, which have no digits.
SHORT_CODE = r"[a-z]{1,8}[0-9]{1,4}"


class PublicationQuerySet(models.QuerySet["Publication"]):
    def public(self, as_of: date | None = None, known_at: datetime | None = None) -> Self:
        """Those that had been made public, and given to the municipality by the day `as_of`."""
        return self.filter(public_at__lte=moment(known_at)).filter(
            Q(exists_from__isnull=True) | Q(exists_from__lte=day(as_of))
        )


class Publication(models.Model):
    """A source of recommendations: a citizens' assembly's report, an action plan, an inventory …

    How many items it has is a fact of the source and is stored, not counted: `manage.py verify` holds the rows to it.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="publications", verbose_name=_("kommune"), editable=False
    )
    slug = models.SlugField(
        _("kode"), max_length=60, help_text=_("Bruges i adresser. Kan ikke ændres, når kilden er offentlig.")
    )
    short_code = models.CharField(
        _("kort kode"),
        max_length=12,
        validators=[RegexValidator(rf"^{SHORT_CODE}\Z", _("Skriv små bogstaver og så tal, for eksempel k24."))],
        help_text=_(
            "Bruges i korte adresser som k24/3.4, der kan stå på et opslag. Kan ikke ændres, når kilden er offentlig."
        ),
    )
    title = models.CharField(_("titel"), max_length=300)
    kind = models.CharField(_("slags"), max_length=30, choices=PublicationKind)
    publisher = models.CharField(_("udgiver"), max_length=200)
    published_on = models.DateField(_("udgivet den"), null=True, blank=True)
    published_year = models.PositiveSmallIntegerField(
        _("udgivet i år"), null=True, blank=True, help_text=_("Bruges, når kilden ikke har en dato.")
    )
    handed_over_on = models.DateField(
        _("overdraget den"),
        null=True,
        blank=True,
        help_text=_("Den dag, kommunen fik anbefalingerne. Herfra tælles dage uden svar."),
    )
    public_at = models.DateTimeField(_("offentlig fra"), null=True, editable=False)
    # The first day of a view that knows of it: handed over, else published, else the year of publication.
    exists_from = models.DateField(null=True, editable=False)
    question = models.TextField(
        _("spørgsmål"), blank=True, help_text=_("Det spørgsmål, kilden svarer på, i kildens egne ord.")
    )
    summary = models.TextField(_("om kilden"), blank=True)
    numbering_note = models.CharField(
        _("om numrene"), max_length=300, blank=True, help_text=_("Udfyldes, når numrene er vores og ikke kildens.")
    )
    expects_answers = models.BooleanField(
        _("kommunen skal svare"),
        default=False,
        help_text=_(
            "Slå til, når kommunens udvalg ejer anbefalingerne. Så vises og tælles manglende svar og manglende ejere."
        ),
    )
    owners_known = models.BooleanField(
        _("ejerne er kendt"),
        default=True,
        help_text=_(
            "Slå fra, når kilden ikke siger, hvilket udvalg der svarer på hvilken anbefaling. Så siger siderne det."
        ),
    )
    expected_headings = models.PositiveIntegerField(_("antal overskrifter i kilden"), default=0)
    expected_recommendations = models.PositiveIntegerField(
        _("antal anbefalinger i kilden"), default=0, help_text=_("Uden overskrifter.")
    )
    expected_initiatives = models.PositiveIntegerField(_("antal initiativer i kilden"), default=0)
    position = models.PositiveSmallIntegerField(_("rækkefølge"), default=0)

    is_whole = models.BooleanField(
        _("listen er hel"),
        default=True,
        help_text=_("Slå fra, når vi ved, at kilden rummer mere, end der er registreret her. Så siger siderne det."),
    )

    objects = scoped(PublicationQuerySet)

    class Meta:
        verbose_name = _("kilde")
        verbose_name_plural = _("kilder")
        ordering = ["position", "slug"]
        indexes = [models.Index(fields=["position", "slug"], name="publication_by_position")]  # how lists begin
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "slug"],
                name="publication_slug_once",
                violation_error_message=_("Koden findes allerede. Vælg en anden."),
            ),
            models.UniqueConstraint(
                fields=["municipality", "short_code"],
                name="publication_short_code_once",
                violation_error_message=_("Den korte kode findes allerede. Vælg en anden."),
            ),
            models.CheckConstraint(
                condition=Q(published_on__isnull=True) | Q(published_year__isnull=True),
                name="publication_date_or_year",
                violation_error_message=_("Skriv enten en dato eller et årstal for udgivelsen, ikke begge."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        first_of_year = date(self.published_year, 1, 1) if self.published_year else None
        self.exists_from = self.handed_over_on or self.published_on or first_of_year
        super().save(*args, **kwargs)

    @property
    def is_public(self) -> bool:
        return self.public_at is not None

    def document(self, named: str = "") -> Document | None:
        """The source's document of that title, or its own; one query, unless `documents` have been prefetched."""
        return next((one for one in self.documents.all() if named in ("", one.title)), None)


class ProcessFact(models.Model):
    """One fact of how a publication came about: a number, a date or a sentence, in the order people read them."""

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="facts", verbose_name=_("kilde"))
    position = models.PositiveSmallIntegerField(_("rækkefølge"))
    label = models.CharField(_("hvad"), max_length=200)
    number = models.PositiveIntegerField(_("tal"), null=True, blank=True)
    on = models.DateField(_("dato"), null=True, blank=True)
    text = models.CharField(_("tekst"), max_length=500, blank=True)
    is_step = models.BooleanField(
        _("trin i figuren"),
        default=False,
        help_text=_("Slå til for et antal personer, der er en del af det forrige trins. Så vises det i figuren."),
    )

    objects = scoped(models.QuerySet, "publication__municipality")

    class Meta:
        verbose_name = _("oplysning om processen")
        verbose_name_plural = _("oplysninger om processen")
        ordering = ["publication", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "position"],
                name="processfact_position_once",
                violation_error_message=_("To oplysninger har samme plads i rækkefølgen. Giv den ene et andet tal."),
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=False) | Q(on__isnull=False) | ~Q(text=""),
                name="processfact_says_something",
                violation_error_message=_("Skriv et tal, en dato eller en tekst."),
            ),
            models.CheckConstraint(
                condition=Q(is_step=False) | Q(number__isnull=False),
                name="processfact_step_has_a_number",
                violation_error_message=_("Et trin i figuren skal have et tal."),
            ),
        ]

    def __str__(self) -> str:
        return self.label
