"""`manage.py remind`: ask for the statuses that are due. Every night, or whenever: what is told is told once."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Collection
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommendations import tenancy
from recommendations.actions.reminding import remind
from recommendations.enums import ReminderKind
from recommendations.keepers import Roster, open_cells
from recommendations.models import Committee, Item, Municipality
from recommendations.models.membership import name_of
from recommendations.reminders import DueMail, DueStep, due

BATCH = 1000  # items whose names are read at a time


class Command(BaseCommand):
    help = (
        "Spørger om status på det, der har en frist, er ikke opdateret eller er lovet til et møde, og sender "
        "månedens mail. Hvert trin sendes én gang, også når en nat er sprunget over. Mailene lægges i udbakken."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="skriv, hvem der ville få hvad og hvorfor; send intet"
        )
        parser.add_argument(
            "--dag", type=date.fromisoformat, metavar="ÅÅÅÅ-MM-DD", help="en anden dag end i dag; kun med --dry-run"
        )
        parser.add_argument("--kommune", default="", metavar="KODE", help="kun denne kommune; ellers alle")

    def handle(self, *args: Any, **options: Any) -> None:
        is_tried, day, slug = options["dry_run"], options["dag"], options["kommune"]
        if day and not is_tried:
            raise CommandError(_("--dag virker kun sammen med --dry-run: der sendes altid for i dag."))
        chosen = Municipality.objects.order_by("pk")
        if slug and not (chosen := chosen.filter(slug=slug)):
            raise CommandError(_("Der er ingen kommune med koden %(slug)s.") % {"slug": slug})
        for municipality in chosen:
            with tenancy.active(municipality):
                self.handle_municipality(municipality, day or timezone.localdate(), is_tried=is_tried)

    def handle_municipality(self, municipality: Municipality, today: date, *, is_tried: bool) -> None:
        self.stdout.write(f"{municipality}, {date_format(today)}")
        found = due(today) if is_tried else remind(today)
        if is_tried:
            self.explain(found, today)
        self.sum_up(found, today)

    # --- words --------------------------------------------------------------------------------------------------------

    def explain(self, found: list[DueMail], today: date) -> None:
        """Who would get what, and why: a line for each mail, and below it one for each step."""
        committees = {one.pk: one.abbreviation for one in Committee.objects.order_by("pk")}
        names = _names({step.item for mail in found for step in mail.steps if step.item})
        for mail in found:
            self.stdout.write(_heading(mail), None if mail.has_receiver else self.style.ERROR)
            for step in mail.steps:
                about = [names[step.item]] if step.item else []
                about += [committees[step.committee]] if step.committee else []
                how = _("spørges") if step.asks else _("orienteres")
                told = f" ({how})" if step.item and mail.has_receiver else ""
                self.stdout.write(f"  - {', '.join([*about, _why(step)])}{told}")

    def sum_up(self, found: list[DueMail], today: date) -> None:
        sent, waiting = sum(mail.is_sent for mail in found), sum(mail.waits_until is not None for mail in found)
        lost = sum(len(mail.steps) for mail in found if not mail.has_receiver)
        cells, roster = open_cells(today), Roster(today)
        unkept = sum(not roster.keepers(cell).has_somebody_to_ask for cell in cells)
        told = [
            ngettext("%(n)s mail sendes", "%(n)s mails sendes", sent) % {"n": sent},
            ngettext("%(n)s venter", "%(n)s venter", waiting) % {"n": waiting},
            ngettext("%(n)s trin kan ingen få besked om", "%(n)s trin kan ingen få besked om", lost) % {"n": lost},
        ]
        self.stdout.write(f"{', '.join(told)}.", self.style.ERROR if lost else None)
        self.stdout.write(
            _("%(n)s af %(all)s åbne rækker har ingen, der kan spørges.") % {"n": unkept, "all": len(cells)},
            self.style.ERROR if unkept else None,
        )


def _heading(mail: DueMail) -> str:
    if not mail.has_receiver:
        return _("Ingen kan få besked om:")
    who = f"{name_of(mail.person)} <{mail.person.email}>" if mail.person else ""
    who = f"{mail.mailbox} <{mail.mailbox.email}>" if mail.mailbox else who
    words = {"who": who, "what": mail.message.label}
    if mail.waits_until:
        words["day"] = date_format(mail.waits_until)
        return _("Venter til %(day)s, for der er sendt mail inden for 5 dage: %(who)s: %(what)s") % words
    return _("Sendes til %(who)s: %(what)s") % words


def _names(items: Collection[int]) -> dict[int, str]:
    keys = sorted(items)
    names: dict[int, str] = {}
    for at in range(0, len(keys), BATCH):
        found = Item.objects.filter(pk__in=keys[at : at + BATCH]).select_related("wording").order_by("pk")
        names |= {item.pk: str(item) for item in found}
    return names


def _why(step: DueStep) -> str:
    """Which step it is, and what it counts from."""
    days = abs(step.days)
    words = {"day": date_format(step.about_on), "month": date_format(step.about_on, "F Y"), "n": days}
    if step.kind == ReminderKind.DEADLINE:
        before = ngettext("frist %(day)s: %(n)s dag før", "frist %(day)s: %(n)s dage før", days)
        after = ngettext("frist %(day)s: %(n)s dag efter", "frist %(day)s: %(n)s dage efter", days)
        text = (before if step.days < 0 else after) % words
    elif step.kind == ReminderKind.MONTH:
        text = _("månedens mail, %(month)s: alt åbent") % words
    else:
        text = {
            ReminderKind.STALE: _("intet nyt siden %(day)s: %(n)s dage"),
            ReminderKind.MEETING: _("lovet til mødet %(day)s: %(n)s dage før"),
            ReminderKind.REPORT: _("rapport til mødet %(day)s: %(n)s dage før"),
        }[step.kind] % words
    return text
