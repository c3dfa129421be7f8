"""Only so many costly things are made at once on one machine; whoever comes too many is told when to come back."""

import subprocess
import sys
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from recommendations.public import slots

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_places(monkeypatch, tmp_path):
    monkeypatch.setattr(slots.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(slots, "PATIENCE", 0)


def checked(citizen):
    return citizen.post("/rapporter/kontroller/", {"fil": SimpleUploadedFile("a.txt", b"ord " * 20)})


def test_a_third_waits_and_is_then_told(citizen, municipality):
    with slots.place() as first, slots.place() as second:
        assert (first, second) == (True, True)
        response = checked(citizen)
        assert (response.status_code, response.headers["Retry-After"]) == (429, "10")
        assert "Der er mange, der henter eller kontrollerer rapporter lige nu." in response.content.decode()
        assert citizen.get("/rapporter/vis/?udvalg=SOU&format=csv").status_code == 429
        assert citizen.get("/rapporter/kontroller/").status_code == 200
        assert citizen.get("/om/").status_code == 200
    assert checked(citizen).status_code == 200


def test_a_view_that_falls_gives_its_place_back(citizen, municipality, monkeypatch):
    def fall(*_args):
        raise RuntimeError

    citizen.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr("recommendations.public.reports.check_file", fall)
        for _one in range(slots.AT_ONCE + 1):
            assert checked(citizen).status_code == 500
    assert checked(citizen).status_code == 200


def test_so_does_a_process_that_is_killed(citizen, municipality, tmp_path):
    program = (
        "import sys, tempfile, time; sys.path.insert(0, '.'); tempfile.tempdir = sys.argv[1]\n"
        "from recommendations.public import slots\n"
        "with slots.place(), slots.place():\n    print('har', flush=True); time.sleep(60)"
    )
    other = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE)
    try:
        assert other.stdout.readline() == b"har\n"
        assert checked(citizen).status_code == 429
    finally:
        other.kill()
        other.wait()
        other.stdout.close()
    assert checked(citizen).status_code == 200


def test_a_place_that_becomes_free_is_taken(monkeypatch):
    monkeypatch.setattr(slots, "PATIENCE", 5)
    first, second = slots._taken(), slots._taken()
    began = time.monotonic()
    monkeypatch.setattr(slots.time, "sleep", lambda _seconds: first.close())
    with slots.place() as has_place:
        assert has_place
    second.close()
    assert time.monotonic() - began < 5
