"""What was taken away because the law says so: that it was, and why; never what it was."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from recommendations.models import Publication, Withholding


def withholdings(request: HttpRequest) -> HttpResponse:
    """`/fjernet/`: all of them on one page, as links lead to each; they are few. An item in draft is not named."""
    public = set(Publication.objects.public().order_by().values_list("pk", flat=True))
    return render(request, "withholdings.html", {"rows": Withholding.objects.for_register(), "public": public})
