"""What has had its time goes, and nothing else."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from recommendations.models import ErrorReport, Job
from tests.factories import ErrorReportFactory, EvidenceFactory, JobFactory, UserFactory

pytestmark = pytest.mark.django_db


def handled(days_ago):
    at = timezone.now() - timedelta(days=days_ago)
    return ErrorReportFactory(handled_at=at, handled_by=UserFactory(), note="Rettet.", email="", sent_at=at)


def stored(name, *, days_old=2):
    """A file in the store that was written so many days ago."""
    kept = default_storage.save(name, ContentFile(b"%PDF-1.7"))
    at = (timezone.now() - timedelta(days=days_old)).timestamp()
    os.utime(Path(default_storage.path(kept)), (at, at))
    return kept


def test_reports_that_were_handled_long_ago_go(settings):
    settings.HANDLED_REPORTS_DAYS = 30
    handled(31)
    stays = [handled(29), ErrorReportFactory(sent_at=timezone.now() - timedelta(days=900))]
    call_command("tidy")
    assert set(ErrorReport.objects.order_by("pk")) == set(stays)


def test_files_that_no_row_names_go(capsys):
    orphan, on_its_way = stored("dokumentation/a/b.pdf"), stored("dokumentation/a/ny.pdf", days_old=0)
    named = EvidenceFactory(url="", file=stored("dokumentation/a/c.pdf")).file.name
    others = stored("noget-andet/d.pdf")
    call_command("tidy")
    assert [default_storage.exists(name) for name in (orphan, on_its_way, named, others)] == [False, True, True, True]
    assert "1 filer, som ingen række nævner" in capsys.readouterr().out


def test_a_store_without_files_is_tidy():
    call_command("tidy")


def test_sessions_and_work_that_are_over_go():
    Session.objects.create(session_key="gammel", session_data="", expire_date=timezone.now() - timedelta(1))
    Session.objects.create(session_key="ny", session_data="", expire_date=timezone.now() + timedelta(1))
    for days, key in ((1, "gammel"), (0, "ny")):
        seen = timezone.now() - timedelta(days)
        UserSession.objects.create(user=UserFactory(), ip="127.0.0.1", session_key=key, last_seen_at=seen)
    JobFactory(done_at=timezone.now() - timedelta(days=40))
    call_command("tidy")
    assert [session.session_key for session in Session.objects.order_by("pk")] == ["ny"]
    assert [session.session_key for session in UserSession.objects.order_by("pk")] == ["ny"]
    assert not Job.objects.exists()
