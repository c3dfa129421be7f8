"""What a text asks for: its terms, and how many of them a row must have for there to be rows at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from heapq import nsmallest
from itertools import pairwise
from operator import and_
from typing import Self

from pyroaring import BitMap

from recommendations import data_version, terms
from recommendations.facet_index import FacetIndex
from recommendations.models import Item, Synonym
from recommendations.models.item import ItemQuerySet
from recommendations.models.search_text import keys_with
from recommendations.models.word_index import TermPlace, steps_of
from recommendations.terms import Term

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
    asked: tuple[AskedTerm, ...] = field(default=())

    @classmethod
    def of(cls, text: str, index: FacetIndex) -> Self:
        """As public items at the times of the index are looked for. Two queries: for what things are called otherwise,
        and for the items that have each of the terms. None for no text, nor where it is kept.
        """
        if not text.strip():
            return cls(text)
        return data_version.kept(("reading", text, index.times), lambda: cls._read(text, index))

    @classmethod
    def _read(cls, text: str, index: FacetIndex) -> Self:
        wanted = tuple(terms.read(text, data_version.kept("synonyms", Synonym.objects.other_words)))
        have = [index.with_keys(keys) for keys in keys_with([TermPlace(term) for term in wanted])]
        having = [index.everything]  # by number of terms the items that have at least so many
        for places in have:
            having = [index.everything, *(more | (fewer & places) for fewer, more in pairwise([*having, BitMap()]))]
        if len(wanted) < 2 or having[-1]:
            return cls(text, wanted, len(wanted), having[-1] if wanted else BitMap())
        at_least = max((number for number, places in enumerate(having) if number and places), default=len(wanted))
        asked = [
            AskedTerm(term, len(have[place]), len(reduce(and_, (*have[:place], *have[place + 1 :]))))
            for place, term in enumerate(wanted)
        ]
        return cls(text, wanted, at_least, having[at_least], tuple(asked))

    @property
    def is_whole(self) -> bool:
        """Whether rows must have all that was typed."""
        return self.at_least == len(self.terms)

    @property
    def weights(self) -> dict[Term, int]:
        """What each term weighs: the fewer rows have it, the more it says."""
        if not self.asked:
            return dict.fromkeys(self.terms, 1)
        most = max(one.count for one in self.asked).bit_length()
        return {one.term: 1 + most - one.count.bit_length() for one in self.asked}

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

    def best(self, found: BitMap, index: FacetIndex, number: int) -> list[int]:
        """Of `found`, places of items that have the text, the first `number` in the order of `order`.

        Those that nothing can be worth more than are looked up first: of common words there are mostly enough of them.
        """
        if not found:
            return []
        if len(self.terms) == 1:
            return self._best_of_one(found, index, number)
        best_of_each = [index.with_keys(keys) for keys in keys_with([steps_of(term)[0][1] for term in self.terms])]
        first = reduce(and_, best_of_each, found)
        if len(first) >= number:
            return list(first[:number])
        ids, rest = index.ids, found - first
        items = Item.objects.filter(pk__in=[ids[place] for place in rest]).order_by()
        worth = dict(items.with_relevance(self.weights).values_list("pk", "relevance"))
        others = nsmallest(number - len(first), rest, key=lambda place: (-worth[ids[place]], place))
        return [*first, *others]

    def _best_of_one(self, found: BitMap, index: FacetIndex, number: int) -> list[int]:
        """The same of a single term: a row is worth what the best place is worth where it has it."""
        first: list[int] = []
        rest, steps = found, [place for _points, place in steps_of(self.terms[0])]
        for pair in zip(steps[::2], steps[1::2], strict=True):
            for keys in keys_with(pair):
                best = rest & index.with_keys(keys)
                rest = rest - best
                first += best
            if len(first) >= number or not rest:
                break
        return first[:number]

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
