"""What was wrong is taken out of the state everywhere, and can still be read, marked, beside its correction."""

import re
from datetime import date

import pytest

from recommendations.actions import record_answer, set_deadline, set_done_when
from recommendations.actions.wordings import ItemWords
from recommendations.enums import Status, UpdateKind
from tests.factories import (
    CommitteeAnswerFactory,
    CommitteeFactory,
    OwnershipFactory,
    RecommendationFactory,
    SuccessionFactory,
    answered,
    correct_words,
    deadline,
    published,
    reword,
)
from tests.public.conftest import text_of

pytestmark = pytest.mark.django_db
PAGE = "/anbefalinger/ting/1/"


@pytest.fixture
def item(sou):
    item = RecommendationFactory(publication__slug="ting", number="1", title="Bænke")
    OwnershipFactory(item=item, committee=sou)
    return item


def section(html, key):
    return html.split(f'id="{key}"')[1].split("</section>")[0]


def test_a_status_about_the_wrong_row_is_taken_back_everywhere(citizen, item):
    wrong = published(item, Status.IMPLEMENTED, on=date(2026, 9, 1), text="Alle bænke står der.")
    published(item, kind=UpdateKind.CORRECTION, corrects=wrong, on=date(2026, 9, 2), text="Forkert række.")
    published(item, Status.IN_PROGRESS, on=date(2026, 3, 1), text="Den rigtige, ældre status.")
    for address in ("/", "/kilder/ting/", "/udvalg/SOU/", "/anbefalinger/"):
        html = text_of(citizen, address)
        assert address in ("/", "/kilder/ting/") or "0 af 1 gennemført, 1 i gang" in html, address
        assert 'data-status="implemented"' not in html.split("<main")[1].split("<form")[0], address
    html = text_of(citizen, PAGE)
    assert 'class="standing"><span class="status" data-status="in_progress">I gang</span>' in html
    corrected = html.split(f'id="opdatering-{wrong.key}"')[1].split("Den rigtige, ældre status.")[0]
    assert corrected.index('<span class="flag">Rettet</span>') < corrected.index("Alle bænke står der.")
    assert corrected.index("Alle bænke står der.") < corrected.index("Forkert række.")
    # Nor did it stand on an earlier day, by what is known now.
    assert "1 af 1 gennemført" not in text_of(citizen, "/?pr=2026-09-10")


def test_a_correction_of_a_correction_stands_in_it_in_the_order_of_time(citizen, item):
    last = published(item, Status.PAUSED, on=date(2026, 9, 5), text="Første udgave.")
    for number, on in enumerate((date(2026, 9, 9), date(2026, 9, 1), date(2026, 9, 4)), start=1):
        fields = {"kind": UpdateKind.CORRECTION, "corrects": last, "on": on, "text": f"Rettelse nr. {number}."}
        last = published(item, Status.IN_PROGRESS, **fields)
    timeline = section(text_of(citizen, PAGE), "forloeb")
    told = [timeline.index(text) for text in ("Første udgave.", *(f"Rettelse nr. {number}." for number in (1, 2, 3)))]
    assert told == sorted(told)
    assert timeline.count('<div class="correction">') == 3
    assert timeline.count('<span class="flag">Rettet</span>') == 3
    assert timeline.count('data-kind="update"') == 1


def test_a_correction_of_what_was_not_known_yet_stands_by_itself(citizen, item):
    later = published(item, Status.PLANNED, on=date(2026, 9, 5), text="Senere.")
    published(item, kind=UpdateKind.CORRECTION, corrects=later, on=date(2026, 9, 1), text="Datoen var en anden.")
    timeline = section(text_of(citizen, PAGE + "?pr=2026-09-02"), "forloeb")
    assert "Datoen var en anden." in timeline
    assert "Senere." not in timeline
    assert '<div class="correction">' not in timeline


def test_an_answer_taken_back_is_marked_and_missing(citizen, item, sou, bo):
    wrong = answered(item, sou, "adopted", meeting_date=date(2026, 9, 1), text="Ja.")
    record_answer(
        by=bo,
        item=item,
        committee=sou,
        outcome="",
        meeting_date=date(2026, 9, 1),
        reason="Fejl i punktet.",
        corrects=wrong,
    )
    answers = section(text_of(citizen, PAGE), "svar")
    assert "<strong>Intet svar registreret</strong>" in answers
    assert "<strong>Rettet:</strong> <strong>Tiltrådt</strong>" in answers
    assert 'Rettet <time datetime="2026-11-02">2. november 2026</time>: taget tilbage' in answers
    assert "Fejl i punktet." in answers
    for address in ("/anbefalinger/", "/udvalg/SOU/", "/kilder/ting/"):
        html = text_of(citizen, address)
        assert "Tiltrådt <time" not in html, address
        assert re.search("ntet svar (er )?registreret|Svaret er ikke registreret", html), address


def test_an_answer_whose_meeting_was_earlier_stands_with_its_correction(citizen, item, sou, bo):
    wrong = answered(item, sou, "adopted", meeting_date=date(2026, 9, 20), text="Ja.")
    record_answer(
        by=bo,
        item=item,
        committee=sou,
        outcome="noted",
        meeting_date=date(2026, 9, 2),
        text="Nej.",
        corrects=wrong,
        reason="Forkert møde.",
    )
    answers = section(text_of(citizen, PAGE), "svar")
    stands, earlier = answers.split("Tidligere svar")
    assert "Taget til efterretning" in stands
    assert "Tiltrådt" not in stands
    assert "<strong>Rettet:</strong> <strong>Tiltrådt</strong>" in earlier
    assert "Forkert møde." in earlier
    row = section(text_of(citizen, "/anbefalinger/"), "resultat")
    assert 'SOU</abbr>: Taget til efterretning <time datetime="2026-09-02">' in row


def test_a_deadline_and_a_criterion_are_marked_with_their_correction(citizen, item, sou, bo):
    first = deadline(item, date(2062, 1, 1), set_on=date(2026, 9, 1), reason="Efter budgettet.")
    set_deadline(by=bo, item=item, committee=sou, due_on=date(2026, 12, 1), reason="Slåfejl.", corrects=first)
    criterion = set_done_when(by=bo, item=item, committee=sou, text="Alle bænk står.")
    set_done_when(by=bo, item=item, committee=sou, text="Alle bænke står.", reason="Stavefejl.", corrects=criterion)
    html = text_of(citizen, PAGE)
    due = section(html, "frist")
    assert due.split("<ol>")[0].endswith('<p><time datetime="2026-12-01">1. december 2026</time></p> ')
    assert "Den første frist var" not in html  # a slip is no move
    assert 'fristen blev sat til <time datetime="2062-01-01">' in due
    assert re.search(
        r"<strong>Rettet <time[^>]*>2. november 2026</time>:</strong> <time[^>]*>1. december 2026</time>. Slåfejl.", due
    )
    done = section(html, "gennemfoert-naar")
    assert done.index("Alle bænke står.") < done.index("Rettet <time") < done.index("Stavefejl.")
    set_deadline(
        by=bo, item=item, committee=sou, due_on=None, reason="Der var ingen.", corrects=first.corrections.get()
    )
    due = section(text_of(citizen, PAGE), "frist")
    assert due.split("<ol>")[0].endswith("<p>Ingen frist</p> ")
    assert "taget tilbage. Der var ingen." in due


def test_earlier_words_can_be_read_and_corrected_ones_are_marked(citizen, item, chief):
    wrong = reword(
        by=chief, item=item, words=ItemWords("Flere bænk", summary="Nyt."), valid_from=date(2026, 10, 1), reason="Ny."
    )
    correct_words(by=chief, wording=wrong, words=ItemWords("Flere bænke", summary="Nyt."), reason="Stavefejl.")
    about = section(text_of(citizen, PAGE), "handler-om")
    earlier = about.split("Tidligere ordlyd")[1]
    assert 'Bænke <span class="quiet">fra <time datetime="2024-06-17">' in earlier
    assert "<strong>Rettet:</strong> Flere bænk <" in earlier
    assert "Stavefejl." in earlier
    assert "<details>" in about.split("Tidligere ordlyd")[0]  # closed until it is asked for
    assert "<h1>" + '<span class="number">1</span> Flere bænke</h1>' in text_of(citizen, PAGE)
    then = text_of(citizen, PAGE + "?pr=2026-09-01")
    assert "1</span> Bænke</h1>" in then
    assert "Flere bænk" not in then
    assert "Tidligere ordlyd" not in then


def test_a_renamed_committees_old_answer_is_no_second_answer(citizen, item, sou):
    """One cell has one answer, on the list, in its filters and in every total."""
    new = CommitteeFactory(code="NYT", name="Det nye udvalg")
    CommitteeAnswerFactory(item=item, committee=sou, outcome="not_adopted", meeting_date=date(2025, 3, 1))
    sou.valid_to = date(2026, 1, 1)
    sou.save()
    SuccessionFactory(predecessor=sou, successor=new)
    OwnershipFactory(item=item, committee=sou, valid_to=date(2026, 1, 1), replaces=item.ownerships.get())
    OwnershipFactory(item=item, committee=new, valid_from=date(2026, 1, 1))
    CommitteeAnswerFactory(item=item, committee=new, outcome="adopted", meeting_date=date(2026, 3, 1))
    assert "0 anbefalinger</h2>" in text_of(citizen, "/anbefalinger/?svar=not_adopted")
    assert "1 anbefaling</h2>" in text_of(citizen, "/anbefalinger/?svar=adopted")
    answers = section(text_of(citizen, "/kilder/ting/"), "hvordan-det-gaar")
    assert "<li>Tiltrådt <strong>1</strong></li>" in answers
    assert "Ikke tiltrådt" not in answers
    page = section(text_of(citizen, PAGE), "svar")
    assert "Ikke tiltrådt" in page.split("Tidligere svar")[1]
    assert "Tiltrådt" in section(text_of(citizen, "/udvalg/NYT/"), "anbefalinger")
