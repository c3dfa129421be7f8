"""`manage.py receive`: answers to mails become drafts; from the mailbox at IMAP_URL, or one from the mail server."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from typing import Any, BinaryIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from recommendations.enums import ReplyState
from recommendations.receiving.intake import take_mail
from recommendations.receiving.mailbox import FAILED, MailboxError, empty_mailbox
from recommendations.receiving.mails import MOST_BYTES

CHUNK = 1024 * 1024


class Command(BaseCommand):
    help = (
        "Læser svar på mails og gør dem til kladder. Uden --fil læses postkassen på IMAP_URL. Med --fil - læses én "
        "mail fra standardinput, som en postserver giver den; slutkoden siger den, om den skal prøve igen."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fil", help="en fil med én mail, eller - for standardinput")

    def handle(self, *args: Any, fil: str | None, **options: Any) -> None:
        with translation.override(settings.LANGUAGE_CODE):
            if fil:
                self._one(fil)
            else:
                self._all()

    def _one(self, name: str) -> None:
        """Exit codes as mail servers know them (sysexits): try again later, or nobody here by that name."""
        try:
            with sys.stdin.buffer if name == "-" else open(name, "rb") as file:
                content, is_whole = _read(file)
            reply = take_mail(content, is_whole=is_whole)
        except Exception as wrong:  # whatever it is: the mail server keeps the mail, and comes again
            raise CommandError(f"Mailen er ikke taget imod: {wrong!r}", returncode=os.EX_TEMPFAIL) from wrong
        if reply is None:
            raise CommandError("Mailen svarer ikke på noget, vi har sendt.", returncode=os.EX_NOUSER)
        self.stdout.write(reply.get_state_display())

    def _all(self) -> None:
        if not settings.IMAP_URL:
            raise CommandError("Sæt IMAP_URL til postkassen, eller giv en mail med --fil.")
        try:
            became = empty_mailbox(settings.IMAP_URL, take_mail)
        except MailboxError as wrong:
            raise CommandError(str(wrong), returncode=os.EX_TEMPFAIL) from wrong
        for state in ReplyState:
            if became[state]:
                self.stdout.write(f"{state.label}: {became[state]}")
        if became[FAILED]:
            raise CommandError(f"{became[FAILED]} mails kunne ikke læses. De ligger i postkassen endnu; se loggen.")


def _read(file: BinaryIO) -> tuple[bytes, bool]:
    """The mail, and whether that is all of it; what is more than a mail may be is read past, and not kept."""
    content = file.read(MOST_BYTES + 1)
    while file.read(CHUNK):
        pass
    return content[:MOST_BYTES], len(content) <= MOST_BYTES
