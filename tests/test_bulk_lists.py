"""Lists that leave as a stream: the cells of the whole list, of one moment, in turn; and what is no file of a page."""

import csv
import gzip
import io
import json
import re
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from zipfile import ZipFile

import openpyxl
import pytest
from django.core.signals import request_finished
from django.db import close_old_connections
from django.test import Client
from django_scopes import scope

from recommendations import data_version, tenancy
from recommendations.actions.withholding import withhold
from recommendations.figures import totals_of
from recommendations.management.commands.report import Command as ReportCommand
from recommendations.models import Event, Initiative, Recommendation
from recommendations.public import budgets, downloads
from recommendations.reports import bulk, kept_lines, lines
from recommendations.reports.builders import listed
from recommendations.reports.choices import Choices
from recommendations.reports.document import Column, Report, Section, Table
from recommendations.reports.renderers import FORMATS, xlsx_stream
from recommendations.reports.renderers import csv as rfc
from recommendations.reports.renderers import csv_excel as excel
from recommendations.selection import ITEM_MODELS, Selection
from recommendations.traces import Redaction
from tests.factories import UserFactory, published

pytestmark = pytest.mark.django_db

LIST = "/anbefalinger/hent/"
DIALECTS = {"csv": (rfc.cell, ","), "csv-excel": (excel.cell, ";")}


@pytest.fixture
def citizen(seeded):
    return Client()


def content_of(response):
    """What is sent: a server asks for it when the request is over, and no municipality is active any more."""
    with scope(municipality=None):
        return b"".join(response.streaming_content)


def leave(response):
    """Close it as a server does when the reader is gone, but keep the test's connection."""
    request_finished.disconnect(close_old_connections)
    try:
        response.close()
    finally:
        request_finished.connect(close_old_connections)


def fetched(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return content_of(response).decode("utf-8-sig")


def without_moment(rows, keys):
    """The rows as they are but for the moment of asking, which is another each time."""
    return [[value for value, key in zip(row, keys, strict=True) if key != "known_at"] for row in rows]


class TestTheSameAsTheWholeList:
    """The stream is compared with `listed()`, cell by cell and in order, on the shipped sources."""

    @pytest.mark.parametrize(
        ("path", "query", "choices"),
        [
            (LIST, "", Choices(models=(Recommendation,))),
            (
                LIST,
                "udvalg=SOU&sorter=stemmer",
                Choices(Selection(committee="SOU", order="stemmer"), models=(Recommendation,)),
            ),
            ("/initiativer/hent/", "", Choices(models=(Initiative,))),
        ],
    )
    def test_in_each_format(self, citizen, path, query, choices, monkeypatch):
        monkeypatch.setattr(lines, "FIRST_BATCH", 3)
        monkeypatch.setattr(lines, "BATCH", 20)  # so that there are many
        whole = listed(choices)
        (table,) = whole.tables()
        keys = [column.key for column in table.columns]
        assert len(table.rows) > 20
        for code, (cell, delimiter) in DIALECTS.items():
            text = fetched(citizen, f"{path}?{query}&format={code}")
            header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
            assert header == [cell(column.heading) for column in table.columns]
            expected = [[cell(value) for value in row] for row in table.rows]
            assert without_moment(rows, keys) == without_moment(expected, keys)
        plain = whole.as_data()["sections"][0]["tables"][0]["rows"]
        objects = [json.loads(line) for line in fetched(citizen, f"{path}?{query}&format=jsonl").splitlines()]
        assert [list(one) for one in objects] == [keys] * len(plain)
        assert without_moment([one.values() for one in objects], keys) == without_moment(plain, keys)
        data = json.loads(fetched(citizen, f"{path}?{query}&format=json"))
        read = Report.from_data(data["report"])
        assert (data["seal"], read.title, read.sections[0].tables[0].columns) == (None, whole.title, table.columns)
        assert dict(read.facts)["Antal"] == dict(whole.facts)["Antal"]
        assert without_moment(read.sections[0].tables[0].rows, keys) == without_moment(table.rows, keys)

    def test_of_nothing(self, citizen):
        header, *rows = csv.reader(io.StringIO(fetched(citizen, f"{LIST}?q=xqzw&format=csv"), newline=""))
        assert ("Titel" in header, rows) == (True, [])
        assert fetched(citizen, f"{LIST}?q=xqzw&format=jsonl") == ""
        data = json.loads(fetched(citizen, f"{LIST}?q=xqzw&format=json"))["report"]["sections"][0]
        assert (data["tables"], data["paragraphs"]) == ([], ["Ingen rækker passer til det, der er valgt."])

    def test_addresses_are_the_short_ones(self, seeded):
        made = {line.item: line.address for line in lines.lines(Recommendation, Selection())}
        items = Recommendation.objects.select_related("publication").order_by("pk")
        assert made == {item.pk: tenancy.site_url() + item.get_short_url() for item in items if item.pk in made}

    def test_queries_follow_batches_and_not_rows(self, seeded, monkeypatch, django_assert_max_num_queries):
        def asked(rows):
            monkeypatch.setattr(lines, "FIRST_BATCH", rows)
            with django_assert_max_num_queries(25) as queries:
                found = lines.lines(Recommendation, Selection(committee="SOU"))
                next(found)
                found.close()
            return len(queries)

        assert asked(22) <= asked(4) + 3  # kinds of related rows that only some have


class TestHeaders:
    def test_what_a_file_says_of_itself(self, citizen):
        response = citizen.get(f"{LIST}?format=jsonl")
        assert response.headers["Content-Type"] == "application/jsonl"
        assert response.headers["Content-Disposition"] == 'attachment; filename="anbefalinger-2026-11-02.jsonl"'
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Content-Length" not in response.headers
        assert not response.cookies
        leave(response)

    def test_who_has_it_already_gets_nothing(self, citizen, sou_event):
        first = citizen.get(f"{LIST}?format=csv")
        leave(first)
        etag = first.headers["ETag"]
        assert citizen.get(f"{LIST}?format=csv", headers={"if-none-match": etag}).status_code == 304
        for other in (f"{LIST}?format=jsonl", f"{LIST}?format=csv&udvalg=SOU"):
            response = citizen.get(other, headers={"if-none-match": etag})
            assert response.status_code == 200
            leave(response)
        sou_event()
        response = citizen.get(f"{LIST}?format=csv", headers={"if-none-match": etag})
        assert response.status_code == 200
        leave(response)

    @pytest.fixture
    def sou_event(self, seeded):
        """What anybody may have done since."""
        newest = Event.objects.order_by("-pk").first()

        def add():
            newest.pk = None
            newest.request_key = None
            newest.save(force_insert=True)

        return add

    def test_the_head_alone_makes_no_row(self, citizen, monkeypatch):
        monkeypatch.setattr(downloads, "pieces", lambda *_args: pytest.fail("the rows were asked for"))
        response = citizen.head(f"{LIST}?format=csv")
        assert (response.status_code, content_of(response)) == (200, b"")
        assert response.headers["Content-Type"].startswith("text/csv")

    def test_other_methods_are_refused(self, citizen):
        assert citizen.post(f"{LIST}?format=csv").status_code == 405

    def test_compressed_it_is_still_a_stream(self, citizen):
        plain = fetched(citizen, f"{LIST}?format=csv")
        response = citizen.get(f"{LIST}?format=csv", headers={"accept-encoding": "gzip"})
        assert response.headers["Content-Encoding"] == "gzip"
        assert response.streaming
        moment = re.compile(r"T\d\d:\d\d:\d\d")
        assert moment.sub("", gzip.decompress(content_of(response)).decode()) == moment.sub("", plain)


class TestOnTheWay:
    def test_pieces_can_be_asked_for_where_nothing_is_active(self, seeded):
        made = bulk.pieces(Choices(models=(Recommendation,)), "csv")
        with outside():
            assert b"Titel" in next(made)
            assert b"SOU" in next(made)
        made.close()

    def test_what_breaks_does_not_look_whole(self, citizen, monkeypatch):
        """The exception reaches the server, which then ends the answer without its last chunk."""
        monkeypatch.setattr(lines, "FIRST_BATCH", 5)
        monkeypatch.setattr(lines, "BATCH", 5)
        monkeypatch.setattr(kept_lines, "text_of", breaking_after(12))
        response = citizen.get(f"{LIST}?format=json")
        got = []
        with pytest.raises(ZeroDivisionError):
            got.extend(response.streaming_content)
        got = b"".join(got)
        assert got.count(b"hel") == 10
        with pytest.raises(json.JSONDecodeError):
            json.loads(got)

    def test_who_does_not_read_on_is_left(self, seeded, monkeypatch):
        made = bulk.pieces(Choices(models=(Recommendation,)), "csv")
        next(made)
        monkeypatch.setattr(bulk.time, "monotonic", lambda: float("inf"))
        with pytest.raises(bulk.TooSlow):
            next(made)


def breaking_after(rows):
    left = [rows]

    def value(_line, _form):
        left[0] -= 1
        return '"hel"' if left[0] >= 0 else 1 / 0

    return value


@contextmanager
def outside():
    """No municipality, as when a server asks for the next piece."""
    from django_scopes import state  # noqa: PLC0415

    kept = state.state.get()
    state.state.set(None)
    try:
        yield
    finally:
        state.state.set(kept)


class TestInTurn:
    @pytest.fixture(autouse=True)
    def long_lists(self, monkeypatch):
        monkeypatch.setattr(budgets, "FREE_ROWS", 30)
        monkeypatch.setattr(downloads, "FREE_ROWS", 30)

    def test_one_long_list_at_a_time_for_each_address(self, citizen, as_user):
        first = citizen.get(f"{LIST}?format=csv")
        second = citizen.get(f"{LIST}?format=csv")
        assert second.status_code == 429
        assert int(second.headers["Retry-After"]) > 0
        assert "Vi laver én ad gangen" in second.content.decode()
        for other, address in [
            (citizen, f"{LIST}?format=csv&udvalg=SOU"),  # short
            (Client(REMOTE_ADDR="192.0.2.7"), f"{LIST}?format=csv"),
            (as_user(UserFactory(is_staff=True)), f"{LIST}?format=csv"),
        ]:
            response = other.get(address)
            assert response.status_code == 200
            leave(response)
        assert content_of(first)
        third = citizen.get(f"{LIST}?format=csv")
        assert third.status_code == 200
        leave(third)  # whoever leaves before the end gives the place back too
        assert fetched(citizen, f"{LIST}?format=jsonl")


class TestLongListsForExcel:
    def test_the_same_as_the_whole_list(self, citizen, monkeypatch):
        monkeypatch.setitem(bulk.LIST_FORMATS, "xlsx", replace(bulk.LIST_FORMATS["xlsx"], most_rows=20))
        monkeypatch.setattr(lines, "FIRST_BATCH", 3)
        choices = Choices(Selection(committee="SOU"), models=(Recommendation,))
        (table,) = listed(choices).tables()
        keys = [column.key for column in table.columns]
        response = citizen.get(f"{LIST}?udvalg=SOU&format=xlsx")
        assert response.streaming
        book = openpyxl.load_workbook(io.BytesIO(content_of(response)))
        cover, sheet, words = book.worksheets
        headings, *rows = sheet.iter_rows(values_only=True)
        assert headings == tuple(column.heading for column in table.columns)
        expected = [[in_excel(value) for value in row] for row in table.rows]
        assert without_moment(rows, keys) == without_moment(expected, keys)
        assert sheet.auto_filter.ref.endswith(str(len(table.rows) + 1))
        assert (cover.title, words.title) == ("Forside", "Svar og status")

    def test_the_file_has_begun_before_anything_is_read(self):
        """And openpyxl, which takes longer to load than a reader should wait, is not asked for what it begins with."""
        beginning = next(xlsx_stream.pieces(lambda: pytest.fail("It was read.")))
        assert beginning.startswith(b"PK\x03\x04")
        assert xlsx_stream.RELATIONSHIPS.encode() in beginning

    def test_it_begins_with_what_openpyxl_would_write_there(self, citizen, monkeypatch):
        monkeypatch.setitem(bulk.LIST_FORMATS, "xlsx", replace(bulk.LIST_FORMATS["xlsx"], most_rows=20))
        made = io.BytesIO()
        FORMATS["xlsx"].write(listed(Choices(Selection(committee="SOU"), models=(Recommendation,))), made)
        sent = io.BytesIO(content_of(citizen.get(f"{LIST}?udvalg=SOU&format=xlsx")))
        with ZipFile(made) as report, ZipFile(sent) as streamed:
            first, *_others = streamed.namelist()
            assert streamed.read(first) == report.read(first)
            assert len({*streamed.namelist()}) == len(streamed.namelist())
            assert streamed.testzip() is None

    @pytest.mark.parametrize("asked", [{}, {"committee": "SOU"}, {"as_of": date(2026, 6, 30)}, {"status": ("done",)}])
    def test_as_many_are_counted_beforehand_as_the_figures_say(self, citizen, asked):
        selection = Selection(**asked)
        for model, items in zip(ITEM_MODELS, selection.items(), strict=True):
            counted = totals_of(items, selection.day).listed
            assert downloads.rows_of(selection, (model,)) == counted
            with data_version.during(data_version.newest()):
                assert downloads.rows_of(Selection(**asked), (model,)) == counted

    def test_what_is_too_long_for_a_cell_goes_on_to_the_right(self):
        column, long = Column("told", "Hvad der er gjort"), "=" + "a" * 40_000
        around = Report("Liste", (), (Section("list", "Hele", (), (Table("items", "Hele", (column,), (("x",),)),)),))
        content = xlsx_stream.Content(around, [["x"]], 2, iter([[["x"], [long]]]))
        made = b"".join(xlsx_stream.pieces(lambda: content))
        sheet = openpyxl.load_workbook(io.BytesIO(made)).worksheets[1]
        assert "".join(cell.value for cell in sheet[3]) == long
        assert sheet["A3"].quotePrefix
        assert all(len(cell.value) <= 32_767 for cell in sheet[3])

    def test_no_sheet_holds_more_than_excel_reads(self, citizen, monkeypatch):
        monkeypatch.setitem(bulk.LIST_FORMATS, "xlsx", replace(bulk.LIST_FORMATS["xlsx"], most_rows=20))
        monkeypatch.setattr(downloads, "MOST_SHEET_ROWS", 30)
        response = citizen.get(f"{LIST}?format=xlsx")
        assert response.status_code == 400
        assert "kan du højst hente 30 her" in response.content.decode()


def in_excel(value):
    """What openpyxl reads of a cell."""
    if isinstance(value, tuple):
        return rfc.links_text(value) or None
    if isinstance(value, Decimal):
        return float(value) if value % 1 else int(value)
    return datetime.combine(value, time.min) if isinstance(value, date) else value


class TestWholeLists:
    """What everybody may want is made once for each data version, and then sent as it lies."""

    @pytest.fixture(autouse=True)
    def own_folder(self, keeping, settings, tmp_path):
        settings.VAR_DIR = tmp_path

    def of(self, client, code="csv", **headers):
        return client.get(f"{LIST}?format={code}", headers=headers)

    @pytest.mark.parametrize("code", ["csv", "jsonl", "xlsx"])
    def test_made_once(self, citizen, monkeypatch, code):
        monkeypatch.setitem(bulk.LIST_FORMATS, "xlsx", replace(bulk.LIST_FORMATS["xlsx"], most_rows=20))
        first = content_of(self.of(citizen, code))
        monkeypatch.setattr(downloads, "pieces", lambda *_args: pytest.fail("it was made again"))
        again = self.of(citizen, code)
        assert content_of(again) == first
        assert int(again.headers["Content-Length"]) == len(first)
        packed = self.of(citizen, code, accept_encoding="gzip")
        content = content_of(packed)
        assert int(packed.headers["Content-Length"]) == len(content)
        if code != "xlsx":
            assert (packed.headers["Content-Encoding"], gzip.decompress(content)) == ("gzip", first)
            assert "Accept-Encoding" in packed.headers["Vary"]

    def test_packed_while_it_is_made(self, citizen):
        packed = content_of(self.of(citizen, accept_encoding="gzip"))
        assert gzip.decompress(packed) == content_of(self.of(citizen))

    def test_made_again_when_anything_was_done(self, citizen, tmp_path):
        before = content_of(self.of(citizen))
        published(Recommendation.objects.counted().order_by("pk")[0], text="Noget helt nyt.")
        after = content_of(self.of(citizen))
        assert "Noget helt nyt." in after.decode()
        assert "Noget helt nyt." not in before.decode()
        assert len(list((tmp_path / "lister").glob("*/*"))) == 1

    def test_what_lay_there_is_gone_once_something_was_withheld(
        self, citizen, tmp_path, chief, django_capture_on_commit_callbacks
    ):
        """By the act itself, through whichever door."""
        update = published(Recommendation.objects.counted().order_by("pk")[0], text="Det skete hos Anders And.")
        assert "Anders And" in content_of(self.of(citizen)).decode()
        assert len(list((tmp_path / "lister").glob("*/*"))) == 1
        with django_capture_on_commit_callbacks(execute=True):
            withhold(
                by=chief, redaction=Redaction(row=update, field="text"), reason="det er et navn", legal_basis="GDPR"
            )
        assert list((tmp_path / "lister").glob("*/*")) == []
        assert "Anders And" not in content_of(self.of(citizen)).decode()

    def test_what_was_withheld_while_it_was_made_does_not_come_to_lie_there(self, citizen, tmp_path):
        response = self.of(citizen)
        pieces = iter(response.streaming_content)
        next(pieces)
        published(Recommendation.objects.counted().order_by("pk")[0], text="Noget andet.")
        with scope(municipality=None):
            rest = b"".join(pieces)
        assert rest.endswith(b"\r\n")
        assert list((tmp_path / "lister").glob("*/*")) == []

    def test_what_was_not_sent_whole_is_no_file(self, citizen, tmp_path):
        response = self.of(citizen)
        next(iter(response.streaming_content))
        response._iterator.close()  # what the client wraps it in: it closes the response, and keeps the connection
        assert list((tmp_path / "lister").glob("*/*")) == []

    def test_where_nothing_can_be_written_it_is_sent_all_the_same(self, citizen, settings, tmp_path):
        (tmp_path / "en fil").touch()
        settings.VAR_DIR = tmp_path / "en fil"
        assert content_of(self.of(citizen)).startswith(b"Slags")


class TestShortLists:
    """Made at once of what the index knows, and kept as a page is."""

    ADDRESS = f"{LIST}?udvalg=SOU&format=json"

    @pytest.mark.parametrize(
        "query",
        [
            "udvalg=SOU",
            "udvalg=SOU&sorter=stemmer",
            "udvalg=SOU&sorter=aendret",
            "kilde=koebenhavnertinget-2024&sorter=stilhed",
            "q=borger",
            "q=xqzw",
            "udvalg=SOU&pr=2026-10-01",
            "udvalg=SOU&siden=2026-01-01",
        ],
    )
    def test_the_same_as_the_stream(self, citizen, keeping, settings, query):
        moment = re.compile(rb"T\d\d:\d\d:\d\d|kl\. \d\d\.\d\d")
        for code in ("csv", "csv-excel", "jsonl", "json"):
            address = f"{LIST}?{query}&format={code}"
            short = citizen.get(address)
            settings.KEEPS_PAGES = False
            stream = citizen.get(address)
            settings.KEEPS_PAGES = True
            assert (short.streaming, stream.streaming) == (False, True)
            assert moment.sub(b"", short.content) == moment.sub(b"", content_of(stream))
            for name in ("Content-Type", "Content-Disposition", "X-Robots-Tag", "X-Content-Type-Options"):
                assert short.headers[name] == stream.headers[name]

    def test_made_once(self, citizen, keeping, monkeypatch):
        first = citizen.get(self.ADDRESS)
        monkeypatch.setattr(downloads, "pieces", lambda *_args: pytest.fail("it was made again"))
        assert citizen.get(self.ADDRESS).content == first.content
        has_it = citizen.get(self.ADDRESS, headers={"if-none-match": first.headers["ETag"]})
        assert (has_it.status_code, has_it.content) == (304, b"")

    def test_what_is_published_stands_in_the_next_answer(self, citizen, keeping):
        before = citizen.get(self.ADDRESS)
        item = Recommendation.objects.counted().filter(ownerships__committee__code="SOU").order_by("pk")[0]
        published(item, text="Noget helt nyt.")
        after = citizen.get(self.ADDRESS, headers={"if-none-match": before.headers["ETag"]})
        assert "Noget helt nyt." not in before.content.decode()
        assert "Noget helt nyt." in after.content.decode()

    def test_a_long_one_is_a_stream(self, citizen, keeping, monkeypatch):
        objects = citizen.get(f"{LIST}?udvalg=SOU&format=jsonl").content.splitlines()
        monkeypatch.setattr(downloads, "FREE_ROWS", len(objects) - 1)
        response = citizen.get(self.ADDRESS)
        assert response.streaming
        leave(response)

    def test_what_breaks_is_no_answer(self, citizen, keeping, monkeypatch):
        monkeypatch.setattr(kept_lines, "text_of", breaking_after(12))
        with pytest.raises(ZeroDivisionError):
            citizen.get(self.ADDRESS)


class TestTooMuchForADocument:
    @pytest.mark.parametrize(
        ("code", "instead"), [("docx", "CSV eller Excel"), ("pdf", "CSV eller Excel"), ("xlsx", "som CSV.")]
    )
    def test_says_how_many_and_what_to_do(self, citizen, monkeypatch, code, instead):
        smaller = FORMATS[code].__class__(**(vars(FORMATS[code]) | {"most_rows": 20}))
        for formats in (FORMATS, bulk.LIST_FORMATS):
            monkeypatch.setitem(formats, code, smaller)
        query = "udvalg=SOU&pr=2026-11-01"
        (table,) = listed(Choices(Selection(committee="SOU"), models=(Recommendation,))).tables()
        lists = [f"{LIST}?{query}"] if code not in bulk.STREAMED else []
        for address in (*lists, f"/rapporter/vis/?{query}&hvad=anbefalinger"):
            response = citizen.get(f"{address}&format={code}")
            html = response.content.decode()
            assert response.status_code == 400
            assert f"Der er {len(table.rows)} rækker." in html
            assert instead in html
            [command] = re.findall(r"<pre><code>(.*)</code></pre>", html)
            words = command.split()
            assert words[:2] == ["manage.py", "report"]
            parsed = ReportCommand().create_parser("manage.py", "report").parse_args(words[2:])
            assert (parsed.udvalg, parsed.pr, parsed.hvad) == (["SOU"], "2026-11-01", "anbefalinger")
            assert parsed.format == code

    def test_of_another_day_no_more_is_made_than_takes_some_seconds(self, citizen, monkeypatch):
        monkeypatch.setattr(downloads, "MOST_ANEW", 20)
        response = citizen.get(f"{LIST}?pr=2026-11-01&format=csv")
        assert response.status_code == 400
        assert "Fra en anden dag end i dag kan du højst hente 20 her." in response.content.decode()
        leave(citizen.get(f"{LIST}?format=csv"))

    def test_documents_are_small_and_lists_of_any_size(self):
        assert {code: format.most_rows for code, format in bulk.LIST_FORMATS.items() if format.most_rows} == {
            "html": 10_000,
            "docx": 300,
            "pdf": 300,
            "xlsx": 1000,
        }
        assert {"csv", "csv-excel", "jsonl", "json", "xlsx"} == set(bulk.STREAMED)


def test_json_lines_stand_where_lists_are_and_not_where_reports_are(citizen):
    assert "format=jsonl" in citizen.get("/anbefalinger/").content.decode()
    assert "format=jsonl" not in citizen.get("/rapporter/vis/?udvalg=KFU").content.decode()
    assert citizen.get("/rapporter/vis/?udvalg=KFU&format=jsonl").status_code == 400
