"""Objects with their rows in one query, where prefetching takes two: for pages that ask a fixed number of times."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import FilteredRelation, Model, QuerySet

Found = TypeVar("Found", bound=Model)


def joined(queryset: QuerySet[Found], relation: str, *select_related: str) -> list[tuple[Found, list[Any]]]:
    """The objects of `queryset`, each with the list of its rows in `relation`. `select_related` names what to read of
    those rows too.
    """
    rows_too: QuerySet[Any] = queryset.annotate(joined_row=FilteredRelation(relation)).select_related(
        "joined_row", *(f"joined_row__{name}" for name in select_related)
    )
    found: dict[Any, tuple[Found, list[Any]]] = {}
    for row in rows_too:
        _first, rows = found.setdefault(row.pk, (row, []))
        if (other := getattr(row, "joined_row", None)) is not None:
            rows.append(other)
    return list(found.values())
