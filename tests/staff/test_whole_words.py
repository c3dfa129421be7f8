"""Words, by the hand of each role: ours at once, the source's by two, and before and after where the citizen reads."""

from datetime import date

import pytest
from django.urls import reverse

from recommendations.actions import change_item
from recommendations.enums import Act, Nature, UpdateState
from recommendations.models import Event, Item, WordingDraft
from tests.factories import OwnershipFactory, PublicationFactory, RecommendationFactory
from tests.staff.hand import Hand
from tests.staff.whole_pages import StaffPage, of, of_item


@pytest.fixture
def item(sou):
    item = RecommendationFactory(
        publication__slug="ting", number="3.2", title="Besøg af faste teams", summary="Kommunen skal prøve faste teams."
    )
    OwnershipFactory(item=item, committee=sou)
    return item


def as_citizen(citizen, item):
    return StaffPage.open(citizen, item.get_absolute_url()).text


def links(page):
    return {" ".join(a.text_content().split()): a.get("href") for a in page.tree.iter("a")}


class TestOurs:
    def test_an_editor_changes_the_summary_at_once_and_both_can_be_read(self, as_user, citizen, anna, item):
        page = StaffPage.open(as_user(anna), of_item(item)).link("Ny ordlyd")
        after = page.press("Gem ny ordlyd", summary="Kommunen skal prøve faste teams i hele byen.")
        assert "Ordene er gemt." in after.text
        assert links(after)["Se, hvad borgerne ser"] == item.get_absolute_url()
        public = as_citizen(citizen, item)
        assert "Kommunen skal prøve faste teams i hele byen." in public
        assert "Kommunen skal prøve faste teams." in public.split("Tidligere ordlyd")[1]
        assert not WordingDraft.objects.exists()

    def test_a_slip_is_corrected_from_the_page_that_follows(self, as_user, citizen, anna, item):
        page = StaffPage.open(as_user(anna), of_item(item, "reword"))
        form = page.press("Gem ny ordlyd", summary="Komunen skal.").link("Fortryd eller ret")
        assert form.address == of_item(item, "correct_words")
        assert dict(form.sent("Gem rettelse")[1])["reason"] == "Skrivefejl, rettet med det samme."
        after = form.press("Gem rettelse", summary="Kommunen skal.")
        assert "Ordene er rettet." in after.text
        public = as_citizen(citizen, item)
        assert "Rettet: Besøg af faste teams" in public
        assert "Komunen skal." in public

    def test_unchanged_words_are_refused(self, as_user, anna, item):
        page = StaffPage.open(as_user(anna), of_item(item, "reword")).press("Gem ny ordlyd")
        assert "Ordene er uændrede." in page.text
        assert item.wordings.count() == 1

    def test_twice_is_once(self, as_user, anna, item):
        page = StaffPage.open(as_user(anna), of_item(item, "reword"))
        address, data = page.sent("Gem ny ordlyd", summary="Kort.")
        for _press in range(2):
            assert "Ordene er gemt." in page.send(address, data).text
        assert item.wordings.count() == 2

    @pytest.mark.parametrize("what", ["reword", "correct_words"])
    @pytest.mark.parametrize("name", ["carla", "dina"])
    def test_strangers_and_secretaries_have_no_such_page(self, request, as_user, item, name, what):
        assert as_user(request.getfixturevalue(name)).get(of_item(item, what)).status_code == 403


class TestTheSources:
    def test_new_words_are_proposed_read_and_published(self, as_user, citizen, anna, bo, item):
        page = StaffPage.open(as_user(anna), of_item(item)).link("Ny ordlyd")
        assert "Ændrer du det, kilden siger, skal en anden læse og udgive det." in page.text
        sent = page.press("Gem ny ordlyd", title="Besøg af faste hold", reason="Kilden er trykt igen.")
        assert "Sendt til godkendelse." in sent.text
        assert "Ny ordlyd" in sent.text.split("På vej")[1]
        draft = WordingDraft.objects.get()
        assert "faste hold" not in as_citizen(citizen, item)
        own = sent.link("Se forslaget")
        assert own.address == of(draft)
        assert own.buttons == ["Kassér forslaget"]
        approval = StaffPage.open(as_user(bo), of(draft))
        before, after = approval.tree.xpath('//h3[.="Titel"]/following-sibling::div[1]/div')
        assert "Besøg af faste teams" in before.text_content()
        assert "Besøg af faste hold" in after.text_content()
        assert "Kilden er trykt igen." in approval.text
        done = approval.press("Udgiv ordene")
        assert "Ordene er udgivet." in done.text
        assert links(done)["Se, hvad borgerne ser"] == Item.objects.get(pk=item.pk).get_absolute_url()
        public = as_citizen(citizen, item)
        assert "Besøg af faste hold" in public
        assert "Besøg af faste teams" in public.split("Tidligere ordlyd")[1]
        news = StaffPage.open(citizen, "/nyt/").text
        assert "Besøg af faste teams" in news
        assert "Besøg af faste hold" in news

    def test_a_correction_stands_marked_on_the_citizens_page_and_is_no_news(self, as_user, citizen, bo, chief, item):
        page = StaffPage.open(as_user(bo), of_item(item)).link("Ret ord")
        refused = page.press("Gem rettelse", title="Besøg af fast team")
        assert "Skriv, hvad der var forkert." in refused.text
        assert dict(refused.sent("Gem rettelse")[1])["title"] == "Besøg af fast team"
        sent = refused.press("Gem rettelse", reason="Der står »fast team« i kilden.")
        assert "Sendt til godkendelse." in sent.text
        own = StaffPage.open(as_user(bo), of(WordingDraft.objects.get()))
        assert "Du har selv skrevet forslaget." in own.text
        assert "Udgiv ordene" not in own.buttons
        StaffPage.open(as_user(chief), of(WordingDraft.objects.get())).press("Udgiv ordene")
        words = item.wordings.get(corrects__isnull=False)
        assert (words.title, words.valid_from) == ("Besøg af fast team", date(2024, 6, 17))
        public = as_citizen(citizen, item)
        assert "Rettet: Besøg af faste teams" in public
        assert "Der står »fast team« i kilden." in public
        assert "fast team" not in StaffPage.open(citizen, "/nyt/").text

    def test_are_sent_back_written_anew_and_published(self, as_user, citizen, anna, bo, item):
        page = StaffPage.open(as_user(anna), of_item(item, "reword"))
        page.press("Gem ny ordlyd", official_text="Ansæt 20.")
        draft = WordingDraft.objects.get()
        approval = StaffPage.open(as_user(bo), of(draft))
        refused = approval.press("Send retur")
        assert refused.status == 422
        assert "Skriv, hvad der skal ændres" in refused.text
        assert "Sendt retur." in refused.press("Send retur", comment="Hvilken side?").text
        returned = StaffPage.open(as_user(anna), of(draft))
        assert "Hvilken side?" in returned.text
        form = returned.link("Skriv om")
        assert dict(form.sent("Send til godkendelse")[1])["official_text"] == "Ansæt 20."
        form.press("Send til godkendelse", pages="12")
        StaffPage.open(as_user(bo), of(draft)).press("Udgiv ordene")
        assert "Ansæt 20." in as_citizen(citizen, item)
        assert StaffPage.open(as_user(bo), of(draft)).link("Historik").status == 200

    def test_another_page_in_the_source_can_be_read_beside_the_old_one(self, as_user, citizen, anna, bo, item):
        for pages in ("21", "24-25"):
            StaffPage.open(as_user(anna), of_item(item, "reword")).press("Gem ny ordlyd", pages=pages)
            StaffPage.open(as_user(bo), of(WordingDraft.objects.order_by("pk").last())).press("Udgiv ordene")
        public = StaffPage.open(citizen, item.get_absolute_url())
        (earlier,) = public.tree.xpath('//details[summary="Tidligere ordlyd"]')
        assert "side\xa021" in earlier.text_content().replace("side 21", "side\xa021")
        assert "24-25" in public.text
        assert "24-25" not in earlier.text_content()

    def test_what_was_rewritten_meanwhile_is_not_published_unread(self, as_user, citizen, anna, bo, item):
        StaffPage.open(as_user(anna), of_item(item, "reword")).press("Gem ny ordlyd", title="Et")
        draft = WordingDraft.objects.get()
        approval = StaffPage.open(as_user(bo), of(draft))
        StaffPage.open(as_user(anna), of(draft)).link("Skriv om").press(
            "Send til godkendelse", title="Noget helt andet"
        )
        refused = approval.press("Udgiv ordene")
        assert refused.status == 422
        assert "Forslaget er skrevet om, siden du åbnede siden." in refused.text
        assert "Noget helt andet" in refused.text
        assert "Noget helt andet" not in as_citizen(citizen, item)
        refused.press("Udgiv ordene")
        assert "Noget helt andet" in as_citizen(citizen, item)

    def test_are_thrown_away(self, as_user, anna, item):
        client = as_user(anna)
        StaffPage.open(client, of_item(item, "reword")).press("Gem ny ordlyd", title="Et")
        after = StaffPage.open(client, of(WordingDraft.objects.get())).press("Kassér forslaget")
        assert "Forslaget er kasseret." in after.text
        assert client.get(of(WordingDraft.objects.get())).status_code == 404
        assert "På vej" not in StaffPage.open(client, of_item(item)).text

    @pytest.mark.parametrize(
        ("button", "filled", "act"),
        [
            ("Udgiv ordene", {}, Act.REWORDED),
            ("Send retur", {"comment": "Hvorfor?"}, Act.WORDS_RETURNED),
            ("Kassér forslaget", {}, Act.WORDS_DISCARDED),
        ],
    )
    def test_every_button_twice_is_once(self, as_user, anna, bo, item, button, filled, act):
        StaffPage.open(as_user(anna), of_item(item, "reword")).press("Gem ny ordlyd", title="Et")
        page = StaffPage.open(as_user(bo), of(WordingDraft.objects.get()))
        address, data = page.sent(button, **filled)
        first, second = page.send(address, data), page.send(address, data)
        assert (first.status, second.status) == (200, 200)
        assert Event.objects.filter(act=act).count() == 1
        assert "allerede" not in second.text

    def test_a_second_proposal_is_told_of_the_first(self, as_user, anna, bo, item):
        StaffPage.open(as_user(anna), of_item(item, "reword")).press("Gem ny ordlyd", title="Et")
        page = StaffPage.open(as_user(bo), of_item(item, "reword"))
        assert "Der ligger allerede et forslag: ny ordlyd, skrevet af anna." in page.text

    def test_in_a_source_that_nobody_can_read_are_an_administrators_to_change(self, as_user, chief, sou):
        item = RecommendationFactory(publication=PublicationFactory(public_at=None), title="Et")
        page = StaffPage.open(as_user(chief), of_item(item, "correct_words"))
        assert "skal en anden læse og udgive det" not in page.text
        assert "Ordene er rettet." in page.press("Gem rettelse", title="To", reason="Slåfejl.").text
        assert Item.objects.get(pk=item.pk).title == "To"

    def test_a_stranger_sees_no_proposal(self, as_user, anna, carla, dina, item):
        StaffPage.open(as_user(anna), of_item(item, "reword")).press("Gem ny ordlyd", title="Et")
        draft = WordingDraft.objects.get()
        assert as_user(carla).get(of(draft)).status_code == 404
        listed = reverse("admin:recommendations_wordingdraft_changelist")
        assert "Ny ordlyd" not in StaffPage.open(as_user(carla), listed).text
        assert StaffPage.open(as_user(dina), of(draft)).buttons == []
        assert draft.state == UpdateState.SUBMITTED


class TestANumber:
    """Mended by an administrator once it is public too; the old address leads on."""

    def test_is_a_correction_and_its_old_address_leads_on(self, as_user, citizen, chief, item):
        old = item.get_absolute_url()
        StaffPage.open(as_user(chief), of_item(item)).press("Gem", number="3.3")
        event = Event.objects.get(act=Act.ITEM_CHANGED)
        assert (event.nature, event.details["number"]) == (Nature.CORRECTION, ["3.2", "3.3"])
        item = Item.objects.get(pk=item.pk)
        response = citizen.get(old + "?pr=2026-10-01")
        assert (response.status_code, response.headers["Location"]) == (301, item.get_absolute_url() + "?pr=2026-10-01")
        for address in (old + "feed/", old.replace("ting", "Ting"), f"/{item.publication.short_code}/3.2"):
            assert citizen.get(address).status_code == 301, address

    def test_that_another_row_has_now_leads_to_that(self, citizen, chief, item):
        old = item.get_absolute_url()
        change_item(by=chief, item=item, number="3.3")
        RecommendationFactory(publication=item.publication, number="3.2", title="En anden")
        assert "En anden" in StaffPage.open(citizen, old).text

    def test_that_was_mended_twice_leads_to_the_last(self, citizen, chief, item):
        old = item.get_absolute_url()
        change_item(by=chief, item=item, number="3.3")
        change_item(by=chief, item=Item.objects.get(pk=item.pk), number="3.4")
        assert citizen.get(old).headers["Location"].endswith("/3.4/")

    def test_that_never_was_is_not_there(self, citizen, item):
        assert citizen.get(item.get_absolute_url().replace("3.2", "9.9")).status_code == 404


@pytest.mark.browser
class TestInteractions:
    def test_our_words_take_four_from_the_items_page(self, open_page, anna, item):
        hand = Hand(open_page(anna))
        hand.page.goto(of_item(item))
        hand.click("link", "Ret ord")
        hand.fill("Resumé", "Kommunen skal prøve faste teams i to år.")
        hand.fill("Begrundelse", "To år manglede.")
        hand.click("button", "Gem rettelse")
        hand.page.get_by_text("Ordene er rettet.").first.wait_for()
        assert hand.used <= 5

    def test_the_sources_words_take_four_and_two(self, open_page, anna, bo, item):
        hand = Hand(open_page(anna))
        hand.page.goto(of_item(item))
        hand.click("link", "Ret ord")
        hand.fill("Titel:", "Besøg af fast team")
        hand.fill("Begrundelse", "Der står »fast team«.")
        hand.click("button", "Gem rettelse")
        hand.page.get_by_text("Sendt til godkendelse.").first.wait_for()
        assert hand.used <= 5
        other = Hand(open_page(bo))
        other.page.goto(of(WordingDraft.objects.get()))
        other.click("button", "Udgiv ordene")
        other.page.get_by_text("Ordene er udgivet.").first.wait_for()
        assert other.used <= 5
