"""`script/mutants`: which faults the tests notice. The working copy is not touched: each is put into a copy of it."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE))

from by_hand import ANSWERS, FAULTS, REPORTS, RULES  # noqa: E402
from by_rule import chosen  # noqa: E402

# Where the rules make faults, and the tests that ought to notice them.
OWN_TESTS = {
    "recommendations/lifecycle.py": RULES,
    "recommendations/selection.py": ("tests/test_selection.py", "tests/test_filters.py"),
    "recommendations/answers.py": ANSWERS,
    "recommendations/changes.py": ("tests/test_changes.py", "tests/public/test_news.py", *REPORTS),
    "recommendations/reports/changes.py": REPORTS,
    "recommendations/reports/attention.py": REPORTS,
    "recommendations/reports/builders.py": REPORTS,
    "recommendations/reports/lines.py": REPORTS,
}
CAUGHT, SURVIVED, TOO_LONG, GONE = "fanget", "OVERLEVEDE", "fanget (tiden gik)", "findes ikke mere"


@dataclass(frozen=True)
class Mutant:
    name: str
    file: str
    text: str | None  # of the file, with the fault; None where the line it is about has been written anew
    tests: tuple[str, ...]


def mutants(count: int, seed: int) -> list[Mutant]:
    made = []
    for fault in FAULTS:
        text = (ROOT / fault.file).read_text(encoding="utf-8")
        is_there = text.count(fault.old) == 1
        made.append(
            Mutant(fault.name, fault.file, text.replace(fault.old, fault.new) if is_there else None, fault.tests)
        )
    for change in chosen(tuple(OWN_TESTS), ROOT, count, seed):
        text = (ROOT / change.file).read_text(encoding="utf-8")
        made.append(Mutant(change.name, change.file, change.put_into(text), OWN_TESTS[change.file]))
    return made


def tested(copy: Path, tests: tuple[str, ...], seconds: float) -> str:
    environment = {**os.environ, "DEVELOPMENT": "true", "VAR_DIR": str(copy / "var"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-m", "not browser and not office"]
    command += ["-p", "no:cacheprovider", *(one for one in tests if (copy / one).exists())]
    try:
        done = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return TOO_LONG
    return {0: SURVIVED, 1: CAUGHT}.get(done.returncode, CAUGHT if "Error" in done.stdout + done.stderr else SURVIVED)


def tried(copy: Path, mutant: Mutant, seconds: float) -> str:
    if mutant.text is None:
        return GONE
    path = copy / mutant.file
    was = path.read_text(encoding="utf-8")
    path.write_text(mutant.text, encoding="utf-8")
    try:
        return tested(copy, mutant.tests, seconds)
    finally:
        path.write_text(was, encoding="utf-8")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=60, help="hvor mange fejl reglerne laver ud over dem i by_hand.py")
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument("--seconds", type=float, default=600, help="længste tid for hver")
    asked.add_argument("--only", default="", help="kun dem, hvis navn indeholder dette")
    given = asked.parse_args()
    wanted = [one for one in mutants(given.count, given.seed) if given.only in one.name]
    folder = Path(tempfile.mkdtemp(prefix="mutants-"))
    found: dict[str, list[str]] = {}
    try:
        copy = folder / "kopi"
        left_out = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache")
        shutil.copytree(ROOT, copy, ignore=left_out)
        for number, mutant in enumerate(wanted, 1):
            began = time.perf_counter()
            result = tried(copy, mutant, given.seconds)
            found.setdefault(result, []).append(mutant.name)
            seconds = time.perf_counter() - began
            print(f"{number:>3}/{len(wanted)}  {result:<18} {seconds:>5.0f} s  {mutant.name}", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    counts = {result: len(names) for result, names in found.items()}
    survived, gone = counts.get(SURVIVED, 0), counts.get(GONE, 0)
    total = len(wanted) - gone
    print(
        f"\n{total - survived} af {total} fanget ({(total - survived) / max(total, 1):.0%}); {gone} findes ikke mere."
    )
    for name in found.get(SURVIVED, []):
        print(f"Overlevede: {name}")
    sys.exit(1 if total and survived > 0.05 * total else 0)


if __name__ == "__main__":
    main()
