"""»Mit arbejde«: what stands in the queues of whom, in which order, and how few steps the work takes from there."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import expect

from recommendations import permissions
from recommendations.actions import (
    EvidenceContent,
    ItemWords,
    UpdateDraft,
    correct_update,
    propose_words,
    return_update,
    save_draft,
    submit_update,
)
from recommendations.admin.queues import with_blocked
from recommendations.enums import EvidenceKind, Role, Status, UpdateKind, UpdateState
from recommendations.models import Recommendation, StatusUpdate, WordingDraft
from tests.conftest import sql_of
from tests.factories import (
    AssignmentFactory,
    CommitteeFactory,
    CommitteeMembershipFactory,
    ErrorReportFactory,
    InitiativeFactory,
    OwnershipFactory,
    RecommendationFactory,
    StatusUpdateFactory,
    SuccessionFactory,
    UserFactory,
    deadline,
    published,
    today,
)
from tests.staff.hand import Hand

FRONT = "/admin/"
QUEUES = [
    "retur",
    "godkendelse",
    "svar",
    "ord",
    "ikke_min",
    "lovet",
    "forsinket",
    "ikke_opdateret",
    "ingen_status",
    "fejl",
    "tavse",
    "kladder",
    "sendt",
    "laes",
    "ingen_at_spoerge",
    "ophoert",
]


def owned(*committees, factory=RecommendationFactory, **fields):
    item = factory(**fields)
    for committee in committees:
        OwnershipFactory(item=item, committee=committee)
    return item


def draft(item, by, committee, status=Status.IN_PROGRESS, **fields):
    evidence = [EvidenceContent("Referat", "https://eksempel.dk/referat", kind=EvidenceKind.OPERATING)]
    content = UpdateDraft(status=status, text="Faste teams er begyndt.", evidence=evidence, **fields)
    return save_draft(by=by, item=item, committee=committee, draft=content)


def submitted(item, by, committee, **fields):
    return submit_update(by=by, update=draft(item, by, committee, **fields))


def returned(item, by, approver, committee):
    return return_update(by=approver, update=submitted(item, by, committee), comment="Hvilke bydele?")


def days_ago(days):
    return today() - timedelta(days=days)


def context_of(client, address=FRONT):
    response = client.get(address)
    assert response.status_code == 200
    return response.context


def queues_of(client, address=FRONT):
    """Queue name -> the titles of its rows; empty queues too, in the order they have for the user."""
    context = context_of(client, address)
    queues = {queue.name: [title_of(row) for row in queue.rows] for queue in context["full_queues"]}
    return queues | {queue.name: [] for queue in context["empty_queues"]}


def title_of(row):
    """A row's title without the number before it."""
    return re.sub(r"^[\d.]+ ", "", row.title)


def steps_of(client, queue_name):
    """The words of the steps of each row in a queue."""
    queue = next(queue for queue in context_of(client)["full_queues"] if queue.name == queue_name)
    return [[step.text for step in row.steps] for row in queue.rows]


def text_of(client, address=FRONT):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", client.get(address).content.decode()))


def fill(sou, anna, bo, count):
    """`count` rows in every queue that anna, bo and dina have, recommendations and initiatives in turn."""
    gone = CommitteeFactory(code="GML", name="Det gamle udvalg", valid_to=date(2026, 1, 1))
    for n in range(count):
        for factory in (RecommendationFactory, InitiativeFactory):
            returned(owned(sou, factory=factory, title=f"Retur {n}"), anna, bo, sou)
            submitted(owned(sou, factory=factory, title=f"Sendt {n}"), anna, sou)
            submitted(owned(sou, factory=factory, title=f"Bos egen {n}"), bo, sou, status=Status.IMPLEMENTED)
            draft(owned(sou, factory=factory, title=f"Kladde {n}"), anna, sou)
            deadline(owned(sou, factory=factory, title=f"Sen {n}"), days_ago(10 + n))
            published(owned(sou, factory=factory, title=f"Tavs {n}"), on=days_ago(100 + n), committee=sou)
            promise = owned(sou, factory=factory, title=f"Lovet {n}")
            published(promise, on=days_ago(5), committee=sou, next_step="Notat", next_step_on=days_ago(n))
            ErrorReportFactory(item=owned(sou, gone, factory=factory, title=f"Forladt {n}"))


def fill_more(sou, anna, count):
    """`count` rows more in each queue of items, and of drafts."""
    for n in range(count):
        published(
            owned(sou), on=days_ago(100 + n), committee=sou, next_step="Notat", next_step_on=days_ago(n), author=anna
        )
        late = owned(sou)
        deadline(late, days_ago(10 + n))
        StatusUpdateFactory(item=owned(sou), committee=sou, author=anna)
        StatusUpdateFactory(item=owned(sou), committee=sou, author=anna, state=UpdateState.SUBMITTED)
        StatusUpdateFactory(item=owned(sou), committee=sou, author=anna, review_comment="Hvad?")
        ErrorReportFactory(item=late)
        AssignmentFactory(item=late, committee=sou, person=None, declined_by=anna)


# --- What stands where ------------------------------------------------------------------------------------------------


class TestQueues:
    def test_hold_what_their_names_say_the_most_urgent_first(self, as_user, sou, anna, bo):
        late, later = owned(sou, title="Sen"), owned(sou, title="Senere", factory=InitiativeFactory)
        published(late, on=days_ago(5), committee=sou)
        published(later, on=days_ago(5), committee=sou)
        deadline(late, days_ago(3))
        deadline(later, days_ago(30))
        published(owned(sou, title="Tavs"), on=days_ago(91), committee=sou)
        published(owned(sou, title="Tavsere"), on=days_ago(400), committee=sou)
        published(owned(sou, title="Frisk"), on=days_ago(90), committee=sou)
        newer = owned(title="Ny hos os")
        OwnershipFactory(item=newer, committee=sou, valid_from=days_ago(9))
        owned(sou, title="Aldrig meldt")
        published(owned(sou, title="Færdig"), Status.IMPLEMENTED, on=days_ago(900), committee=sou)
        owned(sou, title="Overskrift", kind="heading")
        item = owned(sou, title="Sendt tilbage")
        published(item, on=days_ago(9), committee=sou)
        returned(item, anna, bo, sou)
        assert queues_of(as_user(anna)) == {
            "retur": ["Sendt tilbage"],
            "svar": [],
            "ord": [],
            "lovet": [],
            "forsinket": ["Senere", "Sen"],
            "ikke_opdateret": ["Tavsere", "Tavs"],
            "ingen_status": ["Aldrig meldt", "Ny hos os"],
            "fejl": [],
            "kladder": [],
            "sendt": [],
            "ophoert": [],
        }

    def test_stand_in_their_order_of_importance(self, as_user, sou, anna, bo, chief):
        fill(sou, anna, bo, 1)
        shown = [queue.name for queue in context_of(as_user(chief))["full_queues"]]
        assert shown == [name for name in QUEUES if name not in ("svar", "ord", "ikke_min", "sendt", "laes")]

    def test_count_what_is_fresh_as_the_municipality_does(self, as_user, sou, anna, municipality):
        municipality.stale_after_days = 30
        municipality.save()
        published(owned(sou, title="Tavs"), on=days_ago(31), committee=sou)
        client = as_user(anna)
        assert queues_of(client)["ikke_opdateret"] == ["Tavs"]
        assert "Ikke opdateret i 30 dage (1)" in text_of(client)

    def test_ask_the_users_own_cell_and_not_the_item_as_a_whole(self, as_user, sou, sud, anna, carla):
        """Each owner speaks only for its own remit: SUD's news are none of SOU's, and its gap is not SOU's either."""
        silent = owned(sou, sud, title="SUD er ny, SOU tavs")
        published(silent, on=days_ago(100), committee=sou)
        published(silent, on=days_ago(1), committee=sud)
        half = owned(sou, sud, title="SOU mangler")
        published(half, on=days_ago(1), committee=sud)
        done = owned(sou, sud, title="SOU er færdig")
        published(done, Status.IMPLEMENTED, on=days_ago(5), committee=sou)
        published(done, on=days_ago(5), committee=sud)
        deadline(done, days_ago(1))
        queues = queues_of(as_user(anna))
        assert queues["ikke_opdateret"] == ["SUD er ny, SOU tavs"]
        assert queues["ingen_status"] == ["SOU mangler"]
        assert queues["forsinket"] == []
        queues = queues_of(as_user(carla))
        assert queues["ikke_opdateret"] == []
        assert queues["ingen_status"] == []
        assert queues["forsinket"] == ["SOU er færdig"]

    def test_ask_the_whole_where_a_list_names_no_committee(self, as_user, sou, sud, anna):
        item = owned(sou, sud, title="Fælles")
        published(item, on=days_ago(1), committee=sud)
        client = as_user(anna)
        lists = reverse("admin:recommendations_recommendation_changelist")
        counts = [
            client.get(f"{lists}?kraever=ingen_status{choice}").context["cl"].result_count
            for choice in ("", "&udvalg=mine", "&udvalg=SOU", "&udvalg=SUD")
        ]
        assert counts == [0, 1, 1, 0]

    def test_leave_out_what_another_committee_owns(self, as_user, sou, sud, carla, anna):
        owned(sou, title="SOUs")
        owned(sou, sud, title="Fælles")
        assert queues_of(as_user(carla))["ingen_status"] == ["Fælles"]

    def test_hold_what_the_committee_took_over(self, as_user, sou, anna):
        before = CommitteeFactory(code="OMU", valid_to=date(2026, 1, 1))
        SuccessionFactory(predecessor=before, successor=sou)
        owned(before, title="Fra før")
        client = as_user(anna)
        assert queues_of(client)["ingen_status"] == ["Fra før"]
        assert queues_of(client)["ophoert"] == []
        assert "Giv status" in steps_of(client, "ingen_status")[0]

    def test_say_in_one_line_that_they_are_empty(self, as_user, sou, bo):
        owned(sou)
        text = text_of(as_user(bo))
        assert "Intet venter på din godkendelse." in text
        assert "Intet er sendt retur til dig." in text
        assert "Venter på din godkendelse (0)" not in text

    def test_say_what_to_do_when_all_are_empty(self, as_user, anna):
        text = text_of(as_user(anna))
        assert "Intet venter på dig lige nu. Skal du give en status alligevel, så find rækken i listen" in text
        assert "Alle tabeller" not in text

    def test_show_five_of_each_twenty_of_one_alone_and_lead_to_the_rest(self, as_user, sou, anna):
        for _ in range(22):
            owned(sou)
        client = as_user(anna)
        [queue] = context_of(client)["full_queues"]
        assert (len(queue.rows), queue.count) == (5, 22)
        more = "5 af 22 er vist. Vis flere: Ingen status registreret · Vis som liste: 22 anbefalinger."
        assert more in text_of(client)
        alone = context_of(client, queue.more)["full_queues"]
        assert [(queue.name, len(queue.rows), queue.count, queue.more) for queue in alone] == [
            ("ingen_status", 20, 22, "")
        ]
        assert "20 af 22 er vist." in text_of(client, queue.more)
        assert client.get(f"{FRONT}?koe=laes").status_code == 404  # none that she has
        assert client.get(f"{FRONT}?koe=findes-ikke").status_code == 404


class TestPromises:
    """A next step is asked for when its day is over or near; what was said of it last is what counts."""

    def promised(self, sou, days, title="Lovet", **fields):
        item = owned(sou, title=title)
        published(
            item,
            on=days_ago(20),
            committee=sou,
            next_step="Notat til udvalget",
            next_step_on=today() + timedelta(days=days),
            **fields,
        )
        return item

    @pytest.mark.parametrize(("days", "is_asked"), [(-300, True), (0, True), (14, True), (15, False)])
    def test_are_asked_for_from_fourteen_days_before(self, as_user, sou, anna, days, is_asked):
        self.promised(sou, days)
        assert bool(queues_of(as_user(anna))["lovet"]) == is_asked

    def test_say_what_was_promised_for_when_the_oldest_first(self, as_user, sou, anna):
        self.promised(sou, 10, title="Næste uge")
        self.promised(sou, -10, title="Sidste uge")
        client = as_user(anna)
        assert queues_of(client)["lovet"] == ["Sidste uge", "Næste uge"]
        assert "Lovet til 12. november 2026: Notat til udvalget" in text_of(client)

    def test_are_over_when_later_news_says_nothing_of_them_or_the_matter_is_closed(self, as_user, sou, anna):
        kept, closed = self.promised(sou, -5), self.promised(sou, -5)
        published(kept, on=days_ago(2), committee=sou)
        published(closed, Status.LAPSED, on=days_ago(2), committee=sou, next_step="Intet", next_step_on=days_ago(1))
        assert queues_of(as_user(anna))["lovet"] == []

    def test_are_the_users_own_committees(self, as_user, sou, sud, carla):
        OwnershipFactory(item=self.promised(sou, 1), committee=sud)
        assert queues_of(as_user(carla))["lovet"] == []


class TestWhatWaitsAlready:
    """It stands in its own queue, and is asked for nowhere else."""

    @pytest.fixture
    def due(self, sou):
        """An item that is late and silent, and one that has no status."""
        silent, unknown = owned(sou, title="Tavs"), owned(sou, title="Ukendt")
        published(silent, on=days_ago(100), committee=sou)
        deadline(silent, days_ago(3))
        return silent, unknown

    def asked(self, client):
        queues = queues_of(client)
        return {title for name in ("forsinket", "ikke_opdateret", "ingen_status") for title in queues[name]}

    def test_what_was_sent_waits_for_another(self, as_user, sou, anna, bo, dina, chief, due):
        for item in due:
            submitted(item, anna, sou)
        for user in (anna, bo, dina, chief):
            assert self.asked(as_user(user)) == set(), user
        assert sorted(queues_of(as_user(anna))["sendt"]) == ["Tavs", "Ukendt"]
        assert steps_of(as_user(anna), "sendt") == [["Se opdateringen"]] * 2
        assert sorted(queues_of(as_user(bo))["godkendelse"]) == ["Tavs", "Ukendt"]
        assert "sendt" not in queues_of(as_user(bo))

    def test_what_one_has_begun_stands_among_ones_drafts(self, as_user, sou, anna, due):
        for item in due:
            draft(item, anna, sou)
        assert self.asked(as_user(anna)) == set()
        assert sorted(queues_of(as_user(anna))["kladder"]) == ["Tavs", "Ukendt"]

    def test_what_a_colleague_has_begun_is_said_before_one_types(self, as_user, sou, anna, bo, due):
        """It may be forgotten, so it hides nothing."""
        for item in due:
            draft(item, bo, sou)
        client = as_user(anna)
        assert self.asked(client) == {"Tavs", "Ukendt"}
        assert "bo har begyndt en kladde 2. november 2026." in text_of(client)
        assert steps_of(client, "ingen_status") == [["Skriv videre på kladden"]]
        assert steps_of(client, "forsinket") == [["Skriv videre på kladden"]]

    def test_what_a_leaver_had_begun_is_every_colleagues(self, as_user, sou, anna, bo, due):
        for item in due:
            draft(item, bo, sou)
        bo.is_active = False
        bo.save()
        client = as_user(anna)
        assert self.asked(client) == set()
        assert sorted(queues_of(client)["kladder"]) == ["Tavs", "Ukendt"]
        assert "Skrevet af bo, som er holdt op." in text_of(client)

    def test_another_owners_draft_hides_nothing_of_ours(self, as_user, sou, sud, anna, carla, due):
        OwnershipFactory(item=due[1], committee=sud)
        submitted(due[1], carla, sud)
        assert self.asked(as_user(anna)) == {"Tavs", "Ukendt"}
        assert self.asked(as_user(carla)) == set()

    def test_a_draft_hides_what_the_committee_took_over_too(self, as_user, sou, anna):
        before = CommitteeFactory(code="OMU", valid_to=date(2026, 1, 1))
        SuccessionFactory(predecessor=before, successor=sou)
        item = owned(before, title="Fra før")
        assert self.asked(as_user(anna)) == {"Fra før"}
        submitted(item, anna, sou)
        assert self.asked(as_user(anna)) == set()


class TestChoices:
    def test_by_source(self, as_user, sou, anna, bo):
        fill(sou, anna, bo, 1)
        wanted = owned(sou, title="Den valgte")
        client = as_user(anna)
        address = f"{FRONT}?kilde={wanted.publication.slug}"
        queues = queues_of(client, address)
        assert {name: titles for name, titles in queues.items() if titles} == {"ingen_status": ["Den valgte"]}
        assert 'value="1"' in client.get(address).content.decode()
        assert client.get(f"{FRONT}?kilde=findes-ikke").status_code == 404

    def test_what_i_have_written(self, as_user, sou, anna, bo):
        published(owned(sou, title="Annas"), on=days_ago(100), committee=sou, author=anna)
        published(owned(sou, title="Bos"), on=days_ago(100), committee=sou, author=bo)
        draft(owned(sou, title="Begyndt"), anna, sou)
        owned(sou, title="Ingens")
        queues = queues_of(as_user(anna), f"{FRONT}?mine=1")
        assert (queues["ikke_opdateret"], queues["ingen_status"]) == (["Annas"], [])
        assert queues["kladder"] == ["Begyndt"]

    def test_by_committee_for_whoever_works_for_several(self, as_user, sou, sud, anna):
        CommitteeMembershipFactory(user=anna, committee=sud, role=Role.EDITOR)
        owned(sou, title="SOUs")
        owned(sud, title="SUDs")
        client = as_user(anna)
        assert sorted(queues_of(client)["ingen_status"]) == ["SOUs", "SUDs"]
        assert queues_of(client, f"{FRONT}?udvalg=SUD")["ingen_status"] == ["SUDs"]
        assert client.get(f"{FRONT}?udvalg=XYZ").status_code == 404
        assert 'name="udvalg"' in client.get(FRONT).content.decode()

    def test_nothing_found_says_so_and_leads_back(self, as_user, sou, anna):
        owned(sou)
        text = text_of(as_user(anna), f"{FRONT}?mine=1")
        assert "Intet venter i det, du har valgt. Vis alt, der venter" in text


class TestLists:
    @pytest.mark.parametrize("username", ["anna", "bo", "dina", "chief"])
    def test_hold_just_as_many_as_the_queue_that_leads_there(self, as_user, username, sou, anna, bo, dina, chief):
        """What is late and silent is asked of `lifecycle` here, of the querysets there."""
        fill(sou, anna, bo, 2)
        owned(title="Uden udvalg")
        owned(sou, kind="heading")
        client = as_user({"anna": anna, "bo": bo, "dina": dina, "chief": chief}[username])
        for queue in context_of(client)["full_queues"]:
            total = 0
            for text, address in queue.lists:
                response = client.get(address)
                assert response.status_code == 200, address
                assert response.context["cl"].result_count == int(text.split()[0]), address
                total += response.context["cl"].result_count
            assert total == queue.count or queue.name == "tavse", queue.name  # its rows lead to one page

    def test_are_narrowed_to_the_committee_that_was_chosen(self, as_user, sou, sud, chief, anna, carla):
        for editor in (anna, carla):  # so that there is somebody to ask
            editor.email = f"{editor.username}@eksempel.dk"
            editor.save()
        draft(owned(sou, title="SOUs"), anna, sou)
        draft(owned(sud, title="SUDs"), carla, sud)
        client = as_user(chief)
        context = context_of(client, f"{FRONT}?udvalg=SUD")
        assert [(queue.name, queue.count) for queue in context["full_queues"]] == [("tavse", 1), ("kladder", 1)]
        [(_text, address)] = context["full_queues"][1].lists
        assert client.get(address).context["cl"].result_count == 1

    @pytest.mark.parametrize("chosen", ["mine=1", "kilde={source}", "mine=1&kilde={source}", "udvalg=SOU&mine=1"])
    @pytest.mark.parametrize("username", ["anna", "bo", "chief"])
    def test_hold_as_many_also_where_the_page_was_narrowed(self, as_user, username, chosen, sou, sud, anna, bo, chief):
        fill(sou, anna, bo, 2)
        for user in (anna, bo, chief):
            CommitteeMembershipFactory(user=user, committee=sud, role=Role.EDITOR)
            source = published(owned(sou), on=days_ago(100), committee=sou, author=user).item.publication
        client = as_user({"anna": anna, "bo": bo, "chief": chief}[username])
        for queue in context_of(client, f"{FRONT}?{chosen.format(source=source.slug)}")["full_queues"]:
            counts = [client.get(address).context["cl"].result_count for _text, address in queue.lists]
            assert sum(counts) == queue.count or queue.name == "tavse", queue.name
            assert counts == [int(text.split()[0]) for text, _address in queue.lists]


# --- What can be done from a row --------------------------------------------------------------------------------------


class TestSteps:
    def test_confirming_is_offered_only_where_there_is_a_status(self, as_user, sou, anna):
        deadline(owned(sou), days_ago(5))
        item = owned(sou)
        published(item, on=days_ago(5), committee=sou)
        deadline(item, days_ago(3))
        assert steps_of(as_user(anna), "forsinket") == [
            ["Giv status"],
            ["Giv status", "Bekræft: stadig korrekt"],
        ]

    def test_the_draft_of_a_correction_hinders_no_new_status(self, as_user, sou, anna):
        item = owned(sou)
        update = published(item, on=days_ago(100), committee=sou)
        correct_update(by=anna, update=update, draft=UpdateDraft(text="Tre bydele."), committee=sou)
        client = as_user(anna)
        assert steps_of(client, "ikke_opdateret")[0][0] == "Giv status"
        assert queues_of(client)["kladder"] == [item.title]

    def test_what_one_has_written_oneself_is_marked_and_stands_last(self, as_user, sou, anna, bo):
        submitted(owned(sou, title="Bos egen"), bo, sou, status=Status.IMPLEMENTED)
        submitted(owned(sou, title="Annas"), anna, sou, status=Status.IMPLEMENTED)
        client = as_user(bo)
        assert queues_of(client)["godkendelse"] == ["Annas", "Bos egen"]
        assert steps_of(client, "godkendelse") == [["Godkend"], ["Se opdateringen"]]
        assert text_of(client).count("Du har selv skrevet i den. En anden godkender skal udgive den.") == 1

    def test_one_who_wrote_in_it_long_ago_is_no_second_person(self, as_user, sou, anna, bo):
        item = owned(sou, title="Fælles kladde")
        first = draft(item, bo, sou, status=Status.IMPLEMENTED)
        content = UpdateDraft(
            status=Status.IMPLEMENTED,
            text="Rettet.",
            evidence=[EvidenceContent("Referat", "https://eksempel.dk/referat", kind=EvidenceKind.OPERATING)],
        )
        submit_update(by=anna, update=save_draft(by=anna, item=item, committee=sou, draft=content, update=first))
        assert steps_of(as_user(bo), "godkendelse") == [["Se opdateringen"]]

    @pytest.mark.parametrize("steps", [0, 1, 2, 3])
    def test_who_wrote_what_is_corrected_into_done_is_told_before_pressing(self, as_user, sou, anna, bo, steps):
        """The list and the act say the same, however many corrections lie between."""
        wrong = published(owned(sou, title="Faste teams"), Status.IN_PROGRESS, committee=sou, author=bo)
        for _ in range(steps):
            wrong = published(wrong.item, kind=UpdateKind.CORRECTION, corrects=wrong, committee=sou, author=anna)
        proof = EvidenceContent("Referat", "https://eksempel.dk/referat", kind=EvidenceKind.OPERATING)
        content = UpdateDraft(status=Status.IMPLEMENTED, text="Det er gjort.", evidence=[proof])
        update = correct_update(by=anna, update=wrong, committee=sou, draft=content)
        submit_update(by=anna, update=update)
        assert with_blocked(StatusUpdate.objects.filter(pk=update.pk), bo).get().is_blocked
        assert not permissions.is_second_person(bo, update)
        assert steps_of(as_user(bo), "godkendelse") == [["Se opdateringen"]]

    def test_who_proposed_words_before_a_colleague_wrote_them_anew_is_told_too(self, as_user, sou, anna, bo):
        item = owned(sou, title="Faste teams")
        words = replace(ItemWords.of(item.wording), official_text="Faste teams i alle bydele.")
        what = {"item": item, "valid_from": today(), "reason": "Trykt igen."}
        proposed = propose_words(by=bo, words=words, **what)
        assert steps_of(as_user(bo), "ord") == [["Se forslaget"]]
        words = replace(words, official_text="Faste hold i alle bydele.")
        propose_words(by=anna, words=words, draft=proposed, **what)
        assert not permissions.can_publish_words(bo, WordingDraft.objects.get())
        assert steps_of(as_user(bo), "ord") == [["Se forslaget"]]

    def test_a_comment_comes_back_with_the_draft(self, as_user, sou, anna, bo):
        returned(owned(sou), anna, bo, sou)
        assert "Kommentar:Hvilke bydele?" in text_of(as_user(anna)).replace(": ", ":")

    @pytest.mark.parametrize("username", ["anna", "bo", "dina", "carla", "chief"])
    def test_every_step_opens_for_whom_it_is_offered(self, as_user, username, sou, anna, bo, dina, carla, chief):
        fill(sou, anna, bo, 1)
        users = {"anna": anna, "bo": bo, "dina": dina, "carla": carla, "chief": chief}
        client = as_user(users[username])
        context = context_of(client)
        rows = [row for queue in context["full_queues"] for row in queue.rows]
        assert bool(rows) == (username != "carla")
        for address in {address for row in rows for address in (row.url, *(step.url for step in row.steps))}:
            assert client.get(address).status_code == 200, address


# --- By role ----------------------------------------------------------------------------------------------------------


class TestRoles:
    def test_an_editor_has_no_queue_of_approvals(self, as_user, sou, anna):
        approvers = ("godkendelse", "ikke_min", "ingen_at_spoerge", "tavse")
        assert list(queues_of(as_user(anna))) == [name for name in QUEUES if name not in (*approvers, "laes")]

    def test_a_secretary_reads_and_writes_nothing(self, as_user, sou, anna, bo, dina):
        fill(sou, anna, bo, 1)
        client = as_user(dina)
        queues = queues_of(client)
        assert not {"retur", "godkendelse", "kladder"} & queues.keys()
        assert len(queues_of(client, f"{FRONT}?koe=laes")["laes"]) == 8
        assert {steps for [steps] in steps_of(client, "laes")} == {"Læs kladden", "Se opdateringen"}
        assert all(steps == ["Læs"] for name in ("forsinket", "ikke_opdateret") for steps in steps_of(client, name))

    def test_who_writes_for_one_committee_and_reads_for_another_does_just_that(self, as_user, sou, sud, anna, carla):
        CommitteeMembershipFactory(user=anna, committee=sud, role=Role.SECRETARY)
        deadline(owned(sou, title="SOUs"), days_ago(2))
        deadline(owned(sud, title="SUDs"), days_ago(1))
        draft(owned(sud, title="Carlas"), carla, sud)
        client = as_user(anna)
        assert steps_of(client, "forsinket") == [["Giv status"], ["Læs"]]
        assert queues_of(client)["laes"] == ["Carlas"]
        assert queues_of(client)["kladder"] == []
        assert "Sundheds- og Omsorgsudvalget" in text_of(client)  # named, as there are several

    def test_who_writes_and_is_secretary_of_the_same_committee_sees_a_draft_once(self, as_user, sou, anna):
        CommitteeMembershipFactory(user=anna, committee=sou, role=Role.SECRETARY)
        draft(owned(sou, title="Annas"), anna, sou)
        queues = queues_of(as_user(anna))
        assert queues["kladder"] == ["Annas"]
        assert queues.get("laes", []) == []

    def test_a_superuser_sees_all_and_chooses_a_committee(self, as_user, sou, sud, chief, anna, carla):
        draft(owned(sou, title="SOUs"), anna, sou)
        draft(owned(sud, title="SUDs"), carla, sud)
        owned(sou, sud, title="Fælles")
        owned(title="Uden udvalg")
        client = as_user(chief)
        assert queues_of(client)["ingen_status"] == ["Fælles"]
        assert sorted(queues_of(client)["kladder"]) == ["SOUs", "SUDs"]
        assert [one.code for one in context_of(client)["work"].choices] == ["SUD", "SOU"]
        narrowed = queues_of(client, f"{FRONT}?udvalg=SUD")
        assert (narrowed["ingen_status"], narrowed["kladder"]) == (["Fælles"], ["SUDs"])
        assert client.get(f"{FRONT}?udvalg=XYZ").status_code == 404

    def test_what_two_old_committees_owned_together_counts_once_for_their_heir(self, as_user, sou, chief):
        old = [CommitteeFactory(code=code, valid_to=date(2026, 1, 1)) for code in ("OMU", "SMU")]
        for committee in old:
            SuccessionFactory(predecessor=committee, successor=sou)
        owned(*old, title="Fælles")
        owned(old[0], title="Den enes")
        for address in (FRONT, f"{FRONT}?udvalg=SOU"):
            counts = {queue.name: queue.count for queue in context_of(as_user(chief), address)["full_queues"]}
            assert counts == {"ingen_status": 2, "ingen_at_spoerge": 2, "tavse": 2}

    def test_who_works_for_one_committee_has_no_choice_of_them(self, as_user, sou, sud, anna):
        owned(sou, title="SOUs")
        assert queues_of(as_user(anna), f"{FRONT}?udvalg=SUD")["ingen_status"] == ["SOUs"]

    def test_an_ended_committee_without_successor_is_for_an_administrator_to_mend(self, as_user, sou, anna, chief):
        gone = CommitteeFactory(code="GML", name="Det gamle udvalg", valid_to=date(2026, 1, 1))
        item = owned(sou, gone, title="Fælles")
        published(owned(gone, title="Forladt"), on=days_ago(10), committee=gone)
        client = as_user(anna)
        assert queues_of(client)["ophoert"] == ["Fælles"]
        assert "Bed en administrator registrere, hvem der har overtaget." in text_of(client)
        assert steps_of(as_user(chief), "ophoert") == [["Registrer, hvem der har overtaget"]] * 2
        SuccessionFactory(predecessor=gone, successor=sou)
        assert queues_of(as_user(chief))["ophoert"] == []
        assert "Forladt" not in queues_of(client)["ingen_status"]
        assert item.title in queues_of(client)["ingen_status"]

    def test_who_has_no_role_is_told_whom_to_ask(self, as_user, chief):
        text = text_of(as_user(UserFactory(username="ny")))
        assert "Du har ingen rolle i et udvalg endnu." in text
        assert "Spørg en administrator, hvis du skal give status eller godkende: chief." in text
        assert "Alle tabeller" not in text

    def test_work_for_a_committee_that_has_ended_is_over(self, as_user, db):
        gone = CommitteeFactory(code="GML", valid_to=date(2026, 1, 1))
        user = CommitteeMembershipFactory(committee=gone).user
        assert "Du har ingen rolle i et udvalg endnu." in text_of(as_user(user))

    def test_the_drafts_of_others_are_not_there(self, as_user, sou, sud, anna, carla):
        draft(owned(sou, sud, title="Fælles"), anna, sou)
        text = text_of(as_user(carla))
        assert "Fælles" in text
        assert "Faste teams er begyndt." not in text


# --- Cost -------------------------------------------------------------------------------------------------------------


def test_the_number_of_queries_does_not_grow_with_the_rows(as_user, sou, anna, bo, dina, chief):
    """One row in every queue, and many: just as many queries, at most twenty-five, and a page of the same size."""
    clients = {user.username: as_user(user) for user in (anna, bo, dina, chief)}
    addresses = [FRONT, f"{FRONT}?mine=1", f"{FRONT}?koe=ikke_opdateret"]
    fill(sou, anna, bo, 1)
    few = {(name, address): cost_of(clients[name], address) for name in clients for address in addresses}
    fill_more(sou, anna, 25)
    for (name, address), (queries, _size) in few.items():
        now, size = cost_of(clients[name], address)
        assert now == queries <= 25, (name, address)
        assert size < 60_000, (name, address)
    assert 27 in {queue.count for queue in context_of(clients["chief"])["full_queues"]}


def cost_of(client, address):
    """How many queries a page takes, and how many bytes it is."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    return len(queries), len(response.content)


# --- In a browser -----------------------------------------------------------------------------------------------------


def row(title):
    """The name of a row's step: what it does, and to which row."""
    return re.compile(rf"^Giv status .*{title}$")


@pytest.mark.browser
class TestInTheBrowser:
    def test_from_mit_arbejde_to_a_submitted_status(self, open_page, sou, anna):
        owned(sou, title="Andre teams")
        item = owned(sou, title="Faste teams")
        page = open_page(anna)
        page.goto(FRONT)
        hand = Hand(page)
        hand.click("link", row("Faste teams"))
        hand.click("radio", "I gang")
        hand.click("textbox", "Tekst")
        page.keyboard.type("Faste teams besøger nu borgerne i to bydele.")
        hand.click("button", "Send til godkendelse")
        expect(page.get_by_text("Sendt til godkendelse. Borgerne ser det")).to_be_visible()
        assert hand.used <= 6
        update = StatusUpdate.objects.get()
        assert (update.item, update.state, update.status) == (item, UpdateState.SUBMITTED, Status.IN_PROGRESS)
        assert update.text == "Faste teams besøger nu borgerne i to bydele."

    def test_also_with_the_evidence_that_done_demands(self, open_page, sou, anna):
        owned(sou, title="Faste teams")
        page = open_page(anna)
        page.goto(FRONT)
        hand = Hand(page)
        hand.click("link", row("Faste teams"))
        page.get_by_label("Gennemført", exact=True).check()
        hand.used += 1
        hand.click("textbox", "Tekst")
        page.keyboard.type("Alle bydele har faste teams.")
        evidence = page.get_by_role("group", name="Række 1")
        evidence.get_by_label("Link").click()
        page.keyboard.type("https://eksempel.dk/referat")
        evidence.get_by_label("Hvad viser den?").select_option("operating")
        hand.used += 2
        hand.click("button", "Send til godkendelse")
        expect(page.get_by_text("Sendt til godkendelse. Borgerne ser det")).to_be_visible()
        assert hand.used <= 6

    def test_confirming_takes_two(self, open_page, sou, anna):
        item = owned(sou, title="Faste teams")
        published(item, on=days_ago(100), committee=sou)
        page = open_page(anna)
        page.goto(FRONT)
        hand = Hand(page)
        hand.click("link", re.compile("^Bekræft: stadig korrekt .*Faste teams$"))
        hand.click("button", "Bekræft: stadig korrekt")
        expect(page.get_by_text("er stadig korrekt.")).to_be_visible()
        assert hand.used == 2
        item = Recommendation.objects.with_state().get()
        assert (item.state_fresh_on, item.state_changed_on) == (today(), days_ago(100))
        assert StatusUpdate.objects.filter(kind=UpdateKind.CONFIRMATION).count() == 1
        page.goto(FRONT)
        expect(page.get_by_text("Intet venter på dig lige nu.")).to_be_visible()

    def test_approving_takes_two(self, open_page, sou, anna, bo):
        update = submitted(owned(sou, title="Faste teams"), anna, sou, status=Status.IMPLEMENTED)
        page = open_page(bo)
        page.goto(FRONT)
        hand = Hand(page)
        hand.click("link", re.compile("^Godkend .*Faste teams$"))
        expect(page.get_by_text("Faste teams er begyndt.").first).to_be_visible()
        hand.click("button", "Udgiv")
        expect(page.get_by_text("Udgivet. Borgerne kan se det nu.")).to_be_visible()
        assert hand.used == 2
        update.refresh_from_db()
        assert (update.state, update.published_by) == (UpdateState.PUBLISHED, bo)

    def test_all_of_it_can_be_done_from_the_keyboard_and_without_script(self, open_page, sou, anna):
        published(owned(sou, title="Faste teams"), on=days_ago(100), committee=sou)
        page = open_page(anna, java_script_enabled=False)
        page.goto(FRONT)
        step = page.get_by_role("link", name=re.compile("^Bekræft: stadig korrekt"))
        for _ in range(30):
            page.keyboard.press("Tab")
            if step.and_(page.locator(":focus")).count():
                break
        page.keyboard.press("Enter")
        button = page.get_by_role("button", name="Bekræft: stadig korrekt")
        expect(button).to_be_visible()
        button.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("er stadig korrekt.")).to_be_visible()

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [320, 1280])
    def test_pages_are_accessible(self, width, scheme, open_page, faults_of, sou, anna, bo, dina, chief):
        fill(sou, anna, bo, 1)
        item = owned(sou, title="Faste teams")
        published(item, on=days_ago(100), committee=sou)
        review = reverse(
            "admin:recommendations_statusupdate_change", args=[submitted(item, anna, sou, status=Status.PAUSED).pk]
        )
        status, confirm = (
            reverse(f"admin:recommendations_recommendation_{page}", args=[item.pk]) for page in ("status", "confirm")
        )
        nobody = UserFactory(username="ny")
        found = []
        for user, *addresses in [
            (anna, FRONT, status, confirm),
            (bo, FRONT, review),
            (dina, FRONT),
            (chief, FRONT, f"{FRONT}?udvalg=SOU"),
            (nobody, FRONT),
        ]:
            page = open_page(user, viewport={"width": width, "height": 800}, color_scheme=scheme)
            for address in addresses:
                page.goto(address)
                found += [f"{user} {address}: {fault}" for fault in faults_of(page)]
        assert not found, "\n".join(found)


class TestKept:
    """The queues are kept until somebody does something; what a reader sees of them is never older."""

    def test_every_act_shows_at_once_and_nothing_is_another_users(self, keeping, client, anna, bo, sou):
        item = owned(sou)
        client.force_login(anna)
        assert steps_of(client, "ingen_status") == [["Giv status"]]
        draft(item, anna, sou)
        assert steps_of(client, "kladder") == [["Skriv videre på kladden"]]
        submit_update(by=anna, update=StatusUpdate.objects.get())
        assert steps_of(client, "sendt") == [["Se opdateringen"]]
        client.force_login(bo)
        assert steps_of(client, "godkendelse") == [["Godkend"]]

    def test_asked_again_no_queue_is_read(self, keeping, client, anna, sou):
        draft(owned(sou), anna, sou)
        client.force_login(anna)
        first = client.get(FRONT).content
        with CaptureQueriesContext(connection) as queries:
            again = client.get(FRONT).content
        assert len(queries) < 12
        assert "standing" not in "".join(sql_of(queries))
        assert len(again) == len(first)
