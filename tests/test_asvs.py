"""The table of OWASP ASVS: all of its requirements are answered, and what is said to show one exists."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User

ROOT = Path(settings.BASE_DIR)
TABLE = (ROOT / "docs/asvs.md").read_text(encoding="utf-8")
# The requirements of 4.0.3 that are of level 1 or 2, by section; those that were struck out are not among them.
WANTED = (
    "1.1:1-7 1.2:1-4 1.4:1,4-5 1.5:1-4 1.6:1-4 1.7:1-2 1.8:1-2 1.9:1-2 1.10:1 1.11:1-2 1.12:2 1.14:1-6 2.1:1-12 "
    "2.2:1-3 2.3:1-3 2.4:1-5 2.5:1-7 2.6:1-3 2.7:1-6 2.8:1-7 2.9:1-3 2.10:1-4 3.1:1 3.2:1-4 3.3:1-4 3.4:1-5 "
    "3.5:1-3 3.7:1 4.1:1-3,5 4.2:1-2 4.3:1-3 5.1:1-5 5.2:1-8 5.3:1-10 5.4:1-3 5.5:1-4 6.1:1-3 6.2:1-6 6.3:1-2 "
    "6.4:1-2 7.1:1-4 7.2:1-2 7.3:1,3-4 7.4:1-3 8.1:1-4 8.2:1-3 8.3:1-8 9.1:1-3 9.2:1-4 10.2:1-2 10.3:1-3 11.1:1-8 "
    "12.1:1-3 12.2:1 12.3:1-6 12.4:1-2 12.5:1-2 12.6:1 13.1:1,3-5 13.2:1-3,5-6 13.3:1-2 13.4:1-2 14.1:1-4 "
    "14.2:1-6 14.3:2-3 14.4:1-7 14.5:1-4 "
)
DONE, PARTLY, NOT_THERE, NOT_OURS = STATES = ["ja", "delvis", "findes ikke", "gælder ikke"]


def rows():
    """Of each row: its numbers, what it is about, its state, how, and what shows it."""
    found = re.findall(r"^\| (\d+\.\d+\.\d+.*?) \| (.*?) \| (.*?) \| (.*?) \| (.*?) \|$", TABLE, re.M)
    return [(numbers(said), *rest) for said, *rest in found]


def numbers(said):
    """»2.1.5–2.1.6, 2.1.8« as the numbers that it stands for."""
    found = []
    for part in said.split(", "):
        first, _dash, last = part.partition("–")
        section, _dot, begins = first.rpartition(".")
        ends = last.removeprefix(f"{section}.") or begins
        found += [f"{section}.{number}" for number in range(int(begins), int(ends) + 1)]
    return found


def wanted():
    found = []
    for section, several in (part.split(":") for part in WANTED.split()):
        for one in several.split(","):
            first, _dash, last = one.partition("-")
            found += [f"{section}.{number}" for number in range(int(first), int(last or first) + 1)]
    return found


def test_every_requirement_is_answered_once():
    answered = Counter(number for row in rows() for number in row[0])
    assert len(wanted()) == 259
    assert set(wanted()) - set(answered) == set()
    assert set(answered) - set(wanted()) == set()
    assert [number for number, times in answered.items() if times > 1] == []


def test_every_row_has_a_state_and_says_how():
    for which, about, state, how, _shown in rows():
        assert state in STATES, which
        assert about.strip(), which
        assert how.strip(), which


def test_what_is_lacking_is_said_with_who_can_mend_it():
    for which, _about, state, how, _shown in rows():
        lacks = state in (PARTLY, NOT_THERE)
        assert ("**Mangler:** " in how) is lacks, which
        assert ("**Kan rettes af:** " in how) is lacks, which


def test_what_is_done_is_shown():
    for which, _about, state, _how, shown in rows():
        if state in (DONE, PARTLY):
            assert re.search(r"`tests/|\]\(", shown), which


def test_the_figures_are_those_of_the_table():
    for state in STATES:
        its = [row for row in rows() if row[2] == state]
        assert f"| {state} | {len(its)} | {sum(len(row[0]) for row in its)} |" in TABLE
    assert f"| i alt | {len(rows())} | {len(wanted())} |" in TABLE


@cache
def names_in(file):
    """All that can be named in a file of tests: functions, classes, and functions of classes."""
    found = set()
    for node in ast.parse((ROOT / file).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)}
    return {name for name in found if re.match(r"test_|Test", name)}


def test_every_test_that_is_named_exists():
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::([\w:]+))?`", TABLE)
    assert len(named) > 150
    missing = [f"{file}::{name}" for file, name in named if not (ROOT / file).exists()]
    missing += [f"{file}::{name}" for file, name in named if name and name not in names_in(file)]
    assert sorted(set(missing)) == []


# --- What has no place of its own -------------------------------------------------------------------------------------


SOURCES = [path for folder in ("recommendations", "tracker", "checker") for path in (ROOT / folder).rglob("*.py")]
MAKES_CODE = {"eval", "exec", "compile", "__import__"}
READS_OBJECTS = {"pickle", "marshal", "shelve", "dill", "yaml"}


def called(node):
    """The name of what is called, as it is written: `os.system`."""
    return ast.unparse(node.func)


def made_of_text(tree):
    """What in a program would make code, a template, a command or an object of text that it was given."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = {alias.name.split(".")[0] for alias in node.names} | {
                str(getattr(node, "module", "")).split(".")[0]
            }
            yield from sorted(names & READS_OBJECTS)
        if isinstance(node, ast.Call):
            name = called(node)
            is_shell = any(one.arg == "shell" and ast.unparse(one.value) != "False" for one in node.keywords)
            if name in MAKES_CODE or name.startswith(("os.system", "os.popen", "os.exec", "pickle.")) or is_shell:
                yield name
            if name.endswith("from_string") or name == "Template":
                yield name


@pytest.mark.parametrize(
    ("program", "found"),
    [
        ("eval(x)", ["eval"]),
        ("import pickle", ["pickle"]),
        ("subprocess.run(x, shell=True)", ["subprocess.run"]),
        ("engine.from_string(x)", ["engine.from_string"]),
        ("subprocess.run([x, 'y'])\nre.compile(x)", []),
    ],
)
def test_the_search_below_finds_what_it_looks_for(program, found):
    assert list(made_of_text(ast.parse(program))) == found


def test_no_code_is_made_of_text():
    found = {
        (path.relative_to(ROOT).as_posix(), what)
        for path in SOURCES
        for what in made_of_text(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found == set()


# What is made up, with a seed, so that it is the same again.
MADE_UP = (
    "recommendations/management/example/",
    "recommendations/management/commands/measure_log.py",
)


def test_chance_that_must_not_be_guessed_is_the_systems():
    for path in SOURCES:
        where = path.relative_to(ROOT)
        text = path.read_text(encoding="utf-8")
        assert "uuid1(" not in text, where
        if not where.as_posix().startswith(MADE_UP):
            assert not re.search(r"^(import random|from random import)", text, re.M), where


def test_no_password_grows_old():
    """There is no day on which a password runs out, and no earlier ones are kept to compare with."""
    columns = {field.name for field in User._meta.concrete_fields}
    assert not [name for name in columns if re.search("expire|changed|history", name)]
    assert not [one["NAME"] for one in settings.AUTH_PASSWORD_VALIDATORS if "History" in one["NAME"]]
