"""What an item is found by, beside the item itself: a wide row that lists need not read."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connections, models, router
from django.db.models import Q, Value
from django.utils.translation import gettext_lazy as _

from recommendations.models.item import Item
from recommendations.models.scoping import scoped
from recommendations.models.word_index import TermPlace, WordIndex


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


def keys_with(places: Sequence[TermPlace]) -> list[list[int]]:
    """Of each term, in its place, the keys of the items that have it, of whatever municipality: one query.

    PostgreSQL is told to use its index of words (GIN). By itself it reads every row where a word is common, without
    regard to what it costs to fetch and unpack the words of each (TOAST).
    """
    found: list[list[int]] = [[] for _place in places]
    questions = [
        SearchText._base_manager.filter(_has(place)).order_by().values_list(Value(number), "pk")
        for number, place in enumerate(places)
    ]
    if not questions:
        return found
    wanted = questions[0].union(*questions[1:], all=True) if len(questions) > 1 else questions[0]
    connection = connections[router.db_for_read(SearchText)]
    sql, parameters = wanted.query.get_compiler(connection=connection).as_sql()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SET LOCAL enable_seqscan = off; {sql}; SET LOCAL enable_seqscan TO DEFAULT", parameters)
            cursor.nextset()
        else:
            cursor.execute(sql, parameters)
        for number, key in cursor.fetchall():
            found[number].append(key)
    return found


def _has(place: TermPlace) -> Q:
    found = Q(words__finds=place)
    return found & Q(sequence__contains=place.term.in_order) if place.term.in_order else found
