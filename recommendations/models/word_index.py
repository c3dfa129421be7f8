"""The column that searching reads, and how each database is asked: whether a row has a term, and how much it is worth.

Both databases look for the same tokens (`danish.index`), so both find the same rows in the same order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Case, Lookup, Q, Value, When
from django.db.models.sql.compiler import SQLCompiler

from recommendations.danish import TIERS
from recommendations.terms import Term, Word

# PostgreSQL's own form of the column, made by the database and indexed; Django does not know of it.
VECTOR = "search_vector"
EVERYWHERE = "".join(TIERS.values())
# What a term is worth by where it stands: as a whole word, and where a word only begins so. In tiers down to that one.
WORTH = {"title": (20, 15), "number": (16, 12), "summary": (8, 6), "source": (4, 3), "news": (2, 1)}


class WordIndex(models.TextField):  # type: ignore[type-arg]
    """What `danish.index` makes of a row's texts."""


@dataclass(frozen=True)
class TermPlace:
    """A term, in the tiers where it may stand (by their letters); `is_whole` where words that begin so do not count."""

    term: Term
    tiers: str = EVERYWHERE
    is_whole: bool = False

    def lexemes(self, word: Word) -> str:
        """What PostgreSQL is to look for, as a part of a tsquery."""
        whole, beginnings = self._looked_for(word)
        found = [f"'{tier}{token}'" for tier in self.tiers for token in whole]
        found += [f"'{tier}{begun}':*" for tier in self.tiers for begun in beginnings]
        return f"({' | '.join(found)})"

    def pieces(self, word: Word) -> list[str]:
        """What stands in the column where the row has the word: one of these is enough."""
        whole, beginnings = self._looked_for(word)
        looked_for = [f"{token} " for token in whole] + beginnings
        if self.tiers == EVERYWHERE:  # a mark stands in no word: it shows where a token begins, whatever its letter
            return looked_for
        return [f" {tier}{one}" for tier in self.tiers for one in looked_for]

    def _looked_for(self, word: Word) -> tuple[list[str], list[str]]:
        """Tokens that no beginning finds already, and beginnings."""
        beginnings = [] if self.is_whole else sorted(word.beginnings)
        return sorted(token for token in word.whole if not token.startswith(tuple(beginnings))), beginnings


@WordIndex.register_lookup
class Finds(Lookup):
    """`search_words__finds=TermPlace(term)`: the row has the term's words.

    Tokens are letters, digits, ".", "-" and "=": none of them means anything to a quoted tsquery lexeme.
    """

    lookup_name = "finds"
    prepare_rhs = False

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        place: TermPlace = self.rhs
        ways, every = [], []
        for way in place.term.ways:
            pieces = [place.pieces(word) for word in way]
            ways.append(" AND ".join(stands_in(column, of_word) for of_word in pieces))
            every += [value for of_word in pieces for piece in of_word for value in (*params, piece)]
        return "(" + " OR ".join(ways) + ")", every

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        place: TermPlace = self.rhs
        ways = [f"({' & '.join(place.lexemes(word) for word in way)})" for way in place.term.ways]
        # Not quote_name: the aliases that Django gives the tables of a subquery stand unquoted, and must here too.
        alias, vector = compiler.quote_name_unless_alias(self.lhs.alias), connection.ops.quote_name(VECTOR)
        return f"{alias}.{vector} @@ %s::tsquery", [" | ".join(ways)]


def stands_in(column: str, pieces: Sequence[str]) -> str:
    """SQLite's condition that one of so many pieces, as parameters, stands in the column."""
    return "(" + " OR ".join([f"instr({column}, %s) > 0"] * len(pieces)) + ")"


def has(term: Term) -> Q:
    """The item has the term; of a phrase its words as they stand."""
    found = Q(search__words__finds=TermPlace(term))
    return found & Q(search__sequence__contains=term.in_order) if term.in_order else found


def how_many(terms: Sequence[Term]) -> Any:
    """How many of the terms the item has."""
    return reduce(add, [Case(When(has(term), then=1), default=0) for term in terms])


def steps_of(term: Term) -> list[tuple[int, TermPlace]]:
    """What an item is worth that has the term in a place, the best first; the first of them that holds counts."""
    steps = []
    for place, tier in enumerate(WORTH):
        tiers = EVERYWHERE[: place + 1]
        steps += [
            (points, TermPlace(term, tiers, is_whole))
            for points, is_whole in zip(WORTH[tier], (True, False), strict=True)
        ]
    return sorted(steps, key=lambda step: -step[0])


def worth(term: Term, times: int = 1) -> Case:
    """What the item is worth to somebody who looks for the term, `times` over: 0 where it does not have it."""
    found = Q(search__sequence__contains=term.in_order) if term.in_order else Q()
    return Case(
        *(When(Q(search__words__finds=place) & found, then=Value(points * times)) for points, place in steps_of(term)),
        default=Value(0),
    )
