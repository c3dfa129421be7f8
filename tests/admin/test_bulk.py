"""Many at once from the admin's lists: choose, look through, and all or nothing is written."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import expect

from recommendations.actions import MOST_AT_ONCE
from recommendations.enums import Act, Nature, Role, Status, UpdateKind, UpdateState
from recommendations.models import Event, Recommendation, StatusUpdate
from tests.factories import (
    CommitteeMembershipFactory,
    InitiativeFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    UserFactory,
    published,
    today,
)

CONFIRM, STATUS, DEADLINE = PAGES = ("confirm_chosen", "give_chosen_a_status", "set_chosen_deadlines")


def url(page, model_name="recommendation"):
    return reverse(f"admin:recommendations_{model_name}_{page}")


@pytest.fixture
def make_items(sou):
    """`make_items(3)` are three of SOU's recommendations, long in progress; with `status=""` they never had one."""
    publication = PublicationFactory()

    def make_items(count, status=Status.IN_PROGRESS, make=RecommendationFactory, committee=sou, **fields):
        items = make.create_batch(count, publication=publication, **fields)
        for item in items:
            OwnershipFactory(item=item, committee=committee)
            if status:
                published(item, status, on=today() - timedelta(days=200), text="Begyndt i to bydele.")
        return items

    return make_items


def chosen(items, **fields):
    """What the page sends: the choice, a tick at each, and what each row has seen."""
    data = {"valgt": [item.pk for item in items]}
    for item in items:
        latest = StatusUpdate.objects.latest_published(item)
        data[f"r{item.pk}-include"] = "on"
        data[f"r{item.pk}-set_seneste"] = latest.pk if latest else ""
    return data | fields


def confirmed(items, **fields):
    return chosen(items, text="Gennemgået med driften.", **fields)


def with_status(items, status=Status.IN_PROGRESS, step="send", text="Nu i {}.", **fields):
    texts = {f"r{item.pk}-text": text.format(item.number) for item in items}
    return chosen(items, status=status, on="2026-11-02", trin=step) | texts | fields


def written():
    return list(StatusUpdate.objects.order_by("pk").values()), Event.objects.count()


def row(page, item):
    """The part of the page that is about `item`."""
    return re.search(rf'<fieldset[^>]* id="raekke-{item.pk}">(.*?)</fieldset>', page.content.decode(), re.S)[1]


class TestChoosing:
    @pytest.mark.parametrize("make", [RecommendationFactory, InitiativeFactory])
    @pytest.mark.parametrize("page_name", PAGES)
    def test_the_choice_travels_in_the_address_and_the_filters_with_it(self, page_name, make, as_user, bo, make_items):
        items = make_items(3, make=make)
        model_name = items[0]._meta.model_name
        client = as_user(bo)
        data = {"gaa": page_name, "vist": [item.pk for item in items], "valgt": [item.pk for item in items[:2]]}
        response = client.post(url("changelist", model_name) + "?kraever=ikke_opdateret", data, follow=True)
        ids = ".".join(str(item.pk) for item in items[:2])
        assert response.redirect_chain[0][0].startswith(url(page_name, model_name) + f"?valgt={ids}&liste=")
        page = response.content.decode()
        assert items[0].title in page
        assert items[2].title not in page
        assert f'href="{url("changelist", model_name)}?kraever=ikke_opdateret"' in page

    def test_a_choice_is_one_lists(self, as_user, anna, make_items):
        (item,) = make_items(1)
        client = as_user(anna)
        client.post(url("changelist"), {"gaa": "husk", "vist": [item.pk], "valgt": [item.pk]})
        assert "1 valgt i alt." in client.get(url("changelist")).content.decode()
        assert "valgt i alt." not in client.get(url("changelist", "initiative")).content.decode()

    def test_who_writes_about_nothing_has_no_such_buttons(self, as_user, dina, make_items):
        items = make_items(1)
        client = as_user(dina)
        assert "stadig korrekt" not in client.get(url("changelist")).content.decode()
        response = client.post(url("changelist"), {"gaa": CONFIRM, "valgt": [items[0].pk]})
        assert response.url == url("changelist")

    def test_who_has_no_role_chooses_nothing(self, as_user, make_items):
        make_items(1)
        page = as_user(UserFactory()).get(url("changelist")).content.decode()
        assert 'name="valgt"' not in page
        assert "Flere på én gang" not in page

    @pytest.mark.parametrize("which", PAGES)
    def test_nothing_chosen_and_too_many_lead_back_to_the_list(self, which, as_user, bo, make_items):
        client = as_user(bo)
        make_items(1)
        many = [*range(1, MOST_AT_ONCE + 2)]
        for method in (client.get, client.post):
            assert "Vælg mindst én række på listen." in method(url(which), follow=True).content.decode()
            response = method(url(which), {"valgt": many}, follow=True)
            most = 100 if which == STATUS else 300
            assert f"Du har valgt 301 rækker. Vælg højst {most} ad gangen" in response.content.decode()
        chosen_now = client.post(url("changelist"), {"gaa": which, "valgt": many}, follow=True)
        assert "Du har valgt 301 rækker." in chosen_now.content.decode()
        assert "301 valgt i alt." in chosen_now.content.decode()

    @pytest.mark.parametrize("which", PAGES)
    @pytest.mark.parametrize("bad", ["abc", "-1", "9" * 30, "²", ""])
    def test_what_is_no_key_is_not_found(self, bad, which, as_user, bo, make_items):
        (item,) = make_items(1)
        assert as_user(bo).get(url(which), {"valgt": [item.pk, bad]}).status_code == 404
        assert as_user(bo).post(url(which), {"valgt": [item.pk, bad]}).status_code == 404
        assert as_user(bo).post(url("changelist"), {"valgt": [item.pk, bad]}).status_code == 404

    @pytest.mark.parametrize("which", PAGES)
    def test_what_is_gone_is_said_and_the_rest_is_shown(self, which, as_user, bo, make_items):
        (item,) = make_items(1)
        page = as_user(bo).get(url(which), {"valgt": [item.pk, 999999]}).content.decode()
        assert "1 af de valgte rækker findes ikke længere. Resten står her." in page
        assert item.title in page
        alone = as_user(bo).get(url(which), {"valgt": [999999]}, follow=True).content.decode()
        assert "De valgte rækker findes ikke længere. Vælg igen på listen." in alone

    @pytest.mark.parametrize("filters", ["status=paused&status__foo=1", "kraever=x%00y", "p=a"])
    def test_filters_that_are_none_of_the_lists_are_no_fault(self, filters, as_user, bo, make_items):
        make_items(1)
        response = as_user(bo).get(url(CONFIRM), {"alle": "1", "liste": filters})
        assert response.status_code in (200, 302, 400, 404)

    @pytest.mark.parametrize(("which", "expected"), [(CONFIRM, 10), (STATUS, 9), (DEADLINE, 9)])
    def test_asks_the_same_number_of_queries_however_many_rows(self, which, expected, as_user, bo, make_items):
        client = as_user(bo)
        counts = []
        for items in (make_items(1), make_items(3)):
            with CaptureQueriesContext(connection) as queries:
                client.get(url(which), {"valgt": [item.pk for item in items]})
            counts.append(len(queries))
        assert counts == [expected, expected]

    def test_the_list_asks_the_same_number_of_queries_however_many_rows(self, as_user, bo, make_items):
        client = as_user(bo)
        counts = []
        for _more in range(2):
            make_items(3)
            with CaptureQueriesContext(connection) as queries:
                client.get(url("changelist"))
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestTheAddressCalledDirectly:
    @pytest.mark.parametrize("which", [CONFIRM, STATUS])
    @pytest.mark.parametrize("name", ["carla", "dina"])
    def test_strangers_and_secretaries_are_refused(self, name, which, request, as_user, make_items):
        items = make_items(2)
        client = as_user(request.getfixturevalue(name))
        before = written()
        assert client.get(url(which), chosen(items)).status_code == 403
        assert client.post(url(which), with_status(items, step="udgiv")).status_code == 403
        assert written() == before

    @pytest.mark.parametrize("which", [CONFIRM, STATUS])
    def test_citizens_are_sent_to_the_login(self, which, citizen, make_items):
        items = make_items(2)
        before = written()
        for method in (citizen.get, citizen.post):
            response = method(url(which), with_status(items, step="udgiv"), follow=True)
            assert response.redirect_chain[-1][0].startswith("/konto/login/")
        assert written() == before

    def test_opening_it_writes_nothing(self, as_user, bo, make_items):
        items = make_items(2)
        before = written()
        for which in (CONFIRM, STATUS):
            as_user(bo).get(url(which), with_status(items, step="udgiv"))
        assert written() == before


class TestConfirming:
    def test_twenty_in_one_request_with_few_queries(self, as_user, anna, sou, make_items):
        items = make_items(20)
        client, data = as_user(anna), confirmed(items)
        with CaptureQueriesContext(connection) as queries:
            response = client.post(url(CONFIRM), data)
        assert response.status_code == 302
        assert len(queries) <= 37
        confirmations = StatusUpdate.objects.filter(kind=UpdateKind.CONFIRMATION)
        assert {(update.author, update.committee, update.state) for update in confirmations} == {
            (anna, sou, UpdateState.PUBLISHED)
        }
        assert confirmations.count() == 20
        told = Event.objects.filter(act=Act.STATUS_CONFIRMED, nature=Nature.HOUSEKEEPING, by=anna)
        assert told.count() == 20
        fresh = Recommendation.objects.with_state().filter(state_confirmed_on=today(), state_fresh_on=today())
        assert fresh.count() == 20
        assert "20 rækker er bekræftet" in client.get(response.url).content.decode()

    def test_shows_what_is_confirmed(self, as_user, anna, make_items):
        (item,) = make_items(1)
        text = row(as_user(anna).get(url(CONFIRM), chosen([item])), item)
        for part in (item.number, item.title, "I gang", "siden 16. april 2026", "Senest opdateret", "Begyndt i to"):
            assert part in text

    def test_initiatives_too(self, as_user, anna, make_items):
        items = make_items(2, make=InitiativeFactory)
        assert as_user(anna).post(url(CONFIRM, "initiative"), confirmed(items)).status_code == 302
        assert StatusUpdate.objects.filter(kind=UpdateKind.CONFIRMATION).count() == 2

    def test_bad_rows_are_told_before_and_after_and_can_be_left_out(self, as_user, anna, sud, make_items):
        good, (bare,), (other,) = make_items(2), make_items(1, status=""), make_items(1, committee=sud)
        client, items = as_user(anna), [*good, bare, other]
        before = written()
        opened = client.get(url(CONFIRM), chosen(items))
        sent = client.post(url(CONFIRM), confirmed(items))
        assert (opened.status_code, sent.status_code) == (200, 422)
        for page in (opened, sent):
            assert "har ingen status at bekræfte. Giv en status først." in row(page, bare)
            assert "Dit udvalg ejer ikke" in row(page, other)
            assert "errorlist" not in row(page, good[0])
        assert written() == before
        left_out = confirmed(items) | {f"r{bare.pk}-include": "", f"r{other.pk}-include": ""}
        assert client.post(url(CONFIRM), left_out).status_code == 302
        assert StatusUpdate.objects.filter(kind=UpdateKind.CONFIRMATION).count() == 2

    def test_none_ticked_is_refused(self, as_user, anna, make_items):
        items = make_items(2)
        page = as_user(anna).post(url(CONFIRM), {"valgt": [item.pk for item in items]})
        assert page.status_code == 422
        assert "Sæt flueben ved mindst én række." in page.content.decode()

    def test_something_newer_is_shown_and_the_user_decides(self, as_user, anna, make_items):
        items = make_items(2)
        client, data = as_user(anna), confirmed(items)
        newer = published(items[1], Status.PAUSED, text="Pengene mangler.")
        page = client.post(url(CONFIRM), data)
        assert page.status_code == 422
        assert "En anden har opdateret" in row(page, items[1])
        assert "Pengene mangler." in row(page, items[1])
        assert f'name="r{items[1].pk}-set_seneste" value="{newer.pk}"' in row(page, items[1])
        assert not StatusUpdate.objects.filter(kind=UpdateKind.CONFIRMATION).exists()
        assert client.post(url(CONFIRM), confirmed(items)).status_code == 302

    def test_sent_twice_is_done_once(self, as_user, anna, make_items):
        client, data = as_user(anna), confirmed(make_items(2))
        assert [client.post(url(CONFIRM), data).status_code for _ in range(2)] == [302, 422]
        assert StatusUpdate.objects.filter(kind=UpdateKind.CONFIRMATION).count() == 2


class TestInWhoseName:
    @pytest.fixture
    def anna_of_two(self, anna, sud):
        CommitteeMembershipFactory(user=anna, committee=sud, role=Role.EDITOR)
        return anna

    def committees(self, items):
        updates = StatusUpdate.objects.filter(kind=UpdateKind.CONFIRMATION)
        named = {update.item_id: update.committee for update in updates.select_related("committee")}
        return [named[item.pk] for item in items]

    def test_is_said_and_not_asked_where_there_is_one(self, as_user, anna, sou, make_items):
        items = make_items(2)
        page = as_user(anna).get(url(CONFIRM), chosen(items)).content.decode()
        assert "<strong>Sundheds- og Omsorgsudvalget</strong>" in page
        assert "<select" not in page

    def test_is_asked_once_where_several_fit_all(self, as_user, anna_of_two, sou, sud, make_items):
        items = make_items(2)
        for item in items:
            OwnershipFactory(item=item, committee=sud)
            published(item, committee=sud)
        client = as_user(anna_of_two)
        assert client.get(url(CONFIRM), chosen(items)).content.decode().count("<select") == 1
        assert client.post(url(CONFIRM), confirmed(items)).status_code == 422
        assert client.post(url(CONFIRM), confirmed(items, committee=sud.pk)).status_code == 302
        assert self.committees(items) == [sud, sud]

    def test_differs_by_row_where_none_fits_all(self, as_user, anna_of_two, sou, sud, buu, make_items):
        (ours,), (theirs,), (shared,) = make_items(1), make_items(1, committee=sud), make_items(1)
        OwnershipFactory(item=shared, committee=sud)
        published(shared, committee=sud)
        client, items = as_user(anna_of_two), [ours, theirs, shared]
        assert client.get(url(CONFIRM), chosen(items)).content.decode().count("<select") == 1
        assert client.post(url(CONFIRM), confirmed(items)).status_code == 422
        foreign = client.post(url(CONFIRM), confirmed(items) | {f"r{shared.pk}-committee": buu.pk})
        assert foreign.status_code == 422
        response = client.post(url(CONFIRM), confirmed(items) | {f"r{shared.pk}-committee": sud.pk})
        assert response.status_code == 302
        assert self.committees(items) == [sou, sud, sud]


class TestGivingAStatus:
    @pytest.mark.parametrize(
        ("step", "state"), [("gem", UpdateState.DRAFT), ("send", UpdateState.SUBMITTED), ("?", UpdateState.DRAFT)]
    )
    def test_an_editor_saves_and_sends(self, step, state, as_user, anna, make_items):
        items = make_items(2)
        proof = {"title": "Referat", "url": "https://eksempel.dk/referat", "kind": "decided"}
        evidence = {f"r{items[0].pk}-{name}": value for name, value in proof.items()}
        response = as_user(anna).post(url(STATUS), with_status(items, step=step, **evidence))
        assert response.status_code == 302
        updates = [StatusUpdate.objects.get(item=item, author=anna, state=state) for item in items]
        assert [update.text for update in updates] == [f"Nu i {item.number}." for item in items]
        assert [row.url for row in updates[0].evidence.all()] == ["https://eksempel.dk/referat"]
        assert not updates[1].evidence.exists()
        assert {event.by for event in updates[0].events.all()} == {anna}

    def test_an_approver_publishes(self, as_user, bo, make_items):
        items = make_items(2)
        assert 'value="udgiv"' in as_user(bo).get(url(STATUS), chosen(items)).content.decode()
        assert as_user(bo).post(url(STATUS), with_status(items, Status.PAUSED, "udgiv")).status_code == 302
        assert set(Recommendation.objects.with_state().values_list("state_status", flat=True)) == {Status.PAUSED}

    def test_an_editor_has_no_such_button_and_no_such_door(self, as_user, anna, make_items):
        items = make_items(2)
        before = written()
        assert 'value="udgiv"' not in as_user(anna).get(url(STATUS), chosen(items)).content.decode()
        assert as_user(anna).post(url(STATUS), with_status(items, step="udgiv")).status_code == 403
        assert written() == before

    def test_done_needs_a_second_person_here_too(self, as_user, bo, make_items):
        items = make_items(2)
        proof = {"title": "Sagen", "case_number": "2026-1", "kind": "operating"}
        evidence = {f"r{item.pk}-{name}": value for item in items for name, value in proof.items()}
        before = written()
        page = as_user(bo).post(url(STATUS), with_status(items, Status.IMPLEMENTED, "udgiv", **evidence))
        assert page.status_code == 422
        for item in items:
            assert "skal udgives af en anden end den, der har skrevet den" in row(page, item)
        assert written() == before
        response = as_user(bo).post(url(STATUS), with_status(items, Status.IMPLEMENTED, "send", **evidence))
        assert response.status_code == 302

    def test_one_bad_row_stops_all_and_nothing_typed_is_lost(self, as_user, anna, make_items):
        good, bad = items = make_items(2)
        proof = {"title": "Sagen", "case_number": "2026-77", "kind": "operating"}
        evidence = {f"r{good.pk}-{name}": value for name, value in proof.items()}
        before = written()
        page = as_user(anna).post(url(STATUS), with_status(items, Status.IMPLEMENTED, **evidence))
        assert page.status_code == 422
        assert "kræver dokumentation, der viser »I drift« eller »Virkning vist«. Tilføj et link" in row(page, bad)
        assert "errorlist" not in row(page, good)
        for item in items:
            assert f"Nu i {item.number}." in row(page, item)
        assert 'value="2026-77"' in row(page, good)
        assert f'href="#raekke-{bad.pk}"' in page.content.decode()
        assert re.search(r'value="implemented"[^>]* checked', page.content.decode())
        assert written() == before

    def test_a_row_left_out_is_not_judged_and_keeps_its_text(self, as_user, anna, make_items):
        good, bad = items = make_items(2)
        data = with_status(items, Status.PAUSED) | {f"r{bad.pk}-include": "", f"r{bad.pk}-url": "ikke et link"}
        page = as_user(anna).post(url(STATUS), data | {f"r{good.pk}-text": ""})
        assert page.status_code == 422
        assert "Status »Sat på pause« kræver en tekst." in row(page, good)
        assert "errorlist" not in row(page, bad)
        assert 'value="ikke et link"' in row(page, bad)
        assert as_user(anna).post(url(STATUS), data).status_code == 302
        assert not StatusUpdate.objects.filter(item=bad, author=anna, state=UpdateState.SUBMITTED).exists()

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"status": ""}, "Vælg en status."),
            ({"on": "2026-11-03"}, "Datoen 03.11.2026 ligger i fremtiden."),
            ({"status": "abandoned"}, "kræver, at du skriver, hvem der besluttede det"),
        ],
    )
    def test_what_is_wrong_for_all_is_said_once(self, fields, sentence, as_user, anna, make_items):
        items = make_items(3)
        before = written()
        page = as_user(anna).post(url(STATUS), with_status(items) | fields)
        assert page.status_code == 422
        assert page.content.decode().count(sentence) == 1
        assert written() == before

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"url": "https://eksempel.dk/"}, "Vælg, hvad dokumentationen viser"),
            ({"title": "Referat"}, "Skriv et link eller et sagsnummer."),
            ({"title": "Referat", "url": "https://eksempel.dk/", "case_number": "1"}, "Brug en række til hver."),
        ],
    )
    def test_bad_evidence_is_told_at_its_row(self, fields, sentence, as_user, anna, make_items):
        good, bad = items = make_items(2)
        evidence = {f"r{bad.pk}-{name}": value for name, value in fields.items()}
        page = as_user(anna).post(url(STATUS), with_status(items, **evidence))
        assert page.status_code == 422
        assert sentence in row(page, bad)
        assert "errorlist" not in row(page, good)

    def test_a_row_of_another_committees_is_told_at_its_row(self, as_user, anna, sud, make_items):
        (ours,), (theirs,) = items = make_items(1), make_items(1, committee=sud)
        before = written()
        page = as_user(anna).post(url(STATUS), with_status([ours, theirs]))
        assert page.status_code == 422
        assert "Dit udvalg ejer ikke" in row(page, theirs)
        assert len(items) == 2
        assert written() == before

    def test_only_who_was_told_of_something_newer_may_go_on(self, as_user, anna, make_items):
        """A page that is sent back for another reason does not take the news for read."""
        one, two = items = make_items(2)
        client, data = as_user(anna), with_status(items)
        seen = data[f"r{two.pk}-set_seneste"]
        newer = published(two, Status.PAUSED, text="Pengene mangler.")
        page = client.post(url(STATUS), data | {f"r{one.pk}-url": "ikke et link"})
        assert f'name="r{two.pk}-set_seneste" value="{seen}"' in row(page, two)
        page = client.post(url(STATUS), data)
        assert page.status_code == 422
        assert "mens du skrev. Din tekst er her stadig" in row(page, two)
        assert "Pengene mangler." in row(page, two)
        assert f"Nu i {two.number}." in row(page, two)
        assert f'name="r{two.pk}-set_seneste" value="{newer.pk}"' in row(page, two)
        assert client.post(url(STATUS), data | {f"r{two.pk}-set_seneste": newer.pk}).status_code == 302


class TestInABrowser:
    @pytest.mark.parametrize("script", [True, False])
    def test_three_are_chosen_in_the_list_and_confirmed(self, script, open_page, anna, make_items):
        items = make_items(4)
        page = open_page(anna, java_script_enabled=script)
        page.goto(url("changelist"))
        for item in items[:3]:
            page.get_by_role("row", name=item.title).get_by_role("checkbox").check()
        page.get_by_role("button", name="Bekræft: stadig korrekt").click()
        expect(page.get_by_label("Set: stadig korrekt")).to_have_count(3)
        page.get_by_label("Jeg har læst alle 3 rækker").check()
        page.get_by_label("Hvordan ved du det?").fill("Gennemgået med driften.")
        page.get_by_role("button", name="Bekræft: stadig korrekt").click()
        expect(page.get_by_text("3 rækker er bekræftet")).to_be_visible()
        confirmed = StatusUpdate.objects.filter(kind=UpdateKind.CONFIRMATION).values_list("item", flat=True)
        assert set(confirmed) == {item.pk for item in items[:3]}

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [320, 1280])
    def test_both_pages_are_accessible_also_with_errors(
        self, width, scheme, open_page, anna, sud, make_items, faults_of
    ):
        CommitteeMembershipFactory(user=anna, committee=sud, role=Role.EDITOR)
        long = "Sundhedsfremmeforebyggelsesindsatskoordineringsmodellen i alle kommunens områder"
        items = [*make_items(1, title=long), *make_items(1), *make_items(1, status=""), *make_items(1, committee=sud)]
        OwnershipFactory(item=items[1], committee=sud)
        page = open_page(anna, viewport={"width": width, "height": 800}, color_scheme=scheme)
        found = []
        for name, button in ((CONFIRM, "Bekræft: stadig korrekt"), (STATUS, "Send til godkendelse")):
            page.goto(f"{url(name)}?" + "&".join(f"valgt={item.pk}" for item in items))
            found += [f"{name}: {fault}" for fault in faults_of(page)]
            page.get_by_role("button", name=button).click()
            expect(page.get_by_role("alert")).to_be_visible()
            found += [f"{name} with errors: {fault}" for fault in faults_of(page)]
        assert not found, "\n".join(found)
