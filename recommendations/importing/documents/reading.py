"""From a file to the text of a document: what is taken, how long it may take, and what is said of a file that is not.

Whoever reads a foreign file can be made to stop or to fall: so a process of its own does it (`apart`).
"""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.core.exceptions import ValidationError

from recommendations import apart
from recommendations.importing.documents.layout import TooMuch, laid_out
from recommendations.importing.documents.lines import Cell, DocumentText, Place, TextLine
from recommendations.uploads.accepting import MEGABYTE, cleaned
from recommendations.uploads.kinds import PDF, WORD, kind_of, mended_name

PDF_READER, PICTURE_DRAWER, WORD_READER = (
    f"recommendations.importing.documents.{name}"
    for name in ("pdf_words:pdf_words", "pdf_words:picture", "word_paragraphs:word_paragraphs")
)
# A PDF gives a page at a time, and a Word file all at once. A page that is scanned is a large picture.
OF_PDF = apart.Bounds(memory=180 * MEGABYTE, seconds=7, patience=7)
OF_WORD = apart.Bounds(memory=384 * MEGABYTE, seconds=7, patience=7)
OF_PICTURE = apart.Bounds(memory=512 * MEGABYTE, seconds=7, patience=7)
MOST_BYTES = 30 * MEGABYTE
FEWEST_LETTERS = 40  # of a document; one with fewer is made of pictures
KEPT_SECONDS = 60 * 60


def received(name: str, content: bytes) -> bytes:
    """The file as it may be kept: without what one does not see. A sentence says why it is not taken."""
    name = mended_name(name)
    kind = kind_of(name)
    if kind not in (PDF, WORD):
        raise ValidationError(f"Filen »{name}« kan ikke bruges her. Vælg en PDF- eller Word-fil (.docx).")
    check_size(len(content))
    return cleaned(name, kind, content)


def check_size(size: int) -> None:
    """Before it is read, where that can be asked."""
    if size > MOST_BYTES:
        most = MOST_BYTES // MEGABYTE
        raise ValidationError(f"Filen er {-(-size // MEGABYTE)} MB. Den må højst være {most} MB; del den i flere.")


def read_document(name: str, content: bytes) -> DocumentText:
    """The lines of a file that `received` has given. `ValidationError` where there is no text to read."""
    is_word = kind_of(name) == WORD
    reader, bounds = (WORD_READER, OF_WORD) if is_word else (PDF_READER, OF_PDF)
    try:
        with apart.asked(reader, content, bounds) as back:
            told = list(back.lines())
    except apart.Fallen as fallen:
        raise _refusal(name, "long" if fallen.is_spent else "broken") from fallen
    if told and (fault := told[-1].get("fault")):
        raise _refusal(name, fault)
    try:
        text = _of_paragraphs(told[0]) if is_word else laid_out(told)
    except TooMuch as error:
        raise _refusal(name, "long") from error
    if sum(len(line.text) for line in text.lines) < FEWEST_LETTERS:
        raise _refusal(name, "scanned")
    return text


def picture_of(digest: str, content: bytes, page: int) -> bytes:
    """A page of a PDF as PNG, the first being 1; kept for a while, as it is looked at again and again."""
    key = f"document-page:{digest}:{page}"
    drawn: bytes | None = cache.get(key)
    if drawn is None:
        try:
            drawn = apart.made(PICTURE_DRAWER, content, OF_PICTURE, number=page - 1)
        except apart.Fallen as fallen:
            raise _refusal("", "long" if fallen.is_spent else "broken") from fallen
        if not drawn:
            raise _refusal("", "broken")
        cache.set(key, drawn, KEPT_SECONDS)
    return drawn


def _refusal(name: str, fault: str) -> ValidationError:
    sentences = {
        "locked": "er låst med en adgangskode. Gem den uden, og vælg den nye.",
        "broken": "kan ikke læses; den er måske gået i stykker. Gem den igen, og vælg den nye.",
        "long": "er for stor at læse på én gang. Gem kun de sider, der har rækkerne, i en ny fil, og vælg den.",
        "scanned": "har ingen tekst, kun billeder af sider. Kør den gennem et program, der genkender tekst (OCR).",
    }
    return ValidationError(f"Filen »{name}« {sentences[fault]}")


# --- Word -------------------------------------------------------------------------------------------------------------


def _of_paragraphs(told: dict[str, Any]) -> DocumentText:
    text = DocumentText([], is_word=True)
    block, before = 0, None
    for number, paragraph in enumerate(told["paragraphs"], 1):
        holder = (paragraph["cell"], paragraph["frame"])
        block += holder != before
        before = holder
        bold, words, is_leading = 0, "", True
        for piece, is_bold in (
            [(paragraph["number"] + " ", None), *paragraph["runs"]] if paragraph["number"] else paragraph["runs"]
        ):
            words += piece
            is_leading = is_leading and (is_bold in (1, None) or not piece.strip())
            bold = len(words.strip()) if is_leading and is_bold is not None else bold
        words = words.strip()
        text.lines.append(
            TextLine(
                words,
                Place(0, 0, number, 1, number + 1),
                paragraph["size"],
                bold=min(bold, len(words)),
                level=paragraph["level"],
                block=block,
                frame=paragraph["frame"] or 0,
                cell=Cell(*paragraph["cell"]) if paragraph["cell"] else None,
                page=paragraph["page"],
            )
        )
    if told["has_breaks"]:
        text.labels = [str(page) for page in range(1, max((line.page for line in text.lines), default=0) + 1)]
        text.offset = 0
    else:
        text.remarks.append("Word-filen siger ikke, hvor siderne skifter. Skriv selv siden, hvor den skal med.")
    return text
