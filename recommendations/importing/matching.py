"""Which row of a file is which row here, where a key alone does not say it: owners, places in a list, treatments."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from recommendations.enums import OwnershipRole
from recommendations.importing.cells import Owner
from recommendations.importing.columns import Key
from recommendations.importing.reading import Row
from recommendations.importing.sheets import FACTS
from recommendations.importing.stored import Rows

# --- Owners -----------------------------------------------------------------------------------------------------------


def paired_owners(
    wanted: Collection[Owner], here: Collection[Owner]
) -> tuple[list[tuple[Owner, Owner | None]], list[Owner]]:
    """Each owner that is not here with the one that it mends, if any; and those here that nobody wants or mends.

    A period mends one of the same committee that it overlaps: first one that begins on the same day, then one in the
    same role. Two periods that do not overlap are two ownerships.
    """
    left = sorted(set(here) - set(wanted), key=_order)
    pairs: list[tuple[Owner, Owner | None]] = []
    for owner in sorted(set(wanted) - set(here), key=lambda one: (one.role != OwnershipRole.LEAD, *_order(one))):
        like = [one for one in left if one.code == owner.code and _overlap(one, owner)]
        old = min(like, key=lambda one: (one.valid_from != owner.valid_from, one.role != owner.role), default=None)
        if old:
            left.remove(old)
        pairs.append((owner, old))
    return pairs, left


def _order(owner: Owner) -> tuple[str, date, date, str]:
    return owner.code, owner.valid_from or date.min, owner.valid_to or date.max, owner.role


def _overlap(one: Owner, other: Owner) -> bool:
    """Whether there is a day in both; the last day is the first one that is not theirs."""
    begins = max(one.valid_from or date.min, other.valid_from or date.min)
    return begins < min(one.valid_to or date.max, other.valid_to or date.max)


# --- Places in a list -------------------------------------------------------------------------------------------------


def settle_places(rows: Sequence[Row], stored: Rows) -> None:
    """Give rows without a place that of the row here that is called the same, else the next; places have no holes."""
    free = dict(stored)
    taken = {row.values["position"] for row in rows if row.values.get("position") is not None}
    for position in taken:
        free.pop((position,), None)
    waiting = [row for row in rows if row.values.get("position", 0) is None]
    for row in waiting:
        name = "label" if row.sheet is FACTS else "title"
        called = row.values.get(name)
        known = next((key for key, here in free.items() if name in row.values and here[name] == called), None)
        if known:
            del free[known]
            row.values["position"] = known[0]
    places = {position for [position] in stored} | taken
    for row in waiting:
        if row.values["position"] is None:
            row.values["position"] = next(place for place in range(1, len(places) + 2) if place not in places)
            places.add(row.values["position"])
    for row in rows:
        if (place := row.values.get("position")) is not None and not 1 <= place <= len(places):
            row.refuse("position", f"Pladserne skal være 1, 2, 3 … uden huller. Skriv et tal fra 1 til {len(places)}.")


# --- Treatments -------------------------------------------------------------------------------------------------------


def treatment_keys(rows: Iterable[Row], stored: Rows) -> dict[int, Key]:
    """Row (its line) -> the treatment here that it is: of the committee on that day; of several, by link, then by item.

    A row that is not here has the key that it says itself.
    """
    waiting = {row.number: row for row in rows if row.key is not None}
    free, found = dict(stored), dict[int, Key]()

    def take(number: int, key: Key) -> None:
        found[number] = key
        del free[key], waiting[number]

    for number, row in list(waiting.items()):
        if row.key in free:
            take(number, row.key)
    for name in ("agenda_url", "agenda_item"):
        for number, row in list(waiting.items()):
            same = [key for key, here in free.items() if key[:2] == row.key[:2] and here[name] == row.values.get(name)]
            if len(same) == 1:
                take(number, same[0])
    for number, row in list(waiting.items()):
        of_day = [key for key in free if key[:2] == row.key[:2]]
        if len(of_day) == 1 and sum(other.key[:2] == row.key[:2] for other in waiting.values()) == 1:
            take(number, of_day[0])
    return found | {number: row.key for number, row in waiting.items()}
