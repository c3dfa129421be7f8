"""The report to a meeting, from »Mit arbejde« to the annex: written on, frozen, asked about, issued, replaced."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from recommendations import actions, signing
from recommendations.actions import DraftHead
from recommendations.enums import Act, MeetingState, Status
from recommendations.models import Event, IssuedReport, ReportDraft
from recommendations.reports.choices import AgendaPlace, Choices
from recommendations.reports.issuing import baseline, issue, report_of
from tests.factories import (
    CommitteeFactory,
    MeetingFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    StatusUpdateFactory,
    SuccessionFactory,
    UserFactory,
    published,
)
from tests.staff.whole_pages import StaffPage

pytestmark = pytest.mark.django_db

OPEN, ISSUE, REPLACE = "Åbn kladden til rapporten", "Udsted rapport", "Udsted, og erstat den gamle"
ASK = "Spørg dem"


def at(month, day, hour=12):
    return datetime(2026, month, day, hour, tzinfo=ZoneInfo("Europe/Copenhagen"))


@pytest.fixture
def items(sou):
    """3.1 has news since the meeting in October, 3.2 has none."""
    source = PublicationFactory(slug="ting", title="Tinget")
    told, silent = (RecommendationFactory(publication=source, number=f"3.{n}", title=f"Nummer {n}") for n in (1, 2))
    for item in (told, silent):
        OwnershipFactory(item=item, committee=sou)
    published(told, on=date(2026, 10, 26), published_at=at(10, 26), committee=sou, author=UserFactory(username="bo"))
    return told, silent


@pytest.fixture
def held(sou):
    return MeetingFactory(committee=sou, on=date(2026, 10, 22), state=MeetingState.HELD)


@pytest.fixture
def meeting(sou, held):
    """A week from the day it is."""
    return MeetingFactory(committee=sou, on=date(2026, 11, 9))


@pytest.fixture
def draft(as_user, dina, items, meeting):
    return StaffPage.open(as_user(dina), reverse("report_draft", args=[meeting.pk]))


def issued_to(meeting, by, **more):
    return issue(Choices.to(AgendaPlace(meeting)), by=by, committee=meeting.committee, **more)


class TestIssuing:
    def test_from_the_first_page_to_the_annex_in_two_steps(self, as_user, dina, anna, items, meeting, sou):
        first = StaffPage.open(as_user(dina), reverse("admin:index"))
        assert "Rapport til mødet den 9. november: 1 mangler at melde ind." in first.text
        done = first.link(OPEN).press(ISSUE)
        issued = IssuedReport.objects.get()
        assert (issued.meeting, issued.committee, issued.issued_by) == (meeting, sou, dina)
        assert done.address == issued.get_absolute_url()
        assert "Word" in done.text
        assert (
            "Rapporten til mødet den 9. november er udstedt."
            in StaffPage.open(done.client, reverse("admin:index")).text
        )

    def test_before_the_papers_are_due_nobody_is_missing(self, as_user, dina, anna, items, meeting):
        type(meeting).objects.filter(pk=meeting.pk).update(on=date(2026, 11, 19))
        said = StaffPage.open(as_user(dina), reverse("admin:index")).text
        assert "Næste møde er den 19. november. Materialet skal være klar den 12. november." in said

    def test_a_meeting_that_nobody_has_marked_is_asked_about(self, as_user, dina, items, meeting, sou):
        asked = "Blev mødet den 29. oktober 2026 holdt?"
        address = reverse("report_draft", args=[meeting.pk])
        assert asked not in StaffPage.open(as_user(dina), address).text
        MeetingFactory(committee=sou, on=date(2026, 10, 29))
        assert asked in StaffPage.open(as_user(dina), address).text

    def test_what_is_typed_stands_in_the_report(self, draft, meeting):
        draft.press(ISSUE, agenda_item="Punkt 7", case_number="2026-0042", annex="2", foreword="Læs den her.")
        said = report_of(IssuedReport.objects.get()).canonical()
        for words in ("Punkt 7", "2026-0042", "Bilag 2", "Læs den her."):
            assert words in said

    def test_the_seal_is_signed_and_short(self, draft):
        draft.press(ISSUE)
        seal = report_of(IssuedReport.objects.get()).seal
        assert seal.check_address.endswith(f"/r/{seal.code}")
        assert seal.public_key == signing.public_key()
        assert signing.is_signed(seal.statement(), seal.signature, seal.public_key)

    def test_two_clicks_issue_one(self, draft):
        address, data = draft.sent(ISSUE, foreword="Læs den her.")
        first, second = draft.send(address, data), draft.send(address, data)
        assert first.address == second.address == IssuedReport.objects.get().get_absolute_url()

    def test_a_free_report_to_a_meeting_leads_to_its_draft(self, as_user, dina, draft, meeting):
        asked = StaffPage.open(draft.client, reverse("issue_report") + f"?udvalg=SOU&moede={meeting.on}")
        assert asked.address == draft.address

    @pytest.mark.parametrize("name", ["anna", "bo", "carla"])
    def test_only_the_secretary_has_a_draft(self, as_user, request, draft, name):
        client = as_user(request.getfixturevalue(name))
        assert client.get(draft.address).status_code == 403
        assert client.post(draft.address, {"trin": "udsted"}).status_code == 403
        assert not IssuedReport.objects.exists()
        assert OPEN not in StaffPage.open(client, reverse("admin:index")).text


class TestReplacing:
    @pytest.fixture
    def first(self, dina, items, meeting):
        return issued_to(meeting, dina)

    def test_both_stay_and_say_so(self, first, draft, citizen, meeting):
        refused = draft.press(REPLACE)
        assert refused.status == 422
        assert "Skriv, hvorfor rapporten erstattes." in refused.text
        done = refused.press(REPLACE, reason="en frist var forkert")
        newer = IssuedReport.objects.get(replaces=first)
        assert f"Erstatter rapport {first.code}, fordi en frist var forkert." in done.text
        older = StaffPage.open(citizen, first.get_absolute_url())
        said = f"Erstattet den 2. november 2026 af rapport {newer.code}, fordi en frist var forkert."
        assert said in older.text
        assert ("Gælder ikke mere", said) in report_of(first).facts
        assert first.fingerprint == IssuedReport.objects.get(pk=first.pk).fingerprint
        event = Event.objects.get(report=newer)
        assert (event.act, event.before, event.after) == (Act.REPORT_REPLACED, first.code, newer.code)
        listed = StaffPage.open(citizen, reverse("reports")).text
        assert "Mødet den 9. november 2026" in listed
        assert "Erstatter 1 tidligere rapport" in listed
        assert listed.index(newer.code) < listed.index(first.code)

    def test_a_second_that_replaces_nothing_is_refused(self, first, dina, meeting):
        with pytest.raises(ValidationError, match=f"Der er udstedt en rapport til mødet: {first.code}"):
            issued_to(meeting, dina)
        with pytest.raises(ValidationError, match="Skriv, hvorfor"):
            issued_to(meeting, dina, replaces=first, reason=" ")

    def test_one_is_replaced_once(self, first, dina, meeting):
        second = issued_to(meeting, dina, replaces=first, reason="en frist var forkert")
        with pytest.raises(ValidationError, match=second.code):
            issued_to(meeting, dina, replaces=first, reason="endnu en")
        assert issued_to(meeting, dina, replaces=second, reason="endnu en").replaces == second

    def test_only_one_to_the_same_meeting(self, first, dina, sou, held):
        with pytest.raises(ValidationError, match="til det samme møde"):
            issued_to(held, dina, replaces=first, reason="et andet møde")


class TestWriting:
    def test_saved_it_is_nowhere_in_public_and_moves_nothing(self, draft, citizen, meeting):
        saved = draft.press("Gem kladde", foreword="HEMMELIGT FORORD", agenda_item="Punkt 7")
        assert "Den er ikke offentlig." in saved.text
        assert "HEMMELIGT FORORD" in saved.html
        for address in (reverse("reports"), reverse("report") + f"?udvalg=SOU&moede={meeting.on}"):
            assert "HEMMELIGT" not in StaffPage.open(citizen, address).html
        assert Event.objects.get(act=Act.REPORT_DRAFTED).details["foreword"] == ["", "HEMMELIGT FORORD"]

    def test_a_foreword_that_is_too_long_is_refused_and_kept(self, draft):
        refused = draft.press(ISSUE, foreword="å" * 10_000)
        assert refused.status == 422
        assert "Teksten er på 10000 tegn. Der er plads til 4000: skriv 6000 færre." in refused.text
        assert "å" * 10_000 in refused.html
        assert not IssuedReport.objects.exists()
        assert not ReportDraft.objects.exists()

    def test_two_who_write_do_not_overwrite_each_other(self, draft, dina, meeting):
        actions.save_report_draft(by=dina, meeting=meeting, head=DraftHead(foreword="Det første."))
        refused = draft.press(ISSUE, foreword="Det andet.")
        assert refused.status == 422
        assert "En anden har gemt i den samme kladde" in refused.text
        assert "Det første." in refused.text
        assert "Det andet." in refused.html
        assert not IssuedReport.objects.exists()
        refused.press("Gem kladde")
        assert ReportDraft.objects.get().foreword == "Det andet."

    def test_frozen_it_stays_as_it_was(self, draft, items, sou, meeting):
        frozen = draft.press("Lås")
        assert "Kladden er låst: rapporten siger, hvad der var udgivet den 2. november 2026" in frozen.text
        published(items[1], Status.IN_PROGRESS, committee=sou, text="DET NYESTE")
        frozen.press(ISSUE)
        issued = IssuedReport.objects.get()
        assert issued.known_at == ReportDraft.objects.get().known_at < issued.issued_at
        assert "DET NYESTE" not in issued.data

    def test_opened_again_it_follows_what_is_published(self, draft, items, sou):
        opened = draft.press("Lås").press("Lås op")
        published(items[1], Status.IN_PROGRESS, committee=sou, text="DET NYESTE")
        opened.press(ISSUE)
        assert "DET NYESTE" in IssuedReport.objects.get().data

    def test_to_a_cancelled_meeting_nothing_is_issued(self, draft, dina, meeting):
        type(meeting).objects.filter(pk=meeting.pk).update(state=MeetingState.CANCELLED)
        assert "Mødet er aflyst." in draft.press(ISSUE).text
        assert ISSUE not in StaffPage.open(draft.client, draft.address).buttons
        assert not IssuedReport.objects.exists()


class TestAsking:
    @pytest.fixture
    def reachable(self, anna):
        anna.email = "anna@eksempel.dk"
        anna.save()
        return anna

    def test_each_who_is_missing_gets_one_mail(self, reachable, draft, items, delivered):
        assert "1 af 2 åbne har intet nyt siden mødet den 22. oktober 2026." in draft.text
        assert "1 bliver spurgt i en mail om lidt." in draft.press(ASK, foreword="Skrevet imens.").text
        (letter,) = delivered()
        assert letter.to == ["anna@eksempel.dk"]
        assert letter.subject == "Før mødet den 9. november: er der nyt til SOU?"
        assert "Nummer 2" in letter.body
        assert "Nummer 1" not in letter.body
        assert ReportDraft.objects.get().foreword == "Skrevet imens."

    def test_not_twice_in_a_day_unless_it_is_said(self, reachable, draft, delivered):
        refused = draft.press(ASK).press(ASK)
        assert "De er spurgt den 2. november kl. 10.00. Sæt kryds, hvis de skal have en mail mere." in refused.text
        assert len(delivered()) == 1
        refused.press(ASK, again="on")
        assert len(delivered()) == 2

    def test_the_day_after_it_is_not_said(self, reachable, meeting, dina, items, monkeypatch):
        actions.ask_owners(by=dina, meeting=meeting)
        ReportDraft.objects.update(asked_at=timezone.now() - timedelta(hours=25))
        assert actions.ask_owners(by=dina, meeting=meeting) == [reachable]

    @pytest.mark.parametrize("wrote", ["a draft", "what was published"])
    def test_who_has_written_since_is_not_missing(self, anna, items, meeting, sou, wrote):
        missing = actions.unreported(meeting)
        assert (missing.editors, [item.number for item in missing.silent_items]) == ([anna], ["3.2"])
        if wrote == "a draft":
            text = actions.UpdateDraft(status=Status.IN_PROGRESS, on=date(2026, 11, 1), text="Begyndt.")
            actions.save_draft(by=anna, item=items[1], committee=sou, draft=text)
        else:
            published(items[0], committee=sou, author=anna)
        assert actions.unreported(meeting).editors == []

    def test_where_nothing_is_silent_nobody_is_missing(self, anna, bo, items, meeting, sou):
        published(items[1], committee=sou, author=bo)
        assert actions.unreported(meeting).editors == []

    def test_without_an_address_nobody_is_asked(self, anna, draft):
        assert "anna (har ingen mailadresse)" in draft.text
        refused = draft.press(ASK)
        assert "Der er ingen at spørge" in refused.text
        assert not Event.objects.filter(act=Act.OWNERS_ASKED).exists()


def test_each_number_leads_to_its_rows(draft, items, meeting, dina, held, sou):
    """The counts of the draft, the rows below them, and what the preview tells of."""
    issued_to(held, dina)
    StatusUpdateFactory(item=items[1], text="HEMMELIG KLADDE", committee=sou)
    published(items[1], committee=sou, text="Nyt siden.")
    shown = StaffPage.open(draft.client, draft.address)
    counted = {}
    for link in shown.tree.xpath('//section[@aria-labelledby="indhold"]/ul/li[a]'):
        key = link.xpath("./a/@href")[0].removeprefix("#")
        counted[key] = int(link.text_content().strip().rpartition("(")[2].rstrip(")"))
        assert len(shown.tree.xpath(f'//ul[@id="{key}"]/li')) == counted[key]
    assert counted == {"aendret": 1, "uden-svar": 2}
    assert "HEMMELIG KLADDE" not in shown.html
    assert "Nyt siden." in shown.text


class TestOneMoment:
    """A report knows what had been published until one moment: whole, or not at all."""

    def test_what_is_published_meanwhile_is_told_the_next_time(self, dina, items, held, meeting, sou):
        told = []

        def meanwhile(_sentence):
            if not told:
                told.append(published(items[1], Status.IN_PROGRESS, committee=sou, text="UDGIVET IMENS"))

        first = issued_to(held, dina, progress=meanwhile)
        assert told[0].published_at > first.known_at
        assert "UDGIVET IMENS" not in first.data
        assert "UDGIVET IMENS" in issued_to(meeting, dina).data


def test_a_successor_goes_on_from_the_last_report_of_its_predecessor(dina, sou, items, held):
    first = issued_to(held, dina)
    newer = CommitteeFactory(code="SOU2", valid_from=date(2026, 11, 1))
    SuccessionFactory(predecessor=sou, successor=newer, on=date(2026, 11, 1))
    coming = MeetingFactory(committee=newer, on=date(2026, 11, 12))
    assert baseline(coming).code == first.code
    assert baseline(MeetingFactory(committee=CommitteeFactory(), on=date(2026, 11, 12))) is None
