"""What is referenced stays: nothing that another row points at is deleted, but for what is derived."""

from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.db.models import CASCADE, ForeignKey, ProtectedError

from recommendations.enums import Act, Nature, UpdateKind, UpdateState
from recommendations.models import (
    AnswerDraftRow,
    Assignment,
    Deadline,
    ErrorReport,
    Event,
    Evidence,
    IssuedReport,
    Item,
    KeptLine,
    KeptLines,
    MailPreference,
    MailReply,
    OutgoingMessage,
    Relation,
    ReminderStep,
    SearchText,
    Standing,
    StatusUpdate,
    Subscription,
    Succession,
    Wording,
    WordingDraft,
)
from recommendations.tenancy import current
from tests.factories import (
    EVERY_FACTORY,
    CommitteeFactory,
    DeadlineFactory,
    EvidenceFactory,
    InitiativeFactory,
    ItemFactory,
    MunicipalityFactory,
    PublicationFactory,
    RecommendationFactory,
    RelationFactory,
    SuccessionFactory,
    UserFactory,
    published,
)

pytestmark = pytest.mark.django_db


def make_wording(**fields):
    return Wording.objects.create(**{"item": RecommendationFactory(), "title": "Ny titel"} | fields)


def make_event(**fields):
    """An event that points at nothing but what is asked for."""
    required = {"municipality": current(), "act": Act.ITEM_CHANGED, "nature": Nature.HOUSEKEEPING}
    return Event.objects.create(**required | fields)


FACTORIES = {factory._meta.model: factory for factory in EVERY_FACTORY} | {Wording: make_wording, Event: make_event}
# Derived of an item, or part of a draft: these go with what they belong to.
GO_WITH_IT = {
    *((Standing, name) for name in ("item", "committee", "answer", "update")),
    (KeptLine, "item"),
    (KeptLines, "municipality"),
    (SearchText, "item"),
    (Evidence, "update"),
    (AnswerDraftRow, "draft"),
    # What is held about a reader goes with the address; what is to be sent, with whom it is for or about.
    (Subscription, "subscriber"),
    *((OutgoingMessage, name) for name in ("subscriber", "webhook", "item")),
    (MailPreference, "user"),
}
# What goes first, and is not missed.
LET_GO = {(ReminderStep, "message"), (MailReply, "message")}
# Where giving the foreign key alone does not make a valid row.
NEEDS = {
    (WordingDraft, "published_by"): {"state": UpdateState.PUBLISHED},
    (ErrorReport, "item"): {"where": ""},
    (IssuedReport, "replaces"): {"reason": "Et tal var forkert."},
    (StatusUpdate, "corrects"): {"kind": UpdateKind.CORRECTION},
    (Assignment, "declined_by"): {"person": None},
    (ErrorReport, "handled_by"): {"handled_at": datetime(2026, 11, 2, tzinfo=UTC), "note": "Rettet.", "email": ""},
}
MODELS = [model for model in apps.get_app_config("recommendations").get_models() if not model._meta.proxy]
REFERENCES = [
    (model, field) for model in MODELS for field in model._meta.concrete_fields if isinstance(field, ForeignKey)
]


def test_only_what_is_derived_and_the_evidence_of_a_draft_go_with_what_they_belong_to():
    assert {(model, field.name) for model, field in REFERENCES if field.remote_field.on_delete is CASCADE} == GO_WITH_IT


@pytest.mark.parametrize(
    ("model", "field"),
    [pytest.param(m, f, id=f"{m.__name__}.{f.name}") for m, f in REFERENCES if (m, f.name) not in GO_WITH_IT | LET_GO],
)
def test_what_is_referenced_cannot_be_deleted(model, field):
    related_model = field.related_model
    if related_model._meta.app_label == "auth":
        related = UserFactory()
    elif related_model is type(current()):
        related = MunicipalityFactory(slug="en-anden")
    else:
        related = FACTORIES[related_model]()
    if (model, field.name) == (Item, "wording"):
        Item.objects.filter(pk=related.item_id).update(wording=related)
    else:
        FACTORIES[model](**{field.name: related}, **NEEDS.get((model, field.name), {}))
    with pytest.raises(ProtectedError):
        related.delete()
    assert related_model._base_manager.filter(pk=related.pk).exists()


def test_the_evidence_of_a_draft_goes_with_it():
    evidence = EvidenceFactory()
    evidence.update.delete()
    assert not Evidence.objects.exists()


def test_what_nobody_refers_to_can_be_deleted():
    """So that the tests above show the reference and not something else."""
    source = PublicationFactory(own_document=None)
    for row in (CommitteeFactory(), source, SuccessionFactory(), RelationFactory(), EvidenceFactory()):
        row.delete()
    assert not Succession.objects.exists()


# --- Both kinds of item -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("factory", [RecommendationFactory, InitiativeFactory])
def test_a_row_knows_its_item_of_either_kind(factory):
    item = factory()
    deadline = DeadlineFactory(item=item)
    found = Deadline.objects.get().item
    assert (found.pk, found.route) == (item.pk, item.route)
    assert list(item.deadlines.all()) == [deadline]


@pytest.mark.parametrize("factory", [RecommendationFactory, InitiativeFactory, ItemFactory])
def test_relations_are_found_from_both_ends(factory):
    item = factory()
    out, back = RelationFactory(from_item=item), RelationFactory(to_item=item)
    RelationFactory()
    assert set(Relation.objects.touching(item)) == {out, back}


def test_a_correction_names_the_row_it_corrects():
    item = RecommendationFactory()
    wrong = published(item, on=date(2026, 3, 1))
    right = published(item, kind=UpdateKind.CORRECTION, corrects=wrong, text="Det var i april.")
    assert list(wrong.corrections.all()) == [right]
