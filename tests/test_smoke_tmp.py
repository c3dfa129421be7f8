import pytest
from django.utils import timezone
from recommendations import append_only
from django.db import connection
from tests.factories import *

def test_a(anna, bo, carla, dina, chief, sud, buu):
    assert timezone.localdate() == TODAY
    r = RecommendationFactory()
    u = published(r, Status.IMPLEMENTED)
    r.refresh_from_db()
    assert r.status == "implemented" and r.fresh_on == TODAY
    i = InitiativeFactory(); published(i, Status.ABANDONED); deadline(i, TODAY)
    for f in (ProcessFactFactory, SuccessionFactory, VoteShareFactory, OwnershipFactory, CommitteeAnswerFactory, EvidenceFactory, DoneWhenFactory, RelationFactory, IssuedReportFactory):
        f()
    OwnershipFactory(initiative=i)
    assert Recommendation.objects.count() < 15

def test_random(db):
    p = PublicationFactory()
    for n in range(20): RecommendationFactory(publication=p)
    orders = {tuple(Recommendation.objects.order_by().values_list("pk", flat=True)) for _ in range(5)}
    assert len(orders) == 5
    assert Recommendation.objects.count() == 20
    list(Recommendation.objects.order_by().union(Recommendation.objects.order_by()))

@pytest.mark.browser
@pytest.mark.parametrize("n", [1,2])
def test_browser(page, live_server, open_page, anna, n):
    r = RecommendationFactory(); published(r, Status.IMPLEMENTED)
    page.goto("/nothing/"); open_page(anna).goto("/nothing-2/")
    assert append_only.missing(connection) == []

@pytest.mark.django_db(transaction=True)
def test_after():
    assert append_only.missing(connection) == []
    assert not Recommendation.objects.exists()
