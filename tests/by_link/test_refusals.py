"""What a link does not do: it changes nothing by being opened, acts on nothing else, and ends with time and role."""

import hashlib
import json
import re
import threading
import time
import uuid

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse

from recommendations import tenancy
from recommendations.actions import assign_item, decline_item, end_owner, end_role, leave
from recommendations.enums import Act, Role, Status, UpdateState
from recommendations.links import GOOD_FOR, staff_token
from recommendations.models import Assignment, CommitteeMembership, Event, MailPreference, StatusUpdate
from tests.by_link.conftest import hidden, mail_of, row_key, send, work_of
from tests.by_link.test_work import PAUSED, confirmations, text
from tests.factories import (
    TODAY,
    CommitteeMembershipFactory,
    MunicipalityFactory,
    OwnershipFactory,
    RecommendationFactory,
    UserFactory,
    published,
)
from tests.second_click import done_meanwhile

pytestmark = pytest.mark.django_db
REFUSED = 'class="refused"'


def everything():
    """A digest of all that is stored: every table's rows, but the throttle's and the tests' own."""
    found = hashlib.sha256()
    for model in sorted(apps.get_models(), key=lambda one: one._meta.label):
        rows = model._base_manager.order_by("pk").values_list()
        found.update(json.dumps([model._meta.label, list(rows)], default=str).encode())
    return found.hexdigest()


def addresses_on(html, page):
    """Every address on a page, and those of its buttons."""
    found = re.findall(r'(?:href|src|action)="([^"]+)"', html)
    local = [one.replace("&amp;", "&") for one in found if one.startswith(("/", "?", "../"))]
    return [page if one.startswith("?") else one for one in local]


class TestOpened:
    def test_ten_times_by_a_scanner_changes_nothing(self, world, citizen, anna, bo, sou):
        """HEAD and GET of each page of a mail and of every address on it, and of every address on those."""
        shown = ("bekraeft", "status", "ikke-min")
        begun = {
            work_of(anna),
            work_of(bo, world.item, sou),
            mail_of(anna),
            *(work_of(anna, world.item, sou, valg=one) for one in shown),
        }
        before, known = everything(), set(begun)
        for page in sorted(begun):
            known |= {one for one in addresses_on(text(citizen.get(page)), page) if "/svar/" in one}
        assert len(known) > len(begun)
        for address in sorted(known):
            for _time in range(10):
                for look in (citizen.head, citizen.get):
                    response = look(address)
                    assert response.status_code in (200, 410), address
                    assert not response.cookies
        assert everything() == before

    def test_the_digest_tells_when_something_has_changed(self, world, anna):
        before = everything()
        MailPreference.objects.create(user=anna)
        assert everything() != before

    def test_keeps_nothing_and_is_kept_by_nobody(self, world, citizen, anna, sou):
        pages = [work_of(anna, world.item, sou, valg=shown) for shown in ("", "status", "ikke-min")]
        for address in [*pages, work_of(anna), mail_of(anna), work_of(anna) + "x", "/svar/noget/"]:
            response = citizen.get(address)
            assert response.headers["Cache-Control"] == "no-store" or response.status_code == 404
            assert response.headers.get("Set-Cookie") is None
            assert not response.cookies
            assert "cookie" not in response.headers.get("Vary", "").lower()
        for address in [*pages, work_of(anna), mail_of(anna), "/svar/noget/"]:
            headers = citizen.get(address).headers
            assert headers["Cache-Control"] == "no-store"
            assert headers["Referrer-Policy"] == "no-referrer"
            assert headers["X-Robots-Tag"] == "noindex, nofollow"
        html = text(citizen.get(work_of(anna)))
        assert "<script" not in html
        assert "csrfmiddlewaretoken" not in html
        assert "Disallow: /svar/" in text(citizen.get("/robots.txt"))

    def test_an_answer_to_what_was_sent_sets_no_cookie_either(self, world, citizen, anna, sou):
        for response in (
            send(citizen, work_of(anna), "bekraeft", valgt=row_key(world.item, sou)),
            send(citizen, work_of(anna, world.item, sou, valg="status"), "send", **PAUSED),
            send(citizen, work_of(anna, world.item, sou, valg="ikke-min"), "ikke-min"),
            send(citizen, mail_of(anna), often="dagligt"),
        ):
            assert response.status_code == 200
            assert not response.cookies
        assert not citizen.cookies

    def test_is_not_served_otherwise(self, world, anna):
        strict = Client(enforce_csrf_checks=True)
        for address in (work_of(anna), mail_of(anna)):
            for method in ("put", "delete", "patch", "options"):
                assert getattr(strict, method)(address).status_code == 405

    def test_needs_no_token_in_a_cookie(self, world, anna, sou):
        strict = Client(enforce_csrf_checks=True)
        assert send(strict, work_of(anna), "bekraeft", valgt=row_key(world.item, sou)).status_code == 200
        assert len(confirmations()) == 1

    def test_by_somebody_who_is_logged_in_it_acts_as_the_link_says(self, world, as_user, anna, carla, sou):
        response = send(as_user(carla), work_of(anna), "bekraeft", valgt=row_key(world.item, sou))
        assert response.status_code == 200
        assert Event.objects.get(act=Act.STATUS_CONFIRMED).by == anna


def refusal(client, address):
    """The status and the sentence of a link that is refused, opened and pressed alike."""
    answers = [client.get(address), client.post(address, {"noegle": str(uuid.uuid4()), "trin": "bekraeft"})]
    assert len({answer.status_code for answer in answers}) == 1
    html = text(answers[0])
    return answers[0].status_code, re.search(rf"<p {REFUSED}>(.+?)</p>", html)[1], html


class TestALinkThatIsNoMore:
    def test_was_tampered_with(self, world, citizen, anna, carla, sou):
        good = staff_token(anna, world.item, sou)
        said, rest = good.split(":", 1)
        other = staff_token(carla, world.theirs).split(":", 1)[0]
        for token in (f"{other}:{rest}", good[:-2], f"{good}x", said, "x", "ø:ø:ø", f"{said}:{rest[1:]}"):
            for route in ("mail_work", "mail_preferences"):
                response = citizen.get(reverse(route, args=[token]))
                assert response.status_code == 404, token
                assert "Linket virker ikke. Kopiér hele adressen fra mailen, eller log ind." in text(response)
                assert world.item.title not in text(response)

    def test_is_too_old(self, world, citizen, anna, sou, monkeypatch):
        address = work_of(anna, world.item, sou)
        now, days = time.time(), GOOD_FOR.total_seconds()
        monkeypatch.setattr("django.core.signing.time.time", lambda: now + days - 60)
        assert citizen.get(address).status_code == 200
        monkeypatch.setattr("django.core.signing.time.time", lambda: now + days + 60)
        status, sentence, html = refusal(citizen, address)
        assert (status, sentence) == (410, "Linket er for gammelt. Brug det i den nyeste mail fra os, eller log ind.")
        assert world.item.title not in html

    def test_is_of_another_municipality(self, world, citizen, anna, municipality):
        municipality.hosts = "testserver"
        municipality.save()
        with tenancy.active(MunicipalityFactory(slug="aarhus")):
            address = work_of(anna)
        assert refusal(citizen, address)[:2] == (
            404,
            "Linket virker ikke. Kopiér hele adressen fra mailen, eller log ind.",
        )

    def test_is_of_somebody_who_has_left(self, world, citizen, anna, chief, sou):
        addresses = [work_of(anna), work_of(anna, world.item, sou), mail_of(anna)]
        leave(by=chief, user=anna)
        for address in addresses:
            assert citizen.get(address).status_code == 404
            assert citizen.post(address, {"often": "dagligt"}).status_code == 404
        assert not MailPreference.objects.exists()

    def test_is_of_somebody_whose_role_has_ended(self, world, citizen, anna, bo, sou):
        addresses = [work_of(anna), work_of(anna, world.item, sou)]
        end_role(by=bo, membership=CommitteeMembership.objects.get(user=anna), on=TODAY)
        assert refusal(citizen, addresses[0])[:2] == (
            403,
            "Du skriver ikke længere for noget udvalg. Spørg en godkender, hvis det er forkert.",
        )
        assert refusal(citizen, addresses[1])[:2] == (
            403,
            f"Du kan ikke skrive om {world.item} på vegne af {sou.name}. Spørg en administrator, hvis det er forkert.",
        )

    def test_is_about_what_the_committee_owns_no_more(self, world, citizen, anna, chief, sou):
        address = work_of(anna, world.item, sou)
        end_owner(by=chief, ownership=world.item.ownerships.get(), valid_to=TODAY)
        assert refusal(citizen, address)[0] == 403

    def test_is_about_what_was_declined(self, world, citizen, anna, sou):
        decline_item(by=anna, item=world.item, committee=sou)
        status, sentence, _html = refusal(citizen, work_of(anna, world.item, sou))
        assert (status, sentence) == (
            410,
            f"{world.item} er meldt »ikke min«. En godkender giver den til en anden. Du skal ikke gøre mere.",
        )
        of_row = refusal(citizen, work_of(anna, raekke=row_key(world.item, sou)))
        assert of_row[:2] == (
            410,
            "Du bliver ikke spurgt om den række. Den kan være givet til en anden eller være afsluttet.",
        )

    def test_is_about_what_was_given_to_another(self, world, citizen, anna, bo, sou):
        eva = CommitteeMembershipFactory(committee=sou, user=UserFactory(username="eva", first_name="Eva")).user
        assign_item(by=bo, item=world.item, committee=sou, person=eva)
        status, sentence, _html = refusal(citizen, work_of(anna, world.item, sou))
        assert (status, sentence) == (
            410,
            f"{world.item} er givet til Eva. Du skal ikke gøre mere. Spørg en godkender, hvis det er forkert.",
        )

    def test_is_about_what_a_colleague_has_spoken_of_since(self, world, citizen, anna, sou):
        eva = CommitteeMembershipFactory(committee=sou, user=UserFactory(username="eva")).user
        published(world.item, Status.PAUSED, committee=sou, author=eva)
        assert refusal(citizen, work_of(anna, world.item, sou))[:2] == (
            410,
            f"Du bliver ikke længere spurgt om {world.item}. Log ind, hvis du vil skrive om den.",
        )

    def test_is_about_what_is_done_with(self, world, citizen, anna, sou):
        published(world.item, Status.LAPSED, committee=sou, author=anna)
        assert refusal(citizen, work_of(anna, world.item, sou))[:2] == (
            410,
            f"{world.item} har status »Bortfaldet«. Du skal ikke gøre mere. Log ind, hvis det er forkert.",
        )

    def test_is_of_the_secretary_who_writes_nothing(self, world, citizen, dina, sou):
        for address in (work_of(dina), work_of(dina, world.item, sou)):
            assert refusal(citizen, address)[0] == 403

    def test_is_of_somebody_from_another_committee(self, world, citizen, carla, sou, sud):
        for address in (work_of(carla, world.item, sou), work_of(carla, world.item, sud)):
            assert refusal(citizen, address)[0] == 403


class TestALinkThatIsRefusedIsNoted:
    def test_that_cannot_be_read(self, world, as_user, anna, carla, security, monkeypatch):
        """Whose it is nobody knows; who is logged in is not asked."""
        desk, good, at = as_user(carla), work_of(anna), ("svar/<str:token>/", "127.0.0.1")
        assert "cookie" not in desk.get("/svar/noget/").headers.get("Vary", "").lower()
        now, days = time.time(), GOOD_FOR.total_seconds()
        monkeypatch.setattr("django.core.signing.time.time", lambda: now + days + 60)
        desk.get(good)
        told = [(line.sec_who, line.sec_why, line.sec_page, line.sec_from) for line in security("link_refused")]
        assert told == [("?", "BadSignature", *at), ("?", "SignatureExpired", *at)]

    def test_that_leads_nowhere_now(self, world, citizen, anna, carla, sou, security):
        citizen.get(work_of(carla, world.item, sou))
        decline_item(by=anna, item=world.item, committee=sou)
        citizen.get(work_of(anna, world.item, sou))
        citizen.get(mail_of(anna))
        told = [(line.sec_who, line.sec_why) for line in security("link_refused")]
        assert told == [("carla", "PermissionDenied"), ("anna", "LinkRefused")]


class TestALinkForOneRow:
    """Whatever is sent along, it acts on no other."""

    @pytest.fixture
    def others(self, world, sou):
        """What stands in the fields and addresses of the other row."""
        other = world.other
        return {
            "valgt": row_key(other, sou),
            "raekke": row_key(other, sou),
            "item": other.pk,
            f"r{row_key(other, sou)}-set_seneste": "",
        }

    @pytest.mark.parametrize("step", ["bekraeft", "ikke-min", "gem", "send"])
    def test_by_any_field(self, world, citizen, anna, sou, others, step):
        address = work_of(anna, world.item, sou)
        send(citizen, address, step, **others, **PAUSED)
        assert not Event.objects.filter(item=world.other).exclude(act=Act.STATUS_PUBLISHED).exists()
        assert not StatusUpdate.objects.filter(item=world.other).exclude(state=UpdateState.PUBLISHED).exists()
        assert not Assignment.objects.filter(item=world.other).exists()

    @pytest.mark.parametrize("step", ["bekraeft", "ikke-min", "gem", "send"])
    def test_by_its_address(self, world, citizen, anna, sou, others, step):
        address = work_of(anna, world.item, sou, raekke=others["raekke"], valg="status")
        before = everything()
        assert citizen.get(address).status_code == 410
        typed = others | PAUSED | {"noegle": str(uuid.uuid4()), "trin": step}
        assert citizen.post(address, typed).status_code == 410
        assert everything() == before

    def test_in_the_name_of_no_other_committee(self, world, citizen, anna, sou, sud):
        """Not even of one that the person writes for too."""
        CommitteeMembershipFactory(user=anna, committee=sud)
        OwnershipFactory(item=world.item, committee=sud, role="co_owner")
        address = work_of(anna, world.item, sou, valg="status")
        response = send(citizen, address, "send", **PAUSED | {"committee": sud.pk})
        assert response.status_code == 422
        assert not StatusUpdate.objects.filter(status=Status.PAUSED).exists()

    def test_another_keeps_to_the_rows_of_the_person(self, world, citizen, anna, sou, sud):
        for key in (row_key(world.theirs, sud), row_key(world.theirs, sou), "0-0", "x"):
            response = send(citizen, work_of(anna), "bekraeft", valgt=[row_key(world.item, sou), key])
            assert response.status_code == 422
            assert "Nogle af rækkerne er ikke længere hos dig." in text(response)
            assert citizen.get(work_of(anna, raekke=key, valg="status")).status_code == 410
        assert not confirmations()

    def test_writes_on_no_draft_of_a_colleague(self, world, citizen, anna, bo, sou):
        response = send(citizen, work_of(bo, world.item, sou, valg="status"), "gem", **PAUSED)
        assert response.status_code == 200
        assert "Pengene mangler.</textarea>" not in text(citizen.get(work_of(anna, world.item, sou, valg="status")))
        send(citizen, work_of(anna, world.item, sou, valg="status"), "gem", **PAUSED | {"text": "Annas."})
        assert {(row.author, row.text) for row in StatusUpdate.objects.filter(state=UpdateState.DRAFT)} == {
            (bo, "Pengene mangler."),
            (anna, "Annas."),
        }


class TestSent:
    @pytest.mark.parametrize("typed", [{}, {"trin": ""}, {"trin": "udgiv"}, {"trin": "vis"}, {"trin": "x"}])
    def test_without_a_button_nothing_is_done(self, world, citizen, anna, sou, typed):
        before = everything()
        for asked in ({}, {"valg": "status"}, {"valg": "ikke-min"}):
            address = work_of(anna, world.item, sou, **asked)
            sent = hidden(text(citizen.get(address))) | PAUSED | typed
            response = citizen.post(address, sent)
            assert response.status_code == 422
            assert "Vi kunne ikke se, hvilken knap du trykkede på." in text(response)
        assert everything() == before

    @pytest.mark.parametrize("key", [None, "", "x", "0"])
    def test_without_the_key_of_a_page_nothing_is_done(self, world, citizen, anna, sou, key):
        typed = {"trin": "bekraeft", "valgt": row_key(world.item, sou)} | ({} if key is None else {"noegle": key})
        assert citizen.post(work_of(anna), typed).status_code == 422
        assert not confirmations()

    def test_of_no_row_nothing_is_written(self, world, citizen, anna):
        for step in ("ikke-min", "gem", "send"):
            assert send(citizen, work_of(anna), step, **PAUSED).status_code == 410

    @pytest.mark.parametrize("is_at_once", [False, True])
    @pytest.mark.parametrize("step", ["bekraeft", "ikke-min", "gem", "send"])
    def test_twice_is_done_once_and_answered_alike(self, world, citizen, anna, sou, step, is_at_once, monkeypatch):
        shown = {"bekraeft": "", "ikke-min": "ikke-min"}.get(step, "status")
        address = work_of(anna, world.item, sou, valg=shown)
        sent = hidden(text(citizen.get(address))) | PAUSED | {"trin": step, "valgt": row_key(world.item, sou)}

        def click():
            return citizen.post(address, sent, follow=True), everything()

        if is_at_once:
            with done_meanwhile(monkeypatch, click) as answers:
                second, end = click()
            first, after = answers[0]
        else:
            (first, after), (second, end) = click(), click()
        assert end == after
        assert first.redirect_chain == second.redirect_chain
        said = [re.search(r"bekræftet|er ikke din|gemt|Sendt", text(one))[0] for one in (first, second)]
        assert said[0] == said[1]

    def test_first_on_save_and_then_on_send(self, world, citizen, anna, sou):
        address = work_of(anna, world.item, sou, valg="status")
        sent = hidden(text(citizen.get(address))) | PAUSED
        for step in ("gem", "send"):
            assert citizen.post(address, sent | {"trin": step}).status_code == 302
        assert StatusUpdate.objects.get(status=Status.PAUSED).state == UpdateState.SUBMITTED

    def test_what_was_done_is_said_to_nobody_else(self, world, citizen, anna, bo, sou):
        response = send(citizen, work_of(anna), "bekraeft", valgt=row_key(world.item, sou))
        query = response.redirect_chain[0][0].split("?")[1]
        assert "er bekræftet" in text(citizen.get(f"{work_of(anna)}?{query}"))
        for made_up in (query, "gjort=x", f"gjort={uuid.uuid4()}", "kladde=1", "kladde=x"):
            assert 'class="done"' not in text(citizen.get(f"{work_of(bo)}?{made_up}"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["bekraeft", "ikke-min", "send"])
def test_two_at_once_are_one_act(world, citizen, anna, sou, step):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite in memory serves one connection")
    shown = {"bekraeft": "", "ikke-min": "ikke-min"}.get(step, "status")
    address = work_of(anna, world.item, sou, valg=shown)
    sent = hidden(text(citizen.get(address))) | PAUSED | {"trin": step, "valgt": row_key(world.item, sou)}
    begin, answers = threading.Barrier(2), []

    def press():
        begin.wait()
        try:
            answers.append(Client().post(address, sent).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [302, 302]
    done = {"bekraeft": Act.STATUS_CONFIRMED, "ikke-min": Act.ITEM_DECLINED, "send": Act.DRAFT_SUBMITTED}[step]
    assert Event.objects.filter(act=done).count() == 1


def test_an_approver_of_another_committee_has_nothing_to_give(world, as_user, carla, anna, sou, sud):
    decline_item(by=anna, item=world.item, committee=sou)
    desk = as_user(carla)
    assert desk.get(reverse("declined_items")).status_code == 403
    CommitteeMembershipFactory(user=carla, committee=sud, role=Role.APPROVER)
    page = desk.get(reverse("declined_items"))
    assert "Ingen rækker venter." in text(page)
    assert "Meldt »ikke min« (" not in text(desk.get(reverse("admin:index")))
    given = {"udvalg": sou.pk, "valgt": world.item.pk, f"u{sou.pk}-person": carla.pk, "noegle": str(uuid.uuid4())}
    desk.post(reverse("declined_items"), given)
    assert Assignment.objects.get().person is None


def test_rows_of_a_source_that_is_not_public_are_asked_of_nobody(world, citizen, anna, sou):
    item = RecommendationFactory(publication__public_at=None, number="9.9")
    OwnershipFactory(item=item, committee=sou)
    assert "9.9" not in text(citizen.get(work_of(anna)))
    assert citizen.get(work_of(anna, item, sou)).status_code == 410
