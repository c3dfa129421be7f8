"""What is not taken: each file with its sentence, in bounded time, and nothing that was typed is lost."""

import time

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from recommendations import uploads
from recommendations.enums import Status
from recommendations.models import StatusUpdate
from tests.factories import OwnershipFactory, RecommendationFactory
from tests.staff.whole_pages import StaffPage, of_item
from tests.uploads.refused import FILES

MOST_BYTES = 10 * 1024 * 1024
MOST_SECONDS = 5


def refusal(name, content):
    with pytest.raises(ValidationError) as refused:
        uploads.accepted(SimpleUploadedFile(name, content), most_bytes=MOST_BYTES)
    (sentence,) = refused.value.messages
    return sentence


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_is_refused_with_its_sentence(file):
    content, start = file.make(), time.process_time()
    sentence = refusal(file.name, content)
    assert file.sentence in sentence
    assert f"»{file.name}«" in sentence
    assert time.process_time() - start < MOST_SECONDS


def test_a_large_file_is_not_even_looked_at():
    file = SimpleUploadedFile("stor.pdf", b"%PDF-" + b"x" * 3_000_000)
    with pytest.raises(ValidationError) as refused:
        uploads.accepted(file, most_bytes=2 * 1024 * 1024)
    assert refused.value.messages == ["Filen er 3 MB. Den må højst være 2 MB; del den, eller indsæt et link i stedet."]


@pytest.mark.django_db
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_form_says_so_and_keeps_what_was_typed(as_user, anna, sou, file):
    item = RecommendationFactory()
    OwnershipFactory(item=item, committee=sou)
    page = StaffPage.open(as_user(anna), of_item(item, "status"))
    refused = page.press(
        "Send til godkendelse",
        **{
            "status": Status.PAUSED,
            "text": "Skrevet med omhu.",
            "dokumentation-0-kind": "decided",
            "dokumentation-0-title": "Bilag til sagen",
            "dokumentation-0-file": SimpleUploadedFile(file.name, file.make()),
        },
    )
    assert refused.status == 422
    assert file.sentence in refused.text
    typed = dict(refused.sent("Send til godkendelse")[1])
    assert typed["text"] == "Skrevet med omhu."
    assert typed["status"] == Status.PAUSED
    assert typed["dokumentation-0-title"] == "Bilag til sagen"
    assert typed["dokumentation-0-kind"] == "decided"
    assert not StatusUpdate.objects.exists()
