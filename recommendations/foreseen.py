"""How an item would stand with an update that is not published: worked out beside the database, which is only read."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations.enums import UpdateState
from recommendations.lifecycle import Fact
from recommendations.models import Evidence, Standing, StatusUpdate
from recommendations.models.item import STATE_FIELDS
from recommendations.standing import Known, Said, known_of, rows_of

UpdateRow = tuple[StatusUpdate, list[Evidence]]


@dataclass(frozen=True)
class Foreseen:
    """An update as it will be read once it is published, with its evidence; and the item's rows of `Standing` then."""

    update: StatusUpdate
    evidence: list[Evidence]
    standings: list[Standing]

    @classmethod
    def of(cls, update: StatusUpdate, gaps: Set[str] = frozenset()) -> Foreseen:
        """Seven queries. In the place of what is missing (`gaps`, fields of the update or "evidence") stand words that
        say so.
        """
        shown, evidence, now = copy(update), list(update.evidence.order_by("position")), timezone.now()
        for name in gaps - {"evidence"}:
            setattr(shown, name, _("(Her mangler noget.)"))
        if "evidence" in gaps:
            missing = Evidence(
                update=shown, position=len(evidence) + 1, title=_("Her mangler dokumentation"), case_number="–"
            )
            evidence.append(missing)
        shown.state, shown.published_at = UpdateState.PUBLISHED, now
        known = known_of([update.item_id])[update.item_id]
        known.said.append(_said(shown, now, known))
        # Of today alone: how it stood on other days is on other pages.
        today = timezone.localdate()
        rows = [row for row in rows_of(update.item_id, known) if row.known_until is None and row.on_from <= today]
        return cls(shown, evidence, [row for row in rows if row.on_until is None or row.on_until > today])

    def mark(self, item: Any) -> None:
        """Put the state on an item, as `with_state()` does."""
        whole = next(row for row in self.standings if row.committee_id is None)
        for name in STATE_FIELDS:
            setattr(item, f"state_{name}", getattr(whole, name))

    def cells(self, stored: Collection[Standing]) -> list[Standing]:
        """The item's cells; what the stored ones have read of committees and answers is not read again."""
        committees = {cell.committee_id: cell.committee for cell in stored}
        committees.setdefault(self.update.committee_id, self.update.committee)
        answers = {cell.answer_id: cell.answer for cell in stored}
        cells = [row for row in self.standings if row.committee_id is not None]
        for cell in cells:
            cell.committee, cell.answer = committees[cell.committee_id], answers[cell.answer_id]
        return cells

    def among(self, published: Sequence[UpdateRow]) -> list[UpdateRow]:
        """The published updates and this one, the newest first."""
        rows = [(self.update, self.evidence), *published]
        return sorted(rows, key=lambda row: (row[0].on, row[0].published_at, row[0].pk), reverse=True)


def _said(update: StatusUpdate, now: datetime, known: Known) -> Said:
    """The update as the calculation reads it: a correction stands in the time and the name of what it corrects."""
    corrected = next((one for one in known.said if one.fact.key == update.corrects_id), None)
    came = (corrected.fact.came if corrected else None) or now
    fact = Fact(update.pk, update.on, now, update.status, update.corrects_id, came)
    return Said(fact, corrected.committee if corrected else update.committee_id, update.kind)
