"""`publiccode.yml`, by which catalogues of public software find it, says what the rest of the project says."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.utils.formats import date_format

ROOT = Path(settings.BASE_DIR)
SAID = yaml.safe_load((ROOT / "publiccode.yml").read_text())
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_version_licence_and_languages_are_the_projects():
    assert (SAID["softwareVersion"], SAID["legal"]["license"]) == (PROJECT["version"], PROJECT["license"])
    assert set(SAID["localisation"]["availableLanguages"]) == {code for code, _name in settings.LANGUAGES}
    date.fromisoformat(SAID["releaseDate"])


def test_version_and_date_are_those_of_the_newest_changes():
    newest = re.search(r"^## (\S+) – (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert newest.groups() == (SAID["softwareVersion"], date_format(date.fromisoformat(SAID["releaseDate"]), "j. F Y"))


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_descriptions_are_as_long_as_the_standard_asks(language):
    said = SAID["description"][language]
    assert len(said["shortDescription"]) <= 150
    assert 150 <= len(said["longDescription"]) <= 10_000
    assert said["features"]


def test_what_the_standard_asks_for_is_there():
    """All but the address of the repository, which is written where it is published."""
    asked = {
        *("publiccodeYmlVersion", "name", "platforms", "developmentStatus", "softwareType", "legal", "maintenance"),
        *("localisation", "description", "releaseDate"),
    }
    assert asked <= SAID.keys()
    assert SAID["maintenance"]["contacts"]
    assert SAID["localisation"]["localisationReady"] is True
