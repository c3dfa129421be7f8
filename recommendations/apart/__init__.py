"""What strangers send is read in a process of its own, which may fall or stop without harm to whoever asked for it.

It has bounds, and neither a database nor an environment nor secrets. `process.py` is what is started: a line of JSON
and the file in, a line of JSON and what was made of the file out.
"""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language

logger = logging.getLogger(__name__)

PROCESS = Path(__file__).with_name("process.py")
FORMATTING = ("LANGUAGE_CODE", "LANGUAGES", "USE_I18N", "USE_THOUSAND_SEPARATOR", "FORMAT_MODULE_PATH", "TIME_ZONE")
SPENT = 75  # how `process.py` ends where there was no more memory
OF_BOUNDS = {SPENT, -signal.SIGKILL, -signal.SIGXCPU, -signal.SIGABRT}  # the last: a library found no memory
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Bounds:
    """`memory`: bytes of addresses, of which a Python with its libraries has 150 MB. `seconds`: of processor time.

    `patience`: seconds on the clock.
    """

    memory: int = 1024 * MEGABYTE
    seconds: int = 20
    patience: float = 60


class Fallen(Exception):
    """It gave no answer, or half of one. `is_spent`: its memory or its time was used up; else something is broken."""

    def __init__(self, code: int) -> None:
        super().__init__(f"The process ended with {code}")
        self.is_spent = code in OF_BOUNDS


class GivenBack:
    """What a process gives back, taken a line at a time: it never stands here whole."""

    def __init__(self, process: subprocess.Popen[bytes], trouble: IO[bytes]) -> None:
        assert process.stdout is not None
        self.process, self.trouble, self.stream = process, trouble, process.stdout

    def lines(self) -> Iterator[Any]:
        """Each line of JSON. `Fallen` where they break off."""
        for line in self.stream:
            yield self._said(line)
        self._require_end()

    def rest(self) -> bytes:
        content = self.stream.read()
        self._require_end()
        return content

    def beginning(self) -> None:
        """`ValidationError` with the sentences of a refusal, `Fallen` where there is no beginning."""
        line = self.stream.readline()
        if not line:
            self._require_end()
        if refused := (self._said(line) or {}).get("refused"):
            raise ValidationError(refused)

    def _said(self, line: bytes) -> Any:
        try:
            return json.loads(line)
        except ValueError:
            self._require_end()  # half a line
            raise

    def _require_end(self) -> None:
        if code := self.process.wait():
            fallen = Fallen(code)
            if not fallen.is_spent:
                self.trouble.seek(0)
                said = self.trouble.read()[-4000:].decode(errors="replace")
                logger.error("A process that reads a file ended with %s: %s", code, said)
            raise fallen


@contextmanager
def asked(does: str, content: bytes, bounds: Bounds | None = None, **what: Any) -> Iterator[GivenBack]:
    """Start `does` ("module:function") on the content; `what` are its other arguments, such as JSON holds.

    `ValidationError` where it refuses the file, `Fallen` where it falls; it is ended when the block is left.
    """
    bounds = bounds or Bounds()
    formatting = {name: getattr(settings, name) for name in FORMATTING}
    head = {
        "does": does,
        "what": what,
        "bounds": asdict(bounds),
        "settings": formatting | {"LOCALE_PATHS": [str(path) for path in settings.LOCALE_PATHS]},
        "language": get_language() or settings.LANGUAGE_CODE,
    }
    with tempfile.TemporaryFile() as trouble:
        # -I, and an empty environment: neither decides what is imported, and no secret is there to be found.
        process = subprocess.Popen(
            [sys.executable, "-I", str(PROCESS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=trouble, env={}
        )
        clock = threading.Timer(bounds.patience, process.kill)
        clock.start()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            with suppress(BrokenPipeError), process.stdin as given:  # it has fallen: its end says why
                given.write(json.dumps(head).encode() + b"\n")
                given.write(content)
            back = GivenBack(process, trouble)
            back.beginning()
            yield back
        finally:
            clock.cancel()
            process.kill()
            process.stdout.close()
            process.wait()


def told(does: str, content: bytes, bounds: Bounds | None = None, **what: Any) -> Any:
    """The one thing that `does` says of the content."""
    with asked(does, content, bounds, **what) as back:
        [said] = back.lines()
        return said


def made(does: str, content: bytes, bounds: Bounds | None = None, **what: Any) -> bytes:
    """What `does` makes of the content."""
    with asked(does, content, bounds, **what) as back:
        return back.rest()
