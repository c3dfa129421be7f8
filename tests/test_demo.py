"""The made-up municipality: whole, made once by the house's own rules, and said to be made up wherever one looks."""

import csv
import io
import json
import re
import subprocess
import zipfile
from datetime import date, timedelta
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pypdf
import pytest
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from PIL import Image

from recommendations import actions, tenancy
from recommendations.enums import Act, ItemKind, Nature, Outcome, Role, Status, UpdateKind, UpdateState
from recommendations.management.commands.demo import read
from recommendations.management.commands.prepare import DEVELOPMENT_PASSWORD
from recommendations.management.demo import clock
from recommendations.management.demo.story import moved_by
from recommendations.models import (
    Committee,
    CommitteeAnswer,
    CommitteeMembership,
    Deadline,
    DoneWhen,
    Event,
    Evidence,
    IssuedReport,
    Item,
    Municipality,
    Ownership,
    Publication,
    Recommendation,
    Standing,
    StatusUpdate,
    Wording,
)
from recommendations.reports.issuing import is_intact
from tests import conftest
from tests.factories import TODAY, MunicipalityFactory, PublicationFactory, RecommendationFactory
from tests.test_seed_and_verify import verify

pytestmark = pytest.mark.django_db
HOST = "eksempelkoebing.localhost"
REAL = "En rigtig anbefaling"
KINDS = (Publication, Item, Wording, StatusUpdate, Evidence, Deadline, DoneWhen, Ownership, CommitteeAnswer, Event)


def make():
    out = io.StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    with override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("media"))):
        yield


@pytest.fixture(autouse=True)
def own_files_and_cache(files):
    """The mark and the proof lie where the example was made."""


@pytest.fixture(scope="module")
def made_once(django_db_setup, django_db_blocker, files):
    """The example beside a real municipality, made once for the whole module."""
    with django_db_blocker.unblock(), transaction.atomic():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(timezone, "datetime", conftest.clock(hour=8))
            real = MunicipalityFactory()
            with tenancy.active(real):
                RecommendationFactory(publication=PublicationFactory(slug="rigtig", short_code="r24"), title=REAL)
            said = make()
        yield said
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def municipality(made_once, db):
    """Whose rows these tests are about, in the place of the one that tests begin with."""
    ours = Municipality.objects.get(slug="eksempelkoebing")
    with tenancy.active(ours):
        yield ours


@pytest.fixture
def visitor():
    return Client(HTTP_HOST=HOST)


# --- What is there ----------------------------------------------------------------------------------------------------


class TestTheStory:
    def test_has_fourteen_recommendations_and_a_plan_that_carries_some_out(self):
        ting, plan = Publication.objects.order_by("position")
        assert ting.items.counted().count() == 14
        assert set(plan.items.order_by().values_list("kind", flat=True)) == {ItemKind.INITIATIVE}
        carried = Recommendation.objects.filter(relations_out__to_item__publication=plan)
        assert carried.count() == plan.items.count() == 6

    def test_has_every_outcome_and_every_status_standing_and_some_of_neither(self):
        cells = list(Standing.objects.at().cells().filter(item__publication__slug="borgertinget").order_by("pk"))
        assert {cell.outcome for cell in cells} >= {*Outcome, ""} - {""}
        assert {cell.status for cell in cells} == {*Status, ""}

    def test_has_answers_that_differ_from_committee_to_committee(self):
        stands = CommitteeAnswer.objects.known().filter(item__number="4.1").order_by("committee__code")
        assert [row.outcome for row in stands] == [Outcome.PARTLY_ADOPTED, Outcome.ADOPTED, Outcome.NOTED]

    def test_has_something_wrong_that_was_corrected_of_each_sort(self):
        for model in (CommitteeAnswer, Deadline, StatusUpdate):
            assert model.objects.filter(corrects__isnull=False).exists(), model
        corrected = StatusUpdate.objects.get(kind=UpdateKind.CORRECTION)
        cell = Standing.objects.at().owned().get(item=corrected.item)
        assert (corrected.corrects.status, cell.status) == (Status.PAUSED, Status.IN_PROGRESS)

    def test_has_deadlines_kept_moved_passed_and_to_come(self, today):
        moved = Deadline.objects.filter(item__number="1.2", item__publication__slug="borgertinget")
        assert moved.exclude(reason="").count() == 2
        assert {item.number for item in Recommendation.objects.with_state().overdue(today).order_by("pk")} == {"1.4"}
        assert Deadline.objects.known().filter(due_on__gt=today).exists()

    def test_has_a_committee_that_took_over_what_was_open_with_its_people(self, today):
        gone, heir = Committee.objects.get(code="UÆ"), Committee.objects.get(code="UOS")
        assert (gone.valid_to, heir.exists_on(today)) == (heir.valid_from, True)
        owners = dict(Ownership.objects.in_force().filter(item__number__startswith="3.").values_list(
            "item__number", "committee__code"
        ).exclude(committee__code="UVG"))  # fmt: skip
        assert owners == {"3.1": "UOS", "3.2": "UÆ", "3.3": "UOS", "3.4": "UOS"}
        assert set(CommitteeMembership.objects.filter(committee=heir).values_list("role", flat=True).order_by()) == {
            Role.EDITOR,
            Role.APPROVER,
        }

    def test_has_every_sort_of_proof_and_what_it_shows_of_a_criterion(self):
        proofs = list(Evidence.objects.filter(update__state=UpdateState.PUBLISHED).order_by("pk"))
        assert {bool(one.url) for one in proofs} == {bool(one.case_number) for one in proofs} == {True, False}
        proof = next(one for one in proofs if one.file)
        assert proof.shows == [2]
        with proof.file.open() as file:
            assert "Opdigtet" in pypdf.PdfReader(file).pages[0].extract_text()

    def test_has_news_of_every_kind_and_drafts_that_only_staff_see(self, visitor):
        acts = set(Event.objects.filter(nature=Nature.NEWS).order_by().values_list("act", flat=True))
        assert acts >= {
            Act.STATUS_PUBLISHED, Act.NOTE_PUBLISHED, Act.ANSWER_RECORDED, Act.DEADLINE_SET, Act.DEADLINE_MOVED,
            Act.CRITERION_REWORDED, Act.HANDED_OVER, Act.REWORDED,
        }  # fmt: skip
        draft, waiting = StatusUpdate.objects.exclude(state=UpdateState.PUBLISHED).order_by("pk")
        assert (draft.state, waiting.state) == (UpdateState.DRAFT, UpdateState.SUBMITTED)
        page = visitor.get(draft.item.get_absolute_url()).content.decode()
        assert "48 af 60 bænke" in page
        assert draft.text not in page

    def test_has_words_that_were_changed_and_an_earlier_day_has_the_earlier_ones(self, visitor):
        item = Recommendation.objects.get(number="4.1")
        day = Wording.objects.filter(item=item).order_by("-pk").first().valid_from
        before = visitor.get(item.get_absolute_url(), {"pr": (day - timedelta(1)).isoformat()}).content.decode()
        assert "Lav et mødested i hver del af byen" in before
        assert "Lav et mødested i hver bydel" in visitor.get(item.get_absolute_url()).content.decode()

    def test_has_issued_reports_that_are_intact_and_say_what_was_new_since_the_last(self):
        first, second, whole = IssuedReport.objects.order_by("issued_at")
        assert all(is_intact(report) for report in (first, second, whole))
        assert (first.since, whole.committee) == (None, None)
        assert second.since == first.as_of
        assert "Køkkener på fem skoler" in second.data

    def test_follows_the_rules_of_the_house(self):
        assert verify("--kommune", "eksempelkoebing") == (
            "Alt passer: kilder, kopier, ejerskaber, forhold og låse.\n",
            True,
        )

    def test_is_written_by_one_and_approved_by_another(self):
        for update in StatusUpdate.objects.published().order_by("pk"):
            assert update.author_id
            assert update.kind == UpdateKind.CONFIRMATION or update.author_id != update.published_by_id


class TestItsDays:
    def test_lie_before_today_on_the_weekdays_of_the_file(self):
        for day in (TODAY, TODAY + timedelta(6), TODAY + timedelta(7), date(2030, 2, 28)):
            last = date.fromisoformat(read(day)["last_day"])
            assert timedelta(0) <= day - last < timedelta(7)
            assert last.weekday() == TODAY.weekday()

    def test_are_moved_wherever_they_stand_and_nothing_else_is(self):
        told = {"on": "2026-02-23", "text": "Den 2026-02-23 …", "deep": [{"due_on": "2026-12-31"}], "parts": [1]}
        assert moved_by(told, timedelta(7)) == {
            "on": "2026-03-02", "text": "Den 2026-02-23 …", "deep": [{"due_on": "2027-01-07"}], "parts": [1],
        }  # fmt: skip

    def test_are_those_on_which_it_was_registered(self):
        for event in Event.objects.filter(act=Act.ANSWER_RECORDED).select_related("answer").order_by("pk"):
            assert event.on < timezone.localdate(event.at) <= event.on + timedelta(1)
        assert not Event.objects.filter(at__date__gt=TODAY).exists()

    def test_end_when_the_telling_ends(self):
        with clock.at(date(2025, 5, 1)):
            assert timezone.localdate() == date(2025, 5, 1)
            assert timezone.now() < timezone.now()
        assert timezone.localdate() == TODAY


class TestMaking:
    def test_says_where_it_is_and_who_can_log_in(self, made_once):
        assert f"http://{HOST}:8000/" in made_once
        for username, role in (("emil", "redaktør"), ("frida", "godkender"), ("gerda", "udvalgssekretær")):
            assert re.search(rf"^  {username} +{role}, ", made_once, re.M)

    @pytest.mark.parametrize("username", ["emil", "frida", "gerda", "admin"])
    def test_those_it_names_can_log_in(self, username, rf):
        assert authenticate(rf.get("/"), username=username, password=DEVELOPMENT_PASSWORD)

    def test_a_second_time_makes_nothing_and_says_the_same(self, made_once):
        before = [model.objects.count() for model in KINDS]
        assert make() == made_once
        assert [model.objects.count() for model in KINDS] == before

    def test_is_refused_in_production(self, monkeypatch):
        monkeypatch.setattr(settings, "DEVELOPMENT", False)
        with pytest.raises(CommandError, match="hører ikke hjemme i drift"):
            make()


class TestTheScript:
    def test_is_the_server_with_the_example(self):
        assert re.search(r'^exec .*/server" demo$', (settings.BASE_DIR / "script/demo").read_text(), re.M)
        server = (settings.BASE_DIR / "script/server").read_text()
        assert server.index("manage.py prepare") < server.index("manage.py demo") < server.index("runserver")

    def test_the_server_takes_no_other_word(self):
        asked = [settings.BASE_DIR / "script/server", "alt"]
        refused = subprocess.run(asked, capture_output=True, text=True, timeout=10)
        assert refused.returncode == 1
        assert "script/server tager ikke »alt«" in refused.stderr


class TestThePictures:
    @pytest.mark.parametrize("name", [f"{page}-{width}" for page in ("forside", "anbefaling") for width in (1280, 390)])
    def test_stand_in_readme_are_as_wide_as_they_say_and_weigh_little(self, name):
        path = settings.BASE_DIR / f"docs/pictures/{name}.png"
        with Image.open(path) as picture:
            assert picture.width == int(name.split("-")[1])
        assert path.stat().st_size < 150_000

    def test_those_that_readme_shows_are_there(self):
        shown = re.findall(r"docs/pictures/[\w-]+\.png", (settings.BASE_DIR / "README.md").read_text())
        assert len(shown) >= 2
        assert all((settings.BASE_DIR / path).is_file() for path in shown)


# --- Beside the real one ----------------------------------------------------------------------------------------------


class TestBesideTheRealOne:
    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8000", "127.0.0.1:8000"])
    def test_the_real_one_stays_where_it_was_and_says_nothing_of_the_other(self, host):
        page = Client(HTTP_HOST=host).get("/anbefalinger/").content.decode()
        assert REAL in page
        assert "Opdigtet" not in page
        assert "Eksempelkøbing" not in page

    def test_the_made_up_one_shows_nothing_of_the_real(self, visitor):
        page = visitor.get("/anbefalinger/").content.decode()
        assert "Giv hver borger et fast team" in page
        assert REAL not in page

    def test_a_host_that_is_neither_s_is_the_real_one_s(self):
        assert REAL in Client(HTTP_HOST="andet.localhost").get("/anbefalinger/").content.decode()

    @pytest.mark.parametrize("code", ["csv", "json", "html"])
    def test_files_of_the_real_one_are_not_marked(self, code):
        answer = Client(HTTP_HOST="127.0.0.1").get(f"/anbefalinger/hent/?format={code}")
        assert "opdigtet" not in (text_of(answer) + answer["Content-Disposition"]).lower()


# --- Made up, and said so everywhere ----------------------------------------------------------------------------------

# Parts of a page and files about the site, with nothing in them that could be taken for news; pages of staff and those
# in English, which are seen apart; and what is marked as others of its kind are: pictures, files of an issued report.
ELSEWHERE = re.compile(
    r"/(en/|admin/|static|farver\.css|bomaerke|sitemap|robots|favicon|apple-touch|site\.webm|\.well-known)|"
    r".*(/qr\.svg|\.png)$|/rapporter/[A-Z0-9-]{9}/\?"
)


def text_of(answer) -> str:
    """All that a reader sees of a page or a file; of a picture nothing."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return unescape("\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist()))
    if content.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    return content.decode("utf-8", "replace")


def links_of(text: str) -> set[str]:
    """Paths of our own that a page leads to; of queries only which file it is to be, and what page a form is about."""
    found = set()
    for address in re.findall(r"""(?:href|src|content)=["']([^"'#]+)""", text):
        parts = urlsplit(unescape(address))
        if parts.netloc in ("", f"{HOST}:8000") and parts.path.startswith("/"):
            query = parse_qs(parts.query)
            kept = {name: query[name][0] for name in ("format", "side") if name in query}
            found.add(f"{parts.path}?{urlencode(kept)}" if kept else parts.path)
    return found


def crawled(visitor) -> dict[str, tuple[str, str]]:
    """Every address that can be reached from the front page -> what kind it is, and what it says."""
    seen, ahead = {}, {"/"}
    while ahead := {path for path in ahead if path not in seen and not ELSEWHERE.match(path)}:
        for path in sorted(ahead):
            answer = visitor.get(path, follow=True)
            assert answer.status_code == 200, path
            seen[path] = answer["Content-Type"].split(";")[0], text_of(answer)
        ahead = set().union(*(links_of(seen[path][1]) for path in ahead if seen[path][0] == "text/html"))
    return seen


def test_everything_that_can_be_reached_says_that_it_is_made_up(visitor):
    seen = crawled(visitor)
    says = ("pdigtet", '"fictional": "ja"')  # the second in rows of JSON
    assert {path for path, (_kind, text) in seen.items() if not any(words in text for words in says)} == set()
    kinds = {kind for kind, _text in seen.values()}
    assert kinds >= {"text/html", "application/atom+xml", "text/calendar", "text/csv", "application/pdf"}
    assert any("officedocument" in kind for kind in kinds)
    assert len(seen) > 100


def test_each_row_of_a_file_of_rows_alone_says_so(visitor):
    rows = list(csv.DictReader(io.StringIO(text_of(visitor.get("/anbefalinger/hent/?format=csv")).lstrip("\ufeff"))))
    assert len(rows) > 14
    assert {row["Opdigtet"] for row in rows} == {"ja"}


@pytest.mark.parametrize("code", ["csv", "csv-excel", "xlsx", "docx", "pdf", "json", "html"])
def test_a_report_says_so_in_its_name_its_title_and_above_everything_else(visitor, code):
    answer = visitor.get(f"/rapporter/vis/?udvalg=UBS&format={code}")
    assert re.search(r'filename="?opdigtet-status-paa-anbefalinger-til-udvalget-for-b', answer["Content-Disposition"])
    text = " ".join(text_of(answer).split())
    assert "Opdigtet: Status på anbefalinger til Udvalget for Børn og Skoler" in text
    assert "Kommunen og alt indhold er fundet på" in text


def test_an_issued_report_is_marked_once(visitor):
    report = IssuedReport.objects.filter(committee__code="UBS").order_by("pk").first()
    assert report.title == "Opdigtet: Status på anbefalinger til Udvalget for Børn og Skoler"
    answer = visitor.get(f"/rapporter/{report.code}/?format=json")
    assert json.loads(text_of(answer))["report"]["title"] == report.title
    assert "opdigtet-opdigtet" not in answer["Content-Disposition"]


def test_pages_in_english_and_of_staff_say_so_too(visitor):
    with translation.override("en"):
        word = _("Opdigtet")
    for path in ("/en/", "/en/anbefalinger/borgertinget/3.1/"):
        assert f'class="fictional"><strong>{word}:' in visitor.get(path).content.decode(), path
    visitor.force_login(CommitteeMembership.objects.filter(role=Role.APPROVER).order_by("pk").first().user)
    assert 'class="fictional"' in visitor.get("/admin/").content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/kilder/borgertinget/billede.png",
        "/deling.png",
        "/udvalg/UBS/deling.png",
        "/anbefalinger/borgertinget/3.1/deling.png",
    ],
)
def test_a_picture_says_so_where_that_of_a_real_one_does_not(visitor, municipality, path):
    marked = visitor.get(path).content
    Municipality.objects.filter(pk=municipality.pk).update(is_fictional=False)
    assert marked.startswith(b"\x89PNG")
    assert visitor.get(path).content != marked


def test_mail_says_so_in_its_subject(delivered):
    actions.report_error(text="Tallet er forkert.", item=Item.objects.order_by("pk").first())
    about = [one for one in delivered() if one.to == ["spoerg@eksempelkoebing.example"]]
    assert about[0].subject.startswith("Opdigtet: Fejlmelding")
