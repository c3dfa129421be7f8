"""Lines that are kept as text are what would be made now, whatever has been done since they were kept."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from recommendations import data_version
from recommendations.actions import (
    change_source,
    move_meeting,
    plan_meetings,
    record_answer,
    save_committee,
    set_deadline,
)
from recommendations.actions.meetings import MeetingContent
from recommendations.actions.state import record
from recommendations.enums import Act
from recommendations.models import Committee, Event, KeptLine, KeptLines, Meeting, Publication, Recommendation
from recommendations.reports import kept_lines
from recommendations.reports.kept_lines import LineTexts, keep_all, text_of
from recommendations.reports.lines import lines
from recommendations.selection import NONE_REGISTERED, Selection
from tests.factories import UserFactory, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(seeded, keeping):
    """Every line of the shipped sources is kept."""
    keep_all()
    assert KeptLine.objects.exists()


@pytest.fixture
def admin(seeded):
    return UserFactory(username="admin", is_staff=True, is_superuser=True)


def given_out(selection=None, form="json"):
    """The texts as a stream gives them, which are kept afterwards."""
    with translation.override("da"):
        found = LineTexts(Recommendation, selection or Selection(), form)
        texts = [text for some in found.batches() for text in some]
        found.keep()
        found.close()
    return texts


def made(selection=None, form="json"):
    return [text_of(line, form) for line in lines(Recommendation, selection or Selection())]


def item_of(committee):
    owned = Recommendation.objects.counted().filter(ownerships__committee__code=committee)
    return owned.select_related("publication").order_by("pk")[0]


def test_nothing_is_made_that_is_kept(kept, monkeypatch):
    expected, cells = made(), made(form="csv")
    monkeypatch.setattr(kept_lines, "lines_of", lambda *_args: pytest.fail("a line was made"))
    assert given_out() == expected
    assert given_out(form="csv") == cells
    assert given_out(Selection(committee="SOU", order="stemmer")) == made(Selection(committee="SOU", order="stemmer"))


def test_another_day_is_made_anew(kept):
    then = Selection(as_of=timezone.localdate() - timedelta(days=300))
    assert given_out(then) == made(then) != []


def status(_admin):
    published(item_of("SOU"), text="Et nyt ord.")


def answer(admin):
    day = timezone.localdate() - timedelta(days=1)
    committee = Committee.objects.get(code="SOU")
    record_answer(
        by=admin,
        item=item_of("SOU"),
        committee=committee,
        outcome="not_adopted",
        meeting_date=day,
        text="Nej.",
        sure=True,
    )


def first_deadline(admin):
    day = timezone.localdate() + timedelta(days=90)
    set_deadline(by=admin, item=item_of("SOU"), committee=Committee.objects.get(code="SOU"), due_on=day, sure=True)


def other_title(admin):
    source = Publication.objects.get(pk=item_of("SOU").publication_id)
    change_source(by=admin, publication=source, title="Et andet navn til kilden")


def other_name(admin):
    committee = Committee.objects.get(code="SOU")
    committee.abbreviation = "SOUX"
    save_committee(by=admin, committee=committee)


def moved_meeting(admin):
    committee, soon = Committee.objects.get(code="SOU"), timezone.localdate() + timedelta(days=20)
    plan_meetings(by=admin, committee=committee, meetings=[MeetingContent(on=soon)], sure=True)
    meeting = Meeting.objects.get(committee=committee, on=soon)
    published(item_of("SOU"), next_step="Udvalget tager stilling", next_step_meeting=meeting)
    given_out()
    move_meeting(by=admin, meeting=meeting, on=soon + timedelta(days=1), reason="Ferie", sure=True)


@pytest.mark.parametrize("act", [status, answer, first_deadline, other_title, other_name, moved_meeting])
def test_what_is_done_is_seen_at_once(kept, admin, act):
    before = given_out()
    act(admin)
    assert given_out() == made() != before
    assert given_out() == made()  # now they are kept


def test_what_a_day_will_change_is_not_kept(kept):
    item = item_of("SOU")
    published(item, on=timezone.localdate() + timedelta(days=2))
    assert given_out() == made()
    assert not KeptLine.objects.filter(item=item).exists()


def test_only_what_is_no_longer_right_is_made(kept, monkeypatch):
    item, asked = item_of("SOU"), []
    published(item)
    make = kept_lines.lines_of
    monkeypatch.setattr(
        kept_lines, "lines_of", lambda model, keys, *more: asked.extend(keys) or make(model, keys, *more)
    )
    given_out()
    assert asked == [item.pk]


def test_who_knows_less_keeps_nothing(kept):
    """Two read at different versions, and the one that read first is done last."""
    slow = LineTexts(Recommendation, Selection())
    published(item_of("SOU"), text="Det første.")
    list(slow.batches())
    published(item_of("SOU"), text="Det andet.")
    given_out()
    slow.keep()
    slow.close()
    assert KeptLines.objects.get().version == Event.objects.order_by("-pk")[0].pk
    assert given_out() == made()


def test_what_the_index_knows_is_asked_for_no_more(kept, django_assert_num_queries):
    keys = list(Selection(committee="SOU").keys(Recommendation))[::-1]
    expected = made(Selection(committee="SOU"))[::-1]
    with data_version.during(data_version.newest()):
        found = LineTexts(Recommendation, Selection(committee="SOU"), indexed=keys)
        with translation.override("da"), django_assert_num_queries(2):  # the versions and the lines
            assert (found.count(), [text for some in found.batches() for text in some]) == (len(keys), expected)


def test_what_was_done_since_the_index_was_asked_is_seen(kept):
    """Also where it moves an item into what is asked for, or out of it."""
    selection = Selection(status=(NONE_REGISTERED,))
    before = made(selection)
    with data_version.during(data_version.newest()):
        found = LineTexts(Recommendation, selection, indexed=list(selection.keys(Recommendation)))
        out = Recommendation.objects.get(pk=next(iter(selection.keys(Recommendation))))
        published(out, "in_progress")
        with translation.override("da"):
            texts = [text for some in found.batches() for text in some]
        assert found.count() == len(texts) == len(before) - 1
    found.close()
    assert texts == made(selection)


def test_other_columns_or_another_address_make_all_lines_anew(kept, settings):
    settings.SITE_URL = "https://nyt-sted.dk"
    assert given_out() == made()
    assert all(
        "https://nyt-sted.dk/" in text for text in KeptLine.objects.order_by("pk").values_list("json", flat=True)
    )


def test_what_was_made_before_something_was_taken_away_is_not_kept_after_it(kept):
    slow = LineTexts(Recommendation, Selection())
    published(item_of("SOU"), text="Det, der fjernes.")
    list(slow.batches())
    record(act=Act.WITHHELD, by=None)
    KeptLine.objects.all().delete()
    slow.keep()
    slow.close()
    assert not KeptLine.objects.exists()
    assert given_out() == made()
