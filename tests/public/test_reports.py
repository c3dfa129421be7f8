"""Choose, fetch, issue and check a report, as citizens and secretaries do it."""

import csv
import io
import json
from datetime import date
from email.message import Message
from email.utils import collapse_rfc2231_value

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from recommendations.enums import Act
from recommendations.models import Event, IssuedReport
from recommendations.models.issued_report import fingerprint
from recommendations.public.downloads import sent_as
from recommendations.reports.bulk import LIST_FORMATS
from recommendations.reports.choices import Choices
from recommendations.reports.document import Report
from recommendations.reports.issuing import issue, report_of
from recommendations.reports.renderers import FORMATS
from recommendations.selection import Selection
from tests.factories import MeetingFactory, OwnershipFactory, RecommendationFactory
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
        html = text_of(citizen, "/rapporter/?udvalg=SOU&siden=forrige&q=Punkt+7")
        assert 'value="SOU" id="id_udvalg_' in html
        assert 'value="forrige"' in html
        assert 'value="Punkt 7"' in html

    def test_a_meeting_is_chosen_by_its_day_and_its_committee(self, citizen, world, sou):
        MeetingFactory(committee=sou, on=date(2026, 11, 19))
        html = text_of(citizen, "/rapporter/vis/?udvalg=SOU&moede=19.11.2026&siden=forrige")
        assert "Det er den første rapport til et møde, der er holdt." in html or "19. november 2026" in html
        assert "/rapporter/?udvalg=SOU&amp;moede=2026-11-19" in html

    @pytest.mark.parametrize(
        ("query", "sentence"),
        [
            ("moede=2026-11-19", "Vælg det ene udvalg, der holder mødet."),
            ("udvalg=SOU&udvalg=SUD&moede=2026-11-19", "Vælg det ene udvalg, der holder mødet."),
            ("udvalg=SOU&moede=2026-11-20", "Udvalget har intet møde den 20. november 2026."),
            ("udvalg=SOU&moede=Punkt+7", "Datoen Punkt 7 findes ikke. Skriv en dato som 28.02.2026."),
            ("udvalg=SOU&moede=2026-11-19&siden=2026-01-01", "Fjern dagen, eller fjern mødet."),
        ],
    )
    def test_a_meeting_that_is_none_is_said(self, citizen, world, sou, query, sentence):
        MeetingFactory(committee=sou, on=date(2026, 11, 19))
        html = text_of(citizen, f"/rapporter/vis/?{query}", status=400).replace("\xa0", " ")
        assert sentence in html

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
        length = len(content_of(response))
        assert int(response.headers.get("Content-Length", length)) == length > 100  # a stream does not know it
        assert not response.cookies

    def test_the_list_has_the_parameters_of_the_page(self, citizen, world):
        html = text_of(citizen, "/anbefalinger/?svar=noted&udvalg=SOU&sorter=aendret")
        assert "/anbefalinger/hent/?svar=noted&amp;udvalg=SOU&amp;sorter=aendret&amp;format=csv" in html
        content = content_of(citizen.get("/anbefalinger/hent/?svar=noted&format=csv")).decode()
        assert [row["Nr."] for row in csv.DictReader(io.StringIO(content, newline=""))] == ["2.1"]

    def test_unknown_format_names_those_there_are(self, citizen, world):
        html = text_of(citizen, "/anbefalinger/hent/?format=doc", status=400)
        assert (
            "Formatet »doc« findes ikke. Vælg et af disse: docx, pdf, xlsx, csv-excel, csv, jsonl, json, html." in html
        )

    @pytest.mark.parametrize(("most", "status"), [(3, 200), (2, 400)])
    @pytest.mark.parametrize(
        "address", ["/anbefalinger/hent/?kilde=ting", "/rapporter/vis/?kilde=ting&hvad=anbefalinger&siden=2026-11-02"]
    )
    def test_too_much_says_what_to_do_instead(self, citizen, world, monkeypatch, address, most, status):
        """A report has all its rows, however few have changed since."""
        smaller = FORMATS["docx"].__class__(**(vars(FORMATS["docx"]) | {"most_rows": most}))
        for formats in (FORMATS, LIST_FORMATS):
            monkeypatch.setitem(formats, "docx", smaller)
        response = citizen.get(f"{address}&format=docx")
        assert response.status_code == status
        if status == 400:
            assert "Vælg færre rækker, eller hent dem som CSV eller Excel." in response.content.decode()
        else:
            assert b"".join(response.streaming_content)


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("Ældre- og Økonomi, på åen", ["aeldre-og-oekonomi-paa-aaen.pdf", "ældre-og-økonomi-på-åen.pdf"]),
        ("A\u030arhus", ["aarhus.pdf", "århus.pdf"]),
        ("../../etc/passwd", ["etcpasswd.pdf"]),
        ("🙂", ["rapport.pdf"]),
    ],
)
def test_names_of_files_keep_their_danish_letters(name, names):
    """Read by Python's own parser of such headers: the name for what knows ASCII alone, then the one for all others."""
    header = sent_as(name, ".pdf")
    read = Message()
    read["Content-Disposition"] = header
    (kind, _), *named = read.get_params(header="Content-Disposition")
    assert (kind, [collapse_rfc2231_value(value) for _key, value in named]) == ("attachment", names)
    assert header.isascii()


def test_the_two_kinds_of_csv_have_two_names(citizen, world):
    names = {}
    for code in ("csv", "csv-excel", "docx"):
        response = citizen.get(f"/anbefalinger/hent/?format={code}")
        assert b"".join(response.streaming_content)
        names[code] = response.headers["Content-Disposition"]
    assert names["csv"].endswith('anbefalinger-2026-11-02.csv"')
    assert names["csv-excel"].endswith('anbefalinger-2026-11-02-til-excel.csv"')
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
        assert issued.fingerprint in html.replace(" ", "")
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

    def test_the_short_address_leads_to_the_check(self, citizen, issued):
        typed = issued.code.lower().replace("0", "o").replace("1", "l")
        for address in (report_of(issued).seal.check_address, f"/r/{typed}", f"/r/{typed}/"):
            response = citizen.get(address)
            assert response.status_code == 301
            assert response.headers["Location"] == f"/rapporter/kontroller/?kode={issued.code}"
        unknown = citizen.get("/r/hvad-er-det", follow=True)
        assert unknown.status_code == 404
        assert "Koden findes ikke" in unknown.content.decode()


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


class TestDamaged:
    """What is kept of a report was overwritten behind our back: it is said, and nothing falls."""

    @pytest.fixture(params=["", "{", "[]", "{}", '{"title": 3, "sections": 4}', "null", '{"sections": [[1]]}'])
    def damaged(self, request, issued, monkeypatch):
        read = IssuedReport.from_db.__func__

        def from_db(cls, db, names, values):
            row = read(cls, db, names, values)
            if "data" in row.__dict__:
                row.data = request.param
            return row

        monkeypatch.setattr(IssuedReport, "from_db", classmethod(from_db))
        return issued

    def test_its_page_says_so(self, citizen, damaged):
        response = citizen.get(f"/rapporter/{damaged.code}/")
        assert response.status_code == 200
        assert f"Rapporten {damaged.code} er gået i stykker hos os" in response.content.decode()

    @pytest.mark.parametrize("format", ["docx", "csv", "json"])
    def test_there_is_no_file_of_it(self, citizen, damaged, format):
        assert citizen.get(f"/rapporter/{damaged.code}/?format={format}").status_code == 404

    def test_the_check_page_says_so(self, citizen, damaged):
        html = citizen.get(f"/rapporter/kontroller/?kode={damaged.code}").content.decode()
        assert "Dataene passer ikke med fingeraftrykket" in html
        file = SimpleUploadedFile("a.txt", f"Rapport {damaged.code}".encode())
        response = citizen.post("/rapporter/kontroller/", {"fil": file})
        assert response.status_code == 400
        assert "er gået i stykker hos os" in response.content.decode()
