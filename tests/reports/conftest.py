"""A committee's world with something of everything, in two days: what was known before September, and since."""

import copy
from datetime import date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from recommendations.enums import ItemKind, OwnershipRole, Status, UpdateKind
from recommendations.models import Recommendation
from recommendations.reports.choices import Choices
from recommendations.selection import Selection
from tests.conftest import make_sou, make_sud, world_kept
from tests.factories import (
    InitiativeFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    StatusUpdateFactory,
    VoteShareFactory,
    answered,
    deadline,
    published,
)


def at(year, month, day, hour=12):
    return datetime(year, month, day, hour, tzinfo=ZoneInfo("Europe/Copenhagen"))


def section(report, key):
    return next(found for _level, found in report.walk() if found.key == key)


def rows(report, key):
    """The rows of a table, each as column key to value."""
    table = next(table for table in report.tables() if table.key == key)
    return [dict(zip([column.key for column in table.columns], row, strict=True)) for row in table.rows]


def row_of(report, number):
    """The row of the list with this number, as column key to value."""
    keys = [table.key for table in report.tables() if table.key.startswith("recommendations-")]
    return next(row for key in keys for row in rows(report, key) if row["number"] == number)


def links_of(report):
    """Every link of the report, with the key of its table."""
    return [
        (table.key, link)
        for table in report.tables()
        for row in table.rows
        for value in row
        if isinstance(value, tuple)
        for link in value
    ]


SINCE = date(2026, 9, 1)
NASTY = {
    "emoji": "🙂 👩🏽‍🚒 smil",
    "formula": '=HYPERLINK("https://ond.invalid";"klik")',
    "plus": "+1 til alle",
    "minus": "-2+3+cmd|' /C calc'!A0",
    "at": "@SUM(A1:A9)",
    "apostrophe": "'hvad nu",
    "typst": "#evil() $x$ *fed* _kursiv_ `kode`",
    "html": "<script>alert(1)</script> & <b>",
    "long": "x" * 10_000,
    "right-to-left": "שלום עולם مرحبا",
    "number": "3.10",
}


@pytest.fixture(scope="module")
def world_once(request, django_db_setup, django_db_blocker):
    """`world`, made once for a module whose tests are all put back after; else nothing."""
    with world_kept(request, django_db_blocker, lambda: make_world(make_sou(), make_sud())) as made:
        yield made


@pytest.fixture
def world(world_once, sou, sud):
    return copy.deepcopy(world_once) or make_world(sou, sud)


def make_world(sou, sud):
    """3.1 has changed in every way there is, 3.2 is silent and late, 3.3 nothing is known of; 3 is their heading."""
    ting = PublicationFactory(slug="ting", short_code="t24", title="Tinget", position=1)
    plan = PublicationFactory(slug="plan", title="Planen", position=2, expects_answers=False)
    heading = RecommendationFactory(publication=ting, number="3", title="Overskriften", kind=ItemKind.HEADING)
    busy, silent, bare = (
        RecommendationFactory(publication=ting, number=f"3.{n}", title=f"Nummer {n}", parent=heading) for n in (1, 2, 3)
    )
    initiative = InitiativeFactory(publication=plan, number="7", title="Flere op i tid")
    known = {"recorded_at": at(2024, 6, 17)}
    for item in (heading, busy, silent, bare, initiative):
        OwnershipFactory(item=item, committee=sou, **known)
    OwnershipFactory(item=busy, committee=sud, role=OwnershipRole.CO_OWNER, **known)
    VoteShareFactory(item=busy, percent="92.50")
    VoteShareFactory(item=silent, unreadable=True)
    answered(busy, sou, "noted", recorded_at=at(2024, 9, 18))
    deadline(silent, date(2026, 10, 31), recorded_at=at(2025, 1, 1))
    published(silent, on=date(2026, 2, 1), published_at=at(2026, 2, 1), committee=sou)
    published(busy, Status.PLANNED, on=date(2026, 3, 1), published_at=at(2026, 3, 1), committee=sou)
    deadline(busy, date(2026, 12, 31), recorded_at=at(2025, 1, 1))
    # Since September.
    slip = published(
        busy,
        Status.PAUSED,
        on=date(2026, 9, 8),
        published_at=at(2026, 9, 8),
        committee=sou,
        text="Forkert række.",
        next_step="Intet",
        evidence=[{"title": "Et andet referat", "url": "https://eksempel.dk/andet"}],
    )
    mended = {"kind": UpdateKind.CORRECTION, "corrects": slip, "committee": sou, "text": "Det var en anden række."}
    correction = published(busy, on=date(2026, 9, 8), published_at=at(2026, 9, 9), **mended)
    news = published(
        busy,
        Status.IN_PROGRESS,
        on=date(2026, 9, 10),
        published_at=at(2026, 9, 11),
        committee=sou,
        text="Forsøget er i gang.",
        next_step="Evaluering",
        next_step_on=date(2027, 3, 1),
        evidence=[{"title": "Referat", "url": "https://eksempel.dk/referat"}, {"title": "Sag", "case_number": "24-1"}],
    )
    published(
        silent, kind=UpdateKind.CONFIRMATION, on=date(2026, 6, 1), published_at=at(2026, 9, 13), committee=sou, text=""
    )
    deadline(busy, date(2027, 6, 30), set_on=date(2026, 9, 14), recorded_at=at(2026, 9, 14), reason="Flere med.")
    answered(
        busy,
        sud,
        "adopted",
        meeting_date=date(2026, 9, 15),
        recorded_at=at(2026, 9, 15),
        agenda_url="https://eksempel.dk/punkt",
    )
    StatusUpdateFactory(item=bare, text="HEMMELIG KLADDE", committee=sou)
    return SimpleNamespace(
        ting=ting,
        busy=busy,
        silent=silent,
        bare=bare,
        initiative=initiative,
        news=news,
        slip=slip,
        correction=correction,
    )


@pytest.fixture
def choices():
    """SOU's report since September, as it is known on 1 November at noon."""
    return Choices(
        Selection(committee="SOU", as_of=date(2026, 11, 1), since=SINCE, known_at=at(2026, 11, 1)),
    )


@pytest.fixture
def nasty(sou):
    """A source whose titles and texts try out what a format may take for something else."""
    ting = PublicationFactory(slug="grim", title="=1+1")
    items = []
    for number, text in enumerate(NASTY.values(), start=1):
        item = RecommendationFactory(publication=ting, number=f"1.{number}", title=text[:300])
        OwnershipFactory(item=item, committee=sou, recorded_at=at(2024, 6, 17))
        published(item, on=date(2026, 9, 10), published_at=at(2026, 9, 10), committee=sou, text=text)
        items.append(item)
    return Recommendation.objects.filter(pk__in=[item.pk for item in items])
