"""The shipped sources, held against the figures that were counted by hand in the sources themselves."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Count

from recommendations.enums import ItemKind, Nature, RelationBasis, ShareBasis, Status, WordsBasis
from recommendations.models import (
    Addressee,
    Committee,
    CommitteeAnswer,
    Event,
    Evidence,
    Initiative,
    Item,
    Ownership,
    Publication,
    Recommendation,
    Relation,
    StatusUpdate,
    VoteShare,
    Wording,
)

SHARES = {
    "1": 92, "2.1": 88, "4.2": 96, "4.3": 96, "4.4": 92, "5.1": 96, "5.2": 62, "5.3": 77, "5.4": 88, "5.5": 88,
}  # fmt: skip

pytestmark = pytest.mark.usefixtures("seeded")


def items(slug, manager=Item):
    return manager.objects.filter(publication__slug=slug)


def titles_of_ours(slug):
    """The numbers of the rows whose title is not the source's own."""
    ours = items(slug).filter(wording__title_basis=WordsBasis.OURS)
    return set(ours.values_list("number", flat=True))


def facts(slug):
    return {fact.label: fact for fact in Publication.objects.get(slug=slug).facts.order_by("position")}


class TestKoebenhavnertinget:
    slug = "koebenhavnertinget-2024"

    def test_has_27_rows_of_which_22_carry_votes(self):
        rows = items(self.slug)
        assert rows.count() == 27
        assert {row.number for row in rows.filter(kind=ItemKind.HEADING).order_by("pk")} == {"2", "2.3", "3", "4", "5"}
        assert rows.filter(votes__isnull=False).distinct().count() == 22

    def test_has_ten_shares_and_twelve_that_cannot_be_read(self):
        shares = VoteShare.objects.filter(item__in=items(self.slug)).select_related("item").order_by("pk")
        read = {share.item.number: share.percent for share in shares.filter(basis=ShareBasis.PERCENT)}
        assert read == {number: Decimal(percent) for number, percent in SHARES.items()}
        assert shares.filter(basis=ShareBasis.UNREADABLE).count() == 12

    def test_is_owned_row_by_row_by_both_committees_that_asked(self):
        owners = Ownership.objects.filter(item__in=items(self.slug))
        assert owners.count() == 54
        assert set(owners.values_list("committee__code", flat=True)) == {"SOU", "SUD"}

    def test_has_no_answer_and_no_status_as_our_sources_have_none(self):
        assert not CommitteeAnswer.objects.exists()
        assert not items(self.slug).with_state().exclude(state_status="").exists()

    def test_carries_the_facts_of_the_process(self):
        numbers = {fact.number for fact in facts(self.slug).values()}
        assert {50_000, 643, 43, 6, 37, 29} <= numbers

    def test_says_which_titles_are_ours(self):
        headings_of_the_report = {"1", "2", "3", "4", "5"}
        numbers = {row.number for row in items(self.slug).order_by("pk")}
        assert titles_of_ours(self.slug) == numbers - headings_of_the_report
        assert len(titles_of_ours(self.slug)) == 22

    def test_quotes_the_question_as_far_as_we_have_it(self):
        question = Publication.objects.get(slug=self.slug).question
        assert question.startswith("Hvordan sikrer vi, at vi i København")
        assert question.endswith("…")
        assert "resten er ikke i den tekst, vi har" in facts(self.slug)["Spørgsmålet"].text

    def test_says_both_where_the_report_says_two_things(self):
        said = facts(self.slug)
        first = said["Første møde"]
        assert ("2. eller 20. februar" in first.text, first.on) == (True, None)
        assert "5 samlinger" in said["Hvor mange møder"].text
        assert "seks møder" in said["Hvor mange møder"].text
        assert "baglæns" in said["Sidetal"].text


class TestKl:
    slug = "kl-handlingsplan"

    def test_has_three_chapters_ten_sections_38_numbered_and_7_agreed(self):
        recommendations = items(self.slug, Recommendation)
        assert (recommendations.filter(kind=ItemKind.HEADING).count(), recommendations.counted().count()) == (3, 10)
        assert {row.number for row in items(self.slug, Initiative).order_by("pk")} == {
            *(str(n) for n in range(1, 39)),
            *(f"aftalt-{n}" for n in range(1, 8)),
        }

    def test_is_aimed_at_somebody_each(self):
        aimed = dict(Addressee.objects.annotate(n=Count("items")).order_by("slug").values_list("name", "n"))
        assert aimed == {
            "Kommunerne": 12,
            "Folketing og regering": 12,
            "SOSU-skolerne og kommunerne": 6,
            "KL": 5,
            "KL og de faglige organisationer": 7,
            "Øvrige": 3,
        }

    def test_has_no_status_as_the_plan_has_neither_a_date_nor_says_that_work_has_begun(self):
        assert not items(self.slug).with_state().exclude(state_status="").exists()
        assert "ingen status" in facts(self.slug)["Hvad der er kendt om de syv aftalte"].text


class TestKkr:
    slug = "kkr-hovedstaden-2019"

    def test_has_nine_recommendations_whose_areas_build_on_six_kl_initiatives(self):
        rows = items(self.slug, Recommendation)
        assert (rows.filter(kind=ItemKind.HEADING).count(), rows.counted().count()) == (3, 9)
        links = Relation.objects.filter(from_item__in=rows, basis=RelationBasis.SOURCE)
        made = {(link.from_item.number, link.to_item.number) for link in links.order_by("pk")}
        assert made == {("3.1", "7"), ("3.1", "15"), ("3.1", "17"), ("3.2", "8"), ("3.3", "18"), ("3.3", "19")}

    def test_says_that_its_tenth_is_missing(self):
        assert not Publication.objects.get(slug=self.slug).is_whole
        assert "tiende anbefaling" in facts(self.slug)["Hvad der mangler her"].text

    def test_says_which_titles_are_shortened(self):
        assert titles_of_ours(self.slug) == {"1", "1.2", "1.3", "2.1", "2.2", "2.3", "3", "3.1", "3.2"}


class TestInventory:
    slug = "kk-rekruttering-2022"

    def test_has_30_efforts_each_with_owner_area_and_target_group(self):
        rows = items(self.slug, Initiative)
        assert rows.count() == 30
        assert not rows.filter(target_group="").exists()
        assert not rows.filter(carries_out=None).exists()
        owners = Ownership.objects.filter(item__in=rows).order_by()
        counted = dict(owners.values_list("committee__code").annotate(Count("pk")))
        assert counted == {"BUU": 10, "SOU": 11, "SUD": 9}

    def test_was_in_progress_on_the_day_of_the_inventory(self):
        rows = items(self.slug, Initiative).with_state().order_by("pk")
        assert {(row.state_status, row.state_status_on) for row in rows} == {(Status.IN_PROGRESS, date(2021, 11, 1))}

    def test_marks_every_relation_to_kl_as_our_reading(self):
        relations = Relation.objects.filter(from_item__in=items(self.slug, Initiative)).order_by("pk")
        assert {(row.basis, bool(row.note)) for row in relations} == {(RelationBasis.OUR_READING, True)}

    def test_is_not_the_whole_case_and_asks_for_no_answers(self):
        source = Publication.objects.get(slug=self.slug)
        assert (source.is_whole, source.expects_answers) == (False, False)
        assert "13 redskaber" in facts(self.slug)["Hvad der mangler her"].text


def test_committees_begin_only_where_the_source_says_so():
    begun = Committee.objects.filter(valid_from=date(2006, 1, 1))
    assert set(begun.values_list("code", flat=True)) == {"BIU", "SUD", "BUU"}
    assert Committee.objects.filter(valid_from=None).count() == 4


def test_every_row_has_a_summary_of_ours_and_says_where_in_the_source_it_stands():
    words = Wording.objects.filter(pk__in=Item.objects.order_by().values("wording"))
    assert words.count() == Item.objects.count() == 132
    assert not words.filter(summary="").exists()
    assert not words.filter(pages="").exists()
    assert not words.exclude(official_text="").exists()


def test_words_hold_from_the_day_their_source_exists():
    for wording in Wording.objects.select_related("item__publication").order_by("pk"):
        assert wording.valid_from == wording.item.publication.exists_from


def test_every_seeded_status_has_its_evidence_and_no_author():
    assert StatusUpdate.objects.published().count() == StatusUpdate.objects.count() == 30
    assert Evidence.objects.count() == 30
    assert not StatusUpdate.objects.filter(author__isnull=False).exists()


def test_what_came_with_the_sources_is_no_news():
    assert set(Event.objects.order_by().values_list("nature", flat=True)) == {Nature.FROM_SOURCE}
