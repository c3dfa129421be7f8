"""The queue: asked for in the act's transaction, done once it is committed, and again until it is done."""

import os
import signal
import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from django_scopes import scopes_disabled

from recommendations import jobs, tenancy
from recommendations.models import Job
from recommendations.models.job import MOST_TRIES, TAKEN_FOR

pytestmark = pytest.mark.django_db


@pytest.fixture
def done(monkeypatch):
    """What `paint` was called with; it raises the errors in `paint.errors`, one at each call."""
    calls, errors = [], []

    def paint(**arguments):
        if errors:
            raise errors.pop(0)
        calls.append(arguments)

    paint.errors = errors
    monkeypatch.setattr(jobs, "_known", jobs._known | {"paint": paint})
    return paint, calls


@pytest.fixture
def ask(done, monkeypatch, django_capture_on_commit_callbacks):
    """Asks for `paint`, and commits; the first try is over when it comes back."""
    monkeypatch.setattr(jobs, "connections", SimpleNamespace(close_all=lambda: None))
    monkeypatch.setattr(jobs.threading, "Thread", lambda target, **_how: SimpleNamespace(start=target))

    def ask(**arguments):
        with django_capture_on_commit_callbacks(execute=True):
            return jobs.ask_apart(done[0], **arguments)

    return ask


def test_is_done_when_it_is_committed_and_not_before(done, ask, django_capture_on_commit_callbacks):
    paint, calls = done
    with django_capture_on_commit_callbacks(execute=True):
        jobs.ask_apart(paint, colour="rød")
        assert calls == []
    assert calls == [{"colour": "rød"}]
    job = Job.objects.get()
    assert (job.tries, job.error) == (1, "")
    assert job.done_at


def test_what_takes_minutes_is_done_beside_the_page_for_the_same_municipality(
    done, monkeypatch, django_capture_on_commit_callbacks
):
    begun = []
    monkeypatch.setattr(jobs, "connections", SimpleNamespace(close_all=lambda: begun.append("closed")))
    monkeypatch.setattr(
        jobs.threading, "Thread", lambda target, **_how: SimpleNamespace(start=lambda: begun.append(target))
    )
    with django_capture_on_commit_callbacks(execute=True):
        jobs.ask_apart(done[0], colour="rød")
    assert done[1] == []
    here = tenancy.current()
    with scopes_disabled():
        begun[0]()
    assert (done[1], begun[1:]) == ([{"colour": "rød"}], ["closed"])
    assert Job.objects.get(done_at__isnull=False).municipality == here


def test_what_was_undone_is_not_asked_for(done):
    with transaction.atomic():
        jobs.ask_apart(done[0])
        transaction.set_rollback(True)
    assert not Job.objects.exists()


def test_what_fails_is_written_down_and_waits_longer_each_time(done, ask):
    paint, calls = done
    paint.errors += [OSError("Mailserveren svarer ikke."), OSError("Stadig ikke.")]
    job = ask()
    job.refresh_from_db()
    assert (job.error, job.tries, job.done_at, job.taken_at) == ("OSError: Mailserveren svarer ikke.", 1, None, None)
    first_wait = job.run_after - timezone.now()
    assert not jobs.do_next()
    Job.objects.update(run_after=timezone.now())
    assert jobs.do_next()
    job.refresh_from_db()
    assert job.run_after - timezone.now() > first_wait
    Job.objects.update(run_after=timezone.now())
    call_command("work", "--once")
    job.refresh_from_db()
    assert (job.error, job.tries, len(calls)) == ("", 3, 1)


def test_nobody_tries_for_ever(done, ask):
    job = ask()
    Job.objects.update(tries=MOST_TRIES, done_at=None, taken_at=None)
    assert not jobs.do_next()
    assert Job.objects.get() == job


def test_a_job_of_a_worker_that_died_is_taken_over_and_the_dead_says_nothing(done):
    _paint, calls = done
    jobs.ask_apart(done[0])
    dead = jobs._taken(None)
    assert not jobs.do_next()
    Job.objects.update(taken_at=timezone.now() - TAKEN_FOR - timedelta(seconds=1))
    assert jobs.do_next()
    assert len(calls) == 1
    jobs._ended(dead, done_at=None, error="Jeg døde.")
    assert Job.objects.get().error == ""


def test_the_first_asked_for_is_the_first_done(done):
    _paint, calls = done
    for number in (1, 2, 3):
        jobs.ask_apart(done[0], number=number)
    while jobs.do_next():
        pass
    assert [call["number"] for call in calls] == [1, 2, 3]


def test_what_was_done_a_month_ago_goes(done, ask):
    ask()
    waiting = jobs.ask_apart(done[0])
    Job.objects.exclude(pk=waiting.pk).update(done_at=timezone.now() - timedelta(days=31))
    jobs.forget_old()
    assert Job.objects.get() == waiting


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time as it is")
def test_two_workers_never_take_the_same(done, municipality):
    """One has begun to take the first, and has not committed; the other passes it by."""
    first, second = (Job.objects.create(municipality=municipality, kind="paint") for _ in range(2))
    found = []

    def other():
        with tenancy.active(municipality):
            found.append(jobs._taken(None))
        connection.close()

    with transaction.atomic():
        assert jobs._taken(None) == first
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert found == [second]


def test_what_failed_is_shown_to_administrators(done, ask, as_user, chief):
    done[0].errors.append(OSError("Filen er væk."))
    ask()
    assert "Filen er væk." in as_user(chief).get("/admin/recommendations/job/").content.decode()


def test_a_worker_goes_on_until_it_is_told_to_stop(monkeypatch, municipality):
    handlers = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}
    monkeypatch.setattr(jobs, "do_next", lambda: bool(os.kill(os.getpid(), signal.SIGTERM)))
    try:
        call_command("work")
    finally:
        for one, handler in handlers.items():
            signal.signal(one, handler)


def test_only_administrators_see_the_queue(as_user, anna):
    assert as_user(anna).get("/admin/recommendations/job/").status_code == 403
