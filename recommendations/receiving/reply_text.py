"""What somebody wrote in an answer to a mail, told from what was quoted, from the signature and from the greetings.

quotequail knows where a quotation begins in English and seven more languages. What it does not know of Danish is put
into its words first, line for line, so that its lines are ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import quotequail

MOST_LINES = 3000  # what is read of a mail; an answer stands before or between what is quoted
MOST_IN_LINE = 998  # of signs: more no line of a mail may have; what is longer is a text, and introduces nothing
MOST_PARTS = 200  # of an answer that is written between what is quoted
WRAPPED_AT = 74  # where programs break lines

INTRODUCES = re.compile(r"\b(skrev|skriver|wrote|writes|sendte)\b", re.I)
IS_OF_A_MAIL = re.compile(r"@|\b(19|20)\d\d\b.*\d{1,2}[.:]\d\d|\d{1,2}[.:]\d\d.*\b(19|20)\d\d\b")
ORIGINAL = re.compile(r"^\s*-{2,} ?(oprindelig|original|oprindeligt)\b.*-{2,}\s*$", re.I)
FORWARDED = re.compile(r"^\s*-{2,} ?(videresendt|forwarded)\b.*-{2,}\s*$", re.I)
APPLE_FORWARDED = re.compile(
    r"^(start på videresendt (besked|mail|e-mail)|videresendt (besked|mail|meddelelse)):$", re.I
)
HEADER = re.compile(r"^\s*\*{0,2}(fra|from|sendt|sent|dato|date|til|to|cc|emne|subject)\s*:\*{0,2}\s*(.*)$", re.I)
NAMED = re.compile(r"\*?[-\w ]+:")  # may be a line of a head
FROM = ("fra", "from")
IN_ENGLISH = {"fra": "From", "sendt": "Sent", "dato": "Date", "til": "To", "emne": "Subject"}
RULE = re.compile(r"^_{20,}$")

DASHES = re.compile(r"^(--|—)$")
SENT_FROM = re.compile(
    r"^\W*(sendt (fra|via)|sent (from|via)|hentet fra|(hent|få|get) outlook|outlook (til|for))\b.{0,120}$",
    re.I,
)
NAME = r"(?:[A-ZÆØÅÉ][\w.'-]*)"
CLOSING = re.compile(
    rf"^(?i:(?:med\s+)?(?:de\s+)?(?:venlige?|bedste|mange|kærlige?|hjertelige?)\s+hils(?:en|ner)|hilsen|m\.?\s?v\.?\s?h\.?|"
    rf"v\.?h\.?|d\.?b\.?h\.?|k\.?h\.?|(?:with\s+)?(?:best|kind|warm)(?:est)?\s+regards|regards|yours sincerely|"
    rf"sincerely|br)\s*[,.!]?\s*(?:{NAME}(?:\s+{NAME}){{0,4}})?$"
)
POSTSCRIPT = re.compile(r"^p\.?s\.?[:.]?\s", re.I)
LONG = 120  # signs of a line that is a paragraph
NOT_TOLD = re.compile(r"fortrolig|confidential|personoplysning|privatlivspolitik|utilsigtet|by mistake|miljøet", re.I)
OPENING = re.compile(
    rf"^(?i:hej|kære|hi|hello|dear|goddag|godmorgen)(?:\s+{NAME}|\s+alle|\s+med jer|\s+igen){{0,4}}\s*[,!.]?$"
)


def meant(text: str) -> str:
    """What the person meant to say: without quotations, signature and greetings; empty where that was nothing."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").split("\n")]
    parts = [_without_signature(part) for part in _written(_trimmed(lines[:MOST_LINES]))]
    said = [part for part in parts if part]
    if said and len(said[0]) > 1 and OPENING.match(said[0][0]):
        said[0] = _trimmed(said[0][1:])
    return re.sub(r"\n{3,}", "\n\n", "\n\n".join("\n".join(part) for part in said)).strip()


def unwrapped(text: str) -> str:
    """Lines that a program broke because the next word had no room are one line again; what is quoted stays."""
    lines = text.replace("\r\n", "\n").split("\n")
    joined = lines[:1]
    for before, line in pairwise(lines):
        word = line.split(" ", 1)[0]
        was_full = len(before) <= WRAPPED_AT + 6 and len(before) + 1 + len(word) > WRAPPED_AT
        if was_full and word and not line.startswith((">", " ", "-", "*", "–", "•")) and not before.startswith(">"):
            joined[-1] = f"{joined[-1].rstrip()} {line}"
        else:
            joined.append(line)
    return "\n".join(joined)


def unflowed(text: str, *, deletes_space: bool) -> str:
    """A text that is `format=flowed` (RFC 3676): a line that ends in a space goes on in the next."""
    found: list[str] = []
    open_depth = None  # of the line that goes on
    for raw in text.replace("\r\n", "\n").split("\n"):
        depth = len(raw) - len(raw.lstrip(">"))
        line = raw[depth:].removeprefix(" ")
        goes_on = line.endswith(" ") and line != "-- "
        words = line[:-1] if goes_on and deletes_space else line
        if open_depth == depth and line != "-- ":
            found[-1] += words
        else:
            found.append(f"{'>' * depth} {words}" if depth else words)
        open_depth = depth if goes_on else None
    return "\n".join(found)


# --- Quotations -------------------------------------------------------------------------------------------------------


def _written(lines: list[str]) -> list[list[str]]:
    """The parts that are not quoted, in order: before, between and after what is."""
    parts: list[list[str]] = []
    for _part in range(MOST_PARTS):
        known = _in_known_words(lines)
        found = quotequail.unwrap("\n".join(known))
        if found is None:
            break
        top, bottom = (_count(found.get(name, "")) for name in ("text_top", "text_bottom"))
        parts.append(_unquoted(lines[:top]))
        if not bottom:
            return parts
        lines = _trimmed(lines[-bottom:])
    return [*parts, _unquoted(lines)]


def _count(text: str) -> int:
    return text.count("\n") + 1 if text else 0


def _unquoted(lines: Sequence[str]) -> list[str]:
    """What is quoted between two answers parts them."""
    return _trimmed(["" if line.startswith(">") else line for line in lines])


def _in_known_words(lines: Sequence[str]) -> list[str]:
    """The lines in words that quotequail knows; what only looks like the beginning of a quotation is made harmless."""
    known = ["x" if len(line) > MOST_IN_LINE else line for line in lines]
    place = 0
    while place < len(known):
        line = known[place]
        taken = 1
        if ORIGINAL.match(line):
            known[place] = "-----Original Message-----"
        elif FORWARDED.match(line):
            known[place] = "---------- Forwarded message ---------"
        elif APPLE_FORWARDED.match(line):
            known[place] = "Begin forwarded message:"
        elif RULE.match(line):
            known[place] = "_" * 32 if _headers_at(lines, _next_said(lines, place + 1)) else "x"
        elif taken_by_headers := _headers_at(lines, place):
            taken = taken_by_headers
            for at in range(place, place + taken):
                known[at] = _header_in_english(lines[at])
        elif introducing := _introduction_at(lines, place):
            taken = introducing
            known[place : place + taken] = ["On a day somebody wrote:", *["x"] * (taken - 1)]
        elif line and not line.startswith(">") and (line.endswith((":", ">")) or NAMED.match(line)):
            known[place] = f"({line})"  # a sentence of the person's own
        place += taken
    return known


def _headers_at(lines: Sequence[str], place: int) -> int:
    """How many lines the head of a quoted mail takes there, none where it is none: from whom, and two lines more."""
    first = HEADER.match(lines[place]) if place < len(lines) else None
    if first is None or first[1].lower() not in FROM:
        return 0
    names, last = 0, 0
    for at, line in enumerate(lines[place : place + 12]):
        if found := HEADER.match(line):
            if at and found[1].lower() in FROM:
                break
            names, last = names + 1, at
        elif at - last > 2:
            break
    return last + 1 if names >= 3 else 0


def _header_in_english(line: str) -> str:
    found = HEADER.match(line)
    if found is None:
        return line
    name = found[1].lower()
    return f"{IN_ENGLISH.get(name, name.capitalize())}: {found[2]}"


def _introduction_at(lines: Sequence[str], place: int) -> int:
    """How many lines say there who wrote what is quoted next, none where nobody does.

    A person's own sentence can end in a colon too: so it names an address or a moment, or is followed by a quotation.
    """
    joined = ""
    for taken in range(1, 5):
        if place + taken > len(lines) or not lines[place + taken - 1] or lines[place + taken - 1].startswith(">"):
            return 0
        joined = f"{joined} {lines[place + taken - 1]}".strip()
        if not joined.endswith(":"):
            continue
        if not INTRODUCES.search(joined):
            return 0
        after = _next_said(lines, place + taken)
        is_followed = after < len(lines) and lines[after].startswith(">")
        return taken if is_followed or IS_OF_A_MAIL.search(joined) else 0
    return 0


def _next_said(lines: Sequence[str], place: int) -> int:
    while place < len(lines) and not lines[place]:
        place += 1
    return place


# --- Signatures and greetings -----------------------------------------------------------------------------------------


def _without_signature(lines: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for place, line in enumerate(lines):
        if DASHES.match(line):
            break
        if CLOSING.match(line):
            kept += _after_signature(lines[place + 1 :])
            break
        if not SENT_FROM.match(line):
            kept.append(line)
    return _trimmed(kept)


def _after_signature(lines: Sequence[str]) -> list[str]:
    """What is said after the name: a postscript, or a paragraph that is not what every mail of the place ends in."""
    for place, line in enumerate(lines):
        if POSTSCRIPT.match(line) or (len(line) > LONG and not NOT_TOLD.search(line)):
            return ["", *_without_signature(lines[place:])]
        if DASHES.match(line):
            break
    return []


def _trimmed(lines: Sequence[str]) -> list[str]:
    """Without the empty lines around."""
    said = [place for place, line in enumerate(lines) if line.strip()]
    return list(lines[said[0] : said[-1] + 1]) if said else []
