"""A sign for each answer and each status: answers are square, statuses are as the shape before their word.

Shapes, not colours, tell them apart. Pages and pictures draw the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from recommendations.drawing import SQUARE, Circle, Polygon, Sign, box, lines
from recommendations.enums import NO_ANSWER, NO_STATUS, Outcome, Status

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

INK, PAPER, FAINT = "#14425f", "#ffffff", "#66727e"

_EMPTY = box(1.5, 1.5, 13, 13, stroke=INK)
_FULL = box(1.5, 1.5, 13, 13, fill=INK, stroke=INK)
OUTCOME: dict[str, Sign] = {  # "" where none is registered
    "": (box(1.5, 1.5, 13, 13, stroke=FAINT, dashes=(2, 2)),),
    Outcome.ADOPTED: (_FULL, lines((4, 8), (7, 11.5), (12, 4.5), stroke=PAPER, stroke_width=2)),
    Outcome.PARTLY_ADOPTED: (_EMPTY, Polygon(fill=INK, points=((1.5, 1.5), (1.5, 14.5), (14.5, 14.5)))),
    Outcome.NOT_ADOPTED: (
        _EMPTY,
        lines((4.5, 4.5), (11.5, 11.5), stroke=INK, stroke_width=2),
        lines((11.5, 4.5), (4.5, 11.5), stroke=INK, stroke_width=2),
    ),
    Outcome.NOTED: (
        _EMPTY,
        *(lines((4.5, y), (11.5, y), stroke=INK) for y in (5, 8, 11)),
    ),
    Outcome.OUTSIDE_REMIT: (
        lines((9, 1.5), (1.5, 1.5), (1.5, 14.5), (9, 14.5), stroke=INK),
        lines((5, 8), (14, 8), stroke=INK, stroke_width=2),
        lines((10.5, 4.5), (14, 8), (10.5, 11.5), stroke=INK, stroke_width=2),
    ),
    Outcome.NOT_READ: (_EMPTY, *(Circle(fill=INK, x=x, y=8, radius=1.2) for x in (4.7, 8, 11.3))),
}
_RING = Circle(stroke=INK, x=8, y=8, radius=6.5)
STATUS: dict[str, Sign] = {
    "": (Circle(stroke=FAINT, dashes=(1.5, 2.5), x=8, y=8, radius=6.5),),
    Status.NOT_STARTED: (_RING,),
    Status.PLANNED: (Circle(stroke=INK, dashes=(4, 2.8), x=8, y=8, radius=6.5),),
    Status.IN_PROGRESS: (
        _RING,
        Polygon(
            fill=INK,
            points=((8, 1.5), (5.5, 2), (3.4, 3.4), (2, 5.5), (1.5, 8), (2, 10.5), (3.4, 12.6), (5.5, 14), (8, 14.5)),
        ),
    ),
    Status.IMPLEMENTED: (Circle(fill=INK, stroke=INK, x=8, y=8, radius=6.5),),
    Status.IMPLEMENTED_OTHERWISE: (Polygon(fill=INK, stroke=INK, points=((8, 1.5), (14.5, 8), (8, 14.5), (1.5, 8))),),
    Status.PAUSED: tuple(box(x, 2, 3, 12, fill=INK) for x in (3.5, 9.5)),
    Status.ABANDONED: (_EMPTY, lines((3, 13), (13, 3), stroke=INK, stroke_width=2)),
    Status.LAPSED: (box(1.5, 7, 13, 2.5, fill=INK),),
}

# An answer in the fewest words, where its label is longer than a column is wide.
SHORT: dict[str, StrOrPromise] = {
    Outcome.PARTLY_ADOPTED: _("Delvist"),
    Outcome.NOTED: _("Til efterretning"),
    Outcome.OUTSIDE_REMIT: _("Sendt videre"),
    Outcome.NOT_READ: _("Behandlet"),
}


@dataclass(frozen=True, order=True)
class Signed:
    """A sign with its word. In lists of several, answers come before statuses, and "none registered" comes last."""

    rank: int
    key: str  # the id of the sign in a page
    code: str

    @classmethod
    def answer(cls, code: str) -> Signed:
        return cls(list(Outcome).index(Outcome(code)) if code else 99, f"svar-{code or 'none'}", code)

    @classmethod
    def status(cls, code: str) -> Signed:
        return cls(100 + (list(Status).index(Status(code)) if code else 99), f"status-{code or 'none'}", code)

    @property
    def is_answer(self) -> bool:
        return self.key.startswith("svar-")

    @property
    def sign(self) -> Sign:
        return (OUTCOME if self.is_answer else STATUS)[self.code]

    @property
    def label(self) -> str:
        if self.is_answer:
            return str(Outcome(self.code).label if self.code else NO_ANSWER)
        return str(Status(self.code).label if self.code else NO_STATUS)

    @property
    def word(self) -> str:
        return str(SHORT.get(self.code, self.label)) if self.is_answer else self.label

    @property
    def symbol(self) -> SafeString:
        """For the page, which uses it by its key: in the colours of the page (`glance.css`), light, dark and forced."""
        drawn = "".join(mark.as_svg() for mark in self.sign)
        for colour, name in ((INK, "ink"), (PAPER, "paper"), (FAINT, "faint")):
            drawn = drawn.replace(f'fill="{colour}" stroke="{colour}"', f'class="sign-{name} sign-{name}-line"')
            drawn = drawn.replace(f'fill="{colour}"', f'class="sign-{name}"')
            drawn = drawn.replace(f'stroke="{colour}"', f'class="sign-{name}-line"')
        return SafeString(f'<symbol id="{self.key}" viewBox="0 0 {SQUARE} {SQUARE}">{drawn}</symbol>')
