"""Where committees that owe answers are asked for them: what was done when, and what can be done from when."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from recommendations import permissions
from recommendations.actions import request_answer
from recommendations.actions.state import done_before
from recommendations.admin.base import actor, reach_of, require
from recommendations.answer_requests import Silence, silences
from recommendations.danish import whole_number
from recommendations.enums import RequestStep, Role
from recommendations.models import Committee, Publication, Reach
from recommendations.selection import NONE_REGISTERED, Selection
from recommendations.writing.posted import page_key, request_key

SOURCE, COMMITTEE, STEP = "kilde", "udvalg", "skridt"


def asked_by(reach: Reach) -> set[int] | None:
    """The committees (ids) that a user may ask for answers; none: all of them."""
    return None if reach.is_superuser else reach.acting.get(Role.SECRETARY, set())


def anchor_of(silence: Silence) -> str:
    return f"{silence.committee.code}-{silence.publication.slug}"


@dataclass(frozen=True)
class Ladder:
    """A source and a committee, with where the items stand, and whether the user may take the next step."""

    silence: Silence
    anchor: str
    items_address: str
    lacks_mailbox: bool
    may_ask: bool


def silent_committees(request: HttpRequest) -> HttpResponse:
    """`/admin/svar-der-mangler/`: one button for each step whose day has come."""
    committees = asked_by(reach_of(request))
    require(committees is None or bool(committees), _("Kun udvalgssekretærer og administratorer beder om svar."))
    if request.method == "POST":
        return _take_step(request)
    return _shown(request)


def _take_step(request: HttpRequest) -> HttpResponse:
    here = reverse("silent_committees")
    publication = Publication.objects.filter(pk=whole_number(request.POST.get(SOURCE, "")) or 0).first()
    committee = Committee.objects.filter(pk=whole_number(request.POST.get(COMMITTEE, "")) or 0).first()
    step = request.POST.get(STEP, "")
    if publication is None or committee is None or step not in RequestStep.values:
        raise Http404
    key: UUID | None = request_key(request)
    done = _("Brevet er lagt i køen til %(to)s.") % {"to": committee.email}
    if step == RequestStep.PUBLIC_LINE:
        done = _("Linjen står nu på de offentlige sider.")
    if done_before(key) is None:
        try:
            request_answer(by=actor(request), publication=publication, committee=committee, step=step, request_key=key)
        except ValidationError as refused:
            return _shown(request, refused.messages)
    messages.success(request, done)
    return HttpResponseRedirect(here)


def _shown(request: HttpRequest, refused: list[str] | None = None) -> HttpResponse:
    reach = reach_of(request)
    found = silences(asked_by(reach), lineage=reach.lineage)
    context = {
        **admin.site.each_context(request),
        "title": _("Svar, der mangler"),
        "ladders": [_ladder(request, one) for one in found],
        "refused": refused or [],
        "noegle": page_key(request),
        "fields": {"source": SOURCE, "committee": COMMITTEE, "step": STEP},
    }
    template = "admin/recommendations/answer_requests.html"
    return TemplateResponse(request, template, context, status=422 if refused else 200)


def _ladder(request: HttpRequest, silence: Silence) -> Ladder:
    chosen = Selection(
        committee=silence.committee.code, publication=silence.publication.slug, answer=(NONE_REGISTERED,)
    )
    coming = silence.next_step
    return Ladder(
        silence,
        anchor_of(silence),
        f"{reverse('recommendations')}?{chosen.query_string()}",
        coming is not None and coming.step == RequestStep.LETTER and not silence.committee.email,
        silence.step_now is not None and permissions.can_request_answer(request.user, silence.committee),
    )
