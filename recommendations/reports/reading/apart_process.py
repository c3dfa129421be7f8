"""Reads a file that somebody has sent, in a process of its own: a line of JSON and the file in, a line of JSON out.

A file can be made to stop whoever reads it, or to take all memory: here it takes only this process, which has bounds.
This file is run, not imported. It knows no database and no secrets.
"""

import hashlib
import json
import re
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

MOST_MEMORY = 700 * 1024 * 1024  # bytes, of addresses; a Python with its libraries has 150 MB of them
MOST_SECONDS = 10  # of processor time
MOST_SITES, MOST_PRINTS = 20, 5
LONGEST_VALUE = 1_000  # letters of what a seal says


def told(asked: dict[str, Any], content: bytes) -> dict[str, Any]:
    """What `asked` is for: what is in the file, or, where reports are given, what it has otherwise than each."""
    says = read(content)
    carried = sealed_json(says.carried) or {}
    report = carried.get("report") if isinstance(carried.get("seal"), dict) else None
    if "compare" in asked:
        return {"compared": [_compared(one, says, report) for one in asked["compare"]]}
    text = "".join(" ".join(says.texts()).split())
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


if __name__ == "__main__":
    asked = json.loads(sys.stdin.buffer.readline())
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

    from django.apps import apps
    from django.conf import settings

    settings.configure(**asked["settings"])
    apps.populate(())  # none: but texts in other languages wait for it

    from django.utils.translation import activate

    from recommendations.reports.comparing import compare
    from recommendations.reports.reading import UnreadableFile, canonical_text, read, sealed_json
    from recommendations.reports.reading.package import bursting_package

    activate(asked["language"])
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    try:
        made = json.dumps(told(asked, sys.stdin.buffer.read()))
    except UnreadableFile as refused:
        made = json.dumps({"fault": str(refused)})
    except (MemoryError, RecursionError):
        made = json.dumps({"fault": str(bursting_package())})
    sys.stdout.write(made)
