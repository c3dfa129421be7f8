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
