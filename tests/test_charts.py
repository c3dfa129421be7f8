"""The geometry of charts: every bar is whole, nothing that is there is invisible, and the words fit."""

import re

import pytest

from recommendations.charts import BOLD, NARROW, BarGroup, status_chart, steps_chart
from recommendations.figures import StatusTotals

LONG = "Københavns Kommunes igangværende indsatser for rekruttering og fastholdelse pr. 1. november 2021"


def totals(**counts):
    counts = {code if code != "none" else "": count for code, count in counts.items()}
    return StatusTotals(StatusTotals().by_status | counts)


def number(length):
    return float(re.fullmatch(r"(\d+\.\d\d)(%|rem)", length)[1])


def chart_of(**counts):
    return status_chart([BarGroup("Tinget", [("alle anbefalinger", totals(**counts))])])


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
    boxes = chart_of(**counts).boxes
    assert len(boxes) == len(counts)
    assert sum(number(box.width) for box in boxes) == pytest.approx(100, abs=0.1)
    assert min(number(box.width) for box in boxes) >= 1.5
    right = 0.0
    for box in boxes:  # side by side
        assert number(box.x) == pytest.approx(right, abs=0.05)
        right = number(box.x) + number(box.width)


def test_pieces_are_as_wide_as_their_share_of_the_whole():
    boxes = chart_of(planned=10, none=30).boxes
    assert [(box.fill, box.x, box.width) for box in boxes] == [
        ("planned", "0.00%", "25.00%"),
        ("none", "25.00%", "75.00%"),
    ]


def test_words_stand_under_the_pieces_that_have_room_for_them():
    words = [text.words for text in chart_of(in_progress=30, planned=2, none=14).texts]
    assert words[:2] == ["Tinget", "alle anbefalinger"]
    assert words[2:] == ["2", "30 i gang", "14"]


def test_long_headings_are_broken_and_then_cut():
    chart = status_chart([BarGroup(LONG, [("30 initiativer", totals(in_progress=30))])])
    headings = [text.words for text in chart.texts if text.is_heading]
    assert len(headings) == 2
    assert all(len(line) <= BOLD for line in headings)
    assert headings[1].endswith("…")
    assert chart.rows[0][0] == chart.sentences[0][0] == LONG  # whole in the table and in the description


def test_table_and_description_say_the_same_numbers_with_their_whole():
    chart = chart_of(planned=1, none=1_234)
    assert chart.rows == [
        ("Tinget", "alle anbefalinger", [("Planlagt", "1 af 1.235"), ("Ingen status registreret", "1.234 af 1.235")])
    ]
    words = "alle anbefalinger: 0 af 1.235 gennemført, 1 planlagt, 1.234 uden status."
    assert chart.sentences == [("Tinget", words)]


def test_legend_has_the_fills_that_occur_once_each():
    group = BarGroup("", [("a", totals(planned=1, none=1)), ("b", totals(none=5))])
    assert status_chart([group]).legend == [("planned", "Planlagt"), ("none", "Ingen status registreret")]


def test_nothing_stands_lower_than_the_chart_is_high():
    chart = status_chart([BarGroup(LONG, [("a", totals(planned=1, none=1)), ("b", totals(none=5))])] * 3)
    lowest = max(number(box.y) + number(box.height) for box in chart.boxes)
    assert max(lowest, *(number(text.y) for text in chart.texts)) <= number(chart.height)
    assert all(len(text.words) <= NARROW for text in chart.texts)


def test_each_step_is_a_part_of_the_one_before():
    chart = steps_chart([("Inviteret", 50_000), ("Meldte sig", 643), ("Fik plads", 43), ("Til slut", 29)])
    parts = [number(box.width) for box in chart.boxes if box.fill == "part"]
    assert parts == [100, 1.5, pytest.approx(6.69, abs=0.01), pytest.approx(67.44, abs=0.01)]
    counts = [
        ("Inviteret", "50.000"),
        ("Meldte sig", "643 af 50.000"),
        ("Fik plads", "43 af 643"),
        ("Til slut", "29 af 43"),
    ]
    assert chart.rows == [("", "", counts)]
    assert chart.sentences == [(name, f"{count}.") for name, count in counts]


def test_a_step_larger_than_the_one_before_is_no_part_of_it():
    chart = steps_chart([("Mødte op", 6), ("Medlemmer", 37), ("Ingen", 0)])
    assert chart.rows[0][2] == [("Mødte op", "6"), ("Medlemmer", "37"), ("Ingen", "0 af 37")]
    assert [box.fill for box in chart.boxes] == ["whole", "part", "whole", "part", "whole"]
