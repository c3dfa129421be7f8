"""What becomes of a report of an error."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from recommendations.actions import handle_error_report, report_error
from recommendations.enums import Act
from recommendations.models import ErrorReport, Event
from tests.factories import ErrorReportFactory, OwnershipFactory, RecommendationFactory


@pytest.fixture
def report(sou):
    item = RecommendationFactory()
    OwnershipFactory(item=item, committee=sou)
    return ErrorReportFactory(item=item)


def test_handling_says_who_when_and_what_and_forgets_the_sender(report, anna):
    handle_error_report(by=anna, report=report, note=" Rettet. ")
    kept = ErrorReport.objects.get()
    assert (kept.handled_by, kept.note, kept.email) == (anna, "Rettet.", "")
    assert kept.handled_at is not None
    assert kept.text == report.text


def test_nothing_is_handled_without_a_word(report, anna):
    with pytest.raises(ValidationError) as refused:
        handle_error_report(by=anna, report=report, note="  ")
    assert list(refused.value.message_dict) == ["note"]
    assert ErrorReport.objects.get().email


def test_what_is_handled_stays_as_it_was_handled(report, anna, bo):
    handle_error_report(by=anna, report=report, note="Rettet.")
    with pytest.raises(ValidationError, match="allerede behandlet"):
        handle_error_report(by=bo, report=report, note="Igen.")
    assert ErrorReport.objects.get().handled_by == anna


def test_only_those_who_write_about_the_item_handle_it(report, carla, dina, bo):
    for user in (carla, dina):
        with pytest.raises(PermissionDenied, match="handler ikke om noget, dit udvalg ejer"):
            handle_error_report(by=user, report=report, note="Rettet.")
    assert ErrorReport.objects.get().handled_at is None
    handle_error_report(by=bo, report=report, note="Rettet.")


def test_what_somebody_tells_is_kept_as_they_can_read_it(municipality, db):
    kept = report_error(text=" Der st\u00adår 92.\r\n\uf0b7 Det er 29. ", where=" /om/ ", email="borger@eksempel.dk")
    assert (kept.text, kept.where, kept.municipality) == ("Der står 92.\n• Det er 29.", "/om/", municipality)


def test_told_twice_it_is_there_once_until_it_is_handled(anna, sou):
    item = OwnershipFactory(item=RecommendationFactory(), committee=sou).item
    told = {"text": "Der står 92.", "where": "/om/", "email": "borger@eksempel.dk", "item": item}
    first = report_error(**told)
    assert report_error(**told | {"text": " Der står 92. "}) == first
    for other in ({"text": "Der står 93."}, {"where": "/"}, {"email": "en@anden.dk"}, {"item": None}):
        assert report_error(**told | other) != first
    assert Event.objects.filter(act=Act.ERROR_REPORTED).count() == ErrorReport.objects.count() == 5
    handle_error_report(by=anna, report=first, note="Rettet.")
    assert report_error(**told) != first


def test_nothing_is_no_report(db):
    with pytest.raises(ValidationError):
        report_error(text=" \u00ad ")
    assert not ErrorReport.objects.exists()


def test_open_ones_are_those_that_nobody_has_handled(report, anna):
    assert list(ErrorReport.objects.open()) == [report]
    handle_error_report(by=anna, report=report, note="Rettet.")
    assert not ErrorReport.objects.open()
