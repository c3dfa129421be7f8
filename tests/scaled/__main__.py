"""`script/scaled`: the suite's tests of public pages, in a process that is set up as a node; what three nodes, a copy,
Redis and nginx answer, beside one node; and while one of them is gone.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from tests.scaled.engines import ROOT, Setup, running
from tests.scaled.people import Browser, Crowd, Told
from tests.scaled.walking import ITEMS, MOMENTS, STAFF, crawl, public_address, times_kept

# Where public pages are tested; what looks into the memory of one process, or reads in threads of its own, is about
# another set-up.
PUBLIC = ["tests/scaled/node_cases.py", "tests/public", "tests/test_kept_pages.py", "tests/test_two_municipalities.py"]
OF_ONE_PROCESS = " and ".join(
    f"not {words}"
    for words in (
        "worker_with_a_memory",
        "refusals_are_not",
        "nor_are_files",
        "what_is_larger",
        "stood_before_a_commit",
        "the_cache_holds_no_address",
        "stands_in_one_column",
        "the_searches_find",
        "memory_is_bounded",
    )
)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def tested(setup: Setup) -> bool:
    """Whether the tests of public pages pass; how many there were is said."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "tests.scaled.as_a_node", *PUBLIC]
    chosen = ["-m", "database and not browser and not office", "-k", OF_ONE_PROCESS]
    done = subprocess.run(
        command + chosen, cwd=ROOT, env=os.environ | setup.for_tests(), stdout=subprocess.PIPE, text=True
    )
    lines = done.stdout.splitlines() or ["intet svar"]
    say(f"Prøverne af de offentlige sider, i en proces som en node: {lines[-1]}")
    if done.returncode:
        say("\n".join(lines[-60:]))
    return done.returncode == 0


def first_difference(one: bytes, other: bytes) -> str:
    lines = zip(one.splitlines(), other.splitlines(), strict=False)
    return next((f"{mine[:300]!r} – {theirs[:300]!r}" for mine, theirs in lines if mine != theirs), "længden")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=400, help="addresses that are compared")
    parser.add_argument("--seconds", type=int, default=8, help="length of each phase")
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--tests", action="store_true", help="only the suite's tests")
    chosen = parser.parse_args()
    with running() as setup:
        passed = tested(setup)
        if chosen.tests:
            return 0 if passed else 1
        alone = crawl(setup.alone.port, chosen.pages)
        scaled = Browser(setup.nginx.port)
        different = []
        for address, expected in alone.items():
            status, _headers, body = scaled.ask("GET", address)
            found = status, MOMENTS.sub(b"", body)
            if found != expected:
                different.append(f"{address}: {expected[0]}, {status}; {first_difference(expected[1], found[1])}")
        say(f"{len(alone)} offentlige adresser sammenlignet med én node: {len(different)} forskelle")
        for line in different[:10]:
            say(f"  {line}")
        setup.alone.crash()

        rows = [row.split("|") for row in setup.primary.sql(ITEMS).splitlines()]
        items = [
            (STAFF.format(route=kind, pk=pk), public_address(kind, slug, number)) for kind, pk, slug, number in rows
        ]
        pages = [(address, status) for address, (status, _body) in alone.items() if "/hent/" not in address]
        crowd = Crowd(setup.nginx.port, pages, items, chosen.readers)
        crowd.start()
        say(f"\n{'':16}{Told.HEADING}  /healthz")
        failures = []
        for name, engine in (
            ("alt kører", None),
            ("node væk", setup.nodes[0]),
            ("kopi væk", setup.replica),
            ("Redis væk", setup.redis),
            ("primær væk", setup.primary),
        ):
            if engine is not None:
                engine.crash()
            for title in (name, "  tilbage") if engine else (name,):
                if title != name:
                    engine.start()
                told = crowd.phase(chosen.seconds)
                health = scaled.ask("GET", "/healthz")
                say(f"{title:16}{told.line()}  {health[0]} {health[2].decode()}")
                failures += [f"{title.strip()}: {one}" for one in told.failures]
        crowd.stop()
        for line in failures[:20]:
            say(f"  {line}")

        lost = [text for _address, text in crowd.published if times_kept(setup.primary, text) != 1]
        say(f"\n{len(crowd.published)} udgivelser er besvaret; {len(lost)} af dem findes ikke netop én gang bagefter")
        return 1 if not passed or different or failures or lost or not crowd.published else 0


sys.exit(main())
