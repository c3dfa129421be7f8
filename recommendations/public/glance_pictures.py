"""The picture of a source as a file to share, print and paste: SVG and PNG, drawn once."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from recommendations import tenancy
from recommendations.drawing import Drawing, cut, measure
from recommendations.models import Committee
from recommendations.public.addressed import forever
from recommendations.public.asked import require_existing, times_of
from recommendations.public.glance import Glance, GlanceGroup, GlanceLine, glance_of
from recommendations.public.publications import source_with_facts
from recommendations.public.signs import INK, Signed
from recommendations.templatetags.languages import page_language
from recommendations.templatetags.words import name, short_date

WIDTH, MARGIN = 1200, 40
LINE, SIZE, SMALL = 27, 17, 15  # px: from line to line, letters, small letters
SIGN = 17
TEXT, QUIET, RULE = "#1b2025", "#4d5862", "#d5dadf"
SUPPORT, NEWS, WHOM = 150, 110, 230  # how wide the columns are; those of signs are as wide as their words
GAP, AFTER_SIGN = 24, 7
NARROW = 430  # a column of titles narrower than this takes the room of the answers' words, which the legend has


def publication_svg(request: HttpRequest, slug: str) -> HttpResponse:
    """`/kilder/<kilde>/billede.svg`"""
    return _file(request, slug, "svg")


def publication_png(request: HttpRequest, slug: str) -> HttpResponse:
    """`/kilder/<kilde>/billede.png`"""
    return _file(request, slug, "png")


def _file(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    times = times_of(request)
    publication, _facts = source_with_facts(slug)
    if publication.slug != slug:
        return forever(request, reverse(f"publication_{kind}", args=[publication.slug]))
    require_existing(publication, times)
    glance = glance_of(publication, times.as_of) or Glance(publication, times.day, "", [])
    drawing = drawing_of(glance)
    name = f"{publication.slug}-{times.day.isoformat()}.{kind}"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "X-Robots-Tag": "noindex"}
    if kind == "svg":
        return HttpResponse(drawing.as_svg(), content_type="image/svg+xml; charset=utf-8", headers=headers)
    return HttpResponse(drawing.as_png(), content_type="image/png", headers=headers)


def drawing_of(glance: Glance) -> Drawing:
    """The whole sheet: what and whose it is, the lines, the legend, where it stands."""
    sheet = _Sheet(glance)
    sheet.head()
    for group in glance.groups:
        sheet.group(group)
    sheet.foot()
    sheet.drawing.height = round(sheet.y)
    return sheet.drawing


class _Sheet:
    """A drawing that grows downwards; `y` is where it has come to."""

    def __init__(self, glance: Glance):
        self.glance = glance
        title = tenancy.marked(glance.publication.title)
        self.drawing = Drawing(WIDTH, 0, title, language=page_language())
        self.y = float(MARGIN)
        self.has_words = True
        self.columns = self._columns()
        if self.title_width < NARROW:
            self.has_words = False
            self.columns = self._columns()

    @property
    def title_width(self) -> float:
        return min(self.columns.values(), default=WIDTH - MARGIN) - MARGIN - 12

    def _columns(self) -> dict[str, float]:
        """Where each column begins, from the right."""
        glance = self.glance
        answers = [line.answers.values() for line in glance.lines] if self.has_words else []
        answered = {sign for of_line in answers for sign in of_line}
        first = SIGN + AFTER_SIGN + GAP
        apart = [
            sum((measure(one.abbreviation, SMALL) + SIGN + 14 for one, _sign in line.apart), first)
            for line in glance.lines
        ]
        late = (measure(_("Forsinket"), SMALL, bold=True) + 12) * any(line.standing.is_overdue for line in glance.lines)
        statuses = {line.status for line in glance.lines if line.status}
        if glance.is_long:
            return {"totals": WIDTH / 2}
        widths = {
            "support": SUPPORT * glance.has_support,
            **{one.code: self._wide(answered, one.abbreviation) for one in glance.columns},
            "together": WHOM * glance.is_together,
            "whom": WHOM * glance.has_addressees,
            "status": max(self._wide(statuses, _("Status")), *apart, 0) + late if glance.lines else 0,
            "last": NEWS * glance.has_news,
        }
        right, found = float(WIDTH - MARGIN), {}
        for column, width in reversed(widths.items()):
            if width:
                right -= width
                found[column] = right
        return found

    @staticmethod
    def _wide(signs: Iterable[Signed], heading: str) -> float:
        """How wide a column of signs is: its heading, or the longest word beside a sign."""
        words = [measure(sign.word, SMALL) + SIGN + AFTER_SIGN for sign in signs if sign.code]
        return max([measure(heading, SMALL, bold=True), SIGN, *words]) + GAP

    def head(self) -> None:
        """Whose it is, the title, its day, and the names of the columns."""
        publication, drawing = self.glance.publication, self.drawing
        drawing.box(0, 0, WIDTH, 8, fill=INK)
        drawing.text(MARGIN, self.y + 14, tenancy.current().sender_name, size=SIZE, bold=True, fill=QUIET)
        self.y = drawing.paragraph(
            MARGIN,
            self.y + 56,
            tenancy.marked(publication.title),
            width=WIDTH - 2 * MARGIN,
            size=34,
            lines=2,
            bold=True,
        )
        said = [_("Som registreret %(day)s") % {"day": date_format(self.glance.day)}]
        if publication.handed_over_on:
            said.insert(0, _("Overdraget til kommunen %(day)s") % {"day": date_format(publication.handed_over_on)})
        if not self.glance.is_whole:
            said.append(_("Listen er ikke hel"))
        drawing.text(MARGIN, self.y - 8, ". ".join(said) + ".", size=SIZE, fill=QUIET)
        self.y += 32
        for column, words in self._headings().items():
            drawing.text(self.columns[column], self.y, words, size=SMALL, bold=True, fill=QUIET)
        self.y += 8
        drawing.line(MARGIN, self.y, WIDTH - MARGIN, self.y, stroke=QUIET)
        self.top = self.y

    def _headings(self) -> dict[str, str]:
        named = {
            "support": _("Støtte"),
            **{committee.code: committee.abbreviation for committee in self.glance.columns},
            "together": _("Svar"),
            "whom": _("Rettet mod"),
            "status": _("Status"),
            "last": _("Sidste nyt"),
        }
        return {column: words for column, words in named.items() if column in self.columns}

    def group(self, group: GlanceGroup) -> None:
        if self.glance.is_long:
            self._begin(RULE)
            self._words("title", group.title, width=self.columns["totals"] - MARGIN - 12)
            self._words("totals", group.totals.in_words, width=WIDTH / 2 - MARGIN)
            return
        if group.title:
            self.y += 6 if self.y > self.top else 0
            self._begin(QUIET)
            self._words("title", group.title, width=WIDTH - 2 * MARGIN, bold=True)
        for line in group.lines:
            self.line(line)

    def line(self, line: GlanceLine) -> None:
        self._begin(RULE)
        indent = line.depth * 20
        if line.item.is_heading:
            self._words(
                "title", name(line.item) + self.glance.mark_of(line), width=WIDTH - 2 * MARGIN, bold=True, fill=QUIET
            )
            return
        self._words(
            "title", name(line.item) + self.glance.mark_of(line), width=self.title_width - indent, indent=indent
        )
        if "support" in self.columns:
            self._support(line)
        for committee in self.glance.columns:
            if sign := line.answers.get(committee.pk):
                self._sign(committee.code, sign, has_word=self.has_words)
        if "together" in self.columns:
            self._each("together", line.signed)
        if "whom" in self.columns and line.item.addressee:
            self._words("whom", line.item.addressee.name, width=WHOM - 12, size=SMALL)
        if line.status:
            self._status(line, line.status)
        if "last" in self.columns and line.standing.changed_on:
            self._words("last", short_date(line.standing.changed_on), width=NEWS, size=SMALL)

    def _begin(self, rule: str) -> None:
        """The rule above a line, and its base line."""
        self.drawing.line(MARGIN, self.y, WIDTH - MARGIN, self.y, stroke=rule, stroke_width=1)
        self.y += LINE
        self.base = self.y - 8

    def _words(
        self,
        column: str,
        words: str,
        *,
        width: float,
        indent: float = 0,
        size: float = SIZE,
        bold: bool = False,
        fill: str = TEXT,
    ) -> None:
        left = self.columns.get(column, MARGIN) + indent
        self.drawing.text(left, self.base, cut(words, width, size, bold), size=size, bold=bold, fill=fill)

    def _sign(self, column: str, sign: Signed, *, at: float = 0, has_word: bool = True) -> float:
        """A sign in a column, with its word where something is registered; where what stands after it begins."""
        self.drawing.place(sign.sign, self.columns[column] + at, self.base - SIGN + 4, SIGN)
        if sign.code and has_word:
            self._words(column, sign.word, width=WIDTH, indent=at + SIGN + AFTER_SIGN, size=SMALL)
        return at + SIGN

    def _each(self, column: str, signs: Iterable[tuple[Committee, Signed]], at: float = 0) -> None:
        """Several committees in one column: each abbreviation with its sign."""
        for committee, sign in signs:
            self._words(column, committee.abbreviation, width=WIDTH, indent=at, size=SMALL)
            at = self._sign(column, sign, at=at + measure(committee.abbreviation, SMALL) + 4, has_word=False) + 10

    def _status(self, line: GlanceLine, status: Signed) -> None:
        """How it stands as a whole; where its committees do not agree, the sign of each in the place of the word."""
        at = self._sign("status", status, has_word=not line.apart)
        self._each("status", line.apart, at + AFTER_SIGN)
        if line.standing.is_overdue:
            ends = self.columns.get("last", WIDTH - MARGIN + GAP) - GAP
            self.drawing.text(ends, self.base, _("Forsinket"), size=SMALL, bold=True, anchor="end")

    def _support(self, line: GlanceLine) -> None:
        left, top, width = self.columns["support"], self.base - 11, 72
        if line.is_unreadable:
            self._hatched(left, top, width)
        elif line.support:
            self.drawing.box(left, top, width * float(line.support[:-1]) / 100, 12, fill=INK)
            self.drawing.box(left, top, width, 12, stroke=INK, stroke_width=1)
            self._words("support", line.share, width=60, indent=width + 10, size=SMALL)

    def foot(self) -> None:
        """The legend, the committees by name, and the address of the page."""
        self.drawing.line(MARGIN, self.y, WIDTH - MARGIN, self.y, stroke=QUIET)
        self.y += 34
        at = float(MARGIN)
        for sign in self.glance.signs:
            at = self._legend(at, sign.label, sign)
        if self.glance.has_unreadable:
            at = self._legend(at, _("Støtten kan ikke læses i kilden"), is_hatched=True)
        for whose, mark in self.glance.title_marks.items():
            at = self._legend(at, f"{mark} {whose}")
        if self.glance.has_idle:
            at = self._legend(at, _("Tomt felt: udvalget skal ikke svare"))
        for committee in self.glance.committees:
            at = self._legend(at, f"{committee.abbreviation}: {committee.name}")
        self.y += 34
        address = tenancy.site_url() + reverse("publication", args=[self.glance.publication.slug]) + self.glance.query
        self.drawing.text(MARGIN, self.y, address, size=SMALL, fill=QUIET)
        self.y += 26

    def _legend(self, at: float, words: str, sign: Signed | None = None, *, is_hatched: bool = False) -> float:
        """One entry, on the next line where this one is full; where the one after it begins."""
        shape = SIGN + 7 if sign else 43 if is_hatched else 0
        width = shape + measure(words, SMALL) + 26
        if at > MARGIN and at + width > WIDTH - MARGIN + 26:
            at = float(MARGIN)
            self.y += 25
        if sign:
            self.drawing.place(sign.sign, at, self.y - SIGN + 4, SIGN)
        elif is_hatched:
            self._hatched(at, self.y - 11, 36)
        self.drawing.text(at + shape, self.y, words, size=SMALL)
        return at + width

    def _hatched(self, x: float, y: float, width: float) -> None:
        self.drawing.hatch(x, y, width, 12, stroke=INK)
        self.drawing.box(x, y, width, 12, stroke=INK, stroke_width=1)
