"""Objects with their rows in one query, where prefetching takes two: for pages that ask a fixed number of times."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import FilteredRelation, Model, QuerySet

Found = TypeVar("Found", bound=Model)


def joining(queryset: QuerySet[Found], relation: str, *select_related: str) -> QuerySet[Found]:
    """The objects of `queryset`, each as often as it has rows in `relation`, and once where it has none.

    `select_related` names what to read of those rows too.
    """
    joined_too: QuerySet[Any] = queryset.annotate(joined_row=FilteredRelation(relation)).select_related(
        "joined_row", *(f"joined_row__{name}" for name in select_related)
    )
    return joined_too


def together(rows: Iterable[Found]) -> list[tuple[Found, list[Any]]]:
    """What `joining` has read: each object once, with the list of its rows."""
    found: dict[Any, tuple[Found, list[Any]]] = {}
    for row in rows:
        _first, others = found.setdefault(row.pk, (row, []))
        if (other := getattr(row, "joined_row", None)) is not None:
            others.append(other)
    return list(found.values())


def joined(queryset: QuerySet[Found], relation: str, *select_related: str) -> list[tuple[Found, list[Any]]]:
    """The objects of `queryset`, each with the list of its rows in `relation`."""
    return together(joining(queryset, relation, *select_related))
