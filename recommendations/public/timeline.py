"""What has been published about an item, in the order people read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from recommendations.enums import UpdateKind
from recommendations.models import Evidence, StatusUpdate
from recommendations.templatetags.words import is_since


@dataclass
class Entry:
    """A published update with its evidence and with the corrections of it."""

    update: StatusUpdate
    is_new: bool  # published on or after the day that was asked about with `siden`
    evidence: list[Evidence] = field(default_factory=list)
    corrections: list[Entry] = field(default_factory=list)

    @property
    def new_entries(self) -> int:
        """How many are new: itself and its corrections."""
        return self.is_new + sum(correction.new_entries for correction in self.corrections)

    @property
    def is_confirmation(self) -> bool:
        return self.update.kind == UpdateKind.CONFIRMATION


def timeline(rows: Iterable[tuple[StatusUpdate, list[Evidence]]], *, since: date | None = None) -> list[Entry]:
    """Entries, newest first as `rows` come. A correction stands with what it corrects, be that a correction too."""
    entries = {}
    for update, evidence in rows:
        is_new = is_since(update.published_at, since)
        entries[update.pk] = Entry(update, is_new, sorted(evidence, key=lambda row: row.position))
    top = []
    for entry in entries.values():
        # What is corrected can be unknown on an earlier day; then the correction stands by itself.
        corrected = entries.get(entry.update.corrects_id)
        if corrected:
            corrected.corrections.insert(0, entry)
        else:
            top.append(entry)
    return top
