"""The two forms that staff fill in: status of the rows of a committee, and its answers of one meeting.

What tells a row apart is locked; what may be filled in is `FILL_IN` and `FILL_IN_ANSWERS`. The column `VERSION` is
hidden: it says what stood when the file was fetched (`Version`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from recommendations import danish
from recommendations.enums import EvidenceKind, ItemKind, Outcome, Status
from recommendations.importing.cells import Choice, CommitteeCode, Day, Kind, YesNo
from recommendations.importing.columns import Column, Sheet, from_model
from recommendations.models import AnswerDraft, AnswerDraftRow, Evidence, StatusUpdate
from recommendations.reports.renderers.texts import writable

VERSION = "version"
ABOUT_FILE = "Om filen"  # the hidden sheet that says what the file is
LOCKED = "Kolonnen er låst."


class Tick(YesNo):
    """Empty until somebody says yes."""

    def write(self, value: Any) -> str:
        return "ja" if value else ""


def _locked(field: str, heading: str, about: str, kind: Kind | None = None, **more: Any) -> Column:
    return Column(field, kind or Kind(), f"{about} {LOCKED}", heading, is_locked=True, **more)


KEYS = (
    _locked("source", "Kildens kode", "Kilden, rækken står i.", is_required=True),
    _locked(
        "kind",
        "Slags",
        "Hvad slags række det er. Initiativer har en nummerrække for sig.",
        Choice(choices=ItemKind),
        is_required=True,
    ),
    _locked("number", "Nummer", "Rækkens nummer i kilden.", is_required=True),
    _locked("title", "Titel", "Hvad rækken hedder."),
    _locked("committee", "Udvalg", "Det udvalg, du skriver på vegne af.", CommitteeCode(), is_required=True),
)
HIDDEN = Column(
    VERSION,
    Kind(),
    "Hvad der stod, da filen blev hentet. Kolonnen er skjult og skal blive stående.",
    "Udgave",
    is_locked=True,
    is_hidden=True,
)
STATUSES = Sheet(
    "statuses",
    "Status",
    "Ny status om de rækker, du må skrive om: en linje for hver. Lad det, der ikke er nyt, stå tomt.",
    (
        *KEYS,
        _locked("stands", "Status nu", "Den status, borgerne ser."),
        _locked("since", "Siden", "Den dag, statussen gælder fra.", Day()),
        Column(
            "confirm",
            Tick(),
            "Skriv ja, når status nu stadig er rigtig. Så ser borgerne, at du har set på den.",
            "Stadig korrekt",
        ),
        Column("status", Choice(choices=Status), "Den nye status. Vælg fra listen.", "Ny status", ("Status",)),
        from_model(
            StatusUpdate,
            "on",
            "Dagen, det nye gælder. Tom betyder den dag, filen læses ind.",
            kind=Day(),
            heading="Gælder den",
            model_field=None,
        ),
        from_model(
            StatusUpdate,
            "text",
            "Hvad der er sket, skrevet til en borger. Nævn ikke personer ved navn.",
            heading="Tekst",
        ),
        from_model(
            Evidence,
            "title",
            "Hvad det, der viser det, hedder. Skriv også linket.",
            field="proof_title",
            heading="Dokumentation: titel",
        ),
        from_model(
            Evidence,
            "url",
            "Linket til det, der viser det. Skriv også titlen.",
            field="proof_url",
            heading="Dokumentation: link",
        ),
        Column(
            "proof_kind",
            Choice(choices=EvidenceKind),
            "Hvad linket viser. Vælg fra listen; tomt betyder Omtalt.",
            "Dokumentation: viser",
        ),
        from_model(StatusUpdate, "next_step", "Det næste, der vil ske.", heading="Næste skridt"),
        from_model(StatusUpdate, "next_step_on", "Dagen for det næste skridt.", kind=Day(), heading="Næste skridt den"),
        from_model(
            StatusUpdate, "decided_by", "Kun når noget er opgivet: hvem der besluttede det.", heading="Besluttet af"
        ),
        from_model(
            StatusUpdate,
            "decided_on",
            "Kun når noget er opgivet: hvornår det blev besluttet.",
            kind=Day(),
            heading="Besluttet den",
        ),
        HIDDEN,
    ),
    ("source", "kind", "number", "committee"),
    ("Mine rækker",),
)
ANSWERS = Sheet(
    "answers",
    "Svar",
    "Udvalgets svar på ét møde: en linje for hver anbefaling. Lad dem, mødet ikke svarede på, stå tomme.",
    (
        *KEYS,
        _locked("meeting_date", "Mødedato", "Dagen, mødet blev holdt.", Day(), is_required=True),
        _locked("stands", "Svar nu", "Det svar, borgerne ser."),
        Column("outcome", Choice(choices=Outcome), "Hvad udvalget svarede. Vælg fra listen.", "Svar"),
        from_model(AnswerDraftRow, "text", "Hvorfor, eller hvilken del der følges.", heading="Begrundelse"),
        from_model(
            AnswerDraftRow, "passed_on_to", "Kun når kommunen ikke selv kan bestemme det.", heading="Sendt videre til"
        ),
        from_model(
            AnswerDraft, "agenda_item", "Punktet på dagsordenen, for eksempel Punkt 7.", heading="Dagsordenspunkt"
        ),
        from_model(
            AnswerDraft,
            "agenda_url",
            "Adressen på punktet. Den begynder med https://.",
            heading="Link til dagsordenspunktet",
        ),
        HIDDEN,
    ),
    ("source", "kind", "number", "committee", "meeting_date"),
    ("Svar fra et møde",),
)
OWN_SHEETS = (STATUSES, ANSWERS)
FILL_IN = tuple(column.field for column in STATUSES.columns if not column.is_locked)
FILL_IN_ANSWERS = tuple(column.field for column in ANSWERS.columns if not column.is_locked)


def filled_in(sheet: Sheet) -> tuple[str, ...]:
    return FILL_IN if sheet is STATUSES else FILL_IN_ANSWERS


# --- What stood when a file was fetched -------------------------------------------------------------------------------

SIGNS = 10  # of a digest: enough to tell that a cell was changed


@dataclass(frozen=True)
class Version:
    """What stood about a row: what was published last (0: nothing), the draft (0: none), how often that was saved.

    `digests` are of the cells that were filled in, by their fields: so a cell that somebody changed in the file is told
    from one that was changed here. Written as »17.5.2 status:2c26b46b68«.
    """

    latest: int
    draft: int
    saved: int
    digests: Mapping[str, str]

    @classmethod
    def of(cls, sheet: Sheet, latest: int, draft: int, saved: int, cells: Mapping[str, Any]) -> Self:
        shown = {name: said(sheet, name, cells[name]) for name in filled_in(sheet)}
        return cls(latest, draft, saved, {name: _digest(text) for name, text in shown.items() if text})

    @classmethod
    def read(cls, text: str) -> Self | None:
        """None where it is not there, or is something else."""
        if not re.fullmatch(rf"\d{{1,12}}\.\d{{1,12}}\.\d{{1,9}}( [a-z_]+:[0-9a-f]{{{SIGNS}}})*", text):
            return None
        marks, *cells = text.split(" ")
        latest, draft, saved = map(int, marks.split("."))
        return cls(latest, draft, saved, dict(cell.split(":") for cell in cells))

    @property
    def marks(self) -> str:
        return f"{self.latest}.{self.draft}.{self.saved}"

    def __str__(self) -> str:
        return " ".join([self.marks, *(f"{name}:{digest}" for name, digest in self.digests.items())])

    def had(self, sheet: Sheet, name: str, value: Any) -> bool:
        """Whether the cell said this when the file was fetched."""
        text = said(sheet, name, value)
        return self.digests.get(name, "") == (_digest(text) if text else "")


def said(sheet: Sheet, name: str, value: Any) -> str:
    """What a cell says, as a person reads it and a file can hold it; empty where it says nothing."""
    kind = sheet.by_field[name].kind
    if value in (None, "", False):
        return ""
    return danish.normalised(writable(kind.shown(value)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:SIGNS]
