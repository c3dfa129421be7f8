"""What is known of a source beside its rows, in three lists: how it came about, its documents, who is to answer it.

Each list is written whole, in its order: what is typed is what there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import F, Model
from django.utils.translation import gettext as _

from recommendations import danish
from recommendations.actions import state
from recommendations.actions.sources import check_administers, locked, tell
from recommendations.actions.turns import in_turn
from recommendations.enums import Act
from recommendations.models import Committee, Document, ProcessFact, Publication, SourceCommittee, Wording

Line = TypeVar("Line")


@dataclass(frozen=True)
class FactContent:
    """One fact of how a source came about: with a number, a date or a text."""

    label: str
    number: int | None = None
    on: date | None = None
    text: str = ""
    is_step: bool = False

    def __str__(self) -> str:
        said = [self.on.isoformat() if self.on else "", "" if self.number is None else str(self.number), self.text]
        return f"{self.label}: {' '.join(part for part in said if part)}"


@dataclass(frozen=True)
class DocumentContent:
    """One document of a source; see `Document`."""

    title: str
    url: str = ""
    page_offset: int | None = None

    def __str__(self) -> str:
        offset = "" if self.page_offset is None else f"{self.page_offset:+}"
        return " ".join(part for part in (self.title, self.url, offset) if part)


@dataclass(frozen=True)
class CommitteeContent:
    """A committee that is to answer a source, and its part of the question."""

    committee: Committee
    part: str = ""

    def __str__(self) -> str:
        return f"{self.committee.code}: {self.part}" if self.part else self.committee.code


@in_turn()
def record_process_facts(
    *, by: User | None, publication: Publication, facts: Sequence[FactContent], request_key: UUID | None = None
) -> list[ProcessFact]:
    """The facts of the source are exactly these, in this order."""
    return _write(by, publication, ProcessFact, FactContent, facts, "facts", _("Oplysning %(position)s: "), request_key)


@in_turn()
def record_documents(
    *, by: User | None, publication: Publication, documents: Sequence[DocumentContent], request_key: UUID | None = None
) -> list[Document]:
    """The documents of the source are exactly these, its own first. One that words name stays, under its name."""
    if not documents:
        raise ValidationError({"documents": _("Skriv mindst ét dokument: det, kilden selv er.")})
    kept = {danish.normalised(one.title) for one in documents}
    gone = set(publication.documents.order_by().values_list("title", flat=True)) - kept
    naming = Wording.objects.filter(item__publication=publication, document__in=gone, item__wording=F("pk"))
    if words := naming.select_related("item").order_by("item__path").first():
        sentence = _("»%(document)s« nævnes ved %(item)s. Behold dokumentet, eller ret ordene først.")
        raise ValidationError({"documents": sentence % {"document": words.document, "item": words.item.number}})
    where = _("Dokument %(position)s: ")
    return _write(by, publication, Document, DocumentContent, documents, "documents", where, request_key)


@in_turn()
def record_bound_committees(
    *,
    by: User | None,
    publication: Publication,
    committees: Sequence[CommitteeContent],
    request_key: UUID | None = None,
) -> list[SourceCommittee]:
    """The committees that bound themselves to answer the source are exactly these."""
    where = _("Udvalg %(position)s: ")
    return _write(by, publication, SourceCommittee, CommitteeContent, committees, "committees", where, request_key)


def lines_of(row: type[Line], rows: Iterable[Model]) -> list[Line]:
    """What stored rows of one of the three lists say."""
    return [row(**{field.name: getattr(one, field.name) for field in fields(row)}) for one in rows]  # type: ignore[arg-type]


def _write(
    by: User | None,
    publication: Publication,
    model: Any,
    row: type[Line],
    lines: Sequence[Line],
    name: str,
    where: str,
    request_key: UUID | None,
) -> list[Any]:
    """Let the rows of `model` be these, and tell what is new and what is gone; `where` begins a refusal."""
    check_administers(by)
    source = locked(publication)
    stored = list(model.objects.filter(publication=source))
    if state.done_before(request_key):
        return stored
    before = lines_of(row, stored)
    after = [_tidied(line) for line in lines]
    if before == after:
        return stored
    model.objects.filter(publication=source).delete()
    rows = []
    for position, line in enumerate(after, start=1):
        written = model(publication=source, **{field.name: getattr(line, field.name) for field in fields(line)})
        if hasattr(written, "position"):
            written.position = position
        try:
            rows.append(state.checked(written))
        except ValidationError as refused:
            messages = [where % {"position": position} + message for message in refused.messages]
            raise ValidationError({name: messages}) from refused
    changes = {name: [_those_not_in(after, before), _those_not_in(before, after)]}
    tell(Act.SOURCE_CHANGED, by, source, changes, request_key, publication=source)
    return rows


def _tidied(line: Any) -> Any:
    texts = {field.name: getattr(line, field.name) for field in fields(line)}
    return replace(line, **{name: danish.normalised(text) for name, text in texts.items() if isinstance(text, str)})


def _those_not_in(others: Sequence[object], lines: Sequence[object]) -> str:
    return "; ".join(str(line) for line in lines if line not in others)
