"""The two times of an address: the day a page is about, and the day since when changes are wanted."""

from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import BadRequest
from django.http import HttpRequest

from recommendations.filters import TimesForm
from recommendations.selection import Selection, with_query


class Refused(BadRequest):
    """A 400 whose text is written for the reader: what is wrong, and how to mend it."""


class TimesRefused(Refused):
    """Times that do not hold: the form with what was typed, and the path of the page that was asked for."""

    def __init__(self, form: TimesForm, path: str):
        super().__init__(" ".join(str(error) for errors in form.errors.values() for error in errors))
        self.form, self.path = form, path


@dataclass(frozen=True)
class Times:
    """What a page says about its times, and what it adds to the links that lead on."""

    as_of: date | None
    since: date | None
    path: str
    form: TimesForm = field(default_factory=TimesForm, compare=False)

    @property
    def day(self) -> date:
        return self.selection().day

    @property
    def query(self) -> str:
        """To be put after the address of another page, "?" included; empty when no time was chosen."""
        return _suffix(Selection(as_of=self.as_of, since=self.since))

    @property
    def today_address(self) -> str:
        """The same page, as it is today."""
        return self.path + _suffix(Selection(since=self.since))

    @property
    def whole_address(self) -> str:
        """The same page on the same day, with nothing marked as new."""
        return self.path + _suffix(Selection(as_of=self.as_of))

    def selection(self, **choices) -> Selection:
        """A selection at these times."""
        return Selection(as_of=self.as_of, since=self.since, **choices)


def times_of(request: HttpRequest) -> Times:
    """The times in the address; a 400 that says beside each field what is wrong when they do not hold."""
    form = TimesForm(request.GET)
    if not form.is_valid():
        raise TimesRefused(form, request.path)
    return Times(form.cleaned_data["pr"], form.cleaned_data["siden"], request.path, form)


def _suffix(selection: Selection) -> str:
    return with_query("", selection.query_string())
