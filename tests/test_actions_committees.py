"""Committees, what they own and who works for them; and how tasks, drafts, answers and people move between them."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from recommendations import permissions
from recommendations.actions import (
    UpdateDraft,
    add_owner,
    correct_owner,
    correct_update,
    end_owner,
    hand_over,
    open_items_of,
    owned_items,
    publish_update,
    record_answer,
    save_committee,
    save_draft,
)
from recommendations.enums import Outcome, OwnershipRole, Role, Status, UpdateKind, UpdateState
from recommendations.models import (
    Committee,
    CommitteeMembership,
    Event,
    Item,
    Lineage,
    Ownership,
    Reach,
    Standing,
    StatusUpdate,
    Succession,
)
from tests.factories import (
    TODAY,
    CommitteeAnswerFactory,
    CommitteeFactory,
    CommitteeMembershipFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    StatusUpdateFactory,
    SuccessionFactory,
    answered,
    published,
)

JUNE = date(2026, 6, 1)
LEAD, CO = OwnershipRole.LEAD, OwnershipRole.CO_OWNER


def sentences(refused) -> str:
    return " ".join(refused.value.messages)


def everything():
    """All that an act of this kind could have written."""
    models = (Committee, CommitteeMembership, Event, Ownership, Standing, StatusUpdate, Succession)
    return [list(model.objects.order_by("pk").values()) for model in models]


def periods(item, committee):
    """What is recorded of a committee's ownership of an item: role, from, to."""
    rows = Ownership.objects.recorded().filter(item=item, committee=committee).order_by("valid_from", "pk")
    return list(rows.values_list("role", "valid_from", "valid_to"))


def cell(item, committee, *times):
    return Standing.objects.at(*times).filter(item=item, committee=committee).first()


@pytest.fixture
def item(db):
    return RecommendationFactory(number="3.2", title="Faste teams")


@pytest.fixture
def heir(db):
    """A committee that exists since January 2026."""
    return CommitteeFactory(code="NYT", name="Det nye udvalg", valid_from=date(2026, 1, 1))


# --- Committees -------------------------------------------------------------------------------------------------------


def test_a_committee_is_added_and_changed_and_the_log_says_how_it_was(chief):
    committee = save_committee(by=chief, committee=CommitteeFactory.build(code="NY", name="Nyt", municipality=None))
    committee.name = "Nyere"
    save_committee(by=chief, committee=committee)
    assert Committee.objects.get().name == "Nyere"
    added, changed = Event.objects.order_by("pk")
    assert added.details["name"] == ["", "Nyt"]
    assert changed.details == {"name": ["Nyt", "Nyere"]}


def test_saving_what_is_there_already_is_no_act(chief, sou):
    save_committee(by=chief, committee=sou)
    assert not Event.objects.exists()


def test_only_an_administrator_saves_one(bo, sou):
    sou.name = "Mit udvalg"
    with pytest.raises(PermissionDenied, match="Kun en administrator"):
        save_committee(by=bo, committee=sou)
    assert Committee.objects.get().name == "Sundheds- og Omsorgsudvalget"


def test_a_committee_that_ends_before_it_begins_is_refused_in_words(chief, sou):
    sou.valid_from, sou.valid_to = JUNE, JUNE
    with pytest.raises(ValidationError, match="kan ikke ophøre, før det er begyndt"):
        save_committee(by=chief, committee=sou)


# --- Owners -----------------------------------------------------------------------------------------------------------


class TestOwning:
    def test_a_committee_owns_from_a_day_on(self, item, sou, chief):
        ownership = add_owner(by=chief, item=item, committee=sou, role=CO, valid_from=JUNE)
        assert (ownership.recorded_by, periods(item, sou)) == (chief, [(CO, JUNE, None)])
        assert cell(item, sou).role == CO
        assert cell(item, sou, date(2026, 5, 31)) is None

    def test_read_from_a_source_it_is_nobodys_act(self, item, sou):
        assert add_owner(by=None, item=item, committee=sou, valid_from=JUNE).recorded_by is None

    def test_is_for_administrators(self, item, sou, bo):
        row = OwnershipFactory(item=item, committee=sou)
        for act in (
            lambda: add_owner(by=bo, item=item, committee=sou, valid_from=JUNE),
            lambda: end_owner(by=bo, ownership=row, valid_to=JUNE),
            lambda: correct_owner(by=bo, ownership=row, never=True, reason="Nej."),
        ):
            with pytest.raises(PermissionDenied, match="Kun en administrator"):
                act()
        assert Ownership.objects.count() == 1

    @pytest.mark.parametrize(
        ("valid_from", "valid_to", "field", "sentence"),
        [
            (date(2026, 1, 1), None, "committee", "Sundheds- og Omsorgsudvalget ejer allerede 3.2 Faste teams"),
            (date(2025, 12, 31), None, "committee", "ejer allerede"),
            (date(2024, 1, 1), date(2025, 1, 2), "committee", "ejer allerede"),
            (date(2025, 3, 1), date(2025, 4, 1), "committee", "ejer allerede"),
            (date(2024, 1, 1), None, "committee", "ejer allerede"),
            (date(2024, 6, 2), date(2024, 6, 1), "valid_to", "Ejerskabet kan ikke ophøre, før det er begyndt."),
            (date(2024, 6, 1), date(2024, 6, 1), "valid_to", "kan ikke ophøre, før det er begyndt"),
            (TODAY + timedelta(days=1), None, "valid_from", "ligger i fremtiden"),
            (date(1024, 6, 1), None, "valid_from", "Datoen 01.06.1024 ligger før"),
            (date(207, 6, 1), None, "valid_from", "Er årstallet skrevet rigtigt?"),
            (date(2024, 6, 1), date(2099, 1, 1), "valid_to", "ligger i fremtiden"),
        ],
    )
    def test_what_cannot_be_is_refused_in_words(self, item, sou, chief, valid_from, valid_to, field, sentence):
        OwnershipFactory(item=item, committee=sou, valid_from=date(2025, 1, 1), valid_to=date(2026, 1, 1))
        OwnershipFactory(item=item, committee=sou, valid_from=date(2026, 1, 1))
        before = everything()
        with pytest.raises(ValidationError) as refused:
            add_owner(by=chief, item=item, committee=sou, valid_from=valid_from, valid_to=valid_to)
        assert sentence in " ".join(refused.value.message_dict[field])
        assert everything() == before

    @pytest.mark.parametrize(
        ("valid_from", "valid_to"), [(date(2026, 1, 1), None), (date(2024, 1, 1), date(2025, 1, 1)), (JUNE, TODAY)]
    )
    def test_may_begin_on_the_day_on_which_another_time_ended(self, item, sou, chief, valid_from, valid_to):
        OwnershipFactory(item=item, committee=sou, valid_from=date(2025, 1, 1), valid_to=date(2026, 1, 1))
        add_owner(by=chief, item=item, committee=sou, valid_from=valid_from, valid_to=valid_to)
        assert len(periods(item, sou)) == 2

    def test_a_committee_that_does_not_exist_gets_nothing(self, item, sou, heir, chief):
        """A rule that answers and updates have, and owners must have too."""
        sou.valid_to = date(2026, 1, 1)
        sou.save()
        for committee, day in ((sou, JUNE), (heir, date(2025, 6, 1))):
            with pytest.raises(ValidationError) as refused:
                add_owner(by=chief, item=item, committee=committee, valid_from=day)
            assert f"{committee.name} fandtes ikke den {day:%d.%m.%Y}." in sentences(refused)
        add_owner(by=chief, item=item, committee=sou, valid_from=date(2025, 6, 1))  # recorded late


class TestEndingAndCorrecting:
    @pytest.fixture
    def row(self, item, sou):
        return OwnershipFactory(item=item, committee=sou, valid_from=date(2025, 1, 1))

    def test_an_ownership_ends_and_the_old_row_stays(self, item, sou, row, chief):
        before = timezone.now()
        ended = end_owner(by=chief, ownership=row, valid_to=JUNE, reason="Opgaven er flyttet.")
        assert (ended.replaces, ended.reason, periods(item, sou)) == (
            row,
            "Opgaven er flyttet.",
            [(LEAD, date(2025, 1, 1), JUNE)],
        )
        assert list(Ownership.objects.in_force(TODAY, before)) == [row]
        assert cell(item, sou) is None
        assert cell(item, sou, date(2026, 5, 31)).role == LEAD

    @pytest.mark.parametrize(
        ("valid_to", "sentence"),
        [
            (date(2025, 1, 1), "kan ikke ophøre, før det er begyndt"),
            (date(2024, 1, 1), "kan ikke ophøre, før det er begyndt"),
            (TODAY + timedelta(days=1), "ligger i fremtiden"),
        ],
    )
    def test_it_does_not_end_before_it_began_nor_tomorrow(self, row, chief, valid_to, sentence):
        with pytest.raises(ValidationError, match=sentence):
            end_owner(by=chief, ownership=row, valid_to=valid_to)
        assert Ownership.objects.count() == 1

    def test_what_has_ended_is_not_ended_again_but_its_end_can_be_corrected(self, item, sou, row, chief):
        ended = end_owner(by=chief, ownership=row, valid_to=JUNE)
        with pytest.raises(ValidationError, match=r"allerede ophørt\. Ret det i stedet"):
            end_owner(by=chief, ownership=ended, valid_to=JUNE)
        correct_owner(by=chief, ownership=ended, valid_to=date(2026, 7, 1), reason="Slåfejl.")
        assert periods(item, sou) == [(LEAD, date(2025, 1, 1), date(2026, 7, 1))]

    def test_two_at_the_same_time_the_second_is_told(self, item, sou, row, chief):
        """Both had the page open: the row of the second is no longer the newest."""
        end_owner(by=chief, ownership=row, valid_to=JUNE)
        stale = Ownership.objects.get(pk=row.pk)
        for act in (
            lambda: end_owner(by=chief, ownership=stale, valid_to=date(2026, 7, 1)),
            lambda: correct_owner(by=chief, ownership=stale, role=CO, reason="Fejl."),
        ):
            with pytest.raises(ValidationError, match=r"Ejerskabet er allerede ændret\. Genindlæs siden"):
                act()
        assert Ownership.objects.count() == 2

    def test_each_part_can_be_corrected_with_a_reason(self, item, sou, row, chief):
        for nothing in ("", " \u00ad"):
            with pytest.raises(ValidationError, match="Skriv, hvad der var forkert"):
                correct_owner(by=chief, ownership=row, role=CO, reason=nothing)
        row = correct_owner(by=chief, ownership=row, role=CO, reason="Forkert rolle.")
        row = correct_owner(by=chief, ownership=row, valid_from=date(2024, 7, 1), reason="Forkert dag.")
        assert periods(item, sou) == [(CO, date(2024, 7, 1), None)]
        correct_owner(by=chief, ownership=row, never=True, reason="Forkert udvalg.")
        assert periods(item, sou) == []
        assert cell(item, sou) is None
        assert Ownership.objects.count() == 4

    def test_a_correction_may_not_reach_into_another_time(self, item, sou, row, chief):
        ended = end_owner(by=chief, ownership=row, valid_to=JUNE)
        add_owner(by=chief, item=item, committee=sou, valid_from=date(2026, 8, 1))
        for valid_to in (date(2026, 8, 2), None):
            with pytest.raises(ValidationError, match="ejer allerede"):
                correct_owner(by=chief, ownership=ended, valid_to=valid_to, reason="Fejl.")
        correct_owner(by=chief, ownership=ended, valid_to=date(2026, 8, 1), reason="Fejl.")


# --- Hand-overs -------------------------------------------------------------------------------------------------------


class TestHandingOver:
    @pytest.fixture
    def items(self, sou):
        """SOU's: one open, one done, one it never spoke about."""
        publication = PublicationFactory()
        items = [RecommendationFactory(publication=publication, number=str(number)) for number in (1, 2, 3)]
        for item in items:
            OwnershipFactory(item=item, committee=sou)
        published(items[0], Status.IN_PROGRESS)
        published(items[1], Status.IMPLEMENTED)
        return items

    def test_what_is_open_moves_and_what_is_done_stays(self, items, sou, heir, chief):
        assert [item.number for item in owned_items(sou)] == ["1", "2", "3"]
        assert [item.number for item in open_items_of(sou)] == ["1", "3"]
        done = hand_over(by=chief, predecessor=sou, successor=heir, on=JUNE, reason="Nyt navn.")
        sou.refresh_from_db()
        assert sou.valid_to == JUNE
        assert [item.number for item in done.items] == ["1", "3"]
        assert [item.number for item in owned_items(heir)] == ["1", "3"]
        assert [item.number for item in owned_items(sou)] == ["2"]
        assert periods(items[0], sou) == [(LEAD, date(2024, 6, 17), JUNE)]
        assert periods(items[0], heir) == [(LEAD, JUNE, None)]
        assert (done.succession.reason, done.succession.predecessor_ends) == ("Nyt navn.", True)
        assert Ownership.objects.in_force().get(item=items[0]).succession == done.succession

    def test_old_updates_keep_the_name_of_their_time_and_the_heir_speaks_on(self, items, sou, heir, chief):
        hand_over(by=chief, predecessor=sou, successor=heir, on=JUNE)
        assert StatusUpdate.objects.get(item=items[0]).committee == sou
        assert cell(items[0], heir).status == Status.IN_PROGRESS

    def test_the_same_act_again_moves_what_was_left_behind(self, items, sou, heir, chief):
        first = hand_over(by=chief, predecessor=sou, successor=heir, on=JUNE)
        again = hand_over(by=chief, predecessor=sou, successor=heir, on=date(2026, 7, 1), items=[items[1]])
        assert again.succession == first.succession
        assert Succession.objects.count() == 1
        assert periods(items[1], heir) == [(LEAD, date(2026, 7, 1), None)]
        sou.refresh_from_db()
        assert sou.valid_to == JUNE

    def test_a_committee_may_end_into_two(self, items, sou, heir, buu, chief):
        hand_over(by=chief, predecessor=sou, successor=heir, on=JUNE, items=[items[0]])
        hand_over(by=chief, predecessor=sou, successor=buu, on=JUNE, items=[items[2]])
        assert [item.number for item in owned_items(heir)] == ["1"]
        assert [item.number for item in owned_items(buu)] == ["3"]
        assert Lineage.load().with_successors(sou.pk) == {sou.pk, heir.pk, buu.pk}

    def test_drafts_of_a_committee_that_ends_are_the_heirs_to_publish(self, items, sou, heir, anna, bo, chief):
        """Also one about what did not move: nobody else could publish it."""
        drafts = [StatusUpdateFactory(item=item, committee=sou, author=anna) for item in items]
        thrown_away = StatusUpdateFactory(item=items[0], committee=sou, state=UpdateState.DISCARDED)
        done = hand_over(by=chief, predecessor=sou, successor=heir, on=JUNE)
        assert set(done.drafts) == set(drafts)
        assert {update.committee for update in StatusUpdate.objects.filter(state=UpdateState.DRAFT)} == {heir}
        thrown_away.refresh_from_db()
        assert thrown_away.committee == sou
        assert publish_update(by=bo, update=drafts[2]).committee == heir

    def test_a_drafted_status_is_not_published_in_the_name_of_a_committee_that_is_gone(
        self, items, sou, heir, anna, bo, chief
    ):
        """Drafted about today, handed over since thirty days."""
        content = UpdateDraft(status=Status.PAUSED, text="Pengene mangler.")
        draft = save_draft(by=anna, item=items[2], committee=sou, draft=content)
        hand_over(by=chief, predecessor=sou, successor=heir, on=TODAY - timedelta(days=30))
        update = publish_update(by=bo, update=draft)
        assert update.committee == heir
        assert update.committee.exists_on(update.on)

    def test_nor_one_about_a_day_before_the_heir_began(self, items, sou, heir, anna, bo, chief):
        content = UpdateDraft(status=Status.PAUSED, on=date(2025, 12, 1), text="Pengene manglede.")
        draft = save_draft(by=anna, item=items[2], committee=sou, draft=content)
        hand_over(by=chief, predecessor=sou, successor=heir, on=JUNE)
        with pytest.raises(ValidationError, match=r"Det nye udvalg fandtes ikke den 01\.12\.2025"):
            publish_update(by=bo, update=draft)

    def test_people_go_along_in_the_same_roles(self, items, sou, heir, anna, bo, dina, chief):
        CommitteeMembershipFactory(user=anna, committee=heir, role=Role.EDITOR)  # there already
        former = CommitteeMembershipFactory(committee=sou, role=Role.EDITOR, valid_to=date(2026, 1, 1))
        ending = CommitteeMembershipFactory(committee=sou, role=Role.EDITOR, valid_to=date(2026, 12, 1))
        done = hand_over(by=chief, predecessor=sou, successor=heir, on=JUNE)
        assert {(row.user, row.role, row.valid_to) for row in done.people} == {
            (bo, Role.APPROVER, None),
            (dina, Role.SECRETARY, None),
            (ending.user, Role.EDITOR, date(2026, 12, 1)),
        }
        assert Reach.of(bo).committees(Role.APPROVER) == {heir.pk, sou.pk}
        assert Reach.of(former.user).committees() == set()

    def test_what_the_heir_wrote_wrongly_before_it_was_the_heir_is_the_heirs_to_mend(self, items, sou, heir, bo, chief):
        wrong = StatusUpdate.objects.get(item=items[0])
        hand_over(by=chief, predecessor=sou, successor=heir, on=JUNE)
        draft = correct_update(by=bo, update=wrong, committee=heir, draft=UpdateDraft(text="Forkert række."))
        publish_update(by=bo, update=draft)
        assert cell(items[0], heir).status == ""

    # --- what is refused --------------------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("case", "field", "sentence"),
        [
            ("nothing", "items", "Der er intet at flytte. Vælg mindst én række."),
            ("to itself", "successor", "Et udvalg kan ikke afløse sig selv."),
            ("tomorrow", "on", "Skiftet er ikke sket endnu. Skriv en dato senest i dag."),
            ("in the year 207", "on", "Er årstallet skrevet rigtigt?"),
            ("before the heir existed", "on", "Det nye udvalg findes ikke den dag."),
            ("on the first day of an ownership", "on", "Skiftet kan ikke ske, før ejerskabet er begyndt."),
            ("not its own", "items", "Nogle af de valgte rækker ejes ikke længere af Sundheds- og Omsorgsudvalget."),
            ("on another day than it ended", "on", "allerede registreret som ophørt en anden dag"),
            ("before it existed itself", "on", "Sundheds- og Omsorgsudvalget fandtes ikke før den dag."),
        ],
    )
    @pytest.mark.parametrize("predecessor_ends", [True, False], ids=["ends", "stays"])
    def test_nonsense_is_refused_in_words_and_nothing_is_half_done(
        self, items, sou, heir, chief, case, field, sentence, predecessor_ends
    ):
        call = {"predecessor": sou, "successor": heir, "on": JUNE, "items": items[:1]}
        match case:
            case "nothing":
                call["items"] = []
                if predecessor_ends:  # once, a committee may end without owning anything
                    hand_over(by=chief, **call)
            case "to itself":
                call["successor"] = sou
            case "tomorrow":
                call["on"] = TODAY + timedelta(days=1)
            case "in the year 207":
                call["on"] = date(207, 6, 1)
            case "before the heir existed":
                call["on"] = date(2025, 12, 31)
            case "on the first day of an ownership":
                call["on"] = Ownership.objects.get(item=items[0]).valid_from
                heir.valid_from = None
                heir.save()
            case "not its own":
                call["items"] = [items[0], RecommendationFactory()]
            case "on another day than it ended":
                if not predecessor_ends:
                    pytest.skip("a committee that stays has not ended")
                sou.valid_to = date(2026, 5, 1)
                sou.save()
            case "before it existed itself":
                sou.valid_from = JUNE
                sou.save()
        before = everything()
        with pytest.raises(ValidationError) as refused:
            hand_over(by=chief, **call, predecessor_ends=predecessor_ends)
        assert sentence in " ".join(refused.value.message_dict[field])
        assert everything() == before

    def test_back_again_is_refused_once_the_old_one_has_ended(self, items, sou, heir, chief):
        hand_over(by=chief, predecessor=sou, successor=heir, on=JUNE)
        with pytest.raises(ValidationError) as refused:
            hand_over(by=chief, predecessor=heir, successor=sou, on=date(2026, 7, 1))
        assert refused.value.message_dict["successor"] == [
            "Sundheds- og Omsorgsudvalget er selv afløst af Det nye udvalg. Byt om på de to udvalg."
        ]

    def test_a_single_task_may_go_back(self, items, sou, sud, chief):
        for old, new, on in ((sou, sud, JUNE), (sud, sou, date(2026, 7, 1))):
            hand_over(by=chief, predecessor=old, successor=new, on=on, items=[items[0]], predecessor_ends=False)
        assert periods(items[0], sou) == [(LEAD, date(2024, 6, 17), JUNE), (LEAD, date(2026, 7, 1), None)]
        assert periods(items[0], sud) == [(LEAD, JUNE, date(2026, 7, 1))]
        assert cell(items[0], sou).status == Status.IN_PROGRESS
        assert cell(items[0], sud) is None

    def test_into_a_time_in_which_the_heir_owned_already_is_refused(self, items, sou, sud, chief):
        OwnershipFactory(item=items[0], committee=sud, valid_from=date(2026, 1, 1), valid_to=date(2026, 7, 1))
        before = everything()
        with pytest.raises(ValidationError) as refused:
            hand_over(by=chief, predecessor=sou, successor=sud, on=JUNE, items=[items[0]], predecessor_ends=False)
        assert "Socialudvalget ejede 1 Anbefaling 1 i noget af tiden efter den dag." in sentences(refused)
        assert everything() == before
        hand_over(
            by=chief, predecessor=sou, successor=sud, on=date(2026, 7, 1), items=[items[0]], predecessor_ends=False
        )

    def test_is_for_administrators(self, items, sou, heir, bo):
        with pytest.raises(PermissionDenied, match="Kun en administrator"):
            hand_over(by=bo, predecessor=sou, successor=heir, on=JUNE)
        assert not Succession.objects.exists()


class TestGivingUpOneTask:
    """A committee that gives up one task has not given up all."""

    @pytest.fixture
    def items(self, sou):
        publication = PublicationFactory()
        items = [RecommendationFactory(publication=publication, number=str(number)) for number in range(1, 6)]
        for item in items:
            OwnershipFactory(item=item, committee=sou)
            answered(item, sou)
        return items

    @pytest.fixture
    def moved(self, items, sou, sud, chief):
        hand_over(by=chief, predecessor=sou, successor=sud, on=JUNE, items=items[:1], predecessor_ends=False)
        return items[0]

    def test_only_that_one_is_the_others(self, items, moved, sou, sud):
        owned = {committee: [item.number for item in owned_items(committee)] for committee in (sou, sud)}
        assert owned == {sud: ["1"], sou: ["2", "3", "4", "5"]}
        assert set(Standing.objects.at().owned().filter(committee=sud).values_list("item__number", flat=True)) == {"1"}
        assert Item.objects.owned_by(Lineage.load().with_predecessors(sud.pk)).count() == 1
        sou.refresh_from_db()
        assert sou.valid_to is None

    def test_the_answer_goes_along_with_the_task_and_with_no_other(self, items, moved, sou, sud):
        assert cell(moved, sud).outcome == Outcome.ADOPTED
        assert cell(moved, sou) is None
        assert {cell(item, sou).outcome for item in items[1:]} == {Outcome.ADOPTED}
        assert not Standing.objects.at().filter(item__in=items[1:], committee=sud).exists()

    def test_the_others_people_have_no_say_in_the_rest(self, items, moved, sou, sud, carla):
        CommitteeMembershipFactory(user=carla, committee=sud, role=Role.APPROVER)
        draft = StatusUpdateFactory(item=items[4], committee=sou)
        assert permissions.can_write(carla, moved, sud)
        for committee in (sou, sud):
            assert not permissions.can_write(carla, items[4], committee)
        assert not permissions.can_approve(carla, draft)
        assert not StatusUpdate.objects.visible_to(carla).filter(pk=draft.pk).exists()
        before = everything()
        with pytest.raises(PermissionDenied):
            save_draft(by=carla, item=items[4], committee=sud, draft=UpdateDraft(status=Status.PLANNED, text="x"))
        with pytest.raises(ValidationError) as refused:
            record_answer(by=carla, item=items[4], committee=sud, outcome=Outcome.NOTED, meeting_date=date(2026, 9, 1))
        assert "Socialudvalget ejer ikke anbefalingen." in sentences(refused)
        assert everything() == before

    def test_drafts_about_that_task_go_along_and_no_others_and_nobody_changes_committee(
        self, items, sou, sud, anna, chief
    ):
        about_moved, about_kept = (StatusUpdateFactory(item=item, committee=sou) for item in items[:2])
        done = hand_over(by=chief, predecessor=sou, successor=sud, on=JUNE, items=items[:1], predecessor_ends=False)
        assert (done.drafts, done.people) == ((about_moved,), ())
        about_kept.refresh_from_db()
        assert about_kept.committee == sou
        assert Reach.of(anna).committees() == {sou.pk}

    def test_another_owner_of_that_task_inherits_nothing(self, items, moved, buu):
        OwnershipFactory(item=moved, committee=buu, role=CO)
        assert cell(moved, buu).outcome == ""

    def test_a_second_task_is_another_act(self, items, moved, sou, sud, chief):
        hand_over(
            by=chief, predecessor=sou, successor=sud, on=date(2026, 7, 1), items=items[1:2], predecessor_ends=False
        )
        assert Succession.objects.count() == 2
        assert [item.number for item in owned_items(sud)] == ["1", "2"]

    def test_and_when_the_committee_ends_later_all_is_inherited(self, items, moved, sou, sud, carla, chief):
        hand_over(by=chief, predecessor=sou, successor=sud, on=date(2026, 7, 1))
        assert len(owned_items(sud)) == 5
        assert permissions.can_write(carla, items[4], sud)


class TestMerging:
    """The stronger role wins, whoever comes first."""

    @pytest.mark.parametrize("first", [0, 1], ids=["co-owner first", "lead first"])
    def test_a_lead_and_a_co_owner_become_one_lead(self, item, sou, sud, heir, chief, first):
        OwnershipFactory(item=item, committee=sou, role=CO)
        OwnershipFactory(item=item, committee=sud, role=LEAD)
        olds = (sou, sud)
        for old in (olds[first], olds[1 - first]):
            hand_over(by=chief, predecessor=old, successor=heir, on=JUNE)
        assert periods(item, heir) == [(LEAD, JUNE, None)]
        assert cell(item, heir).role == LEAD
        assert Ownership.objects.in_force().filter(item=item).count() == 1

    @pytest.mark.parametrize(
        ("moves", "stays", "wins"), [(LEAD, CO, LEAD), (CO, LEAD, LEAD), (CO, CO, CO), (LEAD, LEAD, LEAD)]
    )
    def test_into_one_that_owns_it_already(self, item, sou, sud, chief, moves, stays, wins):
        OwnershipFactory(item=item, committee=sou, role=moves)
        OwnershipFactory(item=item, committee=sud, role=stays)
        hand_over(by=chief, predecessor=sou, successor=sud, on=JUNE)
        assert periods(item, sud) == [(stays, date(2024, 6, 17), JUNE), (wins, JUNE, None)]

    def test_into_one_that_owns_it_from_that_day_mends_its_ownership(self, item, sou, sud, chief):
        OwnershipFactory(item=item, committee=sou, role=LEAD)
        own = OwnershipFactory(item=item, committee=sud, role=CO, valid_from=JUNE)
        hand_over(by=chief, predecessor=sou, successor=sud, on=JUNE)
        assert periods(item, sud) == [(LEAD, JUNE, None)]
        assert Ownership.objects.in_force().get(item=item).replaces == own

    def test_into_one_that_was_to_own_it_later_leaves_no_day_without_an_owner(self, item, sou, sud, chief):
        OwnershipFactory(item=item, committee=sou, role=LEAD)
        OwnershipFactory(item=item, committee=sud, role=CO, valid_from=date(2026, 9, 1))
        hand_over(by=chief, predecessor=sou, successor=sud, on=JUNE)
        assert periods(item, sud) == [(LEAD, JUNE, None)]
        assert cell(item, sud, date(2026, 7, 1)).role == LEAD

    def test_what_both_have_said_stands_in_one_cell(self, item, sou, sud, heir, chief):
        OwnershipFactory(item=item, committee=sou, role=CO)
        OwnershipFactory(item=item, committee=sud, role=LEAD)
        answered(item, sou, Outcome.NOT_ADOPTED, meeting_date=date(2025, 3, 1))
        answered(item, sud, Outcome.ADOPTED, meeting_date=date(2025, 1, 1))
        for old in (sou, sud):
            hand_over(by=chief, predecessor=old, successor=heir, on=JUNE)
        assert cell(item, heir).outcome == Outcome.NOT_ADOPTED  # the newer meeting
        assert Standing.objects.at().cells().filter(item=item).count() == 1


class TestRenamedAndAnsweredAgain:
    """The answer of a committee that was renamed does not stand beside the new one's."""

    def test_one_cell_one_answer(self, item, sou, heir, chief):
        OwnershipFactory(item=item, committee=sou)
        answered(item, sou, Outcome.NOT_ADOPTED, meeting_date=date(2025, 3, 1))
        hand_over(by=chief, predecessor=sou, successor=heir, on=JUNE)
        assert cell(item, heir).outcome == Outcome.NOT_ADOPTED
        answer = record_answer(
            by=chief, item=item, committee=heir, outcome=Outcome.ADOPTED, meeting_date=date(2026, 9, 1)
        )
        assert (cell(item, heir).outcome, Standing.objects.at().cells().filter(item=item).count()) == (
            Outcome.ADOPTED,
            1,
        )
        told = answer.events.get()
        assert (told.before, told.after) == (Outcome.NOT_ADOPTED, Outcome.ADOPTED)

    def test_an_older_answer_of_the_old_one_recorded_late_changes_nothing(self, item, sou, heir, bo, chief):
        OwnershipFactory(item=item, committee=sou)
        hand_over(by=chief, predecessor=sou, successor=heir, on=JUNE)
        record_answer(by=chief, item=item, committee=heir, outcome=Outcome.ADOPTED, meeting_date=date(2026, 9, 1))
        late = record_answer(by=bo, item=item, committee=sou, outcome=Outcome.NOTED, meeting_date=date(2025, 3, 1))
        assert cell(item, heir).outcome == Outcome.ADOPTED
        told = late.events.get()
        assert (told.before, told.after) == (Outcome.ADOPTED, Outcome.ADOPTED)

    def test_when_the_new_ones_answer_is_taken_back_the_old_one_stands_again(self, item, sou, heir, chief):
        OwnershipFactory(item=item, committee=sou)
        answered(item, sou, Outcome.NOT_ADOPTED, meeting_date=date(2025, 3, 1))
        hand_over(by=chief, predecessor=sou, successor=heir, on=JUNE)
        call = {"by": chief, "item": item, "committee": heir, "meeting_date": date(2026, 9, 1)}
        wrong = record_answer(**call, outcome=Outcome.ADOPTED)
        record_answer(**call, outcome="", reason="Et andet punkt.", corrects=wrong)
        assert cell(item, heir).outcome == Outcome.NOT_ADOPTED


def test_a_member_of_the_heir_covers_what_the_ended_committee_left_behind(item, sou, heir, chief):
    OwnershipFactory(item=item, committee=sou)
    SuccessionFactory(predecessor=sou, successor=heir, on=JUNE)
    sou.valid_to = JUNE
    sou.save()
    approver = CommitteeMembershipFactory(committee=heir, role=Role.APPROVER).user
    update = publish_update(
        by=approver,
        update=save_draft(
            by=approver, item=item, committee=heir, draft=UpdateDraft(status=Status.IN_PROGRESS, text="Begyndt.")
        ),
    )
    assert update.committee == heir
    answer = CommitteeAnswerFactory(item=item, committee=sou)
    assert permissions.can_answer_for(approver, answer.committee)
    published(item, kind=UpdateKind.NOTE, committee=heir)
    assert StatusUpdate.objects.visible_to(approver).count() == 2
