"""A mail server on loopback, which keeps what it is given; what it does with a mail can be told beforehand."""

import socket
from contextlib import contextmanager
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller

OK = "250 OK"


class MailServer:
    """`mails` are those it took, in order. `refuse` is said in the place of OK; `on_mail` is called before that."""

    def __init__(self):
        self.mails = []
        self.recipients = []
        self.refuse = ""
        self.on_greeting = self.on_mail = lambda: None

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        self.on_greeting()
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.refuse:
            return self.refuse.format(address=address)
        envelope.rcpt_tos.append(address)
        return OK

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        self.recipients.append(envelope.rcpt_tos)
        self.on_mail()
        return OK


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextmanager
def mail_server(**more):
    """A `MailServer` that answers at its `port`; `more` is what aiosmtpd is told besides."""
    server = MailServer()
    server.port = free_port()
    running = Controller(server, hostname="127.0.0.1", port=server.port, **more)
    running.start()
    try:
        yield server
    finally:
        running.stop()


def bodies(mail):
    """Its text and its HTML."""
    return [mail.get_body((kind,)).get_content() for kind in ("plain", "html")]
