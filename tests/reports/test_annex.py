"""The annex to a meeting: what a committee reads, of its own part alone, whole in every format."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from recommendations.enums import MeetingState, OwnershipRole, Status
from recommendations.figures import StatusTotals
from recommendations.models import Initiative, Meeting, Recommendation
from recommendations.reports import summary
from recommendations.reports.builders import built
from recommendations.reports.choices import AgendaPlace, Choices, EarlierReport
from tests.conftest import make_sou, make_sud, world_kept
from tests.factories import (
    DoneWhenFactory,
    MeetingFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    answered,
    deadline,
    published,
)
from tests.reports.conftest import at, links_of, row_of, rows, section
from tests.reports.samples import rendered
from tests.reports.test_renderers import READERS

pytestmark = pytest.mark.django_db

PHRASES = {
    "text": "Teksten om",
    "reason": "Derfor er det sådan med",
    "decided by": "Nævnet for",
    "why so answered": "Udvalget mener om",
    "why late": "Fristen gled for",
    "criterion": "alle kender",
    "next step": "Så kommer",
    "proof": "Beviset for",
}
DECIDED_ON = "24. december 2025"


@pytest.fixture(scope="module")
def annex_once(request, django_db_setup, django_db_blocker):
    with world_kept(request, django_db_blocker, lambda: make_annex(make_sou(), make_sud())) as made:
        yield made


@pytest.fixture
def annex(annex_once, db):
    """The report to SOU's meeting on 19 November, with a row in each status."""
    return annex_once


def make_annex(sou, sud):
    """A row in each status, with all that can be written of one; SUD owns them too, and has answered none of them."""
    meeting, march = MeetingFactory(committee=sou), MeetingFactory(committee=sou, on=date(2027, 3, 4))
    MeetingFactory(committee=sou, on=date(2026, 10, 1), state=MeetingState.HELD)
    ting = PublicationFactory(slug="alt", title="Altinget", position=3)
    for number, status in enumerate(Status):
        word = f"{status.value}."
        item = RecommendationFactory(publication=ting, number=f"9.{number}", title=f"Sagen om {word}")
        for committee, role in ((sou, OwnershipRole.LEAD), (sud, OwnershipRole.CO_OWNER)):
            OwnershipFactory(item=item, committee=committee, role=role, recorded_at=at(2024, 6, 17))
        DoneWhenFactory(item=item, text=f"{PHRASES['criterion']} {word}", committee=sou, recorded_at=at(2026, 1, 1))
        deadline(item, date(2026, 12, 1), recorded_at=at(2025, 1, 1))
        due = date(207, 6, 30) if status == Status.LAPSED else date(2026, 11, 12 + number)
        moved = {"set_on": date(2026, 10, 2), "recorded_at": at(2026, 10, 2)}
        deadline(item, due, reason=f"{PHRASES['why late']} {word}", **moved)
        answered(
            item,
            sou,
            "partly_adopted",
            text=f"{PHRASES['why so answered']} {word}",
            recorded_at=at(2026, 1, 1),
            returns_to=meeting if status == Status.PLANNED else None,
        )
        published(
            item,
            status,
            on=date(2026, 10, 5),
            published_at=at(2026, 10, 5),
            committee=sou,
            text=f"{PHRASES['text']} {word}\n{PHRASES['reason']} {word}",
            decided_by=f"{PHRASES['decided by']} {word}",
            decided_on=date(2025, 12, 24),
            next_step=f"{PHRASES['next step']} {word}",
            next_step_meeting=march,
            evidence=[{"title": f"{PHRASES['proof']} {word}"}],
        )
    place = AgendaPlace(meeting, "7", "2026-0045678", "2", "Først dette.\n\nSå dette.")
    previous = EarlierReport("K7QF-2M9T", date(2026, 9, 25), at(2026, 9, 25), date(2026, 10, 1))
    choices = replace(Choices.to(place, known_at=at(2026, 11, 1)), previous=previous)
    return SimpleNamespace(choices=choices, report=built(choices), sou=sou, sud=sud, ting=ting)


class TestToAMeeting:
    def test_has_the_head_of_a_paper(self, annex):
        assert (annex.report.annex, annex.report.title) == (
            "Bilag 2",
            "Status på anbefalinger til Sundheds- og Omsorgsudvalget",
        )
        assert annex.report.facts == (
            ("Kommune", "Københavns Kommune"),
            ("Forvaltning", "Sundheds- og Omsorgsforvaltningen"),
            ("Udvalg", "Sundheds- og Omsorgsudvalget"),
            ("Møde", "Torsdag den 19. november 2026"),
            ("Punkt", "7"),
            ("Sagsnummer", "2026-0045678"),
            ("Dato", "Opgjort den 1. november 2026 kl. 12.00"),
        )
        assert annex.report.sections[0].paragraphs == ("Først dette.", "Så dette.")
        bare = built(replace(annex.choices, meeting=AgendaPlace(annex.choices.meeting.meeting)))
        assert not bare.annex
        assert {"Punkt", "Sagsnummer"}.isdisjoint(dict(bare.facts))
        assert bare.sections[0].key == "summary"

    def test_answers_first_from_the_figures_of_the_table_and_says_where_nobody_can_be_asked(self, annex):
        assert section(annex.report, "summary").paragraphs == (
            "Siden mødet den 1. oktober er 2 anbefalinger gennemført, 1 gået i gang, 1 planlagt, 1 meldt ikke begyndt, "
            "1 sat på pause, 1 opgivet og 1 bortfaldet. 2 af 8 anbefalinger er gennemført, 1 er i gang, 1 er planlagt, "
            "1 er ikke begyndt, 1 er sat på pause, 1 er opgivet, og 1 er bortfaldet.",
            "4 af 4 åbne rækker har ingen, der kan spørges om status.",
        )
        table = rows(annex.report, "totals-recommendations")
        assert table[-1] == {"status": "I alt", "before": 8, "now": 8}
        assert next(table.columns[1].heading for table in annex.report.tables()) == "Mødet 1. oktober 2026"

    def test_a_first_report_says_how_it_stands_and_no_more(self, annex):
        first = built(replace(annex.choices, previous=None))
        assert section(first, "summary").paragraphs[0].startswith("2 af 8 anbefalinger er gennemført")
        assert "changed" not in [found.key for found in first.sections]
        assert "iden" not in section(first, "summary").paragraphs[0]

    def test_what_is_promised_and_due_comes_first_each_once_with_why(self, annex):
        found = [(row["number"], row["why"]) for row in rows(annex.report, "attention")]
        assert found == [
            ("9.1", "Lovet til mødet, da udvalget svarede den 18. september 2024\nFristen er den 13. november 2026"),
            ("9.0", "Fristen er den 12. november 2026"),
            ("9.2", "Fristen er den 14. november 2026"),
            ("9.5", "Fristen er den 17. november 2026"),
        ]

    def test_what_news_promised_to_the_meeting_is_told_in_its_words(self, annex):
        place = replace(annex.choices.meeting, meeting=Meeting.objects.get(on=date(2027, 3, 4)))
        report = built(Choices.to(place, known_at=at(2026, 11, 1)))
        why = {row["number"]: row["why"].splitlines()[0] for row in rows(report, "attention")}
        assert why["9.2"] == f"Lovet til mødet: {PHRASES['next step']} in_progress."

    def test_nothing_stands_twice(self, annex):
        """A row is told in full in the list alone, where its title leads on; a text stands in one place."""
        links = [link for _key, link in links_of(annex.report) if link.text.startswith("Sagen om")]
        assert sorted(link.text for link in links) == sorted(f"Sagen om {status.value}." for status in Status)
        said = annex.report.canonical()
        for phrase in PHRASES.values():
            assert [said.count(f"{phrase} {status.value}.") for status in Status] == [1] * len(Status)

    def test_no_address_stands_in_the_text_and_no_word_of_the_system(self, annex):
        text = "\n".join(texts_of(annex.report))
        for word in ("http", "Som det så ud", "Efter hvad der var registreret", "Samme valg", "Overskrift"):
            assert word not in text

    def test_dates_of_odd_years_have_four_figures(self, annex):
        assert row_of(annex.report, "9.7")["deadline"].startswith("30. juni 0207")


@pytest.mark.parametrize("code", READERS)
def test_nine_phrases_of_each_status_are_in_every_format(annex, code):
    read, _untold = READERS[code]
    found = squeezed("".join(read(rendered(annex.report, code)).texts))
    missing = [
        (status.value, phrase)
        for status in Status
        for phrase in (*PHRASES.values(), f"Nævnet for {status.value}. {DECIDED_ON}")
        if squeezed(phrase if status.value in phrase else f"{phrase} {status.value}.") not in found
    ]
    assert missing == []


def squeezed(text):
    """Without what a PDF does not tell: where lines and words end."""
    return "".join(text.split())


def texts_of(report):
    yield from (value for fact in report.facts for value in fact)
    for _level, part in report.walk():
        yield from (part.heading, *part.paragraphs)
        for table in part.tables:
            yield table.caption
            yield from (value for row in table.rows for value in row if isinstance(value, str))


def totals(**by_status):
    return StatusTotals({**StatusTotals().by_status, **by_status})


@pytest.mark.parametrize(
    ("model", "now", "said"),
    [
        (Recommendation, totals(), ""),
        (Recommendation, totals(**{"": 1}), "Den ene anbefaling har ingen status registreret."),
        (Initiative, totals(**{"": 1}), "Det ene initiativ har ingen status registreret."),
        (Initiative, totals(in_progress=1), "Det ene initiativ er i gang."),
        (Recommendation, totals(implemented_otherwise=1), "Den ene anbefaling er gennemført."),
        (Recommendation, totals(**{"": 2}), "Ingen af de 2 anbefalinger har en status registreret."),
        (Recommendation, totals(in_progress=2), "Ingen af de 2 anbefalinger er gennemført, og 2 er i gang."),
        (Recommendation, totals(implemented=1, implemented_otherwise=1), "2 af 2 anbefalinger er gennemført."),
        (
            Recommendation,
            totals(implemented=4, in_progress=9, paused=1, **{"": 8}),
            "4 af 22 anbefalinger er gennemført, 9 er i gang, 1 er sat på pause, og 8 har ingen status registreret.",
        ),
    ],
)
def test_none_one_and_many_are_said_in_good_danish(model, now, said):
    assert summary.stands(model, now, []) == said
