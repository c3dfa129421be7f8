"""How a source stands, in sentences that its figures bear: what the front page, its own page and a shared link say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommendations.enums import CLOSED
from recommendations.figures import AnswerTotals, StatusTotals
from recommendations.models import Publication
from recommendations.public.sources import SourceFigures, added, bars_of


def sentence_of(source: SourceFigures) -> str:
    """A few sentences in the language of the page, as plain text: what there is, its answers, its statuses."""
    totals = added([source.recommendations, source.initiatives])
    sentences = [_what_there_is(source)]
    if source.publication.expects_answers:
        sentences += _answers(source.answers, source.publication)
    if totals.total:
        sentences += _statuses(totals)
    return " ".join(sentences)


def _what_there_is(source: SourceFigures) -> str:
    counts = [name for name, _totals in bars_of(source)]
    if not counts:
        return _("Der er endnu ikke registreret nogen anbefalinger fra kilden.")
    said: dict[str, str | int] = {"what": _in_a_row(counts)}
    publication = source.publication
    if publication.handed_over_on:
        return _("%(what)s blev overdraget den %(day)s.") % (said | {"day": date_format(publication.handed_over_on)})
    if publication.published_on:
        return _("Kilden fra %(day)s rummer %(what)s.") % (said | {"day": date_format(publication.published_on)})
    if publication.published_year:
        return _("Kilden fra %(day)s rummer %(what)s.") % (said | {"day": publication.published_year})
    return _("Kilden rummer %(what)s.") % said


def _answers(answers: AnswerTotals | None, publication: Publication) -> list[str]:
    """Cells are counted, since each committee answers for itself; what no committee owns is owed by nobody yet."""
    if not publication.owners_known:
        return [_("Det er ikke læst, hvilket udvalg der svarer på hvilken anbefaling.")]
    if answers is None:
        return []
    sentences = []
    if answers.cells:
        sentences.append(answers_in_words(answers.cells - answers.unanswered_cells, answers.cells))
    if answers.ownerless:
        words = ngettext(
            "%(count)s anbefaling har intet ansvarligt udvalg.",
            "%(count)s anbefalinger har intet ansvarligt udvalg.",
            answers.ownerless,
        )
        sentences.append(words % {"count": number_format(answers.ownerless)})
    return sentences


def answers_in_words(given: int, cells: int) -> str:
    """How many of the answers that committees owe are recorded, of one or more."""
    if not given:
        words = ngettext("Svaret er ikke registreret.", "Ingen af de %(cells)s svar er registreret.", cells)
    elif given == cells:
        words = ngettext("Svaret er registreret.", "Alle %(cells)s svar er registreret.", cells)
    else:
        words = ngettext(
            "%(given)s af de %(cells)s svar er registreret.", "%(given)s af de %(cells)s svar er registreret.", given
        )
    return words % {"given": number_format(given), "cells": number_format(cells)}


def _statuses(totals: StatusTotals) -> list[str]:
    """How many stand how. What is open and has not been heard of for long is said in the past, with its day."""
    if totals.without_status == totals.total:
        return [_("Ingen status er registreret.")]
    still_open = sum(count for code, _label, count in totals.rows if code and code not in CLOSED)
    is_past = 0 < still_open == totals.stale
    closed = [_standing(label, count) for code, label, count in totals.rows if code in CLOSED]
    opened = [
        _stood(label, count) if is_past else _standing(label, count)
        for code, label, count in totals.rows
        if code and code not in CLOSED
    ]
    if is_past:
        opened = [f"{_in_a_row(opened)} {_when(totals)}"]
    sentences = [f"{_in_a_row([*closed, *opened])}."]
    if totals.without_status:
        words = ngettext("%(count)s har ingen status.", "%(count)s har ingen status.", totals.without_status)
        sentences.append(words % {"count": number_format(totals.without_status)})
    return sentences


def _standing(label: str, count: int) -> str:
    words = ngettext("%(count)s er %(status)s", "%(count)s er %(status)s", count)
    return words % {"count": number_format(count), "status": label.lower()}


def _stood(label: str, count: int) -> str:
    words = ngettext("%(count)s var %(status)s", "%(count)s var %(status)s", count)
    return words % {"count": number_format(count), "status": label.lower()}


def _when(totals: StatusTotals) -> str:
    first, last = _in_words(totals.oldest), _in_words(totals.newest)
    if first == last:
        return _("den %(day)s") % {"day": last}
    return _("efter oplysninger fra %(first)s til %(last)s") % {"first": first, "last": last}


def _in_words(day: date | None) -> str:
    return date_format(day) if day else ""


def _in_a_row(words: Sequence[str]) -> str:
    """a, b og c"""
    *first, last = words
    return _("%(first)s og %(last)s") % {"first": ", ".join(first), "last": last} if first else last
