"""Where anybody reports an error, without an account, a cookie or a name."""

from __future__ import annotations

from http import HTTPStatus

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import ResolverMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from recommendations import tenancy
from recommendations.actions import report_error
from recommendations.addresses import public_page_at
from recommendations.models import Initiative, Item, Recommendation
from recommendations.public.guard import HOUR, TRAP, FormGuard
from recommendations.selection import ItemModel

MOST_IN_AN_HOUR = 5  # reports from one address
GUARD = FormGuard("fejl", MOST_IN_AN_HOUR, most_of_network=10 * MOST_IN_AN_HOUR)

# Views are named after what they show.
SHOWN_BY: dict[str, ItemModel] = {"recommendation": Recommendation, "initiative": Initiative}


class ErrorReportForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Hvad er forkert?"),
        help_text=gettext_lazy("Skriv, hvad der står, og hvad der er rigtigt, hvis du ved det."),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=4000,
        error_messages={
            "required": gettext_lazy("Skriv, hvad der er forkert."),
            "max_length": gettext_lazy("Teksten fylder %(show_value)d tegn. Den må højst fylde %(limit_value)d."),
        },
    )
    where = forms.CharField(
        label=gettext_lazy("Hvor står det?"),
        help_text=gettext_lazy("Adressen på siden eller nummeret på anbefalingen. Du kan lade feltet stå tomt."),
        max_length=300,
        required=False,
        error_messages={"max_length": gettext_lazy("Adressen er for lang. Skriv højst %(limit_value)d tegn.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("Din mailadresse"),
        help_text=gettext_lazy(
            "Kun hvis vi må skrive til dig. Feltet må gerne stå tomt. Den bliver slettet, når meldingen er behandlet."
        ),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "invalid": gettext_lazy(
                "Mailadressen kan ikke læses. Skriv den som navn@eksempel.dk, eller lad feltet stå tomt."
            ),
            "max_length": gettext_lazy("Mailadressen er for lang. Skriv højst %(limit_value)d tegn."),
        },
    )


@csrf_exempt  # see guard
@never_cache
def report(request: HttpRequest) -> HttpResponse:
    """`/fejl/`: `side` is the page one came from, kept only when it is one of ours."""
    if request.method != "POST":
        page = request.GET.get("side", "")
        return _page(request, ErrorReportForm(initial={"where": page if _ours(page) else ""}), GUARD.token())
    form, problem = ErrorReportForm(request.POST), GUARD.suspicion(request)
    if not form.is_valid() or problem:
        return _page(request, form, GUARD.token(ripe=True), problem, HTTPStatus.UNPROCESSABLE_ENTITY)
    if not GUARD.is_within_limit(request):
        problem = _("Der er sendt mange fejlmeldinger fra din forbindelse. Vent en time, og tryk på »Send« igen.")
        response = _page(request, form, GUARD.token(ripe=True), problem, HTTPStatus.TOO_MANY_REQUESTS)
        response.headers["Retry-After"] = str(HOUR)
        return response
    report_error(**form.cleaned_data, item=item_at(form.cleaned_data["where"]))
    return HttpResponseRedirect(reverse("error_reported"))


def sent(request: HttpRequest) -> HttpResponse:
    """`/fejl/sendt/`"""
    return render(request, "error_reports/sent.html")


def _page(
    request: HttpRequest, form: ErrorReportForm, token: str, problem: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    context = {"form": form, "token": token, "problem": problem, "trap": TRAP}
    return render(request, "error_reports/form.html", context, status=status)


# --- Where it stands --------------------------------------------------------------------------------------------------


def _ours(where: str) -> ResolverMatch | None:
    """What answers at the address, when that is a page of ours for citizens; whatever else was typed is only text."""
    return public_page_at(where, tenancy.site_url())


def item_at(where: str) -> Item | None:
    """The item whose page stands at the address, its short address and its poster included."""
    match = _ours(where)
    model = SHOWN_BY.get(match.func.__name__.removesuffix("_poster")) if match else None
    if match is None or model is None:
        return None
    found = model.objects.public().filter(number_key=str(match.kwargs["number"]).casefold())
    if "publication" in match.kwargs:
        found = found.filter(publication__slug__iexact=match.kwargs["publication"])
    else:
        found = found.filter(publication__short_code=match.kwargs["code"])
    return found.select_related("publication", "wording").order_by("pk").first()
