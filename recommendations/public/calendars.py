"""Promised dates as a calendar: deadlines in force, and the days on which next steps are expected."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from django.http import HttpRequest, HttpResponse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from recommendations import tenancy
from recommendations.filters import InitiativesForm, NewsForm, RecommendationsForm, SelectionForm
from recommendations.models import Deadline, StatusUpdate
from recommendations.public.asked import Refused, chosen, title_of
from recommendations.public.ics import PromisedDay, calendar
from recommendations.templatetags.words import excerpt, name

MOST = 2000
DEADLINES = UUID("0b0f4a52-3a57-4c40-8d2e-6f0f7a0f9f57")  # the name space of the deadlines' ids: never change it
RELATED = ("item__publication", "item__wording", "committee")


def news_calendar(request: HttpRequest) -> HttpResponse:
    """`/nyt/kalender.ics`: both kinds of item; with `?udvalg=` the dates of a committee."""
    return _calendar(NewsForm(request.GET))


def recommendations_calendar(request: HttpRequest) -> HttpResponse:
    """`/anbefalinger/kalender.ics`"""
    return _calendar(RecommendationsForm(request.GET))


def initiatives_calendar(request: HttpRequest) -> HttpResponse:
    """`/initiativer/kalender.ics`"""
    return _calendar(InitiativesForm(request.GET))


def _calendar(form: SelectionForm) -> HttpResponse:
    selection = chosen(form)
    deadlines = selection.deadlines(form.models).select_related(*RELATED).order_by("-due_on", "pk")
    steps = selection.next_steps(form.models).filter(next_step_on__isnull=False).select_related(*RELATED)
    promised = [
        *(day for deadline in deadlines[: MOST + 1] for day in _of_deadline(deadline)),
        *(day for update in steps.order_by("-next_step_on", "pk")[: MOST + 1] for day in _of_step(update)),
    ]
    if len(promised) > MOST:  # some of them would look like all of them
        raise Refused(
            _("Kalenderen ville få over %(most)s datoer. Vælg færre, for eksempel et udvalg eller en kilde.")
            % {"most": number_format(MOST)}
        )
    promised.sort(key=lambda day: (day.on, day.uid))
    return HttpResponse(
        calendar(title_of(_("Lovede datoer"), form), promised),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'inline; filename="lovede-datoer.ics"'},
    )


def _of_deadline(deadline: Deadline) -> Iterator[PromisedDay]:
    """One per item, wherever the deadline is moved to."""
    if deadline.due_on:
        item = deadline.item
        yield PromisedDay(
            uid=_uid(uuid5(DEADLINES, "/".join((item.route, item.publication.slug, item.number)))),
            on=deadline.due_on,
            title=_("Frist: %(item)s") % {"item": name(item)},
            text=_text(deadline, deadline.reason),
            address=tenancy.site_url() + item.get_absolute_url(),
            stamp=deadline.recorded_at,
        )


def _of_step(update: StatusUpdate) -> Iterator[PromisedDay]:
    if update.next_step_on and update.published_at:
        yield PromisedDay(
            uid=_uid(update.key),
            on=update.next_step_on,
            title=_("Næste skridt ventes: %(item)s") % {"item": name(update.item)},
            text=_text(update, update.next_step),
            address=f"{tenancy.site_url()}{update.item.get_absolute_url()}#{update.anchor}",
            stamp=update.published_at,
        )


def _uid(key: UUID) -> str:
    return f"{key}@{urlsplit(tenancy.site_url()).hostname}"


def _text(row: Deadline | StatusUpdate, words: str) -> str:
    """What is promised, by whom and in which source, a line each."""
    lines = [excerpt(words, 1000), row.committee.name if row.committee else "", row.item.publication.title]
    return "\n".join(line for line in lines if line)
