"""What a text asks for: its terms, and how many of them a row must have for there to be rows at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import pairwise
from operator import and_
from typing import Self

from pyroaring import BitMap

from recommendations import data_version, terms
from recommendations.criteria.word_keys import keys_having
from recommendations.facet_index import FacetIndex
from recommendations.models import Synonym
from recommendations.models.item import ItemQuerySet
from recommendations.models.search_text import KeysOfWord, keys_in_order
from recommendations.models.word_index import TermPlace, steps_of
from recommendations.terms import Term, Word

# As a list stands by itself.
IN_ORDER = ("publication__position", "publication__slug", "path")


@dataclass(frozen=True)
class AskedTerm:
    """One of several terms: how many public items have it, and how many have all the others."""

    term: Term
    count: int
    without: int


@dataclass(frozen=True)
class Reading:
    """A text as it is looked for.

    A row must have `at_least` so many of the `terms`: all, where some public item has all of them, else as many as any
    has. So one strange word never empties a page. Where none has them all, `asked` says how far each of them leads.
    """

    text: str = ""
    terms: tuple[Term, ...] = ()
    at_least: int = 0
    places: BitMap = field(default_factory=BitMap, compare=False)  # in the index: the items that have enough of them
    ranked: tuple[BitMap, ...] = field(default=(), compare=False)  # those that are worth the same, the best first
    asked: tuple[AskedTerm, ...] = field(default=())

    @classmethod
    def of(cls, text: str, index: FacetIndex) -> Self:
        """As public items at the times of the index are looked for. Four queries at most, for what things are called
        otherwise and for the items that have each of the words, and one for each phrase. None for no text, nor where it
        is kept.
        """
        if not text.strip():
            return cls(text)
        return data_version.kept(("reading", text, index.times), lambda: cls._read(text, index))

    @classmethod
    def _read(cls, text: str, index: FacetIndex) -> Self:
        wanted = tuple(terms.read(text, data_version.kept("synonyms", Synonym.objects.other_words)))
        if not wanted:
            return cls(text)
        words = keys_having({word for term in wanted for way in term.ways for word in way})
        steps = [_steps(term, words) for term in wanted]
        every = [BitMap.union(BitMap(), *(keys for _points, keys in of_term)) for of_term in steps]
        ranked = _ranked(steps, [1] * len(wanted), reduce(and_, every), index)
        if len(wanted) == 1 or ranked:
            return cls(text, wanted, len(wanted), BitMap.union(BitMap(), *ranked), ranked)
        have = [index.with_keys(keys) for keys in every]
        having = [index.everything]  # by number of terms the items that have at least so many
        for places in have:
            having = [index.everything, *(more | (fewer & places) for fewer, more in pairwise([*having, BitMap()]))]
        at_least = max((number for number, places in enumerate(having) if number and places), default=len(wanted))
        asked = tuple(
            AskedTerm(term, len(have[place]), len(reduce(and_, (*have[:place], *have[place + 1 :]))))
            for place, term in enumerate(wanted)
        )
        weights = list(_weights(wanted, asked).values())
        found = having[at_least]
        ranked = _ranked(steps, weights, BitMap([index.ids[place] for place in found]), index)
        return cls(text, wanted, at_least, found, ranked, asked)

    @property
    def is_whole(self) -> bool:
        """Whether rows must have all that was typed."""
        return self.at_least == len(self.terms)

    @property
    def weights(self) -> dict[Term, int]:
        """What each term weighs: the fewer rows have it, the more it says."""
        return _weights(self.terms, self.asked)

    def narrow(self, items: ItemQuerySet) -> ItemQuerySet:
        """Those of the items that have enough of what was typed; none where only signs were."""
        if not self.terms:
            return items.none() if self.text.strip() else items
        return items.with_terms(self.terms, self.at_least)

    def order(self, items: ItemQuerySet) -> ItemQuerySet:
        """What is worth most first; of what is worth the same, in the order of the sources."""
        if not self.terms:
            return items.order_by(*IN_ORDER)
        return items.by_relevance(self.weights, *IN_ORDER)

    def best(self, found: BitMap, number: int) -> list[int]:
        """Of `found`, places of items that have the text, the first `number` in the order of `order`."""
        first: list[int] = []
        for alike in self.ranked:
            if len(first) >= number:
                break
            first += (alike & found)[: number - len(first)]
        return first

    def without(self, term: Term) -> str:
        """The text that is left without a term."""
        return " ".join(other.typed for other in self.terms if other is not term)

    def replaced(self, guesses: Mapping[Term, str]) -> str:
        """The text with other words for some terms."""
        return " ".join(guesses.get(term, term.typed) for term in self.terms)

    @property
    def strange(self) -> list[str]:
        """What was typed beside other words and no item has."""
        return [one.term.typed for one in self.asked if not one.count] if not self.is_whole else []

    @property
    def ways_on(self) -> list[tuple[str, str, int]]:
        """Where no row has all that was typed: each word that rows lack while they have all the others, the text
        without it, and how many such rows there are.
        """
        if self.is_whole:
            return []
        return [(one.term.typed, self.without(one.term), one.without) for one in self.asked if one.without]


# --- What items are worth ---------------------------------------------------------------------------------------------

Steps = list[tuple[int, BitMap]]  # what an item is worth, the best first, with the keys of those that are worth it


def _weights(wanted: Sequence[Term], asked: Sequence[AskedTerm]) -> dict[Term, int]:
    if not asked:
        return dict.fromkeys(wanted, 1)
    most = max(one.count for one in asked).bit_length()
    return {one.term: 1 + most - one.count.bit_length() for one in asked}


def _steps(term: Term, words: Mapping[Word, KeysOfWord]) -> Steps:
    """The items that have the term, each where it is worth the most (`word_index.worth`). One query for a phrase."""
    found, steps = BitMap(), []
    for points, place in steps_of(term):
        keys = BitMap.union(BitMap(), *(_having_all(way, place, words) for way in term.ways)) - found
        if keys:
            steps.append((points, keys))
            found |= keys
    if not term.in_order or not found:
        return steps
    in_order = keys_in_order(term, found)
    return [(points, keys & in_order) for points, keys in steps]


def _having_all(way: Sequence[Word], place: TermPlace, words: Mapping[Word, KeysOfWord]) -> BitMap:
    return reduce(and_, [words[word].within(place) for word in way])


def _ranked(steps: Sequence[Steps], weights: Sequence[int], among: BitMap, index: FacetIndex) -> tuple[BitMap, ...]:
    """The places of the items `among` (keys) that are worth the same, the best first; of public items only."""
    by_worth = {0: among}
    for of_term, weight in zip(steps, weights, strict=True):
        before, by_worth = by_worth, {}
        for worth, rest in before.items():
            for points, keys in of_term:
                alike = worth + points * weight
                by_worth[alike] = by_worth.get(alike, BitMap()) | (rest & keys)
                rest = rest - keys
            by_worth[worth] = by_worth.get(worth, BitMap()) | rest
        by_worth = {worth: keys for worth, keys in by_worth.items() if keys}
    places = [index.with_keys(keys) for _worth, keys in sorted(by_worth.items(), reverse=True)]
    return tuple(filter(None, places))
