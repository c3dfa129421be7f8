"""What happened, in words: each row's own history, and the log of all. There is no second memory than the events."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recommendations.actions import (
    FactContent,
    ItemWords,
    UpdateDraft,
    add_item,
    add_owner,
    change_item,
    change_municipality,
    change_source,
    confirm_unchanged,
    correct_owner,
    discard_draft,
    give_role,
    hand_over,
    handle_error_report,
    publish_update,
    record_answer,
    record_process_facts,
    record_support,
    relate,
    report_error,
    return_update,
    save_addressee,
    save_committee,
    save_draft,
    set_deadline,
    set_done_when,
    submit_update,
    unrelate,
)
from recommendations.actions.wordings import in_force
from recommendations.admin import log
from recommendations.enums import Act, RelationBasis, RelationKind, Role, Status
from recommendations.models import Event, Ownership
from tests.factories import (
    AddresseeFactory,
    CommitteeFactory,
    InitiativeFactory,
    OwnershipFactory,
    RecommendationFactory,
    UserFactory,
    correct_words,
    published,
    reword,
    today,
)

LOG = "/admin/aendringslog/"
TEXT = "Faste teams besøger nu borgerne i to bydele."
SOU = "Sundheds- og Omsorgsudvalget (SOU)"


def log_form(client):
    return client.get(LOG).context["form"]


@pytest.fixture
def item(sou):
    item = RecommendationFactory(number="3.2", title="Besøg af faste teams")
    OwnershipFactory(item=item, committee=sou)
    return item


@pytest.fixture
def draft(item, sou, anna):
    return save_draft(by=anna, item=item, committee=sou, draft=UpdateDraft(status=Status.IN_PROGRESS, text=TEXT))


def words(client, address, status=200, **data):
    """What the page's entries say, one text each, without their markup."""
    response = client.get(address, data)
    assert response.status_code == status
    entries = re.findall(r"<li>\s*<p class=\"who\">(.*?)</li>", response.content.decode(), re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", entry)).strip() for entry in entries]


def history(row, name=None):
    """The address of a row's history."""
    return reverse(f"admin:recommendations_{name or row._meta.model_name}_history", args=[row.pk])


def one_of_each(chief, sou, item):
    """Acts of every kind that has details, all by `chief`."""
    source, other = item.publication, InitiativeFactory(publication=item.publication)
    new = add_item(
        by=chief,
        publication=source,
        words=ItemWords("Ny række"),
        number=f"n{Event.objects.count()}",
        addressee=AddresseeFactory(),
        carries_out=[item],
    )
    change_item(by=chief, item=new, parent=item, place=2)
    reword(by=chief, item=new, words=ItemWords("Nyt navn"), valid_from=today())
    change_source(by=chief, publication=source, expects_answers=not source.expects_answers)
    record_process_facts(by=chief, publication=source, facts=[FactContent("Medlemmer", number=Event.objects.count())])
    record_support(by=chief, item=new, basis="count", count=30)
    unrelate(
        by=chief,
        relation=relate(
            by=chief, from_item=new, kind=RelationKind.BUILDS_ON, to_item=other, basis=RelationBasis.OUR_READING
        ),
    )
    committee = CommitteeFactory()
    committee.name = f"{committee.name} med nyt navn"
    save_committee(by=chief, committee=committee)
    owner = add_owner(by=chief, item=new, committee=committee, valid_from=date(2026, 1, 1))
    correct_owner(by=chief, ownership=owner, role="co_owner", reason="Skrevet forkert.")
    give_role(by=chief, user=chief, committee=committee, role=Role.EDITOR)
    save_addressee(by=chief, name=f"Staten {Event.objects.count()}")
    change_municipality(by=chief, phone=f"33 66 {Event.objects.count()}")
    report = report_error(text="Forkert tal.", item=item)
    handle_error_report(by=chief, report=report, note="Rettet.")
    record_answer(by=chief, item=new, committee=committee, outcome="adopted", meeting_date=date(2026, 9, 1))
    set_deadline(by=chief, item=new, committee=committee, due_on=date(2026, 12, 31))
    set_done_when(by=chief, item=new, committee=committee, text="alle har et fast team")
    update = save_draft(by=chief, item=new, committee=committee, draft=UpdateDraft(status=Status.PAUSED, text=TEXT))
    publish_update(by=chief, update=update)
    confirm_unchanged(by=chief, item=new, committee=committee)


class TestWhoMaySeeTheLog:
    def test_whoever_has_a_role_sees_what_is_about_the_own_committees(
        self, as_user, citizen, anna, bo, dina, carla, chief, sou, sud, item, draft
    ):
        for user in (anna, bo, dina):
            [entry] = words(as_user(user), LOG)
            assert TEXT in entry, user
        assert words(as_user(carla), LOG) == []
        assert [name for name, _label in log_form(as_user(anna)).fields["udvalg"].choices] == ["", "SOU"]
        assert len(words(as_user(chief), LOG)) == 1
        assert as_user(UserFactory()).get(LOG).status_code == 403
        assert citizen.get(LOG, follow=True).redirect_chain[-1][0].startswith("/konto/login/")

    def test_nobody_asks_for_the_people_or_the_committees_of_others(self, as_user, anna, carla, sud, draft):
        client = as_user(anna)
        assert "Ingen her hedder »carla«." in client.get(LOG, {"person": "carla"}).content.decode()
        assert "Udvalget findes ikke." in client.get(LOG, {"udvalg": "SUD"}).content.decode()

    def test_it_is_reached_from_a_person_and_from_a_committee(self, as_user, chief, anna, sou):
        client = as_user(chief)
        person = client.get(reverse("admin:auth_user_change", args=[anna.pk])).content.decode()
        assert 'href="/admin/aendringslog/?person=anna"' in person
        committee = reverse("admin:recommendations_committee_change", args=[sou.pk])
        assert 'href="/admin/aendringslog/?udvalg=SOU"' in client.get(committee).content.decode()
        assert "aendringslog/?udvalg" not in as_user(anna).get(committee).content.decode()


class TestWhatAnEntrySays:
    def test_who_for_whom_what_from_and_to(self, as_user, chief, anna, bo, sou, draft, item):
        submit_update(by=anna, update=draft)
        return_update(by=bo, update=draft, comment="Hvilke bydele?")
        draft.refresh_from_db()
        content = UpdateDraft(status=Status.PAUSED, text="Vi venter på penge.")
        save_draft(by=anna, item=item, committee=sou, draft=content, update=draft)
        newest, returned, submitted, created = words(as_user(chief), LOG)
        for part in (
            "2. november 2026 10.00",
            f"anna på vegne af {SOU}",
            "Kladde gemt: 3.2 Besøg af faste teams",
            "Status fra I gang → til Sat på pause",
            f"Tekst fra {TEXT} → til Vi venter på penge.",
        ):
            assert part in newest
        assert "bo på vegne af" in returned
        assert "Sendt retur: 3.2 Besøg af faste teams" in returned
        assert "Godkenderens kommentar Hvilke bydele?" in returned
        assert "Sendt til godkendelse: 3.2 Besøg af faste teams" in submitted
        assert f"Tekst {TEXT}" in created
        assert "På vegne af Sundheds" in created
        assert "→" not in created
        for entry in (newest, returned, submitted, created):
            for unsaid in ("Udgave", "Nøgle", "Indtastet af"):
                assert unsaid not in entry

    def test_what_stood_before_and_what_stands_now(self, as_user, chief, bo, sou, item, draft):
        publish_update(by=bo, update=draft)
        set_deadline(by=bo, item=item, committee=sou, due_on=date(2026, 12, 31))
        set_deadline(by=bo, item=item, committee=sou, due_on=date(2027, 2, 1), reason="Udbuddet tog tid.")
        record_answer(
            by=bo, item=item, committee=sou, outcome="not_adopted", meeting_date=date(2026, 9, 1), text="For dyrt."
        )
        answer, _meeting, moved, first, status = words(as_user(chief), LOG, person="bo")
        assert "Ny status: 3.2 Besøg af faste teams fra intet → til I gang" in status
        assert f"Tekst {TEXT}" in status
        assert "Frist sat: 3.2 Besøg af faste teams fra intet → til 31. december 2026" in first
        assert "Frist flyttet: 3.2 Besøg af faste teams fra 31. december 2026 → til 1. februar 2027" in moved
        assert "Begrundelse Udbuddet tog tid." in moved
        assert "Svar registreret: 3.2 Besøg af faste teams fra intet → til Ikke tiltrådt" in answer
        assert "Begrundelse For dyrt." in answer

    def test_names_and_not_keys(self, as_user, chief, sou, item):
        initiative = add_item(
            by=chief,
            publication=item.publication,
            words=ItemWords("Flere op i tid"),
            kind="initiative",
            number="27",
            addressee=AddresseeFactory(name="Region Hovedstaden"),
            carries_out=[item],
        )
        change_item(by=chief, item=initiative, parent=item)
        give_role(by=chief, user=chief, committee=sou, role=Role.APPROVER)
        change_source(by=chief, publication=item.publication, is_whole=False, handed_over_on=date(2024, 6, 18))
        source, role, changed, added = words(as_user(chief), LOG, person="chief")
        assert "Rettet mod Region Hovedstaden" in added
        assert "Hører til anbefaling eller område 3.2" in added
        assert "Hører under 3.2 Besøg af faste teams" in changed
        assert f"Rolle givet: {SOU}" in role
        assert "Bruger chief" in role
        assert "Rolle Godkender" in role
        assert "Listen er hel fra ja → til nej" in source
        assert "Overdraget den fra 17. juni 2024 → til 18. juni 2024" in source

    def test_a_hand_over_names_both_committees(self, as_user, chief, sou, item):
        new = CommitteeFactory(code="NYT", name="Det Nye Udvalg", valid_from=date(2026, 1, 1))
        hand_over(by=chief, predecessor=sou, successor=new, on=date(2026, 10, 1))
        succeeded, moved = words(as_user(chief), LOG, person="chief")
        assert "Udvalg afløst" in succeeded
        assert "fra Sundheds- og Omsorgsudvalget → til Det Nye Udvalg" in succeeded
        assert "Rækker, der er flyttet 1" in succeeded
        assert "3.2 Besøg af faste teams: Det Nye Udvalg (NYT)" in moved

    def test_what_is_thrown_away_is_still_read(self, as_user, chief, anna, draft, item):
        discard_draft(by=anna, update=draft)
        client = as_user(chief)
        entries = words(client, LOG, person="anna")
        assert "Kladde kasseret" in entries[0]
        assert TEXT in entries[1]
        assert (
            f'href="{reverse("admin:recommendations_recommendation_change", args=[item.pk])}"'
            in client.get(LOG).content.decode()
        )

    def test_what_nobody_typed_says_so(self, as_user, chief, item):
        record_support(by=None, item=item, basis="rank", rank=3)
        assert "ingen bruger: fra en kilde, en borger" in words(as_user(chief), LOG)[0]

    def test_a_text_is_shown_as_it_was_typed_and_not_as_code(self, as_user, chief, anna, sou, item):
        content = UpdateDraft(status=Status.PAUSED, text="<script>alert(1)</script>")
        save_draft(by=anna, item=item, committee=sou, draft=content)
        html = as_user(chief).get(LOG).content.decode()
        assert "&lt;script&gt;alert(1)" in html
        assert "<script>alert(1)" not in html

    def test_every_act_has_words_and_an_address_that_opens(self, as_user, chief, sou, item):
        one_of_each(chief, sou, item)
        client = as_user(chief)
        response = client.get(LOG)
        entries = response.context["entries"]
        acts = set(Event.objects.values_list("act", flat=True))
        assert {entry.action for entry in entries} == {str(Act(act).label) for act in acts}
        assert len(acts) > 20
        for entry in entries:
            assert all(change.field and change.field[0].isupper() for change in entry.changes), entry
            if entry.address:
                assert client.get(entry.address).status_code == 200, entry


class TestChoices:
    def test_a_person(self, as_user, chief, anna, bo, draft):
        publish_update(by=bo, update=draft)
        client = as_user(chief)
        assert [entry.split("·")[1].split()[0] for entry in words(client, LOG, person="anna")] == ["anna"]
        assert [entry.split("·")[1].split()[0] for entry in words(client, LOG, person="bo")] == ["bo"]

    def test_a_person_by_part_of_the_name(self, as_user, chief, sou, item):
        for username, first, last in (("u1", "Rikke", "Prøvesen"), ("u2", "Rikke", "Eksempel")):
            user = UserFactory(username=username, first_name=first, last_name=last)
            give_role(by=chief, user=user, committee=sou, role=Role.EDITOR)
            save_draft(by=user, item=item, committee=sou, draft=UpdateDraft(status=Status.PAUSED, text=f"{last}s."))
        client = as_user(chief)
        [entry] = words(client, LOG, person="rikke prøv")
        assert "Prøvesens." in entry
        page = client.get(LOG, {"person": "rikke"})
        assert page.status_code == 400
        sentence = "Flere passer: Rikke Prøvesen (u1), Rikke Eksempel (u2). Skriv brugernavnet på en af dem."
        assert sentence in page.content.decode()
        assert 'value="rikke"' in page.content.decode()

    def test_a_committee_by_name_and_by_what_it_owns(self, as_user, chief, carla, sou, sud, item, draft):
        record_support(by=chief, item=item, basis="rank", rank=3)
        other = RecommendationFactory(number="9")
        OwnershipFactory(item=other, committee=sud)
        content = UpdateDraft(status=Status.PLANNED, text="Noget helt andet.")
        save_draft(by=carla, item=other, committee=sud, draft=content)
        give_role(by=chief, user=chief, committee=sou, role=Role.EDITOR)
        found = " | ".join(words(as_user(chief), LOG, udvalg="SOU"))
        for part in (TEXT, "Støtte registreret: 3.2", "Rolle givet"):
            assert part in found, part
        for part in ("Noget helt andet.", "Socialudvalget"):
            assert part not in found, part
        assert "Noget helt andet." in " | ".join(words(as_user(chief), LOG, udvalg="SUD"))

    def test_a_committee_and_what_it_owned_in_the_period(self, as_user, chief, sou, item):
        """After a reorganisation the old committee's log ends, and the new one's begins."""
        new = CommitteeFactory(code="SOU-2026", valid_from=date(2026, 1, 1))
        hand_over(by=chief, predecessor=sou, successor=new, on=date(2026, 10, 1))
        record_support(by=chief, item=item, basis="rank", rank=3)
        client = as_user(chief)
        assert any("Støtte" in entry for entry in words(client, LOG, udvalg="SOU-2026", fra="2026-10-15"))
        assert not any("Støtte" in entry for entry in words(client, LOG, udvalg="SOU", fra="2026-10-15"))

    def test_what_a_committee_never_owned_after_all(self, as_user, chief, sud, item):
        """The second case of its kind: an ownership that was taken back brings nothing."""
        row = add_owner(by=chief, item=item, committee=sud, valid_from=date(2026, 1, 1))
        record_support(by=chief, item=item, basis="rank", rank=3)
        assert any("Støtte" in entry for entry in words(as_user(chief), LOG, udvalg="SUD"))
        correct_owner(by=chief, ownership=row, never=True, reason="Forkert udvalg.")
        assert not any("Støtte" in entry for entry in words(as_user(chief), LOG, udvalg="SUD"))

    def test_both(self, as_user, chief, anna, sou, sud, draft):
        submit_update(by=anna, update=draft)
        client = as_user(chief)
        assert len(words(client, LOG, person="anna", udvalg="SOU")) == 2
        assert words(client, LOG, person="anna", udvalg="SUD") == []

    def test_a_period_counts_both_its_days(self, keeping, as_user, chief, draft):
        """What was counted of another period is kept, and is not this one's."""
        client = as_user(chief)
        assert words(client, LOG, til="2026-11-01") == []
        assert len(words(client, LOG, fra="2026-11-02", til="02.11.2026")) == 1
        # A future first day is refused by nobody, and holds nothing.
        assert words(client, LOG, fra="2026-11-03") == []

    @pytest.mark.parametrize(
        ("choice", "sentence"),
        [
            ({"person": "ukendt"}, "Ingen her hedder »ukendt«. Skriv et brugernavn eller en del af et navn."),
            ({"udvalg": "XYZ"}, "Udvalget findes ikke. Vælg et fra listen."),
            ({"fra": "31.02.2026"}, "Datoen 31.02.2026 findes ikke. Skriv en dato som 28.02.2026."),
            ({"fra": "2026-03-02", "til": "2026-03-01"}, "Den sidste dag ligger før den første."),
        ],
    )
    def test_what_does_not_hold_is_said(self, choice, sentence, as_user, chief, draft):
        response = as_user(chief).get(LOG, choice)
        assert response.status_code == 400
        assert sentence in response.content.decode()
        assert TEXT not in response.content.decode()


class TestPages:
    def test_newest_first_with_the_choices_in_the_links(self, as_user, chief, anna, sou, item, monkeypatch):
        monkeypatch.setattr(log, "PER_PAGE", 2)
        for number in range(5):
            content = UpdateDraft(status=Status.PAUSED, text=f"Nummer {number}.")
            save_draft(by=anna, item=item, committee=sou, draft=content)
        chief = as_user(chief)
        html = chief.get(LOG, {"person": "anna"}).content.decode()
        assert html.index("Nummer 4.") < html.index("Nummer 3.")
        assert "5 hændelser" in html
        assert "Side 1 af 3" in html
        assert 'href="?person=anna&amp;page=2"' in html
        last = words(chief, LOG, person="anna", page="3")
        assert len(last) == 1
        assert "Nummer 0." in last[0]

    def test_asks_the_same_number_of_queries_however_many_events(self, as_user, chief, sou, item):
        client = as_user(chief)
        one_of_each(chief, sou, item)
        with CaptureQueriesContext(connection) as few:
            client.get(LOG)
        one_of_each(chief, sou, item)
        one_of_each(chief, sou, item)
        with CaptureQueriesContext(connection) as many:
            response = client.get(LOG)
        assert len(re.findall('class="who"', response.content.decode())) == log.PER_PAGE
        assert len(many) <= len(few) == 13, "\n".join(query["sql"] for query in few)


class TestTheHistoryOfARow:
    def test_is_in_danish_words_without_inline_style(self, as_user, anna, draft, item, sou):
        content = UpdateDraft(status=Status.PAUSED, text="Vi venter på penge.")
        save_draft(by=anna, item=item, committee=sou, draft=content, update=draft)
        newest, first = words(as_user(anna), history(draft))
        assert f"anna på vegne af {SOU}" in newest
        assert "Status fra I gang → til Sat på pause" in newest
        assert TEXT in first
        html = as_user(anna).get(history(draft)).content.decode()
        assert " style=" not in html
        for english in ("Object", "Changed by", "Date/time", "entries"):
            assert english not in html, english

    def test_of_every_kind_that_has_one(self, as_user, anna, bo, chief, sou, item, draft):
        publish_update(by=bo, update=draft)
        record_answer(by=bo, item=item, committee=sou, outcome="adopted", meeting_date=date(2026, 9, 1))
        set_deadline(by=bo, item=item, committee=sou, due_on=date(2026, 12, 31))
        set_done_when(by=bo, item=item, committee=sou, text="alle har et fast team")
        record_support(by=chief, item=item, basis="rank", rank=3)
        change_source(by=chief, publication=item.publication, is_whole=False)
        correct_words(by=chief, wording=in_force(item), words=ItemWords("Faste teams på besøg"), reason="Stavefejl.")
        client = as_user(anna)
        for row, name, part in (
            (item, "recommendation", "Ord rettet"),
            (item.publication, "publication", "Kilde ændret"),
            (sou, "committee", "Svar registreret"),
            (draft, "statusupdate", "Ny status"),
            (item.answers.get(), "committeeanswer", "Svar registreret"),
            (item.deadlines.get(), "deadline", "Frist sat"),
            (item.donewhens.get(), "donewhen", "Kriterium sat"),
            (item.votes.get(), "voteshare", "Støtte registreret"),
            (item.wordings.order_by("-pk").first(), "wording", "Ord rettet"),
        ):
            assert part in " ".join(words(client, history(row, name))), name

    def test_is_offered_only_where_there_is_one(self, as_user, chief, item):
        client = as_user(chief)
        addressee = AddresseeFactory()
        page = client.get(reverse("admin:recommendations_addressee_change", args=[addressee.pk])).content.decode()
        assert "Historik" not in page
        assert client.get(history(addressee)).status_code == 404
        page = client.get(reverse("admin:recommendations_recommendation_change", args=[item.pk])).content.decode()
        assert history(item) in page

    def test_of_an_item_keeps_what_readers_wrote_for_those_who_handle_it(self, as_user, anna, carla, chief, item):
        handle_error_report(by=chief, report=report_error(text="Forkert.", item=item), note="Hun har ret.")
        assert "Hun har ret." in " ".join(words(as_user(anna), history(item)))
        assert "Hun har ret." not in " ".join(words(as_user(carla), history(item)))

    def test_of_drafts_follows_the_draft_to_who_took_over_the_task(self, as_user, chief, sou, sud, carla, item, draft):
        """Where the old committee goes on, its drafts about what moved went along, and their history with them."""
        assert TEXT not in " ".join(words(as_user(carla), history(item)))
        hand_over(by=chief, predecessor=sou, successor=sud, on=date(2026, 10, 1), items=[item], predecessor_ends=False)
        assert TEXT in " ".join(words(as_user(carla), history(item)))

    def test_goes_on_over_the_page(self, as_user, chief, anna, sou, item, monkeypatch):
        monkeypatch.setattr(log, "PER_PAGE", 2)
        for number in range(3):
            save_draft(by=anna, item=item, committee=sou, draft=UpdateDraft(status=Status.PAUSED, text=f"{number}."))
        assert len(words(as_user(chief), history(item))) == 2
        assert len(words(as_user(chief), history(item), page="2")) == 1


class TestTheTableOfEvents:
    def test_holds_what_the_user_may_see(self, as_user, anna, carla, chief, draft):
        address = reverse("admin:recommendations_event_changelist")
        counts = [as_user(user).get(address).context["cl"].result_count for user in (anna, carla, chief)]
        assert counts == [1, 0, 1]
        event = Event.objects.get()
        page = reverse("admin:recommendations_event_change", args=[event.pk])
        assert [as_user(user).get(page).status_code for user in (anna, carla)] == [200, 404]


def test_an_ownership_is_told_with_its_committee(as_user, chief, sou, item):
    row = Ownership.objects.get()
    correct_owner(by=chief, ownership=row, valid_from=date(2025, 1, 1), reason="Ny dato.")
    (entry,) = words(as_user(chief), history(row, "ownership"))
    assert f"Ejerskab rettet: 3.2 Besøg af faste teams: {SOU}" in entry
    assert "Begrundelse Ny dato." in entry


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_pages_are_accessible_and_keep_to_the_policy(width, open_page, complaints, faults_of, chief, anna, sou, item):
    draft = save_draft(by=anna, item=item, committee=sou, draft=UpdateDraft(status=Status.IMPLEMENTED, text=TEXT))
    content = UpdateDraft(status=Status.IMPLEMENTED, text="Vi er færdige. https://eksempel.dk/" + "langt" * 30)
    save_draft(by=anna, item=item, committee=sou, draft=content, update=draft)
    published(item, committee=sou)
    one_of_each(chief, sou, item)
    page = open_page(chief, viewport={"width": width, "height": 800})
    found = []
    for address in (
        LOG,
        f"{LOG}?person=ukendt&fra=31.02.2026",
        history(draft),
        reverse("admin:recommendations_statusupdate_preview", args=[draft.pk]),
    ):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert not complaints, address
        found += [f"{address}: {fault}" for fault in faults_of(page)]
        complaints.clear()  # axe itself puts styles into pages whose style sheets import others
    assert not found, "\n".join(found)
