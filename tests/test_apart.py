"""Files of strangers are read by a process of its own: it has bounds, and what happens to it happens to no other."""

import importlib
import resource
import time

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from recommendations import apart
from recommendations.forms import calendar_file
from recommendations.importing import files
from recommendations.importing.documents import reading
from recommendations.reports.reading import pdf, sent_files
from recommendations.uploads.accepting import CLEANERS

WORK = "tests.apart_work:"
MEGABYTE = 1024 * 1024
ALL_WORK = {
    *files.READERS.values(), *CLEANERS.values(), calendar_file.READER, sent_files.READER, pdf.READER,
    reading.PDF_READER, reading.PICTURE_DRAWER, reading.WORD_READER,
}  # fmt: skip


@pytest.mark.parametrize("does", sorted(ALL_WORK))
def test_what_is_asked_for_by_name_is_there(does):
    module, _colon, name = does.partition(":")
    assert callable(getattr(importlib.import_module(module), name))


def test_it_knows_what_it_is_told_and_no_more(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "hemmelig")
    told = apart.told(WORK + "known", b"abc", said="æøå")
    told["environment"].pop("LC_CTYPE", None)  # Python's own
    assert told == {"said": "æøå", "length": 3, "environment": {}, "loaded": []}


def test_bytes_come_back_as_they_are():
    content = bytes(range(256)) * 40_000 + b"\n{}"
    assert apart.made(WORK + "turned", content) == content[::-1]


def test_rows_come_one_by_one_and_the_rest_is_left():
    with apart.asked(WORK + "rows", b"1000000000") as back:
        assert next(back.lines()) == [0, "x" * 100]
    assert back.process.returncode is not None


def test_a_refusal_is_said_in_the_words_of_who_asked():
    with pytest.raises(ValidationError) as refused:
        apart.told(WORK + "refused", b"")
    assert refused.value.messages == ["Filen er tom. Vælg den, der har rækkerne."]
    with override("en"), pytest.raises(ValidationError) as refused:
        apart.told(WORK + "refused", b"")
    assert refused.value.messages != []


@pytest.mark.parametrize(
    ("does", "content", "bounds"),
    [
        ("no_memory", b"2000000000", apart.Bounds(memory=400 * MEGABYTE)),
        ("no_end", b"", apart.Bounds(seconds=1)),
        ("asleep", b"", apart.Bounds(patience=1)),
        ("half", b"", apart.Bounds()),
    ],
)
def test_what_uses_up_its_bounds_is_told_from_what_is_broken(does, content, bounds):
    with pytest.raises(apart.Fallen) as fallen:
        list(apart_lines(does, content, bounds))
    assert fallen.value.is_spent


def apart_lines(does, content, bounds):
    with apart.asked(WORK + does, content, bounds) as back:
        yield from back.lines()


def test_a_fault_of_ours_is_in_the_log(caplog):
    with pytest.raises(apart.Fallen) as fallen:
        apart.told(WORK + "broken", b"x" * MEGABYTE)
    assert not fallen.value.is_spent
    assert "et bestemt ord" in caplog.text


def csv_of(rows):
    return b"Nummer;Titel\n" + b"".join(b"%d;et;to;tre\n" % number for number in range(rows))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (csv_of(60_000), "har 60001 rækker. Der kan højst læses 50000."),
        (b"Nummer;Titel\n" + b"x;" * 1_000, "har noget i kolonne 401 (række 2). Der kan højst læses 400 kolonner."),
        (b"Nummer;Titel\n" + (b"x" * 900 + b"\n") * 33_000, None),
        (b"Nummer;Titel\n" + ("æ" * 900 + "\n").encode() * 16_000, None),
        (b"Nummer;Titel\n" + b"x;" * 10_000_000, "har for mange celler."),
    ],
    ids=["rows", "columns", "much text", "much Danish text", "cells"],
)
def test_a_sheet_costs_the_one_who_asks_little(content, sentence):
    began, had = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if sentence:
        with pytest.raises(ValidationError) as refused:
            files.read_tables("a.csv", content)
        assert sentence in refused.value.messages[0]
    else:
        files.read_tables("a.csv", content)
    assert time.process_time() - began < 2
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - had) / 1024 < 150


def test_a_page_takes_no_more_rows_than_it_waits_for():
    assert files.read_few("a.csv", csv_of(1_001)) is None
    assert files.read_few("a.csv", csv_of(3) + b"1;" + b"x" * 900_000 + b"\n") is not None
    [table] = files.read_few("a.csv", csv_of(900))
    assert len(table.lines) == 901
    assert files.read_few("a.csv", csv_of(3) + (b"1;" + b"x" * 900_000 + b"\n") * 5) is None
