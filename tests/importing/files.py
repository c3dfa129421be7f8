"""A source as rows of cells, for tests to change: as somebody has it in a spreadsheet."""

from openpyxl import Workbook

from recommendations.importing.files import read_tables
from tests.files.made import saved, xlsx

SOURCE = {
    "Kode": "tinget-2025",
    "Titel": "Tinget 2025",
    "Slags": "Borgerting",
    "Udgiver": "Københavns Kommune",
    "Overdraget den": "17.06.2025",
    "Kommunen skal svare": "ja",
    "Antal overskrifter i kilden": "1",
    "Antal anbefalinger i kilden": "2",
}
ROWS = (
    ("Nummer", "Slags", "Hører under", "Titel", "Kildens egne ord", "Side i kilden", "Ejere", "Støtter", "Rettet mod"),
    ("1", "Overskrift", "", "Grønne gader", "", "10", "", "", ""),
    (
        "1.1",
        "Anbefaling",
        "1",
        "Flere træer",
        "Plant flere træer.",
        "11",
        "SOU; SUD (medansvarlig)",
        "88 %",
        "Kommunen",
    ),
    ("1.2", "Anbefaling", "1", "Flere bænke", "Stil flere bænke op.", "12", "SOU", "22 af 25 stemmer", ""),
)


def book(source=SOURCE, rows=ROWS, **sheets):
    """The bytes of a workbook; other sheets by their names."""
    made = Workbook()
    made.remove(made.active)
    upright = [("Oplysning", "Værdi"), *source.items()] if source else ()
    for name, lines in {"Kilde": upright, "Rækker": rows, **sheets}.items():
        if lines:
            sheet = made.create_sheet(name)
            for line in lines:
                sheet.append(line)
                for cell in sheet[sheet.max_row]:
                    cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type  # no formula
    return saved(made)


def tables(*args, **sheets):
    return read_tables("kilde.xlsx", book(*args, **sheets))


def items(*rows):
    """A file of rows alone, without the sheet about their source."""
    return read_tables("rækker.xlsx", xlsx(*rows))


def where(rows, number, column, text):
    """The rows with another text in one cell: of the row with this number."""
    place = rows[0].index(column)
    return tuple((*row[:place], text, *row[place + 1 :]) if row[0] == number else row for row in rows)


def told(plan):
    """What is new and what is changed, as short as it can be told."""
    new = [one.name for one in plan.new]
    return new, [(one.name, change.heading, change.old, change.new) for one in plan.changed for change in one.changes]


def sentences(findings):
    return [str(finding) for finding in findings]
