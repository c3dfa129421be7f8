"""Udvalget er ændret: chosen, looked at, done as one recorded act. The successors are made up."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recommendations.actions import UpdateDraft, save_draft
from recommendations.enums import Status
from recommendations.models import Committee, Ownership, Reach, StatusUpdate, Succession
from tests.factories import (
    TODAY,
    CommitteeFactory,
    CommitteeMembershipFactory,
    InitiativeFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    published,
)
from tests.staff.whole_pages import StaffPage

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
    values = {"successor": heir.pk, "on": "2026-01-01", "predecessor_ends": "on", "extent": "valgte", "items": chosen}
    return values | {"trin": step} | fields


def test_all_open_items_are_chosen_by_default_without_a_tick(as_user, chief, sou, heir, items):
    done = RecommendationFactory(number="9")
    OwnershipFactory(item=done, committee=sou)
    published(done, "implemented", committee=sou)
    page = StaffPage.open(as_user(chief), url(sou))
    assert "Alle åbne rækker (2)" in page.text
    assert "Alle rækker, også de afsluttede (3)" in page.text
    looked = page.press("Vis, hvad der vil ske", successor=heir.pk)
    assert "2 rækker flytter med:" in looked.text
    assert "Skiftet er registreret. Flyttet: rækker 2, kladder 0, roller 1." in looked.press("Registrer skiftet").text
    assert [owned.item for owned in Ownership.objects.in_force().filter(committee=sou)] == [done]


def test_all_with_what_is_closed_is_one_choice(as_user, chief, sou, heir, items):
    published(items[0], "implemented", committee=sou)
    page = StaffPage.open(as_user(chief), url(sou)).press("Vis, hvad der vil ske", successor=heir.pk, extent="alle")
    page.press("Registrer skiftet")
    assert Ownership.objects.in_force().filter(committee=heir).count() == 2


def test_a_whole_source_or_all_under_a_heading_is_one_tick(as_user, chief, sou, heir, items):
    source = PublicationFactory(title="Tinget")
    heading = RecommendationFactory(publication=source, number="4", title="Hjemmet", kind="heading")
    below = [
        RecommendationFactory(publication=heading.publication, number=f"4.{n}", parent=heading) for n in range(1, 4)
    ]
    for item in below:
        OwnershipFactory(item=item, committee=sou)
    OwnershipFactory(item=RecommendationFactory(publication=source, number="5"), committee=sou)
    page = StaffPage.open(as_user(chief), url(sou))
    chosen = {"successor": heir.pk, "extent": "valgte"}
    (whole,) = ticks(page, "Tinget: alle 4")
    assert "4 rækker flytter med:" in page.press("Vis, hvad der vil ske", **chosen, groups=whole).text
    opened = page.press("Vis rækkerne: Tinget", reason="Ny struktur.", **chosen)
    assert dict(opened.sent("Vis, hvad der vil ske")[1])["reason"] == "Ny struktur."
    assert "Det kunne ikke gemmes" not in opened.text
    (part,) = ticks(opened, "4 Hjemmet: alle 3")
    looked = opened.press("Vis, hvad der vil ske", groups=part)
    assert "3 rækker flytter med:" in looked.text
    looked.press("Registrer skiftet")
    assert {owned.item.number for owned in Ownership.objects.in_force().filter(committee=heir)} == {"4.1", "4.2", "4.3"}


def ticks(page, words):
    """What the box with these words carries."""
    return [
        box.get("value")
        for label in page.tree.iter("label")
        if " ".join(label.text_content().split()) == words
        for box in label.iter("input")
    ]


def test_a_row_is_ticked_once_its_source_is_opened(as_user, chief, sou, heir, items):
    page = StaffPage.open(as_user(chief), url(sou))
    assert not page.tree.xpath('//input[@name="items"]')
    opened = page.press(f"Vis rækkerne: {items[0].publication.title}", successor=heir.pk, extent="valgte")
    looked = opened.press("Vis, hvad der vil ske", items=items[0].pk)
    assert "1 række flytter med:" in looked.text
    assert str(items[0].pk) in dict(looked.sent("Registrer skiftet")[1])["items"]
    looked.press("Registrer skiftet")
    assert Ownership.objects.in_force().get(committee=heir).item == items[0]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"extent": "aabne"}, "Du har sat kryds ved nogle rækker."),
        ({"items": []}, "Vælg mindst én række eller en hel gruppe nedenfor."),
        ({"successor": ""}, "Vælg det udvalg, der overtager, eller skriv det nye udvalgs navn."),
        ({"name": "Nyt", "abbreviation": "NY"}, "Vælg et udvalg, eller skriv et nyt: ikke begge dele."),
        ({"successor": "", "name": "Nyt"}, "Et nyt udvalg skal have et navn og en forkortelse."),
        ({"items": [0]}, "Noget af det valgte ejes ikke længere af udvalget."),
    ],
)
def test_what_does_not_fit_together_is_said_and_nothing_is_guessed(as_user, chief, sou, heir, items, fields, sentence):
    answer = as_user(chief).post(url(sou), data(heir, items, "registrer") | fields)
    assert answer.status_code == 422
    assert sentence in " ".join(answer.content.decode().split())
    assert not Succession.objects.exists()
    assert Committee.objects.count() == 2


def test_a_new_committee_is_written_in_the_same_form(as_user, chief, sou, items, anna):
    """It begins on the day, keeps the administration, and the code of a name that is taken gets the year."""
    page = StaffPage.open(as_user(chief), url(sou))
    looked = page.press("Vis, hvad der vil ske", name="Omsorgsudvalget", abbreviation="SOU")
    assert "afløses af Omsorgsudvalget" in looked.text
    assert not Committee.objects.filter(name="Omsorgsudvalget").exists()
    looked.press("Registrer skiftet")
    new = Committee.objects.get(name="Omsorgsudvalget")
    assert (new.code, new.abbreviation, new.administration) == ("SOU-2026", "SOU", sou.administration)
    sou.refresh_from_db()
    assert new.valid_from == sou.valid_to == TODAY
    assert Ownership.objects.in_force().filter(committee=new).count() == 2
    assert Reach.of(anna).acting == {"editor": {new.pk}}


def test_where_nobody_can_write_for_the_successor_that_is_said_with_the_way_on(as_user, chief, sou, heir, items):
    chosen = {name: value for name, value in data(heir, items, "vis").items() if name != "predecessor_ends"}
    client = as_user(chief)
    assert "Ingen kan skrive for Udvalget for Det Nye endnu." in client.post(url(sou), chosen).content.decode()
    client.post(url(sou), chosen | {"trin": "registrer"})
    page = StaffPage.open(client, reverse("admin:index"))
    assert page.link("Giv nogen en rolle i Udvalget for Det Nye").address.endswith("/ny/?udvalg=SOU-2026")


def test_three_hundred_rows_fit_on_a_light_page(as_user, chief, sou, heir):
    source = PublicationFactory()
    title = "Kommunen skal sørge for, at alle ældre har en fast kontaktperson i hjemmeplejen"
    for n in range(309):
        OwnershipFactory(item=RecommendationFactory(publication=source, number=f"{n + 1}", title=title), committee=sou)
    client = as_user(chief)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(url(sou))
    assert len(page.content) < 60_000
    assert len(asked) < 15
    looked = client.post(url(sou), {"successor": heir.pk, "on": "2026-11-02", "extent": "aabne", "trin": "vis"})
    assert "309 rækker flytter med:" in " ".join(looked.content.decode().split())
    assert len(looked.content) < 60_000


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
    assert "De kan ikke længere skrive om det, der flytter:" in page
    assert "anna: Redaktør, SOU" in page
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
    assert moving.publication.title not in page
    assert staying.publication.title in page
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
