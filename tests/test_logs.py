"""What the log says, as the handler that writes it sees it."""

import logging

import pytest
from django.test import Client

from recommendations.public.asked import Refused
from tracker.logs import HidesTokens, NamesTheRequest, OneLine, RefusalsOnOneLine


@pytest.mark.parametrize(("error", "is_told_where"), [(Refused("Datoen findes ikke."), False), (KeyError("x"), True)])
def test_only_a_refusal_is_logged_without_its_place_in_the_code(error, is_told_where):
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, str(error), None, (type(error), error, None))
    assert RefusalsOnOneLine().filter(record)
    assert bool(record.exc_info) is is_told_where


def test_the_log_is_written_through_the_filters():
    handlers = [handler for handler in logging.getLogger().handlers if type(handler) is logging.StreamHandler]
    assert [type(one) for handler in handlers for one in handler.filters] == [
        RefusalsOnOneLine,
        HidesTokens,
        NamesTheRequest,
    ]


def test_an_address_with_a_line_break_is_one_line_of_the_log(db, caplog):
    Client().get("/findes-ikke%0d%0a2026-11-02 INFO security login who=admin/")
    lines = [OneLine().format(record) for record in caplog.records if record.name == "django.request"]
    assert lines
    assert not [line for line in lines if "\n" in line or "\r" in line]
