"""A new source, from the first page until citizens read it: typed ten lines at a time, or pasted."""

from datetime import date

import pytest
from django.urls import reverse

from recommendations.actions import RowContent, add_items
from recommendations.enums import ItemKind
from recommendations.models import Event, Item, Ownership, Publication
from tests.factories import AddresseeFactory, PublicationFactory
from tests.staff.hand import Hand
from tests.staff.whole_pages import StaffPage, add, of, of_item

MORE, DONE = "Gem, og giv mig ti til", "Gem, og gå til kilden"


@pytest.fixture
def source():
    return PublicationFactory(
        title="Ungetinget 2026", slug="ungetinget-2026", public_at=None, expected_recommendations=3
    )


@pytest.fixture
def table(as_user, chief, source):
    """The page where the rows of the source are typed."""
    return StaffPage.open(as_user(chief), of(source)).link("Skriv rækkerne")


def lines(*rows):
    """Fields of the table: each row says what is typed in one line."""
    return {f"raekker-{place}-{name}": text for place, row in enumerate(rows) for name, text in row.items()}


def values(page, name):
    """What stands in one column of the table."""
    found = page.tree.xpath(f'//*[starts-with(@name, "raekker-") and substring-after(@name, "-{name}") = "" and '
                            f'contains(@name, "-{name}")]')  # fmt: skip
    return [field.get("value") or (field.text or "").removeprefix("\n") for field in found]


def outline(source):
    rows = source.items.select_related("parent", "wording").order_by("path")
    return [(row.number, row.title, row.parent.number if row.parent else "") for row in rows]


# --- The whole task ---------------------------------------------------------------------------------------------------


class TestANewSource:
    def test_from_the_first_page_until_citizens_read_it(self, as_user, citizen, chief, sou):
        form = StaffPage.open(as_user(chief), reverse("admin:index")).link("Ny kilde")
        page = form.press(
            "Gem",
            title="Københavnertinget 2026",
            kind="citizens_assembly",
            publisher="Københavns Kommune",
            handed_over_on="2026-09-01",
            expected_recommendations="3",
            expects_answers="on",
        )
        source = Publication.objects.get()
        assert (source.slug, source.short_code) == ("koebenhavnertinget-2026", "k26")
        assert source.documents.get().title == "Københavnertinget 2026"
        assert "Kilden er oprettet som kladde. Skriv nu dens rækker." in page.text
        assert "0 af 3 anbefalinger indtastet" in page.text
        page = page.press(
            MORE, **lines({"title": "Sundhed", "kind": "heading"}, {"title": "Faste teams", "pages": "4"})
        )
        assert "2 rækker er gemt." in page.text
        assert "1 af 3 anbefalinger indtastet" in page.text
        assert values(page, "number")[:2] == ["1.2", ""]
        page = page.press(MORE, **lines({"title": "Natbusser", "support": "92,5"}, {"title": "Grønne tage"}))
        assert "2 rækker er gemt. Alle kildens rækker er skrevet." in page.text
        page = page.press("Gem for rækkerne", committee=sou.pk)
        assert "Det er gemt for rækkerne." in page.text
        assert StaffPage.open(citizen, source_page(source)).status == 404
        opened = StaffPage.open(as_user(chief), of(source)).link("Gør offentlig").press("Gør offentlig")
        assert "Kilden er offentlig. Borgerne kan se den nu." in opened.text
        public = " ".join(StaffPage.open(citizen, source_page(source)).text.split())
        assert "3 anbefalinger blev overdraget den 1. september 2026. Ingen af de 3 svar er registreret." in public
        assert all(title in public for title in ("Sundhed", "Faste teams", "Natbusser", "Grønne tage"))
        assert "92,5 %" in public
        item = Item.objects.get(number="1.1")
        assert "Sundheds- og Omsorgsudvalget" in StaffPage.open(citizen, item.get_absolute_url()).text

    def test_that_is_made_public_before_it_is_whole_says_how_far_it_is(self, as_user, citizen, chief, table, source):
        table.press(MORE, **lines({"title": "Faste teams"}))
        page = StaffPage.open(as_user(chief), of(source)).link("Gør offentlig")
        assert page.press("Gør offentlig").status == 422
        page.press("Gør offentlig", although_incomplete="on")
        assert "1 af 3 indtastet" in StaffPage.open(citizen, source_page(source)).text
        again = StaffPage.open(as_user(chief), of(source)).link("Skriv rækkerne")
        assert "Kilden er offentlig: borgerne kan se en række, så snart den er gemt." in again.text
        again.press(DONE, **lines({"title": "Natbusser"}))
        assert "2 af 3 indtastet" in StaffPage.open(citizen, source_page(source)).text

    def test_with_more_rows_than_it_is_said_to_have_is_not_opened(self, as_user, chief, table, source):
        page = table.press(MORE, **lines(*({"title": f"Række {number}"} for number in range(4))))
        assert "4 anbefalinger er indtastet, men kilden skulle have 3" in page.text
        refused = StaffPage.open(as_user(chief), of(source)).link("Gør offentlig").press("Gør offentlig")
        assert "har 4 anbefalinger, men kilden har 3" in refused.text
        assert not Publication.objects.get().is_public

    def test_of_which_nobody_has_counted_the_headings_has_as_many_as_are_typed(self, as_user, chief, table, source):
        table.press(MORE, **lines({"title": "Sundhed", "kind": "heading"}, *({"title": "A"} for _line in range(3))))
        StaffPage.open(as_user(chief), of(source)).link("Gør offentlig").press("Gør offentlig")
        assert Publication.objects.get().expected_headings == 1

    @pytest.mark.parametrize(
        ("title", "slug", "short_code"),
        [
            ("Københavnertinget 2024", "koebenhavnertinget-2024", "k24"),
            ("Flere hænder i plejen", "flere-haender-i-plejen-2026", "f26"),
            ("Københavnertinget (2026)", "koebenhavnertinget-2026-2", "ko26"),
            ("2030", "2030", "k30"),
            ("!!!", "kilde-2026", "k100"),
        ],
    )
    def test_gets_codes_of_its_title_that_no_other_source_has(self, as_user, chief, title, slug, short_code):
        PublicationFactory(slug="koebenhavnertinget-2026", short_code="k26")
        form = StaffPage.open(as_user(chief), add("publication"))
        form.press("Gem", title=title, kind="memo", publisher="KK", handed_over_on="2026-09-01")
        source = Publication.objects.latest("pk")
        assert (source.slug, source.short_code) == (slug, short_code)

    def test_that_is_refused_keeps_what_was_typed(self, as_user, chief):
        form = StaffPage.open(as_user(chief), add("publication"))
        refused = form.press("Gem", title="Ungetinget", publisher="KK", handed_over_on="1926-09-01")
        assert "Ungetinget" in refused.html
        assert not Publication.objects.exists()

    def test_is_an_administrators(self, as_user, bo, source):
        assert "Ny kilde" not in StaffPage.open(as_user(bo), reverse("admin:index")).text
        for page in ("rows", "retype", "remove", "assign"):
            assert as_user(bo).get(of(source, page)).status_code == 403
            assert as_user(bo).post(of(source, page), {"trin": "flere"}).status_code == 403

    def test_says_in_the_list_how_far_it_is(self, as_user, chief, table):
        table.press(MORE, **lines({"title": "Faste teams"}))
        page = StaffPage.open(as_user(chief), reverse("admin:recommendations_publication_changelist"))
        assert "1 af 3 indtastet" in page.text
        assert "Ungetinget 2026" in page.link("Kladde").text
        PublicationFactory(title="Den anden")
        drafts = StaffPage.open(as_user(chief), f"{page.address}?offentlig=nej").text
        assert "Ungetinget 2026" in drafts
        assert "Den anden" not in drafts


def source_page(source):
    return reverse("publication", args=[source.slug])


# --- The table --------------------------------------------------------------------------------------------------------


class TestTheTable:
    def test_has_ten_lines_and_begins_with_the_next_number(self, table):
        assert values(table, "number") == ["1", *[""] * 9]
        assert set(values(table, "title")) == {""}

    def test_keeps_all_that_was_typed_when_one_line_is_refused(self, table, source):
        typed = lines(
            {"title": "Faste teams", "pages": "12", "official_text": "Tinget foreslår"},
            {"number": "3/4", "title": "Natbusser", "support": "mange"},
            {"number": "9"},
        )
        refused = table.press(MORE, **typed)
        assert refused.status == 422
        assert "Intet er gemt endnu. Det, du har skrevet, står her stadig." in refused.text
        assert [link.get("href") for link in refused.tree.xpath('//div[@role="alert"]//a')] == ["#linje-2"]
        assert not source.items.exists()
        assert values(refused, "title")[:2] == ["Faste teams", "Natbusser"]
        assert values(refused, "support")[:2] == ["", "mange"]
        assert values(refused, "number")[:3] == ["1", "3/4", "9"]
        assert "Tinget foreslår" in refused.html
        refused = refused.press(MORE, **lines({}, {"number": "", "support": "80"}))
        assert "Skriv en titel" in refused.text  # of the line that has a number only
        after = refused.press(MORE, **lines({}, {}, {"number": ""}))
        assert "2 rækker er gemt." in after.text
        assert outline(source) == [("1", "Faste teams", ""), ("2", "Natbusser", "")]

    def test_errors_are_tied_to_their_fields(self, table):
        refused = table.press(MORE, **lines({"title": "A" * 301}, {"title": "B", "number": "1"}))
        [title] = refused.tree.xpath('//input[@name="raekker-0-title"]')
        assert title.get("aria-invalid") == "true"
        assert refused.tree.get_element_by_id(title.get("aria-describedby")).text_content()

    def test_says_what_the_rules_refuse_at_the_cell(self, table, source):
        refused = table.press(MORE, **lines({"number": "1", "title": "A"}, {"number": "1", "title": "B", "under": "8"}))
        assert "Kilden har ingen række med nummer 8." in refused.text
        refused = refused.press(MORE, **lines({}, {"under": ""}))
        assert "Nummeret findes allerede i kilden: »1 A«." in refused.text
        [cell] = refused.tree.xpath('//td[contains(@class, "field-wrong")]')
        assert "Nummeret findes allerede" in cell.text_content()

    def test_a_line_of_40000_signs(self, table, source):
        refused = table.press(MORE, **lines({"title": "A" * 40_000}))
        assert refused.status == 422
        assert values(refused, "title")[0] == "A" * 40_000
        assert table.press(MORE, **lines({"title": "A", "official_text": "B " * 20_000})).status == 200

    def test_nothing_typed_is_said_and_nothing_is_written(self, table):
        refused = table.press(MORE)
        assert "Skriv mindst én række: en titel er nok." in refused.text
        assert not Event.objects.exists()

    def test_sent_twice_is_one_act(self, table, source):
        address, data = table.sent(MORE, **lines({"title": "Faste teams"}))
        first, second = table.send(address, data), table.send(address, data)
        assert (first.status, second.status) == (200, 200)
        assert source.items.count() == 1

    def test_more_lines_than_the_form_has_are_not_taken(self, table, source):
        address, data = table.sent(MORE, **lines({"title": "Faste teams"}))
        for total in ("-1", "99999999", "mange", ""):
            wrong = [(name, total if name == "raekker-TOTAL_FORMS" else value) for name, value in data]
            assert table.send(address, wrong).status == 422
        assert not source.items.exists()

    def test_the_last_button_leads_to_the_source(self, table, source):
        assert table.press(DONE, **lines({"title": "Faste teams"})).address == of(source)


# --- Pasted -----------------------------------------------------------------------------------------------------------


class TestPasted:
    @pytest.mark.parametrize(
        ("pasted", "found"),
        [
            ("1\tFaste teams\n2\tNatbusser", [("1", "Faste teams"), ("2", "Natbusser")]),
            ("Nr.;Titel;Tekst\n1;Faste teams;Tinget foreslår", [("1", "Faste teams")]),
            ("1.1 Faste teams\n\n   \n1.2. Natbusser", [("1.1", "Faste teams"), ("1.2", "Natbusser")]),
            ('1;"Faste; gode teams"', [("1", "Faste; gode teams")]),
            ("Faste teams\nNatbusser", [("", "Faste teams"), ("", "Natbusser")]),
            ("\u2022 Faste teams\r\n", [("", "\u2022 Faste teams")]),
        ],
    )
    def test_lines_become_rows_to_look_at_before_anything_is_saved(self, table, source, pasted, found):
        page = table.press("Vis som rækker", pasted=pasted)
        assert page.status == 200
        assert list(zip(values(page, "number"), values(page, "title"), strict=True)) == found
        assert not source.items.exists()
        page = page.press(MORE, **(lines({"number": "1"}) if not found[0][0] else {}))
        assert [title for _number, title, _under in outline(source)] == [title for _number, title in found]

    def test_with_text_page_and_support(self, table, source):
        table.press("Vis som rækker", pasted="1\tFaste teams\tTinget foreslår\t12\t92,5").press(MORE)
        item = Item.objects.with_words().with_support().get()
        assert (item.official_text, item.pages, item.support_percent) == ("Tinget foreslår", "12", 92.5)

    def test_the_same_number_twice_is_said_when_it_is_saved_and_all_is_kept(self, table, source):
        refused = table.press("Vis som rækker", pasted="1\tA\n2\tB\n1\tC").press(MORE)
        assert refused.status == 422
        assert "Nummeret findes allerede i kilden: »1 A«." in refused.text
        assert values(refused, "title") == ["A", "B", "C"]
        refused.press(MORE, **lines({}, {}, {"number": "3"}))
        assert source.items.count() == 3

    @pytest.mark.parametrize(
        ("pasted", "said"),
        [
            ("\n".join(f"{number}\tRække" for number in range(1000)), "Det er 1.000 rækker. Gem højst 100 ad gangen"),
            (" \n\t\n;;", "Der er ingen linjer med tekst."),
            ("", "Der er ingen linjer med tekst."),
            ("A" * 200_001, "mere tekst, end der kan læses"),
        ],
    )
    def test_what_cannot_be_rows_is_kept_with_a_sentence(self, table, source, pasted, said):
        refused = table.press("Vis som rækker", pasted=pasted)
        assert refused.status == 422
        assert said.casefold() in refused.text.casefold()
        assert pasted.strip() in refused.html.replace("\r", "")

    def test_stands_below_what_was_typed_already(self, table, source):
        page = table.press("Vis som rækker", pasted="7\tNatbusser", **lines({"title": "Faste teams", "support": "x"}))
        assert list(zip(values(page, "number"), values(page, "title"), strict=True)) == [
            ("1", "Faste teams"), ("7", "Natbusser"),
        ]  # fmt: skip
        assert values(page, "support") == ["x", ""]

    def test_is_not_lost_by_the_wrong_button(self, table, source):
        page = table.press(MORE, pasted="7\tNatbusser", **lines({"title": "Faste teams"}))
        assert "2 linjer er læst. Intet er gemt endnu." in page.text
        assert not source.items.exists()
        page.press(MORE)
        assert source.items.count() == 2

    def test_a_hundred_lines_are_saved_at_once(self, table, source):
        page = table.press("Vis som rækker", pasted="\n".join(f"{number}\tRække {number}" for number in range(1, 101)))
        assert "100 linjer er læst. Intet er gemt endnu." in page.text
        assert "100 rækker er gemt." in page.press(MORE).text
        assert source.items.count() == 100

    def test_a_file_that_is_no_list_is_no_fault(self, table):
        for pasted in ('"', '1;"ikke lukket\n2;B', "\x00\x01", "<script>alert(1)</script>", "a;" * 5000):
            assert table.press("Vis som rækker", pasted=pasted).status in {200, 422}


# --- What is there already --------------------------------------------------------------------------------------------


class TestRowsThatAreThere:
    @pytest.fixture
    def rows_page(self, table):
        return table.press(
            MORE, **lines({"title": "Sundhed", "kind": "heading"}, {"title": "Faste teams", "pages": "4"})
        )

    def test_are_mended(self, rows_page, source):
        form = rows_page.link("Ret 1.1 Faste teams")
        assert values_of(form) == {"number": "1.1", "title": "Faste teams", "pages": "4", "under": "1"}
        refused = form.press("Gem rækken", title="")
        assert refused.status == 422
        after = refused.press("Gem rækken", title="Faste hold", under="-")
        assert "Rækken er rettet." in after.text
        assert outline(source) == [("1", "Sundhed", ""), ("1.1", "Faste hold", "")]

    def test_are_taken_out_after_a_second_look(self, rows_page, source):
        refused = rows_page.link("Tag ud 1 Sundhed").press("Tag rækken ud")
        assert "har rækker under sig" in refused.text
        asked = rows_page.link("Tag ud 1.1 Faste teams")
        assert "1.1 Faste teams, Anbefaling, side 4" in asked.text
        address, data = asked.sent("Tag rækken ud")
        assert "Rækken er taget ud." in asked.send(address, data).text
        assert asked.send(address, data).status == 200
        assert outline(source) == [("1", "Sundhed", "")]
        log = StaffPage.open(rows_page.client, of(source, "history")).text
        assert "Række taget ud" in log
        assert "1.1 Faste teams" in log

    def test_have_an_owner_and_an_addressee_in_common(self, rows_page, source, sou):
        state = AddresseeFactory(name="Staten")
        rows_page.press(MORE, **lines({"title": "Klima", "kind": "heading"}, {"title": "Grønne tage"}))
        group = Item.objects.get(number="1")
        again = StaffPage.open(rows_page.client, of(source, "rows"))
        after = again.press("Gem for rækkerne", under=group.pk, committee=sou.pk, addressee=state.pk)
        assert "Faste teams Anbefaling, side 4, SOU, Staten" in after.text
        owned = Ownership.objects.get()
        assert (owned.item.number, owned.valid_from) == ("1.1", source.handed_over_on)

    def test_refused_owners_are_said_on_a_page_that_keeps_what_was_chosen(self, rows_page, source, sou):
        for filled, said in (
            ({}, "Vælg et udvalg, en adressat eller begge dele."),
            ({"committee": sou.pk, "valid_from": "1826-01-01"}, "1826"),
            ({"committee": "999999"}, "gyldig valgmulighed"),
        ):
            refused = rows_page.press("Gem for rækkerne", **filled)
            assert refused.status == 422
            assert said in refused.text
        assert not Ownership.objects.exists()

    def test_of_another_source_are_not_there(self, rows_page, source):
        other = Item.objects.create(publication=PublicationFactory(public_at=None), number="1", kind=ItemKind.AREA)
        for name in ("retype", "remove"):
            for asked in (str(other.pk), "", "x", "-1", "9" * 30):
                assert rows_page.client.get(of(source, name), {"raekke": asked}).status_code == 404

    def test_of_a_public_source_have_a_page_of_their_own(self, rows_page, source, chief):
        StaffPage.open(rows_page.client, of(source)).link("Gør offentlig").press(
            "Gør offentlig", although_incomplete="on"
        )
        row = Item.objects.get(number="1.1")
        again = StaffPage.open(rows_page.client, of(source, "rows"))
        assert "Tag ud" not in again.text
        assert again.link("Rækkens side: 1.1 Faste teams").address == of_item(row)
        refused = StaffPage.open(rows_page.client, f"{of(source, 'remove')}?raekke={row.pk}").press("Tag rækken ud")
        assert "bliver stående" in refused.text


def values_of(page):
    wanted = ("number", "title", "pages", "under")
    return {name: page.tree.xpath(f'//input[@name="{name}"]')[0].get("value") for name in wanted}


# --- How much it costs ------------------------------------------------------------------------------------------------


@pytest.mark.browser
class TestInteractions:
    """Thirty recommendations under three headings, each with its number, title and page."""

    GROUPS = ("Sundhed", "Klima", "Trafik")

    @pytest.fixture
    def hand(self, open_page, chief):
        page = open_page(chief)
        page.goto("/admin/")
        hand = Hand(page)
        hand.click("link", "Ny kilde")
        hand.fill("Titel:", "Ungetinget 2026", exact=True)
        hand.choose("Slags:", "citizens_assembly", exact=True)
        hand.fill("Udgiver:", "Københavns Kommune", exact=True)
        hand.fill("Overdraget den:", "2026-09-01")
        hand.fill("Antal anbefalinger i kilden:", "30")
        hand.click("button", "Gem", exact=True)
        return hand

    def whole(self):
        source = Publication.objects.get()
        headings = source.items.filter(kind=ItemKind.HEADING)
        assert [row.title for row in headings.select_related("wording").order_by("path")] == list(self.GROUPS)
        rows = source.items.filter(kind=ItemKind.RECOMMENDATION).select_related("wording").order_by("path")
        assert [row.number for row in rows] == [f"{group}.{place}" for group in (1, 2, 3) for place in range(1, 11)]
        assert all(row.title and row.pages for row in rows)
        return source.is_public

    def test_typed(self, hand):
        rows = [
            row
            for group, heading in enumerate(self.GROUPS)
            for row in ((heading, ""), *((f"Forslag {group}.{place}", str(group * 10 + place)) for place in range(10)))
        ]
        for start in range(0, len(rows), 10):
            part = rows[start : start + 10]
            for line, (title, page) in enumerate(part, start=1):
                hand.fill(f"Titel, linje {line}", title, exact=True)
                if page:
                    hand.fill(f"Side, linje {line}", page, exact=True)
                else:
                    hand.choose(f"Slags, linje {line}", "heading", exact=True)
            hand.click("button", MORE if start + 10 < len(rows) else DONE)
        hand.click("link", "Gør offentlig")
        hand.click("button", "Gør offentlig")
        assert self.whole()
        assert hand.used == 79

    def test_pasted(self, hand):
        rows = [
            f"{group}\t{heading}\n"
            + "\n".join(f"{group}.{place}\tForslag {place}\t\t{place}" for place in range(1, 11))
            for group, heading in enumerate(self.GROUPS, start=1)
        ]
        hand.page.get_by_text("Indsæt fra et regneark eller et dokument").click()
        hand.used += 1
        hand.fill("Linjer fra et regneark eller et dokument", "\n".join(rows))
        hand.click("button", "Vis som rækker")
        for line in (1, 12, 23):
            hand.choose(f"Slags, linje {line}", "heading", exact=True)
        hand.click("button", DONE)
        hand.click("link", "Gør offentlig")
        hand.click("button", "Gør offentlig")
        assert self.whole()
        assert hand.used == 16


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_the_pages_of_a_source_fit_and_are_read_aloud_rightly(open_page, chief, source, faults_of, width):
    typed = [RowContent("Sundhed", "1", ItemKind.HEADING), RowContent("Faste teams", pages="4")]
    row = add_items(by=chief, publication=source, rows=typed)[1]
    page = open_page(chief, viewport={"width": width, "height": 900})
    of_row = {name: f"{of(source, name)}?raekke={row.pk}" for name in ("retype", "remove")}
    faults = {}
    for address in (of(source, "rows"), of(source, "assign"), add("publication"), *of_row.values()):
        assert page.goto(address).ok
        faults[address] = faults_of(page)
    page.goto(of(source, "rows"))
    page.get_by_label("Titel, linje 1", exact=True).fill("A" * 300)
    page.get_by_label("Nr., linje 2", exact=True).fill("3/4")
    page.get_by_role("button", name=MORE).click()
    faults["refused"] = faults_of(page)
    assert not {name: found for name, found in faults.items() if found}


def test_a_source_typed_today_belongs_to_the_day_it_was_handed_over(as_user, citizen, chief, table, source):
    table.press(MORE, **lines(*({"title": f"Række {number}"} for number in range(3))))
    StaffPage.open(as_user(chief), of(source)).link("Gør offentlig").press("Gør offentlig")
    assert source.exists_from < date(2026, 1, 1)
    assert "Række 1" in StaffPage.open(citizen, f"{source_page(source)}?pr=2026-01-01").text
