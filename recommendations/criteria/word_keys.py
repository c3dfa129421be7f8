"""Which items have a word: asked of the database once, and then kept (posting lists, as compressed bitmaps).

A common word is fetched row by row, which takes longer than all else about a search. What is kept of a word stays while
the data changes: only the items of the events since are asked about again. `facet_index` says which acts are about
single items; after any other that lists might show the word is asked about anew.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from threading import Lock

from pyroaring import BitMap

from recommendations import data_version, tenancy
from recommendations.facet_index import ABOUT_AN_ITEM, ABOUT_OTHER_THINGS
from recommendations.models import Event
from recommendations.models.search_text import KeysOfWord, keys_among, keys_of
from recommendations.terms import Word

MOST_BYTES = 16_000_000  # kept by a process; those that were not asked for the longest go first (LRU)
MOST_LOOKED_AT = 1_000  # events since; what was read before more of them is asked about anew
MOST_READ_AGAIN = 200  # items; of more the words are asked about anew

Place = tuple[int, Word]  # municipality, word
_kept: OrderedDict[Place, tuple[int, KeysOfWord, int]] = OrderedDict()  # the version, the keys, how many bytes
_lock = Lock()


def keys_having(words: Collection[Word]) -> dict[Word, KeysOfWord]:
    """Of each word the keys of the items that have it; some of them may be no public items of the municipality.

    One query for the words of which nothing is kept; two more where something has been done since others were read.
    """
    version = data_version.asked()
    if version is None:
        return dict(zip(words, keys_of(list(words)), strict=True))
    municipality = tenancy.current().pk
    with _lock:
        held = {word: _kept[municipality, word] for word in words if (municipality, word) in _kept}
        for word in held:
            _kept.move_to_end((municipality, word))
    found = {word: keys for word, (_read_at, keys, _size) in held.items()}
    behind = {word: read_at for word, (read_at, _keys, _size) in held.items() if read_at < version}
    changed = _changed(behind, version)
    again = sorted({item for items in changed.values() for item in items})
    now = keys_among(again, list(changed)) if changed else []
    read = {word: found[word].but(BitMap(again), keys) for word, keys in zip(changed, now, strict=True)}
    missing = [word for word in words if word not in held or word in behind.keys() - changed.keys()]
    read |= dict(zip(missing, keys_of(missing), strict=True))
    if read:
        _keep(municipality, version, read)
    return found | read


def _changed(behind: dict[Word, int], until: int) -> dict[Word, set[int]]:
    """Of each word the items of what was done after its version; without those where it may be about any item.

    One query.
    """
    if not behind:
        return {}
    events = Event.objects.filter(pk__gt=min(behind.values()), pk__lte=until).order_by("-pk")
    done = list(events.values_list("pk", "act", "item_id")[:MOST_LOOKED_AT])
    last_unknown = max((key for key, act, _item in done if act not in ABOUT_AN_ITEM | ABOUT_OTHER_THINGS), default=0)
    if len(done) == MOST_LOOKED_AT:
        last_unknown = max(last_unknown, done[-1][0])
    changed = {
        word: {item for key, _act, item in done if key > read_at and item is not None}
        for word, read_at in behind.items()
        if read_at >= last_unknown
    }
    return {word: items for word, items in changed.items() if len(items) <= MOST_READ_AGAIN}


def _keep(municipality: int, version: int, read: dict[Word, KeysOfWord]) -> None:
    with _lock:
        for word, keys in read.items():
            place = (municipality, word)
            if place in _kept and _kept[place][0] > version:  # the request began before an act that others know of
                continue
            _kept[place] = version, keys, keys.size
            _kept.move_to_end(place)
        size = sum(size for _version, _keys, size in _kept.values())
        while size > MOST_BYTES and len(_kept) > 1:
            size -= _kept.popitem(last=False)[1][2]
