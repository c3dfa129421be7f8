"""Calls to addresses that others have typed: by https, to its own port of public networks, signed (Standard Webhooks).

Somebody who may write an address could otherwise have this server ask for what only it can reach (SSRF). So the name is
looked up once, every address that it has is held against the rule, and exactly the one that was looked at is connected
to; a name that answers otherwise the next time (DNS rebinding) leads nowhere. No other port is called: behind those are
programs that were not made to be asked by strangers. It knows no database.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import http.client
import ipaddress
import secrets
import socket
import ssl
import threading
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

PORT = http.client.HTTPS_PORT  # the only one that is called
OTHER_PORT = f"Adressen må ikke have en anden port end {PORT}. Slet kolonet og tallet efter værtsnavnet."
LIMIT = 10.0  # seconds for all of a call
READ = 2_000  # bytes of an answer: only whether it is a yes counts
PREFIX = "whsec_"
NAT64 = ipaddress.ip_network("64:ff9b::/96")
PROTOCOLS = ipaddress.ip_network("192.0.0.0/24")  # kept for protocols (RFC 6890); Python knows a part of it

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotCalled(Exception):
    """Why a call was not made or not taken, in words that name neither address nor answer."""


# --- Signing ----------------------------------------------------------------------------------------------------------


def new_secret() -> str:
    """A secret that a receiver and we sign and check with."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signed(secret: str, message_id: str, at: datetime, body: str) -> dict[str, str]:
    """The headers of a call: its id, the same at every try; when it is made; a signature over both and the body."""
    stamp = str(int(at.timestamp()))
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as wrong:
        raise NotCalled("Hemmeligheden kan ikke læses. Lav en ny.") from wrong
    seal = hmac.new(key, f"{message_id}.{stamp}.{body}".encode(), hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(seal).decode()}",
    }


# --- Calling ----------------------------------------------------------------------------------------------------------


def post(url: str, body: str, headers: Mapping[str, str]) -> None:
    """Send `body` as JSON. `NotCalled` or an `OSError` where it was not taken; a redirect is not followed."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise NotCalled("Adressen begynder ikke med https.")
    if not is_at_port(url):
        raise NotCalled(OTHER_PORT)
    connection = _Pinned(parts.hostname, PORT, looked_up(parts.hostname, PORT))
    too_late = threading.Timer(LIMIT, connection.cut)  # a server that says a letter now and then holds nobody up
    too_late.daemon = True
    too_late.start()
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        sent = {"Content-Type": "application/json", "User-Agent": "Anbefalingstracker", **headers}
        connection.request("POST", path, body.encode(), sent)
        answer = connection.getresponse()
        answer.read(READ)
        status = answer.status
    except http.client.HTTPException as wrong:
        raise NotCalled("Modtageren svarede ikke med HTTP.") from wrong
    finally:
        too_late.cancel()
        connection.close()
    if not 200 <= status < 300:
        raise NotCalled(f"Modtageren svarede {status}.")


def is_at_port(url: str) -> bool:
    """Whether it leads to the port that is called, by saying so or by saying none."""
    try:
        return urlsplit(url).port in (None, PORT)
    except ValueError:  # no number, or one that no port has
        return False


def looked_up(host: str, port: int) -> str:
    """The address to connect to. `NotCalled` where the name has one that is not public, among whatever others."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as unknown:
        raise NotCalled("Navnet i adressen findes ikke.") from unknown
    addresses = [str(where[0]) for _family, _type, _protocol, _name, where in found]
    if not addresses or not all(is_public(address) for address in addresses):
        raise NotCalled("Adressen peger ind i et lukket net.")
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether anybody on the internet could reach it: an address that holds another inside is asked for that too."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(_is_public(one) for one in (found, *_inside(found)))


def _inside(address: IpAddress) -> list[IpAddress]:
    """The IPv4 addresses that an IPv6 address leads on to: mapped, 6to4, Teredo, NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    within = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64:
        within.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [one for one in within if one is not None]


def _is_public(address: IpAddress) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return True  # what is inside decides
        if address.is_site_local:
            return False
    elif address in PROTOCOLS:
        return False
    closed = address.is_private or address.is_loopback or address.is_link_local or address.is_multicast
    return address.is_global and not (closed or address.is_reserved or address.is_unspecified)


class _Pinned(http.client.HTTPSConnection):
    """A connection to one address, where the certificate is asked for and checked by the name."""

    def __init__(self, host: str, port: int, address: str):
        self._checking = ssl.create_default_context()
        super().__init__(host, port, timeout=LIMIT, context=self._checking)
        self._address = address

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = plain  # so that it can be cut while the two greet each other
        self.sock = self._checking.wrap_socket(plain, server_hostname=self.host)

    def cut(self) -> None:
        """End it from another thread: whoever waits for it gets an error."""
        if self.sock is not None:
            try:
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
            except OSError:
                return  # it has ended by itself
