"""Where words stand: every text of every table is looked through, and said anew without them.

The tables are asked what columns they have (introspection), so that a table of tomorrow is looked through as well.
Files are not: what stands in them only a person can see.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db import models

from recommendations import models as domain

MARK = "[fjernet]"
SHORTEST = 4  # signs that words must have to be looked for
WHOLE_COPIES = 20  # signs from which a whole text is so much its own that its copies are looked for too
MOST = 500  # places at a time
AROUND = 60  # signs shown on either side
ADDRESS = re.compile(r"(?:https?|mailto|tel):\S+|/\S*", re.IGNORECASE)
ALL = frozenset({"*"})
# What is no text to take words out of: what rows are found and told apart by, what is worked out from other columns,
# and what is said on its own page by those who may, with their names and mailboxes. A hit there is told, and stays.
KEPT: dict[type[models.Model], frozenset[str]] = {
    domain.Addressee: ALL,
    domain.Committee: frozenset(
        {"code", "abbreviation", "name", "administration", "administration_abbreviation", "sort_name", "email"}
    ),
    domain.Event: frozenset({"before", "after", "digest"}),
    domain.Evidence: frozenset({"file", "digest", "shows"}),
    domain.IssuedReport: frozenset({"code", "fingerprint", "tree_root", "public_key", "signature"}),
    domain.Item: frozenset({"number", "number_key", "path"}),
    domain.KeptLine: ALL,
    domain.KeptLines: ALL,
    domain.LogLeaf: ALL,
    domain.Municipality: ALL,
    domain.Publication: frozenset({"slug", "short_code"}),
    domain.Subscriber: ALL,
    domain.Subscription: ALL,
    domain.SearchText: ALL,
    domain.Synonym: ALL,
    domain.WithheldPlace: ALL,
    domain.Withholding: ALL,
}
# Text that is JSON, always written in one way (canonical), and its parts that say how to read the rest.
CANONICAL = {(domain.IssuedReport, "data")}
STRUCTURE = frozenset({"key", "kind", "language", "columns"})


def every_model() -> list[type[models.Model]]:
    """All tables of the domain, and Django's own log."""
    own = [model for model in apps.get_app_config("recommendations").get_models() if not model._meta.proxy]
    return [*own, LogEntry]


def texts_of(model: type[models.Model]) -> list[Any]:
    """The columns that hold text of any length or form; codes that are chosen from a list are no text."""
    kinds = (models.CharField, models.TextField, models.JSONField, models.FileField)
    return [one for one in model._meta.concrete_fields if isinstance(one, kinds) and not one.choices]


def withholdable(model: type[models.Model]) -> list[Any]:
    """The columns that words can be taken out of."""
    kept = KEPT.get(model, frozenset())
    return [one for one in texts_of(model) if one.name not in kept and kept is not ALL]


@dataclass(frozen=True)
class Sought:
    """What is looked for, and what comes instead: the sentence, and for links the address of the register.

    Words are found as they are written, as words of their own, also in the genitive. `is_broad` finds them inside other
    words, in small and capital letters, and whatever stands between them; the whole word around goes.
    """

    text: str
    sentence: str = ""
    address: str = ""
    is_broad: bool = False

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        words = [re.escape(word) for word in unicodedata.normalize("NFC", self.text).split()]
        if self.is_broad:
            return re.compile(r"\w*" + r"[\W_]*".join(words) + r"\w*", re.IGNORECASE)
        return re.compile(r"(?<!\w)" + r"\s+".join(words) + r"(?:['’]?s)?(?!\w)")

    @cached_property
    def in_addresses(self) -> re.Pattern[str]:
        return replace(self, is_broad=True).pattern

    def without(self, text: str, room: int | None = None) -> str:
        """The text without the words: once with the sentence in their place, then with the mark.

        An address is no address without a part of it, so all of it goes. Where there is no `room` (signs) for the
        sentence, the mark stands alone.
        """
        if ADDRESS.fullmatch(text):
            return self.address if self.in_addresses.search(unquote(text)) else text
        composed = unicodedata.normalize("NFC", text)
        if not self.pattern.search(composed):
            return text
        if self.pattern.fullmatch(composed.strip()):
            wanted = [self.sentence, MARK]
        else:
            told = f"[{self.sentence[:1].lower()}{self.sentence[1:].rstrip('.')}]"
            first = self.pattern.sub(lambda _hit: told, composed, count=1)
            wanted = [self.pattern.sub(MARK, first), self.pattern.sub(MARK, composed), MARK]
        return next(one for one in wanted if room is None or len(one) <= room or one == MARK)

    def without_in(self, value: Any) -> Any:
        """`without` in every text of plain JSON data; names of fields stay, and so do days and numbers of a table."""
        if isinstance(value, str):
            return self.without(value)
        if isinstance(value, list):
            return [self.without_in(one) for one in value]
        if not isinstance(value, dict):
            return value
        said = {name: one if name in STRUCTURE else self.without_in(one) for name, one in value.items()}
        if isinstance(value.get("columns"), list) and isinstance(value.get("rows"), list):
            fixed = [column["kind"] in ("date", "number") for column in value["columns"]]
            said["columns"] = [column | {"heading": self.without(column["heading"])} for column in value["columns"]]
            said["rows"] = [
                [cell if stays else self.without_in(cell) for cell, stays in zip(row, fixed, strict=True)]
                for row in value["rows"]
            ]
        return said

    def in_column(self, field: Any, value: Any) -> Any:
        """What the column says without the words; the same value where it does not say them."""
        if (field.model, field.name) in CANONICAL:
            data = json.loads(value)
            said = self.without_in(data)
            return value if said == data else canonical(said)
        if isinstance(field, models.JSONField):
            return self.without_in(value)
        if not value:
            return value
        if isinstance(field, models.EmailField):
            return "" if self.in_addresses.search(value) else value
        return self.without(str(value), field.max_length)


def canonical(data: Any) -> str:
    """The one text for this data: JSON with sorted keys and no spaces, letters as they are."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True)
class Place:
    """One column of one row, as it is and as it will be."""

    model: type[models.Model]
    pk: int
    field: str
    before: Any
    after: Any

    @property
    def key(self) -> str:
        return f"{self.model._meta.model_name}-{self.pk}-{self.field}"

    @property
    def label(self) -> str:
        """What it is, in words: the table and the column."""
        return f"{self.model._meta.verbose_name}: {self.model._meta.get_field(self.field).verbose_name}"  # type: ignore[union-attr]

    def excerpts(self) -> list[tuple[str, str]]:
        """How it reads before and after, around each text that changes."""
        pairs = zip(_strings(self._data(self.before)), _strings(self._data(self.after)), strict=True)
        return [_around(old, new) for old, new in pairs if old != new]

    def _data(self, value: Any) -> Any:
        return json.loads(value) if (self.model, self.field) in CANONICAL else value


def places_of(sought: Sought) -> list[Place]:
    """Everywhere the words stand in the municipality's rows, and how each place reads without them."""
    return [place for model in every_model() for place in _in_model(sought, model, withholdable(model))]


def kept_places_of(sought: Sought) -> list[Place]:
    """Where they stand and stay: nobody can take a part out of a code, a mailbox or a committee's name."""
    left = {model: {one.name for one in texts_of(model)} - {one.name for one in withholdable(model)} for model in KEPT}
    told = {model: [one for one in texts_of(model) if one.name in left[model]] for model in KEPT}
    # Worked out anew, free of them from birth, or nothing but hashes; and readers, whom nobody is told of.
    own: tuple[type[models.Model], ...]
    own = (domain.KeptLine, domain.SearchText, domain.WithheldPlace, domain.Withholding, domain.LogLeaf)
    own += (domain.Subscriber, domain.Subscription)
    return [place for model in told if model not in own for place in _in_model(sought, model, told[model])]


def _in_model(sought: Sought, model: type[models.Model], fields: list[Any]) -> Iterator[Place]:
    if not fields:
        return
    rows: Any = model.objects  # type: ignore[attr-defined]
    for pk, *values in rows.order_by("pk").values_list("pk", *[field.name for field in fields]).iterator():
        for field, value in zip(fields, values, strict=True):
            after = sought.in_column(field, value)
            if after != value:
                yield Place(model, pk, field.name, value, after)


def _strings(value: Any) -> Iterator[str]:
    """Every text of plain data, in order."""
    if isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
    elif value is not None:
        yield str(value)


def _around(before: str, after: str) -> tuple[str, str]:
    """Both texts from a little before the place where they part."""
    same = next((at for at, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), 0)
    start = max(0, same - AROUND)

    def cut(text: str) -> str:
        end = same + 3 * AROUND
        return f"{'… ' if start else ''}{text[start:end]}{' …' if len(text) > end else ''}"

    return cut(before), cut(after)


# --- What is asked for ------------------------------------------------------------------------------------------------

# What shows that something is true: when it goes, the piece of evidence says so itself.
PROOF = frozenset({"file", "url", "case_number"})


@dataclass(frozen=True)
class Redaction:
    """What somebody asks to have taken away: all of the column `field` of a row, or `words` wherever they stand.

    `row` is where it was noticed; words may have been noticed nowhere in particular.
    """

    row: models.Model | None = None
    field: str = ""
    words: str = ""
    is_broad: bool = False

    @property
    def value(self) -> str:
        """What stands in the column."""
        return str(getattr(self.row, self.field) or "")

    def places(self, sentence: str, address: str) -> list[Place]:
        """Every place that changes: the column, its copies, and what the log says that it said before."""
        if not self.field:
            return places_of(Sought(self.words, sentence, address, self.is_broad))
        assert self.row is not None
        if not self.value:
            return []
        if isinstance(self.row, domain.Evidence) and self.field in PROOF:
            return list(_proof_places(self.row, self.field, sentence))
        copied = len(self.value.strip()) >= WHOLE_COPIES
        found = {place.key: place for place in (places_of(Sought(self.value, sentence, address)) if copied else [])}
        column: Any = self.row._meta.get_field(self.field)
        instead = _instead(column, sentence, address)
        own = Place(type(self.row), self.row.pk, self.field, getattr(self.row, self.field), instead)
        found[own.key] = own
        for event in _events_about(self.row):
            key = f"event-{event.pk}-details"
            said = found[key].after if key in found else event.details
            if any(said.get(self.field, ())):
                told = said | {self.field: [sentence if one else one for one in said[self.field]]}
                found[key] = Place(domain.Event, event.pk, "details", event.details, told)
        return [place for place in found.values() if place.before != place.after]


def whole_columns(row: models.Model) -> list[Any]:
    """The columns of a row that can go whole, as far as something stands in them."""
    offered = [one for one in withholdable(type(row)) if not isinstance(one, models.JSONField)]
    if isinstance(row, domain.Evidence):
        told = ("file_name", "removed")  # the one goes with its file, the other is what stands instead
        offered = [one for one in texts_of(type(row)) if one.name in PROOF or (one in offered and one.name not in told)]
    return [one for one in offered if getattr(row, one.name) and (one.model, one.name) not in CANONICAL]


def _instead(column: Any, sentence: str, address: str) -> str:
    """What stands where all of a column has gone."""
    if isinstance(column, models.EmailField):
        return ""
    if isinstance(column, models.URLField):
        return address
    return sentence if column.max_length is None or len(sentence) <= column.max_length else MARK


def _proof_places(evidence: domain.Evidence, field: str, sentence: str) -> Iterator[Place]:
    """A proof and all that is the very same: corrections carry on the file of the row they correct."""
    same = models.Q(pk=evidence.pk) | models.Q(**{field: getattr(evidence, field)})
    if field == "file" and evidence.digest:
        same |= models.Q(digest=evidence.digest)
    for row in domain.Evidence.objects.filter(same).order_by("pk"):
        for name in (field, *(["file_name"] if field == "file" and row.file_name else [])):
            yield Place(domain.Evidence, row.pk, name, str(getattr(row, name)), "")
        yield Place(domain.Evidence, row.pk, "removed", row.removed, sentence)


def _events_about(row: models.Model) -> Iterator[domain.Event]:
    """The events whose details tell what has been written in the row."""
    for one in domain.Event._meta.concrete_fields:
        if one.related_model is type(row) and one.name not in ("item", "committee", "municipality"):
            found = domain.Event.objects.filter(**{one.name: row})
            if one.name == "publication":
                found = found.filter(item__isnull=True)
            yield from found.order_by("pk")
