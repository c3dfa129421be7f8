"""What the data is, and what the words mean."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from recommendations import tenancy
from recommendations.enums import NO_ANSWER, NO_STATUS, EvidenceKind, Outcome, Status
from recommendations.models import Publication


def about(request: HttpRequest) -> HttpResponse:
    """`/om/`"""
    return render(
        request,
        "about.html",
        {
            "statuses": list(Status),
            "outcomes": list(Outcome),
            "evidence_kinds": list(EvidenceKind),
            "no_status": NO_STATUS,
            "no_answer": NO_ANSWER,
            "publications": Publication.objects.public().prefetch_related("documents").order_by("position", "slug"),
        },
    )


def accessibility(request: HttpRequest) -> HttpResponse:
    """`/tilgaengelighed/`: a draft, as long as the municipality has not made its own statement."""
    if address := tenancy.current().accessibility_url:
        return HttpResponseRedirect(address)
    return render(request, "accessibility.html")


def was(request: HttpRequest) -> HttpResponseRedirect:
    """`/was`: the address at which the law wants the statement to be found. Not for good, as it may move."""
    return HttpResponseRedirect(tenancy.current().accessibility_url or reverse("accessibility"))
