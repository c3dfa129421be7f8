"""manage.py as somebody meets it on a machine where nothing is set: it works, or says in one sentence why not."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR


def manage(*python, **environment):
    """The result of `manage.py check`, with nothing set but what is given."""
    return subprocess.run(
        [sys.executable, *python, "manage.py", "check"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1", **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


def refusal(result):
    """What a refusal says: one line and nothing else."""
    assert result.returncode == 1, result.stderr
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    return line


@pytest.fixture
def folder(tmp_path):
    """A folder for data as `script/server` leaves it."""
    (tmp_path / "DEVELOPMENT").touch()
    return str(tmp_path)


def test_says_what_is_missing(tmp_path):
    assert refusal(manage(VAR_DIR=str(tmp_path))) == (
        "Miljøvariablen SECRET_KEY mangler: sæt den, som README siger under »I drift«, eller kør script/server (eller "
        "sæt DEVELOPMENT=true) for at prøve systemet på egen maskine."
    )


def test_says_that_the_packages_are_missing(folder):
    assert refusal(manage("-I", "-S", VAR_DIR=folder)) == (  # -S: without the packages of .venv
        "Django mangler i denne Python: kør script/server først, og brug så .venv/bin/python manage.py."
    )


def test_knows_a_folder_that_the_server_made(folder):
    result = manage(VAR_DIR=folder)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("name", "value", "missing"),
    [
        ("DEVELOPMENT", "false", "SECRET_KEY"),
        ("DATABASE_URL", "sqlite:///elsewhere.sqlite3", "SECRET_KEY"),
        ("SECRET_KEY", "x" * 60, "SITE_URL"),
    ],
)
def test_leaves_the_choice_to_whoever_made_one(folder, name, value, missing):
    assert refusal(manage(**{"VAR_DIR": folder, name: value})).startswith(f"Miljøvariablen {missing} mangler")


def test_the_server_leaves_the_marker_that_is_looked_for():
    script = (ROOT / "script/server").read_text(encoding="utf-8")
    assert '>"$folder/DEVELOPMENT"' in script
    assert "folder=${VAR_DIR:-var}" in script
