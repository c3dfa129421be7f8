"""The public register of what was taken away: that it was, and why."""

import pytest

from recommendations import tenancy
from tests.factories import MunicipalityFactory, PublicationFactory, RecommendationFactory, WithholdingFactory
from tests.public.conftest import text_of

pytestmark = pytest.mark.django_db


def test_nothing_has_been_taken_away(citizen):
    assert "Intet er fjernet." in text_of(citizen, "/fjernet/")


def test_each_has_its_number_day_reason_and_rule_the_newest_first(citizen):
    item = RecommendationFactory(number="3.2", title="Faste teams")
    WithholdingFactory(number=1, item=item, publication=item.publication)
    WithholdingFactory(number=2, kind="file", reason="billedet viste et barn", legal_basis="GDPR artikel 6")
    page = text_of(citizen, "/fjernet/")
    assert page.index("Nr. 2: En fil") < page.index("Nr. 1: Et navn eller andre ord")
    for said in ("billedet viste et barn", "GDPR artikel 6", "2. november 2026", item.get_absolute_url(), 'id="nr-1"'):
        assert said in page


def test_what_it_was_about_is_not_named_before_its_source_is_public(citizen):
    item = RecommendationFactory(publication=PublicationFactory(public_at=None), title="Hemmelig titel")
    WithholdingFactory(item=item, publication=item.publication)
    page = text_of(citizen, "/fjernet/")
    assert "Nr. " in page
    assert "Hemmelig titel" not in page


def test_another_municipality_has_a_register_of_its_own(citizen, municipality):
    municipality.hosts = "testserver"
    municipality.save()
    with tenancy.active(MunicipalityFactory(slug="anden", hosts="anden.dk")):
        WithholdingFactory(reason="det er de andres")
    assert "det er de andres" not in text_of(citizen, "/fjernet/")


def test_it_is_found_from_every_page_and_in_the_site_map(citizen):
    assert 'href="/fjernet/"' in text_of(citizen, "/om/")
    assert "/fjernet/</loc>" in text_of(citizen, "/sitemap.xml")
