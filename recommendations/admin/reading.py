"""The page where an update is read: what it says, beside what stands and what was wanted; and where it is approved."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from recommendations import permissions
from recommendations.actions import Seen, discard_draft, publish_update, remark_on_draft, return_update
from recommendations.admin.afterwards import correction_address
from recommendations.admin.base import actor, item_url, reach_of
from recommendations.admin.proof import criterion_for, proof_lines, proof_of
from recommendations.enums import WRITERS, UpdateState
from recommendations.forms import RemarkForm, ReturnForm, ShowsForm, add_refusal
from recommendations.models import StatusUpdate
from recommendations.writing.posted import page_key, request_key, seen_by
from recommendations.writing.situation import Situation
from recommendations.writing.thread import by_mail_of, thread_of


@dataclass
class ReadingPage:
    """An update that nobody is writing in: all it says, beside what stands and what was wanted; where it waits for
    approval also the buttons for that.

    `asked` is the step that a button of the page asks for.
    """

    request: HttpRequest
    update: StatusUpdate
    asked: str = ""
    forms: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.criterion, self.evidence = criterion_for(self.update), proof_of(self.update)
        shows = partial(ShowsForm, evidence=self.evidence, criterion=self.criterion)
        kinds: dict[str, Any] = {"publish": shows, "send_back": ReturnForm, "remark": RemarkForm, "discard": Form}
        self.forms = {name: make(self._typed(name)) for name, make in kinds.items()}

    def _typed(self, name: str) -> Any:
        return self.request.POST if name == self.asked else None

    def carry_out(self) -> None:
        """Do what was asked for, or raise what stands in the way."""
        form = self.forms[self.asked]
        if not form.is_valid():
            raise ValidationError(form.errors.as_data())
        common: dict[str, Any] = {
            "by": actor(self.request),
            "update": self.update,
            "request_key": request_key(self.request),
        }
        if self.asked == "publish":
            publish_update(**common, seen=seen_by(self.request), shows=form.shows())
        elif self.asked == "send_back":
            return_update(**common, comment=form.cleaned_data["comment"])
        elif self.asked == "remark":
            remark_on_draft(**common, text=form.cleaned_data["text"])
        else:
            discard_draft(**common)

    def show(self, refused: ValidationError | None = None) -> HttpResponse:
        if refused is not None and self.forms[self.asked].is_valid():
            add_refusal(self.forms[self.asked], refused)
        user, update = self.request.user, self.update
        published = StatusUpdate.objects.published().filter(item=update.item).select_related("committee")
        corrected_by = published.filter(corrects=update).first()
        waits = update.state == UpdateState.SUBMITTED
        can_approve = waits and permissions.can_approve(user, update)
        is_second_person = can_approve and permissions.is_second_person(user, update)
        writing = permissions.acting_committees(user, update.item, *WRITERS, reach=reach_of(self.request))
        context = {
            **admin.site.each_context(self.request),
            "title": _("Godkend: %(item)s") % {"item": update.item} if can_approve else str(update),
            "opts": StatusUpdate._meta,
            "original": update,
            "has_history": True,
            "public_url": update.item.get_absolute_url() if update.is_published else "",
            "update": update,
            "item_url": item_url(update.item),
            "situation": None if update.is_published else Situation.of(update.item),
            "latest": update.corrects or published.exclude(pk=update.pk).newest_first().first(),
            "corrects": update.corrects,
            "corrected_by": corrected_by,
            "criterion": self.criterion,
            "proof": proof_lines(self.evidence, self.forms["publish"] if is_second_person else None),
            "by_mail": by_mail_of(update),
            "thread": thread_of(user, reach_of(self.request), update),
            "can_approve": can_approve,
            "is_second_person": is_second_person,
            "can_correct": update.is_published and corrected_by is None and writing.exists(),
            "can_take_back": waits and permissions.can_edit_update(user, update),
            "can_remark": not update.is_published and permissions.can_remark(user, update),
            "publish_form": self.forms["publish"],
            "return_form": self.forms["send_back"],
            "remark_form": self.forms["remark"],
            "refused": refused.messages if refused else [],
            "seen": Seen.now(update.item, update),
            "noegle": page_key(self.request),
        }
        template = "admin/recommendations/statusupdate/read.html"
        return TemplateResponse(self.request, template, context, status=422 if refused else 200)


def published_now(update: StatusUpdate) -> str:
    """What is said when an update has been published, with the ways to where citizens read it and to its correction."""
    address, link = update.item.get_absolute_url(), _("Se siden, som borgerne ser den")
    return format_html(
        '{} <a href="{}#{}">{}</a> · <a href="{}">{}</a>',
        _("Udgivet. Borgerne kan se det nu."),
        address,
        update.anchor,
        link,
        correction_address(update),
        _("Fortryd eller ret"),
    )
