"""Searching as readers meet it: committees, sources with their documents, and items of every kind, best first; the hits
marked; what was meant where nothing has the words that were typed.

Committees and sources are few, and are looked through here. Items are the database's to find (`criteria.reading`).
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.html import escape
from django.utils.safestring import SafeString

from recommendations import danish, data_version, facet_index, terms
from recommendations.criteria.reading import Reading
from recommendations.facet_index import FacetIndex
from recommendations.models import Committee, Document, Initiative, Item, Publication, Recommendation
from recommendations.selection import ItemModel, Selection
from recommendations.terms import Term

NEAREST = 3  # suggestions at most
ALIKE = 0.7  # how alike two words must be, of 1; lower, and the suggestions look made up
MEANT = 0.8  # so alike that the one was meant
SHORTEST = 4  # letters of a word that others are offered for; shorter ones are alike by chance
SHORTEST_MENDED = 5  # letters of a word that is put right: "dans" is no slip for "dansk"
VOCABULARY_ROWS = 2000  # items to learn words from: enough for a municipality, and a bound on an empty page's work
AROUND = 110  # signs of a text that are shown on either side of a hit
MOST_NAMED = 5  # committees, and sources, that are shown; the others are counted


# --- Hits in a text ---------------------------------------------------------------------------------------------------


def marked(text: str, wanted: Collection[Term]) -> SafeString:
    """The text, escaped, with all that the terms find in `<mark>`."""
    text = unicodedata.normalize("NFC", text)
    html, done = "", 0
    for start, end in terms.hits(text, wanted):
        html += f"{escape(text[done:start])}<mark>{escape(text[start:end])}</mark>"
        done = end
    return SafeString(html + escape(text[done:]))


def snippet(text: str, wanted: Collection[Term]) -> str:
    """What stands around the first hit, in whole words on one line; nothing where there is no hit."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if not (found := terms.hits(text, wanted)):
        return ""
    start, end = max(found[0][0] - AROUND, 0), found[0][1] + AROUND
    before, after = "… " if start else "", " …" if end < len(text) else ""
    part = text[start:end]
    if start:
        part = part.partition(" ")[2]
    if after:
        part = part.rpartition(" ")[0]
    return f"{before}{part}{after}"


# --- What is found by its name ----------------------------------------------------------------------------------------


class Named:
    """Texts that are looked through here: what a committee or a source is called."""

    def __init__(self, *names: str):
        texts = [name for name in names if name]
        self.names = frozenset(map(danish.compared, texts))
        self.tokens = danish.tokens(danish.words(*texts))
        self.sequence = danish.sequence(*texts)

    def has(self, term: Term) -> bool:
        return term.finds(self.tokens, self.sequence)

    def is_called(self, term: Term) -> bool:
        """Whether the term is one of the names, from end to end."""
        return any(danish.compared(" ".join(word.text for word in way)) in self.names for way in term.ways)


@dataclass(frozen=True)
class FoundSource:
    """A source, and those of its documents that the text finds by their own titles."""

    publication: Publication
    documents: list[Document]


def _committees(wanted: Sequence[Term]) -> list[Committee]:
    """Those with all the terms in their names, or called by one of them; so called, and still at work, first."""
    found = []
    for committee in Committee.objects.order_by("sort_name", "code"):
        short = (committee.abbreviation, committee.code, committee.administration_abbreviation)
        named = Named(committee.name, committee.administration, *short)
        called = any(named.is_called(term) for term in wanted)
        if called or (wanted and all(named.has(term) for term in wanted)):
            found.append((not called, committee.valid_to is not None, committee))
    return [committee for *_rank, committee in sorted(found, key=lambda one: one[:2])]


def _sources(wanted: Sequence[Term]) -> list[FoundSource]:
    """Those with all the terms in what they, who published them and their documents are called; in their order."""
    found = []
    for source in Publication.objects.public().order_by("position", "slug").prefetch_related("documents"):
        documents = list(source.documents.all())
        named = Named(source.title, source.publisher, *(document.title for document in documents))
        if wanted and all(named.has(term) for term in wanted):
            own = Named(source.title, source.publisher)
            by_title = [one for one in documents if any(Named(one.title).has(term) for term in wanted)]
            found.append(FoundSource(source, [] if all(own.has(term) for term in wanted) else by_title))
    return found


# --- All of it --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Counted:
    """How many items were found, and of what kinds."""

    listed: int
    recommendations: int
    initiatives: int


@dataclass(frozen=True)
class RankedItems:
    """Items of every kind that a text finds, what is worth most first; each with its `state_…` and its words.

    A part of them is read at a time.
    """

    reading: Reading
    index: FacetIndex

    def __getitem__(self, rows: slice) -> list[Item]:
        best = self.reading.best(self.reading.places, rows.stop)[rows.start or 0 :]
        keys = [self.index.ids[place] for place in best]
        read = Item.objects.filter(pk__in=keys).with_state().with_words().select_related("publication", "wording")
        by_key = {item.pk: item for item in read.order_by()}
        return [by_key[key] for key in keys]


@dataclass(frozen=True)
class Findings:
    """What a text finds. `meant` is the text that was looked for in its place, where it alone found nothing."""

    reading: Reading
    index: FacetIndex
    meant: str
    nearest: list[str]

    @cached_property
    def committees(self) -> list[Committee]:
        return _committees(self.reading.terms)

    @cached_property
    def sources(self) -> list[FoundSource]:
        return _sources(self.reading.terms)

    @property
    def items(self) -> RankedItems:
        return RankedItems(self.reading, self.index)

    @cached_property
    def counted(self) -> Counted:
        found, index = self.reading.places, self.index
        return Counted(
            listed=len(found),
            recommendations=len(found & index.of_model(Recommendation) & index.counted),
            initiatives=len(found & index.of_model(Initiative)),
        )

    @property
    def count(self) -> int:
        return self.counted.listed + len(self.committees) + len(self.sources)


def search(text: str) -> Findings:
    """What `text` finds. A word that nothing has is put right where it is clear what was meant."""
    index = facet_index.at()
    found = Findings(Reading.of(text, index), index, "", [])
    unknown = _unknown(found)
    if not unknown:
        return found
    vocabulary = Vocabulary.read()
    slips = [term for term in unknown if len(term.typed) >= SHORTEST_MENDED]
    meant = {term: guess for term in slips for guess in vocabulary.near(term, MEANT)[:1]}
    if meant:
        mended = found.reading.replaced(meant)
        return Findings(Reading.of(mended, index), index, mended, [])
    return Findings(found.reading, index, "", _guesses(found.reading, unknown, vocabulary)[:NEAREST])


def _unknown(found: Findings) -> list[Term]:
    """Terms that nothing has."""
    reading = found.reading
    without_items = [one.term for one in reading.asked if not one.count]
    if len(reading.terms) == 1 and not found.counted.listed:
        without_items = list(reading.terms)
    if not without_items or found.committees or found.sources:
        return []
    return without_items


# --- What was meant ---------------------------------------------------------------------------------------------------


class Vocabulary:
    """The words of titles, of our summaries and of names, to find those that look like a word that nothing has."""

    def __init__(self, texts: Iterable[str]):
        self.words = danish.words(*texts)
        # By their stems too: "besøksven" is nearer to "besøgsven" than to the "besøgsvenner" that stands there.
        self._by_form: dict[str, str] = {}
        for word in sorted(self.words, key=lambda word: (len(word), word)):
            for form in (word, *sorted(danish.stems(word))):
                self._by_form.setdefault(form, word)

    @classmethod
    def read(cls) -> Vocabulary:
        """Of what is public. Two queries, where it is not kept."""
        return data_version.kept("vocabulary", cls._read)

    @classmethod
    def _read(cls) -> Vocabulary:
        items = Item.objects.public().order_by("pk").values_list("wording__title", "wording__summary")
        texts = [text for row in items[:VOCABULARY_ROWS] for text in row if text]
        names = Committee.objects.order_by("pk").values_list("name", "administration")
        return cls([*texts, *(name for row in names for name in row if name)])

    def near(self, term: Term, least: float) -> list[str]:
        """The words that are so like the term, of 1; the likest first."""
        word = term.typed
        if len(word) < SHORTEST or not word.isalpha() or len(term.ways) > 1:
            return []
        forms = difflib.get_close_matches(word, sorted(self._by_form), 3 * NEAREST, least)
        likeness = {form: difflib.SequenceMatcher(None, form, word).ratio() for form in forms}
        ranked = sorted(forms, key=lambda form: (-likeness[form], form))
        return list(dict.fromkeys(self._by_form[form] for form in ranked))


def _guesses(reading: Reading, unknown: Sequence[Term], vocabulary: Vocabulary) -> list[str]:
    """The text with one word put right."""
    return [reading.replaced({term: guess}) for term in unknown for guess in vocabulary.near(term, ALIKE)[:NEAREST]]


def nearest(selection: Selection, model: ItemModel) -> list[str]:
    """What somebody may have meant whose search found nothing: the text with one word put right, where that does find
    something; the likeliest first.
    """
    reading = selection.reading
    vocabulary = Vocabulary.read()
    found = danish.tokens(vocabulary.words)
    unknown = [term for term in reading.terms if not term.in_order and not term.finds(found)]
    guesses = _guesses(reading, unknown, vocabulary)
    return [guess for guess in guesses[:NEAREST] if selection.replaced(text=guess).hits(model)]
