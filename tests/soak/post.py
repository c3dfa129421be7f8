"""A reader who follows all news by mail: is each of them told, and told once?"""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from tests.mail_server import MailServer, bodies
from tests.scaled.people import Browser
from tests.staff.whole_pages import StaffPage

ADDRESS = "borger@eksempel.dk"
READ = 4  # seconds: a form that is sent sooner is taken for a robot's


def follow_everything(port: int, server: MailServer, send: Callable[[], None]) -> None:
    """Asked for on the page and confirmed by the link in the mail, as a citizen does it; `send` sends what waits."""
    reader = Browser(port)
    page = StaffPage.open(reader, "/foelg/?side=/nyt/")
    time.sleep(READ)
    page.press("Send", email=ADDRESS, rhythm="at_once")
    send()
    (path,) = {path for mail in server.mails for path in re.findall(r"/foelg/bekraeft/[^\s\"<>]+", bodies(mail)[0])}
    after = StaffPage.open(reader, path).press("Ja, skriv til mig")
    if "Det følger du" not in after.text:
        raise OSError(f"Not followed: {after.status} {after.text[:200]}")


def times_told(server: MailServer, texts: list[str]) -> list[int]:
    """In how many mails the reader was told each text. One that arrived twice counts once: it says so by its number
    (Message-ID), and mail programs show it once.
    """
    return [sum(text in body for body in _told(server)) for text in texts]


def only_counted(server: MailServer) -> int:
    """News that the mails count and do not name: a mail names 30 of one page."""
    return sum(int(count) for body in _told(server) for count in re.findall(r"^Og (\d+) (?:mere|flere)\.", body, re.M))


def _told(server: MailServer) -> list[str]:
    return list({mail["Message-ID"]: bodies(mail)[0] for mail in server.mails if ADDRESS in mail["To"]}.values())
