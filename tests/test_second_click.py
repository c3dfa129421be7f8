"""A form that is refused is read once more where what it asks for was done meanwhile, and only then."""

import uuid

import pytest
from django.http import HttpResponse

from recommendations.actions import set_done_when
from recommendations.writing.posted import request_key, step_key
from recommendations.writing.second_click import SecondClick
from tests.factories import OwnershipFactory, RecommendationFactory

REFUSED, DONE, BROKEN = (HttpResponse(status=status) for status in (422, 302, 503))


@pytest.fixture
def item(sou):
    return OwnershipFactory(item=RecommendationFactory(), committee=sou).item


def answered(request, *answers):
    """What the middleware gives, and how often the page was asked."""
    left = list(answers)
    given = SecondClick(lambda _request: left.pop(0))(request)
    return given, len(answers) - len(left)


@pytest.mark.parametrize("key_of", [request_key, step_key])
def test_done_meanwhile(rf, item, bo, sou, key_of):
    request = rf.post("/admin/", {"noegle": str(uuid.uuid4()), "text": "alle har et team", "trin": "udgiv"})
    assert answered(request, REFUSED, DONE) == (REFUSED, 1)
    set_done_when(by=bo, item=item, committee=sou, text="alle har et team", request_key=key_of(request))
    assert answered(request, REFUSED, DONE) == (DONE, 2)
    assert answered(request, REFUSED, REFUSED) == (REFUSED, 2)
    assert answered(request, DONE) == (DONE, 1)
    assert answered(request, BROKEN) == (BROKEN, 1)


@pytest.mark.parametrize("typed", [{}, {"noegle": "x"}])
@pytest.mark.django_db
def test_without_a_key_is_asked_once(rf, typed, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert answered(rf.post("/admin/", typed), REFUSED) == (REFUSED, 1)
        assert answered(rf.get("/admin/", typed), REFUSED) == (REFUSED, 1)


def test_another_place_another_text_and_another_button_are_something_else(rf):
    page = str(uuid.uuid4())

    def keys(path="/a/", **typed):
        request = rf.post(path, {"noegle": page} | typed)
        return request_key(request), step_key(request)

    first = keys(text="Ja.", trin="gem")
    assert first == keys(text="Ja.")
    assert first[0] == first[1]
    sent = keys(text="Ja.", trin="send")
    assert sent[0] == first[0]
    others = [keys("/b/", text="Ja."), keys("/a/?raekke=2", text="Ja."), keys(text="Nej.")]
    assert len({*first, *sent, *(key for pair in others for key in pair)}) == 2 + len(others)
