"""What must never be false: the database refuses it, and a form can say why in Danish."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import CheckConstraint
from django.utils import timezone

from recommendations.enums import Outcome, ShareBasis, Status, UpdateKind, UpdateState
from recommendations.models import (
    Ownership,
    Recommendation,
    Succession,
)
from tests.factories import (
    EVERY_FACTORY,
    AddresseeFactory,
    CommitteeAnswerFactory,
    CommitteeFactory,
    CommitteeMembershipFactory,
    DeadlineFactory,
    DoneWhenFactory,
    ErrorReportFactory,
    EvidenceFactory,
    InitiativeFactory,
    IssuedReportFactory,
    OwnershipFactory,
    ProcessFactFactory,
    PublicationFactory,
    RecommendationFactory,
    RelationFactory,
    StatusUpdateFactory,
    SuccessionFactory,
    UserFactory,
    VoteShareFactory,
)

pytestmark = pytest.mark.django_db
MODELS = [
    model
    for model in apps.get_app_config("recommendations").get_models()
    if not model.__name__.startswith("Historical")
]


def changed(row, **fields):
    for name, value in fields.items():
        setattr(row, name, value)
    return row


def twin(row, *copied, **fields):
    """An unsaved row that agrees with `row` in the fields `copied`."""
    return type(row)(**{name: getattr(row, name) for name in copied}, **fields)


def to_be_published(status="", **fields):
    """A saved draft that is about to be published."""
    update = StatusUpdateFactory(status=status or Status.IN_PROGRESS)
    EvidenceFactory(update=update)
    about_to = {"state": UpdateState.PUBLISHED, "published_at": timezone.now(), "published_by": UserFactory()}
    return changed(update, **about_to | fields)


def both_items(row):
    return changed(row, recommendation=RecommendationFactory(), initiative=InitiativeFactory())


def no_item(row):
    return changed(row, recommendation=None, initiative=None)


def itself(relation):
    return changed(relation, to_recommendation=relation.from_recommendation, to_initiative=None)


def twin_relation(relation):
    ends = ("from_recommendation", "from_initiative", "to_recommendation", "to_initiative")
    return twin(relation, *ends, "kind", basis=relation.basis)


def to_be_answered(**fields):
    """An unsaved answer; a saved one could not be changed."""
    return CommitteeAnswerFactory.build(recommendation=RecommendationFactory(), committee=CommitteeFactory(), **fields)


def handled(**fields):
    done = {"handled_at": timezone.now(), "handled_by": UserFactory(), "note": "Rettet.", "email": ""}
    return changed(ErrorReportFactory(), **done | fields)


def votes(**fields):
    return changed(VoteShareFactory(), **fields)


# constraint -> what violates it (more than one where it has more than one side); each makes a row ready to be saved.
VIOLATIONS = {
    "committee_ends_after_it_begins": [
        lambda: changed(CommitteeFactory(), valid_from=date(2026, 1, 1), valid_to=date(2025, 1, 1)),
        lambda: changed(CommitteeFactory(), valid_from=date(2026, 1, 1), valid_to=date(2026, 1, 1)),
    ],
    "succession_once": [lambda: twin(SuccessionFactory(), "predecessor", "successor", on=date(2020, 1, 1))],
    "succession_not_to_itself": [
        lambda: Succession(predecessor=(committee := CommitteeFactory()), successor=committee, on=date(2020, 1, 1))
    ],
    "membership_once": [lambda: twin(CommitteeMembershipFactory(), "user", "committee", "role")],
    "publication_date_or_year": [lambda: changed(PublicationFactory(), published_year=2024)],
    "processfact_position_once": [lambda: twin(ProcessFactFactory(), "publication", "position", label="A", number=1)],
    "processfact_says_something": [lambda: changed(ProcessFactFactory(), number=None)],
    "processfact_step_has_a_number": [lambda: changed(ProcessFactFactory(is_step=True), number=None, text="Mange")],
    "recommendation_number_once": [lambda: twin(RecommendationFactory(), "publication", "number", title="Igen")],
    "recommendation_not_its_own_parent": [lambda: changed(row := RecommendationFactory(), parent=row)],
    "initiative_code_once": [lambda: twin(InitiativeFactory(), "publication", "code", title="Igen")],
    "voteshare_option_once": [lambda: twin(VoteShareFactory(), "recommendation", "option", percent=1)],
    "voteshare_read_or_unreadable": [
        lambda: votes(percent=None),
        lambda: votes(basis=ShareBasis.UNREADABLE),
        lambda: votes(basis=ShareBasis.UNREADABLE, percent=None, count=3),
    ],
    "voteshare_within_0_and_100": [lambda: votes(percent=101), lambda: votes(percent=-1)],
    "voteshare_no_more_votes_than_voters": [lambda: votes(count=27, voters=26)],
    "ownership_about_one_item": [lambda: both_items(OwnershipFactory()), lambda: no_item(OwnershipFactory())],
    "ownership_recommendation_once": [lambda: twin(OwnershipFactory(), "recommendation", "committee", "valid_from")],
    "ownership_initiative_once": [
        lambda: twin(OwnershipFactory(about=InitiativeFactory()), "initiative", "committee", "valid_from")
    ],
    "ownership_ends_after_it_begins": [
        lambda: changed(row := OwnershipFactory(), valid_to=row.valid_from),
        lambda: changed(row := OwnershipFactory(), valid_to=row.valid_from - timedelta(days=1)),
    ],
    "ownership_end_is_recorded": [lambda: changed(OwnershipFactory(), end_recorded_at=timezone.now())],
    "answer_gives_its_reason": [
        lambda: to_be_answered(outcome=Outcome.PARTLY_ADOPTED, text=""),
        lambda: to_be_answered(outcome=Outcome.NOT_ADOPTED, text=""),
    ],
    "answer_says_who_it_was_passed_on_to": [lambda: to_be_answered(outcome=Outcome.OUTSIDE_REMIT, passed_on_to="")],
    "statusupdate_about_one_item": [lambda: both_items(StatusUpdateFactory()), lambda: no_item(StatusUpdateFactory())],
    "update_status_only_with_news_of_it": [
        lambda: changed(StatusUpdateFactory(), status=""),
        lambda: changed(StatusUpdateFactory(), kind=UpdateKind.NOTE),
        lambda: changed(StatusUpdateFactory(kind=UpdateKind.CONFIRMATION), status=Status.PAUSED),
    ],
    "update_correction_points_at_what_it_corrects": [
        lambda: changed(StatusUpdateFactory(), kind=UpdateKind.CORRECTION, status=""),
        lambda: changed(StatusUpdateFactory(), corrects=StatusUpdateFactory()),
    ],
    "update_published_has_a_time": [
        lambda: to_be_published(published_at=None),
        lambda: changed(StatusUpdateFactory(), published_at=timezone.now()),
        lambda: changed(StatusUpdateFactory(state=UpdateState.SUBMITTED), published_at=timezone.now()),
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
    "deadline_about_one_item": [
        lambda: both_items(DeadlineFactory.build()),
        lambda: no_item(DeadlineFactory.build()),
    ],
    "donewhen_about_one_item": [
        lambda: both_items(DoneWhenFactory.build()),
        lambda: no_item(DoneWhenFactory.build()),
    ],
    "relation_from_one_item": [
        lambda: changed(RelationFactory(), from_recommendation=None),
        lambda: changed(RelationFactory(), from_initiative=InitiativeFactory()),
    ],
    "relation_to_one_item": [
        lambda: changed(RelationFactory(), to_initiative=None),
        lambda: changed(RelationFactory(), to_recommendation=RecommendationFactory()),
    ],
    "relation_not_to_itself": [
        lambda: itself(RelationFactory()),
        lambda: changed(row := RelationFactory(), from_recommendation=None, from_initiative=row.to_initiative),
    ],
    "relation_names_its_source": [lambda: changed(RelationFactory(), basis="source")],
    "relation_recommendation_initiative_once": [lambda: twin_relation(RelationFactory())],
    "relation_recommendation_recommendation_once": [
        lambda: twin_relation(RelationFactory(to_initiative=None, to_recommendation=RecommendationFactory()))
    ],
    "relation_initiative_initiative_once": [
        lambda: twin_relation(RelationFactory(from_recommendation=None, from_initiative=InitiativeFactory()))
    ],
    "relation_initiative_recommendation_once": [
        lambda: twin_relation(
            RelationFactory(
                from_recommendation=None,
                from_initiative=InitiativeFactory(),
                to_initiative=None,
                to_recommendation=RecommendationFactory(),
            )
        )
    ],
    "errorreport_about_one_item_at_most": [lambda: both_items(ErrorReportFactory())],
    "errorreport_handled_says_who_and_what": [
        lambda: handled(note=""),
        lambda: handled(handled_by=None),
        lambda: handled(handled_at=None),
        lambda: changed(ErrorReportFactory(), note="Rettet."),
    ],
    "errorreport_handled_keeps_no_address": [lambda: handled(email="borger@eksempel.dk")],
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
        (CommitteeFactory, "code"),
        (PublicationFactory, "slug"),
        (AddresseeFactory, "slug"),
        (AddresseeFactory, "name"),
        (IssuedReportFactory, "code"),
        (StatusUpdateFactory, "key"),
        (CommitteeAnswerFactory, "key"),
    ],
)
def test_what_identifies_a_row_is_unique(factory, field):
    first, second = factory(), factory.create()
    copy = type(first)(**{f.attname: getattr(second, f.attname) for f in first._meta.concrete_fields})
    copy.pk = None
    copy._state.adding = True
    for unique in (f.name for f in first._meta.concrete_fields if f.unique and not f.primary_key):
        if unique not in ("key", field):
            setattr(copy, unique, f"{getattr(second, unique)}-2")
        elif unique == "key" != field:
            copy.key = None
    setattr(copy, field, getattr(first, field))
    with pytest.raises(IntegrityError, match=r"(?i)unique"), transaction.atomic():
        copy.save(force_insert=True)


# --- What is allowed though it looks close --------------------------------------------------------------------------


def test_a_committee_may_come_back_as_owner_on_a_later_day():
    first = OwnershipFactory(valid_to=date(2025, 1, 1))
    OwnershipFactory(about=first.recommendation, committee=first.committee, valid_from=date(2025, 6, 1))
    assert Ownership.objects.count() == 2


def test_two_initiatives_may_be_owned_by_one_committee_from_one_day():
    committee = CommitteeFactory()
    for _ in range(2):
        OwnershipFactory(about=InitiativeFactory(), committee=committee).full_clean()
    assert Ownership.objects.count() == 2


def test_the_same_number_may_occur_in_two_sources():
    RecommendationFactory(number="1")
    RecommendationFactory(number="1").full_clean()
    assert Recommendation.objects.filter(number="1").count() == 2


@pytest.mark.parametrize("percent", [0, 100])
def test_nobody_and_everybody_are_shares_too(percent):
    VoteShareFactory(percent=percent).full_clean()


def test_an_unreadable_share_is_a_row_without_a_number():
    share = VoteShareFactory(unreadable=True)
    share.full_clean()
    assert share.percent is None
    assert str(share) == "Kan ikke læses i kilden"


def test_an_ownership_that_ends_gets_the_time_at_which_that_was_recorded():
    ownership = OwnershipFactory()
    ownership.valid_to = date(2026, 1, 1)
    before = timezone.now()
    ownership.save()
    ownership.refresh_from_db()
    assert before < ownership.end_recorded_at < timezone.now()


@pytest.mark.parametrize("factory", EVERY_FACTORY, ids=lambda factory: factory.__name__)
def test_what_the_factories_make_is_valid(factory):
    factory().full_clean()
