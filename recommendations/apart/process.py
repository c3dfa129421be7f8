"""Reads a file that somebody has sent, within bounds: a line of JSON and the file in, JSON or bytes out.

A file can be made to crash or to stop whoever reads it, or to take all memory: here it takes only this process.
This file is run, not imported. It knows no database and no secrets; what it does is told it by name.
"""

import importlib
import json
import os
import resource
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

SPENT = 75  # no more memory, or too deep


def bound(what: int, most: int) -> None:
    _now, hard = resource.getrlimit(what)  # whoever started this may have less, and gives no more
    bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (bound, bound))


def know_formatting(head: dict[str, Any]) -> None:
    """As texts, numbers and days are written where the file was asked about; what is not needed is not loaded."""
    settings.configure(**head["settings"])
    apps.populate(())  # none: but texts in other languages wait for it
    if head["language"] != settings.LANGUAGE_CODE:
        activate(head["language"])


def parts_of(made: Any) -> Iterator[bytes]:
    """What is written of what was made: bytes as they are, what stands in a row as a line each."""
    if isinstance(made, bytes):
        return iter((made,))
    return (json.dumps(one).encode() + b"\n" for one in (made if isinstance(made, Iterator) else (made,)))


if __name__ == "__main__":
    given, taken = sys.stdin.buffer, sys.stdout.buffer
    head = json.loads(given.readline())
    bound(resource.RLIMIT_AS, head["bounds"]["memory"])
    bound(resource.RLIMIT_CPU, head["bounds"]["seconds"])
    bound(resource.RLIMIT_CORE, 0)
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

    from django.apps import apps
    from django.conf import settings
    from django.core.exceptions import ValidationError
    from django.utils.translation import activate

    try:
        know_formatting(head)
        module, _colon, name = head["does"].partition(":")
        parts = parts_of(getattr(importlib.import_module(module), name)(content=given.read(), **head["what"]))
        first = next(parts, b"")  # what refuses the file does so before it says anything of it
        taken.write(b"{}\n")
        taken.writelines(chain((first,), parts))
    except ValidationError as refused:
        taken.write(json.dumps({"refused": refused.messages}).encode() + b"\n")
    except (MemoryError, RecursionError):
        os._exit(SPENT)
