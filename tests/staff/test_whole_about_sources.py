"""A source's documents, the committees that are to answer it, and the meetings that took it up: typed and corrected."""

from datetime import date

import pytest
from django.urls import reverse

from recommendations.actions import correct_treatment, record_treatment
from recommendations.models import Treatment
from tests.factories import ItemFactory, PublicationFactory
from tests.staff.whole_pages import StaffPage, add, of

URL = "https://eksempel.dk/dagsorden/11"


@pytest.fixture
def source():
    return PublicationFactory(title="Ungetinget 2026")


@pytest.fixture
def treated(bo, source, sou):
    """SOU had the source on its agenda."""
    return record_treatment(by=bo, publication=source, committee=sou, meeting_date=date(2026, 9, 17), agenda_url=URL)


def lines(prefix, *rows):
    return {f"{prefix}-{place}-{name}": text for place, row in enumerate(rows) for name, text in row.items()}


class TestDocuments:
    def test_are_typed_and_mended_on_one_page(self, as_user, chief, source):
        page = StaffPage.open(as_user(chief), of(source)).link("Dokumenter")
        assert "Anbefalinger.pdf" in page.html
        annex = {"title": "Bilag 1", "url": "https://eksempel.dk/bilag.pdf", "page_offset": "-4"}
        page = page.press("Gem dokumenter", **lines("dokumenter", {"title": "Rapport"}, annex))
        assert "Dokumenterne er gemt." in page.text
        said = [(one.title, one.url, one.page_offset) for one in source.documents.order_by("position")]
        assert said == [
            ("Rapport", "https://eksempel.dk/anbefalinger.pdf", None),
            ("Bilag 1", "https://eksempel.dk/bilag.pdf", -4),
        ]
        StaffPage.open(as_user(chief), of(source)).link("Dokumenter").press(
            "Gem dokumenter", **lines("dokumenter", {"remove": "on"})
        )
        assert source.document().title == "Bilag 1"

    def test_what_is_refused_is_not_lost(self, as_user, chief, source):
        ItemFactory(publication=source, number="7", document="Anbefalinger.pdf")
        page = StaffPage.open(as_user(chief), of(source)).link("Dokumenter")
        again = page.press("Gem dokumenter", **lines("dokumenter", {"title": "Rapport"}))
        assert (again.status, "»Anbefalinger.pdf« nævnes ved 7" in again.text) == (422, True)
        assert 'value="Rapport"' in again.html
        wrong = page.press("Gem dokumenter", **lines("dokumenter", {"url": "intet link"}))
        assert wrong.status == 422
        assert source.document().title == "Anbefalinger.pdf"


class TestBoundCommittees:
    def test_are_chosen_each_with_its_part(self, as_user, chief, source, sou, sud):
        page = StaffPage.open(as_user(chief), of(source)).link("Udvalg, der skal svare")
        rows = {"committee": sud.pk, "part": "Hvem er med?"}, {"committee": sou.pk}
        page = page.press("Gem udvalg", **lines("udvalg", *rows))
        assert "Udvalgene er gemt." in page.text
        assert set(source.bound_committees.values_list("committee__code", "part")) == {
            ("SUD", "Hvem er med?"),
            ("SOU", ""),
        }
        page = StaffPage.open(as_user(chief), of(source)).link("Udvalg, der skal svare")
        assert "Hvem er med?" in page.html

    def test_a_part_without_a_committee_is_refused(self, as_user, chief, source):
        page = StaffPage.open(as_user(chief), of(source)).link("Udvalg, der skal svare")
        refused = page.press("Gem udvalg", **lines("udvalg", {"part": "Hvem er med?"}))
        assert (refused.status, source.bound_committees.count()) == (422, 0)
        assert "Hvem er med?" in refused.html


@pytest.mark.parametrize("page", ["documents", "committees"])
def test_are_pages_of_administrators(as_user, bo, source, page):
    assert as_user(bo).get(of(source, page)).status_code == 403


class TestTreatments:
    def test_is_recorded_by_the_committees_approver(self, as_user, bo, source, sou, sud):
        page = StaffPage.open(as_user(bo), add("treatment") + f"?publication={source.pk}")
        assert sou.name in page.html
        assert sud.name not in page.html
        filled = {"committee": sou.pk, "meeting_date": "2026-09-17", "proposed": "At bruge dem."}
        refused = page.press("Gem", **filled)
        assert "Skriv linket til dagsordenspunktet" in refused.text
        refused.press("Gem", agenda_url=URL, agenda_item="punkt 11")
        row = Treatment.objects.get()
        assert (row.publication, row.committee, row.agenda_item, row.recorded_by) == (source, sou, "punkt 11", bo)

    def test_is_corrected_and_both_can_be_read(self, as_user, bo, treated):
        page = StaffPage.open(as_user(bo), of(treated)).link("Ret")
        again = page.press("Gem rettelse", agenda_url="", reason="Forkert link.")
        assert (again.status, "eller sæt kryds ved »Ingenting«" in again.text) == (422, True)
        done = again.press("Gem rettelse", agenda_url=URL, agenda_item="punkt 12", reason="Forkert punkt.")
        assert "Rettelsen er gemt." in done.text
        right = Treatment.objects.known().get()
        assert (right.corrects, right.agenda_item) == (treated, "punkt 12")
        assert "Ret" not in StaffPage.open(as_user(bo), of(treated)).tree.xpath("//a/text()")
        assert as_user(bo).get(of(treated, "correct")).headers["Location"] == of(right, "correct")

    def test_is_taken_back(self, as_user, bo, treated):
        page = StaffPage.open(as_user(bo), of(treated)).link("Ret")
        page.press("Gem rettelse", takes_back="on", reason="Der var intet møde.")
        assert not Treatment.objects.known().exists()

    def test_others_read_it_only(self, as_user, carla, anna, treated):
        for user in (carla, anna):
            client = as_user(user)
            assert client.get(of(treated)).status_code == 200
            assert client.get(of(treated, "correct")).status_code == 403
            assert client.get(add("treatment")).status_code == 403

    def test_its_history_tells_who_and_when(self, as_user, bo, chief, treated):
        correct_treatment(
            by=bo, treatment=treated, reason="Intet møde.", meeting_date=treated.meeting_date, takes_back=True
        )
        history = reverse("admin:recommendations_treatment_history", args=[treated.pk])
        assert "Kilde behandlet på et møde" in as_user(chief).get(history).content.decode()
