"""Files to fetch: any list as it is filtered, any report, in every format. No login, no cookie, nothing kept."""

from __future__ import annotations

import tempfile
import unicodedata
from dataclasses import dataclass

from django.http import FileResponse, HttpRequest
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.text import slugify
from django.utils.translation import gettext as _

from recommendations import tenancy
from recommendations.figures import status_totals
from recommendations.filters import InitiativesForm, ListForm, RecommendationsForm
from recommendations.public.asked import Refused, chosen
from recommendations.reports.builders import listed, table_of
from recommendations.reports.choices import Choices
from recommendations.reports.document import Report
from recommendations.reports.renderers import FORMATS, Format
from recommendations.selection import ItemModel, Selection, with_query

IN_ASCII = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa"})
ONE_TABLE = {"csv", "csv-excel"}  # in these a list is its rows and nothing else


@dataclass(frozen=True)
class Downloads:
    """What can be fetched here: (label, address) for each format, and where a report can be made of the same."""

    title: str
    files: list[tuple[str, str]]
    report: str = ""

    @classmethod
    def of(cls, room: str, selection: Selection) -> Downloads:
        """The list of a room ("recommendations" or "initiatives") as it is filtered."""
        kind = {"recommendations": "anbefalinger", "initiatives": "initiativer"}[room]
        query = selection.query_string()
        report = "&".join(filter(None, [selection.query_string(order=Selection.order), f"hvad={kind}"]))
        return cls(_("Hent listen"), formats_of(reverse(f"{room}_download"), query), f"{reverse('reports')}?{report}")

    @classmethod
    def of_report(cls, selection: Selection) -> Downloads:
        """The whole status report of a source or a committee."""
        query = selection.query_string()
        return cls(_("Hent som rapport"), formats_of(reverse("report"), query), with_query(reverse("reports"), query))


def formats_of(path: str, query: str) -> list[tuple[str, str]]:
    """Label and address of each format; `query` is kept before it."""
    return [
        (str(format.label), f"{path}?{query}{'&' if query else ''}format={format.code}") for format in FORMATS.values()
    ]


def format_of(request: HttpRequest) -> Format:
    """The format that the address asks for; a 400 that names those there are."""
    code = request.GET.get("format", "")
    if code not in FORMATS:
        raise Refused(
            _("Formatet »%(code)s« findes ikke. Vælg et af disse: %(codes)s.")
            % {"code": code, "codes": ", ".join(FORMATS)}
        )
    return FORMATS[code]


def recommendations_download(request: HttpRequest) -> FileResponse:
    """`/anbefalinger/hent/`"""
    return _list(request, RecommendationsForm(request.GET))


def initiatives_download(request: HttpRequest) -> FileResponse:
    """`/initiativer/hent/`"""
    return _list(request, InitiativesForm(request.GET))


def _list(request: HttpRequest, form: ListForm) -> FileResponse:
    format, selection = format_of(request), chosen(form)
    require_size(format, rows_of(selection, form.models))
    report = listed(Choices(selection, models=form.models))
    name = f"{form.model._meta.verbose_name_plural}-{selection.day.isoformat()}"
    return file_response(table_of(report) if format.code in ONE_TABLE else report, format, name)


def rows_of(selection: Selection, models: tuple[ItemModel, ...]) -> int:
    """How many rows there are of what is asked for: one query for each model."""
    return sum(status_totals(items, selection.day)[None].listed for items in selection.items(models))


def require_size(format: Format, rows: int) -> None:
    """A 400 that says what to do instead, where a file of so many rows would take too long to make."""
    if format.most_rows and rows > format.most_rows:
        raise Refused(
            _(
                "Der er %(rows)s rækker. Som %(format)s kan højst %(most)s hentes her. Vælg færre rækker, hent dem som "
                "CSV, eller bed den, der driver siden, om at køre »manage.py report«."
            )
            % {"rows": number_format(rows), "format": format.label, "most": number_format(format.most_rows)}
        )


def file_response(report: Report, format: Format, name: str) -> FileResponse:
    """The report as a file: made on disk, so that a long one takes no memory, and sent with its length."""
    beside = format.code.removeprefix(format.extension)  # the two kinds of CSV have names of their own
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    format.write(report, file)
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{file_name(tenancy.marked(name)) or 'rapport'}{beside}.{format.extension}",
        content_type=format.content_type,
        headers={"X-Content-Type-Options": "nosniff", "X-Robots-Tag": "noindex"},
    )


LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


def file_name(text: str) -> str:
    """A text as the name of a file that every system can keep, without an ending: æ, ø and å in two letters each."""
    return slugify(unicodedata.normalize("NFC", text).lower().translate(LETTERS))


def plain_name(name: str) -> str:
    """The name as every computer can keep it: æ, ø and å as they are written without them, hyphens for the rest."""
    return slugify(name.translate(IN_ASCII))
