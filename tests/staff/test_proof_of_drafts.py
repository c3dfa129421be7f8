"""Nobody outside the committee sees the proof of a draft: a table of who, through which door, in which state."""

import io
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from recommendations.actions import EvidenceContent, UpdateDraft, save_draft, submit_update
from recommendations.enums import EvidenceKind, Role, Status, UpdateState
from recommendations.models import CommitteeMembership
from tests.conftest import member
from tests.factories import CommitteeMembershipFactory, OwnershipFactory, RecommendationFactory, UserFactory
from tests.staff.whole_pages import of

SECRET = "Hemmelig plan for Østerbro"


@pytest.fixture
def waiting(sou, anna, upload):
    """Sent to approval, with a picture whose name and title are to be read by SOU's people alone."""
    item = RecommendationFactory(number="3.2")
    OwnershipFactory(item=item, committee=sou)
    kept = io.BytesIO()
    Image.new("RGB", (4, 4)).save(kept, "PNG")
    file = upload(f"{SECRET}.png", kept.getvalue())
    proof = EvidenceContent(SECRET, file=file, kind=EvidenceKind.OPERATING)
    draft = UpdateDraft(status=Status.IMPLEMENTED, text="Gjort.", evidence=[proof])
    return submit_update(by=anna, update=save_draft(by=anna, item=item, committee=sou, draft=draft))


def nobody(_sou, _sud):
    return None


def plain(_sou, _sud):
    return UserFactory(username="plain")


def reader_without_staff(_sou, _sud):
    return UserFactory(username="laeser", is_staff=False)


def others(role):
    def other(_sou, sud):
        return member(f"fremmed-{role}", sud, role)

    other.__name__ = f"other_committees_{role}"
    return other


def ended(sou, _sud):
    return CommitteeMembershipFactory(
        user=UserFactory(username="foer"),
        committee=sou,
        role=Role.APPROVER,
        valid_from=date(2025, 1, 1),
        valid_to=date(2026, 11, 1),
    ).user


def to_come(sou, _sud):
    return CommitteeMembershipFactory(
        user=UserFactory(username="senere"), committee=sou, role=Role.EDITOR, valid_from=date(2026, 11, 3)
    ).user


def leaver(sou, _sud):
    user = member("holdt-op", sou, Role.EDITOR)
    user.is_active = False
    user.save()
    return user


OUTSIDERS = [nobody, plain, reader_without_staff, *(others(role) for role in Role), ended, to_come, leaver]
PAGES = {
    "file": lambda update: of(update.evidence.get(), "file"),
    "picture": lambda update: of(update.evidence.get(), "picture"),
    "evidence": lambda update: of(update.evidence.get()),
    "evidence history": lambda update: of(update.evidence.get(), "history"),
    "update": lambda update: of(update),
    "update history": lambda update: of(update, "history"),
    "preview": lambda update: of(update, "preview"),
    "list of evidence": lambda _update: reverse("admin:recommendations_evidence_changelist"),
    "list of evidence, searched": lambda _update: reverse("admin:recommendations_evidence_changelist") + "?q=Hemmelig",
    "list of updates": lambda _update: reverse("admin:recommendations_statusupdate_changelist"),
    "public file": lambda update: reverse("evidence_file", args=[update.key, 1]),
    "public page": lambda update: update.item.get_absolute_url(),
    "first page": lambda _update: reverse("admin:index"),
}
OF_THE_ROW = {"file", "picture", "evidence", "evidence history", "update", "update history", "preview", "public file"}


def read(client, address):
    response = client.get(address, follow=True)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return response, content


@pytest.mark.parametrize("door", PAGES)
@pytest.mark.parametrize("who", OUTSIDERS, ids=lambda who: who.__name__)
def test_nobody_outside_sees_it(sou, sud, waiting, who, door):
    user, client = who(sou, sud), Client()
    if user is not None and user.is_active:
        client.force_login(user)
    response, content = read(client, PAGES[door](waiting))
    assert SECRET.encode() not in content
    assert not content.startswith(b"\x89PNG")
    if door in OF_THE_ROW:
        is_let_in = user is not None and user.is_active and user.is_staff
        asked_to_log_in = any(
            "/konto/" in address or "login" in address for address, _status in response.redirect_chain
        )
        assert response.status_code == 404 or asked_to_log_in
        assert response.status_code == 404 or not is_let_in


@pytest.mark.parametrize("who", ["anna", "bo", "dina", "chief"])
@pytest.mark.parametrize("door", ["file", "picture", "evidence", "update"])
def test_the_committees_own_people_and_administrators_see_it(request, as_user, waiting, who, door):
    response, content = read(as_user(request.getfixturevalue(who)), PAGES[door](waiting))
    assert response.status_code == 200
    assert content.startswith(b"\x89PNG") or SECRET.encode() in content


def test_a_number_that_is_guessed_leads_nowhere(as_user, carla, waiting):
    client, number = as_user(carla), waiting.evidence.get().pk
    for guess in range(max(number - 3, 0), number + 4):
        for page in ("file", "picture", "change"):
            address = reverse(f"admin:recommendations_evidence_{page}", args=[guess])
            assert client.get(address).status_code == 404, address


def test_who_loses_the_role_loses_the_proof_the_same_day(as_user, anna, waiting):
    client = as_user(anna)
    address = of(waiting.evidence.get(), "file")
    assert read(client, address)[0].status_code == 200
    CommitteeMembership.objects.filter(user=anna).update(valid_from=date(2026, 1, 1), valid_to=date(2026, 11, 2))
    assert read(client, address)[0].status_code == 404


def test_what_was_thrown_away_is_nobodys(as_user, bo, chief, waiting):
    evidence = waiting.evidence.get()
    addresses = [of(evidence, page) for page in ("file", "picture", "change")]
    type(waiting).objects.filter(pk=waiting.pk).update(state=UpdateState.DISCARDED)
    for user in (bo, chief):
        assert [as_user(user).get(address).status_code for address in addresses] == [404, 404, 404]
