"""`script/bench`: makes the data, starts the four services, measures them in turns, and writes docs/performance.md.

The figure is h: CPU ms of a request (all processes of the application, and those of PostgreSQL that work for it) over
those of a bare Django view under the same gunicorn in the seconds just before. A ratio of two things measured together
stands on a slow machine and on a busy one; milliseconds do not.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from hashlib import sha256
from itertools import cycle, repeat
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import django
import page
from databases import SITE_URL, Server, generate, make_seed
from services import HERE, ROOT, WORKERS, Answer, Cost, Service, forget_peak, memory_of

FIRST, AGAIN, BARE, WARM = 8, 40, 200, 6  # requests
PATIENCE = 4.0  # seconds for one figure in one round, beyond its first two requests
STREAM_SECONDS = 120.0
PUBLISHED, READERS = 40, 8
LIST = "/anbefalinger/"
Asked = Iterator[tuple[str, Mapping[str, str]]]


def say(text: str) -> None:
    print(text, flush=True)


def asked(addresses: Iterable[str], **headers: str) -> Asked:
    return zip(addresses, repeat(headers))


class Bench:
    """One size: the services that are measured, and the figures as they come."""

    def __init__(self, name: str, rounds: int, folder: Path, addresses: tuple[str, str], server: Server | None = None):
        database, naive = addresses
        self.name, self.rounds_wanted = name, rounds
        self.folder, self.database, self.server = folder, database, server
        self.log = folder / "gunicorn.log"
        self.log.unlink(missing_ok=True)
        self.environment = {
            "DEVELOPMENT": "",
            "DEBUG": "",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "SITE_URL": SITE_URL,
            "ALLOWED_HOSTS": "127.0.0.1",
            "DATABASE_URL": database,
            "EMAIL_URL": "dummymail://",
            "DEFAULT_FROM_EMAIL": "maaling@example.org",
            "TRUST_PROXY": "true",
            "VAR_DIR": str(folder),
            "LOG_LEVEL": "WARNING",
        }
        self.bare = Service("bare", "bare", {})
        self.middleware = Service(
            "middleware", "bare", self.environment | {"BENCH_MIDDLEWARE": "1"}, self.working(database)
        )
        self.naive = Service("naive", "naive.wsgi", {"NAIVE_DATABASE_URL": naive}, self.working(naive))
        self.site = Service("site", "tracker.wsgi", self.environment, self.working(database))
        self.services = [self.bare, self.middleware, self.naive, self.site]
        self.addresses: dict[str, list[str]] = {}
        self.cookie = ""
        self.rounds: dict[str, list[dict[str, Any]]] = {}

    def working(self, database: str) -> Callable[[], list[int]]:
        """Which processes of the database program work in that database; none where it is a file."""
        server = self.server
        return (lambda: server.backends(database)) if server else list

    # --- What is done before ------------------------------------------------------------------------------------------

    def run(self, *arguments: str, seconds: float | None = None, given: str = "") -> str:
        """The output of a program in the site's environment."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=seconds,
            input=given,
        )
        if done.returncode:
            raise SystemExit(f"FEJL: {' '.join(arguments)}\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
        return done.stdout

    def prepare(self) -> None:
        self.run("manage.py", "collectstatic", "--noinput")
        self.run("manage.py", "createcachetable")
        say("Vælger adresser blandt rækkerne ...")
        plan = json.loads(self.run(str(HERE / "plan.py")))
        self.addresses, self.cookie = plan["addresses"], plan["cookie"]
        self.rows = plan["rows"]

    def warm(self, kinds: Iterable[str]) -> None:
        """Ask each kind of page for others than are measured, so that both workers have met it."""
        for kind in kinds:
            addresses = self.addresses[kind]
            for address in self.others(addresses) or addresses * WARM:
                began = time.perf_counter()
                self.ok(self.site.get(address), address)
                if time.perf_counter() - began > PATIENCE:
                    break

    @staticmethod
    def others(addresses: list[str]) -> list[str]:
        return addresses[FIRST:][-WARM:] if len(addresses) >= FIRST + 2 else addresses[len(addresses) * 2 // 3 + 1 :]

    def ok(self, answer: Answer, address: str) -> None:
        if answer.status != 200:
            raise SystemExit(f"FEJL: {address} svarede {answer.status}. Se {self.log}.")

    # --- The rounds ---------------------------------------------------------------------------------------------------

    def measure(self) -> dict[str, Any]:
        self.prepare()
        try:
            for service in self.services:
                service.start(self.log)
            say("Varmer op ...")
            self.warm(self.addresses)
            for _time in range(10):
                self.middleware.get("/")
            for number in range(self.rounds_wanted):
                self.one_round(number)
            figures = {"ops": {key: page.middle(rounds) for key, rounds in self.rounds.items()}}
            figures |= {"staff": self.staff(), "streams": self.streams()}
        finally:
            for service in self.services:
                service.stop()
        figures |= {"start": self.start_up(), "verify": self.verify(), "read_through": self.read_through()}
        return figures | {"name": self.name, "rows": self.rows, "machine": self.machine()}

    def one_round(self, number: int) -> None:
        self.run(str(HERE / "plan.py"), "udgiv", "1")  # from here on nothing has been asked before
        # The front page has no other like it: what it shares with others has been asked, it has not.
        self.warm(kind for kind in self.addresses if kind not in {"front", "sitemap"})
        self.figure("middleware", number, self.middleware, asked(repeat("/", BARE)))
        pages = {op.kind for op in page.OPS}
        for kind in [kind for kind, there in self.addresses.items() if there and kind in pages]:
            addresses = self.addresses[kind]
            others = set(self.others(addresses))
            first = [address for address in addresses if address not in others][:FIRST] or addresses[:1]
            self.figure(f"{kind}/first", number, self.site, asked(first))
            for _time in range(WARM):
                self.site.get(first[0])
            self.figure(f"{kind}/again", number, self.site, asked(repeat(first[0], AGAIN)))
            if mine := self.naive_addresses(kind):
                self.naive.get(mine[0])
                self.figure(f"{kind}/naive", number, self.naive, asked(mine))
        listed = self.addresses["list"][1]
        self.figure("list_gzip/again", number, self.site, asked(repeat(listed, AGAIN), **{"Accept-Encoding": "gzip"}))
        answer = self.site.get(listed)
        if tag := answer.headers.get("etag"):
            for _time in range(WARM):
                answer = self.site.get(listed, headers={"If-None-Match": tag})
            if answer.status == 304:
                self.figure("304/again", number, self.site, asked(repeat(listed, AGAIN), **{"If-None-Match": tag}))

    def figure(self, key: str, number: int, service: Service, requests: Asked) -> None:
        bare = self.bare.measure(asked(repeat("/", BARE)), seconds=PATIENCE)
        cost = service.measure(requests, seconds=PATIENCE)
        if wrong := cost.statuses - {200, 304}:
            raise SystemExit(f"FEJL: {key} svarede {wrong}. Se {self.log}.")
        self.rounds.setdefault(key, []).append(_said(cost, bare))
        say(
            f"  runde {number + 1} {key:<22} h {cost.cpu / bare.cpu:8.1f}   CPU {cost.app:7.1f} + {cost.database:6.1f} "
            f"ms   {cost.kilobytes:6.1f} kB   ({cost.count})"
        )

    def naive_addresses(self, kind: str) -> list[str]:
        last = self.rows // 25
        queries = [address.partition("?")[2] for address in self.addresses[kind]]
        return {
            "list": [f"/items/?page={number}" for number in range(2, min(10, last))],
            "deep": [f"/items/?page={int(last * 0.9) - number}" for number in range(8)],
            "filter": [f"/items/?{_for_naive(query)}" for query in queries[:8]],
            "rare": [f"/items/?{query}" for query in queries[:8]],
            "common": [f"/items/?{query}" for query in queries[:8]],
            "item": [f"/items/{number}/" for number in self.naive_items],
            "json": [f"/items.json?from={100 * number}" for number in range(min(8, self.rows // 100 or 1))],
        }.get(kind, [])

    @property
    def naive_items(self) -> list[int]:
        return [
            int(found) for found in re.findall(rb"/items/(\d+)/", self.naive.get("/items/?page=2", keep=True).body)
        ][:8]

    # --- Staff --------------------------------------------------------------------------------------------------------

    def staff(self) -> dict[str, Any]:
        say("Måler »Mit arbejde« ...")
        mine = {"Cookie": self.cookie}
        for _time in range(4):
            self.ok(self.site.get("/admin/", headers=mine), "/admin/")
        work = []
        for number in range(self.rounds_wanted):
            self.figure("work/again", number, self.site, asked(repeat("/admin/", FIRST), **mine))
        work = page.middle(self.rounds["work/again"])
        say(f"Udgiver {PUBLISHED} opdateringer, mens {READERS} læser ...")
        return {"work": work, "publish": self.publish()}

    def publish(self) -> dict[str, float]:
        """Milliseconds: CPU of program and database, and in all, of publishing one update."""
        over = threading.Event()
        readers = [threading.Thread(target=self.read, args=(over, place)) for place in range(READERS)]
        for reader in readers:
            reader.start()
        try:
            lines = self.run(str(HERE / "plan.py"), "udgiv", str(PUBLISHED)).splitlines()
        finally:
            over.set()
            for reader in readers:
                reader.join()
        taken = [json.loads(line) for line in lines][2:]
        busy = [program + database for program, database, _all in taken]
        return {
            "p50": median(busy),
            "p95": quantiles(busy, n=20)[-1],
            "wall_p50": median(each[2] for each in taken),
            "wall_p95": quantiles([each[2] for each in taken], n=20)[-1],
        }

    def read(self, over: threading.Event, place: int) -> None:
        addresses = self.addresses["list"] + self.addresses["item"]
        for address in cycle(addresses[place:] + addresses[:place]):
            if over.is_set():
                return
            self.site.get(address)

    # --- Streams ------------------------------------------------------------------------------------------------------

    def streams(self) -> dict[str, dict[str, Any]]:
        found = {"naive": self.stream(self.naive, "/items.csv", "/items/")}
        for code in ("csv", "jsonl", "json", "xlsx"):
            found[code] = self.stream(self.site, f"{LIST}hent/?format={code}", self.addresses["json"][0])
        return found

    def stream(self, service: Service, address: str, small: str) -> dict[str, Any]:
        """A whole list from a service that was just started: how fast, and how much memory beyond idle."""
        service.stop()
        service.start(self.log)
        for _time in range(WARM):
            service.get(small)
        idle = {pid: memory_of(pid, "VmRSS") for pid in service.pids()}
        for pid in idle:
            forget_peak(pid)
        say(f"  strøm {service.name} {address} ...")
        before = service.cpu()
        answer = service.get(address, lines=True, limit=STREAM_SECONDS)
        cpu = sum(_since(then, now) for then, now in zip(before, service.cpu(), strict=True)) / 1e9
        rows = self.rows if answer.is_whole else max(0, answer.lines - 1)
        peak = max((memory_of(pid, "VmHWM") - idle[pid] for pid in service.pids() if pid in idle), default=0.0)
        return {
            "status": answer.status,
            "is_whole": answer.is_whole,
            "rows": rows,
            "per_second": rows / answer.seconds,
            "per_cpu_second": rows / cpu if cpu else 0.0,
            "first_byte": answer.first_byte * 1000,
            "seconds": answer.seconds,
            "megabytes": answer.size / 1e6,
            "peak": peak,
        }

    # --- Start and check ----------------------------------------------------------------------------------------------

    def start_up(self) -> float:
        """CPU ms of the first page after a start beyond those of the second; the middle of three starts."""
        say("Måler den første side efter en start ...")
        more = []
        for _time in range(self.rounds_wanted):
            alone = Service("alone", "tracker.wsgi", self.environment, self.working(self.database), ("--threads", "4"))
            alone.start(self.log)
            try:
                still, spent = 0, -1.0
                while still < 3:  # the worker imports the site before it listens to anybody
                    time.sleep(0.2)
                    now = sum(sum(each.values()) for each in alone.cpu())
                    still, spent = (still + 1 if now - spent < 2e6 else 0), now
                first, second = (
                    alone.measure(asked([address]), seconds=PATIENCE).cpu for address in self.addresses["list"][1:3]
                )
                more.append(first - second)
            finally:
                alone.stop()
        return median(more)

    def read_through(self) -> dict[str, list[str]]:
        """Kind of page -> large tables that PostgreSQL reads from end to end for it; nothing of SQLite."""
        if not self.server:
            return {}
        say("Spørger databasen om dens planer ...")
        kinds = {kind: addresses for kind, addresses in self.addresses.items() if addresses}
        return json.loads(self.run(str(HERE / "plan.py"), "planer", given=json.dumps(kinds)))

    def verify(self) -> float | None:
        """Seconds of `manage.py verify`; None where it took more than ten minutes."""
        say("Kører manage.py verify ...")
        began = time.perf_counter()
        try:
            self.run("manage.py", "verify", seconds=600)
        except subprocess.TimeoutExpired:
            return None
        return time.perf_counter() - began

    def machine(self) -> dict[str, str]:
        return {
            "day": date.today().isoformat(),  # noqa: DTZ011  # the day on the clock of whoever measures
            "cores": str(os.cpu_count()),
            "python": platform.python_version(),
            "django": django.get_version(),
            "database": self.server.version if self.server else f"SQLite {_sqlite()}",
            "gunicorn": " ".join(WORKERS),
        }


def _sqlite() -> str:
    import sqlite3  # noqa: PLC0415

    return sqlite3.sqlite_version


def _since(then: Mapping[int, int], now: Mapping[int, int]) -> int:
    return sum(spent - then.get(pid, 0) for pid, spent in now.items())


def _said(cost: Cost, bare: Cost) -> dict[str, Any]:
    return {
        "h": cost.cpu / bare.cpu,
        "app": cost.app,
        "database": cost.database,
        "kilobytes": cost.kilobytes,
        "bare": bare.cpu,
    }


def _for_naive(query: str) -> str:
    return query.replace("kilde=", "source=").replace("udvalg=", "committees=")


def schema() -> str:
    """A short word for what the rows of a database were made by: another one, and it is made anew."""
    made_by = sorted(
        path
        for folder in ("recommendations/migrations", "recommendations/management/example", "fixtures")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".json"}
    )
    return sha256(b"".join(path.read_bytes() for path in made_by)).hexdigest()[:12]


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="script/bench",
        description="Måler siderne og skriver docs/performance.md. Uden valg: --seed og --size 1000 og 100000.",
    )
    parser.add_argument("--seed", action="store_true", help="De kilder, der følger med, på SQLite.")
    parser.add_argument(
        "--size",
        type=int,
        action="append",
        choices=(1000, 100_000, 1_000_000),
        default=[],
        help="Så mange opdigtede anbefalinger, på PostgreSQL. En million laves kun, når der bedes om den.",
    )
    parser.add_argument(
        "--postgres",
        default=os.environ.get("BENCH_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/"),
        metavar="URL",
        help="En PostgreSQL på denne maskine, hvor der må laves databaser (BENCH_DATABASE_URL).",
    )
    parser.add_argument("--rounds", type=int, default=3, help="Hvor mange runder, den midterste tælles (3).")
    parser.add_argument("--page", action="store_true", help="Skriv kun siden igen, af det, der er målt.")
    chosen = parser.parse_args()
    folder = ROOT / (os.environ.get("VAR_DIR") or "var") / "bench"
    results = folder / "results"
    results.mkdir(parents=True, exist_ok=True)
    everything = not (chosen.seed or chosen.size or chosen.page)
    if chosen.seed or everything:
        home = folder / "seed"
        home.mkdir(exist_ok=True)
        say("Laver kilderne, der følger med ...")
        run(Bench("seed", chosen.rounds, home, make_seed(home)), results)
    for size in sorted(set(chosen.size)) or ([1000, 100_000] if everything else []):
        home = folder / str(size)
        home.mkdir(exist_ok=True)
        server = Server(chosen.postgres)
        run(Bench(str(size), chosen.rounds, home, generate(server, size, home, schema(), say), server), results)
    page.write(results, ROOT / "docs" / "performance.md")
    say("Skrev docs/performance.md.")


def run(bench: Bench, results: Path) -> None:
    began = time.perf_counter()
    (results / f"{bench.name}.json").write_text(json.dumps(bench.measure(), indent=1), encoding="utf-8")
    say(f"Målte {bench.name} på {time.perf_counter() - began:.0f} sekunder.")


if __name__ == "__main__":
    main()
