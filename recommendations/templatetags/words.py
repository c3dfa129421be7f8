"""How dates, shares, numbers, names and documents are said on the pages, the same way in all of them."""

import re
from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from django import template
from django.template.defaultfilters import urlize
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommendations import search
from recommendations.enums import WordsBasis
from recommendations.models import Committee, CommitteeAnswer, DoneWhen, Evidence, Item, Meeting, Publication, Treatment
from recommendations.models.vote_share import without_empty_decimals
from recommendations.templatetags.languages import danish_attribute, danish_text, is_danish, page_language
from recommendations.terms import Term

register = template.Library()

HARD_SPACE = "\N{NO-BREAK SPACE}"


@register.filter
def day(value: date | datetime | None) -> str:
    """`<time>`: 17. juni 2024, 17 June 2024; empty for none."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localdate(value)
    return _day(value, page_language())


@lru_cache(maxsize=4096)
def _day(value: date, language: str) -> SafeString:
    """`language` is the one that is written in: a page says few days, and each of them often."""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), date_format(value))


@register.filter
def short_day(value: date) -> str:
    """The same where a column is narrow: 1. nov. 2021, 1 Nov. 2021; day and month stay together."""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), short_date(value))


def short_date(value: date) -> str:
    """The same as plain text."""
    return _short_date(value, page_language())


@lru_cache(maxsize=4096)
def _short_date(value: date, language: str) -> str:
    return date_format(value, "j. N Y" if is_danish() else "j N Y").replace(" ", HARD_SPACE, 1)


@register.filter
def meeting_time(meeting: Meeting) -> str:
    """When a committee meets: torsdag den 5. marts 2027 kl. 17.00, Thursday 5 March 2027 at 17:00."""
    words = {"weekday": date_format(meeting.on, "l"), "date": date_format(meeting.on)}
    text = _("%(weekday)s den %(date)s") % words
    moment = meeting.on.isoformat()
    if meeting.begins_at:
        clock = f"{meeting.begins_at:%H.%M}" if is_danish() else f"{meeting.begins_at:%H:%M}"
        text = _("%(day)s kl. %(clock)s") % {"day": text, "clock": clock}
        text = HARD_SPACE.join(text.rsplit(" ", 1))
        moment = f"{moment}T{meeting.begins_at:%H:%M}"
    return format_html('<time datetime="{}">{}</time>', moment, text)


@register.filter
def ago(then: date | datetime | None, today: date | None = None) -> str:
    """How long it was before `today` (the day it is, unless one is given), in words to stand beside the date.

    Days below a month, months below a year, then years and months; nothing for a day that is still to come.
    """
    if isinstance(then, datetime):
        then = timezone.localdate(then)
    today = today or timezone.localdate()
    if then is None or then > today:
        return ""
    if then == today:
        return _("i dag")
    months = (today.year - then.year) * 12 + today.month - then.month - (today.day < then.day)
    if not months:
        days = (today - then).days
        return ngettext("for %(count)s dag siden", "for %(count)s dage siden", days) % {"count": days}
    years, rest = divmod(months, 12)
    parts = []
    if years:
        parts.append(ngettext("%(count)s år", "%(count)s år", years) % {"count": years})
    if rest:
        parts.append(ngettext("%(count)s måned", "%(count)s måneder", rest) % {"count": rest})
    *first, last = parts
    time = _("%(first)s og %(last)s") % {"first": first[0], "last": last} if first else last
    return _("for %(time)s siden") % {"time": time}


@register.filter
def is_since(moment: datetime, since: date | None) -> bool:
    """Whether something was recorded on the day `since` or later; never, where no such day was asked about."""
    return since is not None and timezone.localdate(moment) >= since


@register.filter
def percent(value: Decimal) -> str:
    """92 % with a hard space, in English 92%; decimals only where there are any."""
    return _percent(value, page_language())


@lru_cache(maxsize=4096)
def _percent(value: Decimal, language: str) -> str:
    number = without_empty_decimals(value)
    return f"{number}{HARD_SPACE}%" if is_danish() else f"{number}%"


@register.filter
def name(item: Item) -> str:
    """What the item is called: its number, where the source has printed one, and its title."""
    return f"{item.printed_number} {item.title}".strip()


@register.filter
def unbroken(title: str) -> SafeString:
    """A title whose hyphens after digits end no line: "4-dages" stays one word, and is copied as it was written."""
    parts = re.split(r"(\d+-\w+)", title)
    kept = [format_html('<span class="unbroken">{}</span>', part) if at % 2 else part for at, part in enumerate(parts)]
    return format_html_join("", "{}", ((part,) for part in kept))


@register.simple_tag
def item_link(item: Item, query: str = "", rel: str = "") -> SafeString:
    """The item's name as the way to its page; `query` is put after the address."""
    kind = format_html(' rel="{}"', rel) if rel else ""
    address = item.get_absolute_url() + query
    return format_html('<a{} href="{}"{}>{}</a>', kind, address, danish_attribute(), name(item))


@register.filter
def whose_title(item: Item) -> str:
    """Whose words the title is."""
    return {
        WordsBasis.SOURCE: _("Kildens titel"),
        WordsBasis.OURS: _("Vores titel"),
        WordsBasis.RESTATED: _("Titlen, som den er gengivet i udvalgets papir"),
    }[WordsBasis(item.words.title_basis if item.words else WordsBasis.SOURCE)]


@register.filter
def not_their_title(item: Item) -> str:
    """The same in lists, where it is said only when the title is not the source's own."""
    return whose_title(item) if item.words and item.words.title_basis != WordsBasis.SOURCE else ""


@register.filter
def pages(place: str) -> str:
    """Where in the source: "side 24" for a bare number, otherwise as the source divides itself ("kapitel 1")."""
    return _("side %(pages)s") % {"pages": place} if place[:1].isdigit() else danish_text(place)


@register.filter
def paragraphs(text: str) -> SafeString:
    """Escaped text from a source, in paragraphs, with its addresses as links."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]
    return SafeString("".join(f"<p{danish_attribute()}>{urlize(part).replace(chr(10), '<br>')}</p>" for part in parts))


@register.filter
def excerpt(text: str, most: int = 300) -> str:
    """The beginning of a text in whole words, on one line; plain text, for the template to escape."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    words = text[:most].rsplit(" ", 1)[0]  # one word that fills it all is cut
    return words.rstrip(" ,.;:–-") + "…"


@register.filter
def marked(text: str, terms: Collection[Term]) -> SafeString:
    """The text with all that the terms of a search find in `<mark>`."""
    return search.marked(text, terms)


@register.simple_tag
def today() -> date:
    return timezone.localdate()


# --- What is said the same way in several places ----------------------------------------------------------------------


@register.simple_tag
def meeting(answer: CommitteeAnswer | Treatment) -> SafeString:
    """The day of a meeting, as a link where the meeting has a page, and the item of its agenda (`agenda_place`).

    Whether it has a page is read with the row: `with_meeting`.
    """
    on = day(answer.meeting_date)
    if getattr(answer, "has_meeting", False):
        on = meeting_link((answer.committee, answer.meeting_date))
    place = agenda_place(answer)
    return format_html("{}, {}", on, place) if place else format_html("{}", on)


@register.simple_tag
def meeting_link(meeting: tuple[Committee, date], query: str = "") -> str:
    """The day of a committee's meeting as the way to its page; `query` is put after the address."""
    committee, on = meeting
    return format_html(
        '<a href="{}{}">{}</a>', reverse("meeting", args=[committee.code, on.isoformat()]), query, day(on)
    )


@register.simple_tag
def agenda_place(answer: CommitteeAnswer | Treatment) -> str:
    """The item of a meeting's agenda, as a link where it has an address; empty where neither is known."""
    what = danish_text(answer.agenda_item)
    if not answer.agenda_url:
        return str(what)
    return format_html('<a href="{}" rel="external">{}</a>', answer.agenda_url, what or _("dagsorden"))


@register.simple_tag
def document(publication: Publication, named: str = "", pages: str = "") -> str:
    """The document that something stands in, by its name or the source's own: a link, to the page where that is known.

    Reads `publication.documents`: prefetched where several are shown.
    """
    found = publication.document(named)
    if found is None or not found.url:
        return danish_text(found.title if found else named)
    link = '<a href="{}" rel="external"{}>{}</a>'
    return format_html(link, found.at_page(pages), danish_attribute(), found.title)


@register.simple_tag
def parts_shown(evidence: Evidence, criterion: DoneWhen, is_earlier: bool) -> str:
    """Which parts of the criterion an approver has found shown by a row of evidence, in words."""
    *first, last = map(str, evidence.shows)
    parts = _("{first} og {last}").format(first=", ".join(first), last=last) if first else last
    if is_earlier:
        return format_html(_("Viser del {parts} af kriteriet fra {day}"), parts=parts, day=day(criterion.set_on))
    return _("Viser del {parts} af kriteriet").format(parts=parts) if len(criterion.parts) > 1 else _("Viser kriteriet")


@register.simple_tag
def evidence_link(evidence: Evidence) -> SafeString:
    """What documents an update: a link, a file, or the number of a case; or the sentence that stands instead of it."""
    if evidence.removed:
        return format_html("{}", danish_text(evidence.removed))
    link = '<a href="{}"{}{}>{}</a>'
    if evidence.url:
        found = format_html(link, evidence.url, SafeString(' rel="external"'), danish_attribute(), evidence.title)
    elif evidence.file:
        address = reverse("evidence_file", args=[evidence.update.key, evidence.position])
        found = format_html(link + " ({})", address, "", danish_attribute(), evidence.title, _("fil"))
    else:
        found = format_html("{}, {} {}", danish_text(evidence.title), _("sag"), evidence.case_number)
    return format_html("{}, {}", found, pages(evidence.pages)) if evidence.pages else found
