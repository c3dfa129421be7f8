"""What the log says; read before the models are, so it knows none of them."""

import json
import logging
import re
import time
from datetime import UTC, datetime

from django.core.exceptions import BadRequest
from django.core.mail import mail_admins

from tracker import request_ids

# What every record has; whatever else one has was given with it, and is said.
OF_EVERY_RECORD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "request", "request_id"}


# What is signed, and what a password is set with (django.contrib.auth.tokens).
TOKEN = re.compile(r"[\w-]+(?::|%3A)[\w-]+(?::|%3A)[\w-]{20,}|[0-9a-z]{6,}-[0-9a-f]{32,}", re.IGNORECASE)


def hidden(said: str) -> str:
    return TOKEN.sub("…", said)


# What a line could be broken or overwritten with: all that str.splitlines breaks at is among it.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def visible(said: str) -> str:
    return CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), said)


class RefusalsOnOneLine(logging.Filter):
    """A day that does not exist is a reader's slip: the log needs its sentence, not where in the code it was said."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], BadRequest):
            record.exc_info = None
        return True


class HidesTokens(logging.Filter):
    """Whoever reads the log is not to be able to use a link that was mailed to somebody else."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if (told := hidden(said)) != said:
            record.msg, record.args = told, None
        return True


class NamesTheRequest(logging.Filter):
    """Give the record `request_id`: "-" for what no request led to. Django tells of a refusal once it is answered."""

    def filter(self, record: logging.LogRecord) -> bool:
        answered = request_ids.name_of(getattr(record, "request", None))
        record.request_id = request_ids.current.get() or answered or "-"
        return True


def _told(record: logging.LogRecord) -> dict[str, object]:
    """What was given with the record, for a program to read."""
    return {name: value for name, value in vars(record).items() if name not in OF_EVERY_RECORD}


class OneLine(logging.Formatter):
    """For a person who reads: time, level, request, where, what, and what was given with it.

    Where an error went wrong stands below, set in: only what begins at the margin is a line of ours.
    """

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {request_id} {name} {message}", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:
        told = "".join(f" {name}={value}" for name, value in _told(record).items() if name != "status_code")
        return visible(super().formatMessage(record) + told)

    def format(self, record: logging.LogRecord) -> str:
        line, *below = super().format(record).splitlines()
        # Hidden of an error too, which names what it was about.
        return hidden("\n".join([line, *(f"    {visible(one)}" for one in below)]))


class AsJson(logging.Formatter):
    """For a program that reads (structured logging): a line of JSON each, its time in UTC and ISO form."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request": getattr(record, "request_id", "-"),
            "message": record.getMessage(),
        } | _told(record)
        if record.exc_info:
            said["error"] = self.formatException(record.exc_info)
        told = {name: hidden(value) if isinstance(value, str) else value for name, value in said.items()}
        return json.dumps(told, ensure_ascii=False, default=lambda value: hidden(str(value)))


class TellAdmins(logging.Handler):
    """A mail to ADMINS when something failed, at most one in `PAUSE` seconds: the log has the others.

    Django's own would send all that the request held: what was typed, and the cookies.
    """

    PAUSE = 60

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._told_at = -float(self.PAUSE)

    def emit(self, record: logging.LogRecord) -> None:
        now = time.monotonic()
        if now - self._told_at < self.PAUSE:
            return
        self._told_at = now
        try:
            mail_admins(hidden(" ".join(record.getMessage().split()))[:200], hidden(self.format(record)))
        except Exception:
            self.handleError(record)
