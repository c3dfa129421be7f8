"""A mailbox on loopback that speaks as much IMAP4rev1 (RFC 3501) as `imaplib` asks of it here."""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field

USER, PASSWORD = "svar@eksempel.dk", "hemmelig kode/1"


@dataclass
class StoredMail:
    content: bytes
    flags: set[str] = field(default_factory=set)


@dataclass
class Mailbox:
    """What lies in it, and what was asked of it; `breaks_at` is a command at which the line is cut."""

    mails: dict[int, StoredMail] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    breaks_at: str = ""
    scheme: str = "imap"
    host: str = "127.0.0.1"
    port: int = 0

    def put(self, content: bytes) -> None:
        self.mails[max(self.mails, default=0) + 1] = StoredMail(content)

    def unseen(self) -> list[int]:
        return [uid for uid, mail in self.mails.items() if "\\Seen" not in mail.flags]

    @property
    def url(self) -> str:
        return f"{self.scheme}://svar%40eksempel.dk:hemmelig%20kode%2F1@{self.host}:{self.port}/INBOX"


class Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        self.box: Mailbox = self.server.box
        self.say(b"* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, command = line.split(" ", 1)
            self.box.asked.append(command if not command.startswith("LOGIN") else "LOGIN")
            if self.box.breaks_at and command.startswith(self.box.breaks_at):
                return
            if not self.answer(tag, command):
                return

    def say(self, line):
        self.wfile.write(line + b"\r\n")

    def answer(self, tag, command):
        done, word = b"OK done", command.upper()
        if word == "CAPABILITY":
            self.say(b"* CAPABILITY IMAP4rev1")
        elif word.startswith("LOGIN"):
            if f'"{PASSWORD}"' not in command or USER not in command:
                done = b"NO wrong"
        elif word.startswith("SELECT"):
            if '"INBOX"' in command:
                self.say(b"* %d EXISTS" % len(self.box.mails))
            else:
                done = b"NO there is no such folder"
        elif word == "UID SEARCH UNSEEN":
            self.say(b"* SEARCH " + b" ".join(b"%d" % uid for uid in self.box.unseen()))
        elif found := re.fullmatch(r"UID FETCH (\d+) \((.*)\)", command):
            self.fetch(int(found[1]), found[2])
        elif found := re.fullmatch(r"UID STORE (\d+) \+FLAGS\.SILENT \((.*)\)", command):
            self.box.mails[int(found[1])].flags |= set(found[2].split())
        elif word == "LOGOUT":
            self.say(b"* BYE")
        else:
            done = b"BAD what?"
        self.say(tag.encode() + b" " + done)
        return word != "LOGOUT"

    def fetch(self, uid, part):
        content = self.box.mails[uid].content
        if part == "RFC822.SIZE":
            self.say(b"* 1 FETCH (UID %d RFC822.SIZE %d)" % (uid, len(content)))
            return
        if limit := re.fullmatch(r"BODY\.PEEK\[HEADER\]<0\.(\d+)>", part):
            content = content.split(b"\r\n\r\n", 1)[0][: int(limit[1])]
        self.wfile.write(b"* 1 FETCH (UID %d BODY[] {%d}\r\n" % (uid, len(content)))
        self.wfile.write(content)
        self.say(b")")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, box):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.box = box

    def encrypt(self, certificate):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.box.scheme, self.box.host = "imaps", "localhost"

    def handle_error(self, request, client_address):
        pass  # whoever called has left


@contextmanager
def mailbox(certificate=()):
    """`with mailbox() as box:` one that is empty, and is there until the end; encrypted with a certificate and key."""
    box = Mailbox()
    with Server(box) as server:
        if certificate:
            server.encrypt(certificate)
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield box
        server.shutdown()
