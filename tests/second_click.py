"""The second of two clicks at the same moment, in one thread: the first is over when the second has asked about it."""

from contextlib import contextmanager

from django.db import connection
from django.utils import translation

from recommendations.actions import turns


@contextmanager
def done_meanwhile(monkeypatch, click):
    """Within it, one form is sent, and `click` sends the same: after the form was asked whether it was done before (a
    race), or once it is its turn, if it does not ask. Yields a list that then holds what `click` gave.
    """
    answers, waits, depth, last_at = [], [True], len(connection.savepoint_ids), turns.last_at

    def click_once():
        if waits:
            waits.clear()
            with translation.override(translation.get_language()):
                answers.append(click())

    def asked(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if '"request_key" = ' in (sql or "") and len(connection.savepoint_ids) == depth:
            click_once()
        return result

    def in_turn():
        click_once()
        return last_at()

    with monkeypatch.context() as patched, connection.execute_wrapper(asked):
        patched.setattr(turns, "last_at", in_turn)
        yield answers
    assert answers
