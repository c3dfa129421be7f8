"""Following by mail without an account: asked for here, confirmed from the mail, and all that is held seen and ended.

What a link in a mail leads to shows, and a button there acts. Every answer is the same whether an address is known or
not. Nothing here is kept by anybody on the way (no-store), and no cookie is set; what stands against noise: `guard`.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from recommendations import links
from recommendations.actions import (
    change_rhythm,
    confirm_following,
    end_following,
    follow,
    forget_reader,
    send_reader_link,
)
from recommendations.enums import FollowedTopic, Rhythm
from recommendations.following import FollowedPage, NotFollowed, page_at
from recommendations.links import BadLink, Forgotten, keys_in
from recommendations.models import Subscriber, Subscription
from recommendations.public.guard import HOUR, TRAP, FormGuard

MOST_IN_AN_HOUR = 10  # of these forms sent from one address
GUARD = FormGuard("foelg", MOST_IN_AN_HOUR, most_of_network=10 * MOST_IN_AN_HOUR)
WITHOUT_TRACE = (csrf_exempt, never_cache, sensitive_post_parameters())


def _without_trace(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    for decorate in WITHOUT_TRACE:
        view = decorate(view)
    return view


class AddressForm(forms.Form):
    """To which address something is to be sent."""

    email = forms.EmailField(
        label=gettext_lazy("Din mailadresse"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": gettext_lazy("Skriv din mailadresse."),
            "invalid": gettext_lazy("Mailadressen kan ikke læses. Skriv den som navn@eksempel.dk."),
            "max_length": gettext_lazy("Mailadressen er for lang. Skriv højst %(limit_value)d tegn."),
        },
    )


class RhythmForm(forms.Form):
    rhythm = forms.ChoiceField(
        label=gettext_lazy("Hvor tit vil du have besked?"),
        choices=Rhythm.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Vælg, hvor tit du vil have besked."),
            "invalid_choice": gettext_lazy("Vælg, hvor tit du vil have besked."),
        },
    )


class FollowForm(AddressForm, RhythmForm):
    """Who wants to be told of a page, and how often; of meetings also of what."""

    topic = forms.ChoiceField(
        label=gettext_lazy("Hvad vil du følge?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Vælg, hvad du vil følge."),
            "invalid_choice": gettext_lazy("Vælg, hvad du vil følge."),
        },
    )
    field_order = ["topic", "email", "rhythm"]

    def __init__(self, page: FollowedPage, data: Any = None):
        super().__init__(data, initial={"rhythm": Rhythm.WEEKLY, "topic": page.topics[0]})
        choices: Any = self.fields["topic"]
        choices.choices = [(topic.value, topic.label) for topic in page.topics]
        if len(page.topics) == 1:
            choices.required = False
            choices.widget = forms.HiddenInput()


# --- Asked for --------------------------------------------------------------------------------------------------------


@_without_trace
def follow_page(request: HttpRequest) -> HttpResponse:
    """`/foelg/?side=…`: the page that would be followed, in words, and the form."""
    sent = request.POST if request.method == "POST" else None
    try:
        page = page_at((sent if sent is not None else request.GET).get("side", ""))
    except NotFollowed as refused:
        return render(request, "following/not_followed.html", {"sentence": str(refused)}, status=HTTPStatus.NOT_FOUND)
    form = FollowForm(page, sent)
    context = {"form": form, "followed": page, "side": page.danish_address}
    if sent is None:
        return _form(request, "following/form.html", context)
    if answer := _refused(request, form, "following/form.html", context):
        return answer
    typed = form.cleaned_data
    follow(
        email=typed["email"],
        language=get_language(),
        page=page,
        topic=typed["topic"] or page.topics[0],
        rhythm=typed["rhythm"],
    )
    return HttpResponseRedirect(reverse("follow_asked"))


@_without_trace
def reader_link(request: HttpRequest) -> HttpResponse:
    """`/foelg/mine/`: the link to all that is held about an address, sent to it."""
    form = AddressForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _form(request, "following/link.html", {"form": form})
    if answer := _refused(request, form, "following/link.html", {"form": form}):
        return answer
    send_reader_link(email=form.cleaned_data["email"])
    return HttpResponseRedirect(reverse("follow_asked"))


def asked(request: HttpRequest) -> HttpResponse:
    """`/foelg/sendt/`: the same answer to everybody."""
    return render(request, "following/asked.html")


def _form(request: HttpRequest, template: str, context: dict[str, Any], **how: Any) -> HttpResponse:
    problem = how.pop("problem", "")
    context |= {"token": GUARD.token(ripe=request.method == "POST"), "trap": TRAP, "problem": problem}
    return render(request, template, context, **how)


def _refused(request: HttpRequest, form: forms.Form, template: str, context: dict[str, Any]) -> HttpResponse | None:
    """The form again with what is wrong; nothing where it is taken. None of it depends on the address typed."""
    problem = GUARD.suspicion(request)
    if not form.is_valid() or problem:
        return _form(request, template, context, problem=problem, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if GUARD.is_within_limit(request):
        return None
    problem = _("Der er sendt mange af disse formularer fra din forbindelse. Vent en time, og tryk på »Send« igen.")
    response = _form(request, template, context, problem=problem, status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(HOUR)
    return response


# --- From a mail ------------------------------------------------------------------------------------------------------


@_without_trace
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """`/foelg/bekraeft/<link>/`: what waits for a yes, and the button that says it."""
    try:
        reader, about = links.read_reader_token(token)
    except BadLink as bad:
        return _bad_link(request, bad)
    named, said = set(keys_in(about)), set()
    waiting = [one for one in _lines(reader) if one.subscription.confirmed_at is None]
    if request.method == "POST":
        said = {one.subscription.pk for one in waiting if str(one.subscription.pk) in request.POST.getlist("ja")}
        confirm_following(subscriber=reader, subscriptions=said)
    lines = [one for one in _lines(reader) if one.subscription.pk in said | named]
    return render(
        request,
        "following/confirm.html",
        {
            "reader": reader,
            "token": links.reader_token(reader),
            "waiting": [one for one in waiting if one.subscription.pk not in said],
            "confirmed": [one for one in lines if one.subscription.confirmed_at],
            "is_done": bool(said),
        },
    )


@_without_trace
def end(request: HttpRequest, token: str) -> HttpResponse:
    """`/foelg/slut/<link>/`: what the link ends, and the button; a mail program's own button sends the same (RFC 8058,
    one click).
    """
    try:
        reader, about = links.read_reader_token(token)
    except Forgotten:
        return render(request, "following/ended.html", {"token": ""})
    except BadLink as bad:
        return _bad_link(request, bad)
    keys = [*keys_in(about)]
    if request.method == "POST":
        end_following(subscriber=reader, subscriptions=keys)
        left = links.reader_token(reader) if reader.pk else ""
        return render(request, "following/ended.html", {"token": left})
    lines = [one for one in _lines(reader) if one.subscription.pk in keys]
    if not lines:
        return render(request, "following/ended.html", {"token": links.reader_token(reader)})
    return render(request, "following/end.html", {"lines": lines, "token": links.reader_token(reader)})


@_without_trace
def held(request: HttpRequest, token: str) -> HttpResponse:
    """`/foelg/mine/<link>/`: all that is held about an address, with the buttons that change and end it."""
    try:
        reader, _about = links.read_reader_token(token)
    except BadLink as bad:
        return _bad_link(request, bad)
    done = _carry_out(request, reader) if request.method == "POST" else ""
    if reader.pk is None:
        return render(request, "following/ended.html", {"token": ""})
    return render(request, "following/held.html", {"reader": reader, "lines": _lines(reader), "done": done})


def _carry_out(request: HttpRequest, reader: Subscriber) -> str:
    """What the button asked for, and what was done, in words; a `reader` without a key has been forgotten."""
    if "glem" in request.POST:
        forget_reader(subscriber=reader)
        return ""
    found = next((one for one in _held(reader) if str(one.pk) == request.POST.get("nr")), None)
    if found is None:
        return _("Det følger du ikke længere.")
    if "slut" in request.POST:
        end_following(subscriber=reader, subscriptions=[found.pk])
        return _("Du følger det ikke længere.")
    if "ja" in request.POST:
        confirm_following(subscriber=reader, subscriptions=[found.pk])
        return _("Du følger det nu.")
    form = RhythmForm(request.POST)
    if not form.is_valid():
        return _("Vælg, hvor tit du vil have besked.")
    change_rhythm(subscription=found, rhythm=form.cleaned_data["rhythm"])
    return _("Det er gemt.")


class HeldLine:
    """One thing that is followed, as its reader sees it."""

    def __init__(self, subscription: Subscription):
        self.subscription = subscription
        try:
            page = page_at(subscription.address)
        except NotFollowed:
            self.title, self.address = _("En side, der ikke findes mere"), ""
        else:
            self.title, self.address = page.title, page.address
        self.form = RhythmForm(initial={"rhythm": subscription.rhythm}, prefix="", auto_id=f"id_%s_{subscription.pk}")

    @property
    def is_of_meetings(self) -> bool:
        return self.subscription.topic != FollowedTopic.NEWS


def _lines(reader: Subscriber) -> list[HeldLine]:
    return [HeldLine(one) for one in _held(reader)]


def _held(reader: Subscriber) -> list[Subscription]:
    """What is followed or waits for a yes; what has waited for too long is gone, if it lies there still or not."""
    given_up = Subscription.objects.given_up(timezone.now()).order_by().values("pk")
    return list(Subscription.objects.filter(subscriber=reader).exclude(pk__in=given_up).order_by("pk"))


def _bad_link(request: HttpRequest, bad: BadLink) -> HttpResponse:
    sentence = _("Linket virker ikke. Kopiér hele adressen fra mailen, eller få et nyt.")
    sentence = str(bad) if isinstance(bad, Forgotten) else sentence
    return render(request, "following/bad_link.html", {"sentence": sentence}, status=HTTPStatus.NOT_FOUND)
