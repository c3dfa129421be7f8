"""What an item is found by, beside the item itself: a wide row that lists need not read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Self

from django.db import connections, models, router
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from recommendations.models.item import Item
from recommendations.models.packed import PACKED, unpacked
from recommendations.models.scoping import scoped
from recommendations.models.word_index import EVERYWHERE, VECTOR, TermPlace, WordIndex, stands_in
from recommendations.terms import Term, Word

BITS = 2 * len(EVERYWHERE)  # what is asked of a word: in each tier, and whole in each tier
OF_A_BITMAP = 150  # bytes that an empty one takes
SET_LOCALLY = ("SET LOCAL enable_seqscan = off;", "SET LOCAL work_mem = '64MB';")
SET_BACK = ("SET LOCAL enable_seqscan TO DEFAULT;", "SET LOCAL work_mem TO DEFAULT")


class SearchText(models.Model):
    """The words of an item's own texts and of what has been published about it (`danish.index`). Never of a draft.

    Derived: written by `actions`, checked and made again by `manage.py verify`.
    """

    item = models.OneToOneField(Item, models.CASCADE, primary_key=True, related_name="search", verbose_name=_("række"))
    words = WordIndex(_("ord at søge i"), editable=False, blank=True)
    sequence = models.TextField(_("ordene, som de følger hinanden"), editable=False, blank=True)

    objects = scoped(models.QuerySet, "item__publication__municipality")

    class Meta:
        verbose_name = _("søgeord")
        verbose_name_plural = _("søgeord")

    def __str__(self) -> str:
        return f"{self.item_id}: {self.words[:60]}"


@dataclass(frozen=True)
class KeysOfWord:
    """The keys of the items that have a word, by tier (as `TIERS`); and of those where it stands there whole."""

    found: tuple[BitMap, ...]
    whole: tuple[BitMap, ...]

    @classmethod
    def of_each(cls, bitmaps: Sequence[BitMap]) -> Self:
        """Of both in turns, tier by tier."""
        return cls(tuple(bitmaps[::2]), tuple(bitmaps[1::2]))

    @property
    def size(self) -> int:
        """About how many bytes it takes in memory."""
        return sum(OF_A_BITMAP + len(bitmap.serialize()) for bitmap in (*self.found, *self.whole))

    def within(self, place: TermPlace) -> BitMap:
        """Those that have it in one of the tiers of the place, which are the weightiest so many."""
        return BitMap.union(BitMap(), *(self.whole if place.is_whole else self.found)[: len(place.tiers)])

    def but(self, changed: BitMap, now: KeysOfWord) -> KeysOfWord:
        """The same where the items `changed` have it as they have `now`."""
        return KeysOfWord(
            tuple((had - changed) | has for had, has in zip(self.found, now.found, strict=True)),
            tuple((had - changed) | has for had, has in zip(self.whole, now.whole, strict=True)),
        )


def keys_of(words: Sequence[Word]) -> list[KeysOfWord]:
    """Of each word the keys of the items that have it, of whatever municipality. One query."""
    if not words:
        return []
    connection = connections[router.db_for_read(SearchText)]
    return (_ask_postgresql if connection.vendor == "postgresql" else _ask_sqlite)(connection, words)


def keys_among(items: Collection[int], words: Sequence[Word]) -> list[KeysOfWord]:
    """The same of few items, whose texts are looked through here. One query."""
    texts = list(SearchText._base_manager.filter(pk__in=items).order_by().values_list("pk", "words"))
    found = []
    for word in words:
        bitmaps = [
            BitMap([key for key, text in texts if any(piece in text for piece in pieces)]) for pieces in _bits_of(word)
        ]
        found.append(KeysOfWord.of_each(bitmaps))
    return found


def keys_in_order(term: Term, among: BitMap) -> BitMap:
    """Of the items with these keys those where the words of a phrase stand as they follow each other. One query."""
    connection = connections[router.db_for_read(SearchText)]
    keys: list[int] | str = list(among)
    where = "strpos(sequence, %s) > 0 AND item_id = ANY(%s)"
    if connection.vendor == "sqlite":
        where, keys = "instr(sequence, %s) > 0 AND item_id IN (SELECT value FROM json_each(%s))", str(keys)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT item_id FROM {SearchText._meta.db_table} WHERE {where}", [term.in_order, keys])
        return BitMap([key for (key,) in cursor.fetchall()])


def _places(word: Word, tier: str) -> tuple[TermPlace, TermPlace]:
    """The word in a tier, and as a whole one."""
    alone = Term(word.text, ((word,),))
    return TermPlace(alone, tier), TermPlace(alone, tier, is_whole=True)


def _bits_of(word: Word) -> list[list[str]]:
    """By tier what stands in the column of an item that has the word there, and that has it there whole."""
    return [place.pieces(word) for tier in EVERYWHERE for place in _places(word, tier)]


def _ask_postgresql(connection: Any, words: Sequence[Word]) -> list[KeysOfWord]:
    """Of each word and tier those that have it, and those of them where it only begins: mostly few, so nearly every row
    is fetched once.

    The database is told to use its index of words (GIN). By itself it reads every row where a word is common, without
    regard to what it costs to unpack them. The memory is for where in the table a common word stands: with less it
    would look at each row again.
    """
    asked: list[str] = []
    for word in words:
        for tier in EVERYWHERE:
            anywhere, whole = _places(word, tier)
            begun = " | ".join(f"'{tier}{beginning}':*" for beginning in sorted(word.beginnings))
            asked += [anywhere.lexemes(word), f"({begun}) & !{whole.lexemes(word)}" if begun else ""]
    numbered = [(number, query) for number, query in enumerate(asked) if query]
    select = f"SELECT %s, {PACKED.format(column='item_id')} FROM {SearchText._meta.db_table}"
    sql = " UNION ALL ".join([f"{select} WHERE {VECTOR} @@ %s::tsquery"] * len(numbered))
    values = list(chain.from_iterable(numbered))
    with connection.cursor() as cursor:
        cursor.execute(f"{' '.join(SET_LOCALLY)} {sql}; {' '.join(SET_BACK)}", values)
        for _setting in SET_LOCALLY:
            cursor.nextset()
        keys = {number: BitMap(unpacked(packed, "I")) for number, packed in cursor.fetchall() if packed}
    for number in range(0, len(asked), 2):
        keys[number + 1] = keys.get(number, BitMap()) - keys.get(number + 1, BitMap())
    bitmaps = [keys.get(number, BitMap()) for number in range(len(asked))]
    return [KeysOfWord.of_each(bitmaps[start : start + BITS]) for start in range(0, len(asked), BITS)]


def _ask_sqlite(connection: Any, words: Sequence[Word]) -> list[KeysOfWord]:
    """Each row is read through; those with a word say by a number where, two bits a tier."""
    selects, values = [], []
    for number, word in enumerate(words):
        bits, anywhere = _bits_of(word), TermPlace(Term(word.text, ((word,),))).pieces(word)
        mask = " | ".join(f"({stands_in('words', pieces)} << {bit})" for bit, pieces in enumerate(bits))
        where = stands_in("words", anywhere)
        selects.append(f"SELECT %s, item_id, {mask} FROM {SearchText._meta.db_table} WHERE {where}")
        values += [number, *chain.from_iterable(bits), *anywhere]
    found: list[list[BitMap]] = [[BitMap() for _bit in range(BITS)] for _word in words]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(selects), values)
        for number, key, mask in cursor.fetchall():
            for bit, bitmap in enumerate(found[number]):
                if mask >> bit & 1:
                    bitmap.add(key)
    return [KeysOfWord.of_each(bitmaps) for bitmaps in found]
