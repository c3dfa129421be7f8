"""The same status for many, each with a text of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy, ngettext

from recommendations.actions import MOST_STATUSES_AT_ONCE, StatusEntry, UpdateDraft, give_status_to_many
from recommendations.admin.base import actor
from recommendations.admin.many.page import BulkPage
from recommendations.enums import Role, UpdateState
from recommendations.forms import BulkStatusForm, CommonStatusForm
from recommendations.models import StatusUpdate
from recommendations.writing.posted import SAVE, STEP, request_key
from recommendations.writing.update import PUBLISH, SUBMIT, status_choices

STATES = {SAVE: UpdateState.DRAFT, SUBMIT: UpdateState.SUBMITTED, PUBLISH: UpdateState.PUBLISHED}


class StatusPage(BulkPage):
    word, route, template = "status-til-valgte", "give_chosen_a_status", "status.html"
    label = gettext_lazy("Giv samme status")
    common_form, row_form = CommonStatusForm, BulkStatusForm
    most = MOST_STATUSES_AT_ONCE

    @property
    def state(self) -> str:
        return STATES.get(self.request.POST.get(STEP, SAVE), UpdateState.DRAFT)

    def perform(self) -> list[StatusUpdate]:
        common = {
            name: value for name, value in self.common.cleaned_data.items() if name in UpdateDraft.__dataclass_fields__
        }
        entries = {
            row.item: StatusEntry(
                committee=self.committee_for(row),
                draft=UpdateDraft(
                    **common,
                    text=row.form.cleaned_data["text"],
                    evidence=() if row.form.is_empty else [row.form.content({})],
                ),
                seen=row.seen,
            )
            for row in self.included
        }
        return give_status_to_many(
            by=actor(self.request),
            items=entries,
            state=self.state,
            sure=self.common.cleaned_data["sure"],
            request_key=request_key(self.request),
        )

    def done(self, written: Sequence[Any]) -> str:
        """As they stand: those that were sent before by another button of the page stay so."""
        count = len(written)
        return DONE[written[0].state](count) % {"count": count}

    def context(self) -> dict[str, Any]:
        return {
            "status_choices": status_choices(self.common["status"]),
            "can_publish": any(self.rights.committees(row.item, Role.APPROVER) for row in self.rows),
        }


DONE: dict[str, Callable[[int], str]] = {
    UpdateState.DRAFT: lambda count: ngettext(
        "%(count)s kladde er gemt. Den er ikke sendt til godkendelse.",
        "%(count)s kladder er gemt. De er ikke sendt til godkendelse.",
        count,
    ),
    UpdateState.SUBMITTED: lambda count: ngettext(
        "%(count)s status er sendt til godkendelse. Borgerne ser den, når en godkender har udgivet den.",
        "%(count)s statusser er sendt til godkendelse. Borgerne ser dem, når en godkender har udgivet dem.",
        count,
    ),
    UpdateState.PUBLISHED: lambda count: ngettext(
        "%(count)s status er udgivet. Borgerne kan se den nu.",
        "%(count)s statusser er udgivet. Borgerne kan se dem nu.",
        count,
    ),
}
