"""A committee's meetings: those of a year, one that is moved or cancelled, and which one something comes up at."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recommendations.actions import MOST_MEETINGS, MeetingContent
from recommendations.enums import MeetingState
from recommendations.forms.base import DateInput, DoubtableForm, model_field
from recommendations.forms.calendar_file import LARGEST, meetings_in
from recommendations.forms.days import DayListField, DayOrMonthField
from recommendations.models import Committee, Meeting

EVERY = [
    (1, _("Hver uge")),
    (2, _("Hver anden uge")),
    (3, _("Hver tredje uge")),
    (4, _("Hver fjerde uge")),
    (6, _("Hver sjette uge")),
    (8, _("Hver ottende uge")),
]
NEXT_YEAR_FROM = 9  # the month from which it is next year's meetings that are planned


class TimeInput(forms.TimeInput):
    """The browser's own; without it, the hour is typed."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__(attrs, format="%H:%M")


class ClockField(forms.TimeField):
    """An hour of the day, written 15:30 or as Danes do: 15.30."""

    widget = TimeInput

    def to_python(self, value: Any) -> time | None:
        if isinstance(value, str):
            value = value.strip().removeprefix("kl.").replace(".", ":")
        return super().to_python(value)


def clock_field() -> ClockField:
    return ClockField(
        label=_("Klokkeslæt"),
        required=False,
        error_messages={"invalid": _("Klokkeslættet kan ikke læses. Skriv for eksempel 15:30.")},
    )


def agenda_field() -> forms.URLField:
    return forms.URLField(
        label=_("Link til dagsordenen"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("Når dagsordenen er offentlig."),
    )


class SeriesForm(forms.Form):
    """The meetings of a year as they are spoken of: every other Thursday, but not then, and also then."""

    weekday = forms.TypedChoiceField(
        label=_("Ugedag"),
        choices=[("", _("Vælg en ugedag")), *((day, capfirst(name)) for day, name in WEEKDAYS.items())],
        coerce=int,
        error_messages={"required": _("Vælg den ugedag, udvalget mødes.")},
    )
    every = forms.TypedChoiceField(label=_("Hvor tit"), choices=EVERY, coerce=int)
    first = forms.DateField(label=_("Fra"), widget=DateInput())
    last = forms.DateField(label=_("Til og med"), widget=DateInput())
    begins_at = clock_field()
    but = DayListField(
        label=_("Ikke disse dage"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For eksempel: 24.12.2026, 28.06.2027 til 08.08.2027."),
    )
    also = DayListField(
        label=_("Også disse dage"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Møder uden for rækken. For eksempel: 12. januar 2027 og 02.02.2027."),
    )

    @staticmethod
    def beginning(committee: Committee, today: date) -> dict[str, Any]:
        """What it begins with: the weekday, week and hour of the committee's last meeting, to the end of a year.

        From September on it is next year's meetings that are planned.
        """
        meetings = Meeting.objects.filter(committee=committee).exclude(state=MeetingState.CANCELLED)
        latest = meetings.latest_first().first()
        first = today
        if latest:
            first = latest.on + timedelta(14)
            first += timedelta(14) * -((first - today).days // 14) if first < today else timedelta(0)
        year = max(first.year, today.year + (today.month >= NEXT_YEAR_FROM))
        return {
            "weekday": latest.on.weekday() if latest else "",
            "every": 2,
            "first": first.isoformat(),
            "last": date(year, 12, 31).isoformat(),
            "begins_at": f"{latest.begins_at:%H:%M}" if latest and latest.begins_at else "",
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", gettext("Den sidste dag ligger før den første. Skriv en senere dag."))
        elif first and last and (last - first).days > 2 * 366:
            self.add_error("last", gettext("Det er mere end to år. Læg møderne ind for et år ad gangen."))
        return cleaned

    def meetings(self) -> list[MeetingContent]:
        """All days of the series, in order. The form must be valid."""
        said = self.cleaned_data
        # The first such weekday begins the series, wherever in a week it is asked for from.
        begins = said["first"] + timedelta((said["weekday"] - said["first"].weekday()) % 7)
        step = 7 * said["every"]
        days = {begins + timedelta(after) for after in range(0, (said["last"] - begins).days + 1, step)}
        wanted = sorted((days - set(said["but"])) | set(said["also"]))
        return [MeetingContent(on=day, begins_at=said["begins_at"]) for day in wanted]


class CalendarFileForm(forms.Form):
    """Meetings that stand in another calendar already."""

    file = forms.FileField(
        label=_("Kalenderfil (.ics)"),
        help_text=_("Højst 1 MB. Du ser dagene, før noget bliver lagt ind."),
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
        error_messages={
            "required": _("Vælg den fil, møderne står i."),
            "empty": _("Filen er tom. Eksportér kalenderen igen, og vælg den nye fil."),
        },
    )

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        self.meetings = meetings_in(upload.read(LARGEST + 1), today=timezone.localdate())
        return upload


class ChosenDaysForm(forms.Form):
    """The days that were shown, and those that were ticked; each as a day, or a day with an hour, in ISO form."""

    offered = forms.CharField(required=False)
    chosen = forms.CharField(required=False)

    def clean(self) -> dict[str, Any]:
        values: Any = self.data
        for name in ("offered", "chosen"):
            sent = values.getlist(name)
            if len(sent) > MOST_MEETINGS:
                raise ValidationError(gettext("Det er for mange dage på én gang. Tag et år ad gangen."))
            self.cleaned_data[name] = [_day_sent(value) for value in sent]
        return self.cleaned_data


def _day_sent(value: str) -> MeetingContent:
    day, _sign, clock = value.partition("T")
    try:
        return MeetingContent(date.fromisoformat(day), time.fromisoformat(clock) if clock else None)
    except ValueError as wrong:
        raise ValidationError(
            gettext("Dagen »%(day)s« kan ikke læses. Vis dagene igen, og sæt fluebenene på ny.") % {"day": value[:40]}
        ) from wrong


# --- One meeting ------------------------------------------------------------------------------------------------------


class MoveMeetingForm(DoubtableForm):
    on = model_field(Meeting, "on", label=_("Ny dag"))
    reason = forms.CharField(
        label=_("Hvorfor er det flyttet?"),
        max_length=300,
        required=False,
        help_text=_("Vises for borgerne."),
    )


class CancelMeetingForm(forms.Form):
    reason = forms.CharField(
        label=_("Hvorfor er det aflyst?"),
        max_length=300,
        required=False,
        help_text=_("Vises for borgerne."),
    )


class MeetingPapersForm(forms.Form):
    agenda_url = agenda_field()


class ChangeMeetingForm(forms.Form):
    begins_at = clock_field()
    agenda_url = agenda_field()


class MeetingStateForm(forms.Form):
    state = forms.ChoiceField(label=_("Hvad skal der stå?"), choices=MeetingState.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Hvad var forkert?"),
        max_length=300,
        required=False,
        help_text=_("Bliver mødet »Aflyst«, vises det for borgerne. Ellers står det kun i loggen."),
    )


# --- Where a meeting is chosen ----------------------------------------------------------------------------------------


class ComingMeetingField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the committees' meetings that are to be held, or one that was chosen earlier, whatever became of it."""

    says_committee = False

    def __init__(self, *, label: Any, help_text: Any = ""):
        super().__init__(None, label=label, required=False, empty_label=_("Intet møde"), help_text=help_text)

    @staticmethod
    def offer(form: forms.BaseForm, name: str, committees: Collection[Committee], kept: Meeting | None = None) -> None:
        """Fill the field of a form; where there is no meeting to choose, it is not asked for."""
        coming = Q(committee__in=[one.pk for one in committees], on__gte=timezone.localdate())
        coming &= Q(state__in=[MeetingState.PLANNED, MeetingState.PAPERS_SENT])
        found = Meeting.objects.filter(coming | Q(pk=kept.pk) if kept else coming)
        if found.exists():
            field: Any = form.fields[name]
            field.says_committee = len(committees) > 1
            field.queryset = found.select_related("committee").earliest_first()
        else:
            del form.fields[name]

    def label_from_instance(self, meeting: Any) -> str:
        day = date_format(meeting.on, "j. F Y")
        return f"{meeting.committee.abbreviation}: {day}" if self.says_committee else day


class ReturnsForm(forms.Form):
    """When a committee has said that it will return to a matter: at a meeting, or by a day. Most have not."""

    returns_to = ComingMeetingField(label=_("Vender tilbage på mødet"))
    returns_by = DayOrMonthField(
        label=_("Eller senest"),
        required=False,
        help_text=_("En dag eller en måned, for eksempel »marts 2027«."),
    )

    def offer_meetings(self, committees: Collection[Committee]) -> None:
        ComingMeetingField.offer(self, "returns_to", committees, self.initial.get("returns_to"))

    @property
    def returns(self) -> list[forms.BoundField]:
        """The fields that are folded away."""
        return [self[name] for name in ReturnsForm.base_fields if name in self.fields]

    @property
    def returns_are_open(self) -> bool:
        """Whether something stands in them, or is wrong there."""
        return any(field.errors or field.value() for field in self.returns)
