"""A small world that every public page can be shown with."""

import copy
import re
from datetime import date
from types import SimpleNamespace

import pytest

from recommendations.enums import ItemKind, OwnershipRole, Status, UpdateKind
from recommendations.models.issued_report import fingerprint
from recommendations.reports.document import Report, Section
from tests.conftest import make_sou, make_sud, world_kept
from tests.factories import (
    CommitteeFactory,
    DoneWhenFactory,
    InitiativeFactory,
    IssuedReportFactory,
    MeetingFactory,
    OwnershipFactory,
    ProcessFactFactory,
    PublicationFactory,
    RecommendationFactory,
    RelationFactory,
    StatusUpdateFactory,
    SuccessionFactory,
    VoteShareFactory,
    WithholdingFactory,
    answered,
    deadline,
    published,
)


def text_of(client, address, status=200):
    """The page with every run of white space as one space; hard spaces stay."""
    response = client.get(address)
    assert response.status_code == status
    return re.sub(r"[ \n]+", " ", response.content.decode())


@pytest.fixture(scope="module")
def world_once(request, django_db_setup, django_db_blocker):
    """`world`, made once for a module whose tests are all put back after; else nothing."""
    with world_kept(request, django_db_blocker, lambda: make_world(make_sou(), make_sud())) as made:
        yield made


@pytest.fixture
def world(world_once, sou, sud):
    return copy.deepcopy(world_once) or make_world(sou, sud)


def make_world(sou, sud):
    """A source with a heading and two recommendations; 2.1 has one of everything, 2.2 nothing at all."""
    ting = PublicationFactory(
        slug="ting",
        short_code="ting24",
        title="Tinget",
        expected_recommendations=2,
        expected_headings=1,
        expected_initiatives=1,
    )
    ProcessFactFactory(publication=ting)
    heading = RecommendationFactory(publication=ting, number="2", title="Overskriften", kind=ItemKind.HEADING)
    full = RecommendationFactory(publication=ting, number="2.1", title="Besøg af faste teams", parent=heading)
    bare = RecommendationFactory(publication=ting, number="2.2", title="Den tomme", parent=heading)
    initiative = InitiativeFactory(publication=ting, number="7", title="Flere op i tid")
    initiative.carries_out.add(full)
    for item in (full, bare):
        OwnershipFactory(item=item, committee=sou)
        OwnershipFactory(item=item, committee=sud, role=OwnershipRole.CO_OWNER)
    OwnershipFactory(item=initiative, committee=sou)
    SuccessionFactory(predecessor=CommitteeFactory(code="OMU", valid_to=date(2020, 1, 1)), successor=sou)
    WithholdingFactory(item=full, publication=ting)
    VoteShareFactory(item=full)
    VoteShareFactory(item=full, option="opposes", percent=5)
    VoteShareFactory(item=bare, unreadable=True)
    answered(full, sou, "noted", agenda_url="https://eksempel.dk/punkt")
    published(full, Status.PLANNED, on=date(2025, 3, 1), committee=sou, text="Der er sat penge af.")
    update = published(full, on=date(2026, 9, 1), committee=sou, evidence=2, text="Forsøget er i gang.")
    published(
        full,
        Status.IN_PROGRESS,
        kind=UpdateKind.CORRECTION,
        corrects=update,
        on=date(2026, 9, 2),
        committee=sou,
        text="Nej, to.",
    )
    published(full, kind=UpdateKind.CONFIRMATION, on=date(2026, 10, 1), committee=sou, text="")
    MeetingFactory(committee=sou, on=date(2024, 9, 18), state="held")
    coming = MeetingFactory(
        committee=sou, on=date(2027, 3, 4), moved_from=date(2027, 2, 25), remark="Salen er optaget."
    )
    MeetingFactory(committee=sud, on=date(2027, 2, 4), state="cancelled", remark="Ingen sager.")
    published(initiative, on=date(2026, 9, 1), committee=sou, next_step="En plan.", next_step_meeting=coming)
    deadline(full, date(2026, 6, 30), committee=sou)
    deadline(full, date(2026, 12, 31), set_on=date(2026, 5, 1), reason="Flere bydele vil med.", committee=sou)
    DoneWhenFactory(item=full)
    DoneWhenFactory(item=full, set_on=date(2025, 5, 1), text="… fire bydele er med.")
    RelationFactory(from_item=full, to_item=InitiativeFactory(title="Samme sag hos KL"))
    StatusUpdateFactory(item=full, text="HEMMELIG KLADDE", committee=sou)
    frozen = Report("Status til Sundheds- og Omsorgsudvalget", (), (Section("method", "Metode", ("Sådan.",)),))
    IssuedReportFactory(
        code="0123-4567", committee=sou, data=frozen.canonical(), fingerprint=fingerprint(frozen.canonical())
    )
    StatusUpdateFactory(item=initiative, text="HEMMELIG KLADDE", committee=sou, state="submitted")
    return SimpleNamespace(ting=ting, heading=heading, full=full, bare=bare, initiative=initiative, update=update)


PAGES = {
    "overview": "/",
    "overview, since": "/?siden=2026-06-01",
    "recommendations": "/anbefalinger/",
    "recommendations, filtered": "/anbefalinger/?kilde=ting&svar=ingen&udvalg=SOU&forvaltning=SUF",
    "recommendations, earlier": "/anbefalinger/?pr=2025-06-01&siden=2025-01-01",
    "recommendation": "/anbefalinger/ting/2.1/",
    "recommendation, earlier": "/anbefalinger/ting/2.1/?pr=2025-06-01",
    "recommendation, bare": "/anbefalinger/ting/2.2/",
    "heading": "/anbefalinger/ting/2/",
    "recommendation, since": "/anbefalinger/ting/2.1/?siden=2026-06-01",
    "recommendation, poster": "/anbefalinger/ting/2.1/opslag/",
    "initiatives": "/initiativer/",
    "initiatives, filtered": "/initiativer/?kilde=ting&status=in_progress&forsinket=1",
    "initiative": "/initiativer/ting/7/",
    "publications": "/kilder/",
    "publication": "/kilder/ting/",
    "publication, earlier, since": "/kilder/ting/?pr=2026-10-15&siden=2026-06-01",
    "search": "/soeg/?q=besøg",
    "search, unasked": "/soeg/",
    "search, of nothing": "/soeg/?q=findesikke",
    "meetings": "/moeder/",
    "meetings, of a committee": "/moeder/SOU/",
    "meeting, held": "/moeder/SOU/2024-09-18/",
    "meeting, to come": "/moeder/SOU/2027-03-04/",
    "meeting, cancelled": "/moeder/SUD/2027-02-04/",
    "news": "/nyt/",
    "news, filtered": "/nyt/?q=besøg&kilde=ting&status=in_progress&udvalg=SOU&siden=2026-01-01",
    "news, earlier": "/nyt/?pr=2025-06-01",
    "committees": "/udvalg/",
    "committees, earlier": "/udvalg/?pr=2025-06-01",
    "committee": "/udvalg/SOU/",
    "committee, since": "/udvalg/SOU/?siden=2026-06-01",
    "committee, ended": "/udvalg/OMU/",
    "about": "/om/",
    "reports": "/rapporter/?udvalg=SOU&siden=2026-01-01",
    "report": "/rapporter/vis/?udvalg=SOU&siden=2026-01-01&pr=2026-11-01",
    "report, of nothing": "/rapporter/vis/?kilde=ting&q=findesikke",
    "issued report": "/rapporter/0123-4567/",
    "check": "/rapporter/kontroller/",
    "check, with a code": "/rapporter/kontroller/?kode=0123-4567",
    "withheld": "/fjernet/",
    "accessibility": "/tilgaengelighed/",
    "error reported": "/fejl/sendt/",
    "news suggested": "/nyt-at-fortaelle/sendt/",
    "follow, asked": "/foelg/sendt/",
}
# What there is before there is any data.
EMPTY_PAGES = {
    "overview": "/",
    "recommendations": "/anbefalinger/",
    "recommendations, searched": "/anbefalinger/?q=besøg&siden=2026-01-01",
    "initiatives": "/initiativer/",
    "search": "/soeg/?q=besøg",
    "news": "/nyt/",
    "publications": "/kilder/",
    "committees": "/udvalg/",
    "meetings": "/moeder/",
    "about": "/om/",
    "reports": "/rapporter/",
    "report": "/rapporter/vis/",
    "check": "/rapporter/kontroller/",
    "withheld": "/fjernet/",
    "accessibility": "/tilgaengelighed/",
}
# Made anew each time, as its form carries the time.
FRESH = {
    "report an error": "/fejl/?side=/anbefalinger/ting/2.1/",
    "suggest news": "/nyt-at-fortaelle/?side=/anbefalinger/ting/2.1/",
    "follow": "/foelg/?side=/anbefalinger/%3Fudvalg%3DSOU%26status%3Dplanned",
    "follow, meetings": "/foelg/?side=/moeder/SOU/",
    "follow, a link": "/foelg/mine/",
}


def in_english(pages):
    """The same pages below `/en/`, but for those that are Danish only."""
    return {f"{name}, in English": f"/en{page}" for name, page in pages.items() if not page.startswith("/konto/")}
