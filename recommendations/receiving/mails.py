"""A mail as bytes, read: from whom, to which question, whether a program wrote it, what it says and what it brings.

Anybody can send anything, so nothing here raises: what cannot be read is not there.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32
from email.utils import getaddresses
from typing import Any

from recommendations.receiving.html_text import text_of_html
from recommendations.receiving.reply_text import meant, unflowed, unwrapped

MOST_BYTES = 20 * 1024 * 1024
MOST_FILES = 10
MOST_PARTS = 500
MOST_TEXT = 400_000  # signs of a text that is looked through
MOST_HEADER = 1000  # signs of one line of the head that is kept
LOGO_BYTES = 40_000  # what a page of a mail shows and is smaller belongs to a signature
HEAD_BYTES = 256 * 1024

KEPT = ("From", "To", "Cc", "Date", "Subject", "Message-ID", "In-Reply-To", "Authentication-Results")
SENT_TO = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
KEY_IN_ADDRESS = re.compile(r"\+([0-9a-f]{32})@", re.I)
KEY_IN_ID = re.compile(r"<([0-9a-f]{32})@", re.I)
AWAY = re.compile(
    r"^\W*(automatisk svar|auto(matic)? ?(reply|svar|response)|autosvar|autoreply|out of (the )?office|fraværsbesked|"
    r"fraværsmeddelelse|ikke til stede|ikke på kontoret|jeg er på ferie|undelivered mail|undeliverable|delivery status|"
    r"mail delivery|kan ikke leveres|ikke leveret)",
    re.I,
)
BY_PROGRAMS = re.compile(r"^(mailer-daemon|postmaster|no-?reply|auto-?reply)@", re.I)
BULK = frozenset({"bulk", "auto_reply", "junk", "list"})
FAILED = re.compile(r"\b(dmarc|spf|dkim)\s*=\s*fail\b", re.I)
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\ufeff]")


@dataclass(frozen=True)
class MailFile:
    name: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """`keys` are of the messages it may answer, the likeliest first; `failed` the proofs of the sender that failed.

    `text` is what was meant, `whole_text` all that stands there. `left_out` are names of what is neither text nor file.
    """

    digest: str
    senders: tuple[str, ...]
    keys: tuple[str, ...]
    message_id: str
    headers: str
    is_automatic: bool
    failed: tuple[str, ...] = ()
    text: str = ""
    whole_text: str = ""
    files: tuple[MailFile, ...] = ()
    left_out: tuple[str, ...] = ()


def read_mail(content: bytes, *, is_whole: bool = True) -> Mail:
    """What a mail says; of one that is not there as a whole, its head alone."""
    message = _parsed(content, is_whole=is_whole)
    sender = [address.lower() for _name, address in getaddresses(_all(message, "From")) if "@" in address]
    message_id = _one(message, "Message-ID")
    head = Mail(
        digest=hashlib.sha256(message_id.encode() or content).hexdigest(),
        senders=tuple(sender),
        keys=_keys(message),
        message_id=message_id,
        headers=_kept(message),
        is_automatic=_is_automatic(message, sender),
        failed=tuple(sorted({found.lower() for found in FAILED.findall(_one(message, "Authentication-Results"))})),
    )
    return _with_contents(head, message) if is_whole else head


def _parsed(content: bytes, *, is_whole: bool) -> Message:
    if is_whole:
        try:
            return BytesParser(policy=compat32).parsebytes(content)
        except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
            pass
    return BytesHeaderParser(policy=compat32).parsebytes(content[:HEAD_BYTES])


# --- The head ---------------------------------------------------------------------------------------------------------


def _all(message: Message, name: str) -> list[str]:
    return [_decoded(value) for value in message.get_all(name, [])]


def _one(message: Message, name: str) -> str:
    """The first: what the last server on the way wrote."""
    return next(iter(_all(message, name)), "").strip()


def _decoded(value: object) -> str:
    """A line of the head as it is read."""
    raw = str(value)
    try:
        text = str(make_header(decode_header(raw)))
    except (MessageError, ValueError, LookupError, TypeError, AssertionError):
        text = raw
    return clean(" ".join(text.split()))[:MOST_HEADER]


def clean(text: str) -> str:
    """What a database can hold and somebody can see."""
    return UNSEEN.sub("", text.encode("utf-8", "replace").decode("utf-8"))


def _keys(message: Message) -> tuple[str, ...]:
    sent_to = [key for name in SENT_TO for value in _all(message, name) for key in KEY_IN_ADDRESS.findall(value)]
    answers = KEY_IN_ID.findall(_one(message, "In-Reply-To")) + KEY_IN_ID.findall(_one(message, "References"))[::-1]
    return tuple(dict.fromkeys(key.lower() for key in [*sent_to, *answers]))


def _kept(message: Message) -> str:
    lines = [f"{name}: {value}" for name in KEPT if (value := _one(message, name))]
    return "\n".join([*lines, f"Received: {len(message.get_all('Received', []))}"])


def _is_automatic(message: Message, sender: list[str]) -> bool:
    """Whether a program sent it, so that no program is to answer (RFC 3834)."""
    submitted = _one(message, "Auto-Submitted").lower()
    return bool(
        (submitted and not submitted.startswith("no"))
        or any(_one(message, name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply"))
        or _one(message, "Precedence").lower() in BULK
        or AWAY.match(_one(message, "Subject"))
        or any(BY_PROGRAMS.match(address) for address in sender)
        or _one(message, "Return-Path") == "<>"
        or _one(message, "Content-Type").lower().startswith("multipart/report")
    )


# --- What it says -----------------------------------------------------------------------------------------------------


def _with_contents(head: Mail, message: Message) -> Mail:
    plain: list[str] = []
    pages: list[str] = []
    files: list[MailFile] = []
    left_out: list[str] = []
    shown: list[tuple[str, MailFile]] = []  # by its Content-ID: what a page may show
    for part in _leaves(message):
        kind, name, content = part.get_content_type(), _file_name(part), _content(part)
        is_attached = bool(name) or part.get_content_disposition() == "attachment"
        if kind == "text/plain" and not is_attached:
            plain.append(_as_written(part, content))
        elif kind == "text/html" and not is_attached:
            pages.append(_text(part, content))
        elif not content:
            continue
        elif not name:
            left_out.append(kind)
        elif cid := _one(part, "Content-ID").strip("<>"):
            shown.append((cid, MailFile(name, content)))
        else:
            files.append(MailFile(name, content))
    page = "\n".join(pages)
    for cid, file in shown:
        is_logo = len(file.content) < LOGO_BYTES and f"cid:{cid}" in page
        files, left_out = (files, [*left_out, file.name]) if is_logo else ([*files, file], left_out)
    text = "\n".join(plain)[:MOST_TEXT]
    if not text.strip():
        text = text_of_html(page[:MOST_TEXT])
    left_out += [file.name for file in files[MOST_FILES:]]
    return Mail(
        **{name: getattr(head, name) for name in ("digest", "senders", "keys", "message_id", "headers", "failed")},
        is_automatic=head.is_automatic,
        text=meant(text),
        whole_text=text.strip(),
        files=tuple(files[:MOST_FILES]),
        left_out=tuple(left_out),
    )


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, in order; a mail within the mail is not looked into."""
    todo = [message]
    for _part in range(MOST_PARTS):
        if not todo:
            return
        part = todo.pop()
        inner: Any = part.get_payload()
        if isinstance(inner, list) and part.get_content_maintype() == "multipart":
            todo += reversed(inner)
        else:
            yield part


def _file_name(part: Message) -> str:
    try:
        return _decoded(part.get_filename() or "")
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""


def _content(part: Message) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError):
        return b""
    return content if isinstance(content, bytes) else b""


def _text(part: Message, content: bytes) -> str:
    """As its character set says, else as UTF-8, else as Windows has it (windows-1252), of which Latin 1 is a part."""
    named = _parameter(part, "charset").lower()
    for charset in (named if named not in ("", "us-ascii", "iso-8859-1", "latin1") else "utf-8", "utf-8"):
        try:
            return clean(content.decode(charset))
        except (UnicodeError, LookupError, ValueError):
            continue
    return clean(content.decode("windows-1252", "replace"))


def _as_written(part: Message, content: bytes) -> str:
    """Without the breaks that a program put in to keep lines short."""
    text = _text(part, content)
    if _parameter(part, "format").lower() == "flowed":
        return unflowed(text, deletes_space=_parameter(part, "delsp").lower() == "yes")
    return unwrapped(text)


def _parameter(part: Message, name: str) -> str:
    try:
        found = part.get_param(name, "")
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
    return found if isinstance(found, str) else ""
