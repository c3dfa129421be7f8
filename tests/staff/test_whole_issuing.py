"""Who issues which report: from the link on its public page, or told what to choose instead."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from recommendations import permissions
from recommendations.enums import Role
from recommendations.models import IssuedReport
from tests.factories import (
    CommitteeFactory,
    CommitteeMembershipFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    SuccessionFactory,
)
from tests.staff.whole_pages import StaffPage

pytestmark = pytest.mark.django_db

LINK = "Udsted rapporten (for udvalgssekretærer)"
BUTTON = "Udsted rapport"
OF_NO_ONE_ALONE = ["", "?udvalg=SUD", "?udvalg=SOU&udvalg=SUD", "?kilde=ting", "?forvaltning=SUF", "?svar=ingen"]


@pytest.fixture(autouse=True)
def items(sou, sud):
    source = PublicationFactory(slug="ting")
    for committee in (sou, sud):
        OwnershipFactory(item=RecommendationFactory(publication=source), committee=committee)


def report_page(client, query):
    return StaffPage.open(client, reverse("report") + query)


def links_of(page):
    return [" ".join(a.text_content().split()) for a in page.tree.iter("a")]


def refusal(client, query):
    """Typed by hand: both the look and the act are refused, and nothing is issued."""
    page = StaffPage.open(client, reverse("issue_report") + query)
    assert page.status == 403
    assert client.post(reverse("issue_report") + query, {"committee": ""}).status_code == 403
    assert not IssuedReport.objects.exists()
    return page.text


@pytest.mark.parametrize("query", ["?udvalg=SOU", "?udvalg=SOU&kilde=ting", "?udvalg=sou&svar=ingen"])
def test_a_secretary_issues_about_the_own_committee(as_user, dina, sou, query):
    page = report_page(as_user(dina), query).link(LINK).press(BUTTON)
    issued = IssuedReport.objects.get()
    assert (issued.committee, issued.issued_by) == (sou, dina)
    assert issued.code in page.text


@pytest.mark.parametrize("query", OF_NO_ONE_ALONE)
def test_and_about_nothing_else(as_user, dina, query):
    client = as_user(dina)
    assert LINK not in links_of(report_page(client, query))
    said = refusal(client, query)
    assert "Kun en udvalgssekretær kan udstede en rapport, og kun om sit eget udvalg." in said
    assert "Vælg det ene udvalg under »Rapporter«" in said


def test_a_secretary_of_both_issues_about_each_alone(as_user, dina, sud):
    CommitteeMembershipFactory(user=dina, committee=sud, role=Role.SECRETARY)
    client = as_user(dina)
    assert LINK in links_of(report_page(client, "?udvalg=SUD"))
    assert LINK not in links_of(report_page(client, "?udvalg=SOU&udvalg=SUD"))
    refusal(client, "?udvalg=SOU&udvalg=SUD")


class TestSuccessors:
    """What a committee took over is its own to tell of."""

    @pytest.fixture
    def newer(self, sou, dina):
        newer = CommitteeFactory(code="SOU2", name="Det nye udvalg")
        SuccessionFactory(predecessor=sou, successor=newer, on=date(2026, 6, 1))
        type(sou).objects.filter(pk=sou.pk).update(valid_to=date(2026, 6, 1))
        CommitteeMembershipFactory(user=dina, committee=newer, role=Role.SECRETARY)
        return newer

    @pytest.mark.parametrize("query", ["?udvalg=SOU", "?udvalg=SOU2", "?udvalg=SOU&udvalg=SOU2"])
    def test_the_one_that_took_over_issues(self, as_user, dina, newer, query):
        report_page(as_user(dina), query).link(LINK).press(BUTTON)
        assert IssuedReport.objects.get().committee == newer

    def test_but_not_together_with_others(self, as_user, dina, newer):
        refusal(as_user(dina), "?udvalg=SOU2&udvalg=SUD")

    def test_the_one_that_has_ended_does_not(self, dina, sou, newer):
        assert not permissions.can_issue_reports(dina, sou, ["SOU"])


class TestOthers:
    @pytest.mark.parametrize("query", ["", "?udvalg=SOU", "?udvalg=SOU&udvalg=SUD"])
    def test_an_administrator_issues_any_also_in_nobodys_name(self, as_user, chief, query):
        report_page(as_user(chief), query).link(LINK).press(BUTTON, committee="")
        assert IssuedReport.objects.get().committee is None

    @pytest.mark.parametrize("name", ["anna", "bo", "carla"])
    def test_whoever_is_no_secretary_is_not_offered_it(self, as_user, request, name):
        client = as_user(request.getfixturevalue(name))
        assert LINK not in links_of(report_page(client, "?udvalg=SOU"))
        refusal(client, "?udvalg=SOU")

    @pytest.mark.parametrize("query", OF_NO_ONE_ALONE)
    def test_a_stranger_is_offered_it_where_a_secretary_could(self, citizen, query):
        page = report_page(citizen, query)
        assert (LINK in links_of(page)) == (query == "?udvalg=SUD")

    def test_the_link_leads_a_stranger_to_the_login(self, citizen):
        login = report_page(citizen, "?udvalg=SOU").link(LINK)
        assert "/konto/login/" in login.address

    def test_reading_a_report_asks_for_no_session(self, citizen):
        response = citizen.get(reverse("report") + "?udvalg=SOU")
        assert not response.cookies
        assert "Cookie" not in response.headers.get("Vary", "")


@pytest.mark.parametrize("about", [[], ["SUD"], ["SOU", "SUD"], ["FINDES-IKKE"], ["SOU", "FINDES-IKKE"]])
def test_the_rule_itself(dina, chief, sou, about):
    with pytest.raises(PermissionDenied, match="og kun om udvalget selv"):
        permissions.check_can_issue_reports(dina, sou, about)
    assert not permissions.issuing_committees(dina, about).exists()
    assert permissions.can_issue_reports(dina, sou, ["SOU"])
    assert permissions.can_issue_reports(chief, None, about)
