"""The faults by hand of `script/mutants` are about lines and tests that are there; how they fare, it says itself."""

import importlib.util
import re
import sys

import pytest
from django.conf import settings

FOLDER = settings.BASE_DIR / "script" / "mutants.d"


def read(name):
    spec = importlib.util.spec_from_file_location(f"mutants_{name}", FOLDER / f"{name}.py")
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


FAULTS, by_rule = read("by_hand").FAULTS, read("by_rule")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_about_one_place_and_tests_that_are_there(fault):
    text = (settings.BASE_DIR / fault.file).read_text(encoding="utf-8")
    assert text.count(fault.old) == 1
    compile(text.replace(fault.old, fault.new), fault.file, "exec")
    for name in fault.tests:
        file, *parts = name.split("::")
        tests = (settings.BASE_DIR / file).read_text(encoding="utf-8")
        assert all(re.search(rf"^ *(def|class) {part}\b", tests, re.MULTILINE) for part in parts), name


def test_a_fault_by_rule_changes_that_place_and_nothing_else(tmp_path):
    (tmp_path / "days.py").write_text('"""Æ"""\nlate = "å" and day < today and not done\n', encoding="utf-8")
    changes = {
        one.what: one.put_into((tmp_path / "days.py").read_text()) for one in by_rule.changes_of("days.py", tmp_path)
    }
    assert changes["< -> <="] == '"""Æ"""\nlate = "å" and (day <= today) and not done\n'
    assert changes["uden not"] == '"""Æ"""\nlate = "å" and day < today and (done)\n'


@pytest.mark.parametrize(("file", "line", "what"), by_rule.NOT_SEEN, ids=lambda part: part)
def test_what_nobody_can_see_is_about_a_line_that_is_there(file, line, what):
    lines = (settings.BASE_DIR / file).read_text(encoding="utf-8").splitlines()
    changes = by_rule.changes_of(file, settings.BASE_DIR)
    assert (line, what) in {(lines[one.line - 1].strip(), one.what) for one in changes}
