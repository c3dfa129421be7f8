"""»Mine rækker« as a whole task: fetched, filled in, looked through, written, and undone, by the pages alone."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from recommendations.actions import UpdateDraft, publish_update, save_draft
from recommendations.enums import Act, Status, UpdateState
from recommendations.models import Event, StatusUpdate
from tests.conftest import NO_SOFFICE, SOFFICE
from tests.importing.libreoffice import changed_in_libreoffice
from tests.staff.whole_pages import StaffPage

PAGE = reverse("own_rows")


def fetched(client, **which):
    """The file, as it comes by the button of the page."""
    page = StaffPage.open(client, PAGE)
    address, data = page.sent("Hent rækkerne" if "moede" not in which else "Hent arket", **which)
    response = client.get(address, dict(data))
    assert response.status_code == 200, response.content.decode()
    return b"".join(response.streaming_content)


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
    assert "4 rækker fra filen er gemt." in after.text
    assert StatusUpdate.objects.filter(state=UpdateState.DRAFT).count() == 3
    assert "Filen siger ikke noget nyt." not in given_back(client, changed, f"udfyldt.{suffix}").text  # the conflict
    assert len(changes_on(given_back(client, changed, f"udfyldt.{suffix}"))) == 1

    undoing = after.link("Se eller fortryd indlæsningen").link("Se, hvad filen gjorde, og fortryd det")
    assert "3 ting bliver fortrudt" in undoing.text
    assert "Bekræftelsen er udgivet." in undoing.text
    undone = undoing.press("Fortryd indlæsningen")
    assert "3 ting er fortrudt." in undone.text
    assert cells_of(fetched(client)) == before
    assert Event.objects.filter(act=Act.FILE_UNDONE).count() == 1
    assert undone.buttons == []
