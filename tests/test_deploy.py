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
