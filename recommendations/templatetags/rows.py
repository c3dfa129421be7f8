"""The rows of a list as HTML, written by code: many small questions of many rows are ten times as dear in a template.

Every text is escaped where it is put in. `row` and `source` are `public.rows.ListRow` and `RowsOfSource`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from recommendations.enums import Outcome
from recommendations.search import marked
from recommendations.standing import ItemStanding
from recommendations.templatetags.languages import danish_attribute, danish_text
from recommendations.templatetags.words import day, percent
from recommendations.terms import Term

register = template.Library()


@register.simple_tag
def rows_of_source(
    source: Any, rows: Iterable[Any], site: str, terms: Collection[Term] = (), stale_said: str = ""
) -> SafeString:
    """`<ul>` with some of the rows of a source. A row says only what it has, and what its source has not said of all.

    `terms` were searched for; `stale_said`: the list says already that nothing has been updated lately.
    """
    items = "".join([_row(row, source, site, terms, stale_said) for row in rows])
    return SafeString(f'<ul class="rows lines">{items}</ul>')


def _row(row: Any, source: Any, site: str, terms: Collection[Term], stale_said: str) -> str:
    item, lang = row.item, danish_attribute()
    printed, title = escape(item.printed_number), marked(item.title, terms) if terms else escape(item.title)
    if item.is_heading:
        return f'<li class="group"><h4{lang}><a href="{escape(row.address)}">{printed} {title}</a></h4></li>\n'
    number = f'<span class="number">{printed}</span> ' if printed else ""
    summary = f'<p class="row-summary"{lang}>{marked(item.summary, terms)}</p>' if terms and item.summary else ""
    return f"""<li class="row">
<p class="row-title"><a href="{escape(row.address)}"{lang}>{number}{title}</a></p>{summary}
<div class="facts">{" ".join(_facts(row, source, lang, stale_said))}</div>
<p class="on-paper">{escape(site)}{escape(item.get_short_url())}</p>
</li>
"""


def _facts(row: Any, source: Any, lang: str, stale_said: str) -> Iterator[str]:
    item = row.item
    if not item.is_counted:
        yield f'<span class="quiet">{escape(item.get_kind_display())}</span>'
    elif row.has_standing and not source.standing:
        yield f'<span class="row-status">{status_in_row(row.standing, row.together, stale_said)}</span>'
    if row.changes:
        yield f'<span class="flag">{_("Ændret")}: {escape(", ".join(row.changes))}</span>'
    if said := [cell for cell in row.said if cell.answer or not source.owners]:
        yield f'<span class="row-answers">{" ".join([_cell(cell, lang) for cell in said])}</span>'
    if row.is_ownerless:
        yield f"<span>{_('Intet ansvarligt udvalg registreret')}</span>"
    if row.support is not None and not source.folds:
        yield f'<span class="row-support">{percent(row.support)} {_("støtter")}</span>'
    if item.is_initiative and item.addressee:
        yield f"<span>{_('Rettet mod')}: {danish_text(escape(item.addressee.name))}</span>"
    if not source.publication:
        yield f'<span class="quiet"{lang}>{escape(item.publication.title)}</span>'
    if row.newer_on:
        yield f'<span class="quiet">{_("Senest nyt")} {day(row.newer_on)}</span>'


def _cell(cell: Any, lang: str) -> str:
    committee = cell.committee
    whose = f'<abbr{lang} title="{escape(committee.name)}">{escape(committee.abbreviation)}</abbr>'
    if not cell.answer:
        return f"<span>{whose}</span>"
    return f"<span>{whose}: {escape(Outcome(cell.answer.outcome).label)} {day(cell.answer.meeting_date)}</span>"


@register.simple_tag
def status_in_row(standing: ItemStanding, together: str = "", stale_said: str = "") -> SafeString:
    """How an item stands, on one line; `together` says it in words where its committees do not stand alike."""
    parts = []
    if standing.code or not together:
        parts.append(f'<span class="status" data-status="{standing.code or "none"}">{escape(standing.label)}</span>')
    if standing.on:
        parts.append(f'<span class="quiet">{day(standing.on)}</span>')
    if together:
        parts.append(f'<span class="quiet">({escape(together)})</span>')
    if standing.is_overdue:
        late = _("Forsinket: fristen var %(due)s") % {"due": day(standing.due_on)}
        parts.append(f'<span class="flag">{late}</span>')
    if standing.silent_days and not stale_said:
        parts.append(f'<span class="flag">{_("Ikke opdateret")}</span>')
    return SafeString(" ".join(parts))
