"""Where anybody tells news of an item: the sister of the form for errors. It becomes a draft without an author."""

from __future__ import annotations

from http import HTTPStatus

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from recommendations.actions import suggest_news
from recommendations.models import Item
from recommendations.public.error_reports import item_at
from recommendations.public.guard import HOUR, TRAP, FormGuard

MOST_IN_AN_HOUR = 5  # from one address
GUARD = FormGuard("nyt", MOST_IN_AN_HOUR, most_of_network=10 * MOST_IN_AN_HOUR)


class SuggestionForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Hvad ved du?"),
        help_text=gettext_lazy("Skriv, hvad der er sket, og hvornår."),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=2000,
        error_messages={
            "required": gettext_lazy("Skriv, hvad du ved."),
            "max_length": gettext_lazy("Teksten fylder %(show_value)d tegn. Den må højst fylde %(limit_value)d."),
        },
    )
    url = forms.URLField(
        label=gettext_lazy("Hvor kan det læses eller ses?"),
        help_text=gettext_lazy("Et link, for eksempel til et referat eller en avis. Det begynder med https://."),
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("Skriv et link. Uden et link kan ingen se efter, om det er rigtigt."),
            "invalid": gettext_lazy("Linket kan ikke læses. Skriv hele adressen, som den står i browseren."),
            "max_length": gettext_lazy("Linket er for langt. Skriv højst %(limit_value)d tegn."),
        },
    )

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        if not url.lower().startswith(("https://", "http://")):
            raise forms.ValidationError(_("Linket skal begynde med https:// eller http://."))
        return url


@csrf_exempt  # see guard
@never_cache
def suggest(request: HttpRequest) -> HttpResponse:
    """`/nyt-at-fortaelle/`: `side` is the page of the item."""
    sent = request.POST if request.method == "POST" else None
    item = item_at((sent if sent is not None else request.GET).get("side", ""))
    if item is None:
        return render(request, "suggestions/no_item.html", status=HTTPStatus.NOT_FOUND)
    form = SuggestionForm(sent)
    if sent is None:
        return _page(request, form, item)
    problem = GUARD.suspicion(request)
    if not form.is_valid() or problem:
        return _page(request, form, item, problem, HTTPStatus.UNPROCESSABLE_ENTITY)
    if not GUARD.is_within_limit(request):
        problem = _("Der er sendt meget nyt fra din forbindelse. Vent en time, og tryk på »Send« igen.")
        response = _page(request, form, item, problem, HTTPStatus.TOO_MANY_REQUESTS)
        response.headers["Retry-After"] = str(HOUR)
        return response
    suggest_news(item=item, **form.cleaned_data)
    return HttpResponseRedirect(reverse("news_suggested"))


def suggested(request: HttpRequest) -> HttpResponse:
    """`/nyt-at-fortaelle/sendt/`"""
    return render(request, "suggestions/sent.html")


def _page(
    request: HttpRequest, form: SuggestionForm, item: Item, problem: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    token = GUARD.token(ripe=request.method == "POST")
    context = {"form": form, "item": item, "token": token, "problem": problem, "trap": TRAP}
    return render(request, "suggestions/form.html", context, status=status)
