"""The formats that a report is given out in: what each is called, and the module that writes it.

Each module here has `write(report, stream)`, which writes the whole file to a binary stream and does not close it. A
renderer is imported when its format is asked for: libraries for file formats are slow to load.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO

from django.utils.translation import gettext_lazy as _

from recommendations.reports.document import Report

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Format:
    """`code` stands in addresses and on the command line; `label` is what people choose, as in "Hent som …"; `beside`
    stands in the name of a file after the report's, where two formats have one extension.
    """

    code: str
    label: StrOrPromise
    content_type: str
    extension: str
    module: str
    beside: str = ""
    most_rows: int | None = None  # more take too long, or too much memory, to be made while somebody waits

    def write(self, report: Report, stream: BinaryIO) -> None:
        """Write `report` in this format to `stream`, from where it stands."""
        import_module(f"{__name__}.{self.module}").write(report, stream)


# Of more rows nobody makes a document while somebody waits: Excel needs 3 ms for each, and typst, in a process of its
# own, a megabyte. `manage.py report` makes any size.
MOST_ROWS = 300
MOST_EXCEL_ROWS = 1000
MOST_ON_A_PAGE = 10_000  # of a web page, which is made whole too
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# In the order in which people are offered them.
FORMATS: dict[str, Format] = {
    made.code: made
    for made in (
        Format("docx", _("Word"), _WORD, "docx", "docx", most_rows=MOST_ROWS),
        Format("pdf", _("PDF"), "application/pdf", "pdf", "pdf", most_rows=MOST_ROWS),
        Format("xlsx", _("Excel"), _EXCEL, "xlsx", "xlsx", most_rows=MOST_EXCEL_ROWS),
        Format("csv-excel", _("CSV til dansk Excel"), "text/csv; charset=utf-8", "csv", "csv_excel", "-til-excel"),
        Format("csv", _("CSV til andre programmer"), "text/csv; charset=utf-8", "csv", "csv"),
        Format("json", _("JSON"), "application/json", "json", "json"),
        Format("html", _("Webside"), "text/html; charset=utf-8", "html", "html", most_rows=MOST_ON_A_PAGE),
    )
}
