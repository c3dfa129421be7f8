"""What happened, in words: events as entries, and a page of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations.actions.sources import SEALED_VOTES
from recommendations.actions.state import BY_LINK
from recommendations.admin.kept import CountedOnce
from recommendations.enums import PROPOSING, Act, Outcome, OwnershipRole, Role, Status, UpdateState
from recommendations.models import (
    Addressee,
    AnswerDraft,
    Assignment,
    Committee,
    CommitteeMembership,
    ErrorReport,
    Event,
    Item,
    Meeting,
    Municipality,
    Ownership,
    Publication,
    Relation,
    StatusUpdate,
    Synonym,
    VoteShare,
    Webhook,
    Wording,
    WordingDraft,
)
from recommendations.models.event import EventQuerySet

PER_PAGE = 50

# Whose fields the details of an event name. An act that is not here has none, or says them in words of its own.
DETAILS_OF: dict[str, type[Model]] = {
    **dict.fromkeys([Act.DRAFT_SAVED, Act.DRAFT_RETURNED], StatusUpdate),
    **dict.fromkeys([Act.ITEM_ADDED, Act.ITEM_CHANGED], Item),
    **dict.fromkeys([Act.REWORDED, Act.WORDS_CORRECTED, Act.WORDS_PROPOSED], Wording),
    Act.WORDS_RETURNED: WordingDraft,
    **dict.fromkeys([Act.SOURCE_ADDED, Act.SOURCE_CHANGED, Act.SOURCE_OPENED], Publication),
    **dict.fromkeys([Act.COMMITTEE_ADDED, Act.COMMITTEE_CHANGED], Committee),
    **dict.fromkeys([Act.OWNER_ADDED, Act.OWNER_ENDED, Act.OWNER_CORRECTED], Ownership),
    **dict.fromkeys([Act.ROLE_GIVEN, Act.ROLE_ENDED, Act.PERSON_INVITED, Act.PERSON_LEFT], CommitteeMembership),
    **dict.fromkeys([Act.PERSON_CHANGED, Act.LOGIN_REOPENED, Act.LINK_SENT, Act.PASSWORD_CHOSEN], CommitteeMembership),
    **dict.fromkeys([Act.ANSWERS_DRAFTED, Act.ANSWERS_RETURNED], AnswerDraft),
    **dict.fromkeys([Act.MEETING_PLANNED, Act.MEETING_CHANGED, Act.MEETING_MOVED], Meeting),
    **dict.fromkeys([Act.MEETING_CANCELLED, Act.PAPERS_SENT, Act.MEETING_HELD], Meeting),
    Act.SUPPORT_RECORDED: VoteShare,
    Act.RELATION_REMOVED: Relation,
    Act.ADDRESSEE_SAVED: Addressee,
    **dict.fromkeys([Act.SYNONYM_SAVED, Act.SYNONYM_REMOVED], Synonym),
    **dict.fromkeys([Act.WEBHOOK_SAVED, Act.WEBHOOK_REMOVED], Webhook),
    Act.MUNICIPALITY_CHANGED: Municipality,
    Act.ERROR_HANDLED: ErrorReport,
    **dict.fromkeys([Act.ITEM_ASSIGNED, Act.ITEM_DECLINED], Assignment),
}
# What is no field: the details of an act about several rows.
DETAIL_WORDS = {
    "facts": gettext_lazy("oplysninger om processen"),
    "documents": gettext_lazy("dokumenter"),
    "committees": gettext_lazy("udvalg, der skal svare"),
    "relation": gettext_lazy("forhold"),
    "remark": gettext_lazy("bemærkning"),
    "reason": gettext_lazy("begrundelse"),
    "legal_basis": gettext_lazy("hjemmel"),
    "places": gettext_lazy("steder"),
    "known_from": gettext_lazy("kendt fra"),
    "answered": gettext_lazy("besvaret"),
    "different": gettext_lazy("andre svar"),
    "items": gettext_lazy("rækker, der er flyttet"),
    "rows": gettext_lazy("rækker"),
    "row": gettext_lazy("række"),
    "owner": gettext_lazy("ejerudvalg"),
    "directed_to": gettext_lazy("rettet mod"),
    "drafts": gettext_lazy("kladder, der er flyttet"),
    "left_drafts": gettext_lazy("kladder, som kollegerne nu kan skrive færdig"),
    "people": gettext_lazy("roller, der er flyttet"),
    "roles": gettext_lazy("roller"),
    "login": gettext_lazy("login"),
    "password": gettext_lazy("adgangskode"),
    "second_factor": gettext_lazy("anden faktor"),
    "sign_on": gettext_lazy("kendes i kommunens login som"),
    "first_name": gettext_lazy("fornavn"),
    "last_name": gettext_lazy("efternavn"),
    "email": gettext_lazy("e-mail"),
    "is_superuser": gettext_lazy("administrator"),
    BY_LINK: gettext_lazy("fra en mail, uden login"),
}
# Keys and counters that say nothing to a reader, and what each entry says by itself: about what, by whom, and when.
UNSAID = {
    "id",
    "key",
    "item",
    "publication",
    "version",
    "based_on",
    "created_at",
    "author",
    "recorded_by",
    "replaces",
    "succession",
    "report_key",
    "asked_people",
    SEALED_VOTES,
}
# What the row says that an act wrote, where the event's own details do not.
SAID_BY_ROW = {
    "update": ("text",),
    "answer": ("reason", "text", "passed_on_to", "agenda_item", "agenda_url"),
    "deadline": ("reason",),
    "criterion": ("text", "reason"),
    "report": ("title",),
}
# Codes of events: no two vocabularies share one.
CODES = {str(word.value): word.label for words in (Status, Outcome, Role, OwnershipRole) for word in words}


@dataclass(frozen=True)
class FieldChange:
    """A field and what it said before and after, in words; empty for nothing."""

    field: str
    old: str
    new: str


@dataclass(frozen=True)
class EventEntry:
    """One event in words. `on_behalf_of` is empty where the committee is what the act is about."""

    at: datetime
    by: str
    on_behalf_of: str
    action: str
    label: str
    address: str
    before: str
    after: str
    changes: list[FieldChange]


def entries_of(events: Sequence[Event]) -> list[EventEntry]:
    """The events in words; one query for each kind of row that their details name."""
    names = Names.of(events)
    return [_entry(event, names) for event in events]


def _entry(event: Event, names: Names) -> EventEntry:
    acted_for = event.committee if event.by and _row_name(event) not in ("", "ownership", "wording") else None
    about = [str(event.item or event.publication or event.answer_draft or event.meeting or "")]
    if event.committee and not acted_for:
        about.append(str(event.committee))
    return EventEntry(
        at=event.at,
        by=str(event.by or _("ingen bruger: fra en kilde, en borger eller kommunens eget login")),
        on_behalf_of=str(acted_for or ""),
        action=event.get_act_display(),
        label=": ".join(filter(None, about)),
        address=_address(event),
        before=names.code(event.before),
        after=names.code(event.after),
        changes=[*_details(event, names), *_said_by_row(event)],
    )


def _row_name(event: Event) -> str:
    """The field of the event that holds the row which the act wrote; empty for an act that has none there."""
    rows = ("update", "answer", "deadline", "criterion", "report", "answer_draft", "ownership", "wording", "meeting")
    return next((name for name in rows if getattr(event, f"{name}_id")), "")


def _address(event: Event) -> str:
    """Where the row can be read; what was thrown away has no page, so the item's is shown."""
    if event.update and event.update.state != UpdateState.DISCARDED:
        return reverse("admin:recommendations_statusupdate_change", args=[event.update.pk])
    if event.answer_draft and event.answer_draft.state != UpdateState.DISCARDED:
        return reverse("answer_draft", args=[event.answer_draft.pk])
    if event.act in PROPOSING and event.proposal and event.proposal.state != UpdateState.DISCARDED:
        return reverse("admin:recommendations_wordingdraft_change", args=[event.proposal.pk])
    if event.report:
        return reverse("admin:recommendations_issuedreport_change", args=[event.report.pk])
    if event.meeting:
        return reverse("admin:recommendations_meeting_change", args=[event.meeting.pk])
    for row, name in (
        (event.item, event.item.route if event.item else ""),
        (event.publication, "publication"),
        (event.committee, "committee"),
    ):
        if row:
            return reverse(f"admin:recommendations_{name}_change", args=[row.pk])
    return ""


def _details(event: Event, names: Names) -> Iterator[FieldChange]:
    model = DETAILS_OF.get(event.act)
    for name, (old, new) in event.details.items():
        if name not in UNSAID:
            label, in_words = names.field(model, name)
            yield FieldChange(capfirst(label), in_words(old), in_words(new))


def _said_by_row(event: Event) -> Iterator[FieldChange]:
    name = _row_name(event)
    row: Any = getattr(event, name) if name and not event.details.keys() - {BY_LINK} else None
    for field_name in SAID_BY_ROW.get(name, ()) if row else ():
        if value := getattr(row, field_name):
            yield FieldChange(capfirst(str(row._meta.get_field(field_name).verbose_name)), "", str(value))


@dataclass
class Names:
    """The words for what details hold: keys of rows, codes of choices, days, yes and no."""

    rows: dict[type[Model], dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    committees: dict[str, str] = field(default_factory=dict)  # by code

    @classmethod
    def of(cls, events: Iterable[Event]) -> Names:
        keys: dict[type[Model], set[str]] = defaultdict(set)
        for event in events:
            model = DETAILS_OF.get(event.act)
            for name, values in event.details.items():
                found = _field(model, name)
                if found is not None and found.related_model and not found.many_to_many and name not in UNSAID:
                    keys[found.related_model] |= {value for value in values if value}
        names = cls()
        committees = list(Committee.objects.order_by("pk"))
        names.committees = {one.code: one.name for one in committees}
        names.rows[Committee] = {str(one.pk): str(one) for one in committees}
        for model, wanted in keys.items():
            if model is not Committee:
                names.rows[model] = {str(row.pk): str(row) for row in _read(model, wanted)}
        return names

    def code(self, code: str) -> str:
        """What stood before or after an act: a status, an answer, a role, a committee, a day."""
        return str(CODES.get(code) or self.committees.get(code) or _day(code))

    def field(self, model: type[Model] | None, name: str) -> tuple[str, Any]:
        """What a detail is called, and how its values are said."""
        found = _field(model, name)
        if found is None:
            return str(DETAIL_WORDS.get(name, name)), str
        return str(found.verbose_name), lambda value: self._in_words(found, value)

    def _in_words(self, found: Any, value: str) -> str:
        if not value:
            return ""
        if found.many_to_many:
            return value
        if found.related_model:
            # What is gone, or another municipality's, has no name here.
            return self.rows[found.related_model].get(value, f"{found.related_model._meta.verbose_name} {value}")
        if found.choices:
            return str(dict(found.flatchoices).get(value, value))
        kind = found.get_internal_type()
        if kind == "BooleanField":
            return _("ja") if value == "True" else _("nej")
        return _day(value) if kind in ("DateField", "DateTimeField") else value


def _field(model: type[Model] | None, name: str) -> Any:
    """The model's own field of that name, if it has one."""
    try:
        found = model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None
    return None if found is None or found.auto_created else found


def _read(model: type[Model], keys: Iterable[str]) -> Iterable[Model]:
    related = {Item: ["wording"], StatusUpdate: ["item__wording"], Meeting: ["committee"]}.get(model, [])
    rows: Iterable[Model] = model._default_manager.filter(pk__in=keys).select_related(*related).order_by("pk")
    return rows


def _day(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return date_format(moment.date()) if len(text) == len("2026-11-02") else date_format(moment, "j. F Y H.i")


# --- The pages --------------------------------------------------------------------------------------------------------


def log_page(
    request: HttpRequest, events: EventQuerySet | None, *, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page of entries, the newest first; `events` is none where the choices do not hold."""
    page = entries = None
    if events is not None:
        read = events.with_rows().select_related("by", "publication", "proposal", "report").newest_first()
        page = CountedOnce(read, PER_PAGE).get_page(request.GET.get("page"))
        entries = entries_of(list(page.object_list))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        **admin.site.each_context(request),
        "title": _("Historik"),
        "page": page,
        "entries": entries,
        "query": query.urlencode(),
        **context,
    }
    return TemplateResponse(request, template, context, status=status)
