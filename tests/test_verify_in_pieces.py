"""`manage.py verify` in two processes finds what it finds in one: with rows that are committed, as on a server."""

import io
from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection

from recommendations import append_only
from recommendations.management import pieces, row_by_row
from recommendations.models import Event, Item, SearchText, StatusUpdate
from tests.test_seed_and_verify import verify

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_looked_at_in_two_processes_is_found_as_in_one(monkeypatch):
    # Processes of their own see the rows that are committed, and their own clock: all of this is long ago.
    call_command("generate", anbefalinger=60, opdateringer=300, til=date(2024, 3, 31), stdout=io.StringIO())
    monkeypatch.setattr(row_by_row, "ITEMS", 20)
    broken = [Item.objects.order_by("pk")[place] for place in (3, 50)]
    for item in broken:
        SearchText.objects.filter(item=item).update(words=" noget ")
    event = Event.objects.filter(update__isnull=False).exclude(update__published_at=None).order_by("pk")[7]
    append_only.uninstall(connection)
    StatusUpdate.objects.filter(pk=event.update_id).update(review_comment="Noget andet.")
    append_only.install(connection)
    found = []
    for few in (0, row_by_row.FEW):
        monkeypatch.setattr(row_by_row, "FEW", few)
        said, content = verify()
        assert not content
        found.append(said)
    assert found[0] == found[1]
    assert found[0].count("søgeordene passer ikke") == 2
    assert found[0].count("rækken passer ikke med sit fingeraftryk") == 1


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("out", "said"), [(Terminal(), True), (io.StringIO(), False)])
def test_says_how_far_it_is_where_somebody_looks_at_a_terminal(monkeypatch, out, said):
    call_command("generate", anbefalinger=5, opdateringer=5, stdout=io.StringIO())
    monkeypatch.setattr(pieces, "SECONDS", 0)
    call_command("verify", stdout=io.StringIO(), stderr=out)
    assert (" rækker og hændelser, 0 sekunder" in out.getvalue()) == said
