"""Whether a file is a report as it was issued: what is found in it, and how much of it that proves.

Nothing in the file is trusted. Its code leads to the frozen report, and that decides: the file is the very one that is
made of it; or it says the same in another wrapping; or it differs, and then it is told where.
"""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import asdict, dataclass, fields
from enum import Enum
from typing import Any, BinaryIO

from django.conf import settings

from recommendations import signing
from recommendations.models import IssuedReport
from recommendations.models.issued_report import CODE_LETTERS, as_code, fingerprint
from recommendations.reports.comparing import Comparison, compare, furniture_of
from recommendations.reports.document import Report, Seal
from recommendations.reports.issuing import found, is_intact, report_of, seal_of
from recommendations.reports.reading import FileSays, FoundText, canonical_text, read, sealed_json
from recommendations.reports.reading.package import PackedParts
from recommendations.reports.renderers import FORMATS

# A code where it stands as one: at the end of the address where it is checked, or behind its name. Spaces are gone.
NEAR_ADDRESS = re.compile(
    rf"(?:(?P<site>https?://[^/?#]{{1,200}}?)(?:/en)?(?:/rapporter/kontroller)?/(?:r/|\?kode=)|kode[=:]?|[Rr]apport)"
    rf"(?P<code>[{CODE_LETTERS}]{{4}}-[{CODE_LETTERS}]{{4}})"
)
FINGERPRINT = re.compile(r"[0-9a-f]{64}")
MOST_CODES = 5
# When a PDF was made, and the names that follow from it: all that can differ between two of the same report.
MADE = re.compile(rb"D:\d{14}Z|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d|[A-Za-z0-9+/]{22}==")
BODY = ("word/", "xl/")  # the parts of a package that people see; the others say who saved it, and when
MEGABYTE = 1024 * 1024


class Result(Enum):
    """What is known of a file after it has been checked."""

    NO_CODE = "no code"  # no report's code in it
    UNKNOWN = "unknown"  # codes that no report issued here has
    AS_ISSUED = "as issued"  # exactly the file that is made of the report
    SAME = "same"  # every cell and sentence is as it was issued; the file was saved again
    CHANGED = "changed"  # something in it is not what was issued


@dataclass(frozen=True)
class CarriedReport:
    """The sealed data that a file has inside. `fingerprint` is of those data, worked out anew.

    `is_sealed`: they have the fingerprint that their seal says. `is_signed`: the seal's signature is of it, by its key.
    """

    report: dict[str, Any]
    seal: Seal
    fingerprint: str
    is_sealed: bool
    is_signed: bool


@dataclass(frozen=True)
class Verdict:
    """`codes` are all that the file has, the one that was checked first; `other` is a report whose data it has instead.

    `site` is where the file says that it is from, when that is not here.
    """

    result: Result
    codes: tuple[str, ...] = ()
    issued: IssuedReport | None = None
    comparison: Comparison | None = None
    carried: CarriedReport | None = None
    other: IssuedReport | None = None
    site: str = ""
    is_intact: bool = True

    @property
    def code(self) -> str:
        return self.codes[0] if self.codes else ""

    @property
    def has_two_codes(self) -> bool:
        return len(self.codes) > 1


def largest() -> int:
    """The largest file that is read, in MB."""
    return int(settings.CHECK_MAX_MB)


def check_file(content: bytes) -> Verdict:
    """What is found in a file that somebody has sent; UnreadableFile with a sentence where it cannot be read."""
    says = read(content)
    carried = carried_by(says)
    sites = _codes_in(says, carried)
    if not sites:
        return Verdict(Result.NO_CODE)
    known = [issued for code in list(sites)[:MOST_CODES] if (issued := found(code))]
    if not known:
        return Verdict(Result.UNKNOWN, tuple(sites), carried=carried, site=next(filter(None, sites.values()), ""))
    # A report may name another: a code that stands in the data of one is no second code.
    named = {issued.code: {code for code in sites if code != issued.code and code in _told(issued)} for issued in known}
    whole = [issued for issued in known if not set(sites) - named[issued.code] - {issued.code}]
    if whole:
        return _checked(content, says, carried, whole[0], (whole[0].code,))
    tried = [_checked(content, says, carried, issued, _first(issued.code, sites)) for issued in known]
    return min(tried, key=lambda one: len(one.comparison.differences) if one.comparison else 0)


def _told(issued: IssuedReport) -> str:
    """All that a file of the report may say: its data, and what has been added since, such as what replaced it."""
    return issued.data + "".join(value for _heading, value in report_of(issued).facts)


def carried_by(says: FileSays) -> CarriedReport | None:
    """The report's data inside the file, if it has any that can be read."""
    data = sealed_json(says.carried) or {}
    report, told = data.get("report"), data.get("seal")
    if not isinstance(report, dict) or not isinstance(told, dict):
        return None
    values = {field.name: told.get(field.name, field.default) for field in fields(Seal)}
    try:
        size = int(values.pop("tree_size"))
        seal = Seal(tree_size=size, **{name: str(value) for name, value in values.items()})
        actual = fingerprint(canonical_text(report))
        is_signed = signing.is_signed(seal.statement(), seal.signature, seal.public_key)
    except (ValueError, TypeError, RecursionError):
        return None
    is_sealed = actual == seal.fingerprint
    return CarriedReport(report, seal, actual, is_sealed, is_signed and is_sealed)


def _codes_in(says: FileSays, carried: CarriedReport | None) -> dict[str, str]:
    """Each code in the file with the site that its address leads to, where that is told."""
    sites: dict[str, str] = {}
    if carried and (code := as_code(carried.seal.code)) == carried.seal.code and len(code) == 9:
        sites[code] = ""
    for match in NEAR_ADDRESS.finditer("".join(" ".join(says.texts()).split())):
        code = match["code"]
        sites[code] = sites.get(code) or match["site"] or ""
    return sites


def _first(code: str, codes: dict[str, str]) -> tuple[str, ...]:
    return (code, *(one for one in codes if one != code))


def _checked(
    content: bytes, says: FileSays, carried: CarriedReport | None, issued: IssuedReport, codes: tuple[str, ...]
) -> Verdict:
    intact = is_intact(issued)
    data = json.loads(issued.data)
    report, at_first = report_of(issued), Report.from_data(data, seal_of(issued))
    around = furniture_of(asdict(seal_of(issued)))
    if len(codes) == 1:
        own = _own_file(report, content, says)
        # A file from before something was said of the report since, such as what replaced it.
        if own is True or (report != at_first and _own_file(at_first, content, says) is True):
            return Verdict(Result.AS_ISSUED, codes, issued, Comparison(), carried, is_intact=intact)
        if isinstance(own, FileSays):
            around += [*(block.text for block in own.blocks if isinstance(block, FoundText) and block.is_outside)]
    around += [f"{heading} {value}" for heading, value in report.facts[len(data["facts"]) :]]
    if carried and carried.fingerprint == issued.fingerprint:
        data = carried.report  # as it was issued, also where something has been taken out of it since
    comparison = compare(data, says, around)
    is_same = not comparison.differences and len(codes) == 1
    return Verdict(
        Result.SAME if is_same else Result.CHANGED,
        codes,
        issued,
        comparison,
        carried,
        None if is_same else _other_report(says, carried, issued),
        is_intact=intact,
    )


def _other_report(says: FileSays, carried: CarriedReport | None, issued: IssuedReport) -> IssuedReport | None:
    """Another report whose fingerprint is in the file, or whose data it carries."""
    told = set(FINGERPRINT.findall("".join(" ".join(says.texts()).split()))[:MOST_CODES])
    told |= {carried.fingerprint} if carried else set()
    others = IssuedReport.objects.listed().filter(fingerprint__in=told - {issued.fingerprint})
    return others.exclude(pk=issued.pk).first()


# --- The same file ----------------------------------------------------------------------------------------------------


def _own_file(report: Report, content: bytes, says: FileSays) -> FileSays | bool:
    """True where the file is the one that is made of the report; else what that one says, or False if none was made."""
    rows = sum(len(table.rows) for table in report.tables())
    made = None
    for name in {"csv": ("csv-excel", "csv")}.get(says.format, (says.format,)):
        format = FORMATS.get(name)
        if format is None or (format.most_rows and rows > format.most_rows):
            continue  # nor is it made for anybody who fetches it
        with tempfile.TemporaryFile() as stream:
            format.write(report, stream)
            made = _whole(stream)
        if _is_same(made, content, says.format):
            return True
    return read(made) if made and says.format != "pdf" else False


def _whole(stream: BinaryIO) -> bytes:
    stream.seek(0)
    return stream.read()


def _is_same(ours: bytes, theirs: bytes, format: str) -> bool:
    if format == "pdf":
        return MADE.sub(b"", ours) == MADE.sub(b"", theirs)
    return ours == theirs or (format in {"docx", "xlsx"} and _body(ours) == _body(theirs))


def _body(content: bytes) -> dict[str, bytes]:
    parts = PackedParts(content)
    return {name: parts.bytes_of(name) for name in parts.sizes if name.startswith(BODY)}
