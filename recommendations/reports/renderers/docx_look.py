"""How a report looks in Word: its styles and its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recommendations.reports.renderers.texts import Paper

if TYPE_CHECKING:
    from docx.document import Document

SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_W = f"{{{SPACE}}}"
FONT = "Arial"


_FONTS = "<w:rFonts" + "".join(f' w:{script}="{FONT}"' for script in ("ascii", "hAnsi", "eastAsia", "cs")) + "/>"


def _letters(points: float, *, bold: bool = False, fonts: str = "") -> str:
    """Black letters; Word counts in half points. The font is that of Normal."""
    weight = "<w:b/><w:bCs/>" if bold else ""
    size = f'<w:sz w:val="{points * 2:.0f}"/><w:szCs w:val="{points * 2:.0f}"/>'
    return f'<w:rPr>{fonts}{weight}<w:color w:val="000000"/>{size}</w:rPr>'


def _room(before: float, after: float, *, first: str = "", last: str = "") -> str:
    """The room around a paragraph in points; Word counts in twentieths, and wants its elements in one order."""
    spacing = f'<w:spacing w:before="{before * 20:.0f}" w:after="{after * 20:.0f}" w:line="259" w:lineRule="auto"/>'
    return f"<w:pPr>{first}{spacing}{last}</w:pPr>"


def _heading(level: int) -> str:
    points = {1: 14, 2: 12}.get(level, 10.5)
    outline = f'<w:outlineLvl w:val="{level - 1}"/>'
    kept = "<w:keepNext/><w:keepLines/><w:suppressAutoHyphens/>"
    return _room(18 if level == 1 else 12, 4, first=kept, last=outline) + _letters(points, bold=True)


_BORDER = '<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{color}"/>'
_TABLE = (
    "<w:tblPr><w:tblBorders>"
    + "".join(
        _BORDER.format(side=side, size=size, color=color)
        for side, size, color in (("top", 8, "000000"), ("bottom", 8, "000000"), ("insideH", 4, "808080"))
    )
    + "</w:tblBorders><w:tblCellMar>"
    + "".join(
        f'<w:{side} w:w="{width}" w:type="dxa"/>'
        for side, width in (("top", 40), ("left", 70), ("bottom", 40), ("right", 70))
    )
    + '</w:tblCellMar></w:tblPr><w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders>'
    + _BORDER.format(side="bottom", size=8, color="000000")
    + '</w:tcBorders><w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>'
)

# Word's own names for its styles, and ours in Danish for those that Word does not have: type and look.
STYLES = {
    "Normal": ("paragraph", _room(0, 6) + _letters(10, fonts=_FONTS)),
    "Title": ("paragraph", _room(0, 10, first="<w:keepNext/><w:suppressAutoHyphens/>") + _letters(20, bold=True)),
    **{f"heading {level}": ("paragraph", _heading(level)) for level in range(1, 10)},
    "caption": ("paragraph", _room(6, 3, first="<w:keepNext/>") + _letters(9, bold=True)),
    "footer": ("paragraph", _room(0, 0) + _letters(7.5)),
    "Bilag": ("paragraph", _room(0, 2, first="<w:keepNext/>") + _letters(11, bold=True)),
    "Oplysning": ("paragraph", _room(0, 2, first="<w:suppressAutoHyphens/>")),
    "Tabeltekst": ("paragraph", _room(0, 0) + _letters(8.5)),
    "Tabeloverskrift": ("paragraph", _room(0, 0, first="<w:keepNext/>") + _letters(8.5, bold=True)),
    "Segl": ("paragraph", _room(0, 2, first="<w:suppressAutoHyphens/>") + _letters(7.5)),
    "Hyperlink": ("character", '<w:rPr><w:color w:val="000000"/><w:u w:val="single"/></w:rPr>'),
    "Rapporttabel": ("table", _TABLE),
}
BUILT_IN = STYLES.keys() - {"Bilag", "Oplysning", "Tabeltekst", "Tabeloverskrift", "Rapporttabel", "Segl"}


def own(document: Document) -> Document:
    """`document`, which came with python-docx, on A4 and with our look in its styles."""
    from docx.shared import Cm

    for name, style in _styles_of(document).items():
        if name in STYLES:
            _give_look(style, STYLES[name][1])
    page = document.sections[-1]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2)
    page.top_margin, page.bottom_margin = Cm(1.6), Cm(2.4)
    page.header_distance = page.footer_distance = Cm(1)
    # Long Danish words in narrow columns.
    rules = document.settings.element
    rules.find(_W + "defaultTabStop").addnext(rules.makeelement(_W + "autoHyphenation"))
    return document


def complete(document: Document) -> dict[str, str]:
    """Adds the styles that `document` lacks; gives the id of each style by its name."""
    from docx.oxml import parse_xml

    there = _styles_of(document)
    for name, (kind, look) in STYLES.items():
        if name not in there:
            given = "" if name in BUILT_IN else ' w:customStyle="1"'
            based = f'<w:basedOn w:val="{_id(there["Normal"])}"/>' if kind == "paragraph" and "Normal" in there else ""
            style = parse_xml(
                f'<w:style xmlns:w="{SPACE}" w:type="{kind}"{given} w:styleId="{name.replace(" ", "").capitalize()}">'
                f'<w:name w:val="{name}"/>{based}<w:qFormat/></w:style>'
            )
            _give_look(style, look)
            document.styles.element.append(style)
            there[name] = style
    return {name: _id(there[name]) for name in STYLES}


def set_page(document: Document, paper: Paper) -> float:
    """Turns the page where the report is wide; gives the width between the margins in centimetres."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm

    page: Any = document.sections[-1]
    if paper == Paper.WIDEST:
        page.page_width, page.page_height = Cm(42), Cm(29.7)
    elif paper == Paper.WIDE and page.page_width < page.page_height:
        page.page_width, page.page_height = page.page_height, page.page_width
    if paper != Paper.UPRIGHT:
        page.orientation = WD_ORIENT.LANDSCAPE
    return float((page.page_width - page.left_margin - page.right_margin) / Cm(1))


def set_language(document: Document, locale: str) -> None:
    """What the words are spelt in, for spelling checkers and screen readers; the default for all text."""
    run = document.styles.element
    for tag in ("docDefaults", "rPrDefault", "rPr"):
        run = _first(run, tag)
    for old in run.findall(_W + "lang"):
        run.remove(old)
    run.append(run.makeelement(_W + "lang", {_W + "val": locale, _W + "eastAsia": locale, _W + "bidi": "ar-SA"}))


def _first(parent: Any, tag: str) -> Any:
    child = parent.find(_W + tag)
    if child is None:
        child = parent.makeelement(_W + tag)
        parent.insert(0, child)
    return child


def _id(style: Any) -> str:
    return style.get(_W + "styleId")


def _styles_of(document: Document) -> dict[str, Any]:
    return {style.find(_W + "name").get(_W + "val"): style for style in document.styles.element.findall(_W + "style")}


def _give_look(style: Any, look: str) -> None:
    from lxml import etree

    for tag in ("pPr", "rPr", "tblPr", "tblStylePr"):
        for old in style.findall(_W + tag):
            style.remove(old)
    style.extend(etree.fromstring(f'<w:look xmlns:w="{SPACE}">{look}</w:look>'))
