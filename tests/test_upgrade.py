"""From the data of the release before to this one: nothing is lost, and both can run while one takes over."""

import subprocess
import tarfile
from contextlib import nullcontext
from io import BytesIO

import pytest

from tests.installations import ROOT, Installation, postgres_database

# The release before this one, and the commit that was it.
BEFORE, COMMIT = "0.1.0", "24b2f2cc0f7b91a16d0f7750c96f8e02fbdbd974"

# What people do in a week, by means that both releases have.
A_WEEK = """
from django.contrib.auth.models import User
from recommendations.actions import UpdateDraft, publish_update, save_draft
from recommendations.enums import Status
anna, bo = User.objects.get(username="anna"), User.objects.get(username="bo")
with tenancy.active(Municipality.objects.order_by("pk").first()):
    sou = Committee.objects.get(code="SOU")
    item = Recommendation.objects.filter(ownerships__committee=sou).order_by("-pk")[{nth}]
    draft = save_draft(by=anna, item=item, committee=sou, draft=UpdateDraft(status=Status.IN_PROGRESS, text="{text}"))
    publish_update(by=bo, update=draft)
"""
TOLD = """
with tenancy.active(Municipality.objects.order_by("pk").first()):
    print(*StatusUpdate.objects.filter(state="published").order_by("pk").values_list("text", flat=True), sep="|")
"""
REPORT = ("report", "--udvalg", "SOU", "--format", "json", "--issue", "--by", "dina", "--output")


@pytest.fixture(scope="module")
def release_before(tmp_path_factory):
    """The program as it was."""
    archive = subprocess.run(["git", "archive", COMMIT], cwd=ROOT, capture_output=True, check=False)
    if archive.returncode:
        pytest.skip(f"The history does not go back to {BEFORE}")
    folder = tmp_path_factory.mktemp("release")
    with tarfile.open(fileobj=BytesIO(archive.stdout)) as packed:
        packed.extractall(folder, filter="data")
    return folder


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_the_data_of_the_release_before_go_on(engine, release_before, tmp_path):
    with nullcontext("") if engine == "sqlite" else postgres_database() as url:
        old = Installation(tmp_path, url, code=release_before)
        new = Installation(tmp_path, url)
        old.did("prepare")
        old.said(A_WEEK.format(nth=0, text="Udgivet før."))
        old.did(*REPORT, tmp_path / "before.json")
        old.did("verify", "--log")

        new.did("prepare")
        assert "Den forlænger roden i alle udstedte rapporter: 1." in new.did("verify", "--log")
        new.said(A_WEEK.format(nth=1, text="Udgivet efter."))

        # The one before still answers while the new one takes over: tables are added to, and nothing is taken away.
        # `verify` is the new one's to run: the one before does not know what else is sealed since.
        old.said(A_WEEK.format(nth=2, text="Udgivet imens."))
        old.did(*REPORT, tmp_path / "meanwhile.json")

        said = new.said(TOLD).split("|")
        assert said[-3:] == ["Udgivet før.", "Udgivet efter.", "Udgivet imens."]
        assert "Den forlænger roden i alle udstedte rapporter: 2." in new.did("verify", "--log")
