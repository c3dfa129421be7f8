"""The mailbox that answers come to, read over IMAP: mails nobody has seen, one at a time."""

from __future__ import annotations

import imaplib
import logging
import re
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from recommendations.enums import ReplyState
from recommendations.models import MailReply
from recommendations.receiving.mails import HEAD_BYTES, MOST_BYTES

logger = logging.getLogger(__name__)

PATIENCE = 30  # seconds that the server may take for each answer
MOST_AT_ONCE = 200  # mails; the rest waits for the next time
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class MailboxError(Exception):
    """Why the mailbox could not be read, as a Danish sentence."""


@dataclass(frozen=True)
class MailboxAddress:
    """What IMAP_URL says: imaps://user:password@host/folder, with %40 for an @ in the name."""

    host: str
    port: int
    is_encrypted: bool
    user: str
    password: str
    folder: str

    @classmethod
    def of(cls, url: str) -> MailboxAddress:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as wrong:
            raise MailboxError("IMAP_URL kan ikke læses. Skriv den som imaps://navn:kode@vært/INBOX.") from wrong
        encrypted = parts.scheme == "imaps"
        if not (parts.hostname and parts.username) or not (encrypted or parts.scheme == "imap"):
            raise MailboxError("IMAP_URL kan ikke læses. Skriv den som imaps://navn:kode@vært/INBOX.")
        if not encrypted and parts.hostname not in LOCAL:
            raise MailboxError("IMAP_URL skal begynde med imaps://, så koden ikke kan læses undervejs.")
        return cls(
            parts.hostname,
            port or (993 if encrypted else 143),
            encrypted,
            unquote(parts.username),
            unquote(parts.password or ""),
            unquote(parts.path.strip("/")) or "INBOX",
        )


Take = Callable[[bytes, bool], MailReply | None]
FAILED = "failed"


def empty_mailbox(url: str, take: Take) -> Counter[str]:
    """Give each mail that nobody has seen to `take`; what became of how many. `MailboxError` where it is not reached.

    A mail is marked as seen only when what became of it is committed: a run that is cut off is made up for by the next.
    One that fails stays, and does not stop the others; one that is nobody's is flagged too, for somebody to look at.
    """
    became: Counter[str] = Counter()
    with _opened(MailboxAddress.of(url)) as server:
        for uid in _unseen(server)[:MOST_AT_ONCE]:
            content, is_whole = _fetched(server, uid)
            try:
                reply = take(content, is_whole)
            except Exception:
                logger.exception("A mail could not be taken; it stays in the mailbox as new")
                became[FAILED] += 1
                continue
            _asked(server, "STORE", uid, "+FLAGS.SILENT", r"(\Seen)" if reply else r"(\Seen \Flagged)")
            became[reply.state if reply else ReplyState.UNKNOWN] += 1
    return became


@contextmanager
def _opened(address: MailboxAddress) -> Iterator[imaplib.IMAP4]:
    server = None
    try:
        server = _connected(address)
        server.login(address.user, address.password)
        _said(server.select(f'"{address.folder}"'))
        yield server
        server.logout()
    except (imaplib.IMAP4.error, OSError) as wrong:
        raise MailboxError(f"Postkassen hos {address.host} kunne ikke læses: {wrong}") from wrong
    finally:
        if server is not None:
            with suppress(OSError):  # closed already by a logout, or by the other end
                server.shutdown()


def _connected(address: MailboxAddress) -> imaplib.IMAP4:
    if address.is_encrypted:
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(address.host, address.port, ssl_context=context, timeout=PATIENCE)
    return imaplib.IMAP4(address.host, address.port, timeout=PATIENCE)


def _unseen(server: imaplib.IMAP4) -> list[str]:
    [found] = _asked(server, "SEARCH", "UNSEEN")
    return found.decode().split() if found else []


def _fetched(server: imaplib.IMAP4, uid: str) -> tuple[bytes, bool]:
    """The mail, and whether that is all of it: of one that is too large the head alone is asked for."""
    [said, *_rest] = _asked(server, "FETCH", uid, "(RFC822.SIZE)")
    size = re.search(rb"RFC822\.SIZE (\d+)", said if isinstance(said, bytes) else b"")
    is_whole = size is not None and int(size[1]) <= MOST_BYTES
    part = "(BODY.PEEK[])" if is_whole else f"(BODY.PEEK[HEADER]<0.{HEAD_BYTES}>)"
    found = [one[1] for one in _asked(server, "FETCH", uid, part) if isinstance(one, tuple)]
    return (found[0] if found else b""), is_whole


def _asked(server: imaplib.IMAP4, command: str, *arguments: str) -> list[Any]:
    return _said(server.uid(command, *arguments))


def _said(answer: tuple[str, list[Any]]) -> list[Any]:
    kind, data = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(str(data))
    return data
