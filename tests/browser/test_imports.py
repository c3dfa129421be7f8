"""A file of 300 rows, chosen and looked through on a phone: no side scroll, nothing that axe finds; then written."""

import pytest
from django.urls import reverse

from recommendations.importing.applying import applied
from recommendations.models import Item
from tests.importing.files import ROWS, SOURCE, book, tables, where
from tests.staff.hand import Hand

pytestmark = pytest.mark.browser

LONG = "Et ord, der er for langt til en telefon: " + "kommuneplanlægning" * 6
MORE = tuple((f"1.{n}", "", "1", f"Række {n}. {LONG}", LONG * 3, "", "SOU", "50 %", "") for n in range(3, 301))
HEAD = {**SOURCE, "Antal anbefalinger i kilden": "300"}


def test_300_rows_are_looked_through_and_written(sou, sud, chief, open_page, faults_of):
    applied(tables(), by=chief)
    page = open_page(chief, viewport={"width": 320, "height": 900})
    hand, faults = Hand(page), {}

    def look(name):
        if found := faults_of(page):
            faults[name] = found

    page.goto(reverse("imports"))
    hand.click("link", "En kilde i et regneark")
    hand.click("button", "Vis, hvad filen ændrer")
    look("nothing chosen")
    wrong = where(where((*ROWS, *MORE), "1.2", "Støtter", "188 %"), "1.1", "Titel", f"Mange træer {LONG}")
    hand.attach("Regneark", {"name": "kilde.xlsx", "mimeType": "", "buffer": book(HEAD, wrong)})
    hand.click("button", "Vis, hvad filen ændrer")
    look("wrong")
    mended = where((*ROWS, *MORE), "1.1", "Titel", f"Mange træer {LONG}")
    hand.attach("Den rettede fil", {"name": "rettet.xlsx", "mimeType": "", "buffer": book(HEAD, mended)})
    hand.click("button", "Vis, hvad den rettede fil ændrer")
    look("300 rows")
    hand.click("link", "Se alle 298: Nyt")
    page.go_back()
    hand.click("button", "Skriv det ind")
    look("written")
    assert page.get_by_text("Det er skrevet ind.").is_visible()
    assert Item.objects.count() == 301
    assert hand.used == 8
    assert not faults
