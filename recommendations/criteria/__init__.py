"""What can be asked for, one class a criterion. Forms, lists, counts, words, addresses, reports and commands loop over
`CRITERIA`; to add one, write its class, its field in `Selection`, and put it here.
"""

from __future__ import annotations

from typing import Any

from recommendations.criteria.base import (
    ITEM_MODELS,
    NONE_REGISTERED,
    Asked,
    Counts,
    Criterion,
    GroupHeading,
    ItemModel,
    Offer,
    headings_of,
    items_of,
)
from recommendations.criteria.own import (
    AddresseeCriterion,
    GroupCriterion,
    InitiativesCriterion,
    OverdueCriterion,
    PublicationCriterion,
    StaleCriterion,
    StatusCriterion,
    TextCriterion,
)
from recommendations.criteria.times import SINCE, AsOfCriterion, OrderCriterion, SinceCriterion, news_since
from recommendations.criteria.told import (
    SUPPORT_STEPS,
    AdministrationCriterion,
    AnswerCriterion,
    CommitteeCriterion,
    SupportCriterion,
    cells_asked_for,
)

__all__ = [
    "BY_FIELD",
    "CRITERIA",
    "GROUP",
    "ITEM_MODELS",
    "NAMED",
    "NONE_REGISTERED",
    "ORDER",
    "PARAMETERS",
    "SINCE",
    "SUPPORT_STEPS",
    "TEXT",
    "Asked",
    "Counts",
    "Criterion",
    "GroupHeading",
    "ItemModel",
    "Offer",
    "cells_asked_for",
    "criteria_of",
    "headings_of",
    "items_of",
    "models_met",
    "news_since",
]

TEXT, SOURCE, GROUP, ORDER = TextCriterion(), PublicationCriterion(), GroupCriterion(), OrderCriterion()

# In the order in which choices are said, and stand in an address.
CRITERIA: tuple[Criterion, ...] = (
    TEXT,
    SOURCE,
    GROUP,
    StatusCriterion(),
    AnswerCriterion(),
    CommitteeCriterion(),
    AdministrationCriterion(),
    AddresseeCriterion(),
    SupportCriterion(),
    OverdueCriterion(),
    StaleCriterion(),
    InitiativesCriterion(),
    ORDER,
    AsOfCriterion(),
    SinceCriterion(),
)
BY_FIELD = {criterion.field: criterion for criterion in CRITERIA}
# Field of a Selection -> its name in addresses, downloads, the API and `manage.py report`.
PARAMETERS = {criterion.field: criterion.name for criterion in CRITERIA}
# Fields whose words are names from the sources: Danish in every language.
NAMED = frozenset(criterion.field for criterion in CRITERIA if criterion.is_named)


def criteria_of(models: tuple[ItemModel, ...], *, any_model: bool = False) -> list[Criterion]:
    """What can be asked of each of `models`, or (`any_model`) of one of them at least."""
    enough = any if any_model else all
    return [criterion for criterion in CRITERIA if enough(model in criterion.models for model in models)]


def models_met(asked: Any, models: tuple[ItemModel, ...] = ITEM_MODELS) -> tuple[ItemModel, ...]:
    """Those of `models` that everything chosen can be asked of; none where choices contradict each other.

    `asked` is a selection. A choice about recommendations only leaves initiatives out.
    """
    chosen = [criterion for criterion in CRITERIA if criterion.is_asked(getattr(asked, criterion.field))]
    return tuple(model for model in models if all(model in criterion.models for criterion in chosen))
