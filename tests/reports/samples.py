"""Reports by hand, to try the formats with: as a committee gets one, with nothing in it, and full of bad text."""

from datetime import date
from decimal import Decimal
from functools import cache
from io import BytesIO

from recommendations.reports.document import Column, Kind, Link, Report, Seal, Section, Table
from recommendations.reports.renderers import FORMATS

SITE = "https://anbefalinger.eksempel.dk"
SEAL = Seal(
    "K7QF-2M9T",
    "3f9a" * 16,
    f"{SITE}/r/K7QF-2M9T",
    issued_at="2026-11-02T12:30:00+00:00",
    tree_size=12_345,
    tree_root="b04d" * 16,
    public_key="Q" * 43 + "=",
    signature="Zm9v" * 21 + "ZmE=",
)
SOU = "Sundheds- og Omsorgsudvalget"

ITEMS = (
    Column("number", "Nr.", width=4),
    Column("title", "Anbefaling", width=22),
    Column("answers", "Svar", width=16),
    Column("status", "Status", width=10),
    Column("on", "Dato", Kind.DATE, width=8),
    Column("owner", "Ansvarlig", width=13),
    Column("deadline", "Frist", Kind.DATE, width=8),
    Column("next", "Næste skridt", width=20),
    Column("evidence", "Dokumentation", Kind.LINKS, width=14),
    Column("address", "Adresse", Kind.LINKS, width=6),
)
TITLES = (
    "Kommunen skal plante flere træer i tætte bydele",
    "Bedre adgang til rådgivning for unge under 25 år",
    "Fælles indsats på tværs af forvaltninger",
    "Flere boliger til unge og studerende",
    "Udvid frivillighedscentrenes åbningstider",
)
ANSWERS = (
    "Tiltrådt (SOU, 12.06.2025)",
    "Delvist tiltrådt (SOU, 12.06.2025)\nTaget til efterretning (SUD, 03.09.2025)",
    "Intet svar registreret",
)
STATUSES = (
    "I gang",
    "Ikke begyndt",
    "Gennemført",
    "Planlagt",
    "Gennemført på anden måde",
    "Ingen status registreret",
)
OWNERS = (SOU, "Beskæftigelses- og Integrationsudvalget", "Teknik- og Miljøudvalget")
EVIDENCE = (
    Link("Referat af udvalgets møde", "https://eksempel.dk/dagsordener/sou/2025-06-12/4"),
    Link("Notat", "https://eksempel.dk/filer/notat-om-boliger.pdf?side=2&år=2025"),
)
NEXT = "Forvaltningen fremlægger en indstilling om finansiering for udvalget i første kvartal 2027."


def items(count: int):
    return tuple(
        (
            f"{place // 5 + 1}.{place % 5 + 1}",
            TITLES[place % 5],
            ANSWERS[place % 3],
            STATUSES[place % 6],
            date(2026 if place else 207, 10 - place % 6, 1 + place % 27) if place % 6 < 5 else None,
            OWNERS[place % 3],
            date(2027, 3, 31) if place % 2 else None,
            NEXT if place % 4 else None,
            EVIDENCE[: place % 3],
            (Link("Se rækken", f"{SITE}/anbefalinger/eksempeltinget/{place // 5 + 1}.{place % 5 + 1}/"),),
        )
        for place in range(count)
    )


def annex(rows: int = 27) -> Report:
    """What a committee gets with its agenda; `rows` in the longest table."""
    totals = Table(
        "totals",
        "Status i tal",
        (
            Column("status", "Status", width=30),
            Column("count", "Antal", Kind.NUMBER),
            Column("support", "Støtte i pct.", Kind.NUMBER),
        ),
        (("Gennemført", 4, Decimal("92.5")), ("I gang", 1234, Decimal("1234.50")), ("Opgivet", 0, None)),
    )
    changes = Table(
        "changes",
        "Ændringer siden 1. august 2026",
        (
            Column("number", "Nr.", width=4),
            Column("title", "Anbefaling", width=20),
            Column("from", "Fra", width=9),
            Column("to", "Til", width=9),
            Column("on", "Dato", Kind.DATE, width=8),
            Column("text", "Tekst", width=34),
            Column("evidence", "Dokumentation", Kind.LINKS, width=14),
        ),
        tuple((row[0], row[1], "Ikke begyndt", row[3], row[4], NEXT, row[8]) for row in items(4)),
    )
    late = Table(
        "late",
        "Forsinkede anbefalinger",
        (
            Column("number", "Nr.", width=5),
            Column("title", "Anbefaling", width=30),
            Column("deadline", "Frist", Kind.DATE),
            Column("owner", "Ansvarlig", width=20),
        ),
        ((*items(1)[0][:2], date(2026, 6, 30), SOU),),
    )
    late_section = Section("late", "Forsinkede", ("1 anbefaling har overskredet fristen.",), (late,))
    silent = Section("silent", "Ikke opdateret", ("Alle anbefalinger er opdateret inden for 90 dage.",))
    return Report(
        f"Status på anbefalinger: {SOU}",
        (
            ("Udvalg", f"{SOU} (SOU)"),
            ("Møde", "5. november 2026, punkt 4: Opfølgning på Eksempeltinget"),
            ("Opgjort pr.", "2. november 2026"),
            ("Udvalg af rækker", f"Kilde: Eksempeltinget; ejerudvalg: {SOU}"),
        ),
        (
            Section("summary", "Overblik", ("4 af 27 er gennemført.", "2 flere end\n1. august 2026."), (totals,)),
            Section("changes", "Ændret siden 1. august 2026", (), (changes,)),
            Section("attention", "Kræver opmærksomhed", (), (), (late_section, silent)),
            Section(
                "all",
                "Hele listen",
                sections=(
                    Section(
                        "tinget",
                        "Eksempeltinget",
                        ("Kilden har 27 rækker, heraf 22 anbefalinger.",),
                        (Table("items", "Anbefalinger fra Eksempeltinget", ITEMS, items(rows)),),
                        (
                            Section("below", "Efter 2027", ("Ingen.",)),
                            Section("none", "Uden svar", (), (Table("none", "Uden svar", ITEMS, ()),)),
                        ),
                    ),
                ),
            ),
        ),
        annex="Bilag 3",
        seal=SEAL,
    )


EMPTY = Report("Status uden indhold", (), ())

RIGHT_TO_LEFT = "שלום עולם (2024) مرحبا بالعالم"
NASTY = (
    "Emoji 🙂 👨‍👩‍👧 og 你好",
    '=HYPERLINK("http://x")',
    "#evil() *x* _y_ $z$ @SUM // https://eksempel.dk",
    "<script>alert(1)</script> &amp; ]]>",
    "a" * 10_000,
    RIGHT_TO_LEFT,
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-1+1|x",
    "nul \x00, klokke \x07 og \x7f",
    "e\u0301 \u200b\u200f\u202eafslut\u202c",
    "linje 1\nlinje 2\r\nlinje 3\ttab",
    'a\u0363\ue000 \\u{41} "citat" \\ slut',
    "  to mellemrum  foran",
    "_x0041_ {page} %(code)s &P",
    "﷽ ᚠ ☺ ✓ → ∑ 𝔘 ﬁ",
    "#N/A",
    "1234",
    "2026-11-02",
    "TRUE",
)


def nasty() -> Report:
    """Every bad text as paragraph, cell and link, and some of them wherever else a text can stand."""
    columns = (
        Column("text", "Tekst =1+1 🙂", width=30),
        Column("date", "<b>Dato</b>", Kind.DATE),
        Column("number", "#Tal", Kind.NUMBER),
        Column("links", "Links שלום", Kind.LINKS),
    )
    rows = tuple((text[:1000], None, None, (Link(text[:200], "https://eksempel.dk/æ 🙂?q=a&b=<c>"),)) for text in NASTY)
    return Report(
        f"Grim <tekst> & 🙂 {RIGHT_TO_LEFT}",
        (("Felt & =1", f"Værdi 🙂 {RIGHT_TO_LEFT}"),),
        (
            Section(
                "nasty",
                "Overskrift #evil() 🙂 \x01",
                NASTY,
                (
                    Table("nasty", "Billedtekst: [a]/b\\c*? 'd' 🙂", columns, rows),
                    Table("again", "billedtekst: [A]/b\\c*? 'd' 🙂", columns, ()),
                    Table("quote", "'", columns, rows[:1]),
                ),
            ),
        ),
        seal=Seal("=1", "0" * 64, "https://eksempel.dk/?a=1&b=<2>"),
    )


REPORTS = {"annex": annex(), "empty": EMPTY, "nasty": nasty(), "200 rows": annex(200)}


@cache
def file(name: str, code: str) -> bytes:
    """One of REPORTS as a file, made once for all tests."""
    return rendered(REPORTS[name], code)


def rendered(report: Report, code: str) -> bytes:
    stream = BytesIO()
    FORMATS[code].write(report, stream)
    return stream.getvalue()
