"""All changes by one person, or to the matters of one committee, in a period: for administrators."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, IntegerField, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations.admin.base import require
from recommendations.admin.history import Entry, entry_of, with_names
from recommendations.filters import DayField
from recommendations.forms import DateInput
from recommendations.models import (
    Committee,
    CommitteeAnswer,
    Deadline,
    DoneWhen,
    Initiative,
    IssuedReport,
    Ownership,
    Recommendation,
)

PER_PAGE = 50


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, user):
        name = user.get_full_name()
        return f"{name} ({user.get_username()})" if name else user.get_username()


class ChangeLogForm(forms.Form):
    person = PersonField(
        label=gettext_lazy("Person"),
        queryset=get_user_model().objects.order_by("username"),
        to_field_name="username",
        required=False,
        empty_label=gettext_lazy("Alle"),
        error_messages={"invalid_choice": gettext_lazy("Personen findes ikke. Vælg en fra listen.")},
    )
    udvalg = forms.ModelChoiceField(
        label=gettext_lazy("Udvalg"),
        queryset=Committee.objects.order_by("name", "code"),
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("Alle"),
        error_messages={"invalid_choice": gettext_lazy("Udvalget findes ikke. Vælg et fra listen.")},
        help_text=gettext_lazy("Det, udvalget har skrevet, og alt om det, udvalget ejer i perioden."),
    )
    fra = DayField(label=gettext_lazy("Fra og med"), required=False, widget=DateInput)
    til = DayField(label=gettext_lazy("Til og med"), required=False, widget=DateInput)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("fra") and cleaned.get("til") and cleaned["til"] < cleaned["fra"]:
            self.add_error("til", _("Den sidste dag ligger før den første. Byt om på de to datoer."))
        return cleaned


@dataclass(frozen=True)
class Source:
    """A table with changes of `model`: its history, or the model itself where a row is final once recorded."""

    model: type[Model]
    records: type[Model]
    at: str
    by: str

    @property
    def is_history(self) -> bool:
        return self.records is not self.model

    def about(self, committee: Committee, items: dict[type[Model], QuerySet]) -> Q:
        """Changes that name the committee, or that are about one of its `items`."""
        found = Q(id=committee.pk) if self.model is Committee else Q(pk__in=[])
        if self.model in items:
            found |= Q(id__in=items[self.model])
        for field in self.model._meta.concrete_fields:
            if field.related_model is Committee:
                found |= Q(**{field.name: committee})
            elif field.related_model in items and field.name != "parent":  # below a heading, others may own
                found |= Q(**{f"{field.name}__in": items[field.related_model]})
        return found


SOURCES = [
    *(
        Source(model, model.history.model, "history_date", "history_user")
        for model in apps.get_app_config("recommendations").get_models()
        if hasattr(model._meta, "simple_history_manager_attribute")
    ),
    *(Source(model, model, "recorded_at", "recorded_by") for model in (CommitteeAnswer, Deadline, DoneWhen)),
    Source(IssuedReport, IssuedReport, "issued_at", "issued_by"),
]


def change_log(request: HttpRequest) -> HttpResponse:
    """`/admin/aendringslog/`"""
    require(request.user.is_superuser, _("Kun en administrator kan se alle ændringer."))
    form = ChangeLogForm(request.GET)
    page = entries = None
    if form.is_valid():
        page = Paginator(found_by(form.cleaned_data), PER_PAGE).get_page(request.GET.get("page"))
        entries = entries_of(page)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        **admin.site.each_context(request),
        "title": _("Ændringslog"),
        "form": form,
        "page": page,
        "entries": entries,
        "query": query.urlencode(),
    }
    return TemplateResponse(request, "admin/recommendations/log.html", context, status=400 if form.errors else 200)


def found_by(choices: dict) -> QuerySet:
    """Which record of which source, newest first: one union over all tables, so the database sorts and pages."""
    person, committee, first, last = (choices[name] for name in ("person", "udvalg", "fra", "til"))
    items = _owned_items(committee, first, last) if committee else {}
    parts = []
    for number, source in enumerate(SOURCES):
        wanted = Q()
        if person:
            wanted &= Q(**{source.by: person})
        if committee:
            wanted &= source.about(committee, items)
        if first:
            wanted &= Q(**{f"{source.at}__gte": _midnight(first)})
        if last:
            wanted &= Q(**{f"{source.at}__lt": _midnight(last + timedelta(days=1))})
        parts.append(
            source.records._default_manager.filter(wanted)
            .annotate(log_source=Value(number, IntegerField()), log_at=F(source.at), log_row=F("pk"))
            .order_by()
            .values_list("log_source", "log_at", "log_row")
        )
    return parts[0].union(*parts[1:], all=True).order_by("-log_at", "-log_source", "-log_row")


def _owned_items(committee: Committee, first: date | None, last: date | None) -> dict[type[Model], QuerySet]:
    """What the committee owned on any day of the period."""
    owned = Ownership.objects.filter(committee=committee).order_by()
    if last:
        owned = owned.filter(valid_from__lte=last)
    if first:
        owned = owned.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=first))
    return {
        model: owned.filter(**{f"{model.ABOUT}__isnull": False}).values(model.ABOUT)
        for model in (Recommendation, Initiative)
    }


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def entries_of(page: Page) -> list[tuple[Entry, str]]:
    """The changes on the page, each with the address of its row: at most three queries for each table among them."""
    wanted = [(number, pk) for number, _at, pk in page.object_list]
    keys = defaultdict(list)
    for number, pk in wanted:
        keys[number].append(pk)
    read = {}
    for number, pks in keys.items():
        for pk, entry in _read(SOURCES[number], pks).items():
            read[number, pk] = entry
    return [read[key] for key in wanted]


def _read(source: Source, pks: list[int]) -> dict[int, tuple[Entry, str]]:
    records = with_names(source.records._default_manager.order_by("pk"))
    found = records.filter(pk__in=pks)
    if not source.is_history:
        return {record.pk: (entry_of(record, None), _address(source, record.pk, True)) for record in found}
    before = source.records._default_manager.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
    found = found.annotate(
        log_before=Subquery(before.order_by("-history_id").values("history_id")[:1]),
        log_exists=Exists(source.model._base_manager.filter(pk=OuterRef("id"))),
    )
    older = records.in_bulk([record.log_before for record in found if record.log_before])
    return {
        record.pk: (entry_of(record, older.get(record.log_before)), _address(source, record.id, record.log_exists))
        for record in found
    }


def _address(source: Source, pk: int, exists: bool) -> str:
    """The row itself; its history where there is no more than that."""
    page = "change" if exists else "history"
    return reverse(f"admin:recommendations_{source.model._meta.model_name}_{page}", args=[pk])
