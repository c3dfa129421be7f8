"""What pytest does in a copy, besides testing: loaded by `script/mutants` as a plugin, told what to do in a file.

The file, named in MUTANTS_ASKED, is JSON: `database` (the test database, a file), and one of
`watched` (files of the code: each test's time, and the lines of these that it runs, are written down) and
`tests` (these, in this order, and no others). What was seen is written to the file that `told` names.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import Any

import hypothesis
import pytest

ASKED: dict[str, Any] = json.loads(Path(os.environ["MUTANTS_ASKED"]).read_text(encoding="utf-8"))
WATCHED: dict[str, str] = {str(Path.cwd() / file): file for file in ASKED.get("watched", ())}
IMPORTED = ""  # stands for no test: what is run while modules are loaded

touched: dict[str, set[str]] = defaultdict(set)  # by »file:line«, the tests that run it
seconds: dict[str, float] = defaultdict(float)
failed: list[str] = []
_now = IMPORTED


def _line(frame: FrameType, event: str, argument: Any) -> Callable[..., Any]:
    touched[f"{WATCHED[frame.f_code.co_filename]}:{frame.f_lineno}"].add(_now)
    return _line


def _call(frame: FrameType, event: str, argument: Any) -> Callable[..., Any] | None:
    return _line(frame, event, argument) if frame.f_code.co_filename in WATCHED else None


if WATCHED:
    threading.settrace(_call)
    sys.settrace(_call)


def pytest_configure() -> None:
    from django.conf import settings  # noqa: PLC0415  # not there before pytest-django has said which

    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = ASKED["database"]
    # The same examples in every run, and the first that fails is enough.
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile("mutants", derandomize=True, phases=phases, deadline=None, database=None)
    hypothesis.settings.load_profile("mutants")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "tests" in ASKED:
        place = {name: number for number, name in enumerate(ASKED["tests"])}
        first = {name.partition("::")[0]: number for number, name in reversed([*enumerate(ASKED["tests"])])}
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in place])

        def order(item: pytest.Item) -> tuple[bool, int, bool, int]:
            """What tests/conftest.py and pytest-django put last because of its rows stays there."""
            fixtures, marker = getattr(item, "fixturenames", ()), item.get_closest_marker("django_db")
            commits = "transactional_db" in fixtures or bool(marker and marker.kwargs.get("transaction"))
            has_kept = any(name.endswith("_once") for name in fixtures)
            return commits, first[item.nodeid.partition("::")[0]], has_kept, place[item.nodeid]

        items[:] = sorted((item for item in items if item.nodeid in place), key=order)


@pytest.fixture(scope="session", autouse=True)
def empty_database_is_kept(django_db_setup: None) -> None:
    """As it is before any test: every fault begins with it."""
    if "kept" in ASKED:
        with closing(sqlite3.connect(ASKED["database"])) as made, closing(sqlite3.connect(ASKED["kept"])) as kept:
            made.backup(kept)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    global _now
    _now, began = item.nodeid, time.perf_counter()
    try:
        return (yield)
    finally:
        seconds[item.nodeid] += time.perf_counter() - began
        _now = IMPORTED


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed:
        failed.append(report.nodeid)


def pytest_sessionfinish() -> None:
    told = {"touched": {line: sorted(tests) for line, tests in touched.items()}, "seconds": seconds, "failed": failed}
    Path(ASKED["told"]).write_text(json.dumps(told), encoding="utf-8")
