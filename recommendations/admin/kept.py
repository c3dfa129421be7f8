"""What staff pages keep: it is made anew once anything is done, by anybody."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import cached_property

from recommendations import data_version

T = TypeVar("T")
A_MINUTE = timedelta(minutes=1)


def kept_until_an_act(key: Hashable, make: Callable[[], T]) -> T:
    """What `make` gives, kept while nothing is done. `key` says what it is and all it depends on, whose it is too."""
    with at_one_version():
        return data_version.kept(key, make)


@contextmanager
def at_one_version() -> Iterator[None]:
    """Inside, the data version is asked for once. One query; none where it has been asked for."""
    version = data_version.asked()
    if version is None and settings.KEEPS_PAGES:
        version = data_version.newest()
    with data_version.during(version):
        yield


def count_of(rows: QuerySet[Any, Any]) -> int:
    """How many rows a query finds, kept: of all that a page of a long list shows, that takes longest."""
    try:
        sql, parameters = rows.query.sql_with_params()
    except EmptyResultSet:
        return 0
    # Not the moment "now" in it: while nothing is done, what was done by now stays the same.
    asked = [one for one in parameters if not isinstance(one, datetime) or abs(timezone.now() - one) > A_MINUTE]
    return kept_until_an_act(("count", sql, repr(asked)), rows.count)


class CountedOnce(Paginator):  # type: ignore[type-arg]
    @cached_property
    def count(self) -> int:
        return count_of(cast("QuerySet[Any, Any]", self.object_list))
