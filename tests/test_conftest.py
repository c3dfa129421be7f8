"""What the other tests rely on without saying so."""

import socket
from datetime import date, datetime

import pytest
from django.db import connection
from django.template import Context, engines
from django.template.base import Origin, Template
from django.utils import timezone
from pytest_socket import SocketConnectBlockedError

from recommendations import actions, append_only, tenancy
from recommendations.enums import Status
from recommendations.models import Recommendation, StatusUpdate
from tests.conftest import PROJECT_TEMPLATES, UndefinedVariable
from tests.factories import (
    TODAY,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    StatusUpdateFactory,
    answered,
    deadline,
    published,
)


def test_it_is_the_same_day_in_every_test_and_time_goes_on(db):
    assert timezone.localdate() == TODAY
    assert timezone.localtime().hour == 10
    first, second = StatusUpdateFactory(), StatusUpdateFactory()
    assert timezone.localdate(first.created_at) == TODAY
    assert first.created_at < second.created_at < timezone.now()


def test_times_are_still_shown_in_danish_time():
    """Django's templates ask whether a value is a datetime by the name that stands for it in `timezone`."""
    noon = datetime(2026, 11, 2, 11, 0, tzinfo=timezone.get_fixed_timezone(0))
    assert engines["django"].from_string("{{ noon|date:'H.i' }}").render({"noon": noon}) == "12.00"


def test_a_test_with_a_database_is_about_copenhagen(db, municipality):
    assert tenancy.current() == municipality
    assert PublicationFactory().municipality.name == "Københavns Kommune"


def told_by(event):
    """All that an event says but whose act it was, and when."""
    return event.act, event.nature, event.on, event.before, event.after, event.committee


def test_what_tests_make_past_the_actions_is_told_as_the_actions_tell_it(bo, sou):
    """Twice the same story about two items: recorded by the actions, and made by the factories."""
    source = PublicationFactory()
    acted, made = (RecommendationFactory(publication=source) for _ in range(2))
    for item in (acted, made):
        OwnershipFactory(item=item, committee=sou)
    by = {"by": bo, "item": acted, "committee": sou}
    for status in (Status.IN_PROGRESS, Status.PAUSED):
        content = actions.UpdateDraft(status=status, text="Fordi.")
        actions.publish_update(by=bo, update=actions.save_draft(**by, draft=content))
        published(made, status)
    actions.record_answer(**by, outcome="adopted", meeting_date=date(2026, 9, 17))
    answered(made, sou, meeting_date=date(2026, 9, 17))
    for due_on in (date(2026, 12, 31), date(2027, 12, 31)):
        actions.set_deadline(**by, due_on=due_on, reason="Fordi.")
        deadline(made, due_on, committee=sou, set_on=TODAY)
    by_actions = [told_by(event) for event in acted.events.exclude(act="draft_saved").order_by("pk")]
    by_factories = [told_by(event) for event in made.events.order_by("pk")]
    assert by_factories == by_actions


def render(source, folder, **context):
    origin = Origin(name=f"{folder}/side.html")
    return Template(source, origin=origin, engine=engines["django"].engine).render(Context(context))


@pytest.mark.parametrize(
    "source", ["{{ findes_ikke }}", "{{ side.findes_ikke }}", "{% if side %}{{ x|lower }}{% endif %}"]
)
def test_an_undefined_variable_fails_in_the_projects_templates_only(source):
    with pytest.raises(UndefinedVariable, match=r"side\.html:1"):
        render(source, PROJECT_TEMPLATES[0], side={"titel": "Overblik"})
    assert render(source, "/usr/lib/django/templates", side={"titel": "Overblik"}) == ""


def test_a_template_may_ask_whether_a_variable_is_there():
    assert render("{% if findes_ikke %}a{% else %}b{% endif %}", PROJECT_TEMPLATES[0]) == "b"


@pytest.mark.django_db
def test_rows_without_an_order_come_in_any_order_and_those_with_one_do_not():
    publication = PublicationFactory()
    for _ in range(20):
        RecommendationFactory(publication=publication)

    def orders(rows):
        return {tuple(row.pk for row in rows.all()) for _ in range(4)}

    assert len(orders(Recommendation.objects.order_by())) == 4
    assert len(orders(Recommendation.objects.order_by("pk"))) == 1
    assert len(orders(Recommendation.objects.all())) == 1
    assert Recommendation.objects.order_by().union(Recommendation.objects.order_by()).count() == 20
    assert Recommendation.objects.order_by().values("publication").distinct().count() == 1


def test_there_is_no_network():
    with socket.socket() as connection_out, pytest.raises(SocketConnectBlockedError):
        connection_out.connect(("192.0.2.1", 80))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["first", "second"])
def test_a_test_that_commits_leaves_nothing_behind_and_the_triggers_in_place(turn):
    assert not StatusUpdate.objects.exists()
    published(RecommendationFactory())
    assert StatusUpdate.objects.count() == 1
    assert append_only.missing(connection) == []


@pytest.mark.browser
@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("<p>En god side</p>", None),
        ("<script>document.title = 'Ny'</script>", "Content Security Policy"),
        ("<p style='color: red'>Rød</p>", "Content Security Policy"),
        ("<script src='fejl.js'></script>", "Der gik noget galt"),
        ("<img src='/static/findes-ikke.png' alt=''>", "404 for"),
    ],
)
def test_a_page_that_misbehaves_is_complained_of(page, complaints, body, complaint):
    policy = {"Content-Security-Policy": "default-src 'self'"}
    page.route(
        "**/proeve.html",
        lambda route: route.fulfill(body=f"<!doctype html>{body}", content_type="text/html", headers=policy),
    )
    page.route("**/fejl.js", lambda route: route.fulfill(body="throw new Error('Der gik noget galt')"))
    page.goto("/proeve.html", wait_until="networkidle")
    assert (complaints == []) if complaint is None else (complaint in "\n".join(complaints))
    complaints.clear()


def test_a_page_that_does_not_exist_is_no_complaint(page, complaints):
    assert page.goto("/findes-ikke/").status == 404
    assert complaints == []


def test_a_page_of_annas_is_opened_as_anna(open_page, anna):
    assert open_page(anna).goto("/admin/").url.endswith("/admin/")
    assert "/login/" in open_page().goto("/admin/").url
