"""»Mine rækker« as a whole task: fetched, filled in, looked through, written, and undone, by the pages alone."""

import io
from contextlib import contextmanager, nullcontext
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from recommendations.actions import UpdateDraft, end_role, leave, publish_update, save_draft
from recommendations.admin import own_rows
from recommendations.enums import Act, ImportKind, ImportState, Status, UpdateState
from recommendations.models import AnswerDraft, CommitteeAnswer, Event, ImportBatch, StatusUpdate
from tests.conftest import NO_SOFFICE, SOFFICE
from tests.factories import TODAY, CommitteeMembershipFactory, ImportBatchFactory
from tests.importing.libreoffice import changed_in_libreoffice
from tests.importing.own_files import filled_in
from tests.second_click import done_meanwhile
from tests.staff.whole_pages import StaffPage

PAGE = reverse("own_rows")


def fetched(client, **which):
    """The file, as it comes by the button of the page."""
    page = StaffPage.open(client, PAGE)
    address, data = page.sent("Hent rækkerne" if "moede" not in which else "Hent arket", **which)
    response = client.get(address, dict(data))
    assert response.status_code == 200, response.content.decode()
    return response.content


def given_back(client, content, name="udfyldt.xlsx"):
    return StaffPage.open(client, PAGE).press("Vis ændringerne", fil=SimpleUploadedFile(name, content))


def cells_of(content):
    """All that a file says, by number and heading, its hidden column aside."""
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    headings, *rows = list(sheet.iter_rows(values_only=True))
    lines = [dict(zip(headings, row, strict=True)) for row in rows]
    return {line["Nummer"]: {name: text for name, text in line.items() if name != "Udgave"} for line in lines}


def place(content, number, heading):
    """The cell's name in a spreadsheet."""
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    column = next(cell.column for cell in sheet[1] if cell.value == heading)
    named = next(cell.column for cell in sheet[1] if cell.value == "Nummer")
    row = next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, named).value == number)
    return f"{get_column_letter(column)}{row}"


def changes_on(page):
    """The rows of the preview's tables: field, before, in the file."""
    rows = page.tree.xpath('//table[@class="cell-changes"]/tbody/tr')
    return [tuple(cell.text_content().strip() for cell in row) for row in rows]


TEN = {
    ("1.0", "Ny status"): "Planlagt",
    ("1.0", "Tekst"): "Der er sat penge af.",
    ("1.2", "Tekst"): "Begyndt i fem bydele.",
    ("1.2", "Næste skridt"): "Resten af byen.",
    ("1.2", "Næste skridt den"): "17.12.2026",
    ("1.4", "Stadig korrekt"): "ja",
    ("2.1", "Ny status"): "Gennemført",
    ("2.1", "Dokumentation: titel"): "Årsrapport",
    ("2.1", "Dokumentation: link"): "https://eksempel.dk/aarsrapport",
    ("2.3", "Ny status"): "Sat på pause",
}


@pytest.mark.office
@pytest.mark.skipif(not SOFFICE, reason=NO_SOFFICE)
@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_ten_cells_changed_in_libreoffice_are_ten_changes_and_can_be_undone(
    suffix, as_user, anna, bo, sou, make_items, tmp_path
):
    items = {item.number: item for item in make_items(8, status=Status.IN_PROGRESS)}
    begun = UpdateDraft(status=Status.IN_PROGRESS, text="Begyndt i tre bydele.", next_step="To til.")
    save_draft(by=anna, item=items["1.2"], committee=sou, draft=begun)
    client = as_user(anna)
    content = fetched(client)
    theirs = UpdateDraft(status=Status.IN_PROGRESS, text="Nu i hele byen.")
    publish_update(by=bo, update=save_draft(by=bo, item=items["2.3"], committee=sou, draft=theirs))
    cells = {place(content, *where): text for where, text in TEN.items()}
    changed = changed_in_libreoffice(tmp_path, content, cells, suffix)

    page = given_back(client, changed, f"udfyldt.{suffix}")
    assert sorted((field, new) for field, _old, new in changes_on(page)) == sorted(
        (heading, text) for (_number, heading), text in TEN.items()
    )
    assert page.text.count("Andre har ændret rækken.") == 1
    assert "Udgivet siden: »I gang« 02.11.2026, SOU: Nu i hele byen." in page.text
    assert ("Ny status", "I gang", "Sat på pause") in changes_on(page)
    ticked = page.tree.xpath('//input[@name="tag"]')
    assert [box.get("checked") is not None for box in ticked] == [False, True, True, True, True]

    before = cells_of(fetched(client))
    after = page.press("Gem de valgte som kladder")
    assert "3 rækker er gemt som kladder. 1 række er bekræftet, og det kan borgerne se." in after.text
    assert StatusUpdate.objects.filter(state=UpdateState.DRAFT).count() == 3
    assert "Filen siger ikke noget nyt." not in given_back(client, changed, f"udfyldt.{suffix}").text  # the conflict
    assert len(changes_on(given_back(client, changed, f"udfyldt.{suffix}"))) == 1

    undoing = after.link("Se eller fortryd indlæsningen").link("Fortryd indlæsningen")
    assert "3 ting bliver fortrudt" in undoing.text
    assert "Bekræftelsen er udgivet." in undoing.text
    undone = undoing.press("Fortryd indlæsningen")
    assert "3 ting er fortrudt." in undone.text
    assert cells_of(fetched(client)) == before
    assert Event.objects.filter(act=Act.FILE_UNDONE).count() == 1
    assert undone.buttons == []
    listed = StaffPage.open(client, reverse("admin:index")).link("Filer, der er læst ind")
    [address] = listed.tree.xpath('//li[contains(., ": Fortrudt")]//a/@href')
    ended = StaffPage.open(client, address)
    assert "Indlæsningen er fortrudt den" in ended.text
    assert "Bekræftelsen er udgivet." in ended.text
    assert not ended.tree.xpath('//a[contains(@href, "/fortryd/")]')


CELLS = {"1.0": {"Ny status": "Gennemført", "Tekst": "Gjort."}, "1.2": {"Tekst": "Nyt."}}


class TestStatus:
    def test_a_refusal_stands_at_its_row_and_what_was_chosen_is_chosen(self, as_user, anna, make_items):
        make_items(4, status=Status.IN_PROGRESS)
        client = as_user(anna)
        page = given_back(client, filled_in(fetched(client), CELLS))
        assert changes_on(page) == [
            ("Ny status", "I gang", "Gennemført"),
            ("Tekst", "(tom)", "Gjort."),
            ("Tekst", "(tom)", "Nyt."),
        ]
        [first, second] = page.tree.xpath('//input[@name="tag"]/@value')
        refused = page.press("Send de valgte til godkendelse", tag=[first])
        assert refused.status == 422
        assert "Der er ikke gemt noget af filen. Dine valg står her stadig." in refused.text
        assert "Status »Gennemført« kræver dokumentation" in refused.text
        assert refused.tree.xpath('//input[@name="tag" and @checked]/@value') == [first]
        after = refused.press("Send de valgte til godkendelse", tag=[second])
        assert "1 række er sendt til godkendelse." in after.text
        assert StatusUpdate.objects.get(state=UpdateState.SUBMITTED).text == "Nyt."

    def test_without_a_tick_it_is_said(self, as_user, anna, make_items):
        make_items(4, status=Status.IN_PROGRESS)
        client = as_user(anna)
        refused = given_back(client, filled_in(fetched(client), CELLS)).press("Gem de valgte som kladder", tag=[])
        assert (refused.status, "Vælg mindst én række." in refused.text) == (422, True)

    def test_an_unlikely_day_is_asked_about(self, as_user, anna, make_items):
        make_items(4, status=Status.IN_PROGRESS)
        client = as_user(anna)
        early = {"1.0": {"Ny status": "I gang", "Gælder den": "01.01.2015"}}
        asked = given_back(client, filled_in(fetched(client), early)).press("Send de valgte til godkendelse")
        assert (asked.status, asked.text.count("ligger før kilden")) == (422, 1)
        asked.press("Send de valgte til godkendelse", sure="on")
        assert StatusUpdate.objects.filter(state=UpdateState.SUBMITTED).count() == 1

    def test_what_somebody_does_meanwhile_is_shown_and_nothing_is_written(self, as_user, anna, bo, sou, make_items):
        items = {item.number: item for item in make_items(4, status=Status.IN_PROGRESS)}
        client = as_user(anna)
        page = given_back(client, filled_in(fetched(client), CELLS))
        save_draft(by=bo, item=items["1.2"], committee=sou, draft=UpdateDraft(status="paused", text="Bos ord."))
        refused = page.press("Gem de valgte som kladder")
        assert "En anden har ændret rækken, mens du så på siden." in refused.text
        assert ("Tekst", "Bos ord.", "Nyt.") in changes_on(refused)
        assert StatusUpdate.objects.exclude(state=UpdateState.PUBLISHED).count() == 1
        assert "2 rækker er gemt som kladder." in refused.press("Gem de valgte som kladder").text
        assert StatusUpdate.objects.filter(state=UpdateState.DRAFT, item=items["1.2"]).get().text == "Nyt."

    def test_what_somebody_does_until_it_is_ones_turn_is_seen(self, as_user, anna, bo, sou, make_items, monkeypatch):
        items = {item.number: item for item in make_items(4, status=Status.IN_PROGRESS)}
        page = given_back(as_user(anna), filled_in(fetched(as_user(anna)), CELLS))

        @contextmanager
        def after_bo():
            save_draft(by=bo, item=items["1.2"], committee=sou, draft=UpdateDraft(status="paused", text="Bos ord."))
            yield

        monkeypatch.setattr(own_rows, "in_turn", after_bo)
        refused = page.press("Gem de valgte som kladder")
        assert "En anden har ændret rækken, mens du så på siden." in refused.text
        assert ("Tekst", "Bos ord.", "Nyt.") in changes_on(refused)

    def test_no_more_is_chosen_or_carried_than_can_be_written(self, as_user, anna, make_items, monkeypatch):
        make_items(4, status=Status.IN_PROGRESS)
        monkeypatch.setattr(own_rows, "MOST_AT_ONCE", 1)
        client = as_user(anna)
        page = given_back(client, filled_in(fetched(client), CELLS))
        assert "Der kan gemmes højst 1 rækker ad gangen, så kun de første er valgt." in page.text
        carried = [name for name, _value in page.sent("Gem de valgte som kladder")[1]]
        assert sorted(carried) == ["csrfmiddlewaretoken", "tag", "trin"]
        assert [name for name, _value in page.sent("Opgiv filen")[1]] == ["csrfmiddlewaretoken", "trin"]
        assert "1 række er gemt som kladde." in page.press("Gem de valgte som kladder").text

    def test_what_is_public_at_once_is_not_told_of_as_sent(self, as_user, anna, make_items):
        make_items(4, status=Status.IN_PROGRESS)
        client = as_user(anna)
        cells = {"1.0": {"Stadig korrekt": "ja"}, "1.2": {"Tekst": "Nyt."}}
        after = given_back(client, filled_in(fetched(client), cells)).press("Send de valgte til godkendelse")
        assert "1 række er sendt til godkendelse. 1 række er bekræftet, og det kan borgerne se." in after.text

    def test_a_file_that_is_not_kept_any_more_is_told_of_and_can_be_given_up(self, as_user, anna, make_items):
        make_items(4, status=Status.IN_PROGRESS)
        client = as_user(anna)
        page = given_back(client, filled_in(fetched(client), CELLS))
        kept = ImportBatch.objects.get().file
        kept.storage.delete(kept.name)
        for again in (StaffPage.open(client, page.address), page.press("Gem de valgte som kladder")):
            assert (again.status, again.buttons) == (422, ["Opgiv filen"])
            assert "Filen »udfyldt.xlsx« er her ikke mere. Vælg den igen." in again.text
            assert "Filen siger ikke noget nyt." not in again.text
        assert "Filen er opgivet." in page.press("Opgiv filen").text

    def test_more_rows_than_can_be_fetched_are_refused_at_once(self, as_user, anna, sou):
        lines = ["Kildens kode;Nummer;Udvalg", *(f"tinget;{n};SOU" for n in range(2_001))]
        refused = given_back(as_user(anna), "\n".join(lines).encode(), "mange.csv")
        assert (refused.status, "Filen har 2001 rækker. Der kan højst læses 2000" in refused.text) == (422, True)
        assert not ImportBatch.objects.exists()

    @pytest.mark.parametrize("is_at_once", [False, True])
    def test_a_second_click_writes_nothing_twice(self, as_user, anna, make_items, is_at_once, monkeypatch):
        make_items(4, status=Status.IN_PROGRESS)
        client = as_user(anna)
        page = given_back(client, filled_in(fetched(client), CELLS))
        address, data = page.sent("Gem de valgte som kladder")
        first = partial(page.send, address, data)
        with done_meanwhile(monkeypatch, first) if is_at_once else nullcontext([first()]) as answers:
            second = page.send(address, data)
        assert "2 rækker er gemt som kladder." in answers[0].text
        assert "Skrevet ind" in second.text
        assert second.status == 200
        assert Event.objects.filter(act=Act.FILE_WRITTEN).count() == 1

    def test_a_file_that_is_given_up_is_gone(self, as_user, anna, make_items):
        make_items(4, status=Status.IN_PROGRESS)
        client = as_user(anna)
        page = given_back(client, filled_in(fetched(client), CELLS))
        assert "Filen er opgivet." in page.press("Opgiv filen").text
        assert StaffPage.open(client, page.address).buttons == []
        assert not StatusUpdate.objects.filter(state=UpdateState.DRAFT).exists()

    def test_a_page_that_began_before_the_file_was_written_leaves_it_written(
        self, as_user, anna, make_items, monkeypatch
    ):
        make_items(4, status=Status.IN_PROGRESS)
        client = as_user(anna)
        page = given_back(client, filled_in(fetched(client), CELLS))
        ImportBatch.objects.update(state=ImportState.RECEIVED)

        def written_meanwhile(*_asked):
            ImportBatch.objects.update(state=ImportState.WRITTEN, written_at=timezone.now())

        monkeypatch.setattr(own_rows.permissions, "check_can_read_in", written_meanwhile)
        assert client.get(page.address).status_code == 200
        assert ImportBatch.objects.get().state == ImportState.WRITTEN

    def test_a_file_that_cannot_be_read_says_why_at_its_field(self, as_user, anna):
        refused = given_back(as_user(anna), b"PK\x03\x04 ikke et regneark")
        assert (refused.status, refused.text.count("kan ikke læses")) == (422, 1)
        assert not ImportBatch.objects.exists()

    @pytest.mark.parametrize("count", [2, 6])
    def test_takes_as_many_queries_for_many_rows(self, count, as_user, anna, make_items, django_assert_num_queries):
        numbers = [item.number for item in make_items(count, status=Status.IN_PROGRESS)]
        client = as_user(anna)
        page = given_back(client, filled_in(fetched(client), {number: {"Tekst": "Nyt."} for number in numbers}))
        with django_assert_num_queries(19):
            assert len(changes_on(StaffPage.open(client, page.address))) == count


class TestAnswersOfAMeeting:
    def test_a_secretary_fills_them_in_and_an_approver_records_them(self, as_user, bo, dina, sou, make_items):
        make_items(3)
        client = as_user(dina)
        assert "Hent rækkerne" not in StaffPage.open(client, PAGE).buttons
        content = fetched(client, udvalg=sou.code, moede="2026-09-17")
        point = {"Svar": "Tiltrådt", "Dagsordenspunkt": "Punkt 7"}
        page = given_back(client, filled_in(content, {"1.0": point, "1.2": point}))
        assert "Svar gemmes som kladder til mødet." in page.text
        assert page.buttons == ["Gem de valgte som kladder", "Opgiv filen"]
        page.press("Gem de valgte som kladder")
        draft = AnswerDraft.objects.get()
        read = StaffPage.open(as_user(bo), reverse("answer_draft", args=[draft.pk]))
        read.press("Registrer svarene")
        assert CommitteeAnswer.objects.filter(committee=sou, agenda_item="Punkt 7").count() == 2

    def test_a_meeting_that_is_still_to_come_is_refused_at_its_field(self, as_user, dina, sou, make_items):
        make_items(3)
        page = StaffPage.open(as_user(dina), PAGE)
        address, data = page.sent("Hent arket", moede="2026-12-17")
        refused = as_user(dina).get(address, dict(data))
        assert refused.status_code == 422
        assert "Mødet er ikke holdt endnu." in refused.content.decode()


class TestStrangers:
    def test_another_committees_rows_are_refused_one_by_one(self, as_user, anna, carla, make_items):
        make_items(4, status=Status.IN_PROGRESS)
        page = given_back(as_user(carla), filled_in(fetched(as_user(anna)), CELLS))
        assert page.text.count("Du kan ikke skrive om") == 4
        assert page.buttons == ["Opgiv filen"]

    def test_anothers_file_is_not_there(self, as_user, anna, bo, carla, make_items):
        make_items(4, status=Status.IN_PROGRESS)
        client = as_user(anna)
        page = given_back(client, filled_in(fetched(client), CELLS))
        undo = reverse("undo_import", args=[ImportBatch.objects.get().pk])
        for user in (bo, carla):
            assert [as_user(user).get(address).status_code for address in (page.address, undo)] == [404, 404]
        assert as_user(carla).get(reverse("fetch_own_rows"), {"udvalg": "SOU"}).status_code == 404
        assert "Filen er ikke skrevet ind" in StaffPage.open(client, undo).text


class TestSomebodyLeaves:
    """What they had read in and not written is their colleagues' to go on with."""

    def test_a_colleague_finds_the_file_and_writes_it(self, as_user, anna, bo, carla, chief, make_items):
        make_items(3, status=Status.IN_PROGRESS)
        client = as_user(anna)
        content = filled_in(fetched(client), {"1.0": {"Tekst": "Begyndt i to bydele."}})
        address = given_back(client, content).address
        assert "udfyldt.xlsx" not in StaffPage.open(as_user(bo), PAGE).text
        StaffPage.open(as_user(chief), reverse("person_left", args=[anna.pk])).press(
            "Registrer, at personen er holdt op"
        )
        page = StaffPage.open(as_user(bo), PAGE)
        assert f"fra {anna.get_full_name() or anna.username}" in page.text
        page.link("udfyldt.xlsx").press("Gem de valgte som kladder")
        draft = StatusUpdate.objects.get(state=UpdateState.DRAFT)
        assert (draft.author, draft.text) == (bo, "Begyndt i to bydele.")
        assert ImportBatch.objects.get().state == ImportState.WRITTEN
        assert as_user(carla).get(address).status_code == 404

    @pytest.mark.parametrize("who", ["bo", "dina"])
    def test_it_is_theirs_as_long_as_they_have_a_role_anywhere(self, request, anna, sud, sou, chief, who):
        colleague = request.getfixturevalue(who)
        batch = ImportBatchFactory(by=anna, kind=ImportKind.ROWS)
        role = CommitteeMembershipFactory(user=anna, committee=sud).user.committee_memberships.get(committee=sou)
        end_role(by=chief, membership=role, on=TODAY)
        assert not ImportBatch.objects.visible_to(colleague).exists()
        leave(by=chief, user=anna)
        assert list(ImportBatch.objects.visible_to(colleague)) == [batch]

    def test_a_source_is_the_administrators_alone(self, anna, bo, chief):
        ImportBatchFactory(by=anna, kind=ImportKind.SOURCE)
        leave(by=chief, user=anna)
        assert not ImportBatch.objects.visible_to(bo).exists()
        assert ImportBatch.objects.visible_to(chief).exists()


class TestSeen:
    @pytest.mark.parametrize("width", [320, 1280])
    def test_the_pages_are_read_by_axe(self, width, open_page, faults_of, as_user, anna, bo, sou, make_items):
        items = {item.number: item for item in make_items(4, status=Status.IN_PROGRESS)}
        client = as_user(anna)
        content = filled_in(fetched(client), CELLS | {"2.1": {"Ny status": "Gennemfort"}})
        confirmed = UpdateDraft(status=Status.IN_PROGRESS, text="Nu i hele byen.")
        publish_update(by=bo, update=save_draft(by=bo, item=items["1.2"], committee=sou, draft=confirmed))
        preview = given_back(client, content)
        faults = {}
        page = open_page(anna, viewport={"width": width, "height": 900})
        for name, address in (("choose", PAGE), ("preview", preview.address)):
            assert page.goto(address).ok
            faults[name] = faults_of(page)
        preview.press("Gem de valgte som kladder")
        page.goto(reverse("undo_import", args=[ImportBatch.objects.get().pk]))
        faults["undo"] = faults_of(page)
        assert {name: found for name, found in faults.items() if found} == {}
