"""The choice in a list of items: ticks that are kept from page to page, or all that the list's filters find.

Ticks are kept in the session, list by list, so that they survive a change of page and of filter. What is done with them
gets them in its address: two pages can be open beside each other.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, QueryDict
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from recommendations.actions import MOST_AT_ONCE
from recommendations.admin.base import reach_of
from recommendations.admin.kept import count_of
from recommendations.danish import whole_number
from recommendations.models import Item, Reach
from recommendations.models.item import ItemQuerySet

# What stands in addresses: the chosen items, the filters of the list they were chosen from, and that all it finds are
# meant: then it is how many those were.
CHOSEN, LIST, ALL = "valgt", "liste", "alle"
SHOWN, SCOPE = "vist", "omfang"  # what the list's form says besides: which rows had a tick, and what was meant
MEMORY = "valgt"  # in the session: the list's model -> ids
MOST_REMEMBERED = 1000
ONLY_CHOSEN = "valgte"


def tickable(items: ItemQuerySet, reach: Reach) -> ItemQuerySet:
    """Of `items` those that the user can do anything about: counted rows that their committees own."""
    counted = items.counted()
    return counted if reach.is_superuser else counted.owned_by(reach.committees())


def remembered(request: HttpRequest, model: type[Model]) -> list[int]:
    """The ids that have been ticked in the list so far."""
    kept: dict[str, list[int]] = request.session.get(MEMORY, {})
    return kept.get(str(model._meta.model_name), [])


def remember(request: HttpRequest, model: type[Model], ids: Collection[int]) -> None:
    """Keep the ids as the list's ticks."""
    kept = dict(request.session.get(MEMORY, {}))
    kept[str(model._meta.model_name)] = sorted(ids)[:MOST_REMEMBERED]
    request.session[MEMORY] = kept


def forget(request: HttpRequest, model: type[Model], ids: Collection[int]) -> None:
    """What has been dealt with is ticked no more."""
    left = set(remembered(request, model))
    if left & set(ids):
        remember(request, model, left - set(ids))


class ListOfMany(ChangeList):
    """A page of a list whose rows know whether they can be ticked, and whether they are."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)
        mine = tickable(Item.objects.filter(pk__in=[row.pk for row in rows]), reach_of(request))
        may, ticked = set(mine.values_list("pk", flat=True)), set(remembered(request, self.model))
        for row in rows:
            row.may_be_ticked, row.is_ticked = row.pk in may, row.pk in ticked
        self.result_list = rows


class ChosenFilter(admin.SimpleListFilter):
    """Those that have been ticked so far."""

    title = gettext_lazy("valgt")
    parameter_name = ONLY_CHOSEN

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any):
        self.ids = remembered(request, model)
        super().__init__(request, params, model, model_admin)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[Any]:
        return [("ja", _("De valgte (%(count)s)") % {"count": len(self.ids)})]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(pk__in=self.ids) if self.value() == "ja" else queryset


def tick(item: Any) -> str:
    """The tick of a row, as HTML; nothing where it is not the user's."""
    if not item.may_be_ticked:
        return ""
    return format_html(
        '<input type="hidden" name="{}" value="{}"><input type="checkbox" name="{}" value="{}" aria-label="{}"{}>',
        SHOWN,
        str(item.pk),
        CHOSEN,
        str(item.pk),
        _("Vælg %(item)s") % {"item": item},
        " checked" if item.is_ticked else "",
    )


@dataclass(frozen=True)
class ChoiceBar:
    """What the list says about the choice. `elsewhere`: of those ticked, how many are not on this page."""

    count: int
    elsewhere: int
    found: int  # all that the filters find and that can be ticked
    buttons: Sequence[tuple[str, str]]  # name of a page and the words on its button
    only_chosen: str  # the address of the list with the chosen rows alone
    pages: Sequence[int | str]
    page: int

    @classmethod
    def of(cls, request: HttpRequest, shown: ListOfMany, buttons: Sequence[tuple[str, str]]) -> ChoiceBar:
        ids, here = remembered(request, shown.model), {row.pk for row in shown.result_list}
        found: Any = shown.queryset
        pages = shown.paginator.get_elided_page_range(shown.page_num) if shown.multi_page else ()
        return cls(
            len(ids),
            sum(pk not in here for pk in ids),
            count_of(tickable(found, reach_of(request))),
            buttons,
            f"?{urlencode({ONLY_CHOSEN: 'ja'})}",
            list(pages),
            shown.page_num,
        )


def ticked_now(request: HttpRequest, model: type[Model]) -> list[int]:
    """All that is ticked once the list's form has been sent: what was remembered, and this page as it is now."""
    shown, chosen = keys(request.POST.getlist(SHOWN)), keys(request.POST.getlist(CHOSEN))
    return sorted((set(remembered(request, model)) - set(shown)) | set(chosen))


def keys(asked: Sequence[str]) -> list[int]:
    """Ids as an address or a form carries them, several in one with points between; 404 for what cannot be one."""
    words = [word for value in asked for word in value.split(".")]
    found = {whole_number(word) for word in words}
    if None in found:
        raise Http404
    return sorted(number for number in found if number is not None)


def in_address(ids: Collection[int]) -> str:
    return ".".join(str(pk) for pk in ids)


def page_of_list(filters: str, page: str) -> str:
    """The list's query string with another page."""
    query = QueryDict(filters, mutable=True)
    query[PAGE_VAR] = page
    return query.urlencode()


@dataclass(frozen=True)
class Choice:
    """The items (ids) that something is to be done about. `notes`: what has become of the choice since it was made."""

    ids: list[int]
    filters: str
    notes: list[str]
    count: int

    @classmethod
    def of(cls, request: HttpRequest, model_admin: Any) -> Choice:
        """As a page's address or form says. Of all that a list finds no more are read than can be dealt with."""
        asked = request.POST if request.method == "POST" else request.GET
        filters, everything = asked.get(LIST, ""), asked.get(ALL, "")
        if request.method == "POST" or not everything:
            ids = keys(asked.getlist(CHOSEN))
            return cls(ids, filters, [], len(ids))
        found = tickable(everything_found(request, model_admin, filters), reach_of(request))
        count, ids = found.count(), list(found.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE])
        notes = []
        if str(count) != everything:
            notes.append(
                _("Listen viste %(before)s rækker, da du valgte dem alle. Nu er det %(now)s. Se dem igennem.")
                % {"before": everything, "now": count}
            )
        return cls(ids, filters, notes, count)

    def items(self, model: type[Item]) -> list[Any]:
        """The items in the order of their source. What is gone is left out, and said in `notes`."""
        rows = model.objects.filter(pk__in=self.ids).with_state().with_words().select_related("publication")
        found = list(rows.order_by("publication__position", "publication__slug", "path"))
        if gone := len(self.ids) - len(found):
            self.notes.append(
                ngettext(
                    "%(count)s af de valgte rækker findes ikke længere. Resten står her.",
                    "%(count)s af de valgte rækker findes ikke længere. Resten står her.",
                    gone,
                )
                % {"count": gone}
            )
        return found


def everything_found(request: HttpRequest, model_admin: Any, filters: str) -> Any:
    """What the list finds with the filters of a query string; 404 where they are none of its own."""
    asked: Any = copy(request)
    asked.GET = QueryDict(filters)
    try:
        found: QuerySet[Any] = model_admin.get_changelist_instance(asked).queryset
    except IncorrectLookupParameters as error:
        raise Http404 from error
    return found
