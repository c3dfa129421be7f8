"""How a mail is written: of a row of the outbox, by the writer of its kind, when it is sent and not before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from recommendations import tenancy
from recommendations.enums import MessageKind
from recommendations.models import OutgoingMessage


@dataclass(frozen=True)
class Written:
    """A mail's subject on one line, its text and its HTML; `headers` beside the usual ones; `reply_to` an address."""

    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)
    reply_to: str = ""


Writer = Callable[[OutgoingMessage], Written | None]
_writers: dict[MessageKind, Writer] = {}


def writer_of(kind: MessageKind) -> Callable[[Writer], Writer]:
    """Decorates what writes this kind of mail. It gives none where there is nothing to say any more."""

    def keep(writer: Writer) -> Writer:
        _writers[kind] = writer
        return writer

    return keep


def write(message: OutgoingMessage) -> Written | None:
    """The mail of a message as it is now; none where there is nothing to say any more. `KeyError`: no writer."""
    return _writers[MessageKind(message.kind)](message)


def written(
    name: str,
    context: Mapping[str, Any],
    *,
    language: str = settings.LANGUAGE_CODE,
    headers: Mapping[str, str] | None = None,
    reply_to: str = "",
) -> Written:
    """By the templates `emails/<name>_subject.txt`, `.txt` and `.html`, in `language`, whatever the page was in."""
    with translation.override(language):
        subject, text, html = (
            render_to_string(f"emails/{name}{end}", dict(context)) for end in ("_subject.txt", ".txt", ".html")
        )
        title = tenancy.marked(" ".join(subject.split()))
    return Written(title, text, html, headers or {}, reply_to)
