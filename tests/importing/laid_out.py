"""Københavnertinget 2024 as three typical layouts, as PDF and as Word: made of the shipped fixture, each once."""

from __future__ import annotations

import io
import json
import re
from functools import cache

import docx
import typst
from django.conf import settings
from docx.enum.text import WD_BREAK
from docx.shared import Pt

QUOTE = "Det gjorde indtryk at høre, hvad de ansatte selv havde oplevet, sagde et medlem af tinget på det tredje møde."
HEADED, COLUMNS, TABLE = "numbered headings", "columns and boxes", "a table"
LAYOUTS = (HEADED, COLUMNS, TABLE)
FIRST_PAGE = 15  # printed on the first page


@cache
def truth():
    """The rows as they are laid out: kind, number, what they stand under, title and text."""
    said = json.loads((settings.BASE_DIR / "fixtures/koebenhavnertinget-2024.json").read_text())
    return [
        {
            "kind": row["kind"],
            "number": row["number"],
            "parent": row.get("parent", ""),
            "title": row["title"],
            "text": "" if row["kind"] == "heading" else " ".join(row["summary"].split()),
        }
        for row in said["items"]
    ]


# --- PDF --------------------------------------------------------------------------------------------------------------

PAGE = f"""
#set document(title: "Tinget 2024")
#set page(paper: "a4", margin: 2.5cm, header: [Anbefalingsrapport #h(1fr) Københavnertinget 2024],
  footer: context [#counter(page).display() #h(1fr) Anbefalinger – Københavnertinget 2024])
#set text(lang: "da", size: 10pt)
#counter(page).update({FIRST_PAGE})
"""


def typeset(source):
    return typst.compile((PAGE + source).encode())


def quoted(text):
    """As Typst takes a text: nothing in it is markup."""
    return f'#"{text}"'.replace("\u00a0", " ")


def headed_pdf():
    parts = ["#set par(justify: true)\n#set text(hyphenate: true)\n#text(size: 20pt)[Hvad tinget foreslår]\n\n"]
    parts += ["Her er en kort indledning om tinget. Der blev holdt 6 møder.\n\n"]
    parts += [f"{row['number']} {quoted(row['title'])} #box(width: 1fr, repeat[.]) 18\n\n" for row in truth()]
    for row in truth():
        depth = row["number"].count(".")
        size = (15, 12, 10)[min(depth, 2)] if row["kind"] == "heading" or not depth else 10
        parts.append(f'#v(1em)\n#text(size: {size}pt, weight: "bold")[{row["number"]} {quoted(row["title"])}]\n\n')
        parts.append(f"{quoted(row['text'])}\n\n")
    parts.append(
        '#text(size: 15pt, weight: "bold")[Sådan foregik det]\n\nTinget begyndte i februar og sluttede i juni.\n'
    )
    return typeset("".join(parts))


def broken_lines(text, width=44):
    """A text in lines as old programs set it: long words parted by a plain hyphen."""
    lines, line = [], ""
    for word in text.split():
        while line and len(line) + 1 + len(word) > width:
            room = width - len(line) - 2
            at = next((n for n in range(min(room, len(word) - 3), 2, -1) if _may_part(word, n)), 0)
            lines.append(f"{line} {word[:at]}{'' if word[:at].endswith('-') else '-'}" if at else line)
            line, word = "", word[at:]
        line = f"{line} {word}".strip()
    return [*lines, line]


def _may_part(word, at):
    return word[at - 1] == "-" or (
        re.fullmatch(r"[a-zæøå]*[aeiouyæøå][a-zæøå]", word[:at]) and word[at:].isalpha() and word[at:].islower()
    )


def columns_pdf():
    parts = ["#set page(columns: 2)\n"]
    for place, row in enumerate(truth()):
        if row["kind"] == "heading" and "." not in row["number"]:
            parts.append(f'#text(size: 14pt, weight: "bold")[\\#{row["number"]} {quoted(row["title"])}]\n\n')
            continue
        name = f"Anbefaling {row['number']}: "
        lines = "#linebreak()".join(quoted(line) for line in broken_lines(row["text"]))
        parts.append(f'#text(weight: "bold")[{name}{quoted(row["title"])}]\n\n{lines}\n\n')
        if place % 7 == 3:
            parts.append(f"#block(stroke: 1pt, inset: 8pt, width: 100%)[#emph[{quoted(QUOTE)}]]\n\n")
    return typeset("".join(parts))


def table_pdf():
    cells = "".join(
        f"[{quoted(row['number'])}], [{quoted(row['title'])}], [{quoted(row['text'])}],\n" for row in truth()
    )
    return typeset(
        "Her er alle anbefalinger.\n\n#table(columns: (1.5cm, 4cm, 1fr), table.header([*Nr.*], [*Titel*], [*Tekst*]),\n"
        f"{cells})\n"
    )


# --- Word -------------------------------------------------------------------------------------------------------------


def saved(document):
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def headed_word():
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Anbefalingsrapport"
    document.add_paragraph("Hvad tinget foreslår", style="Title")
    document.add_paragraph("Her er en kort indledning om tinget. Der blev holdt 6 møder.")
    for place, row in enumerate(truth()):
        if place % 8 == 7:
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        document.add_heading(f"{row['number']} {row['title']}", level=row["number"].count(".") + 1)
        if row["text"]:
            document.add_paragraph(row["text"])
    document.add_heading("Sådan foregik det", level=1)
    document.add_paragraph("Tinget begyndte i februar og sluttede i juni.")
    return saved(document)


def columns_word():
    """In Word, the title in bold and the text after it in one paragraph; boxes are tables of one cell."""
    document = docx.Document()
    for place, row in enumerate(truth()):
        paragraph = document.add_paragraph()
        if row["kind"] == "heading" and "." not in row["number"]:
            paragraph.add_run(f"#{row['number']} {row['title']}").font.size = Pt(16)
            continue
        paragraph.add_run(f"Anbefaling {row['number']}: {row['title']}").bold = True
        paragraph.add_run(f". {row['text']}" if row["text"] else "")
        if place % 7 == 3:
            document.add_table(1, 1, style="Table Grid").cell(0, 0).text = QUOTE
    return saved(document)


def table_word():
    document = docx.Document()
    document.add_paragraph("Her er alle anbefalinger.")
    table = document.add_table(1, 3, style="Table Grid")
    for cell, name in zip(table.rows[0].cells, ("Nr.", "Titel", "Tekst"), strict=True):
        cell.text = name
    for row in truth():
        for cell, name in zip(table.add_row().cells, ("number", "title", "text"), strict=True):
            cell.text = row[name]
    return saved(document)


MAKERS = {
    ("pdf", HEADED): headed_pdf,
    ("pdf", COLUMNS): columns_pdf,
    ("pdf", TABLE): table_pdf,
    ("docx", HEADED): headed_word,
    ("docx", COLUMNS): columns_word,
    ("docx", TABLE): table_word,
}


@cache
def made(suffix, layout):
    return MAKERS[suffix, layout]()
