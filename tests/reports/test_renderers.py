"""Each format says what the report says, whatever the report says, and can be opened by programs of others."""

import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from io import BytesIO

import pypdf
import pytest
from django.conf import settings
from django.utils import translation

from tests.conftest import SOFFICE
from tests.reports import samples
from tests.reports.parity import (
    carried,
    differences,
    for_danish_excel,
    for_machines,
    for_spreadsheets,
    read_csv,
    read_danish_csv,
    read_docx,
    read_html,
    read_json,
    read_xlsx,
)
from tests.reports.pdf_reader import read_pdf
from tests.reports.samples import rendered

# How each format is read back, and what cannot be told from the file.
READERS = {
    "docx": (read_docx, {"paragraphs_in_lines": True}),
    "pdf": (read_pdf, {"spaces": False}),
    "xlsx": (read_xlsx, {}),
    "csv": (read_csv, {"written": for_spreadsheets}),
    "csv-excel": (read_danish_csv, {"written": for_danish_excel}),
    "json": (read_json, {"written": for_machines}),
    "html": (read_html, {}),
}
# Prints by how many kB the process grew.
MEASURE = """
import resource, sys, tempfile
import django
django.setup()
from recommendations.reports.renderers import FORMATS
from tests.reports import samples
report = samples.annex(5000)
FORMATS[sys.argv[1]].write(samples.annex(1), tempfile.TemporaryFile())
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
FORMATS[sys.argv[1]].write(report, tempfile.TemporaryFile())
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("name", samples.REPORTS)
@pytest.mark.parametrize("code", READERS)
def test_the_file_says_what_the_report_says(name, code):
    read, untold = READERS[code]
    assert differences(samples.REPORTS[name], read(samples.file(name, code)), **untold) == []


@pytest.mark.parametrize("code", READERS)
def test_the_comparison_finds_what_is_missing_changed_or_moved(code):
    read, untold = READERS[code]
    report = samples.REPORTS["annex"]
    found = read(samples.file("annex", code))
    fact, *others = report.facts
    assert differences(replace(report, facts=(*others, fact)), found, **untold)
    assert differences(replace(report, sections=report.sections[:-1]), found, **untold)
    found.addresses[-1] += "x"
    assert len(differences(report, found, **untold)) == 1


@pytest.mark.parametrize("code", READERS)
def test_the_seal_stands_in_the_file_and_only_if_there_is_one(code):
    def everything(report):
        file = rendered(report, code)
        if code == "pdf":
            text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(file)).pages)
        elif not zipfile.is_zipfile(BytesIO(file)):
            text = file.decode()
        else:
            parts = zipfile.ZipFile(BytesIO(file))
            seen = [name for name in parts.namelist() if name.endswith(".xml") and not name.startswith("customXml/")]
            text = "".join(parts.read(name).decode() for name in seen)
        return re.sub(r"(?<=\S{8}) ", "", " ".join(text.split()))  # long figures are printed in groups of eight

    report = samples.annex(1)
    sealed, unsealed = everything(report), everything(replace(report, seal=None))
    for field in ("code", "check_address", "issued_at", "fingerprint", "tree_root", "signature", "public_key"):
        word = getattr(report.seal, field)
        assert word in sealed
        assert word not in unsealed


@pytest.mark.parametrize("name", ["annex", "nasty", "empty"])
@pytest.mark.parametrize("code", ["docx", "xlsx"])
def test_an_issued_office_file_carries_its_data(name, code):
    issued = samples.REPORTS[name].seal is not None
    assert carried(samples.file(name, code)) == (samples.file(name, "json").decode() if issued else None)
    assert rendered(samples.REPORTS[name], "docx") == samples.file(name, "docx")


@pytest.mark.parametrize("code", READERS)
def test_whoever_reads_english_pages_gets_the_same_file(code):
    read, _untold = READERS[code]
    report = samples.annex(1)
    danish = read(rendered(report, code))
    with translation.override("en"):
        assert read(rendered(report, code)) == danish


@pytest.mark.parametrize("code", ["docx", "xlsx"])
def test_5000_rows_take_little_memory(code):
    """Measured in a process of its own, where nothing else has grown before; 5,000 rows of ten columns."""
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE, code], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert int(measured.stdout) < 100 * 1024


@pytest.mark.office
@pytest.mark.parametrize("name", ["annex", "empty", "nasty"])
@pytest.mark.parametrize("code", ["docx", "xlsx"])
def test_libreoffice_opens_it_without_complaint(name, code, tmp_path):
    (tmp_path / f"rapport.{code}").write_bytes(samples.file(name, code))
    done = _converted(tmp_path, f"rapport.{code}", "pdf")
    if name == "annex" and code == "docx":
        assert carried(_saved_by_office(tmp_path, code)) == samples.file(name, "json").decode()
    # That it finds no Java is of no matter here.
    assert [line for line in done.stderr.splitlines() if "java" not in line] == []
    pages = pypdf.PdfReader(tmp_path / "rapport.pdf").pages
    assert samples.REPORTS[name].title[:10] in pages[0].extract_text()


def _converted(folder, name, to, into="."):
    profile = f"-env:UserInstallation=file://{folder}/profil"
    return subprocess.run(
        [SOFFICE, profile, "--headless", "--convert-to", to, "--outdir", into, name],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )


def _saved_by_office(folder, code):
    _converted(folder, f"rapport.{code}", code, "gemt")
    return (folder / "gemt" / f"rapport.{code}").read_bytes()
