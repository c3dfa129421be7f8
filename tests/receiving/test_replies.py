"""What becomes of each answer: a draft of the one who was asked, or a sentence that says why not. Never more."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from recommendations import actions, outbox, tenancy
from recommendations.actions import EvidenceContent, ReplyContent
from recommendations.actions.replies import MOST_STRANGERS
from recommendations.enums import Act, MessageKind, ReplyState, UpdateKind, UpdateState
from recommendations.models import CommitteeMembership, Event, MailReply, OutgoingMessage, StatusUpdate
from recommendations.notifications.writing import write
from recommendations.receiving.intake import take_mail
from tests.factories import MunicipalityFactory, OwnershipFactory, RecommendationFactory
from tests.receiving.made import ASKED, KEY, STRANGER, TWO, a_pdf, brings, plain
from tests.receiving.replies import CASES


@pytest.fixture
def asked(anna, sou):
    """anna was asked in a mail about an item of SOU's, an hour ago."""
    anna.email = ASKED
    anna.save()
    item = RecommendationFactory(number="3.2", title="Faste teams")
    OwnershipFactory(item=item, committee=sou)
    message = outbox.put(MessageKind.ITEM_ASKED, person=anna, committee=sou, item=item)
    sent = timezone.now() - timedelta(hours=1)
    OutgoingMessage.objects.filter(pk=message.pk).update(key=KEY, sent_at=sent, made_at=sent)
    return OutgoingMessage.objects.select_related("person", "committee", "item", "municipality").get(pk=message.pk)


def drafts():
    return StatusUpdate.objects.order_by("pk")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_becomes_of_each(case, asked, anna, sou):
    """None publishes; what becomes no draft is given back; what is left out of a draft is named."""
    reply = take_mail(case.content(), is_whole=case.state != "too_large")
    assert (reply.state, OutgoingMessage.objects.filter(kind=MessageKind.REPLY_ANSWERED).count()) == (
        case.state,
        int(case.state == "taken"),
    )
    assert not StatusUpdate.objects.published().exists()
    if case.state != "taken":
        assert not drafts().exists()
        told = case.state not in {"automatic"} and case.name != "two senders"
        assert len(mail.outbox) == int(told)
        return
    [draft] = drafts()
    assert (draft.state, draft.kind, draft.status) == (UpdateState.DRAFT, UpdateKind.NOTE, "")
    assert (draft.text, draft.author, draft.committee, draft.item) == (case.text, anna, sou, asked.item)
    assert tuple(draft.evidence.order_by("position").values_list("title", flat=True)) == case.files
    assert (reply.update, reply.person, reply.message) == (draft, anna, asked)
    assert mail.outbox == []


def test_what_is_left_out_of_a_draft_is_named_in_the_receipt_and_on_the_page(asked, client, anna):
    hostile = next(one for one in CASES if one.name == "with a program that says it is a pdf")
    logo = next(one for one in CASES if one.name == "with a picture and a logo")
    first, second = take_mail(hostile.content()), take_mail(logo.content().replace(b"<svar-1@", b"<svar-2@"))
    assert "Filen »notat.pdf« er ikke det, dens navn siger." in first.note
    assert second.note == "Ikke taget med fra mailen: image001.png."
    for reply in (first, second):
        receipt = write(OutgoingMessage.objects.get(about={"reply": reply.pk}))
        for body in (receipt.text, receipt.html):
            assert reply.note in body
            assert reply.update.text in body
            assert reverse("admin:recommendations_statusupdate_change", args=[reply.update_id]) in body
        assert receipt.subject == "Dit svar er gemt som kladde: 3.2 Faste teams"


def test_the_draft_says_that_it_came_by_mail_to_whoever_works_with_it(asked, client, anna, bo):
    reply = take_mail(plain(TWO, Authentication_Results="mx.eksempel.dk; spf=pass; dmarc=fail").as_bytes())
    address = reverse("admin:recommendations_statusupdate_change", args=[reply.update_id])
    client.force_login(anna)
    page = client.get(address).content.decode()
    assert "Kom i en mail fra anna" in page
    assert "postserveren siger, at DMARC ikke passer" in page
    assert "Subject: SV: Hvor langt er 3.2 Faste teams?" in page
    actions.submit_update(by=anna, update=StatusUpdate.objects.get(pk=reply.update_id))
    client.force_login(bo)
    page = client.get(address).content.decode()
    assert "Kom i en mail fra anna" in page
    assert "Message-ID: &lt;svar-1@eksempel.dk&gt;" in page


def test_the_same_mail_again_changes_nothing(asked):
    content = plain(TWO).as_bytes()
    first = take_mail(content)
    events = Event.objects.count()
    assert take_mail(content) == first
    assert (drafts().count(), MailReply.objects.count(), Event.objects.count()) == (1, 1, events)
    # Without a Message-ID it is known by all that stands in it.
    bare = plain(TWO, Message_ID=None).as_bytes()
    assert take_mail(bare) == take_mail(bare)
    assert drafts().count() == 2


def test_a_new_answer_is_a_new_draft_and_overwrites_none(asked):
    first = take_mail(plain("Det første.").as_bytes())
    second = take_mail(plain("Det andet.", Message_ID="<svar-2@eksempel.dk>").as_bytes())
    assert [draft.text for draft in drafts()] == ["Det første.", "Det andet."]
    assert first.update != second.update


def test_it_ends_in_the_event_of_a_draft(asked, anna):
    reply = take_mail(plain(TWO).as_bytes())
    [event] = Event.objects.all()
    assert (event.act, event.by, event.update) == (Act.DRAFT_SAVED, anna, reply.update)


def test_sender_and_headers_are_kept_of_what_was_taken_and_nothing_of_the_rest(asked):
    taken = take_mail(plain(TWO).as_bytes())
    assert f"From: Anna Holm <{ASKED}>" in taken.headers
    assert "Received: 1" in taken.headers
    wrong = take_mail(plain("Hemmeligt.", sender=STRANGER, Message_ID="<x@eksempel.net>").as_bytes())
    stored = str({**MailReply.objects.filter(pk=wrong.pk).values()[0]})
    assert not any(word in stored for word in ("Hemmeligt", STRANGER))
    assert (wrong.message, wrong.person, wrong.headers, wrong.note) == (None, None, "", "")


def test_a_stranger_is_told_and_learns_nothing_of_the_matter(asked):
    take_mail(plain("Hemmeligt.", sender=STRANGER).as_bytes())
    [told] = mail.outbox
    assert (told.to, told.subject) == ([STRANGER], "Din mail er ikke gemt")
    for body in (told.body, told.alternatives[0][0]):
        assert not any(word in body for word in ("Faste teams", "anna", "Anna", "Hemmeligt", "/admin/"))
        assert "Din mail er ikke gemt" in body
    assert told.extra_headers["Auto-Submitted"] == "auto-replied"
    assert told.extra_headers["In-Reply-To"] == "<svar-1@eksempel.dk>"


def test_few_strangers_an_hour_are_told(asked):
    for number in range(MOST_STRANGERS + 3):
        take_mail(plain("x", sender=STRANGER, Message_ID=f"<{number}@eksempel.net>").as_bytes())
    assert len(mail.outbox) == MOST_STRANGERS
    MailReply.objects.update(received_at=timezone.now() - timedelta(hours=2))
    take_mail(plain("x", sender=STRANGER, Message_ID="<senere@eksempel.net>").as_bytes())
    assert len(mail.outbox) == MOST_STRANGERS + 1


def test_a_stranger_who_cannot_be_reached_holds_nothing_up(asked, settings):
    settings.EMAIL_BACKEND = "tests.receiving.broken_backend.Broken"
    assert take_mail(plain("x", sender=STRANGER).as_bytes()).state == ReplyState.WRONG_SENDER


def test_what_cannot_be_said_to_the_asked_is_not_taken_so_that_it_comes_again(asked, settings):
    settings.EMAIL_BACKEND = "tests.receiving.broken_backend.Broken"
    with pytest.raises(OSError, match="nede"):
        take_mail(plain("").as_bytes())
    assert not MailReply.objects.exists()


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (ReplyState.EMPTY, "kunne ikke finde det, du selv har skrevet"),
        (ReplyState.EXPIRED, "mere end 60 dage gammelt"),
        (ReplyState.REFUSED, "Du kan ikke skrive om 3.2 Faste teams på vegne af"),
        (ReplyState.UNKNOWN, "ikke handler om én bestemt række"),
    ],
)
def test_what_is_no_draft_is_given_back_with_a_reason(state, sentence, asked, anna):
    text = "Vi har ansat to."
    if state == ReplyState.EXPIRED:
        OutgoingMessage.objects.update(sent_at=timezone.now() - timedelta(days=61))
    elif state == ReplyState.REFUSED:
        CommitteeMembership.objects.filter(user=anna).delete()
    elif state == ReplyState.UNKNOWN:
        OutgoingMessage.objects.update(kind=MessageKind.STATUS_ASKED, item=None)
    else:
        text = "> Vi har ansat to."
    reply = take_mail(plain(text).as_bytes())
    assert (reply.state, reply.update, reply.headers) == (state, None, "")
    [told] = mail.outbox
    assert told.to == [ASKED]
    for body in (told.body, told.alternatives[0][0]):
        assert sentence in body
        assert "Vi har ansat to." in body
    assert not OutgoingMessage.objects.filter(kind=MessageKind.REPLY_ANSWERED).exists()


def test_on_the_last_day_it_is_taken(asked):
    OutgoingMessage.objects.update(sent_at=timezone.now() - timedelta(days=60) + timedelta(minutes=1))
    assert take_mail(plain(TWO).as_bytes()).state == ReplyState.TAKEN


def test_one_who_has_left_is_refused_and_told(asked, anna):
    anna.is_active = False
    anna.save()
    assert take_mail(plain(TWO).as_bytes()).state == ReplyState.REFUSED
    assert len(mail.outbox) == 1


def test_one_without_an_address_was_not_asked_by_mail(asked, anna):
    anna.email = ""
    anna.save()
    assert take_mail(plain(TWO, sender="").as_bytes()).state == ReplyState.WRONG_SENDER


def test_what_answers_nothing_of_ours_is_nobodys(asked):
    assert (
        take_mail(plain(TWO, to="svar+" + "f" * 32 + "@eksempel.dk", In_Reply_To=None, References=None).as_bytes())
        is None
    )
    assert take_mail(b"") is None
    assert not MailReply.objects.exists()


def test_it_is_taken_in_the_municipality_that_asked(asked):
    ours = tenancy.current()
    with tenancy.active(MunicipalityFactory(name="Nabokommune", slug="nabo", hosts="nabo.eksempel.dk")):
        reply = take_mail(plain(TWO).as_bytes())
        assert not MailReply.objects.exists()
        assert not StatusUpdate.objects.exists()
    assert reply.municipality == ours
    assert drafts().count() == 1


def test_a_file_that_is_too_large_is_named_and_the_others_are_kept(asked, settings):
    settings.EVIDENCE_MAX_BYTES = 100
    reply = take_mail(brings(plain(TWO), "stor.pdf", a_pdf(), "application/pdf").as_bytes())
    assert "Den må højst være" in reply.note
    assert reply.update.evidence.count() == 0


def test_more_than_ten_files_are_named(asked):
    mail_with_many = plain(TWO)
    for number in range(12):
        brings(mail_with_many, f"notat{number:02}.pdf", a_pdf(), "application/pdf")
    reply = take_mail(mail_with_many.as_bytes())
    assert reply.update.evidence.count() == 10
    assert reply.note == "Ikke taget med fra mailen: notat10.pdf, notat11.pdf."


def test_the_action_itself_asks_who_it_is_from(asked):
    evidence = [EvidenceContent(title="x", file=SimpleUploadedFile("x.pdf", a_pdf()))]
    content = ReplyContent(digest="0" * 64, senders=[STRANGER], text=TWO, evidence=evidence)
    assert actions.take_reply(message=asked, content=content).state == ReplyState.WRONG_SENDER
    assert not drafts().exists()


def test_a_receipt_is_not_written_where_its_draft_is_gone(asked):
    take_mail(plain(TWO).as_bytes())
    message = OutgoingMessage.objects.get(kind=MessageKind.REPLY_ANSWERED)
    MailReply.objects.update(update=None)
    assert write(message) is None
