"""Who changed what, when, from what to what, and on behalf of whom: each row's own history, and the log of all."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from simple_history.models import HistoricalRecords

from recommendations.actions import (
    Seen,
    UpdateDraft,
    discard_draft,
    hand_over,
    publish_from_source,
    publish_update,
    record_answer,
    return_update,
    save_draft,
    set_deadline,
    submit_update,
)
from recommendations.admin import log
from recommendations.admin.base import ReadableAdmin
from recommendations.enums import Role, Status
from recommendations.models import CommitteeMembership, Initiative, StatusUpdate
from tests.factories import (
    AddresseeFactory,
    CommitteeAnswerFactory,
    CommitteeFactory,
    CommitteeMembershipFactory,
    DeadlineFactory,
    DoneWhenFactory,
    EvidenceFactory,
    InitiativeFactory,
    IssuedReportFactory,
    OwnershipFactory,
    ProcessFactFactory,
    PublicationFactory,
    RecommendationFactory,
    RelationFactory,
    StatusUpdateFactory,
    SuccessionFactory,
    VoteShareFactory,
)

LOG = "/admin/aendringslog/"
TEXT = "Faste teams besøger nu borgerne i to bydele."


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


def edit(client, item, **fields):
    data = {"summary": item.summary, "official_text": "", "pages": item.pages}
    data |= {f"{prefix}-{name}": 0 for prefix in ("votes", "ownerships") for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    response = client.post(reverse("admin:recommendations_recommendation_change", args=[item.pk]), data | fields)
    assert response.status_code == 302


def one_of_each(committee):
    """A row in every table that the log reads."""
    item, initiative = RecommendationFactory(), InitiativeFactory()
    initiative.recommendations.add(item)
    AddresseeFactory()
    ProcessFactFactory(publication=item.publication)
    for about in (item, initiative):
        OwnershipFactory(item=about, committee=committee)
    VoteShareFactory(item=item)
    CommitteeAnswerFactory(item=item, committee=committee)
    DeadlineFactory(item=item, committee=committee)
    DoneWhenFactory(item=initiative, committee=committee)
    RelationFactory(from_item=item, to_item=initiative)
    SuccessionFactory(successor=committee)
    IssuedReportFactory(committee=committee)
    CommitteeMembershipFactory(committee=committee)
    EvidenceFactory(update=StatusUpdateFactory(item=initiative, committee=committee))
    item.title = "Ændret titel"
    item.save()


class TestWhoMaySeeTheLog:
    def test_administrators_only(self, as_user, citizen, anna, bo, dina, chief):
        for user in (anna, bo, dina):
            assert as_user(user).get(LOG).status_code == 403
        assert as_user(chief).get(LOG).status_code == 200
        assert citizen.get(LOG, follow=True).redirect_chain[-1][0].startswith("/konto/login/")

    def test_it_is_reached_from_a_person_and_from_a_committee(self, as_user, chief, anna, sou):
        client = as_user(chief)
        person = client.get(reverse("admin:auth_user_change", args=[anna.pk])).content.decode()
        assert 'href="/admin/aendringslog/?person=anna"' in person
        committee = reverse("admin:recommendations_committee_change", args=[sou.pk])
        assert 'href="/admin/aendringslog/?udvalg=SOU"' in client.get(committee).content.decode()
        assert "aendringslog" not in as_user(anna).get(committee).content.decode()


class TestWhatAnEntrySays:
    def test_who_for_whom_what_from_and_to(self, as_user, chief, anna, bo, sou, draft, item):
        submit_update(by=anna, update=draft)
        return_update(by=bo, update=draft, comment="Hvilke bydele?")
        content = UpdateDraft(status=Status.PAUSED, text="Vi venter på penge.")
        draft.refresh_from_db()
        save_draft(by=anna, item=item, committee=sou, draft=content, update=draft, seen=Seen.now(item, draft))
        newest, returned, submitted, created = words(as_user(chief), LOG, person="")[:4]
        for part in (
            "2. november 2026 10.00",
            "anna på vegne af Sundheds- og Omsorgsudvalget (SOU)",
            "Ændret: statusopdatering, 3.2 Besøg af faste teams: Sat på pause, 02.11.2026",
            "Status fra I gang → til Sat på pause",
            f"Tekst fra {TEXT} → til Vi venter på penge.",
        ):
            assert part in newest
        assert "bo på vegne af" in returned
        assert "Godkenderens kommentar fra tomt → til Hvilke bydele?" in returned
        assert "Tilstand fra Sendt til godkendelse → til Kladde" in returned
        assert "Tilstand fra Kladde → til Sendt til godkendelse" in submitted
        assert "Oprettet: statusopdatering" in created
        assert "→" not in created
        assert f"Tekst {TEXT}" in created
        for entry in (newest, returned, submitted, created):
            assert "Udgave" not in entry
            assert "Nøgle" not in entry

    def test_a_superuser_who_acts_for_a_committee_and_the_committee(self, as_user, chief, sou, item):
        update = save_draft(by=chief, item=item, committee=sou, draft=UpdateDraft(status=Status.PLANNED, text=TEXT))
        publish_update(by=chief, update=update)
        entries = words(as_user(chief), LOG, person="chief")
        assert len(entries) == 2
        for entry in entries:
            assert "chief på vegne af Sundheds- og Omsorgsudvalget (SOU)" in entry

    def test_memberships_of_the_person_are_not_guessed(self, as_user, chief, anna, item):
        edit(as_user(anna), item, summary="Kommunen skal prøve faste teams.")
        entry = words(as_user(chief), LOG, person="anna")[0]
        assert "på vegne af" not in entry
        assert "Ændret: anbefaling, 3.2 Besøg af faste teams" in entry
        assert "→ til Kommunen skal prøve faste teams." in entry

    def test_what_is_thrown_away_is_still_read(self, as_user, chief, anna, draft):
        discard_draft(by=anna, update=draft)
        client = as_user(chief)
        entry = words(client, LOG, person="anna")[0]
        assert "Slettet: statusopdatering" in entry
        assert TEXT in entry
        history = reverse("admin:recommendations_statusupdate_history", args=[draft.pk])
        assert f'href="{history}"' in client.get(LOG).content.decode()
        assert len(words(client, history)) == 2

    def test_rows_of_a_relation_are_named(self, as_user, chief, item):
        initiative = InitiativeFactory(title="Flere op i tid")
        initiative.recommendations.add(item)
        entry = words(as_user(chief), LOG)[0]
        assert "Hører til anbefaling eller område fra tomt → til 3.2 Besøg af faste teams" in entry

    def test_rows_that_are_final_when_recorded_are_there_too(self, as_user, chief, bo, sou, item):
        record_answer(by=bo, item=item, committee=sou, outcome="adopted", meeting_date=date(2026, 9, 1), text="Ja.")
        set_deadline(by=bo, item=item, committee=sou, due_on=date(2026, 12, 31))
        deadline, answer = words(as_user(chief), LOG, person="bo")
        assert "bo på vegne af Sundheds- og Omsorgsudvalget (SOU)" in deadline
        assert "Oprettet: frist, 3.2 Besøg af faste teams: 31.12.2026" in deadline
        assert "Oprettet: svar, 3.2 Besøg af faste teams: SOU: Tiltrådt, 01.09.2026" in answer
        assert "Begrundelse Ja." in answer

    def test_what_nobody_typed_says_so(self, as_user, chief, sou):
        PublicationFactory(title="Tinget")
        assert "ingen bruger: indlæst fra en kilde" in words(as_user(chief), LOG)[0]

    def test_a_text_is_shown_as_it_was_typed_and_not_as_code(self, as_user, chief, anna, item):
        edit(as_user(anna), item, summary="<script>alert(1)</script>")
        html = as_user(chief).get(LOG).content.decode()
        assert "&lt;script&gt;alert(1)" in html
        assert "<script>alert(1)" not in html


class TestChoices:
    def test_a_person(self, as_user, chief, anna, bo, item, sou, draft):
        publish_update(by=bo, update=draft)
        client = as_user(chief)
        assert [("anna" in entry) for entry in words(client, LOG, person="anna")] == [True]
        assert [("bo på vegne" in entry) for entry in words(client, LOG, person="bo")] == [True]

    def test_a_committee_by_name_and_by_what_it_owns(self, as_user, chief, anna, carla, sou, sud, item, draft):
        VoteShareFactory(item=item)
        other = RecommendationFactory(number="9")
        OwnershipFactory(item=other, committee=sud)
        for_other = UpdateDraft(status=Status.PLANNED, text="Noget helt andet.")
        save_draft(by=carla, item=other, committee=sud, draft=for_other)
        found = " | ".join(words(as_user(chief), LOG, udvalg="SOU"))
        for part in (TEXT, "stemmeandel, 3.2", "Oprettet: udvalg, Sundheds", "Oprettet: ejerskab, SOU: 3.2"):
            assert part in found, part
        assert "rolle i udvalg, anna: Redaktør, SOU" in found
        for part in ("Noget helt andet.", "Socialudvalget", "Oprettet: kilde"):
            assert part not in found, part
        assert "Noget helt andet." in " | ".join(words(as_user(chief), LOG, udvalg="SUD"))

    def test_a_committee_and_what_it_owned_in_the_period(self, as_user, chief, sou, item):
        """After a reorganisation the old committee's log ends, and the new one's begins."""
        new = CommitteeFactory(code="SOU-2026", valid_from=date(2026, 1, 1))
        hand_over(by=chief, predecessor=sou, successor=new, on=date(2026, 10, 1))
        VoteShareFactory(item=item)
        client = as_user(chief)
        assert any("stemmeandel" in entry for entry in words(client, LOG, udvalg="SOU-2026", fra="2026-10-15"))
        assert not any("stemmeandel" in entry for entry in words(client, LOG, udvalg="SOU", fra="2026-10-15"))

    def test_both(self, as_user, chief, anna, bo, sou, sud, item, draft):
        submit_update(by=anna, update=draft)
        client = as_user(chief)
        assert len(words(client, LOG, person="anna", udvalg="SOU")) == 2
        assert words(client, LOG, person="anna", udvalg="SUD") == []

    def test_a_period_counts_both_its_days(self, as_user, chief, draft):
        copenhagen = ZoneInfo("Europe/Copenhagen")
        record = draft.history.get()
        for moment in (datetime(2026, 3, 1, 0, 0, tzinfo=copenhagen), datetime(2026, 3, 2, 23, 59, tzinfo=copenhagen)):
            record.history_date = moment
            record.save()
            client = as_user(chief)
            found = words(client, LOG, person="anna", fra="2026-03-01", til="02.03.2026")
            assert len(found) == 1
            assert words(client, LOG, person="anna", fra="2026-03-03") == []
            assert words(client, LOG, person="anna", til="2026-02-28") == []

    @pytest.mark.parametrize(
        ("choice", "sentence"),
        [
            ({"person": "ukendt"}, "Personen findes ikke. Vælg en fra listen."),
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
    def test_newest_first_with_the_choices_in_the_links(self, as_user, chief, anna, item, monkeypatch):
        monkeypatch.setattr(log, "PER_PAGE", 2)
        client = as_user(anna)
        for number in range(5):
            edit(client, item, summary=f"Nummer {number}.")
        chief = as_user(chief)
        html = chief.get(LOG, {"person": "anna"}).content.decode()
        assert html.index("Nummer 3.") < html.index("Nummer 2.")
        assert "5 ændringer" in html
        assert "Side 1 af 3" in html
        assert 'href="?person=anna&amp;page=2"' in html
        last = words(chief, LOG, person="anna", page="3")
        assert len(last) == 1
        assert "→ til Nummer 0." in last[0]

    def test_asks_the_same_number_of_queries_however_many_changes(self, as_user, chief, sou):
        client = as_user(chief)
        one_of_each(sou)
        client.get(LOG)
        with CaptureQueriesContext(connection) as few:
            client.get(LOG)
        one_of_each(sou)
        one_of_each(sou)
        with CaptureQueriesContext(connection) as many:
            response = client.get(LOG)
        assert len(re.findall('class="who"', response.content.decode())) == log.PER_PAGE
        with CaptureQueriesContext(connection) as chosen:
            client.get(LOG, {"udvalg": "SOU", "person": "chief", "fra": "2026-01-01"})
        assert len(many) <= len(few) <= 45, "\n".join(query["sql"] for query in many)
        assert len(chosen) <= len(few)

    def test_every_table_with_a_history_is_in_it(self, as_user, chief, sou):
        one_of_each(sou)
        response = as_user(chief).get(LOG)
        found = " ".join(words(as_user(chief), LOG))
        assert response.status_code == 200
        for model in apps.get_app_config("recommendations").get_models():
            if hasattr(model._meta, "simple_history_manager_attribute"):
                assert f"Oprettet: {model._meta.verbose_name}," in found, model


class TestTheHistoryOfARow:
    def test_is_in_danish_words_without_inline_style(self, as_user, anna, draft, item, sou):
        content = UpdateDraft(status=Status.PAUSED, text="Vi venter på penge.")
        save_draft(by=anna, item=item, committee=sou, draft=content, update=draft)
        address = reverse("admin:recommendations_statusupdate_history", args=[draft.pk])
        newest, first = words(as_user(anna), address)
        assert "anna på vegne af Sundheds- og Omsorgsudvalget (SOU)" in newest
        assert "Status fra I gang → til Sat på pause" in newest
        assert "se rækken, som den var" in first
        html = as_user(anna).get(address).content.decode()
        assert " style=" not in html
        assert "Historik: " in html
        for english in ("Object", "Changed by", "Date/time", "entries"):
            assert english not in html, english

    def test_of_every_kind_opens_and_asks_no_more_for_more(self, as_user, chief, sou):
        one_of_each(sou)
        client = as_user(chief)
        for source in log.SOURCES:
            if not source.is_history:
                continue
            row = source.model.objects.order_by("pk").last()
            name = source.model._meta.model_name
            address = reverse(f"admin:recommendations_{name}_history", args=[row.pk])
            assert words(client, address), name
            row.save()
            with CaptureQueriesContext(connection) as few:
                words(client, address)
            row.save()
            row.save()
            with CaptureQueriesContext(connection) as many:
                assert len(words(client, address)) >= 4, name
            assert len(many) == len(few), name + "\n".join(query["sql"] for query in many)
            version = reverse(f"admin:recommendations_{name}_simple_history", args=[row.pk, row.history.first().pk])
            assert client.get(version).status_code == 200, name

    def test_goes_on_over_the_page(self, as_user, chief, item, monkeypatch):
        for number in range(3):
            item.summary = f"Nummer {number}."
            item.save()
        address = reverse("admin:recommendations_recommendation_history", args=[item.pk])
        monkeypatch.setattr(ReadableAdmin, "history_list_per_page", 2)
        entries = words(as_user(chief), address)
        assert len(entries) == 2
        assert "Resumé fra Nummer 0. → til Nummer 1." in entries[1]


class TestWhoIsWrittenDown:
    def test_the_one_an_action_is_given_when_there_is_no_request(self, anna, bo, draft, sou, item):
        submit_update(by=anna, update=draft)
        publish_update(by=bo, update=draft)
        written = draft.history.order_by("history_id").values_list("history_user__username", "committee__code")
        assert list(written) == [("anna", "SOU"), ("anna", "SOU"), ("bo", "SOU")]

    def test_the_one_an_action_is_given_also_inside_somebody_elses_request(self, anna, chief, draft, rf, item):
        request = rf.get("/")
        request.user = chief
        HistoricalRecords.context.request = request
        try:
            submit_update(by=anna, update=draft)
            update = StatusUpdateFactory(item=item, author=None, committee=None)
            publish_from_source(update=update)
        finally:
            del HistoricalRecords.context.request
        assert draft.history.first().history_user == anna
        assert update.history.first().history_user is None

    def test_the_one_who_discards(self, bo, draft):
        pk = draft.pk
        discard_draft(by=bo, update=draft)
        gone = StatusUpdate.history.filter(id=pk).latest("history_id")
        assert (gone.history_type, gone.history_user, gone.committee.code) == ("-", bo, "SOU")

    def test_all_rows_of_a_reorganisation(self, chief, sou, item):
        new = CommitteeFactory(code="SOU-2026", valid_from=date(2026, 1, 1))
        done = hand_over(by=chief, predecessor=sou, successor=new, on=date(2026, 10, 1))
        assert done.succession.history.get().history_user == chief
        assert sou.history.latest("history_id").history_user == chief
        for ownership in item.ownerships.all():
            assert ownership.history.first().history_user == chief

    def test_the_one_who_is_logged_in_for_what_the_admin_saves_itself(self, as_user, chief, anna, sou, sud, item):
        client = as_user(chief)
        data = {"user": anna.pk, "committee": sud.pk, "role": Role.EDITOR}
        client.post(reverse("admin:recommendations_committeemembership_add"), data)
        member = CommitteeMembership.objects.get(user=anna, committee=sud)
        assert member.history.get().history_user == chief
        client.post(reverse("admin:recommendations_committeemembership_delete", args=[member.pk]), {"post": "yes"})
        assert CommitteeMembership.history.filter(id=member.pk).latest("history_id").history_user == chief

    def test_the_one_who_is_logged_in_for_rows_below_another(self, as_user, chief, sud, item):
        rows = {"ownerships-TOTAL_FORMS": 2, "ownerships-INITIAL_FORMS": 1}
        owned = item.ownerships.get()
        rows |= {
            "ownerships-0-id": owned.pk,
            "ownerships-0-recommendation": item.pk,
            "ownerships-0-committee": owned.committee_id,
            "ownerships-0-role": owned.role,
            "ownerships-0-valid_from": "2024-06-17",
            "ownerships-1-recommendation": item.pk,
            "ownerships-1-committee": sud.pk,
            "ownerships-1-role": "co_owner",
            "ownerships-1-valid_from": "2026-11-02",
            "title": item.title,
        }
        edit(as_user(chief), item, **rows)
        assert item.ownerships.get(committee=sud).history.get().history_user == chief

    def test_the_one_who_is_logged_in_for_what_an_initiative_belongs_to(self, as_user, chief, item):
        initiative = InitiativeFactory()
        data = {"title": initiative.title, "summary": "", "recommendations": [item.pk]}
        data |= {f"ownerships-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
        address = reverse("admin:recommendations_initiative_change", args=[initiative.pk])
        assert as_user(chief).post(address, data).status_code == 302
        assert {record.history_user for record in Initiative.history.filter(id=initiative.pk)[:1]} == {chief}


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_pages_are_accessible_and_keep_to_the_policy(width, open_page, complaints, faults_of, chief, anna, sou, item):
    draft = save_draft(by=anna, item=item, committee=sou, draft=UpdateDraft(status=Status.IMPLEMENTED, text=TEXT))
    content = UpdateDraft(status=Status.IMPLEMENTED, text="Vi er færdige. https://eksempel.dk/" + "langt" * 30)
    save_draft(by=anna, item=item, committee=sou, draft=content, update=draft)
    one_of_each(sou)
    page = open_page(chief, viewport={"width": width, "height": 800})
    found = []
    for address in (
        LOG,
        f"{LOG}?person=ukendt&fra=31.02.2026",
        reverse("admin:recommendations_statusupdate_history", args=[draft.pk]),
        reverse("admin:recommendations_statusupdate_simple_history", args=[draft.pk, draft.history.first().pk]),
        reverse("admin:recommendations_statusupdate_preview", args=[draft.pk]),
    ):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert not complaints, address
        found += [f"{address}: {fault}" for fault in faults_of(page)]
        complaints.clear()  # axe itself puts styles into pages whose style sheets import others
    assert not found, "\n".join(found)
