"""Which items have a word: the same from the database, from the texts, and from what is kept after every act."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from recommendations import data_version
from recommendations.actions.state import record
from recommendations.criteria import word_keys
from recommendations.criteria.word_keys import keys_having
from recommendations.enums import Act, UpdateKind
from recommendations.models import Item, SearchText
from recommendations.models.search_text import keys_among, keys_of
from recommendations.terms import Word
from tests import test_actions_events
from tests.factories import RecommendationFactory, published
from tests.test_actions_events import ACTS

pytestmark = pytest.mark.django_db
world_of_acts = test_actions_events.world  # a fixture

TEAMS, TOWNS = Word("faste"), Word("byerne")


def kept(*words):
    with data_version.during(data_version.newest()):
        return keys_having(words)


def afresh(*words):
    return dict(zip(words, keys_of(words), strict=True))


def queries_for(*words):
    with CaptureQueriesContext(connection) as asked:
        kept(*words)
    return len(asked) - 1  # the first is for the version


def some_words(step):
    """Of all that items are found by, each as it is and as somebody may still be typing it."""
    tokens = {token[2:] for text in SearchText.objects.values_list("words", flat=True) for token in text.split()}
    return [Word(word, is_half) for word in sorted(tokens)[::step] for is_half in (False, True)]


def test_the_database_finds_a_word_where_its_texts_have_it(seeded):
    items = list(Item.objects.order_by("pk").values_list("pk", flat=True))
    words = [*some_words(150), Word("2.3"), Word("2"), Word("ai"), Word("k", is_half=True), TEAMS, TOWNS]
    assert keys_of(words) == keys_among(items, words)
    assert any(one.found != one.whole for one in keys_of(words))


def test_after_every_act_it_is_what_would_be_asked_anew(world_of_acts):
    for act in ACTS:
        with transaction.atomic():
            word_keys._kept.clear()
            ready = act.prepare(world_of_acts)
            words = some_words(15)
            kept(*words)
            act.do(world_of_acts, getattr(world_of_acts, act.by), ready)
            words = sorted({*words, *some_words(15)}, key=lambda word: (word.text, word.is_half))
            assert kept(*words) == afresh(*words), act.name
            transaction.set_rollback(True)
        for one in vars(world_of_acts).values():
            if isinstance(one, Item):
                one.refresh_from_db()


@pytest.fixture
def item():
    return RecommendationFactory(title="Besøg af faste teams", summary="", official_text="")


def test_a_word_is_asked_for_once(item):
    assert queries_for(TEAMS) == 1
    assert queries_for(TEAMS) == 0
    assert queries_for(TEAMS, TOWNS) == 1
    assert queries_for(TEAMS, TOWNS) == 0


def test_nothing_is_kept_where_nothing_may_be(item):
    assert item.pk in keys_having([TEAMS])[TEAMS].found[0]
    assert not word_keys._kept


def test_news_are_found_at_once_and_what_was_corrected_no_longer(item):
    assert not any(kept(TOWNS)[TOWNS].found)
    update = published(item, text="Vi har besøgt alle byerne.")
    assert queries_for(TOWNS) == 2  # what has happened, and the words of that item
    assert item.pk in kept(TOWNS)[TOWNS].found[-1]
    assert queries_for(TOWNS) == 0
    published(item, kind=UpdateKind.CORRECTION, corrects=update, text="Vi har besøgt alle skoler.")
    assert not any(kept(TOWNS)[TOWNS].found)


def test_after_an_act_that_may_be_about_any_item_the_words_are_asked_for_anew(item):
    assert item.pk in kept(TEAMS)[TEAMS].found[0]
    SearchText.objects.update(words="")
    record(act=Act.MEETING_PLANNED, by=None)
    assert item.pk in kept(TEAMS)[TEAMS].found[0]
    record(act=Act.WITHHELD, by=None)
    assert not any(kept(TEAMS)[TEAMS].found)


def test_after_acts_about_many_items_the_words_are_asked_for_anew(item, monkeypatch):
    monkeypatch.setattr(word_keys, "MOST_READ_AGAIN", 1)
    kept(TOWNS)
    for one in (item, RecommendationFactory(title="Y", summary="", official_text="")):
        published(one, text="Vi har besøgt alle byerne.")
    assert len(kept(TOWNS)[TOWNS].found[-1]) == 2


def test_words_that_were_read_at_different_times_are_brought_up_to_date_together(item, monkeypatch):
    kept(TEAMS)
    published(item, text="Vi har besøgt alle byerne.")
    kept(TOWNS)
    published(item, text="Vi har besøgt alle skoler med faste lærere.")
    assert queries_for(TEAMS, TOWNS) == 2
    assert kept(TEAMS, TOWNS) == afresh(TEAMS, TOWNS)
    published(item, text="Vi er kommet til byerne igen, og det er fast.")
    monkeypatch.setattr(word_keys, "MOST_LOOKED_AT", 1)
    assert queries_for(TEAMS, TOWNS) == 2  # more has happened than is looked at
    assert kept(TEAMS, TOWNS) == afresh(TEAMS, TOWNS)


def test_what_was_not_asked_for_the_longest_goes_first(item, monkeypatch):
    kept(TEAMS)
    monkeypatch.setattr(word_keys, "MOST_BYTES", 2 * kept(TEAMS)[TEAMS].size)
    kept(TOWNS)
    kept(TEAMS)
    kept(Word("besøg"))
    assert [word for _municipality, word in word_keys._kept] == [TEAMS, Word("besøg")]
