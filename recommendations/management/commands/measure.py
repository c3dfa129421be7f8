"""`manage.py measure`: how long each page takes, and how many queries, beside a view that does nothing.

In one process and through all of the middleware, so that what is measured is the site's own work and not a network's
or a server's. Run it after `generate`, with DEBUG off.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import path, reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from recommendations.models import Committee, Initiative, Publication, Recommendation

Pages = dict[str, list[str]]  # heading -> addresses


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


class Command(BaseCommand):
    help = "Måler alle sider: svartid, forespørgsler og størrelse, ved siden af en visning, der intet gør."

    def add_arguments(self, parser):
        parser.add_argument("--gange", type=int, default=5, help="Hvor mange gange hver side hentes (5).")
        parser.add_argument("--kun", default="", help="Kun adresser, hvor denne tekst indgår.")

    def handle(self, *args, gange: int, kun: str, **options):
        if not Recommendation.objects.countable().exists():
            raise CommandError(_("Der er intet at måle. Kør «manage.py generate» først."))
        with override_settings(ROOT_URLCONF=__name__):
            bare = figures(Client(SERVER_NAME="127.0.0.1"), "/intet/", max(gange, 100))
        self.stdout.write(
            _("%(rows)s anbefalinger, %(database)s; en visning, der intet gør: %(ms)s ms")
            % {
                "rows": number_format(Recommendation.objects.countable().count()),
                "database": connection.vendor,
                "ms": number_format(bare.milliseconds, 2),
            }
        )
        self.stdout.write(f"{_('ms'):>9} {_('gange'):>7} {_('foresp.'):>8} {'kB':>6}  {_('adresse')}")
        for client, addresses in self.rooms():
            for address in addresses:
                if kun in address:
                    found = figures(client, address, gange)
                    self.stdout.write(
                        f"{number_format(found.milliseconds, 1):>9} "
                        f"{number_format(found.milliseconds / bare.milliseconds, 0):>7} {found.queries:>8} "
                        f"{number_format(found.kilobytes, 0):>6}  {found.address}"
                        + (f"  ({found.status})" if found.status != 200 else "")
                    )

    @staticmethod
    def rooms() -> list[tuple[Client, list[str]]]:
        """Who asks, and for what."""
        rooms = [(Client(SERVER_NAME="127.0.0.1"), public_addresses())]
        users = get_user_model().objects.filter(username__in=("admin", "eksempel-redaktoer")).order_by("-username")
        for user in users:
            client = Client(SERVER_NAME="127.0.0.1")
            client.force_login(user)
            rooms.append((client, staff_addresses()))
        return rooms


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
    item = Recommendation.objects.countable().filter(children__isnull=False).order_by("pk").first()
    item = item or Recommendation.objects.countable().order_by("pk").first()
    heading = Recommendation.objects.filter(is_heading=True).order_by("pk").first()
    initiative = Initiative.objects.order_by("pk").first()
    publication = Publication.objects.filter(recommendations=item).first()
    committee = Committee.objects.filter(ownerships__recommendation=item).order_by("pk").last()
    own = [row.get_absolute_url() for row in (item, heading, initiative) if row]
    source = publication.slug
    listed, initiatives = reverse("recommendations"), reverse("initiatives")
    code, office = (committee.code, committee.administration_abbreviation) if committee else ("", "")
    halfway = Recommendation.objects.count() // 50 or 1
    word = item.title.split()[1]
    return [
        reverse("overview"),
        f"{reverse('overview')}?pr=2026-06-30",
        listed,
        *(f"{listed}?sorter={order}" for order in ("aendret", "stemmer", "stilhed")),
        f"{listed}?page=2",
        f"{listed}?page={halfway}",
        f"{listed}?kilde={source}",
        f"{listed}?kilde={source}&gruppe=1",
        f"{listed}?status=in_progress",
        f"{listed}?svar=adopted",
        f"{listed}?svar=ingen",
        f"{listed}?udvalg={code}",
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
