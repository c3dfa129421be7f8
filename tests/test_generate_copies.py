"""Sources that are copied inside the database hold what their originals hold."""

import pytest
from django.db import transaction

from recommendations import tenancy
from recommendations.actions.state import digest
from recommendations.enums import ItemKind
from recommendations.models import Event, Item, Publication, SearchText, StatusUpdate, Succession
from tests.factories import MunicipalityFactory
from tests.test_generate import KINDS, generate, verify

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def copied_once(django_db_setup, django_db_blocker):
    """Seven sources: the sixth says what the first says, and the seventh what the second says."""
    with django_db_blocker.unblock(), transaction.atomic(), tenancy.active(MunicipalityFactory()):
        generate(anbefalinger=280, opdateringer=280)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def copied(copied_once, db):
    """Made-up rows, some of them copied inside the database."""


def about(model, slug):
    """The model's rows that belong to a source, without what must differ."""
    to = {"item": "item__publication", "from_item": "from_item__publication", "update": "update__item__publication"}
    names = {field.name for field in model._meta.concrete_fields}
    path = "publication" if "publication" in names else next(to[name] for name in to if name in names)
    columns = [field.attname for field in model._meta.concrete_fields if not field.is_relation]
    columns = [name for name in columns if name not in {"id", "digest", "key"}]
    return sorted(map(repr, model.objects.filter(**{f"{path}__slug": slug}).order_by("pk").values_list(*columns)))


class TestCopies:
    def test_hold_what_their_originals_hold(self, copied):
        for model in [*KINDS, SearchText]:
            if model not in {Publication, Succession}:
                assert about(model, "eksempel-6") == about(model, "eksempel-1"), model
                assert about(model, "eksempel-7") == about(model, "eksempel-2"), model

    def test_point_at_rows_of_their_own(self, copied):
        item = Item.objects.filter(publication__slug="eksempel-6", parent__isnull=False).order_by("pk")[0]
        assert item.parent.publication == item.wording.item.publication == item.publication
        for update in StatusUpdate.objects.filter(item__publication__slug="eksempel-6", corrects__isnull=False):
            assert update.corrects.item == update.item

    def test_events_know_their_rows_by_their_digests(self, copied):
        events = Event.objects.filter(publication__slug__in=["eksempel-6", "eksempel-7"]).with_rows().order_by("pk")
        assert len(events) > 100
        for event in events:
            assert event.digest == (digest(event.row) if event.row else ""), event

    def test_verify_finds_no_fault_and_rows_can_still_be_added(self, copied):
        assert verify()[1]
        first = Item.objects.order_by("pk")[0]
        assert Item.objects.create(publication=first.publication, number="ny", kind=ItemKind.HEADING).pk > first.pk
