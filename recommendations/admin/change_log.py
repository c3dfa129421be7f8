"""The log: what a person did, what a committee said and what was done to what it owned, in a period."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations import permissions
from recommendations.admin.base import actor, reach_of, require
from recommendations.admin.log import log_page
from recommendations.criteria.fields import DayField
from recommendations.forms import DateInput
from recommendations.models import Committee, Event, Ownership, Reach
from recommendations.models.event import EventQuerySet
from recommendations.models.membership import name_of

NAMED = 5  # people that are named when what was typed is true of several


class PersonField(forms.CharField):
    """Somebody of `people`, by login or by part of a name: a list of all of them is no help when they are hundreds."""

    people: QuerySet[User]

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        exact = self.people.filter(username=typed).first()
        if exact:
            return exact
        found = self.people
        for word in typed.split():
            named = Q(username__icontains=word) | Q(first_name__icontains=word) | Q(last_name__icontains=word)
            found = found.filter(named)
        some = list(found.order_by("username")[: NAMED + 1])
        if not some:
            raise forms.ValidationError(
                _("Ingen her hedder »%(typed)s«. Skriv et brugernavn eller en del af et navn.") % {"typed": typed}
            )
        if len(some) > 1:
            names = ", ".join(f"{name_of(one)} ({one.get_username()})" for one in some[:NAMED])
            rest = _(" og flere") if len(some) > NAMED else ""
            raise forms.ValidationError(
                _("Flere passer: %(names)s%(rest)s. Skriv brugernavnet på en af dem.") % {"names": names, "rest": rest}
            )
        return some[0]


class EventLogForm(forms.Form):
    person = PersonField(
        label=gettext_lazy("Person"),
        required=False,
        max_length=150,
        help_text=gettext_lazy("Brugernavnet eller en del af navnet."),
    )
    udvalg: Any = forms.ModelChoiceField(
        label=gettext_lazy("Udvalg"),
        queryset=None,
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("Alle"),
        error_messages={"invalid_choice": gettext_lazy("Udvalget findes ikke. Vælg et fra listen.")},
        help_text=gettext_lazy("Det, udvalget har skrevet, og alt om det, udvalget ejer i perioden."),
    )
    fra = DayField(label=gettext_lazy("Fra og med"), required=False, widget=DateInput)
    til = DayField(label=gettext_lazy("Til og med"), required=False, widget=DateInput)

    def __init__(self, *args: Any, people: QuerySet[User], committees: QuerySet[Committee], **kwargs: Any):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["person"].people = people
        fields["udvalg"].queryset = committees

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("fra") and cleaned.get("til") and cleaned["til"] < cleaned["fra"]:
            self.add_error("til", _("Den sidste dag ligger før den første. Byt om på de to datoer."))
        return cleaned


def change_log(request: HttpRequest) -> HttpResponse:
    """`/admin/aendringslog/`: administrators see all; others what is about the committees that they work for."""
    user, reach = actor(request), reach_of(request)
    require(reach.is_superuser or bool(reach.acting), _("Du har ingen rolle i et udvalg og derfor ingen log."))
    form = EventLogForm(request.GET, people=_people(reach), committees=_committees(reach))
    events = None
    if form.is_valid():
        chosen = form.cleaned_data
        committees = {chosen["udvalg"].pk} if chosen["udvalg"] else None if reach.is_superuser else reach.committees()
        found = Event.objects.visible_to(user, reach)
        events = narrowed(found, chosen["person"], committees, chosen["fra"], chosen["til"])
    context = {"title": _("Log"), "form": form}
    return log_page(
        request, events, template="admin/recommendations/log.html", context=context, status=400 if form.errors else 200
    )


def _people(reach: Reach) -> QuerySet[User]:
    """Those whose acts can be asked for: all staff, or who works or has worked for the same committees."""
    everybody = permissions.staff()
    if reach.is_superuser:
        return everybody
    return everybody.filter(committee_memberships__committee__in=reach.committees()).distinct()


def _committees(reach: Reach) -> QuerySet[Committee]:
    every = Committee.objects.order_by("sort_name", "code")
    return every if reach.is_superuser else every.filter(pk__in=reach.committees())


def narrowed(
    events: EventQuerySet,
    person: User | None,
    committees: Collection[int] | None,
    first: date | None,
    last: date | None,
) -> EventQuerySet:
    """Of `events` those by `person` and about `committees` (ids), in a period; both its days count."""
    if person:
        events = events.filter(by=person)
    if first:
        events = events.filter(at__gte=_midnight(first))
    if last:
        events = events.filter(at__lt=_midnight(last + timedelta(days=1)))
    if committees is not None:
        events = events.filter(Q(committee__in=committees) | Q(item__in=_owned_by(committees, first, last)))
    return events


def _owned_by(committees: Collection[int], first: date | None, last: date | None) -> Any:
    """What the committees owned on any day of the period (item ids)."""
    owned = Ownership.objects.recorded().filter(committee__in=committees).order_by()
    if last:
        owned = owned.filter(valid_from__lte=last)
    if first:
        owned = owned.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=first))
    return owned.values("item")


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
