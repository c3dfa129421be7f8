"""Runs pytest again and again, each time in a process of its own that has loaded the libraries already (prefork).

The code and its tests are loaded anew each time. Each line in is JSON: `arguments` of pytest, `environment`, `folder`,
`said` (a file for what it says), `seconds` (the longest it may take). Each line out is its code, negative when that was
too long.
"""

import importlib
import json
import os
import signal
import sys

import pytest

# What takes longest to load of what knows nothing of the code.
for name in ("faker", "hypothesis", "hypothesis.strategies", "playwright.sync_api", "django.db.models", "django.forms"):
    importlib.import_module(name)

for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if not child:
        signal.alarm(asked["seconds"])
        said = os.open(asked["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(said, 1)
        os.dup2(said, 2)
        os.environ.clear()
        os.environ.update(asked["environment"])
        sys.dont_write_bytecode = "PYTHONDONTWRITEBYTECODE" in os.environ
        os.chdir(asked["folder"])
        sys.path.insert(0, asked["folder"])
        code = pytest.main(asked["arguments"])
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
