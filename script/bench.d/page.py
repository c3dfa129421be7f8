"""docs/performance.md: what was measured beside what was aimed at, in tables. Pure but for `write`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

# What stands between these in the page is written by hand, and left as it is.
BEGINS, ENDS = "<!-- skrevet i hånden -->", "<!-- herfra skriver script/bench igen -->"
BIG = ("1000", "100000", "1000000")
Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Op:
    """A kind of page: what it is called, and its targets in h: asked first and again, small and at 100,000."""

    kind: str
    label: str
    seed: tuple[float | None, float | None] = (None, None)
    big: tuple[float | None, float | None] = (None, None)
    growth: float | None = None  # the most that h may grow from 1,000 to the largest
    is_page: bool = True  # what a person reads


OPS = (
    Op("list", "Liste med tal ved filtrene", (25, 3), (40, 5), 1.3),
    Op("filter", "To filtre", (25, 3), (40, 5), 1.2),
    Op("rare", "Søgning, der finder 1 %", (30, None), (60, None)),
    Op("common", "Søgning, der finder 20 %", (30, None), (150, None)),
    Op("item", "En anbefaling", (15, 3), (20, 4), 1.3),
    Op("front", "Forsiden", (25, 3), (40, 5)),
    Op("source", "En kilde", (25, 3), (40, 5)),
    Op("committee", "Et udvalg", (25, 3), (40, 5)),
    Op("list_as_of", "Liste, som den var en tidligere dag", (40, None), (60, None)),
    Op("front_as_of", "Forsiden, som den var en tidligere dag", (40, None), (60, None)),
    Op("json", "JSON med 100 rækker", (15, None), (20, None), 1.3, is_page=False),
    Op("first_pages", "Side 2–11 af listen"),
    Op("deep", "Siderne 90 % inde i listen"),
    Op("news", "Nyt"),
    Op("feed", "Feed", is_page=False),
    Op("sitemap", "Sitemap", is_page=False),
)
ALONE = (
    ("304/again", "304: den har siden i forvejen", 2),
    ("list_gzip/again", "Liste, hentet igen, komprimeret", None),
)


def middle(rounds: Sequence[Figures]) -> dict[str, Any]:
    """The median of each figure over the rounds."""
    return {name: median(each[name] for each in rounds) for name in rounds[0]}


def number(value: float | None, digits: int = 0) -> str:
    """As it is written in Danish: 1.234,5; a dash where there is none."""
    if value is None:
        return "–"
    return f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,"))


def figure(value: float | None) -> str:
    return number(value, 1 if value is not None and value < 10 else 0)


def beside(value: float | None, target: float | None) -> str:
    """A figure with its target and whether it was met."""
    if value is None:
        return "–"
    if target is None:
        return figure(value)
    return f"{figure(value)} (mål {figure(target)}: {'nået' if value <= target else '**ikke nået**'})"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def title(name: str) -> str:
    return (
        "De kilder, der følger med, på SQLite" if name == "seed" else f"{number(int(name))} anbefalinger på PostgreSQL"
    )


def h(found: Figures, key: str) -> float | None:
    return found["ops"].get(key, {}).get("h")


def render(results: Mapping[str, Figures], by_hand: str = "") -> str:
    """The page: `results` are the figures of each size by its name ("seed", or a number of recommendations)."""
    names = [name for name in ("seed", *BIG) if name in results]
    parts = ["# Hvor hurtigt er det", _how(results[names[-1]]) if names else "Intet er målt endnu."]
    parts += [part for name in names for part in (f"## {title(name)}", _sizes_own(name, results[name]))]
    if len([name for name in names if name in BIG]) > 1:
        parts += ["## Hvad der sker, når der bliver flere", _growth(results)]
    if names:
        parts += [
            "## Lister som filer",
            _streams(results, names),
            "## Medarbejdere, start og kontrol",
            _rest(results, names),
        ]
    parts += [f"{BEGINS}\n{by_hand.strip()}\n{ENDS}"]
    return "\n\n".join(parts) + "\n"


def _how(found: Figures) -> str:
    machine = found["machine"]
    return (
        f"Skrevet af `script/bench`, {machine['day']}: {machine['cores']} kerner, Python {machine['python']}, Django "
        f"{machine['django']}, {machine['database']}, gunicorn med `{machine['gunicorn']}` og drift-indstillinger.\n\n"
        "**h** er CPU-tiden for en side (programmet og databasen) divideret med den for en bar Django-visning, der "
        "intet gør, under samme gunicorn i sekunderne lige før. Forhold er tallene; millisekunder hører til den "
        "maskine, de er målt på. Tre runder på skift, den midterste. *Først* er en adresse, ingen har spurgt om, siden "
        "der sidst blev udgivet noget, når andre sider er hentet; *igen* er den samme adresse en gang til. Den naive "
        "liste er det, man skriver på en eftermiddag med de samme rækker: `script/bench.d/naive/`. Dens sider er uden "
        "formularens hjælp, oversættelser og tilgængelighed. En forespørgsel har én proces i databasen, så dens tid "
        "kan læses."
    )


def _sizes_own(name: str, found: Figures) -> str:
    rows = []
    for op in OPS:
        ops, targets = found["ops"], op.seed if name == "seed" else op.big if name == "100000" else (None, None)
        first = ops.get(f"{op.kind}/first")
        if first:
            rows.append(
                [
                    op.label,
                    beside(first["h"], targets[0]),
                    beside(h(found, f"{op.kind}/again"), targets[1]),
                    f"{number(first['app'], 1)} + {number(first['database'], 1)}",
                    number(first["kilobytes"], 0),
                    figure(h(found, f"{op.kind}/naive")),
                ]
            )
    for key, label, target in ALONE:
        if said := found["ops"].get(key):
            cpu = f"{number(said['app'], 1)} + {number(said['database'], 1)}"
            rows.append([label, "–", beside(said["h"], target), cpu, number(said["kilobytes"], 0), "–"])
    bare = found["ops"]["middleware"]
    text = (
        f"{number(found['rows'])} anbefalinger. Den bare visning: {number(bare['bare'], 2)} CPU ms; med systemets egen "
        f"middleware h {figure(bare['h'])}."
    )
    far, near = h(found, "deep/first"), h(found, "first_pages/first")
    if name != "seed" and far and near:
        text += f" Siderne 90 % inde koster {beside(far / near, 1.5)} gange de første."
    pages = (f"{op.kind}/first" for op in OPS if op.is_page)
    biggest = max((found["ops"][key]["kilobytes"] for key in pages if key in found["ops"]), default=0)
    text += f" Den største side er {beside(biggest, 60)} kB."
    if name != "seed":
        labels = {op.kind: op.label for op in OPS}
        said = [
            f"{labels.get(kind, kind)} ({', '.join(tables)})"
            for kind, tables in found["read_through"].items()
            if tables
        ]
        text += f" Store tabeller, der læses fra ende til anden ved en side: {'; '.join(said) or 'ingen'}."
    head = ("Side", "h først", "h igen", "CPU ms først: program + database", "kB", "naiv h")
    return f"{text}\n\n{table(head, rows)}"


def _growth(results: Mapping[str, Figures]) -> str:
    sizes = [name for name in BIG if name in results]
    rows = []
    for op in OPS:
        said = [h(results[size], f"{op.kind}/first") for size in sizes]
        if not all(said):
            continue
        begins = said[-2] if op.kind == "filter" and len(sizes) > 2 else said[0]
        rows.append([op.label, *map(figure, said), beside(round(said[-1] / begins, 2), op.growth)])  # type: ignore[operator]
    return "h, spurgt først. For to filtre regnes væksten fra 100.000, hvor det er målt.\n\n" + table(
        ["Side", *(number(int(size)) for size in sizes), "gange"], rows
    )


def _streams(results: Mapping[str, Figures], names: Sequence[str]) -> str:
    rows = []
    for name in names:
        for code, said in results[name]["streams"].items():
            own = code != "naive"
            fast = {"csv": 50_000, "jsonl": 50_000, "json": 50_000, "xlsx": 4 * 3270}.get(code)
            speed = number(said["per_second"])
            if own and name in {"100000", "1000000"} and fast:
                speed += f" (mål {number(fast)}: {'nået' if said['per_second'] >= fast else '**ikke nået**'})"
            if said["status"] != 200:
                speed = f"svarede {said['status']}"
            elif not said["is_whole"]:
                speed += ", afbrudt"
            is_big = own and name in {"100000", "1000000"}
            rows.append(
                [
                    number(results[name]["rows"]) if name != "seed" else "kilderne",
                    "CSV, naiv" if code == "naive" else code,
                    speed,
                    number(said["per_cpu_second"]) if said["status"] == 200 else "–",
                    beside(said["first_byte"], 100 if is_big else None),
                    number(said["megabytes"], 1),
                    beside(said["peak"], 32 if is_big else None),
                ]
            )
    head = ("Rækker", "Format", "rækker/s", "rækker/CPU s", "første byte, ms", "MB sendt", "MB over hvile")
    return table(head, rows)


def _rest(results: Mapping[str, Figures], names: Sequence[str]) -> str:
    rows = []
    for name in names:
        found, staff = results[name], results[name]["staff"]
        publish, is_big = staff["publish"], name == "100000"
        rows.append(
            [
                number(found["rows"]) if name != "seed" else "kilderne",
                beside(staff["work"]["h"], 60 if is_big else None),
                f"{number(publish['p50'], 0)} og {beside(publish['p95'], 60 if is_big else None)}",
                f"{number(publish['wall_p50'], 0)} og {number(publish['wall_p95'], 0)}",
                beside(found["verify"], 60 if is_big else None) if found["verify"] else "ikke målt til ende",
                beside(found["start"], 150),
            ]
        )
    head = (
        "Rækker", "*Mit arbejde*, h", "Udgive én opdatering, mens 8 læser: CPU ms, halvdelen og 95 % under",
        "i alt ms, samme", "`manage.py verify`, s", "Første side efter start over den anden, CPU ms",
    )  # fmt: skip
    return table(head, rows)


def write(results: Path, target: Path) -> None:
    """Make the page of the figures that are kept; what is written by hand in it stays."""
    found = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(results.glob("*.json"))}
    old = target.read_text(encoding="utf-8") if target.exists() else ""
    by_hand = old.partition(BEGINS)[2].partition(ENDS)[0]
    target.write_text(render(found, by_hand), encoding="utf-8")
