"""Mail: one function and three templates for each."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from recommendations import tenancy
from recommendations.models import ErrorReport


def error_reported(report: ErrorReport) -> None:
    """Tell the mailbox that there is a report to read; nothing where no mailbox is set.

    Neither its text nor its sender: both are to be forgotten in time, and a mailbox forgets nothing.
    """
    mailbox = tenancy.current().email
    if not mailbox:
        return
    address = tenancy.site_url() + reverse("admin:recommendations_errorreport_change", args=[report.pk])
    _send("error_reported", mailbox, {"report": report, "address": address})


def _send(name: str, to: str, context: dict[str, object]) -> None:
    with translation.override(settings.LANGUAGE_CODE):  # whatever language the page was in that it was sent from
        subject, text, html = (
            render_to_string(f"emails/{name}{end}", context) for end in ("_subject.txt", ".txt", ".html")
        )
    mail = EmailMultiAlternatives(" ".join(subject.split()), text, to=[to])
    mail.attach_alternative(html, "text/html")
    mail.send()
