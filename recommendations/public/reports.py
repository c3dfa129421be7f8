"""Reports: choose one, read it, fetch it; those that were issued, and whether a file is what was issued."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from recommendations import permissions, signing
from recommendations.models import Committee, IssuedReport, Meeting
from recommendations.models.issued_report import as_code
from recommendations.public.downloads import (
    file_response,
    format_of,
    formats_of,
    in_turn,
    report_command,
    require_size,
    rows_of,
)
from recommendations.public.slots import few_at_once
from recommendations.reports.builders import built
from recommendations.reports.checking import MEGABYTE, Verdict, check_file, largest
from recommendations.reports.choices import Choices, ReportForm
from recommendations.reports.issuing import (
    DamagedReport,
    found,
    is_intact,
    replaced_by,
    report_of,
    seal_of,
    with_previous,
    withheld_from,
)
from recommendations.reports.reading import UnreadableFile
from recommendations.reports.renderers import FORMATS, html
from recommendations.selection import with_query
from recommendations.templatetags.languages import is_danish

OFFERED = [FORMATS[code] for code in ("docx", "pdf", "xlsx")]  # by the form; the others by the report's page
SHOWN = 500  # rows of a report on the page; a longer one is fetched


@dataclass
class IssuedChain:
    """A report, and those that it has replaced, the newest first."""

    newest: IssuedReport
    replaced: list[IssuedReport]


@dataclass
class MeetingReports:
    """What was issued to one meeting; to none where there is none."""

    meeting: Meeting | None
    chains: list[IssuedChain]


def _by_committee() -> list[tuple[Committee | None, list[MeetingReports]]]:
    """The issued reports of each committee by meeting, the newest first; those that were replaced under the newest."""
    every = list(IssuedReport.objects.listed())
    older = {one.replaces_id: one for one in every if one.replaces_id}
    by_key = {one.pk: one for one in every}
    found: dict[Committee | None, dict[Meeting | None, list[IssuedChain]]] = defaultdict(lambda: defaultdict(list))
    for issued in every:
        if issued.pk in older:
            continue  # it stands under the one that replaced it
        chain, under = IssuedChain(issued, []), issued
        while under.replaces_id:
            under = by_key[under.replaces_id]
            chain.replaced.append(under)
        found[issued.committee][issued.meeting].append(chain)
    groups = sorted(found.items(), key=lambda group: (group[0] is None, group[0].sort_name if group[0] else ""))
    return [(committee, _by_meeting(chains)) for committee, chains in groups]


def _by_meeting(chains: dict[Meeting | None, list[IssuedChain]]) -> list[MeetingReports]:
    """Those to meetings first, the newest meeting at the top."""
    made = [MeetingReports(meeting, found) for meeting, found in chains.items()]
    return sorted(made, key=lambda one: one.meeting.on if one.meeting else date.min, reverse=True)


def reports(request: HttpRequest) -> HttpResponse:
    """`/rapporter/`: the form, filled in with what the address carries, and the issued reports by committee."""
    form = ReportForm(request.GET)
    is_valid = form.is_valid()
    context = {"form": form, "groups": _by_committee(), "formats": OFFERED}
    return render(request, "reports/list.html", context, status=HTTPStatus.OK if is_valid else HTTPStatus.BAD_REQUEST)


def _is_made(request: HttpRequest) -> bool:
    """Whether a file is asked for, which takes a second or more of a CPU."""
    return "format" in request.GET


@few_at_once(_is_made)
def report(request: HttpRequest) -> HttpResponseBase:
    """`/rapporter/vis/`: the report that was chosen, to read; or as a file, when the address names a format."""
    form = ReportForm(request.GET)
    if not form.is_valid():
        context = {"form": form, "groups": [], "formats": OFFERED}
        return render(request, "reports/list.html", context, status=HTTPStatus.BAD_REQUEST)
    choices = with_previous(form.report_choices)
    rows = rows_of(choices.selection.replaced(since=None), choices.models)
    if request.GET.get("format"):
        format = format_of(request)
        require_size(format, rows, lambda: report_command(choices.query(), format))
        name = f"{choices.title}-{choices.selection.day.isoformat()}"
        return in_turn(request, rows, lambda: file_response(built(choices), format, name))
    query = choices.query_string()
    return render(
        request,
        "reports/report.html",
        {
            "report": html.body(built(choices), is_marked=not is_danish()) if rows <= SHOWN else "",
            "title": choices.title,
            "rows": rows,
            "downloads": formats_of(request.path, query),
            "change_address": with_query(reverse("reports"), query),
            "issue_address": with_query(reverse("issue_report"), query) if _can_be_issued(request, choices) else "",
        },
    )


def _can_be_issued(request: HttpRequest, choices: Choices) -> bool:
    """By whoever is logged in. By strangers' leave only whether a secretary could: most readers have no session."""
    about = choices.selection.committee_codes
    if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
        is_administrator = permissions.can_administer(request.user)
        return is_administrator or permissions.issuing_committees(request.user, about).exists()
    return permissions.reported_committees(about).exists()


@few_at_once(_is_made)
def issued_report(request: HttpRequest, code: str) -> HttpResponseBase:
    """`/rapporter/<kode>/`: as it was issued, to read or as a file in any format."""
    issued = found(code)
    if issued is None:
        raise Http404(_("Der er ingen udstedt rapport med koden %(code)s.") % {"code": code})
    if issued.code != code:
        address = with_query(issued.get_absolute_url(), request.META.get("QUERY_STRING", ""))
        return redirect(address, permanent=True)
    try:
        made = report_of(issued)
    except DamagedReport as damaged:
        status = HTTPStatus.NOT_FOUND if request.GET.get("format") else HTTPStatus.OK
        return render(request, "reports/damaged.html", {"issued": issued, "damaged": damaged}, status=status)
    rows = sum(len(table.rows) for table in made.tables())
    if request.GET.get("format"):
        format = format_of(request)
        if format.code != "xlsx":  # the longest has no other file that is easy to read
            require_size(format, rows, lambda: report_command(QueryDict(f"kode={issued.code}"), format))
        name = f"{issued.title}-{issued.as_of.isoformat()}-{issued.code}"
        return in_turn(request, rows, lambda: file_response(made, format, name))
    return render(
        request,
        "reports/issued.html",
        {
            "issued": issued,
            "is_intact": is_intact(issued),
            "withheld": withheld_from(issued),
            "replaced": replaced_by(issued),
            "report": html.body(made.beginning(SHOWN), is_marked=not is_danish()),
            "rows": rows,
            "shown": SHOWN,
            "downloads": formats_of(request.path, ""),
        },
    )


def short_report(_request: HttpRequest, code: str) -> HttpResponse:
    """`/r/<kode>`: the address that is printed on each sheet; it leads to the page that checks."""
    return redirect(with_query(reverse("check_report"), urlencode({"kode": as_code(code)})), permanent=True)


@few_at_once(lambda request: request.method == "POST")
@csrf_exempt  # it reads what it is given and changes nothing, and citizens have no cookie to hold a token
def check_report(request: HttpRequest) -> HttpResponse:
    """`/rapporter/kontroller/`: a code by GET, a file by POST. The file is read and forgotten."""
    code = request.GET.get("kode", "").strip()
    context: dict[str, Any] = {"code": code, "issued": None, "verdict": None, "error": "", "largest": largest()}
    status = HTTPStatus.OK
    if request.method == "POST":
        try:
            context["verdict"] = _checked_file(request)
        except UnreadableFile as refusal:
            context["error"], status = str(refusal), HTTPStatus.BAD_REQUEST
    elif code:
        issued = found(code)
        context |= {"issued": issued, "is_intact": issued is not None and is_intact(issued)}
        status = HTTPStatus.OK if issued else HTTPStatus.NOT_FOUND
    shown = context["issued"] or (context["verdict"].issued if context["verdict"] else None)
    context["withheld"] = withheld_from(shown) if shown else []
    context["replaced"] = replaced_by(shown) if shown else None
    context["seal"] = seal = seal_of(shown) if shown else None
    context["is_signed"] = seal is not None and signing.is_signed(seal.statement(), seal.signature, seal.public_key)
    context["public_key"] = signing.public_key()
    return render(request, "reports/check.html", context, status=status)


def _checked_file(request: HttpRequest) -> Verdict:
    """What is known of the file that was sent; UnreadableFile with a sentence where there is none that can be read."""
    most = largest() * MEGABYTE
    is_too_large = int(request.META.get("CONTENT_LENGTH") or 0) > most + 10_000  # around the file stands a little more
    upload = None if is_too_large else request.FILES.get("fil")
    if is_too_large or (upload and (upload.size or 0) > most):
        raise UnreadableFile(_("Filen er for stor. Den må højst være %(most)s MB.") % {"most": largest()})
    if upload is None:
        raise UnreadableFile(_("Der er ikke valgt en fil. Vælg den fil, du vil kontrollere."))
    return check_file(upload.read())
