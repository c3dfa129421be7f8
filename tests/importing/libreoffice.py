"""Cells changed in LibreOffice itself, without a window: by a macro in a profile of the test's own."""

import subprocess
from html import escape

from tests.conftest import SOFFICE

FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "ods": "calc8"}
LIBRARY = "http://openoffice.org/2000/library"
LIBRARIES = f"""<library:libraries xmlns:library="{LIBRARY}" xmlns:xlink="http://www.w3.org/1999/xlink">
<library:library library:name="Standard" xlink:href="$(USER)/basic/Standard/script.xlb/" xlink:type="simple"
 library:link="false"/></library:libraries>"""
STANDARD = f"""<library:library xmlns:library="{LIBRARY}" library:name="Standard" library:readonly="false"
 library:passwordprotected="false"><library:element library:name="Change"/></library:library>"""
MODULE = """<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Change"
 script:language="StarBasic">{}</script:module>"""
BEGINS = """Sub Main
Dim hidden(0) As New com.sun.star.beans.PropertyValue
hidden(0).Name = "Hidden"
hidden(0).Value = True
book = StarDesktop.loadComponentFromURL("{here}", "_blank", 0, hidden())
sheet = book.Sheets.getByIndex(0)
"""
ENDS = """Dim how(0) As New com.sun.star.beans.PropertyValue
how(0).Name = "FilterName"
how(0).Value = "{filter}"
book.storeToURL("{there}", how())
book.close(True)
End Sub
"""


def changed_in_libreoffice(folder, content, cells, suffix="xlsx"):
    """The workbook with other texts in the cells of its first sheet (»I2« -> text), saved by LibreOffice."""
    here, there, profile = folder / "hentet.xlsx", folder / f"udfyldt.{suffix}", folder / "profil"
    here.write_bytes(content)
    start = [SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless"]
    subprocess.run([*start, "--terminate_after_init"], check=True, capture_output=True, timeout=120)
    lines = [
        f'sheet.getCellRangeByName("{cell}").Formula = "{text}"' for cell, text in cells.items()
    ]  # as it is typed: a number or a day becomes one, where the cell is not text
    macro = BEGINS.format(here=here.as_uri()) + "\n".join(lines) + "\n"
    macro += ENDS.format(filter=FILTERS[suffix], there=there.as_uri())
    basic = profile / "user" / "basic"
    (basic / "Standard").mkdir(parents=True, exist_ok=True)
    (basic / "script.xlc").write_text(LIBRARIES)
    (basic / "Standard" / "script.xlb").write_text(STANDARD)
    (basic / "Standard" / "Change.xba").write_text(MODULE.format(escape(macro)))
    subprocess.run([*start, "macro:///Standard.Change.Main"], check=True, capture_output=True, timeout=120)
    return there.read_bytes()
