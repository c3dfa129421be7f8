"""What a report says, and that it says the same again."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import translation

from recommendations.enums import Status, UpdateKind
from recommendations.models import Recommendation, StatusUpdate
from recommendations.reports.builders import built, listed
from recommendations.reports.choices import Choices, SectionName
from recommendations.reports.document import Link, fingerprint
from recommendations.reports.issuing import issue, report_of
from recommendations.selection import Selection
from tests.factories import OwnershipFactory, RecommendationFactory, published
from tests.reports.conftest import SINCE, at

pytestmark = pytest.mark.django_db

# Committees named in the title and the choices, lineage; of each kind: rows, owners, updates with evidence, next steps
# and, of recommendations, answers; what has changed; totals at both times and the committees asked for, twice.
QUERIES = 22


def section(report, key):
    return next(found for _level, found in report.walk() if found.key == key)


def rows(report, key):
    """The rows of a table, each as column key to value."""
    table = next(table for table in report.tables() if table.key == key)
    return [dict(zip([column.key for column in table.columns], row, strict=True)) for row in table.rows]


def text_of(report):
    return report.canonical()


class TestTitleBlock:
    def test_says_what_when_and_how_much(self, world, choices):
        report = built(choices)
        assert report.title == "Status til Sundheds- og Omsorgsudvalget"
        assert dict(report.facts) == {
            "Udvalg": "Sundheds- og Omsorgsudvalget",
            "Møde og dagsordenspunkt": "6. november 2026, punkt 7",
            "Som det så ud": "1. november 2026",
            "Ændret siden": "1. september 2026",
            "Efter hvad der var registreret": "1. november 2026 kl. 12.00.00",
            "Omfang": "3 anbefalinger, 1 overskrift, 1 initiativ",
            "Samme valg på siden": "http://127.0.0.1:8000/rapporter/vis/?pr=2026-11-01&siden=2026-09-01&udvalg=SOU"
            "&moede=6.+november+2026%2C+punkt+7",
        }

    def test_names_the_source_or_the_kinds_where_there_is_no_committee(self, world):
        assert built(Choices(Selection(publication="ting"))).title == "Status for Tinget"
        assert built(Choices()).title == "Status for anbefalinger og initiativer"

    def test_names_every_committee(self, world, sud):
        report = built(Choices(Selection(committee="SOU,SUD")))
        assert report.title == "Status til Sundheds- og Omsorgsudvalget og Socialudvalget"
        assert dict(report.facts)["Udvalg"] == "Sundheds- og Omsorgsudvalget, Socialudvalget"


class TestSummary:
    def test_counts_now_and_on_the_eve(self, world, choices):
        report = built(choices)
        assert section(report, "summary").paragraphs == (
            "Anbefalinger: 0 af 3 gennemført, 2 i gang, 1 uden status.",
            "Anbefalinger: 1 forsinket, 1 ikke opdateret i 90 dage, 2 mangler svar.",
            "Anbefalinger, ændret fra 31. august 2026: Planlagt: fra 1 til 0. I gang: fra 1 til 2. "
            "Forsinket: fra 0 til 1. Ikke opdateret: fra 2 til 1.",
            "Initiativer: 0 af 1 gennemført, 1 uden status.",
            "Initiativer: 0 forsinket, 0 ikke opdateret i 90 dage.",
            "Initiativer: tallene er de samme som 31. august 2026.",
        )
        assert [tuple(row.values()) for row in rows(report, "totals-recommendations")] == [
            ("Planlagt", 1, 0),
            ("I gang", 1, 2),
            ("Ingen status registreret", 1, 1),
            ("I alt", 3, 3),
        ]

    def test_compares_nothing_without_a_day(self, world, choices):
        report = built(replace(choices, selection=replace(choices.selection, since=None)))
        assert [tuple(row) for row in rows(report, "totals-initiatives")] == [("status", "now"), ("status", "now")]
        assert section(report, "changed").paragraphs == ("Der er ikke valgt en dag at sammenligne med.",)


class TestChanged:
    def test_every_change_with_what_stood_before(self, world, choices):
        report = built(choices)
        assert section(report, "changed").heading == "Ændret siden 1. september 2026"
        assert section(report, "changed").paragraphs == (
            "4 ændringer registreret.",
            "1 række bekræftet som stadig korrekt.",
        )
        found = rows(report, "changes-ting")
        assert [(row["number"], row["what"], row["before"], row["after"], row["on"]) for row in found] == [
            ("3.1", "Ny status", "Planlagt", "I gang", date(2026, 9, 10)),
            ("3.1", "Rettelse", "I gang", "I gang", date(2026, 9, 12)),
            ("3.1", "Frist flyttet", "31. december 2026", "30. juni 2027", date(2026, 9, 14)),
            ("3.1", "Svar fra SUD", "Intet svar registreret", "Tiltrådt", date(2026, 9, 15)),
        ]
        assert found[0]["text"] == "Forsøget er i gang."
        assert found[0]["evidence"] == (
            Link("Referat", "https://eksempel.dk/referat"),
            Link("Sag, sag 24-1", f"http://127.0.0.1:8000/t24/3.1#{world.news.anchor}"),
        )
        assert found[3]["evidence"] == (Link("Punkt 7", "https://eksempel.dk/punkt"),)

    @pytest.mark.parametrize(
        ("moment", "is_new"), [(at(2026, 8, 31, 23), False), (at(2026, 9, 1, 0), True), (at(2026, 11, 1), True)]
    )
    def test_begins_with_the_day_and_ends_with_the_moment(self, sou, choices, moment, is_new):
        item = RecommendationFactory()
        OwnershipFactory(about=item, committee=sou, recorded_at=at(2024, 6, 17))
        published(item, on=date(2026, 8, 1), published_at=moment)
        published(item, on=date(2026, 8, 2), published_at=at(2026, 11, 1) + timedelta(microseconds=1))
        report = built(choices)
        expected = "1 ændring registreret." if is_new else "Ingen ændringer registreret."
        assert section(report, "changed").paragraphs[0] == expected

    def test_news_of_an_earlier_day_says_so(self, world, choices, sou):
        published(world.busy, Status.NOT_STARTED, on=date(2026, 1, 1), published_at=at(2026, 10, 1), committee=sou)
        last = rows(built(choices), "changes-ting")[-1]
        assert (last["what"], last["before"], last["after"]) == (
            "Ny status om en tidligere dag",
            "I gang",
            "Ikke begyndt",
        )


class TestAttention:
    def test_names_what_is_late_silent_and_unanswered(self, world, choices):
        report = built(choices)
        assert section(report, "attention").paragraphs == (
            "2 af 4 har ingen status registreret. De står i hele listen.",
        )
        assert [row["number"] for row in rows(report, "overdue")] == ["3.2"]
        assert [row["fresh_on"] for row in rows(report, "stale")] == [date(2026, 6, 1)]
        assert [row["number"] for row in rows(report, "unanswered")] == ["3.2", "3.3"]

    def test_says_when_there_is_nothing(self, sou, choices):
        report = built(choices)
        assert section(report, "overdue").paragraphs == ("Intet er forsinket.",)
        assert section(report, "unanswered").paragraphs == ("Alle udvalg, der skal svare, har et svar registreret.",)
        assert section(report, "list").paragraphs == ("Ingen rækker passer til det, der er valgt.",)
        assert not any(table.key.startswith(("overdue", "stale", "unanswered", "changes")) for table in report.tables())


class TestList:
    def test_by_source_with_headings_and_all_that_is_known(self, world, choices):
        report = built(choices)
        assert [below.heading for below in section(report, "list").sections] == ["Tinget", "Planen"]
        found = rows(report, "recommendations-ting")
        assert [row["number"] for row in found] == ["3", "3.1", "3.2", "3.3"]
        assert found[0]["status"] == "Overskrift"
        assert found[1] == {
            "number": "3.1",
            "title": "Nummer 1",
            "answers": "SOU: Taget til efterretning, 18.09.2024\nSUD: Tiltrådt, 15.09.2026",
            "status": "I gang",
            "status_on": date(2026, 9, 10),
            "owners": "SOU\nSUD (medansvarlig)",
            "due_on": date(2027, 6, 30),
            "next_step": "Evaluering (ventes 1. marts 2027)",
            "evidence": found[1]["evidence"],
            "address": (Link(f"{ADDRESS}3.1", f"{ADDRESS}3.1"),),
        }
        assert [link.text for link in found[1]["evidence"]] == ["Referat", "Sag, sag 24-1"]
        assert found[3]["status"] == "Ingen status registreret"
        assert found[3]["answers"] == "SOU: Intet svar registreret"
        assert "answers" not in rows(report, "initiatives-plan")[0]

    def test_lists_all_whatever_has_changed(self, world, choices):
        assert (
            len(
                rows(built(replace(choices, selection=replace(choices.selection, since=SINCE))), "recommendations-ting")
            )
            == 4
        )

    def test_drafts_are_in_no_report(self, world, choices):
        assert "HEMMELIG" not in text_of(built(choices))
        assert "HEMMELIG" not in text_of(listed(Choices(kinds=(Recommendation,))))


ADDRESS = "http://127.0.0.1:8000/t24/"


def test_only_the_words_that_are_used_are_explained(world, choices):
    words = [row["word"] for row in rows(built(choices), "definitions")]
    assert words == [
        "I gang", "Ingen status registreret", "Tiltrådt", "Taget til efterretning", "Intet svar registreret",
        "Forsinket", "Ikke opdateret",
    ]  # fmt: skip
    assert [row["abbreviation"] for row in rows(built(choices), "committees")] == ["SUD", "SOU"]


@pytest.mark.parametrize("name", list(SectionName))
def test_only_the_sections_that_were_chosen(world, choices, name):
    report = built(replace(choices, sections=(name,)))
    assert [found.key for found in report.sections] == [name.key, "definitions", "method"]


def test_the_report_is_danish_whatever_the_page_is(world, choices):
    danish = built(choices).canonical()
    with translation.override("en"):
        assert built(choices).canonical() == danish


@pytest.mark.parametrize("count", [1, 3, 25])
def test_takes_the_same_queries_however_many(count, sou, choices, django_assert_num_queries):
    for _ in range(count):
        item = RecommendationFactory()
        OwnershipFactory(about=item, committee=sou, recorded_at=at(2024, 6, 17))
        published(item, on=date(2026, 9, 10), published_at=at(2026, 9, 10), evidence=2, next_step="Videre")
    with django_assert_num_queries(QUERIES):
        built(choices)


class TestFingerprint:
    def test_made_again_it_is_the_same_whatever_has_been_published_since(self, world, choices, dina, sou, sud):
        issued = issue(replace(choices, selection=replace(choices.selection, known_at=None)), by=dina, committee=sou)
        for number in range(10):
            item = (world.busy, world.silent, world.bare, world.initiative)[number % 4]
            published(item, Status.PAUSED, on=date(2026, 10, number + 1), text=f"Nyt {number}", committee=sou)
        newest = StatusUpdate.objects.filter(recommendation=world.busy).order_by("-pk").first()
        published(world.busy, kind=UpdateKind.CORRECTION, corrects=newest, text="Nej.", committee=sou)
        known = replace(choices.selection, known_at=issued.known_at)
        again = built(replace(choices, selection=known)).canonical()
        assert again == issued.data
        assert fingerprint(again) == issued.fingerprint
        now = built(replace(choices, selection=replace(choices.selection, known_at=None)))
        assert fingerprint(now.canonical()) != issued.fingerprint

    def test_what_was_issued_is_read_back_as_it_was(self, world, choices, dina, sou):
        issued = issue(choices, by=dina, committee=sou)
        report = report_of(issued)
        assert report == built(choices)
        assert report.seal.code == issued.code
        assert report.seal.check_address == f"http://127.0.0.1:8000/rapporter/kontroller/?kode={issued.code}"


class TestPrevious:
    def test_is_the_day_that_the_last_report_of_the_kind_reached(self, world, choices, dina, sou):
        asked = Choices(Selection(committee="SOU"), wants_previous=True)
        assert section(built(asked), "changed").paragraphs == (
            "Der er ingen tidligere udstedt rapport med de samme valg at sammenligne med.",
        )
        issue(choices, by=dina, committee=sou)
        issue(Choices(Selection(committee="SOU", publication="ting")), by=dina, committee=sou)
        second = issue(asked, by=dina, committee=sou)
        assert second.since == date(2026, 11, 1)
        assert "siden" not in second.choices
