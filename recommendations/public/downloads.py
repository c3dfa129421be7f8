"""Files to fetch: any list as it is filtered, any report, in every format. No login, no cookie, nothing kept."""

from __future__ import annotations

import re
import shlex
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from urllib.parse import quote

from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.formats import number_format
from django.utils.text import slugify
from django.utils.translation import gettext as _

from recommendations import data_version, tenancy
from recommendations.criteria import CRITERIA, PARAMETERS
from recommendations.filters import InitiativesForm, ListForm, RecommendationsForm
from recommendations.models import Event, Municipality
from recommendations.public.asked import Refused, TooLong, chosen
from recommendations.public.budgets import FREE_ROWS, InTurn, Turn, too_many
from recommendations.reports.builders import listed
from recommendations.reports.bulk import LIST_FORMATS, STREAMED, pieces
from recommendations.reports.choices import Choices
from recommendations.reports.columns import list_columns
from recommendations.reports.document import Report
from recommendations.reports.renderers import FORMATS, Format
from recommendations.reports.whole_files import WholeFile, unpacked, unpacked_size
from recommendations.selection import ItemModel, Selection, with_query

MOST_ANEW = 10_000  # lines of another day, which nobody has kept: some seconds of work
MOST_SHEET_ROWS = 1_048_575  # on a sheet of Excel, below its headings
UNPACKS = re.compile(r"\bgzip\b")  # as GZipMiddleware understands it
FLAGS = {one.name for one in CRITERIA if one.is_flag}  # on a command line these have no value
IN_ASCII = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa"})


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
        files = formats_of(reverse(f"{room}_download"), query, LIST_FORMATS)
        return cls(_("Hent listen"), files, f"{reverse('reports')}?{report}")

    @classmethod
    def of_report(cls, selection: Selection) -> Downloads:
        """The whole status report of a source or a committee."""
        query = selection.query_string()
        return cls(_("Hent som rapport"), formats_of(reverse("report"), query), with_query(reverse("reports"), query))


def formats_of(path: str, query: str, formats: Mapping[str, Format] = FORMATS) -> list[tuple[str, str]]:
    """Label and address of each format; `query` is kept before it."""
    return [
        (str(format.label), f"{path}?{query}{'&' if query else ''}format={format.code}") for format in formats.values()
    ]


def format_of(request: HttpRequest, formats: Mapping[str, Format] = FORMATS) -> Format:
    """The format that the address asks for; a 400 that names those there are."""
    code = request.GET.get("format", "")
    if code not in formats:
        raise Refused(
            _("Formatet »%(code)s« findes ikke. Vælg et af disse: %(codes)s.")
            % {"code": code, "codes": ", ".join(formats)}
        )
    return formats[code]


# --- Lists ------------------------------------------------------------------------------------------------------------


def recommendations_download(request: HttpRequest) -> HttpResponseBase:
    """`/anbefalinger/hent/`"""
    return _list(request, RecommendationsForm(request.GET))


def initiatives_download(request: HttpRequest) -> HttpResponseBase:
    """`/initiativer/hent/`"""
    return _list(request, InitiativesForm(request.GET))


def _list(request: HttpRequest, form: ListForm) -> HttpResponseBase:
    format, selection = format_of(request, LIST_FORMATS), chosen(form)
    choices = Choices(selection, models=form.models)
    name = f"{form.model._meta.verbose_name_plural}-{selection.day.isoformat()}"

    def command() -> str:
        return report_command(choices.query(), format)

    if selection.as_of and format.code in STREAMED:
        _require_few(rows_of(selection, form.models), command)
    if format.code in STREAMED and format.most_rows is None:
        return _streamed(request, choices, format, name)
    rows = rows_of(selection, form.models)
    if format.most_rows and rows > format.most_rows and format.code in STREAMED:
        require_size(replace(format, most_rows=MOST_SHEET_ROWS), rows, command)
        return _streamed(request, choices, format, name)
    require_size(format, rows, command, others=_("CSV eller Excel"))
    return in_turn(request, rows, lambda: file_response(listed(choices), format, name))


def _streamed(request: HttpRequest, choices: Choices, format: Format, name: str) -> HttpResponseBase:
    """The list piece by piece, but a short one, that can be kept as pages are, at once. Nothing of it is made for who
    has it already, or asks for the head alone.
    """
    etag = _etag(request, choices)
    if not_modified := get_conditional_response(request, etag=etag):
        return not_modified
    whole = WholeFile(choices, format.code) if WholeFile.is_of(choices) else None
    is_packed = whole is not None and whole.is_packed
    headers = _file_headers(name, format) | {"ETag": etag, "Cache-Control": "no-cache"}
    if is_packed:
        headers["Vary"] = "Accept-Encoding"
    sent_packed = is_packed and bool(UNPACKS.search(request.headers.get("Accept-Encoding", "")))
    if sent_packed:
        headers["Content-Encoding"] = "gzip"
    content: Iterable[bytes] = ()
    if whole and (file := whole.opened()):
        if not is_packed or sent_packed:
            return FileResponse(file, content_type=format.content_type, headers=headers)
        headers["Content-Length"] = str(unpacked_size(file))
        content = unpacked(file)
    elif request.method != "HEAD":
        may_be_kept = whole is None and data_version.asked() is not None
        rows = rows_of(choices.selection, choices.models) if may_be_kept else _up_to(FREE_ROWS + 1, choices)
        turn = Turn.taken(request, rows)
        if turn is None:
            return too_many(request)
        if may_be_kept and rows <= FREE_ROWS:
            indexed = choices.selection.page(choices.models[0], slice(0, rows))
            made = pieces(choices, format.code, indexed)
            return HttpResponse(b"".join(made), content_type=format.content_type, headers=headers)
        made = pieces(choices, format.code)
        content = InTurn(whole.kept(made, sent_packed=sent_packed) if whole else made, turn)
    return StreamingHttpResponse(content, content_type=format.content_type, headers=headers)


def _etag(request: HttpRequest, choices: Choices) -> str:
    """Weak: it is another one whenever anything was done, or is another day; each answer has a moment of its own.

    Of the version that was asked for, as a whole file is: one that is newer than what is sent would stand for too long.
    """
    newest = Event.objects.order_by("-pk").values_list("pk", "at")
    done = (data_version.asked(), data_version.changed_at()) if data_version.asked() is not None else newest.first()
    columns = [getter.column for getter in list_columns(choices.frozen().selection)]
    parts = (tenancy.current().pk, request.get_full_path(), choices.selection.day, done)
    said = [(column.key, column.heading) for column in columns]
    return f'W/"{sha256(repr((parts, said)).encode()).hexdigest()[:32]}"'


def _up_to(most: int, choices: Choices) -> int:
    """How many rows there are, and no more than `most`."""
    return choices.selection.keys(choices.models[0]).order_by()[:most].count()


# --- How much is made while somebody waits ----------------------------------------------------------------------------


def rows_of(selection: Selection, models: tuple[ItemModel, ...]) -> int:
    """How many rows there are of what is asked for: by the index, or where nothing may be kept one query a model."""
    if data_version.asked() is not None:
        return sum(len(selection.hits(model)) for model in models)
    return sum(selection.keys(model).order_by().count() for model in models)


def in_turn(request: HttpRequest, rows: int, make: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """What `make` makes of so many rows; 429 while the same address has another large file made."""
    turn = Turn.taken(request, rows)
    if turn is None:
        return too_many(request)
    with turn:
        return make()


def require_size(format: Format, rows: int, command: Callable[[], str], *, others: str = "") -> None:
    """A 400 that says what to do instead, where a file of so many rows would take too long to make; by what `command`
    says it can be made all the same. `others` are formats of any size.
    """
    if format.most_rows is None or rows <= format.most_rows:
        return
    excel = FORMATS["xlsx"].most_rows
    others = others or (_("CSV eller Excel") if excel is None or rows <= excel else _("CSV"))
    raise TooLong(
        _("Der er %(rows)s rækker. Som %(format)s kan du højst hente %(most)s her.")
        % {"rows": number_format(rows), "format": format.label, "most": number_format(format.most_rows)},
        _("Vælg færre rækker, eller hent dem som %(others)s.") % {"others": others},
        command(),
    )


def _require_few(rows: int, command: Callable[[], str]) -> None:
    """A 400 where more lines of another day are asked for than are made anew while somebody waits."""
    if rows <= MOST_ANEW:
        return
    raise TooLong(
        _("Der er %(rows)s rækker. Fra en anden dag end i dag kan du højst hente %(most)s her.")
        % {"rows": number_format(rows), "most": number_format(MOST_ANEW)},
        _("Vælg færre rækker, eller hent listen, som den er i dag."),
        command(),
    )


def report_command(query: QueryDict, format: Format) -> str:
    """The command that makes the report of what an address asks for in a file, however long it is."""
    words = ["manage.py", "report"]
    if Municipality.objects.count() > 1:
        words += ["--kommune", tenancy.current().slug]
    for name, values in query.lists():
        option = f"--{name.replace('_', '-')}"
        for value in values if name != PARAMETERS["order"] else []:
            words += [option] if name in FLAGS else [option, str(value)]
    return shlex.join([*words, "--format", format.code, "--output", f"rapport.{format.extension}"])


# --- As a file --------------------------------------------------------------------------------------------------------


def file_response(report: Report, format: Format, name: str) -> FileResponse:
    """The report as a file: made on disk, so that a long one takes no memory, and sent with its length."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    format.write(report, file)
    file.seek(0)
    return FileResponse(
        file,
        content_type=format.content_type,
        headers=_file_headers(name, format),
    )


def _file_headers(name: str, format: Format) -> dict[str, str]:
    return {
        "Content-Disposition": sent_as(tenancy.marked(name), f"{format.beside}.{format.extension}"),
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
    }


def sent_as(name: str, ending: str, *, otherwise: str = "rapport") -> str:
    """The value of Content-Disposition for a file to save (RFC 6266): the name in ASCII, and where it has other letters
    also as it is. `ending` is ASCII; `otherwise` is the name where nothing of it can be kept.
    """
    plain, kept = (called or otherwise for called in (plain_name(name), file_name(name)))
    as_it_is = "" if kept == plain else f"; filename*=UTF-8''{quote(kept + ending)}"
    return f'attachment; filename="{plain}{ending}"{as_it_is}'


def file_name(text: str) -> str:
    """A text as the name of a file, without an ending: small letters, figures and hyphens; æ, ø and å as they are."""
    return slugify(unicodedata.normalize("NFC", text), allow_unicode=True)


def plain_name(name: str) -> str:
    """The name as every computer can keep it: æ, ø and å as they are written without them, hyphens for the rest."""
    return slugify(unicodedata.normalize("NFC", name).translate(IN_ASCII))
