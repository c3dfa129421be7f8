"""One change in words: who, when, for whom, what from and to. For the log of all and for each row's own history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Field, Model, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from recommendations.models import CommitteeAnswer, Deadline, DoneWhen, StatusUpdate, Succession

# Where the committee of a row is the one that somebody acted for. In other rows it is what the row is about.
ON_BEHALF = (CommitteeAnswer, Deadline, DoneWhen, StatusUpdate)
# Keys, counters and frozen data that say nothing to a reader, and what each entry says by itself: who and when.
UNSAID = {
    "id",
    "key",
    "version",
    "based_on",
    "created_at",
    "recorded_at",
    "recorded_by",
    "end_recorded_at",
    "issued_at",
    "issued_by",
    "data",
    "choices",
    "fingerprint",
}
# What the names of these rows are made of, to be read together with them.
NAMED_BY = {
    StatusUpdate: ("recommendation", "initiative"),
    Succession: ("predecessor", "successor"),
    CommitteeAnswer: ("committee",),
}


@dataclass(frozen=True)
class Change:
    """A field and what it said before and after, in words; empty for nothing."""

    field: str
    old: str
    new: str


@dataclass(frozen=True)
class Entry:
    """One change of one row. `kind` is "+" for a new row, "~" for a changed one and "-" for one that is gone."""

    at: datetime
    by: str
    on_behalf_of: str
    kind: str
    action: str
    what: str
    label: str
    reason: str
    changes: list[Change]


def entry_of(record: Model, older: Model | None) -> Entry:
    """What `record` says happened; `older` is the row's history just before, or nothing.

    A row without history, which is final from the moment it is recorded, is its own record.
    """
    model = model_of(record)
    historical = model is not type(record)
    kind = record.history_type if historical else "+"
    at, user = (record.history_date, record.history_user) if historical else _recorded(record)
    committee = getattr(record, "committee", None) if model in ON_BEHALF else None
    return Entry(
        at=at,
        by=str(user) if user else _("ingen bruger: indlæst fra en kilde"),
        on_behalf_of=str(committee or ""),
        kind=kind,
        action={"+": _("Oprettet"), "~": _("Ændret"), "-": _("Slettet")}[kind],
        what=str(model._meta.verbose_name),
        label=_label(record, model),
        reason=(record.history_change_reason or "") if historical else "",
        changes=changes(older if kind == "~" else None, record),
    )


def _recorded(row: Model) -> tuple[datetime, Model | None]:
    word = "issued" if hasattr(row, "issued_at") else "recorded"
    return getattr(row, f"{word}_at"), getattr(row, f"{word}_by")


def model_of(record: Model | type[Model]) -> type[Model]:
    """What a record is about: the model whose history it is, or its own."""
    return getattr(record, "instance_type", record if isinstance(record, type) else type(record))


def with_names(records: QuerySet) -> QuerySet:
    """The records, read together with the names of all that they point at."""
    model = model_of(records.model)
    names = ["history_user"] if model is not records.model else []
    for field in model._meta.concrete_fields:
        if field.is_relation:
            names += [field.name, *(f"{field.name}__{inner}" for inner in NAMED_BY.get(field.related_model, ()))]
    many = [
        f"{_pairs(records.model, field)}__{field.m2m_reverse_field_name()}"
        for field in getattr(records.model, "_history_m2m_fields", ())
    ]
    return records.select_related(*names).prefetch_related(*many)


def _pairs(records: type[Model], field: Field) -> str:
    """Where a record keeps what it belonged to then. The package's own way there cannot be read for many at once."""
    pairs = getattr(records, field.name).model
    return next(found.get_accessor_name() for found in records._meta.related_objects if found.related_model is pairs)


def changes(old: Model | None, new: Model) -> list[Change]:
    """The fields in which two records differ; without an older one, all that the record says."""
    found = []
    for field in _fields(new):
        before = _in_words(field, old) if old is not None else ""
        after = _in_words(field, new)
        if before != after:
            found.append(Change(capfirst(str(field.verbose_name)), before, after))
    return found


def _fields(record: Model) -> list[Field]:
    fields = record.tracked_fields if hasattr(record, "tracked_fields") else record._meta.concrete_fields
    many = getattr(record, "_history_m2m_fields", ())
    return [field for field in (*fields, *many) if field.name not in UNSAID]


def _in_words(field: Field, record: Model) -> str:
    if field.many_to_many:
        pairs, name = _pairs(type(record), field), field.m2m_reverse_field_name()
        return "; ".join(sorted(str(getattr(pair, name)) for pair in getattr(record, pairs).all()))
    value = getattr(record, field.attname)
    if value is None or value == "":
        return ""
    if field.is_relation:
        # Something that is gone has no name any more.
        return str(_pointed_at(record, field) or f"{field.related_model._meta.verbose_name} {value}")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("ja") if value else _("nej")
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j. F Y H.i")
    if isinstance(value, date):
        return date_format(value)
    return str(value)


def _pointed_at(record: Model, field: Field) -> Model | None:
    try:
        return getattr(record, field.name)
    except ObjectDoesNotExist:
        return None


def _label(record: Model, model: type[Model]) -> str:
    """The row's name as it was, with the item that it is about."""
    row = record.history_object if model is not type(record) else record
    for field in model._meta.concrete_fields:
        # What was read with the record need not be read again for the name of the row.
        if field.is_relation and (other := _pointed_at(record, field)) is not None:
            setattr(row, field.name, other)
    about = getattr(row, "recommendation", None) or getattr(row, "initiative", None)
    try:
        label = str(row)
    except (AttributeError, ObjectDoesNotExist):  # what it was named after is gone
        label = str(row.pk)
    return label if about is None or str(about) in label else f"{about}: {label}"
