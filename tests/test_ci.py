"""The scripts are whole, and what `.ci/run` promises about a working copy can be read in it."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from tracker import settings as settings_file

ROOT = Path(settings.BASE_DIR)
SCRIPTS = [ROOT / ".ci/run", *sorted(path for path in (ROOT / "script").iterdir() if path.is_file())]
CI = (ROOT / ".ci/run").read_text(encoding="utf-8")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_can_be_read_by_its_shell(script):
    checked = subprocess.run(["bash", "-n", script], capture_output=True, text=True, timeout=10)
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize("script", [path for path in SCRIPTS if path.name != "environment"], ids=lambda path: path.name)
def test_a_script_can_be_run(script):
    assert os.access(script, os.X_OK)


def test_what_the_machine_has_set_decides_nothing():
    unset = re.search(r"^unset ((?:[A-Z_ ]|\\\n)+)$", CI, re.M)[1].replace("\\\n", "").split()
    chosen = re.findall(r"^export ([A-Z_]+)=", CI, re.M)
    assert {*unset, *chosen} >= set(settings_file.env.scheme)


def test_the_data_of_a_working_copy_are_left_alone():
    assert 'export VAR_DIR="$scratch/var"' in CI
    assert re.findall(r"rm -rf (\S+)", CI) == ['"$scratch"\'']
    assert CI.index("export VAR_DIR") < CI.index("# --- The run ---")
