"""What a report says, and that it says the same again."""

from dataclasses import replace
from datetime import date

import pytest
from django.utils import translation

from recommendations import actions
from recommendations.actions.wordings import ItemWords
from recommendations.changes import changes_of, news
from recommendations.enums import ItemKind, OwnershipRole, Status, UpdateKind, WordsBasis
from recommendations.models import CommitteeAnswer, Initiative, Publication, Recommendation, StatusUpdate
from recommendations.models.issued_report import fingerprint
from recommendations.reports import builders
from recommendations.reports.builders import built, listed
from recommendations.reports.choices import Choices, SectionName
from recommendations.reports.document import Link
from recommendations.reports.issuing import issue, report_of, with_previous
from recommendations.selection import Selection
from recommendations.traces import Redaction
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
from tests.reports.conftest import SINCE, at, row_of, rows, section

pytestmark = pytest.mark.django_db


def text_of(report):
    return report.canonical()


@pytest.fixture
def everybody(choices):
    """The same report about all committees at once."""
    return replace(choices, selection=choices.selection.replaced(committee=""))


def test_what_takes_long_says_how_far_it_has_come(world, choices, monkeypatch):
    monkeypatch.setattr(builders, "TOLD_EVERY", 1)
    said = []
    count = len(rows(built(replace(choices, models=(Recommendation,)), progress=said.append), "recommendations-ting"))
    assert [one for one in said if "læst" in one] == [f"{number} rækker læst …" for number in range(1, count + 1)]
    assert said[0] == "Læser anbefalinger …"


class TestTitleBlock:
    def test_says_what_when_and_how_much(self, world, choices):
        report = built(choices)
        assert report.title == "Status på anbefalinger til Sundheds- og Omsorgsudvalget"
        assert report.facts == (
            ("Kommune", "Københavns Kommune"),
            ("Forvaltning", "Sundheds- og Omsorgsforvaltningen"),
            ("Udvalg", "Sundheds- og Omsorgsudvalget"),
            ("Dato", "Opgjort den 1. november 2026 kl. 12.00"),
        )

    def test_says_both_times_where_they_are_on_two_days(self, world, choices):
        known = choices.selection.replaced(known_at=at(2026, 11, 2, 9))
        assert dict(built(replace(choices, selection=known)).facts)["Dato"] == (
            "Opgjort pr. 1. november 2026 af det, der var registreret den 2. november 2026 kl. 09.00"
        )

    def test_names_the_source_or_the_kinds_where_there_is_no_committee(self, world):
        assert built(Choices(Selection(publication="ting"))).title == "Status for Tinget"
        assert built(Choices()).title == "Status for anbefalinger og initiativer"

    def test_names_every_committee(self, world):
        report = built(Choices(Selection(committee="SOU,SUD")))
        assert report.title == "Status på anbefalinger til Sundheds- og Omsorgsudvalget og Socialudvalget"
        assert dict(report.facts)["Udvalg"] == "Sundheds- og Omsorgsudvalget, Socialudvalget"


class TestSummary:
    def test_counts_now_and_on_the_eve(self, world, choices):
        report = built(choices)
        assert section(report, "summary").paragraphs == (
            "Siden den 1. september er 1 anbefaling gået i gang og 1 blevet forsinket. Ingen af de 3 anbefalinger er "
            "gennemført, 2 er i gang, 1 har ingen status registreret, 1 er forsinket, 1 er ikke opdateret i 90 dage, "
            "og 2 mangler udvalgets svar. Det ene initiativ har ingen status registreret.",
        )
        assert [tuple(row.values()) for row in rows(report, "totals-recommendations")] == [
            ("Planlagt", 1, 0),
            ("I gang", 1, 2),
            ("Ingen status registreret", 1, 1),
            ("I alt", 3, 3),
        ]

    def test_compares_nothing_without_a_day(self, world, choices):
        report = built(replace(choices, selection=replace(choices.selection, since=None)))
        assert [*rows(report, "totals-recommendations")[0]] == ["status", "now"]
        assert section(report, "summary").paragraphs[0].startswith("Ingen af de 3 anbefalinger er gennemført")
        assert "changed" not in [found.key for found in report.sections]
        alone = built(Choices(Selection(committee="SOU"), sections=(SectionName.CHANGED,)))
        assert section(alone, "changed").paragraphs == ("Der er ikke valgt en dag at sammenligne med.",)


class TestChanged:
    def test_every_change_with_what_stood_before(self, world, everybody):
        report = built(everybody)
        assert section(report, "changed").heading == "Ændret siden den 1. september"
        assert section(report, "changed").paragraphs == ("1 er bekræftet som stadig korrekt.",)
        found = rows(report, "changes-ting")
        assert [(row["number"], row["what"], row["before"], row["after"], row["on"]) for row in found] == [
            ("3.1", "Ny status", "Planlagt", "I gang", date(2026, 9, 10)),
            ("3.1", "Frist flyttet", "31. december 2026", "30. juni 2027", date(2026, 9, 14)),
            ("3.1", "Svar fra SUD", "Intet svar registreret", "Tiltrådt", date(2026, 9, 15)),
        ]
        assert [row["known_on"] for row in found] == [date(2026, 9, 11), None, None]

    def test_what_is_in_force_is_told_in_the_list_alone(self, world, everybody):
        """Without the list the changes tell it all."""
        whole = rows(built(replace(everybody, sections=(SectionName.CHANGED,))), "changes-ting")
        assert [row["text"] for row in whole] == [
            "Forsøget er i gang.",
            "Flere med.",
            "Udvalget følger anbefalingen.",
        ]
        assert whole[0]["evidence"] == (
            Link("Referat", "https://eksempel.dk/referat"),
            Link("Sag, sag 24-1", f"http://127.0.0.1:8000/t24/3.1#{world.news.anchor}"),
        )
        assert whole[2]["evidence"] == (Link("Punkt 7, mødet den 15. september 2026", "https://eksempel.dk/punkt"),)
        beside = built(everybody)
        assert {"text", "evidence"}.isdisjoint(rows(beside, "changes-ting")[0])
        for text in ("Forsøget er i gang.", "Flere med."):
            assert text_of(beside).count(text) == 1

    def test_what_was_followed_by_something_newer_is_told_among_the_changes(self, world, choices, sou):
        newer = {"on": date(2026, 10, 1), "published_at": at(2026, 10, 1), "text": "Udbuddet er aflyst."}
        published(world.busy, Status.PAUSED, committee=sou, **newer)
        told = rows(built(choices), "changes-ting")
        assert [row["text"] for row in told] == ["Forsøget er i gang.", None, None]
        assert [link.text for link in told[0]["evidence"]] == ["Referat", "Sag, sag 24-1"]

    @pytest.mark.parametrize("empty", ["", " ", "   "])
    def test_no_empty_line_of_a_text_is_told(self, world, choices, sou, empty):
        for day, text in ((1, f"Udbuddet er aflyst.\n{empty}\nDet begynder igen."), (2, "Et nyt er i gang.")):
            times = {"on": date(2026, 10, day), "published_at": at(2026, 10, day)}
            published(world.busy, Status.PAUSED, committee=sou, text=text, **times)
        told = [row["text"] for row in rows(built(choices), "changes-ting")]
        assert "Udbuddet er aflyst.\nDet begynder igen." in told

    def test_what_only_stands_within_a_longer_paragraph_is_told(self, world, choices, sou):
        for day, text in ((1, "Nyt udbud"), (2, "Nyt udbudsmateriale er sendt ud.")):
            times = {"on": date(2026, 10, day), "published_at": at(2026, 10, day)}
            published(world.busy, Status.PAUSED, committee=sou, text=text, **times)
        assert "Nyt udbud" in [row["text"] for row in rows(built(choices), "changes-ting")]

    @pytest.mark.parametrize("text", ["alle er med.", "… alle er med.", "… alle er med\n… alle kender den"])
    def test_a_criterion_is_told_among_the_changes_once_it_is_not_in_force(self, world, sou, bo, text):
        since = Choices(Selection(committee="SOU", since=SINCE))
        actions.set_done_when(by=bo, item=world.bare, committee=sou, text=text)
        told = rows(built(since), "changes-ting")[-1]
        assert (told["what"], told.get("text")) == ("Kriterium sat", None)
        assert "alle er med" in row_of(built(since), "3.3")["deadline"]
        actions.set_done_when(by=bo, item=world.bare, committee=sou, text="… to er med.", reason="Der er to.")
        told = [(row["what"], row.get("text")) for row in rows(built(since), "changes-ting")[-2:]]
        assert told == [("Kriterium sat", text), ("Kriterium ændret", None)]

    def test_a_correction_is_no_change_but_it_is_told(self, world, choices):
        report = built(choices)
        assert section(report, "corrections").paragraphs == ("1 rettelse af noget, der var registreret forkert.",)
        (row,) = rows(report, "corrections")
        assert (row["number"], row["what"]) == ("3.1", "Opdatering rettet")
        assert (row["before"], row["after"], row["on"]) == ("Sat på pause", "Planlagt", date(2026, 9, 8))
        assert row["text"] == "Det var en anden række."
        assert "Forkert række." not in text_of(report)

    def test_says_the_same_as_the_pages(self, world, everybody):
        told = news(everybody.selection)
        assert [(change.item.number, change.known_on) for change in changes_of(told)] == [
            (row["number"], row["known_on"] or row["on"]) for row in reversed(rows(built(everybody), "changes-ting"))
        ]

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
            "Svar fra et tidligere møde: Ikke tiltrådt",
            "Taget til efterretning",
            "Taget til efterretning",
        )

    def test_the_same_status_again_is_news_without_a_new_status(self, world, choices, sou):
        text = "Nu er der to bydele med."
        published(world.busy, Status.IN_PROGRESS, on=date(2026, 10, 1), published_at=at(2026, 10, 1), text=text)
        report = built(choices)
        last = rows(report, "changes-ting")[-1]
        assert (last["what"], last["before"], last["after"]) == ("Nyt uden ændret status", "I gang", "I gang")
        assert row_of(report, "3.1")["told"] == text

    def test_a_first_deadline_is_set_and_not_moved(self, world, choices):
        deadline(world.bare, date(2027, 1, 1), set_on=date(2026, 10, 1), recorded_at=at(2026, 10, 1))
        last = rows(built(choices), "changes-ting")[-1]
        assert (last["what"], last["before"], last["after"]) == ("Frist sat", "Ingen frist", "1. januar 2027")

    def test_an_answer_corrected_since_is_told_as_a_correction_alone(self, world, everybody, sud):
        answer = CommitteeAnswer.objects.get(committee=sud)
        mended = {"corrects": answer, "meeting_date": date(2026, 9, 1), "recorded_at": at(2026, 10, 1)}
        answered(world.busy, sud, "noted", text="Forkert møde.", **mended)
        report = built(everybody)
        assert "Svar fra SUD" not in [row["what"] for row in rows(report, "changes-ting")]
        last = rows(report, "corrections")[-1]
        assert (last["what"], last["before"], last["after"]) == (
            "Svar rettet (SUD)",
            "Tiltrådt",
            "Taget til efterretning",
        )
        assert "SUD: Taget til efterretning, 1. september 2026" in row_of(report, "3.1")["answer"]

    def test_what_was_read_from_a_source_is_no_change(self, world, choices, sou):
        draft = StatusUpdateFactory(item=world.bare, author=None, committee=sou, on=date(2026, 10, 1))
        actions.publish_from_source(update=draft)
        today = Choices(Selection(committee="SOU", since=SINCE))
        assert [row["number"] for row in rows(built(today), "changes-ting")] == ["3.1"] * 2
        assert row_of(built(today), "3.3")["status"] == "I gang, 1. oktober 2026"

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
        assert (row["what"], row.get("before"), row["text"]) == ("Ejerskab rettet", None, "Skrevet forkert.")


class TestAttention:
    def test_each_item_once_with_why(self, world, choices):
        report = built(choices)
        assert section(report, "attention").heading == "Kræver udvalgets stillingtagen"
        assert [tuple(row.values()) for row in rows(report, "attention")] == [
            ("3.2", "Nummer 2", "Fristen var den 31. oktober 2026\nIntet svar registreret"),
            ("3.3", "Nummer 3", "Intet svar registreret"),
        ]

    def test_of_everybody_it_says_whose_answer_and_what_is_silent(self, world, everybody):
        report = built(everybody)
        assert section(report, "attention").heading == "Kræver opmærksomhed"
        assert [row["why"] for row in rows(report, "attention")] == [
            "Fristen var den 31. oktober 2026\nIkke opdateret siden 1. juni 2026\nSOU: Intet svar registreret",
            "SOU: Intet svar registreret",
        ]

    def test_the_latest_comes_first(self, world, choices):
        deadline(world.bare, date(2026, 10, 1), recorded_at=at(2025, 1, 1))
        deadline(world.initiative, date(2026, 10, 15), recorded_at=at(2025, 1, 1))
        found = rows(built(choices), "attention")
        assert [(row["publication"], row["number"]) for row in found] == [
            ("Tinget", "3.3"),
            ("Planen", "7"),
            ("Tinget", "3.2"),
        ]


class TestList:
    def test_by_source_with_headings_and_all_that_is_known(self, world, choices):
        report = built(choices)
        assert [below.heading for below in section(report, "list").sections] == ["Tinget", "Planen"]
        found = rows(report, "recommendations-ting")
        assert [row["number"] for row in found] == ["3", "3.1", "3.2", "3.3"]
        heading = {"number": "3", "title": (Link("Overskriften", f"{ADDRESS}3"),)}
        assert {key: value for key, value in found[0].items() if value} == heading
        assert found[1] == {
            "number": "3.1",
            "title": (Link("Nummer 1", f"{ADDRESS}3.1"),),
            "status": "I gang, 10. september 2026",
            "told": "Forsøget er i gang.\nNæste skridt: Evaluering (ventes 1. marts 2027)",
            "answer": "Taget til efterretning, 18. september 2024\nUdvalget følger anbefalingen.",
            "deadline": "30. juni 2027\nFlyttet 14. september 2026 fra 31. december 2026: Flere med.\n"
            "Første frist 31. december 2026: Besluttet sammen med svaret.",
            "evidence": found[1]["evidence"],
            "others": "Socialudvalget: Ingen status registreret; tiltrådt, 15. september 2026",
        }
        assert [link.text for link in found[1]["evidence"]] == ["Referat", "Sag, sag 24-1"]
        assert found[2]["status"] == (
            "I gang, 1. februar 2026\nBekræftet 1. juni 2026\nForsinket siden 31. oktober 2026\n"
            "Ikke opdateret siden 1. juni 2026"
        )
        assert (found[3]["status"], found[3]["answer"]) == ("Ingen status registreret", "Intet svar registreret")
        assert [*rows(report, "initiatives-plan")[0]] == ["number", "title", "status"]

    def test_a_criterion_and_the_reason_of_an_answer_stand_beside_it(self, world, choices, sou):
        DoneWhenFactory(item=world.bare, text="Alle bydele er med.", committee=sou, recorded_at=at(2026, 3, 1))
        answered(
            world.bare, sou, "outside_remit", text="Det er regionens.", passed_on_to="Region Hovedstaden",
            meeting_date=date(2026, 9, 18), recorded_at=at(2026, 9, 18),
        )  # fmt: skip
        row = row_of(built(choices), "3.3")
        assert row["deadline"] == "Gennemført, når Alle bydele er med."
        assert row["answer"].splitlines()[1:] == ["Det er regionens.", "Sendt videre til Region Hovedstaden."]
        listing = rows(listed(Choices(models=(Recommendation,))), "items")[3]
        assert listing["criterion"] == "Alle bydele er med."
        assert listing["answer_reasons"] == "SOU: Det er regionens. Sendt videre til Region Hovedstaden."

    def test_a_number_that_was_not_printed_has_no_column(self, world, choices):
        Initiative.objects.update(number="flere-op-i-tid")
        assert [*rows(built(choices), "initiatives-plan")[0]] == ["title", "status"]

    def test_words_without_a_status_stand_after_it(self, world, choices, sou):
        note = {"kind": UpdateKind.NOTE, "on": date(2026, 10, 1), "published_at": at(2026, 10, 1)}
        published(world.busy, committee=sou, text="To bydele er med.", next_step="Udvid", evidence=1, **note)
        row = row_of(built(choices), "3.1")
        assert row["told"] == "Forsøget er i gang.\n1. oktober 2026: To bydele er med.\nNæste skridt: Udvid"
        assert [link.text for link in row["evidence"]] == ["Referat", "Sag, sag 24-1", "Referat af udvalgets møde"]

    def test_what_was_withheld_says_so_in_its_place(self, world, choices, chief):
        redaction = Redaction(row=world.news, field="text")
        actions.withhold(by=chief, redaction=redaction, reason="det nævner en privatperson", legal_basis="Artikel 17")
        report = built(choices)
        assert row_of(report, "3.1")["told"].startswith("Fjernet den 2. november 2026, fordi det")
        assert "Forsøget er i gang." not in text_of(report)

    def test_what_was_corrected_stands_nowhere(self, world, choices, sou):
        """Neither its status, nor its evidence, nor its next step."""
        known = replace(choices.selection, as_of=date(2026, 9, 8), known_at=at(2026, 9, 8, 13), since=None)
        mistaken = row_of(built(replace(choices, selection=known)), "3.1")
        assert (mistaken["status"], len(mistaken["evidence"])) == ("Sat på pause, 8. september 2026", 1)
        assert mistaken["told"] == "Forkert række.\nNæste skridt: Intet"
        known = replace(known, known_at=at(2026, 9, 9, 13))
        mended = row_of(built(replace(choices, selection=known)), "3.1")
        stands = "Planlagt, 1. marts 2026\nIkke opdateret siden"
        assert (mended["status"], mended["told"]) == (stands, "Arbejdet er begyndt i to bydele.")
        assert [link.text for link in mistaken["evidence"]] == ["Et andet referat"]
        assert "Et andet referat" not in [link.text for link in mended["evidence"]]

    def test_an_answer_moved_to_an_earlier_meeting_is_the_corrected_one(self, world, choices, sou):
        wrong = answered(world.silent, sou, "adopted", meeting_date=date(2026, 9, 20), recorded_at=at(2026, 9, 20))
        right = {"corrects": wrong, "meeting_date": date(2026, 8, 20), "recorded_at": at(2026, 9, 21)}
        answered(world.silent, sou, "partly_adopted", text="Kun den første del.", **right)
        assert row_of(built(choices), "3.2")["answer"] == "Delvist tiltrådt, 20. august 2026\nKun den første del."

    def test_the_option_that_was_chosen_is_named(self, world, choices, sou):
        option = RecommendationFactory(
            publication=world.ting, number="3.2b", kind=ItemKind.OPTION, parent=world.silent, title="Den ene vej"
        )
        OwnershipFactory(item=option, committee=sou, recorded_at=at(2024, 6, 17))
        answered(world.silent, sou, "adopted", chosen_option=option, recorded_at=at(2026, 9, 20))
        report = built(choices)
        assert row_of(report, "3.2")["answer"].splitlines()[1] == "Valgt: 3.2b."
        assert (row_of(report, "3.2b")["status"], row_of(report, "3.2b")["answer"]) == ("Mulighed", None)
        assert "Overskrifter og muligheder, som et svar kan vælge imellem, tælles ikke med." in text_of(report)

    def test_the_words_are_those_of_the_day(self, world, choices, chief):
        words = replace(ItemWords.of(world.busy.wording), title="Nyt navn")
        reword(by=chief, item=world.busy, words=words, valid_from=date(2026, 11, 2))
        assert row_of(built(choices), "3.1")["title"][0].text == "Nummer 1"
        assert row_of(built(Choices()), "3.1")["title"][0].text == "Nyt navn"

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
        assert row_of(report, "4")["title"][0].text == "Vores navn *"
        sentence = "Titler med * efter sig er skrevet af os; de andre er kildens egne."
        assert sentence in section(report, "method").paragraphs[-1]
        assert "*" not in text_of(built(choices))

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
        assert "Ikke alt" not in text_of(built(choices))
        Publication.objects.filter(slug="plan").update(is_whole=False)
        report = built(choices)
        assert "Ikke alt" not in text_of(report)  # the list says it where the source stands
        short = built(replace(choices, sections=(SectionName.SUMMARY,)))
        told = section(short, "method").paragraphs[1]
        assert told.startswith("Ikke alt fra disse kilder er registreret her: Planen.")
        assert section(report, "source-plan").paragraphs[1] == "Kilden rummer mere, end der er registreret her."
        assert len(section(report, "source-ting").paragraphs) == 1


def test_the_municipality_says_who_sends_it_where_it_is_and_what_is_old(world, choices, municipality):
    municipality.sender, municipality.hosts, municipality.stale_after_days = "Rådhuset", "anbefalinger.eksempel.dk", 200
    report = built(choices)
    assert dict(report.facts)["Kommune"] == "Rådhuset"
    assert row_of(report, "3")["title"][0].address == "http://anbefalinger.eksempel.dk:8000/t24/3"
    assert "ikke opdateret" not in section(report, "summary").paragraphs[0]
    municipality.stale_after_days = 150
    assert "1 er ikke opdateret i 150 dage" in section(built(choices), "summary").paragraphs[0]


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
            ("changes-ting", "Nr.|Titel|Hvad|Fra|Til|Dag|Registreret"),
            ("corrections", "Nr.|Titel|Hvad|Fra|Til|Dag|Registreret|Tekst"),
            ("attention", "Nr.|Titel|Hvorfor"),
            (
                "recommendations-ting",
                "Nr.|Titel|Status|Hvad der er gjort, og hvorfor|Svar|Frist og kriterium|Dokumentation|Andre udvalg",
            ),
            ("initiatives-plan", "Nr.|Titel|Status"),
            ("definitions", "Ord|Betydning"),
        ],
    )
    def test_of_each_table_of_a_report(self, world, choices, key, headings):
        table = next(table for table in built(choices).tables() if table.key == key)
        assert "|".join(column.heading for column in table.columns) == headings


def test_only_the_words_that_are_used_are_explained(world, choices, everybody):
    words = [row["word"] for row in rows(built(choices), "definitions")]
    assert words == [
        "I gang", "Ingen status registreret", "Tiltrådt", "Taget til efterretning", "Intet svar registreret",
        "Forsinket", "Ikke opdateret",
    ]  # fmt: skip
    assert "committees" not in [table.key for table in built(choices).tables()]  # no committee is abbreviated there
    assert [row["abbreviation"] for row in rows(built(everybody), "committees")] == ["SUD", "SOU"]


@pytest.mark.parametrize("name", list(SectionName))
def test_only_the_sections_that_were_chosen(world, choices, name):
    report = built(replace(choices, sections=(name,)))
    assert [found.key for found in report.sections] == [name.key, "definitions", "method"]


def test_the_report_is_danish_whatever_the_page_is(world, choices):
    danish = built(choices).canonical()
    with translation.override("en"):
        assert built(choices).canonical() == danish


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
        assert report.seal.check_address == f"http://127.0.0.1:8000/r/{issued.code}"


class TestPrevious:
    """Changes since the previous report are what it did not know: no day is rounded off."""

    ASKED = Choices(Selection(committee="SOU"), wants_previous=True)

    def changed(self, choices=ASKED):
        """What is told as changed, with nothing beside it."""
        report = built(with_previous(replace(choices, sections=(SectionName.CHANGED,))))
        found = [row for table in report.tables() if table.key == "changes-ting" for row in rows(report, table.key)]
        return [row["text"] for row in found]

    def test_is_the_last_report_of_the_kind(self, world, choices, dina, sou):
        first = built(self.ASKED)
        assert "changed" not in [found.key for found in first.sections]
        assert "iden" not in section(first, "summary").paragraphs[0]
        first = issue(choices, by=dina, committee=sou)
        issue(Choices(Selection(committee="SOU", publication="ting")), by=dina, committee=sou)
        second = issue(self.ASKED, by=dina, committee=sou)
        assert second.since == date(2026, 11, 1)
        assert "siden" not in second.choices
        report = report_of(second)
        assert section(report, "changed").heading == f"Ændret siden rapporten af 1. november ({first.code})"
        assert (
            section(report, "summary")
            .paragraphs[0]
            .startswith(f"Der er ikke registreret noget nyt siden rapporten af 1. november ({first.code}).")
        )
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
