"""One deadline for many, with a reason in common or one each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy, ngettext

from recommendations.actions import DeadlineEntry, set_deadlines
from recommendations.admin.base import actor
from recommendations.admin.many.page import BulkPage
from recommendations.enums import Role
from recommendations.forms import BulkDeadlineForm, CommonDeadlineForm
from recommendations.models import Deadline
from recommendations.writing.posted import request_key


class DeadlinePage(BulkPage):
    word, route, template = "frist-til-valgte", "set_chosen_deadlines", "deadline.html"
    label = gettext_lazy("Sæt frist")
    roles = (Role.APPROVER,)
    common_form, row_form = CommonDeadlineForm, BulkDeadlineForm

    def perform(self) -> list[Deadline]:
        common = self.common.cleaned_data
        entries = {
            row.item: DeadlineEntry(
                committee=self.committee_for(row),
                due_on=row.form.cleaned_data["due_on"] or common["due_on"],
                reason=row.form.cleaned_data["reason"] or common["reason"],
            )
            for row in self.included
        }
        return set_deadlines(
            by=actor(self.request), items=entries, sure=common["sure"], request_key=request_key(self.request)
        )

    def done(self, written: Sequence[Any]) -> str:
        count = len(written)
        return ngettext(
            "%(count)s frist er registreret og kan ses af borgerne.",
            "%(count)s frister er registreret og kan ses af borgerne.",
            count,
        ) % {"count": count}

    def context(self) -> dict[str, Any]:
        return {"folded": ("due_on", "reason")}
