"""Many whole numbers as one value, as PostgreSQL hands them over: as rows they would cost more than finding them."""

from __future__ import annotations

import sys
from array import array

PACKED = "string_agg(int4send(CAST({column} AS integer)), '')"  # in SQL, of a group; no larger than 2³¹ - 1


def unpacked(packed: bytes, code: str) -> array[int]:
    """The numbers in it, four bytes each, in an array of the type `code`: "i", or "I" where none is below 0."""
    numbers = array(code)
    numbers.frombytes(packed)
    if sys.byteorder == "little":  # the network's order is the other
        numbers.byteswap()
    return numbers
