"""What binds a committee: answers, deadlines and criteria, new ones and corrections."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from recommendations.enums import ItemKind
from recommendations.forms.base import ActingForm, model_field
from recommendations.models import Committee, CommitteeAnswer, Deadline, DoneWhen, Item


class CorrigibleField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Which of the rows that stand was wrong, if any."""

    def __init__(self, label: Any, empty_label: Any):
        super().__init__(label=label, queryset=None, required=False, empty_label=empty_label)


class AnswerForm(forms.Form):
    """A committee's answer to one item, or the correction of one."""

    committee: Any = forms.ModelChoiceField(label=_("Udvalg"), queryset=None)
    outcome = model_field(CommitteeAnswer, "outcome")
    meeting_date = model_field(CommitteeAnswer, "meeting_date")
    agenda_item = model_field(CommitteeAnswer, "agenda_item")
    agenda_url = forms.URLField(
        label=_("Link til dagsordenspunktet"), required=False, max_length=500, assume_scheme="https"
    )
    text = model_field(CommitteeAnswer, "text")
    passed_on_to = model_field(CommitteeAnswer, "passed_on_to")
    chosen_option: Any = forms.ModelChoiceField(
        label=CommitteeAnswer._meta.get_field("chosen_option").verbose_name,
        queryset=None,
        required=False,
        empty_label=_("Ingen bestemt"),
    )
    corrects = CorrigibleField(_("Retter et tidligere svar"), _("Nej, det er et nyt svar"))

    def __init__(self, *args: Any, item: Item, committees: QuerySet[Committee], **kwargs: Any):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["committee"].queryset = committees
        if len(committees) == 1:
            fields["committee"].initial, fields["committee"].empty_label = committees[0], None
        fields["outcome"].help_text = _(
            "Lad stå tom for at tage et svar tilbage, der aldrig blev givet. Skriv hvorfor."
        )
        fields["corrects"].queryset = (
            CommitteeAnswer.objects.known().filter(item=item).select_related("committee").newest_first()
        )
        options = item.children.filter(kind=ItemKind.OPTION).select_related("wording").order_by("path")
        if options:
            fields["chosen_option"].queryset = options
        else:
            del fields["chosen_option"]


class DeadlineForm(ActingForm):
    due_on = model_field(Deadline, "due_on", required=False)
    reason = model_field(
        Deadline,
        "reason",
        help_text=_("Nødvendig, når en frist flyttes, rettes eller tages tilbage. Vises for borgerne."),
    )
    corrects = CorrigibleField(_("Retter en frist, der er skrevet forkert"), _("Nej"))

    def __init__(self, *args: Any, item: Item, **kwargs: Any):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["due_on"].help_text = _("Lad stå tom for at tage en frist tilbage, der aldrig blev sat.")
        fields["corrects"].queryset = _standing_of(Deadline, item)


class DoneWhenForm(ActingForm):
    text = model_field(DoneWhen, "text", required=False)
    reason = model_field(
        DoneWhen,
        "reason",
        help_text=_("Nødvendig, når ordlyden ændres, rettes eller tages tilbage. Vises for borgerne."),
    )
    corrects = CorrigibleField(_("Retter et kriterium, der er skrevet forkert"), _("Nej"))

    def __init__(self, *args: Any, item: Item, **kwargs: Any):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["text"].help_text = _("Lad stå tom for at tage et kriterium tilbage, der aldrig blev sat.")
        fields["corrects"].queryset = _standing_of(DoneWhen, item)


def _standing_of(model: type[Deadline] | type[DoneWhen], item: Item) -> QuerySet[Any]:
    found: QuerySet[Any] = model.objects.known().filter(item=item).newest_first()
    return found.select_related("item__wording")
