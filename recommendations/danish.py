"""How Danish text is cut into words, and which words count as the same.

One analysis for what is stored and for what is typed, in Python, so that both databases find the same. Nothing here
knows of the database: `models.word_index` asks it.

A row keeps every word of its texts and, marked with "=", every stem: "skolerne" is kept as `skolerne` and `=skol`. A
typed word finds a row where a word begins as typed (half words, and compounds by their first part) or where the stems
are the same (singular and plural, definite and indefinite).
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

# What a word is kept as -> the other ways to write it. A star stands for any ending, none included: without one, only
# the whole word counts. In what is kept as, a hyphen lets the rest of a compound stay a word of its own.
SYNONYMS = {
    "ai": ("kunstig intelligens", "kunstige intelligenser"),
    "sosu-": ("social- og sundheds*", "social- og sundhed", "social og sundheds*", "social og sundhed"),
    "fuldtid": ("fuld tid",),
    "fuldtids": ("fuld tids*",),
    "4-dages": ("fire dages*", "fire-dages*", "firedages*"),
    "hjemmepleje": ("hjemmehjælp*",),
    "kbh": ("københavn",),
    "plejehjem": ("plejecenter*", "plejecentre*"),
    "sygefravær": ("sygedag", "sygedage*"),
    # Forms that no ending tells.
    "børn": ("barn", "barnet"),
    "mænd": ("mand", "manden"),
}

# Too common to tell rows apart: left out of what is typed, unless nothing else was.
SMALL_WORDS = frozenset(
    ["af", "at", "de", "den", "der", "det", "en", "er", "et", "for", "fra", "i", "med", "og", "om", "på", "som", "til"]
)

# What Word and browsers put into texts and nobody sees, and the bullets of the Symbol and Wingdings fonts.
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
BULLETS = dict.fromkeys(map(ord, "\uf0b7\uf0a7\uf076\uf0d8\uf0a8"), "•")
# Signs that turn text around or control a terminal; a line feed and a tab are the only controls a text needs.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

LONGEST = 60  # letters of a word that count
WHOLE = 2  # words of up to so many letters are no beginnings: "KL" is not to find "klar"
STEM_BEGINS = 5  # a stem of so many letters may begin a longer word: "sygeplejersker" finds "sygeplejerskeuddannelse"

NUMBER = r"\d+(?:\.\d+)+"  # a number as recommendations have them stays one word: 2.3.1
WORD = re.compile(rf"{NUMBER}|[^\W_]+")
HYPHENATED = re.compile(r"[^\W_]+(?:-[^\W_]+)+")
# Danish writes accents as it pleases (idé, ide); å, æ and ø are letters. Word's hyphens are hyphens.
ACCENTS = str.maketrans("éèêëáàóíúü\u2010\u2011", "eeeeaaoiuu--")
# How the three letters are written where they are missing, and in old names: Aarhus is Århus.
WITHOUT_THE_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


def folded(text: str) -> str:
    """The text as it is compared. As long as its NFC form, so that places in one are places in the other."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in composed).translate(ACCENTS)


def _compared(text: str) -> str:
    """The folded text without signs that nobody sees: these would cut a word in two."""
    return folded(text.translate(INVISIBLE))


def normalised(text: str) -> str:
    """What somebody typed or pasted as it is kept: NFC, without invisible signs, bullets as people know them."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return CONTROLS.sub("", composed.translate(INVISIBLE).translate(BULLETS)).strip()


def is_blank(text: str) -> bool:
    """Whether there is nothing to read: only spaces and signs that nobody sees."""
    return not any(unicodedata.category(sign)[0] in "LNPS" for sign in normalised(text))


# Where the letters stand that Unicode puts elsewhere: after z, in this order; aa is an old way to write å. In letters,
# as some databases look at anything else only when the letters are the same (collation).
_ALPHABET = str.maketrans({"æ": "zza", "ø": "zzb", "å": "zzc", "ä": "zza", "ö": "zzb"})


def sort_key(name: str) -> str:
    """A text that puts names in Danish order in any database: æ, ø and å last, whatever the case."""
    return folded(name).replace("aa", "å").translate(_ALPHABET)


def _variant(phrase: str) -> str:
    ending = "" if phrase.endswith("*") else r"(?![^\W_])"
    return r"(?<![^\W_])" + r"\s+".join(map(re.escape, phrase.removesuffix("*").split())) + ending


_VARIANTS = [
    (re.compile("|".join(_variant(phrase) for phrase in folded_phrases)), word)
    for word, phrases in SYNONYMS.items()
    if (folded_phrases := sorted(map(folded, phrases), key=len, reverse=True))
]


def _said_our_way(text: str) -> str:
    """The folded text with every synonym written as we keep it."""
    for variants, word in _VARIANTS:
        text = variants.sub(word, text)
    return text


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    # A stemmer keeps the word in itself while it works, so threads must not share one.
    return snowballstemmer.stemmer("danish").stemWord(word)


def _words_in(text: str) -> Iterator[str]:
    """The words of a folded text; a hyphenated one in its parts and as one word too."""
    for word in WORD.findall(text):
        yield word[:LONGEST]
    for word in HYPHENATED.findall(text):
        yield word.replace("-", "")[:LONGEST]


def words(*texts: str) -> set[str]:
    """Every word of the texts as it is compared, synonyms included."""
    found: set[str] = set()
    for text in texts:
        text = _compared(text)
        found |= {*_words_in(text)}
        if (ours := _said_our_way(text)) != text:
            found |= {*_words_in(ours)}
    return found


def tokens(found: Collection[str]) -> set[str]:
    """The words, also as they are written without æ, ø and å, and their stems marked as such."""
    spelled = {*found, *(word.translate(WITHOUT_THE_LETTERS) for word in found)}
    return {*spelled, *(f"={stem(word)}" for word in spelled)}


def index(*texts: str) -> str:
    """What a row keeps: " " before, between and after its tokens, each once; empty when there are none."""
    found = sorted(tokens(words(*texts)))
    return f" {' '.join(found)} " if found else ""


@dataclass(frozen=True)
class Term:
    """One typed word; `is_half` when somebody may still be typing it."""

    word: str
    is_half: bool = False

    @property
    def whole(self) -> set[str]:
        """Tokens that it finds: of letters and digits, ".", and "=" only."""
        return tokens([self.word])

    @property
    def beginnings(self) -> set[str]:
        """What tokens that it finds may begin with."""
        if self.word.replace(".", "").isdigit():
            return {f"{self.word}."}  # 2.3 finds 2.3.1, and 20 does not find 2018
        if len(self.word) <= WHOLE and not self.is_half:
            return set()
        stemmed = stem(self.word)
        begun = {self.word, stemmed} if len(stemmed) >= STEM_BEGINS else {self.word}
        return {*begun, *(word.translate(WITHOUT_THE_LETTERS) for word in begun)}

    def finds(self, found: Collection[str]) -> bool:
        """Whether it finds one of these tokens: what the databases do, for a text at hand."""
        beginnings = tuple(self.beginnings)
        return not self.whole.isdisjoint(found) or any(token.startswith(beginnings) for token in found)


def terms(text: str) -> list[Term]:
    """The words that somebody typed, all of which a row must have; none when there were only signs."""
    text = text.translate(INVISIBLE)
    typed = [word[:LONGEST] for word in WORD.findall(_said_our_way(folded(text)))]
    weighty = [word for word in typed if word not in SMALL_WORDS]
    return [Term(word, _is_half(word, text)) for word in dict.fromkeys(weighty or typed)]


def _is_half(word: str, text: str) -> bool:
    """The last of several words, unless it is an abbreviation in capitals or something stands after it."""
    *before, last = text.split() or [""]
    return bool(before) and not text[-1].isspace() and not last.isupper() and folded(last) == word


def hits(text: str, wanted: Collection[Term]) -> list[tuple[int, int]]:
    """Where in the text, which must be NFC, words stand that one of the terms finds: from, to; without overlaps."""
    plain = folded(text)
    spans = []
    for variants, word in _VARIANTS:
        for match in variants.finditer(plain):
            rest = WORD.match(plain, match.end())
            spans.append((match.start(), rest.end() if rest else match.end(), set(_words_in(word))))
    for match in HYPHENATED.finditer(plain):
        spans.append((*match.span(), {match[0].replace("-", "")}))
    spans += [(*match.span(), {match[0]}) for match in WORD.finditer(plain)]
    found: list[tuple[int, int]] = []
    for start, end, its_words in sorted(spans, key=lambda span: (span[0], -span[1])):
        if (not found or start >= found[-1][1]) and any(term.finds(tokens(its_words)) for term in wanted):
            found.append((start, end))
    return found
