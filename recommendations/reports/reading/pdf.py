"""What a PDF file says, whoever made it: the text of each page. PDFium reads it, in a process of its own."""

from __future__ import annotations

from django.utils.translation import gettext as _

from recommendations import apart
from recommendations.reports.reading.attachments import attached_files
from recommendations.reports.reading.found import FileSays, FoundPage, UnreadableFile
from recommendations.reports.reading.package import bursting_package

READER = "recommendations.reports.reading.pdf_text:pdf_text"
BOUNDS = apart.Bounds(memory=150 * apart.MEGABYTE, seconds=5)


def read_pdf(content: bytes) -> FileSays:
    """Pages in their order; addresses of links and what the file says of itself are unseen."""
    try:
        told = apart.told(READER, content, BOUNDS)
    except apart.Fallen as fallen:
        if fallen.is_spent:
            raise bursting_package() from fallen
        told = {"fault": "broken"}
    if fault := told.get("fault"):
        raise UnreadableFile(_faults()[fault])
    says = FileSays("pdf", [FoundPage(text) for text in told["pages"]], unseen=told["unseen"])
    says.carried = next((one for one in attached_files(content) if b"anbefalingsrapport/" in one[:200]), b"")
    return says


def _faults() -> dict[str, str]:
    return {
        "locked": _("PDF-filen er låst med en adgangskode. Gem den uden, og kontrollér den igen."),
        "broken": _(
            "PDF-filen kan ikke læses; den er måske gået i stykker. Hent den igen, hvor du fik den, og kontrollér den "
            "nye."
        ),
        "long": _("PDF-filen har over 2.000 sider. Så lang er ingen rapport herfra. Den er ikke læst."),
    }
