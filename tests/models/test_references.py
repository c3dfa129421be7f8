"""How rows are found and held: natural keys, and nothing referenced is deleted."""

from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.core import serializers
from django.db.models import ForeignKey, ProtectedError

from recommendations.enums import UpdateKind
from recommendations.models import (
    Deadline,
    DoneWhen,
    ErrorReport,
    Evidence,
    Ownership,
    Recommendation,
    Relation,
    StatusUpdate,
    Succession,
)
from tests import factories
from tests.factories import (
    CommitteeFactory,
    DeadlineFactory,
    EvidenceFactory,
    InitiativeFactory,
    PublicationFactory,
    RecommendationFactory,
    RelationFactory,
    SuccessionFactory,
    UserFactory,
    published,
)

pytestmark = pytest.mark.django_db
MODELS = [
    model
    for model in apps.get_app_config("recommendations").get_models()
    if not model.__name__.startswith("Historical")
]
FACTORIES = {
    factory._meta.model: factory
    for name, factory in vars(factories).items()
    if name.endswith("Factory") and not factory._meta.abstract
}


def make(model):
    return FACTORIES[model]()


def about_an_initiative(model):
    return FACTORIES[model](about=InitiativeFactory())


def between_initiatives(model):
    return RelationFactory(from_recommendation=None, from_initiative=InitiativeFactory())


NATURAL_KEYS = [
    *((model, make) for model in MODELS),
    *((model, about_an_initiative) for model in (Ownership, StatusUpdate, Deadline, DoneWhen)),
    (Relation, between_initiatives),
]


@pytest.mark.parametrize(("model", "made"), NATURAL_KEYS)
def test_a_row_is_found_again_by_its_natural_key(model, made):
    row, others = made(model), [make(model), made(model)]
    assert model.objects.get_by_natural_key(*row.natural_key()) == row
    assert row.natural_key() not in [other.natural_key() for other in others]


@pytest.mark.parametrize(("model", "made"), NATURAL_KEYS)
def test_a_row_survives_the_way_through_a_fixture(model, made):
    """Written with natural keys and read again, it is the same row, with the same content."""
    row = made(model)
    row.refresh_from_db()
    fixture = serializers.serialize(
        "json", [row], use_natural_foreign_keys=True, use_natural_primary_keys=True, ensure_ascii=False
    )
    (read,) = serializers.deserialize("json", fixture)
    assert read.object.pk == row.pk
    for field in model._meta.concrete_fields:
        assert getattr(read.object, field.attname) == getattr(row, field.attname), field.name


@pytest.mark.parametrize("model", [Deadline, DoneWhen])
def test_a_dated_row_survives_it_also_when_recorded_between_two_milliseconds(model):
    """JSON keeps milliseconds; PostgreSQL and SQLite keep microseconds."""
    row = FACTORIES[model](recorded_at=datetime(2026, 11, 2, 9, 0, 0, 123456, tzinfo=UTC))
    row.refresh_from_db()
    fixture = serializers.serialize("json", [row], use_natural_foreign_keys=True, use_natural_primary_keys=True)
    (read,) = serializers.deserialize("json", fixture)
    assert read.object.pk == row.pk


# --- PROTECT ----------------------------------------------------------------------------------------------------------

# Where giving the foreign key alone does not make a valid row.
NEEDS = {
    (StatusUpdate, "corrects"): {"kind": UpdateKind.CORRECTION},
    (Relation, "from_initiative"): {"from_recommendation": None},
    (Relation, "to_recommendation"): {"to_initiative": None},
    (ErrorReport, "handled_by"): {"handled_at": datetime(2026, 11, 2, tzinfo=UTC), "note": "Rettet.", "email": ""},
}
REFERENCES = [
    (model, field)
    for model in MODELS
    for field in model._meta.concrete_fields
    if isinstance(field, ForeignKey) and (model, field.name) != (Evidence, "update")
]


@pytest.mark.parametrize(("model", "field"), [pytest.param(m, f, id=f"{m.__name__}.{f.name}") for m, f in REFERENCES])
def test_what_is_referenced_cannot_be_deleted(model, field):
    related = UserFactory() if field.related_model._meta.app_label == "auth" else make(field.related_model)
    FACTORIES[model](**{field.name: related}, **NEEDS.get((model, field.name), {}))
    with pytest.raises(ProtectedError):
        related.delete()
    assert field.related_model.objects.filter(pk=related.pk).exists()


def test_only_evidence_goes_with_what_it_belongs_to_and_only_from_a_draft():
    evidence = EvidenceFactory()
    evidence.update.delete()
    assert not Evidence.objects.exists()


def test_what_nobody_refers_to_can_be_deleted():
    """So that the tests above show the reference and not something else."""
    for row in (CommitteeFactory(), PublicationFactory(), RecommendationFactory(), SuccessionFactory()):
        row.delete()
    assert not Recommendation.objects.exists()
    assert not Succession.objects.exists()


# --- Both kinds of item -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("factory", [RecommendationFactory, InitiativeFactory])
def test_a_row_knows_its_item_of_either_kind(factory):
    item = factory()
    deadline = DeadlineFactory(about=item)
    assert deadline.item == item
    assert deadline.item_key == (item.ABOUT, item.publication.slug, item.reference)


@pytest.mark.parametrize("factory", [RecommendationFactory, InitiativeFactory])
def test_relations_are_found_from_both_ends(factory):
    item = factory()
    out = RelationFactory(**{"from_recommendation": None, f"from_{item.ABOUT}": item})
    back = RelationFactory(**{"to_initiative": None, f"to_{item.ABOUT}": item})
    RelationFactory()
    assert set(Relation.objects.touching(item)) == {out, back}
    assert out.from_item == item
    assert back.to_item == item


def test_a_correction_names_the_row_it_corrects():
    item = RecommendationFactory()
    wrong = published(item, on=date(2026, 3, 1))
    right = published(item, kind=UpdateKind.CORRECTION, corrects=wrong, text="Det var i april.")
    assert list(wrong.corrections.all()) == [right]
