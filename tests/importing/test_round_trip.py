"""A source out as a spreadsheet and in again: the same rows, here and in another municipality."""

import io

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommendations import danish, tenancy
from recommendations.enums import ItemKind
from recommendations.importing.applying import applied, previewed
from recommendations.importing.files import read_tables
from recommendations.importing.writing import write_source
from recommendations.management.commands.seed import COMMITTEES, SOURCES, committees, read
from recommendations.models import Item, Ownership, Publication, Relation, VoteShare, Wording
from tests.factories import MunicipalityFactory
from tests.importing.files import SOURCE, sentences, tables, told

OF_SOURCE = {"id", "municipality", "public_at"}  # what is not said of a source in its file


def exported(source):
    made = io.BytesIO()
    write_source(source, made)
    return read_tables("kilde.xlsx", made.getvalue())


def plain(row, *leave):
    """The columns of a row but its keys, when it was written, and what points at other rows."""
    fields = [field for field in row._meta.concrete_fields if not field.is_relation]
    return {field.name: getattr(row, field.name) for field in fields if field.name not in {"id", "recorded_at", *leave}}


def everything(source):
    """All rows of a source but its statuses and answers, field by field, by numbers and codes."""
    items = source.items.select_related("parent", "addressee").order_by("path", "kind")
    about = {"item__publication": source}
    return {
        "source": plain(source, *OF_SOURCE),
        "documents": [plain(row) for row in source.documents.order_by("position")],
        "facts": [plain(row) for row in source.facts.order_by("position")],
        "committees": sorted(source.bound_committees.order_by("pk").values_list("committee__code", "part")),
        "treatments": sorted(
            str((row.committee.code, plain(row)))
            for row in source.treatments.select_related("committee").order_by("meeting_date")
        ),
        "items": [
            plain(item)
            | {
                "parent": item.parent and item.parent.number,
                "addressee": item.addressee and plain(item.addressee),
                "carries_out": sorted(item.carries_out.order_by("path").values_list("path", flat=True)),
            }
            for item in items
        ],
        "words": [(row.item.path, plain(row)) for row in _of(Wording, about)],
        "votes": [(row.item.path, plain(row)) for row in _of(VoteShare, about, "option")],
        "owners": [(row.item.path, row.committee.code, plain(row)) for row in _of(Ownership, about, "committee__code")],
        "relations": sorted(
            str((_place(row.from_item), _place(row.to_item), row.source and row.source.slug, plain(row)))
            for row in Relation.objects.filter(from_item__publication=source).order_by("pk")
        ),
    }


def _of(model, about, *then):
    return model.objects.filter(**about).select_related("item").order_by("item__path", "item__kind", *then)


def _place(item):
    return item.publication.slug, item.path


def leading_from(slug):
    found = Relation.objects.filter(from_item__publication__slug=slug).exclude(to_item__publication__slug=slug)
    return set(found.order_by("pk").values_list("to_item__publication__slug", flat=True))


def of_each():
    return {slug: everything(Publication.objects.get(slug=slug)) for slug in SOURCES}


class TestShippedSources:
    def test_change_nothing_where_they_are(self, seeded):
        for source in Publication.objects.order_by("position"):
            plan = previewed(exported(source))
            assert (sentences(plan.wrong), plan.rows, sentences(plan.remarks)) == ([], [], []), source.slug
            assert plan.unchanged > source.items.count()
            assert all(count.found == count.expected for count in plan.counts)

    def test_equal_the_seeded_ones_in_a_municipality_that_has_none(self, seeded, chief):
        files = {slug: exported(Publication.objects.get(slug=slug)) for slug in SOURCES}
        here, leads_to = of_each(), {slug: leading_from(slug) for slug in SOURCES}
        with tenancy.active(MunicipalityFactory(slug="aarhus")):
            committees(read(COMMITTEES)["committees"])
            for slug in SOURCES:
                plan = applied(files[slug], by=chief)
                assert (plan.source.slug, plan.source.is_public) == (slug, False)
                # What leads to a source that comes later waits for it.
                waits = leads_to[slug] - set(SOURCES[: SOURCES.index(slug)])
                assert any("er ikke her" in str(one) for one in plan.remarks) == bool(waits), slug
            for slug in SOURCES:
                applied(files[slug], by=chief)
            there = of_each()
            for slug in SOURCES:
                for part, rows in here[slug].items():
                    assert there[slug][part] == rows, (slug, part)
            assert [previewed(files[slug]).rows for slug in SOURCES] == [[]] * len(SOURCES)
        assert of_each() == here


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"]), max_size=40).filter(
    lambda text: not danish.is_blank(text)
)
SUPPORT = st.sampled_from(
    ["", "88 %", "0,5 %", "34 stemmer", "0 af 25 stemmer", "nr. 3", "kan ikke læses", "3 %; 1 af 9"]
)
OWNERS = st.sampled_from(["", "SOU", "SUD (medansvarlig) fra 01.02.2026; SOU", "SUD til 01.03.2026"])
KINDS = st.sampled_from([str(kind.label) for kind in ItemKind if kind != ItemKind.HEADING])


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(KINDS, WORDS, WORDS, SUPPORT, OWNERS), min_size=1, max_size=5))
def test_a_file_made_of_what_is_here_changes_nothing(sou, sud, chief, rows):
    listed = [(f"r{place}.10", *row) for place, row in enumerate(rows)]
    heads = ("Nummer", "Slags", "Titel", "Kildens egne ord", "Støtter", "Ejere")
    source = {name: text for name, text in SOURCE.items() if not name.startswith("Antal")}
    with transaction.atomic():
        made = applied(tables(source, [heads, *listed]), by=chief).source
        plan = previewed(exported(made), by=chief)
        assert (told(plan), sentences(plan.wrong), sentences(plan.remarks)) == (([], []), [], [])
        titles = {item.number: item.title for item in made.items.select_related("wording").order_by("pk")}
        assert titles == {line[0]: danish.normalised(line[2]) for line in listed}
        transaction.set_rollback(True)


def test_committees_that_are_not_there_are_named_before_anything_is_written(seeded, chief):
    file = exported(Publication.objects.get(slug="koebenhavnertinget-2024"))
    with tenancy.active(MunicipalityFactory(slug="aarhus")):
        plan = previewed(file)
        assert "Udvalget »SOU« findes ikke her." in str(plan.wrong[0])
        assert not Item.objects.exists()
