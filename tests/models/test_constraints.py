"""What must never be false: the database refuses it, and a form can say why in Danish."""

import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import CheckConstraint
from django.utils import timezone

from recommendations.enums import (
    ImportState,
    ItemKind,
    Outcome,
    ShareBasis,
    Status,
    UpdateKind,
    UpdateState,
    WordsBasis,
)
from recommendations.models import (
    CommitteeMembership,
    Event,
    Item,
    Ownership,
    Succession,
    Wording,
)
from recommendations.models.item import NUMBER_REFUSED
from tests.factories import (
    EVERY_FACTORY,
    AddresseeFactory,
    AnswerDraftFactory,
    AnswerDraftRowFactory,
    AnswerRequestFactory,
    AssignmentFactory,
    CommitteeAnswerFactory,
    CommitteeFactory,
    CommitteeMembershipFactory,
    DeadlineFactory,
    DocumentFactory,
    DoneWhenFactory,
    ErrorReportFactory,
    EvidenceFactory,
    ImportBatchFactory,
    InitiativeFactory,
    IssuedReportFactory,
    ItemFactory,
    LogLeafFactory,
    MailReplyFactory,
    MeetingFactory,
    MunicipalityFactory,
    OwnershipFactory,
    ProcessFactFactory,
    PublicationFactory,
    RecommendationFactory,
    RelationFactory,
    ReminderStepFactory,
    SourceCommitteeFactory,
    StatusUpdateFactory,
    SubscriberFactory,
    SubscriptionFactory,
    SynonymFactory,
    TreatmentFactory,
    UserFactory,
    VoteShareFactory,
    WebhookFactory,
    WithholdingFactory,
    WordingDraftFactory,
    published,
)

pytestmark = pytest.mark.django_db
MODELS = list(apps.get_app_config("recommendations").get_models())


def changed(row, **fields):
    for name, value in fields.items():
        setattr(row, name, value)
    return row


def published_by_its_author(draft):
    return changed(draft, state=UpdateState.PUBLISHED, published_by=draft.author)


def twin(row, *copied, **fields):
    """An unsaved row that agrees with `row` in the fields `copied`."""
    return type(row)(**{name: getattr(row, name) for name in copied}, **fields)


def to_be_published(status="", **fields):
    """A saved draft that is about to be published."""
    update = StatusUpdateFactory(status=status or Status.IN_PROGRESS)
    EvidenceFactory(update=update)
    about_to = {"state": UpdateState.PUBLISHED, "published_at": timezone.now(), "published_by": UserFactory()}
    return changed(update, **about_to | fields)


def second_correction():
    """A correction, about to be published, of what another one corrects already."""
    wrong = published(RecommendationFactory())
    published(wrong.item, kind=UpdateKind.CORRECTION, corrects=wrong)
    return to_be_published(kind=UpdateKind.CORRECTION, status="", corrects=wrong, item=wrong.item)


def of(factory, **fields):
    """An unsaved row about a new item, for those that could not be changed once they are saved."""
    return factory.build(item=RecommendationFactory(), committee=CommitteeFactory(), **fields)


def correcting_twice(factory):
    wrong = factory()
    factory(item=wrong.item, corrects=wrong)
    return factory.build(item=wrong.item, committee=wrong.committee, corrects=wrong)


def rewording(item=None, **fields):
    return Wording(item=item or RecommendationFactory(), **{"title": "Ny titel"} | fields)


def wording_corrected_twice():
    first = rewording()
    first.save()
    rewording(item=first.item, corrects=first).save()
    return rewording(item=first.item, corrects=first)


def replacing_twice():
    first = OwnershipFactory()
    ended = {"item": first.item, "committee": first.committee, "replaces": first}
    OwnershipFactory(**ended, valid_to=date(2025, 1, 1))
    return OwnershipFactory.build(**ended, valid_to=first.valid_from)  # "never": it overlaps with nothing


def asked_twice():
    event = published(RecommendationFactory()).events.get()
    key = uuid.uuid4()
    twin(event, "municipality", "act", "nature", request_key=key).save()
    return twin(event, "municipality", "act", "nature", request_key=key)


ASKED = ("step", "due_on", "on", "text")
REMINDED = ("municipality", "kind", "person", "committee", "item", "about_on", "days")


def requested():
    return {"publication": PublicationFactory(), "committee": CommitteeFactory()}


def handled(**fields):
    done = {"handled_at": timezone.now(), "handled_by": UserFactory(), "note": "Rettet.", "email": ""}
    return changed(ErrorReportFactory(), **done | fields)


def correcting(treatment, **fields):
    """An unsaved row in the place of a treatment."""
    return twin(treatment, "publication", "committee", "meeting_date", corrects=treatment, **fields)


def taken_back_without_a_reason():
    return correcting(TreatmentFactory(), agenda_url="", reason="")


def treatment_corrected_twice():
    wrong = TreatmentFactory()
    correcting(wrong, agenda_url="", reason="Der var intet møde.").save()
    return correcting(wrong, agenda_url="", reason="Igen.")


def replacing():
    """What an unsaved report that replaces another must have."""
    issued = IssuedReportFactory()
    return {"replaces": issued, "municipality": issued.municipality, "issued_by": issued.issued_by}


def votes(**fields):
    return changed(VoteShareFactory(), **fields)


# constraint -> what violates it (more than one where it has more than one side); each makes a row ready to be saved.
VIOLATIONS = {
    "committee_code_once": [lambda: twin(CommitteeFactory(), "municipality", "code", name="Igen", abbreviation="X")],
    "committee_ends_after_it_begins": [
        lambda: changed(CommitteeFactory(), valid_from=date(2026, 1, 1), valid_to=date(2025, 1, 1)),
        lambda: changed(CommitteeFactory(), valid_from=date(2026, 1, 1), valid_to=date(2026, 1, 1)),
    ],
    "succession_not_to_itself": [
        lambda: Succession(predecessor=(committee := CommitteeFactory()), successor=committee, on=date(2020, 1, 1))
    ],
    "membership_once": [lambda: twin(CommitteeMembershipFactory(), "user", "committee", "role")],
    "membership_ends_after_it_begins": [
        lambda: changed(CommitteeMembershipFactory(), valid_from=date(2026, 1, 2), valid_to=date(2026, 1, 1)),
    ],
    "answer_draft_published_has_a_time": [
        lambda: changed(AnswerDraftFactory(), state=UpdateState.PUBLISHED),
        lambda: changed(AnswerDraftFactory(), published_at=timezone.now()),
    ],
    "answer_draft_item_once": [lambda: twin(AnswerDraftRowFactory(), "draft", "item")],
    "meeting_once_a_day": [lambda: twin(MeetingFactory(), "committee", "on")],
    "assignment_once": [lambda: twin(AssignmentFactory(), "item", "committee", person=UserFactory())],
    "assignment_is_given_or_declined": [
        lambda: changed(AssignmentFactory(), declined_by=UserFactory()),
        lambda: changed(AssignmentFactory(), person=None),
    ],
    "answer_request_step_once": [lambda: twin(AnswerRequestFactory(), "publication", "committee", *ASKED)],
    "answer_request_not_before_its_day": [lambda: AnswerRequestFactory.build(**requested(), on=date(2026, 9, 30))],
    "mail_reply_once": [lambda: twin(MailReplyFactory(), "municipality", "digest", "state")],
    "reminder_about_item_once": [lambda: twin(ReminderStepFactory(person=UserFactory()), *REMINDED)],
    "reminder_to_mailbox_once": [lambda: twin(ReminderStepFactory(), *REMINDED)],
    "reminder_about_committee_once": [lambda: twin(ReminderStepFactory(person=UserFactory(), item=None), *REMINDED)],
    "reminder_of_month_once": [
        lambda: twin(ReminderStepFactory(person=UserFactory(), item=None, committee=None), *REMINDED)
    ],
    "subscriber_once": [lambda: twin(SubscriberFactory(), "municipality", "email")],
    "subscription_once": [lambda: twin(SubscriptionFactory(), "subscriber", "topic", "address")],
    "webhook_once": [lambda: twin(WebhookFactory(), "municipality", "url", "secret")],
    "meeting_moved_to_another_day": [lambda: changed(row := MeetingFactory(), moved_from=row.on)],
    "report_that_replaces_says_why": [lambda: IssuedReportFactory.build(**replacing(), reason="")],
    "withholding_number_once": [
        lambda: twin(WithholdingFactory(), "municipality", "number", "by", "kind", "reason", "legal_basis")
    ],
    "publication_slug_once": [lambda: twin(PublicationFactory(), "municipality", "slug", short_code="x1")],
    "publication_short_code_once": [lambda: twin(PublicationFactory(), "municipality", "short_code", slug="igen")],
    "publication_date_or_year": [lambda: changed(PublicationFactory(), published_year=2024)],
    "document_position_once": [lambda: twin(DocumentFactory(), "publication", "position", title="Et andet")],
    "document_title_once": [lambda: twin(DocumentFactory(), "publication", "title", position=99)],
    "source_committee_once": [lambda: twin(SourceCommitteeFactory(), "publication", "committee")],
    "treatment_has_a_link": [
        lambda: TreatmentFactory.build(publication=PublicationFactory(), committee=CommitteeFactory(), agenda_url=""),
        lambda: taken_back_without_a_reason(),
    ],
    "treatment_corrected_once": [lambda: treatment_corrected_twice()],
    "processfact_position_once": [lambda: twin(ProcessFactFactory(), "publication", "position", label="A", number=1)],
    "processfact_says_something": [lambda: changed(ProcessFactFactory(), number=None)],
    "processfact_step_has_a_number": [lambda: changed(ProcessFactFactory(is_step=True), number=None, text="Mange")],
    "addressee_slug_once": [lambda: twin(AddresseeFactory(), "municipality", "slug", name="Igen")],
    "synonym_everyday_once": [lambda: twin(SynonymFactory(), "municipality", "everyday", official="andet")],
    "addressee_name_once": [lambda: twin(AddresseeFactory(), "municipality", "name", slug="igen")],
    "item_number_once": [
        lambda: twin(RecommendationFactory(), "publication", "number", "number_key"),
        lambda: twin(RecommendationFactory(number="2a"), "publication", number="2A", number_key="2a"),
        # All kinds but initiatives share the addresses of the list of recommendations.
        lambda: twin(RecommendationFactory(), "publication", "number", "number_key", kind=ItemKind.HEADING),
        lambda: twin(ItemFactory(kind=ItemKind.GOAL), "publication", "number", "number_key", kind=ItemKind.CHALLENGE),
    ],
    "item_initiative_number_once": [
        lambda: twin(InitiativeFactory(), "publication", "number", "number_key", "kind"),
        lambda: twin(InitiativeFactory(number="i-ø"), "publication", "kind", number="I-Ø", number_key="i-ø"),
    ],
    "item_not_its_own_parent": [lambda: changed(row := RecommendationFactory(), parent=row)],
    "item_number_fits_its_address": [
        lambda: changed(RecommendationFactory(), number="2/2024"),
        lambda: changed(RecommendationFactory(), number="2?"),
        lambda: changed(RecommendationFactory(), number=""),
    ],
    "wording_corrected_once": [wording_corrected_twice],
    "wording_has_a_title": [lambda: rewording(title="")],
    "wording_official_words_are_not_ours": [lambda: rewording(official_basis=WordsBasis.OURS)],
    "voteshare_option_once": [lambda: twin(VoteShareFactory(), "item", "option", percent=1)],
    "voteshare_read_or_unreadable": [
        lambda: votes(percent=None),
        lambda: votes(basis=ShareBasis.COUNT),
        lambda: votes(basis=ShareBasis.RANK, percent=None, count=3),
        lambda: votes(basis=ShareBasis.UNREADABLE),
        lambda: votes(basis=ShareBasis.UNREADABLE, percent=None, count=3),
        lambda: votes(basis=ShareBasis.UNREADABLE, percent=None, rank=3),
    ],
    "voteshare_within_0_and_100": [lambda: votes(percent=101), lambda: votes(percent=-1)],
    "voteshare_no_more_votes_than_voters": [lambda: votes(count=27, voters=26)],
    "ownership_replaced_once": [replacing_twice],
    "ownership_ends_after_it_begins": [
        lambda: of(OwnershipFactory, valid_from=date(2026, 1, 2), valid_to=date(2026, 1, 1))
    ],
    "committeeanswer_corrected_once": [lambda: correcting_twice(CommitteeAnswerFactory)],
    "answer_taken_back_says_why": [
        lambda: of(CommitteeAnswerFactory, outcome=""),
        lambda: of(CommitteeAnswerFactory, outcome="", reason="", corrects=CommitteeAnswerFactory()),
    ],
    "answer_gives_its_reason": [
        lambda: of(CommitteeAnswerFactory, outcome=Outcome.PARTLY_ADOPTED, text=""),
        lambda: of(CommitteeAnswerFactory, outcome=Outcome.NOT_ADOPTED, text=""),
    ],
    "answer_says_who_it_was_passed_on_to": [
        lambda: of(CommitteeAnswerFactory, outcome=Outcome.OUTSIDE_REMIT, passed_on_to="")
    ],
    "answer_returns_once": [
        lambda: of(CommitteeAnswerFactory, returns_to=MeetingFactory(), returns_by=date(2027, 3, 31))
    ],
    "answer_not_read_has_a_link": [lambda: of(CommitteeAnswerFactory, outcome=Outcome.NOT_READ)],
    "wording_draft_has_a_second_person": [
        lambda: changed(WordingDraftFactory(), state=UpdateState.PUBLISHED),
        lambda: changed(WordingDraftFactory(), published_by=UserFactory()),
        lambda: published_by_its_author(WordingDraftFactory()),
    ],
    "deadline_corrected_once": [lambda: correcting_twice(DeadlineFactory)],
    "deadline_taken_back_says_why": [
        lambda: of(DeadlineFactory, due_on=None),
        lambda: of(DeadlineFactory, due_on=None, reason="", corrects=DeadlineFactory()),
    ],
    "donewhen_corrected_once": [lambda: correcting_twice(DoneWhenFactory)],
    "criterion_taken_back_says_why": [
        lambda: of(DoneWhenFactory, text=""),
        lambda: of(DoneWhenFactory, text="", reason="", corrects=DoneWhenFactory()),
    ],
    "update_status_only_with_news_of_it": [
        lambda: changed(StatusUpdateFactory(), status=""),
        lambda: changed(StatusUpdateFactory(), kind=UpdateKind.NOTE),
        lambda: changed(StatusUpdateFactory(kind=UpdateKind.CONFIRMATION), status=Status.PAUSED),
    ],
    "update_correction_points_at_what_it_corrects": [
        lambda: changed(StatusUpdateFactory(), kind=UpdateKind.CORRECTION, status=""),
        lambda: changed(StatusUpdateFactory(), corrects=StatusUpdateFactory()),
    ],
    "update_corrected_once": [second_correction],
    "update_published_has_a_time": [
        lambda: to_be_published(published_at=None),
        lambda: changed(StatusUpdateFactory(), published_at=timezone.now()),
        lambda: changed(StatusUpdateFactory(state=UpdateState.SUBMITTED), published_at=timezone.now()),
        lambda: changed(StatusUpdateFactory(state=UpdateState.DISCARDED), published_at=timezone.now()),
    ],
    "update_done_has_a_second_person": [
        lambda: changed(row := to_be_published(Status.IMPLEMENTED), published_by=row.author),
        lambda: changed(row := to_be_published(Status.IMPLEMENTED_OTHERWISE), published_by=row.author),
        lambda: to_be_published(Status.IMPLEMENTED, published_by=None),
        lambda: to_be_published(Status.IMPLEMENTED, author=None),
    ],
    "update_abandoned_says_who_and_when": [
        lambda: to_be_published(Status.ABANDONED, decided_by=""),
        lambda: to_be_published(Status.ABANDONED, decided_on=None),
    ],
    "evidence_position_once": [
        lambda: twin(EvidenceFactory(), "update", "position", title="Igen", url="https://eksempel.dk")
    ],
    "evidence_is_one_thing": [
        lambda: changed(EvidenceFactory(), url=""),
        lambda: changed(EvidenceFactory(), case_number="2026-0001"),
        lambda: changed(EvidenceFactory(), file="dokumentation/referat.pdf"),
        lambda: changed(EvidenceFactory(url="", case_number="2026-1"), file="dokumentation/referat.pdf"),
    ],
    "relation_once": [lambda: twin(RelationFactory(), "from_item", "kind", "to_item", "basis")],
    "relation_not_to_itself": [lambda: changed(row := RelationFactory(), to_item=row.from_item)],
    "relation_names_its_source": [lambda: changed(RelationFactory(), basis="source")],
    "errorreport_handled_says_who_and_what": [
        lambda: handled(note=""),
        lambda: handled(handled_by=None),
        lambda: handled(handled_at=None),
        lambda: changed(ErrorReportFactory(), note="Rettet."),
    ],
    "errorreport_handled_keeps_no_address": [lambda: handled(email="borger@eksempel.dk")],
    "event_once_for_each_request": [asked_twice],
    "import_batch_written_when": [lambda: changed(ImportBatchFactory(), state=ImportState.WRITTEN)],
    "log_leaf_number_once": [
        lambda: twin(LogLeafFactory(), "municipality", "number", event=LogLeafFactory.build().event)
    ],
}
CONSTRAINTS = {constraint.name: (model, constraint) for model in MODELS for constraint in model._meta.constraints}
CASES = [
    pytest.param(name, violation, id=f"{name}-{number}")
    for name, violations in VIOLATIONS.items()
    for number, violation in enumerate(violations, start=1)
]


def test_every_constraint_has_a_test():
    assert set(VIOLATIONS) == set(CONSTRAINTS)


@pytest.mark.parametrize(("name", "violation"), CASES)
def test_the_database_refuses_what_violates_the_constraint(name, violation):
    model, constraint = CONSTRAINTS[name]
    row = violation()
    assert isinstance(row, model)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        row.save()
    # SQLite names a check by its name, but a unique constraint only by its columns.
    by_name = isinstance(constraint, CheckConstraint)
    assert (name if by_name else "unique") in str(refused.value).lower()


@pytest.mark.parametrize(("name", "violation"), CASES)
def test_validation_says_in_danish_what_is_wrong(name, violation):
    _, constraint = CONSTRAINTS[name]
    with pytest.raises(ValidationError) as refused:
        violation().validate_constraints()
    sentence = str(constraint.violation_error_message)
    assert sentence in refused.value.messages
    assert sentence.endswith(".")


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_no_constraint_speaks_with_djangos_own_words(name):
    _, constraint = CONSTRAINTS[name]
    assert constraint.violation_error_message != constraint.default_violation_error_message


@pytest.mark.parametrize(
    ("factory", "field"),
    [
        (MunicipalityFactory, "slug"),
        (MunicipalityFactory, "name"),
        (IssuedReportFactory, "code"),
        (StatusUpdateFactory, "key"),
        (CommitteeAnswerFactory, "key"),
        (ErrorReportFactory, "key"),
    ],
)
def test_what_identifies_a_row_is_unique(factory, field):
    first, second = (factory(slug=slug) for slug in "ab") if factory is MunicipalityFactory else (factory(), factory())
    copy = type(first)(**{f.attname: getattr(second, f.attname) for f in first._meta.concrete_fields})
    copy.pk = None
    for unique in (f.name for f in first._meta.concrete_fields if f.unique and not f.primary_key and not f.is_relation):
        setattr(copy, unique, uuid.uuid4() if unique == "key" else "andet")
    setattr(copy, field, getattr(first, field))
    with pytest.raises(IntegrityError, match=r"(?i)unique"), transaction.atomic():
        copy.save(force_insert=True)


# --- What is allowed though it looks close --------------------------------------------------------------------------


def test_two_initiatives_may_be_owned_by_one_committee_from_one_day():
    committee = CommitteeFactory()
    for _ in range(2):
        OwnershipFactory(item=InitiativeFactory(), committee=committee).full_clean()
    assert Ownership.objects.count() == 2


def test_an_ownership_that_ends_on_its_first_day_says_that_it_never_was():
    day = date(2026, 1, 1)
    OwnershipFactory(valid_from=day, valid_to=day).full_clean()
    assert not Ownership.objects.recorded().exists()


def test_the_same_number_may_occur_in_two_sources():
    RecommendationFactory(number="1")
    RecommendationFactory(number="1").full_clean()
    assert Item.objects.filter(number="1").count() == 2


def test_an_initiative_may_have_the_number_of_a_recommendation():
    """They have addresses of their own."""
    recommendation = RecommendationFactory(number="1")
    initiative = InitiativeFactory(number="1", publication=recommendation.publication)
    initiative.full_clean()
    assert recommendation.publication.items.count() == 2


@pytest.mark.parametrize("number", ["2.3.1", "2a", "#4", "§ 5", "IV", "B-12", "Æ.ø", "1.", "2-2024", "a b", "60_tegn"])
def test_numbers_that_their_addresses_can_carry(number):
    ItemFactory(number=number).full_clean()


@pytest.mark.parametrize("number", ["2/2024", "4/a", "..", "1..2", ".1", " 1", "1?", "a%2F", "1&2", "<b>", "1\n", ""])
def test_numbers_that_their_addresses_cannot_carry_are_refused_in_words(number):
    item = Item(publication=PublicationFactory(), number=number)
    with pytest.raises(ValidationError) as refused:
        item.full_clean()
    assert "number" in refused.value.message_dict
    if number:
        assert str(NUMBER_REFUSED) in refused.value.message_dict["number"]
        assert "Skriv 2/2024 som 2-2024." in str(NUMBER_REFUSED)


def test_several_may_draft_a_correction_of_the_same_row():
    """Only one of them can be published."""
    wrong = published(RecommendationFactory())
    for _ in range(2):
        StatusUpdateFactory(item=wrong.item, kind=UpdateKind.CORRECTION, corrects=wrong).full_clean()


def test_asking_without_a_key_is_asking_anew_each_time():
    event = published(RecommendationFactory()).events.get()
    for _ in range(2):
        twin(event, "municipality", "act", "nature", request_key=None).save()
    assert Event.objects.count() == 3


def test_a_role_may_begin_on_the_day_after_another_persons_ended():
    first = CommitteeMembershipFactory(valid_from=date(2026, 1, 1), valid_to=date(2026, 2, 1))
    CommitteeMembershipFactory(committee=first.committee, valid_from=date(2026, 2, 1)).full_clean()
    assert CommitteeMembership.objects.count() == 2


@pytest.mark.parametrize(
    ("factory", "nothing"),
    [(CommitteeAnswerFactory, {"outcome": ""}), (DeadlineFactory, {"due_on": None}), (DoneWhenFactory, {"text": ""})],
)
def test_a_correction_may_take_back_what_it_corrects(factory, nothing):
    wrong = factory()
    factory(item=wrong.item, corrects=wrong, **nothing).full_clean()
    assert not type(wrong).objects.known().exists()


@pytest.mark.parametrize("percent", [0, 100])
def test_nobody_and_everybody_are_shares_too(percent):
    VoteShareFactory(percent=percent).full_clean()


@pytest.mark.parametrize(("percent", "said"), [("67.00", "67"), ("8.50", "8,5"), ("0", "0")])
def test_a_share_is_said_as_danes_write_it(percent, said):
    assert str(VoteShareFactory(percent=Decimal(percent))) == f"Støtter: {said}\N{NO-BREAK SPACE}%"


def test_an_unreadable_share_is_a_row_without_a_number():
    share = VoteShareFactory(unreadable=True)
    share.full_clean()
    assert share.percent is None
    assert str(share) == "Kan ikke læses i kilden"


@pytest.mark.parametrize("factory", EVERY_FACTORY, ids=lambda factory: factory.__name__)
def test_what_the_factories_make_is_valid(factory):
    factory().full_clean()
