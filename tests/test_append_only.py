"""What has been published stays as it was, through every door: the database itself refuses."""

import importlib
import os
import pkgutil
import subprocess
import sys
from datetime import date

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.db.models import ProtectedError
from django.db.models.deletion import Collector
from django.utils import timezone

from recommendations import append_only, migrations
from recommendations.enums import EvidenceKind, Status, UpdateKind, UpdateState
from recommendations.models import (
    AnswerRequest,
    CommitteeAnswer,
    Deadline,
    DoneWhen,
    Event,
    Evidence,
    IssuedReport,
    Item,
    LogLeaf,
    Ownership,
    Publication,
    StatusUpdate,
    Treatment,
    WithheldPlace,
    Withholding,
    Wording,
)
from recommendations.traces import withholdable
from tests.factories import (
    AnswerRequestFactory,
    CommitteeAnswerFactory,
    DeadlineFactory,
    DoneWhenFactory,
    EvidenceFactory,
    IssuedReportFactory,
    LogLeafFactory,
    OwnershipFactory,
    RecommendationFactory,
    StatusUpdateFactory,
    TreatmentFactory,
    UserFactory,
    WithheldPlaceFactory,
    WithholdingFactory,
    published,
)

pytestmark = pytest.mark.django_db


def published_untold():
    """A published update that no event and no standing points at, so that nothing but the database protects it."""
    update = StatusUpdateFactory(status=Status.IMPLEMENTED)
    EvidenceFactory(update=update)
    update.state, update.published_at, update.published_by = UpdateState.PUBLISHED, timezone.now(), UserFactory()
    update.save()
    return update


def published_evidence():
    return published_untold().evidence.get()


def wording_out_of_force():
    """Words that their item does not point at."""
    return Wording.objects.create(item=RecommendationFactory(), title="Ikke i kraft")


def withheld_place():
    """One that has been used, and is shut."""
    return WithheldPlaceFactory(opens=None)


def event():
    return published(RecommendationFactory()).events.get()


# Model -> how a row of it comes to be final, and a column that somebody might want to change.
FINAL_ROWS = {
    StatusUpdate: (published_untold, "text"),
    Evidence: (published_evidence, "title"),
    CommitteeAnswer: (CommitteeAnswerFactory, "text"),
    AnswerRequest: (AnswerRequestFactory, "text"),
    Deadline: (DeadlineFactory, "reason"),
    DoneWhen: (DoneWhenFactory, "reason"),
    Event: (event, "after"),
    IssuedReport: (IssuedReportFactory, "data"),
    LogLeaf: (LogLeafFactory, "leaf_hash"),
    Ownership: (OwnershipFactory, "reason"),
    Treatment: (TreatmentFactory, "proposed"),
    WithheldPlace: (withheld_place, "digest"),
    Withholding: (WithholdingFactory, "reason"),
    Wording: (wording_out_of_force, "title"),
}
FROZEN = "Rækken er udgivet og kan hverken ændres eller slettes"
# An ownership that is written once more over itself meets another guard first.
OVERLAPS = "Udvalget ejer allerede rækken i noget af den tid"


def raw(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def raw_update(row, field):
    raw(f'UPDATE {row._meta.db_table} SET "{field}" = %s WHERE id = %s', "Ændret", row.pk)


def raw_update_to_the_same(row, field):
    raw(f'UPDATE {row._meta.db_table} SET "{field}" = "{field}" WHERE id = %s', row.pk)


def raw_update_of_the_key(row, field):
    raw(f"UPDATE {row._meta.db_table} SET id = id + 1000 WHERE id = %s", row.pk)


def raw_delete(row, field):
    raw(f"DELETE FROM {row._meta.db_table} WHERE id = %s", row.pk)


def raw_delete_checked(row):
    """Past the models; foreign keys are checked at once and not only when the transaction ends."""
    raw_delete(row, None)
    connection.check_constraints()


def raw_delete_of_all(row, field):
    raw(f"DELETE FROM {row._meta.db_table}")


def queryset_update(row, field):
    type(row).objects.filter(pk=row.pk).update(**{field: "Ændret"})


def bulk_update(row, field):
    setattr(row, field, "Ændret")
    type(row).objects.bulk_update([row], [field])


def save(row, field):
    setattr(row, field, "Ændret")
    row.save()


def save_of_one_field(row, field):
    setattr(row, field, "Ændret")
    row.save(update_fields=[field])


def update_or_create(row, field):
    type(row).objects.update_or_create(pk=row.pk, defaults={field: "Ændret"})


def upsert(row, field):
    setattr(row, field, "Ændret")
    if isinstance(row, StatusUpdate):
        row.state, row.published_at = UpdateState.DRAFT, None
    type(row).objects.bulk_create([row], update_conflicts=True, unique_fields=["id"], update_fields=[field])


def delete(row, field):
    row.delete()


def queryset_delete(row, field):
    type(row).objects.filter(pk=row.pk).delete()


def delete_without_asking_the_models(row, field):
    type(row).objects.filter(pk=row.pk)._raw_delete(using="default")


DOORS = [
    raw_update,
    raw_update_to_the_same,
    raw_update_of_the_key,
    raw_delete,
    raw_delete_of_all,
    queryset_update,
    bulk_update,
    save,
    save_of_one_field,
    update_or_create,
    upsert,
    delete,
    queryset_delete,
    delete_without_asking_the_models,
]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
@pytest.mark.parametrize("model", FINAL_ROWS, ids=lambda model: model.__name__)
def test_a_final_row_can_neither_be_changed_nor_deleted(model, door):
    make, field = FINAL_ROWS[model]
    row = make()
    before = model.objects.filter(pk=row.pk).values().get()
    sentence = OVERLAPS if (model, door) == (Ownership, upsert) else FROZEN
    with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
        door(row, field)
    assert model.objects.filter(pk=row.pk).values().get() == before


@pytest.mark.parametrize("model", FINAL_ROWS, ids=lambda model: model.__name__)
def test_a_table_with_final_rows_cannot_be_emptied_at_one_stroke(model):
    if connection.vendor != "postgresql":
        pytest.skip("Only PostgreSQL has TRUNCATE")
    row = FINAL_ROWS[model][0]()
    connection.check_constraints()  # PostgreSQL does not empty a table while checks of foreign keys are still to come
    with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
        raw(f"TRUNCATE {model._meta.db_table} CASCADE")
    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", FINAL_ROWS, ids=lambda model: model.__name__)
def test_a_final_row_cannot_be_replaced(model):
    """SQLite's REPLACE deletes the row in its way, without telling the triggers unless it is asked to."""
    if connection.vendor != "sqlite":
        pytest.skip("Only SQLite has INSERT OR REPLACE")
    row = FINAL_ROWS[model][0]()
    columns = {field.column: f'"{field.column}"' for field in model._meta.concrete_fields}
    if model is StatusUpdate:
        columns |= {"state": "'draft'", "published_at": "NULL"}
    if model is Evidence:
        columns |= {"update_id": str(StatusUpdateFactory().pk)}
    names = ", ".join(f'"{name}"' for name in columns)
    sentence = OVERLAPS if model is Ownership else FROZEN
    with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
        raw(
            f"INSERT OR REPLACE INTO {model._meta.db_table} ({names}) "
            f"SELECT {', '.join(columns.values())} FROM {model._meta.db_table} WHERE id = %s",
            row.pk,
        )


# --- A cascade --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["item", "author", "published_by", "committee"])
def test_a_published_update_does_not_go_with_what_it_refers_to(what):
    update = published_untold()
    with pytest.raises(ProtectedError), transaction.atomic():
        getattr(update, what).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        raw_delete_checked(getattr(update, what))
    assert StatusUpdate.objects.filter(pk=update.pk).exists()


def test_a_cascade_that_someone_builds_in_later_is_refused_too(monkeypatch):
    """The foreign keys protect; should one become a CASCADE by mistake, the database still refuses."""
    update = published_untold()
    monkeypatch.setattr(StatusUpdate._meta.get_field("committee").remote_field, "on_delete", models.CASCADE)
    with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
        update.committee.delete()
    assert StatusUpdate.objects.filter(pk=update.pk).exists()


def test_evidence_does_not_go_with_its_published_update():
    """Django deletes evidence with its update; the evidence of a published one stops the deletion already."""
    evidence = published_evidence()
    collector = Collector(using="default")
    collector.collect([evidence.update])
    assert Evidence in collector.data or any(queryset.model is Evidence for queryset in collector.fast_deletes)
    with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
        evidence.update.delete()
    assert Evidence.objects.filter(pk=evidence.pk).exists()


# --- Being born published, and being published ------------------------------------------------------------------------


def raw_insert(update):
    """A copy of a draft, as published."""
    draft = StatusUpdateFactory()
    own = {"id", "key", "state", "published_at"}
    columns = ", ".join(f'"{field.column}"' for field in StatusUpdate._meta.concrete_fields if field.name not in own)
    raw(
        f"INSERT INTO {StatusUpdate._meta.db_table} (key, state, published_at, {columns}) "
        f"SELECT '00000000000000000000000000000001', 'published', created_at, {columns} "
        f"FROM {StatusUpdate._meta.db_table} WHERE id = %s",
        draft.pk,
    )


@pytest.mark.parametrize(
    "door",
    [StatusUpdate.save, lambda update: StatusUpdate.objects.bulk_create([update]), raw_insert],
    ids=["save", "bulk_create", "raw"],
)
def test_an_update_cannot_be_created_as_published(door):
    update = StatusUpdateFactory.build(
        item=RecommendationFactory(),
        author=UserFactory(),
        committee=None,
        state=UpdateState.PUBLISHED,
        published_at=timezone.now(),
    )
    with pytest.raises(IntegrityError, match="begynder som kladde og udgives derefter"), transaction.atomic():
        door(update)
    assert not StatusUpdate.objects.published().exists()


@pytest.mark.parametrize("status", [Status.IMPLEMENTED, Status.IMPLEMENTED_OTHERWISE])
def test_done_cannot_be_published_without_evidence(status):
    with pytest.raises(IntegrityError, match="»Gennemført« kræver dokumentation"), transaction.atomic():
        published(RecommendationFactory(), status, evidence=0)
    assert not StatusUpdate.objects.published().exists()
    assert published(RecommendationFactory(), status, evidence=1).is_published


LADDER = {
    Status.PLANNED: [EvidenceKind.DECIDED, EvidenceKind.FUNDED, EvidenceKind.OPERATING, EvidenceKind.EFFECT],
    Status.IMPLEMENTED: [EvidenceKind.OPERATING, EvidenceKind.EFFECT],
    Status.IMPLEMENTED_OTHERWISE: [EvidenceKind.OPERATING, EvidenceKind.EFFECT],
}


@pytest.mark.parametrize("kind", EvidenceKind)
@pytest.mark.parametrize("status", LADDER)
def test_a_status_needs_evidence_from_high_enough_on_the_ladder(status, kind):
    """Past every action: the database itself looks at what the evidence shows."""
    item, evidence = RecommendationFactory(), [{"kind": EvidenceKind.MENTIONED}, {"kind": kind}]
    if kind in LADDER[status]:
        assert published(item, status, evidence=evidence).is_published
    else:
        with pytest.raises(IntegrityError, match="kræver dokumentation for"), transaction.atomic():
            published(item, status, evidence=evidence)


@pytest.mark.parametrize("status", [status for status in Status if status not in LADDER])
def test_other_statuses_can_be_published_without_evidence(status):
    assert published(RecommendationFactory(), status, evidence=0).is_published


# --- Evidence ---------------------------------------------------------------------------------------------------------


def test_evidence_cannot_be_added_to_a_published_update():
    update = published(RecommendationFactory())
    with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
        EvidenceFactory(update=update)
    with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
        Evidence.objects.bulk_create([EvidenceFactory.build(update=update)])
    assert not update.evidence.exists()


def test_evidence_cannot_be_moved_to_a_published_update():
    update, evidence = published(RecommendationFactory()), EvidenceFactory()
    with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
        Evidence.objects.filter(pk=evidence.pk).update(update=update)
    assert not update.evidence.exists()


def test_evidence_cannot_be_moved_away_from_a_published_update():
    evidence, draft = published_evidence(), StatusUpdateFactory()
    with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
        Evidence.objects.filter(pk=evidence.pk).update(update=draft)
    assert not draft.evidence.exists()


# --- What stays possible ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [state for state in UpdateState if state != UpdateState.PUBLISHED])
def test_what_is_not_published_can_be_changed_and_deleted(state):
    update = StatusUpdateFactory(state=state)
    evidence = EvidenceFactory(update=update)
    evidence.title = "Et andet referat"
    evidence.save()
    update.text = "Anderledes."
    update.save()
    StatusUpdate.objects.filter(pk=update.pk).update(on=date(2026, 1, 1))
    update.refresh_from_db()
    assert (update.text, update.on) == ("Anderledes.", date(2026, 1, 1))
    update.delete()
    assert not StatusUpdate.objects.exists()
    assert not Evidence.objects.exists()


def test_a_draft_beside_published_rows_can_be_deleted_and_a_query_over_both_is_refused_whole():
    draft = StatusUpdateFactory(item=published_untold().item)
    with pytest.raises(IntegrityError), transaction.atomic():
        StatusUpdate.objects.all().delete()
    assert StatusUpdate.objects.count() == 2
    draft.delete()
    assert StatusUpdate.objects.count() == 1


def test_a_published_row_is_corrected_by_another_row():
    item = RecommendationFactory()
    wrong = published(item, text="Seks bydele.")
    published(item, kind=UpdateKind.CORRECTION, corrects=wrong, text="Det var fem bydele.")
    assert sorted(StatusUpdate.objects.published().values_list("text", flat=True)) == [
        "Det var fem bydele.",
        "Seks bydele.",
    ]


# --- What the law says must go ----------------------------------------------------------------------------------------

GONE = "Fjernet den 2. november 2026, fordi det var et navn."
OPENABLE = [
    (model, name)
    for model in FINAL_ROWS
    for name in append_only.WITHHOLDABLE.get(model._meta.db_table, ())
    if name not in ("file", "case_number")  # evidence is one thing: these are emptied with `url` alike, see below
]


def opened(row, column, text):
    """The row's column stands open for that text."""
    return WithheldPlaceFactory(table_name=row._meta.db_table, row_id=row.pk, column_name=column, opens=text)


def write(row, **columns):
    type(row).objects.filter(pk=row.pk).update(**columns)


def values_of(row):
    return type(row).objects.filter(pk=row.pk).values().get()


@pytest.mark.parametrize(("model", "column"), OPENABLE, ids=lambda one: getattr(one, "__name__", one))
def test_an_open_column_lets_in_its_own_text_and_nothing_else(model, column):
    row = FINAL_ROWS[model][0]()
    before = values_of(row)
    is_json = isinstance(model._meta.get_field(column), models.JSONField)
    new, text = ({"a": "b"}, '{"a": "b"}') if is_json else ("x", "x")
    another, fixed = ({"a": "c"} if is_json else "y"), next(name for name in before if name in FIXED)
    opened(row, column, text)
    for refused in ({column: another}, {column: new, fixed: before[fixed] + 1}, {fixed: before[fixed] + 1}):
        with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
            write(row, **refused)
    assert values_of(row) == before
    write(row, **{column: new})
    assert values_of(row) == before | {column: new}


FIXED = ("item_id", "update_id", "municipality_id", "publication_id")


def test_evidence_is_emptied_at_one_stroke_and_says_so():
    row = published_evidence()
    opened(row, "url", "")
    opened(row, "removed", GONE)
    for half in ({"url": ""}, {"removed": GONE, "title": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            write(row, **half)
    write(row, url="", removed=GONE)
    assert Evidence.objects.filter(pk=row.pk, url="", removed=GONE).exists()


def test_what_is_opened_for_one_row_is_shut_for_all_others():
    row, other = published_untold(), published_untold()
    opened(row, "text", GONE)
    with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
        write(other, text=GONE)
    with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
        StatusUpdate.objects.update(text=GONE)
    with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
        row.delete()


def test_a_column_that_was_shut_is_open_to_nothing():
    row = published_untold()
    place = opened(row, "text", GONE)
    WithheldPlace.objects.filter(pk=place.pk).update(opens=None, row_digest="x")
    with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
        write(row, text=GONE)
    with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
        WithheldPlace.objects.filter(pk=place.pk).update(opens=GONE)


@pytest.mark.parametrize(
    "changed",
    [{"opens": "Andet"}, {"digest": "x", "opens": None}, {"row_id": 7, "opens": None}, {"column_name": "status"}],
)
def test_nothing_of_an_open_place_changes_but_that_it_is_shut(changed):
    place = opened(published_untold(), "text", GONE)
    with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
        WithheldPlace.objects.filter(pk=place.pk).update(**changed)


def test_only_columns_of_words_can_be_opened():
    for model in FINAL_ROWS:
        kinds = {field.column: field for field in model._meta.concrete_fields}
        for column in append_only.WITHHOLDABLE.get(model._meta.db_table, ()):
            assert kinds[column] in withholdable(model) or column == "file"


def test_every_column_of_words_can_be_opened():
    """So that a column of tomorrow is not one that the law cannot reach."""
    for model in set(FINAL_ROWS) - {Withholding, WithheldPlace}:
        columns = {field.column for field in withholdable(model)}
        assert columns <= set(append_only.WITHHOLDABLE.get(model._meta.db_table, ()))


# --- One owner at a time ----------------------------------------------------------------------------------------------

NEVER = (date(2025, 6, 1), date(2025, 6, 1))
ALL_OF_2025 = (date(2025, 1, 1), date(2026, 1, 1))
FROM_2025_ON = (date(2025, 1, 1), None)


def owns(first, period, **fields):
    """An unsaved ownership of the same item by the same committee, unless told otherwise."""
    valid_from, valid_to = period
    same = {"item": first.item, "committee": first.committee, "role": "co_owner"}
    return Ownership(**same | fields, valid_from=valid_from, valid_to=valid_to)


@pytest.mark.parametrize(
    "door", [Ownership.save, lambda row: Ownership.objects.bulk_create([row])], ids=["save", "bulk"]
)
@pytest.mark.parametrize(
    ("there", "new", "refused"),
    [
        (FROM_2025_ON, FROM_2025_ON, True),
        (FROM_2025_ON, (date(2026, 1, 1), None), True),
        (FROM_2025_ON, (date(2020, 1, 1), None), True),
        (FROM_2025_ON, (date(2024, 1, 1), date(2025, 1, 2)), True),
        (FROM_2025_ON, (date(2030, 1, 1), date(2031, 1, 1)), True),
        (ALL_OF_2025, (date(2025, 3, 1), date(2025, 4, 1)), True),
        (ALL_OF_2025, (date(2024, 1, 1), date(2027, 1, 1)), True),
        (ALL_OF_2025, (date(2025, 12, 31), None), True),
        (ALL_OF_2025, (date(2024, 1, 1), None), True),
        # Half-open: it may begin on the day on which the other no longer owns, and the other way round.
        (ALL_OF_2025, (date(2026, 1, 1), None), False),
        (ALL_OF_2025, (date(2024, 1, 1), date(2025, 1, 1)), False),
        (FROM_2025_ON, (date(2024, 1, 1), date(2025, 1, 1)), False),
        (ALL_OF_2025, (date(2027, 1, 1), None), False),
        # "Never" is no time at all.
        (FROM_2025_ON, NEVER, False),
        (NEVER, FROM_2025_ON, False),
    ],
)
def test_a_committee_owns_an_item_once_at_a_time(door, there, new, refused):
    first = OwnershipFactory(valid_from=there[0], valid_to=there[1])
    row = owns(first, new)
    if refused:
        with pytest.raises(IntegrityError, match=OVERLAPS), transaction.atomic():
            door(row)
    else:
        door(row)
    assert Ownership.objects.count() == (1 if refused else 2)


def test_another_committee_may_own_the_same_item_and_the_committee_another():
    first = OwnershipFactory(valid_from=date(2025, 1, 1))
    owns(first, FROM_2025_ON, committee=OwnershipFactory().committee).save()
    owns(first, FROM_2025_ON, item=RecommendationFactory()).save()


def test_what_has_been_replaced_no_longer_counts():
    first = OwnershipFactory(valid_from=date(2025, 1, 1))
    ended = owns(first, ALL_OF_2025, replaces=first)
    ended.save()
    owns(first, (date(2026, 1, 1), None)).save()
    never = owns(first, NEVER, replaces=ended)
    never.save()
    owns(first, (date(2025, 3, 1), date(2025, 9, 1))).save()


def test_what_replaces_one_row_may_not_overlap_another():
    first = OwnershipFactory(valid_from=date(2025, 1, 1), valid_to=date(2026, 1, 1))
    owns(first, (date(2026, 1, 1), None)).save()
    with pytest.raises(IntegrityError, match=OVERLAPS), transaction.atomic():
        owns(first, (date(2025, 1, 1), date(2026, 2, 1)), replaces=first).save()


# --- The triggers themselves ------------------------------------------------------------------------------------------


def test_no_trigger_is_missing_after_all_migrations():
    assert append_only.missing(connection) == []


def test_a_trigger_that_is_gone_is_missed_and_can_be_installed_again():
    name = "append_only_deadline_update"
    on_table = " ON recommendations_deadline" if connection.vendor == "postgresql" else ""
    raw(f"DROP TRIGGER {name}{on_table}")
    assert append_only.missing(connection) == [name]
    append_only.install(connection)
    assert append_only.missing(connection) == []


def test_a_trigger_that_is_switched_off_is_missed():
    if connection.vendor != "postgresql":
        pytest.skip("Only PostgreSQL can switch a trigger off")
    raw("ALTER TABLE recommendations_deadline DISABLE TRIGGER append_only_deadline_update")
    assert append_only.missing(connection) == ["append_only_deadline_update"]


def test_installing_twice_changes_nothing():
    append_only.install(connection)
    append_only.install(connection)
    assert append_only.missing(connection) == []
    deadline = DeadlineFactory()
    with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
        deadline.delete()


def test_uninstalling_takes_all_away():
    append_only.uninstall(connection)
    assert append_only.missing(connection) == sorted(append_only.triggers(connection.vendor))
    update = published_untold()
    update.delete()
    assert not StatusUpdate.objects.exists()
    append_only.install(connection)


def test_every_guarded_table_is_a_models_table():
    tables = {guard.table for guard in append_only.GUARDS}
    assert tables - {Publication._meta.db_table} == {model._meta.db_table for model in FINAL_ROWS}  # which only opens
    assert Item._meta.db_table not in tables


def test_every_guarded_table_is_guarded_against_every_way_to_change_it():
    guarded = {(guard.table, guard.event) for guard in append_only.GUARDS}
    assert guarded >= {
        (model._meta.db_table, event) for model in FINAL_ROWS for event in ("UPDATE", "DELETE", "TRUNCATE")
    }


# --- The migrations ---------------------------------------------------------------------------------------------------


def test_the_frozen_lists_together_are_todays():
    """A later migration's guard takes the place of an earlier one's of the same name."""
    names = sorted(module.name for module in pkgutil.iter_modules(migrations.__path__))
    modules = [importlib.import_module(f"recommendations.migrations.{name}") for name in names]
    frozen = {guard.name: guard for module in modules for guard in getattr(module, "GUARDS", ())}
    assert frozen == {guard.name: guard for guard in append_only.GUARDS}


ONE_GUARD_MORE = """
import django
from pathlib import Path

from recommendations import append_only

source = Path(append_only.__file__).read_text()
more = source.replace('FINAL = (', 'FINAL = (\\n    "recommendations_later",')
assert more != source
exec(compile(more, append_only.__file__, "exec"), append_only.__dict__)
django.setup()

from django.core.management import call_command
from django.db import connection

call_command("migrate", verbosity=0)
print(append_only.missing(connection))
"""


def test_a_new_installation_asks_no_old_migration_for_a_table_of_later(tmp_path):
    """A guard of a table that only a later migration makes: an earlier one must not know of it."""
    run = subprocess.run(
        [sys.executable, "-c", ONE_GUARD_MORE],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {
            "DEVELOPMENT": "true",
            "DATABASE_URL": f"sqlite:///{tmp_path / 'ny.sqlite3'}",
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == "['append_only_later_delete', 'append_only_later_update']"
