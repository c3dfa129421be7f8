"""`script/bench`: what it says of figures that were measured. Nothing is measured here."""

import importlib.util
import sys
from pathlib import Path

import pytest
from django.conf import settings

PROGRAM = Path(settings.BASE_DIR) / "script" / "bench.d" / "page.py"


@pytest.fixture(scope="module")
def page():
    spec = importlib.util.spec_from_file_location("bench_page", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def cost(h):
    return {"h": h, "app": h / 2, "database": 1.0, "kilobytes": 20.0, "bare": 0.5}


def stream(**more):
    said = {"status": 200, "is_whole": True, "rows": 100_000, "per_second": 60_000.0, "per_cpu_second": 65_000.0}
    return said | {"first_byte": 40.0, "seconds": 1.6, "megabytes": 30.0, "peak": 9.0} | more


def figures(name, h=20.0, **more):
    kinds = ("list", "filter", "item", "deep", "first_pages")
    ops = {f"{kind}/first": cost(h) for kind in kinds} | {"list/again": cost(2.0), "list/naive": cost(400.0)}
    return {
        "name": name,
        "rows": 376,
        "ops": ops | {"middleware": cost(3.0), "304/again": cost(1.5)},
        "staff": {"work": cost(50.0), "publish": {"p50": 20.0, "p95": 31.0, "wall_p50": 50.0, "wall_p95": 90.0}},
        "streams": {"naive": stream(), "csv": stream()},
        "start": 120.0,
        "read_through": {"list": [], "item": ["recommendations_event"]},
        "verify": 30.0,
        "machine": dict.fromkeys(("day", "cores", "python", "django", "database", "gunicorn"), "1"),
    } | more


def row(text, label):
    return next(line for line in text.splitlines() if line.startswith(f"| {label} |"))


def test_each_figure_stands_beside_its_target(page):
    text = page.render({"seed": figures("seed")})
    assert "| Liste med tal ved filtrene | 20 (mål 25: nået) | 2,0 (mål 3,0: nået) | 10,0 + 1,0 | 20 | 400 |" in text
    assert "20 (mål 15: **ikke nået**)" in row(text, "En anbefaling")
    assert "1,5 (mål 2,0: nået)" in row(text, "304: den har siden i forvejen")


def test_what_was_not_measured_is_no_row(page):
    text = page.render({"seed": figures("seed")})
    assert "Sitemap" not in text
    assert page.render({}).startswith("# Hvor hurtigt er det\n\nIntet er målt endnu.")


def test_tables_that_are_read_through_are_named(page):
    said = "Store tabeller, der læses fra ende til anden ved en side: En anbefaling (recommendations_event)."
    assert said in page.render({"1000": figures("1000")})


def test_growth_is_from_the_smallest_size_and_of_filters_from_a_hundred_thousand(page):
    sizes = {"1000": figures("1000", 10.0), "100000": figures("100000", 20.0), "1000000": figures("1000000", 22.0)}
    growth = page.render(sizes).split("## Hvad der sker, når der bliver flere")[1].split("##")[0]
    assert row(growth, "En anbefaling") == "| En anbefaling | 10 | 20 | 22 | 2,2 (mål 1,3: **ikke nået**) |"
    assert row(growth, "To filtre") == "| To filtre | 10 | 20 | 22 | 1,1 (mål 1,2: nået) |"


def test_streams_have_targets_where_there_are_many_rows(page):
    slow = stream(per_second=1234.5, is_whole=False, peak=98.0)
    streams = page.render({"100000": figures("100000", streams={"csv": slow, "naive": stream()})}).split("## Lister")[1]
    assert "1.234 (mål 50.000: **ikke nået**), afbrudt" in streams
    assert "98 (mål 32: **ikke nået**)" in streams


def test_the_middle_of_three_rounds_is_told(page):
    assert page.middle([cost(3.0), cost(90.0), cost(5.0)])["h"] == 5.0


def test_what_is_written_by_hand_stays(page, tmp_path):
    target = tmp_path / "performance.md"
    target.write_text(f"gammelt\n{page.BEGINS}\n## Hvad der dominerer\n{page.ENDS}\n", encoding="utf-8")
    page.write(tmp_path, target)
    text = target.read_text(encoding="utf-8")
    assert f"{page.BEGINS}\n## Hvad der dominerer\n{page.ENDS}" in text
    assert "gammelt" not in text
