"""Every page, of citizens and of staff, in a real browser: nothing on it breaks the Content-Security-Policy.

Whoever adds a page is told here that it has not been opened.
"""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.tokens import default_token_generator
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import Resolver404, get_resolver, resolve, reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from recommendations.enums import ImportKind
from recommendations.importing.applying import applied
from recommendations.links import about_keys, reader_token
from recommendations.models import AnswerDraft, CommitteeMembership, ImportBatch, ReportDraft
from tests.by_link.conftest import mail_of, work_of
from tests.factories import (
    PASSWORD,
    ErrorReportFactory,
    MeetingFactory,
    ReportDraftFactory,
    SubscriptionFactory,
    WebhookFactory,
    WithholdingFactory,
    today,
)
from tests.importing.files import book, tables
from tests.importing.laid_out import HEADED, made
from tests.public.conftest import FRESH, PAGES, in_english, make_world
from tests.public.test_accessibility import MORE
from tests.staff.crawl import Crawl
from tests.staff.test_whole_own_rows import fetched
from tests.staff.test_whole_work import everything  # noqa: F401  a fixture
from tests.staff.whole_pages import StaffPage

pytestmark = pytest.mark.browser

ERRORS = {
    "refused": "/anbefalinger/?kilde=%00",
    "no such code": "/rapporter/0000-0000/",
    "not that day": "/kilder/ting/?pr=2001-01-01",
    "past the end": "/anbefalinger/?side=99",
    "no link of ours": "/svar/x/",
    "no link of a reader's": "/foelg/mine/x/",
    "a used link": "/konto/velkommen/MQ/x/",
    "cannot be followed": "/foelg/?side=/om/",
}
# Named addresses that are no page to look at: a file, a way to another address, or what is only sent something.
FILES = {
    "recommendations_feed", "recommendations_calendar", "recommendation_feed", "recommendation_calendar",
    "initiatives_feed", "initiatives_calendar", "initiative_feed", "initiative_calendar", "news_feed",
    "news_calendar", "recommendations_download", "initiatives_download", "report_proof", "meeting_calendar",
    "evidence_file", "mark", "colours", "robots", "manifest", "security_txt", "icon", "overview_share",
    "publication_share", "committee_share", "recommendation_share", "initiative_share", "sitemap", "sitemap_page",
    "recommendation_qr", "initiative_qr", "publication_svg", "publication_png", "fetch_own_rows", "document_picture",
    "import_template", "import_wrong", "mfa_download_recovery_codes",
}  # fmt: skip
ELSEWHERE = {
    "was", "short_report", "short_publication", "short_recommendation", "short_initiative", "account_set_password",
    "mfa_list_webauthn",
}  # fmt: skip
SENT = {"mfa_login_webauthn", "end_session", "signed_off"}
# tests/browser/test_sign_on.py opens these, with a provider that answers and a passkey.
WITH_A_DEVICE = {"mfa_remove_webauthn", "mfa_edit_webauthn", "mfa_reauthenticate_webauthn"}
BY_SIGN_ON = {"openid_connect_login", "openid_connect_callback"}
OF_DEVELOPMENT = {"development_mails", "development_mail", "development_mail_as_html"}
NO_PAGES = FILES | ELSEWHERE | SENT | WITH_A_DEVICE | BY_SIGN_ON | OF_DEVELOPMENT


def named_addresses():
    def walk(resolver, within=""):
        for one in resolver.url_patterns:
            if hasattr(one, "url_patterns"):
                yield from walk(one, within + (f"{one.namespace}:" if one.namespace else ""))
            elif one.name and not within:
                yield one.name

    return set(walk(get_resolver()))


class Walk:
    """Opens pages and remembers which, and what the browser said of each."""

    def __init__(self, complaints):
        self.complaints, self.opened, self.names, self.broken = complaints, 0, set(), []

    def open(self, page, addresses):
        for address in addresses:
            before = len(self.complaints)
            response = page.goto(address, wait_until="load")
            assert response is not None, address
            self.opened += 1
            for path in {urlsplit(address).path, urlsplit(page.url).path}:
                with suppress(Resolver404):
                    self.names.add(resolve(path).view_name)
            self.broken += [f"{address}: {said}" for said in self.complaints[before:]]
        self.complaints.clear()

    def finish(self, *, at_least: int):
        """Nothing was said; and the walk has been as far as it went when it was written."""
        print(f"{self.opened} pages opened, {len(self.broken)} violations")  # noqa: T201
        assert self.broken == []
        assert self.opened >= at_least


@pytest.fixture
def walk(complaints):
    return Walk(complaints)


# How a page is opened; as it is printed, too.
WAYS = {
    "scripts": {},
    "no scripts": {"java_script_enabled": False},
    "narrow, dark": {"viewport": {"width": 320, "height": 700}, "color_scheme": "dark"},
}


@pytest.fixture
def seen_by_citizens(sou, sud, anna):
    """All that somebody without a login opens: name -> address."""
    world = make_world(sou, sud)
    one = SubscriptionFactory()
    key = about_keys([one.pk])
    invited = urlsafe_base64_encode(force_bytes(anna.pk))
    links = {
        "held": reverse("held_about_reader", args=[reader_token(one.subscriber)]),
        "confirm": reverse("confirm_following", args=[reader_token(one.subscriber, key)]),
        "end": reverse("end_following", args=[reader_token(one.subscriber, key)]),
        "work": work_of(anna),
        "work, a row": work_of(anna, world.full, sou, valg="status"),
        "work, not mine": work_of(anna, world.full, sou, valg="ikke-min"),
        "mail": mail_of(anna),
        "welcome": reverse("choose_password", args=[invited, default_token_generator.make_token(anna)]),
        "forgotten": reverse("account_reset_password"),
        "forgotten, sent": reverse("account_reset_password_done"),
        "inactive": reverse("account_inactive"),
    }
    public = PAGES | FRESH | MORE
    return public | in_english(public) | ERRORS | links


PUBLIC = {
    "overview", "recommendations", "recommendation", "recommendation_poster", "initiatives", "initiative",
    "publications", "publication", "committees", "committee", "meetings", "committee_meetings", "meeting", "news",
    "search", "reports", "report", "check_report", "issued_report", "report_error", "error_reported", "suggest_news",
    "news_suggested", "follow", "follow_asked", "reader_link", "held_about_reader", "confirm_following",
    "end_following", "about", "withholdings", "accessibility", "mail_work", "mail_preferences", "choose_password",
    "account_login", "account_signup", "account_inactive", "account_reset_password", "account_reset_password_done",
}  # fmt: skip
ALIKE = {"initiative_poster"}  # opened by citizens too, by the page and the template of a recommendation's


@pytest.mark.parametrize("way", WAYS)
def test_nothing_that_citizens_open_breaks_the_policy(way, seen_by_citizens, open_page, walk):
    page = open_page(**WAYS[way])
    walk.open(page, seen_by_citizens.values())
    if way == "scripts":
        page.emulate_media(media="print")
        walk.open(page, seen_by_citizens.values())
    assert walk.names >= PUBLIC, sorted(PUBLIC - walk.names)
    walk.finish(at_least=120)


def test_a_page_that_breaks_it_is_told(open_page, walk, complaints, db):
    """The walk above finds what it looks for."""
    page = open_page()
    page.route("**/om/", lambda route: route.fulfill(
        body="<!doctype html><html lang=da><title>x</title><body style='color:red'><script>1</script>",
        content_type="text/html", headers={"Content-Security-Policy": "default-src 'none'"},
    ))  # fmt: skip
    walk.open(page, ["/om/"])
    assert len(walk.broken) == 2
    assert "/om/: " in walk.broken[0]


# --- Staff ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def at_work(everything, sou, chief, anna, bo, dina, as_user, live_server):  # noqa: F811
    """A file of each kind on its way in, and a row in each room that `everything` leaves empty."""
    applied(tables(), by=chief)
    client = as_user(chief)
    page = StaffPage.open(client, reverse("document_files"))
    page.press("Læs filen", file=ContentFile(made("pdf", HEADED), name="tinget.pdf"))
    rows = fetched(as_user(bo))
    StaffPage.open(as_user(bo), reverse("own_rows")).press("Vis ændringerne", fil=SimpleUploadedFile("a.xlsx", rows))
    StaffPage.open(client, reverse("import_source")).press(
        "Vis, hvad filen ændrer", file=SimpleUploadedFile("kilde.xlsx", book())
    )
    meeting = MeetingFactory(committee=sou, on=today())
    ReportDraftFactory(meeting=meeting)
    WebhookFactory()
    ErrorReportFactory()
    return everything


OWN = [
    "mfa_index", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes", "mfa_add_webauthn", "usersessions_list", "account_change_password",
    "account_logout", "account_reauthenticate", "mfa_reauthenticate",
]  # fmt: skip


def own_pages():
    """What is about one's own login."""
    return [reverse(name) for name in OWN]


OF_A_PERSON = ["person", "person_role", "person_link", "person_second_factor", "person_left", "person_reopen"]
OF_A_FILE = {
    ImportKind.DOCUMENT: ["document_draft", "document_source", "import_batch"],
    ImportKind.ROWS: ["own_rows_file", "undo_import"],
    ImportKind.SOURCE: ["import_batch", "undo_import"],
}


def rooms_by_their_address(chief, anna):
    """What one comes to from a row, or by pressing something: also where it says that there is nothing to do."""
    number = WithholdingFactory(by=chief).number
    ours = [reverse("withhold"), reverse("withheld", args=[number]), reverse("import_source")]
    ours += [reverse("declined_items")]
    for batch in ImportBatch.objects.order_by("pk"):
        ours += [reverse(name, args=[batch.pk]) for name in OF_A_FILE[batch.kind]]
    ours += [reverse(name, args=[anna.pk]) for name in OF_A_PERSON]
    role = CommitteeMembership.objects.get(user=anna)
    ours += [reverse(name, args=[role.pk]) for name in ("role", "role_end")]
    ours += [reverse(name, args=["SOU"]) for name in ("staff_meetings_of", "plan_year")]
    ours += [reverse("report_draft", args=[ReportDraft.objects.get().meeting_id])]
    ours += [f"{reverse('issue_report')}?udvalg=SOU", reverse("silent_committees"), reverse("meeting_answers")]
    return [*ours, *(reverse("answer_draft", args=[draft.pk]) for draft in AnswerDraft.objects.order_by("pk"))]


def some_of_each(addresses, most):
    """Not every row's page of a kind: so many of those that one view answers."""
    kinds = {}
    for address in dict.fromkeys(addresses):
        kinds.setdefault(resolve(urlsplit(address).path).view_name, []).append(address)
    return [address for kind in kinds.values() for address in kind[:most]]


def test_nothing_that_staff_open_breaks_the_policy(at_work, open_page, walk, as_user):
    pages = {}
    for name, user in at_work.items():
        if name in ("anna", "carla"):  # all that an editor opens an approver opens too
            continue
        crawl = Crawl.of(as_user(user))
        own = [one.address.removeprefix("http://testserver") for one in crawl.pages if one.html]
        pages[name] = some_of_each(own, 2)
        walk.open(open_page(user), pages[name])
    chief = at_work["chief"]
    more = [*own_pages(), *rooms_by_their_address(chief, at_work["anna"])]
    walk.open(open_page(chief), more)
    one_of_each = some_of_each(pages["chief"] + more, 1)
    page = open_page(chief)
    page.emulate_media(media="print")
    walk.open(page, one_of_each)
    anna = at_work["anna"]  # with a second factor there is something on each
    TOTP.activate(anna, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(anna)
    walk.open(open_page(anna), own_pages())
    page = open_page()
    walk.open(page, [reverse("account_login")])
    page.get_by_label("Brugernavn").fill("anna")
    page.get_by_label("Adgangskode", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log ind", exact=True).click()
    walk.open(page, [page.url])
    missing = named_addresses() - NO_PAGES - PUBLIC - ALIKE - walk.names
    assert missing == set(), sorted(missing)
    walk.finish(at_least=200)
