"""What puts the site in production names commands, settings and files that are there, and its reader takes it."""

import re
import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.management import get_commands

from recommendations.checks import check_nothing_is_said_in_the_open
from tests.installations import in_production
from tracker.settings import database

ROOT = Path(settings.BASE_DIR)
UNITS = sorted((ROOT / "deploy/systemd").iterdir())
DOCKERFILE, COMPOSE = (ROOT / "Dockerfile").read_text(), (ROOT / "compose.yaml").read_text()
SETTINGS = set(re.findall(r"^    ([A-Z_]+)=\(", (ROOT / "tracker/settings.py").read_text(), re.M))
OF_OTHERS = {"DATABASE_PASSWORD", "POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD"}


def test_the_commands_are_there():
    texts = [*(unit.read_text() for unit in UNITS), COMPOSE.replace(", ", " ")]
    asked = {name for text in texts for name in re.findall(r"manage\.py ([a-z_]+)", text)}
    assert {"prepare", "work", "verify"} <= asked
    assert asked <= get_commands().keys()


def test_the_settings_are_ours():
    asked = set(re.findall(r"^    ([A-Z][A-Z_]+): ", COMPOSE, re.M)) | set(re.findall(r"\$\{([A-Z_]+)", COMPOSE))
    asked |= set(re.findall(r"\b([A-Z][A-Z_]+)=", "".join(unit.read_text() for unit in UNITS)))
    assert {"SECRET_KEY", "VAR_DIR", "LOG_FORMAT"} <= asked
    assert asked <= SETTINGS | OF_OTHERS


def test_a_timer_starts_something():
    timers = [unit for unit in UNITS if unit.suffix == ".timer"]
    assert timers
    assert all(unit.with_suffix(".service") in UNITS for unit in timers)


def test_what_the_first_hour_says_of_the_timers_is_what_they_are():
    """Each in the table of docs/drift.md, with its command and, where it has one, its time of night."""
    table = re.findall(
        r"^\| `manage\.py ([^`]+)` \| ([^|]+) \| (anbefalinger-\w+) \|$", (ROOT / "docs/drift.md").read_text(), re.M
    )
    units = ROOT / "deploy/systemd"
    assert {unit for _command, _when, unit in table} == {unit.stem for unit in UNITS} - {"anbefalinger"}
    for command, when, unit in table:
        assert f"manage.py {command}" in (units / f"{unit}.service").read_text()
        if night := re.search(r"kl\. (\d)\.(\d\d)", when):
            assert f"OnCalendar=*-*-* {int(night[1]):02}:{night[2]}" in (units / f"{unit}.timer").read_text()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd")
@pytest.mark.parametrize("timer", [unit for unit in UNITS if unit.suffix == ".timer"], ids=lambda unit: unit.stem)
def test_systemd_understands_when(timer):
    when = re.search(r"^OnCalendar=(.+)$", timer.read_text(), re.M)[1]
    said = subprocess.run(["systemd-analyze", "calendar", when], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr


def test_a_copy_is_never_written_unencrypted(tmp_path):
    """The line of the unit, as systemd gives it to the shell: without a recipient it stops before anything is read."""
    unit = (ROOT / "deploy/systemd/anbefalinger-backup.service").read_text()
    line = re.search(r"^ExecStart=/bin/sh -c '(.+)'$", unit, re.M)[1].replace("$$", "$").replace("%%", "%")
    said = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=False, cwd=tmp_path, env={})
    assert said.returncode != 0
    assert "BACKUP_TO" in said.stderr


def test_the_image_is_made_of_what_is_there_and_runs_without_rights():
    taken = [path for line in re.findall(r"^COPY (?!--)(.+) \S+$", DOCKERFILE, re.M) for path in line.split()]
    assert {"recommendations", "templates"} <= set(taken)
    assert [path for path in taken if not (ROOT / path).exists()] == []
    assert re.search(r"^USER anbefalinger$", DOCKERFILE, re.M)
    assert "--require-hashes" in DOCKERFILE


def certificate(folder):
    """A certificate that nobody trusts, for nginx to read."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "anbefalinger.eksempel.dk")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    day = datetime(2026, 1, 1)  # noqa: DTZ001  the library takes it as UTC
    signed = made.not_valid_before(day).not_valid_after(day + timedelta(3650)).sign(key, hashes.SHA256())
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / "fuld-kaede.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (folder / "noegle.pem").write_bytes(pem)


@pytest.mark.skipif(not shutil.which("nginx"), reason="there is no nginx")
def test_nginx_understands_its_example(tmp_path):
    certificate(tmp_path)
    site = (ROOT / "deploy/nginx.conf").read_text().replace("/etc/ssl/anbefalinger", str(tmp_path))
    whole = f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ access_log off; {site} }}"
    (tmp_path / "nginx.conf").write_text(whole)
    asked = ["nginx", "-t", "-q", "-e", "stderr", "-c", str(tmp_path / "nginx.conf")]
    said = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr


# --- What is said over a net ----------------------------------------------------------------------------------------


def told_to(settings, **changed):
    """What W012 names, with these settings in the place of those that are."""
    for name, value in changed.items():
        setattr(settings, name, value)
    return [warning.msg.split(" ")[0] for warning in check_nothing_is_said_in_the_open(None)]


class TestInTheOpen:
    SMTP = "django.core.mail.backends.smtp.EmailBackend"

    @pytest.mark.parametrize(
        ("address", "named"),
        [
            ("postgres://a:b@10.0.0.5/x", ["DATABASE_OWNER_URL"]),
            ("postgres://a:b@database.eksempel.dk/x?sslmode=prefer", ["DATABASE_OWNER_URL"]),
            ("postgres://a:b@database.eksempel.dk/x?sslmode=require", ["DATABASE_OWNER_URL"]),  # of whom?
            ("postgres://a:b@database.eksempel.dk/x?sslmode=verify-full&sslrootcert=/etc/ssl/root.pem", []),
            ("postgres://a:b@127.0.0.1/x", []),
            ("postgres:////var/run/postgresql/x", []),
            ("sqlite:////tmp/x.sqlite3", []),
        ],
    )
    def test_a_database_on_another_machine_is_asked_under_tls(self, settings, address, named):
        assert told_to(settings, DATABASE_OWNER=database(address)) == named

    @pytest.mark.parametrize(
        ("host", "tls", "named"),
        [("post.eksempel.dk", False, ["EMAIL_URL"]), ("post.eksempel.dk", True, []), ("127.0.0.1", False, [])],
    )
    def test_so_is_a_mail_server(self, settings, host, tls, named):
        assert told_to(settings, EMAIL_BACKEND=self.SMTP, EMAIL_HOST=host, EMAIL_USE_TLS=tls) == named

    def test_so_are_the_cache_and_the_store(self, settings):
        cache = {"default": {"LOCATION": "redis://:kode@10.0.0.6/0"}}
        store = {"default": {"OPTIONS": {"endpoint_url": "http://10.0.0.7:9000"}}}
        assert told_to(settings, CACHES=cache, STORAGES=store) == ["CACHE_URL", "STORAGE_URL"]
        cache = {"default": {"LOCATION": "rediss://:kode@10.0.0.6/0"}}
        store = {"default": {"OPTIONS": {"endpoint_url": "https://10.0.0.7"}}}
        assert told_to(settings, CACHES=cache, STORAGES=store) == []


# --- Cookies as they are in production ------------------------------------------------------------------------------


def said_in_production(program, **more):
    run = in_production(program, **more)
    run.check_returncode()
    return run.stdout.split()


def test_a_session_is_for_this_host_alone_and_no_script_reads_it():
    said = said_in_production(
        "for name in ('SESSION', 'CSRF'):\n"
        "    for of in ('NAME', 'SECURE', 'PATH', 'DOMAIN'): print(getattr(settings, f'{name}_COOKIE_{of}'))\n"
        "print(settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE, settings.DEVICE_COOKIE_NAME)"
    )
    assert said[:4] == ["__Host-session", "True", "/", "None"]
    assert said[4:8] == ["__Host-csrftoken", "True", "/", "None"]
    assert said[8:] == ["True", "Lax", "__Host-device"]


def test_nothing_of_development_is_on_in_production():
    said = said_in_production(
        "print(settings.DEBUG, settings.DEVELOPMENT, settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS)\n"
        "print(settings.REQUIRE_SECOND_FACTOR, settings.WHITENOISE_ALLOW_ALL_ORIGINS, settings.METRICS)\n"
        "from django.contrib.auth.hashers import get_hasher\n"
        "print(get_hasher().algorithm, get_hasher().iterations >= 600_000)"
    )
    assert said == ["False", "False", "True", "31536000", "True", "False", "False", "pbkdf2_sha256", "True"]


def test_an_earlier_key_is_read_and_not_signed_with():
    program = "from django.core import signing; print(signing.Signer().sign('x'))"
    (old,) = said_in_production(program, SECRET_KEY="a" * 60)
    (new,) = said_in_production(program, SECRET_KEY="b" * 60, SECRET_KEY_FALLBACKS="a" * 60)
    assert old != new
    read = f"from django.core import signing; print(signing.Signer().unsign({old!r}))"
    assert said_in_production(read, SECRET_KEY="b" * 60, SECRET_KEY_FALLBACKS="a" * 60) == ["x"]
    with pytest.raises(subprocess.CalledProcessError):
        said_in_production(read, SECRET_KEY="b" * 60)
