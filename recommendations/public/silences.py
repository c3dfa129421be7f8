"""What a list says once for all its rows: how many answers are registered, and how much support cannot be read.

Said of every row it would fill the list with what nobody has said. A row says only what it has.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommendations import tenancy
from recommendations.enums import ANSWERS, ShareBasis
from recommendations.figures import StatusTotals
from recommendations.models import Recommendation
from recommendations.public.sentence import answers_in_words
from recommendations.selection import Selection


@dataclass(frozen=True)
class Silences:
    """Of the recommendations that a selection asks for.

    `cells` are those of the committees asked for, else of every owner, that owe an answer or have one; `answered` have
    one. `voted` recommendations have a line on their support in the source, of which `unreadable` cannot be read.
    """

    cells: int = 0
    answered: int = 0
    voted: int = 0
    unreadable: int = 0
    of_committee: bool = False  # one committee's cells alone

    @classmethod
    def of(cls, selection: Selection) -> Silences:
        """From the index of what items have: no query, beside those for the committees asked for."""
        index = selection.index
        items = selection.hits(Recommendation) & index.counted
        is_narrowed = selection.committee or selection.administration
        owners = selection.owners if is_narrowed else index.facts.get("owner", {})
        answered = index.number(items, "owner_said", [(owner, outcome) for owner in owners for outcome in ANSWERS])
        return cls(
            answered + index.number(items, "owed_by", owners),
            answered,
            index.number(items, "voted", ShareBasis),
            index.number(items, "voted", [ShareBasis.UNREADABLE]),
            of_committee=len(selection.committee_codes) == 1,
        )

    @property
    def answers_in_words(self) -> str:
        """For example "Ingen af de 44 svar er registreret."; nothing where nobody is to answer."""
        if not self.cells:
            return ""
        if self.cells == 1 or not self.of_committee:
            return answers_in_words(self.answered, self.cells)
        numbers = {"answered": number_format(self.answered), "cells": number_format(self.cells)}
        if not self.answered:
            return _("Ingen af udvalgets %(cells)s svar er registreret.") % numbers
        return _("%(answered)s af udvalgets %(cells)s svar er registreret.") % numbers

    @property
    def support_in_words(self) -> str:
        """For example "For 12 af 22 kan støtten ikke læses i kilden."; nothing where all can be read."""
        if not self.unreadable:
            return ""
        numbers = {"unreadable": number_format(self.unreadable), "voted": number_format(self.voted)}
        return _("For %(unreadable)s af %(voted)s kan støtten ikke læses i kilden.") % numbers


def stale_in_words(totals: StatusTotals) -> str:
    """That nothing with a status has been updated for too long, where that is so of all; else each row says it."""
    reported = totals.total - totals.without_status
    if not totals.stale or totals.stale < reported:
        return ""
    numbers = {"count": number_format(reported), "days": tenancy.current().stale_after_days}
    return (
        ngettext(
            "Den ene med status er ikke opdateret i de seneste %(days)s dage.",
            "Ingen af de %(count)s med status er opdateret i de seneste %(days)s dage.",
            reported,
        )
        % numbers
    )
