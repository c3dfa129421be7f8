"""The Nu HTML checker, the one that the W3C runs, finds no error on any public page.

It is a Java program outside of Python's packages: VNU_JAR says where it lies. `.ci/run` gets it from the npm package
vnu-jar (MIT) and demands the test with REQUIRE_NU; on a machine without it the test is skipped.
"""

import json
import os
import re
import shutil
import subprocess

import pytest

from tests.public.conftest import EMPTY_PAGES, in_english
from tests.public.test_accessibility import EVERY_PAGE

JAR = os.environ.get("VNU_JAR", "")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not (JAR and shutil.which("java")) and not os.environ.get("REQUIRE_NU"),
        reason="The Nu HTML checker is not here: set VNU_JAR to its file, and have Java.",
    ),
]


@pytest.fixture
def faults_in(tmp_path):
    """`faults_in({name: html})` is what the checker complains of, errors and warnings, each with the page's name."""

    def faults_in(pages):
        for number, (name, html) in enumerate(pages.items()):
            (tmp_path / f"{number}-{re.sub(r'[^a-z0-9]+', '-', name)}.html").write_text(html)
        command = ["java", "-Xmx512m", "-jar", JAR, "--format", "json", "--exit-zero-always", *tmp_path.glob("*.html")]
        run = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
        messages = json.loads(run.stderr)["messages"]
        return [
            f"{message['url'].rpartition('/')[2]}:{message.get('lastLine')}: {message['message']}"
            f" ({message.get('extract', '').strip()!r})"
            for message in messages
        ]

    return faults_in


def read(citizen, pages):
    return {name: citizen.get(address).content.decode() for name, address in pages.items()}


def test_the_checker_finds_what_is_wrong(faults_in):
    assert faults_in({"wrong": '<!doctype html><html lang="da"><title>x</title><p><ul></ul></p>'})


@pytest.mark.parametrize("pages", [EVERY_PAGE, in_english(EVERY_PAGE)], ids=["da", "en"])
def test_full_pages(pages, world, citizen, faults_in):
    faults = faults_in(read(citizen, pages))
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("pages", [EMPTY_PAGES, in_english(EMPTY_PAGES)], ids=["da", "en"])
def test_pages_without_any_data(pages, db, citizen, faults_in):
    faults = faults_in(read(citizen, pages))
    assert not faults, "\n".join(faults)
