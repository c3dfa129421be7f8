"""Two committees with their meetings, and an item for each way in which something is promised to one or is due."""

from datetime import UTC, date, datetime, time
from types import SimpleNamespace

from recommendations.enums import MeetingState, OwnershipRole, Status, UpdateKind
from tests.factories import (
    CommitteeFactory,
    MeetingFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    SuccessionFactory,
    answered,
    deadline,
    published,
)

# Meetings of SOU: 8 and 22 October held, 5 and 19 November and 17 December to come, 3 December cancelled.
HELD, TO_COME, CANCELLED = ["2026-10-08", "2026-10-22"], ["2026-11-05", "2026-11-19", "2026-12-17"], "2026-12-03"
MORE = {
    "2026-11-05": {"begins_at": time(17), "agenda_url": "https://eksempel.dk/dagsorden", "state": "papers_sent"},
    "2026-12-17": {"moved_from": date(2026, 12, 10), "remark": "Lokalet var optaget."},
    CANCELLED: {"remark": "Der var ikke sager nok."},
}
BEFORE = date(2026, 9, 10)  # the meeting at which SOU promised


def make_world():
    """Two committees with meetings, and an item for each way in which something is promised or due; by number."""
    ting, sou, sud = PublicationFactory(slug="ting"), CommitteeFactory(code="SOU"), CommitteeFactory(code="SUD")
    gml = CommitteeFactory(code="GML", valid_to=date(2026, 1, 1))
    SuccessionFactory(predecessor=gml, successor=sou)
    meetings = {}
    for text in [*HELD, *TO_COME, CANCELLED]:
        state = MeetingState.HELD if text in HELD else MeetingState.PLANNED
        state = MeetingState.CANCELLED if text == CANCELLED else state
        fields = {"on": date.fromisoformat(text), "state": state} | MORE.get(text, {})
        meetings[text] = MeetingFactory(committee=sou, **fields)
    meetings["SUD"] = MeetingFactory(committee=sud, on=date(2026, 11, 12))
    MeetingFactory(committee=gml, on=date(2025, 12, 4), state=MeetingState.HELD)

    def item(number, *owners):
        found = RecommendationFactory(publication=ting, number=number)
        role = OwnershipRole.LEAD if len(owners) == 1 else OwnershipRole.CO_OWNER
        for committee in owners:
            OwnershipFactory(item=found, committee=committee, role=role, valid_from=date(2026, 1, 1))
        return found

    def said(about, on, kind=UpdateKind.STATUS, committee=sou, **fields):
        at = datetime(2026, on.month, on.day, 12, tzinfo=UTC)
        return published(about, kind=kind, on=on, published_at=at, committee=committee, **fields)

    def promised(about, committee=sou, on=BEFORE, **fields):
        at = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
        return answered(about, committee, meeting_date=on, recorded_at=at, **fields)

    kept, broken = item("1", sou), item("2", sou)
    promised(kept, returns_to=meetings["2026-10-08"])
    said(kept, date(2026, 10, 9))
    promised(broken, returns_to=meetings["2026-10-08"])
    said(broken, date(2026, 10, 7))
    said(broken, date(2026, 10, 10), UpdateKind.CONFIRMATION)
    promised(item("3", sou), returns_to=meetings["2026-11-19"])
    promised(item("4", sou), returns_to=meetings[CANCELLED])
    promised(item("5", sou), returns_by=date(2026, 11, 30))
    said(item("6", sou), date(2026, 10, 1), next_step="Lokalerne bliver fundet.", next_step_on=date(2026, 11, 6))
    replaced = item("7", sou)
    said(replaced, date(2026, 10, 1), next_step="Den gamle plan.", next_step_on=date(2026, 11, 6))
    said(replaced, date(2026, 10, 20))
    both = item("8", sou, sud)
    promised(both, returns_by=date(2026, 10, 30))
    promised(both, sud, returns_by=date(2026, 10, 30))
    said(both, date(2026, 10, 30), committee=sud)
    promised(item("9", sou), gml, date(2025, 12, 4), returns_by=date(2026, 10, 22))
    done = item("10", sou)
    said(done, date(2026, 10, 1), status=Status.IMPLEMENTED, next_step="En evaluering.", next_step_on=date(2026, 11, 6))
    answered_early = item("11", sou)
    promised(answered_early, returns_to=meetings["2026-11-19"])
    promised(answered_early, on=date(2026, 10, 22))
    for number, due_on in [("20", "2026-10-22"), ("21", "2026-10-23"), ("22", "2026-11-05"), ("23", "2026-11-06")]:
        deadline(item(number, sou), date.fromisoformat(due_on), committee=sou)
    closed, half = item("24", sou), item("25", sou, sud)
    said(closed, date(2026, 10, 1), status=Status.LAPSED)
    said(half, date(2026, 10, 1), status=Status.LAPSED)
    for one in (closed, half):
        deadline(one, date(2026, 11, 4), committee=sou)
    return SimpleNamespace(ting=ting, sou=sou, sud=sud, gml=gml, meetings=meetings)
