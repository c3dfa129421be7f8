"""What the renderers for people have in common: values as Danish text, what no file can hold, how wide columns are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommendations.reports.document import Report, Seal, Table, Value

if TYPE_CHECKING:
    from segno import QRCode

# Control characters, halves of pairs and what Unicode says is no character: no XML may hold them, and no font draws
# them. Private characters look different to each reader and are forbidden in PDF/A.
_UNWRITABLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufff0-\uffff\U000e0000-\U0010ffff]"
)
_DANISH_MARKS = str.maketrans(",.", ".,")
_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")

# A table with more columns than this gets the page on its side, or a page of twice the size on its side.
UPRIGHT_COLUMNS, A4_COLUMNS = 5, 12
# How long a word may be and still not be broken: the most that leaves the columns something to share.
ORDINARY_WORDS = range(20, 9, -1)
FOR_WORDS = 0.9
# And a line, where there is ample room.
SHORT_LINE, FOR_SHORT_LINES = 30, 0.6
# What a column needs beside its text, in characters.
PADDING = 3
# Rows up to this many characters in one cell stay on one page.
WHOLE_ROW = 900
# Letters between spaces in long figures: what an eye keeps while it moves from paper to screen.
GROUP = 8


def shown(value: Value) -> str:
    """A value as Danes write it: 17.06.2024 and 1.234,5. Links give their texts, one a line."""
    if value is None:
        return ""
    if isinstance(value, date):
        return day(value)
    if isinstance(value, int | Decimal):
        return f"{value:,}".translate(_DANISH_MARKS)
    if isinstance(value, tuple):
        return "\n".join(link.text for link in value)
    return value


def day(value: date, between: str = ".") -> str:
    """17.06.2024; always eight figures, which strftime does not give for the year 207."""
    return f"{value.day:02}{between}{value.month:02}{between}{value.year:04}"


def named(text: str) -> str:
    """Characters as their numbers and names in Unicode, each in brackets: [U+1F642 SLIGHTLY SMILING FACE]."""
    return "".join(f"[{' '.join(filter(None, (f'U+{ord(sign):04X}', unicodedata.name(sign, ''))))}]" for sign in text)


def writable(text: str) -> str:
    """`text` with one sort of line break and with a name for each character that no file can hold."""
    return _UNWRITABLE.sub(lambda found: named(found[0]), _LINE_BREAKS.sub("\n", text))


def needs_note(report: Report) -> bool:
    """Whether some character was replaced by its name, which the reader must be told."""
    return any(_UNWRITABLE.search(text) for text in texts(report))


def note() -> str:
    return _("Tegn, som filen ikke kan vise, står i kantede parenteser med deres nummer og navn i Unicode.")


def texts(report: Report) -> Iterator[str]:
    """Every text of the report, in reading order, addresses included."""
    yield report.annex
    yield report.title
    for fact in report.facts:
        yield from fact
    for _level, section in report.walk():
        yield section.heading
        yield from section.paragraphs
        for table in section.tables:
            yield table.caption
            yield from (column.heading for column in table.columns)
            for row in table.rows:
                for value in row:
                    if isinstance(value, tuple):
                        for link in value:
                            yield from (link.text, link.address)
                    elif isinstance(value, str):
                        yield value


def locale(report: Report) -> str:
    """The language with the country whose spelling it is, as file formats want it."""
    return {"da": "da-DK", "en": "en-GB"}[report.language]


# --- The seal -------------------------------------------------------------------------------------------------------


def seal_line(seal: Seal) -> str:
    """What stands at the foot of each sheet."""
    return _("Rapport %(code)s. Kontrollér den på %(address)s") % {"code": seal.code, "address": seal.check_address}


def seal_heading() -> str:
    return _("Segl")


def seal_words(seal: Seal) -> str:
    """What the figures below it are for, to somebody who has never seen such."""
    words = [_("Med seglet kan enhver se, om rapporten er, som den blev udstedt. Mellemrum i tallene tæller ikke.")]
    if seal.tree_root:
        words.append(
            _(
                "Siden har en log med en linje for hver ændring. Loggens rod er regnet ud af alle linjerne, så en "
                "gammel linje ikke kan ændres, uden at det ses."
            )
        )
    if seal.signature:
        words.append(_("Underskriften viser, at rapporten kommer fra siden; den offentlige nøgle prøver det."))
    return " ".join(words)


def seal_facts(seal: Seal) -> list[tuple[str, str]]:
    """Heading and value of all that the seal says, long figures in groups of eight; what is not there is left out."""
    size = ngettext("%(count)s linje", "%(count)s linjer", seal.tree_size) % {"count": shown(seal.tree_size)}
    facts = [
        (_("Rapportens kode"), seal.code),
        (_("Udstedt (UTC)"), seal.issued_at),
        (_("Dataenes fingeraftryk (SHA-256)"), in_groups(seal.fingerprint)),
        (_("Loggens længde"), size if seal.tree_root else ""),
        (_("Loggens rod (SHA-256)"), in_groups(seal.tree_root)),
        (_("Underskrift (Ed25519)"), in_groups(seal.signature)),
        (_("Offentlig nøgle (Ed25519)"), in_groups(seal.public_key)),
    ]
    return [(heading, value) for heading, value in facts if value]


def in_groups(figures: str) -> str:
    return " ".join(figures[start : start + GROUP] for start in range(0, len(figures), GROUP))


def seal_code(seal: Seal) -> QRCode:
    """The address where the report is checked, for a telephone to read; of a size that a worn print leaves readable."""
    import segno

    return segno.make(seal.check_address, error="m", boost_error=False, micro=False)


def seal_code_words(seal: Seal) -> str:
    """The same for those who do not see it."""
    return _("QR-kode, der fører til %(address)s") % {"address": seal.check_address}


# --- The page -------------------------------------------------------------------------------------------------------


class Paper(StrEnum):
    UPRIGHT = "a4"
    WIDE = "a4 on its side"
    WIDEST = "a3 on its side"


def paper(report: Report) -> Paper:
    """What the widest table needs."""
    columns = max((len(table.columns) for table in report.tables()), default=0)
    return Paper.UPRIGHT if columns <= UPRIGHT_COLUMNS else Paper.WIDE if columns <= A4_COLUMNS else Paper.WIDEST


def is_whole(row: tuple[Value, ...]) -> bool:
    """Whether a row is short enough to be kept on one page."""
    return all(len(shown(value)) <= WHOLE_ROW for value in row)


def shares(table: Table, line: int) -> list[float]:
    """Each column's part of the page's width, where a whole line holds `line` characters; together at most 1.

    Where everything fits on one line, columns are as wide as what they hold. Else they share the line as they ask and
    as much as they have to say, but none takes more than it needs, and each is as wide as its longest word as long as
    that is an ordinary one: a date broken in two is no date.
    """
    lines, words, headings, asked = [], [], [], []
    for place, column in enumerate(table.columns):
        held = [column.heading, *(shown(row[place]) for row in table.rows)]
        lines.append(max(len(part) for text in held for part in text.split("\n")) + PADDING)
        words.append(max(map(_longest_word, held)))
        headings.append(_longest_word(column.heading))
        # By the third root of its longer texts: what is said at length makes all cells beside it high.
        lengths = sorted(len(text) for text in held[1:])
        asked.append(column.width * (1 + (lengths[len(lengths) * 9 // 10] if lengths else 0)) ** (1 / 3))
    if sum(lines) <= line:
        return [width / line for width in lines]

    def smallest(ordinary: int, short: int = 0) -> list[int]:
        """Wide enough for a word of so many letters, and for a whole line that is as short as `short`."""
        return [
            whole if whole <= short else max(min(word, ordinary), heading) + PADDING
            for whole, word, heading in zip(lines, words, headings, strict=True)
        ]

    least = smallest(ORDINARY_WORDS[0], SHORT_LINE)
    if sum(least) > line * FOR_SHORT_LINES:
        for ordinary in ORDINARY_WORDS:
            least = smallest(ordinary)
            if sum(least) <= line * FOR_WORDS:
                break
    if sum(least) >= line:
        return [width / sum(least) for width in least]

    def given(unit: float) -> list[float]:
        return [min(max(unit * wanted, low), high) for wanted, low, high in zip(asked, least, lines, strict=True)]

    # How much one unit of the asked widths is: found by halving, as it only grows.
    low, high = 0.0, float(line)
    for _step in range(30):
        unit = (low + high) / 2
        low, high = (unit, high) if sum(given(unit)) < line else (low, unit)
    return [width / line for width in given(low)]


def _longest_word(text: str) -> int:
    return max(map(len, text.split()), default=0)
