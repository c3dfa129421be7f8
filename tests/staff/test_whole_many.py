"""Many at once as people do it: chosen in the list, looked through, and all of it done or none."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import expect

from recommendations.actions import (
    EvidenceContent,
    UpdateDraft,
    save_draft,
    submit_update,
)
from recommendations.enums import Act, EvidenceKind, Role, Status, UpdateKind, UpdateState
from recommendations.models import CommitteeAnswer, Deadline, Event, Item, StatusUpdate
from tests.factories import (
    CommitteeMembershipFactory,
    DoneWhenFactory,
    PublicationFactory,
    deadline,
    published,
)
from tests.staff.hand import Hand
from tests.staff.whole_pages import StaffPage

LIST = reverse("admin:recommendations_recommendation_changelist")
MEETING = "2026-09-17"


def ticks(page, names=("valgt",)):
    """What can be ticked on a page: name and value of each box."""
    boxes = page.tree.xpath('//input[@type="checkbox"]')
    return [(box.get("name"), box.get("value", "on")) for box in boxes if box.get("name") in names]


def included(items):
    return {f"r{item.pk}-include": "on" for item in items}


def nothing_of(items, model=CommitteeAnswer):
    return not model.objects.filter(item__in=items).exists()


# --- The choice -------------------------------------------------------------------------------------------------------


class TestTheChoice:
    def test_all_that_a_filter_finds_are_taken_though_the_list_shows_fifty(self, as_user, bo, make_items):
        items = make_items(53)
        page = StaffPage.open(as_user(bo), LIST + "?kraever=ingen_status&udvalg=mine")
        assert len(ticks(page)) == 50 - 2 + 2  # no heading stands in that list
        assert "Alle 53, som listen finder" in page.text
        opened = page.press("Sæt frist", omfang="alle")
        assert opened.status == 200
        after = opened.press("Gem frister", due_on="2027-06-30")
        assert "53 frister er registreret" in after.text
        assert after.address.startswith(LIST + "?kraever=ingen_status")
        assert set(Deadline.objects.values_list("item", flat=True)) == {item.pk for item in items}

    def test_what_came_or_went_since_is_said(self, as_user, anna, sou, make_items):
        make_items(3, status=Status.IN_PROGRESS)
        page = StaffPage.open(as_user(anna), LIST + "?status=in_progress")
        published(Item.objects.counted().order_by("pk").first(), Status.PAUSED, text="Pengene mangler.", committee=sou)
        opened = page.press("Bekræft: stadig korrekt", omfang="alle")
        assert "Listen viste 3 rækker, da du valgte dem alle. Nu er det 2. Se dem igennem." in opened.text

    def test_ticks_are_kept_from_page_to_page(self, as_user, anna, make_items):
        items = make_items(53)
        first = StaffPage.open(as_user(anna), LIST)
        shown = [value for _name, value in ticks(first)]
        second = first.press("Side 2", valgt=shown[:2])
        assert "2 valgt i alt. 2 af dem står på andre sider." in second.text
        there = [value for _name, value in ticks(second)]
        again = second.press("Husk de markerede", valgt=there[:1])
        assert "3 valgt i alt." in again.text
        alone = again.link("Vis dem")
        assert [value for _name, value in ticks(alone)] == [*shown[:2], there[0]]
        opened = alone.press("Giv samme status")
        assert opened.text.count("Tag rækken med") == 3
        fewer = alone.press("Husk de markerede", valgt=[there[0]])
        assert "1 valgt i alt." in fewer.text
        cleared = fewer.press("Ryd")
        assert "valgt i alt" not in cleared.text
        assert len(items) == 53

    def test_what_has_been_dealt_with_is_ticked_no_more(self, as_user, anna, make_items):
        items = make_items(3)
        page = StaffPage.open(as_user(anna), LIST)
        opened = page.press("Giv samme status", valgt=[item.pk for item in items])
        kept = {f"r{items[2].pk}-include": None}
        after = opened.press("Gem kladder", status=Status.IN_PROGRESS, **kept)
        assert "2 kladder er gemt." in after.text
        assert "1 valgt i alt." in after.text

    def test_headings_and_what_others_own_cannot_be_ticked(self, as_user, anna, carla, dina, sud, make_items):
        ours, theirs = make_items(2), make_items(1, committee=sud, publication=PublicationFactory())
        for user, expected in ((anna, ours), (dina, ours), (carla, theirs)):
            page = StaffPage.open(as_user(user), LIST)
            assert {value for _name, value in ticks(page)} == {str(item.pk) for item in expected}
            for item in (*ours, *theirs):
                assert item.title in page.text

    def test_the_buttons_are_those_of_ones_roles(self, as_user, anna, bo, dina, make_items):
        make_items(1)
        of_writers = ["Giv samme status", "Bekræft: stadig korrekt"]
        for user, expected in (
            (anna, [*of_writers, "Svar fra et møde"]),
            (bo, [*of_writers, "Sæt frist", "Svar fra et møde"]),
            (dina, ["Svar fra et møde"]),
        ):
            page = StaffPage.open(as_user(user), LIST)
            assert page.buttons[: len(expected)] == expected
            assert page.buttons[len(expected) :] == ["Husk de markerede"]


# --- Approval ---------------------------------------------------------------------------------------------------------


class TestApprovingMany:
    def test_each_is_read_in_full_and_those_ticked_are_published(self, as_user, bo, citizen, sou, make_submitted):
        updates = make_submitted(3)
        published(updates[0].item, Status.PLANNED, text="Det stod der.", committee=sou)
        page = StaffPage.open(as_user(bo), reverse("approve_many"))
        for update in updates:
            assert update.text in page.text
        assert "Det stod der." in page.text
        assert not page.tree.xpath('//input[@type="checkbox" and @checked]')
        ticked = {f"u{update.pk}-include": "on" for update in updates[1:]}
        after = page.press("Udgiv de godkendte", **ticked)
        assert "2 opdateringer er udgivet. Borgerne kan se dem nu." in after.text
        assert after.address == reverse("approve_many")  # one waits still
        assert updates[1].text in StaffPage.open(citizen, updates[1].item.get_absolute_url()).text
        updates[0].refresh_from_db()
        assert updates[0].state == UpdateState.SUBMITTED

    def test_none_ticked_is_refused(self, as_user, bo, make_submitted):
        make_submitted(2)
        refused = StaffPage.open(as_user(bo), reverse("approve_many")).press("Udgiv de godkendte")
        assert refused.status == 422
        assert "Sæt flueben ved mindst én opdatering." in refused.text

    def test_what_needs_another_person_is_shown_and_cannot_be_ticked(self, as_user, anna, bo, sou, make_items):
        CommitteeMembershipFactory(user=bo, committee=sou, role=Role.EDITOR)
        (item,) = make_items(1)
        proof = EvidenceContent("Referat", url="https://eksempel.dk/", kind=EvidenceKind.OPERATING)
        draft = UpdateDraft(status=Status.IMPLEMENTED, text="Gjort.", evidence=[proof])
        update = submit_update(by=bo, update=save_draft(by=bo, item=item, committee=sou, draft=draft))
        page = StaffPage.open(as_user(bo), reverse("approve_many"))
        assert "Du har selv skrevet i den. En anden godkender skal udgive den." in page.text
        assert not ticks(page, (f"u{update.pk}-include",))
        address, data = page.sent("Udgiv de godkendte")
        forged = page.send(address, [*data, (f"u{update.pk}-include", "on")])
        assert forged.status == 422
        update.refresh_from_db()
        assert update.state == UpdateState.SUBMITTED

    def test_the_part_of_the_criterion_that_a_proof_shows_is_ticked_here_too(self, as_user, bo, make_submitted):
        proof = EvidenceContent("Referat", url="https://eksempel.dk/", kind=EvidenceKind.OPERATING)
        one, two = make_submitted(2, status=Status.IMPLEMENTED, evidence=[proof])
        DoneWhenFactory(item=one.item, text="alle bydele har et team\nalle plejehjem har et team")
        page = StaffPage.open(as_user(bo), reverse("approve_many"))
        assert "alle plejehjem har et team" in page.text
        shown = one.evidence.get()
        ticked = {f"u{update.pk}-include": "on" for update in (one, two)}
        page.press("Udgiv de godkendte", **ticked, **{f"viser-{shown.pk}": ["2"]})
        shown.refresh_from_db()
        assert shown.shows == [2]

    def test_something_newer_stops_all_and_is_shown(self, as_user, bo, sou, make_submitted):
        updates = make_submitted(2)
        page = StaffPage.open(as_user(bo), reverse("approve_many"))
        published(updates[0].item, Status.PAUSED, text="Pengene mangler.", committee=sou)
        ticked = {f"u{update.pk}-include": "on" for update in updates}
        refused = page.press("Udgiv de godkendte", **ticked)
        assert refused.status == 422
        assert "En anden har opdateret" in refused.text
        assert "Pengene mangler." in refused.text
        assert not StatusUpdate.objects.published().filter(pk=updates[1].pk).exists()
        assert "2 opdateringer er udgivet." in refused.press("Udgiv de godkendte").text

    def test_pressed_twice_is_done_once(self, as_user, bo, make_submitted):
        updates = make_submitted(2)
        page = StaffPage.open(as_user(bo), reverse("approve_many"))
        address, data = page.sent("Udgiv de godkendte", **{f"u{update.pk}-include": "on" for update in updates})
        first, second = page.send(address, data), page.send(address, data)
        assert (first.address, second.address) == ("/admin/", "/admin/")
        assert "2 opdateringer er udgivet." in second.text
        assert Event.objects.filter(act=Act.STATUS_PUBLISHED).count() == 2

    def test_others_updates_are_no_way_in(self, as_user, anna, bo, carla, dina, chief, sud, make_submitted):
        (update,) = make_submitted(1)
        data = {"opdatering": update.pk, f"u{update.pk}-include": "on"}
        for user in (anna, carla, dina):
            assert as_user(user).post(reverse("approve_many"), data).status_code == 403
            assert as_user(user).get(reverse("approve_many")).status_code == 403
        CommitteeMembershipFactory(user=carla, committee=sud, role=Role.APPROVER)
        assert as_user(carla).post(reverse("approve_many"), data).status_code == 422
        update.refresh_from_db()
        assert update.state == UpdateState.SUBMITTED

    def test_asks_the_same_number_of_queries_however_many_rows(self, as_user, bo, make_submitted):
        client, counts = as_user(bo), []
        for updates in (make_submitted(1), make_submitted(3, publication=PublicationFactory())):
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("approve_many"))
            counts.append(len(queries))
            assert updates
        assert counts[0] == counts[1] <= 15

    def test_twenty_are_shown_at_a_time(self, as_user, bo, make_submitted):
        make_submitted(22)
        page = StaffPage.open(as_user(bo), reverse("approve_many"))
        assert page.text.count("Set og godkendt") == 20
        assert "20 af 22 er vist." in page.text
        assert page.link("Næste").text.count("Set og godkendt") == 2


# --- Confirmations and deadlines --------------------------------------------------------------------------------------


class TestConfirmingMany:
    @pytest.fixture
    def opened(self, as_user, anna, make_items):
        make_items(3, status=Status.IN_PROGRESS)
        page = StaffPage.open(as_user(anna), LIST + "?kraever=ikke_opdateret&udvalg=mine")
        return page.press("Bekræft: stadig korrekt", omfang="alle")

    def test_takes_a_look_at_each_and_a_word_on_how_it_is_known(self, citizen, opened):
        assert "Begyndt i to bydele." in opened.text
        assert "for 200 dage siden" in opened.text
        assert not opened.tree.xpath('//input[@type="checkbox" and @checked]')
        refused = opened.press("Bekræft: stadig korrekt", all_read="on")
        assert refused.status == 422
        assert "Skriv, hvordan du ved, at det stadig er rigtigt." in refused.text
        after = refused.press("Bekræft: stadig korrekt", text="Gennemgået med driften.")
        assert "3 rækker er bekræftet" in after.text
        found = StatusUpdate.objects.filter(kind=UpdateKind.CONFIRMATION)
        assert [one.text for one in found] == ["Gennemgået med driften."] * 3
        assert "Gennemgået med driften." in StaffPage.open(citizen, found[0].item.get_absolute_url()).text

    def test_nothing_ticked_is_nothing_confirmed(self, opened):
        refused = opened.press("Bekræft: stadig korrekt", text="Gennemgået.")
        assert refused.status == 422
        assert "Sæt flueben ved mindst én række." in refused.text

    def test_some_of_them(self, opened):
        one = Item.objects.counted().order_by("path")[0]
        after = opened.press("Bekræft: stadig korrekt", text="Gennemgået.", **included([one]))
        assert "1 række er bekræftet" in after.text
        assert StatusUpdate.objects.get(kind=UpdateKind.CONFIRMATION).item == one


class TestDeadlinesForMany:
    @pytest.fixture
    def opened(self, as_user, bo, make_items):
        items = make_items(3)
        deadline(items[2], date(2026, 12, 31))
        page = StaffPage.open(as_user(bo), LIST).press("Sæt frist", valgt=[item.pk for item in items])
        return page, items

    def test_a_row_can_have_a_day_and_a_reason_of_its_own(self, opened):
        page, (one, two, three) = opened
        own = {f"r{two.pk}-due_on": "2028-01-01", f"r{three.pk}-reason": "Pengene kom senere."}
        after = page.press("Gem frister", due_on="2027-06-30", **own)
        assert "3 frister er registreret" in after.text
        stands = {item.pk: Deadline.objects.filter(item=item).latest("pk") for item in (one, two, three)}
        assert [stands[item.pk].due_on.isoformat() for item in (one, two, three)] == [
            "2027-06-30",
            "2028-01-01",
            "2027-06-30",
        ]
        assert stands[three.pk].reason == "Pengene kom senere."

    def test_a_move_without_a_reason_stops_all(self, opened):
        page, _items = opened
        refused = page.press("Gem frister", due_on="2027-06-30")
        assert refused.status == 422
        assert refused.text.count("Skriv, hvorfor fristen flyttes.") == 1
        assert Deadline.objects.count() == 1
        assert "3 frister er registreret" in refused.press("Gem frister", reason="Nyt budget.").text

    def test_an_unlikely_day_is_asked_about_once(self, opened):
        page, _items = opened
        asked = page.press("Gem frister", due_on="2026-01-01", reason="Nyt budget.")
        assert asked.status == 422
        assert asked.text.count("er allerede passeret") == 1
        assert Deadline.objects.count() == 1
        assert "3 frister er registreret" in asked.press("Gem frister", sure="on").text

    def test_pressed_twice_is_done_once(self, opened):
        page, _items = opened
        address, data = page.sent("Gem frister", due_on="2027-06-30", reason="Nyt budget.")
        first, second = page.send(address, data), page.send(address, data)
        assert (first.status, second.status) == (200, 200)
        assert Deadline.objects.count() == 4

    def test_an_editor_sets_none(self, as_user, anna, make_items):
        items = make_items(1)
        address = reverse("admin:recommendations_recommendation_set_chosen_deadlines")
        data = {"valgt": [items[0].pk], f"r{items[0].pk}-include": "on", "due_on": "2027-06-30"}
        assert as_user(anna).get(address, data).status_code == 403
        assert as_user(anna).post(address, data).status_code == 403
        assert not Deadline.objects.exists()


# --- Counted ----------------------------------------------------------------------------------------------------------


@pytest.mark.browser
class TestInABrowser:
    def test_ten_approvals_take_fourteen_interactions(self, open_page, bo, make_submitted):
        updates = make_submitted(10)
        page = open_page(bo)
        page.goto("/admin/")
        hand = Hand(page)
        hand.click("link", "Godkend flere")
        for update in updates:
            hand.click("checkbox", "Set og godkendt", within=page.get_by_role("group", name=str(update.item)))
        hand.click("button", "Udgiv de godkendte")
        page.get_by_text("10 opdateringer er udgivet").wait_for()
        assert StatusUpdate.objects.published().count() == 10
        assert hand.used <= 14

    def test_ten_confirmations_take_fourteen_too(self, open_page, anna, make_items):
        make_items(10, status=Status.IN_PROGRESS)
        page = open_page(anna)
        page.goto(LIST + "?kraever=ikke_opdateret&udvalg=mine")
        hand = Hand(page)
        hand.click("radio", "Alle 10, som listen finder")
        hand.click("button", "Bekræft: stadig korrekt")
        hand.click("checkbox", "Jeg har læst alle 10 rækker ovenfor")
        hand.fill("Hvordan ved du det?", "Gennemgået med driften.")
        hand.click("button", "Bekræft: stadig korrekt")
        page.get_by_text("10 rækker er bekræftet").wait_for()
        assert hand.used <= 14

    @pytest.mark.parametrize("script", [True, False])
    def test_all_that_a_filter_finds_are_chosen_with_and_without_a_script(self, script, open_page, bo, make_items):
        make_items(53)
        page = open_page(bo, java_script_enabled=script)
        page.goto(LIST)
        page.get_by_role("checkbox").first.check()
        page.get_by_role("button", name="Side 2").click()
        expect(page.get_by_text("1 valgt i alt.")).to_be_visible()
        page.get_by_role("radio", name="Alle 53, som listen finder").check()
        page.get_by_role("button", name="Sæt frist").click()
        expect(page.get_by_label("Tag rækken med")).to_have_count(53)

    @pytest.mark.parametrize("width", [320, 1280])
    def test_the_approvals_are_accessible(self, width, open_page, bo, make_submitted, faults_of):
        make_submitted(2)
        page = open_page(bo, viewport={"width": width, "height": 800})
        page.goto(reverse("approve_many"))
        found = [f"opened: {fault}" for fault in faults_of(page)]
        page.get_by_role("button", name="Udgiv de godkendte").click()
        page.get_by_role("alert").wait_for()
        found += [f"refused: {fault}" for fault in faults_of(page)]
        assert not found, "\n".join(found)
