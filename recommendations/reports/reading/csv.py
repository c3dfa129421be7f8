"""What a CSV file says, with commas, semicolons or tabs: of a whole report, or of one table and nothing else."""

from __future__ import annotations

import csv
import io

from recommendations.reports.reading.found import FileSays, FoundCell, FoundTable, FoundText, ReadingBudget

# The first cell of a line: what it is. The seal is beside what the file says.
CSV_PARTS = ("titel", "oplysning", "afsnit", "tekst", "tabel", "kolonner", "række", "segl")
CSV_LONGEST_CELL = 1_000_000


def is_csv(text: str) -> bool:
    """Whether this looks like the CSV of a whole report."""
    return text[:200].lstrip("\ufeff").lower().startswith(("del,", "del;", "del\t", '"del"'))


def read_csv(text: str) -> FileSays:
    """The lines by what they say they are. A line that says nothing we know is text that was added."""
    head = text[:2000].split("\n")[0]
    delimiter = max(",;\t", key=head.count)
    says = FileSays("csv", is_for_machines=delimiter == ",")
    csv.field_size_limit(CSV_LONGEST_CELL)
    ReadingBudget().take(text, cells=text.count(delimiter) + text.count("\n"))
    rows: list[tuple[FoundCell, ...]] = []

    def end_table() -> None:
        if rows:
            says.blocks.append(FoundTable(tuple(rows)))
            rows.clear()

    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            kind, cells = (line[0] if line else ""), [cell.removeprefix("'") for cell in line[2:]]
            if kind in {"kolonner", "række"}:
                if kind == "kolonner":
                    end_table()
                rows.append(tuple(FoundCell(cell) for cell in cells))
                continue
            end_table()
            if kind in CSV_PARTS:
                said = " ".join(cell for cell in (line[1:] if kind == "segl" else cells) if cell)
                says.blocks.append(FoundText(said, is_outside=kind == "segl"))
                says.unseen += [" ".join(line)] if kind == "segl" else []
            elif any(line) and kind.strip("\ufeff").lower() != "del":
                says.blocks.append(FoundText(" ".join(cell for cell in line if cell)))
    except csv.Error:
        says.blocks.append(FoundText(text[:2000]))
    end_table()
    return says
