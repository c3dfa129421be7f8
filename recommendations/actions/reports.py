"""Giving out a report: what was chosen and what it said, frozen under a code."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction

from recommendations import permissions, tenancy
from recommendations.actions.state import checked, done_before, record
from recommendations.enums import Act
from recommendations.models import Committee, IssuedReport
from recommendations.models.issued_report import CODE_LETTERS, fingerprint


@transaction.atomic
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
    request_key: UUID | None = None,
) -> IssuedReport:
    """Freeze `data`, the canonical text of a report, in the name of `committee`; of none only by an administrator.

    `choices` are what the address of the report would carry, name to list of values; those under "udvalg" are the
    committees that it is about.
    """
    permissions.check_can_issue_reports(by, committee, choices.get("udvalg", ()))
    if (done := done_before(request_key)) and done.report:
        return done.report
    issued = IssuedReport(
        municipality=tenancy.current(),
        code=new_code(),
        title=title,
        committee=committee,
        choices=choices,
        as_of=as_of,
        since=since,
        known_at=known_at,
        data=data,
        fingerprint=fingerprint(data),
        issued_by=by,
    )
    checked(issued)
    record(
        act=Act.REPORT_ISSUED,
        by=by,
        committee=committee,
        on=as_of,
        after=issued.code,
        report=issued,
        at=issued.issued_at,
        request_key=request_key,
    )
    return issued


def new_code() -> str:
    """A code that is not taken yet, of 40 random bits: nobody finds one by trying."""
    while True:
        letters = "".join(secrets.choice(CODE_LETTERS) for _place in range(8))
        code = f"{letters[:4]}-{letters[4:]}"
        if not IssuedReport.objects.filter(code=code).exists():
            return code
