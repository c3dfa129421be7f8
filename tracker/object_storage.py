"""Evidence and marks in a store that all nodes reach (S3-compatible), in the place of a folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage


@contextmanager
def _as_of_a_disk() -> Iterator[None]:
    """Whoever uses files waits for an `OSError`, wherever they lie."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise OSError(f"The object store refused or did not answer: {error}") from error


class ObjectStorage(S3Storage):
    """Nobody reads it but the product, which asks first who may; a name that is taken is never written over."""

    file_overwrite = False
    default_acl = None

    def _open(self, name: str, mode: str = "rb") -> Any:
        with _as_of_a_disk():
            return super()._open(name, mode)

    def _save(self, name: str, content: Any) -> str:
        with _as_of_a_disk():
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        with _as_of_a_disk():
            super().delete(name)

    def exists(self, name: str) -> bool:
        with _as_of_a_disk():
            return bool(super().exists(name))
