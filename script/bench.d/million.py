"""Copies every made-up source of a database so many times, inside the database: `million.py 10` makes ten of each.

For measuring only: what it makes is not for trying the site with, and none of it can be told from its original.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
django.setup()

from django.db.models import Max  # noqa: E402

from recommendations import tenancy  # noqa: E402
from recommendations.management.commands.generate import tell_the_planner  # noqa: E402
from recommendations.management.example.copies import Copier, without_indexes  # noqa: E402
from recommendations.models import Publication  # noqa: E402


def main(times: int) -> None:
    began = time.monotonic()
    with tenancy.chosen():
        originals = list(Publication.objects.filter(slug__startswith="eksempel-").order_by("pk"))
        last = Publication.objects.aggregate(last=Max("position"))["last"]
        copier = Copier(originals)
        with without_indexes():
            for done, original in enumerate(originals, start=1):
                copier.save(original, [again(original.pk, number) for number in range(last + 1, last + times)])
                last += times - 1
                print(f"{done} af {len(originals)} kilder, {time.monotonic() - began:.0f} sekunder", flush=True)
            print("Laver indekserne ...", flush=True)
    tell_the_planner()
    print(f"Færdig efter {time.monotonic() - began:.0f} sekunder.")


def again(pk: int, number: int) -> Publication:
    publication = Publication.objects.get(pk=pk)
    publication.slug, publication.short_code = f"eksempel-{number}", f"eks{number}"
    publication.title, publication.position = f"{publication.title}, {number}", number
    return publication


if __name__ == "__main__":
    main(int(sys.argv[1]))
