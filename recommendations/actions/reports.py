"""Giving out a report: what was chosen and what it said, frozen under a code."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from recommendations import permissions
from recommendations.models import Committee, IssuedReport
from recommendations.models.issued_report import CODE_LETTERS


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
) -> IssuedReport:
    """Freeze `data`, the canonical text of a report, in the name of `committee`; of none only by an administrator.

    `choices` are what the address of the report would carry, name to list of values; those under "udvalg" are the
    committees that it is about.
    """
    if committee is None:
        if not permissions.can_reorganise(by):
            raise PermissionDenied(_("Vælg det udvalg, rapporten udstedes af."))
    elif not permissions.can_issue_reports(by, committee, choices.get("udvalg", ())):
        raise PermissionDenied(
            _("Kun en udvalgssekretær for %(committee)s kan udstede en rapport for udvalget, og kun om udvalget selv.")
            % {"committee": committee.name}
        )
    issued = IssuedReport(
        code=new_code(),
        title=title,
        committee=committee,
        choices=choices,
        as_of=as_of,
        since=since,
        known_at=known_at,
        data=data,
        fingerprint=hashlib.sha256(data.encode()).hexdigest(),
        issued_by=by,
    )
    issued.full_clean()
    issued.save()
    return issued


def new_code() -> str:
    """A code that is not taken yet, of 40 random bits: nobody finds one by trying."""
    while True:
        letters = "".join(secrets.choice(CODE_LETTERS) for _place in range(8))
        code = f"{letters[:4]}-{letters[4:]}"
        if not IssuedReport.objects.filter(code=code).exists():
            return code
