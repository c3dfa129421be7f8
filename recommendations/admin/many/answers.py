"""»Svar fra et møde«: what a committee answered at one meeting, for all the recommendations it was about."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommendations import answers, permissions
from recommendations.actions import (
    MOST_AT_ONCE,
    AnsweredAlready,
    Doubt,
    MeetingAnswers,
    RowsRefused,
    publish_answer_draft,
    rows_of,
    save_answer_draft,
    submit_answer_draft,
    too_many,
)
from recommendations.actions.turns import in_turn
from recommendations.admin.base import actor, reach_of, require, say
from recommendations.admin.many.answer_rows import (
    OWN,
    already,
    by_source,
    make_forms,
    owed_by,
    read_rows,
    tick_groups,
)
from recommendations.admin.many.choice import ALL, CHOSEN, LIST, Choice, forget, keys
from recommendations.danish import whole_number
from recommendations.enums import Outcome, UpdateState
from recommendations.forms import MeetingForm, sentences_of
from recommendations.models import AnswerDraft, Committee, Item, Ownership, Publication, Recommendation
from recommendations.selection import with_query
from recommendations.writing.posted import SAVE, STEP, page_key, request_key, step_key
from recommendations.writing.update import PUBLISH, SUBMIT

MOST_SHOWN = 100  # rows of several sources together; of one source all are shown
COMMITTEE, SOURCE, GROUP, VERSION = "udvalg", "kilde", "gruppe", "udgave"
TICKS, NONE = "flueben", "ingen"  # in the address: to begin without a tick


def meeting_answers(request: HttpRequest) -> HttpResponse:
    """`/admin/svar-fra-moede/`: the committee, the source and what was chosen in the list stand in the address."""
    committees = committees_of(request)
    require(bool(committees), _("Du har ingen rolle i et udvalg. Spørg en administrator, hvis det er forkert."))
    choice = Choice.of(request, admin.site.get_model_admin(Recommendation))
    if choice.count > MOST_AT_ONCE:
        messages.error(request, too_many(choice.count))
        address = reverse("admin:recommendations_recommendation_changelist")
        return HttpResponseRedirect(with_query(address, choice.filters))
    asked = request.POST.get(COMMITTEE) or request.GET.get(COMMITTEE, "")
    committee = _committee_of(committees, asked, choice.ids)
    if committee is None:
        return _choose_committee(request, committees)
    return AnswersPage(request, committee, choice=choice).answer()


def committees_of(request: HttpRequest) -> list[Committee]:
    """Those whose answers the user can write down: also those that ended, and whose matters are the user's now."""
    reach, found = reach_of(request), Committee.objects.order_by("sort_name", "code")
    return list(found if reach.is_superuser else found.filter(pk__in=reach.committees()))


def _committee_of(committees: list[Committee], code: str, ids: list[int]) -> Committee | None:
    """The one asked for; else the only one there is, or the only one that owns all that was chosen."""
    if code:
        found = next((one for one in committees if one.code == code), None)
        if found is None:
            raise Http404
        return found
    if ids:
        owned = Ownership.objects.in_force().filter(item__in=ids).order_by().values_list("committee_id", flat=True)
        counts = Counter(owned)
        committees = [one for one in committees if counts[one.pk] == len(ids)]
    return committees[0] if len(committees) == 1 else None


def _choose_committee(request: HttpRequest, committees: list[Committee]) -> HttpResponse:
    kept = [(name, value) for name in (CHOSEN, LIST, ALL) for value in request.GET.getlist(name)]
    ways = [(one.name, f"?{urlencode([(COMMITTEE, one.code), *kept])}") for one in committees]
    context = {**admin.site.each_context(request), "title": _("Svar fra et møde"), "ways": ways}
    return TemplateResponse(request, "admin/recommendations/bulk/answers_committee.html", context)


class AnswersPage:
    """The page where it is typed: a new draft, or `draft` written on. Saving, sending and publishing are one step."""

    def __init__(
        self,
        request: HttpRequest,
        committee: Committee,
        *,
        choice: Choice | None = None,
        draft: AnswerDraft | None = None,
    ) -> None:
        self.request, self.committee, self.draft, self.choice = request, committee, draft, choice
        self.said = {row.item_id: row for row in rows_of(draft)} if draft else {}
        self.is_sent = request.method == "POST"
        self.rows = read_rows(committee, self._items(), draft=draft) if not self.must_choose_source else []
        self.sources = by_source(self.rows)
        data: Any = request.POST.copy() if self.is_sent else None
        if self.is_sent:
            tick_groups(self.sources, data, set(request.POST.getlist(GROUP)))
        initial = {name: getattr(draft, name) for name in MeetingForm.base_fields if name != "sure"} if draft else {}
        self.common = MeetingForm(data, initial=initial, committee=committee)
        make_forms(self.rows, data, self._ticked(), self.said)

    # --- which rows ---------------------------------------------------------------------------------------------------

    @cached_property
    def owed(self) -> Any:
        return owed_by(answers.speaking_now(self.committee))

    @cached_property
    def chosen(self) -> list[int]:
        return self.choice.ids if self.choice else []

    @cached_property
    def owing_sources(self) -> list[tuple[Publication, int]]:
        """The sources in which answers are owed, with how many."""
        counts = Counter(self.owed.order_by().values_list("publication", flat=True))
        found = Publication.objects.filter(pk__in=list(counts)).order_by("position", "slug")
        return [(source, counts[source.pk]) for source in found]

    @cached_property
    def source(self) -> Publication | None:
        """The only one asked for."""
        slug = self.request.GET.get(SOURCE, "")
        if not slug:
            return None
        found = Publication.objects.filter(slug=slug).order_by("pk").first()
        if found is None:
            raise Http404
        return found

    @property
    def must_choose_source(self) -> bool:
        """Where there is too much to look through at once."""
        if self.is_sent or self.chosen or self.source or self.said:
            return False
        return len(self.owing_sources) > 1 and sum(count for _source, count in self.owing_sources) > MOST_SHOWN

    def _items(self) -> Any:
        if self.is_sent:
            return Item.objects.filter(pk__in=keys(self.request.POST.getlist(CHOSEN)))
        if self.chosen:
            return Item.objects.filter(pk__in=self.chosen)
        owed = self.owed.filter(publication=self.source) if self.source else self.owed
        if self.said:  # beside what the draft answers already, the rest of the same sources
            sources = {row.item.publication_id for row in self.said.values()}
            owed = Item.objects.filter(pk__in=list(self.said)) | self.owed.filter(publication__in=sources)
        return owed

    def _ticked(self) -> set[int]:
        """What is ticked when the page is opened: what was chosen, or all of a source that stands alone."""
        if self.draft:
            return set(self.said)
        if self.request.GET.get(TICKS) == NONE or not (self.chosen or len(self.sources) == 1):
            return set()
        return {row.item.pk for row in self.rows if not row.is_waiting}

    @property
    def included(self) -> list[Any]:
        return [row for row in self.rows if row.included]

    @property
    def wrong_rows(self) -> list[Any]:
        return [row for row in self.rows if row.is_wrong]

    @property
    def is_wrong(self) -> bool:
        return bool(self.common.errors or self.wrong_rows)

    # --- what is done -------------------------------------------------------------------------------------------------

    def answer(self) -> HttpResponse:
        if self.is_sent and self._is_valid():
            try:
                saved = self._carry_out()
            except RowsRefused as refused:
                self._refuse_rows(refused)
            except ValidationError as refused:
                for name, sentence in sentences_of(refused):
                    self.common.add_error(name if name in self.common.fields else None, sentence)
            else:
                forget(self.request, Recommendation, [row.item.pk for row in self.included])
                return HttpResponseRedirect(self._after(saved))
        return self._show()

    def _is_valid(self) -> bool:
        valid = all([self.common.is_valid(), *(row.form.is_valid() for row in self.rows)])
        if not self.included:
            self.common.add_error(None, _("Sæt flueben ved mindst én anbefaling."))
        return valid and bool(self.included)

    @in_turn()
    def _carry_out(self) -> AnswerDraft:
        typed, by = self.common.cleaned_data, actor(self.request)
        version = self.request.POST.get(VERSION, "")
        saved = save_answer_draft(
            by=by,
            committee=self.committee,
            answers=MeetingAnswers(
                {row.item: row.entry for row in self.included},
                **{name: value for name, value in typed.items() if name != "sure"},
                is_sure=typed["sure"],
            ),
            draft=self.draft,
            version=whole_number(version),
            request_key=request_key(self.request),
        )
        if saved.state != UpdateState.DRAFT:  # all done by an earlier click
            return saved
        if self.step == SUBMIT:
            return submit_answer_draft(by=by, draft=saved)
        if self.step == PUBLISH:
            return publish_answer_draft(by=by, draft=saved, request_key=step_key(self.request))
        return saved

    @property
    def step(self) -> str:
        return self.request.POST.get(STEP, SAVE)

    def _after(self, saved: AnswerDraft) -> str:
        if saved.state == UpdateState.PUBLISHED:
            say(self.request, recorded(len(self.included)), [citizens_page(self.committee)])
            return reverse("admin:index")
        if saved.state == UpdateState.SUBMITTED:
            say(self.request, _("Sendt til godkendelse. Borgerne ser svarene, når en godkender har registreret dem."))
            return reverse("admin:index")
        say(self.request, _("Kladden er gemt. Den er ikke sendt til godkendelse."))
        return reverse("answer_draft", args=[saved.pk])

    def _refuse_rows(self, refused: RowsRefused) -> None:
        """What is said of all alike is said once, at the top or at its field; the rest at its row."""
        rows = {row.item: row for row in self.rows}
        said = [(item, error, list(sentences_of(error))) for item, error in refused.rows.items()]
        times = Counter(sentence for _item, _error, pairs in said for _name, sentence in pairs)
        for item, error, pairs in said:
            if isinstance(error, AnsweredAlready):
                rows[item].refuse("", already(error))
                continue
            for name, sentence in pairs:
                own = name in OWN and rows[item].form["outcome"].value()
                if own or (times[sentence] < len(refused.rows) and name not in self.common.fields):
                    rows[item].refuse(name, sentence)
                elif sentence not in self.common.errors.get(name if name in self.common.fields else "__all__", ()):
                    self.common.add_error(name if name in self.common.fields else None, sentence)
                if isinstance(error, Doubt):
                    self.common.ask_below(name)

    def _without_ticks(self) -> str:
        """The address of the page without a tick, where it begins with several."""
        if self.is_sent or self.draft or len(self.included) < 2:
            return ""
        query = self.request.GET.copy()
        query[TICKS] = NONE
        return f"?{query.urlencode()}"

    # --- what is shown ------------------------------------------------------------------------------------------------

    def _show(self) -> HttpResponse:
        if self.draft is not None:
            self.draft.refresh_from_db()
        drafts = AnswerDraft.objects.visible_to(self.request.user, reach_of(self.request)).unpublished()
        here = {COMMITTEE: self.committee.code}
        context = {
            **admin.site.each_context(self.request),
            "title": _("Svar fra et møde: %(committee)s") % {"committee": self.committee.name},
            "page": self,
            "draft": self.draft,
            "drafts": [] if self.draft else list(drafts.filter(committee=self.committee).order_by("created_at", "pk")),
            "notes": self.choice.notes if self.choice else [],
            "other_committees": [
                (one.name, f"?{urlencode({COMMITTEE: one.code})}")
                for one in committees_of(self.request)
                if not self.draft and one != self.committee
            ],
            "source_ways": [
                (source.title, count, f"?{urlencode(here | {SOURCE: source.slug})}", source == self.source)
                for source, count in ([] if self.draft or self.chosen or self.is_sent else self.owing_sources)
            ],
            "without_ticks": self._without_ticks(),
            "outcomes": [(radio, Outcome(radio.data["value"])) for radio in self.common["outcome"]],
            "can_publish": permissions.can_answer_for(self.request.user, self.committee),
            "noegle": page_key(self.request),
            "action": self.request.path,
        }
        template = "admin/recommendations/bulk/answers.html"
        return TemplateResponse(self.request, template, context, status=422 if self.is_wrong else 200)


def recorded(count: int) -> str:
    return ngettext(
        "%(count)s svar er registreret og kan ses af borgerne.",
        "%(count)s svar er registreret og kan ses af borgerne.",
        count,
    ) % {"count": count}


def citizens_page(committee: Committee) -> tuple[str, str]:
    """Words and address: where citizens read what the committee answered."""
    return _("Se, hvad borgerne ser"), reverse("committee", args=[committee.code])
