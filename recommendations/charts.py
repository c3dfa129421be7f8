"""Charts as geometry: figures in, coordinates out. The template only draws them.

Lengths across are per cent of the chart's width and lengths down are rem, so one drawing fits a phone and a wide
screen, and its words follow the reader's text size. All are strings: templates would write 8.5 as "8,5".
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from recommendations.figures import StatusTotals

NARROW = 34  # characters that fit across on the narrowest screen, 320 px
BOLD = 28  # of those of a heading
HEADING_LINES = 2
LINE, BAR, GAP = 1.3, 1.25, 0.6  # rem
THINNEST = 1.5  # per cent: what is there can be seen, however few of the whole it is
WHOLE, PART = "whole", "part"  # fills of steps; those of statuses are their codes, and these two:
NONE, UNTYPED = "none", "untyped"  # none registered, and what the source has and nobody has typed in


@dataclass(frozen=True)
class ChartText:
    x: str
    y: str  # of the base line
    words: str
    is_heading: bool = False
    is_danish: bool = False  # what the source says, in whatever language the page is


@dataclass(frozen=True)
class ChartBox:
    x: str
    y: str
    width: str
    height: str
    fill: str


@dataclass
class Chart:
    """The drawing, and the same in words. Headings are what the source says, or empty; names are ours.

    `rows` are the numbers as a table: (heading, name, [(what, how many of how many)]); `sentences` describe them:
    (heading, words).
    """

    texts: list[ChartText] = field(default_factory=list)
    boxes: list[ChartBox] = field(default_factory=list)
    legend: list[tuple[str, str]] = field(default_factory=list)  # (fill, label)
    rows: list[tuple[str, str, list[tuple[str, str]]]] = field(default_factory=list)
    sentences: list[tuple[str, str]] = field(default_factory=list)
    is_of_steps: bool = False  # what its rows count is named by the source
    bottom: float = 0.0

    @property
    def height(self) -> str:
        return _rem(self.bottom)

    def _write(self, words: str, *, is_heading: bool = False, is_danish: bool = False) -> None:
        for line in textwrap.wrap(words, BOLD if is_heading else NARROW, max_lines=HEADING_LINES, placeholder=" …"):
            self.texts.append(ChartText("0%", _rem(self.bottom + 1), line, is_heading, is_danish))
            self.bottom += LINE

    def _draw(self, left: float, width: float, fill: str) -> None:
        self.boxes.append(ChartBox(_percent(left), _rem(self.bottom), _percent(width), _rem(BAR), fill))


@dataclass(frozen=True)
class BarGroup:
    """What a status chart shows under one heading: bars, each with the name of what it counts ("22 anbefalinger")."""

    heading: str
    bars: Sequence[tuple[str, StatusTotals]]


def status_chart(groups: Iterable[BarGroup]) -> Chart:
    """How the items of each source stand: a bar for each kind of item, a piece of it for each status.

    Every bar is as long as every other: it is its source's whole, whose number stands above it. Sources differ from
    nine items to thousands, and the question is how far each has come, not which is the longest.
    """
    chart = Chart()
    labels: dict[str, str] = {}
    for group in groups:
        if group.heading:
            chart._write(group.heading, is_heading=True, is_danish=True)
        for name, totals in group.bars:
            chart._write(name)
            chart.bottom += 0.15
            _status_bar(chart, totals)
            pieces = _pieces(totals)
            labels |= {fill: label for fill, label, _count in pieces}
            whole = number_format(totals.whole)
            counts = [(label, _of(number_format(count), whole)) for _fill, label, count in pieces]
            chart.rows.append((group.heading, name, counts))
            chart.sentences.append((group.heading, f"{name}: {totals.in_words}."))
        chart.bottom += GAP
    chart.legend = [(fill, label) for fill, label in labels.items()]
    return chart


def _pieces(totals: StatusTotals) -> list[tuple[str, str, int]]:
    """(fill, label, count) of what the whole is made of: each status that occurs, and what is not typed in yet."""
    pieces = [(code or NONE, label, count) for code, label, count in totals.rows]
    return [*pieces, (UNTYPED, _("Ikke indtastet endnu"), totals.untyped)] if totals.untyped else pieces


def _status_bar(chart: Chart, totals: StatusTotals) -> None:
    left = 0.0
    labels = []
    pieces = _pieces(totals)
    for (fill, label, count), width in zip(pieces, _widths([piece[2] for piece in pieces]), strict=True):
        chart._draw(left, width, fill)
        counted = number_format(count)
        in_words = _("%(count)s uden status") % {"count": counted} if fill == NONE else f"{counted} {label.lower()}"
        fitting = [words for words in (in_words, counted) if len(words) <= width / 100 * NARROW]
        if fitting:
            labels.append((left, fitting[0]))
        left += width
    chart.bottom += BAR
    chart.texts += [ChartText(_percent(left), _rem(chart.bottom + 1), words) for left, words in labels]
    chart.bottom += LINE + 0.25


def steps_chart(steps: Iterable[tuple[str, int]]) -> Chart:
    """Steps of people, each of them some of the step before: (name, how many).

    Every step has a bar of its own, as long as the step before is large, with the part that went on filled in. On one
    common scale 29 of 50,000 cannot be seen; a logarithmic scale would show it and make the 50,000 look a few times
    larger. Here each bar is true to its own whole, which stands beside it in words.
    """
    chart = Chart(is_of_steps=True)
    before: int | None = None
    rows = []
    for name, count in steps:
        words = number_format(count)
        share = 100.0
        if before is not None and 0 < before >= count:  # more than before cannot be a part of it
            words = _of(words, number_format(before))
            share = max(count / before * 100, THINNEST) if count else 0.0
        chart._write(name, is_danish=True)
        chart.bottom += 0.15
        chart._draw(0, 100, WHOLE)
        if share:
            chart._draw(0, share, PART)
        chart.bottom += BAR
        chart._write(words)
        chart.bottom += GAP / 2
        rows.append((name, words))
        chart.sentences.append((name, f"{words}."))
        before = count
    chart.rows.append(("", "", rows))
    return chart


def _of(part: str, whole: str) -> str:
    return _("%(part)s af %(whole)s") % {"part": part, "whole": whole}


def _widths(counts: Sequence[int]) -> list[float]:
    """Per cent of the bar for each count, all above zero; together the whole bar, none thinner than can be seen."""
    total = sum(counts)
    thin = [count / total * 100 < THINNEST for count in counts]
    rest = sum(count for count, is_thin in zip(counts, thin, strict=True) if not is_thin)
    room = 100 - THINNEST * sum(thin)
    return [THINNEST if is_thin else count / rest * room for count, is_thin in zip(counts, thin, strict=True)]


def _percent(value: float) -> str:
    return f"{value:.2f}%"


def _rem(value: float) -> str:
    return f"{value:.2f}rem"
