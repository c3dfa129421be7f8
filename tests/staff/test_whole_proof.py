"""Proof beside the criterion: written, opened, held against each part, talked about, published and read."""

import io
from datetime import date

import pytest
from django.urls import reverse
from PIL import Image

from recommendations.actions import EvidenceContent, UpdateDraft, publish_update, remark_on_draft, save_draft
from recommendations.actions import submit_update as submit
from recommendations.enums import EvidenceKind, Status, UpdateState
from recommendations.models import StatusUpdate
from tests.factories import (
    DoneWhenFactory,
    OwnershipFactory,
    RecommendationFactory,
    answered,
    deadline,
    published,
)
from tests.staff.hand import Hand
from tests.staff.whole_pages import StaffPage, of, of_item

LINK = EvidenceContent("Referat", url="https://eksempel.dk/referat", kind=EvidenceKind.OPERATING)
DONE = UpdateDraft(status=Status.IMPLEMENTED, text="Alle har et team.", evidence=[LINK])
PARTS = ["alle bydele har et team", "teamet kommer hver uge", "borgerne er tilfredse"]


def picture(kind="PNG"):
    kept = io.BytesIO()
    Image.new("RGB", (40, 20), "seagreen").save(kept, kind)
    return kept.getvalue()


@pytest.fixture
def item(sou):
    item = RecommendationFactory(
        number="3.2",
        title="Besøg af faste teams",
        summary="Kommunen skal lade faste teams besøge borgerne.",
        official_text="Vi anbefaler, at borgere får besøg af de samme.",
    )
    OwnershipFactory(item=item, committee=sou)
    return item


@pytest.fixture
def criterion(item):
    return DoneWhenFactory(item=item, text="\n".join(PARTS))


def sent(by, item, committee, draft=DONE):
    return submit(by=by, update=save_draft(by=by, item=item, committee=committee, draft=draft))


def send_with_files(page, button, files, **filled):
    address, data = page.sent(button, **filled)
    values = {}
    for name, value in data:
        values.setdefault(name, []).append(value)
    return StaffPage._read(page.client, page.client.post(address, values | files, follow=True), address)


# --- What stands beside it --------------------------------------------------------------------------------------------


class TestBeside:
    @pytest.fixture
    def addresses(self, as_user, anna, bo, sou, item, criterion):
        """The three pages where somebody writes or decides: the form, a draft, the approval."""
        answered(item, sou, "adopted", text="Udvalget er enigt.")
        deadline(item, date(2026, 12, 31), committee=sou)
        published(item, Status.IN_PROGRESS, text="Begyndt i to bydele.", committee=sou)
        other = RecommendationFactory(number="3.3")
        OwnershipFactory(item=other, committee=sou)
        draft = save_draft(by=anna, item=item, committee=sou, draft=UpdateDraft(status=Status.PAUSED, text="Nej."))
        waiting = sent(anna, item, sou)
        return [(anna, of_item(item, "status")), (anna, of(draft)), (bo, of(waiting))]

    @pytest.mark.parametrize(
        "part",
        [
            "Besøg af faste teams",
            "Kommunen skal lade faste teams besøge borgerne.",
            "Vi anbefaler, at borgere får besøg af de samme.",
            "Det er gennemført, når",
            *PARTS,
            "Svar: Tiltrådt, 18. september 2024.",
            "Frist 31. december 2026.",
            "Begyndt i to bydele.",
        ],
    )
    def test_what_was_recommended_promised_answered_and_told_last(self, as_user, addresses, part):
        for user, address in addresses:
            assert part in StaffPage.open(as_user(user), address).text, address

    def test_the_sources_own_words_are_folded(self, as_user, addresses):
        for user, address in addresses:
            (quoted,) = StaffPage.open(as_user(user), address).tree.xpath("//blockquote")
            assert [one.tag for one in quoted.iterancestors("details")] == ["details"], address

    def test_the_button_to_publish_stands_after_the_proof(self, as_user, bo, addresses):
        html = StaffPage.open(as_user(bo), addresses[2][1]).html
        assert html.index("Kriteriet</h2>") < html.index("https://eksempel.dk/referat") < html.index(">Udgiv<")

    def test_somebody_elses_draft_is_said_before_one_types(self, as_user, bo, addresses):
        text = StaffPage.open(as_user(bo), addresses[0][1]).text
        told = text.index("Der ligger allerede en kladde om det samme: Sat på pause")
        assert told < text.index("Hvad vil du fortælle")


# --- The ladder -------------------------------------------------------------------------------------------------------


class TestTheLadder:
    def test_the_form_asks_what_the_proof_shows_and_suggests_nothing(self, as_user, anna, item):
        page = StaffPage.open(as_user(anna), of_item(item, "status"))
        assert page.tree.xpath('//select[@name="dokumentation-0-kind"]/option[@selected]/@value') == [""]
        refused = page.press("Gem kladde", status=Status.PAUSED, text="x", **{"dokumentation-0-url": "eksempel.dk/x"})
        assert refused.status == 422
        assert "Vælg, hvad dokumentationen viser" in refused.text
        assert refused.sent("Gem kladde")[1].count(("dokumentation-0-url", "eksempel.dk/x")) == 1
        for kind in EvidenceKind:
            assert str(kind.definition) in page.text

    @pytest.mark.parametrize(
        ("status", "kind", "is_enough"),
        [
            (Status.PLANNED, EvidenceKind.MENTIONED, False),
            (Status.PLANNED, EvidenceKind.DECIDED, True),
            (Status.PLANNED, EvidenceKind.FUNDED, True),
            (Status.IMPLEMENTED, EvidenceKind.MENTIONED, False),
            (Status.IMPLEMENTED, EvidenceKind.FUNDED, False),
            (Status.IMPLEMENTED, EvidenceKind.OPERATING, True),
            (Status.IMPLEMENTED_OTHERWISE, EvidenceKind.DECIDED, False),
            (Status.IMPLEMENTED_OTHERWISE, EvidenceKind.EFFECT, True),
        ],
    )
    def test_too_low_a_rung_is_refused_at_the_evidence_and_nothing_is_lost(
        self, as_user, anna, item, status, kind, is_enough
    ):
        page = StaffPage.open(as_user(anna), of_item(item, "status"))
        proof = {"dokumentation-0-url": "https://eksempel.dk/x", "dokumentation-0-kind": kind}
        after = page.press("Send til godkendelse", status=status, text="Fordi.", **proof)
        assert StatusUpdate.objects.filter(state=UpdateState.SUBMITTED).exists() == is_enough
        if not is_enough:
            assert after.status == 422
            (told,) = after.tree.xpath('//fieldset[contains(@class, "evidence")]/ul[contains(@class, "errorlist")]')
            assert f"viser kun »{kind.label}«" in told.text_content()
            carried = after.sent("Send til godkendelse")[1]
            assert {*proof.items(), ("text", "Fordi."), ("status", status)} <= {*carried}

    @pytest.mark.parametrize(
        ("fields", "title"),
        [
            ({"url": "https://www.eksempel.dk/referater/7/"}, "eksempel.dk/referater/7"),
            ({"case_number": "2026-17"}, "Dokument i kommunens arkiv"),
            ({"case_number": "2026-17", "title": "Notat om teams"}, "Notat om teams"),
        ],
    )
    def test_proof_without_a_title_is_called_what_it_is(self, as_user, anna, item, fields, title):
        page = StaffPage.open(as_user(anna), of_item(item, "status"))
        typed = {f"dokumentation-0-{name}": value for name, value in fields.items()}
        page.press("Gem kladde", status=Status.PAUSED, text="x", **typed, **{"dokumentation-0-kind": "decided"})
        assert StatusUpdate.objects.get().evidence.get().title == title

    def test_a_file_without_a_title_is_called_as_it_is_without_its_ending(self, as_user, anna, item, upload):
        page = StaffPage.open(as_user(anna), of_item(item, "status"))
        files = {"dokumentation-0-file": upload("Billede_af æblehaven.png", picture())}
        send_with_files(page, "Gem kladde", files, status=Status.PAUSED, text="x", **{"dokumentation-0-kind": "effect"})
        row = StatusUpdate.objects.get().evidence.get()
        assert (row.title, row.file_name) == ("Billede af æblehaven", "Billede_af æblehaven.png")

    def test_what_a_citizen_reads(self, as_user, citizen, anna, bo, sou, item):
        publish_update(by=bo, update=sent(anna, item, sou))
        page = StaffPage.open(citizen, item.get_absolute_url())
        (proof,) = page.tree.xpath('//div[@class="evidence"]//li')
        assert " ".join(proof.text_content().split()) == "Referat. I drift"
        about = StaffPage.open(citizen, reverse("about")).text
        for kind in EvidenceKind:
            assert f"{kind.label}{kind.definition}" in about


# --- The files --------------------------------------------------------------------------------------------------------


class TestTheFiles:
    @pytest.fixture
    def waiting(self, as_user, anna, item, upload):
        """Sent to approval with a picture, through the page."""
        page = StaffPage.open(as_user(anna), of_item(item, "status"))
        files = {"dokumentation-0-file": upload("Haven på Østerbro.png", picture())}
        typed = {"dokumentation-0-kind": "operating", "dokumentation-0-title": "Haven"}
        send_with_files(page, "Send til godkendelse", files, status=Status.IMPLEMENTED, text="Gjort.", **typed)
        return StatusUpdate.objects.get(state=UpdateState.SUBMITTED)

    def test_are_opened_by_their_own_name_before_publication(self, as_user, bo, waiting):
        page = StaffPage.open(as_user(bo), of(waiting))
        (link,) = page.tree.xpath('//a[contains(., "Åbn filen »Haven på Østerbro.png«")]/@href')
        opened = page.client.get(link)
        assert b"".join(opened.streaming_content).startswith(b"\x89PNG")
        assert opened.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''Haven%20p")

    def test_pictures_are_shown_inside_the_page_and_can_do_nothing(self, as_user, anna, bo, waiting):
        page = StaffPage.open(as_user(bo), of(waiting))
        (image,) = page.tree.xpath('//img[@class="proof-picture"]')
        assert image.get("alt") == "Billedet »Haven på Østerbro.png«"
        shown = page.client.get(image.get("src"))
        assert shown.headers["Content-Type"] == "image/png"
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert shown.headers["Content-Disposition"].startswith("inline")
        assert "no-store" in shown.headers["Cache-Control"]
        assert b"".join(shown.streaming_content).startswith(b"\x89PNG")

    def test_come_back_with_the_draft(self, as_user, anna, bo, waiting):
        StaffPage.open(as_user(bo), of(waiting)).press("Send retur", comment="Skriv hvor.")
        page = StaffPage.open(as_user(anna), of(waiting))
        assert "Åbn filen »Haven på Østerbro.png«" in page.text
        assert page.tree.xpath('//img[@class="proof-picture"]')
        name = waiting.evidence.get().file.name
        page.press("Send til godkendelse", text="Gjort på Østerbro.")
        row = waiting.evidence.get()
        assert (row.file.name, row.file_name, row.title) == (name, "Haven på Østerbro.png", "Haven")

    def test_what_is_no_picture_is_not_shown_as_one(self, as_user, anna, sou, item):
        draft = save_draft(by=anna, item=item, committee=sou, draft=DONE)
        row = draft.evidence.get()
        assert as_user(anna).get(of(row, "picture")).status_code == 404
        assert as_user(anna).get(of(row, "file")).status_code == 404

    def test_one_that_has_gone_is_not_there(self, as_user, bo, waiting):
        row = waiting.evidence.get()
        row.file.storage.delete(row.file.name)
        client = as_user(bo)
        assert client.get(of(waiting)).status_code == 200
        assert client.get(of(row, "file")).status_code == 404
        assert client.get(of(row, "picture")).status_code == 404


# --- The criterion ----------------------------------------------------------------------------------------------------


class TestTheCriterion:
    def test_an_approver_ticks_what_each_proof_shows_and_a_citizen_reads_it(
        self, as_user, citizen, anna, bo, sou, item, criterion
    ):
        other = EvidenceContent("Måling", case_number="2026-17", kind=EvidenceKind.EFFECT)
        update = sent(anna, item, sou, UpdateDraft(status=Status.IMPLEMENTED, text="x", evidence=[LINK, other]))
        first, second = update.evidence.order_by("position")
        page = StaffPage.open(as_user(bo), of(update))
        after = page.press("Udgiv", **{f"viser-{first.pk}": [1, 2], f"viser-{second.pk}": 3})
        assert "Udgivet. Borgerne kan se det nu." in after.text
        public = after.link("Se siden, som borgerne ser den")
        assert public.address == f"{item.get_absolute_url()}#{update.anchor}"
        told = [" ".join(li.text_content().split()) for li in public.tree.xpath('//div[@class="evidence"]//li')]
        assert told == [
            "Referat. I drift. Viser del 1 og 2 af kriteriet",
            "Måling, sag 2026-17. Virkning vist. Viser del 3 af kriteriet",
        ]
        listed = public.tree.xpath('//section[@aria-labelledby="gennemfoert-naar"]/ol/li')
        assert [li.text_content() for li in listed] == PARTS
        kept = StaffPage.open(as_user(anna), of(update))
        assert "Viser af kriteriet: del 1, 2" in kept.text

    def test_without_a_tick_it_is_refused_on_the_page_itself(self, as_user, anna, bo, sou, item, criterion):
        update = sent(anna, item, sou)
        page = StaffPage.open(as_user(bo), of(update))
        refused = page.press("Udgiv")
        assert refused.status == 422
        assert "Sæt flueben ved den del af kriteriet, som dokumentationen viser." in refused.text
        name = f"viser-{update.evidence.get().pk}"
        assert "Udgivet." in refused.press("Udgiv", **{name: [1]}).text

    def test_what_was_ticked_stays_when_publishing_is_refused(self, as_user, anna, bo, sou, item, criterion):
        update = sent(anna, item, sou)
        page = StaffPage.open(as_user(bo), of(update))
        published(item, Status.PAUSED, committee=sou)
        name = f"viser-{update.evidence.get().pk}"
        refused = page.press("Udgiv", **{name: [1, 3]})
        assert refused.status == 422
        assert "En anden har opdateret 3.2" in refused.text
        assert [value for key, value in refused.sent("Udgiv")[1] if key == name] == ["1", "3"]

    def test_a_part_that_is_gone_is_said(self, as_user, anna, bo, sou, item, criterion):
        update = sent(anna, item, sou)
        page = StaffPage.open(as_user(bo), of(update))
        address, data = page.sent("Udgiv")
        refused = page.send(address, [*data, (f"viser-{update.evidence.get().pk}", "7")])
        assert refused.status == 422
        assert "Kriteriet er ændret. Genindlæs siden" in refused.text

    def test_one_of_a_single_part_is_asked_about_as_a_whole(self, as_user, citizen, anna, bo, sou, item):
        DoneWhenFactory(item=item, text="alle har et team.")
        update = sent(anna, item, sou)
        page = StaffPage.open(as_user(bo), of(update))
        assert "Viser den kriteriet?" in page.text
        page.press("Udgiv", **{f"viser-{update.evidence.get().pk}": 1})
        assert "Referat. I drift. Viser kriteriet" in StaffPage.open(citizen, item.get_absolute_url()).text

    def test_one_that_was_reworded_since_is_named_by_its_day(self, as_user, citizen, anna, bo, sou, item, criterion):
        update = sent(anna, item, sou)
        name = f"viser-{update.evidence.get().pk}"
        StaffPage.open(as_user(bo), of(update)).press("Udgiv", **{name: [2]})
        DoneWhenFactory(item=item, text="noget andet", set_on=update.on)
        text = StaffPage.open(citizen, item.get_absolute_url()).text
        assert "Viser del 2 af kriteriet fra 18. september 2024" in text

    def test_without_one_nothing_is_asked(self, as_user, anna, bo, sou, item):
        page = StaffPage.open(as_user(bo), of(sent(anna, item, sou)))
        assert "kriteriet" not in page.text.lower()
        assert "Udgivet." in page.press("Udgiv").text

    def test_an_approver_publishes_an_own_draft_without_ticks(self, as_user, bo, item, criterion):
        page = StaffPage.open(as_user(bo), of_item(item, "status"))
        proof = {"dokumentation-0-url": "https://eksempel.dk/x", "dokumentation-0-kind": "decided"}
        after = page.press("Udgiv", status=Status.PLANNED, text="Besluttet i maj.", **proof)
        assert "Udgivet. Borgerne kan se det nu." in after.text
        assert after.link("Se siden, som borgerne ser den").status == 200


# --- What is said about a draft ---------------------------------------------------------------------------------------


class TestTheConversation:
    def test_is_kept_in_order_and_never_public(self, as_user, citizen, anna, bo, dina, sou, item):
        client = as_user(anna)
        StaffPage.open(client, of_item(item, "status")).press("Gem kladde", status=Status.IN_PROGRESS, text="Begyndt.")
        draft = StatusUpdate.objects.get()
        said = StaffPage.open(client, of(draft)).press(
            "Gem bemærkningen", **{"bemaerkning-text": "Jeg mangler tal fra Østerbro."}
        )
        assert (said.address, said.status) == (of(draft), 200)
        assert "Gemt." in said.text
        StaffPage.open(as_user(dina), of(draft)).press("Gem bemærkningen", **{"bemaerkning-text": "De kommer mandag."})
        StaffPage.open(client, of(draft)).press("Send til godkendelse")
        StaffPage.open(as_user(bo), of(draft)).press("Send retur", comment="Skriv hvilke bydele.")
        StaffPage.open(client, of(draft)).press("Send til godkendelse", text="Begyndt på Østerbro.")
        page = StaffPage.open(as_user(bo), of(draft))
        thread = [" ".join(li.text_content().split()) for li in page.tree.xpath('//ol[@class="thread"]/li')]
        assert [line.split(", 2. november")[0] for line in thread] == [
            "Bemærkning til kladde, anna",
            "Bemærkning til kladde, dina",
            "Sendt til godkendelse, anna",
            "Sendt retur, bo",
            "Sendt til godkendelse, anna",
        ]
        assert thread[0].endswith("Jeg mangler tal fra Østerbro.")
        assert thread[3].endswith("Skriv hvilke bydele.")
        page.press("Udgiv")
        kept = StaffPage.open(client, of(draft))
        assert "De kommer mandag." in kept.text
        assert "Gem bemærkningen" not in kept.buttons
        for address in (item.get_absolute_url(), reverse("news"), reverse("recommendations")):
            assert "mandag" not in StaffPage.open(citizen, address).text

    def test_others_staff_do_not_read_it(self, as_user, anna, bo, carla, sou, item):
        draft = save_draft(by=anna, item=item, committee=sou, draft=DONE)
        remark_on_draft(by=bo, update=draft, text="Kun for os.")
        publish_update(by=bo, update=draft)
        page = StaffPage.open(as_user(carla), of(draft))
        assert page.status == 200
        assert "Kun for os." not in page.text
        assert "Kun for os." not in StaffPage.open(as_user(carla), of(draft, "history")).text

    @pytest.mark.parametrize("text", ["", "   "])
    def test_nothing_is_refused(self, as_user, anna, bo, sou, item, text):
        draft = save_draft(by=anna, item=item, committee=sou, draft=DONE)
        after = StaffPage.open(as_user(anna), of(draft)).press("Gem bemærkningen", **{"bemaerkning-text": text})
        assert "Skriv, hvad du vil sige" in after.text
        waiting = submit(by=anna, update=draft)
        refused = StaffPage.open(as_user(bo), of(waiting)).press("Gem bemærkningen", **{"bemaerkning-text": text})
        assert refused.status == 422
        assert "Skriv, hvad du vil sige" in refused.text

    def test_a_return_without_a_word_is_refused_and_the_page_is_still_there(self, as_user, anna, bo, sou, item):
        page = StaffPage.open(as_user(bo), of(sent(anna, item, sou)))
        refused = page.press("Send retur", comment=" ")
        assert refused.status == 422
        assert "Skriv, hvad der skal ændres" in refused.text
        assert "Udgiv" in refused.buttons


# --- Withheld ---------------------------------------------------------------------------------------------------------


class TestWithheldProof:
    @pytest.fixture
    def withheld(self, item, sou):
        sentence = "Fjernet den 02.11.2026, fordi en person er nævnt."
        row = {"title": "Notat", "url": "", "removed": sentence, "kind": EvidenceKind.OPERATING}
        return published(item, Status.IMPLEMENTED, evidence=[row], committee=sou).evidence.get()

    def test_says_so_wherever_it_stood(self, as_user, citizen, anna, bo, item, withheld):
        public = StaffPage.open(citizen, item.get_absolute_url())
        (proof,) = public.tree.xpath('//div[@class="evidence"]//li')
        assert proof.text_content().startswith(withheld.removed)
        assert not proof.xpath(".//a")
        assert withheld.removed in StaffPage.open(as_user(anna), of(withheld.update)).text
        assert (
            withheld.removed in StaffPage.open(as_user(anna), reverse("admin:recommendations_evidence_changelist")).text
        )

    def test_its_address_is_gone_and_says_why(self, citizen, item, withheld):
        response = citizen.get(reverse("evidence_file", args=[withheld.update.key, withheld.position]))
        assert response.status_code == 410
        page = StaffPage(citizen, "/", response.content.decode(), 410)
        assert withheld.removed in page.text
        assert page.link("Se siden, den hørte til").address == item.get_absolute_url()

    def test_is_not_carried_into_a_correction(self, as_user, bo, withheld):
        page = StaffPage.open(as_user(bo), of(withheld.update, "correct"))
        assert page.tree.xpath('//input[@name="dokumentation-0-stored"]/@value') == []


# --- Counted in a browser ---------------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path):
    """Two pictures on the disk of whoever uploads them."""
    paths = [tmp_path / "Haven.png", tmp_path / "Teamet.jpg"]
    for path, kind in zip(paths, ("PNG", "JPEG"), strict=True):
        path.write_bytes(picture(kind))
    return paths


@pytest.mark.browser
class TestInteractions:
    @pytest.fixture
    def first_page(self, open_page, anna, item):
        page = open_page(anna)
        page.goto("/admin/")
        return Hand(page)

    def test_a_status_takes_four(self, first_page):
        hand = first_page
        hand.click("link", "Giv status")
        hand.page.get_by_role("radio", name="I gang", exact=True).check()
        hand.used += 1
        hand.fill("Tekst", "Begyndt i to bydele.")
        hand.click("button", "Send til godkendelse")
        assert "Sendt til godkendelse." in hand.page.inner_text("body")
        assert hand.used <= 4

    def test_done_with_two_proofs_takes_seven(self, first_page, files):
        hand = first_page
        hand.click("link", "Giv status")
        hand.page.get_by_role("radio", name="Gennemført", exact=True).check()
        hand.used += 1
        for number, file in enumerate(files, start=1):
            row = hand.page.get_by_role("group", name=f"Række {number}")
            hand.attach("Fil", file, within=row)
            hand.choose("Hvad viser den?", "operating", within=row)
        hand.click("button", "Send til godkendelse")
        assert "Sendt til godkendelse." in hand.page.inner_text("body")
        assert hand.used <= 7
        update = StatusUpdate.objects.get()
        assert [row.title for row in update.evidence.order_by("position")] == ["Haven", "Teamet"]

    def test_an_approval_that_ticks_two_parts_takes_four(self, open_page, anna, bo, sou, item, criterion):
        update = sent(anna, item, sou)
        hand = Hand(open_page(bo))
        hand.page.goto("/admin/")
        hand.click("link", "Se og godkend") if hand.page.get_by_role("link", name="Se og godkend").count() else (
            hand.page.goto(of(update))
        )
        for part in PARTS[:2]:
            hand.page.get_by_label(part).check()
            hand.used += 1
        hand.click("button", "Udgiv")
        assert "Udgivet." in hand.page.inner_text("body")
        assert hand.used <= 4
