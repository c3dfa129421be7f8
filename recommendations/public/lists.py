"""The two lists with their filters."""

from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from recommendations.enums import Order
from recommendations.filters import InitiativeFilter, ItemFilter, RecommendationFilter
from recommendations.models import Recommendation
from recommendations.public.downloads import Downloads
from recommendations.public.follow import Follow
from recommendations.public.rows import rows_of, under_headings
from recommendations.search import nearest
from recommendations.selection import NAMED, Selection, with_query
from recommendations.templatetags.languages import danish_text

PAGE_SIZE = 25
ORPHANS = 5  # a last page of five rows or fewer is put on the page before


class CountedPaginator(Paginator):
    """A paginator that is told the count, because the totals hold it already."""

    def __init__(self, rows, count: int):
        super().__init__(rows, PAGE_SIZE, orphans=ORPHANS)
        self.known_count = count

    @cached_property
    def count(self) -> int:
        return self.known_count


def recommendations(request: HttpRequest) -> HttpResponse:
    """`/anbefalinger/`"""
    return _list(request, RecommendationFilter(request.GET), "recommendations", "items/recommendations.html")


def initiatives(request: HttpRequest) -> HttpResponse:
    """`/initiativer/`"""
    return _list(request, InitiativeFilter(request.GET), "initiatives", "items/initiatives.html", "addressee")


def _list(request: HttpRequest, filters: ItemFilter, room: str, template: str, *related: str) -> HttpResponse:
    context = {"form": filters.form, "list_address": request.path, "filter_count": 0}
    if not filters.is_valid():
        # The errors and no rows: a list of everything would look like an answer.
        return render(request, template, context | {"is_valid": False}, status=HTTPStatus.BAD_REQUEST)
    selection = filters.selection
    found = filters.qs.select_related("publication", *related)
    filters.offer_groups()
    filters.show_counts()
    totals = filters.facets.totals
    try:
        page = CountedPaginator(found, totals.total + totals.headings).page(request.GET.get("page") or 1)
    except InvalidPage as error:
        raise Http404(_("Listen har ikke den side.")) from error
    suffix = suffix_of(selection)
    rows = rows_of(page.object_list, selection, suffix=suffix)
    if rows and found.model is Recommendation and selection.order == Order.NUMBER:
        rows = under_headings(rows, suffix=suffix)
    context |= {
        "is_valid": True,
        "selection": selection,
        **chosen_of(request.path, filters),
        "totals": totals,
        "page": page,
        "pages": pages_of(request.path, selection, page),
        "rows": rows,
        "committees": sorted({owner.committee for row in rows for owner in row.owners}, key=lambda one: one.name),
        "follow": Follow.of(room, selection),
        "downloads": Downloads.of(room, selection),
        "own_address": settings.SITE_URL + request.get_full_path(),
        "site": settings.SITE_URL,
        "today_address": with_query(request.path, selection.query_string(as_of=None)),
    }
    if selection.text and not rows:
        context |= _ways_on(request.path, selection, found.model)
    return render(request, template, context)


def _ways_on(path: str, selection: Selection, model) -> dict:
    """Where to go from a search that found nothing: to words like those typed, and to the whole list with them."""
    everywhere = Selection(text=selection.text).query_string()
    return {
        "nearest": [(text, with_query(path, selection.query_string(text=text))) for text in nearest(selection, model)],
        "everywhere": "" if everywhere == selection.query_string() else with_query(path, everywhere),
    }


def suffix_of(selection: Selection) -> str:
    """The two times, to be put after the address of an item, "?" included: what is new there is marked there too."""
    return with_query("", Selection(as_of=selection.as_of, since=selection.since).query_string())


@dataclass(frozen=True)
class Choice:
    """One thing that was chosen, in words, and the address without it."""

    field: str
    heading: str
    value: str
    without: str


def chosen_of(path: str, filters: ItemFilter) -> dict:
    """For the page: what was chosen, of several statuses or answers each for itself, and how much of it in filters."""
    selection = filters.selection
    chosen = []
    for field, heading, value in filters.in_words:
        codes = getattr(selection, field)
        if isinstance(codes, tuple):
            for code in codes:
                without = selection.query_string(**{field: tuple(other for other in codes if other != code)})
                [(_field, _heading, value)] = Selection(**{field: (code,)}).in_words()
                chosen.append(Choice(field, heading, value, with_query(path, without)))
        else:
            without = selection.query_string(**{field: getattr(Selection(), field)})
            chosen.append(
                Choice(field, heading, danish_text(value) if field in NAMED else value, with_query(path, without))
            )
    in_filters = [choice for choice in chosen if choice.field not in ("text", "order")]
    return {"chosen": chosen, "filter_count": len(in_filters)}


def pages_of(path: str, selection: Selection, page) -> list[tuple[int | None, str]]:
    """Number and address of the pages to offer; a gap has neither."""
    query = selection.query_string()
    pages = []
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
        if number == Paginator.ELLIPSIS:
            pages.append((None, ""))
        else:
            parts = [query] if query else []
            parts += [f"page={number}"] if number > 1 else []
            pages.append((number, with_query(path, "&".join(parts))))
    return pages
