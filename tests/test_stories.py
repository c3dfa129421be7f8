"""Random stories of a municipality: every act, in any order; after each, what is derived is what the rows say.

`Reading` is slow and obvious: it looks at the rows of one item at one pair of times, and knows nothing of how
`standing.py` goes about it. The news is read from events alone, and again from the rows.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from recommendations import actions
from recommendations.actions import EvidenceContent, UpdateDraft
from recommendations.enums import DONE, EvidenceKind, Outcome, OwnershipRole, Status, UpdateKind
from recommendations.lifecycle import evidence_wanted
from recommendations.models import (
    CommitteeAnswer,
    Deadline,
    Event,
    Item,
    Ownership,
    Standing,
    StatusUpdate,
    Succession,
)
from tests.factories import CommitteeFactory, RecommendationFactory, UserFactory

BEGINNING = datetime(2025, 1, 1, 10, tzinfo=UTC)
STATUSES = [Status.NOT_STARTED, Status.PLANNED, Status.IN_PROGRESS, Status.IMPLEMENTED, Status.PAUSED, Status.LAPSED]
OUTCOMES = [Outcome.ADOPTED, Outcome.NOT_ADOPTED, Outcome.NOTED, Outcome.OUTSIDE_REMIT]


class Reading:
    """One item on a day, by what was known at a moment, read straight from its rows."""

    def __init__(self, item: Item, day: date, moment: datetime):
        self.day = day
        owned = [row for row in Ownership._base_manager.filter(item=item) if row.recorded_at <= moment]
        owned = [row for row in owned if not any(other.replaces_id == row.pk for other in owned)]
        self.owned = [row for row in owned if row.valid_from <= day and row.valid_to != row.valid_from]
        self.owners = {row.committee_id: row.role for row in self.owned if row.valid_to is None or day < row.valid_to}
        ends = Succession._base_manager.filter(predecessor_ends=True)
        self.ends = [row for row in ends if row.recorded_at <= moment and row.on <= day]
        updates = [row for row in StatusUpdate._base_manager.filter(item=item) if row.published_at]
        answers = CommitteeAnswer._base_manager.filter(item=item)
        self.updates = self.standing(updates, moment, "published_at", "on")
        self.answers = self.standing(answers, moment, "recorded_at", "meeting_date")
        deadlines = self.standing(Deadline._base_manager.filter(item=item), moment, "recorded_at", "set_on")
        self.deadlines = [row for row in deadlines if row.due_on]

    def standing(self, rows, moment, at, on):
        """Those known and not corrected, about the day or before, in the order in which they came to stand."""
        known = [row for row in rows if getattr(row, at) <= moment]
        found = [row for row in known if not any(other.corrects_id == row.pk for other in known)]

        def first(row):
            return first(row.corrects) if row.corrects_id else row

        for row in found:
            row.spoken_by = first(row).committee_id
        found = [row for row in found if getattr(row, on) <= self.day]
        return sorted(found, key=lambda row: (getattr(row, on), getattr(first(row), at), row.pk))

    def speaks_for(self, speaker, owner, seen=()):
        """Whether what `speaker` said is the word of `owner` too."""
        return self.heir(owner, speaker) or self.before(owner, speaker, ())

    def before(self, owner, speaker, seen):
        if speaker == owner:
            return True
        steps = [row.predecessor_id for row in self.ends if row.successor_id == owner]
        steps += [row.succession.predecessor_id for row in self.owned if row.committee_id == owner and row.succession]
        return any(self.before(step, speaker, (*seen, owner)) for step in steps if step not in seen)

    def heir(self, owner, speaker):
        """Whether `speaker` took over from `owner` when that ended."""
        return any(
            row.successor_id == speaker or self.heir(row.successor_id, speaker)
            for row in self.ends
            if row.predecessor_id == owner
        )

    def cell(self, committee):
        """Role, outcome and status of one owner's cell."""
        answers = [row for row in self.answers if self.speaks_for(row.committee_id, committee) and row.outcome]
        said = [row for row in self.updates if self.speaks_for(row.spoken_by, committee) and row.status]
        return self.owners[committee], answers[-1].outcome if answers else "", said[-1].status if said else ""

    def whole(self):
        """Status of the item: of one without owners the newest word of anybody."""
        cells = [self.cell(committee) for committee in self.owners]
        if not cells:
            said = [row.status for row in self.updates if row.status]
            return said[-1] if said else ""
        cells = [cell for cell in cells if cell[1] != Outcome.OUTSIDE_REMIT] or cells
        leads = {status for role, _outcome, status in cells if role == OwnershipRole.LEAD and status}
        said = leads or {status for _role, _outcome, status in cells}
        if len(said) == 1:
            return said.pop()
        if said <= DONE:
            return Status.IMPLEMENTED
        if said & {*DONE, Status.IN_PROGRESS}:
            return Status.IN_PROGRESS
        for status in (Status.PLANNED, Status.PAUSED, Status.NOT_STARTED):
            if status in said:
                return status
        return Status.ABANDONED if "" not in said else ""


class Story(RuleBasedStateMachine):
    """Two items, three committees and an administrator who does everything; a colleague approves what is done."""

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.patch = pytest.MonkeyPatch()
        self.moment = BEGINNING
        self.patch.setattr(timezone, "datetime", self)

    def now(self, tz=None):
        self.moment += timedelta(milliseconds=1)
        return self.moment

    def __instancecheck__(self, value):
        return isinstance(value, datetime)

    def teardown(self):
        self.patch.undo()
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize(roles=st.lists(st.sampled_from(OwnershipRole.values), min_size=2, max_size=2))
    def begin(self, roles):
        self.chief, self.second = (UserFactory(username=name, is_superuser=True) for name in ("chief", "second"))
        self.committees = [CommitteeFactory(code=code) for code in ("A", "B", "C")]
        self.items = [RecommendationFactory(number=number) for number in ("1", "2")]
        for item in self.items:
            for committee, role in zip(self.committees, roles, strict=False):
                self.attempt(actions.add_owner, item=item, committee=committee, role=role, valid_from=date(2024, 6, 17))

    # --- acts -----------------------------------------------------------------------------------------------------

    def attempt(self, action, **arguments):
        """Do it; what is refused must have left nothing behind."""
        before = Event.objects.count()
        try:
            with transaction.atomic():
                return action(by=self.chief, **arguments)
        except (ValidationError, PermissionDenied) as refused:
            if not str(refused):
                raise AssertionError("a refusal says why") from refused
            assert Event.objects.count() == before
            return None

    def day(self, ago):
        return timezone.localdate() - timedelta(days=ago)

    def existing(self, which):
        found = [one for one in self.committees if one.__class__.objects.get(pk=one.pk).exists_on(self.day(0))]
        return found[which % len(found)]

    def pick(self, rows, which):
        rows = list(rows.order_by("pk"))
        return rows[which % len(rows)] if rows else None

    @rule(days=st.integers(1, 60))
    def time_passes(self, days):
        self.moment += timedelta(days=days)

    @rule(
        item=st.integers(0, 1),
        who=st.integers(0, 2),
        status=st.sampled_from(STATUSES),
        ago=st.integers(0, 90),
        note=st.booleans(),
    )
    def publish(self, item, who, status, ago, note):
        content = (
            UpdateDraft(kind=UpdateKind.NOTE, on=self.day(ago), text="Nyt.")
            if note
            else UpdateDraft(status=status, on=self.day(ago), text="Tekst.", evidence=self.evidence(status))
        )
        self.write(actions.save_draft, item=self.items[item], committee=self.existing(who), draft=content)

    def evidence(self, status):
        shown = [EvidenceContent("Referat", url="https://eksempel.dk/", kind=EvidenceKind.OPERATING)]
        return shown if evidence_wanted(status) else []

    def write(self, action, **arguments):
        """Save a draft and let a colleague publish it; both or neither."""

        def both(*, by, **arguments):
            update = action(by=by, **arguments)
            return actions.publish_update(by=self.second, update=update)

        self.attempt(both, **arguments)

    @rule(
        which=st.integers(0, 20), who=st.integers(0, 2), status=st.sampled_from(["", *STATUSES]), ago=st.integers(0, 90)
    )
    def correct_an_update(self, which, who, status, ago):
        update = self.pick(StatusUpdate.objects.published(), which)
        if update is None:
            return
        content = UpdateDraft(status=status, on=self.day(ago), text="Rettet.", evidence=self.evidence(status))
        self.write(actions.correct_update, update=update, committee=self.existing(who), draft=content)

    @rule(item=st.integers(0, 1), who=st.integers(0, 2))
    def confirm(self, item, who):
        self.attempt(actions.confirm_unchanged, item=self.items[item], committee=self.existing(who))

    @rule(item=st.integers(0, 1), who=st.integers(0, 2), outcome=st.sampled_from(OUTCOMES), ago=st.integers(0, 90))
    def answer(self, item, who, outcome, ago):
        self.attempt(
            actions.record_answer,
            item=self.items[item],
            committee=self.committees[who],
            outcome=outcome,
            meeting_date=self.day(ago),
            text="Fordi.",
            passed_on_to="Regionen",
        )

    @rule(which=st.integers(0, 20), outcome=st.sampled_from(["", *OUTCOMES]), ago=st.integers(0, 90))
    def correct_an_answer(self, which, outcome, ago):
        answer = self.pick(CommitteeAnswer.objects.all(), which)
        if answer is None:
            return
        self.attempt(
            actions.record_answer,
            item=answer.item,
            committee=answer.committee,
            outcome=outcome,
            meeting_date=self.day(ago),
            text="Fordi.",
            passed_on_to="Regionen",
            corrects=answer,
            reason="Rettet.",
        )

    @rule(item=st.integers(0, 1), ahead=st.integers(-90, 400), which=st.none() | st.integers(0, 5))
    def promise(self, item, ahead, which):
        corrects = self.pick(Deadline.objects.filter(item=self.items[item]), which) if which is not None else None
        self.attempt(
            actions.set_deadline,
            item=self.items[item],
            committee=self.existing(0),
            due_on=self.day(-ahead),
            reason="Fordi.",
            corrects=corrects,
            sure=True,
        )

    @rule(
        old=st.integers(0, 2), new=st.integers(0, 2), ago=st.integers(0, 60), ends=st.booleans(), item=st.integers(0, 1)
    )
    def hand_over(self, old, new, ago, ends, item):
        self.attempt(
            actions.hand_over,
            predecessor=self.committees[old],
            successor=self.committees[new],
            on=self.day(ago),
            predecessor_ends=ends,
            items=None if ends else [self.items[item]],
        )
        for committee in self.committees:
            committee.refresh_from_db()

    @rule(which=st.integers(0, 5), ago=st.integers(0, 60), never=st.booleans())
    def an_owner_ends_or_never_was(self, which, ago, never):
        ownership = self.pick(Ownership.objects.recorded(), which)
        if ownership is None:
            return
        if never:
            self.attempt(actions.correct_owner, ownership=ownership, never=True, reason="Forkert udvalg.")
        else:
            self.attempt(actions.end_owner, ownership=ownership, valid_to=self.day(ago))

    # --- what must always hold ------------------------------------------------------------------------------------

    @invariant()
    def what_stands_now_is_what_the_rows_say(self):
        if hasattr(self, "items"):
            self.compare(self.day(0), None)

    @rule(ago=st.integers(0, 400), late=st.floats(0, 1))
    def look_back(self, ago, late):
        self.compare(self.day(ago), BEGINNING + (self.moment - BEGINNING) * late)

    def compare(self, day, moment):
        until = moment or self.moment
        for item in self.items:
            reading = Reading(item, day, until)
            stored = {row.committee_id: row for row in Standing.objects.at(day, moment).filter(item=item)}
            cells = {key: (row.role, row.outcome, row.status) for key, row in stored.items() if key and row.role}
            assert cells == {committee: reading.cell(committee) for committee in reading.owners}
            assert stored[None].status == reading.whole()
            due = stored[None].due_on, stored[None].original_due_on
            rows = reading.deadlines
            assert due == ((rows[-1].due_on, rows[0].due_on) if rows else (None, None))

    @invariant()
    def events_alone_tell_the_news(self):
        """News are statuses, notes, answers and deadlines that no later row corrects."""
        if not hasattr(self, "items"):
            return
        told = Event.objects.known().news().uncorrected().order_by("pk")
        from_events = {
            (kind, row_id)
            for kind in ("update", "answer", "deadline")
            for row_id in told.exclude(**{kind: None}).values_list(kind, flat=True)
        }
        from_rows = set()
        for kind, rows in (
            (
                "update",
                StatusUpdate._base_manager.filter(kind__in=[UpdateKind.STATUS, UpdateKind.NOTE], state="published"),
            ),
            ("answer", CommitteeAnswer._base_manager.filter(corrects=None)),
            ("deadline", Deadline._base_manager.filter(corrects=None)),
        ):
            model = rows.model
            corrected = set(model._base_manager.filter(corrects__isnull=False).values_list("corrects_id", flat=True))
            if model is StatusUpdate:
                corrected = {
                    row.corrects_id for row in model._base_manager.filter(corrects__isnull=False, state="published")
                }
            from_rows |= {(kind, row.pk) for row in rows if row.pk not in corrected}
        assert from_events == from_rows


@pytest.mark.django_db
def test_every_story_is_remembered_right():
    run_state_machine_as_test(
        Story,
        settings=settings(
            max_examples=20,
            stateful_step_count=20,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # a story that fails is printed as it was found: making it shorter takes minutes
        ),
    )
