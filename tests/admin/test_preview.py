"""The preview is the citizens' page, for those who may see the draft, and leaves no trace."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import expect

from recommendations.actions import UpdateDraft, correct_update, publish_update, save_draft, submit_update
from recommendations.admin import preview
from recommendations.enums import Role, Status
from recommendations.models import Recommendation, StatusUpdate
from tests.conftest import sql_of
from tests.factories import (
    CommitteeMembershipFactory,
    EvidenceFactory,
    InitiativeFactory,
    OwnershipFactory,
    RecommendationFactory,
    published,
)

TEXT = "Faste teams besøger nu borgerne i to bydele."


@pytest.fixture
def item(sou, sud):
    item = RecommendationFactory(number="3.2", title="Besøg af faste teams")
    OwnershipFactory(item=item, committee=sou)
    OwnershipFactory(item=item, committee=sud)
    return item


def drafted(item, committee, by, status=Status.IN_PROGRESS, **fields):
    content = UpdateDraft(**{"status": status, "text": TEXT} | fields)
    return save_draft(by=by, item=item, committee=committee, draft=content)


@pytest.fixture
def draft(item, sou, anna):
    return drafted(item, sou, anna)


def address(update):
    return reverse("admin:recommendations_statusupdate_preview", args=[update.pk])


def page_of(client, update):
    response = client.get(address(update))
    assert response.status_code == 200
    return response.content.decode()


def article(html):
    """What the page says about the item, without the frame and the banner."""
    return re.search(r"<article>.*</article>", html, re.DOTALL)[0]


def everything():
    """All rows of all tables, sessions aside: they are what logging in writes."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label != "sessions.Session"
    }


@pytest.mark.parametrize("make", [RecommendationFactory, InitiativeFactory])
def test_it_is_the_page_that_citizens_get_when_the_update_is_published(make, as_user, citizen, anna, bo, sou):
    item = make()
    OwnershipFactory(item=item, committee=sou)
    published(item, Status.PLANNED, on=date(2026, 5, 1), text="Der er sat penge af.", committee=sou)
    draft = drafted(item, sou, anna, next_step="Flere bydele", next_step_on=date(2027, 1, 1))
    EvidenceFactory(update=draft, position=1)
    html = page_of(as_user(anna), draft)
    assert TEXT in html
    publish_update(by=bo, update=draft)
    assert article(html) == article(citizen.get(item.get_absolute_url()).content.decode())


def test_it_is_found_at_a_number_that_a_link_writes_in_another_way(as_user, anna, sou):
    item = RecommendationFactory(number="2.1 æ")
    OwnershipFactory(item=item, committee=sou)
    assert TEXT in page_of(as_user(anna), drafted(item, sou, anna))


def test_it_says_that_it_is_a_preview_and_is_kept_nowhere(as_user, anna, draft):
    response = as_user(anna).get(address(draft))
    html = response.content.decode()
    assert "Den er ikke udgivet endnu." in html
    assert "<title>Forhåndsvisning: 3.2 Besøg af faste teams" in html
    assert reverse("admin:recommendations_statusupdate_change", args=[draft.pk]) in html
    assert "Før den kan udgives" not in html
    assert "no-store" in response.headers["Cache-Control"]
    assert "private" in response.headers["Cache-Control"]
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert "ETag" not in response.headers
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_the_citizens_own_page_has_no_banner_and_no_draft(as_user, citizen, anna, item, draft):
    before = citizen.get(item.get_absolute_url()).content
    page_of(as_user(anna), draft)
    after = citizen.get(item.get_absolute_url()).content
    assert after == before
    assert TEXT not in after.decode()
    assert "Forhåndsvisning" not in after.decode()


@pytest.mark.parametrize("submitted", [False, True])
def test_those_who_may_see_the_draft_may_see_it(submitted, as_user, citizen, anna, bo, carla, dina, chief, draft):
    if submitted:
        submit_update(by=anna, update=draft)
    for user in (anna, bo, dina, chief):
        assert TEXT in page_of(as_user(user), draft), user
    assert as_user(carla).get(address(draft)).status_code == 404
    assert citizen.get(address(draft)).headers["Location"].startswith("/admin/login/")


def test_what_is_published_already_is_seen_on_the_page_itself(as_user, anna, bo, item, draft):
    publish_update(by=bo, update=draft)
    assert as_user(anna).get(address(draft)).headers["Location"] == item.get_absolute_url()


def test_a_correction_is_shown_with_what_it_corrects(as_user, anna, sou, item):
    wrong = published(item, text="I tre bydele.", committee=sou)
    correction = correct_update(
        by=anna, update=wrong, draft=UpdateDraft(status=Status.IN_PROGRESS, text="Nej, i to bydele."), committee=sou
    )
    html = page_of(as_user(anna), correction).split('id="forloeb"')[1]
    assert html.index("I tre bydele.") < html.index("Nej, i to bydele.")


class TestWhatIsMissing:
    def test_evidence_is_a_gap_in_the_page(self, as_user, anna, bo, sou, item):
        html = page_of(as_user(anna), drafted(item, sou, anna, Status.IMPLEMENTED))
        assert "Status »Gennemført« kræver dokumentation, der viser" in html
        assert "Her mangler dokumentation" in article(html)
        assert TEXT in article(html)

    def test_an_author_is_told_that_somebody_else_must_publish(self, as_user, anna, bo, sou, item):
        own = drafted(item, sou, bo, Status.IMPLEMENTED)
        EvidenceFactory(update=own, position=1)
        html = page_of(as_user(bo), own)
        assert "Du har selv skrevet i den. En anden godkender skal udgive den." in html
        assert TEXT in article(html)
        CommitteeMembershipFactory(user=anna, committee=sou, role=Role.APPROVER)
        assert "Du har selv skrevet i den" not in page_of(as_user(anna), own)

    def test_a_reason_is_a_gap_too(self, as_user, anna, sou, item):
        html = page_of(as_user(anna), drafted(item, sou, anna, Status.PAUSED, text=""))
        assert "Status »Sat på pause« kræver en tekst." in html
        assert "(Her mangler noget.)" in article(html)

    def test_a_date_cannot_be_made_up_so_there_are_only_the_sentences(self, as_user, anna, sou, item):
        html = page_of(as_user(anna), drafted(item, sou, anna, Status.ABANDONED, decided_by="SOU"))
        assert "Siden kan ikke vises endnu." in html
        assert "Status »Opgivet« kræver datoen for beslutningen." in html
        assert "<article>" not in html

    def test_a_day_to_come_cannot_be_shown(self, as_user, anna, sou, item):
        html = page_of(as_user(anna), drafted(item, sou, anna, on=date(2026, 12, 24)))
        assert "Datoen 24.12.2026 ligger i fremtiden." in html
        assert "<article>" not in html

    def test_news_that_came_meanwhile_are_said_and_shown(self, as_user, anna, sou, item, draft):
        published(item, Status.PAUSED, text="Pengene er ikke fundet.", committee=sou)
        html = page_of(as_user(anna), draft)
        assert "Der er udgivet noget nyere om 3.2, siden kladden blev skrevet." in html
        assert TEXT in article(html)
        assert "Pengene er ikke fundet." in article(html)

    def test_all_at_once(self, as_user, anna, bo, sou, item):
        draft = drafted(item, sou, anna, Status.IMPLEMENTED_OTHERWISE, text="")
        published(item, Status.PAUSED, text="Pengene er ikke fundet.", committee=sou)
        html = page_of(as_user(anna), draft)
        for sentence in ("kræver en tekst", "kræver dokumentation", "noget nyere", "En anden godkender"):
            assert sentence in html, sentence
        assert "Her mangler dokumentation" in article(html)

    def test_files_are_said_to_open_from_the_draft(self, as_user, anna, draft):
        EvidenceFactory(update=draft, position=1, file="dokumentation/notat.pdf")
        assert "Åbn filerne fra opdateringens egen side, indtil den er udgivet." in page_of(as_user(anna), draft)


class TestNothingIsWritten:
    def test_whatever_is_shown(self, as_user, anna, bo, sou, item, draft, settings):
        whole = drafted(item, sou, anna, Status.IMPLEMENTED)
        EvidenceFactory(update=whole, position=1)
        updates = [
            draft,
            whole,
            drafted(item, sou, anna, Status.IMPLEMENTED, text=""),
            drafted(item, sou, anna, Status.ABANDONED),
        ]
        submit_update(by=anna, update=draft)
        client, approver = as_user(anna), as_user(bo)
        before = everything()
        for update in updates:
            page_of(client, update)
            page_of(approver, update)
        assert everything() == before
        assert not mail.outbox
        assert not list(Path(settings.MEDIA_ROOT).rglob("*"))

    def test_when_the_page_breaks(self, as_user, anna, draft, monkeypatch):
        def broken(*args):
            raise RuntimeError("the page broke")

        client = as_user(anna)
        before = everything()
        monkeypatch.setattr(preview, "_citizens_page", broken)
        with pytest.raises(RuntimeError, match="the page broke"):
            client.get(address(draft))
        assert everything() == before

    def test_not_even_what_is_taken_back_again(self, as_user, anna, bo, sou, item, draft):
        """Not a row is touched: the database is asked to read and for nothing else."""
        updates = [
            draft,
            drafted(item, sou, anna, Status.IMPLEMENTED),
            drafted(item, sou, anna, Status.PAUSED, text=""),
        ]
        clients = [as_user(anna), as_user(bo)]
        for update in updates:
            for client in clients:
                with CaptureQueriesContext(connection) as asked:
                    assert TEXT in article(page_of(client, update)) or update.text == ""
                written = [sql for sql in sql_of(asked) if not sql.startswith(("SELECT", "SAVEPOINT"))]
                assert not [sql for sql in written if not sql.startswith("RELEASE SAVEPOINT")]

    @pytest.mark.django_db(transaction=True)
    def test_outside_any_other_transaction(self, as_user, anna, bo, sou, item, draft):
        gap = drafted(item, sou, anna, Status.IMPLEMENTED)
        client = as_user(anna)
        before = everything()
        for update in (draft, gap):
            assert TEXT in article(page_of(client, update))
        assert everything() == before
        assert Recommendation.objects.with_state().get(pk=item.pk).state_status == ""


class TestTheButton:
    @pytest.fixture
    def data(self, sou):
        return {
            "committee": sou.pk,
            "kind": "status",
            "status": "in_progress",
            "on": "2026-11-02",
            "text": TEXT,
            "dokumentation-TOTAL_FORMS": 0,
            "dokumentation-INITIAL_FORMS": 0,
            "trin": "vis",
        }

    def test_saves_the_draft_and_shows_it(self, as_user, anna, item, data):
        form = reverse("admin:recommendations_recommendation_status", args=[item.pk])
        client = as_user(anna)
        assert "Vis, som borgerne vil se den" in client.get(form).content.decode()
        response = client.post(form, data)
        draft = StatusUpdate.objects.get()
        assert response.headers["Location"] == address(draft)
        assert (draft.state, draft.text) == ("draft", TEXT)
        assert TEXT in page_of(client, draft)

    def test_stays_in_the_form_when_the_draft_cannot_be_saved(self, as_user, anna, item, data):
        form = reverse("admin:recommendations_recommendation_status", args=[item.pk])
        response = as_user(anna).post(form, data | {"on": "31.02.2026"})
        assert response.status_code == 422
        assert TEXT in response.content.decode()
        assert not StatusUpdate.objects.exists()

    def test_is_a_link_where_the_update_is_only_read(self, as_user, anna, dina, draft):
        change = reverse("admin:recommendations_statusupdate_change", args=[draft.pk])
        assert "Se, hvordan borgerne vil se den" in as_user(dina).get(change).content.decode()
        submit_update(by=anna, update=draft)
        assert "Se, hvordan borgerne vil se den" in as_user(anna).get(change).content.decode()


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_in_a_browser(width, open_page, faults_of, anna, bo, item):
    page = open_page(anna, viewport={"width": width, "height": 800})
    page.goto(reverse("admin:recommendations_recommendation_status", args=[item.pk]))
    page.get_by_label("Gennemført", exact=True).check()
    page.get_by_role("textbox", name="Tekst").fill(TEXT)
    page.get_by_role("button", name="Vis, som borgerne vil se den").click()
    expect(page.get_by_role("region", name="Forhåndsvisning")).to_contain_text("kræver dokumentation")
    expect(page.locator(".timeline")).to_contain_text(TEXT)
    assert not faults_of(page)
    page.get_by_role("link", name="Tilbage til opdateringen").click()
    expect(page.get_by_role("textbox", name="Tekst")).to_have_value(TEXT)
    assert Recommendation.objects.with_state().get(pk=item.pk).state_status == ""
