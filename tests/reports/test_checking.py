"""Whether a file is what was issued: as issued, saved again, or changed and then where; by file and by code."""

import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pypdf
import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import transaction

from recommendations import signing, tenancy
from recommendations.reports import checking
from recommendations.reports.checking import Result, check_file
from recommendations.reports.document import Report
from recommendations.reports.issuing import report_of
from recommendations.reports.reading.sent_files import compared
from recommendations.reports.renderers import FORMATS
from tests.factories import IssuedReportFactory, MunicipalityFactory, UserFactory
from tests.public.conftest import text_of
from tests.reports import given_back, samples

pytestmark = pytest.mark.django_db
OTHER = "0ABC-1DEF"


def frozen(report: Report, code: str, **more):
    """Issued at a moment of its own, signed with the key of today."""
    sealed = given_back.sealed(report, code)
    return IssuedReportFactory(
        code=code,
        title=report.title,
        data=report.canonical(),
        as_of=date(2026, 11, 2),
        fingerprint=sealed.seal.fingerprint,
        issued_at=datetime(2026, 11, 2, 12, 30, tzinfo=UTC),
        tree_size=sealed.seal.tree_size,
        tree_root=sealed.seal.tree_root,
        public_key=sealed.seal.public_key,
        signature=sealed.seal.signature,
        **more,
    )


@pytest.fixture(scope="module")
def issued_once(django_db_setup, django_db_blocker):
    """Two issued reports, made once, with the first in every format as anybody may fetch it."""
    with django_db_blocker.unblock(), transaction.atomic(), tenancy.active(MunicipalityFactory()):
        UserFactory(username="dina")
        first, second = frozen(samples.annex(), given_back.CODE), frozen(samples.annex(3), OTHER)
        files = {code: samples.rendered(report_of(first), code) for code in FORMATS}
        yield first, second, files
        transaction.set_rollback(True)


@pytest.fixture
def issued(issued_once, db):
    return issued_once[0]


@pytest.fixture
def files(issued_once, db):
    return issued_once[2]


@pytest.fixture
def changed(issued):
    """`changed(code)`: one figure, one letter and one row less, with the seal as it was."""
    return lambda code: samples.rendered(given_back.changed(report_of(issued)), code)


def post(client, content, address="/rapporter/kontroller/", status=200):
    file = io.BytesIO(content)
    file.name = "rapport"
    response = client.post(address, {"fil": file})
    assert response.status_code == status
    assert not response.cookies
    return " ".join(response.content.decode().split())


class TestVerdict:
    @pytest.mark.parametrize("code", list(FORMATS))
    def test_as_issued(self, files, issued, code):
        verdict = check_file(files[code])
        assert (verdict.result, verdict.codes, verdict.issued) == (Result.AS_ISSUED, (issued.code,), issued)

    @pytest.mark.parametrize("code", list(FORMATS))
    def test_one_figure_one_letter_and_a_row_are_found_where_they_stand(self, changed, issued, code):
        verdict = check_file(changed(code))
        assert verdict.result == Result.CHANGED
        assert given_back.places(verdict.comparison.differences) == [one[:4] for one in given_back.CHANGES]
        figure, letter, row = verdict.comparison.differences
        assert (figure.was, figure.now.replace(".", "")) == ("1.234", "1235")
        assert (letter.was.count("indsats"), letter.now.count("indsatz")) == (1, 1)
        assert row.now == ""
        assert verdict.comparison.added == []

    @pytest.mark.parametrize(
        ("code", "saved"),
        [
            ("docx", given_back.by_python_docx),
            ("xlsx", given_back.by_openpyxl),
            ("json", lambda content: json.dumps(json.loads(content), indent=2).encode()),
            ("csv", lambda content: content.decode().encode("utf-16")),
            ("csv-excel", lambda content: content.decode("utf-8-sig").encode("cp1252")),
            ("html", lambda content: content.replace(b"indsats", "ind\u00adsats".encode())),
        ],
        ids=["python-docx", "openpyxl", "indented", "utf-16", "cp1252", "soft hyphen"],
    )
    def test_saved_again(self, files, issued, code, saved):
        content = saved(files[code])
        assert content != files[code]
        verdict = check_file(content)
        assert (verdict.result, verdict.comparison.differences) == (Result.SAME, [])

    def test_a_changed_file_that_was_saved_again_has_the_same_cells(self, changed):
        verdict = check_file(given_back.by_openpyxl(changed("xlsx")))
        assert given_back.places(verdict.comparison.differences) == [one[:4] for one in given_back.CHANGES]

    def test_a_seal_that_fits_does_not_help_cells_that_do_not(self, files, issued):
        """The data inside are those that were issued; what people see is not."""
        content = given_back.with_parts(files["docx"], "word/document.xml", "Flere boliger", "Færre boliger")
        verdict = check_file(content)
        assert verdict.carried.is_signed
        assert verdict.result == Result.CHANGED
        assert {one.column for one in verdict.comparison.differences} == {"Anbefaling"}

    def test_what_stands_in_the_header_is_added_and_no_change(self, files, issued):
        content = given_back.with_parts(files["docx"], "word/footer", "Kontrollér den på", "Bilag 9 til punkt 4. Se")
        verdict = check_file(content)
        assert verdict.result == Result.SAME
        assert "Bilag 9 til punkt 4" in verdict.comparison.added[0]

    def test_a_link_that_leads_elsewhere_is_a_change(self, files, issued):
        content = given_back.with_parts(files["docx"], "word/_rels", "dagsordener/sou", "falsk/sou")
        (first, *_rest) = check_file(content).comparison.differences
        assert (first.column, first.was, first.now.count("falsk")) == (
            "Dokumentation",
            "https://eksempel.dk/dagsordener/sou/2025-06-12/4",
            1,
        )


class TestCodes:
    def test_swapped_for_that_of_another_report(self, files, issued):
        content = files["html"].decode().replace(issued.code, OTHER).encode()
        verdict = check_file(content)
        assert (verdict.result, verdict.codes) == (Result.CHANGED, (OTHER,))
        assert verdict.other == issued
        assert {one.change.name for one in verdict.comparison.differences} == {"ROW_ADDED"}

    def test_two_in_one_file_are_both_named(self, files, issued):
        """The code at the foot is another's; the code inside is the report's own."""
        content = given_back.with_parts(files["docx"], "word/footer", issued.code, OTHER)
        verdict = check_file(content)
        assert (verdict.result, verdict.codes, verdict.issued) == (Result.CHANGED, (issued.code, OTHER), issued)

    def test_two_reports_in_one_pdf_are_both_named(self, issued_once, files, citizen):
        issued, other, _files = issued_once
        made, writer = io.BytesIO(), pypdf.PdfWriter()
        for content in (samples.rendered(report_of(other), "pdf"), files["pdf"]):
            writer.append(io.BytesIO(content))
        writer.write(made)
        html = post(citizen, made.getvalue())
        assert "Der er flere rapporters koder i filen" in html
        assert issued.code in html
        assert other.code in html

    def test_one_that_only_the_report_names_is_no_second(self, issued):
        report = samples.annex(1)
        naming = Report(report.title, (*report.facts, ("Siden", f"rapport {issued.code}")), report.sections)
        other = frozen(naming, "9ZZZ-9ZZZ")
        verdict = check_file(samples.rendered(report_of(other), "docx"))
        assert (verdict.result, verdict.issued) == (Result.AS_ISSUED, other)

    @pytest.mark.parametrize("code", list(FORMATS))
    def test_that_of_what_replaced_it_is_no_second(self, files, issued, code):
        """Neither in a file from before it was replaced, nor in one of today, which says so."""
        frozen(samples.annex(4), "0GHJ-2KMN", replaces=issued, reason="en frist var forkert")
        today = samples.rendered(report_of(issued), code)
        assert today != files[code]
        for content in (files[code], today):
            verdict = check_file(content)
            assert (verdict.result, verdict.codes) == (Result.AS_ISSUED, (issued.code,))

    def test_of_another_place(self, issued, citizen):
        """Nobody here knows the code; the file says itself where it is from, and whose key signed it."""
        elsewhere = given_back.sealed(samples.annex(2), "5555-AAAA", "https://andetsteds.eksempel.dk")
        content = samples.rendered(elsewhere, "docx")
        verdict = check_file(content)
        assert (verdict.result, verdict.codes) == (Result.UNKNOWN, ("5555-AAAA",))
        html = post(citizen, content)
        assert "Rapporten er ikke udstedt her" in html
        assert "Filen henviser til https://andetsteds.eksempel.dk." in html
        assert f"<code>{signing.public_key()}</code>" in html
        forged = given_back.with_parts(content, "customXml", "Flere boliger", "Færre boliger")
        assert "passer ikke med filens fingeraftryk" in post(citizen, forged)

    @pytest.mark.parametrize("seal", ["\ud800", "<b>", "0ABC-1DEF\n", "lang" * 1000, 7, None, ["0ABC-1DEF"]])
    def test_what_is_no_code_is_not_repeated(self, issued, seal):
        assert check_file(json.dumps({"seal": {"code": seal}}).encode()).result == Result.NO_CODE


class TestPage:
    def test_the_verdict_comes_first_then_the_cells_side_by_side(self, citizen, changed):
        html = post(citizen, changed("docx"))
        assert html.index("Filen er ændret") < html.index("3 steder er anderledes") < html.index("<del>1.234</del>")
        assert "<ins>1.235</ins>" in html
        assert "Rækken er fjernet." in html
        assert "2.3 Fælles indsats på tværs af forvaltninger" in html

    def test_in_english_the_report_stays_danish(self, citizen, changed):
        html = post(citizen, changed("csv"), "/en/rapporter/kontroller/")
        assert '<span lang="da">2.3 Fælles indsats' in html

    def test_there_is_an_end_to_them_and_it_says_so(self, citizen, changed, monkeypatch):
        def first_two(content, wanted):
            return [replace(one, differences=one.differences[:2], has_more=True) for one in compared(content, wanted)]

        monkeypatch.setattr(checking, "compared", first_two)
        html = post(citizen, changed("csv"))
        assert "Mere end 2 steder er anderledes" in html
        assert "Her er de første 2 steder. Der er flere." in html
        assert html.count("<del>") == 2

    def test_what_cannot_be_read_is_said_at_the_field(self, citizen, db):
        html = post(citizen, bytes(1000), status=400)
        assert "Der er ingen rapport i filen. Vælg en Word-" in html

    def test_too_large(self, citizen, db, settings):
        settings.CHECK_MAX_MB = 0
        assert "Filen er for stor. Den må højst være 0 MB." in post(citizen, b"x", status=400)

    def test_no_file(self, citizen, db):
        response = citizen.post("/rapporter/kontroller/")
        assert response.status_code == 400
        assert "Der er ikke valgt en fil." in response.content.decode()

    def test_by_its_code(self, citizen, issued):
        html = text_of(citizen, f"/rapporter/kontroller/?kode={issued.code.lower()}")
        assert "Rapporten er udstedt her" in html
        assert "Gyldig. Den passer med vores nøgle." in html
        assert "12.345 linjer" in html
        assert issued.tree_root in html
        assert "Koden findes ikke" in text_of(citizen, "/rapporter/kontroller/?kode=ZZZZZZZZ", status=404)

    def test_a_signature_by_another_key_of_ours_says_so(self, citizen, issued, settings):
        settings.SIGNING_KEY = signing.new_key()
        html = text_of(citizen, f"/rapporter/kontroller/?kode={issued.code}")
        assert "den nøgle, vi brugte dengang" in html
        assert issued.public_key in html


class TestKey:
    def test_a_new_one_signs_and_is_told_once(self, settings, capsys):
        call_command("signing_key")
        settings.SIGNING_KEY = capsys.readouterr().out.strip()
        signature = signing.sign(b"noget")
        assert signing.is_signed(b"noget", signature, signing.public_key())
        assert not signing.is_signed(b"andet", signature, signing.public_key())

    @pytest.mark.parametrize("key", ["abc", "æøå", "a" * 43 + "=="])
    def test_what_is_no_key_is_refused(self, settings, key):
        settings.SIGNING_KEY = key
        assert "recommendations.E002" in {found.id for found in run_checks()}

    @pytest.mark.parametrize("has_key", [True, False])
    def test_production_without_one_is_warned(self, settings, has_key):
        settings.SIGNING_KEY = signing.new_key() if has_key else ""
        ids = {found.id for found in run_checks(include_deployment_checks=True)}
        assert ("recommendations.W001" in ids) is not has_key


@pytest.fixture(scope="module")
def by_libreoffice(issued_once, tmp_path_factory):
    """The report and the changed one, saved again by LibreOffice, and made from Word into PDF."""
    folder, files = tmp_path_factory.mktemp("libreoffice"), issued_once[2]
    word, excel = {"r_docx": files["docx"], "x_docx": given_back.changed_file("docx")}, {"r_xlsx": files["xlsx"]}
    return {
        suffix: given_back.by_libreoffice(folder, suffix, **given)
        for suffix, given in {"docx": word, "pdf": word, "xlsx": excel}.items()
    }


@pytest.mark.office
class TestLibreOffice:
    @pytest.mark.parametrize(("suffix", "name"), [("docx", "r_docx"), ("xlsx", "r_xlsx"), ("pdf", "r_docx")])
    def test_saved_again_or_made_into_pdf(self, by_libreoffice, issued, suffix, name):
        verdict = check_file(by_libreoffice[suffix][name])
        assert (verdict.result, verdict.comparison.differences, verdict.comparison.added) == (Result.SAME, [], [])

    @pytest.mark.parametrize("suffix", ["docx", "pdf"])
    def test_changed_cells_are_found_all_the_same(self, by_libreoffice, issued, suffix):
        verdict = check_file(by_libreoffice[suffix]["x_docx"])
        assert verdict.result == Result.CHANGED
        assert given_back.places(verdict.comparison.differences) == [one[:4] for one in given_back.CHANGES]
