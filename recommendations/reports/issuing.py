"""Issued reports: made from choices, found by their code, and read back as they were."""

from __future__ import annotations

import json
from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from recommendations import actions, tenancy
from recommendations.actions.state import digest
from recommendations.models import Committee, IssuedReport, WithheldPlace, Withholding
from recommendations.models.issued_report import as_code, fingerprint
from recommendations.reports.builders import Progress, built
from recommendations.reports.choices import Choices, EarlierReport
from recommendations.reports.document import Report, Seal


def issue(
    choices: Choices,
    *,
    by: User,
    committee: Committee | None,
    request_key: UUID | None = None,
    progress: Progress = lambda _sentence: None,
) -> IssuedReport:
    """Make the report that was chosen and freeze it; rows count until now, unless the choices set another moment."""
    choices = with_previous(choices).frozen()
    report = built(choices, progress=progress)
    selection = choices.selection
    assert selection.known_at is not None  # as frozen
    return actions.issue_report(
        by=by,
        committee=committee,
        title=report.title,
        choices=choices.kept(),
        as_of=selection.day,
        since=selection.since,
        known_at=selection.known_at,
        data=report.canonical(),
        request_key=request_key,
    )


def with_previous(choices: Choices) -> Choices:
    """The choices with the previous report in place, where that is what is asked for."""
    if not choices.wants_previous:
        return choices
    previous = _previous(choices)
    since = previous.day if previous else None
    return replace(choices, previous=previous, selection=choices.selection.replaced(since=since))


def _previous(choices: Choices) -> EarlierReport | None:
    """The newest earlier report of the same kind."""
    kind = _kind(choices.kept())
    earlier = IssuedReport.objects.filter(as_of__lte=choices.selection.day).order_by("-issued_at", "-pk")
    if choices.selection.known_at:
        earlier = earlier.filter(issued_at__lt=choices.selection.known_at)
    for chosen, code, as_of, known_at in earlier.values_list("choices", "code", "as_of", "known_at").iterator():
        if _kind(chosen) == kind:
            return EarlierReport(code, as_of, known_at)
    return None


def _kind(chosen: dict[str, list[str]]) -> dict[str, list[str]]:
    """Two reports are of one kind when all is chosen alike but the days, the meeting and which sections are shown."""
    return {name: sorted(values) for name, values in chosen.items() if name not in ("moede", "afsnit")}


def found(code: str) -> IssuedReport | None:
    """The report with a code as somebody has typed it."""
    with_code = IssuedReport.objects.select_related("committee").filter(code=as_code(code))
    return with_code.order_by("pk").first()


def report_of(issued: IssuedReport) -> Report:
    """The report as it was issued, with its seal; and with a line that says so where something was taken out since."""
    report = Report.from_data(json.loads(issued.data), seal_of(issued))
    with translation.override(settings.LANGUAGE_CODE):
        told = tuple((str(_("Fjernet siden")), withheld_sentence(one)) for one in withheld_from(issued))
    return replace(report, facts=report.facts + told)


def withheld_from(issued: IssuedReport) -> list[Withholding]:
    """What the law has taken out of an issued report, the oldest first."""
    places = WithheldPlace.objects.filter(table_name=IssuedReport._meta.db_table, row_id=issued.pk)
    return list(Withholding.objects.filter(pk__in=places.order_by().values("withholding")).order_by("number"))


def withheld_sentence(withholding: Withholding) -> str:
    return _(
        "Dele er fjernet den %(day)s, fordi %(reason)s. Fingeraftrykket er det, rapporten fik, da den blev udstedt."
    ) % {"day": withholding.day, "reason": withholding.reason}


def seal_of(issued: IssuedReport) -> Seal:
    with translation.override(settings.LANGUAGE_CODE):  # the address is part of every file, whoever fetches it
        address = f"{tenancy.site_url()}{reverse('check_report')}?kode={issued.code}"
    return Seal(issued.code, issued.fingerprint, address)


def is_intact(issued: IssuedReport) -> bool:
    """Whether the data still have the fingerprint that was taken of them, or are as a withholding has left them."""
    if fingerprint(issued.data) == issued.fingerprint:
        return True
    places = WithheldPlace.objects.filter(table_name=IssuedReport._meta.db_table, row_id=issued.pk)
    last = places.order_by("-pk").values_list("row_digest", flat=True).first()
    return last == digest(IssuedReport.objects.get(pk=issued.pk))
