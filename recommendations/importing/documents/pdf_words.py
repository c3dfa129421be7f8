"""Reads the words of a PDF file, or draws a page of it. Only a process of its own does it: PDFium can be made to crash.

Places are in points from the upper left.
"""

import ctypes
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as raw

MOST_PAGES = 300
MOST_LETTERS = 1_500_000
MOST_WORDS, MOST_LETTERS_OF_PAGE = 6_000, 60_000
MOST_SHAPES = 800  # of a page: a drawing or a map has more, and no table
PICTURE_WIDTH = 1100  # px
UNREAD, HYPHEN = "\ufffd", "-"  # PDFium has a code of its own for a hyphen that may part a word

Turn = Callable[[float, float, float, float], list[float]]


def pdf_of(content: bytes) -> Any:
    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        is_locked = pypdfium2.raw.FPDF_GetLastError() == pypdfium2.raw.FPDF_ERR_PASSWORD
        raise Fault("locked" if is_locked else "broken") from None


class Fault(Exception):
    pass


def pdf_words(content: bytes) -> Iterator[dict[str, Any]]:
    """Each page with its words and shapes, and where it breaks off `fault`: what is wrong with it, in a word."""
    try:
        yield from pages_of(content)
    except Fault as fault:
        yield {"fault": str(fault)}


def pages_of(content: bytes) -> Iterator[dict[str, Any]]:
    document = pdf_of(content)
    if len(document) > MOST_PAGES:
        raise Fault("long")
    letters = 0
    for number, page in enumerate(document):
        turn = turned(page)
        words, signs = words_of(page, turn)
        letters += signs
        if letters > MOST_LETTERS or len(words) > MOST_WORDS:
            raise Fault("long")
        yield {
            "size": [round(side, 1) for side in page.get_size()],
            "label": label_of(document, number),
            "words": words,
            "shapes": shapes_of(page, turn),
        }
        page.close()


def label_of(document: Any, number: int) -> str:
    """What the file itself calls the page."""
    try:
        return "".join(sign_of(ord(sign)) for sign in document.get_page_label(number) or "")
    except UnicodeDecodeError:
        return ""


def turned(page: Any) -> Turn:
    """From a rectangle of the page's own to one as the page is shown: from the upper left, turned."""
    left, bottom, right, top = page.get_bbox()
    wide, high = right - left, top - bottom
    turn = {
        0: lambda x, y: (x, high - y),
        90: lambda x, y: (y, x),
        180: lambda x, y: (wide - x, y),
        270: lambda x, y: (high - y, wide - x),
    }[page.get_rotation()]

    def rectangle(x0: float, y0: float, x1: float, y1: float) -> list[float]:
        (ax, ay), (bx, by) = turn(x0 - left, y0 - bottom), turn(x1 - left, y1 - bottom)
        return [round(side, 1) for side in (min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))]

    return rectangle


def words_of(page: Any, turn: Turn) -> tuple[list[list[Any]], int]:
    """Words in the order of the file, each with its place, its letters' size and whether they are bold."""
    text = page.get_textpage()
    if text.count_chars() > MOST_LETTERS_OF_PAGE:
        raise Fault("long")
    signs = "".join(sign_of(raw.FPDFText_GetUnicode(text.raw, place)) for place in range(text.count_chars()))
    reader = WordReader(text.raw, turn, page.get_size())
    for word in re.finditer(r"\S+", signs):
        reader.read(word.start(), word[0])
    text.close()
    return [[*word[:5], round(word[5], 1), int(word[6])] for word in reader.words], len(signs)


class WordReader:
    """Reads letters that have no space between them. Each question to PDFium takes a while: few are asked of a word."""

    def __init__(self, text: Any, turn: Turn, size: tuple[float, float]) -> None:
        self.text, self.turn, self.size = text, turn, size
        self.words: list[list[Any]] = []
        self.looks: dict[int, tuple[float, bool]] = {}
        self.box = raw.FS_RECTF()

    def read(self, begins: int, signs: str) -> None:
        first, last = self.letter(begins), self.letter(begins + len(signs) - 1)
        size, is_bold = first[4:]
        is_one = last[4:] == first[4:] and abs(middle_of(last) - middle_of(first)) < 0.4 * size
        if is_one and 0 <= last[2] - first[0] < 1.2 * size * len(signs):
            self.add([*first[:2], last[2], max(first[3], last[3]), signs, size, is_bold])
        else:
            self.read_letters(begins, signs)

    def read_letters(self, begins: int, signs: str) -> None:
        """What is not of one piece: letters of several lines, columns or looks."""
        word: list[Any] | None = None
        last_left = 0.0
        for place, sign in enumerate(signs, begins):
            letter = self.letter(place)
            left, top, right, bottom, size, is_bold = letter
            # Letters of a ligature have one place together. A word of which only a part is bold is two.
            if (
                word
                and abs(middle_of(letter) - middle_of(word)) < 0.4 * size
                and left >= last_left - 0.1 * size
                and left - word[2] < 0.2 * size
                and word[6] == is_bold
            ):
                word[1], word[2], word[3] = min(word[1], top), max(word[2], right), max(word[3], bottom)
                word[4] += sign
            else:
                self.add(word)
                word = [left, top, right, bottom, sign, size, is_bold]
            last_left = left
        self.add(word)

    def add(self, word: list[Any] | None) -> None:
        """Keep a word that can be seen: on the page, and not too small."""
        wide, high = self.size
        if word and word[2] > 0 and word[3] > 0 and word[0] < wide and word[1] < high and word[5] >= 1:
            self.words.append(word)

    def letter(self, place: int) -> tuple[float, float, float, float, float, bool]:
        raw.FPDFText_GetLooseCharBox(self.text, place, self.box)
        left, top, right, bottom = self.turn(self.box.left, self.box.bottom, self.box.right, self.box.top)
        held = raw.FPDFText_GetTextObject(self.text, place)
        key = ctypes.addressof(held.contents) if held else 0
        if key not in self.looks:
            self.looks[key] = look_of(self.text, place)
        size, is_bold = self.looks[key]
        return left, top, right, bottom, size or bottom - top, is_bold


def middle_of(box: Any) -> float:
    middle: float = (box[1] + box[3]) / 2
    return middle


def sign_of(code: int) -> str:
    """A letter as it can be kept: half of a pair (surrogates) and the code of no letter are none."""
    if code in (0, 0xFFFE, 0xFFFF) or 0xD800 <= code < 0xF000:
        return UNREAD
    return HYPHEN if code == 2 else chr(code)


def look_of(text: Any, place: int) -> tuple[float, bool]:
    name, flags, matrix = ctypes.create_string_buffer(200), ctypes.c_int(), raw.FS_MATRIX()
    raw.FPDFText_GetFontInfo(text, place, name, 200, flags)
    raw.FPDFText_GetMatrix(text, place, matrix)
    size = raw.FPDFText_GetFontSize(text, place) * (matrix.c**2 + matrix.d**2) ** 0.5
    called = re.search(rb"bold|black|heavy|semibd", name.value, re.IGNORECASE)
    return size, bool(called or raw.FPDFText_GetFontWeight(text, place) >= 600 or flags.value & 1 << 18)


def shapes_of(page: Any, turn: Turn) -> list[list[float]]:
    """The rectangles around what is drawn on the page: frames, shades and the lines of tables."""

    found: list[list[float]] = []
    for shape in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=1):
        found.append(turn(*shape.get_bounds()))
        if len(found) > MOST_SHAPES:
            return []
    return found


def picture(content: bytes, number: int) -> bytes:
    """A page as PNG, the first being 0; nothing where there is none."""
    try:
        document = pdf_of(content)
    except Fault:
        return b""
    if number >= len(document):
        return b""
    page = document[number]
    wide, high = page.get_size()
    scale = min(PICTURE_WIDTH / max(wide, 1), 3 * PICTURE_WIDTH / max(high, 1), 3)
    drawn = io.BytesIO()
    page.render(scale=scale).to_pil().save(drawn, "PNG")
    return drawn.getvalue()
