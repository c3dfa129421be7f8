"""Who may do what with an update in which state: one table, and every door holds to it.

The doors are the action called from a shell and the admin address called directly. Whether something was allowed is
read from the database afterwards, not from what a door says of itself.
"""

import copy
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from recommendations import actions, tenancy
from recommendations.actions import ItemWords, UpdateDraft
from recommendations.enums import Outcome, Role, Status, UpdateKind, UpdateState
from recommendations.forms.updates import NOTHING_INSTEAD
from recommendations.models import (
    Committee,
    CommitteeAnswer,
    CommitteeMembership,
    Deadline,
    DoneWhen,
    Event,
    IssuedReport,
    Recommendation,
    StatusUpdate,
    Succession,
    WordingDraft,
)
from tests.factories import (
    TODAY,
    CommitteeFactory,
    CommitteeMembershipFactory,
    ErrorReportFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    StatusUpdateFactory,
    SuccessionFactory,
    UserFactory,
    published,
)

EDITOR, APPROVER, SECRETARY = "own editor", "own approver", "own secretary"
OTHER_EDITOR, OTHER_APPROVER, OUTSIDER, CHIEF = "other editor", "other approver", "outsider", "superuser"
OLD_EDITOR, OLD_APPROVER = "editor of the ended", "approver of the ended"
PEOPLE = [EDITOR, APPROVER, SECRETARY, OTHER_EDITOR, OTHER_APPROVER, OUTSIDER, CHIEF]

WRITERS, DECIDERS, NOBODY = {EDITOR, APPROVER, CHIEF}, {APPROVER, CHIEF}, set()
DRAFT, SUBMITTED, PUBLISHED = UpdateState.DRAFT, UpdateState.SUBMITTED, UpdateState.PUBLISHED

# What is done, to an update in which state -> who may.
TABLE = {
    ("write", None): WRITERS,
    ("rewrite", DRAFT): WRITERS,
    ("rewrite", SUBMITTED): WRITERS,
    ("rewrite", PUBLISHED): NOBODY,
    ("submit", DRAFT): WRITERS,
    ("submit", PUBLISHED): NOBODY,
    ("publish", DRAFT): DECIDERS,
    ("publish", SUBMITTED): DECIDERS,
    ("publish", PUBLISHED): NOBODY,
    ("return", SUBMITTED): DECIDERS,
    ("return", DRAFT): NOBODY,
    ("return", PUBLISHED): NOBODY,
    ("discard", DRAFT): WRITERS,
    ("discard", SUBMITTED): WRITERS,
    ("discard", PUBLISHED): NOBODY,
    ("confirm", PUBLISHED): WRITERS,
    ("confirm", None): NOBODY,  # there is no status to confirm
    ("correct", PUBLISHED): WRITERS,
    ("correct", DRAFT): NOBODY,
    ("answer", None): DECIDERS,
    ("deadline", None): DECIDERS,
    ("criterion", None): DECIDERS,
    ("own words", None): WRITERS,
    ("words of the source", None): WRITERS,  # proposed; who may publish them: see below
    ("item", None): {CHIEF},
    ("owner", None): {CHIEF},
    ("support", None): {CHIEF},
    ("role", None): DECIDERS,
    ("role for oneself", None): {CHIEF},
    ("end of a role", None): DECIDERS,
    ("invitation", None): DECIDERS,
    ("link", None): DECIDERS,
    ("leaving", None): DECIDERS,
    ("login open again", None): NOBODY,  # it is not closed
    ("open", None): {CHIEF},
    ("municipality", None): {CHIEF},
    ("report", None): {SECRETARY, CHIEF},
}
# An admin page has no such step: a draft is sent by saving it, and what is sent is taken back before it is written on.
NO_PAGE = {("rewrite", SUBMITTED), ("submit", DRAFT), ("submit", PUBLISHED)}


@dataclass
class World:
    """One item, at most one update about it, and everybody who might want something of it."""

    item: Recommendation
    update: StatusUpdate | None
    committee: Committee  # in whose name one acts
    people: dict

    def effect(self):
        """Everything that an allowed act would change."""
        updates = StatusUpdate.objects.order_by("pk").values_list("pk", "state", "text", "kind")
        counts = [model.objects.count() for model in (CommitteeAnswer, Deadline, DoneWhen, IssuedReport, Event)]
        numbers = Recommendation.objects.order_by("pk").values_list("number", flat=True)
        return list(updates), counts, list(numbers)


def make_world(state, *, ended: bool) -> World:
    """The item is SOU's. When SOU has ended, its successor's members are "own", and SUD's are "other" either way."""
    sou, sud = CommitteeFactory(code="SOU"), CommitteeFactory(code="SUD")
    acting = sou
    if ended:
        acting = CommitteeFactory(code="NYT", valid_from=date(2026, 1, 1))
        if not Succession.objects.exists():
            SuccessionFactory(predecessor=sou, successor=acting)
        Committee.objects.filter(pk=sou.pk).update(valid_to=date(2026, 1, 1))
    people = {
        EDITOR: CommitteeMembershipFactory(committee=acting, role=Role.EDITOR, user__email="editor@eksempel.dk").user,
        APPROVER: CommitteeMembershipFactory(committee=acting, role=Role.APPROVER).user,
        SECRETARY: CommitteeMembershipFactory(committee=acting, role=Role.SECRETARY).user,
        OTHER_EDITOR: CommitteeMembershipFactory(committee=sud, role=Role.EDITOR).user,
        OTHER_APPROVER: CommitteeMembershipFactory(committee=sud, role=Role.APPROVER).user,
        OUTSIDER: UserFactory(),
        CHIEF: UserFactory(is_superuser=True),
    }
    if ended:
        people[OLD_EDITOR] = CommitteeMembershipFactory(committee=sou, role=Role.EDITOR).user
        people[OLD_APPROVER] = CommitteeMembershipFactory(committee=sou, role=Role.APPROVER).user
    item = RecommendationFactory(number="3.2")
    OwnershipFactory(item=item, committee=sou)
    update = None
    if state == PUBLISHED:
        update = published(item, committee=sou, text="Før.")
    elif state:
        on = date(2025, 12, 1) if ended else TODAY  # a day on which the committee existed
        update = StatusUpdateFactory(item=item, committee=sou, text="Før.", state=state, on=on)
    return World(Recommendation.objects.get(pk=item.pk), update, acting, people)


def through_the_shell(world: World, act: str, user) -> None:
    draft = UpdateDraft(status=Status.PAUSED, text="Efter.")
    common = {"by": user, "item": world.item, "committee": world.committee}
    colleague = world.people[EDITOR]
    steps = {
        "write": lambda: actions.save_draft(**common, draft=draft),
        "rewrite": lambda: actions.save_draft(**common, draft=draft, update=world.update),
        "submit": lambda: actions.submit_update(by=user, update=world.update),
        "publish": lambda: actions.publish_update(by=user, update=world.update),
        "return": lambda: actions.return_update(by=user, update=world.update, comment="Hvorfor?"),
        "discard": lambda: actions.discard_draft(by=user, update=world.update),
        "confirm": lambda: actions.confirm_unchanged(**common),
        "correct": lambda: actions.correct_update(
            by=user, update=world.update, draft=UpdateDraft(text="Rettet."), committee=world.committee
        ),
        "answer": lambda: actions.record_answer(**common, outcome=Outcome.ADOPTED, meeting_date=date(2026, 9, 17)),
        "deadline": lambda: actions.set_deadline(**common, due_on=date(2026, 12, 31)),
        "criterion": lambda: actions.set_done_when(**common, text="alle har et fast team."),
        "own words": lambda: _words(actions.reword, world, user, summary="Nyt resumé."),
        "words of the source": lambda: _words(actions.propose_words, world, user, official_text="Nye ord."),
        "item": lambda: actions.change_item(by=user, item=world.item, number="9.9"),
        "owner": lambda: actions.add_owner(
            by=user, item=world.item, committee=CommitteeFactory(code="BUU"), valid_from=date(2026, 9, 1)
        ),
        "support": lambda: actions.record_support(by=user, item=world.item, percent=Decimal(92)),
        "role": lambda: actions.give_role(by=user, user=colleague, committee=world.committee, role=Role.SECRETARY),
        "role for oneself": lambda: actions.give_role(
            by=user, user=user, committee=world.committee, role=Role.SECRETARY, valid_to=date(2026, 12, 1)
        ),
        "end of a role": lambda: actions.end_role(by=user, membership=role_of(colleague), on=TODAY),
        "invitation": lambda: actions.invite_person(
            by=user, email=f"maja{user.pk}@eksempel.dk", committee=world.committee, role=Role.EDITOR
        ),
        "link": lambda: actions.send_link(by=user, user=colleague),
        "leaving": lambda: actions.leave(by=user, user=colleague),
        "login open again": lambda: actions.reopen_login(by=user, user=colleague),
        "open": lambda: actions.open_source(by=user, publication=DraftSourceFactory()),
        "municipality": lambda: actions.change_municipality(by=user, phone="33 66 33 66"),
        "report": lambda: actions.issue_report(
            by=user,
            committee=world.committee,
            title="Status",
            choices={"udvalg": ["SOU"]},
            as_of=date(2026, 11, 2),
            since=None,
            known_at=timezone.now(),
            data="{}",
        ),
    }
    with suppress(PermissionDenied, ValidationError):
        steps[act]()


class DraftSourceFactory(PublicationFactory):
    slug = "kladde"
    public_at = None

    class Meta:
        django_get_or_create = ["slug"]


def role_of(person):
    return CommitteeMembership.objects.get(user=person)


def _words(action, world: World, user, **words):
    changed = replace(ItemWords.of(world.item.wording), **words)
    return action(by=user, item=world.item, words=changed, valid_from=date(2026, 11, 2))


def words_form(world: World, **words) -> dict:
    return asdict(ItemWords.of(world.item.wording)) | {"valid_from": "2026-11-02"} | words


def through_the_page(world: World, act: str, client) -> None:
    form = {
        "committee": world.committee.pk,
        "kind": UpdateKind.STATUS,
        "status": Status.PAUSED,
        "on": "2026-11-02",
        "text": "Efter.",
        "dokumentation-TOTAL_FORMS": 0,
        "dokumentation-INITIAL_FORMS": 0,
        "trin": "gem",
    }
    answer = {"committee": world.committee.pk, "outcome": Outcome.ADOPTED, "meeting_date": "2026-09-17"}
    of_item = {
        "write": ("status", form),
        "confirm": ("confirm", {"committee": world.committee.pk}),
        "answer": ("answer", answer),
        "deadline": ("deadline", {"committee": world.committee.pk, "due_on": "2026-12-31"}),
        "criterion": ("done_when", {"committee": world.committee.pk, "text": "alle har et fast team."}),
        "own words": ("reword", words_form(world, summary="Nyt resumé.")),
        "words of the source": ("reword", words_form(world, official_text="Nye ord.")),
        "item": ("change", {"kind": "recommendation", "number": "9.9", "place": 0}),
    }
    of_tables = {
        "owner": (
            "ownership_add",
            [],
            {
                "item": world.item.pk,
                "committee": CommitteeFactory(code="BUU").pk,
                "role": "lead",
                "valid_from": "2026-09-01",
            },
        ),
        "support": (
            "voteshare_add",
            [],
            {"item": world.item.pk, "option": "supports", "basis": "percent", "percent": 92},
        ),
        "open": ("publication_open", [DraftSourceFactory().pk], {}),
        "municipality": (
            "municipality_change",
            [tenancy.current().pk],
            {
                "name": "Københavns Kommune",
                "stale_after_days": 30,
                "answer_letter_months": 6,
                "answer_line_months": 9,
            },
        ),
    }
    me = int(client.session.get("_auth_user_id", 0))
    mine = {"committee": world.committee.pk, "role": Role.SECRETARY}
    colleague = world.people[EDITOR]
    of_people = {
        "role": ("person_role", [colleague.pk], mine),
        "role for oneself": ("person_role", [me], mine | {"valid_to": "2026-12-01"}),
        "end of a role": ("role_end", [role_of(colleague).pk], {}),
        "invitation": ("new_person", [], mine | {"email": f"maja{me}@eksempel.dk"}),
        "link": ("person_link", [colleague.pk], {}),
        "leaving": ("person_left", [colleague.pk], {}),
        "login open again": ("person_reopen", [colleague.pk], {}),
    }
    of_update = {
        "rewrite": ("change", form),
        "publish": ("publish", {}),
        "return": ("return", {"comment": "Hvorfor?"}),
        "discard": ("discard", {}),
        "correct": ("correct", form | {"text": "Rettet.", "status": NOTHING_INSTEAD}),
    }
    if act == "report":
        url, data = reverse("issue_report") + "?udvalg=SOU", {"committee": world.committee.pk}
    elif act in of_people:
        name, keys, data = of_people[act]
        url = reverse(name, args=keys)
    elif act in of_tables:
        page, keys, data = of_tables[act]
        url = reverse(f"admin:recommendations_{page}", args=keys)
    elif act in of_item:
        page, data = of_item[act]
        url = reverse(f"admin:recommendations_recommendation_{page}", args=[world.item.pk])
    else:
        page, data = of_update[act]
        url = reverse(f"admin:recommendations_statusupdate_{page}", args=[world.update.pk])
    response = client.post(url, data)
    assert response.status_code < 500


def cases(table):
    return pytest.mark.parametrize(
        ("act", "state"),
        [pytest.param(*case, id=f"{case[0]}-{case[1] or 'nothing'}") for case in sorted(table, key=str)],
    )


def people(ended):
    return [*PEOPLE, *([OLD_EDITOR, OLD_APPROVER] if ended else [])]


def in_turn(state, *, ended):
    """Everybody, each in a world that is as if nobody had come before."""
    world = make_world(state, ended=ended)
    for person in people(ended):
        with transaction.atomic():
            yield person, copy.deepcopy(world)
            transaction.set_rollback(True)


@pytest.mark.parametrize("ended", [False, True], ids=["existing", "ended-with-heir"])
class TestEveryDoor:
    @cases(TABLE)
    def test_the_shell(self, db, act, state, ended):
        for person, world in in_turn(state, ended=ended):
            before = world.effect()
            through_the_shell(world, act, world.people[person])
            assert (world.effect() != before) == (person in TABLE[act, state]), person

    @cases(TABLE.keys() - NO_PAGE)
    def test_the_page(self, db, act, state, ended, as_user):
        for person, world in in_turn(state, ended=ended):
            before = world.effect()
            through_the_page(world, act, as_user(world.people[person]))
            assert (world.effect() != before) == (person in TABLE[act, state]), person

    @cases(TABLE.keys() - NO_PAGE)
    def test_the_page_for_somebody_who_is_not_logged_in(self, db, act, state, ended, citizen):
        world = make_world(state, ended=ended)
        before = world.effect()
        through_the_page(world, act, citizen)
        assert world.effect() == before


# --- Reports of errors ------------------------------------------------------------------------------------------------

HANDLERS = {"own item": WRITERS, "no item": {CHIEF}}
READERS = {"own item": {EDITOR, APPROVER, SECRETARY, CHIEF}, "no item": {CHIEF}}


def report_in(world, about):
    return ErrorReportFactory(item=world.item if about == "own item" else None)


@pytest.mark.parametrize("ended", [False, True], ids=["existing", "ended-with-heir"])
@pytest.mark.parametrize("about", HANDLERS)
class TestEveryDoorToAnErrorReport:
    def test_the_shell(self, db, about, ended):
        for person, world in in_turn(None, ended=ended):
            report = report_in(world, about)
            with suppress(PermissionDenied):
                actions.handle_error_report(by=world.people[person], report=report, note="Rettet.")
            report.refresh_from_db()
            assert (report.handled_at is not None) == (person in HANDLERS[about]), person

    def test_the_page(self, db, about, ended, as_user):
        for person, world in in_turn(None, ended=ended):
            report, client = report_in(world, about), as_user(world.people[person])
            address = reverse("admin:recommendations_errorreport_handle", args=[report.pk])
            status = client.post(address, {"note": "Rettet."}).status_code
            report.refresh_from_db()
            assert (report.handled_at is not None) == (person in HANDLERS[about]), person
            # Who may read and not handle is told so; for everybody else it is not there.
            expected = 302 if person in HANDLERS[about] else 403 if person in READERS[about] else 404
            assert status == expected, person

    def test_reading_it(self, db, about, ended, as_user):
        for person, world in in_turn(None, ended=ended):
            report, client = report_in(world, about), as_user(world.people[person])
            listed = client.get(reverse("admin:recommendations_errorreport_changelist")).content.decode()
            opened = client.get(reverse("admin:recommendations_errorreport_change", args=[report.pk]))
            assert opened.status_code == (200 if person in READERS[about] else 404), person
            assert ("92 procent" in listed) == (person in READERS[about]), person
            if person in READERS[about]:
                assert ("Markér som behandlet" in opened.content.decode()) == (person in HANDLERS[about]), person
            report.delete()

    def test_a_citizen_gets_to_the_login(self, db, about, ended, citizen):
        report = report_in(make_world(None, ended=ended), about)
        for page in ("change", "handle", "delete", "history"):
            address = reverse(f"admin:recommendations_errorreport_{page}", args=[report.pk])
            assert citizen.get(address).headers["Location"].startswith("/admin/login/"), page
            assert citizen.post(address, {"note": "Rettet."}).status_code in {302, 401, 403}, page
        report.refresh_from_db()
        assert report.handled_at is None


# --- Proposed words ---------------------------------------------------------------------------------------------------

# What is done with words that the editor has proposed -> who may.
PROPOSALS = {"publish": DECIDERS, "return": DECIDERS, "discard": WRITERS, "write": WRITERS}


def proposal_in(world):
    return _words(actions.propose_words, world, world.people[EDITOR], official_text="Nye ord.")


def decide_in_the_shell(world, act, user, draft):
    if act == "publish":
        actions.publish_words(by=user, draft=draft)
    elif act == "return":
        actions.return_words(by=user, draft=draft, comment="Hvorfor?")
    elif act == "discard":
        actions.discard_words(by=user, draft=draft)
    else:
        _words(partial(actions.propose_words, draft=draft), world, user, official_text="Helt andre ord.")


@pytest.mark.parametrize("ended", [False, True], ids=["existing", "ended-with-heir"])
@pytest.mark.parametrize("act", PROPOSALS)
class TestEveryDoorToProposedWords:
    def test_the_shell(self, db, act, ended):
        for person, world in in_turn(None, ended=ended):
            draft = proposal_in(world)
            before = world.effect()
            with suppress(PermissionDenied, ValidationError):
                decide_in_the_shell(world, act, world.people[person], draft)
            assert (world.effect() != before) == (person in PROPOSALS[act]), person

    def test_the_page(self, db, act, ended, as_user):
        for person, world in in_turn(None, ended=ended):
            draft, client = proposal_in(world), as_user(world.people[person])
            before = world.effect()
            address = reverse(f"admin:recommendations_wordingdraft_{act}", args=[draft.pk])
            form = words_form(world, official_text="Helt andre ord.") if act == "write" else {"comment": "Hvorfor?"}
            assert client.post(address, form).status_code < 500
            assert (world.effect() != before) == (person in PROPOSALS[act]), person
            opened = client.get(reverse("admin:recommendations_wordingdraft_change", args=[draft.pk])).status_code
            seen = person in WRITERS | {SECRETARY} and not (act == "discard" and person in WRITERS)
            assert opened == (200 if seen else 404), person

    def test_a_citizen_gets_to_the_login(self, db, act, ended, citizen):
        world = make_world(None, ended=ended)
        address = reverse(f"admin:recommendations_wordingdraft_{act}", args=[proposal_in(world).pk])
        assert citizen.post(address, {}).status_code in {302, 401, 403}
        assert WordingDraft.objects.get().state == UpdateState.SUBMITTED
