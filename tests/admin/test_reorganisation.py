"""Udvalget er ændret: chosen, looked at, done as one recorded act. The successors are made up."""

import re
from datetime import date

import pytest
from django.urls import reverse

from recommendations.actions import UpdateDraft, save_draft
from recommendations.enums import Status
from recommendations.models import Ownership, StatusUpdate, Succession
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
    assert Ownership.objects.in_force().get(committee=sou).item == staying
    sou.refresh_from_db()
    assert sou.valid_to == NEW_YEAR


def test_old_updates_keep_the_name_of_their_time_on_the_public_page(as_user, citizen, chief, sou, heir, items):
    as_user(chief).post(url(sou), data(heir, items, "registrer"))
    page = citizen.get(items[0].get_absolute_url()).content.decode()
    assert "Sundheds- og Omsorgsudvalget" in page
    assert "Udvalget for Det Nye" in page


def test_people_and_drafts_move_with_a_committee_that_ends(as_user, chief, sou, heir, items, anna, bo):
    draft = save_draft(by=anna, item=items[0], committee=sou, draft=UpdateDraft(status=Status.PAUSED, text="Kladde."))
    page = as_user(chief).post(url(sou), data(heir, items, "vis")).content.decode()
    assert "1 kladde flytter med:" in page
    assert "anna: Redaktør, SOU" in page
    as_user(chief).post(url(sou), data(heir, items, "registrer"))
    draft.refresh_from_db()
    assert draft.committee == heir
    assert set(heir.memberships.values_list("user__username", "role")) == {("anna", "editor"), ("bo", "approver")}
    status = reverse("admin:recommendations_recommendation_status", args=[items[0].pk])
    assert as_user(anna).get(status).status_code == 200
    assert as_user(bo).get(reverse("admin:recommendations_statusupdate_change", args=[draft.pk])).status_code == 200


def test_only_the_chosen_tasks_move_where_the_old_committee_goes_on(as_user, chief, sou, heir, items, anna):
    """The second case of its kind: not only what B owns, but also who may write about what stayed."""
    moving, staying = items
    drafts = [
        save_draft(by=anna, item=item, committee=sou, draft=UpdateDraft(status=Status.PAUSED, text="Kladde."))
        for item in items
    ]
    chosen = {name: value for name, value in data(heir, [moving], "vis").items() if name != "predecessor_ends"}
    client = as_user(chief)
    page = client.post(url(sou), chosen).content.decode()
    assert "Udvalget for Det Nye overtager det valgte fra Sundheds- og Omsorgsudvalget den 1. januar 2026." in page
    assert "1 kladde flytter med:" in page
    assert "De får samme rolle" not in page
    assert client.post(url(sou), chosen | {"trin": "registrer"}).status_code == 302
    sou.refresh_from_db()
    assert sou.valid_to is None
    assert [StatusUpdate.objects.get(pk=draft.pk).committee for draft in drafts] == [heir, sou]
    nadia = CommitteeMembershipFactory(committee=heir, role="editor").user
    moved, stayed = (
        reverse(f"admin:recommendations_{item.route}_status", args=[item.pk]) for item in (moving, staying)
    )
    assert [as_user(nadia).get(page).status_code for page in (moved, stayed)] == [200, 403]
    assert [as_user(anna).get(page).status_code for page in (moved, stayed)] == [403, 200]


def test_what_was_left_behind_is_moved_by_the_same_page(as_user, chief, sou, heir, items):
    moving, staying = items
    client = as_user(chief)
    client.post(url(sou), data(heir, [moving], "registrer"))
    page = client.get(url(sou)).content.decode()
    assert "Sundheds- og Omsorgsudvalget ophørte den 1. januar 2026." in page
    assert 'value="2026-01-01"' in page
    assert moving.title not in page
    assert staying.title in page
    assert client.post(url(sou), data(heir, [staying], "registrer")).status_code == 302
    assert set(Ownership.objects.in_force().values_list("committee__code", flat=True)) == {"SOU-2026"}
    assert Succession.objects.count() == 1


def test_two_clicks_move_once(as_user, chief, sou, heir, items):
    client = as_user(chief)
    key = re.search(r'name="noegle" value="([^"]+)"', client.get(url(sou)).content.decode())[1]
    sent = data(heir, items, "registrer", noegle=key)
    assert [client.post(url(sou), sent | {"trin": step}).status_code for step in ("vis", "registrer", "registrer")] == [
        200,
        302,
        302,
    ]
    assert Succession.objects.count() == 1
    assert Ownership.objects.filter(committee=heir).count() == 2


def test_what_is_closed_may_be_chosen_and_is_not_by_default(as_user, chief, sou, heir, items):
    done = RecommendationFactory(number="9")
    OwnershipFactory(item=done, committee=sou)
    published(done, "implemented", committee=sou)
    page = as_user(chief).get(url(sou)).content.decode()
    assert "(afsluttet)" in page
    assert page.count('name="items"') == 3
    assert page.count("checked") == 3  # two items, and the box that says the old one ends


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
