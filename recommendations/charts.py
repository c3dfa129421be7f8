"""Charts as geometry: figures in, lengths out. The template draws the bars, and writes beside each what it shows.

A length is per cent of the width that the bar has, so one drawing fits a phone, a wide screen and a sheet; the words
are text of the page and grow with it. Lengths are strings: templates would write 8.5 as "8,5".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from recommendations.figures import StatusTotals

THINNEST = 1.5  # per cent: what is there can be seen, however few of the whole it is
WHOLE, PART = "whole", "part"  # fills of steps; those of statuses are their codes, and these two:
NONE, UNTYPED = "none", "untyped"  # none registered, and what the source has and nobody has typed in


@dataclass(frozen=True)
class ChartBox:
    x: str
    width: str
    fill: str


@dataclass(frozen=True)
class ChartBar:
    """One bar, and the same in words: what it is the whole of, and each part with its fill, its name and how many."""

    name: str
    boxes: list[ChartBox]
    parts: list[tuple[str, str, str]] = field(default_factory=list)
    words: str = ""  # of a bar without parts
    is_from_source: bool = False  # its name is what the source says, and not translated


def status_chart(bars: Iterable[tuple[str, StatusTotals]]) -> list[ChartBar]:
    """How the items of a source stand: a bar for each kind of item ("22 anbefalinger"), a piece for each status.

    Every bar is as long as every other: it is its source's whole, whose number stands above it. Sources differ from
    nine items to thousands, and the question is how far each has come, not which is the longest.
    """
    return [_status_bar(name, totals) for name, totals in bars]


def _status_bar(name: str, totals: StatusTotals) -> ChartBar:
    pieces = [(code or NONE, label, count) for code, label, count in totals.rows]
    if totals.untyped:
        pieces.append((UNTYPED, _("Ikke indtastet endnu"), totals.untyped))
    boxes, left = [], 0.0
    for (fill, _label, _count), width in zip(pieces, _widths([piece[2] for piece in pieces]), strict=True):
        boxes.append(ChartBox(per_cent(left), per_cent(width), fill))
        left += width
    return ChartBar(name, boxes, [(fill, label, number_format(count)) for fill, label, count in pieces])


def steps_chart(steps: Iterable[tuple[str, int]]) -> list[ChartBar]:
    """Steps of people, each of them some of the step before: (name, how many).

    Every step has a bar of its own, as long as the step before is large, with the part that went on filled in. On one
    common scale 29 of 50,000 cannot be seen; a logarithmic scale would show it and make the 50,000 look a few times
    larger. Here each bar is true to its own whole, which stands beside it in words.
    """
    bars = []
    before: int | None = None
    for name, count in steps:
        words = number_format(count)
        share = 100.0
        if before is not None and 0 < before >= count:  # more than before cannot be a part of it
            words = _("%(part)s af %(whole)s") % {"part": words, "whole": number_format(before)}
            share = max(count / before * 100, THINNEST) if count else 0.0
        boxes = [ChartBox(per_cent(0), per_cent(100), WHOLE)]
        if share:
            boxes.append(ChartBox(per_cent(0), per_cent(share), PART))
        bars.append(ChartBar(name, boxes, words=words, is_from_source=True))
        before = count
    return bars


def _widths(counts: Sequence[int]) -> list[float]:
    """Per cent of the bar for each count, all above zero; together the whole bar, none thinner than can be seen."""
    total = sum(counts)
    thin = [count / total * 100 < THINNEST for count in counts]
    rest = sum(count for count, is_thin in zip(counts, thin, strict=True) if not is_thin)
    room = 100 - THINNEST * sum(thin)
    return [THINNEST if is_thin else count / rest * room for count, is_thin in zip(counts, thin, strict=True)]


def per_cent(value: float) -> str:
    """A length across, in per cent of the drawing's width."""
    return f"{value:.2f}%"
