"""The line of time: what stands in the list, in which order, and that the picture shows the same and nothing else."""

from datetime import date

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.actions import set_deadline
from recommendations.enums import ItemKind, Status, UpdateKind
from recommendations.models import Treatment
from recommendations.public.line_of_time import EDGE, _Scale
from tests.factories import (
    CommitteeAnswerFactory,
    InitiativeFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    deadline,
    published,
)
from tests.public.conftest import text_of

pytestmark = pytest.mark.django_db
FULL, BARE = "/anbefalinger/ting/2.1/", "/anbefalinger/ting/2.2/"


def page_of(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return lxml.html.fromstring(response.content.decode())


def told(page, heading):
    """(kind, words) of each line below one of the two headings."""
    lines = page.xpath(f'//section[@aria-labelledby="forloeb"]/h3[text()="{heading}"]/following-sibling::ol[1]/li')
    return [(line.get("data-kind"), " ".join(line.text_content().split())) for line in lines]


def picture_of(page):
    found = page.find_class("line-of-time")
    return found[0] if found else None


def per_cent(value):
    assert value.endswith("%")
    return float(value[:-1])  # a comma, as Danish writes it, is refused here


class TestList:
    def test_what_is_promised_stands_apart_and_the_newest_first(self, citizen, world):
        page = page_of(citizen, FULL)
        assert told(page, "Lovet") == [("deadline", "31. december 2026: Frist")]
        past = told(page, "Sket")
        assert [kind for kind, _words in past] == ["update"] * 3 + ["answer"] + ["start"] * 2
        assert [words.split(" pr. ")[0] for _kind, words in past[:3]] == [
            "Bekræftet: stadig korrekt",
            "I gang",
            "Planlagt",
        ]
        assert past[3][1] == "18. september 2024: Sundheds- og Omsorgsudvalget, Taget til efterretning"
        assert past[4][1] == "17. juni 2024: Kilden blev overdraget til kommunen"
        assert past[5][1] == "1. juni 2024: Kilden blev udgivet"

    def test_a_gap_is_said_and_nothing_is_promised_where_nothing_is_registered(self, citizen, world):
        page = page_of(citizen, BARE)
        assert told(page, "Lovet") == []
        assert told(page, "Sket")[0] == ("gap", "Ingen status registreret")
        assert {kind for kind, _words in told(page, "Sket")} == {"gap", "start"}

    def test_an_earlier_day_knows_nothing_of_what_came_later(self, citizen, world):
        page = page_of(citizen, f"{FULL}?pr=2025-06-01")
        assert told(page, "Lovet") == [("deadline", "30. juni 2026: Frist")]
        assert [kind for kind, _words in told(page, "Sket")] == ["update", "answer", "start", "start"]

    def test_a_source_that_gives_a_year_is_given_no_day(self, citizen):
        source = PublicationFactory(published_on=None, handed_over_on=None, published_year=2019, expects_answers=False)
        item = InitiativeFactory(publication=source)
        html = text_of(citizen, item.get_absolute_url())
        assert "Kilden blev udgivet i 2019" in html
        assert "2019-01-01" not in html
        assert "overdraget" not in html

    def test_a_deadline_that_has_passed_is_no_promise_any_more(self, citizen, world):
        deadline(world.bare, date(2026, 10, 31))
        page = page_of(citizen, BARE)
        assert told(page, "Lovet") == []
        assert ("deadline", "31. oktober 2026: Frist, overskredet") in told(page, "Sket")
        published(world.bare, Status.ABANDONED, on=date(2026, 11, 1))
        assert ("deadline", "31. oktober 2026: Frist") in told(page_of(citizen, BARE), "Sket")

    @pytest.mark.parametrize(("due", "heading"), [(date(2026, 11, 1), "Sket"), (date(2026, 11, 2), "Lovet")])
    def test_today_is_still_to_come(self, due, heading, citizen, world):
        deadline(world.bare, due)
        assert "deadline" in [kind for kind, _words in told(page_of(citizen, BARE), heading)]

    def test_the_next_step_is_that_of_the_newest_news(self, citizen, world):
        published(world.bare, on=date(2026, 9, 1), next_step="Flere bydele", next_step_on=date(2027, 1, 1))
        published(world.bare, kind=UpdateKind.CONFIRMATION, on=date(2026, 10, 1), text="")
        assert told(page_of(citizen, BARE), "Lovet") == [("step", "1. januar 2027: Næste skridt: Flere bydele")]
        published(world.bare, on=date(2026, 10, 5), text="Det bliver ikke til mere.")
        assert told(page_of(citizen, BARE), "Lovet") == []

    def test_a_corrected_step_is_the_one_that_is_told(self, citizen, world):
        wrong = published(world.bare, on=date(2026, 9, 1), next_step="Slået fejl", next_step_on=date(2072, 1, 1))
        published(
            world.bare,
            Status.IN_PROGRESS,
            kind=UpdateKind.CORRECTION,
            corrects=wrong,
            on=date(2026, 9, 1),
            next_step="Rigtigt",
            next_step_on=date(2027, 1, 1),
        )
        assert told(page_of(citizen, BARE), "Lovet") == [("step", "1. januar 2027: Næste skridt: Rigtigt")]

    def test_what_was_corrected_is_marked(self, citizen, world, sou, bo):
        first = deadline(world.bare, date(2062, 1, 1))
        set_deadline(by=bo, item=world.bare, committee=sou, due_on=date(2027, 1, 1), reason="Slåfejl.", corrects=first)
        wrong = CommitteeAnswerFactory(item=world.bare, committee=sou, outcome="adopted")
        CommitteeAnswerFactory(item=world.bare, committee=sou, outcome="noted", corrects=wrong)
        page = page_of(citizen, BARE)
        assert told(page, "Lovet") == [("deadline", "1. januar 2027: Frist Rettet")]
        [answer] = [words for kind, words in told(page, "Sket") if kind == "answer"]
        assert answer.endswith("Taget til efterretning Rettet")
        assert "Rettet" not in " ".join(
            words for kind, words in told(page_of(citizen, FULL), "Sket") if kind != "update"
        )

    def test_a_meeting_about_the_whole_source_is_told_and_is_no_answer(self, citizen, world, sud):
        fields = {"publication": world.ting, "committee": sud, "meeting_date": date(2025, 12, 4)}
        met = Treatment.objects.create(agenda_item="Punkt 11", agenda_url="https://eksempel.dk/11", **fields)
        page = page_of(citizen, BARE)
        [(_kind, words)] = [line for line in told(page, "Sket") if line[0] == "treatment"]
        assert words == (
            "Socialudvalget har behandlet hele kilden; beslutningen er ikke læst ind: 4. december 2025, Punkt 11"
        )
        assert page.xpath('//table//a[@href="https://eksempel.dk/11"]') == []
        assert page.find_class("stack")[0].text_content().count("Intet svar registreret") == 2
        Treatment.objects.create(corrects=met, reason="Det var et andet punkt.", **fields)
        assert "har behandlet hele kilden" not in text_of(citizen, BARE)

    @pytest.mark.parametrize("kind", [ItemKind.HEADING, ItemKind.OPTION])
    def test_what_is_no_recommendation_has_none(self, kind, citizen):
        item = RecommendationFactory(kind=kind)
        assert 'id="forloeb"' not in text_of(citizen, item.get_absolute_url())


class TestPicture:
    def test_has_a_name_and_says_that_the_list_is_the_same(self, citizen, world):
        picture = picture_of(page_of(citizen, FULL))
        assert picture.get("role") == "img"
        [title] = picture.xpath('.//*[local-name()="title"]')
        assert picture.get("aria-labelledby") == title.get("id")
        assert title.text == "Forløbet som billede. Det samme står i listen nedenfor."

    def test_has_a_track_for_each_committee_one_for_the_status_and_one_for_promises(self, citizen, world):
        words = [text.text for text in picture_of(page_of(citizen, FULL)).xpath('.//*[local-name()="text"]')]
        assert words == [
            "SOU: Taget til efterretning",
            "SUD: Intet svar registreret",
            "Status: i gang",
            "Frist: 31. december 2026",
            "2. november 2026",
            "2025",
            "2026",
        ]

    def test_what_is_missing_is_a_dashed_line(self, citizen, world):
        full, bare = (picture_of(page_of(citizen, address)) for address in (FULL, BARE))
        # Without an answer from SUD, and without a status until the first; without either of two answers, and a status.
        assert (len(full.find_class("waiting")), len(bare.find_class("waiting"))) == (2, 3)
        assert (len(full.find_class("told")), len(bare.find_class("told"))) == (2, 0)

    def test_a_sign_for_each_line_of_the_list_and_for_the_deadline_that_was_moved(self, citizen, world):
        page = page_of(citizen, FULL)
        lines = told(page, "Lovet") + told(page, "Sket")
        assert len(picture_of(page).find_class("sign")) == len(lines) + 1
        fills = [sign.get("fill") for sign in picture_of(page).find_class("sign") if sign.get("fill")]
        assert fills == ["url(#fill-planned)", "url(#fill-in_progress)"]
        assert page.xpath('//*[local-name()="pattern"][@id="fill-in_progress"]')

    def test_time_runs_from_left_to_right(self, citizen, world):
        picture = picture_of(page_of(citizen, FULL))
        at = sorted(per_cent(sign.getparent().get("x")) for sign in picture.find_class("sign"))
        now = per_cent(picture.find_class("now")[0].get("x1"))
        assert (at[0], at[-1]) == (EDGE, 100 - EDGE)  # published, and the deadline
        assert sum(x > now for x in at) == 1  # nothing but the deadline is still to come

    def test_a_meeting_not_read_ends_no_waiting(self, citizen, world, sud):
        CommitteeAnswerFactory(
            item=world.bare, committee=sud, outcome="not_read", agenda_url="https://eksempel.dk/punkt"
        )
        picture = picture_of(page_of(citizen, BARE))
        assert len(picture.find_class("told")) == 0
        words = [text.text for text in picture.xpath('.//*[local-name()="text"]')]
        assert "SUD: Behandlet; beslutningen er ikke læst ind" in words

    def test_there_is_none_of_a_single_day(self, citizen):
        source = PublicationFactory(published_on=None, handed_over_on=None, published_year=2019, expects_answers=False)
        item = InitiativeFactory(publication=source)
        assert picture_of(page_of(citizen, item.get_absolute_url())) is None
        OwnershipFactory(item=item)
        published(item)
        assert picture_of(page_of(citizen, item.get_absolute_url())) is not None

    @given(st.lists(st.dates(date(1990, 1, 1), date(2090, 1, 1)), min_size=1))
    def test_no_day_is_drawn_outside_or_out_of_order(self, days):
        scale = _Scale(min(days), max(days))
        at = [scale.share(day) for day in sorted(days)]
        assert at == sorted(at)
        assert EDGE <= at[0] <= at[-1] <= 100 - EDGE
