"""Whole installations beside the tests' own: a folder and a database each, asked by processes as an operator asks."""

import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

ROOT = settings.BASE_DIR
SERVER = "postgres://postgres@127.0.0.1:5432/postgres"


@dataclass
class Installation:
    folder: Path
    url: str = ""
    env: dict = field(default_factory=dict)
    code: Path = ROOT  # of which release

    def __post_init__(self):
        self.url = self.url or f"sqlite:///{self.folder}/db.sqlite3"

    @property
    def media(self):
        return self.folder / "media"

    def run(self, *command, **more):
        """The result of a Python command in it; nothing else of this process's settings reaches it."""
        passed = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        own = {"DEVELOPMENT": "true", "DATABASE_URL": self.url, "VAR_DIR": str(self.folder), "PYTHONUTF8": "1"}
        env = passed | {"PYTHONDONTWRITEBYTECODE": "1"} | own | self.env
        return subprocess.run(
            [sys.executable, *map(str, command)],
            cwd=self.code,
            env=env,
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            **more,
        )

    def manage(self, *command, **more):
        return self.run("manage.py", *command, **more)

    def did(self, *command):
        """What a command that must succeed printed."""
        done = self.manage(*command)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def refusal(self, *command, **more):
        """The one sentence that a command was refused with."""
        done = self.manage(*command, **more)
        assert done.returncode == 1, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr.removeprefix("CommandError: ").strip()

    def script(self, text, **more):
        """A program with Django set up and the first municipality active."""
        begin = (
            "import os, django\n"
            "os.environ['DJANGO_SETTINGS_MODULE'] = 'tracker.settings'\n"
            "django.setup()\n"
            "from recommendations import tenancy\n"
            "from recommendations.models import *\n"
        )
        return self.run("-c", begin + text, **more)

    def said(self, text):
        """What a program that must succeed printed."""
        done = self.script(text)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()


OF_PRODUCTION = {
    "SECRET_KEY": "x" * 60,
    "SITE_URL": "https://eksempel.invalid",
    "ALLOWED_HOSTS": "eksempel.invalid",
    "DATABASE_URL": "sqlite://:memory:",
    "EMAIL_URL": "smtp://127.0.0.1:25",
    "DEFAULT_FROM_EMAIL": "x@eksempel.invalid",
}


def in_production(program, **more):
    """The result of a program under the settings of production; `more` are others."""
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "tracker.settings", **OF_PRODUCTION, **more}
    command = [sys.executable, "-c", f"import django; django.setup(); from django.conf import settings\n{program}"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def server_url():
    """Where databases can be made: the server that the tests run on, else the one of this machine."""
    ours = settings.DATABASES["default"]
    if ours["ENGINE"].endswith("postgresql"):
        password = f":{ours['PASSWORD']}" if ours["PASSWORD"] else ""
        return f"postgres://{ours['USER']}{password}@{ours['HOST']}:{ours['PORT'] or 5432}/postgres"
    return SERVER


def server():
    """A connection to it; the test is skipped where there is none."""
    try:
        return psycopg.connect(server_url(), autocommit=True, connect_timeout=2)
    except psycopg.OperationalError:
        pytest.skip("There is no PostgreSQL on this machine")


@contextmanager
def postgres_database():
    """The address of an empty database, which is gone afterwards."""
    name = f"anbefalinger_{token_hex(4)}"
    with server() as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(sql.Identifier(name))
        )
    try:
        yield server_url().rpartition("/")[0] + f"/{name}"
    finally:
        with server() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def two_roles(tmp_path):
    """An installation on PostgreSQL where one role owns the database and another does the daily work; not prepared."""
    word, roles = token_hex(4), {}
    with server() as connection:
        may = connection.execute(
            "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        if not may[0]:
            pytest.skip("The tests' role may not make roles")
        for name in ("owner", "daily"):
            roles[name] = f"anbefalinger_{name}_{word}"
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(roles[name]), sql.Literal(word))
            )
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(roles["owner"])))
        connection.execute(
            sql.SQL("CREATE DATABASE {0} OWNER {1} ENCODING 'UTF8' TEMPLATE template0").format(
                sql.Identifier(roles["owner"]), sql.Identifier(roles["owner"])
            )
        )
    place = server_url().rpartition("@")[2].replace("/postgres", f"/{roles['owner']}")
    urls = {name: f"postgres://{role}:{word}@{place}" for name, role in roles.items()}
    try:
        yield Installation(tmp_path, urls["daily"], {"DATABASE_OWNER_URL": urls["owner"]})
    finally:
        with server() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(roles["owner"])))
            for role in roles.values():
                connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
