"""The databases that are measured: made by the product's own commands, and kept until what makes them is another."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql
from services import HERE, ROOT

PREFIX = "anbefalinger_bench"
SITE_URL = "https://127.0.0.1"  # also of the services that are measured
MARK = "script/bench"  # in the comment of a database of ours
UPDATES = 5  # for each recommendation
COPIED_FROM = {1_000_000: 100_000}


class Server:
    """A PostgreSQL on this machine, where databases may be made."""

    def __init__(self, address: str):
        self.parts = urlsplit(address)
        try:
            self.connection = psycopg.connect(self.address("postgres"), autocommit=True)
        except psycopg.OperationalError as error:
            raise SystemExit(f"FEJL: Der er ingen PostgreSQL på {self.parts.hostname}: {error}") from error
        pid = self.connection.info.backend_pid
        if not Path(f"/proc/{pid}").exists():
            raise SystemExit("FEJL: PostgreSQL kører på en anden maskine, så dens CPU-tid kan ikke læses her.")
        self.version = f"PostgreSQL {self.connection.info.parameter_status('server_version')}"

    def address(self, database: str) -> str:
        return self.parts._replace(scheme="postgres", path=f"/{database}").geturl()

    def backends(self, address: str) -> list[int]:
        query = "SELECT pid FROM pg_stat_activity WHERE datname = %s"
        return [pid for (pid,) in self.connection.execute(query, [urlsplit(address).path[1:]])]

    def comment(self, database: str) -> str | None:
        """What a database says of itself; None where there is none of that name."""
        query = "SELECT coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname = %s"
        found = self.connection.execute(query, [database]).fetchone()
        return found[0] if found else None

    def make(self, database: str, template: str = "template0") -> None:
        name = sql.Identifier(database)
        said = self.comment(database)
        if said is not None and not said.startswith(MARK):
            raise SystemExit(f"FEJL: Databasen {database} findes, og script/bench har ikke lavet den. Omdøb den.")
        self.connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        self.connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, sql.Identifier(template)))
        self.say(database, MARK)  # ours from the beginning, also where making its rows is broken off
        # One process for each request, so that its CPU time can be read: helpers of the database end before it can be.
        for setting in ("max_parallel_workers_per_gather = 0", "jit = off"):
            self.connection.execute(sql.SQL("ALTER DATABASE {} SET " + setting).format(name))

    def say(self, database: str, comment: str) -> None:
        query = sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(database), sql.Literal(comment))
        self.connection.execute(query)


def _run(environment: dict[str, str], *arguments: str, quiet: bool = True) -> None:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL if quiet else None,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"FEJL: {' '.join(arguments)} lykkedes ikke.")


def make_seed(folder: Path) -> tuple[str, str]:
    """The addresses of the shipped sources in a file, and of the naive site's copy; both made anew."""
    site, naive = folder / "db.sqlite3", folder / "naive.sqlite3"
    for path in (site, naive):
        for file in folder.glob(f"{path.name}*"):
            file.unlink()
    addresses = f"sqlite:///{site}", f"sqlite:///{naive}"
    _run(_developing(addresses[0], folder), "manage.py", "prepare")
    _load_naive(*addresses)
    return addresses


def generate(server: Server, size: int, folder: Path, schema: str, say: Callable[[str], None]) -> tuple[str, str]:
    """The addresses of a database with so many made-up recommendations, and of the naive site's; both kept."""
    name = f"{PREFIX}_{size}"
    site, naive, comment = server.address(name), server.address(f"{name}_naive"), f"{MARK} {schema}"
    if server.comment(name) != comment:
        say(f"Laver {size} anbefalinger i databasen {name} ...")
        environment = _developing(site, folder)
        if size in COPIED_FROM:
            generate(server, COPIED_FROM[size], folder, schema, say)
            server.make(name, template=f"{PREFIX}_{COPIED_FROM[size]}")
            _run(environment, str(HERE / "million.py"), str(size // COPIED_FROM[size]), quiet=False)
        else:
            server.make(name)
            _run(environment, "manage.py", "prepare")
            counts = ("--anbefalinger", str(size), "--opdateringer", str(UPDATES * size))
            _run(environment, "manage.py", "generate", *counts, quiet=False)
            _run(environment, "manage.py", "prepare")  # keeps the lines of what is there now
        server.say(name, comment)
    if server.comment(f"{name}_naive") != comment:
        say("Kopierer rækkerne til den naive liste ...")
        server.make(f"{name}_naive")
        _load_naive(site, naive)
        server.say(f"{name}_naive", comment)
    return site, naive


def _developing(database: str, folder: Path) -> dict[str, str]:
    # The lines of the lists are kept with the address of the site in them.
    return {"DEVELOPMENT": "true", "DATABASE_URL": database, "VAR_DIR": str(folder), "SITE_URL": SITE_URL}


def _load_naive(site: str, naive: str) -> None:
    _run({"DATABASE_URL": site, "NAIVE_DATABASE_URL": naive}, str(HERE / "naive" / "load.py"))
