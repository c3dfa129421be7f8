"""Evidence in an object store instead of a folder, with a stand-in for one in the process (moto)."""

from socket import socket

import boto3
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from moto import mock_aws

from recommendations.models import Evidence
from tests.factories import StatusUpdateFactory, published
from tracker import object_storage
from tracker.object_storage import ObjectStorage
from tracker.settings import bucket


@pytest.fixture
def store(monkeypatch):
    """The store that STORAGE_URL would name, empty, in the place of the folder."""
    with mock_aws():
        options = bucket("s3://noegle:hemmelig%2F@s3.amazonaws.com/bilag")
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="bilag")
        store = ObjectStorage(**options)
        monkeypatch.setattr(Evidence._meta.get_field("file"), "storage", store)
        yield store


@pytest.mark.django_db
class TestEvidence:
    @pytest.fixture
    def update(self, store):
        file = ContentFile(b"%PDF-1.7 indhold", name="bilag.pdf")
        return published(StatusUpdateFactory().item, evidence=[{"title": "Bilag", "file": file}])

    def test_is_kept_there_and_read_by_citizens_through_us(self, citizen, store, update):
        assert store.exists(update.evidence.get().file.name)
        response = citizen.get(f"/dokumentation/{update.key}/1/")
        assert (response.status_code, response.getvalue()) == (200, b"%PDF-1.7 indhold")
        assert response.headers["Content-Length"] == "16"
        assert response.headers["Content-Disposition"].startswith('attachment; filename="bilag.pdf"')

    def test_that_has_gone_is_not_there(self, citizen, store, update):
        store.delete(update.evidence.get().file.name)
        assert citizen.get(f"/dokumentation/{update.key}/1/").status_code == 404


def test_a_name_that_is_taken_is_not_written_over(store):
    first, second = (store.save("a.txt", ContentFile(text)) for text in (b"1", b"2"))
    assert first != second
    with store.open(first) as kept:
        assert kept.read() == b"1"


def test_a_store_that_refuses_is_a_disk_that_failed(store):
    other = ObjectStorage(**bucket("s3://noegle:hemmelig@s3.amazonaws.com/findes-ikke"))
    with pytest.raises(OSError, match="The object store refused"):
        other.save("a.txt", ContentFile(b"1"))


def test_a_store_that_says_nothing_is_given_up(monkeypatch):
    monkeypatch.setitem(object_storage.PATIENT, "read_timeout", 0.05)
    with socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        silent.settimeout(0)
        store = ObjectStorage(**bucket(f"s3://noegle:hemmelig@127.0.0.1:{silent.getsockname()[1]}/bilag?tls=nej"))
        with pytest.raises(OSError, match="did not answer"):
            store.exists("a.txt")
        for _try in range(object_storage.PATIENT["retries"]["total_max_attempts"]):
            silent.accept()[0].close()
        with pytest.raises(BlockingIOError):
            silent.accept()


class TestItsAddress:
    def test_says_where_and_with_which_key(self):
        assert bucket("s3://min%2Bn:hem%2Fmelig@lager.eksempel.dk:9000/bilag?tls=nej&region=eu-north-1") == {
            "bucket_name": "bilag",
            "endpoint_url": "http://lager.eksempel.dk:9000",
            "access_key": "min+n",
            "secret_key": "hem/melig",
            "region_name": "eu-north-1",
            "addressing_style": "path",
        }

    @pytest.mark.parametrize(
        "url", ["https://n:h@vaert/spand", "s3://vaert/spand", "s3://n:h@vaert", "s3://n:h@/spand"]
    )
    def test_that_lacks_something_stops_the_start(self, url):
        with pytest.raises(ImproperlyConfigured, match="STORAGE_URL"):
            bucket(url)


def test_without_it_files_lie_in_a_folder():
    assert storages["default"].__class__.__name__ == "WholeFiles"
