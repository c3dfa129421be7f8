"""Two municipalities in one database, with the same codes and numbers: nothing of one is ever shown by the other.

The walk takes every address there is, public and staff, with the keys of both.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django_scopes import scopes_disabled
from django_scopes.exceptions import ScopeError

from recommendations import actions, tenancy
from recommendations.enums import Role, Status, UpdateKind
from recommendations.models import MailPreference, Municipality, Recommendation
from recommendations.reports.choices import Choices
from recommendations.reports.issuing import issue
from recommendations.selection import Selection
from tests.factories import (
    AddresseeFactory,
    CommitteeFactory,
    CommitteeMembershipFactory,
    ErrorReportFactory,
    InitiativeFactory,
    MeetingFactory,
    MunicipalityFactory,
    OwnershipFactory,
    ProcessFactFactory,
    PublicationFactory,
    RecommendationFactory,
    RelationFactory,
    StatusUpdateFactory,
    UserFactory,
    VoteShareFactory,
    answered,
    deadline,
    published,
)

pytestmark = pytest.mark.django_db
ALPHA, BETA = "ALFAORD", "BETAORD"  # a word in every text of the one and of the other


def town(slug: str, word: str) -> SimpleNamespace:
    """A municipality with one of everything, each with `word` in its texts; codes and numbers are the same in both."""
    municipality = MunicipalityFactory(slug=slug, name=f"{word} Kommune", hosts=f"{slug}.eksempel.dk")
    with tenancy.active(municipality):
        chief = UserFactory(username=f"chief-{slug}", is_superuser=True)
        committee = CommitteeFactory(code="SOU", name=f"{word} Omsorgsudvalg", administration=f"{word} Omsorg")
        other = CommitteeFactory(code="SUD", name=f"{word} Socialudvalg", administration=f"{word} Social")
        publication = PublicationFactory(slug="tinget", short_code="t24", title=f"{word} Tinget", summary=word)
        ProcessFactFactory(publication=publication, label=f"{word} medlemmer")
        item = RecommendationFactory(publication=publication, number="1", title=f"{word} anbefaling", summary=word)
        initiative = InitiativeFactory(
            publication=publication,
            number="1",
            title=f"{word} initiativ",
            addressee=AddresseeFactory(slug="alle", name=f"{word} alle"),
            carries_out=[item],
        )
        OwnershipFactory(item=item, committee=committee)
        OwnershipFactory(item=initiative, committee=other)
        VoteShareFactory(item=item, note=word)
        RelationFactory(from_item=item, to_item=initiative, note=word)
        answer = answered(item, committee, text=word, agenda_item=word)
        row = deadline(item, date(2027, 1, 1), reason=word, committee=committee)
        evidence = [{"title": f"{word} referat"}]
        update = published(item, Status.IMPLEMENTED, text=word, committee=committee, evidence=evidence)
        published(initiative, Status.IN_PROGRESS, text=word, committee=other)
        draft = StatusUpdateFactory(item=item, committee=committee, text=f"{word} kladde", author=chief)
        actions.set_done_when(by=chief, item=item, committee=committee, text=f"… {word} er nået.")
        error = ErrorReportFactory(item=item, text=word)
        MeetingFactory(committee=committee, on=date(2027, 3, 4), remark=word)
        member = CommitteeMembershipFactory(
            user=UserFactory(username=f"anna-{slug}", last_name=word), committee=committee, role=Role.APPROVER
        )
        report = issue(Choices(Selection(committee="SOU")), by=chief, committee=committee)
        return SimpleNamespace(**locals())


@pytest.fixture
def towns(db, settings):
    settings.ALLOWED_HOSTS = [".eksempel.dk"]
    return town("alfa", ALPHA), town("beta", BETA)


@pytest.fixture(autouse=True)
def municipality():
    """None: these tests say themselves whose rows they are about."""
    return


def every_pattern(resolver=None, above=()):
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from every_pattern(pattern, (*above, pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield (*above, pattern.pattern)


def addresses(of: SimpleNamespace) -> list[str]:
    """Every address of the installation with the keys of one municipality's rows."""
    words = {
        "publication": "tinget",
        "slug": "tinget",
        "number": "1",
        "on": "2027-03-04",
        "code": "SOU",
        "short_code:code": "t24",
        "key": str(of.update.key),
        "position": "1",
        "page": "1",
        "url": "x",
        "app_label": "recommendations",
        "uidb36": "x",
        "object_id": "1",
        "version_id": "1",
    }
    rows = {model._meta.model_name: row for model, row in everything(of)}
    found = []
    for parts in every_pattern():
        text = "".join(str(part) for part in parts)
        text = re.sub(r"^\^|\$$|\\Z", "", text)
        if "content_type_id" in text or "(?P" in text:
            continue
        model = re.search(r"recommendations/(\w+)/", text)
        pk = str(rows[model[1]].pk) if model and model[1] in rows else "1"
        if "rapporter/<str:code>" in text:
            text = text.replace("<str:code>", of.report.code)
        text = re.sub(r"<(?:path:|int:)?(object_id|pk|id)>", pk, text)
        text = text.replace("<short_code:code>", "t24")
        text = re.sub(r"<(?:\w+:)?(\w+)>", lambda match: words.get(match[1], "1"), text)
        found.append("/" + text.replace("^", "").replace("$", ""))
    return sorted({address for address in found if "logout" not in address})


def everything(of: SimpleNamespace):
    """One row of each model that belongs to the municipality."""
    with tenancy.active(of.municipality):
        for model in apps.get_app_config("recommendations").get_models(include_auto_created=False):
            row = model.objects.order_by("pk").first() if model is not Municipality else of.municipality
            if row is not None:
                yield model, row
        for model in (Recommendation,):
            yield model, model.objects.order_by("pk").first()


def text_of(response) -> str:
    """All that a response says, also inside the files that are zip archives."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"\n".join(archive.read(name) for name in archive.namelist())
    return content.decode("utf-8", "replace") + str(response.headers.get("Location", ""))


QUERIES = [
    "",
    "?udvalg=SOU",
    "?q=kommunen&siden=2024-01-01",
    "?pr=2026-11-01",
    "?format=json",
    "?format=csv",
    "?kilde=tinget",
]


@pytest.mark.parametrize("who", ["citizen", "chief", "anna"])
def test_no_address_of_one_shows_a_row_of_the_other(towns, who):
    ours, theirs = towns
    client = Client(HTTP_HOST="alfa.eksempel.dk", raise_request_exception=False)
    if who != "citizen":
        client.force_login({"chief": ours.chief, "anna": ours.member.user}[who])
    seen_ours = 0
    for address in dict.fromkeys([*addresses(ours), *addresses(theirs)]):
        is_staff_page = address.startswith("/admin")
        if is_staff_page == (who == "citizen") or address.startswith("/en/"):  # in English the same views answer
            continue
        for query in [""] if is_staff_page else QUERIES:
            response = client.get(address + query)
            assert response.status_code < 500, address + query
            text = text_of(response)
            assert BETA not in text, f"{address}{query} shows the other municipality"
            seen_ours += ALPHA in text
            if response.status_code == 404 and not query:
                break  # what is not there is not there, whatever is asked of it
    assert seen_ours > 40, "the walk met pages with rows on them"


@pytest.mark.parametrize("suffix", ["docx", "xlsx", "json", "csv", "html"])
def test_no_file_of_one_holds_a_row_of_the_other(towns, suffix):
    client = Client(HTTP_HOST="beta.eksempel.dk")
    for address in ("/rapporter/vis/?", "/anbefalinger/hent/?", "/initiativer/hent/?", "/rapporter/vis/?udvalg=SOU&"):
        text = text_of(client.get(f"{address}format={suffix}"))
        assert ALPHA not in text
        assert BETA in text or suffix == "xlsx"


def test_commands_are_about_the_municipality_that_is_named(towns, tmp_path):
    file = tmp_path / "rapport.json"
    call_command("report", "--kommune", "alfa", "--format", "json", "--output", str(file), stdout=io.StringIO())
    assert ALPHA in file.read_text()
    assert BETA not in file.read_text()


def test_a_command_that_could_mean_either_asks(towns):
    with pytest.raises(Exception, match="--kommune"):
        call_command("report", "--format", "json", stdout=io.StringIO())


def test_a_host_name_of_nobody_gets_a_sentence(towns):
    response = Client(HTTP_HOST="gamma.eksempel.dk").get("/")
    assert response.status_code == 404
    assert "Der er ingen kommune på denne adresse" in response.content.decode()


# How often somebody wants mail is the person's own, whichever municipality writes.
OF_NO_MUNICIPALITY = (Municipality, MailPreference)


@pytest.mark.parametrize(
    "model",
    [model for model in apps.get_app_config("recommendations").get_models() if model not in OF_NO_MUNICIPALITY],
    ids=lambda model: model.__name__,
)
def test_a_query_without_a_municipality_raises(towns, model):
    with pytest.raises(ScopeError):
        list(model.objects.order_by("pk"))
    with scopes_disabled():
        assert isinstance(model.objects.order_by("pk"), models.QuerySet)


def test_what_our_querysets_add_raises_too(towns):
    with pytest.raises(ScopeError):
        Recommendation.objects.counted()


def test_an_act_on_the_others_row_is_refused(towns):
    ours, theirs = towns
    client = Client(HTTP_HOST="alfa.eksempel.dk")
    client.force_login(ours.chief)
    response = client.post(f"/admin/recommendations/statusupdate/{theirs.draft.pk}/udgiv/")
    assert response.status_code == 404
    with tenancy.active(theirs.municipality):
        theirs.draft.refresh_from_db()
    assert theirs.draft.state == "draft"
    assert theirs.update.kind == UpdateKind.STATUS
