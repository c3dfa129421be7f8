"""One night: who is asked about what, who is told, who waits, and what the mails say."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from recommendations import links, tenancy
from recommendations.actions.reminding import remind
from recommendations.enums import MessageKind, ReminderKind, Role, Status, UpdateState
from recommendations.models import OutgoingMessage, ReminderStep
from recommendations.notifications.writing import write
from recommendations.reminders import due
from tests.conftest import member
from tests.factories import (
    TODAY,
    AssignmentFactory,
    CommitteeFactory,
    DoneWhenFactory,
    IssuedReportFactory,
    MeetingFactory,
    MunicipalityFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    ReminderStepFactory,
    StatusUpdateFactory,
    deadline,
    published,
)

pytestmark = pytest.mark.django_db

SUNDAY = TODAY - timedelta(days=1)  # 1 November 2026: the month's mail is not due yet


def with_address(*people):
    for person in people:
        person.email = f"{person.username}@eksempel.dk"
        person.save()


@pytest.fixture
def people(anna, bo, carla, dina):
    with_address(anna, bo, carla, dina)


def owned(committee, number="3.2", **fields):
    row = RecommendationFactory(number=number, **{"title": "Faste teams", **fields})
    OwnershipFactory(item=row, committee=committee)
    return row


def late(item, days):
    return deadline(item, SUNDAY - timedelta(days=days))


def who(mails):
    """Who is told of what: name or committee -> kind and number of days of each step, and whether it is asked."""
    return {
        (mail.person.username if mail.person else mail.mailbox.code if mail.mailbox else ""): [
            (step.kind.value, step.days, step.asks) for step in mail.steps
        ]
        for mail in mails
    }


def mail_to(person, kind):
    message = OutgoingMessage.objects.get(person=person)
    assert message.kind == kind
    return write(message)


# --- Who is told ------------------------------------------------------------------------------------------------------


def test_an_editor_is_asked_and_those_above_are_told_as_it_gets_late(sou, people):
    late(owned(sou), 7)
    assert who(due(SUNDAY)) == {"anna": [("deadline", 7, True)], "bo": [("deadline", 7, False)]}


def test_the_mailbox_and_the_secretary_are_told_last(sou, people):
    late(owned(sou), 60)
    asked = who(due(SUNDAY))
    assert list(asked) == ["anna", "bo", "dina", "SOU"]
    assert asked["SOU"] == asked["dina"] == [("deadline", 60, False)]


def test_an_approver_is_asked_in_the_place_of_an_editor_without_an_address(sou, anna, bo):
    with_address(bo)
    late(owned(sou), 1)
    assert who(due(SUNDAY)) == {"bo": [("deadline", 1, True)]}


def test_what_was_declined_is_asked_of_the_approver(sou, people, anna):
    item = owned(sou)
    AssignmentFactory(item=item, committee=sou, person=None, declined_by=anna)
    late(item, 1)
    assert who(due(SUNDAY)) == {"bo": [("deadline", 1, True)]}


def test_what_waits_for_approval_is_told_to_the_approver_alone(sou, people, anna):
    item = owned(sou)
    StatusUpdateFactory(item=item, committee=sou, author=anna, state=UpdateState.SUBMITTED)
    late(item, 1)
    assert who(due(TODAY)) == {"bo": [("deadline", 1, False)]}


def test_the_mailbox_is_told_at_once_where_nobody_is_there_to_be_asked(sou, anna):
    late(owned(sou), 1)
    assert who(due(SUNDAY)) == {"SOU": [("deadline", 1, False)]}


def test_what_nobody_can_be_told_is_said(db):
    late(owned(CommitteeFactory(code="TOM", email="")), 1)
    (mail,) = due(SUNDAY)
    assert not mail.has_receiver
    assert not mail.is_sent
    assert remind(SUNDAY) == [mail]
    assert not ReminderStep.objects.exists()
    assert not OutgoingMessage.objects.exists()


def test_a_closed_login_is_told_nothing(sou, people, anna):
    anna.is_active = False
    anna.save()
    late(owned(sou), 1)
    assert list(who(due(SUNDAY))) == ["bo"]


def test_what_is_closed_is_not_asked_about(sou, people):
    item = owned(sou)
    late(item, 1)
    published(item, Status.LAPSED, text="Der er kommet en ny lov.", on=SUNDAY)
    assert not due(SUNDAY)


def test_the_month_is_asked_about_on_its_first_working_day(sou, people):
    owned(sou)
    assert not due(SUNDAY)
    assert who(due(TODAY)) == {"anna": [("month", 0, False)]}


def test_the_month_brings_all_that_is_due_in_one_mail(sou, people, anna):
    late(owned(sou), 0)
    assert who(due(TODAY)) == {"anna": [("deadline", 1, True), ("month", 0, False)]}
    remind(TODAY)
    assert ReminderStep.objects.filter(person=anna).count() == 2
    assert OutgoingMessage.objects.count() == 1


def test_who_has_had_a_mail_waits_for_five_days(sou, people, anna):
    late(owned(sou), 1)
    ReminderStepFactory(person=anna, committee=sou, about_on=SUNDAY, told_on=SUNDAY - timedelta(days=4))
    (mail,) = due(SUNDAY)
    assert (mail.person, mail.waits_until, mail.is_sent) == (anna, SUNDAY + timedelta(days=1), False)
    remind(SUNDAY)
    assert not OutgoingMessage.objects.exists()
    remind(SUNDAY + timedelta(days=1))
    assert OutgoingMessage.objects.get().person == anna


def test_another_committees_mail_does_not_keep_a_mailbox_waiting(sou, sud, db):
    late(owned(sou), 30)
    ReminderStepFactory(person=None, committee=sud, told_on=SUNDAY)
    assert [mail.is_sent for mail in due(SUNDAY)] == [True]


def test_the_secretary_is_told_of_a_report_unless_it_has_been_issued(sou, people, dina):
    owned(sou)
    meeting = MeetingFactory(committee=sou, on=SUNDAY + timedelta(days=7))
    assert who(due(SUNDAY)) == {"dina": [("report", -7, False)]}
    IssuedReportFactory(committee=sou, meeting=meeting)
    assert not due(SUNDAY)


def test_a_committee_that_owns_nothing_has_no_report(sou, people):
    MeetingFactory(committee=sou, on=SUNDAY + timedelta(days=7))
    assert not due(SUNDAY)


def test_two_municipalities_do_not_see_each_other(sou, people, anna):
    late(owned(sou), 1)
    beside = MunicipalityFactory(slug="nabo")
    with tenancy.active(beside):
        committee = CommitteeFactory(code="SOU", municipality=beside)
        item = RecommendationFactory(publication=PublicationFactory(slug="nabo", municipality=beside))
        OwnershipFactory(item=item, committee=committee)
        late(item, 1)
        assert list(who(remind(SUNDAY))) == ["SOU"]
    assert list(who(remind(SUNDAY))) == ["anna"]
    call_command("remind", stdout=StringIO())
    with tenancy.active(beside):
        assert ReminderStep.objects.count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_many_rows_take_as_many_queries_as_one(rows, sou, people, anna, django_assert_num_queries):
    meeting = MeetingFactory(committee=sou, on=TODAY + timedelta(days=3))
    for number in range(rows):
        item = owned(sou, f"{number + 1}")
        late(item, 30)
        published(item, author=anna, on=TODAY, next_step="Det kommer op.", next_step_meeting=meeting)
    with django_assert_num_queries(15):
        found = due(TODAY)
    assert len(who(found)["anna"]) == 2 * rows + 1
    with django_assert_num_queries(23 + (connection.vendor == "postgresql")):  # there it takes its turn by a query
        remind(TODAY)
    message = OutgoingMessage.objects.get(person=anna)
    with django_assert_num_queries(13):
        assert write(message).subject


# --- What the command says --------------------------------------------------------------------------------------------


def said(*args):
    out = StringIO()
    call_command("remind", *args, stdout=out, no_color=True)
    return out.getvalue().splitlines()


def test_the_dry_run_says_who_would_get_what_and_why(sou, sud, people, anna, carla):
    late(owned(sou), 6)
    published(owned(sou, "4", title="Stille"), author=anna, on=TODAY - timedelta(days=91))
    late(owned(sud, "5", title="Ventende"), 0)
    late(owned(CommitteeFactory(code="TOM", abbreviation="TOM", email=""), "6", title="Ingens"), 0)
    ReminderStepFactory(person=carla, committee=sud, told_on=SUNDAY)
    assert said("--dry-run") == [
        "Københavns Kommune, 2. november 2026",
        "Sendes til anna <anna@eksempel.dk>: Spørgsmål om flere rækker",
        "  - 3.2 Faste teams, SOU, frist 26. oktober 2026: 7 dage efter (spørges)",
        "  - 4 Stille, SOU, intet nyt siden 3. august 2026: 91 dage (spørges)",
        "  - månedens mail, november 2026: alt åbent",
        "Sendes til bo <bo@eksempel.dk>: Besked om rækker, ingen har svaret på",
        "  - 3.2 Faste teams, SOU, frist 26. oktober 2026: 7 dage efter (orienteres)",
        "Venter til 6. november 2026, for der er sendt mail inden for 5 dage: "
        "carla <carla@eksempel.dk>: Spørgsmål om flere rækker",
        "  - 5 Ventende, SUD, frist 1. november 2026: 1 dag efter (spørges)",
        "  - månedens mail, november 2026: alt åbent",
        "Ingen kan få besked om:",
        "  - 6 Ingens, TOM, frist 1. november 2026: 1 dag efter",
        "2 mails sendes, 1 venter, 1 trin kan ingen få besked om.",
        "1 af 4 åbne rækker har ingen, der kan spørges.",
    ]
    assert not OutgoingMessage.objects.exists()


def test_another_day_can_only_be_tried(sou, people):
    late(owned(sou), 1)
    assert "Sendes til anna" in "\n".join(said("--dry-run", "--dag", "2026-11-09"))
    with pytest.raises(CommandError, match="--dry-run"):
        said("--dag", "2026-11-09")
    with pytest.raises(CommandError, match="ingen kommune"):
        said("--kommune", "findesikke")


def test_a_second_run_sends_nothing(sou, people):
    late(owned(sou), 1)
    assert said()[1] == "1 mail sendes, 0 venter, 0 trin kan ingen få besked om."
    assert said()[1] == "0 mails sendes, 0 venter, 0 trin kan ingen få besked om."
    assert OutgoingMessage.objects.count() == 1


# --- What the mails say -----------------------------------------------------------------------------------------------


def answers_of(person, item, committee):
    page = tenancy.site_url() + reverse("mail_work", args=[links.staff_token(person, item, committee)])
    return [f"{page}?valg={answer}" for answer in ("bekraeft", "status", "ikke-min")]


@pytest.fixture
def same_second(monkeypatch):
    """Tokens are the same whenever they are made."""
    monkeypatch.setattr("django.core.signing.time.time", lambda: 1_800_000_000)


def test_the_month_asks_about_all_with_three_links_each(sou, people, anna, same_second):
    stands, new = owned(sou), owned(sou, "4", title="Uden status")
    published(stands, author=anna, on=TODAY - timedelta(days=100))
    late(stands, 0)
    DoneWhenFactory(item=stands, committee=sou, text="Alle har et team.\nTeamene er faste.")
    remind(TODAY)
    mail = mail_to(anna, MessageKind.STATUS_ASKED)
    assert mail.subject == "Er der nyt om 2 rækker?"
    everything = tenancy.site_url() + reverse("mail_work", args=[links.staff_token(anna)])
    for body in (mail.text, mail.html):
        assert everything in body
        for address in answers_of(anna, stands, sou) + answers_of(anna, new, sou)[1:]:
            assert address in body
        assert answers_of(anna, new, sou)[0] not in body  # nothing stands that could be confirmed
        for words in (
            "3.2 Faste teams",
            "Status: I gang siden 25. juli 2026.",
            "Frist: 1. november 2026.",
            "Alle har et team.; Teamene er faste.",
            "Forsinket med 1 dag. Ikke opdateret i 100 dage.",
            "4 Uden status",
            "Ingen status registreret.",
            "virker i 45 dage",
        ):
            assert words in body, words


def test_one_row_can_be_answered_by_mail_where_answers_are_taken(sou, people, anna, settings, same_second):
    item = owned(sou)
    late(item, 1)
    remind(SUNDAY)
    settings.REPLY_ADDRESS = ""
    message = OutgoingMessage.objects.get()
    assert (message.item, message.committee) == (item, sou)
    assert not write(message).reply_to
    assert "svare på denne mail" not in write(message).text
    settings.REPLY_ADDRESS = "svar@eksempel.dk"
    mail = mail_to(anna, MessageKind.ITEM_ASKED)
    assert mail.subject == "Er der nyt om 3.2 Faste teams?"
    assert mail.reply_to == f"svar+{message.key.hex}@eksempel.dk"
    for body in (mail.text, mail.html):
        assert "svare på denne mail" in body
        assert answers_of(anna, item, sou)[1] in body


def test_what_is_told_names_no_employee(sou, people, anna, bo):
    item = owned(sou)
    published(item, author=anna, on=SUNDAY - timedelta(days=10))
    late(item, 30)
    remind(SUNDAY)
    mailbox = write(OutgoingMessage.objects.get(person=None))
    assert mailbox.subject == "1 række venter på nyt"
    for body in (mailbox.text, mailbox.html):
        assert "3.2 Faste teams" in body
        assert "Forsinket med 31 dage." in body
        assert item.get_absolute_url() in body
        assert "anna" not in body
        assert "/svar/" not in body
    approver = mail_to(bo, MessageKind.OVERDUE_TOLD)
    assert reverse("admin:recommendations_recommendation_change", args=[item.pk]) in approver.text
    assert "anna" not in approver.text


def test_the_secretary_gets_the_way_to_the_report(sou, people, dina):
    owned(sou)
    meeting = MeetingFactory(committee=sou, on=SUNDAY + timedelta(days=5))
    remind(SUNDAY)
    mail = mail_to(dina, MessageKind.REPORT_READY)
    assert mail.subject == "Rapporten til mødet i SOU den 6. november er klar"
    for body in (mail.text, mail.html):
        assert reverse("report_draft", args=[meeting.pk]) in body
    meeting.state = "cancelled"
    meeting.save()
    assert mail_to(dina, MessageKind.REPORT_READY) is None


def test_what_was_promised_to_a_meeting_says_so(sou, people, anna):
    meeting = MeetingFactory(committee=sou, on=SUNDAY + timedelta(days=5))
    item = owned(sou)
    step = {"next_step": "Det kommer op.", "next_step_meeting": meeting}
    published(item, author=anna, on=SUNDAY - timedelta(days=1), **step)
    remind(SUNDAY)
    assert ReminderStep.objects.get(person=anna).kind == ReminderKind.MEETING
    assert "Lovet til mødet den 6. november 2026." in mail_to(anna, MessageKind.ITEM_ASKED).text


def test_a_mail_says_what_is_so_when_it_is_sent(sou, people, anna):
    """What was closed, sent to approval or given to a colleague since is not asked about any more."""
    item, second = owned(sou), owned(sou, "4")
    erik = member("erik", sou, Role.EDITOR)
    with_address(erik)
    AssignmentFactory(item=item, committee=sou, person=anna)
    given = AssignmentFactory(item=second, committee=sou, person=anna)
    late(item, 1)
    late(second, 1)
    remind(SUNDAY)
    assert mail_to(anna, MessageKind.STATUS_ASKED).subject == "Er der nyt om 2 rækker?"
    StatusUpdateFactory(item=item, committee=sou, author=anna, state=UpdateState.SUBMITTED)
    assert mail_to(anna, MessageKind.STATUS_ASKED).subject == "Er der nyt om 1 række?"
    given.person = erik
    given.save()
    assert mail_to(anna, MessageKind.STATUS_ASKED) is None


def test_an_approver_reads_that_a_status_waits_for_them(sou, people, anna, bo):
    item = owned(sou)
    StatusUpdateFactory(item=item, committee=sou, author=anna, state=UpdateState.SUBMITTED)
    late(item, 1)
    remind(SUNDAY)
    assert "En status venter på godkendelse" in mail_to(bo, MessageKind.OVERDUE_TOLD).text


def test_who_keeps_and_approves_gets_one_mail_with_both(sou, people, bo):
    """What bo is asked about stands before what he is told of."""
    late(owned(sou), 7)
    mine = owned(sou, "4", title="Min egen")
    AssignmentFactory(item=mine, committee=sou, person=bo)
    late(mine, 1)
    remind(SUNDAY)
    text = mail_to(bo, MessageKind.STATUS_ASKED).text
    assert (
        text.index("4 Min egen")
        < text.index("Der er intet nyt registreret om 1 række:")
        < text.index("3.2 Faste teams")
    )
