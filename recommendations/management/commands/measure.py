"""`manage.py measure`: how long each page takes, and how many queries, beside a view that does nothing.

In one process and through all of the middleware, so that what is measured is the site's own work and not a network's
or a server's. Run it after `generate`, with DEBUG off.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError, CommandParser
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import path, reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from recommendations.enums import ItemKind
from recommendations.management.municipal import MunicipalCommand
from recommendations.models import Committee, Initiative, Meeting, Municipality, Recommendation


def nothing(request: HttpRequest) -> HttpResponse:
    """The baseline: all of Django around a view, and nothing in it."""
    return HttpResponse("ok")


urlpatterns = [path("intet/", nothing)]  # for the baseline's own requests


@dataclass(frozen=True)
class Figures:
    address: str
    status: int
    queries: int
    milliseconds: float  # the median
    kilobytes: float


class Command(MunicipalCommand):
    help = "Måler alle sider: svartid, forespørgsler og størrelse, ved siden af en visning, der intet gør."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--gange", type=int, default=5, help="Hvor mange gange hver side hentes (5).")
        parser.add_argument("--kun", default="", help="Kun adresser, hvor denne tekst indgår.")

    def handle_municipality(self, municipality: Municipality, **options: Any) -> None:
        gange: int = options["gange"]
        rows = Recommendation.objects.counted().count()
        if not rows:
            raise CommandError(_("Der er intet at måle. Kør »manage.py generate« først."))
        with override_settings(ROOT_URLCONF=__name__):
            bare = figures(visitor(municipality), "/intet/", max(gange, 100))
        self.stdout.write(
            _("%(rows)s anbefalinger, %(database)s; en visning, der intet gør: %(ms)s ms")
            % {
                "rows": number_format(rows),
                "database": connection.vendor,
                "ms": number_format(bare.milliseconds, 2),
            }
        )
        self.stdout.write(f"{_('ms'):>9} {_('gange'):>7} {_('foresp.'):>8} {'kB':>6}  {_('adresse')}")
        for client, addresses in rooms(municipality):
            for address in addresses:
                if options["kun"] in address:
                    found = figures(client, address, gange)
                    self.stdout.write(
                        f"{number_format(found.milliseconds, 1):>9} "
                        f"{number_format(found.milliseconds / bare.milliseconds, 0):>7} {found.queries:>8} "
                        f"{number_format(found.kilobytes, 0):>6}  {found.address}"
                        + (f"  ({found.status})" if found.status != 200 else "")
                    )


def visitor(municipality: Municipality) -> Client:
    """Somebody who asks for the municipality's pages by a name that is its own."""
    return Client(SERVER_NAME=(municipality.host_names or ["127.0.0.1"])[0])


def rooms(municipality: Municipality) -> list[tuple[Client, list[str]]]:
    """Who asks, and for what."""
    asking = [(visitor(municipality), public_addresses())]
    for user in get_user_model().objects.filter(username__in=("admin", "eksempel-redaktoer")).order_by("-username"):
        client = visitor(municipality)
        client.force_login(user)
        asking.append((client, staff_addresses()))
    return asking


def figures(client: Client, address: str, times: int) -> Figures:
    """The first time warms up and is counted in queries, not in time."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    asked = len(queries)  # now: the next request clears the log
    taken = [_milliseconds(lambda: client.get(address)) for _time in range(times)]
    return Figures(address, response.status_code, asked, median(taken), len(response.content) / 1000)


def _milliseconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def public_addresses() -> list[str]:
    """Every kind of public page: the lists in each order and with each filter, and one of everything else."""
    counted = Recommendation.objects.counted().select_related("publication", "wording").order_by("pk")
    item = counted.filter(children__isnull=False).first() or counted[0]
    publication = item.publication
    heading = publication.items.filter(kind=ItemKind.HEADING).order_by("path").first()
    initiative = Initiative.objects.select_related("publication").order_by("pk").first()
    committee = Committee.objects.filter(ownerships__item=item).order_by("pk").last()
    own = [row.get_absolute_url() for row in (item, heading, initiative) if row]
    source, group = publication.slug, heading.number if heading else ""
    listed, initiatives = reverse("recommendations"), reverse("initiatives")
    code, office = (committee.code, committee.administration_abbreviation) if committee else ("", "")
    halfway = Recommendation.objects.count() // 50 or 1
    word = max(item.title.split(), key=len)
    return [
        reverse("overview"),
        f"{reverse('overview')}?pr=2026-06-30",
        listed,
        *(f"{listed}?sorter={order}" for order in ("aendret", "stemmer", "stilhed")),
        f"{listed}?page=2",
        f"{listed}?page={halfway}",
        f"{listed}?kilde={source}",
        f"{listed}?kilde={source}&gruppe={group}",
        f"{listed}?status=in_progress",
        f"{listed}?svar=adopted",
        f"{listed}?svar=ingen",
        f"{listed}?udvalg={code}",
        f"{listed}?svar=adopted&udvalg={code}",
        f"{listed}?forvaltning={office}",
        f"{listed}?stemmer_min=90",
        f"{listed}?forsinket=1",
        f"{listed}?ikke_opdateret=1",
        f"{listed}?siden=2026-10-01",
        f"{listed}?pr=2026-06-30",
        f"{listed}?q={word}",
        f"{listed}?q=natbusser+eksempelby",
        f"{listed}?q=b",
        f"{listed}?q=natbuser",
        initiatives,
        f"{initiatives}?adressat=eksempelregion",
        f"{initiatives}?q={word}",
        *own,
        f"{own[0]}?pr=2026-06-30",
        reverse("publication", args=[source]),
        reverse("committees"),
        *([reverse("committee", args=[code])] if code else []),
        reverse("meetings"),
        *([reverse("committee_meetings", args=[code])] if code else []),
        *(meeting.get_absolute_url() for meeting in Meeting.objects.select_related("committee").latest_first()[:1]),
        reverse("news"),
        f"{reverse('news')}?page={halfway}",
        f"{reverse('news')}?udvalg={code}",
        f"{reverse('news')}?q={word}",
        reverse("news_feed"),
        f"{reverse('news_feed')}?udvalg={code}",
        reverse("recommendations_feed"),
        f"{reverse('recommendations_feed')}?q={word}",
        f"{own[0]}feed/",
        reverse("recommendations_calendar"),
        f"{reverse('recommendations_calendar')}?kilde={source}",
        reverse("about"),
        reverse("sitemap"),
        reverse("sitemap_page", args=[1]),
    ]


def staff_addresses() -> list[str]:
    """Mit arbejde, and the lists that its queues lead to."""
    return [
        reverse("admin:index"),
        reverse("admin:recommendations_recommendation_changelist"),
        reverse("admin:recommendations_initiative_changelist"),
        reverse("admin:recommendations_statusupdate_changelist"),
        f"{reverse('admin:recommendations_recommendation_changelist')}?kraever=forsinket",
        f"{reverse('admin:recommendations_statusupdate_changelist')}?arbejde=godkendelse",
    ]
