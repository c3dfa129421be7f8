"""Addresses of the staff's rooms that nobody wrote by hand: none of them may break a page, whatever the database."""

import pytest
from django.test import Client
from django.urls import reverse

from tracker.urls import admin  # with no more in it than is shown

pytestmark = pytest.mark.django_db

HUGE = "9" * 23
ODD = [
    "q=%00", "p=%00", "o=%00", f"o={HUGE}", f"p={HUGE}", "id=%00", f"id={HUGE}", "id__in=%00", "pk__in=1,x",
    "state=%00",
    "state__exact=%00", "on__year=99999999999", "on__year=0", "on__year=-1", "on__month=13&on__year=2026",
    "on__day=99&on__month=2&on__year=2026", "at__year=99999999999", "recorded_at__year=99999999999", "e=1", "all=",
    "item__publication=%00", "%00=1",
]  # fmt: skip
PATHS = ["%00/change/", f"{HUGE}/change/", "x/history/", "1%00/delete/", "_00/change/", "%ED%A0%80/change/"]
ELSEWHERE = [
    "/admin/moeder/%00/",
    "/admin/moeder/%00/aar/",
    "/admin/aendringslog/?q=%00",
    f"/admin/dokumenter/{HUGE}/",
    f"/admin/dokumenter/1/{HUGE}.png",
    f"/admin/indlaesninger/{HUGE}/",
    f"/admin/mine-raekker/{HUGE}/",
    f"/admin/moeder/{HUGE}/rapport/",
    f"/admin/svar-fra-moede/{HUGE}/",
    f"/admin/fjern/nr/{HUGE}/",
    f"/admin/r/1/{HUGE}/",
    "/konto/velkommen/%00/%00/",
    "/konto/login/?next=%00",
    "/admin/autocomplete/?term=%00&app_label=recommendations&model_name=ownership&field_name=item",
    f"/admin/autocomplete/?term=x&page={HUGE}&app_label=recommendations&model_name=ownership&field_name=item",
    f"/dokumentation/00000000-0000-4000-8000-000000000001/{HUGE}/",
]


@pytest.fixture
def visitor(chief):
    visitor = Client(raise_request_exception=False)
    visitor.force_login(chief)
    return visitor


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model._meta.model_name)
def test_of_a_list_and_its_rows(model, visitor):
    room = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    asked = [*(f"{room}?{one}" for one in ODD), *(room + one for one in PATHS)]
    assert {one: found for one in asked if (found := visitor.get(one).status_code) >= 500} == {}


def test_elsewhere(visitor):
    assert {one: found for one in ELSEWHERE if (found := visitor.get(one).status_code) >= 500} == {}


def test_a_sign_that_nobody_can_type_is_refused_in_words(visitor):
    response = visitor.get("/admin/recommendations/statusupdate/?state=%00")
    assert response.status_code == 400
    assert "Begynd fra listen igen." in response.content.decode()
