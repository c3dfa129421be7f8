"""A migration that has landed is never edited: who ran it earlier would have other tables than who runs it later."""

import hashlib
from pathlib import Path

import pytest
from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "recommendations/migrations"
# Name -> SHA-256 of the file as it landed. A new migration is added here when it lands, and then never touched.
LANDED = {
    "0001_domain": "e03a0400a6e9e0ed5d057780a5b9e90fc3912766f36fb817baeaf877b6c6921f",
    "0002_mail": "13e512efb40493888fc3a5296056ed392c87964c878318a57a2dd24b32fa7d96",
}


@pytest.mark.parametrize("name", LANDED)
def test_what_has_landed_is_as_it_landed(name):
    assert hashlib.sha256((FOLDER / f"{name}.py").read_bytes()).hexdigest() == LANDED[name]


def test_each_migration_is_listed():
    assert {path.stem for path in FOLDER.glob("0*.py")} == LANDED.keys()
