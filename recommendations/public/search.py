"""One search over all that can be read here: committees, sources with their documents, and items of every kind."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from recommendations import tenancy
from recommendations.criteria import TEXT, Offer
from recommendations.models import Item, StatusUpdate
from recommendations.public.asked import Refused, moved_to_clean
from recommendations.public.lists import CountedPaginator, page_asked, page_of, pages_of, query_of_page
from recommendations.search import MOST_NAMED, Findings, marked, search, snippet
from recommendations.selection import Selection, with_query
from recommendations.standing import ItemStanding


@dataclass(frozen=True)
class FoundItem:
    """An item that was found: how it stands, and of its texts the one that shows why, with the hits marked.

    `basis` says whose words the snippet is: "summary", "source" or "news".
    """

    item: Item
    standing: ItemStanding
    title: SafeString
    snippet: SafeString
    basis: str


def search_page(request: HttpRequest) -> HttpResponse:
    """`/soeg/?q=…`: at most eleven queries, whatever is found."""
    try:
        text = TEXT.form_field(Offer()).clean(request.GET.get(TEXT.name, ""))
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    selection = Selection(text=" ".join(text.split()))
    if moved := moved_to_clean(request, query_of_page(selection, page_asked(request))):
        return moved
    if not selection.text:
        return render(request, "search.html", {"text": "", "found": None})
    found = search(selection.text)
    page = page_of(CountedPaginator(found.items, found.counted.listed), request, selection)
    first = page.number == 1
    reading = found.reading
    context = {
        "text": selection.text,
        "found": found,
        "terms": reading.terms,
        "committees": found.committees[:MOST_NAMED] if first else [],
        "more_committees": len(found.committees) - MOST_NAMED,
        "sources": found.sources[:MOST_NAMED] if first else [],
        "more_sources": len(found.sources) - MOST_NAMED,
        "rows": _rows(list(page.object_list), found),
        "page": page,
        "pages": pages_of(request.path, selection, page),
        "lists": with_query("", Selection(text=found.meant or selection.text).query_string()),
        "as_typed": _address(_as_it_stands(selection.text)) if found.meant else "",
        "nearest": [(guess, _address(guess)) for guess in found.nearest],
        "ways_on": [(word, _address(other), count) for word, other, count in reading.ways_on],
    }
    return render(request, "search.html", context)


def _address(text: str) -> str:
    return with_query(reverse("search"), Selection(text=text).query_string())


def _as_it_stands(text: str) -> str:
    """The text in quotation marks: nothing in it is put right."""
    return text if '"' in text else f'"{text}"'


def _rows(items: list[Item], found: Findings) -> list[FoundItem]:
    """The items of a page with their snippets; one query, for the news that was found."""
    wanted, today = found.reading.terms, timezone.localdate()
    days = tenancy.current().stale_after_days
    snippets = {item.pk: _own_snippet(item, found) for item in items}
    silent = [pk for pk, (snippet, _told_by) in snippets.items() if not snippet]
    said = StatusUpdate.objects.published().uncorrected().filter(item__in=silent).newest_first() if silent else ()
    for update in said:
        if not snippets[update.item_id][0] and (part := snippet(f"{update.text}\n{update.next_step}", wanted)):
            snippets[update.item_id] = part, "news"
    return [
        FoundItem(
            item,
            ItemStanding.of(item, today, days),
            marked(item.title, wanted),
            marked(snippets[item.pk][0] or item.summary, wanted),
            snippets[item.pk][1],
        )
        for item in items
    ]


def _own_snippet(item: Item, found: Findings) -> tuple[str, str]:
    """What of the item's own words shows why it was found: our summary, or else the source's words; nothing where only
    its title does, or its news.
    """
    wanted = found.reading.terms
    if snippet(item.summary, wanted):
        return item.summary, "summary"
    return (part, "source") if (part := snippet(item.official_text, wanted)) else ("", "summary")
