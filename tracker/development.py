"""Mail without a mail server, in development only: written to a folder, sent at once, and shown at `/udvikling/mail/`.

So one can click through the whole of it with no more than `script/server`.
"""

from __future__ import annotations

import email
import itertools
import time
from collections.abc import Callable, Sequence
from email import policy
from email.message import EmailMessage, Message
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.core.mail import EmailMessage as Mail
from django.core.mail.backends.base import BaseEmailBackend
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recommendations.sending import send_due

SHOWN = ("Date", "From", "To", "Reply-To", "Subject", "Message-ID", "Auto-Submitted", "List-Unsubscribe")
MOST = 100  # of the newest mails that are listed
_numbers = itertools.count()


class MailToFolder(BaseEmailBackend):
    """Each mail is a file, named so that the newest comes last."""

    def send_messages(self, email_messages: Sequence[Mail]) -> int:
        settings.MAIL_FOLDER.mkdir(parents=True, exist_ok=True)
        for mail in email_messages:
            name = f"{time.time_ns()}-{next(_numbers) % 1000:03}.eml"
            (settings.MAIL_FOLDER / name).write_bytes(mail.message().as_bytes())
        return len(email_messages)


class SendAfterPost:
    """What an act has to tell is sent when its page has been answered, as `manage.py send` would a minute later."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        if f"{MailToFolder.__module__}.{MailToFolder.__name__}" != settings.EMAIL_BACKEND:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and response.status_code < 400:
            send_due()
        return response


# --- The pages --------------------------------------------------------------------------------------------------------


@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """`/udvikling/mail/`: the newest first."""
    files = sorted(settings.MAIL_FOLDER.glob("*.eml"), reverse=True)[:MOST]
    listed = [(file.stem, _read(file)) for file in files]
    found = [(name, one["Date"], one["To"], one["Subject"]) for name, one in listed]
    return render(request, "development/mails.html", {"mails": found, "folder": settings.MAIL_FOLDER})


@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """`/udvikling/mail/<navn>/`: its headers and its text, where addresses are links."""
    found = _read(_file_or_404(name))
    context = {
        "name": name,
        "subject": found["Subject"],
        "headers": [(header, found[header]) for header in SHOWN if found[header]],
        "text": _body(found, "plain"),
    }
    return render(request, "development/mail.html", context)


@require_safe
def mail_as_html(request: HttpRequest, name: str) -> HttpResponse:
    """`…/html/`: as a mail program shows it: no scripts, no forms, and nothing of this site (sandbox)."""
    response = HttpResponse(_body(_read(_file_or_404(name)), "html"))
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _file_or_404(name: str) -> Path:
    file: Path = settings.MAIL_FOLDER / f"{name}.eml"
    if not name.replace("-", "").isdecimal() or not file.is_file():
        raise Http404
    return file


def _read(file: Path) -> Any:
    found: Message = email.message_from_bytes(file.read_bytes(), policy=policy.default)
    return found


def _body(found: EmailMessage, kind: str) -> str:
    part = found.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
