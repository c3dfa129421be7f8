"""What the documentation names exists, and what can be set is named in it."""

import re
import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

from tests.test_language import FEWEST_WORDS, HARDEST, lix, texts, words_of
from tracker import settings as settings_file

ROOT = Path(settings.BASE_DIR)
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("**/*.md"))]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
GUIDES = [ROOT / "docs/guide-redaktoer.md", ROOT / "docs/guide-sekretaer.md"]
PICTURES = {path.name for path in (ROOT / "docs/pictures").glob("*.png")}
SETTABLE = set(settings_file.env.scheme)
SCRIPTS = {path.name for path in (ROOT / "script").iterdir() if path.is_file() and path.name != "environment"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
class TestWhatAPageNames:
    def test_every_command_exists(self, page):
        named = set(re.findall(r"manage\.py ([a-z_]+)", page.read_text(encoding="utf-8")))
        assert named <= set(get_commands())

    def test_every_script_exists(self, page):
        assert set(re.findall(r"script/([a-z]+)", page.read_text(encoding="utf-8"))) <= SCRIPTS

    def test_every_link_within_the_project_leads_somewhere(self, page):
        for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), target


def named_settings():
    """The variables in the README's table, and those set on its command lines."""
    return set(re.findall(r"^\| `([A-Z_]+)`", README, re.M)) | set(re.findall(r"\b([A-Z_]{3,})=", README))


def test_every_setting_that_is_named_exists():
    assert named_settings() - {"PORT"} <= SETTABLE  # PORT is the server script's own


def test_every_setting_that_exists_is_named():
    assert named_settings() >= SETTABLE


def test_settings_are_read_nowhere_but_through_the_one_list():
    for path in [*ROOT.glob("tracker/**/*.py"), *ROOT.glob("recommendations/**/*.py")]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"environ(\[|\.get\()|getenv", text), path


def test_our_own_commands_and_scripts_are_named():
    ours = {path.stem for path in (ROOT / "recommendations/management/commands").glob("[a-z]*.py")}
    assert ours <= set(re.findall(r"manage\.py ([a-z_]+)", README))
    assert {name for name in SCRIPTS if f"script/{name}" in README or name in README.split("script/  ")[1]} == SCRIPTS


def test_every_room_of_the_map_exists():
    plan = README.split("## Huset")[1].split("```")[1]
    for room in re.findall(r"^\s*((?:[a-z_]+(?:/|\.py)\s?)+)", plan, re.M):
        for name in room.split():
            assert (ROOT / name).exists() or (ROOT / "recommendations" / name).exists(), name


def test_every_file_that_is_named_for_a_change_exists():
    named = set(re.findall(r"`((?:recommendations|tracker|tests|locale|docs|\.ci)/[\w./-]+)`", CONTRIBUTING))
    assert len(named) > 10
    assert {name for name in named if not (ROOT / name).exists()} == set()


def test_the_picture_of_the_house_is_the_one_that_is_kept():
    house = {path.stem for path in (ROOT / "recommendations").iterdir()}
    picture = CONTRIBUTING.split("## The picture of the house")[1].split("```")[1]
    floors = [set(re.findall(r"([a-z_]+)(?:/|\.py)", line)) for line in picture.splitlines()]
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = next(contract["layers"] for contract in linter["contracts"] if contract["type"] == "layers")
    kept = [set(re.findall(r"[a-z_]+", layer)) & house for layer in layers]  # what is not built yet is in no picture
    assert [floor for floor in floors if floor] == [floor for floor in kept if floor]


def test_every_test_that_is_said_to_show_a_fault_exists():
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "docs/reliability.md").read_text(encoding="utf-8"))
    assert len(named) > 12
    missing = [(file, name) for file, name in named if f"def {name}(" not in (ROOT / file).read_text(encoding="utf-8")]
    assert missing == []


# --- The guides, which say what stands on the screen ------------------------------------------------------------------


def as_read(text):
    """On one line, without the sign it ends in; a field's name is written small in the code and large on its page."""
    return re.sub(r"\s+", " ", text).strip().rstrip(".:").lower()


def said_of_the_screen(guide):
    """What stands in bold or in our quotation marks; `…` at the end is for the rest of a longer text."""
    found = re.findall(r"\*\*(.+?)\*\*|»(.+?)«", re.sub(r"\s+", " ", guide.read_text(encoding="utf-8")))
    return {as_read(bold or quoted) for bold, quoted in found}


def shown_in(page):
    """(picture, what it shows) of a page."""
    text = page.read_text(encoding="utf-8")
    in_lines = re.findall(r"!\[([^]]*)\]\((?:docs/)?pictures/([\w-]+\.png)\)", text)
    in_html = re.findall(r'<img src="(?:docs/)?pictures/([\w-]+\.png)"[^>]* alt="([^"]*)"', text)
    linked = re.findall(r"\[([^]]+)\]\((?:docs/)?pictures/([\w-]+\.png)\)", text)
    return in_html + [(picture, alt) for alt, picture in in_lines + linked]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
class TestAGuide:
    def test_says_of_the_screen_only_what_stands_there(self, guide):
        on_screen, said = {as_read(text) for text in texts()}, said_of_the_screen(guide)
        assert len(said) > 40
        begun = {text for text in said if text.endswith("…")}
        assert said - on_screen - begun == set()
        assert {text for text in begun if not any(one.startswith(text[:-1].strip()) for one in on_screen)} == set()

    def test_is_easier_to_read_than_a_daily_paper(self, guide):
        prose = re.sub(r"!?\[([^]]*)\]\([^)]*\)|<img[^>]*>|[*#|]", r"\1", guide.read_text(encoding="utf-8"))
        assert len(words_of(prose)) > FEWEST_WORDS
        assert lix(prose) < HARDEST

    def test_says_what_each_picture_shows(self, guide):
        assert shown_in(guide)
        assert [picture for picture, alt in shown_in(guide) if len(words_of(alt)) < 5] == []


def test_every_picture_is_shown_and_every_one_that_is_shown_is_there():
    shown = {picture for page in PAGES for picture, _alt in shown_in(page)}
    assert shown == PICTURES


def test_no_picture_weighs_more_than_a_page():
    assert [name for name in sorted(PICTURES) if (ROOT / "docs/pictures" / name).stat().st_size > 120_000] == []


def test_readme_leads_to_the_guides():
    assert {path.name for path in GUIDES} <= set(re.findall(r"\(docs/([\w-]+\.md)\)", README))
