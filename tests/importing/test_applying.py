"""What is written when a file is read in: through the actions, all or nothing, with their rights and their log."""

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommendations.actions import items_added, open_source, publish_words
from recommendations.enums import Act, UpdateState
from recommendations.importing.applying import ImportChanged, ImportRefused, applied, previewed
from recommendations.models import Event, Item, Ownership, Publication, Wording, WordingDraft
from tests.factories import UserFactory
from tests.importing.files import ROWS, SOURCE, items, sentences, tables, told, where


@pytest.fixture
def here(sou, sud, chief):
    """The file of these tests, read in: a draft."""
    return applied(tables(), by=chief).source


@pytest.fixture
def public(here, chief):
    return open_source(by=chief, publication=here)


def row(number):
    return Item.objects.get(publication__slug="tinget-2025", number=number)


def counts():
    return [model.objects.count() for model in (Publication, Item, Event, Wording, Ownership)]


class TestANewSource:
    def test_is_a_draft_that_nobody_reads_until_it_is_opened(self, here, chief, citizen):
        assert not here.is_public
        assert citizen.get("/anbefalinger/tinget-2025/1.1/").status_code == 404
        open_source(by=chief, publication=here)
        page = citizen.get("/anbefalinger/tinget-2025/1.1/").content.decode()
        assert "Flere træer" in page
        assert "Plant flere træer." in page

    def test_says_what_the_file_says(self, here):
        item = row("1.1")
        assert (item.parent.number, item.title, item.pages, item.addressee.name) == (
            "1",
            "Flere træer",
            "11",
            "Kommunen",
        )
        assert item.wording.valid_from == here.handed_over_on
        owners = item.ownerships.order_by("committee__code").values_list("committee__code", "role", "valid_from")
        assert list(owners) == [("SOU", "lead", here.handed_over_on), ("SUD", "co_owner", here.handed_over_on)]

    def test_is_told_by_whoever_read_it_in(self, here, chief):
        events = Event.objects.filter(publication=here).order_by("pk")
        assert {event.by for event in events} == {chief}
        assert events[0].act == Act.SOURCE_ADDED
        assert events[1].act == Act.ITEMS_ADDED
        assert events[1].details == {"rows": ["", "1 Grønne gader; 1.1 Flere træer; 1.2 Flere bænke"]}
        assert items_added(events[1]) == [row("1"), row("1.1"), row("1.2")]

    def test_rows_come_after_what_they_stand_under_and_carry_out(self, sou, chief):
        rows = [
            ("Nr", "Slags", "Under", "Titel", "Udfører"),
            ("1.1", "", "1", "Under", ""),
            ("a", "Initiativ", "", "Gør det", "1.1; b; initiativ c"),
            ("b", "", "1.1", "Nederst", ""),
            ("c", "Initiativ", "", "Og det", "initiativ a"),
            ("1", "Overskrift", "", "Øverst", ""),
        ]
        applied(tables({**SOURCE, "Antal anbefalinger i kilden": "0"}, rows), by=chief)
        assert row("b").parent == row("1.1")
        assert sorted(row("a").carries_out.order_by("path").values_list("number", flat=True)) == ["1.1", "b", "c"]
        assert list(row("c").carries_out.order_by("path")) == [row("a")]

    def test_the_lists_about_it_are_read_in_their_order(self, sou, sud, chief):
        plan = applied(
            tables(
                Dokumenter=[("Titel", "Link"), ("Avisen", "https://eksempel.dk/a.pdf"), ("Bilag", "")],
                Oplysninger=[
                    ("Rækkefølge", "Hvad", "Tal", "Dato", "Trin i figuren"),
                    (2, "Fik plads", 36, "", "ja"),
                    (1, "Inviteret", "50.000", "", "ja"),
                    (3, "Mødtes", "", "2025-04-12", ""),
                ],
                Udvalg=[("Udvalg", "Del af spørgsmålet"), ("Socialudvalget", "Om trivsel")],
                Behandlinger=[
                    ("Udvalg", "Mødedato", "Link til dagsordenspunktet"),
                    ("SOU", "3. september 2025", "https://eksempel.dk/punkt"),
                ],
            ),
            by=chief,
        )
        source = plan.source
        assert list(source.documents.order_by("position").values_list("title", flat=True)) == ["Avisen", "Bilag"]
        facts = source.facts.order_by("position").values_list("label", "number", "is_step")
        assert list(facts) == [("Inviteret", 50000, True), ("Fik plads", 36, True), ("Mødtes", None, False)]
        assert source.bound_committees.get().committee.code == "SUD"
        assert source.treatments.get().meeting_date.isoformat() == "2025-09-03"


class TestAllOrNothing:
    def test_one_wrong_cell_and_nothing_is_written(self, sou, sud, chief):
        before = counts()
        with pytest.raises(ImportRefused) as refused:
            applied(tables(rows=where(ROWS, "1.2", "Støtter", "188 %")), by=chief)
        assert [(one.row, one.column) for one in refused.value.plan.wrong] == [(4, "Støtter")]
        assert counts() == before

    def test_what_only_the_actions_know_is_refused_the_same_way(self, sou, sud, chief):
        before = counts()
        with pytest.raises(ImportRefused, match="ligger i fremtiden"):
            applied(tables(rows=where(ROWS, "1.2", "Ejere", "SOU fra 01.01.2030")), by=chief)
        assert counts() == before

    @pytest.mark.parametrize("who", ["anna", "bo", "dina"])
    def test_only_whoever_may_by_hand(self, sou, sud, request, who):
        user = request.getfixturevalue(who)
        before = counts()
        with pytest.raises(PermissionDenied, match="Kun en administrator"):
            applied(tables(), by=user)
        with pytest.raises(PermissionDenied, match="Kun en administrator"):
            previewed(tables(), by=user)
        assert counts() == before

    def test_a_preview_that_is_tried_leaves_nothing(self, here, chief):
        before = counts()
        plan = previewed(tables({**SOURCE, "Titel": "Tinget"}, where(ROWS, "1.1", "Titel", "Træer")), by=chief)
        assert len(plan.changed) == 2
        assert counts() == before
        assert row("1.1").title == "Flere træer"


CHANGES = [
    ("Titel", "Mange træer"),
    ("Slags", "Mål"),
    ("Kildens egne ord", "Plant mange træer."),
    ("Side i kilden", "13"),
    ("Ejere", "SOU; SUD"),
    ("Ejere", "SOU til 01.01.2026; SUD (medansvarlig)"),
    ("Ejere", "SOU fra 18.06.2025; SUD (medansvarlig)"),
    ("Støtter", "nr. 2"),
    ("Støtter", "kan ikke læses"),
    ("Rettet mod", "Regionen"),
]


@pytest.mark.parametrize(
    "since",
    [
        tables(rows=where(ROWS, "1.1", "Kildens egne ord", "Fæld flere træer.")),
        tables({**SOURCE, "Overdraget den": "18.06.2025"}),
    ],
)
def test_new_rows_say_what_they_said_when_they_were_seen(sou, sud, chief, since):
    seen = previewed(tables(), by=chief).seal
    with pytest.raises(ImportChanged):
        applied(since, by=chief, seen=seen)
    assert applied(tables(), by=chief, seen=seen).source.items.count() == 3


class TestADraft:
    @pytest.mark.parametrize(("column", "text"), CHANGES)
    def test_takes_any_change_and_then_has_it(self, here, chief, column, text):
        changed = tables(rows=where(ROWS, "1.1", column, text))
        before = previewed(changed, by=chief)
        assert [change.heading for one in before.changed for change in one.changes] == [column]
        applied(changed, by=chief)
        after = previewed(changed, by=chief)
        assert (told(after), after.wrong) == (([], []), [])
        if "fra" not in text and "til" not in text:  # an owner without days is the one that is here
            back = previewed(tables(), by=chief)
            assert [change.heading for one in back.changed for change in one.changes] == [column]

    def test_takes_new_rows_from_a_file_of_rows_alone(self, here, chief):
        file = items(("Nr", "Titel", "Under", "Ejer"), ("1.3", "Flere fugle", "1", "Socialudvalget"))
        applied(file, by=chief, slug="tinget-2025")
        assert row("1.3").ownerships.get().committee.code == "SUD"
        events = Event.objects.count()
        assert told(applied(file, by=chief, slug="tinget-2025")) == ([], [])
        assert Event.objects.count() == events

    @settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        number=st.sampled_from(["1", "1.1", "1.2"]),
        column=st.sampled_from(["Titel", "Kildens egne ord", "Side i kilden"]),
        text=st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=25),
    )
    def test_any_one_cell_is_one_change_or_none(self, here, number, column, text):
        rows = where(ROWS, number, column, f"a{text}z")
        plan = previewed(tables(rows=rows))
        assert plan.wrong == []
        changes = [change.heading for one in plan.changed for change in one.changes]
        assert changes == [column]


class TestAPublicSource:
    def test_keeps_its_own_words_until_somebody_else_has_read_the_new_ones(self, public, chief):
        changed = tables(rows=where(ROWS, "1.1", "Titel", "Mange træer"))
        plan = applied(changed, by=chief)
        assert "De nye sendes til godkendelse." in sentences(plan.remarks)[0]
        assert row("1.1").title == "Flere træer"
        draft = WordingDraft.objects.get()
        assert (draft.title, draft.state, draft.author) == ("Mange træer", UpdateState.SUBMITTED, chief)

        again = applied(changed, by=chief)
        assert told(again) == ([], [])
        assert "venter på godkendelse" in sentences(again.remarks)[0]
        other = previewed(tables(rows=where(ROWS, "1.1", "Titel", "Alle træer")), by=chief)
        assert "Der venter andre ord på godkendelse." in sentences(other.wrong)[0]

        publish_words(by=UserFactory(is_superuser=True), draft=draft)
        assert told(previewed(changed)) == ([], [])

    def test_our_own_words_and_facts_are_mended_at_once(self, public, chief):
        rows = tuple((*line, "Resumé" if line == ROWS[0] else "Vores ord.") for line in ROWS)
        applied(tables(rows=rows), by=chief)
        assert row("1.1").summary == "Vores ord."
        assert Event.objects.filter(act=Act.WORDS_CORRECTED).count() == 3

    def test_new_rows_stand_under_the_day_of_the_source(self, public, chief):
        rows = (*ROWS, ("1.3", "", "1", "Flere fugle", "", "", "", "", ""))
        applied(tables({**SOURCE, "Antal anbefalinger i kilden": "3"}, rows), by=chief)
        assert row("1.3").wording.valid_from == public.handed_over_on

    def test_its_codes_stay(self, public, chief):
        wrong = previewed(tables({**SOURCE, "Kort kode": "x99"}), by=chief).wrong
        assert "kan ikke ændres, når kilden er offentlig" in sentences(wrong)[0]
        assert (wrong[0].sheet, wrong[0].column) == ("Kilde", "Kort kode")
