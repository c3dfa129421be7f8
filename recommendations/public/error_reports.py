"""Where anybody reports an error, without an account, a cookie or a name."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from recommendations import tenancy
from recommendations.actions import report_error
from recommendations.models import Initiative, Item, Recommendation
from recommendations.public.budgets import address_of
from recommendations.selection import ItemModel

MOST_IN_AN_HOUR = 5  # reports from one address
HOUR = 60 * 60
SOONEST, LATEST = 3, 24 * HOUR  # seconds from the opening of the form to its sending
TRAP = "hjemmeside"  # a field that people do not see and robots fill in

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


# Exempt from the check of a token in a cookie, as this form sets none. There is nothing for a forged request to steal
# or misuse: the view reads neither session nor login, acts in nobody's name and shows nobody's data, so another site
# can do no more through a visitor's browser than by sending the form itself. What is left is noise, and against that
# stand the signed time, the trap, the limit for each address and the name of the site that a browser says it came from.
@csrf_exempt
@never_cache
def report(request: HttpRequest) -> HttpResponse:
    """`/fejl/`: `side` is the page one came from, kept only when it is one of ours."""
    if request.method != "POST":
        page = request.GET.get("side", "")
        return _page(request, ErrorReportForm(initial={"where": page if _ours(page) else ""}), _time_token())
    form, problem = ErrorReportForm(request.POST), _suspicion(request)
    if not form.is_valid() or problem:
        return _page(request, form, _time_token(ripe=True), problem, HTTPStatus.UNPROCESSABLE_ENTITY)
    if not _within_limit(request):
        problem = _("Der er sendt mange fejlmeldinger fra din forbindelse. Vent en time, og tryk på »Send« igen.")
        response = _page(request, form, _time_token(ripe=True), problem, HTTPStatus.TOO_MANY_REQUESTS)
        response.headers["Retry-After"] = str(HOUR)
        return response
    report_error(**form.cleaned_data, item=_item_at(form.cleaned_data["where"]))
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
    where = where.strip().removeprefix(tenancy.site_url())
    if not where.startswith("/") or where.startswith("//"):
        return None
    try:
        path = urlsplit(where).path
        with translation.override(translation.get_language_from_path(path) or settings.LANGUAGE_CODE):
            match = resolve(path)
    except (Resolver404, ValueError):
        return None
    return match if match.func.__module__.startswith("recommendations.public.") else None


def _item_at(where: str) -> Item | None:
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


# --- Against noise ----------------------------------------------------------------------------------------------------


def _time_token(*, ripe: bool = False) -> str:
    """The time as a signed text for the form to carry; when `ripe`, the form may be sent at once."""
    opened = int(timezone.now().timestamp()) - (SOONEST if ripe else 0)
    return signing.Signer(salt="fejl").sign(str(opened))


def _suspicion(request: HttpRequest) -> str:
    """What tells that no person has sent the form, said as to a person, for whom sending it once more is enough."""
    if request.POST.get(TRAP):
        return _("Et skjult felt var udfyldt, så vi troede, du var en robot. Tryk på »Send« igen.")
    try:
        opened = int(signing.Signer(salt="fejl").unsign(request.POST.get("tid", "")))
    except signing.BadSignature:
        return _("Vi kunne ikke se, hvornår formularen blev åbnet. Tryk på »Send« igen.")
    age = timezone.now().timestamp() - opened
    if age < SOONEST:
        return _("Det gik så stærkt, at vi troede, du var en robot. Tryk på »Send« igen.")
    if age > LATEST:
        return _("Formularen har stået åben i mere end et døgn. Tryk på »Send« igen.")
    if not _from_here(request):
        return _("Formularen kom fra et andet sted end denne side. Tryk på »Send« igen.")
    return ""


def _from_here(request: HttpRequest) -> bool:
    """Whether the browser names this site, or none, as where the form stood."""
    try:
        host = urlsplit(request.headers.get("Origin", "")).netloc
    except ValueError:
        return False
    return host in {"", request.get_host(), urlsplit(tenancy.site_url()).netloc}


def _within_limit(request: HttpRequest) -> bool:
    """Take one of the hour's places for the sender's address; the cache is shared, and `add` lets nobody in twice."""
    sender = salted_hmac("fejl", address_of(request)[0]).hexdigest()
    return any(cache.add(f"fejl:{place}:{sender}", "1", HOUR) for place in range(MOST_IN_AN_HOUR))
