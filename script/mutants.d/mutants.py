"""`script/mutants`: which faults the tests notice. The working copy is not touched: each is put into a copy of it.

First the tests run without a fault. They must pass, and it is written down which of them run which lines. Then each
fault meets the tests that run its lines, until one fails. Only a test that fails has noticed something: a fault that
nothing can be loaded with, or a run that went wrong otherwise, is told apart.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE))

from by_hand import ANSWERS, FAULTS, MEETINGS, REPORTS, RULES, Fault  # noqa: E402
from by_rule import Change, chosen  # noqa: E402

# Where the rules make faults, and the tests that ought to notice them.
OWN_TESTS = {
    "recommendations/lifecycle.py": (*RULES, *MEETINGS),
    "recommendations/selection.py": (
        "tests/test_selection.py",
        "tests/test_filters.py",
        "tests/test_facet_index.py::test_every_part_of_a_list_is_what_the_database_puts_there",
    ),
    "recommendations/answers.py": ANSWERS,
    "recommendations/changes.py": (
        "tests/test_changes.py",
        "tests/public/test_news.py",
        "tests/public/test_source_news.py",
        *REPORTS,
    ),
    "recommendations/reports/changes.py": REPORTS,
    "recommendations/reports/attention.py": (*REPORTS, "tests/test_answer_requests.py"),
    "recommendations/reports/builders.py": REPORTS,
    "recommendations/reports/lines.py": REPORTS,
}
CAUGHT, SURVIVED, TOO_LONG = "fanget", "OVERLEVEDE", "fanget (tiden gik)"
GONE, NOT_TRIED = "FINDES IKKE MERE", "KUNNE IKKE PRØVES"
LEAST_CAUGHT = 0.95
SOME_FAILED = 1  # pytest.ExitCode.TESTS_FAILED: some test failed, and nothing else was wrong


@dataclass(frozen=True)
class Mutant:
    name: str
    file: str
    lines: range  # of the file, that the fault is about
    text: str | None  # of the file, with the fault; None where the line it is about has been written anew
    tests: tuple[str, ...]


def _by_hand(fault: Fault) -> Mutant:
    text = (ROOT / fault.file).read_text(encoding="utf-8")
    before, found, after = text.partition(fault.old)
    first = before.count("\n") + 1
    lines = range(first, first + fault.old.rstrip("\n").count("\n") + 1)
    is_there = found and fault.old not in after
    return Mutant(fault.name, fault.file, lines, before + fault.new + after if is_there else None, fault.tests)


def _by_rule(change: Change) -> Mutant:
    text = change.put_into((ROOT / change.file).read_text(encoding="utf-8"))
    return Mutant(change.name, change.file, range(change.line, change.end_line + 1), text, OWN_TESTS[change.file])


def _is_of(test: str, name: str) -> bool:
    """Whether a test is what is named: a file, or a test of one."""
    return test == name or test.startswith((f"{name}::", f"{name}["))


def mutants(count: int, seed: int) -> list[Mutant]:
    return [
        *(_by_hand(fault) for fault in FAULTS),
        *(_by_rule(change) for change in chosen(tuple(OWN_TESTS), ROOT, count, seed)),
    ]


@dataclass
class Seen:
    """What the run without a fault showed: which tests run a line, »« for the loading of modules, and their seconds."""

    touched: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    seconds: dict[str, float] = field(default_factory=dict)

    def tests_of(self, mutant: Mutant) -> list[str]:
        """Those that run the fault's lines, the quickest files first; all, where it is run when modules are loaded."""
        own = [test for test in self.seconds if any(_is_of(test, name) for name in mutant.tests)]
        run = set().union(*(self.touched.get(f"{mutant.file}:{line}", ()) for line in mutant.lines))
        wanted = [test for test in own if test in run]
        if "" in run or not wanted:
            wanted = own
        of_file: dict[str, float] = defaultdict(float)
        for test in wanted:
            of_file[test.partition("::")[0]] += self.seconds[test]
        return sorted(
            wanted, key=lambda test: (of_file[test.partition("::")[0]], test.partition("::")[0], self.seconds[test])
        )


@dataclass(frozen=True)
class Result:
    mutant: Mutant
    what: str
    seconds: float = 0
    why: str = ""  # the test that failed, or what was said where none could be run


class Copy:
    """A copy of the code with a test database of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.root = folder, folder / "kopi"
        left_out = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache")
        shutil.copytree(ROOT, self.root, ignore=left_out)
        # Ends when this program does, as nobody then writes to it.
        warm = subprocess.Popen(
            [sys.executable, str(HERE / "warm.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert warm.stdin
        assert warm.stdout
        self.asked_of, self.answers = warm.stdin, warm.stdout

    def tested(self, files: Iterable[str], asked: dict[str, Any], seconds: float, *more: str) -> tuple[int, Any, str]:
        """pytest's code, what was seen and what it said; the code is negative where the time was up."""
        told, asked_in = self.folder / "told.json", self.folder / "asked.json"
        told.unlink(missing_ok=True)
        database = {"database": str(self.folder / "test.sqlite3"), "told": str(told)}
        asked_in.write_text(json.dumps(asked | database), encoding="utf-8")
        left_out = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_REPLICA_URL")
        environment = {name: value for name, value in os.environ.items() if name not in left_out}
        environment |= {"DEVELOPMENT": "true", "VAR_DIR": str(self.folder / "var")}
        environment |= {"MUTANTS_ASKED": str(asked_in)}
        # What is compiled is kept but for the file with the fault: by time and size two faults may look the same.
        if "watched" not in asked:
            environment["PYTHONDONTWRITEBYTECODE"] = "1"
        arguments = ["-q", "-n", "0", "-m", "not browser and not office", "--tb=line", "-p", "watching", "--reuse-db"]
        # The libraries are loaded before pytest could look into them; their assertions are not ours.
        arguments += ["-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning", *more, *files]
        said = self.folder / "said.txt"
        order = {"arguments": arguments, "environment": environment, "folder": str(self.root)}
        self.asked_of.write(json.dumps(order | {"said": str(said), "seconds": round(seconds)}) + "\n")
        self.asked_of.flush()
        code = int(self.answers.readline())
        seen = json.loads(told.read_text(encoding="utf-8")) if told.exists() else None
        return code, seen, said.read_text(encoding="utf-8")

    def without_fault(self, files: list[str], watched: list[str]) -> Any:
        """What is seen of these test files; ends the program if they do not all pass."""
        asked = {"watched": watched, "kept": str(self.folder / "kept.sqlite3")}
        code, seen, said = self.tested(files, asked, 3600, "--create-db")
        if code or seen is None:
            sys.exit(f"Testene fejler uden nogen fejl sat ind:\n{said[-3000:]}")
        return seen

    def tried(self, mutant: Mutant, seen: Seen) -> Result:
        if mutant.text is None:
            return Result(mutant, GONE)
        began, path, tests = time.perf_counter(), self.root / mutant.file, seen.tests_of(mutant)
        shutil.copyfile(self.folder / "kept.sqlite3", self.folder / "test.sqlite3")
        was = path.read_text(encoding="utf-8")
        for compiled in path.parent.glob(f"__pycache__/{path.stem}.*.pyc"):
            compiled.unlink()
        path.write_text(mutant.text, encoding="utf-8")
        files = sorted({test.partition("::")[0] for test in tests})
        longest = 120 + 10 * sum(seen.seconds[test] for test in tests)
        try:
            code, told, said = self.tested(files, {"tests": tests}, longest, "-x")
        finally:
            path.write_text(was, encoding="utf-8")
        what, why = NOT_TRIED, said[-600:]
        if code < 0:
            what, why = TOO_LONG, ""
        elif code == SOME_FAILED and told and told["failed"]:
            what, why = CAUGHT, told["failed"][0]
        elif code == 0 and told and len(told["seconds"]) == len(tests):
            what, why = SURVIVED, f"{len(tests)} tests"
        return Result(mutant, what, time.perf_counter() - began, why)


def named_tests(wanted: list[Mutant]) -> list[str]:
    """All that the faults name; ends the program if a file is not there: nothing can be learnt of one that is not."""
    names = {name for mutant in wanted for name in mutant.tests}
    if missing := sorted(name for name in names if not (ROOT / name.partition("::")[0]).is_file()):
        sys.exit(f"Testene findes ikke: {', '.join(missing)}")
    return sorted(name for name in names if name.partition("::")[0] not in names - {name})


def seen_without_fault(copies: list[Copy], wanted: list[Mutant]) -> Seen:
    files = named_tests(wanted)
    watched = sorted({mutant.file for mutant in wanted})
    # As much to each copy, as far as the files' sizes tell.
    files.sort(key=lambda name: ("::" in name, -(ROOT / name.partition("::")[0]).stat().st_size))
    shares = [files[number :: len(copies)] for number in range(len(copies))]
    seen = Seen()
    with ThreadPoolExecutor(len(copies)) as several:
        for told in several.map(lambda copy, share: copy.without_fault(share, watched), copies, shares):
            seen.seconds |= told["seconds"]
            for line, tests in told["touched"].items():
                seen.touched[line] |= set(tests)
    return seen


def results(copies: list[Copy], wanted: list[Mutant], seen: Seen) -> list[Result]:
    free: queue.SimpleQueue[Copy] = queue.SimpleQueue()
    for copy in copies:
        free.put(copy)

    def tried(mutant: Mutant) -> Result:
        copy = free.get()
        try:
            return copy.tried(mutant, seen)
        finally:
            free.put(copy)

    done: list[Result] = []
    with ThreadPoolExecutor(len(copies)) as several:
        for future in as_completed([several.submit(tried, mutant) for mutant in wanted]):
            one = future.result()
            done.append(one)
            print(
                f"{len(done):>3}/{len(wanted)}  {one.what:<18} {one.seconds:>4.0f} s  {one.mutant.name}  {one.why}",
                flush=True,
            )
    return done


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--count", type=int, default=60, help="hvor mange fejl reglerne laver ud over dem i by_hand.py")
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1), help="hvor mange der prøves på én gang")
    asked.add_argument("--only", default="", help="kun dem, hvis navn indeholder dette")
    given = asked.parse_args()
    wanted = [one for one in mutants(given.count, given.seed) if given.only in one.name]
    if not wanted:
        sys.exit("Ingen fejl hedder sådan.")
    began = time.perf_counter()
    folder = Path(tempfile.mkdtemp(prefix="mutants-"))
    try:
        copies = [Copy(folder / str(number)) for number in range(min(given.jobs, len(named_tests(wanted))))]
        seen = seen_without_fault(copies, wanted)
        print(f"Uden fejl: {len(seen.seconds)} tests, alle grønne ({time.perf_counter() - began:.0f} s).", flush=True)
        done = results(copies, wanted, seen)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    names = {what: sorted(one.mutant.name for one in done if one.what == what) for what in (SURVIVED, GONE, NOT_TRIED)}
    caught = sum(one.what in (CAUGHT, TOO_LONG) for one in done)
    total = caught + len(names[SURVIVED])
    minutes = (time.perf_counter() - began) / 60
    share = f"{caught} af {total} fanget ({caught / max(total, 1):.1%})"
    print(f"\n{datetime.now(UTC):%d.%m.%Y}: {share} på {minutes:.0f} minutter.")
    for what, found in names.items():
        for name in found:
            print(f"{what}: {name}")
    sys.exit(bool(names[GONE] or names[NOT_TRIED] or caught < LEAST_CAUGHT * total))


if __name__ == "__main__":
    main()
