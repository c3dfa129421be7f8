"""What is written to a file so that only its recipients can read it: age (age-encryption.org/v1), by rage.

Both ways are a stream: age reads and writes in a thread of its own, with a pipe to whoever writes or reads here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any, BinaryIO

import pyrage

MAGIC = b"age-encryption.org/"
COMMENT = "#"


class KeyRefused(Exception):
    """A Danish sentence on a key that is none, or does not fit."""


def new_key() -> tuple[str, str]:
    """A new one: what reads, to be kept secret, and what is written to, which anybody may know."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def recipient(text: str) -> Any:
    """Somebody that is written to: `age1…`, or the public half of an SSH key."""
    kind = pyrage.ssh if text.startswith("ssh-") else pyrage.x25519
    try:
        return kind.Recipient.from_str(text.strip())
    except pyrage.RecipientError as error:
        raise KeyRefused(
            f"»{text}« er ingen modtager. Skriv en, der begynder med age1 (manage.py backup_key laver en) eller med "
            "ssh-ed25519."
        ) from error


def identities(path: Path) -> list[Any]:
    """The keys in a file: an SSH key, or one age key a line; lines that begin with # are left out."""
    try:
        content = path.read_bytes()
        if content.startswith(b"-----BEGIN"):
            return [pyrage.ssh.Identity.from_buffer(content)]
        lines = [line.strip() for line in content.decode().splitlines()]
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith(COMMENT)]
    except (pyrage.IdentityError, UnicodeDecodeError) as error:
        raise KeyRefused(
            f"{path} er ingen nøgle. Den skal have en linje, der begynder med AGE-SECRET-KEY-1."
        ) from error
    if not found:
        raise KeyRefused(f"Der er ingen nøgle i {path}.")
    return found


@contextmanager
def sealed(file: BinaryIO, recipients: Sequence[Any]) -> Iterator[BinaryIO]:
    """What is written in it comes to `file` encrypted; as it is, where there are no recipients."""
    if not recipients:
        yield file
        return
    read_end, write_end = (os.fdopen(end, mode) for end, mode in zip(os.pipe(), ("rb", "wb"), strict=True))
    with _beside(lambda: _encrypt(read_end, file, list(recipients)), read_end), write_end:
        yield write_end  # type: ignore[misc]


@contextmanager
def unsealed(file: BinaryIO, keys: Sequence[Any]) -> Iterator[BinaryIO]:
    """`file` from its beginning, decrypted where it is encrypted. `KeyRefused` where the keys do not fit."""
    file.seek(0)
    is_sealed = file.read(len(MAGIC)) == MAGIC
    file.seek(0)
    if not is_sealed:
        yield file
        return
    if not keys:
        raise KeyRefused("Filen er krypteret. Sig med --noegle, hvilken fil nøglen står i.")
    read_end, write_end = (os.fdopen(end, mode) for end, mode in zip(os.pipe(), ("rb", "wb"), strict=True))
    with _beside(lambda: _decrypt(file, write_end, list(keys)), write_end), read_end:
        yield read_end  # type: ignore[misc]


def _encrypt(source: Any, file: BinaryIO, recipients: list[Any]) -> None:
    """What the disk says comes through as it is: age would make a text of it."""
    sink = _Sink(file)
    try:
        pyrage.encrypt_io(source, sink, recipients)
    except pyrage.EncryptError as error:
        raise (sink.failed or error) from error


class _Sink:
    """Remembers why it could not be written to."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.failed: OSError | None = None

    def write(self, block: bytes) -> int:
        try:
            return self.file.write(block)
        except OSError as error:
            self.failed = error
            raise

    def flush(self) -> None:
        self.file.flush()


def _decrypt(file: BinaryIO, to: Any, keys: list[Any]) -> None:
    """`EOFError` where the file is broken, as of any that is."""
    try:
        pyrage.decrypt_io(file, to, keys)
    except pyrage.DecryptError as error:
        if "No matching keys" in str(error):
            raise KeyRefused("Nøglen passer ikke til filen: den er krypteret til en anden.") from error
        raise EOFError(str(error)) from error
    except OSError as error:
        if error.errno is None:  # no disk said so
            raise EOFError(str(error)) from error
        raise


@contextmanager
def _beside(work: Callable[[], None], end: Any) -> Iterator[None]:
    """Inside, `work` is done in a thread, which then shuts its `end` of the pipe. Its error comes before any other."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # to be raised where somebody waits for it
            failed.append(error)
        finally:
            with suppress(OSError):  # nobody reads any more
                end.close()

    thread = Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    except BaseException as error:
        thread.join()
        if failed and not isinstance(failed[0], BrokenPipeError):
            raise failed[0] from error
        raise
    thread.join()
    if failed and not isinstance(failed[0], BrokenPipeError):
        raise failed[0]
