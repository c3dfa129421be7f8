"""Facts of a page in the words of schema.org: only what is registered, and no grander type than it is.

They are about the thing and not about the page, so they are the same in both languages, Danish addresses included.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from recommendations import tenancy
from recommendations.enums import MeetingState, PublicationKind
from recommendations.models import Meeting, Publication


@override(settings.LANGUAGE_CODE)
def of_item(item: Any) -> dict[str, Any]:
    """An item with its `state_…`: a work, part of its source."""
    address = tenancy.site_url() + item.get_absolute_url()
    return _without_blanks(
        {
            "@context": "https://schema.org",
            "@type": "CreativeWork",
            "@id": address,
            "url": address,
            "name": item.title,
            "identifier": item.number,
            "abstract": item.summary,
            "inLanguage": "da",
            "dateModified": timezone.localdate(item.state_changed_at).isoformat() if item.state_changed_at else "",
            "isPartOf": _publication(item.publication),
        }
    )


@override(settings.LANGUAGE_CODE)
def of_publication(publication: Publication) -> dict[str, Any]:
    return {"@context": "https://schema.org"} | _publication(publication)


@override(settings.LANGUAGE_CODE)
def of_meeting(meeting: Meeting) -> dict[str, Any]:
    """A meeting, read with its committee: an event, at a time of day where one is registered."""
    address = tenancy.site_url() + meeting.get_absolute_url()
    starts = datetime.combine(meeting.on, meeting.begins_at) if meeting.begins_at else None
    status = "EventRescheduled" if meeting.moved_from else "EventScheduled"
    status = "EventCancelled" if meeting.state == MeetingState.CANCELLED else status
    return _without_blanks(
        {
            "@context": "https://schema.org",
            "@type": "Event",
            "@id": address,
            "url": address,
            "name": _("Møde i %(committee)s") % {"committee": meeting.committee.name},
            "startDate": timezone.make_aware(starts).isoformat() if starts else meeting.on.isoformat(),
            "previousStartDate": meeting.moved_from.isoformat() if meeting.moved_from else "",
            "eventStatus": f"https://schema.org/{status}",
            "organizer": {"@type": "Organization", "name": meeting.committee.name},
            "inLanguage": "da",
        }
    )


def _publication(publication: Publication) -> dict[str, Any]:
    address = tenancy.site_url() + reverse("publication", args=[publication.slug])
    is_report = publication.kind != PublicationKind.CITIZENS_MEETING
    published = publication.published_on.isoformat() if publication.published_on else publication.published_year
    return _without_blanks(
        {
            "@type": "Report" if is_report else "CreativeWork",
            "@id": address,
            "url": address,
            "name": publication.title,
            "abstract": publication.summary,
            "inLanguage": "da",
            "publisher": {"@type": "Organization", "name": publication.publisher},
            "datePublished": str(published or ""),
            "isBasedOn": own.url if (own := publication.document()) else "",
        }
    )


def _without_blanks(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value}
