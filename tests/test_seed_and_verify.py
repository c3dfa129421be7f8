"""seed and verify: what they do to a database, once and again."""

import io

from django.core.management import CommandError, call_command
from django.db import connection

from recommendations import append_only
from recommendations.enums import Status
from recommendations.models import Initiative, Ownership, Publication, Recommendation, StatusUpdate
from tests.factories import CommitteeFactory, published


def run(command, *args):
    out = io.StringIO()
    call_command(command, *args, stdout=out)
    return out.getvalue()


def verify():
    """What `manage.py verify` prints, and whether it was content."""
    out = io.StringIO()
    try:
        call_command("verify", stdout=out)
    except CommandError:
        return out.getvalue(), False
    return out.getvalue(), True


class TestSeed:
    def test_a_second_time_creates_nothing(self, seeded):
        counts = {model: model.objects.count() for model in (Publication, Recommendation, Initiative, StatusUpdate)}
        said = run("seed")
        assert " 0 oprettet" in said
        assert all(" 0 oprettet" in line for line in said.splitlines())
        assert {model: model.objects.count() for model in counts} == counts

    def test_never_overwrites_what_an_editor_changed(self, seeded):
        item = Recommendation.objects.get(publication__slug="koebenhavnertinget-2024", number="3.2")
        item.summary = "Rettet af en redaktør."
        item.save()
        published(item, Status.PLANNED, text="Besluttet.")
        run("seed")
        item.refresh_from_db()
        assert (item.summary, item.status) == ("Rettet af en redaktør.", Status.PLANNED)

    def test_does_not_give_back_an_ownership_that_has_passed_on(self, seeded):
        row = Ownership.objects.filter(recommendation__number="3.2").first()
        row.valid_to = row.valid_from.replace(year=2026)
        row.save()
        before = Ownership.objects.count()
        run("seed")
        row.refresh_from_db()
        assert row.valid_to is not None
        assert Ownership.objects.count() == before

    def test_creates_again_what_is_missing(self, seeded):
        item = Initiative.objects.get(publication__slug="kl-handlingsplan", code="26")
        item.history.all().delete()
        item.recommendations.clear()
        item.delete()
        run("seed")
        again = Initiative.objects.get(publication__slug="kl-handlingsplan", code="26")
        assert [row.number for row in again.recommendations.all()] == ["2.2"]

    def test_says_in_the_history_where_a_row_came_from(self, seeded):
        row = Recommendation.objects.first().history.get()
        assert row.history_change_reason == "Indlæst fra kilden"


class TestVerify:
    def test_is_content_after_seed(self, seeded):
        assert verify() == ("Alt passer: kilder, kopier, ejerskaber, forhold og låse.\n", True)

    def test_says_in_a_sentence_that_a_row_of_a_publication_is_missing(self, seeded):
        item = Initiative.objects.get(publication__slug="kl-handlingsplan", code="26")
        item.recommendations.clear()
        item.delete()
        said, content = verify()
        assert not content
        assert "«Flere hænder i ældre- og sundhedssektoren» har 44 initiativer, men kilden har 45." in said

    def test_finds_a_copied_state_that_its_rows_do_not_bear_out_and_mends_it_on_request(self, seeded):
        item = Recommendation.objects.get(publication__slug="koebenhavnertinget-2024", number="3.2")
        published(item, Status.IN_PROGRESS)
        Recommendation.objects.filter(pk=item.pk).update(status=Status.IMPLEMENTED)
        said, content = verify()
        assert not content
        assert "status passer ikke med de udgivne opdateringer" in said
        run("verify", "--ret")
        item.refresh_from_db()
        assert item.status == Status.IN_PROGRESS

    def test_finds_an_item_that_nobody_owns_and_one_whose_owner_has_ended(self, seeded, today):
        Ownership.objects.filter(recommendation__number="3.2").delete()
        ended = CommitteeFactory(code="GAMMEL", name="Det gamle udvalg", valid_to=today)
        row = Ownership.objects.filter(initiative__code="ledelsesindsats").get()
        row.committee = ended
        row.save()
        said, content = verify()
        assert not content
        assert "3.2 Besøg af faste teams: intet udvalg ejer rækken" in said
        assert "Det gamle udvalg er ophørt uden en afløser" in said

    def test_finds_a_parent_from_another_source_and_votes_on_a_heading(self, seeded):
        item = Recommendation.objects.get(publication__slug="koebenhavnertinget-2024", number="3.2")
        item.parent = Recommendation.objects.get(publication__slug="kl-handlingsplan", number="1")
        item.is_heading = True
        item.save()
        said, content = verify()
        assert not content
        assert "som er fra en anden kilde" in said
        assert "en overskrift har ingen stemmer" in said

    def test_finds_a_missing_lock(self, seeded):
        name = sorted(append_only.triggers(connection.vendor))[0]
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER {name}" if connection.vendor == "sqlite" else f"DROP FUNCTION {name} CASCADE")
        said, content = verify()
        assert not content
        assert f"Låsen {name} mangler" in said
        run("verify", "--ret")
        assert verify()[1]


def test_every_item_of_the_shipped_sources_is_found_by_its_short_address(seeded, citizen):
    assert set(Publication.objects.values_list("slug", "short_code")) == {
        ("koebenhavnertinget-2024", "k24"),
        ("kl-handlingsplan", "kl18"),
        ("kkr-hovedstaden-2019", "kkr19"),
        ("kk-rekruttering-2022", "kk22"),
    }
    for publication in Publication.objects.order_by("pk"):
        for item in [*publication.recommendations.order_by("pk"), *publication.initiatives.order_by("pk")]:
            assert citizen.get(item.get_short_url()).headers["Location"] == item.get_absolute_url()
