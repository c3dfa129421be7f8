"""What the report's own JSON says: as a file of its own, or carried inside another."""

from __future__ import annotations

import json
from typing import Any

from recommendations.reports.reading.found import FileSays, FoundCell, FoundTable, FoundText, ReadingBudget


def sealed_json(content: bytes) -> dict[str, Any] | None:
    """The object `{"format", "seal", "report"}`; None for what is no such JSON. `UnreadableFile`: it is too much."""
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{":
        return None
    ReadingBudget().take("", cells=sum(map(content.count, (b",", b"[", b"{"))))
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def canonical_text(report: Any) -> str:
    """The one text that the fingerprint is made over: sorted keys, no spaces, letters as they are."""
    return json.dumps(report, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_json(content: bytes, data: dict[str, Any]) -> FileSays:
    """The report in `data` as texts and tables; whatever is not as it should be is left out, and so found missing."""
    says = FileSays("json", carried=content, is_for_machines=True)
    seal = data.get("seal")
    if isinstance(seal, dict):
        says.unseen += [value for value in seal.values() if isinstance(value, str)]
    report = data.get("report")
    if isinstance(report, dict):
        says.blocks += [
            FoundText(text) for text in (_json_text(report.get("annex")), _json_text(report.get("title"))) if text
        ]
        for fact in _json_list(report.get("facts")):
            says.blocks.append(FoundText(" ".join(_json_text(part) for part in _json_list(fact))))
        for section in _json_list(report.get("sections")):
            _read_json_section(section, says, 0)
    return says


def _read_json_section(section: Any, says: FileSays, depth: int) -> None:
    if not isinstance(section, dict) or depth > 50:
        return
    says.blocks.append(FoundText(_json_text(section.get("heading"))))
    says.blocks += [FoundText(_json_text(text)) for text in _json_list(section.get("paragraphs"))]
    for table in _json_list(section.get("tables")):
        if isinstance(table, dict):
            says.blocks.append(FoundText(_json_text(table.get("caption"))))
            columns = [one if isinstance(one, dict) else {} for one in _json_list(table.get("columns"))]
            rows = [tuple(FoundCell(_json_text(column.get("heading"))) for column in columns)]
            rows += [tuple(_json_cell(value) for value in _json_list(row)) for row in _json_list(table.get("rows"))]
            says.blocks.append(FoundTable(tuple(rows)))
    for below in _json_list(section.get("sections")):
        _read_json_section(below, says, depth + 1)


def _json_cell(value: Any) -> FoundCell:
    if isinstance(value, list):
        links = [link for link in value if isinstance(link, dict)]
        addresses = tuple(_json_text(link.get("address")) for link in links)
        return FoundCell("\n".join(_json_text(link.get("text")) for link in links), addresses)
    return FoundCell(_json_text(value))


def _json_text(value: Any) -> str:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()  # halves of pairs can be written nowhere
    return str(value) if isinstance(value, int | float) else ""


def _json_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
