"""Giving out a report: what was chosen and what it said, frozen under a code."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from recommendations import danish, permissions, signing, tenancy
from recommendations.actions.event_log import grow_log
from recommendations.actions.state import checked, done_before, record
from recommendations.actions.turns import in_turn
from recommendations.enums import Act, MeetingState
from recommendations.lifecycle import Problems
from recommendations.models import Committee, IssuedReport, Lineage, Meeting, recorded
from recommendations.models.issued_report import CODE_LETTERS, fingerprint


@in_turn()
def issue_report(
    *,
    by: User,
    committee: Committee | None,
    title: str,
    choices: dict[str, Any],
    as_of: date,
    since: date | None,
    known_at: datetime,
    data: str,
    meeting: Meeting | None = None,
    replaces: IssuedReport | None = None,
    reason: str = "",
    request_key: UUID | None = None,
) -> IssuedReport:
    """Freeze `data`, the canonical text of a report, in the name of `committee`; of none only by an administrator.

    `choices` are what the address of the report would carry, name to list of values; those under "udvalg" are the
    committees that it is about. One to a `meeting` is its committee's own, and the only one; unless it `replaces` the
    one that was, and says why (`reason`). It is sealed with how long the log was, and signed.
    """
    permissions.check_can_issue_reports(by, committee, choices.get("udvalg", ()))
    if (done := done_before(request_key)) and done.report:
        return done.report
    if meeting is not None:
        meeting = Meeting.objects.select_for_update(of=("self",)).select_related("committee").get(pk=meeting.pk)
    reason = danish.normalised(reason) if replaces else ""
    if problems := _problems(committee, meeting, replaces, reason):
        raise ValidationError(problems)
    head = grow_log()
    issued = IssuedReport(
        municipality=tenancy.current(),
        code=new_code(),
        title=title,
        committee=committee,
        meeting=meeting,
        replaces=replaces,
        reason=reason,
        choices=choices,
        as_of=as_of,
        since=since,
        known_at=known_at,
        data=data,
        fingerprint=fingerprint(data),
        tree_size=head.size,
        tree_root=head.root,
        public_key=signing.public_key(),
        issued_at=recorded.now(),
        issued_by=by,
    )
    issued.signature = signing.sign(
        signing.statement(issued.code, issued.fingerprint, issued.issued_at_utc, head.size, head.root)
    )
    checked(issued)
    record(
        act=Act.REPORT_REPLACED if replaces else Act.REPORT_ISSUED,
        by=by,
        committee=committee,
        on=as_of,
        before=replaces.code if replaces else "",
        after=issued.code,
        report=issued,
        meeting=meeting,
        at=issued.issued_at,
        request_key=request_key,
    )
    return issued


def _problems(
    committee: Committee | None, meeting: Meeting | None, replaces: IssuedReport | None, reason: str
) -> Problems:
    """What stands in the way of issuing: field name to sentence."""
    problems: Problems = {}
    if meeting is not None:
        line = Lineage.load().with_successors(meeting.committee_id)
        stands = IssuedReport.objects.to(meeting)
        if meeting.state == MeetingState.CANCELLED:
            problems["meeting"] = _("Mødet er aflyst. Udsted rapporten til et møde, der bliver holdt.")
        elif committee is None or committee.pk not in line:
            problems["committee"] = _("En rapport til et møde udstedes af det udvalg, der holder mødet.")
        elif stands and replaces != stands:
            problems["replaces"] = _(
                "Der er udstedt en rapport til mødet: %(code)s. Den nye kan kun erstatte den. Skriv, hvorfor."
            ) % {"code": stands.code}
    if replaces is not None:
        if replaces.meeting_id != (meeting.pk if meeting else None) or replaces.committee != committee:
            problems["replaces"] = _("En rapport kan kun erstatte en fra det samme udvalg til det samme møde.")
        elif newer := IssuedReport.objects.filter(replaces=replaces).order_by("pk").first():
            problems["replaces"] = _("Rapport %(old)s er allerede erstattet af %(new)s. Erstat den nye.") % {
                "old": replaces.code,
                "new": newer.code,
            }
        if danish.is_blank(reason):
            problems["reason"] = _("Skriv, hvorfor rapporten erstattes. Det vises for borgerne.")
    return problems


def new_code() -> str:
    """A code that is not taken yet, of 40 random bits: nobody finds one by trying."""
    while True:
        letters = "".join(secrets.choice(CODE_LETTERS) for _place in range(8))
        code = f"{letters[:4]}-{letters[4:]}"
        if not IssuedReport.objects.filter(code=code).exists():
            return code
