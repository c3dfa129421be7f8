"""Webhooks: who may write them, what is posted and how it is signed, and where nothing is ever posted to."""

import base64
import hashlib
import hmac
import json
import socket
import ssl
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.utils import timezone

from recommendations import actions, calling
from recommendations.actions.state import record
from recommendations.enums import Act, Nature, Status
from recommendations.models import Event, OutgoingMessage, Webhook
from recommendations.sending import send_due
from tests.factories import (
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    StatusUpdateFactory,
    WebhookFactory,
)
from tests.staff.whole_pages import StaffPage

NAME = "modtager.eksempel.dk"


# --- A receiver -------------------------------------------------------------------------------------------------------


def certificate(folder, name):
    """Files of a certificate that vouches for itself, and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / f"{name}.pem", folder / f"{name}.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return public, private


class Receiver:
    """`calls` are the headers and the body of each; `status`, `headers` and `answer` are what it says."""

    def __init__(self):
        self.calls, self.names = [], []
        self.status, self.headers, self.answer = 204, {}, b""
        self.before_answer = lambda: None


@contextmanager
def receiver_with(public, private):
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            receiver.calls.append((self.path, dict(self.headers), body))
            receiver.before_answer()
            self.send_response(receiver.status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(receiver.answer)

        def log_message(self, *_args):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request, client_address):
            pass  # whoever called has left

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    context.sni_callback = lambda _socket, name, _context: receiver.names.append(name)
    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    receiver.port = server.server_address[1]
    receiver.url = f"https://{NAME}:{receiver.port}/krog?fra=os"
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def receiver(tmp_path, monkeypatch):
    """One that is trusted, and that the name leads to; of all rules, only that of the address is off, and the port is
    its own.
    """
    public, private = certificate(tmp_path, NAME)
    monkeypatch.setenv("SSL_CERT_FILE", str(public))

    def leads_here(_host, port, *_args, **_more):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(calling.socket, "getaddrinfo", leads_here)
    monkeypatch.setattr(calling, "is_public", lambda _address: True)
    with receiver_with(public, private) as receiver:
        monkeypatch.setattr(calling, "PORT", receiver.port)
        yield receiver


def verified(secret, headers, body):
    """As docs/webhooks.md says it."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
    right = base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(f"v1,{right}", one) for one in headers["webhook-signature"].split())


class TestCalling:
    def test_the_name_is_asked_for_and_the_body_is_as_it_was_signed(self, receiver):
        secret = calling.new_secret()
        calling.post(
            receiver.url, '{"ø": 1}', calling.signed(secret, "nøgle", datetime(2026, 11, 2, tzinfo=UTC), '{"ø": 1}')
        )
        ((path, headers, body),) = receiver.calls
        assert receiver.names == [NAME]
        assert (path, body, headers["Content-Type"]) == ("/krog?fra=os", '{"ø": 1}', "application/json")
        assert verified(secret, headers | {"webhook-id": "nøgle"}, body)
        assert not verified(calling.new_secret(), headers, body)

    def test_a_signature_is_what_the_standard_says(self):
        """The example of Standard Webhooks' own libraries."""
        signed = calling.signed(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            datetime.fromtimestamp(1614265330, UTC),
            '{"test": 2432232314}',
        )
        assert signed["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

    @pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 404, 410, 500])
    def test_only_a_yes_is_a_yes_and_nobody_is_sent_on(self, receiver, status):
        receiver.status, receiver.headers = status, {"Location": receiver.url}
        with pytest.raises(calling.NotCalled, match=str(status)):
            calling.post(receiver.url, "{}", {})
        assert len(receiver.calls) == 1

    def test_a_long_answer_is_not_read(self, receiver):
        receiver.status, receiver.answer = 200, b"x" * 50_000_000
        begun = time.monotonic()
        calling.post(receiver.url, "{}", {})
        assert time.monotonic() - begun < 5

    def test_one_that_says_a_letter_now_and_then_holds_nobody_up(self, receiver, monkeypatch):
        monkeypatch.setattr(calling, "LIMIT", 0.5)
        held = threading.Event()
        receiver.before_answer = lambda: held.wait(20)
        begun = time.monotonic()
        try:
            with pytest.raises((OSError, calling.NotCalled)):
                calling.post(receiver.url, "{}", {})
            assert time.monotonic() - begun < 5
        finally:
            held.set()

    def test_a_certificate_of_another_name_is_refused(self, receiver, tmp_path, monkeypatch):
        public, private = certificate(tmp_path, "en.anden.dk")
        with receiver_with(public, private) as other:
            monkeypatch.setattr(calling, "PORT", other.port)
            with pytest.raises(ssl.SSLCertVerificationError):
                calling.post(other.url, "{}", {})
            assert other.calls == []

    def test_a_certificate_that_nobody_vouches_for_is_refused(self, receiver, monkeypatch):
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(ssl.SSLCertVerificationError):
            calling.post(receiver.url, "{}", {})
        assert receiver.calls == []

    def test_without_https_nobody_is_called(self, receiver):
        with pytest.raises(calling.NotCalled, match="https"):
            calling.post(receiver.url.replace("https", "http"), "{}", {})

    @pytest.mark.parametrize("port", [80, 8443, 5432, 0, 99999])
    def test_no_other_port_is_called(self, receiver, port, monkeypatch):
        monkeypatch.setattr(calling.socket, "getaddrinfo", lambda *_args, **_more: pytest.fail("looked up"))
        with pytest.raises(calling.NotCalled, match="anden port"):
            calling.post(f"https://{NAME}:{port}/krog", "{}", {})

    @pytest.mark.parametrize("port", ["", ":", ":443", ":0443"])
    def test_the_port_of_https_may_be_written_or_not(self, port):
        assert calling.is_at_port(f"https://{NAME}{port}/krog")


PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.5.4",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.8",
    "198.18.0.1",
    "192.0.2.1",
    "224.0.0.251",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12:3456::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::10.0.0.1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "2001:0:4136:e378:8000:63bf:f5ff:fffe",
    "ikke en adresse",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_what_only_we_can_reach_is_not_public(address):
    assert not calling.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "185.157.24.1", "2a00:1450:4001:81b::200e", "::ffff:8.8.8.8"])
def test_what_anybody_can_reach_is(address):
    assert calling.is_public(address)


class TestLookingUp:
    @pytest.fixture
    def leads_to(self, monkeypatch):
        asked = []

        def leads_to(*answers):
            def looked_up(host, port, **_more):
                asked.append(host)
                found = answers[min(len(asked), len(answers)) - 1]
                return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

            monkeypatch.setattr(calling.socket, "getaddrinfo", looked_up)
            return asked

        return leads_to

    @pytest.mark.parametrize("found", [["10.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["127.0.0.1", "8.8.8.8"], []])
    def test_one_address_of_a_closed_net_among_others_is_enough(self, leads_to, found, monkeypatch):
        leads_to(found)
        monkeypatch.setattr(calling.socket, "create_connection", lambda *_args: pytest.fail("connected"))
        with pytest.raises(calling.NotCalled, match="lukket net"):
            calling.post("https://ond.eksempel.org/", "{}", {})

    def test_a_name_that_answers_otherwise_the_second_time_is_not_asked_again(self, leads_to, monkeypatch):
        asked = leads_to(["8.8.8.8"], ["127.0.0.1"])
        connected = []

        def connect(address, timeout):
            connected.append(address)
            raise ConnectionRefusedError

        monkeypatch.setattr(calling.socket, "create_connection", connect)
        with pytest.raises(ConnectionRefusedError):
            calling.post("https://ond.eksempel.org/", "{}", {})
        assert (asked, connected) == (["ond.eksempel.org"], [("8.8.8.8", 443)])

    @pytest.mark.parametrize(
        "url",
        ["https://127.0.0.1/", "https://[::1]/", "https://2130706433/", "https://0x7f.1/", "https://localhost/"],
    )
    def test_however_it_is_written(self, url):
        with pytest.raises(calling.NotCalled):
            calling.post(url, "{}", {})

    def test_a_name_that_is_none_is_said(self, monkeypatch):
        def unknown(*_args, **_more):
            raise socket.gaierror(-2, "Name or service not known")

        monkeypatch.setattr(calling.socket, "getaddrinfo", unknown)
        with pytest.raises(calling.NotCalled, match="findes ikke"):
            calling.post("https://intet.eksempel.org/", "{}", {})


# --- What is told -----------------------------------------------------------------------------------------------------


@pytest.fixture
def item(sou):
    item = RecommendationFactory(publication=PublicationFactory(slug="tinget"), number="3.2", title="Faste teams")
    OwnershipFactory(item=item, committee=sou)
    return item


@pytest.fixture
def hook(receiver):
    return WebhookFactory(url=receiver.url)


def publish(item, sou, anna, bo, **fields):
    update = StatusUpdateFactory(item=item, committee=sou, author=anna, **fields)
    return actions.publish_update(by=bo, update=update)


@pytest.mark.django_db
class TestTelling:
    def test_news_is_posted_and_signed(self, item, sou, anna, bo, hook, receiver, citizen):
        publish(item, sou, anna, bo, text="Hemmelig i dag, offentlig nu.")
        send_due()
        ((_path, headers, body),) = receiver.calls
        assert verified(hook.secret, headers, body)
        message = OutgoingMessage.objects.get(webhook=hook)
        assert headers["webhook-id"] == str(message.key)
        said, event = json.loads(body), Event.objects.get(act=Act.STATUS_PUBLISHED)
        assert said["type"] == "news.status_published"
        assert said["timestamp"] == event.at.isoformat()
        assert said["data"] == {
            "municipality": "koebenhavn",
            "source": "tinget",
            "number": "3.2",
            "kind": "recommendation",
            "address": "http://127.0.0.1:8000/anbefalinger/tinget/3.2/",
            "committee": "SOU",
            "what": "Ny status: fra Ingen status registreret til I gang",
            "on": "2026-11-02",
            "before": "",
            "after": "in_progress",
        }
        assert citizen.get("/anbefalinger/tinget/3.2/").status_code == 200
        for name in ("anna", "bo", "Hemmelig"):
            assert name not in body

    def test_what_failed_is_posted_again_under_the_same_id(self, item, sou, anna, bo, hook, receiver):
        receiver.status = 503
        publish(item, sou, anna, bo)
        assert send_due().failed == 1
        message = OutgoingMessage.objects.get(webhook=hook)
        assert message.error == "Modtageren svarede 503."
        receiver.status = 200
        OutgoingMessage.objects.update(run_after=timezone.now())
        assert send_due().sent == 1
        first, second = (headers["webhook-id"] for _path, headers, _body in receiver.calls)
        assert first == second == str(message.key)

    def test_news_that_was_corrected_meanwhile_is_not_told_but_its_correction_is(
        self, item, sou, anna, bo, hook, receiver
    ):
        wrong = publish(item, sou, anna, bo)
        draft = actions.UpdateDraft(status=Status.PAUSED, text="Pengene mangler.")
        correction = actions.correct_update(by=anna, update=wrong, committee=sou, draft=draft)
        actions.publish_update(by=bo, update=correction)
        send_due()
        assert [json.loads(body)["type"] for _path, _headers, body in receiver.calls] == ["correction.update_corrected"]

    def test_what_is_no_news_to_readers_is_told_nobody(self, item, sou, anna, bo, hook, receiver):
        draft = StatusUpdateFactory(item=item, committee=sou, author=anna)
        actions.submit_update(by=anna, update=draft)
        actions.return_update(by=bo, update=draft, comment="Nej.")
        record(act=Act.ANSWER_RECORDED, by=None, nature=Nature.FROM_SOURCE, item=item, committee=sou)
        send_due()
        assert receiver.calls == []

    def test_a_source_that_is_not_public_is_told_nobody(self, sou, bo, hook):
        hidden = RecommendationFactory(publication=PublicationFactory(public_at=None))
        record(act=Act.STATUS_PUBLISHED, by=bo, nature=Nature.NEWS, item=hidden, committee=sou)
        assert actions.tell_of_acts() == 0

    def test_one_that_rests_is_not_called(self, item, sou, anna, bo, hook, receiver, chief):
        first = publish(item, sou, anna, bo)
        actions.tell_of_acts()
        actions.save_webhook(by=chief, url=hook.url, is_active=False, webhook=hook)
        publish(item, sou, anna, bo, based_on=first)
        send_due()
        assert receiver.calls == []

    def test_an_address_of_a_closed_net_is_a_failure_that_says_so(self, item, sou, anna, bo):
        WebhookFactory(url="https://127.0.0.1/krog")
        publish(item, sou, anna, bo)
        send_due()
        assert OutgoingMessage.objects.get().error == "Adressen peger ind i et lukket net."


# --- Who writes them --------------------------------------------------------------------------------------------------

LIST = "/admin/recommendations/webhook/"


@pytest.mark.django_db
class TestPages:
    def test_the_secret_is_shown_once_and_renewed_and_the_webhook_rests_and_goes(self, as_user, chief):
        client = as_user(chief)
        page = StaffPage.open(client, f"{LIST}add/").press("Gem", url="https://eksempel.dk/krog")
        hook = Webhook.objects.get()
        assert hook.secret in page.text
        assert len(base64.b64decode(hook.secret.removeprefix("whsec_"))) == 32
        change = f"{LIST}{hook.pk}/change/"
        for address in (LIST, change, f"{LIST}{hook.pk}/hemmelighed/", "/admin/aendringslog/"):
            assert hook.secret not in client.get(address).content.decode()
        renewed = StaffPage.open(client, change).link("Ny hemmelighed").press("Lav en ny hemmelighed")
        first = hook.secret
        hook.refresh_from_db()
        assert hook.secret != first
        assert hook.secret in renewed.text
        StaffPage.open(client, change).press("Gem", is_active=False)
        hook.refresh_from_db()
        assert hook.is_active is False
        client.post(f"{LIST}{hook.pk}/delete/", {"post": "yes"})
        assert not Webhook.objects.exists()
        acts = list(Event.objects.order_by("pk").values_list("act", flat=True))
        assert acts == [Act.WEBHOOK_SAVED] * 3 + [Act.WEBHOOK_REMOVED]
        assert "whsec_" not in str(list(Event.objects.order_by("pk").values()))

    @pytest.mark.parametrize(
        ("url", "sentence"),
        [
            ("http://eksempel.dk/krog", "gyldig URL"),
            ("https://eksempel.dk/1", "allerede en webhook med den adresse"),
            ("https://eksempel.dk:8443/krog", "må ikke have en anden port end 443. Slet kolonet og tallet"),
            ("https://eksempel.dk:99999/krog", "må ikke have en anden port end 443"),
        ],
    )
    def test_what_cannot_be_is_said(self, as_user, chief, url, sentence):
        WebhookFactory(url="https://eksempel.dk/1")
        page = StaffPage.open(as_user(chief), f"{LIST}add/").press("Gem", url=url)
        assert sentence in page.text
        assert Webhook.objects.count() == 1

    def test_one_with_another_port_from_before_can_rest_and_is_not_called(self, as_user, chief, item, sou, anna, bo):
        hook = WebhookFactory(url="https://eksempel.dk:8443/krog")
        publish(item, sou, anna, bo)
        send_due()
        assert OutgoingMessage.objects.get(webhook=hook).error == calling.OTHER_PORT
        StaffPage.open(as_user(chief), f"{LIST}{hook.pk}/change/").press("Gem", is_active=False)
        hook.refresh_from_db()
        assert hook.is_active is False

    def test_they_are_for_administrators(self, as_user, bo):
        hook = WebhookFactory()
        for address in (LIST, f"{LIST}add/", f"{LIST}{hook.pk}/change/", f"{LIST}{hook.pk}/hemmelighed/"):
            assert as_user(bo).get(address).status_code == 403
        assert as_user(bo).post(f"{LIST}{hook.pk}/hemmelighed/").status_code == 403
