"""Choose, fetch, issue and check a report, as citizens and secretaries do it."""

import csv
import io
import json
import zipfile

import pytest
from django.urls import reverse

from recommendations.enums import Act
from recommendations.models import Event, IssuedReport
from recommendations.models.issued_report import fingerprint
from recommendations.public.downloads import file_name
from recommendations.reports.choices import Choices
from recommendations.reports.document import Report
from recommendations.reports.issuing import issue, report_of
from recommendations.reports.renderers import FORMATS
from recommendations.selection import Selection
from tests.factories import OwnershipFactory, RecommendationFactory
from tests.public.conftest import text_of

pytestmark = pytest.mark.django_db

ISSUE = "/admin/rapporter/udsted/?udvalg=SOU"


@pytest.fixture
def issued(world, sou, dina):
    return issue(Choices(Selection(committee="SOU")), by=dina, committee=sou)


def content_of(response):
    return b"".join(response.streaming_content)


class TestChoosing:
    def test_the_form_keeps_what_the_address_carries(self, citizen, world):
        html = text_of(citizen, "/rapporter/?udvalg=SOU&siden=forrige&moede=Punkt+7")
        assert 'value="SOU" id="id_udvalg_' in html
        assert 'value="forrige"' in html
        assert 'value="Punkt 7"' in html

    def test_wrong_choices_are_said_at_their_fields(self, citizen, world):
        html = text_of(citizen, "/rapporter/vis/?udvalg=XX&siden=31.02.2026&afsnit=nej", status=400)
        assert "Udvalget »XX« findes ikke. Vælg fra listen." in html
        assert "Datoen 31.02.2026 findes ikke. Skriv en dato som 28.02.2026." in html
        assert "Afsnittet »nej« findes ikke. Vælg fra listen." in html

    def test_what_no_item_can_meet_is_refused(self, citizen, world):
        html = text_of(citizen, "/rapporter/vis/?svar=ingen&hvad=initiativer", status=400)
        assert "Svar, støtte og »Med initiativer« findes kun for anbefalinger." in html

    def test_a_choice_of_one_kind_leaves_the_other_out(self, citizen, world):
        data = json.loads(content_of(citizen.get("/rapporter/vis/?svar=ingen&format=json")))
        keys = [table.key for table in Report.from_data(data["report"]).tables()]
        assert "recommendations-ting" in keys
        assert "initiatives-ting" not in keys

    def test_drafts_are_nowhere(self, citizen, world, as_user, dina):
        for client in (citizen, as_user(dina)):
            assert "HEMMELIG" not in text_of(client, "/rapporter/vis/?udvalg=SOU&siden=2020-01-01")


class TestFetching:
    @pytest.mark.parametrize("code", list(FORMATS))
    @pytest.mark.parametrize("path", ["/anbefalinger/hent/", "/initiativer/hent/", "/rapporter/vis/"])
    def test_everything_in_every_format_without_a_cookie(self, citizen, world, path, code):
        response = citizen.get(f"{path}?udvalg=SOU&format={code}")
        assert response.status_code == 200
        assert response.headers["Content-Type"] == FORMATS[code].content_type
        assert f'.{FORMATS[code].extension}"' in response.headers["Content-Disposition"]
        assert int(response.headers["Content-Length"]) == len(content_of(response)) > 100
        assert not response.cookies

    def test_the_list_has_the_parameters_of_the_page(self, citizen, world):
        html = text_of(citizen, "/anbefalinger/?svar=noted&udvalg=SOU&sorter=aendret")
        assert "/anbefalinger/hent/?svar=noted&amp;udvalg=SOU&amp;sorter=aendret&amp;format=csv" in html
        content = content_of(citizen.get("/anbefalinger/hent/?svar=noted&format=csv")).decode()
        assert [row["Nr."] for row in csv.DictReader(io.StringIO(content, newline=""))] == ["2.1"]

    def test_unknown_format_names_those_there_are(self, citizen, world):
        html = text_of(citizen, "/anbefalinger/hent/?format=doc", status=400)
        assert "Formatet »doc« findes ikke. Vælg et af disse: docx, pdf, xlsx, csv-excel, csv, json, html." in html

    @pytest.mark.parametrize(("most", "status"), [(3, 200), (2, 400)])
    @pytest.mark.parametrize(
        "address", ["/anbefalinger/hent/?kilde=ting", "/rapporter/vis/?kilde=ting&hvad=anbefalinger&siden=2026-11-02"]
    )
    def test_too_much_says_what_to_do_instead(self, citizen, world, monkeypatch, address, most, status):
        """A report has all its rows, however few have changed since."""
        smaller = FORMATS["docx"].__class__(**(vars(FORMATS["docx"]) | {"most_rows": most}))
        monkeypatch.setitem(FORMATS, "docx", smaller)
        response = citizen.get(f"{address}&format=docx")
        assert response.status_code == status
        if status == 400:
            assert "Vælg færre rækker, hent dem som CSV" in response.content.decode()
        else:
            assert b"".join(response.streaming_content)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ældre- og Økonomiudvalget, på åen", "aeldre-og-oekonomiudvalget-paa-aaen"),
        ("A\u030arhus", "aarhus"),
        ("../../etc/passwd", "etcpasswd"),
        ("🙂", ""),
    ],
)
def test_names_of_files_keep_their_danish_letters(text, name):
    assert file_name(text) == name


def test_the_two_kinds_of_csv_have_two_names(citizen, world):
    names = {}
    for code in ("csv", "csv-excel", "docx"):
        response = citizen.get(f"/anbefalinger/hent/?format={code}")
        assert b"".join(response.streaming_content)
        names[code] = response.headers["Content-Disposition"]
    assert names["csv"].endswith('anbefalinger-2026-11-02.csv"')
    assert names["csv-excel"].endswith('anbefalinger-2026-11-02-excel.csv"')
    assert names["docx"].endswith('anbefalinger-2026-11-02.docx"')


class TestIssuing:
    def test_a_secretary_issues_and_all_can_fetch(self, as_user, dina, citizen, world, sou):
        response = as_user(dina).post(
            ISSUE, {"committee": IssuedReport.committee.field.related_model.objects.get(code="SOU").pk}
        )
        issued = IssuedReport.objects.get(choices={"udvalg": ["SOU"]}, since=None)
        assert (issued.committee, issued.issued_by) == (sou, dina)
        assert response.headers["Location"] == f"/rapporter/{issued.code}/"
        html = text_of(citizen, issued.get_absolute_url())
        assert issued.code in html
        assert issued.fingerprint in html
        assert issued.code in text_of(citizen, "/rapporter/")
        data = json.loads(content_of(citizen.get(issued.get_absolute_url() + "?format=json")))
        assert fingerprint(Report.from_data(data["report"]).canonical()) == issued.fingerprint

    @pytest.mark.parametrize("username", ["anna", "bo", "carla"])
    def test_nobody_else_may(self, as_user, request, world, username):
        client = as_user(request.getfixturevalue(username))
        before = IssuedReport.objects.count()
        assert client.get(ISSUE).status_code == 403
        assert client.post(ISSUE, {"committee": "1"}).status_code == 403
        assert IssuedReport.objects.count() == before

    def test_not_about_another_committee(self, as_user, dina, world, sou):
        response = as_user(dina).post("/admin/rapporter/udsted/?udvalg=SUD", {"committee": sou.pk})
        assert response.status_code == 403

    def test_wrong_choices_lead_back_to_the_form(self, as_user, dina, world):
        response = as_user(dina).get("/admin/rapporter/udsted/?udvalg=XX")
        assert response.headers["Location"] == "/rapporter/?udvalg=XX"

    def test_the_log_says_who_issued_what(self, issued, dina, sou):
        event = Event.objects.get(report=issued)
        assert (event.act, event.by, event.committee, event.after) == (Act.REPORT_ISSUED, dina, sou, issued.code)

    def test_a_code_is_read_as_it_is_meant(self, citizen, issued):
        typed = issued.code.lower().replace("-", "").replace("0", "o").replace("1", "l")
        assert citizen.get(f"/rapporter/{typed}/").headers["Location"] == issued.get_absolute_url()
        assert citizen.get("/rapporter/ZZZZ-ZZZZ/").status_code == 404


class TestChecking:
    def check(self, citizen, content, name="rapport"):
        file = io.BytesIO(content)
        file.name = name
        response = citizen.post("/rapporter/kontroller/", {"fil": file})
        assert not response.cookies
        return response.content.decode()

    @pytest.mark.parametrize("code", list(FORMATS))
    def test_what_was_issued_is_recognised(self, citizen, issued, code):
        html = self.check(citizen, content_of(citizen.get(f"{issued.get_absolute_url()}?format={code}")))
        expected = "Dataene er dem, der blev udstedt" if code == "json" else "Filen er, som den blev udstedt"
        assert expected in html
        assert issued.code in html

    @pytest.mark.parametrize(
        ("code", "verdict"),
        [("json", "Dataene er ikke dem, der blev udstedt"), ("csv", "Filen er ikke den, der blev udstedt")],
    )
    def test_a_changed_cell_is_found(self, citizen, issued, code, verdict):
        content = content_of(citizen.get(f"{issued.get_absolute_url()}?format={code}"))
        changed = content.replace(b"I gang", b"Opgivet")
        assert changed != content
        assert verdict in self.check(citizen, changed)

    def test_another_fingerprint_in_the_file_helps_nobody(self, citizen, issued):
        data = json.loads(content_of(citizen.get(f"{issued.get_absolute_url()}?format=json")))
        data["report"]["title"] = "Et andet navn"
        data["seal"]["fingerprint"] = fingerprint(Report.from_data(data["report"]).canonical())
        assert "Dataene er ikke dem, der blev udstedt" in self.check(citizen, json.dumps(data).encode())

    @pytest.mark.parametrize(
        "content", [b"", b"{", b"{}", b"[]", b"PK\x03\x04", b"%PDF-1.7", b"\xff\xfe\x00", b'{"seal": 7}']
    )
    def test_what_is_no_report_is_no_error(self, citizen, world, content):
        assert "Der er ingen rapportkode i filen" in self.check(citizen, content)

    @pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
    def test_a_broken_word_file_is_no_error(self, citizen, world, method):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", method) as archive:
            archive.writestr("word/document.xml", "kontroller/?kode=0ABC-1DEF" * 50)
        content = bytearray(made.getvalue())
        start = content.index(b"document.xml") + len(b"document.xml")
        content[start : start + 12] = b"\xff" * 12
        assert "Der er ingen rapportkode i filen" in self.check(citizen, bytes(content))

    @pytest.mark.parametrize("code", ["\ud800", "<b>", "0ABC-1DEF\n", "lang" * 1000, 7, None, ["0ABC-1DEF"]])
    def test_what_is_no_code_is_not_repeated(self, citizen, world, code):
        content = json.dumps({"seal": {"code": code}}).encode()
        assert "Der er ingen rapportkode i filen" in self.check(citizen, content)

    def test_data_that_are_no_report(self, citizen, issued):
        data = {"seal": {"code": issued.code}, "report": {"title": 1}}
        assert "Dataene er ikke dem, der blev udstedt" in self.check(citizen, json.dumps(data).encode())

    def test_an_unknown_code(self, citizen, world):
        content = b"kontroller/?kode=ZZZZ-ZZZZ"
        assert "Koden i filen findes ikke her" in self.check(citizen, content)

    def test_a_large_file_is_not_read(self, citizen, world, settings):
        settings.CHECK_MAX_MB = 0
        assert "Filen er for stor. Den må højst være 0 MB." in self.check(citizen, b"x")

    def test_no_file(self, citizen, world):
        response = citizen.post("/rapporter/kontroller/")
        assert response.status_code == 400
        assert "Der er ikke valgt en fil." in response.content.decode()

    def test_by_its_code(self, citizen, issued):
        assert "Rapporten er udstedt her" in text_of(citizen, f"/rapporter/kontroller/?kode={issued.code.lower()}")
        assert "Koden findes ikke" in text_of(citizen, "/rapporter/kontroller/?kode=ZZZZZZZZ", status=404)


# The municipality; sources, committees, addressees; the issued reports with their committees.
LIST_QUERIES = 5


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_however_many(citizen, sou, dina, count, django_assert_num_queries):
    OwnershipFactory(item=RecommendationFactory(), committee=sou)
    for _ in range(count):
        issued = issue(Choices(Selection(committee="SOU")), by=dina, committee=sou)
    assert report_of(issued).seal.code == issued.code
    with django_assert_num_queries(LIST_QUERIES):
        citizen.get(reverse("reports"))


@pytest.mark.parametrize(("address", "words"), [("/rapporter/", "mindst 90 %"), ("/en/rapporter/", "at least 90%")])
def test_form_offers_shares_to_choose_from(address, words, citizen):
    assert f'<option value="90">{words}</option>' in text_of(citizen, address)
