"""Reports of errors: sent by anybody, handled by those who cover what they are about."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import danish, permissions, tenancy
from recommendations.actions.state import checked, done_before, record
from recommendations.actions.turns import in_turn
from recommendations.enums import Act
from recommendations.models import ErrorReport, Item


@in_turn()
def report_error(*, text: str, where: str = "", email: str = "", item: Item | None = None) -> ErrorReport:
    """Keep what somebody has told; the mailbox is told of it afterwards. Without `by`: anybody may.

    Told twice it is there once, while nobody has handled it.
    """
    told = {"text": danish.normalised(text), "where": where.strip(), "email": email, "item": item}
    if found := ErrorReport.objects.open().filter(**told).order_by("sent_at", "pk").first():
        return found
    report = ErrorReport(municipality=tenancy.current(), **told)
    checked(report)
    record(act=Act.ERROR_REPORTED, by=None, item=item, details={"report_key": ["", str(report.pk)]})
    return report


@in_turn()
def handle_error_report(*, by: User, report: ErrorReport, note: str, request_key: UUID | None = None) -> ErrorReport:
    """Mark a report as handled, say what was done, and forget who sent it."""
    report = ErrorReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    permissions.check_can_handle_report(by, report)
    if done_before(request_key):
        return report
    if report.handled_at:
        raise ValidationError(_("Fejlmeldingen er allerede behandlet. Genindlæs siden for at se hvordan."))
    if danish.is_blank(note):
        raise ValidationError({"note": _("Skriv, hvad der blev gjort, eller hvorfor der ikke skal gøres noget.")})
    report.handled_at, report.handled_by, report.note, report.email = timezone.now(), by, danish.normalised(note), ""
    report.save()
    record(
        act=Act.ERROR_HANDLED,
        by=by,
        item=report.item,
        details={"note": ["", report.note]},
        request_key=request_key,
    )
    return report
