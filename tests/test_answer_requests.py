"""The ladder of silence: each step on its day, by whoever may, once; and who sees it where, today and on a past day."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from recommendations import actions, permissions, tenancy
from recommendations.answer_requests import line_in_words, months_after, public_lines, silences
from recommendations.enums import MessageKind, Nature, RequestStep, Role
from recommendations.models import AnswerRequest, Event, OutgoingMessage
from recommendations.notifications.writing import write
from recommendations.reports.builders import built
from recommendations.reports.choices import Choices
from recommendations.selection import Selection
from tests.conftest import clock_from
from tests.factories import (
    TODAY,
    AnswerRequestFactory,
    CommitteeFactory,
    CommitteeMembershipFactory,
    MunicipalityFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    SuccessionFactory,
    answered,
)

LETTER, LINE = RequestStep.LETTER, RequestStep.PUBLIC_LINE
PAGE = "/admin/svar-der-mangler/"


def days_ago(days):
    return TODAY - timedelta(days=days)


def a_source(sou, items=2, **fields):
    source = PublicationFactory(**{"title": "Tinget", "slug": "tinget"} | fields)
    for number in range(1, items + 1):
        item = RecommendationFactory(publication=source, number=f"3.{number}", title=f"Råd {number}")
        OwnershipFactory(item=item, committee=sou, valid_from=date(2024, 6, 17))
    return source


@pytest.fixture
def source(sou):
    """Handed over more than two years ago; SOU owes it two answers."""
    sou.email = "sou@eksempel.dk"
    sou.save()
    return a_source(sou)


def ask(by, source, committee, step=LETTER, **more):
    return actions.request_answer(by=by, publication=source, committee=committee, step=step, **more)


def with_a_line(source, committee, on=None):
    """Both steps taken: the letter a year before the line."""
    on = on or days_ago(10)
    common = {"publication": source, "committee": committee, "due_on": date(2025, 1, 1)}
    AnswerRequestFactory(**common, step=LETTER, on=on - timedelta(days=365))
    return AnswerRequestFactory(**common, step=LINE, on=on, text=line_in_words(on), recorded_at=moment_of(on))


def moment_of(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("Europe/Copenhagen"))


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return re.sub(r"\s+", " ", strip_tags(response.content.decode()))


# --- When -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "months", "day"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 6, 17), 6, date(2026, 12, 17)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 1, 1), 24, date(2028, 1, 1)),
    ],
)
def test_months_are_counted_as_people_do(start, months, day):
    assert months_after(start, months) == day


def test_the_days_are_the_municipalitys_and_counted_from_the_hand_over(sou, municipality):
    municipality.answer_letter_months, municipality.answer_line_months = 2, 5
    municipality.save()
    a_source(sou, handed_over_on=date(2026, 9, 2))
    [silence] = silences()
    assert [(one.step, one.due_on, one.taken) for one in silence.steps] == [
        (LETTER, date(2026, 11, 2), None),
        (LINE, date(2027, 2, 2), None),
    ]
    assert (silence.owed, silence.step_now) == (2, silence.steps[0])


@pytest.mark.parametrize(("handed_over", "may"), [(date(2026, 5, 2), True), (date(2026, 5, 3), False)])
def test_a_step_is_taken_on_its_day_and_not_before(handed_over, may, sou, dina):
    sou.email = "sou@eksempel.dk"
    sou.save()
    source = a_source(sou, handed_over_on=handed_over)
    if may:
        assert ask(dina, source, sou).due_on == TODAY
        return
    with pytest.raises(ValidationError, match=r"Det er for tidligt. Trinnet kan tages fra 3. november 2026"):
        ask(dina, source, sou)
    assert not AnswerRequest.objects.exists()
    assert not OutgoingMessage.objects.exists()


def test_the_line_comes_on_a_later_day_than_the_letter(source, sou, dina, monkeypatch):
    with pytest.raises(ValidationError, match="Send først brevet"):
        ask(dina, source, sou, LINE)
    ask(dina, source, sou)
    with pytest.raises(ValidationError, match=r"kan tages fra 3. november 2026"):
        ask(dina, source, sou, LINE)
    monkeypatch.setattr(timezone, "datetime", clock_from(moment_of(date(2026, 11, 3))))
    line = ask(dina, source, sou, LINE)
    assert (line.on, line.text) == (date(2026, 11, 3), "Begrundelse udbedt 3. november 2026")


def test_without_a_day_of_hand_over_or_answers_expected_there_is_no_ladder(sou):
    a_source(sou, handed_over_on=None)
    a_source(sou, slug="oplysning", expects_answers=False)
    a_source(sou, slug="kladde", public_at=None)
    assert silences() == []


# --- Who, and once ----------------------------------------------------------------------------------------------------


def test_a_secretary_of_the_committee_and_an_administrator_may(source, sou, anna, bo, carla, dina, chief, citizen):
    other = CommitteeMembershipFactory(committee=CommitteeFactory(code="BUU"), role=Role.SECRETARY).user
    for user in (anna, bo, carla, other):
        assert not permissions.can_request_answer(user, sou)
        with pytest.raises(PermissionDenied, match="Kun en udvalgssekretær for Sundheds- og Omsorgsudvalget"):
            ask(user, source, sou)
    for user in (dina, chief):
        assert permissions.can_request_answer(user, sou)


def test_each_step_is_taken_once(source, sou, dina):
    ask(dina, source, sou)
    with pytest.raises(ValidationError, match="Det trin er allerede taget"):
        ask(dina, source, sou)
    assert (AnswerRequest.objects.count(), OutgoingMessage.objects.count()) == (1, 1)


def test_who_owes_nothing_is_not_asked(source, sou, sud, chief):
    sud.email = "sud@eksempel.dk"
    sud.save()
    with pytest.raises(ValidationError, match="Der mangler ikke et svar"):
        ask(chief, source, sud)


def test_a_committee_without_a_mailbox_gets_no_letter(source, sou, dina):
    sou.email = ""
    sou.save()
    with pytest.raises(ValidationError, match="har ingen postkasse"):
        ask(dina, source, sou)


def test_it_is_no_news(source, sou, dina):
    ask(dina, source, sou)
    [event] = Event.objects.all()
    assert (event.nature, event.publication, event.committee, event.by) == (Nature.HOUSEKEEPING, source, sou, dina)


# --- The letter -------------------------------------------------------------------------------------------------------


def test_the_letter_is_what_was_shown_and_names_what_is_missing(source, sou, dina):
    answered(source.items.get(number="3.2"), sou)
    [silence] = silences()
    shown = silence.text
    request = ask(dina, source, sou)
    [message] = OutgoingMessage.objects.all()
    assert (message.kind, message.committee, message.person) == (MessageKind.ANSWER_REQUESTED, sou, None)
    mail = write(message)
    assert mail.subject == "Vi mangler udvalgets svar: Tinget"
    assert mail.text.strip() == request.text == shown
    item = source.items.get(number="3.1")
    address = tenancy.site_url() + item.get_absolute_url()
    for body in (mail.text, mail.html):
        assert "»Tinget« blev overdraget til kommunen den 17. juni 2024." in body
        assert "en anbefaling, som vi ikke har registreret et svar på" in body
        assert "3.1 Råd 1" in body
        assert address in body
        assert "Råd 2" not in body
        assert "Er der ikke registreret et svar den 3. november 2026" in body


def test_a_letter_whose_row_is_not_there_says_nothing(source, sou):
    message = OutgoingMessage(kind=MessageKind.ANSWER_REQUESTED, committee=sou, about={"request": 0})
    assert write(message) is None


def test_a_long_list_is_counted(sou, monkeypatch):
    monkeypatch.setattr("recommendations.answer_requests.MOST_NAMED", 2)
    a_source(sou, items=4)
    [silence] = silences()
    assert silence.text.count("/anbefalinger/") == 2
    assert "- og 2 flere" in silence.text


# --- What readers see -------------------------------------------------------------------------------------------------


def pages_of(source, committee):
    return [
        reverse("publication", args=[source.slug]),
        reverse("committee", args=[committee.code]),
        source.items.get(number="3.1").get_absolute_url(),
    ]


def test_the_pages_and_the_staff_agree(source, sou, dina, citizen):
    line = with_a_line(source, sou)
    for address in pages_of(source, sou):
        assert "Begrundelse udbedt 23. oktober 2026" in read(citizen, address)
    dina_client = Client()
    dina_client.force_login(dina)
    assert line.text in read(dina_client, PAGE)
    for address in pages_of(source, sou)[:2]:
        html = citizen.get(address).content.decode()
        [link] = re.findall(r'<a href="(/anbefalinger/[^"]*)">2 anbefalinger uden et registreret svar</a>', html)
        assert "2 anbefalinger" in read(citizen, link.replace("&amp;", "&"))
    for address in pages_of(source, sou):
        # Without the catalogue's new words it is Danish there too; the day is said as English has it.
        assert "23 October 2026" in read(citizen, "/en" + address)


def test_nothing_is_said_before_the_line_and_nothing_of_the_letter(source, sou, citizen):
    AnswerRequestFactory(publication=source, committee=sou)
    for address in pages_of(source, sou):
        assert "udbedt" not in read(citizen, address)


def test_an_answer_ends_it_for_its_own_item_at_once_and_for_all_with_the_last(source, sou, dina, citizen):
    with_a_line(source, sou)
    first, second = source.items.order_by("number")
    answered(first, sou)
    assert "udbedt" not in read(citizen, first.get_absolute_url())
    assert "Begrundelse udbedt" in read(citizen, second.get_absolute_url())
    assert "1 anbefaling uden et registreret svar" in read(citizen, reverse("publication", args=[source.slug]))
    answered(second, sou)
    for address in pages_of(source, sou):
        assert "udbedt" not in read(citizen, address)
    assert silences() == []
    client = Client()
    client.force_login(dina)
    assert "Alle svar, der ventes, er registreret." in read(client, PAGE)


def test_a_view_of_a_day_between_shows_it(source, sou, citizen):
    with_a_line(source, sou, on=date(2026, 9, 1))
    for item in source.items.order_by("number"):
        answered(item, sou, meeting_date=date(2026, 10, 1))
    for address in pages_of(source, sou):
        assert "udbedt" not in read(citizen, address)
        assert "udbedt" not in read(citizen, f"{address}?pr=2026-08-31")
        for between in ("2026-09-01", "2026-09-30"):
            assert "Begrundelse udbedt 1. september 2026" in read(citizen, f"{address}?pr={between}")


def test_the_lines_know_two_times(source, sou):
    line = with_a_line(source, sou, on=date(2026, 9, 1))
    assert public_lines() == [line]
    assert public_lines(date(2026, 8, 31)) == []
    assert public_lines(None, moment_of(date(2026, 8, 31))) == []
    assert public_lines(date(2026, 9, 1), moment_of(date(2026, 9, 2))) == [line]


def test_other_municipalities_see_nothing_of_it(source, sou):
    with_a_line(source, sou)
    with tenancy.active(MunicipalityFactory(name="Nabo", slug="nabo")):
        assert (public_lines(), silences()) == ([], [])


@pytest.mark.parametrize("sources", [1, 3])
def test_pages_ask_as_much_whatever_there_is(sources, sou, citizen, django_assert_num_queries):
    for number in range(sources):
        source = a_source(sou, slug=f"kilde-{number}", items=2)
        with_a_line(source, sou)
    source_page, committee_page, item_page = pages_of(source, sou)
    for address, queries in ((source_page, 14), (committee_page, 18), (item_page, 16)):
        with django_assert_num_queries(queries):
            citizen.get(address)


def test_the_report_to_the_committee_says_it_too_and_another_does_not(source, sou, sud):
    OwnershipFactory(item=source.items.get(number="3.1"), committee=sud)
    with_a_line(source, sou, on=date(2026, 9, 1))
    said = "Begrundelse for de svar, der mangler til Tinget, er udbedt den 1. september 2026."

    def told(**chosen):
        report = built(Choices(Selection(**chosen)))
        [found] = [one for one in report.sections if one.key == "attention"]
        return found.paragraphs

    assert said in told(committee="SOU")
    assert said not in told(committee="SUD")
    assert said not in told(committee="SOU", as_of=date(2026, 8, 31))
    for item in source.items.order_by("number"):
        answered(item, sou)
    assert said not in told(committee="SOU")


# --- Successions ------------------------------------------------------------------------------------------------------


@pytest.fixture
def heir(source, sou, sud):
    """SOU has ended, and left all to SUD, which has a mailbox."""
    sou.valid_to = date(2026, 10, 1)
    sou.save()
    SuccessionFactory(predecessor=sou, successor=sud, on=date(2026, 10, 1))
    sud.email = "sud@eksempel.dk"
    sud.save()
    return sud


def test_the_heir_owes_and_has_been_asked_what_its_predecessor_was(source, sou, heir, chief, citizen):
    AnswerRequestFactory(publication=source, committee=sou, on=date(2026, 9, 1), due_on=date(2026, 1, 1))
    [silence] = silences()
    assert (silence.committee, silence.owed, silence.next_step.step) == (heir, 2, LINE)
    with pytest.raises(ValidationError, match="Der mangler ikke et svar"):
        ask(chief, source, sou, LINE)
    with pytest.raises(ValidationError, match="Det trin er allerede taget"):
        ask(chief, source, heir)
    ask(chief, source, heir, LINE)
    for address in pages_of(source, heir):
        assert "Begrundelse udbedt 2. november 2026" in read(citizen, address)


def test_the_line_of_a_predecessor_speaks_of_the_heir(source, sou, heir, citizen):
    with_a_line(source, sou, on=date(2026, 9, 1))
    text = read(citizen, reverse("publication", args=[source.slug]))
    assert f"{heir.name}: 2 anbefalinger uden et registreret svar. Begrundelse udbedt 1. september 2026" in text
    assert "Begrundelse udbedt" in read(citizen, reverse("committee", args=[heir.code]))
    assert "Begrundelse udbedt" in read(citizen, source.items.get(number="3.1").get_absolute_url())
    before = read(citizen, f"{reverse('publication', args=[source.slug])}?pr=2026-09-15")
    assert f"{sou.name}: 2 anbefalinger uden et registreret svar" in before


def test_an_item_that_both_owned_counts_once(source, sou, heir):
    OwnershipFactory(item=source.items.get(number="3.1"), committee=heir)
    [silence] = silences()
    assert silence.owed == 2


def test_one_that_has_ended_without_an_heir_is_not_asked(source, sou):
    sou.valid_to = date(2026, 10, 1)
    sou.save()
    assert silences() == []


# --- The staff's page -------------------------------------------------------------------------------------------------


def post(client, source, committee, step, **more):
    return client.post(PAGE, {"kilde": source.pk, "udvalg": committee.pk, "skridt": step} | more, follow=True)


def as_(user):
    client = Client()
    client.force_login(user)
    return client


def test_from_the_queue_to_the_letter_and_the_line(source, sou, dina, monkeypatch):
    client = as_(dina)
    front = read(client, "/admin/")
    assert "Svar, der kan bedes om (1)" in front
    assert "Se brevet, og send det" in front
    page = client.get(PAGE)
    assert silences()[0].text.splitlines()[2] in page.content.decode()  # word for word, before it is pressed
    assert "Send brevet til sou@eksempel.dk" in page.content.decode()
    done = post(client, source, sou, "letter", noegle=page.context["noegle"])
    assert "Brevet er lagt i køen til sou@eksempel.dk." in done.content.decode()
    post(client, source, sou, "letter", noegle=page.context["noegle"])  # the second click
    assert AnswerRequest.objects.count() == 1
    assert "Svar, der kan bedes om (" not in read(client, "/admin/")
    assert "kan gøres fra 3. november 2026" in read(client, PAGE)
    monkeypatch.setattr(timezone, "datetime", clock_from(moment_of(date(2026, 11, 3))))
    client = as_(dina)
    assert "Se linjen, og sæt den på siderne" in read(client, "/admin/")
    assert "Begrundelse udbedt 3. november 2026" in read(client, PAGE)
    done = post(client, source, sou, "public_line", noegle=client.get(PAGE).context["noegle"])
    assert "Linjen står nu på de offentlige sider." in done.content.decode()
    assert "Svar, der kan bedes om (" not in read(client, "/admin/")


def test_what_is_refused_is_said_there(source, sou, dina):
    done = post(as_(dina), source, sou, "public_line")
    assert done.status_code == 422
    assert "Send først brevet til udvalgets postkasse." in done.content.decode()


def test_only_who_may_opens_it(source, sou, anna, dina, chief, citizen):
    assert as_(anna).get(PAGE).status_code == 403
    assert citizen.get(PAGE).status_code == 302
    other = CommitteeMembershipFactory(committee=CommitteeFactory(code="BUU"), role=Role.SECRETARY).user
    other.is_staff = True
    other.save()
    assert "Tinget" not in read(as_(other), PAGE)
    assert post(as_(other), source, sou, "letter").status_code == 403
    assert "Tinget" in read(as_(chief), PAGE)
    assert post(as_(dina), source, sou, "andet").status_code == 404
    assert as_(dina).post(PAGE, {"kilde": "x", "udvalg": "0", "skridt": "letter"}).status_code == 404


def test_one_without_a_mailbox_has_no_button(source, sou, dina):
    sou.email = ""
    sou.save()
    text = read(as_(dina), PAGE)
    assert "Udvalget har ingen postkasse." in text
    assert "Send brevet til" not in text


@pytest.mark.parametrize("sources", [1, 3])
def test_the_page_asks_as_much_whatever_there_is(sources, sou, dina, django_assert_num_queries):
    for number in range(sources):
        with_a_line(a_source(sou, slug=f"kilde-{number}"), sou)
    client = as_(dina)
    client.get(PAGE)  # a session is written down with its first page
    with django_assert_num_queries(9):
        client.get(PAGE)


def test_an_administrator_sets_the_months(chief, municipality):
    client = as_(chief)
    address = reverse("admin:recommendations_municipality_change", args=[municipality.pk])
    form = client.get(address).context["adminform"].form
    typed = {name: form[name].value() or "" for name in form.fields if name != "mark"} | {"answer_letter_months": 3}
    assert client.post(address, typed).status_code == 302
    municipality.refresh_from_db()
    assert (municipality.answer_letter_months, municipality.answer_line_months) == (3, 9)
