"""What a file did, undone: as before, cell by cell, as far as nobody has built on it; and told where somebody has."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.urls import reverse

from recommendations.actions import (
    AnswerEntry,
    EvidenceContent,
    MeetingAnswers,
    UpdateDraft,
    assign_items,
    open_source,
    publish_answer_draft,
    publish_update,
    remark_on_draft,
    remove_item,
    retype_item,
    save_answer_draft,
    save_draft,
    submit_answer_draft,
    submit_update,
)
from recommendations.actions import (
    rows_of as rows_of_draft,
)
from recommendations.actions.imports import receive_file
from recommendations.actions.rows import RowContent
from recommendations.enums import Act, ImportKind, ImportState, Outcome, Status, UpdateState
from recommendations.importing import undoing
from recommendations.importing.applying import applied
from recommendations.importing.batches import write_batch
from recommendations.importing.stored import rows_of
from recommendations.importing.undoing import undo, what_undoing_does
from recommendations.models import AnswerDraft, Event, ImportBatch, Item, Publication, StatusUpdate, WordingDraft
from tests.factories import OwnershipFactory, PublicationFactory, RecommendationFactory
from tests.importing.files import ROWS, SOURCE, items, tables, where
from tests.importing.own_files import answer_file, filled_in, status_file, written
from tests.importing.test_own_answers import MEETING


def read_in(by, tables, slug="tinget-2025"):
    """The file written as one batch, as its page does."""
    source = Publication.objects.filter(slug=slug).first()
    batch = receive_file(by=by, kind=ImportKind.SOURCE, name="kilde.xlsx", content=b"PK", publication=source)
    write_batch(by=by, batch=batch, tables=tables)
    batch.refresh_from_db()
    return batch


def row(number):
    return Item.objects.get(publication__slug="tinget-2025", number=number)


def said(lines, *, undone):
    return [f"{line.what}. {line.sentence}" for line in lines if line.is_undone == undone]


@pytest.fixture
def here(sou, sud, chief):
    return applied(tables(), by=chief).source


class TestASourceThatNobodyHasRead:
    def test_its_rows_are_taken_out_and_it_stays_empty(self, sou, sud, chief):
        batch = read_in(chief, tables())
        lines = undo(by=chief, batch=batch)
        assert not Item.objects.exists()
        assert [line.sentence for line in lines if line.is_undone] == ["Rækken tages ud."] * 3
        assert "Kilden bliver stående som kladde." in said(lines, undone=False)[-1]
        batch.refresh_from_db()
        assert batch.state == ImportState.UNDONE
        assert Event.objects.filter(batch=batch, act=Act.FILE_UNDONE).count() == 1
        told = Event.objects.get(batch=batch, act=Act.ITEM_REMOVED)  # together, as they were added
        assert told.details == {"rows": ["1 Grønne gader; 1.1 Flere træer; 1.2 Flere bænke", ""]}

    def test_a_row_that_somebody_has_built_on_stays_and_what_it_stands_under(self, sou, sud, chief, anna):
        more = (*ROWS, ("1.3", "Anbefaling", "1", "Flere stier", "", "13", "SOU", "", ""))
        batch = read_in(chief, tables({**SOURCE, "Antal anbefalinger i kilden": "3"}, more))
        save_draft(by=anna, item=row("1.1"), committee=sou, draft=UpdateDraft(status=Status.PLANNED))
        retype_item(by=chief, item=row("1.2"), row=RowContent(title="Mange bænke", number="1.2", under="1"))
        lines = undo(by=chief, batch=batch)
        assert set(Item.objects.values_list("number", flat=True)) == {"1", "1.1", "1.2"}
        left = said(lines, undone=False)
        assert [sentence for sentence in left if "nogen har ændret den siden" in sentence] == left[:1]
        assert "Der er sket andet med »1.1 Flere træer«" in left[1]
        assert any("»1 Grønne gader« har rækker under sig" in sentence for sentence in left)

    def test_what_another_file_has_changed_stays_until_that_is_undone_too(self, sou, sud, chief):
        first = read_in(chief, tables())
        second = read_in(chief, tables(rows=where(where(ROWS, "1.1", "Støtter", "nr. 2"), "1.2", "Titel", "Bænke")))
        why = [line.sentence.partition(":")[2] for line in what_undoing_does(by=chief, batch=first)][:2]
        assert why == [" nogen har ændret den siden."] * 2
        undo(by=chief, batch=second)
        assert {line.sentence for line in undo(by=chief, batch=first)[:3]} == {"Rækken tages ud."}
        assert not Item.objects.exists()

    def test_a_row_that_two_files_have_written_is_taken_out_by_hand(self, sou, sud, chief):
        read_in(chief, tables())
        relation = [("Fra", "Forhold", "Til", "Grundlag"), ("1.1", "Bygger på", "1.2", "Vores læsning")]
        second = read_in(chief, tables(rows=where(ROWS, "1.1", "Ejere", "SUD"), Forhold=relation))
        undo(by=chief, batch=second)
        remove_item(by=chief, item=row("1.1"))
        assert set(Item.objects.values_list("number", flat=True)) == {"1", "1.2"}

    def test_a_row_that_a_committee_was_given_since_stays(self, sou, sud, chief):
        batch = read_in(chief, tables(rows=where(ROWS, "1.2", "Ejere", "")))
        assign_items(by=chief, publication=batch.publication, committee=sou)
        undo(by=chief, batch=batch)
        assert set(Item.objects.values_list("number", flat=True)) == {"1", "1.2"}

    def test_of_a_source_that_was_opened_all_rows_stay(self, sou, sud, chief):
        batch = read_in(chief, tables())
        open_source(by=chief, publication=batch.publication)
        with pytest.raises(ValidationError, match="Intet af det"):
            undo(by=chief, batch=batch)
        why = [line.sentence for line in what_undoing_does(by=chief, batch=batch) if line.item]
        assert why == ["Rækken bliver stående, for kilden er offentlig. Er den forkert, så ret den på dens side."] * 3

    def test_each_row_counts_of_what_one_request_can(self, sou, sud, chief, monkeypatch):
        batch = read_in(chief, tables())
        monkeypatch.setattr(undoing, "MOST_UNDONE", 6)
        with pytest.raises(ValidationError, match="Filen gjorde 7 ting"):
            undo(by=chief, batch=batch)

    @pytest.mark.parametrize(
        ("column", "text"),
        [
            ("Titel", "Mange træer"),
            ("Slags", "Mål"),
            ("Side i kilden", "13"),
            ("Ejere", "SOU til 01.01.2026; SUD (medansvarlig)"),
            ("Ejere", "SOU; SUD"),
            ("Støtter", "nr. 2"),
            ("Rettet mod", "Regionen"),
        ],
    )
    def test_a_cell_is_as_before(self, column, text, here, chief):
        before = rows_of(here)
        batch = read_in(chief, tables(rows=where(ROWS, "1.1", column, text)))
        assert rows_of(here) != before
        undo(by=chief, batch=batch)
        assert rows_of(here) == before

    def test_facts_and_relations_are_as_before(self, here, chief):
        before = rows_of(here)
        more = {
            "Oplysninger": [("Hvad", "Tal"), ("Inviteret", "50")],
            "Forhold": [("Fra", "Forhold", "Til", "Grundlag"), ("1.1", "Bygger på", "1.2", "Vores læsning")],
        }
        batch = read_in(chief, tables({**SOURCE, "Titel": "Andet"}, **more))
        assert rows_of(here) != before
        here.refresh_from_db()
        undo(by=chief, batch=batch)
        here.refresh_from_db()
        assert rows_of(here) == before

    @pytest.mark.parametrize(("column", "text"), [("Titel", "Mange bænke"), ("Ejere", "SOU; SUD")])
    def test_a_row_that_has_its_number_now_is_left_alone(self, column, text, here, chief):
        read_in(chief, tables(rows=where(ROWS, "1.1", "Titel", "Træer")))
        batch = read_in(chief, items(("Nummer", column), ("1.2", text)))
        for old, new in (("1.2", "1.9"), ("1.1", "1.2")):
            Item.objects.filter(number=old).update(number=new, number_key=new)
        before = rows_of(here)
        with pytest.raises(ValidationError, match="Intet af det"):
            undo(by=chief, batch=batch)
        assert rows_of(here) == before

    def test_what_stood_before_and_is_gone_is_told_of(self, sou, sud, chief):
        more = (*ROWS[:2], ("2", "Overskrift", "", "Andet", "", "10", "", "", ""), *ROWS[2:])
        applied(tables({**SOURCE, "Antal overskrifter i kilden": "2"}, more), by=chief)
        batch = read_in(chief, items(("Nummer", "Hører under"), ("1.1", "2"), ("1.2", "2")))
        remove_item(by=chief, item=row("1"))
        assert {line.sentence for line in what_undoing_does(by=chief, batch=batch)} == {
            "Det bliver stående: det er ændret igen siden."
        }

    def test_a_list_whose_words_cannot_be_told_apart_is_not_told_of_as_undone(self, here, chief):
        facts = [("Hvad", "Tal", "Tekst"), ("Inviteret", "", "Breve; annoncer")]
        batch = read_in(chief, tables(Oplysninger=facts))
        [line] = what_undoing_does(by=chief, batch=batch)
        assert (line.is_undone, line.sentence[:22]) == (False, "Listen bliver stående,")

    def test_a_cell_that_has_been_changed_since_stays(self, here, chief):
        batch = read_in(chief, items(("Nummer", "Rettet mod"), ("1.1", "Regionen")))
        read_in(chief, items(("Nummer", "Rettet mod"), ("1.1", "Staten")))
        with pytest.raises(ValidationError, match="Intet af det"):
            undo(by=chief, batch=batch)
        assert row("1.1").addressee.name == "Staten"


class TestAPublicSource:
    @pytest.fixture
    def public(self, here, chief):
        return open_source(by=chief, publication=here)

    def test_rows_are_corrected_and_words_proposed(self, public, chief):
        before = rows_of(public)
        batch = read_in(chief, tables(rows=where(where(ROWS, "1.1", "Støtter", "nr. 2"), "1.2", "Ejere", "SOU; SUD")))
        undo(by=chief, batch=batch)
        assert rows_of(public) == before
        assert Event.objects.filter(act=Act.OWNER_CORRECTED, batch=batch, item=row("1.2")).count() == 1

    def test_words_that_wait_are_thrown_away(self, public, chief):
        batch = read_in(chief, tables(rows=where(ROWS, "1.1", "Titel", "Mange træer")))
        undo(by=chief, batch=batch)
        assert WordingDraft.objects.get().state == UpdateState.DISCARDED

    def test_a_row_that_citizens_have_read_stays(self, public, chief):
        more = (*ROWS, ("1.3", "Anbefaling", "1", "Flere stier", "", "13", "SOU", "", ""))
        batch = read_in(chief, tables({**SOURCE, "Antal anbefalinger i kilden": "3"}, more))
        lines = undo(by=chief, batch=batch)
        assert row("1.3").ownerships.count() == 1
        assert "Rækken bliver stående, for kilden er offentlig." in " ".join(said(lines, undone=False))
        public.refresh_from_db()
        assert public.expected_recommendations == 2


class TestStatusAndAnswers:
    @pytest.fixture
    def source(self, sou):
        source = PublicationFactory(slug="tinget-2025")
        for number in ("1", "2", "3"):
            OwnershipFactory(item=RecommendationFactory(publication=source, number=number), committee=sou)
        return source

    @pytest.fixture
    def batch(self, anna, sou, source):
        said = {number: {"Ny status": "Sat på pause", "Tekst": "Vent."} for number in ("1", "2", "3")}
        return written(filled_in(status_file(anna, sou), said), anna, submits=True)

    def drafts(self):
        return dict(StatusUpdate.objects.order_by("item__number").values_list("item__number", "state"))

    def test_what_nobody_has_built_on_is_withdrawn(self, batch, anna):
        lines = what_undoing_does(by=anna, batch=ImportBatch.objects.get(pk=batch.pk))
        assert [line.sentence for line in lines] == ["Kladden kasseres."] * 3
        assert set(self.drafts().values()) == {UpdateState.SUBMITTED}  # the look leaves nothing
        assert undo(by=anna, batch=batch) == lines
        assert set(self.drafts().values()) == {UpdateState.DISCARDED}
        assert undo(by=anna, batch=batch) == []
        assert Event.objects.filter(act=Act.FILE_UNDONE).count() == 1

    def test_what_somebody_has_done_more_with_stays_with_the_reason(self, batch, anna, bo):
        updates = {one.item.number: one for one in StatusUpdate.objects.all()}
        publish_update(by=bo, update=updates["1"])
        remark_on_draft(by=bo, update=updates["2"], text="Hvor længe?")
        lines = undo(by=anna, batch=batch)
        assert self.drafts() == {"1": "published", "2": "submitted", "3": "discarded"}
        assert [line.sentence for line in lines if not line.is_undone] == [
            "Det bliver stående: bo har gjort mere ved kladden siden (»Bemærkning til kladde«, 02.11.2026).",
            "Den er udgivet 02.11.2026. Er den forkert, så ret den på rækkens side.",
        ]

    def test_what_was_sent_before_is_sent_again_as_it_was(self, anna, sou, source):
        item = row("1")
        proof = [EvidenceContent("Sagen", case_number="2026-1"), EvidenceContent("Avis", url="https://eksempel.dk")]
        said = UpdateDraft(status=Status.PAUSED, text="Vi venter.", evidence=proof)
        draft = submit_update(by=anna, update=save_draft(by=anna, item=item, committee=sou, draft=said))
        changed = {"1": {"Tekst": "Vi venter ikke.", "Dokumentation: link": "https://eksempel.dk/ny"}}
        batch = written(filled_in(status_file(anna, sou), changed), anna)
        draft.refresh_from_db()
        assert (draft.state, draft.text) == (UpdateState.DRAFT, "Vi venter ikke.")
        undo(by=anna, batch=batch)
        draft.refresh_from_db()
        assert (draft.state, draft.text) == (UpdateState.SUBMITTED, "Vi venter.")
        assert list(draft.evidence.order_by("position").values_list("title", "case_number", "url")) == [
            ("Sagen", "2026-1", ""),
            ("Avis", "", "https://eksempel.dk"),
        ]

    def test_what_the_file_did_not_change_is_not_put_back(self, anna, bo, sou, source):
        said = UpdateDraft(status=Status.PAUSED, text="Vi venter.")
        draft = save_draft(by=anna, item=row("1"), committee=sou, draft=said)
        changed = {"1": {"Gælder den": ""}, "2": {"Tekst": "Nyt."}}  # an empty day is today, and so it says already
        batch = written(filled_in(status_file(anna, sou), changed), anna)
        theirs = UpdateDraft(status=Status.PAUSED, text="Bos ord.")
        save_draft(by=bo, item=row("1"), committee=sou, draft=theirs, update=draft)
        assert len(undo(by=anna, batch=batch)) == 1
        draft.refresh_from_db()
        assert draft.text == "Bos ord."

    def test_a_draft_that_was_saved_since_stays_also_where_no_event_says_so(self, batch, anna):
        StatusUpdate.objects.filter(item__number="1").update(version=F("version") + 1)  # as withholding does
        assert [line.is_undone for line in what_undoing_does(by=anna, batch=batch)] == [True, True, False]

    def test_no_more_than_one_request_can(self, batch, anna, as_user, monkeypatch):
        monkeypatch.setattr(undoing, "MOST_UNDONE", 3)
        page = as_user(anna).get(reverse("undo_import", args=[batch.pk])).content.decode()
        assert "Filen gjorde 7 ting. Der kan højst fortrydes 3 ad gangen her." in page
        assert 'type="submit" class="button default"' not in page
        with pytest.raises(ValidationError, match="højst fortrydes 3"):
            undo(by=anna, batch=batch)

    def test_is_not_a_strangers_to_do(self, batch, carla):
        with pytest.raises(ValidationError):
            undo(by=carla, batch=batch)
        assert set(self.drafts().values()) == {UpdateState.SUBMITTED}


def test_a_source_is_an_administrators_to_undo(sou, sud, chief, anna):
    batch = read_in(chief, tables())
    with pytest.raises(PermissionDenied):
        undo(by=anna, batch=batch)


class TestAnswers:
    @pytest.fixture
    def owed(self, sou):
        source = PublicationFactory(slug="svar", expects_answers=True)
        made = [RecommendationFactory(publication=source, number=f"{n}") for n in (1, 2)]
        for item in made:
            OwnershipFactory(item=item, committee=sou)
        return made

    def said(self):
        drafts = AnswerDraft.objects.unpublished().order_by("agenda_item")
        return [
            (
                one.agenda_item,
                one.state,
                one.text,
                [(row.item.number, *row.as_answer().values()) for row in rows_of_draft(one)],
            )
            for one in drafts
        ]

    def test_are_as_before_also_where_a_draft_was_emptied(self, dina, sou, owed):
        first = owed[0]
        one = MeetingAnswers({first: AnswerEntry()}, Outcome.ADOPTED, MEETING, "Punkt 7", text="Ja.")
        submit_answer_draft(by=dina, draft=save_answer_draft(by=dina, committee=sou, answers=one))
        before = self.said()
        changed = {"1": {"Dagsordenspunkt": "Punkt 8", "Svar": "Taget til efterretning"}, "2": {"Svar": "Tiltrådt"}}
        batch = written(filled_in(answer_file(sou, MEETING), changed), dina)
        assert [draft[0] for draft in self.said()] == ["", "Punkt 8"]
        undo(by=dina, batch=batch)
        assert self.said() == before

    def test_that_are_recorded_stay_with_the_reason(self, dina, bo, sou, owed):
        batch = written(filled_in(answer_file(sou, MEETING), {"1": {"Svar": "Tiltrådt"}}), dina)
        publish_answer_draft(by=bo, draft=AnswerDraft.objects.get())
        [line] = what_undoing_does(by=dina, batch=batch)
        assert (line.is_undone, line.sentence[:25]) == (False, "Svarene er registreret. E")
        with pytest.raises(ValidationError, match="Intet af det"):
            undo(by=dina, batch=batch)
