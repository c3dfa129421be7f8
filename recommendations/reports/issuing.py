"""Issued reports: made from choices, found by their code, and read back as they were."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from recommendations import actions, tenancy
from recommendations.actions.state import digest, done_before
from recommendations.actions.turns import settled_at
from recommendations.enums import MeetingState
from recommendations.meetings import Calendars
from recommendations.models import Committee, IssuedReport, Meeting, ReportDraft, WithheldPlace, Withholding
from recommendations.models.issued_report import IssuedReportQuerySet, as_code, fingerprint
from recommendations.reports.builders import Progress, built
from recommendations.reports.choices import AgendaPlace, Choices, EarlierReport
from recommendations.reports.document import Report, Seal


@transaction.atomic
def issue(
    choices: Choices,
    *,
    by: User,
    committee: Committee | None,
    replaces: IssuedReport | None = None,
    reason: str = "",
    request_key: UUID | None = None,
    progress: Progress = lambda _sentence: None,
) -> IssuedReport:
    """Make the report that was chosen and freeze it; rows count until now, unless the choices set another moment.

    Its one moment is taken in its transaction, before anything is read: what is being published meanwhile is in it
    whole or not at all, and then it is news the next time.
    """
    if (done := done_before(request_key)) and done.report:
        return done.report
    if choices.selection.known_at is None:
        choices = replace(choices, selection=choices.selection.replaced(known_at=settled_at()))
    choices = with_previous(choices.frozen())
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
        meeting=choices.meeting.meeting if choices.meeting else None,
        replaces=replaces,
        reason=reason,
        request_key=request_key,
    )


def written_for(meeting: Meeting) -> AgendaPlace:
    """What the secretary has written for the report to a meeting, as far as anything is."""
    draft = ReportDraft.objects.filter(meeting=meeting).select_related("meeting__committee").order_by("pk").first()
    return AgendaPlace.of(draft) if draft else AgendaPlace(meeting)


# --- What changes are counted from ------------------------------------------------------------------------------------


def with_previous(choices: Choices) -> Choices:
    """The choices with the report in place that changes are counted from, where one is asked for: by the meeting that
    the report is to, or by the word for the previous one.
    """
    if choices.meeting:
        previous = baseline(choices.meeting.meeting, choices.selection.known_at)
    elif choices.wants_previous:
        previous = _previous(choices)
    else:
        return choices
    since = previous.day if previous else None
    return replace(choices, previous=previous, selection=choices.selection.replaced(since=since))


def baseline(meeting: Meeting, known_at: datetime | None = None) -> EarlierReport | None:
    """The newest report to the last held meeting before `meeting`, of the committee or of one that it took over from;
    by what had been issued and held by `known_at`.

    What was issued to a meeting that was not held, or that was replaced, has never been before the committee.
    """
    calendar = Calendars.of_one(meeting.committee, known_at=known_at).of(meeting.committee_id)
    held = {one.pk: one.on for one in calendar if one.state == MeetingState.HELD and one.on < meeting.on}
    reports = _standing(known_at).filter(meeting__in=list(held)).order_by("pk")
    newest = max(reports, key=lambda one: (held[one.meeting_id or 0], one.issued_at, one.pk), default=None)
    return _earlier(newest)


def _previous(choices: Choices) -> EarlierReport | None:
    """The newest earlier report of the same kind; one to a meeting only where that was held."""
    kind = _kind(choices.kept())
    known_at = choices.selection.known_at
    earlier = _standing(known_at).filter(as_of__lte=choices.selection.day).order_by("-issued_at", "-pk")
    for issued in earlier.iterator():
        if _kind(issued.choices) == kind and _was_before_the_committee(issued, known_at):
            return _earlier(issued)
    return None


def _was_before_the_committee(issued: IssuedReport, known_at: datetime | None) -> bool:
    """Whether it was to no meeting, or to one that was known to be held."""
    if issued.meeting is None:
        return True
    calendars = Calendars.of_one(issued.meeting.committee, known_at=known_at)
    return calendars.as_known(issued.meeting).state == MeetingState.HELD


def _standing(known_at: datetime | None) -> IssuedReportQuerySet:
    """The reports that had been issued by `known_at`, and that no other had replaced by then."""
    found: IssuedReportQuerySet = IssuedReport.objects.standing(known_at)
    return found.select_related("meeting__committee").defer("data")


def _earlier(issued: IssuedReport | None) -> EarlierReport | None:
    if issued is None:
        return None
    return EarlierReport(issued.code, issued.as_of, issued.known_at, issued.meeting.on if issued.meeting else None)


def _kind(chosen: dict[str, list[str]]) -> dict[str, list[str]]:
    """Two reports are of one kind when all is chosen alike but the days, the meeting and how much of it is shown."""
    return {name: sorted(values) for name, values in chosen.items() if name not in ("moede", "afsnit", "hel")}


# --- What was issued --------------------------------------------------------------------------------------------------


def found(code: str) -> IssuedReport | None:
    """The report with a code as somebody has typed it."""
    related = ("committee", "meeting__committee", "replaces")
    with_code = IssuedReport.objects.select_related(*related).filter(code=as_code(code))
    return with_code.order_by("pk").first()


class DamagedReport(Exception):
    """What is kept of an issued report can no longer be read. The message is a sentence for whoever asks for it."""


def data_of(issued: IssuedReport) -> dict[str, Any]:
    """What was issued; `DamagedReport` where that is no report any more."""
    try:
        data: dict[str, Any] = json.loads(issued.data)
        Report.from_data(data, seal_of(issued))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise DamagedReport(
            _(
                "Rapporten %(code)s er gået i stykker hos os: det, der er gemt, kan ikke læses. Den, der driver "
                "systemet, kan hente den fra en sikkerhedskopi."
            )
            % {"code": issued.code}
        ) from error
    return data


def report_of(issued: IssuedReport) -> Report:
    """The report as it was issued, with its seal; and with lines of what has become of it since."""
    report = Report.from_data(data_of(issued), seal_of(issued))
    with translation.override(settings.LANGUAGE_CODE):
        told = [(str(_("Fjernet siden")), withheld_sentence(one)) for one in withheld_from(issued)]
        if newer := replaced_by(issued):
            told.append((str(_("Gælder ikke mere")), replaced_sentence(newer)))
    return replace(report, facts=(*report.facts, *told))


def replaced_by(issued: IssuedReport) -> IssuedReport | None:
    """The report that came in the place of this one."""
    return IssuedReport.objects.listed().filter(replaces=issued).first()


def replaced_sentence(newer: IssuedReport) -> str:
    """What a report says that `newer` came in the place of."""
    return _("Erstattet den %(day)s af rapport %(code)s, fordi %(reason)s") % {
        "day": date_format(timezone.localdate(newer.issued_at)),
        "code": newer.code,
        "reason": f"{newer.why}.",
    }


def withheld_from(issued: IssuedReport) -> list[Withholding]:
    """What the law has taken out of an issued report, the oldest first."""
    places = WithheldPlace.objects.filter(table_name=IssuedReport._meta.db_table, row_id=issued.pk)
    return list(Withholding.objects.filter(pk__in=places.order_by().values("withholding")).order_by("number"))


def withheld_sentence(withholding: Withholding) -> str:
    return _(
        "Dele er fjernet den %(day)s, fordi %(reason)s. Fingeraftrykket er det, rapporten fik, da den blev udstedt."
    ) % {"day": withholding.day, "reason": withholding.reason}


def seal_of(issued: IssuedReport) -> Seal:
    """What proves it, as it was frozen when it was issued."""
    with translation.override(settings.LANGUAGE_CODE):  # the address is part of every file, whoever fetches it
        address = tenancy.site_url() + reverse("short_report", args=[issued.code])
    return Seal(
        code=issued.code,
        fingerprint=issued.fingerprint,
        check_address=address,
        issued_at=issued.issued_at_utc,
        tree_size=issued.tree_size,
        tree_root=issued.tree_root,
        public_key=issued.public_key,
        signature=issued.signature,
    )


def is_intact(issued: IssuedReport) -> bool:
    """Whether the data still have the fingerprint that was taken of them, or are as a withholding has left them."""
    if fingerprint(issued.data) == issued.fingerprint:
        return True
    places = WithheldPlace.objects.filter(table_name=IssuedReport._meta.db_table, row_id=issued.pk)
    last = places.order_by("-pk").values_list("row_digest", flat=True).first()
    return last == digest(IssuedReport.objects.get(pk=issued.pk))
