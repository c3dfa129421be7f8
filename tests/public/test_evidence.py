"""Files: only of published updates, and always as something to save."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import EvidenceFactory, RecommendationFactory, StatusUpdateFactory, published

pytestmark = pytest.mark.django_db


def pdf(name="bilag.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.7 indhold")


def address(update, position=1):
    return f"/dokumentation/{update.key}/{position}/"


def test_file_of_a_published_update(citizen, db):
    update = published(
        StatusUpdateFactory().item, evidence=[{"title": "Årsrapport om ældre (øst) <2026>", "file": pdf()}]
    )
    response = citizen.get(address(update))
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == b"%PDF-1.7 indhold"
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == (
        'attachment; filename="aarsrapport-om-aeldre-oest-2026.pdf"; '
        "filename*=UTF-8''%C3%A5rsrapport-om-%C3%A6ldre-%C3%B8st-2026.pdf"
    )
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert not response.cookies


def test_file_of_a_source_in_draft_is_not_there(citizen):
    item = RecommendationFactory(publication__public_at=None)
    assert citizen.get(address(published(item, evidence=[{"file": pdf()}]))).status_code == 404


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_file_of_an_unpublished_update_is_not_there(state, citizen):
    update = StatusUpdateFactory(state=state)
    EvidenceFactory(update=update, position=1, file=pdf())
    assert citizen.get(address(update)).status_code == 404


def test_link_is_no_file(citizen):
    update = published(StatusUpdateFactory().item, evidence=1)
    assert citizen.get(address(update)).status_code == 404


def test_file_of_another_kind_is_not_sent(citizen):
    update = published(StatusUpdateFactory().item, evidence=[{"file": pdf("side.html")}])
    assert citizen.get(address(update)).status_code == 404


def test_file_that_has_gone_is_not_there(citizen):
    update = published(StatusUpdateFactory().item, evidence=[{"file": pdf()}])
    stored = update.evidence.get().file
    stored.storage.delete(stored.name)
    assert citizen.get(address(update)).status_code == 404


def test_unknown_key(citizen):
    assert citizen.get(f"/dokumentation/{uuid.uuid4()}/1/").status_code == 404
