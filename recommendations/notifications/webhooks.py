"""What a program elsewhere is told of news: JSON, of public facts only, made when it is sent.

The envelope and its signature are those of Standard Webhooks; docs/webhooks.md says what a receiver does with them.
"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from recommendations import tenancy
from recommendations.changes import NewsChange
from recommendations.enums import MessageKind, Nature
from recommendations.models import Event, OutgoingMessage
from recommendations.notifications.writing import Written, writer_of


@writer_of(MessageKind.WEBHOOK)
def webhook(message: OutgoingMessage) -> Written | None:
    """Its text is the JSON. Nothing where the webhook rests, or news was corrected: then the correction is told."""
    if message.webhook is None or not message.webhook.is_active:
        return None
    found = Event.objects.filter(pk=message.about["event"]).with_rows()
    event = found.order_by("pk").first()
    if event is None or (event.nature == Nature.NEWS and not found.uncorrected().exists()):
        return None
    with translation.override(settings.LANGUAGE_CODE):
        said = {
            "type": f"{event.nature}.{event.act}",
            "timestamp": event.at.isoformat(),
            "data": _data(NewsChange(event)),
        }
    return Written("", json.dumps(said, ensure_ascii=False), "")


def _data(change: NewsChange) -> dict[str, Any]:
    event, item, source = change.event, change.item, change.publication
    path = item.get_absolute_url() if item else reverse("publication", args=[source.slug])
    return {
        "municipality": tenancy.current().slug,
        "source": source.slug,
        "number": item.number if item else None,
        "kind": item.kind if item else None,
        "address": tenancy.site_url() + path,
        "committee": event.committee.code if event.committee else None,
        "what": change.in_words,
        "on": change.on.isoformat(),
        "before": event.before,
        "after": event.after,
    }
