"""Reports of errors: sent by anybody, handled by those who cover what they are about."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import notifications, permissions
from recommendations.models import ErrorReport, TrackedItem, for_item


@transaction.atomic
def report_error(*, text: str, where: str = "", email: str = "", item: TrackedItem | None = None) -> ErrorReport:
    """Keep what somebody has told; the mailbox is told of it afterwards. The one action without `by`: anybody may."""
    report = ErrorReport(text=text.strip(), where=where.strip(), email=email, **(for_item(item) if item else {}))
    report.full_clean()
    report.save()
    # A mail server that is down must not make the sender believe that nothing was kept.
    transaction.on_commit(lambda: notifications.error_reported(report), robust=True)
    return report


@transaction.atomic
def handle_error_report(*, by: User, report: ErrorReport, note: str) -> ErrorReport:
    """Mark a report as handled, say what was done, and forget who sent it."""
    report = ErrorReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if not permissions.can_handle_report(by, report):
        raise PermissionDenied(_("Fejlmeldingen handler ikke om noget, dit udvalg ejer."))
    if report.handled_at:
        raise ValidationError(_("Fejlmeldingen er allerede behandlet. Genindlæs siden for at se hvordan."))
    if not note.strip():
        raise ValidationError({"note": _("Skriv, hvad der blev gjort, eller hvorfor der ikke skal gøres noget.")})
    report.handled_at, report.handled_by, report.note, report.email = timezone.now(), by, note.strip(), ""
    report.save()
    return report
