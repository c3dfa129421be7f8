"""What puts the site in production names commands, settings and files that are there, and its reader takes it."""

import json
import re
import shlex
import shutil
import socket
import ssl
import subprocess
import threading
import time
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from http.client import HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.management import get_commands
from gunicorn.config import Config

from recommendations.checks import check_nothing_is_said_in_the_open
from recommendations.importing import files
from recommendations.importing.documents import reading
from recommendations.uploads.accepting import MEGABYTE
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


PAGES = "".join((ROOT / page).read_text().replace("\\\n", "") for page in ("README.md", "docs/scaling.md"))
STARTS = [
    json.loads(re.search(r"^CMD (\[.+?\])$", DOCKERFILE.replace("\\\n", ""), re.M)[1]),
    *(
        shlex.split(line)
        for unit in UNITS
        for line in re.findall(r"^ExecStart=(.*gunicorn .+)$", unit.read_text(), re.M)
    ),
    *(shlex.split(line) for line in re.findall(r"^\S*gunicorn .+$", PAGES, re.M)),
]


def test_compose_has_no_password_of_its_own():
    assert "POSTGRES_PASSWORD: ${DATABASE_PASSWORD:?}" in COMPOSE
    assert re.findall(r"://[\w.-]+:([^@/\s]+)@", COMPOSE) == ["${DATABASE_PASSWORD:?}"]


def test_gunicorn_believes_nobody_wherever_it_is_started():
    """It would take a peer's word for https although TRUST_PROXY is not set, and for where in the site a request is."""
    assert len(STARTS) == 4
    for command in STARTS:
        config = Config()
        asked = config.parser().parse_args(command[1:])
        config.set("forwarded_allow_ips", asked.forwarded_allow_ips)
        assert config.forwarded_allow_ips == [], command


@pytest.mark.parametrize("script", ["audit", "sbom"])
def test_all_that_runs_in_production_is_asked_about(script):
    """Also what is installed for STORAGE_URL."""
    files = {path.name for path in ROOT.glob("requirements*.txt")} - {"requirements-dev.txt"}
    assert {"requirements-s3.txt"} < files
    code = re.sub(r"^#.*$", "", (ROOT / "script" / script).read_text(), flags=re.M)
    assert set(re.findall(r"requirements[\w-]*\.txt", code)) == files


def test_ci_lets_no_test_be_skipped_for_want_of_a_program():
    """What a test asks for before it lets itself be skipped, `.ci/run` sets; and nginx is got where it is missing."""
    run = (ROOT / ".ci/run").read_text()
    asking = [path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]
    asked = {name for path in asking for name in re.findall(r'"(REQUIRE_[A-Z]+)"', path.read_text())}
    (told,) = re.findall(r"^export (REQUIRE_.+)$", run, re.M)
    assert {f"{name}=1" for name in asked} == set(told.split())
    assert "command -v nginx >/dev/null || packages+=(nginx-light)" in run


# --- nginx in front --------------------------------------------------------------------------------------------------

NGINX = (ROOT / "deploy/nginx.conf").read_text()
NODES = re.search(r"^## nginx\n\n```\n(.+?)^```", (ROOT / "docs/scaling.md").read_text(), re.M | re.S)[1]
examples = pytest.mark.parametrize("example", [NGINX, NODES], ids=["deploy/nginx.conf", "docs/scaling.md"])


def said_by(example, name):
    """What the directive is followed by, each time it stands there."""
    return re.findall(rf"^ *{name} +(.+);", example, re.M)


@examples
def test_nginx_lets_the_largest_file_through(example):
    (most,) = said_by(example, "client_max_body_size")
    largest = max(settings.EVIDENCE_MAX_BYTES, settings.CHECK_MAX_MB * MEGABYTE, files.MOST_BYTES, reading.MOST_BYTES)
    assert int(most.removesuffix("m")) * MEGABYTE > largest


@examples
def test_nginx_does_not_say_its_version(example):
    assert said_by(example, "server_tokens") == ["off"] * len(re.findall(r"^server \{", example, re.M))


@examples
def test_nginx_writes_a_link_of_somebodys_in_no_log(example):
    places = re.findall(r"^    location ~ (\S+) \{\n(.+?)^    \}", example, re.M | re.S)
    silent = [where for where, said in places if "access_log off;" in said]
    for address in ("/svar/x/mail/", "/foelg/mine/x/", "/en/foelg/slut/x/", "/konto/velkommen/x/y/"):
        assert any(re.search(where, address) for where in silent), address
    assert not any(re.search(where, "/anbefalinger/") for where in silent)


@examples
def test_nginx_writes_anew_what_the_site_believes(example):
    said = said_by(example, "proxy_set_header")
    for believed in ("X-Forwarded-For $remote_addr", "X-Request-ID $request_id"):
        name, _value = believed.split()
        assert [one for one in said if one.startswith(name)] == [believed] * said.count("Host $host")


def test_nginx_speaks_with_nothing_that_is_too_old_or_can_be_read_later():
    assert said_by(NGINX, "ssl_protocols") == ["TLSv1.2 TLSv1.3"]
    (ciphers,) = said_by(NGINX, "ssl_ciphers")
    assert all(cipher.startswith("ECDHE-") for cipher in ciphers.split(":"))
    assert said_by(NGINX, "ssl_stapling") == said_by(NGINX, "ssl_stapling_verify") == ["on"]
    assert len(said_by(NGINX, "ssl_trusted_certificate")) == 1


def certificate(folder):
    """A certificate that nobody trusts, for nginx to read."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "anbefalinger.eksempel.dk")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    day = datetime(2026, 1, 1)  # noqa: DTZ001  the library takes it as UTC
    signed = made.not_valid_before(day).not_valid_after(day + timedelta(3650)).sign(key, hashes.SHA256())
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    for file in ("fuld-kaede.pem", "udstedere.pem"):
        (folder / file).write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (folder / "noegle.pem").write_bytes(pem)


def nginx(folder, site, *asked):
    """The command of an nginx with this site and nothing else; its files are in the folder."""
    certificate(folder)
    site = site.replace("/etc/ssl/anbefalinger", str(folder))
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {folder}/{kind}; " for kind in kinds)
    alone = f"daemon off; master_process off; pid {folder}/pid; error_log stderr;"
    (folder / "nginx.conf").write_text(f"{alone} events {{}} http {{ access_log off; {paths} {site} }}")
    return ["nginx", "-e", "stderr", "-c", str(folder / "nginx.conf"), *asked]


@pytest.mark.nginx
@examples
def test_nginx_understands_its_example(tmp_path, example):
    of_the_other = "".join(
        f"{name} {value};\n"
        for name in ("ssl_certificate", "ssl_certificate_key")
        for value in said_by(NGINX, name)
        if not said_by(example, name)
    )
    asked = nginx(tmp_path, of_the_other + example, "-t", "-q")
    said = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr


class Site(BaseHTTPRequestHandler):
    """Answers as the site does, and says so in its own words."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Strict-Transport-Security", "max-age=1")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_said):
        pass


@contextmanager
def behind_nginx(folder):
    """`ask(path, length)` is the answer by the example of a proxy; `length` is what the request says of its body."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as site, socket.socket() as free, socket.socket() as dead:
        free.bind(("127.0.0.1", 0))
        dead.bind(("127.0.0.1", 0))  # nobody listens
        port = free.getsockname()[1]
        example = NGINX.replace("127.0.0.1:8000", f"127.0.0.1:{site.server_port}")
        example = re.sub(r"^    listen (80|\[::\].+);\n", "", example, flags=re.M)
        example = example.replace("listen 443", f"listen 127.0.0.1:{port}")
        example = re.sub(r"^server \{\n    server_name.+?^\}\n", "", example, count=1, flags=re.M | re.S)
        nobody = f"    location /dead {{ proxy_pass http://127.0.0.1:{dead.getsockname()[1]}; }}\n"
        example = example.replace("    location / {", f"{nobody}    location / {{")
        free.close()
        threading.Thread(target=site.serve_forever, daemon=True).start()
        running = subprocess.Popen(nginx(folder, example), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        def ask(path, length=0):
            trusting = ssl._create_unverified_context()
            with closing(HTTPSConnection("127.0.0.1", port, timeout=20, context=trusting)) as connection:
                connection.request("GET", path, headers={"Content-Length": str(length)})
                answer = connection.getresponse()
                answer.read()
                return answer

        try:
            for _try in range(200):
                try:
                    ask("/")
                    break
                except ConnectionRefusedError:
                    time.sleep(0.05)
            yield ask
        finally:
            running.terminate()
            running.wait(20)
            site.shutdown()


@pytest.mark.nginx
def test_what_nginx_answers_itself_says_the_same_as_the_site_and_nothing_is_said_twice(tmp_path):
    with behind_nginx(tmp_path) as ask:
        for path, length, status, hsts in (
            ("/", 0, 200, "max-age=1"),
            ("/", 40 * MEGABYTE, 413, "max-age=31536000; includeSubDomains"),
            ("/dead", 0, 502, "max-age=31536000; includeSubDomains"),
        ):
            answer = ask(path, length)
            assert answer.status == status
            assert answer.headers.get_all("Strict-Transport-Security") == [hsts]
            assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]
            assert answer.headers["Server"] == "nginx"


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
