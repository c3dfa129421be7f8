"""A draft of a meeting's answers: written on, or read by the one who is to publish it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from recommendations import permissions
from recommendations.actions import (
    AnsweredAlready,
    RowsRefused,
    discard_answer_draft,
    publish_answer_draft,
    return_answer_draft,
    rows_of,
)
from recommendations.admin.base import actor, done_already, reach_of, say
from recommendations.admin.many.answer_rows import already, by_source, read_rows
from recommendations.admin.many.answers import VERSION, AnswersPage, citizens_page, recorded
from recommendations.danish import whole_number
from recommendations.enums import UNPUBLISHED, Outcome, UpdateState
from recommendations.forms import ReturnForm, add_refusal, sentences_of
from recommendations.models import AnswerDraft, Event, Item
from recommendations.writing.posted import STEP, page_key, posted, step_key
from recommendations.writing.update import PUBLISH

RETURN, DISCARD, WRITE = "retur", "kasser", "skriv"  # buttons, and in the address: to write on what was sent


def answer_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """`/admin/svar-fra-moede/<nøgle>/`: a draft is written on; what was sent or published is read."""
    visible = AnswerDraft.objects.visible_to(request.user, reach_of(request))
    found = visible.select_related("committee", "author", "returns_to").filter(pk=pk).first()
    step = request.POST.get(STEP, "")
    if step in (PUBLISH, RETURN, DISCARD) and "laes" in request.POST:
        return _step(request, pk, found, step)
    if found is None:
        raise Http404
    writes = found.state == UpdateState.DRAFT or (found.state == UpdateState.SUBMITTED and WRITE in request.GET)
    if writes or (request.method == "POST" and found.state in UNPUBLISHED):
        return AnswersPage(request, found.committee, draft=found).answer()
    return AnswersReading(request, found).show()


def _step(request: HttpRequest, pk: int, found: AnswerDraft | None, step: str) -> HttpResponse:
    """One button of the page where it is read; a refusal is shown where it belongs."""
    count = found.rows.count() if found else 0
    done, links = {
        PUBLISH: (recorded(count), [citizens_page(found.committee)] if found else []),
        RETURN: (_("Sendt retur. Udvalgets medarbejdere ser din kommentar på kladden."), []),
        DISCARD: (_("Kladden er kasseret."), []),
    }[step]
    if done_already(request, done, step_key):  # first: what was thrown away is not there to be read
        return HttpResponseRedirect(reverse("admin:index"))
    if found is None:
        raise Http404
    version, page = request.POST.get(VERSION, ""), AnswersReading(request, found)
    performs: dict[str, Callable[..., AnswerDraft]] = {
        PUBLISH: partial(publish_answer_draft, version=whole_number(version)),
        RETURN: partial(return_answer_draft, comment=request.POST.get("comment", "")),
        DISCARD: discard_answer_draft,
    }
    try:
        performs[step](by=actor(request), draft=found, request_key=step_key(request))
    except RowsRefused as refused:
        page.refused = dict(_sentences(refused))
        return page.show(status=422)
    except ValidationError as refused:
        if step == RETURN:
            add_refusal(page.return_form, refused)
            return page.show(status=422)
        for sentence in refused.messages:
            messages.error(request, sentence)
        return HttpResponseRedirect(reverse("answer_draft", args=[found.pk]))
    say(request, done, links)
    return HttpResponseRedirect(reverse("admin:index"))


def _sentences(refused: RowsRefused) -> Any:
    """Item (id) -> why it was refused."""
    for item, error in refused.rows.items():
        if isinstance(error, AnsweredAlready):
            yield item.pk, [already(error)]
        else:
            yield item.pk, [sentence for _name, sentence in sentences_of(error)]


@dataclass
class AnswersReading:
    """All that a draft says, with what stands now beside it, and the approver's buttons."""

    request: HttpRequest
    draft: AnswerDraft
    refused: dict[int, list[str]] | None = None

    def __post_init__(self) -> None:
        is_return = self.request.POST.get(STEP) == RETURN
        self.return_form = ReturnForm(posted(self.request) if is_return else None)

    def show(self, status: int = 200) -> HttpResponse:
        draft, user = self.draft, self.request.user
        said = {row.item_id: row for row in rows_of(draft)}
        rows: list[Any] = read_rows(draft.committee, Item.objects.filter(pk__in=list(said)), draft=draft)
        for row in rows:
            answer = said[row.item.pk].as_answer()
            row.answer = answer | {"outcome": Outcome(answer["outcome"]).label if answer["outcome"] else "–"}
            row.refusals = (self.refused or {}).get(row.item.pk, [])
        events = Event.objects.visible_to(user, reach_of(self.request)).filter(answer_draft=draft)
        is_open = draft.state == UpdateState.SUBMITTED
        context = {
            **admin.site.each_context(self.request),
            "title": str(draft),
            "draft": draft,
            "count": len(rows),
            "sources": by_source(rows),
            "is_refused": bool(self.refused),
            "events": [
                (event, event.details.get("review_comment", ["", ""])[1])
                for event in events.select_related("by").order_by("at", "pk")
            ],
            "can_publish": is_open and permissions.can_answer_for(user, draft.committee),
            "can_write": is_open and permissions.can_draft_answers(user, draft.committee),
            "return_form": self.return_form,
            "citizens_page": citizens_page(draft.committee) if draft.is_published else None,
            "noegle": page_key(self.request),
        }
        return TemplateResponse(self.request, "admin/recommendations/bulk/answers_read.html", context, status=status)
