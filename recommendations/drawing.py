"""A picture as geometry: boxes, lines, signs and words in px, given out as SVG and as PNG.

Both are drawn from the same marks, and words are measured in the face that the PNG is set in; the SVG tells readers
without that face to keep the measured length, so that nothing runs over its neighbour. Knows no database.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from math import hypot
from typing import Any

from django.utils.html import escape
from PIL import Image, ImageDraw, ImageFont

FACES = {False: "SourceSansPro-Regular.ttf", True: "SourceSansPro-Semibold.ttf"}  # by bold
FAMILY = "'Source Sans Pro', 'Source Sans 3', 'Segoe UI', Roboto, Arial, sans-serif"
ELLIPSIS = "…"
FINER = 2  # the PNG is drawn so many times as large and made smaller, so that slanting edges are smooth (supersampling)

Point = tuple[float, float]


@lru_cache(maxsize=64)
def _face(size: float, bold: bool) -> ImageFont.FreeTypeFont:
    with (files("font_source_sans_pro") / "files" / FACES[bold]).open("rb") as file:
        # The plain engine: the other one depends on what is installed, and would measure differently.
        return ImageFont.truetype(io.BytesIO(file.read()), size, layout_engine=ImageFont.Layout.BASIC)


# --- Words ------------------------------------------------------------------------------------------------------------


def printable(words: str) -> str:
    """The words on one line, without signs that XML cannot hold or that nobody sees."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())


def measure(words: str, size: float, bold: bool = False) -> float:
    """How wide the words are, in px: as the PNG paints them."""
    return _face(size * FINER, bold).getlength(words) / FINER


def cut(words: str, width: float, size: float, bold: bool = False) -> str:
    """The beginning of the words that fits in `width`, ended by "…" where some are left out."""
    words = printable(words)
    if measure(words, size, bold) <= width:
        return words
    while words and measure(words + ELLIPSIS, size, bold) > width:
        words = words[:-1].rstrip(" ,.;:–-")
    return words + ELLIPSIS


def wrap(words: str, width: float, size: float, lines: int, bold: bool = False) -> list[str]:
    """At most `lines` lines that fit in `width`; the last is cut where there is more."""
    found: list[str] = []
    rest = printable(words).split(" ")
    while rest and rest[0]:
        if len(found) == lines - 1:
            return [*found, cut(" ".join(rest), width, size, bold)]
        taken = 1
        while taken < len(rest) and measure(" ".join(rest[: taken + 1]), size, bold) <= width:
            taken += 1
        found.append(cut(" ".join(rest[:taken]), width, size, bold))
        rest = rest[taken:]
    return found


# --- Marks ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mark:
    """What is drawn. Colours are "#rrggbb", or empty for none; `dashes` are the lengths of dash and gap."""

    fill: str = ""
    stroke: str = ""
    stroke_width: float = 1.5
    dashes: tuple[float, ...] = ()

    @property
    def attributes(self) -> str:
        """How it is painted, as attributes of SVG."""
        found = f'fill="{self.fill or "none"}"'
        if self.stroke:
            found += f' stroke="{self.stroke}" stroke-width="{_n(self.stroke_width)}"'
            if self.dashes:
                found += f' stroke-dasharray="{" ".join(map(_n, self.dashes))}"'
        return found


@dataclass(frozen=True)
class Polygon(Mark):
    """Straight lines from point to point; closed, or open for a line."""

    points: tuple[Point, ...] = ()
    is_closed: bool = True

    def as_svg(self) -> str:
        name = "polygon" if self.is_closed else "polyline"
        return f'<{name} points="{" ".join(f"{_n(x)},{_n(y)}" for x, y in self.points)}" {self.attributes}/>'

    def placed(self, x: float, y: float, scale: float) -> Polygon:
        points = tuple((x + px * scale, y + py * scale) for px, py in self.points)
        return replace(self, points=points, **_scaled(self, scale))

    def paint(self, image: ImageDraw.ImageDraw) -> None:
        if self.fill:
            image.polygon(self.points, fill=self.fill)
        if self.stroke:
            outline = [*self.points, self.points[0]] if self.is_closed else list(self.points)
            for dash in _dashed(outline, self.dashes) if self.dashes else [outline]:
                # Closed outlines go on past their first corner, which is joined like the others.
                corners = [*dash, dash[1]] if self.is_closed and not self.dashes else dash
                image.line(corners, fill=self.stroke, width=max(1, round(self.stroke_width)), joint="curve")


@dataclass(frozen=True)
class Circle(Mark):
    x: float = 0.0
    y: float = 0.0
    radius: float = 0.0

    def as_svg(self) -> str:
        return f'<circle cx="{_n(self.x)}" cy="{_n(self.y)}" r="{_n(self.radius)}" {self.attributes}/>'

    def placed(self, x: float, y: float, scale: float) -> Circle:
        placed: dict[str, Any] = {"x": x + self.x * scale, "y": y + self.y * scale, "radius": self.radius * scale}
        return replace(self, **placed, **_scaled(self, scale))

    def paint(self, image: ImageDraw.ImageDraw) -> None:
        # Pillow draws the line inside, SVG on both sides of the edge.
        reach = self.radius + (self.stroke_width / 2 if self.stroke else 0)
        around = (self.x - reach, self.y - reach, self.x + reach, self.y + reach)
        width = max(1, round(self.stroke_width))
        if not self.dashes:
            image.ellipse(around, fill=self.fill or None, outline=self.stroke or None, width=width)
            return
        degrees = [dash / self.radius * 57.3 for dash in self.dashes]
        start = 0.0
        while start < 359:
            image.arc(around, start, min(start + degrees[0], 360), fill=self.stroke, width=width)
            start += sum(degrees)


@dataclass(frozen=True)
class DrawnWords(Mark):
    x: float = 0.0
    y: float = 0.0  # of the base line
    words: str = ""
    size: float = 16.0
    bold: bool = False

    def as_svg(self) -> str:
        if not self.words:
            return ""
        weight = ' font-weight="600"' if self.bold else ""
        length = _n(measure(self.words, self.size, self.bold))
        return (
            f'<text x="{_n(self.x)}" y="{_n(self.y)}" font-size="{_n(self.size)}"{weight} textLength="{length}"'
            f' lengthAdjust="spacingAndGlyphs" fill="{self.fill}">{escape(self.words)}</text>'
        )

    def placed(self, x: float, y: float, scale: float) -> DrawnWords:
        return replace(self, x=x + self.x * scale, y=y + self.y * scale, size=self.size * scale)

    def paint(self, image: ImageDraw.ImageDraw) -> None:
        image.text((self.x, self.y), self.words, fill=self.fill, font=_face(self.size, self.bold), anchor="ls")


AnyMark = Polygon | Circle | DrawnWords
Sign = tuple[AnyMark, ...]  # in a square of SQUARE × SQUARE
SQUARE = 16


def box(x: float, y: float, width: float, height: float, **paint: Any) -> Polygon:
    """A box as a mark, for signs; `paint` as the fields of `Mark`."""
    corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
    return Polygon(points=corners, **paint)


def lines(*points: Point, **paint: Any) -> Polygon:
    """Lines from point to point as a mark, for signs."""
    return Polygon(points=points, is_closed=False, **paint)


def _scaled(mark: Mark, scale: float) -> dict[str, Any]:
    return {"stroke_width": mark.stroke_width * scale, "dashes": tuple(length * scale for length in mark.dashes)}


def _dashed(points: Sequence[Point], dashes: Sequence[float]) -> Iterator[list[Point]]:
    """The pieces of a line that are drawn: each side begins with a dash, so that corners are closed."""
    dash, gap = dashes[0], dashes[-1]
    for (x1, y1), (x2, y2) in pairwise(points):
        length = hypot(x2 - x1, y2 - y1)
        at = 0.0
        while at < length:
            until = min(at + dash, length)
            yield [(x1 + (x2 - x1) * along / length, y1 + (y2 - y1) * along / length) for along in (at, until)]
            at = until + gap


def _n(value: float) -> str:
    """A number as SVG writes it, whatever the language of the page."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


# --- The drawing ------------------------------------------------------------------------------------------------------


@dataclass
class Drawing:
    """A picture of `width` × `height` px on a ground, with a title read aloud. Marks come one above the other."""

    width: int
    height: int
    title: str
    ground: str = "#ffffff"
    language: str = "da"
    marks: list[AnyMark] = field(default_factory=list)

    def box(self, x: float, y: float, width: float, height: float, **paint: Any) -> None:
        self.marks.append(box(x, y, width, height, **paint))

    def line(self, x1: float, y1: float, x2: float, y2: float, **paint: Any) -> None:
        self.marks.append(lines((x1, y1), (x2, y2), **paint))

    def polygon(self, points: Iterable[Point], **paint: Any) -> None:
        self.marks.append(Polygon(points=tuple(points), **paint))

    def circle(self, x: float, y: float, radius: float, **paint: Any) -> None:
        self.marks.append(Circle(x=x, y=y, radius=radius, **paint))

    def hatch(self, x: float, y: float, width: float, height: float, *, stroke: str, apart: float = 6) -> None:
        """Slanting lines cut to the box."""
        start = apart
        while start < width + height:
            self.line(
                x + min(start, width),
                y + max(0.0, start - width),
                x + max(0.0, start - height),
                y + min(start, height),
                stroke=stroke,
            )
            start += apart

    def place(self, sign: Sign, x: float, y: float, size: float) -> None:
        """A sign with its upper left corner at x, y."""
        self.marks += [mark.placed(x, y, size / SQUARE) for mark in sign]

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float,
        bold: bool = False,
        fill: str = "#1b2025",
        anchor: str = "start",
    ) -> None:
        """Words on the base line y; `anchor` says which part of them x is: "start", "middle" or "end"."""
        words = printable(words)
        share = {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]
        left = x - measure(words, size, bold) * share
        self.marks.append(DrawnWords(fill=fill, x=left, y=y, words=words, size=size, bold=bold))

    def paragraph(
        self,
        x: float,
        y: float,
        words: str,
        *,
        width: float,
        size: float,
        lines: int,
        bold: bool = False,
        fill: str = "#1b2025",
        leading: float = 1.25,
    ) -> float:
        """Words in at most `lines` lines from the base line y. The base line that would come next."""
        for line in wrap(words, width, size, lines, bold):
            self.text(x, y, line, size=size, bold=bold, fill=fill)
            y += size * leading
        return y

    def as_svg(self) -> str:
        """The picture as a file of its own."""
        drawn = "\n".join(filter(None, (mark.as_svg() for mark in self.marks)))
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<svg xmlns="http://www.w3.org/2000/svg" xml:lang="{self.language}" role="img" aria-labelledby="title"'
            f' width="{self.width}" height="{self.height}" viewBox="0 0 {self.width} {self.height}"'
            f' font-family="{FAMILY}">\n'
            f'<title id="title">{escape(printable(self.title))}</title>\n'
            f'<rect width="100%" height="100%" fill="{self.ground}"/>\n{drawn}\n</svg>\n'
        )

    def as_png(self) -> bytes:
        """The same, 1 px to 1 px."""
        image = Image.new("RGB", (self.width * FINER, self.height * FINER), self.ground)
        on = ImageDraw.Draw(image)
        for mark in self.marks:
            mark.placed(0, 0, FINER).paint(on)
        written = io.BytesIO()
        image.reduce(FINER).save(written, "PNG", optimize=True)
        return written.getvalue()
