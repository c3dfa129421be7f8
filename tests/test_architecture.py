"""The rules of the house that a reader of the code relies on."""

import ast
import tomllib

import pytest
from django.conf import settings
from importlinter import cli

ROOT = settings.BASE_DIR
SOURCES = sorted(
    path for path in (ROOT / "recommendations").rglob("*.py") if "migrations" not in path.relative_to(ROOT).parts
)
source = pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))


def calls(tree, names):
    """Line numbers of the calls of a method with one of `names`."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names
    ]


def imports_in_functions(tree):
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = [node for function in functions for node in ast.walk(function)]
    return [node.lineno for node in inside if isinstance(node, ast.Import | ast.ImportFrom)]


@source
def test_rows_are_not_changed_behind_the_back_of_their_history(path):
    """`update()` and `bulk_update()` of a queryset write no history and call no `save()`. Dicts merge with `|`.

    The two exceptions copy what published rows say onto their item, fields that the history leaves out, and publish
    made-up updates, which nobody wrote.
    """
    banned = {"update", "bulk_update", "aupdate", "abulk_update", "_raw_delete"}
    allowed = 2 if path.match("actions/state.py") else 0
    assert len(calls(ast.parse(path.read_text()), banned)) == allowed


@pytest.mark.parametrize(
    "path",
    # Django wants some in an app's ready(), and libraries for file formats are slow to load.
    [path for path in SOURCES if path.name != "apps.py" and path.parent.name != "renderers"],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_imports_stand_at_the_top_of_the_file(path):
    assert imports_in_functions(ast.parse(path.read_text())) == []


def test_the_searches_above_find_what_they_look_for():
    bad = ast.parse(
        "def publish(rows):\n"
        "    from django.db import models\n"
        "    rows.filter(pk=1).update(text='')\n"
        "    rows.bulk_update(rows, ['text'])\n"
    )
    assert imports_in_functions(bad) == [2]
    assert calls(bad, {"update", "bulk_update"}) == [3, 4]
    assert len(SOURCES) > 20


def test_each_floor_imports_only_the_floors_below_it(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    failed = cli.lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert not failed, capsys.readouterr().out


def test_there_are_contracts_to_keep():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert {contract["type"] for contract in contracts} == {"layers", "forbidden"}
    assert next(contract for contract in contracts if contract["type"] == "layers")["exhaustive"] is True
