"""The words of an item: the form where they are changed, and the page where another reads what was proposed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations import permissions
from recommendations.actions import (
    WordsChange,
    correct_words,
    discard_words,
    propose_words,
    publish_words,
    return_words,
    reword,
)
from recommendations.actions.wording_drafts import change_of
from recommendations.actions.wordings import in_force
from recommendations.admin.afterwards import is_own_slip, ways_on
from recommendations.admin.base import TrackerAdmin, action_page, actor, done_already, item_url, reach_of, require, say
from recommendations.danish import whole_number
from recommendations.enums import UNPUBLISHED, UpdateState, WordsBasis
from recommendations.forms import SLIP_REASON, ReturnForm, WordingForm, add_refusal
from recommendations.models import Item, Wording, WordingDraft
from recommendations.writing.posted import page_key, posted, request_key
from recommendations.writing.refusals import note_denied


def draft_url(draft: WordingDraft, page: str = "change") -> str:
    return reverse(f"admin:recommendations_wordingdraft_{page}", args=[draft.pk])


# --- The form ---------------------------------------------------------------------------------------------------------


def words_page(
    request: HttpRequest, item: Item, *, is_correction: bool, draft: WordingDraft | None = None
) -> HttpResponse:
    """New words for an item or a correction of those in force; `draft` is a proposal to be written anew.

    Our own are changed at once. The source's, once they are public, are sent to a second person.
    """
    permissions.check_can_edit_words(request.user, item)
    before = in_force(item)
    if before is None:
        raise Http404
    initial = _beginning(request, before, draft, is_correction)
    form = WordingForm(posted(request), beginning=draft or before, initial=initial)
    return action_page(
        request,
        title=(_("Ret ord: %(item)s") if is_correction else _("Ny ordlyd: %(item)s")) % {"item": item},
        form=form,
        perform=lambda data: _change(request, item, before, form, is_correction=is_correction, draft=draft),
        done=_done,
        back=draft_url(draft) if draft else item_url(item),
        then=item_url(item),
        links=lambda row: _ways(row, item),
        stands=[_("Ordene har stået siden %(day)s.") % {"day": date_format(before.valid_from)}, *_waiting(item, draft)],
        button=_button(is_correction, draft),
        explanation=_explanation(item, is_correction),
    )


def _beginning(
    request: HttpRequest, before: Wording, draft: WordingDraft | None, is_correction: bool
) -> dict[str, Any]:
    if draft:
        return {"valid_from": draft.valid_from, "reason": draft.reason}
    if not is_correction:
        return {}
    slip = is_own_slip(before, actor(request))
    return {"valid_from": before.valid_from, "reason": SLIP_REASON if slip else ""}


def _change(
    request: HttpRequest,
    item: Item,
    before: Wording,
    form: WordingForm,
    *,
    is_correction: bool,
    draft: WordingDraft | None,
) -> Wording | WordingDraft:
    by, key, words = actor(request), request_key(request), form.words()
    day, reason = form.cleaned_data["valid_from"], form.cleaned_data["reason"]
    change = WordsChange(item, before, words.normalised(), day, reason, is_correction)
    alone = permissions.can_edit_words(by, item, of_the_source=change.touches_source) and not change.needs_two
    if draft or not alone:
        return propose_words(
            by=by,
            item=item,
            words=words,
            valid_from=day,
            reason=reason,
            is_correction=is_correction,
            draft=draft,
            request_key=key,
        )
    if is_correction:
        return correct_words(by=by, wording=before, words=words, valid_from=day, reason=reason, request_key=key)
    return reword(by=by, item=item, words=words, valid_from=day, reason=reason, request_key=key)


def _done(row: Any) -> str:
    if isinstance(row, WordingDraft):
        return _("Sendt til godkendelse. Borgerne ser ordene, når en anden har læst og udgivet dem.")
    return _("Ordene er rettet.") if row.corrects_id else _("Ordene er gemt.")


def _ways(row: Any, item: Item) -> list[tuple[str, str]]:
    if isinstance(row, WordingDraft):
        return [(_("Se forslaget"), draft_url(row))]
    return [*ways_on(row, item), (_("Fortryd eller ret"), item_url(item, "correct_words"))]


def _waiting(item: Item, draft: WordingDraft | None) -> list[str]:
    """That somebody has proposed other words already, so that two do not do the same work unseen."""
    others = WordingDraft.objects.unpublished().filter(item=item).exclude(pk=draft.pk if draft else None)
    return [
        _("Der ligger allerede et forslag: %(kind)s, skrevet af %(author)s.")
        % {"kind": other.kind, "author": other.author}
        for other in others.select_related("author").order_by("pk")
    ]


def _button(is_correction: bool, draft: WordingDraft | None) -> str:
    if draft:
        return _("Send til godkendelse")
    return _("Gem rettelse") if is_correction else _("Gem ny ordlyd")


def _explanation(item: Item, is_correction: bool) -> str:
    first = (
        _("Brug det til skrivefejl: De rettede ord gælder fra samme dag, og det bliver ikke en nyhed.")
        if is_correction
        else _(
            "Ordene gælder fra den dag, du skriver. Ser nogen siden pr. en tidligere dag, ser de de ord, der stod "
            "dengang."
        )
    )
    if not item.publication.is_public:
        return first
    two = _("Vores resumé ændres med det samme. Ændrer du det, kilden siger, skal en anden læse og udgive det.")
    return f"{first} {two}"


# --- What was proposed ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WordsBeside:
    """One field of the words as it stands and as it is to be, both in words."""

    label: str
    before: str
    after: str


def beside(draft: WordingDraft) -> Iterator[WordsBeside]:
    """What the proposal changes, field by field."""
    for name, (before, after) in change_of(draft).changes.items():
        field: Any = Wording._meta.get_field(name)
        label = capfirst(str(field.verbose_name))
        if name == "valid_from":
            yield WordsBeside(label, date_format(draft.instead_of.valid_from), date_format(draft.valid_from))
        elif field.choices:
            yield WordsBeside(label, str(WordsBasis(before).label), str(WordsBasis(after).label))
        else:
            yield WordsBeside(label, before, after)


@admin.register(WordingDraft)
class WordingDraftAdmin(TrackerAdmin):
    """Proposals for words, those about items of the user's own committees: read, published, sent back, written anew."""

    list_display = ["item", "kind", "author", "created_at", "state"]
    list_filter = ["state"]
    search_fields = ["item__number", "title"]
    event_field = "proposal"

    def get_queryset(self, request: HttpRequest) -> QuerySet[WordingDraft]:
        rows: Any = super().get_queryset(request)
        visible = rows.visible_to(request.user, reach_of(request))
        return visible.select_related("item__publication", "item__wording", "instead_of", "author")

    @admin.display(description=gettext_lazy("slags"))
    def kind(self, draft: WordingDraft) -> str:
        return capfirst(draft.kind)

    def own_pages(self) -> dict[str, tuple[str, Callable[..., HttpResponse]]]:
        return {
            "skriv": ("write", self.write_view),
            "udgiv": ("publish", self.publish_view),
            "send-retur": ("return", self.return_view),
            "kasser": ("discard", self.discard_view),
        }

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        draft = self.row_or_404(request, object_id)
        if request.method == "POST":
            require(False, _("Forslaget kan ikke ændres her. Brug knapperne på siden."))
        return self._show(request, draft, ReturnForm())

    def write_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        draft = self.row_or_404(request, pk)
        if draft.state not in UNPUBLISHED and request.method != "POST":
            return HttpResponseRedirect(draft_url(draft))
        return words_page(request, draft.item, is_correction=draft.is_correction, draft=draft)

    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        version = request.POST.get("udgave", "")
        perform = partial(publish_words, version=whole_number(version))
        return self._step(request, pk, perform, _("Ordene er udgivet. Borgerne kan læse dem nu."))

    def return_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        perform = partial(return_words, comment=request.POST.get("comment", ""))
        return self._step(request, pk, perform, _("Sendt retur. Den, der har skrevet, ser din kommentar på forslaget."))

    def discard_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._step(request, pk, discard_words, _("Forslaget er kasseret."))

    def _step(self, request: HttpRequest, pk: int, perform: Callable[..., Any], done: str) -> HttpResponse:
        """One button, one action; refused with its sentence on the proposal's page, with what was typed."""
        if done_already(request, done):  # first: what was thrown away is not there to be read
            return HttpResponseRedirect(reverse("admin:index"))
        draft = self.row_or_404(request, pk)
        if request.method != "POST":
            return HttpResponseRedirect(draft_url(draft))
        form = ReturnForm(request.POST)
        form.is_valid()
        try:
            row = perform(by=actor(request), draft=draft, request_key=request_key(request))
        except ValidationError as refused:
            note_denied(request, actor(request), [refused])
            add_refusal(form, refused)
            return self._show(request, self.row_or_404(request, pk), form)
        say(request, done, ways_on(row, draft.item) if isinstance(row, Wording) else ())
        return HttpResponseRedirect(reverse("admin:index"))

    def _show(self, request: HttpRequest, draft: WordingDraft, return_form: ReturnForm) -> HttpResponse:
        user, may_write = actor(request), permissions.can_edit_words(request.user, draft.item)
        may_approve = permissions.can_edit_words(user, draft.item, of_the_source=True)
        context = {
            **admin.site.each_context(request),
            "title": f"{capfirst(draft.kind)}: {draft.item}",
            "draft": draft,
            "item_url": item_url(draft.item),
            "public_url": draft.item.get_absolute_url() if draft.item.publication.is_public else "",
            "fields": list(beside(draft)),
            "is_waiting": draft.state == UpdateState.SUBMITTED,
            "is_returned": draft.state == UpdateState.DRAFT,
            "can_approve": may_approve and draft.state == UpdateState.SUBMITTED,
            "is_second_person": permissions.can_publish_words(user, draft),
            "can_write": may_write and draft.state in UNPUBLISHED,
            "form": return_form,
            "noegle": page_key(request),
        }
        template = "admin/recommendations/wordingdraft/change_form.html"
        return TemplateResponse(request, template, context, status=422 if return_form.errors else 200)
