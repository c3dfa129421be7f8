"""Udvalget er ændret: chosen, looked at, done as one recorded act. The successors are made up."""

from datetime import date

import pytest
from django.urls import reverse

from recommendations.models import Ownership, Succession
from tests.factories import (
    CommitteeFactory,
    CommitteeMembershipFactory,
    InitiativeFactory,
    OwnershipFactory,
    RecommendationFactory,
    published,
)

NEW_YEAR = date(2026, 1, 1)


@pytest.fixture
def heir(db):
    return CommitteeFactory(code="SOU-2026", abbreviation="SOU", name="Udvalget for Det Nye", valid_from=NEW_YEAR)


@pytest.fixture
def items(sou, anna):
    items = [RecommendationFactory(number="3.2"), InitiativeFactory(number="27")]
    for item in items:
        OwnershipFactory(item=item, committee=sou)
        published(item, committee=sou, author=anna, text="Skrevet i det gamle udvalg.")
    return items


def url(committee):
    return reverse("admin:recommendations_committee_hand_over", args=[committee.pk])


def data(heir, items, step, **fields):
    chosen = [item.pk for item in items]
    values = {"successor": heir.pk, "on": "2026-01-01", "predecessor_ends": "on", "items": chosen, "trin": step}
    return values | fields


def test_all_open_items_are_chosen_by_default(as_user, chief, sou, items):
    page = as_user(chief).get(url(sou)).content.decode()
    assert page.count('name="items"') == page.count("checked") - 1 == 2  # and the box that says the old one ends


def test_looking_shows_what_will_happen_and_writes_nothing(as_user, chief, sou, heir, items):
    page = as_user(chief).post(url(sou), data(heir, items, "vis")).content.decode()
    assert "Det vil ske. Intet er gemt endnu." in page
    assert "Sundheds- og Omsorgsudvalget afløses af Udvalget for Det Nye den 1. januar 2026." in page
    assert "2 rækker flytter med:" in page
    sou.refresh_from_db()
    assert sou.valid_to is None
    assert not Succession.objects.exists()
    assert not Ownership.objects.filter(committee=heir).exists()


def test_registering_moves_what_was_chosen(as_user, chief, sou, heir, items):
    moving, staying = items
    assert as_user(chief).post(url(sou), data(heir, [moving], "registrer")).status_code == 302
    act = Succession.objects.get()
    assert (act.recorded_by, act.on) == (chief, NEW_YEAR)
    assert Ownership.objects.get(committee=heir).item == moving
    assert Ownership.objects.get(committee=heir).succession == act
    assert Ownership.objects.get(committee=sou, valid_to__isnull=True).item == staying
    sou.refresh_from_db()
    assert sou.valid_to == NEW_YEAR


def test_old_updates_keep_the_name_of_their_time_on_the_public_page(as_user, citizen, chief, sou, heir, items):
    as_user(chief).post(url(sou), data(heir, items, "registrer"))
    page = citizen.get(items[0].get_absolute_url()).content.decode()
    assert "Sundheds- og Omsorgsudvalget" in page
    assert "Udvalget for Det Nye" in page


def test_the_heirs_members_take_over_and_the_old_ones_stop(as_user, chief, sou, heir, items, anna):
    as_user(chief).post(url(sou), data(heir, items, "registrer"))
    nadia = CommitteeMembershipFactory(committee=heir, role="editor").user
    page = reverse("admin:recommendations_recommendation_status", args=[items[0].pk])
    assert as_user(nadia).get(page).status_code == 200
    assert as_user(anna).get(page).status_code == 403


def test_what_is_refused_is_said_and_what_was_typed_stays(as_user, chief, sou, heir, items):
    answer = as_user(chief).post(url(sou), data(heir, items, "registrer", on="2020-01-01", reason="Ny struktur."))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Udvalget for Det Nye findes ikke den dag." in page
    assert "Ny struktur." in page
    assert not Succession.objects.exists()


def test_is_for_administrators(as_user, citizen, bo, sou, heir, items):
    assert as_user(bo).get(url(sou)).status_code == 403
    assert as_user(bo).post(url(sou), data(heir, items, "registrer")).status_code == 403
    assert citizen.post(url(sou), data(heir, items, "registrer")).status_code in {302, 401}
    assert not Succession.objects.exists()
