"""How it speaks: every Danish text of pages, forms, mails and errors, held against the rules of our language.

LIX is the words of a sentence and the share of long words (over six letters), added up: under 40 is as easy as a daily
paper. One long word moves a text of ten words by ten, so it is measured where there are twenty, and of whole files.
"""

import json
import re
from functools import cache

import pytest

from recommendations.management.demo.story import FOLDER
from tests.public.test_translations import CONTEXT, FOR_STAFF, ROOT, in_code, in_template

HARDEST = 40
FEWEST_WORDS = 20  # of one text; of a file three times as many

# What a reader does not say, or what only those say who make computers work.
OFFICIALESE = re.compile(
    r"\b(vedrørende|såfremt|hensigtsmæssig\w*|i regi af|nærværende|endvidere|foranstaltning\w*|implementer\w*|qua|"
    r"entitet\w*|objekt\w*|record\w*|submit\w*|tracker(en|s)?)\b",
    re.I,
)
POINTS_NOWHERE = re.compile(r"\b(klik her|læs mere|se mere)\b", re.I)
# What only those say who made the pages.
OURS_ALONE = re.compile(
    r"(seneste livstegn|hvor friske|ejerudvalg|det ejer udvalget|lovede datoer|som atom|til maskiner|vælg om\b|"
    r"intet valg betyder|kun dem, der er|resumé skrevet af os|følger dem op|rapporten er om)",
    re.I,
)
OTHER_WORDS_FOR_SUPPORT = re.compile(r"\b(stemmeandel\w*|tilslutning\w*)\b", re.I)


def plain(text: str) -> str:
    """As it is read: without marks, and with a short word where a value comes in."""
    text = re.sub(r"<[^>]+>|manage\.py \w+|https?://\S+", " ", text)
    return re.sub(r"%\(\w+\)[sd]|%[sd]|\{[^{}]*\}", "x", text)


def words_of(text: str) -> list[str]:
    return re.findall(r"[\w'’-]+", plain(text))


def lix(text: str) -> float:
    """Words for each sentence, and long words (over six letters) of a hundred; no words, no number."""
    words = words_of(text)
    if not words:
        return 0
    sentences = [part for part in re.split(r"[.!?:;](?:\s|$)|\n\s*\n", plain(text)) if re.search(r"\w", part)]
    return len(words) / len(sentences) + 100 * sum(len(word) > 6 for word in words) / len(words)


@cache
def texts() -> dict[str, str]:
    """Every text that goes through gettext -> the first file it stands in."""
    found: dict[str, str] = {}
    paths = [path for room in ("templates", "recommendations", "tracker") for path in (ROOT / room).rglob("*.*")]
    for path in sorted(path for path in paths if path.suffix in {".html", ".txt", ".py"}):
        read = in_code if path.suffix == ".py" else in_template
        for key in read(path.read_text(encoding="utf-8")):
            text = key[0] if isinstance(key, tuple) else key
            found.setdefault(text.rpartition(CONTEXT)[2], path.relative_to(ROOT).as_posix())
    return found


def told(value) -> list[str]:
    """The texts of the made-up municipality, from wherever they stand in its file."""
    if isinstance(value, dict):
        return [text for below in value.values() for text in told(below)]
    if isinstance(value, list):
        return [text for below in value for text in told(below)]
    return [value] if isinstance(value, str) and " " in value else []


@cache
def every_text() -> dict[str, str]:
    example = FOLDER / "historien.json"
    return dict.fromkeys(told(json.loads(example.read_text(encoding="utf-8"))), example.name) | texts()


def quotes_are_danish(text: str) -> bool:
    """»…«, in pairs, and never the other way round or as on a typewriter."""
    marks = re.sub("[^«»]", "", plain(text))
    return marks == "»«" * (len(marks) // 2) and not re.search(r'[“”„]|(?<!=)"\w[^"=]*\w"(?!>)', plain(text))


def faulty(is_faulty, found: dict[str, str]) -> list[str]:
    return sorted(f"{place}: {text}" for text, place in found.items() if is_faulty(text))


# --- The measures measure ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 0),
        ("Vi kan se det.", 4),
        ("Vi kan se det. Du kan se det.", 4),
        ("Udvalget kan se %(number)s ord.", 5 + 20),
        ("Forvaltningen registrerer dokumentationen.", 3 + 100),
        ("<strong>Vi</strong> kan se det på https://www.eksempel.dk/langadresse", 5),
    ],
)
def test_lix_is_words_for_each_sentence_and_the_share_of_long_words(text, number):
    assert lix(text) == number


@pytest.mark.parametrize("text", ["Vælg »Ret«.", "»A« eller »B«", "uden", '<a href="x">her</a> er »det«'])
def test_danish_quotes_are_taken(text):
    assert quotes_are_danish(text)


@pytest.mark.parametrize("text", ["Vælg «Ret».", "»Ret", 'Vælg "Ret".', "Vælg “Ret”."])
def test_others_are_not(text):
    assert not quotes_are_danish(text)


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        (OFFICIALESE, "Vedrørende din sag", "Om din sag"),
        (OFFICIALESE, "Trackeren viser", "Anbefalingstracker"),
        (POINTS_NOWHERE, "Klik her", "Vis alle svar"),
        (OTHER_WORDS_FOR_SUPPORT, "Størst tilslutning", "Størst støtte"),
        (OURS_ALONE, "Hvor friske er oplysningerne?", "Hvor nye er oplysningerne?"),
        (OURS_ALONE, "Intet valg betyder alle.", "Vælger du ingen, er alle med."),
    ],
)
def test_a_rule_finds_what_it_is_to_find_and_leaves_the_rest(rule, bad, good):
    assert rule.search(bad)
    assert not rule.search(good)


def test_the_texts_of_every_room_are_read():
    rooms = {place.split("/")[0] + "/" + place.split("/")[1] for place in texts().values()}
    assert rooms >= {"templates/items", "templates/emails", "recommendations/enums.py", "recommendations/actions"}
    assert len(texts()) > 1500
    assert "Du kan se, hvem der svarer." not in texts()


# --- What we say ------------------------------------------------------------------------------------------------------


def test_a_long_text_is_easy_to_read():
    hard = faulty(lambda text: len(words_of(text)) >= FEWEST_WORDS and lix(text) >= HARDEST, every_text())
    assert hard == []


def test_all_sentences_of_a_file_together_are_easy_to_read():
    said: dict[str, list[str]] = {}
    for text, place in every_text().items():
        if re.search(r"[.?:]\s*$", text):
            said.setdefault(place, []).append(text.strip())
    together = {place: " ".join(sentences) for place, sentences in said.items()}
    long = {place: text for place, text in together.items() if len(words_of(text)) >= 3 * FEWEST_WORDS}
    assert len(long) > 50
    assert {place: round(lix(text)) for place, text in long.items() if lix(text) >= HARDEST} == {}


def test_nobody_shouts():
    assert faulty(lambda text: "!" in plain(text), every_text()) == []


def test_no_officialese_and_no_words_of_the_trade():
    assert faulty(lambda text: OFFICIALESE.search(plain(text)), every_text()) == []


def test_a_link_says_where_it_leads():
    assert faulty(lambda text: POINTS_NOWHERE.search(plain(text)), every_text()) == []


def test_quotes_are_those_of_danish():
    assert faulty(lambda text: not quotes_are_danish(text), every_text()) == []


def public_texts() -> dict[str, str]:
    return {text: place for text, place in every_text().items() if not place.startswith(FOR_STAFF)}


def test_citizens_read_one_word_for_support():
    assert faulty(lambda text: OTHER_WORDS_FOR_SUPPORT.search(plain(text)), public_texts()) == []


def test_citizens_read_their_own_words_and_not_those_of_the_workshop():
    assert faulty(lambda text: OURS_ALONE.search(plain(text)), public_texts()) == []
