"""The two lists with their filters."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from django.core.paginator import InvalidPage, Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import ngettext

from recommendations import data_version, tenancy
from recommendations.enums import Order
from recommendations.figures import partial_sources
from recommendations.filters import InitiativeFilterSet, ItemFilterSet, RecommendationFilterSet
from recommendations.models import Initiative, Item, Publication, Recommendation
from recommendations.public.asked import NoSuchPage, chosen_values, filter_count, moved_to_clean, suffix_of
from recommendations.public.downloads import Downloads
from recommendations.public.follow import Follow
from recommendations.public.rows import by_source, items_of, named_in_rows, rows_of, under_headings
from recommendations.public.silences import Silences, stale_in_words
from recommendations.search import nearest
from recommendations.selection import PARAMETERS, ItemModel, Selection, with_query

PAGE_SIZE = 25
ORPHANS = 5  # a last page of five rows or fewer is put on the page before


@dataclass(frozen=True)
class FoundItems:
    """The items of a list, of which a page at a time is read."""

    selection: Selection
    model: ItemModel

    def __getitem__(self, rows: slice) -> list[Item]:
        return items_of(self.selection.page(self.model, rows), self.model, self.selection)


class CountedPaginator(Paginator):  # type: ignore[type-arg]
    """A paginator that is told the count, because the totals hold it already."""

    def __init__(self, found: Any, count: int):
        super().__init__(found, PAGE_SIZE, orphans=ORPHANS)  # it takes parts of it only
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
    if moved := moved_to_clean(request, query_of_page(selection, page_asked(request))):
        return moved
    form.show_counts()
    totals = form.facets.totals
    page = page_of(CountedPaginator(FoundItems(selection, form.model), totals.listed), request, selection)
    suffix = suffix_of(selection)
    rows = rows_of(page.object_list, selection, suffix=suffix)
    if rows and form.model is Recommendation and selection.order_in_force == Order.NUMBER:
        rows = under_headings(rows, selection, suffix=suffix)
    groups = by_source(rows, selection, suffix=suffix)
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
        "by_source": groups,
        "silences": Silences.of(selection) if rows and form.model is Recommendation else Silences(),
        "stale_in_words": stale_in_words(totals),
        "committees": named_in_rows(groups),
        "is_part": bool(selection.publication and rows and _is_partial(rows[0].item.publication)),
        "follow": Follow.of(room, selection),
        "downloads": Downloads.of(room, selection),
        "own_address": tenancy.site_url() + request.get_full_path(),
        "site": tenancy.site_url(),
        "today_address": with_query(request.path, selection.query_string(as_of=None)),
    }
    if selection.text:
        context |= _beside(selection, form.model)
    if selection.text and not rows:
        context |= _ways_on(request.path, selection, form.model)
    return render(request, template, context)


def _is_partial(publication: Publication) -> bool:
    return data_version.kept(("partial", publication.pk), lambda: bool(partial_sources([publication])))


def _beside(selection: Selection, model: ItemModel) -> dict[str, Any]:
    """What else the text finds: how much in the other list, and the search over all there is."""
    other, route = (Initiative, "initiatives") if model is Recommendation else (Recommendation, "recommendations")
    asked = {name: getattr(Selection(), name) for name in PARAMETERS if name not in ("text", "as_of")}
    whole = selection.replaced(**asked)
    return {
        "elsewhere": len(whole.hits(other) & whole.index.counted),
        "elsewhere_is_of_initiatives": other is Initiative,
        "elsewhere_address": with_query(reverse(route), whole.query_string()),
        "search_address": with_query(reverse("search"), Selection(text=selection.text).query_string()),
    }


def _ways_on(path: str, selection: Selection, model: ItemModel) -> dict[str, Any]:
    """Where to go from a search that found nothing: to words like those typed, and to the whole list with them."""
    everywhere = Selection(text=selection.text).query_string()
    return {
        "nearest": [(text, with_query(path, selection.query_string(text=text))) for text in nearest(selection, model)],
        "everywhere": "" if everywhere == selection.query_string() else with_query(path, everywhere),
    }


def page_asked(request: HttpRequest) -> str:
    """The page that the address asks for, as it is to stand there; empty for the first."""
    asked = request.GET.get("page", "")
    if asked.isascii() and asked.isdigit():
        asked = asked.lstrip("0")[:10]
    return "" if asked == "1" else asked


def query_of_page(selection: Selection, page: str) -> str:
    """What an address carries of a list and of a page of it."""
    return "&".join(filter(None, [selection.query_string(), f"page={quote(page)}" if page else ""]))


def page_of(paginator: Paginator[Any], request: HttpRequest, selection: Selection) -> Page[Any]:
    """The page that the address asks for; a 404 in words, with the way to the last, where the list has no such page."""
    asked = page_asked(request)
    try:
        return paginator.page(asked or 1)
    except InvalidPage as error:
        last = paginator.num_pages
        sentence = ngettext(
            "Listen har ikke side %(asked)s. Den har %(count)s side.",
            "Listen har ikke side %(asked)s. Den har %(count)s sider.",
            last,
        ) % {"asked": asked[:20], "count": number_format(last)}
        there = with_query(request.path, query_of_page(selection, str(last) if last > 1 else ""))
        raise NoSuchPage(sentence, there) from error


def pages_of(path: str, selection: Selection, page: Page[Any]) -> list[tuple[int | None, str]]:
    """Number and address of the pages to offer; a gap has neither."""
    return [
        (number, with_query(path, query_of_page(selection, str(number) if number > 1 else "")))
        if isinstance(number, int)
        else (None, "")
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
