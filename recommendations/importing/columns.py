"""What a column and a sheet of the form are: called, explained and read as the field of the table that they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import override

from recommendations import danish
from recommendations.enums import ItemKind, PublicationKind, RelationBasis, RelationKind, WordsBasis
from recommendations.importing.cells import Choice, Day, Kind, Number, Ref, YesNo

Values = Mapping[str, Any]  # a row by its columns' fields
Key = Any  # what tells rows of a sheet apart: a `Ref` of items, else a tuple


@dataclass(frozen=True)
class Column:
    """`example` stands in the template. `synonyms` are other headings that mean it; `about` is two sentences.

    One that `is_locked` is not to be filled in, and one that `is_hidden` not to be seen: a file keeps both.
    """

    field: str
    kind: Kind
    about: str
    heading: str
    synonyms: tuple[str, ...] = ()
    example: str = ""
    is_required: bool = False
    model_field: models.Field[Any, Any] | None = None
    is_locked: bool = False
    is_hidden: bool = False

    @cached_property
    def names(self) -> frozenset[str]:
        """All headings that mean it, as they are compared."""
        return frozenset(compared_heading(name) for name in (self.heading, self.field, *self.synonyms))


def compared_heading(text: str) -> str:
    return " ".join(danish.WORD.findall(danish.compared(text.replace("%", " procent "))))


@dataclass(frozen=True)
class Sheet:
    """`key_fields` tell its rows apart; a sheet that is `is_upright` has a line for each column, for its only row.

    `told_apart_by` are fields that tell those apart which have the same key, and which a file may change.
    """

    key: str
    name: str
    about: str
    columns: tuple[Column, ...]
    key_fields: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    is_upright: bool = False
    is_of_items: bool = False
    told_apart_by: tuple[str, ...] = ()

    @cached_property
    def by_field(self) -> dict[str, Column]:
        return {column.field: column for column in self.columns}

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(compared_heading(name) for name in (self.name, self.key, *self.synonyms))

    def key_of(self, values: Values) -> Key:
        if self.is_of_items:
            return Ref.to(values["number"], is_initiative=values.get("kind") == ItemKind.INITIATIVE)
        return tuple(_compared(values.get(name)) for name in (*self.key_fields, *self.told_apart_by))


def _compared(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def from_model(model: type[models.Model], name: str, about: str, *synonyms: str, **more: Any) -> Column:
    """A column that holds a field of a table: called and read as that is."""
    of_table = model._meta.get_field(name)
    assert isinstance(of_table, models.Field)
    with override("da"):
        heading = capfirst(str(of_table.verbose_name))
    return Column(
        **{
            "field": name,
            "kind": more.pop("kind", None) or kind_of(of_table),
            "about": about,
            "heading": heading,
            "synonyms": synonyms,
            "model_field": of_table,
            **more,
        }
    )


CHOICES: dict[str, type[models.TextChoices]] = {
    "publication.kind": PublicationKind,
    "item.kind": ItemKind,
    "wording.title_basis": WordsBasis,
    "wording.official_basis": WordsBasis,
    "relation.kind": RelationKind,
    "relation.basis": RelationBasis,
}


def kind_of(of_table: models.Field[Any, Any]) -> Kind:
    default = of_table.get_default()
    if of_table.choices:
        enum = CHOICES[f"{of_table.model._meta.model_name}.{of_table.name}"]
        return Choice(choices=enum, empty=default or "", says=" · ".join(str(one.label) for one in enum))
    if isinstance(of_table, models.BooleanField):
        return YesNo(empty=default)
    if isinstance(of_table, models.DateField):
        return Day()
    if isinstance(of_table, models.IntegerField):
        return Number(empty=None if of_table.null else default if of_table.has_default() else None)
    if isinstance(of_table, models.CharField):
        return Kind(says=f"Tekst på højst {of_table.max_length} tegn")
    return Kind()
