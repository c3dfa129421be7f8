"""Evidence and marks in a store that all nodes reach (S3-compatible), in the place of a folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

# Seconds; and it is tried once more. Whoever waits for a page is told that it failed before the server gives them up.
PATIENT = {"connect_timeout": 2, "read_timeout": 10, "retries": {"mode": "standard", "total_max_attempts": 2}}


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
    client_config: Any

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.client_config = self.client_config.merge(Config(**PATIENT))

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
