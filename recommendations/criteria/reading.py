"""What a text asks for: its terms, and how many of them a row must have for there to be rows at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Self

from django.db.models import Case, Count, When

from recommendations import terms
from recommendations.models import Item, Synonym
from recommendations.models.item import ItemQuerySet
from recommendations.models.word_index import has
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
    asked: tuple[AskedTerm, ...] = field(default=())

    @classmethod
    def of(cls, text: str, as_of: date | None = None, known_at: datetime | None = None) -> Self:
        """One query for what things are called otherwise; with several terms a second, whether any row has them all,
        and where none has, a third, to count. None for no text.
        """
        if not text.strip():
            return cls(text)
        wanted = tuple(terms.read(text, Synonym.objects.other_words()))
        public = Item.objects.public(as_of, known_at)
        if len(wanted) < 2 or public.with_terms(wanted).exists():
            return cls(text, wanted, len(wanted))
        found = _by_terms(public, wanted)
        asked = [
            AskedTerm(
                term,
                sum(count for flags, count in found.items() if flags[place]),
                sum(count for flags, count in found.items() if all((*flags[:place], *flags[place + 1 :]))),
            )
            for place, term in enumerate(wanted)
        ]
        return cls(text, wanted, max(map(sum, found), default=len(wanted)), tuple(asked))

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


def _by_terms(items: ItemQuerySet, wanted: Sequence[Term]) -> dict[tuple[int, ...], int]:
    """Which of the terms (1, else 0) -> how many of the items have those and no others, where they have any."""
    flags = {f"has_{place}": Case(When(has(term), then=1), default=0) for place, term in enumerate(wanted)}
    any_of_them = items.with_terms(wanted, 1).order_by().annotate(**flags)
    return {(*held,): count for *held, count in any_of_them.values_list(*flags).annotate(count=Count("pk"))}
