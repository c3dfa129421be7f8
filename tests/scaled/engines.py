"""The engines of the scaled-out set-up, each a program that this one starts and alone ends."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/bin"))
PATIENCE = 60  # seconds until an engine must answer

POSTGRES = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
shared_buffers = 128MB
max_connections = 60
wal_level = replica
max_wal_senders = 4
wal_keep_size = 256MB
hot_standby = on
hot_standby_feedback = on
wal_retrieve_retry_interval = 500ms
"""

NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; worker_processes 1;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  upstream nodes {{ {nodes} }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://nodes;
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto https;
      proxy_connect_timeout 1s;
      proxy_next_upstream error timeout http_502 http_503 http_504;
    }}
  }}
}}
"""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def as_postgres() -> list[str]:
    """PostgreSQL refuses to be run by root."""
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []


@dataclass
class Engine:
    """A program that listens on `port`. `crash` ends it and all it has begun, without a word to anybody."""

    name: str
    command: list[str]
    log: Path
    port: int = field(default_factory=free_port)
    env: dict[str, str] = field(default_factory=dict)
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [part.replace("{port}", str(self.port)) for part in self.command]
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                command, cwd=ROOT, env=os.environ | self.env, stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.running.poll() is None:
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        sys.exit(f"{self.name} svarer ikke. Det sidste i {self.log}:\n{self.log.read_text()[-2000:]}")

    def crash(self) -> None:
        if self.running is not None:
            os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()
        self.running = None


@dataclass
class Postgres(Engine):
    data: Path = Path()

    def start(self) -> None:
        """Until it answers questions: after a crash it puts its rows in order first."""
        super().start()
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                self.sql("SELECT 1", "postgres")
                return
            except subprocess.CalledProcessError:
                time.sleep(0.5)
        sys.exit(f"{self.name} svarer ikke. Det sidste i {self.log}:\n{self.log.read_text()[-2000:]}")

    def sql(self, statement: str, database: str = "tracker") -> str:
        where = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-d", database]
        command = [str(BIN / "psql"), *where, "-Atc", statement]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def crash(self) -> None:
        """At once (immediate shutdown), as when the power goes; killed, its shared memory would be left behind."""
        if self.running is not None:
            self.running.send_signal(signal.SIGQUIT)
            self.running.wait()
        self.running = None


class Setup:
    """All of it, in a folder of its own. `alone` is one node on the primary, for comparison."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.primary = self._postgres("primary")
        self.replica = self._postgres("replica")
        self.redis = Engine(
            "redis",
            ["redis-server", "--port", "{port}", "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)],
            folder / "redis.log",
        )
        self.alone = self._node("alone", {})
        self.nodes = [self._node(f"node {number}", self.shared()) for number in (1, 2, 3)]
        self.nginx = Engine("nginx", ["nginx", "-c", str(folder / "nginx.conf")], folder / "nginx.log")
        self.started: list[Engine] = []

    def _postgres(self, name: str) -> Postgres:
        data = self.folder / name
        command = [*as_postgres(), str(BIN / "postgres"), "-D", str(data), "-p", "{port}"]
        return Postgres(name, command, self.folder / f"{name}.log", data=data)

    def shared(self, room: int = 0) -> dict[str, str]:
        """Where a node finds what it has together with others; `room` is of Redis."""
        return {
            "DATABASE_REPLICA_URL": f"postgres://postgres@127.0.0.1:{self.replica.port}/tracker",
            "CACHE_URL": f"redis://127.0.0.1:{self.redis.port}/{room}",
        }

    def for_tests(self) -> dict[str, str]:
        """What makes the suite's process like a node. Its database is one of its own, beside that of the nodes."""
        database = self.environment()["DATABASE_URL"]
        return {"DEVELOPMENT": "true", "DATABASE_URL": database} | self.shared(room=1)

    def environment(self) -> dict[str, str]:
        """That of production; the mail is written to the log."""
        return {
            "DATABASE_URL": f"postgres://postgres@127.0.0.1:{self.primary.port}/tracker",
            "VAR_DIR": str(self.folder / "var"),
            "SECRET_KEY": "kun-til-denne-proeve-0123456789-abcdefghijklmnopqrstuvwxyz",
            "SITE_URL": "https://127.0.0.1",
            "ALLOWED_HOSTS": "127.0.0.1",
            "EMAIL_URL": "consolemail://",
            # With it nobody who has only a password comes further than to the page where it is set up.
            "REQUIRE_SECOND_FACTOR": "false",
            "DEFAULT_FROM_EMAIL": "anbefalinger@eksempel.dk",
            "TRUST_PROXY": "true",
            "LOG_LEVEL": "WARNING",
            "WORK_PER_ADDRESS": "100000",  # all readers have one address here
            "WORK_PER_NETWORK": "100000",
        }

    def _node(self, name: str, more: dict[str, str]) -> Engine:
        command = [sys.executable, "-m", "gunicorn", "tracker.wsgi", "--bind", "127.0.0.1:{port}", "--threads", "4"]
        return Engine(name, command, self.folder / f"{name}.log", env=self.environment() | more)

    def start_primary(self) -> None:
        as_owner, primary = as_postgres(), self.primary
        _run(*as_owner, str(BIN / "initdb"), "-D", str(primary.data), "-A", "trust", "-U", "postgres", "-E", "UTF8")
        with (primary.data / "postgresql.conf").open("a") as conf:
            conf.write(POSTGRES)
        self._begin(primary)
        primary.sql("CREATE DATABASE tracker", "postgres")
        self.manage("prepare", DEVELOPMENT="true")
        self.manage("collectstatic", "--noinput")

    def start(self) -> None:
        self.start_primary()
        as_owner, primary, replica = as_postgres(), self.primary, self.replica
        where = ["-h", "127.0.0.1", "-p", str(primary.port), "-U", "postgres", "-D", str(replica.data)]
        _run(*as_owner, str(BIN / "pg_basebackup"), *where, "-R", "-X", "stream", "--checkpoint=fast")
        self._begin(replica)
        self._begin(self.redis)
        for node in (self.alone, *self.nodes):
            self._begin(node)
        nodes = " ".join(f"server 127.0.0.1:{node.port} max_fails=1 fail_timeout=2s;" for node in self.nodes)
        conf = NGINX.format(folder=self.folder, port=self.nginx.port, nodes=nodes)
        (self.folder / "nginx.conf").write_text(conf)
        self._begin(self.nginx)

    def _begin(self, engine: Engine) -> None:
        engine.start()
        self.started.append(engine)

    def manage(self, *arguments: str, **env: str) -> None:
        _run(sys.executable, "manage.py", *arguments, env=self.environment() | env)

    def stop(self) -> None:
        for engine in reversed(self.started):
            engine.crash()


def _run(*command: str, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=ROOT, env=os.environ | (env or {}), capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")


@contextmanager
def alone(name: str, workers: int):
    """One database and one node with so many workers, begun: both, and the node's environment. Ended and removed
    afterwards.
    """
    folder = _folder(name, "primary")
    setup = Setup(folder)
    try:
        setup.start_primary()
        setup.alone.command += ["--workers", str(workers)]
        setup._begin(setup.alone)
        yield setup.primary, setup.alone, setup.environment()
    finally:
        setup.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _folder(name: str, *databases: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=f"anbefalinger-{name}-"))
    folder.chmod(0o755)
    for database in databases:
        (folder / database).mkdir(mode=0o700)
        if as_postgres():
            owner = pwd.getpwnam("postgres")
            os.chown(folder / database, owner.pw_uid, owner.pw_gid)
    return folder


@contextmanager
def running():
    """The set-up, begun; ended and removed afterwards, whatever happens."""
    folder = _folder("scaled", "primary", "replica")
    setup = Setup(folder)
    try:
        setup.start()
        yield setup
    finally:
        setup.stop()
        shutil.rmtree(folder, ignore_errors=True)
