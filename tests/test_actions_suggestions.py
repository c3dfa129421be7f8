"""What a citizen tells is a draft that nobody has written: somebody here makes it theirs, or throws it away."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from recommendations import permissions
from recommendations.actions import (
    Approval,
    UpdateDraft,
    discard_draft,
    publish_from_source,
    publish_many,
    publish_update,
    save_draft,
    submit_update,
    suggest_news,
)
from recommendations.actions.drafts import Seen
from recommendations.actions.proof import EvidenceContent
from recommendations.enums import UpdateKind, UpdateState
from recommendations.models import Event, StatusUpdate
from tests.factories import (
    OwnershipFactory,
    RecommendationFactory,
    StatusUpdateFactory,
)

pytestmark = pytest.mark.django_db

URL = "https://avis.eksempel/teams"


@pytest.fixture
def item(sou):
    item = RecommendationFactory(number="3.2", title="Faste teams")
    OwnershipFactory(item=item, committee=sou)
    return item


@pytest.fixture
def draft(item):
    (draft,) = suggest_news(item=item, text="De har ansat to teams.", url=URL)
    return draft


def as_it_is(draft):
    """What the form sends when nobody has changed a word."""
    evidence = [EvidenceContent(title=row.title, url=row.url, kind=row.kind) for row in draft.evidence.order_by("pk")]
    return UpdateDraft(kind=UpdateKind.NOTE, text=draft.text, on=draft.on, evidence=evidence)


@pytest.mark.parametrize(("text", "url", "field"), [(" ", URL, "text"), ("Nyt", " ", "url"), ("Nyt", "x", "evidence")])
def test_text_and_link_are_needed(item, text, url, field):
    with pytest.raises(ValidationError) as refused:
        suggest_news(item=item, text=text, url=url)
    assert field in refused.value.message_dict
    assert not StatusUpdate.objects.exists()
    assert not Event.objects.exists()


def test_told_twice_it_is_there_once(item, draft):
    assert suggest_news(item=item, text="De har ansat to teams.", url=f" {URL} ") == [draft]
    suggest_news(item=item, text="De har ansat to teams.", url=f"{URL}/andet")
    assert StatusUpdate.objects.count() == 2
    assert Event.objects.count() == 2


class TestDoors:
    def test_nobody_publishes_what_nobody_has_written(self, draft, bo, chief):
        for by in (bo, chief):
            with pytest.raises(ValidationError, match="gem den i dit eget navn"):
                publish_update(by=by, update=draft)
            with pytest.raises(ValidationError, match="gem den i dit eget navn"):
                submit_update(by=by, update=draft)
        draft.refresh_from_db()
        assert draft.state == UpdateState.DRAFT

    def test_nor_among_many(self, draft, bo):
        with pytest.raises(ValidationError):
            publish_many(by=bo, updates={draft: Approval(Seen.now(draft.item, draft))})
        draft.refresh_from_db()
        assert draft.state == UpdateState.DRAFT

    def test_nor_as_something_read_from_a_source(self, draft, anna):
        with pytest.raises(PermissionDenied, match="indlæst fra en kilde"):
            publish_from_source(update=draft)
        draft.refresh_from_db()
        assert draft.state == UpdateState.DRAFT

    def test_what_was_read_from_a_source_still_is(self, item, sou):
        read = StatusUpdateFactory(item=item, committee=sou, author=None)
        publish_from_source(update=read)
        read.refresh_from_db()
        assert read.is_published

    def test_nor_by_the_address_that_publishes(self, draft, bo, as_user):
        response = as_user(bo).post(reverse("admin:recommendations_statusupdate_publish", args=[draft.pk]), follow=True)
        assert "gem den i dit eget navn" in response.content.decode()
        draft.refresh_from_db()
        assert draft.state == UpdateState.DRAFT

    @pytest.mark.parametrize("is_changed", [False, True])
    def test_saved_in_ones_own_name_it_is_as_any_other(self, draft, anna, bo, is_changed):
        """Also where every word was right: whoever saves it answers for it."""
        content = as_it_is(draft)
        if is_changed:
            content = UpdateDraft(kind=UpdateKind.NOTE, text="To teams er ansat.", evidence=content.evidence)
        saved = save_draft(by=anna, item=draft.item, committee=draft.committee, draft=content, update=draft)
        assert saved.author == anna
        assert permissions.is_suggested(saved)
        submit_update(by=anna, update=saved)
        publish_update(by=bo, update=saved)
        saved.refresh_from_db()
        assert saved.is_published

    def test_whoever_saves_what_a_colleague_has_written_unchanged_has_not_written_it(self, draft, anna, bo):
        saved = save_draft(by=anna, item=draft.item, committee=draft.committee, draft=as_it_is(draft), update=draft)
        again = save_draft(by=bo, item=draft.item, committee=draft.committee, draft=as_it_is(saved), update=saved)
        assert again.author == anna

    def test_it_can_be_thrown_away(self, draft, anna, carla):
        with pytest.raises(PermissionDenied):
            discard_draft(by=carla, update=draft)
        discard_draft(by=anna, update=draft)
        draft.refresh_from_db()
        assert draft.state == UpdateState.DISCARDED
        assert not draft.evidence.exists()


class TestDesk:
    def test_stands_among_the_drafts_and_says_where_it_came_from(self, draft, anna, bo, carla, as_user):
        for user in (anna, bo):
            html = as_user(user).get("/admin/").content.decode()
            assert "Sendt ind af en borger." in html
            assert "De har ansat to teams." in html
        assert "De har ansat to teams." not in as_user(carla).get("/admin/").content.decode()
        page = reverse("admin:recommendations_statusupdate_change", args=[draft.pk])
        html = as_user(anna).get(page).content.decode()
        assert "Sendt ind af en borger." in html
        assert URL in html
        assert as_user(carla).get(page).status_code == 404

    def test_once_it_is_somebodys_it_is_theirs(self, draft, anna, as_user):
        save_draft(by=anna, item=draft.item, committee=draft.committee, draft=as_it_is(draft), update=draft)
        assert "Sendt ind af en borger." not in as_user(anna).get("/admin/").content.decode()

    def test_about_what_nobody_owns_it_is_the_administrators(self, anna, chief, as_user):
        item = RecommendationFactory(number="9.9")
        (draft,) = suggest_news(item=item, text="Det er sket.", url=URL)
        assert draft.committee is None
        assert "Det er sket." in as_user(chief).get("/admin/").content.decode()
        assert "Det er sket." not in as_user(anna).get("/admin/").content.decode()
        page = reverse("admin:recommendations_statusupdate_change", args=[draft.pk])
        assert as_user(chief).get(page).status_code == 200
        assert as_user(anna).get(page).status_code == 404
