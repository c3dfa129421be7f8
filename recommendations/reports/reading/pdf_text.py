"""Reads the text of a PDF with PDFium. Only a process of its own does it: PDFium can be made to crash."""

import pypdfium2
import pypdfium2.raw

MOST_PAGES = 2_000
MOST_LETTERS = 20_000_000


def pdf_text(content: bytes) -> dict[str, object]:
    """The text of its pages and what it says of itself, or `fault`: what is wrong with it, in a word."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        is_locked = pypdfium2.raw.FPDF_GetLastError() == pypdfium2.raw.FPDF_ERR_PASSWORD
        return {"fault": "locked" if is_locked else "broken"}
    if len(document) > MOST_PAGES:
        return {"fault": "long"}
    pages, letters = [], 0
    for page in document:
        text = page.get_textpage().get_text_bounded(errors="replace")
        letters += len(text)
        if letters > MOST_LETTERS:
            return {"fault": "long"}
        pages.append(text)
        page.close()
    return {"pages": pages, "unseen": [text for text in document.get_metadata_dict().values() if text]}
