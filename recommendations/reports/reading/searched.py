"""What is in a file that somebody has sent, found by a process of its own (`sent_files`)."""

import hashlib
import re
from dataclasses import asdict
from typing import Any

from recommendations.reports.comparing import compare
from recommendations.reports.reading import FileSays, UnreadableFile, canonical_text, read, sealed_json

MOST_SITES, MOST_PRINTS = 20, 5
LONGEST_VALUE = 1_000  # letters of what a seal says
PIECE = 1_000_000  # letters


def told(content: bytes, asked: dict[str, Any]) -> dict[str, Any]:
    """What `asked` is for: what is in the file, or, where reports are given, what it has otherwise than each.

    `fault` is a sentence where the file cannot be read.
    """
    try:
        return _told(asked, read(content))
    except UnreadableFile as refused:
        return {"fault": str(refused)}


def _told(asked: dict[str, Any], says: FileSays) -> dict[str, Any]:
    carried = sealed_json(says.carried) or {}
    report = carried.get("report") if isinstance(carried.get("seal"), dict) else None
    if "compare" in asked:
        return {"compared": [_compared(one, says, report) for one in asked["compare"]]}
    text = _without_spaces(" ".join(says.texts()))
    sites: dict[str, str] = {}
    for match in re.finditer(asked["codes"], text):
        if len(sites) >= MOST_SITES and match["code"] not in sites:
            break
        sites[match["code"]] = sites.get(match["code"]) or match["site"] or ""
    prints = re.findall(asked["prints"], text)[:MOST_PRINTS]
    found: dict[str, Any] = {"format": says.format, "sites": sites, "prints": prints}
    if isinstance(report, dict):
        found["carried"] = _carried(carried["seal"], report)
    return found


def _without_spaces(text: str) -> str:
    """A piece at a time: as a list of its words a long text takes many times its room."""
    return "".join("".join(text[begins : begins + PIECE].split()) for begins in range(0, len(text), PIECE))


def _carried(seal: dict[str, Any], report: dict[str, Any]) -> dict[str, Any] | None:
    values = {name: value for name, value in seal.items() if isinstance(value, str | int) and len(name) < 40}
    if any(len(str(value)) > LONGEST_VALUE for value in values.values()):
        return None
    try:
        return {"seal": values, "fingerprint": hashlib.sha256(canonical_text(report).encode()).hexdigest()}
    except (ValueError, RecursionError):
        return None


def _compared(one: dict[str, Any], says: Any, carried: Any) -> dict[str, Any]:
    comparison = compare(carried if one["as_carried"] else one["report"], says, one["around"])
    made = asdict(comparison)
    for difference in made["differences"]:
        difference["change"] = difference["change"].name
    return made
