"""Neighbours: two places that say the same fact are compared with each other, on data that differ.

Every link with a number on every public page is followed and its rows counted; page, list, filter, committee, CSV, JSON
and annex must agree about each committee.
"""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from recommendations import actions, tenancy
from recommendations.actions import EvidenceContent, UpdateDraft
from recommendations.enums import ANSWERS, NO_ANSWER, EvidenceKind, Outcome, OwnershipRole, Status
from recommendations.models import Committee, Item, Ownership, Publication, Recommendation, Standing, StatusUpdate
from recommendations.selection import NONE_REGISTERED
from tests.conftest import clock
from tests.factories import CommitteeFactory, UserFactory

pytestmark = pytest.mark.django_db
MEETING = date(2026, 9, 18)
SOURCE = "koebenhavnertinget-2024"


@pytest.fixture(scope="module")
def filled_once(seeded_once, django_db_blocker):
    """`fill`, once for all these tests: none of them changes anything."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "datetime", clock(hour=9))
        with tenancy.chosen():
            yield fill()


@pytest.fixture
def filled(filled_once, db):
    return filled_once


def fill() -> SimpleNamespace:
    """The shipped sources with a year of work: answers of one of two co-owners, refusals, corrections, hand-overs."""
    chief, second = (UserFactory(username=name, is_superuser=True) for name in ("chief", "second"))
    sou, sud, buu = (Committee.objects.get(code=code) for code in ("SOU", "SUD", "BUU"))
    new = CommitteeFactory(code="NYT", name="Nyt Omsorgsudvalg", valid_from=date(2026, 10, 1))
    rows = list(Recommendation.objects.counted().filter(publication__slug=SOURCE).order_by("path"))

    def answer(item, committee, outcome, **more):
        fields = {"by": chief, "item": item, "committee": committee, "outcome": outcome, "meeting_date": MEETING}
        return actions.record_answer(**fields | {"text": "Fordi.", "passed_on_to": "Regionen"} | more)

    def status(item, committee, status, **more):
        draft = actions.save_draft(
            by=chief,
            item=item,
            committee=committee,
            draft=UpdateDraft(
                status=status,
                text="Det er sket.",
                on=date(2026, 9, 20),
                evidence=[EvidenceContent("Referat", url="https://eksempel.dk/", kind=EvidenceKind.OPERATING)],
                **more,
            ),
        )
        return actions.publish_update(by=second, update=draft)

    for item in rows[:5]:
        answer(item, sou, Outcome.ADOPTED)
    answer(rows[5], sou, Outcome.NOT_ADOPTED)
    answer(rows[6], sud, Outcome.PARTLY_ADOPTED)
    answer(rows[7], sou, Outcome.OUTSIDE_REMIT)
    not_read = answer(rows[8], sou, Outcome.NOT_READ, agenda_url="https://eksempel.dk/punkt-7")
    wrong = answer(rows[9], sou, Outcome.ADOPTED)
    answer(rows[9], sou, Outcome.NOTED, corrects=wrong, reason="Dato.", meeting_date=date(2026, 8, 20))
    withdrawn = answer(rows[10], sou, Outcome.ADOPTED)
    answer(rows[10], sou, "", corrects=withdrawn, reason="Forkert række.")
    status(rows[0], sou, Status.IMPLEMENTED)
    status(rows[1], sou, Status.IN_PROGRESS)
    mistaken = status(rows[2], sud, Status.IMPLEMENTED)
    correction = actions.correct_update(
        by=chief, update=mistaken, committee=sud, draft=UpdateDraft(text="Forkert række.", on=mistaken.on)
    )
    actions.publish_update(by=second, update=correction)
    actions.set_deadline(by=chief, item=rows[1], committee=sou, due_on=date(2026, 10, 1), sure=True)
    # A partial hand-over, an owner that ended, and a committee that ended.
    actions.hand_over(
        by=chief,
        predecessor=sud,
        successor=buu,
        on=date(2026, 9, 25),
        items=[rows[6], rows[11]],
        predecessor_ends=False,
    )
    owned = Ownership.objects.in_force().get(item=rows[12], committee=sud)
    actions.end_owner(by=chief, ownership=owned, valid_to=date(2026, 9, 26))
    actions.hand_over(by=chief, predecessor=sou, successor=new, on=date(2026, 10, 1))
    return SimpleNamespace(rows=rows, sou=sou, sud=sud, buu=buu, new=new, not_read=not_read)


class Links(HTMLParser):
    """Every link of a page: (words, address)."""

    def __init__(self, html: str):
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.open: str | None = None
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.open, self.words = dict(attrs).get("href", ""), ""

    def handle_endtag(self, tag):
        if tag == "a" and self.open is not None:
            self.found.append((" ".join(self.words.split()), self.open))
            self.open = None

    def handle_data(self, data):
        if self.open is not None:
            self.words += data


LISTS = (reverse("recommendations"), reverse("initiatives"))


def rows_behind(address: str) -> int:
    """How many rows the list at an address counts."""
    response = Client().get(address)
    assert response.status_code == 200, address
    return response.context["totals"].total


def number_in(words: str) -> int | None:
    """The number that a link says; none where it says none of its own, as in a title with a year."""
    found = re.match(r"(?:Alle )?(\d{1,3}(?:\.\d{3})*)(?= |$)", words) or re.search(r"\((\d+)\)$", words)
    return int(found[1].replace(".", "")) if found else None


def pages() -> list[str]:
    """Every public page that a visitor can reach: fronts, sources, committees, lists, some items, both languages."""
    committees = Committee.objects.order_by("code").values_list("code", flat=True)
    sources = Publication.objects.public().order_by("slug").values_list("slug", flat=True)
    danish = [
        reverse("overview"),
        reverse("committees"),
        reverse("news"),
        reverse("publications"),
        *LISTS,
        *(f"{address}?page=2" for address in LISTS),
        f"{reverse('recommendations')}?q=borger",
        f"{reverse('initiatives')}?status=in_progress",
        *(reverse("publication", args=[slug]) for slug in sources),
        *(reverse("committee", args=[code]) for code in committees),
        *(f"{reverse('recommendations')}?udvalg={code}" for code in committees),
        *(item.get_absolute_url() for item in Item.objects.select_related("publication").order_by("pk")[:30]),
    ]
    return [*danish, *(f"/en{address}" for address in danish[:12])]


@pytest.mark.parametrize("times", ["", "?pr=2026-09-30", "?siden=2026-09-01"])
def test_every_number_that_is_a_link_leads_to_that_many_rows(filled, times):
    followed, wrong = 0, []
    counted: dict[str, int] = {}
    for page in pages():
        asked = page if not times else f"{page}{'&' if '?' in page else '?'}{times[1:]}"
        response = Client().get(asked, follow=True)
        if response.status_code == 404 and times and ("page=" in page or "/kilder/" in page):
            continue  # fewer pages that day, or a source that did not exist
        assert response.status_code == 200, asked
        for words, address in Links(response.content.decode()).found:
            path = address.split("?")[0].removeprefix("/en")
            number = number_in(words)
            group = re.search(r"[?&]gruppe=([^&]*)", address)
            is_name = group is not None and words.startswith(f"{group[1]} ")  # the number of a heading is no count
            if path not in LISTS or number is None or is_name or "page=" in address:
                continue
            if address not in counted:
                counted[address] = rows_behind(address)
            followed += 1
            if counted[address] != number:
                wrong.append(f"{asked}: »{words}« leads to {counted[address]} rows ({address})")
    assert not wrong, "\n".join(wrong)
    assert followed >= 20


def cells_by_hand(committee) -> dict[str, set[int]]:
    """Outcome -> ids of the recommendations, read from the rows themselves, of a committee and those it took over from.

    Under `ingen` those where an answer is owed.
    """
    line = {committee.pk}
    if committee.code == "NYT":
        line.add(Committee.objects.get(code="SOU").pk)
    found: dict[str, set[int]] = {}
    for item in Recommendation.objects.counted().filter(publication__slug=SOURCE).order_by("pk"):
        owners = {row.committee_id: row for row in Ownership.objects.in_force().filter(item=item).order_by("pk")}
        for owner in line & owners.keys():
            inherited = {owner} | (line if committee.code == "NYT" else set())
            if owners[owner].succession:
                inherited.add(owners[owner].succession.predecessor_id)
            given = list(item.answers.known().order_by("meeting_date", "recorded_at", "pk"))
            given = [row for row in given if row.committee_id in inherited]
            outcome = given[-1].outcome if given else ""
            found.setdefault(outcome if outcome in ANSWERS else NONE_REGISTERED, set()).add(item.pk)
    return found


@pytest.mark.parametrize("code", ["SUD", "BUU", "NYT"])
def test_answers_of_a_committee_are_alike_everywhere(filled, code):
    committee = Committee.objects.get(code=code)
    by_hand = cells_by_hand(committee)
    assert by_hand, "the committee owns something"
    offered = dict(facet_counts(f"{reverse('recommendations')}?kilde={SOURCE}&udvalg={code}", "svar"))
    for outcome in [*ANSWERS, NONE_REGISTERED]:
        expected = by_hand.get(outcome, set())
        page = f"{reverse('recommendations')}?kilde={SOURCE}&svar={outcome}&udvalg={code}"
        listed = Client().get(page)
        assert {row.item.pk for row in listed.context["rows"] if row.item.is_counted} == expected, outcome
        assert offered.get(str(outcome), 0) == len(expected), outcome
        assert {row["number"] for row in as_json(page)} == numbers(expected)
        assert {row["Nr."] for row in as_csv(page)} == numbers(expected)
    owed = by_hand.get(NONE_REGISTERED, set())
    shown = Client().get(reverse("committee", args=[code]))
    assert shown.context["unanswered"] == len(owed)
    assert answers_on_the_page(shown) == {
        outcome: ids for outcome, ids in by_hand.items() if outcome != NONE_REGISTERED
    }
    assert f"{len(owed)} mangler udvalgets svar" in annex(code)


def answers_on_the_page(response) -> dict[str, set[int]]:
    """Outcome -> ids, as the rows of a committee's page say them, of the source."""
    found: dict[str, set[int]] = {}
    for owned in response.context["owned"]:
        for group in owned.by_source:
            for row in (*group.shown, *group.folded):
                for cell in row.cells if row.item.publication.slug == SOURCE else ():
                    if cell.answer.outcome in ANSWERS:  # a decision that nobody has read is shown, and is no answer
                        found.setdefault(cell.answer.outcome, set()).add(row.item.pk)
    return found


def test_the_answers_that_are_said_once_are_those_of_the_cells(filled):
    for code in ("", "SUD", "BUU", "NYT"):
        page = f"{reverse('recommendations')}?kilde={SOURCE}" + (f"&udvalg={code}" if code else "")
        said = Client().get(page).context["silences"]
        committees = [code] if code else ["SUD", "BUU", "NYT"]
        cells = [cells_by_hand(Committee.objects.get(code=one)) for one in committees]
        assert said.cells == sum(len(ids) for of_one in cells for ids in of_one.values()), code
        assert said.cells - said.answered == sum(len(of_one.get(NONE_REGISTERED, ())) for of_one in cells), code
        assert said.answers_in_words in Client().get(page).content.decode()


def test_the_sentence_the_list_and_the_picture_count_the_same_answers(filled):
    """A source's page says it in a sentence and shows it a sign an answer; the list says it once above its rows."""
    said = re.compile(r"(\d+) af de (\d+) svar er registreret\.")
    addresses = reverse("publication", args=[SOURCE]), f"{reverse('recommendations')}?kilde={SOURCE}"
    page, listed = (Client().get(address).content.decode() for address in addresses)
    (given, cells), of_list = said.search(page).groups(), said.search(listed).groups()
    assert of_list == (given, cells)
    lines = "".join(re.findall(r"<tbody.*?</tbody>", page, re.S))
    signs = re.findall(r'href="#svar-(\w+)"', lines)
    owed = {"none", Outcome.NOT_READ}
    assert (sum(sign not in owed for sign in signs), len(signs)) == (int(given), int(cells))


def facet_counts(page: str, name: str) -> list[tuple[str, int]]:
    """What a list's form says each choice would give."""
    bound = Client().get(page).context["form"][name]
    return [(str(code), int(re.search(r"\(([\d.]+)\)$", str(label))[1])) for code, label in bound.field.widget.choices]


def numbers(ids: set[int]) -> set[str]:
    return set(Item.objects.filter(pk__in=ids).values_list("number", flat=True))


def download(page: str, suffix: str) -> str:
    response = Client().get(page.replace("/anbefalinger/?", "/anbefalinger/hent/?") + f"&format={suffix}")
    assert response.status_code == 200
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8-sig")


def as_json(page: str) -> list[dict]:
    """The rows of the list as JSON, by the keys of their columns."""
    report = json.loads(download(page, "json"))["report"]
    found = []

    def look(section):
        for table in section.get("tables", ()):
            keys = [column["key"] for column in table["columns"]]
            found.extend(dict(zip(keys, row, strict=True)) for row in table["rows"])
        for one in section.get("sections", ()):
            look(one)

    look(report)
    return [row for row in found if row.get("kind") not in ("Overskrift", "Mulighed")]


def as_csv(page: str) -> list[dict]:
    rows = csv.DictReader(io.StringIO(download(page, "csv")))
    if "Slags" not in (rows.fieldnames or ()):  # a list of nothing has no table, but a sentence
        return []
    return [row for row in rows if row["Slags"] not in ("Overskrift", "Mulighed")]


def annex(code: str) -> str:
    return Client().get(f"{reverse('report')}?udvalg={code}&kilde={SOURCE}&hvad=anbefalinger").content.decode()


def test_the_whole_of_an_item_is_alike_on_its_page_in_lists_and_in_files(filled):
    standing = {row.item_id: row.status for row in Standing.objects.at().wholes().filter(item__in=filled.rows)}
    page = f"{reverse('recommendations')}?kilde={SOURCE}"
    listed = {row.item.pk: row.standing.code for row in Client().get(page).context["rows"] if row.item.is_counted}
    from_json = {row["number"]: row["status"] for row in as_json(page)}
    labels = {status.value: str(status.label) for status in Status} | {"": "Ingen status registreret"}
    for item in filled.rows:
        shown = Client().get(item.get_absolute_url()).context["standing"].code
        assert shown == standing[item.pk] == listed[item.pk]
        assert from_json[item.number] == labels[shown]


def test_what_was_corrected_stands_nowhere(filled):
    item = filled.rows[2]
    assert StatusUpdate.objects.published().filter(item=item).count() == 2
    assert Client().get(item.get_absolute_url()).context["standing"].code == ""
    for address in (f"{reverse('recommendations')}?kilde={SOURCE}&status=implemented", reverse("news")):
        assert item.get_absolute_url() not in Client().get(address).content.decode()


def test_co_owners_keep_their_own_answers(filled):
    """SOU (now NYT) has answered the first; SUD has not, and no page says that it has."""
    first = filled.rows[0]
    page = Client().get(first.get_absolute_url())
    cells = {cell.committee.code: cell for cell in page.context["answers"]}
    assert cells["SUD"].answer is None
    assert cells["SUD"].owes
    assert cells["NYT"].answer.outcome == Outcome.ADOPTED
    assert cells["NYT"].from_predecessor
    assert str(NO_ANSWER) in page.content.decode()


def test_a_partial_hand_over_gives_no_more_than_it_moved(filled):
    owned = Ownership.objects.in_force().filter(committee=filled.buu, item__publication__slug=SOURCE)
    assert set(owned.values_list("item", flat=True)) == {filled.rows[6].pk, filled.rows[11].pk}
    assert rows_behind(f"{reverse('recommendations')}?kilde={SOURCE}&udvalg=BUU") == 2
    assert owned.filter(role=OwnershipRole.CO_OWNER).count() == 2
    assert timezone.localdate() > date(2026, 9, 25)
