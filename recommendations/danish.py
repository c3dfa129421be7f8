"""How Danish text is cut into words, and which words count as the same.

One analysis for what is stored and for what is typed, in Python, so that both databases find the same. Nothing here
knows of the database. What somebody types is made into what is looked for in `terms`.

A row keeps every word of its texts, marked with "-", and every stem, marked with "=": "skolerne" is kept as `-skolerne`
and `=skol`. A letter before the mark says in which of its texts the word stands (see `TIERS`), the weightiest only.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import snowballstemmer

# What a word is kept as -> the other ways to write it: spellings of one word, no other words for the same thing (those
# are data: `Synonym`). A star stands for any ending, none included: without one, only the whole word counts. In what is
# kept as, a hyphen lets the rest of a compound stay a word of its own.
SPELLINGS = {
    "sosu-": ("social- og sundheds*", "social- og sundhed", "social og sundheds*", "social og sundhed"),
    "fuldtid": ("fuld tid",),
    "fuldtids": ("fuld tids*",),
    "4-dages-": ("fire dages*", "fire-dages*", "firedages*"),
    # Forms that no ending tells.
    "børn": ("barn", "barnet"),
    "mænd": ("mand", "manden"),
}

# Where a word may stand in a row, the weightiest first; each has its letter in the tokens.
TIERS = {"title": "a", "number": "b", "summary": "c", "source": "d", "news": "e"}

# What Word and browsers put into texts and nobody sees, and the bullets of the Symbol and Wingdings fonts.
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
BULLETS = dict.fromkeys(map(ord, "\uf0b7\uf0a7\uf076\uf0d8\uf0a8"), "•")
# Signs that turn text around or control a terminal; a line feed and a tab are the only controls a text needs.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
ODD = re.compile(f"{CONTROLS.pattern}|[{''.join(map(chr, (*INVISIBLE, *BULLETS)))}]")
# All that nobody sees inside a word: it does not part it when words are compared.
UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)

LONGEST = 60  # letters of a word that count
LONGEST_NUMBER = 18  # digits: what databases hold
SHORT_STEM = 5  # a shorter stem is too short to be cut as freely: "demens" is no form of "dem"

NUMBER = r"\d+(?:\.\d+)+"  # a number as recommendations have them stays one word: 2.3.1
WORD = re.compile(rf"{NUMBER}|[^\W_]+")
HYPHENATED = re.compile(r"[^\W_]+(?:-[^\W_]+)+")
# Danish writes accents as it pleases (idé, ide); å, æ and ø are letters, ä and ö their neighbours'. Word's hyphens are
# hyphens.
LETTERS = {"ä": "æ", "ö": "ø", "å": "å", "\u2010": "-", "\u2011": "-"}
# How the three letters are written where they are missing, and in old names: Aarhus is Århus.
WITHOUT_THE_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


def _plain(letter: str) -> str:
    low = lowered if len(lowered := letter.lower()) == 1 else letter
    if low in LETTERS:
        return LETTERS[low]
    apart = unicodedata.normalize("NFD", low)
    return apart[0] if all(map(unicodedata.combining, apart[1:])) else low


class _Letters(dict[int, str]):
    """Letter -> how it is compared, as `str.translate` looks letters up; each is worked out once."""

    def __missing__(self, letter: int) -> str:
        self[letter] = found = _plain(chr(letter))
        return found


_LETTERS = _Letters()


def folded(text: str) -> str:
    """The text as it is compared. As long as its NFC form, so that places in one are places in the other."""
    return unicodedata.normalize("NFC", text).translate(_LETTERS)


def compared(text: str) -> str:
    """The folded text without signs that nobody sees: these would cut a word in two."""
    return folded(UNSEEN.sub("", text))


def normalised(text: str) -> str:
    """What somebody typed or pasted as it is kept: NFC, without invisible signs, bullets as people know them."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if ODD.search(composed):  # few texts have any, and translating letter by letter takes ten times as long as looking
        composed = CONTROLS.sub("", composed.translate(INVISIBLE).translate(BULLETS))
    return composed.strip()


def whole_number(text: str) -> int | None:
    """The number that plain digits say, as keys and addresses carry it; none of anything else, nor of too many."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else None


def is_blank(text: str) -> bool:
    """Whether there is nothing to read: only spaces and signs that nobody sees."""
    return not any(unicodedata.category(sign)[0] in "LNPS" for sign in normalised(text))


# Where the letters stand that Unicode puts elsewhere: after z, in this order; aa is an old way to write å. In letters,
# as some databases look at anything else only when the letters are the same (collation).
_ALPHABET = str.maketrans({"æ": "zza", "ø": "zzb", "å": "zzc"})


def sort_key(name: str) -> str:
    """A text that puts names in Danish order in any database: æ, ø and å last, whatever the case."""
    return folded(name).replace("aa", "å").translate(_ALPHABET)


# --- One word, written in several ways --------------------------------------------------------------------------------


def _variant(phrase: str) -> str:
    ending = "" if phrase.endswith("*") else r"(?![^\W_])"
    return r"(?<![^\W_])" + r"\s+".join(map(re.escape, phrase.removesuffix("*").split())) + ending


VARIANTS = [
    (re.compile("|".join(_variant(phrase) for phrase in folded_phrases)), word)
    for word, phrases in SPELLINGS.items()
    if (folded_phrases := sorted(map(folded, phrases), key=len, reverse=True))
]
# How all of them begin: a text without any of these is left alone at once.
BEGINNINGS = {folded(phrase).removesuffix("*").split()[0] for phrases in SPELLINGS.values() for phrase in phrases}


def said_our_way(text: str) -> str:
    """The compared text with every spelling as we keep it."""
    if not any(beginning in text for beginning in BEGINNINGS):
        return text
    for variants, word in VARIANTS:
        text = variants.sub(word, text)
    return text


# --- Stems ------------------------------------------------------------------------------------------------------------

# Endings of nouns, verbs and adjectives that leave a word the same word. No others are cut off where little is left.
INFLECTIONS = re.compile("(?:(?<=ig)t|ernes|erne|enes|ene|eres|ere|ers|er|ens|en|ets|et|es|e|s)$")
# Words that end as if they were inflected.
UNINFLECTED = frozenset({"dans", "demens", "glans", "glas", "kaos", "krans", "kurs", "plads", "svans"})
# What the next word of a compound makes of a consonant after a short vowel: job, jobbet; kop, kopper.
_DOUBLED = re.compile("[^aeiouyæøå][aeiouyæøå]([bdfgklmnprst])$")
_VOWEL = re.compile("[aeiouyæøå]")


@lru_cache(maxsize=20_000)
def stems(word: str) -> frozenset[str]:
    """What all forms of the word have in common; of a short one what each of its forms may be cut to."""
    # A stemmer keeps the word in itself while it works, so threads must not share one.
    stem: str = snowballstemmer.stemmer("danish").stemWord(word)
    if len(stem) >= SHORT_STEM or not word.isalpha():
        return frozenset({stem})
    if word in UNINFLECTED:
        return frozenset({word})
    ending = INFLECTIONS.search(word)
    bare = word[: ending.start()] if ending else word
    if len(bare) < 3 or not _VOWEL.search(bare):
        return frozenset({word})
    is_whole = not ending or ending[0] == "s"
    return frozenset({bare, bare + bare[-1]}) if is_whole and _DOUBLED.search(bare) else frozenset({bare})


def words_in(text: str) -> Iterator[str]:
    """The words of a compared text; a hyphenated one in its parts and as one word too."""
    for word in WORD.findall(text):
        yield word[:LONGEST]
    for word in HYPHENATED.findall(text):
        yield word.replace("-", "")[:LONGEST]


def words(*texts: str) -> set[str]:
    """Every word of the texts as it is compared, in all spellings."""
    found: set[str] = set()
    for text in map(compared, texts):
        found |= {*words_in(text)}
        if (ours := said_our_way(text)) != text:
            found |= {*words_in(ours)}
    return found


def spellings(word: str) -> set[str]:
    """The word, and how it is written without æ, ø and å."""
    return {word, word.translate(WITHOUT_THE_LETTERS)}


def tokens(found: Collection[str]) -> set[str]:
    """What the words are found by: each in its spellings, marked with "-", and their stems, marked with "="."""
    return set(chain.from_iterable(map(_tokens_of, found)))


@lru_cache(maxsize=20_000)
def _tokens_of(word: str) -> tuple[str, ...]:
    spelled = spellings(word)
    return (*(f"-{one}" for one in spelled), *(f"={stem}" for one in spelled for stem in stems(one)))


def sequence(*texts: str) -> str:
    """The words of the texts in their order, a space around each; "|" parts the texts from each other."""
    each = [" ".join(WORD.findall(compared(text))).translate(WITHOUT_THE_LETTERS) for text in texts]
    return f" {' | '.join(filter(None, each))} " if any(each) else ""


class Indexed(NamedTuple):
    """What a row keeps to be found by: its tokens (" " around each, each once), and its words as they follow."""

    words: str
    sequence: str


def index(**texts: Collection[str]) -> Indexed:
    """What a row keeps of its texts, each in its tier; empty where there are no words."""
    placed: dict[str, str] = {}
    for tier, letter in TIERS.items():
        for token in tokens(words(*texts.get(tier, ()))):
            placed.setdefault(token, letter)
    found = sorted(f"{letter}{token}" for token, letter in placed.items())
    in_order = chain.from_iterable(texts.get(tier, ()) for tier in TIERS)
    return Indexed(f" {' '.join(found)} " if found else "", sequence(*in_order))
