"""The site that is asked: gunicorn as README starts it, on a folder and a database of its own; and what it costs."""

from __future__ import annotations

import http.client
import itertools
import os
import re
import secrets
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

ROOT = Path(__file__).resolve().parent.parent.parent
TICK = 1 / os.sysconf("SC_CLK_TCK")
PASSWORD = "kun-til-udvikling"  # of the cast that `manage.py prepare` makes in development
READER = b"/apart/process.py"
NO_ANSWER = 599  # stands for what was broken off, or never came
networks = itertools.count(1)


@dataclass
class Reply:
    """`cpu`: seconds that the workers used; `apart`: those of the processes that they started and that have ended;
    `grown`: MB that a worker took meanwhile, kept or not; `filled`: MB of the largest process that one started.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float
    cpu: float = 0.0
    apart: float = 0.0
    cookies: dict[str, str] = field(default_factory=dict)
    grown: float = 0.0
    filled: float = 0.0


def said_of(pid: int | str) -> list[str]:
    """What the system says of a process: its CPU time from the twelfth on; nothing where it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def children_of(pid: int) -> list[int]:
    found = []
    with suppress(OSError):  # it has ended, and what it had started has another parent
        for task in os.listdir(f"/proc/{pid}/task"):
            found += [int(one) for one in Path(f"/proc/{pid}/task/{task}/children").read_text().split()]
    return found


def below(pid: int) -> list[int]:
    """What a process has started, and what that has."""
    return [one for near in children_of(pid) for one in (near, *below(near))]


def reads_a_file(pid: int) -> bool:
    """Whether it is what `recommendations/apart` starts: not for the moment in which it still is its parent's copy."""
    with suppress(OSError):
        return READER in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def memory_of(pid: int, line: str) -> float:
    try:
        said = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    found = re.search(rf"^{line}:\s+(\d+) kB", said, re.M)
    return int(found[1]) / 1024 if found else 0.0


class Site:
    def __init__(self, folder: Path, database: str) -> None:
        self.folder, self.database = folder, database
        self.base = {"DATABASE_URL": database, "VAR_DIR": str(folder), "SITE_URL": "https://127.0.0.1"}
        self.production = self.base | {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "ALLOWED_HOSTS": "127.0.0.1",
            "TRUST_PROXY": "true",
            "EMAIL_URL": "dummymail://",
            "DEFAULT_FROM_EMAIL": "anbefalinger@eksempel.dk",
            "LOG_LEVEL": "ERROR",
            # With it nobody who has only a password comes further than to the page where it is set up.
            "REQUIRE_SECOND_FACTOR": "false",
            # Whoever asks so much is refused; here it is what lies behind the refusal that is looked for.
            "WORK_PER_ADDRESS": "1000000",
            "WORK_PER_NETWORK": "1000000",
        }
        self.log = folder / "site.log"
        self.filled = 0.0

    def manage(self, *words: str, environment: dict[str, str]) -> None:
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env={**self.clean(), **environment},
            stdout=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"FEJL: manage.py {' '.join(words)} lykkedes ikke.")

    @staticmethod
    def clean() -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if name not in ("DEVELOPMENT", "CACHE_URL")}

    def start(self) -> None:
        self.manage("prepare", environment=self.base | {"DEVELOPMENT": "true"})
        self.manage("collectstatic", "--noinput", environment=self.production)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "gunicorn", "tracker.wsgi", "--bind", f"127.0.0.1:{self.port}"]
        command += ["--workers", "2", "--threads", "4", "--timeout", "300", "--no-control-socket"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env={**self.clean(), **self.production}, stdout=log, stderr=log
            )
        for _try in range(600):
            if self.process.poll() is not None:
                break
            try:
                self.ask("GET", "/")
                break
            except OSError:
                time.sleep(0.2)
        else:
            raise SystemExit(f"FEJL: Siden kom ikke i gang. Se {self.log}.")
        for _warm in range(40):
            self.ask("GET", "/anbefalinger/")
        self.at_first = {pid: memory_of(pid, "VmRSS") for pid in self.workers()}
        self.peaks = dict(self.at_first)
        self.watching = threading.Thread(target=self._watch, daemon=True)
        self.watching.start()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)

    def workers(self) -> list[int]:
        return children_of(self.process.pid)

    def _watch(self) -> None:
        """How much memory what the workers start has taken at most since it was last set to nothing."""
        while self.process.poll() is None:
            for pid in [one for worker in self.at_first for one in below(worker) if reads_a_file(one)]:
                self.filled = max(self.filled, memory_of(pid, "VmHWM"))
            time.sleep(0.01)

    def grown(self) -> float:
        """MB: how much more the worker that has grown most has taken at most than when it began."""
        return max((self.peaks[pid] - first for pid, first in self.at_first.items()), default=0.0)

    def _memory(self) -> dict[int, float]:
        """MB that each worker takes now; what it takes at most is counted anew from here (clear_refs in proc(5))."""
        workers = getattr(self, "at_first", ())
        for pid in workers:
            with suppress(OSError):
                Path(f"/proc/{pid}/clear_refs").write_text("5")
        return {pid: memory_of(pid, "VmRSS") for pid in workers}

    def _spike(self, before: dict[int, float]) -> float:
        """MB that a worker has taken at most beyond what it took before."""
        most = {pid: memory_of(pid, "VmHWM") for pid in before}
        for pid, memory in most.items():
            self.peaks[pid] = max(self.peaks[pid], memory)
        return max((memory - before[pid] for pid, memory in most.items()), default=0.0)

    def died(self) -> bool:
        return set(self.workers()) != set(self.at_first)

    def ask(
        self,
        method: str,
        address: str,
        *,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        cookies: dict[str, str] | None = None,
    ) -> Reply:
        """One request on a connection of its own, as a proxy sends it, each from a network of its own."""
        number = next(networks)
        sent = {
            "Host": "127.0.0.1",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
            "Connection": "close",
            **(headers or {}),
        }
        if cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        memory, before, began, self.filled = self._memory(), self._cpu(), time.perf_counter(), 0.0
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=240)
        status, said, content, set_now = NO_ANSWER, {}, b"", {}
        try:
            connection.putrequest(method, address, skip_host=True, skip_accept_encoding=True)
            for name, value in sent.items():
                connection.putheader(name, value.encode("latin-1", "replace"))
            if body or method == "POST":
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body or None)
            response = connection.getresponse()
            status, content = response.status, response.read()
            said = {name.lower(): value for name, value in response.getheaders()}
            set_now = dict(
                value.split(";")[0].split("=", 1)
                for name, value in response.getheaders()
                if name.lower() == "set-cookie"
            )
        except (TimeoutError, http.client.HTTPException, BrokenPipeError, ConnectionResetError):
            if not hasattr(self, "at_first"):
                raise  # it has not begun yet
        finally:
            connection.close()
        seconds = time.perf_counter() - began
        used = [after - then for after, then in zip(self._cpu(), before, strict=True)]
        return Reply(status, said, content, seconds, *used, set_now, self._spike(memory), self.filled)

    def _cpu(self) -> tuple[float, float]:
        """Seconds of the workers, and of what they started."""
        all_said = [said[11:15] for pid in getattr(self, "at_first", ()) if (said := said_of(pid))]
        own, apart = (sum(int(one) for said in all_said for one in said[at : at + 2]) * TICK for at in (0, 2))
        return own, apart

    def log_in(self, name: str) -> dict[str, str]:
        """The cookies of somebody who has logged in; none where they cannot any more."""
        page = self.ask("GET", "/konto/login/")
        cookies = dict(page.cookies)
        token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page.body)
        data = {"login": name, "password": PASSWORD, "csrfmiddlewaretoken": token[1].decode() if token else ""}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": "https://127.0.0.1/konto/login/"}
        reply = self.ask("POST", "/konto/login/", body=urlencode(data).encode(), headers=headers, cookies=cookies)
        if reply.status != 302:
            return {}
        return cookies | reply.cookies

    def upload(self, address: str, field_name: str, name: str, content: bytes, **more: Any) -> Reply:
        """A form with one file, and other fields."""
        edge = "en-graense-ingen-fil-har"
        cookies = more.pop("cookies", None)
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in more.items()
        ]
        parts.append(
            f'--{edge}\r\nContent-Disposition: form-data; name="{field_name}"; filename="{quote(name, safe=" .()")}"'
            f"\r\nContent-Type: application/octet-stream\r\n\r\n".encode()
            + content
            + b"\r\n"
        )
        body = b"".join(parts) + f"--{edge}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={edge}",
            "Referer": f"https://127.0.0.1{address}",
            "Origin": "https://127.0.0.1",
        }
        return self.ask("POST", address, body=body, headers=headers, cookies=cookies)
