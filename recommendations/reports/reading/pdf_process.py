"""Reads the text of a PDF with PDFium, in a process of its own: PDF in on standard input, JSON out on standard output.

A file can be made to crash or to stop whoever reads it, or to take all memory: here it takes only this process, which
has bounds. This file is run, not imported, and knows nothing of Django.
"""

import json
import resource
import sys

import pypdfium2
import pypdfium2.raw

MOST_PAGES = 2_000
MOST_LETTERS = 20_000_000
MOST_MEMORY = 1536 * 1024 * 1024  # bytes
MOST_SECONDS = 50


def told(content: bytes) -> dict[str, object]:
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


if __name__ == "__main__":
    for what, most in ((resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_CPU, MOST_SECONDS)):
        _now, hard = resource.getrlimit(what)  # whoever started it may have less, and gives no more
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, bound))
    sys.stdout.write(json.dumps(told(sys.stdin.buffer.read())))
