"""Two runs of text laid beside each other: which letters of the one are found in the other, in the same order.

Made for texts of a million letters that are nearly the same: the work grows with their length and with how many places
differ, not with their square. Spaces are no letters here, nor are hyphens beside letters: a program that breaks lines
puts them in and takes them out as it likes.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

# A sign that a file cannot hold stands in it by number and name: [U+0007 BELL].
NAMED_SIGN = re.compile(r"\[U\+([0-9A-F]{4,6})(?: [^\]]*)?\]")
# Not seen: soft hyphens, marks of width and direction.
UNSEEN_SIGNS = "\u00ad\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
UNSEEN = re.compile(f"[{UNSEEN_SIGNS}]")
HYPHENS = "-\u2010\u2011\x02\ufffe"
ANCHOR = 20  # letters that must be the same for two places to be one
ANCHOR_TRIES, MOST_ALIKE = 8, 120
LOOK = 8_000  # letters that are looked ahead for one
FAR_ANCHOR, FAR_STEP, FAR_LOOKS = 60, 40, 20
MOST_GAPS = 2_000
MOST_WORK = 3_000_000_000  # letters looked through, all in all: some seconds
REFINED = 2_000_000  # letters of one side times letters of the other: more of a gap is not looked into
LEAST_REFINED, LEAST_REFINED_IN_LARGE = 3, 8

Run = tuple[int, int, int]  # where it begins in the one and in the other, and how long it is


def plain_text(text: str) -> str:
    """The same words however a file had to write them: one spelling of each letter, and signs that were named back."""
    if "[U+" in text:
        text = NAMED_SIGN.sub(lambda found: chr(min(int(found[1], 16), 0x10FFFF)), text)
    return UNSEEN.sub("", unicodedata.normalize("NFC", text))


class Letters:
    """The letters of some texts in a row. `at[n]` is where letter n stands in `raw`; `begins` where each text does."""

    def __init__(self, texts: list[str]) -> None:
        pieces: list[str] = []
        self.at: list[int] = []
        self.begins: list[int] = []
        kept: list[str] = []
        place = 0
        for text in texts:
            self.begins.append(len(kept))
            plain = unicodedata.normalize("NFKC", plain_text(text))
            for offset, sign in enumerate(plain):
                if not sign.isspace():
                    kept.append(sign)
                    self.at.append(place + offset)
            pieces.append(plain)
            place += len(plain) + 1
        self.raw = "\n".join(pieces)
        self._drop_hyphens(kept)

    def _drop_hyphens(self, kept: list[str]) -> None:
        """Beside a letter a hyphen may be a line's; between digits it means something."""
        dropped = {
            place
            for place, sign in enumerate(kept)
            if sign in HYPHENS
            and ((place and kept[place - 1].isalpha()) or (place + 1 < len(kept) and kept[place + 1].isalpha()))
        }
        if dropped:
            before, passed = [], 0
            for place in range(len(kept) + 1):
                before.append(place - passed)
                passed += place in dropped
            self.begins = [before[place] for place in self.begins]
            self.at = [at for place, at in enumerate(self.at) if place not in dropped]
            kept = [sign for place, sign in enumerate(kept) if place not in dropped]
        self.text = "".join(kept)

    def shown(self, start: int, end: int) -> str:
        """The letters from `start` to before `end` as they stood, with their spaces."""
        return " ".join(self.raw[self.at[start] : self.at[end - 1] + 1].split()) if start < end else ""


def aligned(ours: str, theirs: str) -> list[Run]:
    """The runs that are the same in both, in order; what lies between two runs differs."""
    runs: list[Run] = []
    here = there = 0
    work = [MOST_WORK]
    far_looks = FAR_LOOKS
    while here < len(ours) and there < len(theirs) and len(runs) < MOST_GAPS:
        length = _same_from(ours, here, theirs, there)
        if length:
            runs.append((here, there, length))
            here, there = here + length, there + length
            continue
        found = _next_same(ours, here, theirs, there, work)
        if found is None and far_looks:
            far_looks -= 1
            found = _far_same(ours, here, theirs, there)
        if found is None:
            break
        here, there = found
    return _refined(ours, theirs, runs)


def _same_from(ours: str, here: int, theirs: str, there: int) -> int:
    length, step = 0, 64
    while True:
        mine, other = ours[here + length : here + length + step], theirs[there + length : there + length + step]
        if mine and mine == other:
            length, step = length + step if len(mine) == step else length + len(mine), step * 4
            continue
        if step <= 64:
            both = zip(mine, other, strict=False)
            return length + next((n for n, (a, b) in enumerate(both) if a != b), min(len(mine), len(other)))
        step = 64


def _next_same(ours: str, here: int, theirs: str, there: int, work: list[int]) -> tuple[int, int] | None:
    """The nearest place from which both go on alike: the least that is passed over on both sides together.

    The more is passed over, the longer they must go on alike: rows of a table have much in common.
    """
    best, place = 2 * LOOK, None
    for skipped in range(min(LOOK, len(ours) - here)):
        if skipped >= best or work[0] <= 0:
            break
        anchor = ours[here + skipped : here + skipped + ANCHOR]
        end = min(there + min(best - skipped, LOOK) + len(anchor), len(theirs))
        found = theirs.find(anchor, there, end) if len(anchor) >= LEAST_REFINED else -1
        work[0] -= end - there
        for _try in range(ANCHOR_TRIES):
            if found < 0 or skipped + found - there >= best:
                break
            passed = skipped + found - there
            alike = _same_from(ours, here + skipped, theirs, found)
            is_end = here + skipped + alike == len(ours) or found + alike == len(theirs)
            if alike >= min(ANCHOR + passed // 4, MOST_ALIKE) or (is_end and alike >= LEAST_REFINED):
                best, place = passed, (here + skipped, found)
                break
            found = theirs.find(anchor, found + 1, end)
    return place


def _far_same(ours: str, here: int, theirs: str, there: int) -> tuple[int, int] | None:
    """The first longer run of ours that is anywhere in the rest of theirs: whole tables may be gone or new."""
    for start in range(here, min(len(ours), here + 200_000), FAR_STEP):
        anchor = ours[start : start + FAR_ANCHOR]
        if len(anchor) == FAR_ANCHOR and (found := theirs.find(anchor, there)) >= 0:
            return start, found
    return None


def _refined(ours: str, theirs: str, runs: list[Run]) -> list[Run]:
    """The runs with those added that are found between them, letter by letter."""
    made: list[Run] = []
    here = there = 0
    for mine, other, length in [*runs, (len(ours), len(theirs), 0)]:
        size = (mine - here) * (other - there)
        if 0 < size <= REFINED and min(mine - here, other - there) > LEAST_REFINED:
            matcher = SequenceMatcher(None, ours[here:mine], theirs[there:other], autojunk=False)
            least = LEAST_REFINED if size <= 4_000 else LEAST_REFINED_IN_LARGE
            made += [
                (here + block.a, there + block.b, block.size)
                for block in matcher.get_matching_blocks()
                if block.size >= least
            ]
        if length:
            made.append((mine, other, length))
        here, there = mine + length, other + length
    return made
