"""What somebody chose for a report, and the form it is chosen with; kept as an address like every other choice."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import TextChoices
from django.forms import BooleanField
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from recommendations.criteria import PARAMETERS, Criterion, models_met
from recommendations.criteria.fields import CodeField, CodesField, DayField
from recommendations.filters import SelectionForm
from recommendations.models import Committee, Initiative, Meeting, Publication, Recommendation, ReportDraft
from recommendations.selection import ITEM_MODELS, ItemModel, Selection, with_query

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

RECOMMENDATIONS, INITIATIVES = "anbefalinger", "initiativer"
MODELS: dict[str, ItemModel] = {RECOMMENDATIONS: Recommendation, INITIATIVES: Initiative}
PREVIOUS = "forrige"  # as the day to compare with: when the previous report of the same kind was issued


class SectionName(TextChoices):
    """The sections that can be chosen, in their order. What words mean and how it was made always stand at the end."""

    SUMMARY = "opsummering", gettext_lazy("Opsummering")
    CHANGED = "aendret", gettext_lazy("Ændret siden")
    ATTENTION = "opmaerksomhed", gettext_lazy("Kræver opmærksomhed")
    LIST = "liste", gettext_lazy("Hele listen")

    @property
    def key(self) -> str:
        """Its lasting name for machines, as the key of the section."""
        return self.name.lower()


@dataclass(frozen=True)
class EarlierReport:
    """The issued report that changes are counted from: its code, the day it showed, the moment until which it knew,
    and the day of the held meeting that it was to, where it was to one.
    """

    code: str
    as_of: date
    known_at: datetime
    meeting_on: date | None = None

    @property
    def day(self) -> date:
        """The day up to which it reached: nothing since can have stood in it."""
        return min(self.as_of, timezone.localdate(self.known_at))


@dataclass(frozen=True)
class AgendaPlace:
    """The meeting that a report is to, and what its head says of it; "2" as `annex` is shown as "Bilag 2"."""

    meeting: Meeting
    agenda_item: str = ""
    case_number: str = ""
    annex: str = ""
    foreword: str = ""

    @classmethod
    def of(cls, draft: ReportDraft) -> AgendaPlace:
        """What the secretary has written in the draft."""
        return cls(draft.meeting, draft.agenda_item, draft.case_number, draft.annex, draft.foreword)


@dataclass(frozen=True)
class Choices:
    """A selection with what else can be chosen for a report: which models of item, which sections, to which meeting.

    A report to a meeting is about the meeting's committee alone, and tells what has changed since the report to the
    last one that was held. `wants_previous` asks others for the changes since the previous issued report of the same
    kind. Once it has been looked up, it is `previous`, and `since` in the selection is its day; both are empty where
    there is none.
    """

    selection: Selection = field(default_factory=Selection)
    models: tuple[ItemModel, ...] = ITEM_MODELS
    sections: tuple[SectionName, ...] = tuple(SectionName)
    meeting: AgendaPlace | None = None
    wants_previous: bool = False
    previous: EarlierReport | None = None
    whole: bool = False  # a long list with every row in full

    @classmethod
    def to(cls, place: AgendaPlace, *, known_at: datetime | None = None) -> Choices:
        """The report to a meeting: all that its committee has to do with, as it is; or as it was known at `known_at`,
        on the day that was.
        """
        as_of = timezone.localdate(known_at) if known_at else None
        return cls(Selection(committee=place.meeting.committee.code, as_of=as_of, known_at=known_at), meeting=place)

    def frozen(self) -> Choices:
        """The same with both times set: the day that is asked about, and now as the moment until which rows count."""
        known_at = self.selection.known_at or timezone.now()
        return replace(self, selection=self.selection.replaced(as_of=self.selection.day, known_at=known_at))

    def before(self) -> Selection | None:
        """The same rows at the times that changes are counted from: those of the previous report, else the eve of the
        day, by what was known then. None where there is nothing to compare with.
        """
        asked, since = self.selection.replaced(since=None), self.selection.since
        if self.previous:
            return asked.replaced(as_of=self.previous.as_of, known_at=self.previous.known_at)
        if since is None:
            return None
        midnight = Selection.start_of(since)
        return asked.replaced(as_of=since - timedelta(days=1), known_at=midnight - timedelta(microseconds=1))

    @property
    def title(self) -> str:
        """What the report is called, in Danish."""
        with translation.override(settings.LANGUAGE_CODE):
            kinds = [str(model._meta.verbose_name_plural) for model in self.models]
        if self.selection.committee:
            names = dict(Committee.objects.order_by("pk").values_list("code", "name"))
            to = " og ".join(names.get(code, code) for code in self.selection.committee_codes)
            return f"Status på {kinds[0]} til {to}"
        if self.selection.publication:
            found = Publication.objects.public(*self.selection.times).filter(slug=self.selection.publication)
            title = found.order_by("pk").values_list("title", flat=True).first()
            return "Status for " + (title or self.selection.publication)
        return "Status for " + " og ".join(kinds)

    @property
    def without_since(self) -> str:
        """Why there is nothing to compare with, in Danish."""
        if self.meeting:
            return "Det er den første rapport til et møde, der er holdt. Der er ingen at sammenligne med."
        if self.wants_previous:
            return "Der er ingen tidligere udstedt rapport med de samme valg at sammenligne med."
        return "Der er ikke valgt en dag at sammenligne med."

    def query(self) -> QueryDict:
        """What stands in the address, defaults left out; "siden" as it was chosen."""
        query = QueryDict(self.selection.query_string(committee=""), mutable=True)
        query.setlist(PARAMETERS["committee"], self.selection.committee_codes)
        if self.meeting:
            query.pop(PARAMETERS["since"], None)  # it follows from the meeting
            query["moede"] = self.meeting.meeting.on.isoformat()
        elif self.wants_previous:
            query[PARAMETERS["since"]] = PREVIOUS
        if len(self.models) == 1:
            query["hvad"] = next(name for name, model in MODELS.items() if model is self.models[0])
        if self.sections != tuple(SectionName):
            query.setlist("afsnit", [section.value for section in self.sections])
        if self.whole:
            query["hel"] = "1"
        return query

    def query_string(self, **extra: str) -> str:
        query = self.query()
        for name, value in extra.items():
            query[name] = value
        return query.urlencode()

    @property
    def address(self) -> str:
        """The page of the same choice, with both days as they are."""
        return with_query(reverse("report"), replace(self, wants_previous=False).query_string())

    def kept(self) -> dict[str, list[str]]:
        """The choices that make two reports of one kind: all of them but the days and the meeting."""
        query = self.query()
        leave_out = (PARAMETERS["as_of"], PARAMETERS["since"], "moede")
        return {name: query.getlist(name) for name in sorted(query) if name not in leave_out}


# --- The form -----------------------------------------------------------------------------------------------------


def _danish(name: str) -> str:
    """A name beside a checkbox, marked as Danish where the page is not."""
    return name if get_language() == settings.LANGUAGE_CODE else format_html('<span lang="da">{}</span>', name)


class SinceField(DayField):
    """A day, or the word for the day of the previous report."""

    def to_python(self, value: str | None) -> Any:
        if (value or "").strip().casefold() == PREVIOUS:
            return PREVIOUS
        return super().to_python(value)


# What only a report has, by its name in addresses and in `manage.py report`.
OWN_FIELDS: dict[str, StrOrPromise] = {
    "hvad": gettext_lazy("anbefalinger eller initiativer. Vælger du ingen, er begge med."),
    "afsnit": gettext_lazy("Afsnit: opsummering, aendret, opmaerksomhed, liste. Vælger du ingen, er alle med."),
    "hel": gettext_lazy("Alle rækker med alle oplysninger, også når listen er lang."),
    "moede": gettext_lazy("Dagen for det møde, rapporten er til, for eksempel 2026-12-03. Kræver ét udvalg."),
}


class ReportForm(SelectionForm):
    """All that the lists are filtered by, and what only a report has. A report has one order."""

    models = ITEM_MODELS
    any_model = True
    several = ("committee",)
    leave_out = ("order",)
    meeting: Meeting | None = None  # that was asked for, once the form is valid

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        committees: Any = self.fields[PARAMETERS["committee"]]
        committees.choices = [(code, _danish(str(name))) for code, name in committees.choices]
        self.fields[PARAMETERS["since"]] = SinceField(
            label=gettext_lazy("Ændret siden"),
            required=False,
            help_text=gettext_lazy("En dato, for eksempel 28.02.2026, eller ordet forrige: siden den forrige rapport."),
            past_only=True,
        )
        self.fields["hvad"] = CodeField(
            label=gettext_lazy("Hvad rapporten handler om"),
            required=False,
            choices=[
                ("", gettext_lazy("Anbefalinger og initiativer")),
                (RECOMMENDATIONS, gettext_lazy("Kun anbefalinger")),
                (INITIATIVES, gettext_lazy("Kun initiativer")),
            ],
            error_messages={"invalid_choice": gettext_lazy("»%(value)s« findes ikke. Vælg fra listen.")},
        )
        self.fields["afsnit"] = CodesField(
            label=gettext_lazy("Afsnit"),
            required=False,
            choices=SectionName.choices,
            help_text=gettext_lazy("Vælger du ingen, er alle med."),
            error_messages={"invalid_choice": gettext_lazy("Afsnittet »%(value)s« findes ikke. Vælg fra listen.")},
        )
        self.fields["hel"] = BooleanField(
            label=gettext_lazy("Hele listen med alle oplysninger"),
            required=False,
            help_text=gettext_lazy("Ellers står noget kun med titel og status, når listen har over 60 rækker."),
        )
        self.fields["moede"] = DayField(
            label=gettext_lazy("Til mødet den"),
            required=False,
            help_text=gettext_lazy(
                "Dagen for et af udvalgets møder. Så tæller ændringerne fra det forrige møde, der er holdt."
            ),
        )

    def chosen(self, criterion: Criterion) -> Any:
        """As the lists have it; the previous report is looked up later."""
        if criterion.field == "since" and self.wants_previous:
            return None
        return super().chosen(criterion)

    @property
    def wants_previous(self) -> bool:
        return bool(self.cleaned_data.get(PARAMETERS["since"]) == PREVIOUS)

    def clean(self) -> dict[str, Any]:
        """A choice that only one kind of item can meet leaves the other out; two that leave out both are refused."""
        cleaned = self.cleaned_data if self.wants_previous else super().clean()
        if not self.errors and cleaned.get("moede"):
            self._find_meeting(cleaned["moede"])
        if not self.errors and not self._models():
            self.add_error(
                "hvad",
                _(
                    "Svar, støtte og »Med initiativer« findes kun for anbefalinger. Fjern det valg, eller vælg både "
                    "anbefalinger og initiativer."
                ),
            )
        return cleaned

    def _find_meeting(self, on: date) -> None:
        """The meeting of the one committee that is chosen; a sentence at its field where there is none."""
        codes = self.selection.committee_codes
        if len(codes) != 1:
            self.add_error("moede", _("Vælg det ene udvalg, der holder mødet. Så kan rapporten laves til mødet."))
            return
        if isinstance(self.cleaned_data.get(PARAMETERS["since"]), date):
            self.add_error(
                PARAMETERS["since"],
                _(
                    "En rapport til et møde siger selv, hvad der er ændret siden det forrige møde. Fjern dagen, eller "
                    "fjern mødet."
                ),
            )
        found = Meeting.objects.select_related("committee").filter(committee__code=codes[0], on=on)
        self.meeting = found.order_by("pk").first()
        if self.meeting is None:
            self.add_error(
                "moede",
                _("Udvalget har intet møde den %(day)s. Skriv dagen for et af dets møder, eller lad feltet stå tomt.")
                % {"day": date_format(on)},
            )

    def _models(self) -> tuple[ItemModel, ...]:
        what = self.cleaned_data["hvad"]
        return models_met(self.selection, (MODELS[what],) if what else ITEM_MODELS)

    @property
    def report_choices(self) -> Choices:
        """What the form asks for; only when it is valid."""
        chosen = self.cleaned_data
        return Choices(
            selection=self.selection,
            models=self._models(),
            sections=tuple(name for name in SectionName if name in chosen["afsnit"]) or tuple(SectionName),
            meeting=AgendaPlace(self.meeting) if self.meeting else None,
            wants_previous=self.wants_previous,
            whole=chosen["hel"],
        )
