"""What an address asks for: its filters and its two times, and a refusal in words where they do not hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from recommendations.filters import SelectionForm, TimesForm
from recommendations.models import Publication
from recommendations.models.recorded import moment
from recommendations.selection import NAMED, Selection, with_query
from recommendations.templatetags.languages import danish_text


class Refused(BadRequest):
    """A 400 whose text is written for the reader: what is wrong, and how to mend it."""


class TooLong(Refused):
    """More than is made while somebody waits: how much there is, what to do instead, and the command that makes it."""

    def __init__(self, reason: str, advice: str, command: str):
        super().__init__(f"{reason} {advice}")
        self.command = command


class TimesRefused(Refused):
    """Times that do not hold: the form with what was typed, and the path of the page that was asked for."""

    def __init__(self, form: TimesForm, path: str):
        super().__init__(" ".join(str(error) for errors in form.errors.values() for error in errors))
        self.form, self.path = form, path


class NotThatDay(Http404):
    """A 404 for a day on which the source did not exist: the sentence, and the path of the page as it is today."""

    def __init__(self, sentence: str, path: str):
        super().__init__(sentence)
        self.path = path


class NoSuchPage(Http404):
    """A 404 for a page past the end of a list: the sentence, and the address of the last page there is."""

    def __init__(self, sentence: str, path: str):
        super().__init__(sentence)
        self.path = path


class NoSuchMeeting(Http404):
    """A 404 for a day without a meeting: the sentence, and the way to those there are, with its words."""

    def __init__(self, sentence: str, path: str, way: str):
        super().__init__(sentence)
        self.path, self.way = path, way


# --- The address itself -----------------------------------------------------------------------------------------------


def moved_to_clean(request: HttpRequest, query: str) -> HttpResponse | None:
    """The way to the address that carries `query` and nothing else: what was chosen, in the one order; none where the
    reader is there already.

    What a form sends beside it (what was left empty, what is so anyway) and what others have added is kept out.
    """
    # As the server has it: each byte a sign (PEP 3333), also of what was not escaped.
    raw = request.META.get("QUERY_STRING", "").encode("latin-1", "replace").decode(errors="replace")
    if parse_qsl(raw, keep_blank_values=True) == parse_qsl(query, keep_blank_values=True):
        return None
    return redirect(with_query(request.get_full_path().partition("?")[0], query))


# --- The two times ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Times:
    """What a page says about its times, and what it adds to the links that lead on."""

    as_of: date | None
    since: date | None
    path: str
    form: TimesForm = field(default_factory=TimesForm, compare=False)

    @cached_property
    def day(self) -> date:
        return self.selection().day

    @cached_property
    def query(self) -> str:
        """To be put after the address of another page, "?" included; empty when no time was chosen."""
        return suffix_of(self.selection())

    @property
    def is_unchosen(self) -> bool:
        """Whether it is about today, with nothing marked as new."""
        return self.as_of is None and self.since is None

    @property
    def today_address(self) -> str:
        """The same page, as it is today."""
        return self.path + suffix_of(Selection(since=self.since))

    @property
    def whole_address(self) -> str:
        """The same page on the same day, with nothing marked as new."""
        return self.path + suffix_of(Selection(as_of=self.as_of))

    def selection(self, **choices: Any) -> Selection:
        """A selection at these times."""
        return Selection(as_of=self.as_of, since=self.since, **choices)

    def shows(self, publication: Publication) -> bool:
        """Whether a source that has been read is public, and existed on the day: `PublicationQuerySet.public`."""
        is_public = publication.public_at is not None and publication.public_at <= moment(None)
        return is_public and (publication.exists_from is None or publication.exists_from <= self.day)


def times_of(request: HttpRequest) -> Times:
    """The times in the address; a 400 that says beside each field what is wrong when they do not hold."""
    form = TimesForm(request.GET)
    if not form.is_valid():
        raise TimesRefused(form, request.path)
    return Times(form.cleaned_data["pr"], form.cleaned_data["siden"], request.path, form)


def suffix_of(selection: Selection) -> str:
    """The two times, to be put after the address of an item, "?" included: what is new there is marked there too."""
    return with_query("", Selection(as_of=selection.as_of, since=selection.since).query_string())


def require_existing(publication: Publication, times: Times) -> None:
    """A 404 in a sentence where the source had not been given to the municipality on the day asked about."""
    if not times.shows(publication):
        raise NotThatDay(_("Kilden fandtes ikke den dag, du ser på."), times.path)


# --- The filters ------------------------------------------------------------------------------------------------------


def chosen(form: SelectionForm) -> Selection:
    """What the address asks for; a 400 that says what is wrong with it when it does not hold."""
    if not form.is_valid():
        raise Refused(" ".join(str(error) for errors in form.errors.values() for error in errors))
    return form.selection


def title_of(heading: str, form: SelectionForm) -> str:
    """The heading with what was chosen in words: "Nyt om anbefalinger: Udvalg Socialudvalget (SUD)"."""
    words = ", ".join(f"{name} {value}" for _field, name, value in form.in_words)
    return f"{heading}: {words}" if words else heading


@dataclass(frozen=True)
class ChosenValue:
    """One thing that was chosen, in words, and the address without it."""

    field: str
    heading: str
    value: str
    without: str


def chosen_values(path: str, form: SelectionForm) -> list[ChosenValue]:
    """What was chosen, of several statuses or answers each for itself."""
    selection = form.selection
    found = []
    for name, heading, value in form.in_words:
        codes = getattr(selection, name)
        if isinstance(codes, tuple):
            for code in codes:
                without = selection.query_string(**{name: tuple(other for other in codes if other != code)})
                [(_field, _heading, words)] = Selection().replaced(**{name: (code,)}).in_words()
                found.append(ChosenValue(name, heading, words, with_query(path, without)))
        else:
            without = selection.query_string(**{name: getattr(Selection(), name)})
            words = danish_text(value) if name in NAMED else value
            found.append(ChosenValue(name, heading, words, with_query(path, without)))
    return found


def filter_count(values: list[ChosenValue]) -> int:
    """How much of it was chosen in the panel of filters: the search and the order stand outside."""
    return len([value for value in values if value.field not in ("text", "order")])
