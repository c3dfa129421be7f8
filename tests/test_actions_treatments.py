"""That a committee took a source up at a meeting: recorded once, corrected by a new row, and never an answer."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from recommendations import answers
from recommendations.actions import correct_treatment, record_treatment
from recommendations.enums import Act, Nature
from recommendations.models import Event, Treatment
from tests.factories import TODAY, CommitteeFactory, OwnershipFactory, PublicationFactory, RecommendationFactory

pytestmark = pytest.mark.django_db

URL, MEETING = "https://eksempel.dk/dagsorden/11", date(2026, 9, 17)


@pytest.fixture
def source():
    return PublicationFactory()


@pytest.fixture
def record(bo, source, sou):
    def recorded(**more):
        said = {"by": bo, "publication": source, "committee": sou, "meeting_date": MEETING, "agenda_url": URL}
        return record_treatment(**said | more)

    return recorded


def refused(act, **fields):
    """The sentences with which it is refused, by field; and that it left nothing behind."""
    before = Treatment.objects.count(), Event.objects.count()
    with pytest.raises(ValidationError) as problem:
        act(**fields)
    assert (Treatment.objects.count(), Event.objects.count()) == before
    return {name: " ".join(sentences) for name, sentences in problem.value.message_dict.items()}


class TestRecording:
    def test_says_the_meeting_and_what_was_proposed_and_is_news_about_the_source(self, record, source, sou):
        row = record(agenda_item=" punkt 11 ", proposed="At bruge\u200b dem.")
        assert (row.agenda_item, row.proposed, str(row)) == (
            "punkt 11",
            "At bruge dem.",
            "SOU: Behandlet; beslutningen er ikke læst ind, 17.09.2026",
        )
        event = Event.objects.get(act=Act.TREATMENT_RECORDED)
        assert (event.nature, event.publication, event.committee, event.item) == (Nature.NEWS, source, sou, None)
        assert (event.treatment, event.on) == (row, MEETING)

    def test_the_very_same_again_is_no_new_row_and_other_words_of_the_meeting_are(self, record):
        assert record(agenda_item="punkt 11") == record(agenda_item="punkt 11")
        record(agenda_item="punkt 12")
        assert Treatment.objects.count() == 2

    def test_answers_nothing(self, record, source, sou):
        item = RecommendationFactory(publication=source)
        OwnershipFactory(item=item, committee=sou)
        owed = answers.owed().count()
        record()
        assert (answers.owed().count(), answers.given().count(), owed) == (1, 0, 1)

    def test_needs_the_link_where_the_decision_can_be_read(self, record):
        assert "dagsordenspunktet" in refused(record, agenda_url="  ")["agenda_url"]

    def test_a_meeting_to_come_or_of_another_age_is_refused(self, record):
        assert "ikke holdt endnu" in refused(record, meeting_date=date(2026, 11, 3))["meeting_date"]
        assert record(meeting_date=TODAY).meeting_date == TODAY
        assert "årstallet" in refused(record, meeting_date=date(1926, 9, 17))["meeting_date"]

    def test_of_a_committee_that_was_not_yet_is_refused(self, chief, record):
        later = CommitteeFactory(name="Det nye udvalg", valid_from=date(2026, 10, 1))
        assert "Det nye udvalg fandtes ikke" in refused(record, by=chief, committee=later)["committee"]

    def test_is_for_the_committees_approver(self, record, anna, carla, chief):
        for other in (anna, carla):
            with pytest.raises(PermissionDenied):
                record(by=other)
        assert record(by=chief).recorded_by == chief

    def test_read_from_a_file_is_no_news(self, record):
        assert record(by=None).events.get().nature == Nature.FROM_SOURCE


class TestCorrecting:
    def test_puts_a_row_in_its_place_and_both_stay(self, bo, record):
        wrong = record()
        right = correct_treatment(
            by=bo, treatment=wrong, reason="Forkert dag.", meeting_date=date(2026, 9, 18), agenda_url=URL
        )
        assert list(Treatment.objects.known()) == [right]
        assert wrong.corrections.get().reason == "Forkert dag."
        event = Event.objects.get(act=Act.TREATMENT_CORRECTED)
        assert (event.nature, event.treatment) == (Nature.CORRECTION, right)
        assert not Event.objects.news().uncorrected().exists()

    def test_takes_back_what_never_was(self, bo, record):
        row = correct_treatment(
            by=bo, treatment=record(), reason="Der var intet møde.", meeting_date=MEETING, takes_back=True
        )
        assert str(row) == "SOU: taget tilbage, 17.09.2026"
        assert not Treatment.objects.known().exists()

    def test_says_why_once_and_something_else(self, bo, record):
        wrong = record()
        said = {"by": bo, "treatment": wrong, "meeting_date": MEETING, "agenda_url": URL, "reason": "Forkert punkt."}
        assert "ikke rettet noget" in refused(correct_treatment, **said)["meeting_date"]
        other = said | {"agenda_item": "punkt 9"}
        assert "hvad der var forkert" in refused(correct_treatment, **other | {"reason": " "})["reason"]
        correct_treatment(**other)
        assert "allerede rettet" in refused(correct_treatment, **other | {"agenda_item": "punkt 8"})["corrects"]

    def test_is_for_the_committees_approver(self, record, carla):
        with pytest.raises(PermissionDenied):
            correct_treatment(by=carla, treatment=record(), reason="Nej.", meeting_date=MEETING, takes_back=True)

    def test_what_was_known_then_is_known_then(self, bo, record):
        wrong = record()
        correct_treatment(by=bo, treatment=wrong, reason="Intet møde.", meeting_date=MEETING, takes_back=True)
        assert list(Treatment.objects.known(known_at=wrong.recorded_at)) == [wrong]
        assert not Treatment.objects.known(MEETING.replace(day=16)).exists()
