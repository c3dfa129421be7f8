"""Proofs that the log is what it was: what happened is in the log whose root a report printed."""

from __future__ import annotations

from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from recommendations import event_log, tenancy
from recommendations.models import IssuedReport, LogLeaf
from recommendations.reports.issuing import found, seal_of

MOST = 200  # events of a row that are listed, the newest
LONGEST = 18  # digits of a number that every database can hold


class Refused(Exception):
    """What was asked for cannot be answered: the sentence, and the status."""

    def __init__(self, sentence: str, status: HTTPStatus = HTTPStatus.NOT_FOUND) -> None:
        super().__init__(sentence)
        self.sentence, self.status = sentence, status


def report_proof(request: HttpRequest, code: str) -> JsonResponse:
    """`/rapporter/<kode>/bevis/`: with `?haendelse=<nummer>` the proof that the event was in the log when the report
    was issued (`event_log` says its form). Without, which events there are to ask about, the newest; with
    `?raekke=<kilde>/<nummer>` those about one row.

    Nobody is named. What is refused is {"error": a sentence}.
    """
    try:
        report = found(code)
        if report is None:
            raise Refused(_("Der er ingen udstedt rapport med koden %(code)s.") % {"code": code})
        if not report.tree_root:
            raise Refused(_("Rapporten er udstedt, før loggen blev bevist. Brug en nyere rapport."))
        if number := request.GET.get("haendelse", "").strip():
            answer = _proof(report, number)
        else:
            answer = _events(report, request.GET.get("raekke", "").strip())
    except Refused as refused:
        return _as_json({"error": refused.sentence}, refused.status)
    return _as_json(answer)


def _proof(report: IssuedReport, number: str) -> dict[str, Any]:
    if not (number.isascii() and number.isdecimal() and len(number) <= LONGEST):
        raise Refused(
            _("En hændelse har et nummer, for eksempel 12. Ret det efter ?haendelse=."), HTTPStatus.BAD_REQUEST
        )
    event = event_log.public_events().filter(pk=int(number)).order_by("pk").values_list("pk", flat=True).first()
    if event is None:
        raise Refused(_("Der er ingen offentlig hændelse med nummer %(number)s.") % {"number": number})
    try:
        proved = event_log.inclusion(event, report.tree_size)
    except LookupError as error:
        raise Refused(_later(event)) from error
    return {"format": "anbefalingslog-bevis/1", **asdict(proved), "report": asdict(seal_of(report))}


def _later(event: int) -> str:
    """That the event came after the report; and the first report that has it in its log."""
    number = LogLeaf.objects.filter(event=event).order_by("number").values_list("number", flat=True).first()
    with_it = IssuedReport.objects.filter(tree_size__gt=number) if number is not None else IssuedReport.objects.none()
    code = with_it.order_by("tree_size", "pk").values_list("code", flat=True).first()
    if code is None:
        return _("Hændelsen er nyere end rapporten. Den kan bevises, når der er udstedt en ny rapport.")
    return _("Hændelsen er nyere end rapporten. Brug rapport %(code)s.") % {"code": code}


def _events(report: IssuedReport, row: str) -> dict[str, Any]:
    """The newest public events that the report's log has, about a row where one is given; each with the address of its
    proof."""
    events = event_log.public_events().filter(leaf__number__lt=report.tree_size)
    if row:
        source, _slash, number = row.partition("/")
        if not row.isprintable():
            source = number = ""  # PostgreSQL refuses to look for a NUL
        events = events.filter(item__publication__slug=source, item__number_key=number.casefold())
    listed = list(events.order_by("-pk").values_list("pk", "act", "at", "on")[:MOST])
    if row and not listed:
        raise Refused(_("Loggen har ingen hændelser om den række. Skriv kilde/nummer, som i rækkens adresse."))
    address = tenancy.site_url() + reverse("report_proof", args=[report.code])
    return {
        "format": "anbefalingslog-haendelser/1",
        "report": report.code,
        "events": [
            {"id": pk, "act": act, "at": at, "on": on, "proof": f"{address}?haendelse={pk}"}
            for pk, act, at, on in listed
        ],
    }


def _as_json(answer: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> JsonResponse:
    """Letters as they are, so that what is hashed can be read where it stands."""
    if tenancy.current().is_fictional:
        answer = answer | {"fictional": _("Opdigtet")}
    return JsonResponse(answer, status=status, json_dumps_params={"ensure_ascii": False, "indent": 1})
