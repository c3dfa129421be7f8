"""Whole tasks, by each role: pages are opened, only what they show is filled in, and their own buttons are pressed.

What a citizen then reads is looked at last.
"""

from datetime import date

import pytest
from django.urls import reverse

from recommendations import tenancy
from recommendations.actions import UpdateDraft, save_draft
from recommendations.enums import Act, Outcome, Status, UpdateState
from recommendations.models import (
    Event,
    Initiative,
    Item,
    Municipality,
    Ownership,
    Publication,
    Recommendation,
    Standing,
    StatusUpdate,
)
from tests.factories import (
    AddresseeFactory,
    CommitteeFactory,
    CommitteeMembershipFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    UserFactory,
    answered,
    deadline,
    published,
)
from tests.staff.whole_pages import StaffPage, add, of, of_item


@pytest.fixture
def item(sou):
    item = RecommendationFactory(number="3.2", title="Besøg af faste teams")
    OwnershipFactory(item=item, committee=sou)
    return item


def status_of(item):
    return Item.objects.with_state().get(pk=item.pk).state_status


def as_citizen(citizen, item):
    return StaffPage.open(citizen, item.get_absolute_url()).text


# --- A correction -----------------------------------------------------------------------------------------------------


class TestACorrection:
    """The worst fault there was: it could be drafted, and no button anywhere could publish it."""

    @pytest.fixture
    def wrong(self, item, sou):
        published(item, Status.IN_PROGRESS, on=date(2026, 3, 1), text="Begyndt i to bydele.", committee=sou)
        return published(item, Status.IMPLEMENTED, on=date(2026, 6, 1), text="Det er gjort.", committee=sou)

    def test_that_takes_a_status_back_is_written_seen_sent_and_published(self, as_user, citizen, anna, bo, item, wrong):
        assert status_of(item) == Status.IMPLEMENTED
        page = StaffPage.open(as_user(anna), of_item(item)).link("Gennemført, 01.06.2026").link("Ret")
        assert page.buttons == ["Gem kladde", "Vis, som borgerne vil se den", "Send til godkendelse"]
        refused = page.press("Send til godkendelse")
        assert refused.status == 422
        assert not StatusUpdate.objects.filter(corrects=wrong).exists()
        saved = refused.press(
            "Gem kladde", text="Forkert række.", status="ingenting", **{"dokumentation-0-remove": "on"}
        )
        assert "Kladden er gemt." in saved.text
        assert StatusUpdate.objects.get(corrects=wrong).state == UpdateState.DRAFT
        seen = saved.press("Vis, som borgerne vil se den")
        assert "Den er ikke udgivet endnu." in seen.text
        assert "Forkert række." in seen.text
        sent = saved.press("Send til godkendelse")
        assert "Sendt til godkendelse." in sent.text
        approval = StaffPage.open(as_user(bo), of(StatusUpdate.objects.get(corrects=wrong)))
        assert "Det, der rettes" in approval.text
        assert "Det er gjort." in approval.text
        assert "Udgivet. Borgerne kan se det nu." in approval.press("Udgiv").text
        assert status_of(item) == Status.IN_PROGRESS
        public = as_citizen(citizen, item)
        assert "Forkert række." in public
        assert "Det er gjort." in public  # both stay readable

    def test_that_brings_another_status_is_published_by_an_approver_at_once(self, as_user, citizen, bo, item, wrong):
        page = StaffPage.open(as_user(bo), of(wrong)).link("Ret")
        after = page.press(
            "Udgiv",
            text="Arbejdet er stoppet, ikke færdigt.",
            status=Status.PAUSED,
            on="2026-06-02",
            **{"dokumentation-0-remove": "on"},
        )
        assert "Udgivet. Borgerne kan se det nu." in after.text
        whole = Standing.objects.at().wholes().get(item=item)
        assert (whole.status, whole.status_on) == (Status.PAUSED, date(2026, 6, 2))
        assert "Arbejdet er stoppet, ikke færdigt." in as_citizen(citizen, item)

    def test_of_what_was_corrected_already_is_not_offered(self, as_user, bo, wrong):
        page = StaffPage.open(as_user(bo), of(wrong)).link("Ret")
        page.press("Udgiv", text="Nej.", status="ingenting", **{"dokumentation-0-remove": "on"})
        again = StaffPage.open(as_user(bo), of(wrong))
        assert "Rettet:" in again.text
        assert "ret/" not in [a.get("href").strip("./") + "/" for a in again.tree.iter("a") if a.get("href")]

    def test_begins_with_what_the_wrong_row_said_and_its_evidence(self, as_user, bo, wrong):
        page = StaffPage.open(as_user(bo), of(wrong)).link("Ret")
        _address, data = page.sent("Gem kladde", text="Linket er dødt.")
        sent = dict(data)
        assert sent["on"] == "2026-06-01"
        assert "status" not in sent  # what is to stand instead is chosen by whoever corrects, never left over
        assert "Vælg, hvad der skal stå i stedet" in page.press("Gem kladde", text="Linket er dødt.").text
        assert sent["dokumentation-0-url"] == "https://eksempel.dk/referat"
        mended = {"status": Status.IMPLEMENTED, "dokumentation-0-url": "https://eksempel.dk/nyt"}
        page.press("Gem kladde", text="Linket er dødt.", **mended)
        correction = StatusUpdate.objects.get(corrects=wrong)
        assert correction.evidence.get().url == "https://eksempel.dk/nyt"
        assert wrong.evidence.get().url == "https://eksempel.dk/referat"

    def test_of_a_draft_leads_to_the_draft(self, as_user, anna, sou, item):
        draft = save_draft(by=anna, item=item, committee=sou, draft=UpdateDraft(status=Status.PAUSED, text="Kladde."))
        page = StaffPage.open(as_user(anna), of(draft, "correct"))
        assert page.address == of(draft)
        assert "Kun det, der er udgivet, kan rettes." in page.text


# --- An administrator's tasks -----------------------------------------------------------------------------------------


class TestASource:
    def test_from_the_first_word_to_the_public_page(self, as_user, citizen, chief, sou):
        client = as_user(chief)
        page = StaffPage.open(client, add("publication"))
        page.press(
            "Gem og fortsæt med at redigere",
            slug="ny",
            short_code="n1",
            title="Ny kilde",
            kind="memo",
            publisher="Kommunen",
            handed_over_on="2026-09-01",
            document_title="Notat.pdf",
            expected_recommendations=2,
            expects_answers="on",
        )
        source = Publication.objects.get(slug="ny")
        page = StaffPage.open(client, of(source)).link("Tilføj anbefaling")
        AddresseeFactory(name="Region Hovedstaden")
        page.press("Gem", number="1", title="Faste teams", summary="Kommunen skal prøve faste teams.")
        row = Recommendation.objects.with_words().get(publication=source)
        assert (row.title, row.words.valid_from) == ("Faste teams", date(2026, 9, 1))
        page = StaffPage.open(client, of_item(row)).link("Tilføj ejer")
        page.press("Gem", committee=sou.pk, valid_from="2026-09-01")
        assert Ownership.objects.get(item=row).committee == sou
        page = StaffPage.open(client, of_item(row)).link("Registrer støtte")
        page.press("Gem", percent="92")
        assert row.votes.get().percent == 92
        page = StaffPage.open(client, of(source)).link("Oplysninger om processen")
        page.press("Gem oplysninger", **{"oplysninger-0-label": "Medlemmer", "oplysninger-0-number": "36"})
        assert source.facts.get().number == 36
        assert citizen.get(row.get_absolute_url()).status_code == 404
        page = StaffPage.open(client, of(source)).link("Gør offentlig")
        assert "1 anbefalinger, men kilden har 2" in page.text
        refused = page.press("Gør offentlig")
        assert refused.status == 422
        assert "Opret de rækker, der mangler" in refused.text
        refused.press("Gør offentlig", although_incomplete="on")
        assert "Faste teams" in as_citizen(citizen, row)

    def test_what_the_action_refuses_is_said_at_the_field_and_nothing_typed_is_lost(self, as_user, chief, item):
        page = StaffPage.open(as_user(chief), add("recommendation") + f"?publication={item.publication_id}")
        refused = page.press("Gem", number="3.2", title="En til", summary="Kommunen skal prøve det.")
        (wrong,) = refused.tree.xpath('//div[contains(@class, "errors")]//ul[@class="errorlist"]')
        assert "Nummeret findes allerede i kilden" in wrong.text_content()
        assert dict(refused.sent("Gem")[1])["summary"] == "Kommunen skal prøve det."
        assert Recommendation.objects.count() == 1
        assert not Event.objects.exists()

    @pytest.mark.parametrize(
        ("number", "sentence"), [("2/2024", "Skriv 2/2024 som 2-2024."), ("a..b", "to punktummer")]
    )
    def test_a_number_that_no_address_can_carry_is_refused(self, as_user, chief, item, number, sentence):
        page = StaffPage.open(as_user(chief), of_item(item)).press("Gem", number=number)
        assert sentence in page.text
        assert Item.objects.get(pk=item.pk).number == "3.2"

    def test_a_number_is_mended_and_what_is_below_follows(self, as_user, chief, item):
        below = RecommendationFactory(publication=item.publication, number="3.2.1", parent=item)
        StaffPage.open(as_user(chief), of_item(item)).press("Gem", number="3.3")
        item = Item.objects.get(pk=item.pk)
        assert item.number == "3.3"
        assert Item.objects.get(pk=below.pk).path.startswith(item.path + "!")

    def test_an_initiative_carries_out_what_it_is_linked_to(self, as_user, chief, item):
        page = StaffPage.open(as_user(chief), add("initiative") + f"?publication={item.publication_id}")
        assert "kind" not in dict(page.sent("Gem")[1])
        client = as_user(chief)
        address, data = page.sent("Gem", number="27", title="Flere op i tid")
        page.send(address, [*data, ("carries_out", str(item.pk))])
        initiative = Initiative.objects.get()
        assert list(initiative.carries_out.all()) == [Item.objects.get(pk=item.pk)]
        opened = StaffPage.open(client, of_item(initiative))
        assert "Flere op i tid" in opened.text

    def test_a_code_in_addresses_cannot_change_once_it_is_public(self, as_user, chief):
        draft, public = PublicationFactory(public_at=None), PublicationFactory()
        client = as_user(chief)
        assert "slug" in dict(StaffPage.open(client, of(draft)).sent("Gem")[1])
        assert "slug" not in dict(StaffPage.open(client, of(public)).sent("Gem")[1])


class TestPeopleAndTheMunicipality:
    def test_the_municipality_says_who_it_is(self, as_user, chief, municipality):
        page = StaffPage.open(as_user(chief), of(municipality))
        page.press("Gem", sender="Rådhuset", stale_after_days=60)
        municipality.refresh_from_db()
        assert (municipality.sender, municipality.stale_after_days) == ("Rådhuset", 60)
        event = Event.objects.get(act=Act.MUNICIPALITY_CHANGED)
        assert event.details == {"sender": ["", "Rådhuset"], "stale_after_days": ["90", "60"]}

    def test_other_municipalities_are_not_there(self, as_user, chief, municipality):
        other = Municipality.objects.create(slug="aarhus", name="Aarhus Kommune", hosts="aarhus.eksempel.dk")
        municipality.hosts = "testserver"
        municipality.save()
        assert as_user(chief).get(of(other)).status_code == 404

    def test_who_works_for_another_municipality_is_not_there(self, as_user, chief, municipality):
        other = Municipality.objects.create(slug="aarhus", name="Aarhus Kommune", hosts="aarhus.eksempel.dk")
        municipality.hosts = "testserver"
        municipality.save()
        theirs = UserFactory(username="aarhusianer")
        UserFactory(username="ny")
        with tenancy.active(other):
            CommitteeMembershipFactory(user=theirs, committee=CommitteeFactory(code="AAU"))
        client = as_user(chief)
        shown = client.get(reverse("admin:auth_user_changelist")).content.decode()
        assert ("aarhusianer" in shown, "ny</a>" in shown) == (False, True)
        for address in (reverse("admin:auth_user_change", args=[theirs.pk]), f"/admin/auth/user/{theirs.pk}/password/"):
            assert "aarhusianer" not in client.get(address, follow=True).content.decode()
        for name in ("person", "person_role", "person_left", "person_link", "person_reopen"):
            assert client.get(reverse(name, args=[theirs.pk])).status_code == 404

    def test_a_committee_is_made_and_renamed(self, as_user, chief):
        client = as_user(chief)
        page = StaffPage.open(client, add("committee"))
        page.press("Gem og fortsæt med at redigere", code="KFU", abbreviation="KFU", name="Kulturudvalget")
        committee = CommitteeFactory._meta.model.objects.get(code="KFU")
        StaffPage.open(client, of(committee)).press("Gem", name="Kultur- og Fritidsudvalget")
        committee.refresh_from_db()
        assert committee.name == "Kultur- og Fritidsudvalget"
        refused = StaffPage.open(client, add("committee")).press("Gem", code="KFU", abbreviation="KFU", name="Et andet")
        assert "Koden findes allerede." in refused.text
        assert dict(refused.sent("Gem")[1])["name"] == "Et andet"


# --- What the pages say -----------------------------------------------------------------------------------------------


class TestBesideTheForms:
    def test_the_criterion_the_answers_and_the_deadline_stand_there(self, as_user, anna, bo, sou, sud, item):
        OwnershipFactory(item=item, committee=sud, role="co_owner")
        answered(item, sud, Outcome.NOT_ADOPTED, text="For dyrt.")
        deadline(item, date(2026, 12, 31))
        published(item, Status.IN_PROGRESS, on=date(2026, 6, 1), committee=sou)
        StaffPage.open(as_user(bo), of_item(item, "done_when")).press("Gem kriterium", text="alle har et fast team")
        draft = save_draft(by=anna, item=item, committee=sou, draft=UpdateDraft(status=Status.PAUSED, text="Kladde."))
        StaffPage.open(as_user(anna), of(draft)).press("Send til godkendelse")
        for client, address in (
            (as_user(anna), of_item(item)),
            (as_user(anna), of_item(item, "status")),
            (as_user(bo), of(draft)),
        ):
            text = StaffPage.open(client, address).text
            for part in (
                "Det er gennemført, når alle har et fast team",
                "Frist 31. december 2026.",
                "Sundheds- og Omsorgsudvalget (Hovedansvarlig): I gang, 1. juni 2026. Svar: Intet svar registreret.",
                "Socialudvalget (Medansvarlig): Ingen status registreret. Svar: Ikke tiltrådt, 18. september 2024.",
            ):
                assert part in text, (address, part)

    def test_somebody_elses_draft_is_mentioned(self, as_user, anna, bo, sou, item):
        save_draft(by=anna, item=item, committee=sou, draft=UpdateDraft(status=Status.PAUSED, text="Kladde."))
        page = StaffPage.open(as_user(bo), of_item(item, "status"))
        assert "Der ligger allerede en kladde om det samme: Sat på pause, 02.11.2026, skrevet af anna" in page.text

    def test_an_approver_opens_the_file_before_it_is_published(self, as_user, anna, bo, carla, sou, item, pdf):
        page = StaffPage.open(as_user(anna), of_item(item, "status"))
        address, data = page.sent("Send til godkendelse", status=Status.IMPLEMENTED, text="Gjort.")
        values = dict(data) | {"dokumentation-0-kind": "operating", "dokumentation-0-file": pdf}
        assert page.client.post(address, values).status_code == 302
        update = StatusUpdate.objects.get()
        approval = StaffPage.open(as_user(bo), of(update))
        (link,) = [a.get("href") for a in approval.tree.iter("a") if "Åbn filen »notat.pdf«" in a.text_content()]
        opened = as_user(bo).get(link)
        assert b"".join(opened.streaming_content).startswith(b"%PDF-")
        assert opened.headers["Content-Disposition"] == 'attachment; filename="notat.pdf"'
        assert as_user(carla).get(link).status_code == 404

    def test_a_discarded_draft_is_nowhere(self, as_user, anna, sou, item):
        draft = save_draft(by=anna, item=item, committee=sou, draft=UpdateDraft(status=Status.PAUSED, text="Kladde."))
        client = as_user(anna)
        after = StaffPage.open(client, of(draft)).press("Kassér kladden")
        assert "Kladden er kasseret." in after.text
        for page in ("change", "history", "preview", "correct"):
            assert client.get(of(draft, page)).status_code == 404, page
        assert "Kladde" not in StaffPage.open(client, of_item(item)).text

    def test_the_list_sorts_statuses_as_they_follow_each_other(self, as_user, anna, sou):
        order = [Status.PLANNED, Status.IN_PROGRESS, Status.PAUSED, Status.LAPSED]
        for status in reversed(order):
            published(RecommendationFactory(title=status), status, committee=sou)
        RecommendationFactory(title="uden")
        columns = ["action_checkbox", "number", "title_and_source", "status_in_words"]
        place = columns.index("status_in_words")
        address = reverse("admin:recommendations_recommendation_changelist")
        listed = as_user(anna).get(f"{address}?o={place}").context["cl"].result_list
        assert [item.title for item in listed] == [*order, "uden"]

    def test_committees_stand_in_danish_order(self, as_user, anna):
        for name in ("Ørestadsudvalget", "Zebraudvalget", "Aarhusudvalget", "Ældreudvalget", "Byudvalget"):
            CommitteeFactory(name=name)
        address = reverse("admin:recommendations_committee_changelist")
        names = [row.name for row in as_user(anna).get(address).context["cl"].result_list]
        ours = [name for name in names if not name.startswith("S")]
        assert ours == ["Byudvalget", "Zebraudvalget", "Ældreudvalget", "Ørestadsudvalget", "Aarhusudvalget"]


# --- The rule of the second person ------------------------------------------------------------------------------------


class TestTheSecondPerson:
    EVIDENCE = {"dokumentation-0-kind": "operating", "dokumentation-0-case_number": "2026-1"}

    def test_is_none_of_those_who_ever_saved_the_draft(self, as_user, anna, bo, item):
        page = StaffPage.open(as_user(bo), of_item(item, "status"))
        page.press("Gem kladde", status=Status.IMPLEMENTED, text="Gjort.", **self.EVIDENCE)
        draft = StatusUpdate.objects.get()
        StaffPage.open(as_user(anna), of(draft)).press("Send til godkendelse")
        approval = StaffPage.open(as_user(bo), of(draft))
        assert "Du har selv skrevet i den." in approval.text
        assert "Udgiv" not in approval.buttons
        refused = StaffPage.open(as_user(bo), of(draft)).send(of(draft, "publish"), [])
        assert "skal udgives af en anden end den, der har skrevet den" in refused.text
        draft.refresh_from_db()
        assert draft.state == UpdateState.SUBMITTED

    @pytest.mark.parametrize("begun", [False, True])
    def test_is_not_taken_from_what_no_page_asks(self, as_user, anna, bo, item, begun):
        page = StaffPage.open(as_user(anna), of_item(item, "status"))
        if begun:
            page.press("Gem kladde", status=Status.PAUSED, text="Først.")
            page = StaffPage.open(as_user(anna), of(StatusUpdate.objects.get()))
        address, data = page.sent("Gem kladde", status=Status.IMPLEMENTED, text="Gjort.", **self.EVIDENCE)
        added = {"author": bo.pk, "state": "published", "published_by": bo.pk, "published_at": "2026-11-02 09:00"}
        page.send(address, [*data, *((name, str(value)) for name, value in added.items())])
        draft = StatusUpdate.objects.get()
        assert (draft.text, draft.author, draft.state) == ("Gjort.", anna, UpdateState.DRAFT)
        assert (draft.published_by, draft.published_at) == (None, None)
        assert status_of(item) != Status.IMPLEMENTED

    def test_is_asked_for_where_nobody_has_written_it(self, as_user, bo, sou, item):
        """What was read from a source has no author; that it is done is not a second person's to say alone."""
        update = StatusUpdate.objects.create(
            item=item, committee=sou, status=Status.IMPLEMENTED, text="Gjort.", state=UpdateState.SUBMITTED
        )
        update.evidence.create(title="Referat", case_number="2026-1", kind="operating")
        page = StaffPage.open(as_user(bo), of(update))
        assert "Udgiv" not in page.buttons
        refused = page.send(of(update, "publish"), [])
        assert "Ingen medarbejder har skrevet kladden." in refused.text

    def test_a_draft_that_nobody_sent_cannot_be_returned(self, as_user, anna, bo, sou, item):
        draft = save_draft(by=anna, item=item, committee=sou, draft=UpdateDraft(status=Status.PAUSED, text="Kladde."))
        page = StaffPage.open(as_user(bo), of(draft))
        assert "Send retur" not in page.buttons
        refused = page.send(of(draft, "return"), [("comment", "Hvorfor?")])
        assert "Kun en opdatering, der er sendt til godkendelse, kan sendes retur." in refused.text
        draft.refresh_from_db()
        assert draft.review_comment == ""
