"""Whether a file is a report as it was issued: what is found in it, and how much of it that proves.

Nothing in the file is trusted. Its code leads to the frozen report, and that decides: the file is the very one that is
made of it; or it says the same in another wrapping; or it differs, and then it is told where.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import asdict, dataclass, fields
from enum import Enum
from typing import BinaryIO

from django.conf import settings

from recommendations import signing
from recommendations.models import IssuedReport
from recommendations.models.issued_report import CODE_LETTERS, as_code, fingerprint
from recommendations.reports.comparing import Comparison, furniture_of
from recommendations.reports.document import Report, Seal
from recommendations.reports.issuing import DamagedReport, data_of, found, is_intact, report_of, seal_of
from recommendations.reports.reading import FileSays, FoundText, UnreadableFile, read
from recommendations.reports.reading.package import PackedParts
from recommendations.reports.reading.sent_files import FoundInFile, Wanted, compared, found_in
from recommendations.reports.renderers import FORMATS

# A code where it stands as one: at the end of the address where it is checked, or behind its name. Spaces are gone.
# A name of a site is tried whole (possessive), or two million beginnings of addresses would take a second.
NEAR_ADDRESS = re.compile(
    rf"(?:(?P<site>https?://[^/?#]{{1,200}}+)(?:/en)?(?:/rapporter/kontroller)?/(?:r/|\?kode=)|kode[=:]?|[Rr]apport)"
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
    try:
        return _found_in(content, found_in(content, codes=NEAR_ADDRESS.pattern, prints=FINGERPRINT.pattern))
    except DamagedReport as damaged:  # it is ours that cannot be read
        raise UnreadableFile(str(damaged)) from damaged


def _found_in(content: bytes, says: FoundInFile) -> Verdict:
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
    checks = [
        _Check(content, says, carried, issued, _first(issued.code, sites) if not whole else (issued.code,))
        for issued in whole[:1] or known
    ]
    if whole and checks[0].is_own:
        return checks[0].verdict(Comparison())
    comparisons = compared(content, [one.wanted for one in checks])
    tried = [one.verdict(comparison) for one, comparison in zip(checks, comparisons, strict=True)]
    return min(tried, key=lambda one: len(one.comparison.differences) if one.comparison else 0)


def _told(issued: IssuedReport) -> str:
    """All that a file of the report may say: its data, and what has been added since, such as what replaced it."""
    return issued.data + "".join(value for _heading, value in report_of(issued).facts)


def carried_by(says: FoundInFile) -> CarriedReport | None:
    """What the report's data inside the file say of themselves, if it has any that can be read."""
    if says.seal is None:
        return None
    values = {field.name: says.seal.get(field.name, field.default) for field in fields(Seal)}
    try:
        size = int(values.pop("tree_size"))
        seal = Seal(tree_size=size, **{name: str(value) for name, value in values.items()})
        is_signed = signing.is_signed(seal.statement(), seal.signature, seal.public_key)
    except (ValueError, TypeError):
        return None
    is_sealed = says.fingerprint == seal.fingerprint
    return CarriedReport(seal, says.fingerprint, is_sealed, is_signed and is_sealed)


def _codes_in(says: FoundInFile, carried: CarriedReport | None) -> dict[str, str]:
    """Each code in the file with the site that its address leads to, where that is told."""
    sites: dict[str, str] = {}
    if carried and (code := as_code(carried.seal.code)) == carried.seal.code and len(code) == 9:
        sites[code] = ""
    for code, site in says.sites.items():
        sites[code] = sites.get(code) or site
    return sites


def _first(code: str, codes: dict[str, str]) -> tuple[str, ...]:
    return (code, *(one for one in codes if one != code))


class _Check:
    """One report that the file may be: whether it is the very file that is made of it, else what to compare it with."""

    def __init__(
        self,
        content: bytes,
        says: FoundInFile,
        carried: CarriedReport | None,
        issued: IssuedReport,
        codes: tuple[str, ...],
    ) -> None:
        self.says, self.carried, self.issued, self.codes = says, carried, issued, codes
        data = data_of(issued)
        report, at_first = report_of(issued), Report.from_data(data, seal_of(issued))
        around = furniture_of(asdict(seal_of(issued)))
        self.is_own = False
        if len(codes) == 1 and _may_be_own(
            says, carried, {issued.fingerprint, fingerprint(issued.data), fingerprint(report.canonical())}
        ):
            own = _own_file(report, content, says.format)
            # A file from before something was said of the report since, such as what replaced it.
            self.is_own = own is True or (report != at_first and _own_file(at_first, content, says.format) is True)
            if isinstance(own, FileSays):
                around += [*(block.text for block in own.blocks if isinstance(block, FoundText) and block.is_outside)]
        around += [f"{heading} {value}" for heading, value in report.facts[len(data["facts"]) :]]
        # The data inside are as it was issued, also where something has been taken out of it since.
        is_as_issued = carried is not None and carried.fingerprint == issued.fingerprint
        self.wanted = Wanted(None if is_as_issued else data, around)

    def verdict(self, comparison: Comparison) -> Verdict:
        is_same = not comparison.differences and len(self.codes) == 1
        return Verdict(
            Result.AS_ISSUED if self.is_own else Result.SAME if is_same else Result.CHANGED,
            self.codes,
            self.issued,
            comparison,
            self.carried,
            None if is_same else _other_report(self.says, self.carried, self.issued),
            is_intact=is_intact(self.issued),
        )


def _other_report(says: FoundInFile, carried: CarriedReport | None, issued: IssuedReport) -> IssuedReport | None:
    """Another report whose fingerprint is in the file, or whose data it carries."""
    told = {*says.prints, *([carried.fingerprint] if carried else [])}
    others = IssuedReport.objects.listed().filter(fingerprint__in=told - {issued.fingerprint})
    return others.exclude(pk=issued.pk).first()


# --- The same file ----------------------------------------------------------------------------------------------------


def _may_be_own(says: FoundInFile, carried: CarriedReport | None, own: set[str]) -> bool:
    """Whether it is worth the while to make the file anew: a PDF takes seconds to typeset, and ours carry their data,
    which have one of the fingerprints `own`.
    """
    return says.format != "pdf" or (carried is not None and carried.fingerprint in own)


def _own_file(report: Report, content: bytes, format: str) -> FileSays | bool:
    """True where the file is the one that is made of the report; else what that one says, or False if none was made."""
    rows = sum(len(table.rows) for table in report.tables())
    made = None
    for name in {"csv": ("csv-excel", "csv")}.get(format, (format,)):
        own = FORMATS.get(name)
        if own is None or (own.most_rows and rows > own.most_rows):
            continue  # nor is it made for anybody who fetches it
        with tempfile.TemporaryFile() as stream:
            own.write(report, stream)
            made = _whole(stream)
        if _is_same(made, content, format):
            return True
    return read(made) if made and format != "pdf" else False


def _whole(stream: BinaryIO) -> bytes:
    stream.seek(0)
    return stream.read()


def _is_same(ours: bytes, theirs: bytes, format: str) -> bool:
    if format == "pdf":
        return MADE.sub(b"", ours) == MADE.sub(b"", theirs)
    return ours == theirs or (format in {"docx", "xlsx"} and _have_same_body(PackedParts(ours), PackedParts(theirs)))


def _have_same_body(ours: PackedParts, theirs: PackedParts) -> bool:
    """Of parts that say of themselves that they are as large as ours; no more is unpacked of what somebody has sent."""
    sizes = ({name: size for name, size in one.sizes.items() if name.startswith(BODY)} for one in (ours, theirs))
    mine, other = sizes
    return mine == other and all(ours.bytes_of(name) == theirs.bytes_of(name) for name in mine)
