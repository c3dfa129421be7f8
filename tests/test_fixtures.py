"""The shipped sources, held against the figures that were counted by hand in the sources themselves."""

from decimal import Decimal

import pytest
from django.db.models import Count

from recommendations.enums import RelationBasis, ShareBasis, Status
from recommendations.models import (
    Addressee,
    CommitteeAnswer,
    Evidence,
    Initiative,
    Ownership,
    Publication,
    Recommendation,
    Relation,
    StatusUpdate,
    VoteShare,
)

SHARES = {
    "1": 92, "2.1": 88, "4.2": 96, "4.3": 96, "4.4": 92, "5.1": 96, "5.2": 62, "5.3": 77, "5.4": 88, "5.5": 88,
}  # fmt: skip


pytestmark = pytest.mark.usefixtures("seeded")


class TestKoebenhavnertinget:
    rows = Recommendation.objects.filter(publication__slug="koebenhavnertinget-2024")

    def test_has_27_rows_of_which_22_carry_votes(self):
        assert self.rows.count() == 27
        assert set(self.rows.filter(is_heading=True).values_list("number", flat=True)) == {"2", "2.3", "3", "4", "5"}
        assert self.rows.filter(votes__isnull=False).distinct().count() == 22

    def test_has_ten_shares_and_twelve_that_cannot_be_read(self):
        shares = VoteShare.objects.filter(recommendation__in=self.rows)
        read = {share.recommendation.number: share.percent for share in shares.filter(basis=ShareBasis.DIRECT)}
        assert read == {number: Decimal(percent) for number, percent in SHARES.items()}
        assert shares.filter(basis=ShareBasis.UNREADABLE).count() == 12

    def test_is_owned_row_by_row_by_both_committees_that_asked(self):
        owners = Ownership.objects.filter(recommendation__in=self.rows)
        assert owners.count() == 54
        assert set(owners.values_list("committee__code", flat=True)) == {"SOU", "SUD"}

    def test_has_no_answer_and_no_status_as_our_sources_have_none(self):
        assert not CommitteeAnswer.objects.exists()
        assert not self.rows.exclude(status="").exists()

    def test_carries_the_facts_of_the_process(self):
        facts = Publication.objects.get(slug="koebenhavnertinget-2024").facts
        numbers = set(facts.exclude(number=None).values_list("number", flat=True))
        assert {50_000, 643, 43, 6, 37, 29} <= numbers


class TestKl:
    rows = Initiative.objects.filter(publication__slug="kl-handlingsplan")

    def test_has_three_chapters_ten_sections_38_numbered_and_7_agreed(self):
        recommendations = Recommendation.objects.filter(publication__slug="kl-handlingsplan")
        assert (recommendations.filter(is_heading=True).count(), recommendations.countable().count()) == (3, 10)
        assert set(self.rows.values_list("code", flat=True)) == {
            *(str(n) for n in range(1, 39)),
            *(f"aftalt-{n}" for n in range(1, 8)),
        }

    def test_is_aimed_at_somebody_each(self):
        aimed = dict(Addressee.objects.annotate(n=Count("initiatives")).order_by("slug").values_list("name", "n"))
        assert aimed == {
            "Kommunerne": 12,
            "Folketing og regering": 12,
            "SOSU-skolerne og kommunerne": 6,
            "KL": 5,
            "KL og de faglige organisationer": 7,
            "Øvrige": 3,
        }

    def test_only_the_agreed_ones_have_a_status(self):
        with_status = self.rows.exclude(status="")
        assert {row.code for row in with_status} == {f"aftalt-{n}" for n in range(1, 8)}
        assert {(row.status, str(row.status_on)) for row in with_status} == {(Status.PLANNED, "2019-02-08")}


def test_kkr_has_nine_recommendations_whose_areas_build_on_six_kl_initiatives():
    rows = Recommendation.objects.filter(publication__slug="kkr-hovedstaden-2019")
    assert (rows.filter(is_heading=True).count(), rows.countable().count()) == (3, 9)
    links = Relation.objects.filter(from_recommendation__in=rows, basis=RelationBasis.SOURCE)
    made = {(link.from_recommendation.number, link.to_initiative.code) for link in links}
    assert made == {("3.1", "7"), ("3.1", "15"), ("3.1", "17"), ("3.2", "8"), ("3.3", "18"), ("3.3", "19")}


class TestInventory:
    rows = Initiative.objects.filter(publication__slug="kk-rekruttering-2022")

    def test_has_30_efforts_each_with_owner_area_and_target_group(self):
        assert self.rows.count() == 30
        assert not self.rows.filter(target_group="").exists()
        assert not self.rows.filter(recommendations=None).exists()
        owners = Ownership.objects.filter(initiative__in=self.rows).order_by()
        counted = dict(owners.values_list("committee__code").annotate(Count("pk")))
        assert counted == {"BUU": 10, "SOU": 11, "SUD": 9}

    def test_was_in_progress_on_the_day_of_the_inventory(self):
        assert {(row.status, str(row.status_on)) for row in self.rows} == {(Status.IN_PROGRESS, "2021-11-01")}

    def test_marks_every_relation_to_kl_as_our_reading(self):
        relations = Relation.objects.filter(from_initiative__in=self.rows)
        assert relations.exists()
        assert {(row.basis, bool(row.note)) for row in relations} == {(RelationBasis.OUR_READING, True)}


def test_every_row_has_a_summary_of_ours_and_says_where_in_the_source_it_stands():
    for model in (Recommendation, Initiative):
        assert not model.objects.filter(summary="").exists()
        assert not model.objects.filter(pages="").exists()
        assert not model.objects.exclude(official_text="").exists()


def test_every_seeded_status_has_its_evidence_and_no_author():
    assert StatusUpdate.objects.published().count() == StatusUpdate.objects.count() == 37
    assert Evidence.objects.count() == 37
    assert not StatusUpdate.objects.filter(author__isnull=False).exists()
