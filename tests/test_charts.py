"""The geometry of charts: every bar is whole, nothing that is there is invisible, and words say the same."""

import re

import pytest

from recommendations.charts import status_chart, steps_chart
from recommendations.figures import StatusTotals


def totals(**counts):
    counts = {code if code != "none" else "": count for code, count in counts.items()}
    return StatusTotals(StatusTotals().by_status | counts)


def number(length):
    return float(re.fullmatch(r"(\d+\.\d\d)%", length)[1])


def bar_of(**counts):
    [bar] = status_chart([("alle anbefalinger", totals(**counts))])
    return bar


@pytest.mark.parametrize(
    "counts",
    [
        {"none": 22},
        {"in_progress": 1, "none": 99_999},
        {"planned": 1, "in_progress": 2, "implemented": 1, "paused": 1, "abandoned": 1, "lapsed": 1, "none": 100_000},
        {"planned": 7, "none": 38},
    ],
)
def test_a_bar_is_always_whole_and_every_status_can_be_seen(counts):
    boxes = bar_of(**counts).boxes
    assert len(boxes) == len(counts)
    assert sum(number(box.width) for box in boxes) == pytest.approx(100, abs=0.1)
    assert min(number(box.width) for box in boxes) >= 1.5
    right = 0.0
    for box in boxes:  # side by side
        assert number(box.x) == pytest.approx(right, abs=0.05)
        right = number(box.x) + number(box.width)


def test_pieces_are_as_wide_as_their_share_of_the_whole():
    boxes = bar_of(planned=10, none=30).boxes
    assert [(box.fill, box.x, box.width) for box in boxes] == [
        ("planned", "0.00%", "25.00%"),
        ("none", "25.00%", "75.00%"),
    ]


def test_each_piece_is_named_with_its_fill_and_its_number():
    bar = bar_of(planned=1, none=1_234)
    assert bar.name == "alle anbefalinger"
    assert bar.parts == [("planned", "Planlagt", "1"), ("none", "Ingen status registreret", "1.234")]
    assert [fill for fill, _label, _count in bar.parts] == [box.fill for box in bar.boxes]


def test_what_nobody_has_typed_in_is_a_part_of_the_whole():
    [bar] = status_chart([("30 anbefalinger", StatusTotals(untyped=30))])
    assert bar.parts == [("untyped", "Ikke indtastet endnu", "30")]
    assert [number(box.width) for box in bar.boxes] == [100]


def test_each_step_is_a_part_of_the_one_before():
    bars = steps_chart([("Inviteret", 50_000), ("Meldte sig", 643), ("Fik plads", 43), ("Til slut", 29)])
    parts = [number(box.width) for bar in bars for box in bar.boxes if box.fill == "part"]
    assert parts == [100, 1.5, pytest.approx(6.69, abs=0.01), pytest.approx(67.44, abs=0.01)]
    assert [(bar.name, bar.words) for bar in bars] == [
        ("Inviteret", "50.000"),
        ("Meldte sig", "643 af 50.000"),
        ("Fik plads", "43 af 643"),
        ("Til slut", "29 af 43"),
    ]


def test_a_step_larger_than_the_one_before_is_no_part_of_it():
    bars = steps_chart([("Mødte op", 6), ("Medlemmer", 37), ("Ingen", 0)])
    assert [bar.words for bar in bars] == ["6", "37", "0 af 37"]
    assert [[box.fill for box in bar.boxes] for bar in bars] == [["whole", "part"], ["whole", "part"], ["whole"]]
