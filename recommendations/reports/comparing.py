"""What a file says beside what the report's data say: the same, or which cells differ, each with its place.

Tables that the file has as tables are compared cell by cell. All other text, and everything in a file that has no
tables, is laid beside the data letter by letter. It knows plain data only: `Report.as_data()`, and what a reader found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from recommendations.reports.comparing_tables import differences_in_table, paired_tables
from recommendations.reports.comparing_text import Furniture, differences_in_text, without_running_lines
from recommendations.reports.reading.found import FileSays, FoundPage, FoundText
from recommendations.reports.stated import Difference, ReportPlace, ReportTable, contents_of, shown_value

MOST_DIFFERENCES = 200
LONGEST_SHOWN = 400  # letters of each side
LONG_HEADING = 12  # letters: may stand alone, as nobody else says so
# What files say about the seal and about themselves; the values of the seal stand between.
FIXED_WORDS = (
    "Segl",
    "Arket har flere links, end Excel kan have på et ark. Derfor står adresserne der som tekst.",
    "Med seglet kan enhver se, om rapporten er, som den blev udstedt. Mellemrum i tallene tæller ikke.",
    "Siden har en log med en linje for hver ændring. Loggens rod er regnet ud af alle linjerne, så en gammel linje "
    "ikke kan ændres, uden at det ses.",
    "Underskriften viser, at rapporten kommer fra siden; den offentlige nøgle prøver det.",
    "Tegn, som filen ikke kan vise, står i kantede parenteser med deres nummer og navn i Unicode.",
)
# Before a value of the seal, by the value's name.
SEAL_HEADINGS = {
    "code": ("Rapportens kode", "Rapport", "Udstedt rapport", "kode"),
    "check_address": ("Kontrollér den på", "kontrol", "QR-kode, der fører til"),
    "issued_at": ("Udstedt (UTC)", "udstedt"),
    "fingerprint": ("Dataenes fingeraftryk (SHA-256)", "fingeraftryk"),
    "tree_size": ("Loggens længde", "loglinjer"),
    "tree_root": ("Loggens rod (SHA-256)", "logrod"),
    "signature": ("Underskrift (Ed25519)", "underskrift"),
    "public_key": ("Offentlig nøgle (Ed25519)", "nøgle"),
}


@dataclass
class Comparison:
    """`added` are texts outside what the report says. `has_more`: there are more differences than are listed."""

    differences: list[Difference] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    has_more: bool = False

    def note(self, found: Iterable[Difference]) -> None:
        for one in found:
            if len(self.differences) >= MOST_DIFFERENCES:
                self.has_more = True
                return
            self.differences.append(replace(one, was=_short(one.was), now=_short(one.now)))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]} …"


def compare(report: dict[str, Any], says: FileSays, furniture: Sequence[str] = ()) -> Comparison:
    """What `says` has otherwise than `report`. `furniture` are texts that may stand around it: seal, page numbers."""
    contents = contents_of(report)
    made = Comparison()
    tables = [one for one in contents if isinstance(one, ReportTable)]
    pairs = paired_tables(tables, says)
    taken = {id(grid) for _table, grids in pairs for grid in grids}
    with_grids = {id(table) for table, _grids in pairs}
    places: list[ReportPlace] = []
    for one in contents:
        if isinstance(one, ReportPlace):
            places.append(one)
        elif id(one) not in with_grids:
            places += one.places()
    texts: list[str] = []
    for block in says.blocks:
        if isinstance(block, FoundText) and block.is_outside:
            made.added.append(block.text)
        elif isinstance(block, FoundText | FoundPage):
            texts.append(block.text)
        elif id(block) not in taken:
            texts += [cell.text for row in block.rows for cell in row if cell.text]
    is_paged = any(isinstance(block, FoundPage) for block in says.blocks)
    known = Furniture([*furniture, report["title"]], tables if is_paged else [])
    outside = list(made.added)
    differences = list(differences_in_text(places, texts, known, outside, is_paged=is_paged))
    if differences and is_paged:
        pages, running = without_running_lines(texts)
        again = list(differences_in_text(places, pages, known, running, is_paged=True))
        if len(again) < len(differences):
            differences, outside = again, [*made.added, *running]
    made.note(differences)
    for table, grids in pairs:
        made.note(differences_in_table(table, grids, is_for_machines=says.is_for_machines))
    around = Furniture([*furniture, report["title"], *(table.caption for table in tables)], [])
    made.added = [
        text
        for text in dict.fromkeys(" ".join(line.split()) for one in outside for line in one.split("\n"))
        if around.left_of(text)
    ]
    return made


def furniture_of(seal: dict[str, Any]) -> list[str]:
    """All that a file says about its seal: each value with what stands before it, and the words around them."""
    found = list(FIXED_WORDS)
    for name, headings in SEAL_HEADINGS.items():
        if value := seal.get(name):
            values = [str(value)]
            if name == "tree_size":
                values = [f"{shown_value(value, 'number')} {lines}" for lines in ("linje", "linjer")] + values
            found += [f"{heading}{sign} {one}" for heading in headings for one in values for sign in (":", "", ".")]
            found += [f"{heading} {one}." for heading in headings for one in values]
            found += values if name != "tree_size" else []
            found += [f"{heading}{sign}" for heading in headings if len(heading) > LONG_HEADING for sign in (":", "")]
    return found
