"""Tests of the suite in a process that is set up as one of several nodes: a plugin of pytest, for script/scaled.

What is shared is in Redis, and every public page is read in the copy, which is the test database under its other name.
That the two are two machines, and that one follows the other, is seen from outside.
"""

from importlib import import_module

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.test import SimpleTestCase
from django.utils import timezone


def pytest_configure():
    """After tests/conftest.py, which puts what is shared into the process."""
    django_settings.CACHES = import_module("tracker.settings").CACHES
    SimpleTestCase._disallowed_connection_methods = []  # else the copy, and with it the database, could not be asked


@pytest.fixture(autouse=True)
def read_in_the_copy(monkeypatch):
    replica = import_module("tracker.replica")  # a plugin is loaded before there are models
    connections[replica.REPLICA] = connections[replica.PRIMARY]
    close = replica.Following(replica=True, complete_until=timezone.now())
    monkeypatch.setattr(replica.watch, "look", lambda: close)
