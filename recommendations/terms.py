"""What somebody typed, as it is looked for: terms, each to be found in one of several ways.

Knows no database and no text but the typed one: `models.word_index` asks a database, and `Term.finds` a text at hand.
A typed word finds a row where a word begins as typed (half words, and compounds by their first part) or where the stems
are the same (singular and plural, definite and indefinite). What stands in quotation marks is found word by word as it
stands.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from recommendations.danish import (
    BEGINNINGS,
    HYPHENATED,
    LONGEST,
    UNSEEN,
    VARIANTS,
    WITHOUT_THE_LETTERS,
    WORD,
    compared,
    folded,
    said_our_way,
    spellings,
    stems,
    tokens,
    words_in,
)

# Too common to tell rows apart: left out of what is typed, unless nothing else was.
SMALL_WORDS = frozenset(
    WORD.findall(
        "af at de den der det en er et for fra i med og om på som til "
        "alt blandt blev blive bliver da dem deres dette disse du efter eller få får gerne gjort gør gøre ham han har "
        "have havde her hos hun hvad hvem hvilke hvilken hvis hvor hvordan hvorfor hvornår ikke ind jeg kan kunne man "
        "meget mellem men min mine mit mod nogen noget nogle når nu os også over sig sin sine sit skal skulle ske sker "
        "så ud under uden var ved vi vil ville være"
    )
)
MOST_TERMS = 16  # of what is typed that count: a long sentence, and a bound on what a database is asked
MOST_ANSWERS = 5_000  # words of texts that are remembered of one search
WHOLE = 2  # words of up to so many letters are no beginnings: "KL" is not to find "klar"
STEM_BEGINS = 5  # a stem of so many letters may begin a longer word: "sygeplejersker" finds "sygeplejerskeuddannelse"
# Words that others begin with by chance -> how their own compounds begin.
COMPOUNDS: dict[str, set[str]] = {"dans": {"danse"}, "lån": {"låne"}, "tid": {"tids"}}

QUOTED = re.compile('["“”„»«]([^"“”„»«]+)["“”„»«]')


@dataclass(frozen=True)
class Word:
    """One word to look for; `is_half` when somebody may still be typing it."""

    text: str
    is_half: bool = False

    @cached_property
    def whole(self) -> set[str]:
        """Tokens that it finds: a mark, then letters, digits and ".". Rows keep every word without æ, ø and å too, so
        the word itself is asked for in no other spelling.
        """
        every_stem = {f"={stem}" for word in spellings(self.text) for stem in stems(word)}
        return {f"-{self.text.translate(WITHOUT_THE_LETTERS)}", *every_stem}

    @cached_property
    def beginnings(self) -> set[str]:
        """What tokens that it finds may begin with."""
        if self.text.replace(".", "").isdigit():
            return {f"-{self.text}."}  # 2.3 finds 2.3.1, and 20 does not find 2018
        if len(self.text) <= WHOLE and not self.is_half:
            return set()
        if self.text in COMPOUNDS and not self.is_half:
            begun = COMPOUNDS[self.text]
        else:
            begun = {self.text, *(stem for stem in stems(self.text) if len(stem) >= STEM_BEGINS)}
        return {f"-{word.translate(WITHOUT_THE_LETTERS)}" for word in begun}

    def finds(self, found: Collection[str]) -> bool:
        """Whether it finds one of these tokens: what the databases do, for a text at hand."""
        beginnings = tuple(self.beginnings)
        return not self.whole.isdisjoint(found) or any(token.startswith(beginnings) for token in found)


Way = tuple[Word, ...]  # all of whose words must be there


@dataclass(frozen=True)
class Term:
    """One thing that somebody looks for: a word, a phrase, or an everyday expression with what the sources call it.

    `typed` is what stands for it in an address. Any of its `ways` will do; a phrase has one, and its words `in_order`.
    """

    typed: str
    ways: tuple[Way, ...]
    in_order: str = ""

    def finds(self, found: Collection[str], in_order: str = "") -> bool:
        """Whether a text has it, by its tokens and its words in order (`danish.sequence`)."""
        return self.in_order in in_order and any(all(word.finds(found) for word in way) for way in self.ways)


@dataclass(frozen=True)
class OtherWords:
    """What people say, and what the sources call it: for each of `official` all its words must be there."""

    everyday: str
    official: tuple[str, ...]

    @property
    def key(self) -> list[str]:
        return _typed_words(self.everyday)


def read(text: str, others: Iterable[OtherWords] = ()) -> list[Term]:
    """What somebody typed, each thing once; none when there were only signs."""
    phrases = [_phrase(found[1]) for found in QUOTED.finditer(text) if WORD.search(compared(found[1]))]
    rest = QUOTED.sub(" ", text) if phrases else text
    typed = _typed_words(rest)
    found, weighty = [], []
    at = 0
    by_length = sorted(((other.key, other) for other in others), key=lambda one: -len(one[0]))
    while at < len(typed):
        key, other = next(((key, one) for key, one in by_length if _stands(key, typed[at:])), ([], None))
        if other:
            found.append(_with_other_words(typed[at : at + len(key)], other))
            weighty.append(found[-1])
        else:
            is_half = at == len(typed) - 1 and _is_half(typed[at], rest)
            found.append(Term(typed[at], ((Word(typed[at], is_half),),)))
            weighty += [found[-1]] if typed[at] not in SMALL_WORDS else []
        at += len(key) or 1
    return list(dict.fromkeys([*phrases, *(weighty or ([] if phrases else found))]))[:MOST_TERMS]


def _typed_words(text: str) -> list[str]:
    return [word[:LONGEST] for word in WORD.findall(said_our_way(compared(text)))]


def _phrase(text: str) -> Term:
    """A phrase: its words as they stand, which are looked up whole before their order is."""
    typed = WORD.findall(compared(text))
    in_order = f" {' '.join(typed)} ".translate(WITHOUT_THE_LETTERS)
    return Term(f"»{' '.join(text.split())}«", (tuple(Word(word[:LONGEST]) for word in typed),), in_order)


def _stands(key: Sequence[str], typed: Sequence[str]) -> bool:
    """Whether the words begin with these, in whatever form."""
    return (
        bool(key)
        and len(key) <= len(typed)
        and all(one == other or not stems(one).isdisjoint(stems(other)) for one, other in zip(key, typed, strict=False))
    )


def _with_other_words(typed: Sequence[str], other: OtherWords) -> Term:
    own = tuple(Word(word) for word in typed if word not in SMALL_WORDS or len(typed) == 1)
    called = [tuple(Word(word) for word in _typed_words(one) if word not in SMALL_WORDS) for one in other.official]
    return Term(" ".join(typed), tuple(dict.fromkeys(filter(None, [own, *called]))))


def _is_half(word: str, text: str) -> bool:
    """The last of several words, unless it is an abbreviation in capitals or something stands after it."""
    *before, last = text.split() or [""]
    return bool(before) and not text[-1].isspace() and not last.isupper() and compared(last) == word


def hits(text: str, wanted: Collection[Term]) -> list[tuple[int, int]]:
    """Where in the text, which must be NFC, something stands that one of the terms finds: from, to; no overlaps."""
    seen: Sequence[int] = range(len(text))
    if UNSEEN.search(text):
        seen = [place for place, sign in enumerate(text) if not UNSEEN.match(sign)]
    plain = folded("".join([text[place] for place in seen]) if len(seen) < len(text) else text)
    phrases = [term for term in wanted if term.in_order]
    spans = [span for term in phrases for span in _in_order(plain, term)]
    if looked_for := tuple(word for term in wanted if not term.in_order for way in term.ways for word in way):
        is_found = _answers(looked_for)
        spans += [(start, end) for start, end, written in _pieces(plain) if is_found[written]]
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not found or start >= found[-1][1]:
            found.append((start, end))
    return [(seen[start], seen[end - 1] + 1) for start, end in found]


class _Answers(dict[str, bool]):
    """A word of a text -> whether one of those looked for finds it; each is worked out once (memoised)."""

    def __init__(self, looked_for: Iterable[Word]):
        self.looked_for = list(looked_for)
        # A word and its stem have their first letters in common, and most words need not be cut to their stems.
        self.begin = tuple({token[1:3] for word in self.looked_for for token in word.whole | word.beginnings})

    def __missing__(self, written: str) -> bool:
        if len(self) >= MOST_ANSWERS:
            self.clear()
        likely = {word for word in words_in(written) if any(one.startswith(self.begin) for one in spellings(word))}
        its_tokens = tokens(likely)
        self[written] = found = any(word.finds(its_tokens) for word in self.looked_for)
        return found


@lru_cache(maxsize=64)
def _answers(looked_for: tuple[Word, ...]) -> _Answers:
    return _Answers(looked_for)


def _pieces(plain: str) -> Iterable[tuple[int, int, str]]:
    """What stands in a folded text as one: spellings of a word, hyphenated words, words; with what it counts as."""
    if any(beginning in plain for beginning in BEGINNINGS):
        for variants, word in VARIANTS:
            for match in variants.finditer(plain):
                rest = WORD.match(plain, match.end())
                yield match.start(), rest.end() if rest else match.end(), word
    if "-" in plain:
        for match in HYPHENATED.finditer(plain):
            yield *match.span(), match[0].replace("-", "")
    for match in WORD.finditer(plain):
        yield *match.span(), match[0]


def _in_order(plain: str, phrase: Term) -> Iterable[tuple[int, int]]:
    matches = list(WORD.finditer(plain))
    wanted = phrase.in_order.split()
    for at in range(len(matches) - len(wanted) + 1):
        window = matches[at : at + len(wanted)]
        if [match[0].translate(WITHOUT_THE_LETTERS) for match in window] == wanted:
            yield window[0].start(), window[-1].end()
