"""Following by mail: what the forms and links show, that GET changes nothing, and that nobody learns who is known."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from recommendations import links, tenancy
from recommendations.actions import confirm_following, tell_followers
from recommendations.enums import FollowedTopic, Rhythm, UpdateKind
from recommendations.models import OutgoingMessage, Subscriber, Subscription
from recommendations.notifications.writing import write
from recommendations.public.following import MOST_IN_AN_HOUR
from recommendations.public.guard import TRAP
from tests.factories import (
    MunicipalityFactory,
    PublicationFactory,
    RecommendationFactory,
    SubscriberFactory,
    SubscriptionFactory,
    published,
)
from tests.public.conftest import text_of

pytestmark = pytest.mark.django_db

FORM, LINK, ASKED = "/foelg/", "/foelg/mine/", "/foelg/sendt/"
SIDE = "/anbefalinger/?udvalg=SOU"
READER = "laeser@eksempel.dk"


def token(seconds=60):
    return signing.Signer(salt="foelg").sign(str(int(timezone.now().timestamp()) - seconds))


def send(client, address=FORM, **fields):
    headers, extra = fields.pop("headers", None), fields.pop("extra", {})
    typed = {"email": READER, "rhythm": "weekly", "topic": "news", "side": SIDE, "tid": token(), TRAP: ""}
    return client.post(address, typed | fields, headers=headers, **extra)


def following(address=SIDE, *, topic=FollowedTopic.NEWS, rhythm=Rhythm.AT_ONCE, reader=None):
    one = SubscriptionFactory(
        subscriber=reader or SubscriberFactory(email=READER), address=address, topic=topic, rhythm=rhythm
    )
    confirm_following(subscriber=one.subscriber, subscriptions=[one.pk])
    one.refresh_from_db()
    return one


def paths_in(mail):
    """The addresses of the pages that a mail leads to, in its text, its HTML and its headers."""
    whole = " ".join([mail.text, mail.html, *mail.headers.values()])
    return sorted(set(re.findall(r"http://127\.0\.0\.1:8000(/[^\s\"<>#]*)", whole)))


def everything():
    return list(Subscriber.objects.order_by("pk").values()), list(Subscription.objects.order_by("pk").values())


class TestTheWayIn:
    @pytest.mark.parametrize(
        ("place", "side"),
        [
            ("/anbefalinger/?udvalg=sou&sorter=aendret&pr=2026-10-01", "/anbefalinger/?udvalg=SOU"),
            ("/initiativer/", "/initiativer/"),
            ("/nyt/?kilde=ting", "/nyt/?kilde=ting"),
            ("/kilder/ting/", "/nyt/?kilde=ting"),
            ("/udvalg/SOU/", "/nyt/?udvalg=SOU"),
            ("/moeder/SOU/", "/moeder/SOU/"),
            ("/anbefalinger/ting/2.1/", "/anbefalinger/ting/2.1/"),
            ("/initiativer/ting/7/", "/initiativer/ting/7/"),
            ("/en/anbefalinger/ting/2.1/", "/anbefalinger/ting/2.1/"),
            ("/", "/nyt/"),
        ],
    )
    def test_from_each_page_to_the_form_about_it(self, citizen, world, place, side):
        html = citizen.get(place, follow=True).content.decode()
        (way,) = re.findall(r'<a href="([^"]*/foelg/[^"]*)"[^>]*>Følg på mail|<a href="(/en/foelg/[^"]*)"', html)
        response = citizen.get("".join(way))
        assert response.status_code == 200
        assert f'name="side" value="{side}"' in response.content.decode()

    @pytest.mark.parametrize(
        ("side", "words"),
        [
            (
                "/anbefalinger/?udvalg=SOU&status=in_progress",
                ["Anbefalinger", "Status: I gang", "Omsorgsudvalget"],
            ),
            ("/anbefalinger/", ["Anbefalinger</a>: hele listen"]),
            ("/nyt/", ["Alt nyt"]),
            ("/anbefalinger/ting/2.1/", ["Anbefaling", "2.1 Besøg af faste teams", "Kilde: Tinget"]),
            (
                "/moeder/SOU/",
                ["Møder", "Sundheds- og Omsorgsudvalget", "Det, der kommer op", "Det, der blev besluttet"],
            ),
        ],
    )
    def test_says_in_words_what_would_be_followed(self, citizen, world, side, words):
        html = text_of(citizen, f"{FORM}?side={side.replace('&', '%26')}")
        for word in words:
            assert word in html

    @pytest.mark.parametrize(
        ("side", "sentence"),
        [
            ("", "ikke en side hos os"),
            ("https://ondt.eksempel/", "ikke en side hos os"),
            ("//ondt.eksempel/", "ikke en side hos os"),
            ("/admin/", "ikke en side hos os"),
            ("/findes-ikke/", "ikke en side hos os"),
            ("http://[", "ikke en side hos os"),
            ("/om/", "kan ikke følges"),
            ("/soeg/?q=besøg", "kan ikke følges"),
            ("/foelg/", "kan ikke følges"),
            ("/kilder/ukendt/", "Kilden findes ikke"),
            ("/udvalg/XYZ/", "Udvalget findes ikke"),
            ("/moeder/XYZ/", "Udvalget findes ikke"),
            ("/anbefalinger/ting/9.9/", "Nummeret findes ikke"),
            ("/anbefalinger/?status=opdigtet", "opdigtet"),
            ("/anbefalinger/?udvalg=XYZ", "XYZ"),
            ("/anbefalinger/?forsinket=måske", "måske"),
        ],
    )
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_what_cannot_be_followed_is_said_in_a_sentence(self, citizen, world, side, sentence, method):
        response = citizen.get(FORM, {"side": side}) if method == "get" else send(citizen, side=side)
        assert response.status_code == 404
        assert sentence in response.content.decode()
        assert 'href="https://ondt' not in response.content.decode()
        assert not Subscriber.objects.exists()

    def test_a_source_in_draft_is_not_there(self, citizen, world):
        RecommendationFactory(publication=PublicationFactory(slug="kladde", public_at=None), number="1")
        for side in ("/kilder/kladde/", "/anbefalinger/kladde/1/", "/anbefalinger/?kilde=kladde"):
            assert citizen.get(FORM, {"side": side}).status_code == 404


class TestTheForm:
    def test_asks_by_mail(self, citizen, world):
        response = send(citizen)
        assert (response.status_code, response.headers["Location"]) == (302, ASKED)
        assert READER not in response.headers["Location"]
        one = Subscription.objects.get()
        assert (one.subscriber.email, one.address, one.rhythm) == (READER, SIDE, "weekly")
        mail = write(OutgoingMessage.objects.get())
        assert "Sig ja" in mail.subject
        assert "Anbefalinger: Udvalg Sundheds- og Omsorgsudvalget" in mail.text
        assert READER not in mail.text + mail.html + mail.subject

    def test_in_english_the_mail_is_english(self, citizen, world):
        assert send(citizen, "/en/foelg/").headers["Location"] == f"/en{ASKED}"
        assert Subscriber.objects.get().language == "en"
        mail = write(OutgoingMessage.objects.get())
        assert '<html lang="en">' in mail.html
        assert "/en/foelg/bekraeft/" in mail.text
        assert "En gang om ugen" not in mail.text

    @pytest.mark.parametrize("topic", ["coming", "decided"])
    def test_of_meetings_one_of_two_things(self, citizen, world, topic):
        send(citizen, side="/moeder/SOU/", topic=topic)
        assert Subscription.objects.get().topic == topic

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"email": ""}, "Skriv din mailadresse."),
            ({"email": "ikke en adresse"}, "Mailadressen kan ikke læses."),
            ({"email": "a" * 250 + "@eksempel.dk"}, "Mailadressen er for lang."),
            ({"rhythm": "hver time"}, "Vælg, hvor tit"),
            ({"rhythm": ""}, "Vælg, hvor tit"),
            ({"side": "/moeder/SOU/", "topic": "news"}, "Vælg, hvad du vil følge."),
            ({"side": "/moeder/SOU/", "topic": ""}, "Vælg, hvad du vil følge."),
            ({TRAP: "x"}, "en robot"),
            ({"tid": "x"}, "hvornår formularen blev åbnet"),
            ({"tid": ""}, "hvornår formularen blev åbnet"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_typed_is_lost(self, citizen, world, fields, sentence):
        response = send(citizen, **fields)
        html = response.content.decode()
        assert response.status_code == 422
        assert sentence in html
        if "email" not in fields:
            assert READER in html
        assert not Subscriber.objects.exists()
        assert not OutgoingMessage.objects.exists()

    def test_from_another_site_it_is_refused(self, citizen, world):
        assert send(citizen, headers={"Origin": "https://ondt.eksempel"}).status_code == 422
        assert send(citizen, LINK, headers={"Origin": "https://ondt.eksempel"}).status_code == 422

    def test_needs_no_cookie_and_sets_none(self, world):
        client = Client(enforce_csrf_checks=True)
        one = following()
        about = links.about_keys([one.pk])
        asked = [
            client.get(f"{FORM}?side=/nyt/"), send(client), send(client, email=""), client.get(LINK),
            send(client, LINK), client.get(ASKED),
            *(client.get(f"/foelg/{room}/{links.reader_token(one.subscriber, about)}/")
              for room in ("mine", "bekraeft", "slut")),
            client.post(f"/foelg/slut/{links.reader_token(one.subscriber, about)}/"),
        ]  # fmt: skip
        for response in asked:
            assert response.status_code in (200, 302, 422)
            assert not response.cookies
            assert "Cookie" not in response.headers.get("Vary", "")
        for response in asked[:5] + asked[6:]:
            assert "no-store" in response.headers["Cache-Control"]

    def test_a_connection_sends_so_many_in_an_hour(self, citizen, world):
        for number in range(MOST_IN_AN_HOUR):
            assert send(citizen, email=f"a{number}@eksempel.dk").status_code == 302
        for address in (FORM, LINK):
            response = send(citizen, address, email="enmere@eksempel.dk")
            assert response.status_code == 429
            assert response.headers["Retry-After"] == "3600"
            assert "Vent en time" in response.content.decode()
        assert Subscriber.objects.count() == MOST_IN_AN_HOUR
        assert send(citizen, extra={"REMOTE_ADDR": "192.0.2.7"}).status_code == 302

    def test_a_network_sends_so_many_in_an_hour(self, citizen, world):
        taken = 0
        for host in range(1, 15):
            for _time in range(MOST_IN_AN_HOUR):
                here = {"REMOTE_ADDR": f"192.0.2.{host}"}
                taken += send(citizen, LINK, email="x@eksempel.dk", extra=here).status_code == 302
        assert taken == 10 * MOST_IN_AN_HOUR
        assert send(citizen, extra={"REMOTE_ADDR": "198.51.100.7"}).status_code == 302

    def test_no_mailbox_is_filled(self, citizen, world):
        for number in range(MOST_IN_AN_HOUR):
            send(citizen, side=f"/anbefalinger/?q=ord{number}", extra={"REMOTE_ADDR": f"192.0.2.{number}"})
            send(citizen, LINK, extra={"REMOTE_ADDR": f"192.0.2.{number}"})
        assert OutgoingMessage.objects.count() == 1


class TestNobodyLearnsWhoIsKnown:
    @pytest.fixture
    def addresses(self, world):
        """Known and confirmed, known and waiting, known for another page, and not known at all."""
        following(SIDE, reader=SubscriberFactory(email="bekraeftet@eksempel.dk"))
        SubscriptionFactory(subscriber=SubscriberFactory(email="venter@eksempel.dk"), address=SIDE)
        following("/nyt/", reader=SubscriberFactory(email="andet@eksempel.dk"))
        return ["bekraeftet@eksempel.dk", "venter@eksempel.dk", "andet@eksempel.dk", "ukendt@eksempel.dk"]

    @pytest.mark.parametrize("form", [FORM, LINK, "/en/foelg/", "/en/foelg/mine/"])
    def test_every_answer_is_the_same_to_the_byte(self, citizen, addresses, form):
        answers = set()
        for address in addresses * 2:
            response = send(citizen, form, email=address)
            after = citizen.get(response.headers["Location"])
            other = {"Expires", "X-Request-ID"}  # what time it is, and which request
            told = sorted((name, said) for name, said in response.items() if name not in other)
            answers.add((response.status_code, str(told), response.content, after.content))
        assert len(answers) == 1

    @pytest.mark.parametrize("form", [FORM, LINK])
    def test_and_what_is_wrong_is_wrong_for_all(self, citizen, addresses, form):
        answers = {
            re.sub(r'name="tid" value="[^"]*"', "", send(citizen, form, email=one, tid="x").content.decode()).replace(
                one, "X"
            )
            for one in addresses
        }
        assert len(answers) == 1

    def test_and_takes_about_as_many_questions(self, citizen, addresses, django_assert_max_num_queries):
        """No more than a few more where a row is to be written: nothing that can be measured from outside."""
        for one in addresses:
            with django_assert_max_num_queries(25):
                send(citizen, email=one)


class TestConfirming:
    @pytest.fixture
    def link(self, citizen, world):
        send(citizen)
        (path,) = [path for path in paths_in(write(OutgoingMessage.objects.get())) if "bekraeft" in path]
        return path

    def test_a_page_that_shows_and_a_button_that_confirms(self, citizen, link):
        html = text_of(citizen, link)
        assert "Vil du følge det her?" in html
        assert "Anbefalinger: Udvalg Sundheds- og Omsorgsudvalget" in html
        assert Subscription.objects.get().confirmed_at is None
        key = Subscription.objects.get().pk
        html = citizen.post(link, {"ja": key}).content.decode()
        assert "Det følger du" in html
        assert Subscription.objects.get().confirmed_at
        assert "Det følger du" in text_of(citizen, link)

    def test_what_was_asked_for_within_the_hour_waits_on_the_same_page(self, citizen, link):
        send(citizen, side="/nyt/")
        html = text_of(citizen, link)
        assert html.count('name="ja"') == 2
        keys = list(Subscription.objects.values_list("pk", flat=True))
        citizen.post(link, {"ja": keys[1]})
        assert [bool(one.confirmed_at) for one in Subscription.objects.order_by("pk")] == [False, True]

    @pytest.mark.parametrize("typed", ["", "x", "-1", "9" * 30, "٣"])
    def test_bad_input_confirms_nothing(self, citizen, link, typed):
        assert citizen.post(link, {"ja": typed}).status_code == 200
        assert Subscription.objects.get().confirmed_at is None

    def test_too_late(self, citizen, link):
        Subscription.objects.update(made_at=timezone.now() - timedelta(hours=49))
        assert "Her er intet at sige ja til" in text_of(citizen, link)
        citizen.post(link, {"ja": Subscription.objects.get().pk})
        assert Subscription.objects.get().confirmed_at is None

    def test_who_follows_it_already_is_told_so_by_mail(self, citizen, world):
        following()
        send(citizen)
        mail = write(OutgoingMessage.objects.get())
        assert mail.subject == "Du følger det allerede"
        assert not [path for path in paths_in(mail) if "bekraeft" in path]
        assert [path for path in paths_in(mail) if "/foelg/mine/" in path]


class TestLinks:
    @pytest.mark.parametrize("room", ["mine", "bekraeft", "slut"])
    @pytest.mark.parametrize("bad", ["x", "a:b:c", "WzEsIjIi:1xXxsS:abc"])
    def test_what_is_no_link_of_ours_is_said_in_words(self, citizen, world, room, bad):
        response = citizen.get(f"/foelg/{room}/{bad}/")
        assert response.status_code == 404
        assert "Linket virker ikke" in response.content.decode()
        assert "log ind" not in response.content.decode().split("<footer")[0]
        assert citizen.post(f"/foelg/{room}/{bad}/").status_code == 404

    def test_a_link_of_another_municipality_is_none_of_ours(self, citizen, world):
        with tenancy.active(MunicipalityFactory(name="Aarhus Kommune", slug="aarhus")):
            token = links.reader_token(SubscriberFactory())
        for room in ("mine", "bekraeft", "slut"):
            assert citizen.post(f"/foelg/{room}/{token}/", {"glem": "1"}).status_code == 404
        with tenancy.active(tenancy.current()):
            assert not Subscriber.objects.exists()

    def test_of_who_is_forgotten_it_says_that_no_mail_comes(self, citizen, world):
        one = following()
        token = links.reader_token(one.subscriber, links.about_keys([one.pk]))
        one.subscriber.delete()
        assert "Du får ingen mail fra os" in text_of(citizen, f"/foelg/mine/{token}/", status=404)
        assert "Du får ingen mail fra os" in text_of(citizen, f"/foelg/slut/{token}/")
        response = citizen.post(f"/foelg/slut/{token}/", {"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200

    def test_the_link_is_not_carried_on_to_a_report_of_an_error(self, citizen, world):
        token = links.reader_token(following().subscriber)
        html = text_of(citizen, f"/foelg/mine/{token}/")
        assert '<a href="/fejl/?side=" rel="nofollow">' in html

    def test_a_scanner_that_opens_all_of_them_changes_nothing(self, citizen, world):
        """HEAD and GET of every address in every mail, ten times."""
        one = following()
        SubscriptionFactory(subscriber=one.subscriber, address="/nyt/")
        send(citizen, side="/initiativer/")
        published(world.full, kind=UpdateKind.NOTE, text="Nyt")
        tell_followers(timezone.now())
        mails = [write(message) for message in OutgoingMessage.objects.order_by("pk")]
        paths = sorted({path for mail in mails for path in paths_in(mail)})
        assert {path.split("/")[2] for path in paths if path.startswith("/foelg/")} == {"bekraeft", "mine", "slut"}
        before = everything(), list(OutgoingMessage.objects.order_by("pk").values())
        for _time in range(10):
            for path in paths:
                assert citizen.head(path).status_code == 200
                assert citizen.get(path).status_code == 200
        assert (everything(), list(OutgoingMessage.objects.order_by("pk").values())) == before


class TestTheMail:
    def test_says_what_is_new_where_it_stands_why_it_comes_and_how_it_ends(self, world):
        one = following()
        published(world.full, kind=UpdateKind.NOTE, text="De første teams er ansat.")
        assert tell_followers(timezone.now()) == 1
        mail = write(OutgoingMessage.objects.get())
        for said in (mail.text, mail.html):
            for words in ("2.1 Besøg af faste teams", "Nyt uden ændret status", "De første teams er ansat.", "Tinget",
                          "/anbefalinger/ting/2.1/#opdatering-", "fordi du har bedt om", "Stop med at følge",
                          "Se eller stop alt"):  # fmt: skip
                assert words in said
        assert mail.subject == "Nyt: Anbefalinger: Udvalg Sundheds- og Omsorgsudvalget"
        assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail.headers["List-Id"] == "<foelg.127.0.0.1>"
        token = links.reader_token(one.subscriber, links.about_keys([one.pk])).split(":")[0]
        assert mail.headers["List-Unsubscribe"].startswith(f"<http://127.0.0.1:8000/foelg/slut/{token}:")

    def test_one_click_ends_it_without_cookie_or_question(self, world):
        one = following()
        kept = following("/nyt/", reader=one.subscriber)
        published(world.full, kind=UpdateKind.NOTE, text="Nyt")
        Subscription.objects.filter(pk=kept.pk).update(told_event=10**9)
        tell_followers(timezone.now())
        mail = write(OutgoingMessage.objects.get())
        (address,) = re.findall(r"<http://127.0.0.1:8000(.*)>", mail.headers["List-Unsubscribe"])
        response = Client(enforce_csrf_checks=True).post(address, {"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200
        assert list(Subscription.objects.all()) == [kept]

    def test_what_is_meant_for_a_screen_is_escaped_and_the_text_is_not(self, world):
        following()
        published(world.full, kind=UpdateKind.NOTE, text="<b>A & B</b>")
        tell_followers(timezone.now())
        mail = write(OutgoingMessage.objects.get())
        assert "<b>A & B</b>" in mail.text
        assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in mail.html

    def test_many_lines_are_counted(self, world):
        following()
        for number in range(33):
            published(world.full, kind=UpdateKind.NOTE, text=f"Nyt nr. {number}")
        tell_followers(timezone.now())
        mail = write(OutgoingMessage.objects.get())
        assert mail.text.count("Nyt nr.") == 30
        assert "Og 3 flere. Se dem på siden." in mail.text


class TestEverythingHeld:
    @pytest.fixture
    def one(self, world):
        return following()

    @pytest.fixture
    def held(self, one):
        return f"/foelg/mine/{links.reader_token(one.subscriber)}/"

    def test_shows_it_all(self, citizen, one, held):
        following("/moeder/SOU/", topic=FollowedTopic.DECIDED, reader=one.subscriber)
        SubscriptionFactory(subscriber=one.subscriber, address="/anbefalinger/findes/ikke/")
        html = text_of(citizen, held)
        said = [READER, "Udvalg Sundheds- og Omsorgsudvalget", "Det, der blev besluttet", "2. november 2026"]
        for words in [*said, "Med det samme", "En side, der ikke findes mere", "Venter på, at du siger ja"]:
            assert words in html
        title = re.search("<title>(.*?)</title>", html)[1]
        assert READER not in title

    def test_the_rhythm_is_changed(self, citizen, one, held):
        assert "Det er gemt." in citizen.post(held, {"nr": one.pk, "rhythm": "weekly", "gem": "1"}).content.decode()
        one.refresh_from_db()
        assert one.rhythm == "weekly"
        for rhythm in ("", "hver time"):
            html = citizen.post(held, {"nr": one.pk, "rhythm": rhythm, "gem": "1"}).content.decode()
            assert "Vælg, hvor tit du vil have besked." in html

    def test_one_is_ended(self, citizen, one, held):
        other = following("/nyt/", reader=one.subscriber)
        assert "ikke længere" in citizen.post(held, {"nr": one.pk, "slut": "1"}).content.decode()
        assert list(Subscription.objects.all()) == [other]
        assert citizen.post(held, {"nr": other.pk, "slut": "1"}).status_code == 200
        assert not Subscriber.objects.exists()

    def test_what_waits_is_said_yes_to(self, citizen, one, held):
        waiting = SubscriptionFactory(subscriber=one.subscriber, address="/nyt/")
        citizen.post(held, {"nr": waiting.pk, "ja": "1"})
        waiting.refresh_from_db()
        assert waiting.confirmed_at

    @pytest.mark.parametrize("button", ["slut", "ja", "gem"])
    def test_nobody_elses(self, citizen, one, held, button):
        other = SubscriptionFactory()
        for typed in (other.pk, "", "x", "9" * 30):
            assert citizen.post(held, {"nr": typed, button: "1", "rhythm": "weekly"}).status_code == 200
        other.refresh_from_db()
        assert (other.confirmed_at, Subscription.objects.count()) == (None, 2)

    def test_all_of_it_is_forgotten_at_once(self, citizen, one, held, world):
        published(world.full)
        tell_followers(timezone.now())
        html = citizen.post(held, {"glem": "1"}).content.decode()
        assert "har slettet din adresse" in html
        assert READER not in html
        for model in (Subscriber, Subscription, OutgoingMessage):
            assert not model.objects.exists()


def test_the_cache_holds_no_address(citizen, world):
    send(citizen)
    kept = getattr(cache, "_cache", {})
    assert kept
    assert not [key for key in kept if READER in str(key) or READER in str(kept[key])]
