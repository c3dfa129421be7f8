"""The draft of a document as it is kept in its batch: the rules, the rows and what is said of the source."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.exceptions import ValidationError

from recommendations.actions.imports import note, receive_file
from recommendations.enums import ImportKind, ImportState
from recommendations.importing.documents.drafting import DraftRow, DraftState, found_anew, numbering_doubts
from recommendations.importing.documents.finding import found_rows
from recommendations.importing.documents.lines import DocumentText
from recommendations.importing.documents.reading import KEPT_SECONDS, read_document, received
from recommendations.importing.documents.rules import Rules, guessed
from recommendations.models import ImportBatch
from recommendations.uploads.kinds import WORD, kind_of

AROUND = 40  # paragraphs of a Word file that are shown on each side of a row


@dataclass
class DocumentDraft:
    """`version` counts what has been saved, so that a page that is old is told so. `sizes` are those of the pages."""

    batch: ImportBatch
    rules: Rules = field(default_factory=Rules)
    rows: list[DraftRow] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    sizes: list[list[float]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    source: dict[str, Any] = field(default_factory=dict)
    version: int = 0

    @classmethod
    def of(cls, batch: ImportBatch) -> DocumentDraft:
        said = dict(batch.choices)
        rules, rows = Rules.of(said.pop("rules", {})), [DraftRow.of(row) for row in said.pop("rows", [])]
        return cls(batch, rules, rows, **said)

    def keep(self) -> None:
        self.version += 1
        kept = {name: getattr(self, name) for name in ("remarks", "sizes", "labels", "source", "version")}
        rows = [row.as_choices() for row in self.rows]
        choices = {"rules": self.rules.as_choices(), "rows": rows, **kept}
        note(self.batch, state=ImportState.READY, choices=choices, outcome={})  # what was seen of the old is no more

    def find(self, text: DocumentText, rules: Rules) -> None:
        """Find the rows by other rules; what somebody has made of the old ones stays."""
        found = found_rows(text, rules)
        self.rules, self.remarks = rules, found.remarks
        self.rows = found_anew(self.rows, found.rows)

    @property
    def is_word(self) -> bool:
        return kind_of(self.batch.file_name) == WORD

    @property
    def content(self) -> bytes:
        try:
            with self.batch.file.open("rb") as file:
                content: bytes = file.read()
        except OSError as error:
            raise ValidationError(f"Filen »{self.batch}« er der ikke længere. Vælg den igen.") from error
        return content

    @property
    def waiting(self) -> list[DraftRow]:
        return [row for row in self.rows if row.state == DraftState.FOUND]

    @property
    def accepted(self) -> list[DraftRow]:
        return [row for row in self.rows if row.is_accepted]

    def numbering(self) -> dict[int, list[str]]:
        return numbering_doubts(self.rows)

    def label_of(self, page: int) -> str:
        return self.labels[page - 1] if 0 < page <= len(self.labels) else ""

    def read(self) -> DocumentText:
        return read_document(self.batch.file_name, self.content)

    def paragraphs(self) -> list[str]:
        """Those of a Word file, kept for a while."""
        key = f"document-paragraphs:{self.batch.digest}"
        texts: list[str] | None = cache.get(key)
        if texts is None:
            texts = [line.text for line in self.read().lines]
            cache.set(key, texts, KEPT_SECONDS)
        return texts


def begun(*, by: User, name: str, content: bytes) -> DocumentDraft:
    """Take a file in, find its rows by the rules that suit it best, and keep both. Nothing is kept of one refused."""
    plain = received(name, content)
    text = read_document(name, plain)
    batch = receive_file(by=by, kind=ImportKind.DOCUMENT, name=name, content=plain)
    draft = DocumentDraft(batch, sizes=[list(size) for size in text.sizes], labels=text.labels)
    draft.find(text, guessed(text))
    draft.source = {"title": _title_of(text), "page_offset": text.offset}
    draft.keep()
    return draft


def _title_of(text: DocumentText) -> str:
    """What is set largest on the first pages: a guess that the form shows, and that somebody mends."""
    first = [line for line in text.lines if line.page <= 2][:60]
    largest = max((line.size for line in first), default=0)
    lines = [line for line in first if line.size == largest]
    if not lines or (not lines[0].level and largest < text.body_size + 3):
        return ""
    return " ".join(line.text for line in lines[:3] if line.block == lines[0].block)[:300]
