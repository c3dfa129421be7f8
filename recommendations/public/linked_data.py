"""Facts of a page in the words of schema.org: only what is registered, and no grander type than it is.

They are about the thing and not about the page, so they are the same in both languages, Danish addresses included.
"""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from recommendations import tenancy
from recommendations.enums import PublicationKind
from recommendations.models import Publication


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
