"""Many confirmed at once: after a look at each, and with a word on how it is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy, ngettext

from recommendations.actions import confirm_many, nothing_to_confirm, statuses_to_confirm
from recommendations.admin.base import actor
from recommendations.admin.many.page import BulkPage
from recommendations.forms import BulkConfirmForm, CommonConfirmForm
from recommendations.models import Item, StatusUpdate
from recommendations.writing.posted import request_key


class ConfirmPage(BulkPage):
    word, route, template = "bekraeft-valgte", "confirm_chosen", "confirm.html"
    label = gettext_lazy("Bekræft: stadig korrekt")
    common_form, row_form = CommonConfirmForm, BulkConfirmForm

    def problems(self) -> Mapping[Item, str]:
        """Rows of which nothing can be confirmed, in whichever name."""
        asked = [(row.item, committee) for row in self.rows for committee in row.committees]
        confirmable = {item for item, _committee in statuses_to_confirm(asked)}
        return {row.item: nothing_to_confirm(row.item) for row in self.rows if row.item not in confirmable}

    def prepare(self) -> None:
        """That all have been read is a tick at each."""
        if self.data and self.data.get("all_read"):
            for row in self.possible:
                self.data[f"r{row.key}-include"] = "on"

    def perform(self) -> list[StatusUpdate]:
        return confirm_many(
            by=actor(self.request),
            items={row.item: self.committee_for(row) for row in self.included},
            text=self.common.cleaned_data["text"],
            seen={row.item: row.seen for row in self.included if row.seen},
            request_key=request_key(self.request),
        )

    def done(self, written: Sequence[Any]) -> str:
        count = len(written)
        return ngettext(
            "%(count)s række er bekræftet: Status er stadig korrekt.",
            "%(count)s rækker er bekræftet: Status er stadig korrekt.",
            count,
        ) % {"count": count}

    def context(self) -> dict[str, Any]:
        count = len(self.possible)
        self.common.fields["all_read"].label = ngettext(
            "Jeg har læst den og siger, at den stadig er korrekt",
            "Jeg har læst alle %(count)s rækker ovenfor og siger, at de stadig er korrekte",
            count,
        ) % {"count": count}
        return {"open_rows": True}
