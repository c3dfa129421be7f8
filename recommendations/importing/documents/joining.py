"""Lines put together to running text: words that were parted at the end of a line made whole, paragraphs kept apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from recommendations import danish
from recommendations.importing.documents.lines import Place, TextLine

LIGATURES = {0xFB00 + n: letters for n, letters in enumerate(("ff", "fi", "fl", "ffi", "ffl", "st", "st"))}
SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u202f\u2009\u200a\t"), " ")
LONG_WORD, LONGEST_WORD = 12, 80  # letters
SOFT = "\u00ad"
GOES_ON = re.compile(r"(?:og|eller|samt|til|men)\b")  # "børne- og unge": the hyphen stands for a word that is left out
PARTED = re.compile(r"\w[-\u2010]$")
BULLET = re.compile(r"[•●▪◦■□○–-]\s")
UNREAD = re.compile("[\ufffd\ue000-\uf8ff]")


def mended(text: str) -> str:
    """Without ligatures and signs that nobody sees; a soft hyphen at the very end stays: there a word is parted."""
    plain = danish.CONTROLS.sub("", text.translate(LIGATURES).translate(SPACES).translate(danish.BULLETS))
    inner = " ".join(plain.split())
    return inner[:-1].replace(SOFT, "") + inner[-1:] if inner else ""


@dataclass
class Joined:
    """A running text; `places` say where each piece of it stands, with the letter it begins at."""

    text: str = ""
    places: list[tuple[Place, int]] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


class Vocabulary:
    """The words of a document as they stand inside its lines: they show how a parted word is written."""

    def __init__(self, lines: Iterable[TextLine]) -> None:
        self._lines = list(lines)

    @cached_property
    def words(self) -> frozenset[str]:
        found: set[str] = set()
        for line in self._lines:
            words = re.findall(r"[^\W_]+(?:-[^\W_]+)*", mended(line.text).casefold())
            # Half a word may begin a line, and end it.
            found |= set(words[1:] if line.text[-1:] not in ("-", SOFT) else words[1:-1])
        return frozenset(found)

    def parted(self, before: str, after: str) -> tuple[str, str]:
        """What stands between the halves of a word at the end of a line, and what is doubtful about it."""
        first = (re.findall(r"[^\W_]+(?:-[^\W_]+)*$", before[-LONGEST_WORD:]) or [""])[0]
        second = (re.findall(r"^[^\W_]+", after[:LONGEST_WORD]) or [""])[0]
        whole, hyphened = f"{first}{second}".casefold(), f"{first}-{second}".casefold()
        if hyphened in self.words and whole not in self.words:
            return "-", ""
        if first.isupper() or first[-1:].isdigit():
            return "-", ""
        parts_are_words = {first.casefold(), second.casefold()} <= self.words
        if whole not in self.words and (parts_are_words or first.endswith("s")):
            return "", f"Ordet »{first}-/{second}« er delt ved linjens slutning og sat sammen. Se, om det er rigtigt."
        return "", ""


def joined(lines: Sequence[tuple[TextLine, str]], vocabulary: Vocabulary) -> Joined:
    """The text of lines, each with the part of it that counts."""
    made = Joined()
    before: TextLine | None = None
    for line, part in lines:
        piece = mended(part)
        if not piece:
            continue
        if not made.text:
            made.text = piece
            made.places.append((line.place, 0))
        else:
            joint = _joint(made, before, line, piece, vocabulary)
            made.places.append((line.place, len(made.text) + len(joint)))
            made.text += joint + piece
        before = line
    made.text = made.text.replace(SOFT, "").strip()
    return made


def _joint(made: Joined, before: TextLine | None, line: TextLine, piece: str, vocabulary: Vocabulary) -> str:
    """What stands between the text so far and the next piece; a hyphen at the end of the text may go."""
    text = made.text
    goes_on = piece[0].islower() or (piece[0].isalnum() and text.endswith(SOFT))
    if text.endswith(SOFT) and goes_on:
        made.text = text[:-1]
        return ""
    if PARTED.search(text[-2:]) and goes_on:
        if GOES_ON.match(piece):
            return " "
        made.text = text[:-1]
        between, doubt = vocabulary.parted(made.text, piece)
        made.doubts += [doubt] if doubt else []
        return between
    if before is None or _is_new_paragraph(before, line, piece):
        return "\n"
    first, cut = piece.split()[0], mended(before.text)
    is_one_word = before.cell is not None and len(cut) >= LONG_WORD and " " not in cut
    if is_one_word and first.isalpha() and first.islower() and first not in vocabulary.words:
        # The cell has room for one word only: it may have been cut where it was full, without a hyphen.
        made.doubts.append(f"Ordet »{before.text}/{first}« er måske delt uden bindestreg. Se, om det er rigtigt.")
    return " "


def _is_new_paragraph(before: TextLine, line: TextLine, piece: str) -> bool:
    if line.place.page == 0 or BULLET.match(piece):
        return True
    if before.block != line.block:
        return bool(re.search(r"[.!?:]$", before.text)) and not piece[0].islower()
    return line.begins_paragraph
