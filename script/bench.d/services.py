"""Starts what is measured, asks it for pages, and reads what they cost: CPU time of its processes, from /proc."""

from __future__ import annotations

import http.client
import itertools
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).resolve().parent
WORKERS = ("--workers", "2", "--threads", "4")  # as README starts it
TICK = 1e9 / os.sysconf("SC_CLK_TCK")
networks = itertools.count(1)


def cpu_of(pid: int) -> int:
    """Nanoseconds that a process has been on a CPU, all its threads; 0 where it has ended."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads)
    except FileNotFoundError:
        pass
    try:  # a kernel that counts in ticks only
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return int((int(fields[11]) + int(fields[12])) * TICK)
    except FileNotFoundError:
        return 0


def children_of(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[1]) == pid:
                found.append(int(entry.name))
    return found


def memory_of(pid: int, line: str) -> float:
    """MB of a process: `line` is VmRSS (now) or VmHWM (the most since `forget_peak`)."""
    for said in Path(f"/proc/{pid}/status").read_text().splitlines():
        if said.startswith(line):
            return int(said.split()[1]) / 1024
    return 0.0


def forget_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    size: int
    first_byte: float  # seconds
    seconds: float
    body: bytes = b""
    lines: int = 0
    is_whole: bool = True


@dataclass
class Service:
    """A gunicorn with its application; `backends` says which processes of the database work for it."""

    name: str
    application: str
    environment: Mapping[str, str]
    backends: Callable[[], list[int]] = list
    workers: tuple[str, ...] = WORKERS
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    log: Any = None
    spent: dict[int, int] = field(default_factory=dict)

    def start(self, log: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = log.open("ab")
        command = [sys.executable, "-m", "gunicorn", self.application, "--bind", f"127.0.0.1:{self.port}"]
        command += ["--chdir", str(ROOT), "--timeout", "900", "--no-control-socket", *self.workers]
        python_path = os.pathsep.join([str(HERE), str(ROOT)])
        environment = {**os.environ, **self.environment, "PYTHONPATH": python_path}
        self.process = subprocess.Popen(command, env=environment, stdout=self.log, stderr=self.log)
        for _try in range(600):
            if self.process.poll() is not None:
                break
            try:
                self.get("/", limit=60)
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit(f"FEJL: {self.name} kom ikke i gang. Se {log}.")

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(30)
            self.process = None
            self.log.close()

    def pids(self) -> list[int]:
        return children_of(self.process.pid) if self.process else []

    def cpu(self) -> tuple[dict[int, int], dict[int, int]]:
        """Nanoseconds so far, by process: of the application, and of the database."""
        return {pid: cpu_of(pid) for pid in self.pids()}, {pid: cpu_of(pid) for pid in self.backends()}

    def get(
        self,
        address: str,
        *,
        headers: Mapping[str, str] | None = None,
        keep: bool = False,
        lines: bool = False,
        limit: float = 900.0,
    ) -> Answer:
        """One request on a connection of its own, as a proxy sends it, each from a network of its own.

        Its body is kept, or its lines counted, when asked for; after `limit` seconds the rest is left.
        """
        number = next(networks)
        sent = {
            "Host": "127.0.0.1",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
            "Connection": "close",
            **(headers or {}),
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=limit)
        began = time.perf_counter()
        status, said, body, size, counted, first_byte, is_whole = 0, {}, [], 0, 0, 0.0, True
        try:
            connection.request("GET", address, headers=sent)
            response = connection.getresponse()
            status, said = response.status, {name.lower(): value for name, value in response.getheaders()}
            while piece := response.read1(65536):
                first_byte = first_byte or time.perf_counter() - began
                size += len(piece)
                counted += piece.count(b"\n") if lines else 0
                if keep:
                    body.append(piece)
                if time.perf_counter() - began > limit:
                    is_whole = False
                    break
        except TimeoutError:
            is_whole = False
        finally:
            connection.close()
        seconds = time.perf_counter() - began
        return Answer(status, said, size, first_byte or seconds, seconds, b"".join(body), counted, is_whole)

    def measure(self, requests: Iterator[tuple[str, Mapping[str, str]]], *, seconds: float) -> Cost:
        """What the requests cost together; none is begun when so many seconds have gone, beyond the first two."""
        before, count, sizes, statuses = self.cpu(), 0, 0, set()
        began = time.perf_counter()
        for address, headers in requests:
            answer = self.get(address, headers=headers)
            count, sizes = count + 1, sizes + answer.size
            statuses.add(answer.status)
            if count >= 2 and time.perf_counter() - began > seconds:
                break
        taken = time.perf_counter() - began
        time.sleep(0.02)  # what a worker does after the answer has been sent belongs to it
        after = self.cpu()
        app, database = (
            sum(spent - then.get(pid, 0) for pid, spent in now.items()) for then, now in zip(before, after, strict=True)
        )
        return Cost(count, app / count / 1e6, database / count / 1e6, sizes / count / 1000, taken / count, statuses)


@dataclass
class Cost:
    """Of one request, on the average: CPU ms of the application and of the database, kB, seconds."""

    count: int
    app: float
    database: float
    kilobytes: float
    seconds: float
    statuses: set[int]

    @property
    def cpu(self) -> float:
        return self.app + self.database
