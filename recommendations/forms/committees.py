"""Reorganisation."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import TextChoices
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recommendations.enums import CLOSED, ItemKind
from recommendations.forms.base import model_field
from recommendations.models import Committee, Item, Succession
from recommendations.models.committee import with_code

STALE = _("Noget af det valgte ejes ikke længere af udvalget. Genindlæs siden, og vælg igen.")
OPEN = "aabn"  # the button that shows the rows of a source
LONGEST_LABEL = 70  # of a row in the list to choose from: a committee may own hundreds


class Extent(TextChoices):
    """How much moves."""

    OPEN = "aabne", _("Alle åbne rækker")
    ALL = "alle", _("Alle rækker, også de afsluttede")
    CHOSEN = "valgte", _("Kun dem, jeg vælger nedenfor")


@dataclass(frozen=True)
class RowGroup:
    """The rows of a source, or in it those under one heading (`key` is empty for those under none)."""

    key: str
    title: str
    count: int
    is_ticked: bool
    rows: Sequence[tuple[str, str, bool]] = ()  # key, what it says, whether it is ticked
    parts: Sequence[RowGroup] = ()  # of a source that has been opened: so a committee with hundreds has a light page


class HandOverForm(forms.Form):
    """One committee takes over from another, which exists or is added; `owned` are the items that can move."""

    successor: Any = forms.ModelChoiceField(
        label=_("Til udvalg"), queryset=None, required=False, empty_label=_("Et nyt udvalg, som jeg skriver nedenfor")
    )
    name = model_field(
        Committee, "name", required=False, label=_("Det nye udvalgs navn"), help_text=_("Tomt, når det findes.")
    )
    abbreviation = model_field(Committee, "abbreviation", required=False, label=_("Dets forkortelse"))
    on = model_field(Succession, "on")
    reason = model_field(Succession, "reason", widget=forms.Textarea(attrs={"rows": 2}))
    predecessor_ends = forms.BooleanField(
        label=_("Det gamle udvalg ophører den dag"),
        required=False,
        initial=True,
        help_text=_(
            "Så flytter alle kladder med, og folk får de samme roller i det nye udvalg. Ellers flytter kun rækkerne "
            "og kladderne om dem, og ingen skifter udvalg."
        ),
    )
    extent = forms.ChoiceField(
        label=_("Hvad flytter med"), choices=Extent, initial=Extent.OPEN, widget=forms.RadioSelect
    )
    groups = forms.MultipleChoiceField(required=False, error_messages={"invalid_choice": STALE})
    items = forms.MultipleChoiceField(required=False, error_messages={"invalid_choice": STALE})

    def __init__(self, *args: Any, predecessor: Committee, owned: Collection[Any], asked: QueryDict, **kwargs: Any):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        self._predecessor = predecessor
        fields["successor"].queryset = Committee.objects.exclude(pk=predecessor.pk)
        fields["on"].initial = predecessor.valid_to or timezone.localdate()
        self._owned = {str(item.pk): item for item in owned}
        self._groups: dict[str, list[str]] = {}  # of a source, or of a heading -> the rows
        for key, item in self._owned.items():
            for group in filter(None, (_source_of(item), _heading_of(item))):
                self._groups.setdefault(group, []).append(key)
        fields["extent"].choices = self._extents()
        fields["groups"].choices = [(key, key) for key in self._groups]
        fields["items"].choices = [(key, key) for key in self._owned]
        self._ticked = {*asked.getlist("groups"), *asked.getlist("items")}
        self._opened = {*asked.getlist("opened"), *asked.getlist(OPEN)}

    def _extents(self) -> list[tuple[str, str]]:
        counts = {
            Extent.OPEN: sum(item.state_status not in CLOSED for item in self._owned.values()),
            Extent.ALL: len(self._owned),
        }
        return [
            (one.value, f"{one.label} ({counts[one]})" if one in counts else str(one.label))
            for one in Extent
            if one != Extent.ALL or counts[Extent.ALL] > counts[Extent.OPEN]
        ]

    @property
    def in_one_column(self) -> list[Any]:
        """The fields but the list to choose from, which `sources` is."""
        return [self[name] for name in self.fields if name not in ("groups", "items")]

    @property
    def is_choosing(self) -> bool:
        return bool(self._opened) or self["extent"].value() == Extent.CHOSEN

    @property
    def sources(self) -> list[RowGroup]:
        """What can be chosen, in the order of the sources."""
        return [
            self._group(key, self._owned[rows[0]].publication.title, parts=self._parts(key))
            for key, rows in self._groups.items()
            if key.startswith("s")
        ]

    def _parts(self, source: str) -> list[RowGroup]:
        """The headings of a source and their rows, once it has been opened."""
        if source not in self._opened:
            return []
        under: dict[str, list[str]] = {}
        for key in self._groups[source]:
            under.setdefault(_heading_of(self._owned[key]), []).append(key)
        return [
            self._group(
                heading,
                str(self._owned[rows[0]].parent) if heading else "",
                rows=[(row, _label_of(self._owned[row]), row in self._ticked) for row in rows],
            )
            for heading, rows in under.items()
        ]

    def _group(self, key: str, title: str, **more: Any) -> RowGroup:
        return RowGroup(key, _short(title), len(self._groups.get(key, ())), key in self._ticked, **more)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self._clean_successor(cleaned)
        ticked = bool(cleaned.get("items") or cleaned.get("groups"))
        extent = cleaned.get("extent")
        if extent == Extent.CHOSEN and not ticked:
            self.add_error("extent", gettext("Vælg mindst én række eller en hel gruppe nedenfor."))
        elif extent in (Extent.OPEN, Extent.ALL) and ticked:
            self.add_error(
                "extent",
                gettext(
                    "Du har sat kryds ved nogle rækker. Vælg »Kun dem, jeg vælger nedenfor«, eller fjern krydserne."
                ),
            )
        return cleaned

    def _clean_successor(self, cleaned: dict[str, Any]) -> None:
        """Either one that exists, or a new one with a name and an abbreviation."""
        typed = {name: cleaned.get(name, "") for name in ("name", "abbreviation")}
        if cleaned.get("successor"):
            if any(typed.values()):
                self.add_error("successor", gettext("Vælg et udvalg, eller skriv et nyt: ikke begge dele."))
            return
        if "successor" in self.errors:
            return
        if not any(typed.values()):
            self.add_error("successor", gettext("Vælg det udvalg, der overtager, eller skriv det nye udvalgs navn."))
        for name, words in typed.items():
            if any(typed.values()) and not words:
                self.add_error(name, gettext("Et nyt udvalg skal have et navn og en forkortelse."))

    def act(self) -> dict[str, Any]:
        """What `hand_over` is asked for."""
        data = self.cleaned_data
        return {
            "successor": data["successor"] or self._new_committee(),
            "items": self._chosen(),
            **{name: data[name] for name in ("on", "reason", "predecessor_ends")},
        }

    def _new_committee(self) -> Committee:
        """It takes over the administration too; its code is the abbreviation, with the year where that is taken."""
        data, old = self.cleaned_data, self._predecessor
        code = re.sub(r"[^\w-]+", "-", data["abbreviation"]).strip("-")
        if with_code(Committee.objects.all(), code):
            code = f"{code}-{data['on'].year}"
        return Committee(
            code=code,
            name=data["name"],
            abbreviation=data["abbreviation"],
            kind=old.kind,
            administration=old.administration,
            administration_abbreviation=old.administration_abbreviation,
            valid_from=data["on"],
        )

    def _chosen(self) -> list[Item]:
        data = self.cleaned_data
        if data["extent"] == Extent.CHOSEN:
            keys = set(data["items"]).union(*(self._groups[group] for group in data["groups"]))
            return [item for key, item in self._owned.items() if key in keys]
        is_all = data["extent"] == Extent.ALL
        return [item for item in self._owned.values() if is_all or item.state_status not in CLOSED]


def _source_of(item: Item) -> str:
    return f"s{item.publication_id}"


def _heading_of(item: Item) -> str:
    """The heading that it stands under, if any."""
    return f"h{item.parent_id}" if item.parent and item.parent.kind == ItemKind.HEADING else ""


def _label_of(item: Any) -> str:
    return _short(str(item)) + (f" ({gettext('afsluttet')})" if item.state_status in CLOSED else "")


def _short(text: str) -> str:
    return Truncator(text).chars(LONGEST_LABEL)
