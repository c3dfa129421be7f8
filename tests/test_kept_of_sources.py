"""What is kept of each source: after every act it says what would be made anew, and of other sources it is not made."""

import pytest
from django.db import transaction
from django.utils import timezone

from recommendations import data_version, facet_index
from recommendations.actions.state import event, record
from recommendations.data_version import MOST_LOOKED_AT, kept_of
from recommendations.enums import Act
from recommendations.figures import totals_of_sources
from recommendations.models import Committee, Event, Item, Publication, Succession
from recommendations.public import item_rows
from recommendations.public.asked import Times
from recommendations.public.former import answered_elsewhere, owned_before
from recommendations.public.glance import shown_glance
from recommendations.public.pressing import pressing_of
from tests import test_actions_events
from tests.factories import PublicationFactory, RecommendationFactory
from tests.test_actions_events import ACTS
from tests.test_data_version import act

pytestmark = pytest.mark.django_db
world_of_acts = test_actions_events.world  # a fixture


def said():
    """All that pages keep of sources, for as long as nothing happens to them."""
    sources = list(Publication.objects.public().order_by("pk"))
    keys = [source.pk for source in sources]
    glances = [shown_glance(source, Times(None, None, "/")) for source in sources]
    index = facet_index.at()
    successions = list(Succession.objects.order_by("on", "pk"))
    former = [
        (owned_before(one, index), answered_elsewhere(one, frozenset([one]), successions, index))
        for one in Committee.objects.order_by("pk").values_list("pk", flat=True)
    ]
    html = [one and one.html for one in glances]
    return totals_of_sources(keys, index), pressing_of(keys, index), former, html, of_items(sources)


def of_items(sources):
    """What pages of items read of few items, and of their sources."""
    today = timezone.localdate()
    treated = [
        [(one.pk, one.has_meeting) for one in item_rows.treatments_of(source.pk, today, with_pages=True)]
        for source in sources
    ]
    recorded = [
        [one.pk for one in item_rows.recorded_of(model, item, today, "set_on")]
        for item in Item.objects.public().order_by("pk")
        for model in item_rows.FEW_HAVE
    ]
    for source in sources:
        item_rows.give_documents(source)
    return treated, recorded, [[document.title for document in source.documents.all()] for source in sources]


def kept(asked=said):
    with data_version.during(data_version.newest()):
        return asked()


def test_after_every_act_it_is_what_would_be_made_anew(world_of_acts):
    for told in ACTS:
        with transaction.atomic():
            data_version._memory.clear()
            data_version._of_sources.clear()
            data_version._acts.clear()
            facet_index._kept.clear()
            ready = told.prepare(world_of_acts)
            kept()
            told.do(world_of_acts, getattr(world_of_acts, told.by), ready)
            assert kept() == said(), told.name
            transaction.set_rollback(True)
        for one in vars(world_of_acts).values():
            if isinstance(one, Item):
                one.refresh_from_db()


@pytest.fixture
def sources():
    return [PublicationFactory().pk for _number in range(3)]


@pytest.fixture
def made(sources):
    """Asks for what is kept of all three; gives those it was made of."""

    def made():
        found = []
        kept_of(sources, "thing", lambda missing: found.extend(missing) or {source: len(found) for source in missing})
        return found

    return made


def happened(**what):
    return record(act=what.pop("act", Act.SOURCE_CHANGED), by=None, **what)


def test_what_happens_to_one_source_leaves_the_others(sources, made):
    assert made() == sources  # nothing may be kept
    assert kept(made) == sources
    assert kept(made) == []
    happened(publication=Publication.objects.get(pk=sources[1]))
    assert kept(made) == [sources[1]]
    happened(item=RecommendationFactory(publication_id=sources[2]), act=Act.STATUS_PUBLISHED)
    assert kept(made) == [sources[2]]
    act()  # about a committee
    assert kept(made) == sources
    happened(publication=Publication.objects.get(pk=sources[0]), act=Act.WITHHELD)  # a name may stand elsewhere too
    assert kept(made) == sources


def test_a_request_that_began_before_keeps_nothing_for_later_ones(sources, made):
    began = data_version.newest()
    happened(publication=Publication.objects.get(pk=sources[0]))
    assert kept(made) == sources
    with data_version.during(began):
        assert made() == sources
    assert kept(made) == []


def test_after_many_acts_all_is_made_anew(sources, made):
    kept(made)
    one = Publication.objects.get(pk=sources[0])
    Event.objects.bulk_create(
        event(act=Act.SOURCE_CHANGED, by=None, publication=one) for _number in range(MOST_LOOKED_AT + 1)
    )
    assert kept(made) == sources
    assert kept(made) == []


def test_what_is_kept_is_bounded(sources, made, monkeypatch):
    monkeypatch.setattr(data_version, "MOST_KEPT_OF_SOURCES", 2)
    kept(made)
    assert len(data_version._of_sources) == 2
