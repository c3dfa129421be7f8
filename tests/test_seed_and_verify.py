"""seed and verify: what they do to a database, once and again."""

import importlib
import io
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from recommendations import append_only, tenancy
from recommendations.actions import change_item, change_source, end_owner, open_source, reword, unrelate
from recommendations.actions.wordings import ItemWords
from recommendations.enums import ItemKind, Status
from recommendations.models import (
    Committee,
    Document,
    Event,
    Initiative,
    Item,
    Ownership,
    Publication,
    Relation,
    SearchText,
    SourceCommittee,
    Standing,
    StatusUpdate,
    Treatment,
    Wording,
)
from tests.factories import (
    MunicipalityFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    published,
)

KOEBENHAVNERTINGET = "koebenhavnertinget-2024"


def run(command, *args):
    out = io.StringIO()
    call_command(command, *args, stdout=out)
    return out.getvalue()


def verify(*args):
    """What `manage.py verify` prints, and whether it was content."""
    out = io.StringIO()
    try:
        call_command("verify", *args, stdout=out)
    except CommandError:
        return out.getvalue(), False
    return out.getvalue(), True


def recommendation(number, slug=KOEBENHAVNERTINGET):
    return Item.objects.exclude(kind=ItemKind.INITIATIVE).get(publication__slug=slug, number=number)


def initiative(number, slug="kl-handlingsplan"):
    return Initiative.objects.get(publication__slug=slug, number=number)


def remove(item):
    """Take an item and all about it away, past everything that guards it."""
    append_only.uninstall(connection)
    Event.objects.filter(item=item).delete()
    item.carries_out.clear()
    Item.objects.filter(pk=item.pk).update(wording=None)
    item.wordings.all().delete()
    item.ownerships.all().delete()
    Relation.objects.touching(item).delete()
    Item.objects.filter(pk=item.pk).delete()
    append_only.install(connection)


class TestSeed:
    def test_a_second_time_creates_nothing(self, seeded):
        kept = (Publication, Document, SourceCommittee, Treatment, Item, StatusUpdate, Wording, Event, Standing)
        counts = {model: model.objects.count() for model in kept}
        said = run("seed")
        assert all(" 0 oprettet" in line for line in said.splitlines())
        assert {model: model.objects.count() for model in counts} == counts

    def test_makes_the_sources_public_from_the_moment_they_are_read(self, seeded):
        assert Publication.objects.public().count() == 6
        assert not Publication.objects.public(known_at=timezone.now() - timedelta(days=1)).exists()

    def test_never_overwrites_what_an_editor_changed(self, seeded, chief, today):
        item = recommendation("3.2")
        words = ItemWords.of(item.wording)
        reword(by=chief, item=item, words=ItemWords(**(vars(words) | {"summary": "Rettet."})), valid_from=today)
        change_source(by=chief, publication=item.publication, title="Tinget")
        published(item, Status.PLANNED, text="Besluttet.")
        run("seed")
        again = Item.objects.with_state().select_related("publication").get(pk=item.pk)
        assert (again.summary, again.publication.title) == ("Rettet.", "Tinget")
        assert Standing.objects.at().owned().get(item=item, committee__code="SOU").status == Status.PLANNED

    def test_does_not_bring_back_what_somebody_renumbered_ended_or_took_away(self, seeded, chief, today):
        change_item(by=chief, item=initiative("26"), number="26-rettet")
        ownership = Ownership.objects.filter(item=recommendation("3.2")).order_by("pk").first()
        end_owner(by=chief, ownership=ownership, valid_to=today)
        unrelate(by=chief, relation=Relation.objects.order_by("pk").first())
        counts = {model: model.objects.count() for model in (Item, Ownership, Relation)}
        run("seed")
        assert {model: model.objects.count() for model in counts} == counts

    def test_creates_again_what_is_missing(self, seeded):
        remove(initiative("26"))
        assert "kl-handlingsplan: 1 oprettet" in run("seed")
        again = initiative("26")
        assert [row.number for row in again.carries_out.order_by("path")] == ["2.2"]
        assert verify()[1]

    def test_asks_which_municipality_where_there_are_several(self, seeded):
        MunicipalityFactory(slug="aarhus")
        with pytest.raises(CommandError, match=r"--kommune.*aarhus, koebenhavn"):
            run("seed")
        assert " 0 oprettet" in run("seed", "--kommune", "koebenhavn")


class TestVerify:
    def test_is_content_after_seed(self, seeded):
        assert verify() == ("Alt passer: kilder, kopier, ejerskaber, forhold og låse.\n", True)

    def test_says_in_a_sentence_that_a_row_of_a_publication_is_missing(self, seeded):
        remove(initiative("26"))
        said, content = verify()
        assert not content
        assert "»Flere hænder i ældre- og sundhedssektoren« har 44 initiativer, men kilden har 45." in said

    def test_leaves_a_source_in_peace_while_it_is_being_written(self, seeded):
        draft = PublicationFactory(expected_initiatives=99, public_at=None)
        assert verify()[1]
        open_source(by=None, publication=draft, although_incomplete=True)
        assert not verify()[1]

    @pytest.mark.parametrize(
        ("break_it", "what"),
        [
            (lambda item: Standing.objects.filter(item=item).update(status=Status.IMPLEMENTED), "stillingen"),
            (lambda item: Standing.objects.filter(item=item).delete(), "stillingen"),
            (lambda item: SearchText.objects.filter(item=item).update(words=" noget "), "søgeordene"),
            (lambda item: SearchText.objects.filter(item=item).delete(), "søgeordene"),
            (lambda item: Item.objects.filter(pk=item.pk).update(wording=None), "ordene"),
        ],
    )
    def test_finds_what_its_rows_do_not_bear_out_and_mends_it_on_request(self, seeded, break_it, what):
        item = recommendation("3.2")
        published(item, Status.IN_PROGRESS)
        break_it(item)
        said, content = verify()
        assert not content
        assert "»Københavnertinget 2024« 3.2" in said
        assert f"{what} passer ikke med de rækker, der er gemt" in said
        run("verify", "--ret")
        assert Item.objects.with_state().get(pk=item.pk).state_status == Status.IN_PROGRESS
        assert verify()[1]

    def test_finds_a_row_that_stands_in_the_wrong_place_and_all_below_it(self, seeded):
        Item.objects.filter(pk=recommendation("2").pk).update(path="99999")
        Item.objects.filter(pk=recommendation("2.3").pk).update(path="1")
        said, _content = verify()
        assert "2.3.1 Civilsamfundet som aflastning i plejen: står ikke på sin plads" in said
        run("verify", "--ret")
        assert verify()[1]

    def test_finds_an_item_that_nobody_owns_and_one_whose_owner_has_ended(self, seeded, today, chief):
        for ownership in Ownership.objects.filter(item=recommendation("3.2")).order_by("pk"):
            end_owner(by=chief, ownership=ownership, valid_to=today)
        Committee.objects.filter(code="BUU").update(valid_to=today)
        said, content = verify()
        assert not content
        assert "3.2 Besøg af faste teams: intet udvalg ejer rækken" in said
        assert "Børne- og Ungdomsudvalget er ophørt uden en afløser" in said

    def test_asks_for_no_owners_where_the_source_says_who_answers_but_not_what(self, seeded, chief, today):
        source = Publication.objects.get(slug="koebenhavnertinget-2023")
        Publication.objects.filter(pk=source.pk).update(owners_known=True)
        assert "»Københavnertinget 2023« 1 Vi ønsker en mere" in verify()[0]
        Publication.objects.filter(pk=source.pk).update(owners_known=False)
        assert verify()[1]
        owner = OwnershipFactory(item=source.items.get(number="1"), committee=Committee.objects.get(code="SOU"))
        assert "»Københavnertinget 2023« har rækker med ejere, men siger" in verify()[0]
        end_owner(by=chief, ownership=owner, valid_to=today)
        assert verify()[1]
        source.bound_committees.all().delete()
        assert "»Københavnertinget 2023«: ingen udvalg skal svare" in verify()[0]

    def test_finds_a_source_without_a_document_and_words_in_a_document_that_is_not_the_sources(self, seeded):
        source = Publication.objects.get(slug="kkr-hovedstaden-2019")
        source.documents.filter(position=2).update(title="Bilag 9")
        said = verify()[0]
        assert said.count("er ikke et af kildens dokumenter") == 9
        assert "»Anbefalinger om rekruttering på sundhedsområdet« 4 Afdækning" in said
        Publication.objects.get(slug=KOEBENHAVNERTINGET).documents.all().delete()
        assert "»Københavnertinget 2024« har intet dokument" in verify()[0]

    def test_finds_a_treatment_that_somebody_has_changed(self, seeded):
        append_only.uninstall(connection)
        Treatment.objects.filter(committee__code="TMU").update(meeting_date="2023-12-05")
        append_only.install(connection)
        assert "Kilde behandlet på et møde: Københavnertinget 2023: rækken passer ikke" in verify()[0]

    def test_finds_a_parent_from_another_source_and_votes_on_a_heading(self, seeded):
        stray = recommendation("1", "kl-handlingsplan")
        Item.objects.filter(pk=recommendation("3.2").pk).update(parent=stray, kind=ItemKind.HEADING)
        said, content = verify()
        assert not content
        assert "som er fra en anden kilde" in said
        assert "en overskrift har ingen stemmer" in said

    def test_finds_a_relation_that_is_said_from_both_ends(self, seeded):
        relation = Relation.objects.order_by("pk").first()
        assert verify()[1]
        back = Relation(from_item=relation.to_item, kind=relation.kind, to_item=relation.from_item)
        back.basis = "our_reading"
        back.save()
        said, _content = verify()
        assert said.count("er registreret i begge retninger") == 1

    def test_finds_a_missing_lock(self, seeded):
        name = sorted(append_only.triggers(connection.vendor))[0]
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER {name}" if connection.vendor == "sqlite" else f"DROP FUNCTION {name} CASCADE")
        said, content = verify()
        assert not content
        assert f"Låsen {name} mangler" in said
        run("verify", "--ret")
        assert verify()[1]

    def test_looks_at_every_municipality_unless_one_is_named(self, seeded):
        other = MunicipalityFactory(slug="aarhus")
        with tenancy.active(other):
            RecommendationFactory(title="Noget, som ingen ejer", publication__expected_recommendations=1)
        said, content = verify()
        assert (content, "Noget, som ingen ejer: intet udvalg" in said) == (False, True)
        assert verify("--kommune", "koebenhavn")[1]
        assert not verify("--kommune", "aarhus")[1]


@pytest.mark.django_db
def test_the_first_migration_makes_its_own_guards_whatever_is_guarded_later(monkeypatch):
    migration = importlib.import_module("recommendations.migrations.0001_domain")
    later = append_only.Guard("append_only_later_update", "recommendations_later", "UPDATE", "TRUE")
    monkeypatch.setattr(append_only, "GUARDS", (*append_only.GUARDS, later))
    append_only.uninstall(connection, migration.GUARDS)
    migration.make_guards(None, SimpleNamespace(connection=connection))
    assert set(append_only.triggers(connection.vendor, migration.GUARDS)).isdisjoint(append_only.missing(connection))
    assert later not in migration.GUARDS


def test_every_item_of_the_shipped_sources_is_found_by_its_short_address(seeded, citizen):
    assert set(Publication.objects.values_list("slug", "short_code")) == {
        (KOEBENHAVNERTINGET, "k24"),
        ("koebenhavnertinget-2023", "k23"),
        ("idekatalog-2019", "ide19"),
        ("kl-handlingsplan", "kl18"),
        ("kkr-hovedstaden-2019", "kkr19"),
        ("kk-rekruttering-2022", "kk22"),
    }
    for item in Item.objects.select_related("publication").order_by("pk"):
        assert citizen.get(item.get_short_url()).headers["Location"] == item.get_absolute_url()
