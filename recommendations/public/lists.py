"""The two lists with their filters."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.paginator import InvalidPage, Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from recommendations import tenancy
from recommendations.enums import Order
from recommendations.figures import partial_sources
from recommendations.filters import InitiativeFilterSet, ItemFilterSet, RecommendationFilterSet
from recommendations.models import Recommendation
from recommendations.models.item import ItemQuerySet
from recommendations.public.asked import chosen_values, filter_count, suffix_of
from recommendations.public.downloads import Downloads
from recommendations.public.follow import Follow
from recommendations.public.rows import rows_of, under_headings
from recommendations.search import nearest
from recommendations.selection import ItemModel, Selection, with_query

PAGE_SIZE = 25
ORPHANS = 5  # a last page of five rows or fewer is put on the page before


class CountedPaginator(Paginator):  # type: ignore[type-arg]
    """A paginator that is told the count, because the totals hold it already."""

    def __init__(self, rows: ItemQuerySet, count: int):
        super().__init__(rows, PAGE_SIZE, orphans=ORPHANS)
        self.known_count = count

    @cached_property
    def count(self) -> int:
        return self.known_count


def recommendations(request: HttpRequest) -> HttpResponse:
    """`/anbefalinger/`"""
    return _list(request, RecommendationFilterSet(request.GET), "recommendations")


def initiatives(request: HttpRequest) -> HttpResponse:
    """`/initiativer/`"""
    return _list(request, InitiativeFilterSet(request.GET), "initiatives")


def _list(request: HttpRequest, filters: ItemFilterSet, room: str) -> HttpResponse:
    form = filters.form
    context: dict[str, Any] = {"form": form, "list_address": request.path, "filter_count": 0}
    template = f"items/{room}.html"
    if not filters.is_valid():
        # The errors and no rows: a list of everything would look like an answer.
        return render(request, template, context | {"is_valid": False}, status=HTTPStatus.BAD_REQUEST)
    selection = form.selection
    form.show_counts()
    totals = form.facets.totals
    page = page_of(CountedPaginator(filters.qs, totals.listed), request)
    suffix = suffix_of(selection)
    rows = rows_of(page.object_list, selection, suffix=suffix)
    if rows and form.model is Recommendation and selection.order == Order.NUMBER:
        rows = under_headings(rows, selection, suffix=suffix)
    values = chosen_values(request.path, form)
    context |= {
        "is_valid": True,
        "selection": selection,
        "chosen": values,
        "filter_count": filter_count(values),
        "totals": totals,
        "page": page,
        "pages": pages_of(request.path, selection, page),
        "rows": rows,
        "committees": sorted(
            {committee for row in rows for committee in row.owners}, key=lambda one: (one.sort_name, one.code)
        ),
        "is_part": bool(selection.publication and rows and partial_sources([rows[0].item.publication])),
        "follow": Follow.of(room, selection),
        "downloads": Downloads.of(room, selection),
        "own_address": tenancy.site_url() + request.get_full_path(),
        "site": tenancy.site_url(),
        "today_address": with_query(request.path, selection.query_string(as_of=None)),
    }
    if selection.text and not rows:
        context |= _ways_on(request.path, selection, form.model)
    return render(request, template, context)


def _ways_on(path: str, selection: Selection, model: ItemModel) -> dict[str, Any]:
    """Where to go from a search that found nothing: to words like those typed, and to the whole list with them."""
    everywhere = Selection(text=selection.text).query_string()
    return {
        "nearest": [(text, with_query(path, selection.query_string(text=text))) for text in nearest(selection, model)],
        "everywhere": "" if everywhere == selection.query_string() else with_query(path, everywhere),
    }


def page_of(paginator: Paginator[Any], request: HttpRequest) -> Page[Any]:
    """The page that the address asks for; a 404 in words where the list has no such page."""
    try:
        return paginator.page(request.GET.get("page") or 1)
    except InvalidPage as error:
        raise Http404(_("Listen har ikke den side.")) from error


def pages_of(path: str, selection: Selection, page: Page[Any]) -> list[tuple[int | None, str]]:
    """Number and address of the pages to offer; a gap has neither."""
    query = selection.query_string()
    pages: list[tuple[int | None, str]] = []
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
        if isinstance(number, int):
            parts = [query] if query else []
            parts += [f"page={number}"] if number > 1 else []
            pages.append((number, with_query(path, "&".join(parts))))
        else:
            pages.append((None, ""))
    return pages
