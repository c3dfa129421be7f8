"""What `as_a_node` promises: tests that only script/scaled runs, as nothing else is set up so."""

import pytest
from django.core.cache import caches
from django.db import router

from recommendations.models import Event
from tracker.replica import PRIMARY, REPLICA

pytestmark = pytest.mark.django_db


def test_a_public_page_is_read_in_the_copy(citizen, monkeypatch):
    asked = []
    read = router.db_for_read
    monkeypatch.setattr(router, "db_for_read", lambda model, **hints: asked.append(read(model, **hints)) or asked[-1])
    assert citizen.get("/").status_code == 200
    assert set(asked) == {REPLICA}
    assert router.db_for_write(Event) == PRIMARY


def test_what_is_kept_is_kept_in_redis(keeping, citizen):
    citizen.get("/om/")
    assert not caches["pages"].is_resting
    # The page, where the last of its kind lies, and which version is the newest (`tracker.kept_pages`).
    assert len(caches["pages"].redis._cache.get_client().keys("pages:*")) == 3
