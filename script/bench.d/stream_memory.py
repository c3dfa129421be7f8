"""How much memory and time it takes to send a whole list: `stream_memory.py [format …]`, in the checkout's root.

Streams all recommendations of the only municipality to nowhere, and prints for each format the rows a second and the
largest memory of the process so far (MB): run it on databases of different sizes, and compare.
"""

import os
import resource
import sys
import time

import django

sys.path.insert(0, os.getcwd())
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from recommendations import tenancy  # noqa: E402
from recommendations.models import Recommendation  # noqa: E402
from recommendations.reports import bulk  # noqa: E402
from recommendations.reports.choices import Choices  # noqa: E402


def largest() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


with tenancy.chosen():
    rows = Recommendation.objects.public().count()
    print(f"{rows} rows; before: {largest():.0f} MB")
    for code in sys.argv[1:] or bulk.STREAMED:
        began, cpu, size, first = time.perf_counter(), time.process_time(), 0, 0.0
        for piece in bulk.pieces(Choices(models=(Recommendation,)), code):
            first = first or time.perf_counter() - began
            size += len(piece)
        wall, cpu = time.perf_counter() - began, time.process_time() - cpu
        print(
            f"{code:>9}: {rows / wall:>9,.0f} rows/s, {rows / cpu:>9,.0f} rows/CPU s of Python,"
            f" first byte {first * 1000:.0f} ms, {size / 1e6:.0f} MB, largest memory {largest():.0f} MB"
        )
