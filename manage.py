#!/usr/bin/env python
"""Runs the project's commands: `manage.py help` lists them."""

import os
import sys
from pathlib import Path

try:
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
except ModuleNotFoundError as error:
    if error.name != "django":
        raise
    sys.exit("Django mangler i denne Python: kør script/server først, og brug så .venv/bin/python manage.py.")

# Whoever sets one of these has chosen: the marker of `script/server` is then not asked.
CHOICES = ("DEVELOPMENT", "SECRET_KEY", "DATABASE_URL")


def is_development_folder() -> bool:
    """Whether the data lie in a folder that `script/server` made and marked, and nobody has chosen anything else."""
    folder = Path(__file__).resolve().parent / (os.environ.get("VAR_DIR") or "var")
    return (folder / "DEVELOPMENT").is_file() and not any(os.environ.get(name) for name in CHOICES)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    if is_development_folder():
        os.environ["DEVELOPMENT"] = "true"
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(str(error))
