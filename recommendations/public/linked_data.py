"""Facts of a page in the words of schema.org: only what is registered, and no grander type than it is.

They are about the thing and not about the page, so they are the same in both languages, Danish addresses included.
"""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from recommendations.enums import PublicationKind
from recommendations.models import Publication


@override(settings.LANGUAGE_CODE)
def of_item(item) -> dict:
    """A recommendation or an initiative: a work, part of its source."""
    address = settings.SITE_URL + item.get_absolute_url()
    return _without_blanks(
        {
            "@context": "https://schema.org",
            "@type": "CreativeWork",
            "@id": address,
            "url": address,
            "name": item.title,
            "identifier": item.reference,
            "abstract": item.summary,
            "inLanguage": "da",
            "dateModified": item.state_changed_on.isoformat() if item.state_changed_on else "",
            "isPartOf": _publication(item.publication),
        }
    )


@override(settings.LANGUAGE_CODE)
def of_publication(publication: Publication) -> dict:
    return {"@context": "https://schema.org"} | _publication(publication)


def _publication(publication: Publication) -> dict:
    address = settings.SITE_URL + reverse("publication", args=[publication.slug])
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
            "isBasedOn": publication.source_url,
        }
    )


def _without_blanks(facts: dict) -> dict:
    return {name: value for name, value in facts.items() if value}
