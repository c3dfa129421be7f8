"""The form fields that criteria are typed in: what an address may carry, and what is wrong with it, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ANY = ("", _("Alle"))
EARLIEST = date(1900, 1, 1)


class NamesInput(forms.Select):
    """A list of names from the sources, marked as Danish where the page is not."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if value and get_language() != settings.LANGUAGE_CODE:
            option["attrs"]["lang"] = settings.LANGUAGE_CODE
        return option


class OpenSelect(forms.Select):
    """A list that also shows what an address asked for that is not on it."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        listed = {str(code) for code, _label in self.choices}
        self.choices = [*self.choices, *((code, code) for code in value if code not in listed)]
        return super().optgroups(name, value, attrs)


class OpenNamesInput(OpenSelect, NamesInput):
    """Names from the sources, and what an address asked for that is not among them."""


class CodeField(forms.ChoiceField):
    """One code from a list, in upper or lower case; empty for any."""

    def to_python(self, value: Any) -> str:
        return _as_listed(super().to_python(value), self.choices)


class NameField(CodeField):
    """One code from a list of names."""

    widget = NamesInput


class CodesField(forms.MultipleChoiceField):
    """Several codes from a list, in upper or lower case."""

    widget = forms.CheckboxSelectMultiple

    def to_python(self, value: Any) -> list[str]:
        return [_as_listed(code, self.choices) for code in super().to_python(value) if code]


def _as_listed(code: str, choices: Any) -> str:
    """The code as the list writes it: people type addresses in lower case."""
    listed = {str(listed).casefold(): str(listed) for listed, _label in choices}
    return listed.get(code.casefold(), code)


class DayField(forms.Field):
    """A date as people write it (28.02.2026) or as addresses carry it (2026-02-28)."""

    widget = forms.TextInput

    def __init__(self, *, past_only: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.past_only = past_only

    def to_python(self, value: str | None) -> date | None:
        text = (value or "").strip()
        if not text:
            return None
        if danish := re.fullmatch(r"(\d{1,2})[.\-/](\d{1,2})[.\-/](\d{4})", text, re.ASCII):
            day, month, year = danish.groups()
            text = f"{year}-{month:0>2}-{day:0>2}"
        try:
            found = parse_date(text)
        except ValueError:  # well written, but no such day
            found = None
        if found is None:
            raise ValidationError(
                _("Datoen %(value)s findes ikke. Skriv en dato som 28.02.2026."), "invalid", {"value": value}
            )
        if found < EARLIEST:
            raise ValidationError(
                _("Datoen %(value)s ligger før 1900. Skriv en senere dato."), "invalid", {"value": value}
            )
        if self.past_only and found > timezone.localdate():
            raise ValidationError(
                _("Datoen %(value)s ligger i fremtiden. Skriv en dato senest i dag."),
                "future",
                {"value": date_format(found)},
            )
        return found


class YesInput(forms.CheckboxInput):
    """A checkbox that sends "1" and hands on what was sent as it is, so that the field can refuse it."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, check_test=lambda value: value in YesField.YES)

    def format_value(self, value: Any) -> str:
        return "1"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(name, "")


class YesField(forms.Field):
    """Chosen or not."""

    YES = frozenset({"1", "on", "true"})
    NO = frozenset({"", "0", "false"})
    widget = YesInput

    def to_python(self, value: str | None) -> bool:
        text = (value or "").casefold()
        if text not in self.YES | self.NO:
            raise ValidationError(
                _("»%(value)s« kan ikke bruges her. Skriv 1 for ja, eller lad det være tomt."),
                "invalid",
                {"value": value},
            )
        return text in self.YES


class ShareField(forms.DecimalField):
    """A least share in per cent: one of those on offer, or any other in the address.

    With a comma or a point, whatever the language: an address means the same in both.
    """

    widget = OpenSelect

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", ".") if value else value)


def unknown(sentence: StrOrPromise) -> dict[str, StrOrPromise]:
    """The error messages of a field whose codes are listed: what is said of one that is not."""
    return {"invalid_choice": sentence}


def with_any(choices: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """The choices, and first that of none of them."""
    return [ANY, *choices]
