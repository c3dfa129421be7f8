"""What a reading found, kept in the batch for its page: sentences and short texts, as JSON, and no more than a page can
be made of in no time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import astuple
from typing import Any

from django.core.exceptions import ValidationError

from recommendations.importing.plan import CellChange, Plan, RowPlan
from recommendations.importing.reading import Finding
from recommendations.importing.sheets import SHEETS

SEAL = "seal"
MOST_KEPT = 2_000_000  # signs of each group; what is beyond is only counted
MOST_SHOWN = 300  # signs of a cell
BEFORE = 60  # signs that are shown before the first that differs


def outcome_of(plan: Plan) -> dict[str, Any]:
    """All that the page of a batch shows."""
    refused = {(finding.sheet, finding.row) for finding in plan.wrong}  # when they were tried: they are shown as wrong
    sound = [one for one in plan.rows if (one.row.table.name, one.row.number) not in refused]
    rows = {
        "new": [_named(one) for one in sound if one.is_new],
        "changed": [[*_named(one), [_change(change) for change in one.changes]] for one in sound if not one.is_new],
        "wrong": _findings(plan.wrong),
        "remarks": _findings(plan.remarks),
    }
    return {
        SEAL: plan.seal,
        "source": _source(plan),
        "counts": [[str(count.what), count.found, count.expected] for count in plan.counts],
        "number": {name: len(of_group) for name, of_group in rows.items()} | {"unchanged": plan.unchanged},
        "headings": plan.headings,
        "is_tried": plan.is_tried,
    } | {name: _bounded(of_group) for name, of_group in rows.items()}


def refused_outcome(refused: ValidationError) -> dict[str, Any]:
    return {"refused": " ".join(refused.messages)}


def written_outcome(outcome: Mapping[str, Any]) -> dict[str, Any]:
    """What is worth knowing of it once it is written: the rows themselves stand in the source."""
    return {name: outcome[name] for name in ("source", "counts", "number") if name in outcome}


def findings_of(outcome: Mapping[str, Any], group: str) -> list[Finding]:
    return [Finding(*one) for one in outcome.get(group, [])]


def _source(plan: Plan) -> dict[str, Any]:
    if plan.source:
        return {"title": plan.source.title, "is_new": False, "is_public": plan.source.is_public}
    title = next((one.name for one in plan.rows if one.row.sheet.is_upright), "")
    return {"title": title or plan.slug, "is_new": True, "is_public": False}


def _named(one: RowPlan) -> list[Any]:
    """Its sheet, its line and what it is called."""
    return [one.row.table.name, one.row.number, one.name[:MOST_SHOWN]]


def _findings(findings: Iterable[Finding]) -> list[list[Any]]:
    """In the order of the sheets and their rows."""
    order = {sheet.name: place for place, sheet in enumerate(SHEETS)}
    found = sorted(findings, key=lambda one: (order.get(one.sheet, -1), one.row))
    return [list(astuple(one)) for one in found]


def _change(change: CellChange) -> list[str]:
    """A cell from and to; of long texts that part which differs first."""
    old, new = change.old, change.new
    first = next((place for place, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    return [change.heading, _part(old, first), _part(new, first)]


def _part(text: str, first: int) -> str:
    if len(text) <= MOST_SHOWN:
        return text
    start = max(0, min(first - BEFORE, len(text) - MOST_SHOWN))
    end = start + MOST_SHOWN
    return f"{'… ' if start else ''}{text[start:end]}{' …' if end < len(text) else ''}"


def _bounded(rows: list[list[Any]]) -> list[list[Any]]:
    left = MOST_KEPT
    for place, row in enumerate(rows):
        left -= len(str(row))
        if left < 0:
            return rows[:place]
    return rows
