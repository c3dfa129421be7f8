"""A public source that is still being typed in: every count is said of what the source has, never of what is here."""

import re
from datetime import date

import pytest

from recommendations.enums import ItemKind, Status
from recommendations.facets import said_of_the_whole
from recommendations.figures import StatusTotals, partial_sources, with_whole
from recommendations.models import Initiative, Publication, Recommendation
from recommendations.reports.builders import built
from recommendations.reports.choices import Choices, SectionName
from recommendations.selection import Selection
from tests.factories import InitiativeFactory, OwnershipFactory, PublicationFactory, RecommendationFactory, published
from tests.public.conftest import text_of

pytestmark = pytest.mark.django_db


def untyped(model, **choices):
    """How many of `model` the sources chosen have that are not typed in here."""
    return said_of_the_whole(StatusTotals(), Selection(**choices), model).untyped


@pytest.fixture
def ting(sou):
    """Three of thirty recommendations are here, one of them in progress; and both of two initiatives."""
    source = PublicationFactory(slug="ting", title="Tinget", expected_recommendations=30, expected_initiatives=2)
    heading = RecommendationFactory(publication=source, number="1", kind=ItemKind.HEADING)
    for number in range(1, 4):
        item = RecommendationFactory(publication=source, number=f"1.{number}", parent=heading)
        OwnershipFactory(item=item, committee=sou)
    published(item, Status.IN_PROGRESS, on=date(2026, 10, 1))
    for _number in range(2):
        InitiativeFactory(publication=source)
    return source


@pytest.fixture
def plan():
    """A source that is whole."""
    source = PublicationFactory(slug="plan", title="Planen", expected_recommendations=1)
    RecommendationFactory(publication=source)
    return source


SAID = "0 af 30 gennemført, 1 i gang, 2 uden status, 27 ikke indtastet endnu"


class TestTheRule:
    def test_the_whole_is_what_the_source_has_or_what_is_here_if_that_is_more(self, ting):
        totals = StatusTotals(StatusTotals().by_status | {"": 3})
        for expected, whole, words in ((30, 30, "3 af 30 indtastet"), (3, 3, ""), (2, 3, ""), (0, 3, "")):
            ting.expected_recommendations = expected
            found = with_whole(totals, ting, Recommendation)
            assert (found.whole, found.total, found.typed_in_words) == (whole, 3, words)

    def test_wholes_are_added(self, ting):
        one = StatusTotals(StatusTotals().by_status | {"": 3}, untyped=27)
        other = StatusTotals(StatusTotals().by_status | {"implemented": 1})
        assert (one + other).in_words == "1 af 31 gennemført, 3 uden status, 27 ikke indtastet endnu"

    def test_nothing_typed_is_no_empty_whole(self):
        assert StatusTotals(untyped=30).in_words == "0 af 30 gennemført, 30 ikke indtastet endnu"

    def test_counts_each_kind_for_itself_and_only_public_sources(self, ting, plan):
        PublicationFactory(expected_recommendations=9, public_at=None)
        assert (untyped(Recommendation), untyped(Initiative)) == (27, 0)
        assert (untyped(Recommendation, publication="ting"), untyped(Recommendation, publication="plan")) == (27, 0)
        assert untyped(Recommendation, as_of=date(2020, 1, 1)) == 0

    def test_a_source_is_partial_by_its_numbers_or_because_somebody_says_so(self, ting, plan):
        said = PublicationFactory(is_whole=False)
        assert partial_sources(Publication.objects.order_by("pk")) == {ting.pk, said.pk}
        assert partial_sources([plan]) == set()

    def test_more_than_was_expected_of_one_source_hides_nothing_of_another(self, ting, plan):
        Publication.objects.filter(pk=plan.pk).update(expected_recommendations=0)
        RecommendationFactory(publication=plan)
        assert untyped(Recommendation) == 27


class TestPages:
    def test_the_source(self, citizen, ting):
        html = text_of(citizen, "/kilder/ting/")
        assert "3 af 30 indtastet." in html
        assert "30 anbefalinger og 2 initiativer blev overdraget den 17. juni 2024." in html
        assert "0 af 3 " not in html
        assert "Anbefalinger: 3 registreret af 30 i kilden" in html
        assert "Listen er ikke hel" in html

    def test_the_overview(self, citizen, ting, plan):
        html = text_of(citizen, "/")
        assert "30 anbefalinger og 2 initiativer blev overdraget den 17. juni 2024." in html
        assert "3 af 30 indtastet." in html
        assert "1 af 1 indtastet" not in html

    def test_the_lists(self, citizen, ting, plan):
        html = text_of(citizen, "/anbefalinger/?kilde=ting")
        assert "3 af 30 indtastet." in html
        assert f"{SAID}." in html
        assert "0 af 31 gennemført" in text_of(citizen, "/anbefalinger/")
        assert "indtastet" not in text_of(citizen, "/anbefalinger/?kilde=plan")
        assert "indtastet" not in text_of(citizen, "/initiativer/?kilde=ting")

    def test_a_narrowed_list_counts_what_is_here_and_says_that_there_is_more(self, citizen, ting):
        html = text_of(citizen, "/anbefalinger/?kilde=ting&status=in_progress")
        assert "0 af 1 gennemført, 1 i gang." in html
        assert "Kilden rummer mere, end der er registreret her." in html

    def test_one_of_which_nothing_is_here(self, citizen):
        PublicationFactory(slug="tom", title="Tom", expected_recommendations=12)
        for address in ("/", "/kilder/tom/"):
            html = text_of(citizen, address)
            assert "0 af 12 indtastet." in html
            assert "12 anbefalinger blev overdraget" in html
        assert "0 af 12 indtastet." in text_of(citizen, "/anbefalinger/?kilde=tom")

    def test_every_number_that_is_a_link_leads_to_that_many_rows(self, citizen, ting):
        html = text_of(citizen, "/kilder/ting/")
        links = re.findall(r'<a href="(/anbefalinger/\?[^"]*)">(?:<span[^>]*>[^<]*</span> )?<strong>([\d.]+)', html)
        assert [count for _address, count in links] == ["3", "1", "2"]
        for address, count in links:
            rows = text_of(citizen, address.replace("&amp;", "&"))
            assert re.search(rf'id="antal">\s*{count} anbefaling', rows), (address, count)

    def test_a_source_that_is_whole_says_nothing_of_it(self, citizen, plan):
        assert "indtastet" not in text_of(citizen, "/kilder/plan/")


class TestReports:
    def test_speak_of_the_whole(self, ting, plan):
        report = built(Choices(Selection(publication="ting")))
        summary = next(section for section in report.sections if section.key == "summary")
        assert summary.paragraphs[0].startswith("Ingen af de 30 anbefalinger er gennemført, 1 er i gang, 2 har ingen")
        assert "27 er ikke indtastet endnu" in summary.paragraphs[0]
        table = {row[0]: row[-1] for row in summary.tables[0].rows}
        assert (table["Ikke indtastet endnu"], table["I alt"]) == (27, 30)
        short = built(Choices(Selection(publication="ting"), sections=(SectionName.SUMMARY,)))
        words = " ".join(short.sections[-1].paragraphs)
        assert "Ikke alt fra disse kilder er registreret her: Tinget." in words
        listed = next(section for section in report.sections if section.key == "list")
        assert "Kilden rummer mere, end der er registreret her." in listed.sections[0].paragraphs

    def test_about_a_committee_count_that_committee(self, ting, sou):
        report = built(Choices(Selection(committee="SOU")))
        summary = next(section for section in report.sections if section.key == "summary")
        assert "Ingen af de 3 anbefalinger er gennemført, 1 er i gang, 2 har ingen status" in summary.paragraphs[0]
