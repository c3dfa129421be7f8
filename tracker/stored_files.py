"""A folder in which a file is whole or not there at all."""

from typing import Any

from django.core.files.storage import FileSystemStorage


class WholeFiles(FileSystemStorage):
    """A disk that is full, or a file that ends in the midst of being sent, leaves no half of one behind."""

    def _save(self, name: str, content: Any) -> str:
        was_there = self.exists(name)
        try:
            return str(super()._save(name, content))  # type: ignore[misc]
        except BaseException:
            if not was_there:
                self.delete(name)
            raise
