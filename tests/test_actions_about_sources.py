"""What is known of a source beside its rows: whole lists, and what they refuse."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from recommendations.actions import (
    CommitteeContent,
    DocumentContent,
    add_source,
    record_bound_committees,
    record_documents,
)
from recommendations.enums import Act
from recommendations.models import Document, Event, SourceCommittee
from tests.factories import CommitteeFactory, ItemFactory, PublicationFactory

pytestmark = pytest.mark.django_db

REPORT, ANNEX = DocumentContent("Rapport", "https://eksempel.dk/rapport.pdf", 2), DocumentContent("Bilag 1")


@pytest.fixture
def source():
    return PublicationFactory()


def titles(source):
    return [one.title for one in source.documents.order_by("position")]


def changes():
    return [event.details for event in Event.objects.filter(act=Act.SOURCE_CHANGED).order_by("pk")]


class TestDocuments:
    def test_a_new_source_has_its_own(self, chief):
        named = {"kind": "memo", "publisher": "Kommunen"}
        unnamed = add_source(by=chief, title="Notat 2026", **named)
        assert [(one.title, one.url, one.position) for one in unnamed.documents.all()] == [("Notat 2026", "", 1)]
        other = add_source(by=chief, title="Plan 2026", document_title="Plan.pdf", document_url=REPORT.url, **named)
        assert (other.document().title, other.document().url) == ("Plan.pdf", REPORT.url)

    def test_are_exactly_those_named_in_their_order(self, chief, source):
        record_documents(by=chief, publication=source, documents=[REPORT, ANNEX])
        record_documents(by=chief, publication=source, documents=[ANNEX, REPORT])
        assert titles(source) == ["Bilag 1", "Rapport"]
        assert source.document("Rapport").page_offset == 2
        record_documents(by=chief, publication=source, documents=[DocumentContent(" Bilag 1\u200b ")])
        assert titles(source) == ["Bilag 1"]
        assert changes()[-1] == {"documents": ["Rapport https://eksempel.dk/rapport.pdf +2", ""]}

    def test_the_same_again_is_no_event(self, chief, source):
        record_documents(by=chief, publication=source, documents=[REPORT])
        before = Document.objects.get().pk
        record_documents(by=chief, publication=source, documents=[REPORT])
        assert (Document.objects.get().pk, len(changes())) == (before, 1)

    def test_there_is_always_one(self, chief, source):
        with pytest.raises(ValidationError, match="mindst ét dokument"):
            record_documents(by=chief, publication=source, documents=[])
        assert titles(source) == ["Anbefalinger.pdf"]

    def test_two_of_one_name_are_refused_by_their_place_and_the_old_ones_stay(self, chief, source):
        with pytest.raises(ValidationError) as refused:
            record_documents(by=chief, publication=source, documents=[REPORT, REPORT])
        assert refused.value.message_dict["documents"] == [
            "Dokument 2: To dokumenter har samme titel. Giv det ene en anden."
        ]
        assert titles(source) == ["Anbefalinger.pdf"]

    def test_one_that_words_in_force_name_stays(self, chief, source):
        record_documents(by=chief, publication=source, documents=[REPORT, ANNEX])
        ItemFactory(publication=source, number="7", document="Bilag 1")
        ItemFactory(number="8", document="Rapport")  # of another source, which has one of that name
        with pytest.raises(ValidationError, match="»Bilag 1« nævnes ved 7"):
            record_documents(by=chief, publication=source, documents=[REPORT])
        assert titles(source) == ["Rapport", "Bilag 1"]
        record_documents(by=chief, publication=source, documents=[ANNEX])
        assert titles(source) == ["Bilag 1"]

    def test_are_an_administrators_to_write(self, bo, source):
        with pytest.raises(PermissionDenied):
            record_documents(by=bo, publication=source, documents=[REPORT])


class TestBoundCommittees:
    def test_are_exactly_those_named_each_with_its_part(self, chief, source, sou, sud):
        both = [CommitteeContent(sud, "Hvem er med?"), CommitteeContent(sou)]
        record_bound_committees(by=chief, publication=source, committees=both)
        bound = source.bound_committees.select_related("committee").order_by("committee__sort_name")
        assert [(str(one), one.part) for one in bound] == [(sud.name, "Hvem er med?"), (sou.name, "")]
        record_bound_committees(by=chief, publication=source, committees=[CommitteeContent(sou)])
        assert changes()[-1] == {"committees": ["SUD: Hvem er med?", ""]}

    def test_the_same_in_another_order_is_no_event(self, chief, source, sou, sud):
        for committees in ([sou, sud], [sud, sou]):
            rows = [CommitteeContent(one) for one in committees]
            record_bound_committees(by=chief, publication=source, committees=rows)
        assert len(changes()) == 1

    def test_one_that_stands_twice_is_refused(self, chief, source, sou):
        with pytest.raises(ValidationError, match="Udvalg 2: Udvalget står der to gange"):
            record_bound_committees(
                by=chief, publication=source, committees=[CommitteeContent(sou), CommitteeContent(sou)]
            )
        assert not SourceCommittee.objects.exists()

    def test_own_nothing_and_owe_nothing_by_that(self, chief, source):
        item = ItemFactory(publication=source)
        record_bound_committees(by=chief, publication=source, committees=[CommitteeContent(CommitteeFactory())])
        assert not item.ownerships.exists()
