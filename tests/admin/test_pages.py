"""Every admin page, by who asks: nothing leaks, nothing is written past the actions, and lists stay cheap."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recommendations.actions import UpdateDraft, add_owner, publish_update, save_draft, submit_update
from recommendations.enums import Status
from recommendations.models import Evidence, Recommendation, StatusUpdate
from tests.factories import (
    CommitteeAnswerFactory,
    CommitteeFactory,
    DeadlineFactory,
    DoneWhenFactory,
    ErrorReportFactory,
    EvidenceFactory,
    InitiativeFactory,
    IssuedReportFactory,
    JobFactory,
    MeetingFactory,
    OutgoingMessageFactory,
    OwnershipFactory,
    ProcessFactFactory,
    RecommendationFactory,
    RelationFactory,
    StatusUpdateFactory,
    SuccessionFactory,
    SynonymFactory,
    TreatmentFactory,
    UserFactory,
    VoteShareFactory,
    WebhookFactory,
    WordingDraftFactory,
    published,
    today,
)

FINAL = UpdateDraft(status=Status.IN_PROGRESS, text="Til offentligheden.")
FOR_ADMINISTRATORS = {"job", "outgoingmessage", "webhook"}  # what failed, what was sent, and where it went
OURS = [model for model in admin.site._registry if model._meta.app_label == "recommendations"]


def names(models):
    return [model._meta.model_name for model in models]


def url(model_name, page="changelist", *args):
    return reverse(f"admin:recommendations_{model_name}_{page}", args=args)


@pytest.fixture
def item(sou):
    item = RecommendationFactory(number="3.2")
    OwnershipFactory(item=item, committee=sou)
    return item


@pytest.fixture
def draft(item, sou, anna):
    content = UpdateDraft(status=Status.IN_PROGRESS, text="Endnu ikke til offentligheden.")
    return save_draft(by=anna, item=item, committee=sou, draft=content)


def one_row_of_each(sou, anna):
    """At least one row in every table that the admin lists."""
    item, initiative = RecommendationFactory(), InitiativeFactory()
    OwnershipFactory(item=item, committee=sou)
    OwnershipFactory(item=initiative, committee=sou)
    VoteShareFactory(item=item)
    ProcessFactFactory(publication=item.publication)
    CommitteeAnswerFactory(item=item, committee=sou)
    DeadlineFactory(item=item, committee=sou)
    DoneWhenFactory(item=initiative, committee=sou)
    RelationFactory(from_item=item, to_item=initiative)
    SuccessionFactory()
    SynonymFactory()
    TreatmentFactory(committee=sou)
    IssuedReportFactory()
    MeetingFactory(committee=CommitteeFactory())
    ErrorReportFactory(item=item)
    WordingDraftFactory(item=item, author=anna)
    ErrorReportFactory(item=initiative)
    JobFactory()
    OutgoingMessageFactory(person=UserFactory(), webhook=WebhookFactory())
    published(item, committee=sou, author=anna)
    EvidenceFactory(update=StatusUpdateFactory(item=initiative, committee=sou, author=anna))
    add_owner(by=None, item=item, committee=CommitteeFactory(), valid_from=today())


@pytest.mark.parametrize("model_name", names(OURS))
class TestEveryList:
    def test_sends_a_citizen_to_the_login(self, model_name, citizen):
        response = citizen.get(url(model_name), follow=True)
        assert response.redirect_chain[-1][0].startswith("/konto/login/")

    def test_opens_for_staff_and_searches(self, model_name, as_user, anna, chief, sou):
        one_row_of_each(sou, anna)
        client = as_user(chief if model_name in FOR_ADMINISTRATORS else anna)
        assert client.get(url(model_name)).status_code == 200
        assert client.get(url(model_name), {"q": "æøå"}).status_code == 200

    def test_asks_the_same_number_of_queries_however_many_rows(self, model_name, as_user, chief, sou, anna):
        client = as_user(chief)
        one_row_of_each(sou, anna)
        client.get(url(model_name))  # content types are read once per process
        with CaptureQueriesContext(
            connection,
        ) as few:
            client.get(url(model_name))
        for _ in range(3):
            one_row_of_each(sou, anna)
        with CaptureQueriesContext(connection) as many:
            client.get(url(model_name))
        assert len(few) == len(many), "\n".join(query["sql"] for query in many)


@pytest.mark.parametrize("model_name", names(OURS))
def test_every_row_opens_for_staff_and_nobody_deletes_what_others_refer_to(model_name, as_user, anna, chief, sou):
    one_row_of_each(sou, anna)
    model = next(m for m in OURS if m._meta.model_name == model_name)
    row = model.objects.order_by("pk").last()
    for user in (anna, chief):
        opened = as_user(user).get(url(model_name, "change", row.pk), follow=model_name == "item")
        assert opened.status_code == (403 if user == anna and model_name in FOR_ADMINISTRATORS else 200)
    assert as_user(anna).post(url(model_name, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()
    deleted_by_chief = as_user(chief).post(url(model_name, "delete", row.pk), {"post": "yes"}).status_code
    assert (deleted_by_chief == 302) == (model_name in {"relation", "synonym", "webhook"})


@pytest.mark.parametrize("model_name", sorted(set(names(OURS)) - {"statusupdate", "item"}))
def test_only_an_administrator_writes_in_the_tables_themselves(model_name, as_user, anna, sou):
    one_row_of_each(sou, anna)
    model = next(m for m in OURS if m._meta.model_name == model_name)
    row = model.objects.order_by("pk").last()
    assert as_user(anna).post(url(model_name, "change", row.pk), {}).status_code == 403
    assert as_user(anna).get(url(model_name, "add")).status_code == 403


@pytest.mark.parametrize(
    "model_name",
    [
        "statusupdate",
        "committeeanswer",
        "deadline",
        "donewhen",
        "errorreport",
        "event",
        "evidence",
        "issuedreport",
        "processfact",
        "succession",
        "wording",
    ],
)
def test_not_even_an_administrator_writes_what_an_action_makes(model_name, as_user, chief, sou, anna):
    one_row_of_each(sou, anna)
    model = next(m for m in OURS if m._meta.model_name == model_name)
    row = model.objects.order_by("pk").first()
    assert as_user(chief).get(url(model_name, "add")).status_code == 403
    assert as_user(chief).post(url(model_name, "change", row.pk), {}).status_code == 403


class TestDraftsOfOthers:
    def test_are_not_there_for_a_stranger(self, as_user, carla, draft):
        client = as_user(carla)
        assert "3.2" not in client.get(url("statusupdate")).content.decode()
        for page in ("change", "history", "publish", "return", "correct", "discard"):
            assert client.get(url("statusupdate", page, draft.pk)).status_code == 404, page
            assert client.post(url("statusupdate", page, draft.pk)).status_code == 404, page
        item_page = client.get(url("recommendation", "change", draft.item.pk)).content.decode()
        assert "Kladde" not in item_page

    def test_are_there_for_the_secretary_who_cannot_change_them(self, as_user, dina, draft):
        page = as_user(dina).get(url("statusupdate", "change", draft.pk))
        assert "Endnu ikke til offentligheden." in page.content.decode()
        assert as_user(dina).post(url("statusupdate", "change", draft.pk), {"trin": "gem"}).status_code == 403
        assert as_user(dina).post(url("statusupdate", "discard", draft.pk)).status_code == 403


class TestItemsOfOthers:
    def test_can_be_read_and_not_changed(self, as_user, carla, item):
        client = as_user(carla)
        page = client.get(url("recommendation", "change", item.pk))
        assert "Dit udvalg ejer ikke rækken" in page.content.decode()
        assert client.post(url("recommendation", "change", item.pk), {"summary": "Overtaget"}).status_code == 403
        for step in ("status", "confirm", "answer", "deadline", "done_when"):
            assert client.get(url("recommendation", step, item.pk)).status_code == 403, step
            assert client.post(url("recommendation", step, item.pk), {}).status_code == 403, step
        item = Recommendation.objects.with_words().get()
        assert "Overtaget" not in item.summary

    def test_are_not_said_to_be_others_where_a_secretary_reads_her_own_committees(self, as_user, dina, item):
        page = as_user(dina).get(url("recommendation", "change", item.pk)).content.decode()
        assert "Dit udvalg ejer ikke" not in page
        assert "En redaktør eller godkender i udvalget skriver." in page


class TestApproval:
    def test_shows_the_new_text_beside_what_stands(self, as_user, anna, bo, sou, item):
        published(item, text="Det gamle.", committee=sou, author=anna)
        update = save_draft(by=anna, item=item, committee=sou, draft=UpdateDraft(status=Status.PAUSED, text="Det nye."))
        submit_update(by=anna, update=update)
        page = as_user(bo).get(url("statusupdate", "change", update.pk)).content.decode()
        assert "Det gamle." in page
        assert "Det nye." in page
        assert as_user(bo).post(url("statusupdate", "publish", update.pk)).status_code == 302
        update.refresh_from_db()
        assert update.published_by == bo

    def test_an_editor_has_no_such_button_and_no_such_door(self, as_user, anna, draft):
        submit_update(by=anna, update=draft)
        page = as_user(anna).get(url("statusupdate", "change", draft.pk)).content.decode()
        assert "../udgiv/" not in page
        assert as_user(anna).post(url("statusupdate", "publish", draft.pk)).status_code == 403

    def test_opening_the_address_publishes_nothing(self, as_user, bo, anna, draft):
        submit_update(by=anna, update=draft)
        as_user(bo).get(url("statusupdate", "publish", draft.pk))
        draft.refresh_from_db()
        assert not draft.is_published

    def test_what_is_sent_back_carries_the_comment_to_the_author(self, as_user, anna, bo, draft):
        submit_update(by=anna, update=draft)
        as_user(bo).post(url("statusupdate", "return", draft.pk), {"comment": "Hvilke bydele?"})
        assert "Hvilke bydele?" in as_user(anna).get(url("statusupdate", "change", draft.pk)).content.decode()


def status_of(item):
    return Recommendation.objects.with_state().get(pk=item.pk).state_status


def form_data(committee, step="gem", **fields):
    data = {
        "committee": committee.pk,
        "kind": "status",
        "status": "in_progress",
        "on": "2026-11-02",
        "text": "Begyndt.",
    }
    rows = {"dokumentation-TOTAL_FORMS": 1, "dokumentation-INITIAL_FORMS": 0, "dokumentation-0-title": ""}
    return data | rows | {"trin": step} | fields


class TestTheForm:
    def test_an_approver_publishes_in_one_step(self, as_user, bo, sou, item):
        response = as_user(bo).post(url("recommendation", "status", item.pk), form_data(sou, "udgiv"))
        assert response.status_code == 302
        assert status_of(item) == Status.IN_PROGRESS

    def test_an_editor_who_forges_the_button_publishes_nothing(self, as_user, anna, sou, item):
        response = as_user(anna).post(url("recommendation", "status", item.pk), form_data(sou, "udgiv"))
        assert response.status_code == 403
        assert not StatusUpdate.objects.exists()

    def test_what_a_status_demands_is_said_and_what_was_typed_stays(self, as_user, anna, sou, item):
        data = form_data(sou, "send", status="implemented", text="Alle har faste teams.")
        page = as_user(anna).post(url("recommendation", "status", item.pk), data)
        assert page.status_code == 422
        text = page.content.decode()
        assert "Status »Gennemført« kræver dokumentation, der viser »I drift« eller »Virkning vist«." in text
        assert "Alle har faste teams." in text
        assert not StatusUpdate.objects.exists()

    def test_a_draft_keeps_its_uploaded_file_when_it_is_saved_again(self, as_user, anna, sou, item, pdf):
        client = as_user(anna)
        rows = {"dokumentation-0-title": "Notat", "dokumentation-0-file": pdf, "dokumentation-0-kind": "decided"}
        client.post(url("recommendation", "status", item.pk), form_data(sou, **rows))
        update = StatusUpdate.objects.get()
        name = update.evidence.get().file.name
        again = {
            "dokumentation-INITIAL_FORMS": 1,
            "dokumentation-0-title": "Notat, rettet titel",
            "dokumentation-0-stored": update.evidence.get().pk,
            "dokumentation-0-kind": "decided",
        }
        response = client.post(url("statusupdate", "change", update.pk), form_data(sou, **again))
        assert response.status_code == 302, response.content.decode()
        assert (update.evidence.get().title, update.evidence.get().file.name) == ("Notat, rettet titel", name)

    def test_nobody_can_guess_where_an_uploaded_file_lies(self, as_user, anna, sou, item, pdf):
        names = []
        for title in ("Notat", "Det samme igen"):
            pdf.seek(0)
            rows = {"dokumentation-0-title": title, "dokumentation-0-file": pdf, "dokumentation-0-kind": "decided"}
            as_user(anna).post(url("recommendation", "status", item.pk), form_data(sou, **rows))
            names.append(Evidence.objects.get(title=title).file.name)
        assert all(re.fullmatch(r"dokumentation/[0-9a-f-]{36}/[0-9a-f]{32}\.pdf", name) for name in names), names
        first, second = (name.rpartition("/")[2] for name in names)
        assert first != second

    def test_the_stored_file_of_another_update_cannot_be_borrowed(self, as_user, anna, sou, item, pdf):
        other = EvidenceFactory(update=StatusUpdateFactory(item=item), file="dokumentation/hemmelig.pdf")
        row = {"INITIAL_FORMS": 1, "0-title": "Lånt", "0-stored": other.pk, "0-kind": "decided"}
        rows = {f"dokumentation-{name}": value for name, value in row.items()}
        response = as_user(anna).post(url("recommendation", "status", item.pk), form_data(sou, **rows))
        assert response.status_code == 422
        assert not StatusUpdate.objects.exclude(pk=other.update_id).exists()

    @pytest.mark.parametrize(
        ("name", "content", "sentence"),
        [
            ("notat.exe", b"MZ", "kan ikke bruges"),
            ("notat.pdf", b"<html>", "ikke det, dens navn siger"),
            ("notat.docx", b"PK\x03\x04 og ikke andet", "kan ikke læses"),
            ("stor.pdf", b"%PDF-" + b"x" * 200, "Den må højst være"),
        ],
    )
    def test_other_files_are_refused_with_a_sentence(
        self, as_user, anna, sou, item, upload, settings, name, content, sentence
    ):
        settings.EVIDENCE_MAX_BYTES = 100
        rows = {"dokumentation-0-title": "Notat", "dokumentation-0-file": upload(name, content)}
        page = as_user(anna).post(url("recommendation", "status", item.pk), form_data(sou, **rows))
        assert page.status_code == 422
        assert sentence in page.content.decode()
        assert not StatusUpdate.objects.exists()


def test_what_the_writer_had_seen_is_carried_along_also_when_there_are_thousands_of_updates(
    as_user, anna, bo, sou, item
):
    """Danish numbers have a full stop at the thousands; keys have none."""
    update = StatusUpdateFactory(pk=12_345, item=item, committee=sou, author=anna)
    publish_update(by=bo, update=update)
    client = as_user(anna)
    page = client.get(url("recommendation", "status", item.pk)).content.decode()
    assert 'name="set_seneste" value="12345"' in page
    saved = client.post(url("recommendation", "status", item.pk), form_data(sou, set_seneste="12345", set_udgave="0"))
    assert saved.status_code == 302


def test_only_an_administrator_sees_logins(as_user, anna, chief):
    assert as_user(anna).get(reverse("admin:auth_user_changelist")).status_code == 403
    assert as_user(chief).get(reverse("admin:auth_user_changelist")).status_code == 200
    assert as_user(chief).post(reverse("admin:auth_user_delete", args=[anna.pk]), {"post": "yes"}).status_code == 403
    assert get_user_model().objects.filter(pk=anna.pk).exists()


def test_sign_up_is_closed(citizen):
    assert citizen.get("/konto/signup/").status_code in {200, 404}
    citizen.post(
        "/konto/signup/", {"username": "fremmed", "password1": "en-lang-kode-1", "password2": "en-lang-kode-1"}
    )
    assert not get_user_model().objects.filter(username="fremmed").exists()


def test_logins_are_throttled_in_danish(citizen, anna):
    for _ in range(6):
        page = citizen.post("/konto/login/", {"login": "anna", "password": "forkert"})
    assert "for mange" in page.content.decode()


def test_the_drafts_behind_a_published_update_stay_with_its_committee(as_user, anna, carla, chief, item, draft, bo):
    publish_update(by=bo, update=save_draft(by=bo, item=item, committee=draft.committee, draft=FINAL, update=draft))
    for page in (url("statusupdate", "history", draft.pk), url("recommendation", "history", item.pk)):
        for user in (anna, chief):
            assert "Endnu ikke til offentligheden." in as_user(user).get(page).content.decode(), user
        stranger = as_user(carla).get(page).content.decode()
        assert "Ny status" in stranger
        assert "Endnu ikke til offentligheden." not in stranger


def test_a_confirmation_of_what_somebody_has_changed_meanwhile_is_asked_about_first(as_user, anna, sou, item):
    published(item, Status.IN_PROGRESS, committee=sou)
    client, page = as_user(anna), url("recommendation", "confirm", item.pk)
    seen = {"committee": sou.pk, "set_seneste": StatusUpdate.objects.latest_published(item).pk, "set_udgave": 0}
    newer = published(item, Status.PAUSED, text="Pengene mangler.", committee=sou)
    answer = client.post(page, seen)
    assert answer.status_code == 422
    assert "En anden har opdateret 3.2" in answer.content.decode()
    assert "Pengene mangler." in answer.content.decode()
    assert client.post(page, seen | {"set_seneste": newer.pk}).status_code == 302
