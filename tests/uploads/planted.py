"""All the files with something planted in them, and what one sees of each."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.uploads.made import (
    SEEN,
    drawing,
    drawing_with_a_profile,
    pdf_with_a_form,
    pdf_with_an_earlier_version,
    pdf_with_attachments,
    pdf_with_comments,
    pdf_with_pictures,
    pdf_with_properties,
    pdf_with_scripts,
    photo,
    photo_with_more,
    tagged_pdf,
)
from tests.uploads.made_office import (
    excel_with_a_chart,
    excel_with_a_pivot_table,
    excel_with_comments,
    excel_with_properties,
    excel_with_traces,
    word_with_a_drawing_of_lines,
    word_with_changes,
    word_with_comments,
    word_with_hidden_text,
    word_with_pictures,
    word_with_properties,
    word_with_settings,
)


@dataclass(frozen=True)
class Planted:
    """`make` makes the file: not before a test needs it. `shows` is what one sees."""

    name: str
    make: Callable[[], bytes]
    shows: list


CHANGED = [f"{SEEN}", "flyttet fra", "flyttet", "fed", "Og slut", "Bliver"]
RED, BLUE = ["40 x 20", "rød"], ["30 x 10", "blå"]
FILES = [
    Planted("foto.jpg", photo, RED),
    Planted("liggende foto.jpeg", lambda: photo(orientation=6), ["20 x 40", "rød"]),
    Planted("foto med mere.JPG", photo_with_more, RED),
    Planted("tegning.png", drawing, BLUE),
    Planted("tegning med profil.png", drawing_with_a_profile, BLUE),
    Planted("egenskaber.pdf", pdf_with_properties, [SEEN]),
    Planted("bilag.pdf", pdf_with_attachments, [SEEN]),
    Planted("kommentarer.pdf", pdf_with_comments, [f"{SEEN} markeret VEDTAGET"]),
    Planted("programmer.pdf", pdf_with_scripts, [SEEN, SEEN]),
    Planted("tidligere udgave.pdf", pdf_with_an_earlier_version, [SEEN]),
    Planted("billeder.pdf", pdf_with_pictures, [SEEN]),
    Planted("formular.pdf", pdf_with_a_form, [f"{SEEN} Udfyldt"]),
    Planted("opmærket.pdf", tagged_pdf, [f"Overskrift {SEEN}"]),
    Planted("egenskaber.docx", word_with_properties, [SEEN]),
    Planted("kommentarer.docx", word_with_comments, [SEEN]),
    Planted("rettelser.docx", word_with_changes, CHANGED),
    Planted("skjult tekst.docx", word_with_hidden_text, [f"{SEEN}.", "Synligt", "notat.docx side", "Med note"]),
    Planted("indstillinger.docx", word_with_settings, [SEEN]),
    Planted("billeder.docx", word_with_pictures, [SEEN, "lokalt og åbent"]),
    Planted("streger.docx", word_with_a_drawing_of_lines, [SEEN]),
    Planted("egenskaber.xlsx", excel_with_properties, [SEEN, "3", "=A2*2"]),
    Planted("kommentarer.xlsx", excel_with_comments, [SEEN, "3", "=A2*2"]),
    Planted("pivottabel.xlsx", excel_with_a_pivot_table, [SEEN, "3", "=A2*2"]),
    Planted("spor.xlsx", excel_with_traces, [SEEN, "3", "=A2*2"]),
    Planted("diagram.xlsx", excel_with_a_chart, [SEEN, "3", "5"]),
]
