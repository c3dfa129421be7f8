"""The picture of a source: the same as the lists say, in few columns, with signs that have words; and as a file."""

import io
import re
import xml.etree.ElementTree as ET
from datetime import date

import pytest
from PIL import Image

from recommendations import tenancy
from recommendations.enums import ItemKind, Outcome, OwnershipRole, Status
from recommendations.public import glance as rules
from recommendations.public.asked import Times
from recommendations.public.glance import glance_of
from recommendations.public.glance_pictures import drawing_of
from recommendations.public.signs import OUTCOME, STATUS, Signed
from tests.factories import (
    AddresseeFactory,
    CommitteeFactory,
    InitiativeFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    SuccessionFactory,
    answered,
    deadline,
    published,
)
from tests.public.conftest import text_of

pytestmark = pytest.mark.django_db


def at(day=None):
    return Times(day, None, "/")


def picture(client, address="/kilder/ting/"):
    return text_of(client, address).split('<svg class="symbols"')[1].split("</figure>")[0]


def plain(html):
    """What stands in a piece of a page, signs apart."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def rows(client, address="/kilder/ting/"):
    """Each row of the table as the words of its cells."""
    table = picture(client, address).split("<table")[1].split("</table>")[0]
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr[^>]*>(.*?)</tr>", table)]
    return [[plain(cell) for cell in cells] for cells in found]


def row(client, title, address="/kilder/ting/"):
    return next(cells for cells in rows(client, address) if title in cells[0])


def words_of(svg):
    return [text.text for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


class TestColumns:
    def test_a_row_says_support_answers_status_and_last_news(self, citizen, world):
        head, *_rest = rows(citizen)
        assert head == ["Anbefaling", "Støtte", "Svar fra SUD", "Svar fra SOU", "Status", "Sidste nyt"]
        assert row(citizen, "2.1 ") == [
            "2.1 Besøg af faste teams",
            "92 %",
            "Intet svar registreret",
            "Til efterretning",
            "I gang SUD Ingen status registreret SOU I gang",
            "2. sept. 2026",
        ]

    def test_what_is_silent_is_told_once_and_hidden_in_the_cells(self, citizen, world):
        html = picture(citizen)
        assert plain(html.split("<table")[0]).count("Intet svar registreret") == 1
        assert html.count("Intet svar registreret") == 1 + html.count('class="visually-hidden">Intet svar registreret')
        assert row(citizen, "2.2 ")[1:] == [
            "kan ikke læses",
            *["Intet svar registreret"] * 2,
            "Ingen status registreret",
            "",
        ]

    def test_support_is_a_bar_as_long_as_its_share_hatched_where_unreadable_and_nothing_where_none_is_given(
        self, citizen, world
    ):
        RecommendationFactory(publication=world.ting, number="2.3", title="Uden stemmer", parent=world.heading)
        lines = picture(citizen).split("<tr")
        bars = {name: next(line for line in lines if f">{name} " in line) for name in ("2.1", "2.2", "2.3")}
        assert 'class="sign-ink" width="92%"' in bars["2.1"]
        assert 'fill="url(#ulaeselig)"' in bars["2.2"]
        assert "share-bar" not in bars["2.3"]

    def test_a_column_that_says_nothing_is_not_there(self, citizen):
        RecommendationFactory(publication__slug="ting", publication__expects_answers=False)
        assert rows(citizen)[0] == ["Anbefaling", "Status"]

    def test_whom_it_is_directed_to_stands_where_nobody_is_to_answer(self, citizen, sou):
        source = PublicationFactory(slug="ting", expects_answers=False)
        InitiativeFactory(publication=source, title="Flere op i tid", addressee=AddresseeFactory(name="Folketinget"))
        assert rows(citizen)[0] == ["Initiativ", "Rettet mod", "Status"]
        assert row(citizen, "Flere op i tid")[1] == "Folketinget"

    def test_a_committee_that_is_not_asked_has_an_empty_place_which_is_explained(self, citizen, sou, sud):
        source = PublicationFactory(slug="ting")
        for committee in (sou, sud):
            OwnershipFactory(
                item=RecommendationFactory(publication=source, title=f"For {committee.code}"), committee=committee
            )
        assert [row(citizen, f"For {code}")[1:3] for code in ("SUD", "SOU")] == [
            ["Intet svar registreret", ""],
            ["", "Intet svar registreret"],
        ]
        assert "Tomt felt: udvalget skal ikke svare" in picture(citizen)
        for item in source.items.all():
            for committee in {sou, sud} - {one.committee for one in item.ownerships.all()}:
                OwnershipFactory(item=item, committee=committee, role=OwnershipRole.CO_OWNER)
        assert "Tomt felt" not in picture(citizen)

    def test_many_committees_stand_together(self, citizen):
        item = RecommendationFactory(publication__slug="ting", title="Alles sag")
        for number in range(rules.MOST_COLUMNS + 1):
            committee = CommitteeFactory(code=f"U{number}")
            OwnershipFactory(item=item, committee=committee, role=OwnershipRole.CO_OWNER)
        answered(item, committee)
        assert rows(citizen)[0] == ["Anbefaling", "Svar", "Status"]
        silent = " ".join(f"U{number} Intet svar registreret" for number in range(rules.MOST_COLUMNS))
        assert row(citizen, "Alles sag")[1] == f"{silent} U{rules.MOST_COLUMNS} Tiltrådt"

    def test_an_heir_has_the_column_and_the_answer_of_whom_it_took_over_from(self, citizen, sou):
        old = CommitteeFactory(code="GML")
        item = RecommendationFactory(publication__slug="ting", title="Arvet")
        OwnershipFactory(item=item, committee=old, valid_to=date(2026, 1, 1))
        answered(item, old, "not_adopted")
        succession = SuccessionFactory(predecessor=old, successor=sou, on=date(2026, 1, 1))
        OwnershipFactory(item=item, committee=sou, valid_from=date(2026, 1, 1), succession=succession)
        assert (rows(citizen)[0][1], row(citizen, "Arvet")[1]) == ("Svar fra SOU", "Ikke tiltrådt")
        then = "/kilder/ting/?pr=2025-06-01"
        assert (rows(citizen, then)[0][1], row(citizen, "Arvet", then)[1]) == ("Svar fra GML", "Ikke tiltrådt")

    def test_a_recommendation_without_an_owner_says_so(self, citizen, world):
        RecommendationFactory(publication=world.ting, number="2.3", title="Ingens sag", parent=world.heading)
        assert row(citizen, "Ingens sag")[0] == "2.3 Ingens sag Intet udvalg registreret"
        assert row(citizen, "Den tomme")[0] == "2.2 Den tomme"


class TestStatus:
    def test_committees_that_agree_are_one_status(self, citizen, world, sou, sud):
        for committee in (sou, sud):
            published(world.bare, Status.PLANNED, on=date(2026, 10, 1), committee=committee, text="Penge er sat af.")
        assert row(citizen, "2.2 ")[4] == "Planlagt"

    def test_a_late_one_says_so_beside_its_status(self, citizen, world):
        deadline(world.bare, date(2026, 11, 1))
        assert row(citizen, "2.2 ")[4] == "Ingen status registreret Forsinket"

    def test_headings_and_options_stand_nowhere(self, citizen, world):
        RecommendationFactory(
            publication=world.ting, number="2.1.a", kind=ItemKind.OPTION, title="Den ene", parent=world.full
        )
        assert row(citizen, "Den ene") == ["2.1.a Den ene Mulighed", "", "", "", "", ""]
        assert ["2 Overskriften"] in rows(citizen)

    def test_the_day_asked_about_decides(self, citizen, world):
        assert row(citizen, "2.1 ", "/kilder/ting/?pr=2025-06-01")[-2:] == [
            "Planlagt SUD Ingen status registreret SOU Planlagt",
            "1. marts 2025",
        ]
        html = picture(citizen, "/kilder/ting/?pr=2025-06-01")
        assert 'href="/anbefalinger/ting/2.1/?pr=2025-06-01"' in html
        assert 'href="/kilder/ting/billede.svg?pr=2025-06-01"' in html
        assert "Som registreret 1. juni 2025" in plain(html)


class TestOrder:
    def test_only_headings_that_hold_lines_and_a_smaller_one_inside_its_group(self, citizen):
        source = PublicationFactory(slug="ting")
        make = {"publication": source, "kind": ItemKind.HEADING}
        RecommendationFactory(publication=source, number="1", title="Først")
        outer = RecommendationFactory(number="2", title="Ydre", **make)
        inner = RecommendationFactory(number="2.1", title="Indre", parent=outer, **make)
        RecommendationFactory(number="2.2", title="Tom", parent=outer, **make)
        RecommendationFactory(number="3", title="Også tom", **make)
        for number, parent in (("2.1.1", inner), ("2.10", outer), ("2.9", outer)):
            RecommendationFactory(publication=source, number=number, title="Sag", parent=parent)
        assert [cells[0] for cells in rows(citizen)[1:]] == [
            "1 Først Intet udvalg registreret",
            "2 Ydre",
            "2.1 Indre",
            *(f"{number} Sag Intet udvalg registreret" for number in ("2.1.1", "2.9", "2.10")),
        ]
        assert picture(citizen).count('scope="rowgroup"') == 1

    def test_no_headings_no_groups(self, citizen):
        RecommendationFactory(publication__slug="ting")
        assert "rowgroup" not in picture(citizen)

    def test_an_initiative_stands_once_below_the_first_of_what_it_belongs_to(self, citizen, world):
        InitiativeFactory(publication=world.ting, number="8", title="For begge").carries_out.add(world.bare, world.full)
        InitiativeFactory(publication=world.ting, number="9", title="For ingen")
        assert [cells[0] for cells in rows(citizen)[1:]] == [
            "2 Overskriften",
            "2.1 Besøg af faste teams",
            "7 Flere op i tid Initiativ",
            "8 For begge Initiativ",
            "2.2 Den tomme",
            "Andre initiativer",
            "9 For ingen Initiativ",
        ]

    def test_initiatives_below_a_heading_of_an_inventory(self, citizen):
        source = PublicationFactory(slug="ting", expects_answers=False)
        heading = RecommendationFactory(publication=source, number="I", title="Onboarding", kind=ItemKind.HEADING)
        InitiativeFactory(publication=source, number="1", title="Introprogram").carries_out.add(heading)
        assert [cells[0] for cells in rows(citizen)[1:]] == ["I Onboarding", "1 Introprogram"]

    def test_titles_that_are_not_the_sources_are_marked_and_the_mark_is_explained_once(self, citizen, world):
        RecommendationFactory(publication=world.ting, number="2.3", title="Navngivet", title_basis="ours")
        assert row(citizen, "Navngivet")[0].startswith("2.3 Navngivet *")
        assert plain(picture(citizen)).count("* Vores titel.") == 1


class TestLength:
    @pytest.fixture
    def source(self):
        source = PublicationFactory(slug="ting")
        for number in ("1", "2"):
            heading = RecommendationFactory(publication=source, number=number, kind=ItemKind.HEADING)
            for part in range(2):
                RecommendationFactory(publication=source, number=f"{number}.{part}", parent=heading)
        return source

    def test_some_lines_more_are_folded_in_their_groups(self, citizen, source, monkeypatch):
        monkeypatch.setattr(rules, "MOST_OPEN", 4)
        assert "<summary>" not in picture(citizen)
        monkeypatch.setattr(rules, "MOST_OPEN", 3)
        html = picture(citizen)
        assert re.findall(r"<summary>(.*?)</summary>", html)[0].startswith("1 Overskrift 1")
        assert html.count("0 af 2 gennemført, 2 uden status") == 2
        assert html.count("<table") == html.count("</table>") == 2
        assert html.count("/anbefalinger/ting/") == 4

    @pytest.mark.parametrize("query", ["", "?pr=2026-10-31"])
    def test_a_long_source_is_its_groups_with_counts_that_lead_to_the_list(self, query, citizen, source, monkeypatch):
        monkeypatch.setattr(rules, "MOST_LINES", 3)
        html = picture(citizen, f"/kilder/ting/{query}")
        assert "/anbefalinger/ting/" not in html
        links = re.findall(r'<a href="(/anbefalinger/[^"]*)">([^<]*)</a></th><td>([^<]*)', html)
        assert [(name, counts) for _address, name, counts in links] == [
            (f"{number} Overskrift {number}", "0 af 2 gennemført, 2 uden status") for number in (1, 2)
        ]
        for address, _name, _counts in links:
            assert re.search(r'id="antal">\s*2 anbefalinger', text_of(citizen, address.replace("&amp;", "&")))

    def test_what_is_read_is_bounded_by_headings_too(self, source, monkeypatch):
        monkeypatch.setattr(rules, "MOST_READ", 5)
        assert glance_of(source, None).is_long

    def test_nothing_registered_is_no_picture(self):
        assert glance_of(PublicationFactory(), None) is None

    @pytest.mark.parametrize("more", [0, 5])
    @pytest.mark.parametrize(("day", "queries"), [(None, 2), (date(2026, 10, 1), 3)])
    def test_as_many_queries_however_much_there_is(self, more, day, queries, world, django_assert_num_queries):
        for number in range(more):
            item = RecommendationFactory(publication=world.ting, number=f"3.{number}")
            OwnershipFactory(item=item)
            InitiativeFactory(publication=world.ting, number=f"3.{number}").carries_out.add(item)
        with django_assert_num_queries(queries):
            found = glance_of(world.ting, day)
            assert len(drawing_of(found).as_svg()) > 1000

    # Its rows, its headings, and the words of an earlier day; five for the index, where nothing may be kept.
    @pytest.mark.parametrize(("day", "queries"), [(None, 7), (date(2026, 10, 1), 8)])
    def test_a_long_one_takes_few_more(self, day, queries, source, monkeypatch, django_assert_num_queries):
        monkeypatch.setattr(rules, "MOST_LINES", 3)
        with django_assert_num_queries(queries):
            assert glance_of(source, day).is_long

    def test_what_is_missing_is_said(self, citizen, world):
        assert "Listen er ikke hel" not in picture(citizen)
        world.ting.expected_recommendations = 3
        world.ting.save()
        assert "Listen er ikke hel: kilden rummer mere" in picture(citizen)


class TestSigns:
    def test_every_answer_and_status_has_a_shape_of_its_own(self):
        assert set(OUTCOME) == {"", *Outcome.values}
        assert set(STATUS) == {"", *Status.values}
        shapes = [Signed.answer(code).symbol.split(">", 1)[1] for code in OUTCOME]
        shapes += [Signed.status(code).symbol.split(">", 1)[1] for code in STATUS]
        assert len(set(shapes)) == len(shapes)

    def test_they_take_the_colours_of_the_page(self):
        for sign in [*map(Signed.answer, OUTCOME), *map(Signed.status, STATUS)]:
            assert "#" not in sign.symbol
            ET.fromstring(sign.symbol)

    def test_only_those_that_occur_are_explained_and_every_one_that_is_used_is_there(self, citizen, world):
        html = picture(citizen)
        used, there = set(re.findall(r'href="#([^"]+)"', html)), set(re.findall(r'<symbol id="([^"]+)"', html))
        assert used == there == {"svar-noted", "svar-none", "status-in_progress", "status-none"}
        legend = plain(html.split("Hvad tegnene betyder")[1].split("</details>")[0])
        assert legend == "Taget til efterretning I gang"

    def test_nothing_to_unfold_where_nothing_is_registered(self, citizen):
        RecommendationFactory(publication__slug="ting")
        assert "Hvad tegnene betyder" not in picture(citizen)


class TestFiles:
    def test_say_the_same_as_the_page(self, citizen, world, sou):
        response = citizen.get("/kilder/ting/billede.svg")
        assert response.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
        words = words_of(response.content)
        for expected in (
            "Københavns Kommune",
            "Tinget",
            "Overdraget til kommunen 17. juni 2024. Som registreret 2. november 2026.",
            "2 Overskriften",
            "2.1 Besøg af faste teams",
            "92 %",
            "Intet svar registreret",
            f"SOU: {sou.name}",
        ):
            assert expected in words, (expected, words)
        assert words[-1].endswith("/kilder/ting/")

    def test_each_title_of_the_page_is_in_the_file_and_none_runs_into_the_next_column(self, citizen, world):
        RecommendationFactory(
            publication=world.ting, number="2.3", title="Meget lang titel " * 12, parent=world.heading
        )
        svg = citizen.get("/kilder/ting/billede.svg").content
        texts = [*ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
        support = next(float(text.get("x")) for text in texts if text.text == "Støtte")
        titles = [text for text in texts if re.match(r"(2\.\d|7) ", text.text)]
        assert len(titles) == 4
        assert all(float(text.get("x")) + float(text.get("textLength")) < support for text in titles)
        assert titles[-1].text.endswith("…")

    def test_of_an_earlier_day(self, citizen, world):
        words = words_of(citizen.get("/kilder/ting/billede.svg?pr=2025-06-01").content)
        assert any("Som registreret 1. juni 2025" in text for text in words)
        assert words[-1].endswith("/kilder/ting/?pr=2025-06-01")
        assert "1. marts 2025" in words

    def test_is_a_png_of_the_same_size(self, citizen, world):
        response = citizen.get("/kilder/ting/billede.png")
        image = Image.open(io.BytesIO(response.content))
        root = ET.fromstring(citizen.get("/kilder/ting/billede.svg").content)
        assert (response.headers["Content-Type"], image.format) == ("image/png", "PNG")
        assert image.size == (int(root.get("width")), int(root.get("height")))

    def test_in_english_our_words_are(self, citizen, world):
        svg = citizen.get("/en/kilder/ting/billede.svg").content
        assert b'xml:lang="en"' in svg
        assert "2.1 Besøg af faste teams" in words_of(svg)

    def test_says_that_it_is_made_up_and_that_more_is_missing(self, citizen, world):
        municipality = tenancy.current()
        municipality.is_fictional = True
        municipality.save()
        world.ting.is_whole = False
        world.ting.save()
        svg = citizen.get("/kilder/ting/billede.svg").content.decode()
        assert '<title id="title">Opdigtet: Tinget</title>' in svg
        assert "Opdigtet: Tinget" in words_of(svg)
        assert any("Listen er ikke hel." in text for text in words_of(svg))

    def test_of_all_statuses_answers_and_many_committees(self, citizen):
        source = PublicationFactory(slug="ting")
        for number, status in enumerate(Status):
            item = RecommendationFactory(publication=source, number=str(number + 1))
            for place, outcome in enumerate(Outcome):
                committee = CommitteeFactory(code=f"U{place}")
                OwnershipFactory(item=item, committee=committee, role=OwnershipRole.CO_OWNER)
                answered(item, committee, outcome, agenda_url="https://eksempel.dk/punkt")
            published(item, status, committee=committee, text="Fordi.", evidence=1)
            deadline(item, date(2026, 1, 1))
        words = words_of(citizen.get("/kilder/ting/billede.svg").content)
        assert {str(one.label) for one in Outcome} <= set(words)
        assert {str(one.label) for one in Status} <= set(words)
        assert words.count("Forsinket") == len(Status)  # each has committees that have said nothing: none is closed
        assert citizen.get("/kilder/ting/billede.png").status_code == 200

    @pytest.mark.parametrize("kind", ["svg", "png"])
    def test_of_an_empty_source_a_long_one_and_none(self, kind, citizen, world, monkeypatch):
        PublicationFactory(slug="tom")
        assert citizen.get(f"/kilder/tom/billede.{kind}").status_code == 200
        monkeypatch.setattr(rules, "MOST_LINES", 1)
        assert citizen.get(f"/kilder/ting/billede.{kind}").status_code == 200
        assert citizen.get(f"/kilder/findesikke/billede.{kind}").status_code == 404
        assert citizen.get(f"/kilder/ting/billede.{kind}?pr=2020-01-01").status_code == 404
        moved = citizen.get(f"/kilder/TING/billede.{kind}?pr=2026-10-01")
        assert (moved.status_code, moved.headers["Location"]) == (301, f"/kilder/ting/billede.{kind}?pr=2026-10-01")
