"""Everyday words for searching: who may write them, what is kept, what is told, and that it counts at once."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.urls import reverse

from recommendations.actions import remove_synonym, save_synonym
from recommendations.enums import Act
from recommendations.models import Event, Item, Synonym
from recommendations.search import search
from recommendations.tenancy import active
from tests.factories import MunicipalityFactory, RecommendationFactory, SynonymFactory

pytestmark = pytest.mark.django_db


def told():
    return [(event.act, event.details) for event in Event.objects.order_by("pk")]


def found(text):
    return [item.number for item in search(text).items[:100]]


def test_is_kept_as_it_is_read(chief):
    row = save_synonym(by=chief, everyday="  Syge\u00admeldt ", official="sygefravær\n\n  sygedage ")
    assert (row.everyday, row.official) == ("sygemeldt", "sygefravær\nsygedage")
    assert told() == [(Act.SYNONYM_SAVED, {"everyday": ["", "sygemeldt"], "official": ["", "sygefravær\nsygedage"]})]


def test_counts_at_once_when_it_comes_is_changed_and_goes(chief):
    RecommendationFactory(number="1", title="Sygefravær", summary="")
    RecommendationFactory(number="2", title="Orlov", summary="")
    assert found("sygemeldte") == []
    row = save_synonym(by=chief, everyday="sygemeldt", official="sygefravær")
    assert found("sygemeldte") == ["1"]
    save_synonym(by=chief, synonym=row, everyday="sygemeldt", official="orlov")
    assert found("sygemeldte") == ["2"]
    remove_synonym(by=chief, synonym=row)
    assert found("sygemeldte") == []
    assert [act for act, _details in told()][-1] == Act.SYNONYM_REMOVED
    remove_synonym(by=chief, synonym=row)
    assert len(told()) == 3


def test_what_changes_nothing_is_not_told(chief):
    row = save_synonym(by=chief, everyday="robot", official="teknologi")
    save_synonym(by=chief, synonym=row, everyday="Robot", official="teknologi")
    assert len(told()) == 1


def test_two_clicks_make_one(chief):
    key = uuid.uuid4()
    rows = [save_synonym(by=chief, everyday="robot", official="teknologi", request_key=key) for _click in range(2)]
    assert rows[0] == rows[1] == Synonym.objects.get()


@pytest.mark.parametrize(
    ("everyday", "official", "field"), [("–", "ord", "everyday"), ("ord", "–", "official"), ("ord", "", "official")]
)
def test_what_has_no_words_is_refused(everyday, official, field, chief):
    with pytest.raises(ValidationError) as refused:
        save_synonym(by=chief, everyday=everyday, official=official)
    assert field in refused.value.message_dict
    assert told() == []


def test_the_same_word_twice_is_refused(chief):
    SynonymFactory(everyday="robot")
    with pytest.raises(ValidationError):
        save_synonym(by=chief, everyday="Robot", official="teknologi")


def test_only_an_administrator_may(anna):
    row = SynonymFactory()
    with pytest.raises(PermissionDenied):
        save_synonym(by=anna, everyday="robot", official="teknologi")
    with pytest.raises(PermissionDenied):
        remove_synonym(by=anna, synonym=row)
    assert Synonym.objects.get() == row


def test_another_municipality_has_words_of_its_own(chief):
    RecommendationFactory(number="1", title="Sygefravær", summary="")
    with active(MunicipalityFactory(slug="anden", name="Anden Kommune")):
        save_synonym(by=None, everyday="sygemeldt", official="sygefravær")
    assert found("sygemeldt") == []


def test_seeding_brings_what_is_missing_and_not_what_was_taken_away(chief, capsys):
    call_command("seed")
    assert found("papirarbejde")
    many = Synonym.objects.count()
    changed, gone = Synonym.objects.get(everyday="papirarbejde"), Synonym.objects.get(everyday="robot")
    save_synonym(by=chief, synonym=changed, everyday="papirarbejde", official="rundkørsel")
    remove_synonym(by=chief, synonym=gone)
    call_command("seed")
    assert Synonym.objects.count() == many - 1
    assert Synonym.objects.get(everyday="papirarbejde").official == "rundkørsel"
    assert Item.objects.exists()
    assert "synonymer: 0 oprettet" in capsys.readouterr().out


class TestPages:
    def address(self, page, *args):
        return reverse(f"admin:recommendations_synonym_{page}", args=args)

    def test_an_administrator_adds_changes_and_removes(self, as_user, chief):
        client = as_user(chief)
        client.post(self.address("add"), {"everyday": "Robot", "official": "teknologi"})
        row = Synonym.objects.get()
        client.post(self.address("change", row.pk), {"everyday": "robot", "official": "teknologi\nai"})
        listed = client.get(self.address("changelist")).content.decode()
        assert "teknologi, ai" in listed
        assert client.post(self.address("delete", row.pk), {"post": "yes"}).status_code == 302
        assert not Synonym.objects.exists()
        assert [act for act, _details in told()] == [Act.SYNONYM_SAVED, Act.SYNONYM_SAVED, Act.SYNONYM_REMOVED]

    def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed(self, as_user, chief):
        html = as_user(chief).post(self.address("add"), {"everyday": "robot", "official": "–"}).content.decode()
        assert "Skriv et ord på hver linje." in html
        assert 'value="robot"' in html

    def test_others_may_read_and_not_write(self, as_user, anna):
        row = SynonymFactory()
        client = as_user(anna)
        assert client.get(self.address("changelist")).status_code == 200
        assert client.get(self.address("add")).status_code == 403
        assert client.post(self.address("delete", row.pk), {"post": "yes"}).status_code == 403
        assert Synonym.objects.exists()
