"""The shipped sources, held against the figures that were counted by hand in the sources themselves."""

import json
import re
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Count

from recommendations.enums import (
    EvidenceKind,
    ItemKind,
    Nature,
    OwnershipRole,
    RelationBasis,
    ShareBasis,
    Status,
    WordsBasis,
)
from recommendations.management.commands.seed import FIXTURE_DIR, SOURCES
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
    Treatment,
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


def bound(slug):
    """The codes of the committees that bound themselves to answer."""
    return set(Publication.objects.get(slug=slug).bound_committees.values_list("committee__code", flat=True))


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
        assert set(owners.values_list("committee__code", flat=True)) == {"SOU", "SUD"} == bound(self.slug)

    def test_says_whom_a_recommendation_needs_where_the_report_names_somebody(self):
        aimed = dict(items(self.slug).exclude(addressee=None).order_by("path").values_list("number", "addressee__name"))
        assert len(aimed) == 15
        assert {number for number, name in aimed.items() if name == "Københavns Kommune"} == {
            "2.1", "2.3.1", "2.3.2", "2.7",
        }  # fmt: skip
        assert "Landspolitikere" in aimed["2.2"]
        assert "fagforeninger" in aimed["3.4"]
        assert "pensionskasser" in aimed["5.1"]
        assert aimed["5.2"] == "Folketing og regering"
        assert "vores læsning" in facts(self.slug)["Hvem anbefalingerne er rettet mod"].text

    def test_hangs_together_with_other_sources_by_our_reading(self):
        ours = items(self.slug)
        links = Relation.objects.filter(from_item__in=ours).select_related("from_item", "to_item").order_by("pk")
        assert {(link.from_item.number, link.to_item.number) for link in links} == {
            ("3.4", "3.c.5"), ("4.1", "11"), ("4.4", "meritpaedagoguddannelser"), ("5.2", "3.a"),
        }  # fmt: skip
        assert {link.basis for link in links} == {RelationBasis.OUR_READING}

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


class TestKoebenhavnertinget2023:
    slug = "koebenhavnertinget-2023"

    def test_has_seven_titles_and_nothing_that_was_not_read(self):
        rows = items(self.slug)
        assert [row.number for row in rows.order_by("path")] == ["1", "2", "3", "4", "5", "6", "7"]
        assert not titles_of_ours(self.slug)
        assert not rows.exclude(wording__summary="").exists()
        assert not Publication.objects.get(slug=self.slug).is_whole
        assert "ikke læst ind" in facts(self.slug)["Hvad vi har læst"].text

    def test_is_to_be_answered_by_five_committees_of_which_none_owns_a_recommendation(self):
        source = Publication.objects.get(slug=self.slug)
        assert (source.expects_answers, source.owners_known) == (True, False)
        assert bound(self.slug) == {"BIU", "KFU", "SOU", "SUD", "TMU"}
        assert not source.bound_committees.filter(part="").exists()
        assert not Ownership.objects.filter(item__in=items(self.slug)).exists()

    def test_was_taken_up_at_two_meetings_whose_decisions_have_not_been_read(self):
        treatments = (
            Treatment.objects.known()
            .order_by("meeting_date")
            .values_list("publication__slug", "committee__code", "meeting_date", "agenda_item")
        )
        assert list(treatments) == [
            (self.slug, "TMU", date(2023, 12, 4), "punkt 11"),
            (self.slug, "ØU", date(2024, 4, 23), "punkt 13"),
        ]
        assert {one.agenda_url[:16] for one in Treatment.objects.order_by("pk")} == {
            "https://kk.dk/da",
            "https://www.kk.d",
        }
        assert not CommitteeAnswer.objects.filter(item__in=items(self.slug)).exists()

    def test_does_not_know_the_day_it_was_handed_over(self):
        assert Publication.objects.get(slug=self.slug).handed_over_on is None
        assert {50_000, 1016, 36, 7} <= {fact.number for fact in facts(self.slug).values()}


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
        rows = Addressee.objects.filter(items__publication__slug=self.slug).annotate(n=Count("items"))
        aimed = dict(rows.order_by("slug").values_list("name", "n"))
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

    def test_says_that_campaigns_were_agreed(self):
        assert "OK18" in items(self.slug, Initiative).get(number="11").summary
        assert "ingen status" in facts(self.slug)["Hvad der er kendt om initiativ 11"].text


class TestKkr:
    slug = "kkr-hovedstaden-2019"

    def test_has_ten_recommendations_whose_areas_build_on_six_kl_initiatives(self):
        rows = items(self.slug, Recommendation)
        assert (rows.filter(kind=ItemKind.HEADING).count(), rows.counted().count()) == (3, 10)
        links = Relation.objects.filter(from_item__in=rows, basis=RelationBasis.SOURCE)
        made = {(link.from_item.number, link.to_item.number) for link in links.order_by("pk")}
        assert made == {("3.1", "7"), ("3.1", "15"), ("3.1", "17"), ("3.2", "8"), ("3.3", "18"), ("3.3", "19")}

    def test_stands_in_a_note_and_its_appendix(self):
        source = Publication.objects.get(slug=self.slug)
        note, appendix = source.documents.order_by("position")
        where = dict(items(self.slug).order_by("path").values_list("number", "wording__document"))
        assert {number for number, named in where.items() if source.document(named) == note} == {
            "1", "1.1", "1.2", "1.3",
        }  # fmt: skip
        assert {source.document(named) for number, named in where.items() if number[0] != "1"} == {appendix}
        assert source.is_whole

    def test_ends_with_teachers_and_pedagogues_who_belong_to_no_group(self):
        tenth = items(self.slug).select_related("wording").order_by("path").last()
        assert (tenth.number, tenth.parent) == ("4", None)
        assert "pædagoger og lærere" in tenth.summary

    def test_says_which_titles_are_shortened(self):
        assert titles_of_ours(self.slug) == {"1", "1.2", "1.3", "2.1", "2.2", "2.3", "3", "3.1", "3.2", "4"}


class TestInventory:
    slug = "kk-rekruttering-2022"

    def test_has_30_efforts_and_nine_of_another_each_with_owner_area_and_target_group(self):
        rows = items(self.slug, Initiative)
        assert (rows.count(), rows.filter(number__startswith="udd-kbh-").count()) == (39, 9)
        assert not rows.filter(target_group="").exists()
        assert not rows.filter(carries_out=None).exists()
        owners = Ownership.objects.filter(item__in=rows).order_by()
        counted = dict(owners.values_list("committee__code").annotate(Count("pk")))
        assert counted == {"BUU": 10, "SOU": 11 + 9, "SUD": 9}

    def test_was_in_progress_on_the_day_of_the_inventory(self):
        rows = items(self.slug, Initiative).with_state().order_by("pk")
        said = Counter((row.state_status, row.state_status_on) for row in rows)
        assert said == {(Status.IN_PROGRESS, date(2021, 11, 1)): 30, ("", None): 9}

    def test_has_one_effort_that_can_be_followed_over_two_days(self):
        said = StatusUpdate.objects.filter(item__number="vores-hverdag-dk").order_by("on")
        assert [(one.on, one.status) for one in said] == [
            (date(2019, 2, 8), Status.IN_PROGRESS),
            (date(2021, 11, 1), Status.IN_PROGRESS),
        ]
        assert "vores læsning" in said[0].text

    def test_has_13_tools_in_three_fields_with_owners_where_the_case_names_them(self):
        tools = items(self.slug, Recommendation).counted().order_by("path")
        assert Counter(tool.number[:3] for tool in tools) == {"3.a": 3, "3.b": 4, "3.c": 6}
        owners = Ownership.objects.filter(item__in=tools).order_by("pk")
        assert set(owners.values_list("item__number", "committee__code", "role")) == {
            ("3.a.1", "BIU", OwnershipRole.LEAD),
            ("3.a.2", "ØU", OwnershipRole.LEAD),
            ("3.a.2", "BIU", OwnershipRole.CO_OWNER),
            ("3.b.1", "SOU", OwnershipRole.LEAD),
            ("3.b.3", "BIU", OwnershipRole.LEAD),
        }
        assert not tools.with_state().exclude(state_status="").exists()

    def test_stands_in_four_documents(self):
        source = Publication.objects.get(slug=self.slug)
        named = set(items(self.slug).order_by().values_list("wording__document", flat=True))
        assert named == {one.title for one in source.documents.order_by("position")[1:]}

    def test_marks_every_relation_to_kl_as_our_reading(self):
        relations = Relation.objects.filter(from_item__in=items(self.slug, Initiative)).order_by("pk")
        assert {(row.basis, bool(row.note)) for row in relations} == {(RelationBasis.OUR_READING, True)}

    def test_is_not_the_whole_case_and_asks_for_no_answers(self):
        source = Publication.objects.get(slug=self.slug)
        assert (source.is_whole, source.expects_answers) == (False, False)
        said = facts(self.slug)
        assert "bilag 1" in said["Hvad der mangler her"].text
        assert said["Redskaber, arbejdsgruppen foreslår"].number == 13
        asked = [said[f"Det {which}, Økonomiudvalget skulle beslutte"].text for which in ("første", "andet")]
        assert all("Hvad udvalget besluttede, har vi ikke læst." in text for text in asked)


class TestIdekatalog:
    slug = "idekatalog-2019"

    def test_has_four_efforts_of_the_city_and_a_status_where_it_says_how_far(self):
        rows = items(self.slug).with_state().order_by("path")
        assert rows.count() == 4
        assert {row.number: row.state_status for row in rows if row.state_status} == {
            "site-til-ansoegere": Status.IN_PROGRESS
        }
        assert titles_of_ours(self.slug) == {row.number for row in rows}

    def test_says_that_it_has_been_read_in_a_summary_only(self):
        assert not Publication.objects.get(slug=self.slug).is_whole
        assert "Selve kataloget har vi ikke" in facts(self.slug)["Hvad vi har læst"].text

    def test_belongs_to_what_came_of_it(self):
        relation = Relation.objects.get(from_item__in=items(self.slug))
        assert (relation.to_item.number, relation.basis) == ("vores-hverdag-dk", RelationBasis.OUR_READING)


def test_committees_begin_only_where_the_source_says_so():
    begun = Committee.objects.filter(valid_from=date(2006, 1, 1))
    assert set(begun.values_list("code", flat=True)) == {"BIU", "SUD", "BUU"}
    assert Committee.objects.filter(valid_from=None).count() == 4


def test_every_row_has_a_summary_of_ours_and_says_where_in_the_source_it_stands():
    words = Wording.objects.filter(pk__in=Item.objects.order_by().values("wording"))
    assert words.count() == Item.objects.count() == 27 + 7 + 58 + 13 + 61 + 4
    assert set(words.filter(summary="").values_list("item__publication__slug", flat=True)) == {
        "koebenhavnertinget-2023"  # its titles are all that has been read
    }
    assert not words.filter(pages="").exists()
    assert not words.exclude(official_text="").exists()


def test_words_hold_from_the_day_their_source_exists():
    for wording in Wording.objects.select_related("item__publication").order_by("pk"):
        assert wording.valid_from == wording.item.publication.exists_from


def test_every_seeded_status_has_its_evidence_and_no_author():
    assert StatusUpdate.objects.published().count() == StatusUpdate.objects.count() == 30 + 2
    assert set(Evidence.objects.order_by().values_list("kind", flat=True)) == {EvidenceKind.MENTIONED}
    assert Evidence.objects.count() == 32
    assert not StatusUpdate.objects.filter(author__isnull=False).exists()


def test_what_came_with_the_sources_is_no_news():
    assert set(Event.objects.order_by().values_list("nature", flat=True)) == {Nature.FROM_SOURCE}


# --- How it is written ------------------------------------------------------------------------------------------------


def lix(text):
    """Words in a sentence, and how many of a hundred words are long: below 45 is plain Danish."""
    words = re.findall(r"[\w’'-]+", text)
    sentences = max(1, len(re.findall(r"[.!?:](?=\s|$)", text)))
    return len(words) / sentences + 100 * sum(len(word) > 6 for word in words) / len(words)


def written_by_us():
    """(Where it stands, text) of every summary in the files."""
    for slug in SOURCES:
        file = json.loads((FIXTURE_DIR / f"{slug}.json").read_text(encoding="utf-8"))
        yield slug, file["source"]["summary"]
        yield from ((f"{slug} {row['number']}", row["summary"]) for row in file["items"] if "summary" in row)
        yield from ((f"{slug} {row['committee']}", row["proposed"]) for row in file.get("treatments", ()))


def test_summaries_are_short_and_in_plain_danish():
    hard = {where: lix(text) for where, text in written_by_us() if lix(text) >= 45}
    assert not hard
    long = {where for where, text in written_by_us() if len(re.findall(r"[.!?](?=\s|$)", text)) > 5}
    assert not long
    assert not {where for where, text in written_by_us() if re.search(r"[«“”]|\bventer\b|\bi regi af\b", text)}
