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


WRITES = {
    "create",
    "bulk_create",
    "get_or_create",
    "update_or_create",
    "update",
    "bulk_update",
    "delete",
    "_raw_delete",
}


def writes(tree):
    """Line numbers of what writes rows: methods of a queryset, and `save()` of a row. Files are saved to a stream."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    rows_saved = [node for node in found if node.func.attr == "save" and not node.args]
    return sorted(node.lineno for node in [*rows_saved, *(node for node in found if node.func.attr in WRITES)])


def imports_in_functions(tree):
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = [node for function in functions for node in ast.walk(function)]
    return [node.lineno for node in inside if isinstance(node, ast.Import | ast.ImportFrom)]


@pytest.mark.parametrize(
    "path",
    # Commands make what nobody acts on: a new database, and made-up rows for trying and measuring. The queue's rows are
    # what is left to be done after an act; kept lines are a cache, which changes nothing that anybody sees.
    [
        path
        for path in SOURCES
        if not {"actions", "management", "jobs.py", "kept_lines.py", "outbox.py", "sending.py"}
        & set(path.relative_to(ROOT).parts)
    ],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_only_actions_write_rows(path):
    """Every change of state is an action's, so that its permission, its rules and its event cannot be passed by.

    Dicts and sets merge with `|`, so that a search for `update` finds what changes rows.
    """
    assert writes(ast.parse(path.read_text())) == []


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
        "    rows[0].save()\n"
        "    document.save(stream)\n"
    )
    assert imports_in_functions(bad) == [2]
    assert writes(bad) == [3, 4, 5]
    assert len(SOURCES) > 20


def test_each_floor_imports_only_the_floors_below_it(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    # It would set up logging for itself, and so silence every other logger for the tests that come after.
    monkeypatch.setattr(cli, "_configure_logging", lambda verbose: None)
    failed = cli.lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert not failed, capsys.readouterr().out


def test_there_are_contracts_to_keep():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert {contract["type"] for contract in contracts} == {"layers", "forbidden"}
    assert next(contract for contract in contracts if contract["type"] == "layers")["exhaustive"] is True
