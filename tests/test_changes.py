"""What readers are told of: which events are news, what each says, and how many queries it takes."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from recommendations.actions import (
    UpdateDraft,
    correct_owner,
    correct_update,
    hand_over,
    publish_update,
    record_answer,
    set_deadline,
    set_done_when,
)
from recommendations.actions.wordings import ItemWords
from recommendations.changes import (
    changes_of,
    events_of,
    newest_changes,
    newest_of_all,
    news_about,
    news_alone,
    with_corrections,
)
from recommendations.enums import Act, ItemKind, Status, UpdateKind
from recommendations.models import Ownership
from recommendations.selection import Selection
from tests.factories import (
    CommitteeFactory,
    InitiativeFactory,
    OwnershipFactory,
    RecommendationFactory,
    answered,
    correct_words,
    deadline,
    published,
    reword,
)

pytestmark = pytest.mark.django_db


def at(month, day=1):
    return datetime(2026, month, day, 12, tzinfo=UTC)


def told(selection=None, most=50):
    """Kind of news, what it was and what it is; newest first."""
    changes = newest_changes(selection or Selection(), most=most)
    return [(change.what, change.before if change.is_move else "", change.own) for change in changes.rows]


# --- What each says ---------------------------------------------------------------------------------------------------


def test_a_new_status_says_which_it_replaced():
    item = InitiativeFactory()
    published(item, Status.PLANNED, on=date(2026, 1, 1), published_at=at(1))
    published(item, Status.IN_PROGRESS, on=date(2026, 2, 1), published_at=at(2))
    published(item, Status.IN_PROGRESS, on=date(2026, 3, 1), published_at=at(3))  # the same again
    published(item, kind=UpdateKind.NOTE, on=date(2026, 3, 2), published_at=at(4))
    assert told() == [
        ("Nyt uden ændret status", "", ""),
        ("Ny status", "", "I gang"),
        ("Ny status", "Planlagt", "I gang"),
        ("Ny status", "Ingen status registreret", "Planlagt"),
    ]


def test_a_status_of_another_item_is_not_what_it_replaced():
    published(RecommendationFactory(), Status.PLANNED, on=date(2026, 1, 1), published_at=at(1))
    published(InitiativeFactory(), Status.PAUSED, on=date(2026, 1, 1), published_at=at(1, 2))
    published(RecommendationFactory(), Status.IN_PROGRESS, on=date(2026, 2, 1), published_at=at(2))
    assert [before for _what, before, _own in told()] == ["Ingen status registreret"] * 3


def test_what_is_about_an_earlier_day_replaces_nothing_and_says_so(sou):
    item = RecommendationFactory()
    published(item, Status.IN_PROGRESS, on=date(2026, 5, 1), published_at=at(5))
    published(item, Status.PLANNED, on=date(2026, 1, 1), published_at=at(6))
    answered(item, sou, "adopted", meeting_date=date(2026, 5, 1), recorded_at=at(7))
    answered(item, sou, "not_adopted", meeting_date=date(2026, 4, 1), recorded_at=at(8))
    changes = newest_changes(Selection(), most=50).rows
    assert [(change.what, change.own, change.is_about_earlier_day, change.is_move) for change in changes] == [
        ("Svar fra et tidligere møde", "Ikke tiltrådt", True, False),
        ("Svar", "Tiltrådt", False, True),
        ("Ny status om en tidligere dag", "Planlagt", True, False),
        ("Ny status", "I gang", False, True),
    ]
    assert (changes[0].before, changes[0].after) == ("Tiltrådt", "Tiltrådt")


def test_an_answer_says_what_the_same_committee_had_answered(sou, sud):
    item = RecommendationFactory()
    for committee in (sou, sud):
        OwnershipFactory(item=item, committee=committee)
    answered(item, sud, "adopted", meeting_date=date(2026, 1, 1), recorded_at=at(1))
    answered(item, sou, "noted", meeting_date=date(2026, 2, 1), recorded_at=at(2))
    answered(item, sou, "outside_remit", meeting_date=date(2026, 3, 1), recorded_at=at(3), text="Ikke os.")
    changes = newest_changes(Selection(), most=50).rows
    assert [(change.committee, change.before, change.after) for change in changes] == [
        (sou, "Taget til efterretning", "Uden for kommunens kompetence"),
        (sou, "Intet svar registreret", "Taget til efterretning"),
        (sud, "Intet svar registreret", "Tiltrådt"),
    ]
    assert changes[0].text == "Ikke os.\n\nSendt videre til Region Hovedstaden."
    assert (changes[0].written, changes[0].passed_on_to) == ("Ikke os.", "Region Hovedstaden")


def test_a_moved_deadline_says_from_which_day():
    item = RecommendationFactory()
    deadline(item, date(2026, 6, 30), set_on=date(2026, 1, 1), recorded_at=at(1))
    deadline(item, date(2026, 12, 31), set_on=date(2026, 5, 1), recorded_at=at(5), reason="Flere vil med.")
    assert told() == [("Frist flyttet", "30. juni 2026", "31. december 2026"), ("Frist sat", "", "30. juni 2026")]
    moved = newest_changes(Selection(), most=1).rows[0]
    assert moved.text == "Flere vil med."
    assert moved.in_words == "Frist flyttet: fra 30. juni 2026 til 31. december 2026"


def test_a_criterion_a_hand_over_and_new_words_are_told_of_too(sou, bo, chief):
    item = RecommendationFactory(title="Det gamle navn")
    old = CommitteeFactory(code="OMU", name="Omsorgsudvalget")
    OwnershipFactory(item=item, committee=old, valid_from=date(2024, 6, 17))
    hand_over(by=chief, predecessor=old, successor=sou, on=date(2026, 1, 1))
    set_done_when(by=bo, item=item, committee=sou, text="Alle bydele har et tilbud.")
    reword(by=chief, item=item, words=ItemWords("Det nye navn"), valid_from=date(2026, 10, 1), reason="Kilden er ny.")
    changes = newest_changes(Selection(), most=50).rows
    assert [(change.what, change.before, change.after) for change in changes] == [
        ("Ny ordlyd", "Det gamle navn", "Det nye navn"),
        ("Kriterium sat", "", ""),
        ("Overdraget", "Omsorgsudvalget", "Sundheds- og Omsorgsudvalget"),
    ]
    assert [change.is_of_names for change in changes] == [True, False, True]
    assert [change.text for change in changes] == ["Kilden er ny.", "Alle bydele har et tilbud.", ""]
    assert changes[2].row == changes[2].event.ownership


def test_words_are_in_the_language_of_the_page(sou):
    answered(RecommendationFactory(), sou, "noted")
    change = newest_changes(Selection(), most=1).rows[0]
    with translation.override("en"):
        assert (change.own, change.before) == ("Noted, no commitment", "No answer recorded")


# --- What is news -----------------------------------------------------------------------------------------------------


def test_corrections_confirmations_and_what_is_taken_over_from_a_source_are_no_news(sou, anna, bo):
    item = RecommendationFactory()
    OwnershipFactory(item=item, committee=sou)
    update = published(item, on=date(2026, 1, 1), published_at=at(1), author=anna, approver=bo)
    published(item, kind=UpdateKind.CONFIRMATION, on=date(2026, 1, 3), published_at=at(3))
    assert [what for what, _before, _own in told()] == ["Ny status"]
    correction = correct_update(by=anna, update=update, committee=sou, draft=UpdateDraft(text="Forkert række."))
    assert len(told()) == 1  # a draft
    publish_update(by=bo, update=correction)
    assert told() == []


def test_what_was_corrected_is_news_until_it_was_known_to_be_wrong(sou, bo):
    item = RecommendationFactory()
    OwnershipFactory(item=item, committee=sou)
    wrong = answered(item, sou, "adopted", meeting_date=date(2026, 9, 1), recorded_at=at(9))
    first = deadline(item, date(2027, 1, 1), set_on=date(2026, 9, 1), recorded_at=at(9, 2))
    record_answer(
        by=bo, item=item, committee=sou, outcome="noted", meeting_date=date(2026, 9, 1), reason="Nej.", corrects=wrong
    )
    set_deadline(by=bo, item=item, committee=sou, due_on=date(2027, 2, 1), reason="Slåfejl.", corrects=first)
    assert told() == []
    assert [what for what, _before, _own in told(Selection(known_at=at(9, 3)))] == ["Frist sat", "Svar"]


def test_a_hand_over_that_never_was_is_no_news(chief, sou):
    old, item = CommitteeFactory(code="GML"), RecommendationFactory()
    OwnershipFactory(item=item, committee=old)
    hand_over(by=chief, predecessor=old, successor=sou, on=date(2026, 1, 1), items=[item], predecessor_ends=False)
    assert [what for what, _before, _own in told()] == ["Overdraget"]
    ownership = Ownership.objects.in_force().get(item=item, committee=sou)
    correct_owner(by=chief, ownership=ownership, never=True, reason="Forkert udvalg.")
    assert told() == []


def test_corrected_words_are_no_news(chief):
    item = RecommendationFactory(title="Et")
    wording = reword(by=chief, item=item, words=ItemWords("To"), valid_from=date(2026, 10, 1))
    assert told() == [("Ny ordlyd", "Et", "To")]
    correct_words(by=chief, wording=wording, words=ItemWords("Tre"), reason="Slåfejl.")
    assert told() == []


def test_whoever_was_told_is_told_of_the_correction(sou, bo, django_assert_num_queries):
    item = RecommendationFactory()
    OwnershipFactory(item=item, committee=sou)
    wrong = answered(item, sou, "adopted", meeting_date=date(2026, 9, 1), recorded_at=at(9))
    right = answered(item, sou, "noted", meeting_date=date(2026, 9, 8), recorded_at=at(9, 8))
    record_answer(
        by=bo,
        item=item,
        committee=sou,
        outcome="",
        meeting_date=date(2026, 9, 1),
        reason="Forkert sag.",
        corrects=wrong,
    )
    events = events_of(news_alone(Selection(), is_corrected_too=True).values_list("pk", flat=True))
    with django_assert_num_queries(2):
        found = {change.row: change for change in with_corrections(events)}
    assert found[right].correction is None
    assert found[right].changed_at == at(9, 8)
    assert found[wrong].correction.text == "Forkert sag."
    assert found[wrong].correction.event.act == Act.ANSWER_CORRECTED
    assert found[wrong].changed_at == found[wrong].correction.at > at(9)
    assert [change.correction for change in with_corrections(events, known_at=at(10))] == [None, None]


# --- Which of it ------------------------------------------------------------------------------------------------------


def test_since_is_about_when_it_was_recorded(sou):
    item = RecommendationFactory()
    published(item, Status.PLANNED, on=date(2026, 1, 1), published_at=at(3, 1))
    published(item, Status.IN_PROGRESS, on=date(2026, 2, 1), published_at=at(3, 10))
    answered(item, sou, meeting_date=date(2026, 1, 1), recorded_at=at(3, 9))
    deadline(item, date(2026, 12, 31), set_on=date(2026, 1, 1), recorded_at=at(3, 8))
    assert [what for what, _before, _own in told(Selection(since=date(2026, 3, 9)))] == ["Ny status", "Svar"]
    assert told(Selection(since=date(2026, 3, 11))) == []


def test_an_earlier_day_knows_nothing_of_later_days_and_has_its_own_words(chief):
    item = RecommendationFactory(title="Det gamle navn")
    published(item, Status.PLANNED, on=date(2026, 1, 1), published_at=at(9))
    published(item, Status.PAUSED, on=date(2026, 9, 1), published_at=at(9, 2))
    reword(by=chief, item=item, words=ItemWords("Det nye navn"), valid_from=date(2026, 10, 1))
    (change,) = newest_changes(Selection(as_of=date(2026, 6, 1)), most=50).rows
    assert (change.own, change.item.title) == ("Planlagt", "Det gamle navn")
    assert {change.item.title for change in newest_changes(Selection(), most=50).rows} == {"Det nye navn"}


def test_only_what_is_asked_for(sou):
    asked = RecommendationFactory(publication__slug="ting")
    for item in (asked, RecommendationFactory()):
        published(item, on=date(2026, 1, 1), published_at=at(1))
        answered(item, sou, recorded_at=at(2))
        deadline(item, date(2026, 12, 31), recorded_at=at(3))
    changes = newest_changes(Selection(publication="ting"), most=50)
    assert [change.what for change in changes.rows] == ["Frist sat", "Svar", "Ny status"]
    assert {change.item for change in changes.rows} == {asked}


def test_news_of_a_source_in_draft_is_nobodys():
    published(RecommendationFactory(publication__public_at=None))
    assert told() == []


def test_news_about_an_item_holds_all_below_it_and_nothing_beside(sou):
    heading = RecommendationFactory(publication__slug="ting", number="2", kind=ItemKind.HEADING)
    area = RecommendationFactory(publication=heading.publication, number="7", parent=heading)
    below = RecommendationFactory(publication=heading.publication, number="9", parent=area)
    beside = RecommendationFactory(publication=heading.publication, number="20")
    namesake = InitiativeFactory(publication=heading.publication, number="2")
    for item in (area, below, beside, namesake):
        answered(item, sou)
    assert [change.item for change in changes_of(news_about(heading))] == [below, area]
    assert [change.item for change in changes_of(news_about(area))] == [below, area]
    assert [change.item for change in changes_of(news_about(namesake))] == [namesake]


@pytest.mark.parametrize(("most", "is_cut"), [(2, True), (3, False), (4, False)])
def test_no_more_than_asked_for_and_whether_there_are_more(most, is_cut):
    for day in (1, 2, 3):
        published(RecommendationFactory(), on=date(2026, 1, 1), published_at=at(1, day))
    changes = newest_changes(Selection(), most=most)
    assert ([change.at.day for change in changes.rows], changes.is_cut) == ([3, 2, 1][:most], is_cut)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("selection", "queries"),
    [(Selection(since=date(2026, 1, 1)), 1), (Selection(as_of=date(2026, 11, 1)), 2)],
    ids=["today", "an earlier day"],
)
def test_one_query_and_one_for_the_words_of_an_earlier_day(
    selection, queries, count, sou, chief, django_assert_num_queries
):
    for _ in range(count):
        item = RecommendationFactory()
        published(item, on=date(2026, 1, 1))
        answered(item, sou)
        deadline(item, date(2026, 12, 31))
        OwnershipFactory(item=item, committee=CommitteeFactory(code="OMU"))
        reword(by=chief, item=item, words=ItemWords("Nyt"), valid_from=date(2026, 10, 1))
    hand_over(by=chief, predecessor=CommitteeFactory(code="OMU"), successor=sou, on=date(2026, 10, 1))
    with django_assert_num_queries(queries):
        changes = newest_changes(selection, most=50).rows
        for change in changes:
            assert change.item.publication.title
            assert change.item.title
            assert change.what
            assert change.before is not None
            assert change.own is not None
            assert change.text is not None
            assert change.committee is None or change.committee.name
    assert len(changes) == 5 * count


@pytest.mark.parametrize("most", [1, 2, 9])
def test_the_newest_of_an_earlier_day_are_told_in_the_order_they_became_known(most):
    """However late it was told, and however few are asked for: as the list of all news of that day begins."""
    item = RecommendationFactory()
    for on, published_at in [
        (date(2026, 1, 1), at(1, 1)),
        (date(2026, 2, 1), at(2, 1)),  # the same day
        (date(2026, 2, 1), at(2, 4)),
        (date(2026, 1, 30), at(2, 4)),
        (date(2026, 1, 3), at(10, 1)),  # told long after
        (date(2026, 2, 2), at(2, 2)),  # about the day after
        (date(2026, 2, 2), at(2, 6)),
    ]:
        published(item, on=on, published_at=published_at, kind=UpdateKind.NOTE)
    newest = newest_of_all(date(2026, 2, 1), None, most=most)
    every = news_alone(Selection(as_of=date(2026, 2, 1)))
    assert [change.event for change in newest.rows] == list(every[:most])
    assert newest.is_cut is (every.count() > most)


@pytest.mark.parametrize(
    ("left", "is_cut"), [({12}, False), ({0, 10, 11, 12, 13}, False), ({5, 10, 14, 15, 16, 20}, True)]
)
def test_of_much_that_was_told_late_and_corrected_since_the_rest_is_told_once(left, is_cut, citizen):
    """The front page shows five: of what more than twice as many news leave, none is missing and none stands twice."""
    item = RecommendationFactory()
    for number in range(21):  # the newest first
        text, told_at = f"Nyhed {number:02}.", at(6) - timedelta(number)
        news = published(item, on=date(2026, 1, 15), published_at=told_at, kind=UpdateKind.NOTE, text=text)
        if number not in left:
            published(item, on=date(2026, 1, 15), kind=UpdateKind.CORRECTION, corrects=news, text="Forkert række.")
    front, news = (citizen.get(page).content.decode() for page in ("/?pr=2026-02-01", "/nyt/?pr=2026-02-01"))
    assert re.findall(r"Nyhed \d\d", news) == [f"Nyhed {number:02}" for number in sorted(left)]
    assert re.findall(r"Nyhed \d\d", front.split('id="nyt"')[1]) == re.findall(r"Nyhed \d\d", news)[:5]
    assert ("Kun de 5 nyeste er vist." in front) is is_cut
