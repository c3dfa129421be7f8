"""Every act ends in one event that says what was done; what is refused ends in none; asked twice is done once."""

import hashlib
import inspect
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.utils import timezone

from recommendations import actions
from recommendations.actions import (
    AnswerEntry,
    Approval,
    CommitteeContent,
    DeadlineEntry,
    DocumentContent,
    DraftHead,
    EvidenceContent,
    FactContent,
    ItemWords,
    ReadRow,
    RowContent,
    SignedOn,
    StatusEntry,
    UpdateDraft,
)
from recommendations.actions.state import digest
from recommendations.enums import Act, EvidenceKind, MeetingState, Nature, Outcome, Role, Status, UpdateState
from recommendations.models import Addressee, CommitteeMembership, Event, ReportDraft, Webhook
from recommendations.models.event import ROWS
from recommendations.traces import Redaction
from tests.factories import (
    EARLIER,
    AnswerRequestFactory,
    CommitteeAnswerFactory,
    CommitteeFactory,
    CommitteeMembershipFactory,
    DeadlineFactory,
    DoneWhenFactory,
    ErrorReportFactory,
    IssuedReportFactory,
    MeetingFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    RelationFactory,
    ReportDraftFactory,
    StatusUpdateFactory,
    SynonymFactory,
    TreatmentFactory,
    UserFactory,
    WebhookFactory,
    published,
)

NEWS, FROM_SOURCE, CORRECTION, HOUSEKEEPING = Nature.NEWS, Nature.FROM_SOURCE, Nature.CORRECTION, Nature.HOUSEKEEPING
LINK = EvidenceContent(title="Referat", url="https://eksempel.dk/referat", kind=EvidenceKind.OPERATING)
PAUSED = UpdateDraft(status=Status.PAUSED, text="Pengene mangler.")
MEETING, JUNE = date(2026, 9, 17), date(2026, 6, 1)


@pytest.fixture
def world(anna, bo, carla, dina, chief, sou, sud):
    """SOU's item with one of everything, none of it with an event of its own."""
    MeetingFactory(committee=sou, on=MEETING, state=MeetingState.HELD)
    source = PublicationFactory(title="Tinget")
    item = RecommendationFactory(publication=source, number="3.2", title="Faste teams")
    people = {"anna": anna, "bo": bo, "carla": carla, "dina": dina, "chief": chief, "nobody": None}
    return SimpleNamespace(
        **people,
        sou=sou,
        sud=sud,
        source=source,
        item=item,
        other=RecommendationFactory(publication=source, number="3.3"),
        owns=OwnershipFactory(item=item, committee=sou),
    )


def draft_of(world, state=UpdateState.DRAFT, **fields):
    """A draft that no event knows."""
    return StatusUpdateFactory(item=world.item, committee=world.sou, author=world.anna, state=state, **fields)


def told_of(world):
    """A published update about the item, in progress."""
    return published(world.item, committee=world.sou, author=world.anna)


@dataclass(frozen=True)
class Told:
    """An act and the event that it must leave: `prepare(world)` comes before it, and its result is given to `do`."""

    action: str
    act: Act
    by: str
    do: Callable[..., Any]
    prepare: Callable[[Any], Any] = lambda _world: None
    nature: Nature = Nature.HOUSEKEEPING
    before: str = ""
    after: str = ""
    digest_of: Callable[[Any], Model] | None = None  # of the action's result; where no field of the event holds the row
    about: str = "item"  # the world's item or source; a new item or source; a committee; or nothing
    label: str = ""

    @property
    def name(self) -> str:
        return f"{self.action}{f', {self.label}' if self.label else ''}"


def itself(result):
    return result


def write(world, by, **more):
    call = {"item": world.item, "committee": world.sou, "draft": PAUSED}
    return actions.save_draft(by=by, **call | more)


def answer(world, by, outcome=Outcome.ADOPTED, **more):
    call = {"item": world.item, "committee": world.sou, "meeting_date": MEETING, "outcome": outcome, "text": "Fordi."}
    return actions.record_answer(by=by, **call | more)


def promise(world, by, **more):
    call = {"item": world.item, "committee": world.sou, "due_on": date(2026, 12, 31), "reason": "Fordi."}
    return actions.set_deadline(by=by, **call | more)


def criterion(world, by, **more):
    call = {"item": world.item, "committee": world.sou, "text": "alle har et team.", "reason": "Fordi."}
    return actions.set_done_when(by=by, **call | more)


def meeting(world, by, **more):
    """What SOU answered at its meeting, written down."""
    said = actions.MeetingAnswers({world.item: AnswerEntry()}, Outcome.ADOPTED, MEETING, text="Fordi.")
    return actions.save_answer_draft(by=by, **{"committee": world.sou, "answers": said} | more)


def meeting_sent(world):
    return actions.submit_answer_draft(by=world.dina, draft=meeting(world, world.dina))


def own(world, by, **more):
    return actions.add_owner(by=by, **{"item": world.item, "committee": world.sud, "valid_from": JUNE} | more)


def issue(world, by, **more):
    times = {"as_of": date(2026, 11, 2), "since": None, "known_at": timezone.now()}
    return actions.issue_report(
        by=by,
        **{"committee": world.sou, "title": "Status", "choices": {"udvalg": ["SOU"]}, "data": "{}"} | times | more,
    )


def a_source(world, by, **more):
    fields = {
        "slug": "ny",
        "short_code": "n1",
        "title": "Ny",
        "kind": "memo",
        "publisher": "KK",
        "document_title": "Ny.pdf",
    }
    return actions.add_source(by=by, **fields | more)


def treated(world, by, **more):
    said = {"publication": world.source, "committee": world.sou, "meeting_date": MEETING}
    return actions.record_treatment(by=by, **said, agenda_url="https://eksempel.dk/dagsorden", **more)


def planned(world, by, **more):
    days = [actions.MeetingContent(on=date(2027, 1, 14))]
    return actions.plan_meetings(by=by, committee=world.sou, meetings=days, **more)


def an_item(world, by, **more):
    return actions.add_item(by=by, publication=world.source, number="9", words=ItemWords(title="Ni"), **more)


def typed(world, by, **more):
    return actions.add_items(by=by, publication=world.source, rows=[RowContent("Ni", "9"), RowContent("Ti")], **more)


def typed_before():
    """A row of a draft."""
    return RecommendationFactory(publication=PublicationFactory(public_at=None), number="1", title="Et")


def removed(by, item, **more):
    """The source that the row was taken out of."""
    actions.remove_item(by=by, item=item, **more)
    return item.publication


def removed_together(by, item):
    actions.remove_items(by=by, publication=item.publication, items=[item])
    return item.publication


def assigned(world, by, **more):
    actions.assign_items(by=by, publication=world.source, committee=world.sud, **more)
    return world.source


def words(world, **changed):
    return {"words": replace(ItemWords.of(world.item.wording), **changed)}


def reworded(world, by, **more):
    return actions.reword(by=by, item=world.item, valid_from=JUNE, **words(world, summary="Kortere."), **more)


def words_corrected(world, by, **more):
    said = words(world, summary="Uden slåfejl.")
    return actions.correct_words(by=by, wording=world.item.wording, reason="Slåfejl.", **said, **more)


def proposed(world, by, **more):
    call = {"item": world.item, "valid_from": JUNE, "reason": "Trykt igen."} | words(world, title="Andre ord")
    return actions.propose_words(by=by, **call | more)


def proposal_of(world, **more):
    """A proposal of anna's that awaits an approver."""
    return proposed(world, world.anna, **more)


def handed_over(world, by, **more):
    return actions.hand_over(by=by, **{"predecessor": world.sou, "successor": world.sud, "on": JUNE} | more)


def changed(row, **fields):
    for name, value in fields.items():
        setattr(row, name, value)
    return row


def invited(world, by, **more):
    return actions.invite_person(by=by, email="maja@eksempel.dk", committee=world.sou, role=Role.EDITOR, **more)


def withheld(by, report, **more):
    redaction = Redaction(row=report, words="Anders And")
    return actions.withhold(by=by, redaction=redaction, reason="det er et navn", legal_basis="GDPR", **more)


def support(world, by, **more):
    return actions.record_support(by=by, item=world.item, percent=Decimal(92), **more)


def asking(world):
    """A meeting, before which somebody is missing who can be mailed."""
    maja = UserFactory(username="maja", email="maja@eksempel.dk")
    CommitteeMembershipFactory(user=maja, committee=world.sou, role=Role.EDITOR)
    return MeetingFactory(committee=world.sou, on=date(2026, 12, 3))


def mailed(committee):
    """The committee with a mailbox that letters go to."""
    committee.email = "sou@eksempel.dk"
    committee.save()
    return committee


def lettered(world):
    """A letter to SOU about the source, sent a month ago."""
    AnswerRequestFactory(publication=world.source, committee=world.sou)


def related(world, by, **more):
    ends = {"from_item": world.item, "to_item": world.other}
    return actions.relate(by=by, **ends, kind="same_matter", basis="our_reading", **more)


ACTS = [
    # --- The way of an update.
    Told("save_draft", Act.DRAFT_SAVED, "anna", lambda w, by, _: write(w, by)),
    Told(
        "correct_update",
        Act.DRAFT_SAVED,
        "anna",
        lambda w, by, wrong: actions.correct_update(
            by=by, update=wrong, committee=w.sou, draft=UpdateDraft(text="Nej.")
        ),
        told_of,
    ),
    Told(
        "submit_update",
        Act.DRAFT_SUBMITTED,
        "anna",
        lambda _w, by, update: actions.submit_update(by=by, update=update),
        draft_of,
    ),
    Told(
        "return_update",
        Act.DRAFT_RETURNED,
        "bo",
        lambda _w, by, update: actions.return_update(by=by, update=update, comment="Hvornår?"),
        lambda w: draft_of(w, UpdateState.SUBMITTED),
    ),
    Told(
        "remark_on_draft",
        Act.DRAFT_REMARKED,
        "dina",
        lambda _w, by, update: actions.remark_on_draft(by=by, update=update, text="Hvilke bydele?"),
        draft_of,
    ),
    Told(
        "discard_draft",
        Act.DRAFT_DISCARDED,
        "anna",
        lambda _w, by, update: actions.discard_draft(by=by, update=update),
        draft_of,
    ),
    Told(
        "publish_update",
        Act.STATUS_PUBLISHED,
        "bo",
        lambda _w, by, update: actions.publish_update(by=by, update=update),
        draft_of,
        nature=NEWS,
        after="in_progress",
        label="a first status",
    ),
    Told(
        "publish_update",
        Act.STATUS_PUBLISHED,
        "bo",
        lambda _w, by, update: actions.publish_update(by=by, update=update),
        lambda w: draft_of(w, status="paused", based_on=told_of(w)),
        nature=NEWS,
        before="in_progress",
        after="paused",
        label="a second status",
    ),
    Told(
        "publish_update",
        Act.NOTE_PUBLISHED,
        "bo",
        lambda _w, by, update: actions.publish_update(by=by, update=update),
        lambda w: draft_of(w, kind="note", based_on=told_of(w)),
        nature=NEWS,
        before="in_progress",
        after="in_progress",
        label="a note",
    ),
    Told(
        "publish_update",
        Act.UPDATE_CORRECTED,
        "bo",
        lambda _w, by, update: actions.publish_update(by=by, update=update),
        lambda w: draft_of(w, kind="correction", corrects=told_of(w)),
        nature=CORRECTION,
        before="in_progress",
        label="a correction",
    ),
    Told(
        "publish_from_source",
        Act.STATUS_PUBLISHED,
        "nobody",
        lambda _w, _by, update: actions.publish_from_source(update=update),
        lambda w: StatusUpdateFactory(item=w.item, committee=None, author=None),
        nature=FROM_SOURCE,
        after="in_progress",
    ),
    Told(
        "confirm_unchanged",
        Act.STATUS_CONFIRMED,
        "anna",
        lambda w, by, _: actions.confirm_unchanged(by=by, item=w.item, committee=w.sou),
        told_of,
        before="in_progress",
        after="in_progress",
    ),
    Told(
        "confirm_many",
        Act.STATUS_CONFIRMED,
        "anna",
        lambda w, by, _: actions.confirm_many(by=by, items={w.item: w.sou}),
        told_of,
        before="in_progress",
        after="in_progress",
    ),
    Told(
        "publish_many",
        Act.STATUS_PUBLISHED,
        "bo",
        lambda _w, by, update: actions.publish_many(by=by, updates={update: Approval()}),
        draft_of,
        nature=NEWS,
        after="in_progress",
    ),
    Told(
        "give_status_to_many",
        Act.DRAFT_SAVED,
        "anna",
        lambda w, by, _: actions.give_status_to_many(by=by, items={w.item: StatusEntry(w.sou, PAUSED)}),
    ),
    # --- What a committee says and promises.
    Told(
        "record_answer",
        Act.ANSWER_RECORDED,
        "bo",
        lambda w, by, _: answer(w, by),
        nature=NEWS,
        after="adopted",
        label="first",
    ),
    Told(
        "record_answer",
        Act.ANSWER_CORRECTED,
        "bo",
        lambda w, by, wrong: answer(w, by, Outcome.NOTED, corrects=wrong, reason="Slåfejl."),
        lambda w: CommitteeAnswerFactory(item=w.item, committee=w.sou, meeting_date=MEETING),
        nature=CORRECTION,
        before="adopted",
        after="noted",
        label="corrected",
    ),
    Told(
        "record_answer",
        Act.ANSWER_CORRECTED,
        "bo",
        lambda w, by, wrong: answer(w, by, "", corrects=wrong, reason="Slåfejl."),
        lambda w: CommitteeAnswerFactory(item=w.item, committee=w.sou, meeting_date=MEETING),
        nature=CORRECTION,
        before="adopted",
        label="taken back",
    ),
    Told("set_deadline", Act.DEADLINE_SET, "bo", lambda w, by, _: promise(w, by), nature=NEWS, after="2026-12-31"),
    Told(
        "set_deadline",
        Act.DEADLINE_MOVED,
        "bo",
        lambda w, by, _: promise(w, by),
        lambda w: DeadlineFactory(item=w.item, due_on=JUNE),
        nature=NEWS,
        before="2026-06-01",
        after="2026-12-31",
        label="moved",
    ),
    Told(
        "set_deadline",
        Act.DEADLINE_CORRECTED,
        "bo",
        lambda w, by, wrong: promise(w, by, corrects=wrong),
        lambda w: DeadlineFactory(item=w.item, due_on=date(2036, 6, 1)),
        nature=CORRECTION,
        before="2036-06-01",
        after="2026-12-31",
        label="corrected",
    ),
    Told("set_done_when", Act.CRITERION_SET, "bo", lambda w, by, _: criterion(w, by), nature=NEWS),
    Told(
        "set_done_when",
        Act.CRITERION_REWORDED,
        "bo",
        lambda w, by, _: criterion(w, by),
        lambda w: DoneWhenFactory(item=w.item),
        nature=NEWS,
        label="reworded",
    ),
    Told(
        "set_done_when",
        Act.CRITERION_CORRECTED,
        "bo",
        lambda w, by, wrong: criterion(w, by, corrects=wrong),
        lambda w: DoneWhenFactory(item=w.item),
        nature=CORRECTION,
        label="corrected",
    ),
    Told(
        "set_deadlines",
        Act.DEADLINE_SET,
        "bo",
        lambda w, by, _: actions.set_deadlines(by=by, items={w.item: DeadlineEntry(w.sou, date(2026, 12, 31))}),
        nature=NEWS,
        after="2026-12-31",
    ),
    Told("save_answer_draft", Act.ANSWERS_DRAFTED, "dina", lambda w, by, _: meeting(w, by), about="committee"),
    Told(
        "submit_answer_draft",
        Act.ANSWERS_SUBMITTED,
        "dina",
        lambda _w, by, draft: actions.submit_answer_draft(by=by, draft=draft),
        lambda w: meeting(w, w.dina),
        about="committee",
    ),
    Told(
        "return_answer_draft",
        Act.ANSWERS_RETURNED,
        "bo",
        lambda _w, by, draft: actions.return_answer_draft(by=by, draft=draft, comment="Hvilket punkt?"),
        meeting_sent,
        about="committee",
    ),
    Told(
        "discard_answer_draft",
        Act.ANSWERS_DISCARDED,
        "dina",
        lambda _w, by, draft: actions.discard_answer_draft(by=by, draft=draft),
        meeting_sent,
        about="committee",
    ),
    Told(
        "request_answer",
        Act.ANSWER_REQUESTED,
        "dina",
        lambda w, by, _: actions.request_answer(by=by, publication=w.source, committee=mailed(w.sou), step="letter"),
        digest_of=itself,
        about="source",
    ),
    Told(
        "request_answer",
        Act.REASONS_REQUESTED,
        "dina",
        lambda w, by, _: actions.request_answer(by=by, publication=w.source, committee=w.sou, step="public_line"),
        lettered,
        digest_of=itself,
        about="source",
        label="in public",
    ),
    # --- Who owns and who works.
    Told("add_owner", Act.OWNER_ADDED, "chief", lambda w, by, _: own(w, by), after="SUD"),
    Told(
        "add_owner",
        Act.OWNER_ADDED,
        "nobody",
        lambda w, by, _: own(w, by),
        nature=FROM_SOURCE,
        after="SUD",
        label="from a source",
    ),
    Told(
        "end_owner",
        Act.OWNER_ENDED,
        "chief",
        lambda w, by, _: actions.end_owner(by=by, ownership=w.owns, valid_to=JUNE),
        before="SOU",
    ),
    Told(
        "correct_owner",
        Act.OWNER_CORRECTED,
        "chief",
        lambda w, by, _: actions.correct_owner(by=by, ownership=w.owns, never=True, reason="Forkert udvalg."),
        nature=CORRECTION,
        before="SOU",
    ),
    Told(
        "save_committee",
        Act.COMMITTEE_ADDED,
        "chief",
        lambda _w, by, _: actions.save_committee(by=by, committee=CommitteeFactory.build(code="NY", municipality=None)),
        digest_of=itself,
        about="committee",
    ),
    Told(
        "save_committee",
        Act.COMMITTEE_CHANGED,
        "chief",
        lambda w, by, _: actions.save_committee(by=by, committee=changed(w.sou, remit="Sundhed")),
        digest_of=itself,
        about="committee",
        label="changed",
    ),
    Told(
        "give_role",
        Act.ROLE_GIVEN,
        "chief",
        lambda w, by, _: actions.give_role(by=by, user=w.carla, committee=w.sou, role=Role.EDITOR),
        after="editor",
        digest_of=itself,
        about="committee",
    ),
    Told(
        "end_role",
        Act.ROLE_ENDED,
        "chief",
        lambda w, by, _: actions.end_role(
            by=by, membership=CommitteeMembership.objects.get(user=w.anna), on=date(2026, 11, 2)
        ),
        before="editor",
        digest_of=itself,
        about="committee",
    ),
    Told(
        "invite_person",
        Act.PERSON_INVITED,
        "bo",
        lambda w, by, _: invited(w, by),
        after="editor",
        digest_of=lambda invitation: invitation.role,
        about="committee",
    ),
    Told(
        "send_link",
        Act.LINK_SENT,
        "bo",
        lambda w, by, _: actions.send_link(by=by, user=changed(w.anna, email="anna@eksempel.dk")),
        about="nothing",
    ),
    Told(
        "choose_password",
        Act.PASSWORD_CHOSEN,
        "anna",
        lambda w, by, _: actions.choose_password(by=by, user=w.anna, password="korrekt hest batteri"),
        about="nothing",
    ),
    Told(
        "change_person",
        Act.PERSON_CHANGED,
        "chief",
        lambda w, by, _: actions.change_person(by=by, user=w.anna, last_name="Holm"),
        about="nothing",
    ),
    Told("leave", Act.PERSON_LEFT, "bo", lambda w, by, _: actions.leave(by=by, user=w.anna), about="committee"),
    Told(
        "reopen_login",
        Act.LOGIN_REOPENED,
        "chief",
        lambda w, by, _: actions.reopen_login(by=by, user=w.anna),
        lambda w: type(w.anna).objects.filter(pk=w.anna.pk).update(is_active=False),
        about="nothing",
    ),
    Told(
        "let_in",
        Act.PERSON_CHANGED,
        "nobody",
        lambda w, _by, _: actions.let_in(by=None, says=SignedOn("7", "ny@eksempel.dk", "Ny Holm", frozenset())),
        about="nothing",
    ),
    Told(
        "move_to_sign_on",
        Act.PERSON_CHANGED,
        "nobody",
        lambda w, _by, _: actions.move_to_sign_on(by=None, user=w.anna),
        about="nothing",
    ),
    Told(
        "remove_second_factor",
        Act.PERSON_CHANGED,
        "chief",
        lambda w, by, _: actions.remove_second_factor(by=by, user=w.anna),
        lambda w: Authenticator.objects.create(user=w.anna, type=Authenticator.Type.TOTP, data={}),
        about="nothing",
    ),
    # --- Sources and their words.
    Told("add_source", Act.SOURCE_ADDED, "chief", lambda w, by, _: a_source(w, by), digest_of=itself, about="a source"),
    Told(
        "change_source",
        Act.SOURCE_CHANGED,
        "chief",
        lambda w, by, _: actions.change_source(by=by, publication=w.source, title="Et andet navn"),
        digest_of=itself,
        about="source",
    ),
    Told(
        "open_source",
        Act.SOURCE_OPENED,
        "chief",
        lambda _w, by, source: actions.open_source(by=by, publication=source),
        lambda _w: PublicationFactory(public_at=None),
        digest_of=itself,
        about="a source",
    ),
    Told(
        "record_process_facts",
        Act.SOURCE_CHANGED,
        "chief",
        lambda w, by, _: actions.record_process_facts(
            by=by, publication=w.source, facts=[FactContent("Møder", number=5)]
        ),
        digest_of=lambda facts: facts[0].publication,
        about="source",
    ),
    Told(
        "record_documents",
        Act.SOURCE_CHANGED,
        "chief",
        lambda w, by, _: actions.record_documents(by=by, publication=w.source, documents=[DocumentContent("Bilag")]),
        digest_of=lambda documents: documents[0].publication,
        about="source",
    ),
    Told(
        "record_bound_committees",
        Act.SOURCE_CHANGED,
        "chief",
        lambda w, by, _: actions.record_bound_committees(
            by=by, publication=w.source, committees=[CommitteeContent(w.sou)]
        ),
        digest_of=lambda bound: bound[0].publication,
        about="source",
    ),
    Told(
        "record_treatment", Act.TREATMENT_RECORDED, "bo", lambda w, by, _: treated(w, by), nature=NEWS, about="source"
    ),
    Told(
        "record_treatment",
        Act.TREATMENT_RECORDED,
        "nobody",
        lambda w, by, _: treated(w, by),
        nature=FROM_SOURCE,
        about="source",
        label="from a file",
    ),
    Told(
        "correct_treatment",
        Act.TREATMENT_CORRECTED,
        "bo",
        lambda _w, by, wrong: actions.correct_treatment(
            by=by, treatment=wrong, reason="Slåfejl.", meeting_date=MEETING, takes_back=True
        ),
        lambda w: TreatmentFactory(publication=w.source, committee=w.sou),
        nature=CORRECTION,
        about="source",
    ),
    Told(
        "add_item",
        Act.ITEM_ADDED,
        "chief",
        lambda w, by, _: an_item(w, by),
        digest_of=lambda item: item.wording,
        about="an item",
    ),
    Told(
        "add_items",
        Act.ITEMS_ADDED,
        "chief",
        lambda w, by, _: typed(w, by),
        digest_of=lambda items: items[0].publication,
        about="source",
    ),
    Told(
        "add_read_items",
        Act.ITEMS_ADDED,
        "chief",
        lambda w, by, _: actions.add_read_items(
            by=by,
            publication=w.source,
            rows=[ReadRow("9", ItemWords(title="Ni")), ReadRow("10", ItemWords(title="Ti"))],
        ),
        digest_of=lambda items: items[0].publication,
        about="source",
    ),
    Told(
        "retype_item",
        Act.ITEM_RETYPED,
        "chief",
        lambda _w, by, item: actions.retype_item(by=by, item=item, row=RowContent("Bedre", "1")),
        lambda _w: typed_before(),
        digest_of=lambda item: item.publication,
        about="a source",
    ),
    Told(
        "remove_item",
        Act.ITEM_REMOVED,
        "chief",
        lambda _w, by, item: removed(by, item),
        lambda _w: typed_before(),
        digest_of=itself,
        about="a source",
    ),
    Told(
        "remove_items",
        Act.ITEM_REMOVED,
        "chief",
        lambda _w, by, item: removed_together(by, item),
        lambda _w: typed_before(),
        digest_of=itself,
        about="a source",
    ),
    Told(
        "assign_items",
        Act.ITEMS_ASSIGNED,
        "chief",
        lambda w, by, _: assigned(w, by),
        digest_of=itself,
        about="source",
    ),
    Told(
        "change_item",
        Act.ITEM_CHANGED,
        "chief",
        lambda w, by, _: actions.change_item(by=by, item=w.item, number="3.20"),
        nature=CORRECTION,
        digest_of=itself,
    ),
    Told("reword", Act.REWORDED, "anna", lambda w, by, _: reworded(w, by)),
    Told("correct_words", Act.WORDS_CORRECTED, "anna", lambda w, by, _: words_corrected(w, by), nature=CORRECTION),
    Told("propose_words", Act.WORDS_PROPOSED, "anna", lambda w, by, _: proposed(w, by), digest_of=itself),
    Told(
        "return_words",
        Act.WORDS_RETURNED,
        "bo",
        lambda _w, by, draft: actions.return_words(by=by, draft=draft, comment="Hvorfor?"),
        proposal_of,
        digest_of=itself,
    ),
    Told(
        "discard_words",
        Act.WORDS_DISCARDED,
        "anna",
        lambda _w, by, draft: actions.discard_words(by=by, draft=draft),
        proposal_of,
        digest_of=itself,
    ),
    Told(
        "publish_words",
        Act.REWORDED,
        "bo",
        lambda _w, by, draft: actions.publish_words(by=by, draft=draft),
        proposal_of,
        nature=NEWS,
    ),
    Told(
        "publish_words",
        Act.WORDS_CORRECTED,
        "chief",
        lambda _w, by, draft: actions.publish_words(by=by, draft=draft),
        lambda w: proposal_of(w, is_correction=True),
        nature=CORRECTION,
        label="a correction",
    ),
    Told("record_support", Act.SUPPORT_RECORDED, "chief", lambda w, by, _: support(w, by), digest_of=itself),
    Told("relate", Act.RELATION_ADDED, "chief", lambda w, by, _: related(w, by), digest_of=itself),
    Told(
        "unrelate",
        Act.RELATION_REMOVED,
        "chief",
        lambda _w, by, relation: actions.unrelate(by=by, relation=relation),
        lambda w: RelationFactory(from_item=w.item, to_item=w.other),
    ),
    Told(
        "save_addressee",
        Act.ADDRESSEE_SAVED,
        "chief",
        lambda _w, by, _: actions.save_addressee(by=by, name="Staten"),
        digest_of=itself,
        about="nothing",
    ),
    Told(
        "save_synonym",
        Act.SYNONYM_SAVED,
        "chief",
        lambda _w, by, _: actions.save_synonym(by=by, everyday="robot", official="velfærdsteknologi"),
        digest_of=itself,
        about="nothing",
    ),
    Told(
        "remove_synonym",
        Act.SYNONYM_REMOVED,
        "chief",
        lambda _w, by, synonym: actions.remove_synonym(by=by, synonym=synonym),
        lambda _w: SynonymFactory(),
        about="nothing",
    ),
    Told(
        "save_webhook",
        Act.WEBHOOK_SAVED,
        "chief",
        lambda _w, by, _: actions.save_webhook(by=by, url="https://eksempel.dk/krog"),
        about="nothing",
    ),
    Told(
        "renew_webhook_secret",
        Act.WEBHOOK_SAVED,
        "chief",
        lambda _w, by, webhook: actions.renew_webhook_secret(by=by, webhook=webhook),
        lambda _w: WebhookFactory(),
        about="nothing",
    ),
    Told(
        "remove_webhook",
        Act.WEBHOOK_REMOVED,
        "chief",
        lambda _w, by, webhook: actions.remove_webhook(by=by, webhook=webhook),
        lambda _w: WebhookFactory(),
        about="nothing",
    ),
    Told(
        "change_municipality",
        Act.MUNICIPALITY_CHANGED,
        "chief",
        lambda _w, by, _: actions.change_municipality(by=by, phone="33 66 33 66"),
        digest_of=itself,
        about="nothing",
    ),
    # --- Meetings.
    Told(
        "plan_meetings",
        Act.MEETING_PLANNED,
        "dina",
        lambda w, by, _: planned(w, by),
        digest_of=lambda meetings: meetings[0],
        about="committee",
    ),
    Told(
        "change_meeting",
        Act.MEETING_CHANGED,
        "dina",
        lambda _w, by, row: actions.change_meeting(by=by, meeting=row, begins_at=time(15), agenda_url=""),
        lambda w: MeetingFactory(committee=w.sou),
        about="committee",
    ),
    Told(
        "move_meeting",
        Act.MEETING_MOVED,
        "dina",
        lambda _w, by, row: actions.move_meeting(by=by, meeting=row, on=date(2026, 11, 26), reason="Valg."),
        lambda w: MeetingFactory(committee=w.sou),
        about="committee",
    ),
    Told(
        "cancel_meeting",
        Act.MEETING_CANCELLED,
        "dina",
        lambda _w, by, row: actions.cancel_meeting(by=by, meeting=row, reason="Valg."),
        lambda w: MeetingFactory(committee=w.sou),
        about="committee",
    ),
    Told(
        "send_papers",
        Act.PAPERS_SENT,
        "dina",
        lambda _w, by, row: actions.send_papers(by=by, meeting=row),
        lambda w: MeetingFactory(committee=w.sou),
        about="committee",
    ),
    Told(
        "hold_meeting",
        Act.MEETING_HELD,
        "dina",
        lambda _w, by, row: actions.hold_meeting(by=by, meeting=row),
        lambda w: MeetingFactory(committee=w.sou, on=JUNE),
        about="committee",
    ),
    Told(
        "correct_meeting_state",
        Act.MEETING_CHANGED,
        "dina",
        lambda _w, by, row: actions.correct_meeting_state(by=by, meeting=row, state="held", reason="Det blev holdt."),
        lambda w: MeetingFactory(committee=w.sou, on=JUNE, state=MeetingState.CANCELLED),
        about="committee",
    ),
    # --- What goes out and comes in.
    Told("issue_report", Act.REPORT_ISSUED, "dina", lambda w, by, _: issue(w, by), about="committee"),
    Told(
        "issue_report",
        Act.REPORT_REPLACED,
        "dina",
        lambda w, by, old: issue(w, by, replaces=old, reason="Fristen var forkert."),
        lambda w: IssuedReportFactory(code="GAMMEL", committee=w.sou),
        before="GAMMEL",
        about="committee",
        label="in the place of another",
    ),
    Told(
        "save_report_draft",
        Act.REPORT_DRAFTED,
        "dina",
        lambda _w, by, row: actions.save_report_draft(by=by, meeting=row, head=DraftHead(agenda_item="Punkt 7")),
        lambda w: MeetingFactory(committee=w.sou),
        digest_of=itself,
        about="committee",
    ),
    Told(
        "freeze_report_draft",
        Act.REPORT_FROZEN,
        "dina",
        lambda _w, by, row: actions.freeze_report_draft(by=by, meeting=row),
        lambda w: MeetingFactory(committee=w.sou),
        digest_of=itself,
        about="committee",
    ),
    Told(
        "reopen_report_draft",
        Act.REPORT_REOPENED,
        "dina",
        lambda _w, by, row: actions.reopen_report_draft(by=by, meeting=row.meeting),
        lambda w: ReportDraftFactory(meeting=MeetingFactory(committee=w.sou), known_at=EARLIER),
        digest_of=itself,
        about="committee",
    ),
    Told(
        "ask_owners",
        Act.OWNERS_ASKED,
        "dina",
        lambda _w, by, row: actions.ask_owners(by=by, meeting=row),
        lambda w: asking(w),
        digest_of=lambda _letters: ReportDraft.objects.get(),
        about="committee",
    ),
    Told(
        "decline_item",
        Act.ITEM_DECLINED,
        "anna",
        lambda w, by, _: actions.decline_item(by=by, item=w.item, committee=w.sou, note="Det er Bos."),
        digest_of=itself,
    ),
    Told(
        "assign_item",
        Act.ITEM_ASSIGNED,
        "bo",
        lambda w, by, _: actions.assign_item(by=by, item=w.item, committee=w.sou, person=w.anna),
        digest_of=itself,
    ),
    Told(
        "share_out_items",
        Act.ITEM_ASSIGNED,
        "bo",
        lambda w, by, _: actions.share_out_items(by=by, items=[w.item], committee=w.sou, person=w.anna),
        digest_of=lambda done: done[0],
    ),
    Told(
        "report_error",
        Act.ERROR_REPORTED,
        "nobody",
        lambda w, _by, _: actions.report_error(text="Der står 92.", item=w.item),
    ),
    Told(
        "suggest_news",
        Act.NEWS_SUGGESTED,
        "nobody",
        lambda w, _by, _: actions.suggest_news(item=w.item, text="To teams.", url="https://avis.eksempel/")[0],
    ),
    Told(
        "handle_error_report",
        Act.ERROR_HANDLED,
        "anna",
        lambda _w, by, report: actions.handle_error_report(by=by, report=report, note="Rettet."),
        lambda w: ErrorReportFactory(item=w.item, where=""),
    ),
    Told(
        "withhold",
        Act.WITHHELD,
        "chief",
        lambda _w, by, report: withheld(by, report),
        lambda w: ErrorReportFactory(item=w.item, where="", text="Anders And bor her."),
        after="1",
        digest_of=itself,
    ),
]
ONE_AFTER_ANOTHER = {"hand_over", "publish_answer_draft"}  # an act about several items: see below
# The reports of errors are to be forgotten, a relation that is gone has no row to read again, and neither a login nor a
# webhook, which holds a secret, is one of the domain's rows.
LOGINS = {
    "send_link",
    "choose_password",
    "change_person",
    "leave",
    "reopen_login",
    "let_in",
    "move_to_sign_on",
    "remove_second_factor",
}
WEBHOOKS = {"save_webhook", "renew_webhook_secret", "remove_webhook"}
WITHOUT_A_ROW = {"remove_synonym", "report_error", "handle_error_report", "unrelate"} | LOGINS | WEBHOOKS
# One's own wish about mail is nobody else's business, and tracks nothing.
UNTOLD = {"choose_mail"}

WITHOUT_BY = {"report_error", "publish_from_source", "suggest_news"}
EVERY_ACTION = {
    name
    for name in actions.__all__
    if inspect.isfunction(getattr(actions, name))
    and ("by" in inspect.signature(getattr(actions, name)).parameters or name in WITHOUT_BY)
} - UNTOLD
acts = pytest.mark.parametrize("told", ACTS, ids=lambda told: told.name)


def new_events(known):
    return list(Event.objects.exclude(pk__in=known).order_by("pk"))


def known_events():
    return set(Event.objects.values_list("pk", flat=True))


def test_every_action_is_in_the_table():
    assert {told.action for told in ACTS} | ONE_AFTER_ANOTHER == EVERY_ACTION


def test_every_act_is_somebodys():
    """No word for an act that nothing leads to. What is told of files: see the tests of importing."""
    several = {Act.HANDED_OVER, Act.COMMITTEE_SUCCEEDED, Act.ANSWERS_PUBLISHED, Act.FILE_WRITTEN, Act.FILE_UNDONE}
    assert {told.act for told in ACTS} | several == set(Act)


@acts
def test_an_act_ends_in_one_event_that_says_it(world, told):
    prepared = told.prepare(world)
    known, begun = known_events(), timezone.now()
    user = getattr(world, told.by)
    result = told.do(world, user, prepared)
    (event,) = new_events(known)
    after = result.code if told.action == "issue_report" else told.after
    assert (event.act, event.nature, event.by) == (told.act, told.nature, user)
    assert (event.before, event.after) == (told.before, after)
    assert event.municipality == world.source.municipality
    assert begun < event.at < timezone.now()
    assert bool(event.item) == (told.about in {"item", "an item"})
    assert bool(event.publication) == (told.about in {"item", "an item", "source", "a source"})
    if told.about == "item":
        assert (event.item.pk, event.publication) == (world.item.pk, world.source)


@acts
def test_the_event_holds_the_digest_of_the_row_that_was_written(world, told):
    prepared = told.prepare(world)
    known = known_events()
    result = told.do(world, getattr(world, told.by), prepared)
    (event,) = new_events(known)
    if told.action in WITHOUT_A_ROW:
        assert (event.digest == "") == (told.action != "unrelate")
        return
    rows = [getattr(event, name) for name in ROWS if getattr(event, name) is not None]
    written = told.digest_of(result) if told.digest_of else rows[0]
    assert event.digest == digest(type(written)._base_manager.get(pk=written.pk))


@acts
def test_what_is_refused_leaves_no_event(world, told):
    """A stranger tries each: nothing is written, and a sentence says why."""
    if told.by == "nobody":
        return  # asks for no right; what it refuses instead is tested where its rules are
    prepared = told.prepare(world)
    known = known_events()
    with pytest.raises((PermissionDenied, ValidationError)) as refused:
        told.do(world, world.carla, prepared)
    assert isinstance(refused.value, PermissionDenied)
    assert str(refused.value).endswith(".")
    assert known_events() == known


def test_a_digest_can_be_made_by_anybody_from_what_is_written():
    """SHA-256 of the columns as JSON: names in order, no spaces, UTF-8."""
    row = Addressee(pk=7, slug="aeldreraad", name="Ældrerådet", municipality=None)
    text = '{"id":7,"municipality_id":null,"name":"Ældrerådet","slug":"aeldreraad"}'
    assert digest(row) == hashlib.sha256(text.encode()).hexdigest()


def test_a_hand_over_is_told_once_and_once_of_each_item(world, chief, sou, sud):
    OwnershipFactory(item=world.other, committee=sou)
    done = handed_over(world, chief, reason="Nyt navn.")
    *items, whole = new_events(set())
    assert [(event.act, event.nature, event.item.pk) for event in items] == [
        (Act.HANDED_OVER, NEWS, world.item.pk),
        (Act.HANDED_OVER, NEWS, world.other.pk),
    ]
    assert (whole.act, whole.nature, whole.item, whole.committee) == (Act.COMMITTEE_SUCCEEDED, HOUSEKEEPING, None, sou)
    for event in (*items, whole):
        assert (event.before, event.after, event.by, event.on) == ("SOU", "SUD", chief, JUNE)
    for event in items:
        assert event.committee == sud
        assert event.ownership.succession == done.succession
        assert event.digest == digest(event.ownership)
    assert whole.digest == digest(done.succession)


def test_the_answers_of_a_meeting_are_told_one_by_one_and_once_to_the_committee(world, bo, dina, carla, sou):
    OwnershipFactory(item=world.other, committee=sou)
    said = actions.MeetingAnswers(
        {world.item: AnswerEntry(), world.other: AnswerEntry(Outcome.NOTED)}, Outcome.ADOPTED, MEETING
    )
    draft = meeting(world, dina, answers=said)
    known = known_events()
    actions.publish_answer_draft(by=bo, draft=draft)
    *answers, whole = new_events(known)
    assert [(event.act, event.nature, event.item.pk, event.after, event.by) for event in answers] == [
        (Act.ANSWER_RECORDED, NEWS, world.item.pk, "adopted", bo),
        (Act.ANSWER_RECORDED, NEWS, world.other.pk, "noted", bo),
    ]
    assert (whole.act, whole.nature, whole.item, whole.committee, whole.answer_draft) == (
        Act.ANSWERS_PUBLISHED,
        HOUSEKEEPING,
        None,
        sou,
        draft,
    )
    seen = {user: set(Event.objects.visible_to(user).values_list("pk", flat=True)) for user in (dina, carla)}
    assert whole.pk in seen[dina]
    assert seen[carla] == {event.pk for event in answers}


def test_many_items_have_an_event_each(world, anna, bo, sou):
    OwnershipFactory(item=world.other, committee=sou)
    items = [world.item, world.other]
    actions.give_status_to_many(
        by=bo, items=dict.fromkeys(items, StatusEntry(sou, PAUSED)), state=UpdateState.PUBLISHED
    )
    known = known_events()
    actions.confirm_many(by=anna, items=dict.fromkeys(items, sou))
    for item in items:
        told = [event.act for event in item.events.order_by("pk")]
        assert told == [Act.DRAFT_SAVED, Act.STATUS_PUBLISHED, Act.STATUS_CONFIRMED]
    assert len(new_events(known)) == 2


def test_one_bad_row_of_many_leaves_no_event_of_any(world, anna, sou):
    entries = {world.item: StatusEntry(sou, PAUSED), world.other: StatusEntry(sou, PAUSED)}  # the other is nobody's
    with pytest.raises(ValidationError):
        actions.give_status_to_many(by=anna, items=entries)
    assert not Event.objects.exists()


# --- Asked twice ------------------------------------------------------------------------------------------------------

# Action -> how it is asked for with a key.
WITH_A_KEY: dict[str, Callable[..., Any]] = {
    "save_draft": lambda w, key: write(w, w.anna, request_key=key),
    "correct_update": lambda w, key: actions.correct_update(
        by=w.anna, update=w.told, committee=w.sou, draft=UpdateDraft(text="Nej."), request_key=key
    ),
    "publish_update": lambda w, key: actions.publish_update(by=w.bo, update=w.sent, request_key=key),
    "submit_update": lambda w, key: actions.submit_update(by=w.anna, update=w.begun, request_key=key),
    "return_update": lambda w, key: actions.return_update(by=w.bo, update=w.sent, comment="Hvornår?", request_key=key),
    "remark_on_draft": lambda w, key: actions.remark_on_draft(
        by=w.bo, update=w.sent, text="Hvilke bydele?", request_key=key
    ),
    "discard_draft": lambda w, key: actions.discard_draft(by=w.anna, update=w.sent, request_key=key),
    "confirm_unchanged": lambda w, key: actions.confirm_unchanged(
        by=w.anna, item=w.item, committee=w.sou, request_key=key
    ),
    "confirm_many": lambda w, key: actions.confirm_many(by=w.anna, items={w.item: w.sou}, request_key=key),
    "give_status_to_many": lambda w, key: actions.give_status_to_many(
        by=w.anna, items={w.item: StatusEntry(w.sou, PAUSED)}, request_key=key
    ),
    "record_answer": lambda w, key: answer(w, w.bo, request_key=key),
    "set_deadlines": lambda w, key: actions.set_deadlines(
        by=w.bo, items={w.item: DeadlineEntry(w.sou, date(2026, 12, 31))}, request_key=key
    ),
    "publish_many": lambda w, key: actions.publish_many(by=w.bo, updates={w.sent: Approval()}, request_key=key),
    "save_answer_draft": lambda w, key: meeting(w, w.dina, request_key=key),
    "return_answer_draft": lambda w, key: actions.return_answer_draft(
        by=w.bo, draft=w.meeting, comment="Hvilket punkt?", request_key=key
    ),
    "discard_answer_draft": lambda w, key: actions.discard_answer_draft(by=w.dina, draft=w.meeting, request_key=key),
    "publish_answer_draft": lambda w, key: actions.publish_answer_draft(by=w.bo, draft=w.meeting, request_key=key),
    "set_deadline": lambda w, key: promise(w, w.bo, request_key=key),
    "set_done_when": lambda w, key: criterion(w, w.bo, request_key=key),
    "add_owner": lambda w, key: own(w, w.chief, request_key=key),
    "end_owner": lambda w, key: actions.end_owner(by=w.chief, ownership=w.owns, valid_to=JUNE, request_key=key),
    "correct_owner": lambda w, key: actions.correct_owner(
        by=w.chief, ownership=w.owns, never=True, reason="Forkert udvalg.", request_key=key
    ),
    "save_committee": lambda w, key: actions.save_committee(
        by=w.chief, committee=CommitteeFactory.build(code="NY", municipality=None), request_key=key
    ),
    "give_role": lambda w, key: actions.give_role(
        by=w.chief, user=w.carla, committee=w.sou, role=Role.EDITOR, request_key=key
    ),
    "end_role": lambda w, key: actions.end_role(
        by=w.chief, membership=CommitteeMembership.objects.get(user=w.anna), on=date(2026, 11, 2), request_key=key
    ),
    "invite_person": lambda w, key: invited(w, w.bo, request_key=key),
    "send_link": lambda w, key: actions.send_link(
        by=w.bo, user=changed(w.anna, email="anna@eksempel.dk"), request_key=key
    ),
    "change_person": lambda w, key: actions.change_person(by=w.chief, user=w.anna, last_name="Holm", request_key=key),
    "leave": lambda w, key: actions.leave(by=w.bo, user=w.anna, request_key=key),
    "reopen_login": lambda w, key: actions.reopen_login(by=w.chief, user=w.closed, request_key=key),
    "remove_second_factor": lambda w, key: actions.remove_second_factor(by=w.chief, user=w.shown, request_key=key),
    "handle_error_report": lambda w, key: actions.handle_error_report(
        by=w.anna, report=w.report, note="Rettet.", request_key=key
    ),
    "hand_over": lambda w, key: handed_over(w, w.chief, request_key=key).succession,
    "issue_report": lambda w, key: issue(w, w.dina, request_key=key),
    "save_report_draft": lambda w, key: actions.save_report_draft(
        by=w.dina, meeting=w.coming, head=DraftHead(agenda_item="Punkt 7"), request_key=key
    ),
    "freeze_report_draft": lambda w, key: actions.freeze_report_draft(by=w.dina, meeting=w.coming, request_key=key),
    "reopen_report_draft": lambda w, key: actions.reopen_report_draft(
        by=w.dina, meeting=w.frozen.meeting, request_key=key
    ),
    "ask_owners": lambda w, key: actions.ask_owners(by=w.dina, meeting=w.asking, request_key=key),
    "request_answer": lambda w, key: actions.request_answer(
        by=w.dina, publication=w.source, committee=mailed(w.sou), step="letter", request_key=key
    ),
    "withhold": lambda w, key: withheld(w.chief, w.report, request_key=key),
    "add_source": lambda w, key: a_source(w, w.chief, request_key=key),
    "change_source": lambda w, key: actions.change_source(
        by=w.chief, publication=w.source, title="Et andet navn", request_key=key
    ),
    "open_source": lambda w, key: actions.open_source(by=w.chief, publication=w.draft_source, request_key=key),
    "record_process_facts": lambda w, key: actions.record_process_facts(
        by=w.chief, publication=w.source, facts=[FactContent("Møder", number=5)], request_key=key
    ),
    "record_documents": lambda w, key: actions.record_documents(
        by=w.chief, publication=w.source, documents=[DocumentContent("Bilag")], request_key=key
    ),
    "record_bound_committees": lambda w, key: actions.record_bound_committees(
        by=w.chief, publication=w.source, committees=[CommitteeContent(w.sou)], request_key=key
    ),
    "record_treatment": lambda w, key: treated(w, w.bo, request_key=key),
    "correct_treatment": lambda w, key: actions.correct_treatment(
        by=w.bo,
        treatment=w.treated,
        reason="Slåfejl.",
        meeting_date=MEETING,
        agenda_url="https://eksempel.dk/2",
        request_key=key,
    ),
    "plan_meetings": lambda w, key: planned(w, w.dina, request_key=key),
    "change_meeting": lambda w, key: actions.change_meeting(
        by=w.dina, meeting=w.coming, begins_at=time(15), agenda_url="", request_key=key
    ),
    "move_meeting": lambda w, key: actions.move_meeting(
        by=w.dina, meeting=w.coming, on=date(2026, 11, 26), reason="Valg.", request_key=key
    ),
    "cancel_meeting": lambda w, key: actions.cancel_meeting(
        by=w.dina, meeting=w.coming, reason="Valg.", request_key=key
    ),
    "send_papers": lambda w, key: actions.send_papers(by=w.dina, meeting=w.coming, request_key=key),
    "hold_meeting": lambda w, key: actions.hold_meeting(by=w.dina, meeting=w.past, request_key=key),
    "correct_meeting_state": lambda w, key: actions.correct_meeting_state(
        by=w.dina, meeting=w.past, state="cancelled", reason="Der var intet møde.", request_key=key
    ),
    "add_item": lambda w, key: an_item(w, w.chief, request_key=key),
    "add_items": lambda w, key: typed(w, w.chief, request_key=key),
    "retype_item": lambda w, key: actions.retype_item(
        by=w.chief, item=w.typed, row=RowContent("Bedre", "1"), request_key=key
    ),
    "remove_item": lambda w, key: removed(w.chief, w.typed, request_key=key),
    "assign_items": lambda w, key: assigned(w, w.chief, request_key=key),
    "change_item": lambda w, key: actions.change_item(by=w.chief, item=w.item, number="3.20", request_key=key),
    "reword": lambda w, key: reworded(w, w.chief, request_key=key),
    "correct_words": lambda w, key: words_corrected(w, w.chief, request_key=key),
    "propose_words": lambda w, key: proposed(w, w.anna, request_key=key),
    "publish_words": lambda w, key: actions.publish_words(by=w.bo, draft=w.proposal, request_key=key),
    "return_words": lambda w, key: actions.return_words(by=w.bo, draft=w.proposal, comment="Nej.", request_key=key),
    "discard_words": lambda w, key: actions.discard_words(by=w.anna, draft=w.proposal, request_key=key),
    "record_support": lambda w, key: support(w, w.chief, request_key=key),
    "decline_item": lambda w, key: actions.decline_item(by=w.anna, item=w.item, committee=w.sou, request_key=key),
    "assign_item": lambda w, key: actions.assign_item(
        by=w.bo, item=w.item, committee=w.sou, person=w.anna, request_key=key
    ),
    "share_out_items": lambda w, key: actions.share_out_items(
        by=w.bo, items=[w.item], committee=w.sou, person=w.anna, request_key=key
    ),
    "relate": lambda w, key: related(w, w.chief, request_key=key),
    "unrelate": lambda w, key: actions.unrelate(by=w.chief, relation=w.relation, request_key=key),
    "save_addressee": lambda w, key: actions.save_addressee(by=w.chief, name="Staten", request_key=key),
    "save_synonym": lambda w, key: actions.save_synonym(
        by=w.chief, everyday="robot", official="velfærdsteknologi", request_key=key
    ),
    "save_webhook": lambda w, key: actions.save_webhook(by=w.chief, url="https://eksempel.dk/krog", request_key=key),
    "renew_webhook_secret": lambda w, key: actions.renew_webhook_secret(
        by=w.chief, webhook=Webhook.objects.order_by("pk").first() or WebhookFactory(), request_key=key
    ),
    "change_municipality": lambda w, key: actions.change_municipality(by=w.chief, phone="33 66 33 66", request_key=key),
}


def test_every_action_that_takes_a_key_is_asked_twice():
    takes = {name for name in EVERY_ACTION if "request_key" in inspect.signature(getattr(actions, name)).parameters}
    assert set(WITH_A_KEY) == takes


@pytest.mark.parametrize("name", WITH_A_KEY)
def test_asked_twice_with_one_key_is_done_once(world, name):
    world.draft_source = PublicationFactory(public_at=None)
    world.relation = RelationFactory(from_item=world.other, to_item=world.item)
    if name in {"correct_update", "confirm_unchanged", "confirm_many"}:
        world.told = told_of(world)
    if name == "submit_update":
        world.begun = draft_of(world)
    if name in {"publish_update", "publish_many", "return_update", "remark_on_draft", "discard_draft"}:
        world.sent = draft_of(world, UpdateState.SUBMITTED)
    if name in {"return_answer_draft", "discard_answer_draft", "publish_answer_draft"}:
        world.meeting = meeting_sent(world)
    if name in {"publish_words", "return_words", "discard_words"}:
        world.proposal = proposal_of(world)
    world.report = ErrorReportFactory(item=world.item, where="", text="Anders And bor her.")
    world.closed = UserFactory(is_active=False)
    world.shown = UserFactory()
    Authenticator.objects.create(user=world.shown, type=Authenticator.Type.TOTP, data={})
    world.treated = TreatmentFactory(publication=world.source, committee=world.sou)
    world.typed = typed_before()
    world.coming, world.past = MeetingFactory(committee=world.sou), MeetingFactory(committee=world.sou, on=JUNE)
    if name == "reopen_report_draft":
        world.frozen = ReportDraftFactory(meeting=world.coming, known_at=EARLIER)
    if name == "ask_owners":
        world.asking = asking(world)
    key, known = uuid.uuid4(), known_events()
    first = WITH_A_KEY[name](world, key)
    written = {event.pk for event in new_events(known)}
    assert written
    second = WITH_A_KEY[name](world, key)
    assert {event.pk for event in new_events(known)} == written
    assert second == first


STATES = {
    "publish_words",
    "return_words",
    "discard_words",
    "publish_update",
    "publish_many",
    "return_update",
    "discard_draft",
    "return_answer_draft",
    "discard_answer_draft",
    "end_owner",
    "correct_owner",
    "plan_meetings",
    "change_meeting",
    "move_meeting",
    "cancel_meeting",
    "send_papers",
    "hold_meeting",
    "correct_meeting_state",
    "handle_error_report",
    "end_role",
    "invite_person",
    "change_person",
    "leave",
    "reopen_login",
}
TELLS_ITSELF = sorted(EVERY_ACTION - set(WITH_A_KEY) - {"report_error"} | STATES | {"save_committee", "give_role"})


@pytest.mark.parametrize("name", TELLS_ITSELF)
def test_an_act_without_a_key_is_refused_or_changes_nothing_the_second_time(world, name):
    """Its row itself tells that it is done: sent, published, ended, handled …"""
    told = next(one for one in ACTS if one.action == name)
    prepared = told.prepare(world)
    known = known_events()
    told.do(world, getattr(world, told.by), prepared)
    written = known_events()
    with suppress(ValidationError, PermissionDenied):
        told.do(world, getattr(world, told.by), prepared)
    assert known_events() == written
    assert len(written - known) == 1
