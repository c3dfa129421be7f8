"""«Mit arbejde»: what stands in the queues of whom, in which order, and how few steps the work takes from there."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from recommendations.actions import (
    EvidenceContent,
    UpdateDraft,
    correct_update,
    return_update,
    save_draft,
    submit_update,
)
from recommendations.enums import Role, Status, UpdateKind, UpdateState
from recommendations.models import Recommendation, StatusUpdate
from tests.factories import (
    CommitteeFactory,
    CommitteeMembershipFactory,
    ErrorReportFactory,
    InitiativeFactory,
    OwnershipFactory,
    RecommendationFactory,
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
    "forsinket",
    "ikke_opdateret",
    "ingen_status",
    "fejl",
    "kladder",
    "laes",
    "ophoert",
]


def owned(*committees, factory=RecommendationFactory, **fields):
    item = factory(**fields)
    for committee in committees:
        OwnershipFactory(item=item, committee=committee)
    return item


def draft(item, by, committee, status=Status.IN_PROGRESS, **fields):
    evidence = [EvidenceContent("Referat", "https://eksempel.dk/referat")]
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
    queues = {queue.name: [row.item.title for row in queue.rows] for queue in context["full_queues"]}
    return queues | {queue.name: [] for queue in context["empty_queues"]}


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
            ErrorReportFactory(item=owned(sou, gone, factory=factory, title=f"Forladt {n}"))


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
            "forsinket": ["Senere", "Sen"],
            "ikke_opdateret": ["Tavsere", "Tavs"],
            "ingen_status": ["Aldrig meldt", "Ny hos os"],
            "fejl": [],
            "kladder": [],
            "ophoert": [],
        }

    def test_stand_in_their_order_of_urgency(self, as_user, sou, anna, bo, chief):
        fill(sou, anna, bo, 1)
        shown = [queue.name for queue in context_of(as_user(chief))["full_queues"]]
        assert shown == [name for name in QUEUES if name != "laes"]

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
        assert "Alle tabeller" in text

    def test_show_twenty_and_lead_to_the_rest(self, as_user, sou, anna):
        for _ in range(22):
            owned(sou)
        client = as_user(anna)
        assert len(queues_of(client)["ingen_status"]) == 20
        assert "20 af 22 er vist. Vis som liste: 22 anbefalinger." in text_of(client)


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
            assert total == queue.count, queue.name

    def test_are_narrowed_to_the_committee_that_was_chosen(self, as_user, sou, sud, chief, anna, carla):
        draft(owned(sou, title="SOUs"), anna, sou)
        draft(owned(sud, title="SUDs"), carla, sud)
        client = as_user(chief)
        context = context_of(client, f"{FRONT}?udvalg=SUD")
        assert [(queue.name, queue.count) for queue in context["full_queues"]] == [("ingen_status", 1), ("kladder", 1)]
        for queue in context["full_queues"]:
            [(_text, address)] = queue.lists
            assert client.get(address).context["cl"].result_count == 1


# --- What can be done from a row --------------------------------------------------------------------------------------


class TestSteps:
    def test_confirming_is_offered_only_where_there_is_a_status(self, as_user, sou, anna):
        deadline(owned(sou), days_ago(5))
        item = owned(sou)
        published(item, on=days_ago(5), committee=sou)
        deadline(item, days_ago(3))
        assert steps_of(as_user(anna), "forsinket") == [
            ["Giv status", "Åbn"],
            ["Giv status", "Bekræft: stadig korrekt", "Åbn"],
        ]

    def test_an_open_draft_is_written_on_and_not_begun_again(self, as_user, sou, sud, anna, carla):
        begun, sent, others = (owned(sou, sud, title=title) for title in ("Begyndt", "Sendt", "SUD skriver"))
        draft(begun, anna, sou)
        submitted(sent, anna, sou)
        draft(others, carla, sud)
        assert steps_of(as_user(anna), "ingen_status") == [
            ["Skriv videre på kladden", "Åbn"],
            ["Se det, der venter på godkendelse", "Åbn"],
            ["Giv status", "Åbn"],
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
        assert steps_of(client, "godkendelse") == [["Godkend", "Åbn"], ["Se opdateringen", "Åbn"]]
        assert text_of(client).count("Du har selv skrevet i den. En anden godkender skal udgive den.") == 1

    def test_one_who_wrote_in_it_long_ago_is_no_second_person(self, as_user, sou, anna, bo):
        item = owned(sou, title="Fælles kladde")
        first = draft(item, bo, sou, status=Status.IMPLEMENTED)
        content = UpdateDraft(
            status=Status.IMPLEMENTED,
            text="Rettet.",
            evidence=[EvidenceContent("Referat", "https://eksempel.dk/referat")],
        )
        submit_update(by=anna, update=save_draft(by=anna, item=item, committee=sou, draft=content, update=first))
        assert steps_of(as_user(bo), "godkendelse") == [["Se opdateringen", "Åbn"]]

    def test_a_comment_comes_back_with_the_draft(self, as_user, sou, anna, bo):
        returned(owned(sou), anna, bo, sou)
        assert "Godkenderen skriver:Hvilke bydele?" in text_of(as_user(anna)).replace(": ", ":")

    @pytest.mark.parametrize("username", ["anna", "bo", "dina", "carla", "chief"])
    def test_every_step_opens_for_whom_it_is_offered(self, as_user, username, sou, anna, bo, dina, carla, chief):
        fill(sou, anna, bo, 1)
        users = {"anna": anna, "bo": bo, "dina": dina, "carla": carla, "chief": chief}
        client = as_user(users[username])
        context = context_of(client)
        steps = [step for queue in context["full_queues"] for row in queue.rows for step in row.steps]
        assert bool(steps) == (username != "carla")
        for step in steps:
            assert client.get(step.url).status_code == 200, (step.text, step.url)


# --- By role ----------------------------------------------------------------------------------------------------------


class TestRoles:
    def test_an_editor_has_no_queue_of_approvals(self, as_user, sou, anna):
        assert list(queues_of(as_user(anna))) == [name for name in QUEUES if name not in ("godkendelse", "laes")]

    def test_a_secretary_reads_and_writes_nothing(self, as_user, sou, anna, bo, dina):
        fill(sou, anna, bo, 1)
        client = as_user(dina)
        queues = queues_of(client)
        assert not {"retur", "godkendelse", "kladder"} & queues.keys()
        assert len(queues["laes"]) == 8
        assert all(steps == ["Læs kladden", "Åbn"] for steps in steps_of(client, "laes"))
        assert all(steps == ["Åbn"] for name in ("forsinket", "ikke_opdateret") for steps in steps_of(client, name))

    def test_who_writes_for_one_committee_and_reads_for_another_does_just_that(self, as_user, sou, sud, anna, carla):
        CommitteeMembershipFactory(user=anna, committee=sud, role=Role.SECRETARY)
        deadline(owned(sou, title="SOUs"), days_ago(2))
        deadline(owned(sud, title="SUDs"), days_ago(1))
        draft(owned(sud, title="Carlas"), carla, sud)
        client = as_user(anna)
        assert steps_of(client, "forsinket") == [["Giv status", "Åbn"], ["Åbn"]]
        assert queues_of(client)["laes"] == ["Carlas"]
        assert queues_of(client)["kladder"] == []
        assert "Sundheds- og Omsorgsudvalget" in text_of(client)  # named, as there are several

    def test_who_writes_and_is_secretary_of_the_same_committee_sees_a_draft_once(self, as_user, sou, anna):
        CommitteeMembershipFactory(user=anna, committee=sou, role=Role.SECRETARY)
        draft(owned(sou, title="Annas"), anna, sou)
        queues = queues_of(as_user(anna))
        assert queues["kladder"] == ["Annas"]
        assert queues.get("laes", []) == []

    def test_a_superuser_sees_all_by_committee(self, as_user, sou, sud, chief, anna, carla):
        draft(owned(sou, title="SOUs"), anna, sou)
        draft(owned(sud, title="SUDs"), carla, sud)
        owned(sou, sud, title="Fælles")
        owned(title="Uden udvalg")
        client = as_user(chief)
        queue = next(queue for queue in context_of(client)["full_queues"] if queue.name == "ingen_status")
        assert queue.count == 3
        assert [(name, count) for name, count, _url in queue.by_committee] == [
            ("Socialudvalget", 2),
            ("Sundheds- og Omsorgsudvalget", 2),
        ]
        assert sorted(queues_of(client)["kladder"]) == ["SOUs", "SUDs"]
        assert sorted(queues_of(client, f"{FRONT}?udvalg=SUD")["ingen_status"]) == ["Fælles", "SUDs"]
        assert client.get(f"{FRONT}?udvalg=XYZ").status_code == 404

    def test_what_two_old_committees_owned_together_counts_once_for_their_heir(self, as_user, sou, chief):
        """Every number that is a link leads to that many rows."""
        old = [CommitteeFactory(code=code, valid_to=date(2026, 1, 1)) for code in ("OMU", "SMU")]
        for committee in old:
            SuccessionFactory(predecessor=committee, successor=sou)
        owned(*old, title="Fælles")
        owned(old[0], title="Den enes")
        draft(owned(sou, title="SOUs"), chief, sou)
        client = as_user(chief)
        for queue in context_of(client)["full_queues"]:
            for _name, count, address in queue.by_committee:
                narrowed = context_of(client, FRONT + address.split("#")[0])["full_queues"]
                assert {found.name: found.count for found in narrowed}[queue.name] == count, queue.name

    def test_only_a_superuser_chooses_a_committee(self, as_user, sou, sud, anna):
        owned(sou, title="SOUs")
        assert queues_of(as_user(anna), f"{FRONT}?udvalg=SUD")["ingen_status"] == ["SOUs"]

    def test_an_ended_committee_without_successor_is_for_an_administrator_to_mend(self, as_user, sou, anna, chief):
        gone = CommitteeFactory(code="GML", name="Det gamle udvalg", valid_to=date(2026, 1, 1))
        item = owned(sou, gone, title="Fælles")
        published(owned(gone, title="Forladt"), on=days_ago(10), committee=gone)
        client = as_user(anna)
        assert queues_of(client)["ophoert"] == ["Fælles"]
        assert "Bed en administrator registrere, hvem der har overtaget." in text_of(client)
        assert steps_of(as_user(chief), "ophoert") == [["Registrer, hvem der har overtaget", "Åbn"]] * 2
        SuccessionFactory(predecessor=gone, successor=sou)
        assert queues_of(as_user(chief))["ophoert"] == []
        assert "Forladt" not in queues_of(client)["ingen_status"]
        assert item.title in queues_of(client)["ingen_status"]

    def test_who_has_no_role_is_told_whom_to_ask(self, as_user, chief):
        text = text_of(as_user(UserFactory(username="ny")))
        assert "Du har ingen rolle i et udvalg endnu." in text
        assert "Spørg en administrator, hvis du skal give status eller godkende: chief." in text
        assert "Alle tabeller" in text

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


# With three of each, the queue without a status holds more than is shown, and so do a secretary's drafts: those are
# counted by a query each.
@pytest.mark.parametrize(
    ("username", "count", "queries"),
    [
        ("anna", 1, 23),
        ("anna", 3, 24),
        ("bo", 1, 24),
        ("bo", 3, 25),
        ("dina", 1, 21),
        ("dina", 3, 23),
        ("chief", 1, 28),
        ("chief", 3, 29),
    ],
)
def test_the_number_of_queries_does_not_grow_with_the_rows(
    as_user, username, count, queries, sou, anna, bo, dina, chief, django_assert_num_queries
):
    fill(sou, anna, bo, count)
    client = as_user({"anna": anna, "bo": bo, "dina": dina, "chief": chief}[username])
    with django_assert_num_queries(queries):
        client.get(FRONT)


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
        evidence.get_by_label("Titel").click()
        page.keyboard.type("Referat")
        evidence.get_by_label("Link").click()
        page.keyboard.type("https://eksempel.dk/referat")
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
