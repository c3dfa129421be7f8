"""What was promised to a meeting, where an answer or an update is shown that promised it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django import template

from recommendations.meetings import Promise
from recommendations.models import Committee, CommitteeAnswer

register = template.Library()


@register.filter
def is_broken_on(promise: Promise, day: date) -> bool:
    """Whether its day had passed by `day` with nothing recorded since."""
    return promise.is_broken(day)


@register.simple_tag
def promised_by(promises: Iterable[Promise], answer: CommitteeAnswer, committee: Committee) -> Promise | None:
    """What an answer promised in the cell of a committee, among all that was promised about its item."""
    return next((one for one in promises if one.answer == answer and one.committee == committee), None)
