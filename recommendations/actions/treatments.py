"""That a committee took a source up at a meeting: recorded once, corrected by a new row. It is no answer."""

from __future__ import annotations

from datetime import date
from typing import cast
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import danish, permissions
from recommendations.actions.meetings import note_held, note_not_held
from recommendations.actions.sources import locked
from recommendations.actions.state import checked, done_before, record
from recommendations.actions.turns import in_turn
from recommendations.enums import Act, Nature
from recommendations.lifecycle import Problems, day_problem
from recommendations.models import Committee, Publication, Treatment

SAID = ("meeting_date", "agenda_item", "agenda_url", "proposed")


@in_turn()
def record_treatment(
    *,
    by: User | None,
    publication: Publication,
    committee: Committee,
    meeting_date: date,
    agenda_url: str,
    agenda_item: str = "",
    proposed: str = "",
    request_key: UUID | None = None,
) -> Treatment:
    """Record that a committee had the source on its agenda. The very same again is no new row.

    Nobody (`by` None) reads it from a file that comes with the source; then it is no news.
    """
    if by is not None:
        permissions.check_can_answer_for(by, committee)
    source = locked(publication)
    if (done := done_before(request_key)) and done.treatment:
        return done.treatment
    treatment = Treatment(publication=source, committee=committee, meeting_date=meeting_date, recorded_by=by)
    _say(treatment, agenda_item=agenda_item, agenda_url=agenda_url, proposed=proposed)
    same = Treatment.objects.known().filter(publication=source, committee=committee, meeting_date=meeting_date)
    for stands in same.order_by("pk"):
        if _said(stands) == _said(treatment):
            return stands
    return _record(treatment, request_key)


@in_turn()
def correct_treatment(
    *,
    by: User,
    treatment: Treatment,
    reason: str,
    meeting_date: date,
    agenda_url: str = "",
    agenda_item: str = "",
    proposed: str = "",
    takes_back: bool = False,
    request_key: UUID | None = None,
) -> Treatment:
    """Put what should have been said in the place of a row, or take it back: there was no such meeting.

    The wrong row stays readable, with `reason`.
    """
    permissions.check_can_answer_for(by, treatment.committee)
    source = locked(treatment.publication)
    if (done := done_before(request_key)) and done.treatment:
        return done.treatment
    correction = Treatment(
        publication=source,
        committee=treatment.committee,
        meeting_date=treatment.meeting_date if takes_back else meeting_date,
        corrects=treatment,
        reason=danish.normalised(reason),
        recorded_by=by,
    )
    if not takes_back:
        _say(correction, agenda_item=agenda_item, agenda_url=agenda_url, proposed=proposed)
    return _record(correction, request_key)


def _say(treatment: Treatment, *, agenda_item: str, agenda_url: str, proposed: str) -> None:
    treatment.agenda_item = danish.normalised(agenda_item)
    treatment.agenda_url = agenda_url.strip()
    treatment.proposed = danish.normalised(proposed)


def _said(treatment: Treatment) -> tuple[object, ...]:
    return tuple(getattr(treatment, name) for name in SAID)


def _record(treatment: Treatment, request_key: UUID | None) -> Treatment:
    if problems := _problems(treatment):
        raise ValidationError(problems)
    checked(treatment)
    by, corrects = treatment.recorded_by, cast("Treatment | None", treatment.corrects)
    if treatment.agenda_url:
        note_held(by=by, committee=treatment.committee, on=treatment.meeting_date, known_from=treatment)
    if corrects:
        note_not_held(by=by, committee=corrects.committee, on=corrects.meeting_date, at=treatment.recorded_at)
    record(
        act=Act.TREATMENT_CORRECTED if corrects else Act.TREATMENT_RECORDED,
        nature=Nature.FROM_SOURCE if by is None else Nature.CORRECTION if corrects else Nature.NEWS,
        by=by,
        publication=treatment.publication,
        committee=treatment.committee,
        on=treatment.meeting_date,
        treatment=treatment,
        at=treatment.recorded_at,
        request_key=request_key,
    )
    return treatment


def _problems(treatment: Treatment) -> Problems:
    """What stands in the way of recording it: field name to sentence."""
    problems: Problems = {}
    corrects = cast("Treatment | None", treatment.corrects)
    day, today = treatment.meeting_date, timezone.localdate()
    if day > today:
        problems["meeting_date"] = _("Mødet er ikke holdt endnu. Skriv det ind efter mødet.")
    elif wrong := day_problem(day, source_day=treatment.publication.exists_from, today=today):
        problems["meeting_date"] = wrong
    elif not treatment.committee.exists_on(day):
        problems["committee"] = _("%(committee)s fandtes ikke den %(date)s. Vælg det udvalg, der holdt mødet.") % {
            "committee": treatment.committee.name,
            "date": day.strftime("%d.%m.%Y"),
        }
    if not treatment.agenda_url and not corrects:
        problems["agenda_url"] = _("Skriv linket til dagsordenspunktet, så beslutningen kan læses dér.")
    if corrects and corrects.corrections.exists():
        problems["corrects"] = _("Rækken er allerede rettet. Ret den nyeste udgave.")
    elif corrects and _said(corrects) == _said(treatment):
        problems["meeting_date"] = _("Der er ikke rettet noget. Skriv, hvad der skulle have stået.")
    if corrects and danish.is_blank(treatment.reason):
        problems["reason"] = _("Skriv, hvad der var forkert.")
    return problems
