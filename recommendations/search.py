"""Searching as readers meet it: the hits marked, and a way on when there are none. The rows are the selection's."""

import difflib
import unicodedata

from django.utils.html import escape
from django.utils.safestring import SafeString

from recommendations import danish
from recommendations.selection import ItemModel, Selection

NEAREST = 3  # suggestions at most
ALIKE = 0.7  # how alike two words must be, of 1; lower, and the suggestions look made up
VOCABULARY_ROWS = 5000  # titles to learn words from: enough for a municipality, and a bound on an empty page's work


def marked(text: str, query: str) -> SafeString:
    """The text, escaped, with each word that the query finds in `<mark>`."""
    text = unicodedata.normalize("NFC", text)
    html, done = "", 0
    for start, end in danish.hits(text, danish.terms(query)):
        html += f"{escape(text[done:start])}<mark>{escape(text[start:end])}</mark>"
        done = end
    return SafeString(html + escape(text[done:]))


def nearest(selection: Selection, model: ItemModel) -> list[str]:
    """What somebody may have meant whose search found nothing: the text with one word put right, where that does find
    something; the likeliest first.
    """
    titles = model.objects.public(*selection.times).order_by("pk").values_list("wording__title", flat=True)
    vocabulary = danish.words(*filter(None, titles[:VOCABULARY_ROWS]))
    found = danish.tokens(vocabulary)
    terms = danish.terms(selection.text)
    guesses = [
        " ".join(guess if term is unknown else term.word for term in terms)
        for unknown in terms
        if not unknown.finds(found)
        for guess in difflib.get_close_matches(unknown.word, sorted(vocabulary), NEAREST, ALIKE)
    ]
    return [guess for guess in guesses[:NEAREST] if _finds_any(selection.replaced(text=guess), model)]


def _finds_any(selection: Selection, model: ItemModel) -> bool:
    (items,) = selection.items((model,))
    return items.exists()
