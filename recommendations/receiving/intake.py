"""One mail that came in: to which question, in which municipality, and on to the action that makes it a draft."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from recommendations import tenancy, uploads
from recommendations.actions import EvidenceContent, ReplyContent, is_from_the_asked, take_reply
from recommendations.forms.evidence import called
from recommendations.models import MailReply, OutgoingMessage
from recommendations.receiving.mails import Mail, MailFile, read_mail


def take_mail(content: bytes, is_whole: bool = True) -> MailReply | None:
    """What became of a mail; none where it answers no message of ours. Safe to ask twice (idempotent)."""
    mail = read_mail(content, is_whole=is_whole)
    message = _answered(mail)
    if message is None:
        return None
    with tenancy.active(message.municipality):
        looked_at = not mail.is_automatic and is_from_the_asked(message, mail.senders)
        evidence, notes = _looked_at(mail) if looked_at else ([], [])
        reply = ReplyContent(
            digest=mail.digest,
            senders=mail.senders,
            headers=mail.headers,
            message_id=mail.message_id,
            text=mail.text,
            whole_text=mail.whole_text,
            evidence=evidence,
            notes=notes,
            is_automatic=mail.is_automatic,
            is_whole=is_whole,
        )
        return take_reply(message=message, content=reply)


def _answered(mail: Mail) -> OutgoingMessage | None:
    """The message that the mail answers, whichever municipality sent it: its key is not to be guessed."""
    with scopes_disabled():
        messages = OutgoingMessage.objects.select_related("municipality", "person", "committee", "item__publication")
        found = {one.key: one for one in messages.filter(key__in=[UUID(key) for key in mail.keys]).order_by("pk")}
    return next((found[UUID(key)] for key in mail.keys if UUID(key) in found), None)


def _looked_at(mail: Mail) -> tuple[list[EvidenceContent], list[str]]:
    """The files that can be kept, as evidence that somebody is to look at; and what is to be known of all the rest."""
    evidence, notes = [], []
    for file in mail.files:
        try:
            evidence.append(_kept(file))
        except ValidationError as refused:
            notes += refused.messages
    if mail.left_out:
        notes.append(_("Ikke taget med fra mailen: %(names)s.") % {"names": ", ".join(mail.left_out)})
    if mail.failed:
        failed = ", ".join(name.upper() for name in mail.failed)
        notes.append(
            _("Afsenderen kan være falsk: postserveren siger, at %(checks)s ikke passer. Spørg vedkommende.")
            % {"checks": failed}
        )
    return evidence, notes


def _kept(file: MailFile) -> EvidenceContent:
    """The file cleaned as one from a form is. What it shows is for somebody to say: so far it mentions the matter."""
    upload = uploads.accepted(SimpleUploadedFile(file.name, file.content), most_bytes=settings.EVIDENCE_MAX_BYTES)
    return EvidenceContent(title=called("", upload), file=upload)
