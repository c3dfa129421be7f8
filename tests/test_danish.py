"""Words, stems and synonyms, without a database."""

import itertools
import string
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations import danish, terms

ANY_TEXT = st.text(alphabet=string.ascii_letters + string.digits + "æøåÆØÅéİß .,-'’%_\\\n\u0301\u030a", max_size=80)


def finds(query, text):
    found, in_order = danish.tokens(danish.words(text)), danish.sequence(text)
    wanted = terms.read(query)
    return bool(wanted) and all(term.finds(found, in_order) for term in wanted)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("skole", "Skolerne"),
        ("skolerne", "en skole"),
        ("børnehaverne", "BØRNEHAVER"),
        ("velfærd", "velfærdsteknologi"),
        ("teknologi", "AI-teknologi"),
        ("aiteknologi", "AI-teknologi"),
        ("sosu-assistent", "social- og sundhedsassistenter"),
        ("social- og sundhedsassistenterne", "SOSU-assistenter"),
        ("fire-dages uge", "en 4-dages arbejdsuge og en uge til"),
        ("firedagesuge", "4-dages uge"),
        ("på", "På"),
        ("2.3", "2.3.1"),
        ("bedre for KL", "KL bedre"),
        # Signs that nobody sees, on either side.
        ("medarbejdertilfredshed", "med\u00adarbejder\u00adtilfredshed"),
        ("med\u00adarbejder\u00adtilfredshed", "medarbejdertilfredshed"),
        ("skole", "sko\u200ble"),
        ("\ufeffskole", "skole"),
        ("faste te\u00adams", "faste teams"),
        ("4-dages", "fire\u2011dages"),
        ("ai\u2011teknologi", "AI-teknologi"),
        # The three letters, and how they are written where they are missing and in old names.
        ("Aarhus", "Århus"),
        ("århus", "Aarhus"),
        ("Åbenrå", "Aabenraa"),
        ("aeldreraad", "ældrerådet"),
        ("oekonomi", "økonomiudvalg"),
        ("aarhusianer", "århusianerne"),
        ("aarhusi", "århusianerne"),
        ("Müller", "Muller"),
        ("Malmö", "Malmø"),
        ("à la carte", "a la carte"),
        # Short words in their forms.
        ("job", "jobbet"),
        ("lønnen", "løn"),
        ("tid", "tiden"),
        ("tids", "tid"),
        ("tidligere", "tidligt"),
        ("læger", "lægen"),
        ("tid", "tidspres"),
        # Other signs that nobody sees.
        ("skole", "sko\ufe0fle"),
        ("sko\u200ele", "skole"),
    ],
)
def test_finds(query, text):
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("deltid", "fuld tid og fuldtid"),
        ("fuldtid", "deltid"),
        ("sosu", "Sundheds- og Omsorgsforvaltningen og sociale medier"),
        ("KL", "klar"),
        ("støtte KL", "støtte klar"),
        ("20", "2018"),
        ("2.3", "2.30"),
        ("ledelse", "ledsager"),
        ("måle", "male"),
        ("demens", "dem"),
        ("tidlig", "tid"),
        ("tid", "tidlig"),
        ("dans", "danne"),
        ("dans", "dansk"),
        ("danne", "dans"),
        ("lægge", "læge"),
        ("læge", "lægge"),
        ("læger", "lægger"),
        ("plads", "plader"),
        ("mand", "mandag"),
        ("ål", "alle"),
        ("poesi", "posi"),
        ("%", "%"),
        ("", "noget"),
    ],
)
def test_does_not_find(query, text):
    assert not finds(query, text)


def test_index_holds_each_token_once_in_its_weightiest_tier_between_spaces():
    kept = danish.index(news=["Skoler og 2.1"], title=["Skoler, skoler!"], number=["2.1"])
    assert kept.words == " a-skoler a=skol b-2.1 b=2.1 e-og e=og "
    assert danish.index() == danish.index(title=["", "–"]) == ("", "")


def test_sequence_holds_the_words_as_they_follow_and_parts_the_texts():
    kept = danish.index(summary=["De kommer på søndag."], title=["Faste\u00ad teams"])
    assert kept.sequence == " faste teams | de kommer paa soendag "


def test_spellings_are_written_as_they_are_compared():
    for word, phrases in danish.SPELLINGS.items():
        assert danish.folded(word) == word
        assert phrases
        for phrase in phrases:
            assert finds(phrase.removesuffix("*"), word), phrase


def test_stemming_holds_in_many_threads():
    danish.stems.cache_clear()
    words = [f"{start}{end}" for start in ("skol", "bydel", "vikar", "kampagn") for end in ("erne", "en", "er")] * 50
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(danish.stems.__wrapped__, words))
    assert found == [danish.stems(word) for word in words]


@given(ANY_TEXT)
def test_tokens_mean_nothing_to_the_databases(text):
    for token in danish.index(title=[text]).words.split():
        assert token[:2] in ("a-", "a=")
        assert token[2:].replace(".", "").isalnum()
    for term in terms.read(text):
        for word in itertools.chain.from_iterable(term.ways):
            for token in word.whole | word.beginnings:
                assert token[0] in "-="
                assert token[1:].replace(".", "").isalnum()


@given(ANY_TEXT)
def test_a_text_finds_itself(text):
    if terms.read(text):
        assert finds(text, text)


@given(ANY_TEXT, ANY_TEXT)
def test_hits_stand_in_the_text_in_order(text, query):
    text = unicodedata.normalize("NFC", text)
    done = 0
    for start, end in terms.hits(text, terms.read(query)):
        assert done <= start < end <= len(text)
        done = end


# --- What is kept of what was typed -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ældre\u00adråd", "Ældreråd"),
        ("A\u030argang", "Årgang"),
        ("\ufeff et\u200b ord \u2060", "et ord"),
        ("\uf0b7 ansætte flere\r\n\uf0a7 blive", "• ansætte flere\n• blive"),
        ("en\rto\ttre", "en\nto\ttre"),
        ("a\x00b\x1b[31mc\x9b", "ab[31mc"),
        ("abc\u202efed\u2066", "abcfed"),
        ("4\u2011dages »uge«", "4\u2011dages »uge«"),
        ("", ""),
    ],
)
def test_text_is_mended_as_it_comes_in(typed, kept):
    assert danish.normalised(typed) == kept
    assert danish.normalised(kept) == kept


@pytest.mark.parametrize(
    ("text", "blank"),
    [
        ("", True),
        (" \n\t\u00a0", True),
        ("\u00ad\u200b\ufeff", True),
        ("\u202e\x07", True),
        ("\u0301", True),  # an accent without a letter
        ("–", False),
        ("€", False),
        ("\uf0b7", False),
        ("\u00ada", False),
        ("0", False),
    ],
)
def test_blank_is_what_has_nothing_to_read(text, blank):
    assert danish.is_blank(text) == blank


@given(ANY_TEXT)
def test_mending_twice_changes_nothing(text):
    assert danish.normalised(danish.normalised(text)) == danish.normalised(text)


@given(ANY_TEXT)
def test_places_in_the_folded_text_are_places_in_the_text(text):
    assert len(danish.folded(text)) == len(unicodedata.normalize("NFC", text))


def test_names_stand_in_danish_order():
    names = ["aarhus", "Zebra", "By", "Øen", "Ål", "ældre", "Ærlig", "Ungdom", "Østerbro", "Bøn", "Banan"]
    assert sorted(names, key=danish.sort_key) == [
        "Banan",
        "By",
        "Bøn",
        "Ungdom",
        "Zebra",
        "ældre",
        "Ærlig",
        "Øen",
        "Østerbro",
        "Ål",
        "aarhus",
    ]
