"""What somebody typed, as it is looked for: phrases, small words, other words for the same."""

import pytest

from recommendations import danish, terms
from recommendations.terms import OtherWords

OTHERS = [
    OtherWords("sygemeldt", ("sygefravær", "sygedage")),
    OtherWords("robot", ("velfærdsteknologi",)),
    OtherWords("dropper ud", ("frafald",)),
    OtherWords("ai", ("kunstig intelligens",)),
]


def typed(text, others=()):
    return [term.typed for term in terms.read(text, others)]


def finds(query, text, others=()):
    found, in_order = danish.tokens(danish.words(text)), danish.sequence(text)
    return all(term.finds(found, in_order) for term in terms.read(query, others))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hvad bliver der gjort ved sygefravær", ["sygefravær"]),
        ("hvad kan man", ["hvad", "kan", "man"]),
        ("løn, løn og LØN", ["løn"]),
        ('"faste teams" nu', ["»faste teams«"]),
        ('"faste teams" løn', ["»faste teams«", "løn"]),
        ("»på tid« ”op i tid” “hver dag”", ["»på tid«", "»op i tid«", "»hver dag«"]),
        ('"faste teams', ["faste", "teams"]),
        ('"–" løn', ["løn"]),
        ("– !", []),
        ("", []),
    ],
)
def test_terms_are_what_weighs(text, expected):
    assert typed(text) == expected


def test_a_long_text_is_read_as_far_as_it_is_bounded():
    assert len(terms.read(" ".join(f"ord{n}" for n in range(100)))) == terms.MOST_TERMS


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ('"faste teams"', "besøg af faste teams i dag", True),
        ('"Faste  TEAMS"', "faste, teams", True),
        ('"teams faste"', "besøg af faste teams", False),
        ('"fast team"', "besøg af faste teams", False),
        ('"faste te"', "besøg af faste teams", False),
        ('"på søndag"', "paa soendag", True),
        ('"2.3 og"', "2.3 og 2.4", True),
    ],
)
def test_a_phrase_is_found_word_by_word(query, text, found):
    assert finds(query, text) == found


def test_a_phrase_does_not_reach_from_one_text_into_the_next():
    (phrase,) = terms.read('"faste teams"')
    kept = danish.index(title=["faste"], summary=["teams"])
    assert not phrase.finds({token[1:] for token in kept.words.split()}, kept.sequence)


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("sygemeldt", "færre sygedage", True),
        ("sygemeldte", "færre sygedage", True),
        ("robotter", "velfærdsteknologi", True),
        ("robot", "robotter", True),
        ("han dropper ud", "frafaldet", True),
        ("ud dropper", "frafaldet", False),
        ("ai", "kunstig intelligens", True),
        ("ai", "kunstig", False),
        ("kunstig intelligens", "ai", False),
        ('"sygemeldt"', "færre sygedage", False),
    ],
)
def test_everyday_words_find_the_official_ones(query, text, found):
    assert finds(query, text, OTHERS) == found


def test_the_longest_of_two_expressions_is_meant():
    others = [OtherWords("faste", ("altid",)), OtherWords("faste folk", ("teams",))]
    assert typed("faste folk i plejen", others) == ["faste folk", "plejen"]


@pytest.mark.parametrize("query", ["faste t", "faste t "])
def test_last_of_several_words_may_be_half_typed(query):
    assert finds(query, "besøg af faste teams") == (not query.endswith(" "))
    assert not finds("t faste", "besøg af faste teams")


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("Faste teams og teams", '"faste teams"', ["Faste teams"]),
        ("Med\u00adarbejdere nu", "medarbejder", ["Med\u00adarbejdere"]),
        ("Færre syge\u00addage", "sygemeldt", ["syge\u00addage"]),
        ("Kunstig intelligens", "ai", ["Kunstig", "intelligens"]),
    ],
)
def test_hits_are_what_was_found(text, query, expected):
    wanted = terms.read(query, OTHERS)
    assert [text[start:end] for start, end in terms.hits(text, wanted)] == expected
