"""The lines of the picture of a source as rows of a table, written by code: a template asks each a dozen questions.

Every text is escaped where it is put in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from recommendations.public.signs import Signed
from recommendations.templatetags.languages import danish_attribute, danish_text
from recommendations.templatetags.words import name, short_day

if TYPE_CHECKING:
    from recommendations.public.glance import Glance, GlanceLine

HATCHED = (
    '<svg class="share-bar" aria-hidden="true" focusable="false">'
    '<rect width="100%" height="100%" fill="url(#ulaeselig)"/></svg>'
)


def rows_as_html(glance: Glance, lines: Iterable[GlanceLine]) -> SafeString:
    """A `<tr>` for each of some of the picture's lines."""
    return SafeString("".join([_row(glance, line) for line in lines]))


def _row(glance: Glance, line: GlanceLine) -> str:
    item, lang = line.item, danish_attribute()
    title = escape(name(item))
    if item.is_heading:
        return f'<tr><th scope="row" class="part" colspan="{glance.width}"{lang}>{title}</th></tr>\n'
    kind = (item.is_initiative and not glance.is_of_initiatives) or not item.is_counted
    said = f' <span class="quiet">{escape(item.get_kind_display())}</span>' if kind else ""
    said += escape(glance.mark_of(line))
    said += f' <span class="quiet">{_("Intet udvalg registreret")}</span>' if line.is_ownerless else ""
    below = ' class="below"' if line.depth else ""
    return (
        f"<tr{below}>\n"
        f'<th scope="row"><a href="{escape(line.row.address)}"{lang}>{title}</a>{said}</th>\n'
        f"{''.join(_cells(glance, line))}</tr>\n"
    )


def _cells(glance: Glance, line: GlanceLine) -> Iterator[str]:
    if glance.has_support:
        yield f'<td class="support" data-of="{_("Støtte")}">{_support(line)}</td>\n'
    for committee in glance.columns:
        sign = line.answers.get(committee.pk)
        of = f' data-of="{escape(committee.abbreviation)}"' if sign else ""
        yield f'<td class="answer"{of}>{as_html(sign) if sign else ""}</td>'
    if glance.is_together:
        each = [f"<span>{escape(one.abbreviation)} {as_html(sign)}</span> " for one, sign in line.signed]
        yield f'<td class="together">{"".join(each)}</td>'
    if glance.has_addressees:
        yield f'<td class="whom">{_whom(line)}</td>'
    apart = [f" <span>{escape(one.abbreviation)} {as_html(sign)}</span>" for one, sign in line.apart]
    late = f' <strong class="flag">{_("Forsinket")}</strong>' if line.status and line.standing.is_overdue else ""
    how = as_html(line.status) + "".join(apart) if line.status else ""
    kind = ' class="apart"' if apart else ""
    yield f"<td{kind}>{how}{late}</td>\n"
    if glance.has_news:
        changed_on = line.standing.changed_on
        yield f'<td class="last">{short_day(changed_on) if changed_on else ""}</td>\n'


def _whom(line: GlanceLine) -> str:
    return conditional_escape(danish_text(line.item.addressee.name)) if line.item.addressee else ""


def _support(line: GlanceLine) -> str:
    if line.support:
        bar = f'<rect class="sign-ink" width="{line.support}" height="100%"/>'
        shown = f'<svg class="share-bar" aria-hidden="true" focusable="false">{bar}</svg>'
        return f"{shown} <span>{escape(line.share)}</span>"
    if line.is_unreadable:
        return f'{HATCHED}<span class="visually-hidden">{_("kan ikke læses")}</span>'
    return ""


def as_html(sign: Signed) -> str:
    """What is registered has its word beside it where there is room; what is not has it in the legend."""
    shape = f'<svg class="glyph" aria-hidden="true" focusable="false"><use href="#{sign.key}"/></svg>'
    return f'{shape}<span class="{"word" if sign.code else "visually-hidden"}">{escape(sign.word)}</span>'
