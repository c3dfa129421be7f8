"""Lists of any size as a stream: each batch of rows is written and sent before the next is read.

Neither memory nor the time to the first byte grows with the rows. The columns, the cells and the order are those of
`builders.listed`, and so is what stands around the rows in JSON. All of it is read at one moment, whatever is published
meanwhile. What breaks on the way ends the answer without its last chunk, so that no program takes the part for the
whole; JSON is not closed then either.

The rows come as text (`kept_lines`), each value as JSON: JSON is put together of them, all else is written of what they
say.
"""

from __future__ import annotations

import json as plain_json
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from itertools import chain

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from recommendations import tenancy
from recommendations.models import Municipality
from recommendations.reports.builders import list_around
from recommendations.reports.choices import Choices
from recommendations.reports.columns import after_list, before_list, list_columns
from recommendations.reports.document import Column
from recommendations.reports.kept_lines import FORMS, SEPARATOR, LineTexts
from recommendations.reports.moments import one_moment
from recommendations.reports.renderers import FORMATS, Format, csv_excel, json, xlsx_stream

# JSON Lines has no place for what stands around the rows: only lists are given out in it, and only from here.
JSON_LINES = Format("jsonl", _("JSON Lines"), "application/jsonl", "jsonl", module="")
# What a list is given out in, in the order in which people are offered it.
LIST_FORMATS: dict[str, Format] = {
    made.code: made
    for format in FORMATS.values()
    for made in ([JSON_LINES, format] if format.code == "json" else [format])
}
MOST_SECONDS = 600  # then a stream is broken off: a reader who does not read may not hold a database's moment for ever
PLACE = "\N{NULL}"  # stands for the rows in what stands around them; no text of ours can have it

Rows = Iterator[list[str]]  # some at a time; each as text in one of `kept_lines.FORMS`: as JSON, where none is named
Write = Callable[[Choices, Callable[[], int], Rows], Iterator[bytes]]  # what is chosen, how many, and they


class TooSlow(Exception):
    """Whoever asked has not taken the whole list in `MOST_SECONDS`."""


def pieces(choices: Choices, code: str, indexed: Sequence[int] | None = None) -> Generator[bytes]:
    """The list of one kind of item as a file in the format `code`, one of `STREAMED`, piece by piece.

    It can be asked for its pieces where no municipality and no language is active any more, as a server does. `indexed`
    are the keys of its items, where the index has been asked for them.
    """
    found = LineTexts(choices.models[0], choices.selection, FORM.get(code, "json"), indexed)
    return _kept_within(tenancy.current(), _pieces(choices, code, found))


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


def _pieces(choices: Choices, code: str, found: LineTexts) -> Generator[bytes]:
    frozen = choices.frozen()  # what is asked for without times, as what stands today, is found faster
    with closing(found):
        with one_moment():
            yield from STREAMED[code](frozen, found.count, _whole_rows(found, frozen))
        found.keep()


def _whole_rows(found: LineTexts, choices: Choices) -> Rows:
    write, between = FORMS[found.form]
    before = "".join(f"{write(value)}{between}" for _column, value in before_list())
    after = "".join(f"{between}{write(value)}" for _column, value in after_list(choices.selection))
    with closing(found.batches()) as batches:
        for some in batches:
            yield [f"{before}{text}{after}" for text in some]


# --- The formats ------------------------------------------------------------------------------------------------------


def _columns(choices: Choices) -> list[Column]:
    return [getter.column for getter in list_columns(choices.selection)]


def _as_csv(form: str, before: bytes = b"") -> Write:
    """A line of headings, then the rows: what the renderer of that dialect makes of a report that is one table."""
    cell, between = FORMS[form]

    def write(choices: Choices, _count: Callable[[], int], rows: Rows) -> Iterator[bytes]:
        yield before + f"{between.join(cell(column.heading) for column in _columns(choices))}\r\n".encode()
        for some in rows:
            yield "".join([f"{row}\r\n" for row in some]).encode()

    return write


def values(rows: list[str]) -> list[list[object]]:
    """Each row's values as plain JSON values."""
    found: list[list[object]] = plain_json.loads(f"[{','.join(map(_json_array, rows))}]")
    return found


def _json_array(row: str) -> str:
    return f"[{row.replace(SEPARATOR, ', ')}]"


def _as_json_lines(choices: Choices, _count: Callable[[], int], rows: Rows) -> Iterator[bytes]:
    """An object for each row, by the keys of the columns."""
    keys = [json.line(column.key).replace("%", "%%") for column in _columns(choices)]
    line = f"{{{', '.join(f'{key}: %s' for key in keys)}}}\n"
    for some in rows:
        yield "".join([line % tuple(row.split(SEPARATOR)) for row in some]).encode()


def _as_json(choices: Choices, count: Callable[[], int], rows: Rows) -> Iterator[bytes]:
    """The same text as the renderer makes of the whole list."""
    around = json.text(list_around(choices, ((PLACE,),), count()))
    before, _place, after = around.partition(json.line([PLACE]))
    yield before.encode()
    between = ""
    for some in rows:
        yield f"{between}{', '.join(map(_json_array, some))}".encode()
        between = ", "
    yield after.encode()


def _as_excel(choices: Choices, count: Callable[[], int], rows: Rows) -> Iterator[bytes]:
    """The first rows say how wide the columns are; nothing else of the list is in memory."""

    def read() -> xlsx_stream.Content:
        number, first = count(), next(rows, [])
        around = list_around(choices, ((PLACE,),), number)
        return xlsx_stream.Content(around, values(first), number, map(values, chain([first], rows)))

    return xlsx_stream.pieces(read)


STREAMED: dict[str, Write] = {
    "csv": _as_csv("csv"),
    "csv-excel": _as_csv("csv_excel", csv_excel.BOM),
    "jsonl": _as_json_lines,
    "json": _as_json,
    "xlsx": _as_excel,
}
FORM = {"csv": "csv", "csv-excel": "csv_excel"}  # what the rows are asked for as, where that is not JSON
