"""What a file that somebody has sent says, asked of a process of its own, which may fall or stop without harm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from recommendations import apart
from recommendations.reports.comparing import Comparison
from recommendations.reports.reading.found import UnreadableFile
from recommendations.reports.reading.package import bursting_package
from recommendations.reports.stated import Change, Difference

READER = "recommendations.reports.reading.searched:told"
BOUNDS = apart.Bounds(memory=300 * apart.MEGABYTE, seconds=5, patience=30)


@dataclass(frozen=True)
class FoundInFile:
    """`sites`: each code that stands in it, with the site that its address leads to; `prints`: fingerprints in it.

    `seal` is what the data inside it say of themselves, and `fingerprint` that of these data; none where it has none.
    """

    format: str
    sites: dict[str, str]
    prints: tuple[str, ...]
    seal: dict[str, Any] | None
    fingerprint: str


@dataclass(frozen=True)
class Wanted:
    """A report that a file is laid beside, and what may stand around it. Without `report`: the data inside the file."""

    report: dict[str, Any] | None
    around: Sequence[str]


def found_in(content: bytes, *, codes: str, prints: str) -> FoundInFile:
    """What is in a file; the patterns say what codes and fingerprints look like. `UnreadableFile` with a sentence."""
    told = _asked(content, {"codes": codes, "prints": prints})
    carried = told.get("carried") or {}
    return FoundInFile(
        told["format"], told["sites"], tuple(told["prints"]), carried.get("seal"), carried.get("fingerprint", "")
    )


def compared(content: bytes, wanted: Sequence[Wanted]) -> list[Comparison]:
    """What the file has otherwise than each of the reports."""
    asked = [{"as_carried": one.report is None, "report": one.report, "around": list(one.around)} for one in wanted]
    return [_comparison(one) for one in _asked(content, {"compare": asked})["compared"]]


def _comparison(told: dict[str, Any]) -> Comparison:
    differences = [Difference(**one | {"change": Change[one["change"]]}) for one in told["differences"]]
    return Comparison(differences, told["added"], told["has_more"])


def _asked(content: bytes, what: dict[str, Any]) -> dict[str, Any]:
    try:
        told: dict[str, Any] = apart.told(READER, content, BOUNDS, asked=what)
    except apart.Fallen as error:
        raise bursting_package() from error
    if fault := told.get("fault"):
        raise UnreadableFile(fault)
    return told
