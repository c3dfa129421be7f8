"""What the data is, and what the words mean."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from recommendations.enums import NO_ANSWER, NO_STATUS, Outcome, Status
from recommendations.models import Publication


def about(request: HttpRequest) -> HttpResponse:
    """`/om/`"""
    return render(
        request,
        "about.html",
        {
            "statuses": list(Status),
            "outcomes": list(Outcome),
            "no_status": NO_STATUS,
            "no_answer": NO_ANSWER,
            "stale_after_days": settings.STALE_AFTER_DAYS,
            "publications": Publication.objects.order_by("position", "slug"),
        },
    )


def robots(request: HttpRequest) -> HttpResponse:
    """`/robots.txt`: all that is public may be found; the rooms of staff need not."""
    lines = [
        "User-agent: *",
        f"Disallow: {reverse('admin:index')}",
        "Disallow: /konto/",
        "",
        f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
