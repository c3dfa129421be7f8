"""The letter that asks a committee for its answers."""

from __future__ import annotations

from recommendations.enums import MessageKind, RequestStep
from recommendations.models import AnswerRequest, OutgoingMessage
from recommendations.notifications.writing import Written, writer_of, written


@writer_of(MessageKind.ANSWER_REQUESTED)
def answer_requested(message: OutgoingMessage) -> Written | None:
    """The letter as it was fixed, and as whoever sent it read it."""
    letters = AnswerRequest.objects.filter(step=RequestStep.LETTER).select_related("publication", "committee")
    request = letters.filter(pk=message.about.get("request")).first()
    return written("answer_requested", {"request": request}) if request else None
