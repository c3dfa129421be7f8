"""No column that can name somebody is without a purpose and a time; what is written down is what is so."""

from collections import Counter
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models

from recommendations.personal_data import RECORD

LISTED = Counter(column for one in RECORD for column in one.columns)
# Shorter words that name somebody all the same.
SHORT = {
    *(f"User.{name}" for name in ("username", "first_name", "last_name", "password")),
    *("SocialAccount.uid", "UserSession.ip", "UserSession.session_key", "UserSession.user_agent"),
    *("Session.session_key", "LogEntry.object_repr", "ErrorReport.where", "Assignment.note", "Subscription.address"),
}

APPS = ("recommendations", "auth", "sessions", "admin", "account", "mfa", "socialaccount", "usersessions")
NAMED = (models.EmailField, models.TextField, models.JSONField)
# What is written by a program, or names an office and nobody in it.
NAMES_NOBODY = frozenset(
    {
        *("Municipality.email", "Municipality.hosts", "Committee.email", "SocialApp.settings"),
        *("Evidence.shows", "Job.arguments", "Job.error", "LogLeaf.roots", "Synonym.official", "SearchText.words"),
    }
)


def may_name_somebody():
    """Every column that points at a login, holds an address, or takes words of any length: "Model.column"."""
    for app in APPS:
        for model in apps.get_app_config(app).get_models(include_auto_created=True):
            if not model._meta.proxy:
                yield from (f"{model.__name__}.{field.name}" for field in model._meta.concrete_fields if _may(field))


def _may(field):
    if field.is_relation:
        return field.related_model._meta.label == settings.AUTH_USER_MODEL
    return isinstance(field, NAMED)


def test_every_column_that_can_name_somebody_is_in_one_place():
    found = set(may_name_somebody())
    assert {"Event.by", "Subscriber.email", "StatusUpdate.text"} <= found
    assert found - LISTED.keys() - NAMES_NOBODY == set()
    assert [column for column, times in LISTED.items() if times > 1 or column in NAMES_NOBODY] == []


def test_nothing_is_listed_that_is_not_there():
    assert (LISTED.keys() | NAMES_NOBODY) - set(may_name_somebody()) == SHORT


def test_each_group_says_whose_why_and_how_long():
    assert all(one.whose and one.why and one.kept and one.columns for one in RECORD)


def test_the_document_is_todays(capsys):
    call_command("personal_data")
    assert (Path(settings.BASE_DIR) / "docs/personal-data.md").read_text() == capsys.readouterr().out
