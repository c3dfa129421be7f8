"""What a report says, and that it says the same again."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import translation

from recommendations import actions, answers
from recommendations.actions.wordings import ItemWords
from recommendations.changes import changes_of, news
from recommendations.enums import ItemKind, OwnershipRole, Status, UpdateKind, WordsBasis
from recommendations.models import CommitteeAnswer, Publication, Recommendation, StatusUpdate
from recommendations.models.issued_report import fingerprint
from recommendations.reports.builders import built, listed
from recommendations.reports.choices import Choices, SectionName
from recommendations.reports.document import Link
from recommendations.reports.issuing import issue, report_of, with_previous
from recommendations.selection import Selection
from tests.factories import (
    DoneWhenFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    StatusUpdateFactory,
    answered,
    deadline,
    published,
    reword,
)
from tests.reports.conftest import SINCE, at

pytestmark = pytest.mark.django_db

# Lineage and the committees asked for, at both times; rows, words, standings with evidence, promises, next steps, of
# recommendations (there are no initiatives: their rows alone); totals of both kinds at both times; news with evidence,
# and what was confirmed; the names of the committees for the choices and the title.
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
            "Afsender": "Københavns Kommune",
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
            "Anbefalinger, ændret siden 31. august 2026: Planlagt: fra 1 til 0. I gang: fra 1 til 2. "
            "Forsinket: fra 0 til 1. Ikke opdateret: fra 2 til 1.",
            "Initiativer: 0 af 1 gennemført, 1 uden status.",
            "Initiativer: 0 forsinket, 0 ikke opdateret i 90 dage.",
            "Initiativer: tallene er uændrede siden 31. august 2026.",
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
            "3 ændringer registreret.",
            "1 række bekræftet som stadig korrekt.",
        )
        found = rows(report, "changes-ting")
        assert [(row["number"], row["what"], row["before"], row["after"], row["on"]) for row in found] == [
            ("3.1", "Ny status", "Planlagt", "I gang", date(2026, 9, 10)),
            ("3.1", "Frist flyttet", "31. december 2026", "30. juni 2027", date(2026, 9, 14)),
            ("3.1", "Svar fra SUD", "Intet svar registreret", "Tiltrådt", date(2026, 9, 15)),
        ]
        assert found[0]["text"] == "Forsøget er i gang."
        assert found[0]["evidence"] == (
            Link("Referat", "https://eksempel.dk/referat"),
            Link("Sag, sag 24-1", f"http://127.0.0.1:8000/t24/3.1#{world.news.anchor}"),
        )
        assert found[1]["text"] == "Flere med."
        assert found[2]["evidence"] == (Link("Punkt 7", "https://eksempel.dk/punkt"),)

    def test_a_correction_is_no_change_but_it_is_told(self, world, choices):
        report = built(choices)
        assert section(report, "corrections").paragraphs == ("1 rettelse af noget, der var registreret forkert.",)
        (row,) = rows(report, "corrections")
        assert (row["publication"], row["number"], row["what"]) == ("Tinget", "3.1", "Opdatering rettet")
        assert (row["before"], row["after"], row["on"]) == ("Sat på pause", "Planlagt", date(2026, 9, 8))
        assert row["text"] == "Det var en anden række."
        assert "Forkert række." not in text_of(report)

    def test_says_the_same_as_the_pages(self, world, choices):
        told = news(choices.selection)
        assert [(change.item.number, change.known_on) for change in changes_of(told)] == [
            (row["number"], row["known_on"]) for row in reversed(rows(built(choices), "changes-ting"))
        ]

    @pytest.mark.parametrize(
        ("moment", "is_new"), [(at(2026, 8, 31, 23), False), (at(2026, 9, 1, 0), True), (at(2026, 11, 1), True)]
    )
    def test_begins_with_the_day_and_ends_with_the_moment(self, sou, choices, moment, is_new):
        item = RecommendationFactory()
        OwnershipFactory(item=item, committee=sou, recorded_at=at(2024, 6, 17))
        published(item, on=date(2026, 8, 1), published_at=moment)
        published(item, on=date(2026, 8, 2), published_at=at(2026, 11, 1) + timedelta(microseconds=1))
        report = built(choices)
        expected = "1 ændring registreret." if is_new else "Ingen ændringer registreret."
        assert section(report, "changed").paragraphs[0] == expected

    def test_news_of_an_earlier_day_says_so(self, world, choices, sou):
        published(world.busy, Status.NOT_STARTED, on=date(2026, 1, 1), published_at=at(2026, 10, 1), committee=sou)
        last = rows(built(choices), "changes-ting")[-1]
        assert (last["what"], last["before"], last["after"]) == (
            "Ny status om en tidligere dag: Ikke begyndt",
            "I gang",
            "I gang",
        )

    def test_from_is_what_stood_and_not_what_was_published_last(self, world, choices, sou):
        published(world.bare, Status.PLANNED, on=date(2026, 3, 1), published_at=at(2026, 3, 1), committee=sou)
        published(world.bare, Status.NOT_STARTED, on=date(2026, 1, 1), published_at=at(2026, 8, 1), committee=sou)
        published(world.bare, Status.IN_PROGRESS, on=date(2026, 10, 1), published_at=at(2026, 10, 1), committee=sou)
        last = rows(built(choices), "changes-ting")[-1]
        assert (last["number"], last["what"], last["before"], last["after"]) == (
            "3.3",
            "Ny status",
            "Planlagt",
            "I gang",
        )

    def test_a_late_answer_of_an_earlier_meeting_changes_nothing(self, world, choices, sou):
        days = {"meeting_date": date(2024, 6, 26), "recorded_at": at(2026, 10, 1)}
        answered(world.busy, sou, "not_adopted", text="Der er ikke råd.", **days)
        last = rows(built(choices), "changes-ting")[-1]
        assert (last["what"], last["before"], last["after"]) == (
            "Svar fra et tidligere møde (SOU): Ikke tiltrådt",
            "Taget til efterretning",
            "Taget til efterretning",
        )

    def test_the_same_status_again_is_news_without_a_new_status(self, world, choices, sou):
        text = "Nu er der to bydele med."
        published(world.busy, Status.IN_PROGRESS, on=date(2026, 10, 1), published_at=at(2026, 10, 1), text=text)
        last = rows(built(choices), "changes-ting")[-1]
        assert (last["what"], last["before"], last["after"], last["text"]) == (
            "Nyt uden ændret status",
            "I gang",
            "I gang",
            text,
        )

    def test_a_first_deadline_is_set_and_not_moved(self, world, choices):
        deadline(world.bare, date(2027, 1, 1), set_on=date(2026, 10, 1), recorded_at=at(2026, 10, 1))
        last = rows(built(choices), "changes-ting")[-1]
        assert (last["what"], last["before"], last["after"]) == ("Frist sat", "Ingen frist", "1. januar 2027")

    def test_an_answer_corrected_since_is_told_as_a_correction_alone(self, world, choices, sud):
        answer = CommitteeAnswer.objects.get(committee=sud)
        mended = {"corrects": answer, "meeting_date": date(2026, 9, 1), "recorded_at": at(2026, 10, 1)}
        answered(world.busy, sud, "noted", text="Forkert møde.", **mended)
        report = built(choices)
        assert "Svar fra SUD" not in [row["what"] for row in rows(report, "changes-ting")]
        last = rows(report, "corrections")[-1]
        assert (last["what"], last["before"], last["after"]) == (
            "Svar rettet (SUD)",
            "Tiltrådt",
            "Taget til efterretning",
        )
        (busy,) = [row for row in rows(report, "recommendations-ting") if row["number"] == "3.1"]
        assert busy["answers"].splitlines()[1] == "SUD: Taget til efterretning, 01.09.2026"

    def test_what_was_read_from_a_source_is_no_change(self, world, choices, sou):
        draft = StatusUpdateFactory(item=world.bare, author=None, committee=sou, on=date(2026, 10, 1))
        actions.publish_from_source(update=draft)
        today = Choices(Selection(committee="SOU", since=SINCE))
        assert [row["number"] for row in rows(built(today), "changes-ting")] == ["3.1"] * 3
        assert rows(built(today), "recommendations-ting")[3]["status"] == "I gang"

    def test_a_hand_over_and_new_words_are_changes(self, world, chief, sou, buu):
        moved = {"predecessor": sou, "successor": buu, "on": date(2026, 10, 1), "reason": "Ny fordeling."}
        actions.hand_over(by=chief, items=[world.bare], predecessor_ends=False, **moved)
        words = ItemWords.of(world.silent.wording)
        reword(
            by=chief,
            item=world.silent,
            words=replace(words, title="Nyt navn"),
            valid_from=date(2026, 10, 2),
            reason="Kilden er trykt igen.",
        )
        report = built(Choices(Selection(publication="ting", since=date(2026, 10, 1))))
        assert [tuple(row.values())[:5] for row in rows(report, "changes-ting")] == [
            ("3.2", "Nyt navn", "Ny ordlyd", "Nummer 2", "Nyt navn"),
            (
                "3.3",
                "Nummer 3",
                "Overtaget fra Sundheds- og Omsorgsudvalget",
                "Sundheds- og Omsorgsudvalget",
                "Børne- og Ungdomsudvalget",
            ),
        ]

    def test_a_corrected_ownership_is_told(self, world, chief, sou):
        (ownership,) = world.bare.ownerships.all()
        actions.correct_owner(by=chief, ownership=ownership, role=OwnershipRole.CO_OWNER, reason="Skrevet forkert.")
        report = built(Choices(Selection(publication="ting", since=date(2026, 10, 1))))
        (row,) = rows(report, "corrections")
        assert (row["what"], row["before"], row["text"]) == ("Ejerskab rettet", None, "Skrevet forkert.")


class TestAttention:
    def test_names_what_is_late_silent_and_unanswered(self, world, choices):
        report = built(choices)
        assert section(report, "attention").paragraphs == (
            "2 af 4 har ingen status registreret. De står i hele listen.",
        )
        assert [row["number"] for row in rows(report, "overdue")] == ["3.2"]
        assert [row["fresh_on"] for row in rows(report, "stale")] == [date(2026, 6, 1)]
        assert [row["number"] for row in rows(report, "unanswered")] == ["3.2", "3.3"]

    def test_the_latest_comes_first(self, world, choices):
        deadline(world.bare, date(2026, 10, 1), recorded_at=at(2025, 1, 1))
        deadline(world.initiative, date(2026, 10, 15), recorded_at=at(2025, 1, 1))
        late = rows(built(choices), "overdue")
        assert [(row["number"], row["due_on"].day) for row in late] == [("3.3", 1), ("7", 15), ("3.2", 31)]

    def test_the_longest_silent_comes_first(self, world, choices, sou):
        published(world.bare, on=date(2026, 3, 1), published_at=at(2026, 3, 1), committee=sou)
        silent = rows(built(choices), "stale")
        assert [(row["number"], row["fresh_on"].month) for row in silent] == [("3.3", 3), ("3.2", 6)]

    def test_says_when_there_is_nothing(self, sou, choices):
        report = built(choices)
        assert section(report, "overdue").paragraphs == ("Intet er forsinket.",)
        assert section(report, "unanswered").paragraphs == ("Alle udvalg, der skal svare, har et svar registreret.",)
        assert section(report, "list").paragraphs == ("Ingen rækker passer til det, der er valgt.",)
        assert not any(table.key.startswith(("overdue", "stale", "unanswered", "changes")) for table in report.tables())


class TestOneCommittee:
    """A report about a committee counts what that committee owes; SUD's gap is not SOU's."""

    @pytest.fixture
    def shared(self, sou, sud):
        """SOU and SUD own three recommendations together; SOU has answered two of them, SUD one, neither the last."""
        ting = PublicationFactory(slug="ting", title="Tinget")
        items = [RecommendationFactory(publication=ting, number=str(n)) for n in (1, 2, 3)]
        for item in items:
            for committee in (sou, sud):
                OwnershipFactory(item=item, committee=committee, role=OwnershipRole.CO_OWNER)
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
        assert f"{len(numbers)} mangler svar." in section(report, "summary").paragraphs[1]
        assert [row["number"] for row in rows(report, "unanswered")] == numbers
        owing = answers.owed(*selection.times, selection.owners if codes else None)
        assert sorted({cell.item.number for cell in owing.order_by("pk")}) == numbers

    def test_still_shows_what_the_other_answered(self, shared):
        shown = [row["answers"] for row in rows(built(Choices(Selection(committee="SUD"))), "recommendations-ting")]
        assert shown == [
            "SUD: Tiltrådt, 18.09.2024\nSOU: Tiltrådt, 18.09.2024",
            "SUD: Intet svar registreret\nSOU: Tiltrådt, 18.09.2024",
            "SUD: Intet svar registreret\nSOU: Intet svar registreret",
        ]

    def test_by_administration_alike(self, shared):
        report = built(Choices(Selection(administration="SOF")))
        assert [row["number"] for row in rows(report, "unanswered")] == ["2", "3"]

    def test_a_source_that_expects_no_answers_lacks_none(self, shared):
        Publication.objects.update(expects_answers=False)
        report = built(Choices(Selection(committee="SOU")))
        assert section(report, "unanswered").paragraphs == ("Alle udvalg, der skal svare, har et svar registreret.",)
        assert rows(report, "recommendations-ting")[2]["answers"] is None

    def test_a_decision_that_has_not_been_read_is_shown_and_still_owed(self, shared, sou):
        answered(shared[2], sou, "not_read", agenda_url="https://eksempel.dk/punkt", recorded_at=at(2026, 1, 1))
        report = built(Choices(Selection(committee="SOU")))
        (row,) = rows(report, "unanswered")
        assert row["answers"].endswith("SOU: Behandlet; beslutningen er ikke læst ind, 18.09.2024")

    def test_how_many_say_what_stands_beside_the_status_where_nobody_leads(self, shared, sou, sud):
        published(shared[0], Status.IN_PROGRESS, committee=sou)
        published(shared[0], Status.PLANNED, committee=sud)
        report = built(Choices(Selection(publication="ting")))
        assert rows(report, "recommendations-ting")[0]["status"] == (
            "I gang\n1 af 2 udvalg: planlagt; 1 af 2 udvalg: i gang"
        )
        row = rows(listed(Choices(models=(Recommendation,))), "items")[0]
        assert (row["status"], row["status_counts"]) == ("I gang", "1 af 2 udvalg: planlagt; 1 af 2 udvalg: i gang")


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
            "answer_reasons": "SOU: Udvalget følger anbefalingen.\nSUD: Udvalget følger anbefalingen.",
            "status": "I gang",
            "status_on": date(2026, 9, 10),
            "told": "Forsøget er i gang.",
            "owners": "SOU\nSUD (medansvarlig)",
            "due_on": date(2027, 6, 30),
            "due_reason": "Flere med.",
            "next_step": "Evaluering (ventes 1. marts 2027)",
            "evidence": found[1]["evidence"],
            "address": (Link(f"{ADDRESS}3.1", f"{ADDRESS}3.1"),),
        }
        assert [link.text for link in found[1]["evidence"]] == ["Referat", "Sag, sag 24-1"]
        assert found[3]["status"] == "Ingen status registreret"
        assert found[3]["answers"] == "SOU: Intet svar registreret"
        assert "answers" not in rows(report, "initiatives-plan")[0]

    @pytest.mark.parametrize(
        ("status", "content", "said"),
        [
            (Status.PAUSED, {"text": "Pengene er ikke fundet."}, "Pengene er ikke fundet."),
            (
                Status.ABANDONED,
                {
                    "text": "Budgettet rakte ikke.",
                    "decided_by": "Borgerrepræsentationen",
                    "decided_on": date(2026, 9, 1),
                },
                "Budgettet rakte ikke.\nBesluttet af Borgerrepræsentationen 1. september 2026.",
            ),
            (Status.LAPSED, {"text": "Loven er ændret."}, "Loven er ændret."),
            (Status.IMPLEMENTED_OTHERWISE, {"text": "Et andet tilbud gør det."}, "Et andet tilbud gør det."),
        ],
    )
    def test_what_was_done_and_why_is_the_report(self, world, choices, sou, status, content, said):
        published(world.bare, status, on=date(2026, 10, 1), published_at=at(2026, 10, 1), committee=sou, **content)
        assert rows(built(choices), "recommendations-ting")[3]["told"] == said
        listing = rows(listed(Choices(models=(Recommendation,))), "items")
        assert next(row for row in listing if row["number"] == "3.3")["told"] == said

    def test_a_criterion_and_the_reason_of_an_answer_stand_beside_it(self, world, choices, sou):
        DoneWhenFactory(item=world.bare, text="Alle bydele er med.", committee=sou, recorded_at=at(2026, 3, 1))
        answered(
            world.bare, sou, "outside_remit", text="Det er regionens.", passed_on_to="Region Hovedstaden",
            meeting_date=date(2026, 9, 18), recorded_at=at(2026, 9, 18),
        )  # fmt: skip
        row = rows(built(choices), "recommendations-ting")[3]
        assert row["criterion"] == "Alle bydele er med."
        assert row["answer_reasons"] == "SOU: Det er regionens. Sendt videre til Region Hovedstaden."

    def test_a_column_that_says_nothing_of_any_row_takes_no_room(self, world, choices):
        assert "criterion" not in rows(built(choices), "recommendations-ting")[0]
        assert rows(listed(Choices(models=(Recommendation,))), "items")[0]["criterion"] is None

    def test_lists_all_whatever_has_changed(self, world, choices):
        assert (
            len(
                rows(built(replace(choices, selection=replace(choices.selection, since=SINCE))), "recommendations-ting")
            )
            == 4
        )

    def test_closed_items_have_no_next_step(self, world, choices, sou):
        step = {"next_step": "Evaluering", "on": date(2026, 10, 1), "published_at": at(2026, 10, 1), "committee": sou}
        published(world.bare, Status.ABANDONED, **step)
        published(world.silent, Status.PLANNED, **step)
        found = rows(built(choices), "recommendations-ting")
        assert [row["next_step"] for row in found] == [None, "Evaluering (ventes 1. marts 2027)", "Evaluering", None]

    def test_news_that_says_nothing_of_a_next_step_ends_it(self, world, choices, sou):
        published(
            world.busy, Status.PAUSED, on=date(2026, 10, 1), published_at=at(2026, 10, 1), text="Udbuddet er aflyst."
        )
        assert "next_step" not in rows(built(choices), "recommendations-ting")[1]

    def test_what_was_corrected_stands_nowhere(self, world, choices, sou):
        """Neither its status, nor its evidence, nor its next step."""
        known = replace(choices.selection, as_of=date(2026, 9, 8), known_at=at(2026, 9, 8, 13), since=None)
        mistaken = rows(built(replace(choices, selection=known)), "recommendations-ting")[1]
        assert (mistaken["status"], mistaken["next_step"], len(mistaken["evidence"])) == ("Sat på pause", "Intet", 1)
        known = replace(known, known_at=at(2026, 9, 9, 13))
        mended = rows(built(replace(choices, selection=known)), "recommendations-ting")[1]
        assert (mended["status"], mended["status_on"]) == ("Planlagt", date(2026, 3, 1))
        assert "next_step" not in mended
        assert [link.text for link in mistaken["evidence"]] == ["Et andet referat"]
        assert "Et andet referat" not in [link.text for link in mended["evidence"]]

    def test_an_answer_moved_to_an_earlier_meeting_is_the_corrected_one(self, world, choices, sou):
        wrong = answered(world.silent, sou, "adopted", meeting_date=date(2026, 9, 20), recorded_at=at(2026, 9, 20))
        right = {"corrects": wrong, "meeting_date": date(2026, 8, 20), "recorded_at": at(2026, 9, 21)}
        answered(world.silent, sou, "partly_adopted", text="Kun den første del.", **right)
        assert rows(built(choices), "recommendations-ting")[2]["answers"] == "SOU: Delvist tiltrådt, 20.08.2026"

    def test_the_option_that_was_chosen_is_named(self, world, choices, sou):
        option = RecommendationFactory(
            publication=world.ting, number="3.2b", kind=ItemKind.OPTION, parent=world.silent, title="Den ene vej"
        )
        OwnershipFactory(item=option, committee=sou, recorded_at=at(2024, 6, 17))
        answered(world.silent, sou, "adopted", chosen_option=option, recorded_at=at(2026, 9, 20))
        report = built(choices)
        _heading, _busy, silent, row, _bare = rows(report, "recommendations-ting")
        assert silent["answers"] == "SOU: Tiltrådt, 18.09.2024 (valgt: 3.2b)"
        assert (row["status"], row["answers"]) == ("Mulighed", None)
        assert dict(report.facts)["Omfang"] == "3 anbefalinger, 1 overskrift, 1 mulighed, 1 initiativ"
        assert "Overskrifter og muligheder, som et svar kan vælge imellem, tælles ikke med." in text_of(report)

    def test_the_words_are_those_of_the_day(self, world, choices, chief):
        words = replace(ItemWords.of(world.busy.wording), title="Nyt navn")
        reword(by=chief, item=world.busy, words=words, valid_from=date(2026, 11, 2))
        assert rows(built(choices), "recommendations-ting")[1]["title"] == "Nummer 1"
        assert rows(built(Choices()), "recommendations-ting")[1]["title"] == "Nyt navn"

    def test_a_source_that_is_not_public_is_in_no_report(self, world, choices):
        hidden = PublicationFactory(title="HEMMELIG KILDE", public_at=None)
        published(RecommendationFactory(publication=hidden, title="HEMMELIG"), on=date(2026, 10, 1))
        assert "HEMMELIG" not in text_of(built(Choices(Selection(since=SINCE))))
        assert "HEMMELIG" not in text_of(listed(Choices(models=(Recommendation,))))

    def test_nothing_of_a_source_stands_in_a_report_of_a_day_before_it_came(self, world):
        report = built(Choices(Selection(as_of=date(2024, 6, 1))))
        assert section(report, "list").paragraphs == ("Ingen rækker passer til det, der er valgt.",)

    def test_drafts_are_in_no_report(self, world, choices):
        assert "HEMMELIG" not in text_of(built(choices))
        assert "HEMMELIG" not in text_of(listed(Choices(models=(Recommendation,))))


ADDRESS = "http://127.0.0.1:8000/t24/"


class TestWhoseWords:
    def test_titles_of_ours_are_marked_and_the_mark_is_explained(self, world, choices):
        RecommendationFactory(publication=world.ting, number="4", title="Vores navn", title_basis=WordsBasis.OURS)
        report = built(Choices(Selection(publication="ting")))
        assert [row["title"] for row in rows(report, "recommendations-ting")][-2:] == ["Nummer 3", "Vores navn *"]
        sentence = "Titler med * efter sig er skrevet af os; de andre er kildens egne."
        assert sentence in section(report, "method").paragraphs[-1]
        assert "Titler er skrevet af efter kilden." in section(built(choices), "method").paragraphs[-1]

    def test_so_are_those_that_a_committees_paper_restated(self, world):
        RecommendationFactory(publication=world.ting, number="4", title="Punktet", title_basis=WordsBasis.RESTATED)
        sentence = "Titler med * efter sig er skrevet som i udvalgets papir; de andre er kildens egne."
        assert sentence in section(built(Choices()), "method").paragraphs[-1]

    def test_a_plain_list_says_it_in_a_column(self, world):
        RecommendationFactory(publication=world.ting, number="4", title="Vores navn", title_basis=WordsBasis.OURS)
        found = rows(listed(Choices(models=(Recommendation,))), "items")
        assert [(row["title"], row["title_basis"]) for row in found][-2:] == [
            ("Nummer 3", "Kildens egne ord"),
            ("Vores navn", "Vores ord"),
        ]


class TestHowWhole:
    def test_what_is_not_all_registered_is_said(self, world, choices):
        assert "Listen fra en kilde er hel." in section(built(choices), "method").paragraphs[2]
        Publication.objects.filter(slug="plan").update(is_whole=False)
        report = built(choices)
        assert (
            section(report, "method")
            .paragraphs[2]
            .startswith("Ikke alt fra disse kilder er registreret her: Planen. De andre kilders lister er hele.")
        )
        assert section(report, "source-plan").paragraphs[1] == "Kilden rummer mere, end der er registreret her."
        assert len(section(report, "source-ting").paragraphs) == 1


def test_the_municipality_says_who_sends_it_where_it_is_and_what_is_old(world, choices, municipality):
    municipality.sender, municipality.hosts, municipality.stale_after_days = "Rådhuset", "anbefalinger.eksempel.dk", 300
    report = built(choices)
    assert dict(report.facts)["Afsender"] == "Rådhuset"
    assert dict(report.facts)["Samme valg på siden"].startswith("http://anbefalinger.eksempel.dk:8000/rapporter/vis/")
    assert rows(report, "recommendations-ting")[0]["address"][0].address == "http://anbefalinger.eksempel.dk:8000/t24/3"
    assert section(report, "stale").heading == "Ikke opdateret i 300 dage"
    assert section(report, "stale").paragraphs


class TestColumns:
    """Which columns a reader gets, and in which order: what is missing in all formats is missing in none of them."""

    def test_of_a_plain_list(self, world):
        (table,) = listed(Choices(models=(Recommendation,))).tables()
        assert [(column.key, column.heading) for column in table.columns] == [
            ("kind", "Slags"),
            ("publication", "Kilde"),
            ("number", "Nr."),
            ("title", "Titel"),
            ("title_basis", "Titlen er"),
            ("answers", "Svar"),
            ("answer_reasons", "Svarets begrundelse"),
            ("status", "Status"),
            ("status_counts", "Status i hvert udvalg"),
            ("status_on", "Statusdato"),
            ("told", "Hvad der er gjort, og hvorfor"),
            ("criterion", "Gennemført, når"),
            ("changed_on", "Sidst ændret"),
            ("confirmed_on", "Bekræftet"),
            ("owners", "Ansvarligt udvalg"),
            ("due_on", "Frist"),
            ("original_due_on", "Første frist"),
            ("due_reason", "Om fristen"),
            ("next_step", "Næste skridt"),
            ("support", "Støtter, procent"),
            ("support_basis", "Støttens grundlag"),
            ("evidence", "Dokumentation"),
            ("address", "Adresse"),
            ("as_of", "Som det så ud"),
            ("known_at", "Efter hvad der var registreret"),
        ]

    def test_of_a_plain_list_hold_what_they_say(self, world):
        silent = rows(listed(Choices(models=(Recommendation,))), "items")[2]
        assert (silent["confirmed_on"], silent["changed_on"]) == (date(2026, 6, 1), date(2026, 2, 1))
        assert (silent["due_on"], silent["original_due_on"]) == (date(2026, 10, 31), date(2026, 10, 31))

    @pytest.mark.parametrize(
        ("key", "headings"),
        [
            ("totals-recommendations", "Status|31. august 2026|1. november 2026"),
            ("changes-ting", "Nr.|Titel|Hvad|Fra|Til|Gælder|Registreret|Tekst|Dokumentation|Adresse"),
            ("corrections", "Kilde|Nr.|Titel|Hvad|Fra|Til|Gælder|Registreret|Tekst|Dokumentation|Adresse"),
            ("overdue", "Kilde|Nr.|Titel|Frist|Første frist|Status|Statusdato|Ansvarligt udvalg|Adresse"),
            ("stale", "Kilde|Nr.|Titel|Senest opdateret|Status|Statusdato|Ansvarligt udvalg|Adresse"),
            ("unanswered", "Kilde|Nr.|Titel|Svar|Ansvarligt udvalg|Adresse"),
            (
                "recommendations-ting",
                "Nr.|Titel|Svar|Svarets begrundelse|Status|Statusdato|Hvad der er gjort, og hvorfor|Ansvarligt udvalg|"
                "Frist|Om fristen|Næste skridt|Dokumentation|Adresse",
            ),
            ("initiatives-plan", "Nr.|Titel|Status|Ansvarligt udvalg|Adresse"),
            ("definitions", "Ord|Betydning"),
            ("committees", "Forkortelse|Udvalg|Forvaltning"),
        ],
    )
    def test_of_each_table_of_a_report(self, world, choices, key, headings):
        table = next(table for table in built(choices).tables() if table.key == key)
        assert "|".join(column.heading for column in table.columns) == headings


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
        OwnershipFactory(item=item, committee=sou, recorded_at=at(2024, 6, 17))
        published(item, on=date(2026, 9, 10), published_at=at(2026, 9, 10), evidence=2, next_step="Videre")
    with django_assert_num_queries(QUERIES):
        built(choices)


class TestFingerprint:
    def test_made_again_it_is_the_same_whatever_has_been_published_since(self, world, choices, dina, sou, sud):
        issued = issue(replace(choices, selection=replace(choices.selection, known_at=None)), by=dina, committee=sou)
        for number in range(10):
            item = (world.busy, world.silent, world.bare, world.initiative)[number % 4]
            published(item, Status.PAUSED, on=date(2026, 10, number + 1), text=f"Nyt {number}", committee=sou)
        newest = StatusUpdate.objects.filter(item=world.busy).order_by("-pk").first()
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
    """Changes since the previous report are what it did not know: no day is rounded off."""

    ASKED = Choices(Selection(committee="SOU"), wants_previous=True)

    def changed(self, choices=ASKED):
        report = built(with_previous(choices))
        return [
            row["text"] for table in report.tables() if table.key == "changes-ting" for row in rows(report, table.key)
        ]

    def test_is_the_last_report_of_the_kind(self, world, choices, dina, sou):
        assert section(built(self.ASKED), "changed").paragraphs == (
            "Der er ingen tidligere udstedt rapport med de samme valg at sammenligne med.",
        )
        first = issue(choices, by=dina, committee=sou)
        issue(Choices(Selection(committee="SOU", publication="ting")), by=dina, committee=sou)
        second = issue(self.ASKED, by=dina, committee=sou)
        assert second.since == date(2026, 11, 1)
        assert "siden" not in second.choices
        report = report_of(second)
        assert section(report, "changed").heading == f"Ændret siden rapport {first.code}"
        assert dict(report.facts)["Ændret siden"] == (
            f"rapport {first.code}. Som det så ud 1. november 2026, "
            "efter hvad der var registreret 1. november 2026 kl. 12.00.00"
        )
        assert section(report, "summary").paragraphs[2].startswith("Anbefalinger: tallene er uændrede siden rapport")
        table = next(table for table in report.tables() if table.key == "totals-recommendations")
        assert [column.heading for column in table.columns] == ["Status", f"Rapport {first.code}", "2. november 2026"]

    def test_counts_from_what_it_knew_and_not_from_its_day(self, world, choices, dina, sou):
        """Made on 2 November about 1 November, by what was known at noon on 28 October."""
        known = replace(choices.selection, known_at=at(2026, 10, 28), since=None)
        issued = issue(replace(choices, selection=known), by=dina, committee=sou)
        for text, moment in (
            ("før", at(2026, 10, 28, 11)),
            ("efter", at(2026, 10, 28, 13)),
            ("siden", at(2026, 10, 30)),
        ):
            published(world.bare, on=date(2026, 10, 20), published_at=moment, committee=sou, text=text)
        assert issued.known_at == at(2026, 10, 28)
        assert with_previous(self.ASKED).selection.since == date(2026, 10, 28)
        assert self.changed() == ["efter", "siden"]

    def test_what_it_knew_but_was_after_its_day_is_new(self, world, choices, dina, sou):
        published(world.bare, on=date(2026, 10, 20), published_at=at(2026, 10, 21), committee=sou, text="vist")
        published(world.bare, on=date(2026, 10, 25), published_at=at(2026, 10, 26), committee=sou, text="ikke vist")
        known = replace(choices.selection, as_of=date(2026, 10, 24), known_at=at(2026, 10, 28), since=None)
        issue(replace(choices, selection=known), by=dina, committee=sou)
        assert self.changed() == ["ikke vist"]

    def test_nothing_falls_out_between_two_reports_of_one_day(self, world, dina, sou):
        issue(Choices(Selection(committee="SOU")), by=dina, committee=sou)
        published(world.bare, committee=sou, text="samme dag")
        assert self.changed() == ["samme dag"]
        issue(self.ASKED, by=dina, committee=sou)
        assert self.changed() == []

    def test_it_can_be_made_again(self, world, choices, dina, sou):
        issue(choices, by=dina, committee=sou)
        published(world.bare, committee=sou)
        issued = issue(self.ASKED, by=dina, committee=sou)
        issue(self.ASKED, by=dina, committee=sou)
        published(world.silent, committee=sou)
        known = self.ASKED.selection.replaced(known_at=issued.known_at)
        assert built(with_previous(replace(self.ASKED, selection=known))).canonical() == issued.data
