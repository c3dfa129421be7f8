"""Every page on which staff carry out an action, read by axe, narrow and wide."""

from datetime import timedelta

import pytest
from django.urls import reverse

from recommendations.actions import EvidenceContent, UpdateDraft, save_draft, submit_update
from recommendations.enums import EvidenceKind, Status
from tests.factories import CommitteeFactory, MeetingFactory, OwnershipFactory, RecommendationFactory, published, today

pytestmark = pytest.mark.browser


@pytest.fixture
def addresses(sou, anna, bo):
    """Who looks at what: name -> address, with something on every page."""
    item = RecommendationFactory(number="3.2")
    OwnershipFactory(item=item, committee=sou)
    CommitteeFactory(code="NYT", valid_from=today() - timedelta(days=1))
    update = published(item, Status.IN_PROGRESS, committee=sou, author=anna, evidence=1)
    draft = save_draft(by=anna, item=item, committee=sou, draft=UpdateDraft(status=Status.PAUSED, text="Kladde."))
    shown = EvidenceContent("Referat", "https://eksempel.dk/referat", kind=EvidenceKind.DECIDED)
    decided = UpdateDraft(status=Status.PLANNED, text="Besluttet.", evidence=[shown])
    waiting = save_draft(by=anna, item=item, committee=sou, draft=decided)
    submit_update(by=anna, update=waiting)
    of_item = {
        name: f"recommendation_{name}"
        for name in (
            "change",
            "status",
            "confirm",
            "answer",
            "deadline",
            "done_when",
            "reword",
            "correct_words",
            "history",
        )
    }
    of_update = {"draft": (draft, "change"), "waiting": (waiting, "change"), "read": (update, "change")}
    return {
        **{name: reverse(f"admin:recommendations_{page}", args=[item.pk]) for name, page in of_item.items()},
        **{
            name: reverse(f"admin:recommendations_statusupdate_{page}", args=[row.pk])
            for name, (row, page) in of_update.items()
        },
        "correct": reverse("admin:recommendations_statusupdate_correct", args=[update.pk]),
        "hand_over": reverse("admin:recommendations_committee_hand_over", args=[sou.pk]),
        "open": reverse("admin:recommendations_publication_open", args=[item.publication_id]),
        "facts": reverse("admin:recommendations_publication_facts", args=[item.publication_id]),
        "owner": reverse("admin:recommendations_ownership_change", args=[item.ownerships.get().pk]),
        "end": reverse("admin:recommendations_ownership_end", args=[item.ownerships.get().pk]),
        "new item": reverse("admin:recommendations_recommendation_add"),
    }


@pytest.fixture
def meetings(sou):
    """What a secretary has of meetings: name -> address."""
    over, coming = (MeetingFactory(committee=sou, on=today() + timedelta(days=days)) for days in (-7, 7))
    return {
        "list": reverse("staff_meetings_of", args=[sou.code]),
        "year": reverse("plan_year", args=[sou.code]),
        "wrong": f"{reverse('plan_year', args=[sou.code])}?weekday=1&but=aldrig",
        **{
            name: reverse(f"admin:recommendations_meeting_{name}", args=[row.pk])
            for name, row in (("change", coming), ("hold", over), ("move", coming), ("correct", over))
        },
    }


@pytest.mark.parametrize("width", [320, 1280])
def test_pages_of_the_work_itself(addresses, meetings, open_page, faults_of, bo, chief, dina, width):
    faults = {}
    of_chief = {"change", "hand_over", "open", "facts", "owner", "end", "new item"}
    for user, names in ((bo, set(addresses) - of_chief | {"change"}), (chief, of_chief)):
        page = open_page(user, viewport={"width": width, "height": 900})
        for name in sorted(names):
            assert page.goto(addresses[name]).ok, name
            if found := faults_of(page):
                faults[name] = found
    page = open_page(dina, viewport={"width": width, "height": 900})
    for name, address in meetings.items():
        page.goto(address)
        if found := faults_of(page):
            faults[f"meetings: {name}"] = found
    assert not faults
