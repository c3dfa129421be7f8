"""Word and Excel files as people make them, each with something planted in it that nobody sees."""

import io
import re
import zipfile

import docx
import openpyxl
from docx.shared import Cm
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.properties import CalcProperties

from tests.uploads.made import SECRET, SEEN, drawing, photo, saved

KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def repacked(content, change):
    """The archive with `change(parts)` made to its parts, which are bytes by path."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return made.getvalue()


def put(parts, path, old, new):
    """Once, and it must be there."""
    assert old.encode() in parts[path], f"{old} is not in {path}"
    parts[path] = parts[path].replace(old.encode(), new.encode(), 1)


def lead_to(parts, owner, kind, target, content=None, key="rIdX", mode="", content_type="application/xml"):
    """Let one part lead to another (which is added), or to an address outside."""
    folder, name = owner.rsplit("/", 1)
    listed = f"{folder}/_rels/{name}.rels"
    kind = kind if "/" in kind else f"{KIND}/{kind}"
    outside = f' TargetMode="{mode}"' if mode else ""
    new = f'<Relationship Id="{key}" Type="{kind}" Target="{target}"{outside}/>'
    empty = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    parts.setdefault(listed, empty.encode())
    put(parts, listed, "</Relationships>", f"{new}</Relationships>")
    if content is not None:
        path = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
        parts[path] = content if isinstance(content, bytes) else content.encode()
        put(
            parts,
            "[Content_Types].xml",
            "</Types>",
            f'<Override PartName="/{path}" ContentType="{content_type}"/></Types>',
        )


DOCUMENT, SETTINGS = "word/document.xml", "word/settings.xml"
CUSTOM = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property '
    'fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="Sag"><vt:lpwstr>'
    f"{SECRET}</vt:lpwstr></property></Properties>"
)


def document(*paragraphs):
    made = docx.Document()
    for text in paragraphs or (SEEN,):
        made.add_paragraph(text)
    return made


def with_properties(content):
    def change(parts):
        kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
        parts["docProps/custom.xml"] = CUSTOM.encode()
        put(
            parts,
            "_rels/.rels",
            "</Relationships>",
            f'<Relationship Id="rIdC" Type="{kinds}" Target="docProps/custom.xml"/></Relationships>',
        )
        put(
            parts,
            "[Content_Types].xml",
            "</Types>",
            '<Override PartName="/docProps/custom.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.custom-properties+xml"/></Types>',
        )
        app = parts["docProps/app.xml"].decode()
        parts["docProps/app.xml"] = app.replace("</Properties>", f"<Manager>{SECRET}</Manager></Properties>").encode()

    return repacked(content, change)


def word_with_properties():
    made = document()
    properties = made.core_properties
    properties.author = properties.last_modified_by = properties.title = properties.comments = f"{SECRET} forfatter"
    return with_properties(saved(made))


def word_with_comments():
    made = document(SEEN)
    made.add_comment(made.paragraphs[-1].runs[0], text=f"{SECRET}: passer det?", author=f"{SECRET} læser", initials="X")

    def change(parts):
        w15 = "http://schemas.microsoft.com/office/word/2012/wordml"
        people = f'<w15:people xmlns:w15="{w15}"><w15:person w15:author="{SECRET}"/></w15:people>'
        lead_to(parts, DOCUMENT, "http://schemas.microsoft.com/office/2011/relationships/people", "people.xml", people)

    return repacked(saved(made), change)


BY = f'w:id="9" w:author="{SECRET}" w:date="2026-01-01T00:00:00Z"'


def word_with_changes():
    """Inserted, deleted, moved and reformatted; a paragraph that was joined with the next, and a row that went."""
    made = document("[1]", "[2]", "[3]", "[4]", "Og", "[5]", "slut")
    table = made.add_table(2, 1)
    table.cell(0, 0).text, table.cell(1, 0).text = "Bliver", f"{SECRET} række"
    run = '<w:r><w:t xml:space="preserve">{}</w:t></w:r>'
    gone = '<w:r><w:delText xml:space="preserve">{}</w:delText></w:r>'

    def change(parts):
        for old, new in {
            "[1]": f"<w:ins {BY}>{run.format(SEEN)}</w:ins><w:del {BY}>{gone.format(SECRET + ' før')}</w:del>",
            "[2]": f'<w:moveFromRangeStart {BY} w:name="m"/><w:moveFrom {BY}>{run.format(SECRET)}</w:moveFrom>'
            f'<w:moveFromRangeEnd w:id="9"/>{run.format("flyttet fra")}',
            "[3]": f'<w:moveToRangeStart {BY} w:name="m"/><w:moveTo {BY}>{run.format("flyttet")}</w:moveTo>'
            f'<w:moveToRangeEnd w:id="9"/>',
            "[4]": f"<w:r><w:rPr><w:b/><w:rPrChange {BY}><w:rPr><w:i/></w:rPr></w:rPrChange></w:rPr>"
            "<w:t>fed</w:t></w:r>",
            "[5]": f"<w:del {BY}>{gone.format(SECRET)}</w:del>",
        }.items():
            put(parts, DOCUMENT, f"<w:r><w:t>{old}</w:t></w:r>", new)
        mark = f"<w:pPr><w:rPr><w:del {BY}/></w:rPr></w:pPr>"
        put(parts, DOCUMENT, "<w:p><w:r><w:t>Og</w:t>", f"<w:p>{mark}<w:r><w:t xml:space='preserve'>Og </w:t>")
        put(parts, DOCUMENT, f"<w:p><w:del {BY}>", f"<w:p>{mark}<w:del {BY}>")
        body = parts[DOCUMENT].decode()
        at = body.rindex("<w:tr>")
        parts[DOCUMENT] = f"{body[:at]}<w:tr><w:trPr><w:del {BY}/></w:trPr>{body[at + 6 :]}".encode()

    return repacked(saved(made), change)


def word_with_hidden_text():
    made = document(SEEN, "[skjult]", "[felter]", "[noter]")
    made.styles.add_style("Hemmelig", 1).font.hidden = True
    made.add_paragraph(f"{SECRET} i en skjult typografi", style="Hemmelig")
    made.paragraphs[0].runs[0].add_text(".")

    def change(parts):
        put(
            parts,
            DOCUMENT,
            "<w:r><w:t>[skjult]</w:t></w:r>",
            f'<w:r w:rsidR="00A1"><w:rPr><w:vanish/></w:rPr><w:t>{SECRET}</w:t></w:r>'
            '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>Synligt</w:t></w:r>',
        )
        field = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
        put(
            parts,
            DOCUMENT,
            "<w:r><w:t>[felter]</w:t></w:r>",
            f"{field.format('begin')}<w:r><w:instrText> FILENAME \\p {SECRET} </w:instrText></w:r>"
            f"{field.format('separate')}<w:r><w:t>notat.docx</w:t></w:r>{field.format('end')}"
            f'<w:fldSimple w:instr=" DOCPROPERTY {SECRET} "><w:r><w:t xml:space="preserve"> side</w:t></w:r>'
            "</w:fldSimple>"
            '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
            f'<w:permStart w:id="1" w:ed="{SECRET}@eksempel.dk"/><w:permEnd w:id="1"/>',
        )
        note_mark = '<w:r><w:{}footnoteReference w:id="{}"/>'
        put(
            parts,
            DOCUMENT,
            "<w:r><w:t>[noter]</w:t></w:r>",
            '<w:r><w:t>Med note</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r>'
            f"<w:del {BY}>{note_mark.format('', 3)}</w:r></w:del>",
        )
        notes = "".join(
            f'<w:footnote w:id="{key}"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:footnote>'
            for key, text in ((2, "Se bilag 2"), (3, f"{SECRET} note"))
        )
        lead_to(
            parts,
            DOCUMENT,
            "footnotes",
            "footnotes.xml",
            f'<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{notes}</w:footnotes>',
            content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
        )

    return repacked(saved(made), change)


def word_with_settings():
    """Variables, a template on somebody's disk, an address list for letters, keys of who saved when, data behind it."""
    made = document(SEEN)

    def change(parts):
        settings = parts[SETTINGS].decode()
        at = settings.rindex("</w:settings>")
        parts[SETTINGS] = (
            f'{settings[:at]}<w:docVars><w:docVar w:name="Sag" w:val="{SECRET}"/></w:docVars>'
            f'<w:attachedTemplate xmlns:r="{KIND}" r:id="rIdT"/>'
            f'<w:documentProtection w:edit="readOnly" w:hash="{SECRET}"/>'
            f"<w:mailMerge><w:query w:val='{SECRET}'/></w:mailMerge></w:settings>"
        ).encode()
        lead_to(parts, SETTINGS, "attachedTemplate", f"file:///C:/{SECRET}/brev.dotx", key="rIdT", mode="External")
        lead_to(parts, DOCUMENT, "customXml", "../customXml/itemS.xml", None, key="rIdD")
        parts["customXml/itemS.xml"] = f"<sag>{SECRET}</sag>".encode()
        labels = f'<clbl:labelList xmlns:clbl="urn:x"><clbl:label id="{SECRET}"/></clbl:labelList>'
        parts["docMetadata/LabelInfo.xml"] = labels.encode()
        put(
            parts,
            "_rels/.rels",
            "</Relationships>",
            '<Relationship Id="rIdL" Type="http://schemas.microsoft.com/office/2020/02/relationships/'
            'classificationlabels" Target="docMetadata/LabelInfo.xml"/></Relationships>',
        )
        parts["word/glemt.xml"] = f"<x>{SECRET}, som intet fører til</x>".encode()
        control = (
            f'<w:sdt><w:sdtPr><w:tag w:val="{SECRET}"/><w:dataBinding w:xpath="{SECRET}" w:storeItemID="x"/></w:sdtPr>'
            "<w:sdtContent><w:p><w:r><w:t>I et felt</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        )
        put(parts, DOCUMENT, "<w:sectPr", f"{control}<w:sectPr")

    return repacked(saved(made), change)


def word_with_pictures():
    """Photos as they came from the camera, named and described after the files they were."""
    made = document(SEEN)
    made.add_picture(io.BytesIO(photo(size=(60, 60), comment=SECRET.encode())), width=Cm(2))
    made.add_picture(io.BytesIO(drawing()), width=Cm(2))

    def change(parts):
        put(parts, DOCUMENT, '<pic:cNvPr id="0" name=', f'<pic:cNvPr id="0" descr="C:\\{SECRET}\\foto.jpg" title=')
        body = parts[DOCUMENT].decode()
        parts[DOCUMENT] = re.sub(r'title="image\.jpg"', f'name="{SECRET}.jpg"', body).encode()
        link = (
            f'<w:hyperlink xmlns:r="{KIND}" r:id="{{}}"><w:r><w:t xml:space="preserve">{{}}</w:t></w:r></w:hyperlink>'
        )
        links = link.format("rIdF", "lokalt") + link.format("rIdW", " og åbent")
        put(parts, DOCUMENT, "<w:sectPr", f"<w:p>{links}</w:p><w:sectPr")
        lead_to(parts, DOCUMENT, "hyperlink", f"file:///C:/{SECRET}/a.docx", key="rIdF", mode="External")
        lead_to(parts, DOCUMENT, "hyperlink", "https://www.eksempel.dk/", key="rIdW", mode="External")

    return repacked(saved(made), change)


def lines(title):
    """A drawing of lines (SVG) as a program writes it, that would run a program where it is opened."""
    return f'<svg xmlns="http://www.w3.org/2000/svg"><title>{title}</title><script>alert("{title}")</script></svg>'


def word_with_a_drawing_of_lines():
    """Word keeps such a drawing beside the picture of it that is shown by older programs."""
    made = document(SEEN)
    made.add_picture(io.BytesIO(drawing()), width=Cm(2))

    def change(parts):
        body = parts[DOCUMENT].decode()
        svg = (
            '<asvg:svgBlip xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" '
            f'xmlns:r="{KIND}" r:embed="rIdS"/>'
        )
        extra = f'<a:extLst><a:ext uri="{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}">{svg}</a:ext></a:extLst>'
        parts[DOCUMENT] = re.sub(r"<a:blip( [^>]*)/>", rf"<a:blip\1>{extra}</a:blip>", body).encode()
        assert "svgBlip" in parts[DOCUMENT].decode()
        lead_to(parts, DOCUMENT, "image", "media/streger.svg", lines(SECRET), key="rIdS", content_type="image/svg+xml")

    return repacked(saved(made), change)


WORKBOOK, SHEET = "xl/workbook.xml", "xl/worksheets/sheet1.xml"


def workbook(*values):
    book = openpyxl.Workbook()
    for row, value in enumerate(values or (SEEN, 3, "=A2*2"), start=1):
        book.active.cell(row, 1, value)
    return book


def excel_with_properties():
    book = workbook()
    book.properties.creator = book.properties.lastModifiedBy = book.properties.description = SECRET
    return with_properties(saved(book))


def excel_with_comments():
    book = workbook()
    book.active["A1"].comment = Comment(f"{SECRET}: er det rigtigt?", f"{SECRET} læser")

    def change(parts):
        microsoft = "http://schemas.microsoft.com/office/2017/10/relationships"
        person = (
            f'<personList xmlns="urn:x"><person displayName="{SECRET}" userId="{SECRET}@eksempel.dk"/></personList>'
        )
        lead_to(parts, WORKBOOK, f"{microsoft}/person", "persons/person.xml", person)
        thread = f"<threadedComment><text>{SECRET}</text></threadedComment>"
        thread = f'<ThreadedComments xmlns="urn:x">{thread}</ThreadedComments>'
        lead_to(parts, SHEET, f"{microsoft}/threadedComment", "../threadedComments/t1.xml", None)
        parts["xl/threadedComments/t1.xml"] = thread.encode()

    return repacked(saved(book), change)


def excel_with_a_pivot_table():
    """The numbers that a pivot table was made of lie in the file, also where the sheet with them is gone."""

    def change(parts):
        cache = f'<pivotCacheDefinition xmlns="urn:x"><cacheField name="{SECRET}"/></pivotCacheDefinition>'
        lead_to(parts, WORKBOOK, "pivotCacheDefinition", "pivotCache/definition1.xml", cache, key="rIdP")
        records = f"<pivotCacheRecords xmlns='urn:x'><r><s v='{SECRET}'/></r></pivotCacheRecords>"
        lead_to(parts, "xl/pivotCache/definition1.xml", "pivotCacheRecords", "records1.xml", records)
        put(
            parts,
            WORKBOOK,
            "</workbook>",
            f'<pivotCaches><pivotCache cacheId="1" xmlns:r="{KIND}" r:id="rIdP"/></pivotCaches></workbook>',
        )
        table = f'<pivotTableDefinition xmlns="urn:x" name="{SECRET}"/>'
        lead_to(parts, SHEET, "pivotTable", "../pivotTables/p1.xml", None)
        parts["xl/pivotTables/p1.xml"] = table.encode()

    return repacked(saved(workbook()), change)


def excel_with_traces():
    """Where it lay, who had it open, hidden names, texts no cell shows any longer, a printer, somebody's scenario."""
    book = workbook()
    book.defined_names["Skjult"] = DefinedName("Skjult", attr_text=f'"{SECRET}"', hidden=True)
    book.calculation = CalcProperties(fullCalcOnLoad=True)

    def change(parts):
        put(
            parts,
            WORKBOOK,
            "<bookViews>",
            f'<fileSharing userName="{SECRET}"/><mc:AlternateContent '
            'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="x15" '
            'xmlns:x15="urn:x15"><x15ac:absPath xmlns:x15ac="urn:x15ac" '
            f'url="C:\\{SECRET}\\"/></mc:Choice></mc:AlternateContent><bookViews>',
        )
        texts = f"<si><t>{SECRET}</t></si><si><t>{SEEN}</t></si>"
        lead_to(
            parts,
            WORKBOOK,
            "sharedStrings",
            "sharedStrings.xml",
            f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{texts}</sst>',
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml",
        )
        put(parts, SHEET, f'<c r="A1" t="inlineStr"><is><t>{SEEN}</t></is></c>', '<c r="A1" t="s"><v>1</v></c>')
        put(parts, SHEET, "<pageMargins", f'<scenarios><scenario name="x" user="{SECRET}"/></scenarios><pageMargins')
        put(parts, SHEET, "</worksheet>", f'<pageSetup xmlns:r="{KIND}" r:id="rIdS"/></worksheet>')
        lead_to(parts, SHEET, "printerSettings", "../printerSettings/p1.bin", None, key="rIdS")
        parts["xl/printerSettings/p1.bin"] = SECRET.encode("utf-16-le")

    return repacked(saved(book), change)


def excel_with_a_chart():
    """A chart and a photo on the sheet; the chart carries another workbook, and a series that was filtered away."""
    book = workbook(SEEN, 3, 5)
    chart = BarChart()
    chart.add_data(Reference(book.active, min_col=1, min_row=2, max_row=3))
    book.active.add_chart(chart, "C1")
    book.active.add_image(openpyxl.drawing.image.Image(io.BytesIO(photo(size=(60, 60)))), "C20")

    def change(parts):
        path = "xl/charts/chart1.xml"
        ns = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
        parts[path] = re.sub(
            rb"</(\w*:?)chartSpace>",
            f'<c:externalData {ns} xmlns:r="{KIND}" r:id="rIdE"/></\\1chartSpace>'.encode(),
            parts[path],
        )
        lead_to(parts, path, "package", "../embeddings/bog.xlsx", None, key="rIdE")
        parts["xl/embeddings/bog.xlsx"] = saved(workbook(SECRET))
        extra = (
            f'<c:ext {ns} uri="x"><c15:filteredBarSeries xmlns:c15="urn:c15">{SECRET}</c15:filteredBarSeries></c:ext>'
        )
        parts[path] = re.sub(
            rb"</(\w*:?)barChart>", f"<c:extLst {ns}>{extra}</c:extLst></\\1barChart>".encode(), parts[path]
        )

    return repacked(saved(book), change)
