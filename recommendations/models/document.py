"""The documents of a source, and how their printed pages are found in them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.db import models
from django.utils.translation import gettext_lazy as _

from recommendations.models.publication import Publication
from recommendations.models.scoping import scoped


class Document(models.Model):
    """One document of a source; the first is the source's own, and words that name none stand in it.

    `page_offset` is added to a printed page to get the page of the file; None where nobody has counted.
    """

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="documents", verbose_name=_("kilde"))
    position = models.PositiveSmallIntegerField(_("rækkefølge"))
    title = models.CharField(_("titel"), max_length=300)
    url = models.URLField(_("link"), max_length=500, blank=True)
    page_offset = models.SmallIntegerField(
        _("sider før side 1"),
        null=True,
        blank=True,
        help_text=_(
            "Så mange sider kommer før den side, der er trykt 1. Så fører links til den rigtige side i en PDF."
        ),
    )

    objects = scoped(models.QuerySet, "publication__municipality")

    class Meta:
        verbose_name = _("dokument")
        verbose_name_plural = _("dokumenter")
        ordering = ["publication", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "position"],
                name="document_position_once",
                violation_error_message=_("To dokumenter har samme plads i rækkefølgen. Giv det ene et andet tal."),
            ),
            models.UniqueConstraint(
                fields=["publication", "title"],
                name="document_title_once",
                violation_error_message=_("To dokumenter har samme titel. Giv det ene en anden."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def at_page(self, pages: str = "") -> str:
        """The document's address, at the first of the printed `pages` where it is a PDF whose pages are counted."""
        printed = re.match(r"\d+", pages)
        is_pdf = urlsplit(self.url).path.lower().endswith(".pdf")
        if printed and is_pdf and self.page_offset is not None:
            page = int(printed[0]) + self.page_offset
            return f"{self.url.partition('#')[0]}#page={max(page, 1)}"
        return self.url
