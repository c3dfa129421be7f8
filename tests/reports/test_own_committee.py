"""A report about one committee is about its own part: what it owes, what it did, and the others in a line."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from recommendations import answers
from recommendations.actions import publish_from_source
from recommendations.enums import ItemKind, OwnershipRole, Status, UpdateKind
from recommendations.models import Publication, Recommendation
from recommendations.reports import builders
from recommendations.reports.builders import built, listed
from recommendations.reports.choices import AgendaPlace, Choices
from recommendations.selection import Selection
from tests.factories import (
    TODAY,
    MeetingFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    StatusUpdateFactory,
    answered,
    deadline,
    published,
)
from tests.reports.conftest import SINCE, at, links_of, row_of, rows, section

pytestmark = pytest.mark.django_db

# Its report since September, as it is known on 1 November at noon.
SOU = Choices(Selection(committee="SOU", as_of=date(2026, 11, 1), since=SINCE, known_at=at(2026, 11, 1)))


class TestOneCommittee:
    """A report about a committee counts what that committee owes; SUD's gap is not SOU's."""

    @pytest.fixture
    def shared(self, sou, sud):
        """SOU and SUD own three recommendations together; SOU has answered two of them, SUD one, neither the last."""
        ting = PublicationFactory(slug="ting", title="Tinget", position=1)
        items = [RecommendationFactory(publication=ting, number=str(n)) for n in (1, 2, 3)]
        for item in items:
            for committee in (sou, sud):
                known = {"role": OwnershipRole.CO_OWNER, "recorded_at": at(2024, 6, 17)}
                OwnershipFactory(item=item, committee=committee, **known)
        for item in items[:2]:
            answered(item, sou, recorded_at=at(2026, 1, 1))
        answered(items[0], sud, recorded_at=at(2026, 1, 1))
        return items

    @pytest.mark.parametrize(
        ("codes", "numbers"), [("SOU", ["3"]), ("SUD", ["2", "3"]), ("SOU,SUD", ["2", "3"]), ("", ["2", "3"])]
    )
    def test_counts_what_it_owes(self, shared, codes, numbers):
        selection = Selection(committee=codes)
        report = built(Choices(selection, models=(Recommendation,)))
        whose = "udvalgets svar" if codes in ("SOU", "SUD") else "svar"
        assert f"{len(numbers)} mangler {whose}." in section(report, "summary").paragraphs[0]
        assert [row["number"] for row in rows(report, "attention")] == numbers
        owing = answers.owed(*selection.times, selection.owners if codes else None)
        assert sorted({cell.item.number for cell in owing.order_by("pk")}) == numbers

    def test_status_answer_and_day_are_its_own_and_the_others_are_a_line(self, shared, sou, sud):
        published(shared[0], Status.IN_PROGRESS, committee=sou, on=date(2026, 10, 1), text="SOU gør sit.")
        published(shared[0], Status.IMPLEMENTED, committee=sud, on=date(2026, 10, 2), text="SUD er færdig.")
        ours, theirs = (built(Choices(Selection(committee=code))) for code in ("SOU", "SUD"))
        assert row_of(ours, "1") | {"title": None, "evidence": None} == {
            "number": "1",
            "title": None,
            "status": "I gang, 1. oktober 2026",
            "told": "SOU gør sit.",
            "answer": "Tiltrådt, 18. september 2024\nUdvalget følger anbefalingen.",
            "evidence": None,
            "others": "Udvalget er medansvarligt.\n"
            "Socialudvalget: Gennemført, 2. oktober 2026; tiltrådt, 18. september 2024",
        }
        assert row_of(theirs, "1")["status"] == "Gennemført, 2. oktober 2026"
        assert (
            row_of(theirs, "1")["others"]
            .splitlines()[1]
            .startswith("Sundheds- og Omsorgsudvalget: I gang, 1. oktober 2026; tiltrådt")
        )
        assert "Ingen af de 3 anbefalinger er gennemført, 1 er i gang" in section(ours, "summary").paragraphs[0]
        assert "1 af 3 anbefalinger er gennemført" in section(theirs, "summary").paragraphs[0]

    def test_what_the_other_does_is_no_change_here(self, shared, sou, sud):
        published(shared[0], Status.IMPLEMENTED, committee=sud, text="SUD er færdig.")
        ours, theirs = (built(Choices(Selection(committee=code, since=TODAY))) for code in ("SOU", "SUD"))
        assert section(ours, "changed").paragraphs == ("Intet er ændret siden den 2. november.",)
        assert "1 anbefaling gennemført" in section(theirs, "summary").paragraphs[0]
        assert len(rows(theirs, "changes-ting")) == 1

    def test_what_a_source_itself_says_is_no_change_and_its_correction_is_told_where_it_belongs(self, shared, sou):
        of_source = publish_from_source(update=StatusUpdateFactory(item=shared[0], author=None, committee=None))
        ours, theirs = (Choices(Selection(committee=code, since=TODAY)) for code in ("SOU", "SUD"))
        nothing = ("Intet er ændret siden den 2. november.",)
        for choices in (ours, theirs):
            assert section(built(choices), "changed").paragraphs == nothing
        mended = {"kind": UpdateKind.CORRECTION, "corrects": of_source, "text": "Det er en anden sag."}
        published(shared[0], Status.PAUSED, committee=sou, **mended)
        (row,) = rows(built(ours), "corrections")
        assert (row["number"], row["what"], row["text"]) == ("1", "Opdatering rettet", "Det er en anden sag.")
        assert "corrections" not in [table.key for table in built(theirs).tables()]

    def test_a_deadline_of_the_item_is_told_whoever_set_it(self, shared, sud):
        deadline(shared[1], date(2026, 12, 1), committee=sud)
        (row,) = rows(built(Choices(Selection(committee="SOU", since=TODAY))), "changes-ting")
        assert (row["number"], row["after"]) == ("2", "1. december 2026")

    def test_about_several_committees_a_third_ones_news_is_told_too(self, shared, buu):
        published(shared[0], Status.PLANNED, committee=buu, text="BUU har penge.")
        (row,) = rows(built(Choices(Selection(committee="SOU,SUD", since=TODAY))), "changes-ting")
        assert (row["number"], row["after"]) == ("1", "Planlagt")

    def test_what_was_promised_comes_by_its_deadline_until_the_promise_is_kept(self, shared, sou):
        meeting = MeetingFactory(committee=sou, on=TODAY)
        published(shared[1], Status.PLANNED, committee=sou, next_step="Udbud", next_step_meeting=meeting)
        answered(shared[2], sou, returns_to=meeting, recorded_at=at(2026, 1, 1))
        deadline(shared[2], date(2026, 12, 1))
        choices = Choices.to(AgendaPlace(meeting))
        found = rows(built(choices), "attention")
        assert [(row["number"], row["why"].splitlines()[0]) for row in found] == [
            ("3", "Lovet til mødet, da udvalget svarede den 18. september 2024"),
            ("2", "Lovet til mødet: Udbud"),
        ]
        published(shared[2], Status.IN_PROGRESS, committee=sou, on=TODAY)
        assert "Lovet til mødet, da" not in str([row["why"] for row in rows(built(choices), "attention")])

    def test_a_row_leads_to_its_page_whatever_signs_its_number_has(self, shared):
        odd = RecommendationFactory(publication=shared[0].publication, number="4 æ")
        links = [link.address for _key, link in links_of(built(Choices(Selection(publication="ting"))))]
        assert any(link.endswith(odd.get_short_url()) for link in links)
        assert any(link.endswith(shared[0].get_short_url()) for link in links)

    def test_a_note_is_told_where_no_status_is_registered(self, shared, sou):
        published(shared[2], kind=UpdateKind.NOTE, committee=sou, text="Et møde er holdt.")
        assert "Et møde er holdt." in row_of(built(Choices(Selection(publication="ting"))), "3")["told"]

    def test_several_committees_are_named_before_what_they_say(self, shared, sou, sud):
        published(shared[0], Status.IN_PROGRESS, committee=sou, text="SOU gør sit.")
        published(shared[0], Status.PLANNED, committee=sud, text="SUD har penge.")
        row = row_of(built(Choices(Selection(publication="ting"))), "1")
        assert row["status"] == "I gang, 2. november 2026\n1 af 2 udvalg: planlagt; 1 af 2 udvalg: i gang"
        assert row["told"] == "SUD: SUD har penge.\nSOU: SOU gør sit."
        assert [line.split(",")[0] for line in row["answer"].splitlines()[::2]] == ["SUD: Tiltrådt", "SOU: Tiltrådt"]
        assert row_of(built(Choices(Selection(publication="ting"))), "2")["answer"].startswith(
            "SUD: Intet svar registreret\nSOU: Tiltrådt"
        )
        listing = rows(listed(Choices(models=(Recommendation,))), "items")[0]
        assert listing["status"] == "I gang"
        assert listing["status_counts"] == "1 af 2 udvalg: planlagt; 1 af 2 udvalg: i gang"

    def test_by_administration_alike(self, shared):
        report = built(Choices(Selection(administration="SOF")))
        assert [row["number"] for row in rows(report, "attention")] == ["2", "3"]

    def test_what_all_of_a_list_lack_is_said_once(self, shared, sou):
        """And what all of its rows say alike is a sentence, and no column."""
        others = [RecommendationFactory(publication=PublicationFactory(title="Andre"), number="9")]
        others += [RecommendationFactory(publication=others[0].publication) for _ in range(2)]
        for item in others:
            OwnershipFactory(item=item, committee=sou)
        report = built(Choices(Selection(committee="SOU")))
        assert section(report, "attention").paragraphs == (
            "Alle 3 anbefalinger fra Andre mangler udvalgets svar. De blev overdraget den 17. juni 2024.",
        )
        assert [row["number"] for row in rows(report, "attention")] == ["3"]
        source = section(report, f"source-{others[0].publication.slug}")
        assert source.paragraphs == ("Fra Københavns Kommune.", "Status for alle 3: ingen status registreret.")
        assert [column.key for column in source.tables[0].columns] == ["number", "title"]

    def test_what_two_of_a_list_lack_is_said_of_each(self, sou):
        source = PublicationFactory(title="Andre", slug="andre")
        for number in ("7", "8"):
            OwnershipFactory(item=RecommendationFactory(publication=source, number=number), committee=sou)
        report = built(Choices(Selection(committee="SOU")))
        assert section(report, "attention").paragraphs == ()
        assert [row["number"] for row in rows(report, "attention")] == ["7", "8"]

    def test_a_source_that_expects_no_answers_lacks_none(self, shared):
        Publication.objects.update(expects_answers=False)
        report = built(Choices(Selection(committee="SOU")))
        assert section(report, "attention").paragraphs == ("Intet er lovet til mødet, forsinket eller ubesvaret.",)
        assert "answer" not in row_of(report, "3") or row_of(report, "3")["answer"] is None

    def test_a_decision_that_has_not_been_read_is_shown_and_still_owed(self, shared, sou):
        answered(shared[2], sou, "not_read", agenda_url="https://eksempel.dk/punkt", recorded_at=at(2026, 1, 1))
        (row,) = rows(built(Choices(Selection(committee="SOU"))), "attention")
        assert row["why"] == "Behandlet; beslutningen er ikke læst ind, 18. september 2024"


@pytest.mark.parametrize(
    ("moment", "is_new"), [(at(2026, 8, 31, 23), False), (at(2026, 9, 1, 0), True), (at(2026, 11, 1), True)]
)
def test_begins_with_the_day_and_ends_with_the_moment(sou, moment, is_new):
    item = RecommendationFactory()
    OwnershipFactory(item=item, committee=sou, recorded_at=at(2024, 6, 17))
    published(item, on=date(2026, 8, 1), published_at=moment)
    published(item, on=date(2026, 8, 2), published_at=at(2026, 11, 1) + timedelta(microseconds=1))
    report = built(SOU)
    assert any(table.key.startswith("changes-") for table in report.tables()) is is_new
    assert ("Intet er ændret siden den 1. september." in section(report, "changed").paragraphs) is not is_new
    nothing = "Der er ikke registreret noget nyt siden den 1. september."
    assert section(report, "summary").paragraphs[0].startswith(nothing) is not is_new


class TestLongLists:
    """Over sixty rows: what has changed, is late, promised or under way in full; the rest by title."""

    @pytest.fixture
    def seven(self, buu):
        source = PublicationFactory(slug="lang", title="Den lange", expects_answers=False)
        heading = RecommendationFactory(publication=source, number="1", kind=ItemKind.HEADING, title="Afsnittet")
        empty = RecommendationFactory(publication=source, number="2", kind=ItemKind.HEADING, title="Det andet")
        items = [
            RecommendationFactory(publication=source, number=f"1.{n}", title=f"Række {n}.", parent=heading)
            for n in range(7)
        ]
        for item in (heading, empty, *items):
            OwnershipFactory(item=item, committee=buu, recorded_at=at(2024, 6, 17))
        early = {"on": date(2026, 1, 1), "published_at": at(2026, 1, 1), "committee": buu}
        published(items[1], Status.IMPLEMENTED, **early)
        published(items[2], Status.IN_PROGRESS, **early)
        late = {"on": date(2026, 10, 1), "published_at": at(2026, 10, 1), "committee": buu}
        published(items[3], Status.ABANDONED, **late)
        deadline(items[5], date(2026, 10, 1), recorded_at=at(2025, 1, 1))
        return items

    def test_the_rest_stands_by_title_and_the_whole_is_a_file_of_its_own(self, seven, buu, monkeypatch):
        assert builders.IN_FULL == 60
        choices = Choices(Selection(committee="BUU", since=SINCE))
        monkeypatch.setattr(builders, "IN_FULL", 7)
        assert len(rows(built(choices), "recommendations-lang")) == 9
        monkeypatch.setattr(builders, "IN_FULL", 6)
        report = built(choices)
        assert [row["number"] for row in rows(report, "recommendations-lang")] == ["1", "1.2", "1.3", "1.5"]
        rest = rows(report, "recommendations-lang-rest")
        assert [(row["number"], row["status"]) for row in rest] == [
            ("1.0", "Ingen status registreret"),
            ("1.1", "Gennemført, 1. januar 2026"),
            ("1.4", "Ingen status registreret"),
            ("1.6", "Ingen status registreret"),
        ]
        assert "Hele listen med alle oplysninger er en fil for sig." in section(report, "list").paragraphs[0]
        titles = [link.text for _key, link in links_of(report) if link.text.startswith("Række")]
        assert sorted(titles) == [f"Række {n}." for n in range(7)]
        Publication.objects.update(expects_answers=True)
        answered(seven[0], buu, recorded_at=at(2026, 1, 1))
        owing = built(choices)
        assert section(owing, "attention").paragraphs == (
            "6 af 7 anbefalinger fra Den lange mangler udvalgets svar. Listen viser hvilke.",
        )
        assert [row["number"] for row in rows(owing, "attention")] == ["1.5"]
        whole = built(replace(choices, whole=True))
        assert len(rows(whole, "recommendations-lang")) == 9
        assert section(whole, "list").paragraphs == ()


def test_one_sentence_where_there_is_nothing(buu):
    """And not six headings, nor praise of nothing."""
    (only,) = built(Choices(Selection(committee="BUU"))).sections
    assert only.paragraphs == (
        "Børne- og Ungdomsudvalget har ingen anbefalinger eller initiativer, der er registreret her.",
    )
    assert built(Choices(Selection(text="findes ikke"))).sections[0].paragraphs == (
        "Ingen rækker passer til det, der er valgt.",
    )


def test_takes_the_same_queries_however_many(buu, django_assert_max_num_queries):
    counted = []
    for _ in range(2):
        for _ in range(2):
            item = RecommendationFactory()
            OwnershipFactory(item=item, committee=buu, recorded_at=at(2024, 6, 17))
            published(item, on=date(2026, 9, 10), published_at=at(2026, 9, 10), committee=buu, evidence=2)
        with django_assert_max_num_queries(70) as made:
            built(Choices(Selection(committee="BUU", as_of=date(2026, 11, 1), since=SINCE, known_at=at(2026, 11, 1))))
        counted.append(len(made))
    assert counted[0] == counted[1]
