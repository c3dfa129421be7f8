"""Lists of any size as a stream: each batch of rows is written and sent before the next is read.

Neither memory nor the time to the first byte grows with the rows. The columns, the cells and the order are those of
`builders.listed`, and so is what stands around the rows in JSON. All of it is read at one moment, whatever is published
meanwhile (snapshot isolation). What breaks on the way ends the answer without its last chunk, so that no program takes
the part for the whole; JSON is not closed then either.
"""

from __future__ import annotations

import csv as lines_of_csv
import io
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager

from django.conf import settings
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from recommendations import tenancy
from recommendations.models import Municipality
from recommendations.reports.builders import list_around
from recommendations.reports.choices import Choices
from recommendations.reports.columns import list_columns
from recommendations.reports.document import Column, Value, row_data
from recommendations.reports.lines import lines
from recommendations.reports.renderers import FORMATS, Format, csv, csv_excel, json

# JSON Lines has no place for what stands around the rows: only lists are given out in it, and only from here.
JSON_LINES = Format("jsonl", _("JSON Lines"), "application/jsonl", "jsonl", module="")
# What a list is given out in, in the order in which people are offered it.
LIST_FORMATS: dict[str, Format] = {
    made.code: made
    for format in FORMATS.values()
    for made in ([JSON_LINES, format] if format.code == "json" else [format])
}
PIECE = 250  # rows
MOST_IDLE_SECONDS = 60  # for one piece
MOST_SECONDS = 600  # then a stream is broken off: a reader who does not read may not hold a database's moment for ever
PLACE = "\N{NULL}"  # stands for the rows in what stands around them; no text of ours can have it

Row = tuple[Value, ...]
Rows = Iterator[list[Row]]
Write = Callable[[Choices, int, Rows], Iterator[str]]


class TooSlow(Exception):
    """Whoever asked has not taken the whole list in `MOST_SECONDS`."""


def pieces(choices: Choices, code: str) -> Generator[bytes]:
    """The list of one kind of item as a file in the format `code`, one of `STREAMED`, piece by piece.

    It can be asked for its pieces where no municipality and no language is active any more, as a server does.
    """
    return _kept_within(tenancy.current(), _pieces(choices, code))


def _kept_within(municipality: Municipality, made: Generator[bytes]) -> Generator[bytes]:
    """Each piece is made in the municipality and in Danish; between them nothing of that is left active."""
    until = time.monotonic() + MOST_SECONDS
    with closing(made):
        while time.monotonic() < until:
            with tenancy.active(municipality), translation.override(settings.LANGUAGE_CODE):
                piece = next(made, None)
            if piece is None:
                return
            yield piece
    raise TooSlow


def _pieces(choices: Choices, code: str) -> Generator[bytes]:
    asked, frozen = choices.selection, choices.frozen()  # what stands today is found faster than by two times
    model = choices.models[0]
    with one_moment():
        count = asked.items((model,))[0].order_by().values("pk").count() if code in COUNTED_FIRST else 0
        getters = list_columns(frozen.selection)
        found = lines(model, asked)
        with closing(found):
            rows = (tuple(getter.value(line) for getter in getters) for line in found)
            for piece in STREAMED[code](frozen, count, _in_lists(rows)):
                yield piece.encode()


def _in_lists(rows: Iterator[Row]) -> Rows:
    some: list[Row] = []
    for row in rows:
        some.append(row)
        if len(some) == PIECE:
            yield some
            some = []
    if some:
        yield some


@contextmanager
def one_moment() -> Iterator[None]:
    """All that is read inside is of one moment, and holds nobody up who writes."""
    if connection.in_atomic_block:  # that moment is the caller's
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                cursor.execute(f"SET LOCAL idle_in_transaction_session_timeout = '{MOST_IDLE_SECONDS}s'")
            yield
    else:
        # Not atomic(): that takes the one place to write, which a slow reader would hold.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


# --- The formats ------------------------------------------------------------------------------------------------------


def _columns(choices: Choices) -> list[Column]:
    return [getter.column for getter in list_columns(choices.selection)]


def _as_csv(cell: Callable[[Value], str], delimiter: str, before: str = "") -> Write:
    """A line of headings, then the rows: what the renderer of that dialect makes of a report that is one table."""

    def write(choices: Choices, _count: int, rows: Rows) -> Iterator[str]:
        text = io.StringIO(newline="")
        written = lines_of_csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
        text.write(before)
        written.writerow([cell(column.heading) for column in _columns(choices)])
        yield text.getvalue()
        for some in rows:
            text.seek(0)
            text.truncate()
            written.writerows([cell(value) for value in row] for row in some)
            yield text.getvalue()

    return write


def _as_json_lines(choices: Choices, _count: int, rows: Rows) -> Iterator[str]:
    """An object for each row, by the keys of the columns."""
    keys = [column.key for column in _columns(choices)]
    for some in rows:
        yield "".join(f"{json.line(dict(zip(keys, row_data(row), strict=True)))}\n" for row in some)


def _as_json(choices: Choices, count: int, rows: Rows) -> Iterator[str]:
    """The same text as the renderer makes of the whole list."""
    around = "".join(json.pieces(list_around(choices, ((PLACE,),), count)))
    before, _place, after = around.partition(json.line([PLACE]))
    yield before
    between = ""
    for some in rows:
        yield between + ", ".join(json.line(row_data(row)) for row in some)
        between = ", "
    yield after


STREAMED: dict[str, Write] = {
    "csv": _as_csv(csv.cell, ","),
    "csv-excel": _as_csv(csv_excel.cell, ";", csv_excel.BOM.decode()),
    "jsonl": _as_json_lines,
    "json": _as_json,
}
COUNTED_FIRST = {"json"}  # says how many rows there are before it gives them
