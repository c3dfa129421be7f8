"""Reports: choose one, read it, fetch it; those that were issued, and whether a file is what was issued."""

from __future__ import annotations

from collections import defaultdict
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from recommendations import permissions
from recommendations.models import Committee, IssuedReport
from recommendations.public.downloads import file_response, format_of, formats_of, require_size, rows_of
from recommendations.reports.builders import built
from recommendations.reports.checking import TooLarge, check_file, largest
from recommendations.reports.choices import Choices, ReportForm
from recommendations.reports.issuing import found, is_intact, report_of, with_previous, withheld_from
from recommendations.reports.renderers import FORMATS, html
from recommendations.selection import with_query
from recommendations.templatetags.languages import is_danish

OFFERED = [FORMATS[code] for code in ("docx", "pdf", "xlsx")]  # by the form; the others by the report's page
SHOWN = 500  # rows of a report on the page; a longer one is fetched


def reports(request: HttpRequest) -> HttpResponse:
    """`/rapporter/`: the form, filled in with what the address carries, and the issued reports by committee."""
    form = ReportForm(request.GET)
    is_valid = form.is_valid()
    by_committee: dict[Committee | None, list[IssuedReport]] = defaultdict(list)
    for issued in IssuedReport.objects.listed():
        by_committee[issued.committee].append(issued)
    groups = sorted(by_committee.items(), key=lambda group: (group[0] is None, group[0].sort_name if group[0] else ""))
    context = {"form": form, "groups": groups, "formats": OFFERED}
    return render(request, "reports/list.html", context, status=HTTPStatus.OK if is_valid else HTTPStatus.BAD_REQUEST)


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
        require_size(format, rows)
        return file_response(built(choices), format, f"{choices.title}-{choices.selection.day.isoformat()}")
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


def issued_report(request: HttpRequest, code: str) -> HttpResponseBase:
    """`/rapporter/<kode>/`: as it was issued, to read or as a file in any format."""
    issued = found(code)
    if issued is None:
        raise Http404(_("Der er ingen udstedt rapport med koden %(code)s.") % {"code": code})
    if issued.code != code:
        address = with_query(issued.get_absolute_url(), request.META.get("QUERY_STRING", ""))
        return redirect(address, permanent=True)
    made = report_of(issued)
    rows = sum(len(table.rows) for table in made.tables())
    if request.GET.get("format"):
        format = format_of(request)
        require_size(format, rows)
        return file_response(made, format, f"{issued.title}-{issued.as_of.isoformat()}-{issued.code}")
    return render(
        request,
        "reports/issued.html",
        {
            "issued": issued,
            "is_intact": is_intact(issued),
            "withheld": withheld_from(issued),
            "report": html.body(made, is_marked=not is_danish()) if rows <= SHOWN else "",
            "rows": rows,
            "downloads": formats_of(request.path, ""),
        },
    )


@csrf_exempt  # it reads what it is given and changes nothing, and citizens have no cookie to hold a token
def check_report(request: HttpRequest) -> HttpResponse:
    """`/rapporter/kontroller/`: a code by GET, a file by POST. The file is read and forgotten."""
    code = request.GET.get("kode", "").strip()
    context: dict[str, Any] = {"code": code, "issued": None, "verdict": None, "error": "", "largest": largest()}
    status = HTTPStatus.OK
    if request.method == "POST":
        try:
            if int(request.META.get("CONTENT_LENGTH") or 0) > largest() * 1024 * 1024 + 10_000:
                raise TooLarge
            upload = request.FILES.get("fil")
            if upload is None:
                context["error"] = _("Der er ikke valgt en fil. Vælg den fil, du vil kontrollere.")
            else:
                context["verdict"] = check_file(upload)
        except TooLarge:
            context["error"] = _("Filen er for stor. Den må højst være %(most)s MB.") % {"most": largest()}
        status = HTTPStatus.BAD_REQUEST if context["error"] else HTTPStatus.OK
    elif code:
        issued = found(code)
        context |= {"issued": issued, "is_intact": issued is not None and is_intact(issued)}
        status = HTTPStatus.OK if issued else HTTPStatus.NOT_FOUND
    shown = context["issued"] or (context["verdict"].issued if context["verdict"] else None)
    context["withheld"] = withheld_from(shown) if shown else []
    return render(request, "reports/check.html", context, status=status)
