"""How the cells of a column are read and written: one kind for each sort of fact. It asks no database.

A kind reads a cell into the value that actions take, and writes such a value back so that it reads the same. What it
cannot read is a `Misread`: a sentence, and the nearest value that would do.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.formats import number_format
from django.utils.translation import override

from recommendations import danish
from recommendations.enums import OwnershipRole, ShareBasis
from recommendations.forms.days import read_day
from recommendations.importing.tables import Unread, Value
from recommendations.models import Committee

FIRST_EXCEL_DAY, EXCEL_DAYS = date(1899, 12, 30), range(20_000, 80_000)  # from 1954 to 2119
PARTS = re.compile(r"[;\n]+")
YES, NO = {"ja", "j", "x", "sand", "true", "1", "yes"}, {"nej", "n", "falsk", "false", "0", "no"}


class Misread(Exception):
    def __init__(self, sentence: str, nearest: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.nearest = sentence, nearest


@dataclass(frozen=True)
class Context:
    """What cells may name: the committees that there are, and in what heading a cell stands."""

    committees: Mapping[str, Committee]  # by code, abbreviation and name, as they are compared
    heading: str = ""


def nearest_of(text: str, known: Iterable[str]) -> str:
    """The known word that is most like the text, if any is."""
    words = {danish.folded(word): word for word in known}
    found = difflib.get_close_matches(danish.folded(text), words, n=1, cutoff=0.6)
    return words[found[0]] if found else ""


@dataclass(frozen=True)
class Kind:
    """Texts; the others read them further. `says` are the values that are allowed, for whoever fills it in."""

    empty: Any = ""
    says: str = "Tekst"
    has_parts: ClassVar[bool] = False  # a line break in it parts one thing from the next

    def read(self, value: Value, context: Context) -> Any:
        text = self.text_of(value)
        return self.read_text(text, context) if text else self.empty

    def read_text(self, text: str, context: Context) -> Any:
        return text

    def write(self, value: Any) -> str | int | Decimal | date:
        return str(value)

    def shown(self, value: Any) -> str:
        """As a person reads it in a preview."""
        written = self.write(value)
        if isinstance(written, date):
            return f"{written:%d.%m.%Y}"
        return number_format(written, use_l10n=True) if isinstance(written, Decimal) else str(written)

    @staticmethod
    def text_of(value: Value) -> str:
        """What stands in the cell; a number without the decimals that spreadsheets put on."""
        if isinstance(value, Unread):
            raise Misread(str(value))
        if isinstance(value, bool):
            return "ja" if value else "nej"
        if isinstance(value, float):
            return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
        if isinstance(value, date | time):
            shown = f"{value:%d.%m.%Y}" if isinstance(value, date) else f"{value:%H.%M}"
            raise Misread(
                f"Regnearket har lavet det, der stod, om til {shown}. Gør cellen til tekst, og skriv det igen.",
                f"{value.day}.{value.month}" if isinstance(value, date) else "",
            )
        text = danish.normalised(str(value))
        return text if text[:1].isalnum() or not danish.is_blank(text) else ""


@dataclass(frozen=True)
class Number(Kind):
    empty: Any = None
    says: str = "Et helt tal"

    def read(self, value: Value, context: Context) -> Any:
        return super().read(value, context)

    def read_text(self, text: str, context: Context) -> Any:
        plain = re.sub(r"[  \s]", "", text)
        if re.fullmatch(r"-?\d{1,3}([.,]\d{3})+", plain):
            plain = re.sub("[.,]", "", plain)
        elif (whole := re.fullmatch(r"(-?\d+)[.,]0+", plain)) is not None:
            plain = whole[1]
        if not re.fullmatch(r"-?\d{1,12}", plain):
            raise Misread(f"»{text[:40]}« er ikke et helt tal. Skriv det som 1016.")
        return int(plain)

    def write(self, value: Any) -> str | int:
        return "" if value is None else int(value)


@dataclass(frozen=True)
class Day(Kind):
    empty: Any = None
    says: str = "En dato som 28.02.2026"

    def read(self, value: Value, context: Context) -> Any:
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            near = (
                FIRST_EXCEL_DAY + timedelta(int(value)) if math.isfinite(value) and int(value) in EXCEL_DAYS else None
            )
            raise Misread(
                f"»{self.text_of(value)}« er et tal og ikke en dato. Skriv en dato som 28.02.2026.",
                f"{near:%d.%m.%Y}" if near else "",
            )
        return super().read(value, context)

    def read_text(self, text: str, context: Context) -> Any:
        return day_of(text)

    def write(self, value: Any) -> str | date:
        return value or ""


def day_of(text: str) -> date:
    try:
        return read_day(re.sub(r"[T ]00:00(:00)?$", "", text))
    except ValidationError as wrong:
        raise Misread(wrong.messages[0]) from wrong


@dataclass(frozen=True)
class YesNo(Kind):
    empty: Any = False
    says: str = "ja eller nej"

    def read_text(self, text: str, context: Context) -> Any:
        if text.casefold() in YES | NO:
            return text.casefold() in YES
        raise Misread(f"»{text[:40]}« er hverken ja eller nej. Skriv ja eller nej.", nearest_of(text, ("ja", "nej")))

    def write(self, value: Any) -> str:
        return "ja" if value else "nej"


@dataclass(frozen=True)
class Choice(Kind):
    choices: type[TextChoices] = OwnershipRole

    def read_text(self, text: str, context: Context) -> Any:
        if found := self.by_name.get(danish.compared(text)):
            return found
        listed = ", ".join(self.labels)
        raise Misread(f"»{text[:40]}« kan ikke vælges. Vælg en af: {listed}.", nearest_of(text, self.labels))

    def write(self, value: Any) -> str:
        return self.labels[self.choices.values.index(value)] if value else ""

    @cached_property
    def labels(self) -> list[str]:
        with override("da"):
            return [str(choice.label) for choice in self.choices]

    @cached_property
    def by_name(self) -> dict[str, str]:
        """Codes by what a cell may call them, as it is compared: the label, and the code itself."""
        codes = [str(choice.value) for choice in self.choices]
        return dict(zip(codes, codes, strict=True)) | dict(zip(map(danish.compared, self.labels), codes, strict=True))


# --- What names other rows --------------------------------------------------------------------------------------------


PREFIXED = re.compile(r"(initiativ|anbefaling|overskrift)\s+(.+)", re.IGNORECASE)


@dataclass(frozen=True)
class Ref:
    """A row by its number: numbers of initiatives are a series of their own, and case does not matter."""

    is_initiative: bool
    key: str
    number: str = field(compare=False, default="")
    said: str = field(compare=False, default="")  # the cell's own words, which may be a number as they stand

    @classmethod
    def to(cls, number: str, *, is_initiative: bool = False) -> Ref:
        return cls(is_initiative, number.casefold(), number)

    @classmethod
    def read(cls, text: str) -> Ref:
        named = PREFIXED.fullmatch(text)
        if named is None:
            return cls.to(text)
        return replace(cls.to(named[2], is_initiative=named[1].casefold() == "initiativ"), said=text)

    def among(self, refs: Collection[Ref]) -> Ref:
        """The row whose number the cell's words are as they stand, else the one that they name."""
        literal = Ref.to(self.said)
        return literal if self.said and literal in refs else self

    def __str__(self) -> str:
        if self.is_initiative:
            return f"initiativ {self.number}"
        return f"anbefaling {self.number}" if PREFIXED.fullmatch(self.number) else self.number


@dataclass(frozen=True)
class Reference(Kind):
    empty: Any = None
    says: str = "Et nummer, eller »initiativ 3«"

    def read_text(self, text: str, context: Context) -> Any:
        return Ref.read(text)

    def write(self, value: Any) -> str:
        return str(value) if value else ""


@dataclass(frozen=True)
class References(Kind):
    empty: Any = frozenset()
    says: str = "Numre med semikolon imellem"
    has_parts = True

    def read_text(self, text: str, context: Context) -> Any:
        return frozenset(Ref.read(part.strip()) for part in re.split(r"[;,\n]+", text) if part.strip())

    def write(self, value: Any) -> str:
        return "; ".join(str(one) for one in sorted(value, key=lambda one: (one.is_initiative, one.key)))


@dataclass(frozen=True)
class CommitteeCode(Kind):
    says: str = "Udvalgets kode, forkortelse eller navn"

    def read_text(self, text: str, context: Context) -> Any:
        return committee_of(text, context).code


def committee_of(text: str, context: Context) -> Committee:
    if found := context.committees.get(danish.compared(text)):
        return found
    codes = ", ".join(sorted({one.code for one in context.committees.values()})) or "ingen"
    near = context.committees.get(danish.compared(nearest_of(text, context.committees)))
    raise Misread(
        f"Udvalget »{text[:60]}« findes ikke her. Skriv koden på et andet ({codes}), eller opret det først.",
        near.code if near else "",
    )


# --- Owners -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Owner:
    """A committee that owns a row, by its code; without a first day it is the day that the source exists from."""

    code: str
    role: str
    valid_from: date | None = None
    valid_to: date | None = None

    def __str__(self) -> str:
        role = "" if self.role == OwnershipRole.LEAD else f" ({str(OwnershipRole(self.role).label).lower()})"
        begins = f" fra {self.valid_from:%d.%m.%Y}" if self.valid_from else ""
        return f"{self.code}{role}{begins}" + (f" til {self.valid_to:%d.%m.%Y}" if self.valid_to else "")


OWNER = re.compile(
    r"(?P<name>.+?)\s*(?:\((?P<role>[^)]*)\))?\s*(?:\bfra\s+(?P<begins>\S.*?))?(?:\s+til\s+(?P<ends>\S.*))?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Owners(Kind):
    empty: Any = frozenset()
    says: str = "SOU; SUD (medansvarlig) fra 17.06.2024"
    has_parts = True

    def read_text(self, text: str, context: Context) -> Any:
        return frozenset(self._owner(part.strip(), context) for part in PARTS.split(text) if part.strip())

    def _owner(self, text: str, context: Context) -> Owner:
        found = OWNER.fullmatch(text)
        if found is None or danish.compared(text) in context.committees:
            return Owner(committee_of(text, context).code, OwnershipRole.LEAD)
        role = Choice(choices=OwnershipRole).read_text(found["role"], context) if found["role"] else OwnershipRole.LEAD
        days = (day_of(found[end]) if found[end] else None for end in ("begins", "ends"))
        return Owner(committee_of(found["name"], context).code, str(role), *days)

    def write(self, value: Any) -> str:
        return "; ".join(str(one) for one in sorted(value, key=_order_of_owners))


def _order_of_owners(owner: Owner) -> tuple[bool, str, date]:
    return owner.role != OwnershipRole.LEAD, owner.code, owner.valid_from or date.min


# --- Votes ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Support:
    """How a source gives the support for a row: in one of the ways of `ShareBasis`, with what else it says."""

    basis: str
    percent: Decimal | None = None
    count: int | None = None
    voters: int | None = None
    rank: int | None = None

    def __str__(self) -> str:
        said = {
            ShareBasis.PERCENT: "" if self.percent is None else f"{_plain(self.percent)} %",
            ShareBasis.COUNT: "" if self.count is None else f"{self.count}{self._of_voters()} stemmer",
            ShareBasis.RANK: "" if self.rank is None else f"nr. {self.rank}",
            ShareBasis.UNREADABLE: "",
        }
        if self.count is None and self.voters is not None:
            said[ShareBasis.COUNT] = f"{self._of_voters().strip()} stemmer"
        first = UNREADABLE if self.basis == ShareBasis.UNREADABLE else said.pop(ShareBasis(self.basis))
        return "; ".join(filter(None, [first, *said.values()]))

    def _of_voters(self) -> str:
        return "" if self.voters is None else f" af {self.voters}"


UNREADABLE = "kan ikke læses"
UNREADABLE_WORDS = {UNREADABLE, "ulæselig", "ulæseligt", "kan ikke læses i kilden"}
PERCENT = re.compile(r"(\d{1,3}(?:[.,]\d+)?)\s*(?:%|pct\.?|procent)", re.IGNORECASE)
WHOLE = r"(\d{1,9})"
COUNT = re.compile(rf"(?:{WHOLE}\s*)?(?:af\s+{WHOLE}\s*)?stemmer?|{WHOLE}\s+af\s+{WHOLE}", re.IGNORECASE)
RANK = re.compile(rf"(?:nr\.?|nummer|plads)\s*{WHOLE}", re.IGNORECASE)
BARE = re.compile(r"-?\d{1,9}(?:[.,]\d{1,18})?")
HINT = "Skriv 88 %, 22 af 25 stemmer, nr. 3 eller kan ikke læses."


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}".replace(".", ",")


@dataclass(frozen=True)
class Votes(Kind):
    empty: Any = None
    says: str = "88 %, 22 af 25 stemmer, nr. 3 eller kan ikke læses"
    has_parts = True

    def read_text(self, text: str, context: Context) -> Any:
        is_percent = bool(re.search(r"%|procent|pct", context.heading, re.IGNORECASE))
        found: dict[str, Any] = {}
        for part in filter(None, (part.strip() for part in PARTS.split(text))):
            said = self._said(part, is_percent=is_percent, is_first=not found)
            if found.keys() & said.keys():
                raise Misread(f"»{text[:40]}« giver støtten to gange. Lad kun det ene stå.")
            found |= said
        return Support(**found)

    def _said(self, text: str, *, is_percent: bool, is_first: bool) -> dict[str, Any]:
        if danish.compared(text).strip() in {danish.compared(word) for word in UNREADABLE_WORDS}:
            return {"basis": ShareBasis.UNREADABLE.value}
        if share := PERCENT.fullmatch(text):
            return _with_basis(is_first, ShareBasis.PERCENT, percent=Decimal(share[1].replace(",", ".")))
        if rank := RANK.fullmatch(text):
            return _with_basis(is_first, ShareBasis.RANK, rank=int(rank[1]))
        if count := COUNT.fullmatch(text):
            votes, voters = count[1] or count[3], count[2] or count[4]
            said = {"count": int(votes) if votes else None, "voters": int(voters) if voters else None}
            return _with_basis(
                is_first, ShareBasis.COUNT, **{name: one for name, one in said.items() if one is not None}
            )
        return self._bare(text, is_percent=is_percent, is_first=is_first)

    def _bare(self, text: str, *, is_percent: bool, is_first: bool) -> dict[str, Any]:
        """A number alone is a share where the heading says so; one below 1 may be a hundredth of that: it is asked."""
        if not BARE.fullmatch(text):
            raise Misread(f"»{text[:40]}« kan ikke læses som støtte. {HINT}")
        number = Decimal(text.replace(",", "."))
        if is_percent and 1 < number <= 100:
            return _with_basis(is_first, ShareBasis.PERCENT, percent=number)
        near = f"{_plain(number * 100)} %" if 0 < number <= 1 else f"{text} {'%' if is_percent else 'stemmer'}"
        raise Misread(f"»{text[:40]}« siger ikke, om det er procent, stemmer eller en plads. {HINT}", near)

    def write(self, value: Any) -> str:
        return str(value) if value else ""


def _with_basis(is_first: bool, basis: ShareBasis, **said: Any) -> dict[str, Any]:
    return said | ({"basis": basis.value} if is_first else {})


def committees_by_name(committees: Collection[Committee]) -> dict[str, Committee]:
    """Committees by all that a cell may call them; one that has ended gives way to one that has not."""
    found: dict[str, Committee] = {}
    for one in sorted(committees, key=lambda one: (one.valid_to is not None, one.code)):
        for name in (one.code, one.abbreviation, one.name):
            found.setdefault(danish.compared(name), one)
    return found | {danish.compared(one.code): one for one in committees}
