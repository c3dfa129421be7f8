"""Where the whole lists lie as files on this node, and how they go again. They are made in `reports/whole_files.py`."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from recommendations import tenancy

FOLDER = "lister"


def folder() -> Path:
    """The active municipality's."""
    return Path(settings.VAR_DIR) / FOLDER / str(tenancy.current().pk)


def remove_others(place: Path, version: str) -> None:
    """Take away what lies in `place` of other data versions than this one: it can say what has been withheld since.
    And what somebody left half-written an hour ago.
    """
    an_hour_ago = time.time() - 3600
    for other in place.glob("*"):
        with suppress(FileNotFoundError):  # whoever made it has put it in its place meanwhile
            is_being_made = other.name.startswith(".") and other.stat().st_mtime > an_hour_ago
            if not other.name.startswith(f"{version}-") and not is_being_made:
                other.unlink()
