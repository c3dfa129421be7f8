"""Files of one's own rows, for tests to fill in: as somebody has them in a spreadsheet."""

import io

from openpyxl import load_workbook

from recommendations.actions.imports import receive_file
from recommendations.enums import ImportKind
from recommendations.importing.files import read_tables
from recommendations.importing.own.files import write_own
from recommendations.importing.own.plan import planned_own
from recommendations.importing.own.sheets import ANSWERS, STATUSES
from recommendations.importing.own.stands import rows_to_answer, rows_to_write
from recommendations.importing.own.writing import write_chosen
from tests.files.made import saved


def status_file(user, committee, **which):
    """The file that the user fetches, as bytes."""
    return _written(rows_to_write(user, committee, **which), STATUSES)


def answer_file(committee, day):
    return _written(rows_to_answer(committee, day), ANSWERS)


def _written(rows, sheet):
    made = io.BytesIO()
    write_own(rows, sheet, "prøve", made)
    return made.getvalue()


def filled_in(content, cells):
    """The file with other cells: number of a row -> heading -> text."""
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    headings = {cell.value: cell.column for cell in sheet[1]}
    numbers = {sheet.cell(row, headings["Nummer"]).value: row for row in range(2, sheet.max_row + 1)}
    for number, said in cells.items():
        for heading, text in said.items():
            sheet.cell(numbers[number], headings[heading]).value = text
    return saved(book)


def looked_at(content, by, name="status.xlsx"):
    return planned_own(read_tables(name, content), by=by)


def told(plan):
    """Each change as short as it can be told: number, heading, old and new."""
    return [(one.item.number, cell.heading, cell.old, cell.new) for one in plan.changes for cell in one.changes]


def written(content, by, **how):
    """The file read and all of it written; the batch."""
    batch = receive_file(by=by, kind=ImportKind.ROWS, name="status.xlsx", content=content)
    plan = looked_at(content, by)
    assert plan.wrong == []
    write_chosen(by=by, batch=batch, plan=plan, chosen={one.key: one.marks for one in plan.changes}, **how)
    batch.refresh_from_db()
    return batch
