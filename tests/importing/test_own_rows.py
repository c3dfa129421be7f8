"""One's own rows out as a spreadsheet and in again: what is a change, what is a conflict, and what is written."""

import csv
import io
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from openpyxl import load_workbook

from recommendations.actions import (
    EvidenceContent,
    UpdateDraft,
    confirm_unchanged,
    discard_draft,
    publish_update,
    save_draft,
)
from recommendations.actions.imports import receive_file
from recommendations.enums import Act, ImportKind, ImportState, Status, UpdateKind, UpdateState
from recommendations.importing.own.writing import OwnRowsRefused, write_chosen
from recommendations.models import Evidence, StatusUpdate
from tests.factories import (
    EvidenceFactory,
    InitiativeFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    StatusUpdateFactory,
    published,
)
from tests.files.made import saved
from tests.importing.files import book, sentences
from tests.importing.own_files import filled_in, looked_at, status_file, told, written


@pytest.fixture
def tinget():
    return PublicationFactory(slug="tinget", title="Tinget")


@pytest.fixture
def items(sou, tinget):
    """SOU's rows 1.1 and so on, begun upon, by their numbers; and an initiative that is called 1.1 too."""
    made = [RecommendationFactory(publication=tinget, number=f"1.{n}") for n in (1, 2, 3, 10)]
    made.append(InitiativeFactory(publication=tinget, number="i1"))
    for item in made:
        OwnershipFactory(item=item, committee=sou)
        published(item, Status.IN_PROGRESS, text="Begyndt.", on=date(2026, 6, 1))
    return {item.number: item for item in made}


def reshaped(content, change):
    """The file as somebody has saved it who has moved its rows and columns: `change(lines)` gives the new ones."""
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    lines = change([list(line) for line in sheet.iter_rows(values_only=True)])
    sheet.delete_rows(1, sheet.max_row)
    for line in lines:
        sheet.append(line)
    return saved(book)


def as_csv(content):
    made = io.StringIO()
    for line in load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True):
        csv.writer(made, delimiter=";").writerow(["" if cell is None else cell for cell in line])
    return made.getvalue().encode()


class TestWhatIsFetched:
    def test_rows_are_locked_but_for_what_is_filled_in(self, anna, sou, items):
        made = load_workbook(io.BytesIO(status_file(anna, sou)))
        sheet, legend, hidden = made.worksheets
        assert (sheet.title, legend.title, hidden.title, hidden.sheet_state) == (
            "Status",
            "Læs mig",
            "Om filen",
            "hidden",
        )
        assert sheet.protection.sheet
        row = {sheet.cell(1, cell.column).value: cell for cell in sheet[2]}
        assert row["Nummer"].value == "1.1"
        assert (row["Status nu"].value, row["Siden"].value.date()) == ("I gang", date(2026, 6, 1))
        open_cells = [name for name, cell in row.items() if not cell.protection.locked]
        assert open_cells == [
            "Stadig korrekt",
            "Ny status",
            "Gælder den",
            "Tekst",
            "Dokumentation: titel",
            "Dokumentation: link",
            "Dokumentation: viser",
            "Næste skridt",
            "Næste skridt den",
            "Besluttet af",
            "Besluttet den",
        ]
        assert sheet.column_dimensions[row["Udgave"].column_letter].hidden
        offered = [one.formula1 for one in sheet.data_validations.dataValidation]
        assert any("Gennemført på anden måde" in one for one in offered)

    def test_only_what_one_may_write_about(self, anna, sou, sud, items, tinget):
        theirs = RecommendationFactory(publication=tinget, number="9")
        OwnershipFactory(item=theirs, committee=sud)
        made = load_workbook(io.BytesIO(status_file(anna, sou)))
        assert [row[2] for row in made.worksheets[0].iter_rows(min_row=2, values_only=True)] == [*items]

    @pytest.mark.parametrize("count", [1, 3])
    def test_takes_as_many_queries_for_many_rows(self, count, anna, sou, tinget, django_assert_num_queries):
        for n in range(count):
            item = RecommendationFactory(publication=tinget, number=f"{n}")
            OwnershipFactory(item=item, committee=sou)
            save_draft(by=anna, item=item, committee=sou, draft=UpdateDraft(status=Status.PLANNED))
        with django_assert_num_queries(9):
            content = status_file(anna, sou)
        changed = filled_in(content, {f"{n}": {"Tekst": "Nyt."} for n in range(count)})
        with django_assert_num_queries(11):
            assert len(looked_at(changed, anna).changes) == count


class TestWhatIsAChange:
    @pytest.mark.parametrize(
        "save",
        [
            lambda content: (content, "a.xlsx"),
            lambda content: (as_csv(content), "a.csv"),
            lambda content: (reshaped(content, lambda lines: [lines[0], *reversed(lines[1:])]), "a.xlsx"),
            lambda content: (reshaped(content, lambda lines: [line[::-1] for line in lines]), "a.xlsx"),
            lambda content: (reshaped(content, lambda lines: [lines[0], *lines[3:]]), "a.xlsx"),
        ],
        ids=["as it came", "csv", "sorted", "columns moved", "rows deleted"],
    )
    def test_nothing_where_nothing_is_filled_in(self, save, anna, sou, items):
        begun = UpdateDraft(status=Status.PAUSED, text="Vent.\nLidt.", next_step="Mere", next_step_on=date(2026, 12, 1))
        proof = [EvidenceContent("Avis", url="https://eksempel.dk/a")]
        save_draft(by=anna, item=items["1.2"], committee=sou, draft=UpdateDraft(status="paused", evidence=proof))
        save_draft(by=anna, item=items["1.10"], committee=sou, draft=begun)
        content, name = save(status_file(anna, sou))
        plan = looked_at(content, anna, name)
        assert (told(plan), plan.wrong, sentences(plan.remarks)) == ([], [], [])
        assert plan.unchanged >= 3

    @pytest.mark.parametrize(
        ("heading", "typed", "old", "new"),
        [
            ("Ny status", "gennemført", "Sat på pause", "Gennemført"),
            ("Gælder den", "3. oktober 2026", "02.11.2026", "03.10.2026"),
            ("Tekst", "", "Vent.", ""),
            ("Dokumentation: link", "https://eksempel.dk/ny", "https://eksempel.dk/a", "https://eksempel.dk/ny"),
            ("Dokumentation: viser", "I drift", "Omtalt", "I drift"),
            ("Næste skridt den", "2026-12-24", "01.12.2026", "24.12.2026"),
            ("Besluttet af", "Udvalget", "", "Udvalget"),
        ],
    )
    def test_one_cell_is_one_change_and_then_stands(self, heading, typed, old, new, anna, sou, items):
        draft = UpdateDraft(
            status=Status.PAUSED,
            text="Vent.",
            next_step="Mere",
            next_step_on=date(2026, 12, 1),
            evidence=[EvidenceContent("Avis", url="https://eksempel.dk/a")],
        )
        save_draft(by=anna, item=items["1.2"], committee=sou, draft=draft)
        changed = filled_in(status_file(anna, sou), {"1.2": {heading: typed}})
        plan = looked_at(changed, anna)
        assert (told(plan), plan.wrong) == ([("1.2", heading, old, new)], [])
        assert plan.changes[0].theirs == ""
        written(changed, anna)
        assert told(looked_at(changed, anna)) == []
        assert told(looked_at(status_file(anna, sou), anna)) == []
        assert StatusUpdate.objects.filter(state=UpdateState.DRAFT).count() == 1

    @pytest.mark.parametrize(
        ("heading", "typed", "sentence"),
        [
            ("Ny status", "Gennenført", "Mente du »Gennemført«?"),
            ("Gælder den", "31.02.2026", "31.02.2026"),
            ("Dokumentation: link", "ikke et link", "gyldig URL"),
            ("Dokumentation: titel", "Årsrapport", "Skriv også linket til dokumentationen."),
            ("Dokumentation: viser", "I drift", "Skriv også linket til dokumentationen."),
            ("Stadig korrekt", "måske", "hverken ja eller nej"),
            ("Næste skridt", "x" * 301, "højst have 300 tegn"),
            ("Udvalg", "XYZ", "findes ikke her"),
            ("Kildens kode", "andet", "Kilden »andet« findes ikke her"),
            ("Nummer", "7.7", "ingen række med nummer 7.7"),
            ("Nummer", "1.2", "Den samme række står i række"),
        ],
    )
    def test_a_cell_that_cannot_be_read_is_told_with_its_row(self, heading, typed, sentence, anna, sou, items):
        plan = looked_at(filled_in(status_file(anna, sou), {"1.1": {heading: typed}}), anna)
        assert len(plan.wrong) == 1
        assert sentence in str(plan.wrong[0])
        assert plan.wrong[0].row in (2, 3)
        assert plan.changes == []

    def test_a_status_and_that_the_old_one_holds_cannot_both_be_said(self, anna, sou, items):
        both = {"1.1": {"Stadig korrekt": "ja", "Ny status": "Opgivet"}}
        assert "Skriv enten ja her eller en ny status." in str(
            looked_at(filled_in(status_file(anna, sou), both), anna).wrong[0]
        )

    def test_nothing_is_confirmed_where_there_is_no_status(self, anna, sou, tinget):
        item = RecommendationFactory(publication=tinget, number="1")
        OwnershipFactory(item=item, committee=sou)
        plan = looked_at(filled_in(status_file(anna, sou), {"1": {"Stadig korrekt": "ja"}}), anna)
        assert "har ingen status at bekræfte" in str(plan.wrong[0])

    def test_a_file_of_something_else(self, anna, chief):
        plan = looked_at(book(), anna)
        assert sentences(plan.wrong) == [
            "Filen har ingen rækker, der kan læses her. Hent rækkerne på siden, og udfyld den fil."
        ]

    def test_anothers_rows_are_refused(self, anna, carla, sou, items):
        content = filled_in(status_file(anna, sou), {"1.1": {"Tekst": "Vores."}})
        plan = looked_at(content, carla)
        assert plan.changes == []
        assert len(plan.wrong) == 5
        assert "på vegne af Sundheds- og Omsorgsudvalget" in str(plan.wrong[0])


class TestWhatOthersHaveDoneSince:
    @pytest.fixture
    def content(self, anna, sou, items):
        save_draft(by=anna, item=items["1.2"], committee=sou, draft=UpdateDraft(status=Status.PAUSED, text="Vent."))
        return filled_in(
            status_file(anna, sou), {"1.1": {"Ny status": "Gennemført"}, "1.2": {"Tekst": "Vent lidt endnu."}}
        )

    def theirs(self, content, by):
        return {one.item.number: one.theirs for one in looked_at(content, by).changes}

    def test_nothing(self, content, anna):
        assert self.theirs(content, anna) == {"1.1": "", "1.2": ""}

    def test_published(self, content, anna, bo, sou, items):
        said = UpdateDraft(
            status=Status.PLANNED,
            text="Aftalt.",
            evidence=[EvidenceContent("A", url="https://eksempel.dk", kind="decided")],
        )
        publish_update(by=bo, update=save_draft(by=bo, item=items["1.1"], committee=sou, draft=said))
        assert self.theirs(content, anna)["1.1"] == "Udgivet siden: »Planlagt« 02.11.2026, SOU: Aftalt."
        assert told(looked_at(content, anna))[0] == ("1.1", "Ny status", "Planlagt", "Gennemført")

    def test_a_draft_begun_or_written_on(self, content, anna, bo, sou, items):
        save_draft(by=bo, item=items["1.1"], committee=sou, draft=UpdateDraft(status=Status.PLANNED))
        mine = StatusUpdate.objects.get(item=items["1.2"], state=UpdateState.DRAFT)
        save_draft(by=bo, item=items["1.2"], committee=sou, update=mine, draft=UpdateDraft(status="paused", text="Bo."))
        assert self.theirs(content, anna) == dict.fromkeys(("1.1", "1.2"), "bo har skrevet i kladden siden.")
        assert told(looked_at(content, anna))[1] == ("1.2", "Tekst", "Bo.", "Vent lidt endnu.")

    def test_a_draft_thrown_away(self, content, anna, bo, items):
        discard_draft(by=bo, update=StatusUpdate.objects.get(item=items["1.2"], state=UpdateState.DRAFT))
        assert self.theirs(content, anna)["1.2"] == "Kladden er kasseret siden."
        assert ("1.2", "Ny status", "I gang", "Sat på pause") in told(looked_at(content, anna))

    def test_what_one_has_done_oneself_is_no_conflict(self, content, anna, sou, items):
        confirm_unchanged(by=anna, item=items["1.1"], committee=sou)
        assert self.theirs(content, anna)["1.1"] == ""

    def test_a_row_without_its_hidden_version_is_asked_about(self, content, anna):
        bare = reshaped(content, lambda lines: [line[:-1] for line in lines])
        assert set(self.theirs(bare, anna)) == {"1.1", "1.2"}
        assert "»Udgave« mangler" in self.theirs(bare, anna)["1.1"]

    @pytest.mark.parametrize(("place", "heading"), [(4, "Udvalg"), (1, "Slags")])
    def test_a_column_that_tells_rows_apart_is_needed(self, place, heading, content, anna):
        bare = reshaped(content, lambda lines: [line[:place] + line[place + 1 :] for line in lines])
        plan = looked_at(bare, anna)
        assert plan.changes == []
        assert {one.column for one in plan.wrong} == {heading}
        assert "Kolonnen mangler." in str(plan.wrong[0])

    def test_a_row_that_is_called_otherwise_may_be_another(self, content, anna):
        assert self.theirs(filled_in(content, {"1.1": {"Titel": "Noget andet"}}), anna)["1.1"].endswith(
            "Er det den samme række?"
        )

    def test_between_the_look_and_the_button_stops_all(self, content, anna, bo, sou, items):
        batch = receive_file(by=anna, kind=ImportKind.ROWS, name="a.xlsx", content=content)
        seen = {one.key: one.marks for one in looked_at(content, anna).changes}
        confirm_unchanged(by=bo, item=items["1.1"], committee=sou)
        with pytest.raises(OwnRowsRefused) as refused:
            write_chosen(by=anna, batch=batch, plan=looked_at(content, anna), chosen=seen)
        assert [key.endswith("-2") for key in refused.value.rows] == [True]
        assert StatusUpdate.objects.filter(text="Vent lidt endnu.").count() == 0

    def test_a_chosen_row_that_has_nothing_new_any_more_is_told_of(self, content, anna, sou, items):
        batch = receive_file(by=anna, kind=ImportKind.ROWS, name="a.xlsx", content=content)
        seen = {one.key: one.marks for one in looked_at(content, anna).changes}
        mine = StatusUpdate.objects.get(item=items["1.2"], state=UpdateState.DRAFT)
        said = UpdateDraft(status=Status.PAUSED, text="Vent lidt endnu.")
        save_draft(by=anna, item=items["1.2"], committee=sou, update=mine, draft=said)
        with pytest.raises(ValidationError, match="er her ikke mere"):
            write_chosen(by=anna, batch=batch, plan=looked_at(content, anna), chosen=seen)


class TestWhatIsWritten:
    def test_drafts_submissions_and_confirmations_in_one_batch(self, anna, sou, items):
        content = filled_in(
            status_file(anna, sou),
            {
                "1.1": {"Ny status": "Sat på pause", "Tekst": "Vi venter.", "Næste skridt": "Videre."},
                "1.2": {"Tekst": "Nyt uden status."},
                "1.3": {"Stadig korrekt": "x", "Tekst": "Set efter i dag."},
                "1.10": {"Stadig korrekt": "ja"},
            },
        )
        batch = written(content, anna, submits=True)
        drafts = StatusUpdate.objects.filter(state=UpdateState.SUBMITTED).order_by("item__path")
        assert [(one.item.number, one.kind, one.status, one.author) for one in drafts] == [
            ("1.1", UpdateKind.STATUS, Status.PAUSED, anna),
            ("1.2", UpdateKind.NOTE, "", anna),
        ]
        confirmed = StatusUpdate.objects.published().filter(kind=UpdateKind.CONFIRMATION).order_by("item__path")
        assert [(one.item.number, one.text) for one in confirmed] == [("1.3", "Set efter i dag."), ("1.10", "")]
        acts = sorted(batch.events.order_by().values_list("act", flat=True))
        assert acts == sorted(
            [Act.DRAFT_SAVED, Act.DRAFT_SUBMITTED] * 2 + [Act.STATUS_CONFIRMED] * 2 + [Act.FILE_WRITTEN]
        )
        assert batch.state == ImportState.WRITTEN
        assert told(looked_at(content, anna)) == []

    def test_a_confirmation_never_says_what_a_draft_says(self, anna, sou, items):
        save_draft(by=anna, item=items["1.1"], committee=sou, draft=UpdateDraft(status="paused", text="Ikke endnu."))
        written(filled_in(status_file(anna, sou), {"1.1": {"Stadig korrekt": "ja"}}), anna)
        assert StatusUpdate.objects.get(kind=UpdateKind.CONFIRMATION).text == ""
        assert StatusUpdate.objects.get(state=UpdateState.DRAFT).text == "Ikke endnu."

    def test_nor_what_a_draft_said_that_is_gone(self, anna, bo, sou, items):
        gone = save_draft(by=anna, item=items["1.1"], committee=sou, draft=UpdateDraft(status="paused", text="Nej."))
        content = filled_in(status_file(anna, sou), {"1.1": {"Stadig korrekt": "ja"}})
        discard_draft(by=bo, update=gone)
        assert told(looked_at(content, anna)) == [("1.1", "Stadig korrekt", "", "ja")]
        written(content, anna)
        assert StatusUpdate.objects.get(kind=UpdateKind.CONFIRMATION).text == ""

    def test_nothing_is_confirmed_by_a_row_without_its_version(self, anna, sou, items):
        content = filled_in(status_file(anna, sou), {"1.1": {"Stadig korrekt": "ja"}})
        plan = looked_at(reshaped(content, lambda lines: [line[:-1] for line in lines]), anna)
        assert plan.changes == []
        assert "Hent filen igen, og skriv ja dér." in str(plan.wrong[0])

    def test_what_has_been_published_of_it_since_is_not_written_again(self, anna, bo, sou, items):
        content = filled_in(status_file(anna, sou), {"1.1": {"Ny status": "Sat på pause", "Tekst": "Vi venter."}})
        written(content, anna, submits=True)
        publish_update(by=bo, update=StatusUpdate.objects.get(state=UpdateState.SUBMITTED))
        assert told(looked_at(content, anna)) == []

    def test_a_refusal_stands_at_its_row_and_nothing_is_written(self, anna, sou, items):
        content = filled_in(status_file(anna, sou), {"1.1": {"Ny status": "Gennemført"}, "1.2": {"Tekst": "Nyt."}})
        with pytest.raises(OwnRowsRefused) as refused:
            written(content, anna, submits=True)
        [(key, error)] = refused.value.rows.items()
        assert key == "statuses-Status-2"
        assert "kræver dokumentation" in error.messages[0]
        assert StatusUpdate.objects.exclude(state=UpdateState.PUBLISHED).count() == 0

    def test_what_a_file_cannot_say_of_a_draft_stays_with_it(self, anna, sou, items):
        draft = StatusUpdateFactory(item=items["1.1"], committee=sou, author=anna, status=Status.PLANNED, text="A")
        EvidenceFactory(update=draft, position=1, url="", case_number="2026-1", title="Sagen")
        EvidenceFactory(update=draft, position=2, url="https://eksempel.dk/a", title="Link", pages="7")
        written(filled_in(status_file(anna, sou), {"1.1": {"Dokumentation: titel": "Nyt navn"}}), anna)
        rows = Evidence.objects.filter(update=draft).order_by("position")
        assert [(one.title, one.case_number, one.pages) for one in rows] == [
            ("Sagen", "2026-1", ""),
            ("Nyt navn", "", "7"),
        ]
