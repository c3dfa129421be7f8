"""What tests have done in a process of its own (`recommendations.apart`)."""

import os
import sys
import time

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def known(content, said):
    loaded = sorted(name for name in sys.modules if name in ("django.db", "tracker.settings"))
    return {"said": said, "length": len(content), "environment": dict(os.environ), "loaded": loaded}


def turned(content):
    return content[::-1]


def rows(content):
    yield from ([number, "x" * 100] for number in range(int(content)))


def half(content):
    yield from ([number, "x" * 10_000] for number in range(50))
    raise MemoryError


def refused(content):
    raise ValidationError(_("Filen er tom. Vælg den, der har rækkerne."))


def no_memory(content):
    return len(bytearray(int(content)))


def no_end(content):
    while True:
        pass


def asleep(content):
    time.sleep(60)


def broken(content):
    raise KeyError("et bestemt ord")
