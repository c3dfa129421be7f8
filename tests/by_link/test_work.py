"""Whole tasks from a mail, without a login: confirmed, a new status, »ikke min«, how often; through to what is read."""

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from recommendations.actions import (
    UpdateDraft,
    assign_item,
    publish_update,
    return_update,
    save_draft,
    submit_update,
)
from recommendations.actions.state import BY_LINK
from recommendations.enums import Act, Status, UpdateKind, UpdateState
from recommendations.models import Assignment, Event, MailPreference, StatusUpdate
from tests.by_link.conftest import NO_STATUS, hidden, key_of, mail_of, row_key, send, work_of
from tests.factories import DeadlineFactory, DoneWhenFactory, OwnershipFactory, RecommendationFactory, published

pytestmark = pytest.mark.django_db
PAUSED = {"kind": "status", "status": Status.PAUSED, "text": "Pengene mangler.", "on": "2026-11-02"}


def text(response):
    return response.content.decode()


def confirmations():
    return StatusUpdate.objects.filter(kind=UpdateKind.CONFIRMATION, state=UpdateState.PUBLISHED).order_by("pk")


class TestThePage:
    def test_says_of_each_row_how_it_stands_and_what_is_wanted(self, world, citizen, anna):
        DoneWhenFactory(item=world.item, text="alle bydele har et tilbud.")
        DeadlineFactory(item=world.item)
        html = text(citizen.get(work_of(anna)))
        for number, item in world.rows.items():
            assert f"{number} {item.title}" in html
            assert f'href="{item.get_absolute_url()}"' in html
        assert "Begyndt: 3.2." in html
        assert "<strong>I gang</strong>, siden 2. november 2026." in html
        assert "Det er gennemført, når alle bydele har et tilbud." in html
        assert "Frist 31. december 2026." in html
        assert "Ingen status registreret." in html
        assert "Der er ingen status at bekræfte. Giv en ny status." in html
        assert html.count('type="checkbox" name="valgt"') == 2
        assert world.theirs.title not in html
        assert "Linket er til anna. Send det ikke videre: Den, der har det, kan svare for dig." in html

    def test_of_one_row_says_only_that(self, world, citizen, anna, sou):
        html = text(citizen.get(work_of(anna, world.item, sou)))
        assert "Begyndt: 3.2." in html
        assert "3.3" not in html
        assert 'value="bekraeft">Bekræft: stadig korrekt</button>' in html
        assert 'type="checkbox"' not in html

    def test_all_are_ticked_by_a_link(self, world, citizen, anna):
        assert " checked" not in text(citizen.get(work_of(anna)))
        html = text(citizen.get(work_of(anna, alle="ja")))
        assert html.count(" checked") == 2

    def test_a_link_in_the_mail_chooses_what_is_shown(self, world, citizen, anna, sou):
        for shown, expected in (
            ("bekraeft", "Bekræft: stadig korrekt</button>"),
            ("status", "Send til godkendelse</button>"),
            ("ikke-min", "Meld: ikke min</button>"),
            ("noget-andet", "Bekræft: stadig korrekt</button>"),
        ):
            assert expected in text(citizen.get(work_of(anna, world.item, sou, valg=shown))), shown

    def test_says_when_nothing_waits(self, world, citizen, bo):
        assert "Ingen rækker venter på dig. Du skal ikke gøre noget." in text(citizen.get(work_of(bo)))

    @pytest.mark.parametrize("rows", [1, 3])
    def test_asks_as_much_of_the_database_for_three_rows_as_for_one(
        self, sou, anna, citizen, rows, django_assert_num_queries
    ):
        for _row in range(rows):
            item = RecommendationFactory()
            OwnershipFactory(item=item, committee=sou)
            published(item, Status.IN_PROGRESS, committee=sou, author=anna)
        address = work_of(anna)
        with django_assert_num_queries(QUERIES):
            html = text(citizen.get(address))
        assert html.count('class="asked-row"') == rows


QUERIES = 19


class TestConfirmed:
    def test_several_in_one_act_and_a_citizen_reads_it(self, world, citizen, anna, sou):
        response = send(citizen, work_of(anna), "bekraeft", valgt=[row_key(world.item, sou), row_key(world.other, sou)])
        assert "2 rækker er bekræftet: Status er stadig korrekt." in text(response)
        assert "Bekræftet 2. november 2026." in text(response)
        assert {row.item_id for row in confirmations()} == {world.item.pk, world.other.pk}
        for event in Event.objects.filter(act=Act.STATUS_CONFIRMED):
            assert (event.by, event.committee, event.details) == (anna, sou, {BY_LINK: ["", "ja"]})
        assert "Bekræftet: stadig korrekt" in text(citizen.get(world.item.get_absolute_url()))

    def test_one(self, world, citizen, anna, sou):
        response = send(citizen, work_of(anna, world.item, sou), "bekraeft", valgt=row_key(world.item, sou))
        assert "1 række er bekræftet" in text(response)
        assert [row.item_id for row in confirmations()] == [world.item.pk]

    def test_in_the_name_of_each_committee_that_one_writes_for(self, world, citizen, anna, sou, sud):
        sud.memberships.create(user=anna, role="editor")
        OwnershipFactory(item=world.item, committee=sud, role="co_owner")
        published(world.item, Status.PLANNED, committee=sud, author=anna)
        ticked = [row_key(world.item, sou), row_key(world.item, sud)]
        response = send(citizen, work_of(anna), "bekraeft", valgt=ticked)
        assert response.status_code == 200
        assert {row.committee for row in confirmations()} == {sou, sud}

    def test_nothing_is_ticked(self, world, citizen, anna):
        response = send(citizen, work_of(anna), "bekraeft")
        assert response.status_code == 422
        assert "Sæt flueben ved mindst én række." in text(response)

    def test_what_has_no_status_is_not_confirmed(self, world, citizen, anna, sou):
        item = world.rows[NO_STATUS]
        for address in (work_of(anna), work_of(anna, item, sou)):
            response = send(citizen, address, "bekraeft", valgt=row_key(item, sou))
            assert response.status_code == 422
        assert not confirmations()

    def test_what_is_new_meanwhile_is_shown_first(self, world, citizen, anna, bo, sou):
        address = work_of(anna)
        html = text(citizen.get(address))
        published(world.item, Status.PAUSED, committee=sou, author=bo, text="Sat på pause af bo.")
        assign_item(by=bo, item=world.item, committee=sou, person=anna)  # else bo is asked now
        ticked = [row_key(world.item, sou), row_key(world.other, sou)]
        response = citizen.post(address, hidden(html) | {"trin": "bekraeft", "valgt": ticked})
        assert response.status_code == 422
        assert "En anden har opdateret 3.2" in text(response)
        assert "Sat på pause af bo." in text(response)
        assert text(response).count(" checked") == 2
        assert not confirmations()
        again = hidden(text(response)) | {"trin": "bekraeft", "valgt": ticked}
        assert citizen.post(address, again).status_code == 302
        assert len(confirmations()) == 2


class TestNewStatus:
    def test_is_sent_and_a_citizen_reads_it_when_it_is_approved(self, world, citizen, anna, bo, sou):
        response = send(citizen, work_of(anna, world.item, sou, valg="status"), "send", **PAUSED)
        assert "Sendt til godkendelse. Borgerne ser det, når en godkender har udgivet det." in text(response)
        assert "Din nye status venter på en godkender" in text(response)
        update = StatusUpdate.objects.get(state=UpdateState.SUBMITTED)
        assert (update.item_id, update.committee, update.author) == (world.item.pk, sou, anna)
        assert "Pengene mangler." not in text(citizen.get(world.item.get_absolute_url()))
        publish_update(by=bo, update=update)
        assert "Pengene mangler." in text(citizen.get(world.item.get_absolute_url()))
        saved = Event.objects.get(act=Act.DRAFT_SAVED)
        assert (saved.by, saved.details[BY_LINK]) == (anna, ["", "ja"])

    @pytest.mark.parametrize("name", ["anna", "bo", "chief"])
    def test_is_never_published_here(self, request, world, citizen, sou, bo, name):
        person = request.getfixturevalue(name)
        address = work_of(person, world.item, sou, valg="status")
        assert 'value="udgiv"' not in text(citizen.get(address))
        assert send(citizen, address, "udgiv", **PAUSED).status_code == 422
        assert not StatusUpdate.objects.filter(status=Status.PAUSED).exists()
        send(citizen, address, "send", **PAUSED)
        assert StatusUpdate.objects.get(status=Status.PAUSED).state == UpdateState.SUBMITTED

    def test_is_kept_as_a_draft_and_written_on(self, world, citizen, anna, sou):
        address = work_of(anna, world.item, sou, valg="status")
        response = send(citizen, address, "gem", **PAUSED)
        assert "Kladden er gemt. Den er ikke sendt til godkendelse." in text(response)
        assert "Skriv videre på kladden" in text(response)
        assert "Pengene mangler.</textarea>" in text(citizen.get(address))
        send(citizen, address, "send", **PAUSED | {"text": "Pengene er væk."})
        update = StatusUpdate.objects.get(status=Status.PAUSED)
        assert (update.text, update.state) == ("Pengene er væk.", UpdateState.SUBMITTED)

    def test_what_was_sent_back_says_why(self, world, citizen, anna, bo, sou):
        draft = save_draft(
            by=anna, item=world.item, committee=sou, draft=UpdateDraft(status=Status.PAUSED, text="Pause.")
        )
        submit_update(by=anna, update=draft)
        return_update(by=bo, update=draft, comment="Hvor længe?")
        html = text(citizen.get(work_of(anna, world.item, sou, valg="status")))
        assert "Hvor længe?" in html
        assert "Pause.</textarea>" in html

    def test_refused_keeps_all_that_was_typed(self, world, citizen, anna, sou):
        address = work_of(anna, world.item, sou, valg="status")
        typed = {"kind": "status", "status": Status.ABANDONED, "text": "Vi gør det ikke.", "on": "2026-11-02"}
        response = send(citizen, address, "send", **typed)
        assert response.status_code == 422
        assert "Det, du har skrevet, står her stadig" in text(response)
        assert "Vi gør det ikke.</textarea>" in text(response)
        assert not StatusUpdate.objects.filter(status=Status.ABANDONED).exists()

    def test_what_somebody_else_published_meanwhile_is_shown(self, world, citizen, anna, bo, sou):
        address = work_of(anna, world.item, sou, valg="status")
        html = text(citizen.get(address))
        published(world.item, Status.PLANNED, committee=sou, author=anna, text="Der er et nyt.")
        response = citizen.post(address, hidden(html) | PAUSED | {"trin": "send"})
        assert response.status_code == 422
        assert "En anden har opdateret 3.2, mens du skrev." in text(response)
        assert "Der er et nyt." in text(response)
        assert "Pengene mangler.</textarea>" in text(response)

    def test_an_unlikely_day_is_asked_about(self, world, citizen, anna, sou):
        address = work_of(anna, world.item, sou, valg="status")
        far = PAUSED | {"next_step": "Vi ser på det.", "next_step_on": "2045-01-01"}
        response = send(citizen, address, "send", **far)
        assert response.status_code == 200
        assert "Er du sikker?" in text(response)
        assert not StatusUpdate.objects.filter(status=Status.PAUSED).exists()
        sure = hidden(text(response)) | far | {"trin": "send", "sure": "on"}
        assert citizen.post(address, sure).status_code == 302
        assert StatusUpdate.objects.get(status=Status.PAUSED).state == UpdateState.SUBMITTED

    def test_takes_a_file_and_carries_it_on(self, world, citizen, anna, sou, pdf):
        address = work_of(anna, world.item, sou, valg="status")
        proof = {"dokumentation-0-file": pdf, "dokumentation-0-kind": "operating"}
        response = send(citizen, address, "gem", **PAUSED | proof)
        assert "Kladden er gemt." in text(response)
        evidence = StatusUpdate.objects.get(status=Status.PAUSED).evidence.get()
        assert default_storage.exists(evidence.file.name)
        html = text(citizen.get(address))
        assert "notat.pdf" in html
        assert 'href="/admin/' not in html
        send(citizen, address, "send", **PAUSED | {"dokumentation-0-kind": "operating"})
        sent = StatusUpdate.objects.get(status=Status.PAUSED)
        assert (sent.state, sent.evidence.get().file_name) == (UpdateState.SUBMITTED, "notat.pdf")

    def test_a_file_of_another_kind_is_refused(self, world, citizen, anna, sou, upload):
        address = work_of(anna, world.item, sou, valg="status")
        proof = {"dokumentation-0-file": upload("virus.exe", b"MZ"), "dokumentation-0-kind": "operating"}
        response = send(citizen, address, "send", **PAUSED | proof)
        assert response.status_code == 422
        assert "Pengene mangler.</textarea>" in text(response)
        assert not StatusUpdate.objects.filter(status=Status.PAUSED).exists()

    def test_of_the_list_goes_back_to_the_list(self, world, citizen, anna, sou):
        address = work_of(anna, raekke=row_key(world.item, sou), valg="status")
        response = send(citizen, address, "send", **PAUSED)
        assert "Sendt til godkendelse." in text(response)
        assert text(response).count('class="asked-row"') == 3


class TestDeclined:
    def test_waits_for_the_approver_who_gives_it_to_another(self, world, citizen, as_user, anna, bo, sou):
        address = work_of(anna, world.item, sou, valg="ikke-min")
        response = send(citizen, address, "ikke-min", note="Det er Bos.")
        assert "er ikke din. En godkender giver den til en anden." in text(response)
        assert "3.2" not in text(citizen.get(work_of(anna)))
        event = Event.objects.get(act=Act.ITEM_DECLINED)
        assert (event.by, event.details) == (anna, {"note": ["", "Det er Bos."], BY_LINK: ["", "ja"]})

        desk = as_user(bo)
        html = text(desk.get(reverse("admin:index")))
        assert "Meldt »ikke min« (1)" in html
        assert "anna har meldt »ikke min« 2. november 2026." in html
        assert "Det er Bos." in html
        page = reverse("declined_items")
        given = hidden(text(desk.get(page))) | {"valgt": world.item.pk, f"u{sou.pk}-person": bo.pk}
        assert "1 række er givet videre." in text(desk.post(page, given, follow=True))
        assert Assignment.objects.get().person == bo
        assert "3.2" in text(citizen.get(work_of(bo)))
        assert "Meldt »ikke min« (" not in text(desk.get(reverse("admin:index")))

    def test_of_the_list_goes_back_to_the_list(self, world, citizen, anna, sou):
        address = work_of(anna, raekke=row_key(world.item, sou), valg="ikke-min")
        response = send(citizen, address, "ikke-min")
        assert "er ikke din. En godkender giver den til en anden." in text(response)
        assert text(response).count('class="asked-row"') == 2

    def test_a_note_that_is_too_long_stays(self, world, citizen, anna, sou):
        response = send(citizen, work_of(anna, world.item, sou, valg="ikke-min"), "ikke-min", note="x" * 301)
        assert response.status_code == 422
        assert "Bemærkningen fylder 301 tegn. Skriv højst 300." in text(response)
        assert "x" * 301 in text(response)
        assert not Assignment.objects.exists()

    def test_an_approver_who_is_told_of_it_is_not_asked(self, world, citizen, bo, sou):
        html = text(citizen.get(work_of(bo, world.item, sou)))
        assert "Ny status" in html
        assert "Ikke min" not in html
        response = send(citizen, work_of(bo, world.item, sou, valg="ikke-min"), "ikke-min")
        assert response.status_code == 422
        assert "Du bliver ikke spurgt om 3.2" in text(response)


class TestHowOften:
    def test_is_chosen_and_shown(self, world, citizen, anna):
        assert 'value="straks" required id="id_often_0" checked' in text(citizen.get(mail_of(anna)))
        response = send(citizen, mail_of(anna), often="dagligt")
        assert "Gemt." in text(response)
        assert MailPreference.objects.get(user=anna).is_daily
        send(citizen, mail_of(anna), often="straks")
        assert not MailPreference.objects.get(user=anna).is_daily

    def test_of_who_has_no_role_any_more(self, world, citizen, anna):
        anna.committee_memberships.all().delete()
        assert send(citizen, mail_of(anna), often="dagligt").status_code == 200

    @pytest.mark.parametrize("typed", [{}, {"often": "aldrig"}])
    def test_what_is_not_offered_is_refused(self, world, citizen, anna, typed):
        assert send(citizen, mail_of(anna), **typed).status_code == 422
        assert not MailPreference.objects.exists()


class TestTheLog:
    def test_says_that_it_came_by_link(self, world, citizen, as_user, anna, chief, sou):
        send(citizen, work_of(anna, world.item, sou), "bekraeft", valgt=row_key(world.item, sou))
        html = text(as_user(chief).get(reverse("change_log")))
        assert "Fra en mail, uden login" in html
        assert "anna" in html

    def test_of_what_is_done_with_a_login_does_not(self, world, as_user, anna, sou):
        desk = as_user(anna)
        address = reverse("admin:recommendations_recommendation_confirm", args=[world.item.pk])
        html = text(desk.get(address))
        desk.post(address, hidden(html) | {"committee": sou.pk})
        assert Event.objects.get(act=Act.STATUS_CONFIRMED).details == {}


def test_a_key_is_on_every_form_that_acts(world, citizen, anna, sou):
    pages = [work_of(anna), *(work_of(anna, world.item, sou, valg=shown) for shown in ("", "status", "ikke-min"))]
    keys = {key_of(text(citizen.get(page))) for page in pages}
    assert len(keys) == len(pages)
