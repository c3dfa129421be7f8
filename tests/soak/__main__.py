"""`script/soak`: readers, one who publishes, mails, imports, reports, and the commands of the night; meanwhile a worker
is killed each minute, and the database twice.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl import Workbook

from tests.mail_server import mail_server
from tests.scaled.engines import ROOT, Engine, Postgres, alone
from tests.scaled.people import Browser, Crowd
from tests.scaled.walking import ITEMS, STAFF, crawl, public_address, times_kept
from tests.soak.post import follow_everything, only_counted, times_told

WORKERS = 2
SETTLED = 15  # seconds after something was broken, during which it may show
ROWS = (
    ("Nummer", "Slags", "Hører under", "Titel", "Ejere"),
    ("1", "Overskrift", "", "Grønne gader", ""),
    ("1.1", "Anbefaling", "1", "Flere træer", "SOU"),
    ("1.2", "Anbefaling", "1", "Flere bænke", "SUD"),
)
GROWN = 1.5  # times: how much more memory the workers may have in the last quarter than in the second


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@dataclass
class Watch:
    """What is seen while it runs. Moments are `time.monotonic()`."""

    began: float = field(default_factory=time.monotonic)
    broken: list[float] = field(default_factory=list)
    memory: list[tuple[float, int]] = field(default_factory=list)  # moment, MB of all workers together
    commands: dict[str, list[int]] = field(default_factory=dict)  # name -> exit codes

    def is_settled(self, at: float) -> bool:
        return all(not one <= at <= one + SETTLED for one in self.broken)

    def grew(self) -> float:
        """The memory of the last quarter over that of the second: medians."""
        sizes = [size for _at, size in self.memory]
        quarter = max(len(sizes) // 4, 1)
        early, late = sorted(sizes[quarter : 2 * quarter] or sizes), sorted(sizes[-quarter:] or sizes)
        return late[len(late) // 2] / early[len(early) // 2]


def workers_of(site: Engine) -> list[int]:
    """The processes that gunicorn has begun."""
    found = subprocess.run(["pgrep", "-P", str(site.running.pid)], capture_output=True, text=True, check=False)
    return [int(pid) for pid in found.stdout.split()]


def memory_of(pids: list[int]) -> int:
    """MB that the processes hold of their own (PSS)."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total // 1024


class ReadersWithTimes(Crowd):
    """A crowd that says when each failure was, so that what was broken on purpose can be told from the rest."""

    def __init__(self, *given) -> None:
        super().__init__(*given)
        self.failed: list[tuple[float, str]] = []

    def _read(self, seed) -> None:
        chance, browser = random.Random(seed), Browser(self.port)
        while not self.over.is_set():
            address, expected = chance.choice(self.pages)
            try:
                status = browser.ask("GET", address)[0]
                problem = "" if status == expected else f"{address}: {status}"
            except (OSError, http.client.HTTPException) as error:
                problem = f"{address}: {error!r}"
            with self.lock:
                self.told.reads.append(0.0)
                if problem:
                    self.failed.append((time.monotonic(), problem))
            self.over.wait(0.02)


def at_intervals(over: threading.Event, seconds: float, do) -> threading.Thread:
    def again() -> None:
        while not over.wait(seconds):
            do()

    thread = threading.Thread(target=again, daemon=True)
    thread.start()
    return thread


def commanded(watch: Watch, env: dict[str, str], *command: str) -> bool:
    """Whether it went well."""
    done = subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=os.environ | env, capture_output=True, text=True
    )
    watch.commands.setdefault(command[0], []).append(done.returncode)
    if done.returncode:
        last = (done.stdout + done.stderr).strip().splitlines()[-3:]
        say(f"    {' '.join(command)}: {' / '.join(last) or done.returncode}")
    return not done.returncode


def write_source(path: Path, code: str) -> None:
    """A workbook with a source of its own."""
    made = Workbook()
    about, rows = made.active, made.create_sheet("Rækker")
    about.title = "Kilde"
    facts = {"Kode": code, "Titel": code, "Slags": "Borgerting", "Udgiver": "Byen", "Overdraget den": "17.06.2025"}
    for line in (("Oplysning", "Værdi"), *facts.items()):
        about.append(line)
    for row in ROWS:
        rows.append(row)
    made.save(path)


class Files:
    """Sources of three rows each, imported one after another; one that was refused or cut off is given again."""

    def __init__(self, folder: Path, importing) -> None:
        self.folder, self.importing, self.written = folder, importing, 0

    def next(self) -> None:
        code = f"proeve-{self.written + 1}"
        path = self.folder / f"{code}.xlsx"
        write_source(path, code)
        if self.importing("import_publication", str(path), "--apply", "--as", "admin"):
            self.written += 1

    def kept(self, database: Postgres) -> list[int]:
        """How many rows each that was answered for has."""
        found = database.sql(
            "SELECT p.slug, count(*) FROM recommendations_item i JOIN recommendations_publication p"
            " ON p.id = i.publication_id WHERE p.slug LIKE 'proeve-%' GROUP BY p.slug"
        )
        rows = dict(line.split("|") for line in found.splitlines())
        return [int(rows.get(f"proeve-{number + 1}", 0)) for number in range(self.written)]


def shaken(site: Engine, database: Postgres, watch: Watch, minutes: float) -> None:
    """A worker each minute; the database at a third and at two thirds of the time."""
    until = watch.began + minutes * 60
    crashes = [watch.began + minutes * 60 * part / 3 for part in (1, 2)]
    next_kill = watch.began + 60
    while (now := time.monotonic()) < until:
        if crashes and now >= crashes[0]:
            crashes.pop(0)
            watch.broken.append(now)
            database.crash()
            time.sleep(3)
            database.start()
            watch.broken.append(time.monotonic())
            say(f"{(now - watch.began) / 60:5.1f} min  databasen stoppet, tilbage efter {time.monotonic() - now:.1f} s")
        if now >= next_kill:
            next_kill += 60
            if workers := workers_of(site):
                watch.broken.append(now)
                os.kill(workers[0], signal.SIGKILL)
        watch.memory.append((now, memory_of(workers_of(site))))
        time.sleep(5)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--readers", type=int, default=3)
    chosen = parser.parse_args()
    if not 0 < chosen.minutes <= 60:
        parser.error("højst 60 minutter")
    with (
        alone("soak", WORKERS) as (database, site, env),
        mail_server() as mails,
        tempfile.TemporaryDirectory() as folder,
    ):
        env |= {"EMAIL_URL": f"smtp://127.0.0.1:{mails.port}"}
        pages = [(address, status) for address, (status, _body) in crawl(site.port, 120).items()]
        rows = [row.split("|") for row in database.sql(ITEMS).splitlines()]
        items = [
            (STAFF.format(route=kind, pk=pk), public_address(kind, slug, number)) for kind, pk, slug, number in rows
        ]
        crowd = ReadersWithTimes(site.port, pages, items * 2000, chosen.readers)
        watch = Watch()
        follow_everything(site.port, mails, lambda: commanded(watch, env, "send"))
        watch.began = time.monotonic()
        crowd.start()
        files = Files(Path(folder), lambda *command: commanded(watch, env, *command))
        report = ["report", "--udvalg", "SOU", "--format", "json", "--issue", "--by", "dina"]
        report += ["--output", f"{folder}/rapport.json"]
        asked = (
            (15, ("send",)),
            (120, tuple(report)),
            (90, ("remind",)),
            (150, ("tidy",)),
        )
        timers = [
            at_intervals(crowd.over, seconds, lambda command=command: commanded(watch, env, *command))
            for seconds, command in asked
        ]
        timers.append(at_intervals(crowd.over, 40, files.next))
        shaken(site, database, watch, chosen.minutes)
        crowd.stop()
        for timer in timers:
            timer.join(timeout=120)
        for _ in range(2):  # what waits for its next try, too
            commanded(watch, env, "send")
        verified = subprocess.run(
            [sys.executable, "manage.py", "verify", "--log"],
            cwd=ROOT,
            env=os.environ | env,
            capture_output=True,
            text=True,
        )
        texts = [text for _address, text in crowd.published]
        kept = [times_kept(database, text) for text in texts]
        unexpected = [problem for at, problem in crowd.failed if watch.is_settled(at)]
        say(f"{len(crowd.told.reads)} læsninger, {len(crowd.failed)} uden svar mens noget var stoppet eller lige efter")
        say(f"{len(texts)} udgivelser besvaret: {kept.count(0)} tabt, {sum(times > 1 for times in kept)} dobbelt")
        told, rows = times_told(mails, texts), files.kept(database)
        untold = told.count(0) - only_counted(mails)
        say(f"{len(mails.mails)} mails: {told.count(0)} udgivelser ikke nævnt, {untold} heller ikke talt med")
        say(f"{sum(times > 1 for times in told)} fortalt to gange")
        say(f"{len(rows)} filer læst ind: {sum(n != 3 for n in rows)} med andre rækker end filens")
        say(f"{len(unexpected)} uden svar, da alt var oppe igen")
        for problem in unexpected[:10]:
            say(f"    {problem}")
        for name, codes in sorted(watch.commands.items()):
            say(f"manage.py {name}: kørt {len(codes)} gange, {sum(map(bool, codes))} gik galt")
        sizes = [size for _at, size in watch.memory]
        say(f"arbejdernes hukommelse: {min(sizes)}-{max(sizes)} MB, vokset {watch.grew():.2f} gange")
        said = (verified.stdout + verified.stderr).strip().splitlines()
        say(f"verify: {said[-1] if said else verified.returncode}")
        is_whole = set(kept) == {1} and max(told) == 1 and untold <= 0 and set(rows) == {3}
        return 0 if is_whole and not unexpected and watch.grew() < GROWN and verified.returncode == 0 else 1


sys.exit(main())
