"""From PDF and Word to rows: three typical layouts in full, what is mended on the way, and what is marked."""

import io
import re
import zipfile

import docx
import pypdf
import pytest
import typst
from django.core.exceptions import ValidationError
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, StreamObject

from recommendations.apart import Bounds
from recommendations.importing.documents import layout, reading
from recommendations.importing.documents.drafting import (
    DraftRow,
    DraftState,
    accept_certain,
    found_anew,
    merged_up,
    next_to_see,
    numbering_doubts,
    parted,
    pieces_of,
)
from recommendations.importing.documents.finding import found_rows
from recommendations.importing.documents.joining import Vocabulary, joined
from recommendations.importing.documents.layout import TooMuch, laid_out
from recommendations.importing.documents.lines import DocumentText, Place, TextLine
from recommendations.importing.documents.pdf_words import UNREAD, sign_of
from recommendations.importing.documents.reading import read_document
from recommendations.importing.documents.rules import Rules, TitleRule, guessed
from tests.importing.laid_out import COLUMNS, FIRST_PAGE, HEADED, LAYOUTS, TABLE, made, saved, truth, typeset

FIELDS = ("kind", "number", "parent", "title", "text")


def text_of(suffix, layout):
    return read_document(f"tinget.{suffix}", made(suffix, layout))


def rows_of(text, **changed):
    return found_rows(text, Rules(**guessed(text).as_choices() | changed))


def line(text, *, bold=0, size=10, top=0, block=1, page=1, **more):
    place = Place(page, 70, top, 70 + 5 * len(text), top + size)
    return TextLine(text, place, size, bold=bold, block=block, page=page, **more)


def document(*lines):
    return DocumentText(list(lines), sizes=[(595, 842)], labels=["1"])


# --- Three layouts, counted -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["pdf", "docx"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_recall_and_no_unmarked_error(suffix, layout):
    found = rows_of(text_of(suffix, layout))
    rows = {row.number: row for row in found.rows}
    numbering = numbering_doubts(found.rows)
    right, unmarked = 0, []
    for wanted in truth():
        row = rows.get(wanted["number"])
        for name in FIELDS:
            is_right = row is not None and " ".join(getattr(row, name).split()) == wanted[name]
            right += is_right
            if not is_right and not (row and (row.doubts or row.key in numbering)):
                unmarked.append((wanted["number"], name))
    invented = [row.number for row in found.rows if row.number not in {one["number"] for one in truth()}]
    assert right / (len(truth()) * len(FIELDS)) >= 0.95
    assert (unmarked, invented) == ([], [])
    assert sum(not row.doubts for row in found.rows) >= 20, "so much is doubtful that nothing can be accepted at once"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_field_keeps_the_page_it_is_printed_on(layout):
    """The pages are those that another reader finds the words on; the places lie on the page."""
    text = text_of("pdf", layout)
    said = ["".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(made("pdf", layout))).pages]
    for row in rows_of(text).rows:
        first = int(row.pages.partition("-")[0]) - FIRST_PAGE
        start = re.sub(r"\W", "", row.title)[:12]
        assert start in re.sub(r"\W", "", said[first]), row.name
        for place, _at in [one for several in row.places.values() for one in several]:
            wide, high = text.sizes[place.page - 1]
            assert 0 <= place.left < place.right <= wide
            assert 0 <= place.top < place.bottom <= high
    assert text.offset == 1 - FIRST_PAGE


def test_what_is_on_every_page_or_in_the_contents_is_said_to_be_left_out():
    remarks = " ".join(rows_of(text_of("pdf", HEADED)).remarks)
    assert "»Anbefalingsrapport Københavnertinget 2024«" in remarks
    assert "Indholdsfortegnelsen er ikke med (27 linjer)." in remarks


@pytest.mark.parametrize("name", ["Anbefaling {}", "{}"])
def test_a_row_on_each_page_is_no_header(name):
    """Also where the rows' numbers are those of the pages."""
    page = '#place(top)[#text(size: 18pt, weight: "bold")[{}]]#v(2cm)*Titel*\n\nKommunen skal gøre noget ved det.'
    pages = "#pagebreak()\n".join(page.format(name.format(number)) for number in range(1, 6))
    rows = rows_of(
        read_document("x.pdf", typst.compile(f"{pages}\nOg så alt det andet. Her slutter det.".encode()))
    ).rows
    assert [(row.number, row.title, row.pages) for row in rows] == [(f"{n}", "Titel", f"{n}") for n in range(1, 6)]


def test_what_may_not_be_of_a_row_is_marked():
    lines = [line("1 Titel", bold=7, size=14), line("Kommunen skal gøre noget ved det, som alle kan se.", top=20)]
    note = line("Se side 4.", size=7, top=40)
    end = line("Sådan foregik det", bold=17, size=14, top=60)
    [row] = rows_of(document(*lines, note, end, line("I maj.", top=80))).rows
    assert row.doubts == [
        "Mindre skrift på side 1 er med i teksten. Er det en fodnote?",
        "Rækken slutter ved overskriften »Sådan foregik det«. Se, om mere hører med.",
    ]


def test_a_box_is_marked_whether_it_is_with_or_not():
    text = text_of("pdf", COLUMNS)
    without, included = rows_of(text, boxes="ude").rows, rows_of(text, boxes="med").rows
    assert not [row for row in without if "indtryk" in row.text]
    marked = [
        [row.number for row in rows if any("boks" in doubt for doubt in row.doubts)] for rows in (without, included)
    ]
    assert marked[0] == marked[1] == [row.number for row in included if "indtryk" in row.text] != []


def test_columns_are_read_one_after_the_other_also_below_what_is_as_wide_as_the_page():
    whole = "Hele sidens bredde er brugt her, og det er der en grund til, som alle kan se, når de læser den. "
    column = " ".join(f"Sætning {number} er kort." for number in range(1, 41))
    text = read_document(
        "x.pdf",
        typst.compile(f"#set par(justify: true)\n{whole * 3}\n\n#columns(2)[{column}]\n\n{whole * 2}".encode()),
    )
    said = " ".join(one.text for one in text.lines)
    assert said == " ".join([(whole * 3).strip(), column, (whole * 2).strip()])


def test_word_numbers_are_counted_as_word_counts_them():
    made_of = docx.Document()
    for words in ("Grønne gader", "Flere bænke"):
        made_of.add_paragraph(words, style="List Number").runs[0].bold = True
        made_of.add_paragraph("Kommunen skal gøre noget ved det.")
    rows = rows_of(read_document("x.docx", saved(made_of))).rows
    assert [(row.number, row.title, row.text) for row in rows] == [
        ("1", "Grønne gader", "Kommunen skal gøre noget ved det."),
        ("2", "Flere bænke", "Kommunen skal gøre noget ved det."),
    ]


def test_the_rules_can_be_changed_for_the_whole_document():
    text = text_of("docx", COLUMNS)
    assert {row.title for row in rows_of(text, title=TitleRule.NONE).rows if row.is_our_title} != set()
    assert [row.number for row in rows_of(text, numbering="ord").rows][:2] == ["1", "2.1"]
    assert rows_of(text_of("docx", TABLE), tables=False).rows == []
    some = rows_of(text_of("pdf", HEADED), first_page=3).rows
    assert 0 < len(some) < len(truth())
    assert all(row.first_page >= 3 for row in some)


def told_page(label, word):
    words = [[70, 20, 300, 30, word, 10, False], [70, 400, 300, 410, "Kommunen", 10, False]]
    return {"size": [595, 842], "label": label, "words": words, "shapes": []}


@pytest.mark.parametrize(("label", "kept"), [("1)", "1)"), ("(a+)+b", "(a+)+b"), ("i\0v", "iv")])
def test_a_file_may_call_its_pages_anything(label, kept):
    assert laid_out([told_page(label, "a" * 40), told_page("2", "b")]).labels == [kept, "2"]


def test_the_time_for_all_pages_counts_from_the_first(monkeypatch):
    monkeypatch.setattr(layout, "MOST_SECONDS", -1)
    monkeypatch.setattr(layout, "_edge_lines", lambda page: pytest.fail(f"page {page.number} was looked at"))
    with pytest.raises(TooMuch):
        laid_out([told_page("1", "a")])


def test_half_a_letter_is_none():
    assert [sign_of(code) for code in (0xD83D, 0xDFFF, 0xE6)] == [UNREAD, UNREAD, "æ"]


# --- What is mended ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("above", "below", "whole"),
    [
        ("en vel-", "færd", "en velfærd"),
        ("en vel\u00ad", "færd", "en velfærd"),
        ("børne-", "og unge", "børne- og unge"),
        ("alle SOSU-", "hjælpere", "alle SOSU-hjælpere"),
        ("en 4-", "dages uge", "en 4-dages uge"),
        ("kun bottom-", "up her", "kun bottom-up her"),  # as it is written elsewhere
        ("bedre e\ufb00ekt", "og \ufb02ere", "bedre effekt og flere"),
        ("en vel\u00adfærd", "her", "en velfærd her"),
    ],
)
def test_words_that_are_parted(above, below, whole):
    lines = [line(above), line(below, top=12, begins_paragraph=False)]
    words = Vocabulary([line("Vi arbejder bottom-up og ikke andet.")])
    assert joined([(one, one.text) for one in lines], words).text == whole


def test_a_word_that_may_have_a_hyphen_is_doubtful():
    lines = [line("et velfærds-"), line("rejsehold", top=12)]
    assert joined([(one, one.text) for one in lines], Vocabulary(lines)).doubts == [
        "Ordet »velfærds-/rejsehold« er delt ved linjens slutning og sat sammen. Se, om det er rigtigt."
    ]


def test_signs_that_cannot_be_read_are_counted():
    text = document(line("1 Titel", bold=7), line("Kommunen \ufffd\ufffd skal.", top=20))
    [row] = rows_of(text, is_emphasised=True).rows
    assert "2 tegn kan ikke læses. Skriv dem, som de ser ud på siden." in row.doubts


# --- What the rows say of each other ----------------------------------------------------------------------------------


def draft(number, *, kind="recommendation", key=0, **more):
    return DraftRow(kind, number, f"Titel {number}", "En sætning. Og en til.", key=key, **more)


def drafts(*numbers):
    return [draft(number, key=key) for key, number in enumerate(numbers, 1)]


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        (["1", "2", "3"], {}),
        (["2.1", "2.2", "3.1"], {}),
        (["1", "3"], {2: ["Der er et hul i numrene: 2 mangler før 3."]}),
        (["2.2"], {1: ["Der er et hul i numrene: 2.1 mangler før 2.2."]}),
        (
            ["1", "1"],
            {1: ["Nummer 1 er der 2 af. Ret eller udelad den ene."]}
            | {2: ["Nummer 1 er der 2 af. Ret eller udelad den ene."]},
        ),
        (["2", "1"], {1: ["Der er et hul i numrene: 1 mangler før 2."], 2: ["Nummer 1 kommer efter 2."]}),
        ([""], {1: ["Nummeret mangler. Skriv det."]}),
        (["1", "99999999999"], {2: ["Der er et hul i numrene: 2, 3, 4, 5, 6 … mangler før 99999999999."]}),
        (["1", "12¹", "2"], {}),
    ],
)
def test_holes_and_doubles_in_the_numbering(numbers, said):
    assert numbering_doubts(drafts(*numbers)) == said


def test_only_what_is_certain_is_accepted_at_once():
    rows = [*drafts("1", "2", "4"), draft("5", key=4, doubts=["Titlen mangler."])]
    assert accept_certain(rows) == 2
    assert [row.state for row in rows] == [DraftState.ACCEPTED] * 2 + [DraftState.FOUND] * 2
    assert (next_to_see(rows, 0), next_to_see(rows, 3), next_to_see(rows, 4)) == (3, 4, 3)


def test_a_row_is_parted_and_put_together_again():
    rows = drafts("1", "2")
    rows[0].places = {"text": [(Place(1, 0, 0, 9, 9), 0), (Place(2, 0, 0, 9, 9), 12)]}
    [(at, said)] = pieces_of(rows[0].text)
    assert said == "Og en til."
    fresh = parted(rows, 1, at)
    assert [(row.key, row.number, row.text) for row in rows] == [
        (1, "1", "En sætning."), (3, "", "Og en til."), (2, "2", "En sætning. Og en til.")
    ]  # fmt: skip
    assert [place.page for place, _at in rows[1].places["text"]] == [2]
    assert merged_up(rows, fresh) == 1
    assert rows[0].text == "En sætning.\nOg en til."
    for refused in (lambda: parted(rows, 1, 3), lambda: merged_up(rows, 1)):
        with pytest.raises(ValidationError):
            refused()


def test_other_rules_leave_what_somebody_has_typed():
    old = [draft("1", key=1, is_mended=True), draft("9", key=2, state=DraftState.ACCEPTED), draft("2", key=3)]
    old[0].text = "Rettet."
    rows = found_anew(old, drafts("1", "2"))
    assert [(row.number, row.text) for row in rows] == [
        ("1", "Rettet."), ("2", "En sætning. Og en til."), ("9", "En sætning. Og en til.")
    ]  # fmt: skip
    assert rows[2].doubts == ["Rækken findes ikke med de nye regler."]


# --- Files that are not taken -----------------------------------------------------------------------------------------


def form_that_draws_itself():
    """A page whose pictures draw each other ten times over, ten deep: ten thousand million of them."""
    pdf = pypdf.PdfWriter(io.BytesIO(typeset("Kommunen skal gøre noget ved det, som alle ser.")), full=True)
    inner = StreamObject()
    inner.set_data(b"0 0 1 1 re f")
    for _depth in range(11):
        inner[NameObject("/Type")], inner[NameObject("/Subtype")] = NameObject("/XObject"), NameObject("/Form")
        inner[NameObject("/BBox")] = ArrayObject([FloatObject(n) for n in (0, 0, 9, 9)])
        outer = StreamObject()
        outer.set_data(b"/F Do " * 10)
        forms = DictionaryObject({NameObject("/F"): pdf._add_object(inner)})
        outer[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): forms})
        inner = outer
    page = pdf.pages[0]
    page[NameObject("/Resources")] = inner["/Resources"]
    page[NameObject("/Contents")] = pdf._add_object(inner)
    stream = io.BytesIO()
    pdf.write(stream)
    return stream.getvalue()


def test_a_page_without_end_is_given_up(monkeypatch):
    monkeypatch.setattr(reading, "OF_PDF", Bounds(patience=1))
    with pytest.raises(ValidationError, match="for stor at læse på én gang"):
        read_document("x.pdf", form_that_draws_itself())


def test_pictures_of_pages_are_refused():
    with pytest.raises(ValidationError, match="har ingen tekst, kun billeder af sider"):
        read_document("x.pdf", typst.compile(b"#rect(width: 5cm, height: 5cm)"))


def test_a_word_file_with_something_else_inside_is_broken_and_no_fault_of_ours(caplog):
    made, whole = io.BytesIO(), io.BytesIO()
    docx.Document().save(whole)
    with zipfile.ZipFile(whole) as parts, zipfile.ZipFile(made, "w") as changed:
        for name in parts.namelist():
            changed.writestr(name, b"<x/>" if name == "word/document.xml" else parts.read(name))
    with pytest.raises(ValidationError, match="kan ikke læses; den er måske gået i stykker"):
        read_document("x.docx", made.getvalue())
    assert caplog.text == ""
