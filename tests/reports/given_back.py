"""Reports as they come back: saved again by other programs, and with something changed in them."""

from __future__ import annotations

import io
import subprocess
import zipfile
from dataclasses import replace
from functools import cache

import docx
import openpyxl

from recommendations import signing
from recommendations.models.issued_report import fingerprint
from recommendations.reports.document import Report, Seal
from tests.conftest import SOFFICE
from tests.reports import samples

CODE = "K7QF-2M9T"
ITEMS = "Anbefalinger fra Eksempeltinget"
# What `changed()` changes: section, table, row, column, before and now.
CHANGES = [
    ("Overblik", "Status i tal", "I gang", "Antal", "1.234", "1.235"),
    ("Eksempeltinget", ITEMS, "2.3 Fælles indsats på tværs af forvaltninger", "Anbefaling", None, None),
    ("Eksempeltinget", ITEMS, "3.5 Udvid frivillighedscentrenes åbningstider", "", None, ""),
]


def sealed(report: Report, code: str = CODE, site: str = samples.SITE) -> Report:
    """The report as it is issued: with its own fingerprint, and signed."""
    seal = Seal(
        code,
        fingerprint(report.canonical()),
        f"{site}/r/{code}",
        "2026-11-02T12:30:00+00:00",
        12_345,
        "b04d" * 16,
        signing.public_key(),
    )
    return replace(report, seal=replace(seal, signature=signing.sign(seal.statement())))


def changed(report: Report) -> Report:
    """One figure, one letter and one row less; the seal stays as it was."""
    data = report.as_data()
    data["sections"][0]["tables"][0]["rows"][1][1] += 1
    rows = data["sections"][3]["sections"][0]["tables"][0]["rows"]
    rows[7][1] = rows[7][1].replace("indsats", "indsatz")
    del rows[14]
    return Report.from_data(data, report.seal)


@cache
def issued() -> Report:
    return sealed(samples.annex())


@cache
def file(code: str) -> bytes:
    return samples.rendered(issued(), code)


@cache
def changed_file(code: str) -> bytes:
    return samples.rendered(changed(issued()), code)


def by_python_docx(content: bytes) -> bytes:
    made = io.BytesIO()
    docx.Document(io.BytesIO(content)).save(made)
    return made.getvalue()


def by_openpyxl(content: bytes) -> bytes:
    made = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(content)).save(made)
    return made.getvalue()


def with_parts(content: bytes, begins: str, old: str, new: str) -> bytes:
    """A Word or Excel file with one text for another in the parts whose names begin so."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as parts, zipfile.ZipFile(made, "w") as package:
        for name in parts.namelist():
            part = parts.read(name)
            package.writestr(name, part.replace(old.encode(), new.encode()) if name.startswith(begins) else part)
    return made.getvalue()


def by_libreoffice(folder, suffix: str, **files: bytes) -> dict[str, bytes]:
    """Each file (by its name and suffix, as in r_docx) converted, or saved again, as `suffix`."""
    into = folder / suffix
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_bytes(content)
    names = [name.replace("_", ".") for name in files]
    profile = f"-env:UserInstallation=file://{folder}/profil"
    command = [SOFFICE, profile, "--headless", "--convert-to", suffix, "--outdir", str(into), *names]
    subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=True)
    return {name: (into / f"{name.split('_')[0]}.{suffix}").read_bytes() for name in files}


def places(differences) -> list[tuple[str, ...]]:
    return [(one.section, one.table, one.row, one.column) for one in differences]
