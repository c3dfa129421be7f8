"""Pictures as geometry: words that fit, the same marks as SVG and as PNG, and nothing that a reader of XML refuses."""

import io
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from recommendations.drawing import (
    ELLIPSIS,
    SQUARE,
    Circle,
    Drawing,
    box,
    cut,
    lines,
    measure,
    printable,
    wrap,
)

SVG = "{http://www.w3.org/2000/svg}"
INK, WHITE = (0x14, 0x42, 0x5F), (255, 255, 255)
TEXTS = st.text(max_size=60)


def png(drawing):
    return Image.open(io.BytesIO(drawing.as_png()))


def inked(image, area=None):
    """How many px are dark."""
    return sum(image.convert("L").crop(area or (0, 0, *image.size)).histogram()[:128])


class TestWords:
    def test_bold_is_wider_and_twice_the_size_is_twice_as_wide(self):
        assert measure("Anbefaling", 16, bold=True) > measure("Anbefaling", 16)
        assert measure("Anbefaling", 32) == pytest.approx(2 * measure("Anbefaling", 16), rel=0.03)

    @pytest.mark.parametrize("letter", "æøåÆØÅéü»«…–")
    def test_danish_letters_are_in_the_face(self, letter):
        def drawn(sign):
            drawing = Drawing(40, 40, "")
            drawing.text(10, 30, sign, size=20)
            return drawing.as_png()

        assert drawn(letter) != drawn("\uabff")  # no face has it

    def test_words_that_fit_are_left_alone(self):
        assert cut("Besøg af faste teams", 400, 16) == "Besøg af faste teams"

    @pytest.mark.parametrize("width", [200, 80, 20])
    def test_words_that_do_not_are_cut_at_a_clean_end(self, width):
        short = cut("Prioritering af dokumentationskrav – og, hvad det kræver", width, 16)
        assert short.endswith(ELLIPSIS)
        assert short[-2:-1] not in {" ", ",", ".", "–"}
        assert measure(short, 16) <= width

    def test_wrapped_words_are_all_there_where_there_is_room(self):
        words = "Samfundstilbud i velfærdssektoren som alternativ til værnepligt"
        found = wrap(words, 200, 16, 9)
        assert len(found) > 1
        assert " ".join(found) == words

    def test_the_last_line_is_cut_and_so_is_a_word_wider_than_the_line(self):
        assert wrap("en to tre fire fem seks syv otte ni ti", 60, 16, 2)[-1].endswith(ELLIPSIS)
        assert wrap("Rindfleischetikettierungsüberwachung", 60, 16, 3)[0].endswith(ELLIPSIS)
        assert wrap(" \n ", 60, 16, 3) == []

    @settings(max_examples=60)
    @given(TEXTS, st.integers(30, 300), st.integers(1, 4))
    def test_no_line_is_wider_than_its_room_and_none_too_many(self, text, width, most):
        found = wrap(text, width, 15, most)
        assert len(found) <= most
        assert all(measure(line, 15) <= width for line in found)

    def test_what_nobody_sees_is_no_sign(self):
        assert printable("a\x00b\n\u202ec\u00ad d") == "a b c d"


class TestSvg:
    @settings(max_examples=60)
    @given(TEXTS)
    def test_any_text_is_well_formed_and_comes_out_as_it_went_in(self, text):
        drawing = Drawing(100, 100, text)
        drawing.text(10, 20, text, size=15)
        root = ET.fromstring(drawing.as_svg())
        assert (root.find(f"{SVG}title").text or "") == printable(text)
        assert "".join(found.text for found in root.iter(f"{SVG}text")) == printable(text)

    def test_is_named_and_says_its_language_and_its_size(self):
        root = ET.fromstring(Drawing(120, 80, "Tinget", language="en").as_svg())
        assert (root.get("viewBox"), root.get("role"), root.get("aria-labelledby")) == ("0 0 120 80", "img", "title")
        assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"

    def test_text_keeps_its_measured_length_in_a_face_of_another_width(self):
        drawing = Drawing(300, 40, "")
        drawing.text(290, 20, "92 %", size=16, anchor="end")
        text = ET.fromstring(drawing.as_svg()).find(f"{SVG}text")
        assert float(text.get("x")) + float(text.get("textLength")) == pytest.approx(290, abs=0.1)

    def test_numbers_are_written_as_svg_reads_them(self):
        drawing = Drawing(10, 10, "")
        drawing.line(0.5, 1 / 3, 2, 3, stroke="#000000", dashes=(1.25, 2))
        line = ET.fromstring(drawing.as_svg()).find(f"{SVG}polyline")
        assert (line.get("points"), line.get("stroke-dasharray")) == ("0.5,0.33 2,3", "1.25 2")


class TestPng:
    def test_is_as_large_as_it_says_and_white_where_nothing_is_drawn(self):
        image = png(Drawing(120, 80, ""))
        assert (image.format, image.size, image.getcolors()) == ("PNG", (120, 80), [(9600, WHITE)])

    def test_a_box_stands_where_the_svg_says(self):
        drawing = Drawing(100, 100, "")
        drawing.box(20, 30, 40, 10, fill="#14425f")
        image = png(drawing)
        assert image.getpixel((40, 35)) == INK
        assert {image.getpixel(at) for at in ((17, 35), (63, 35), (40, 27), (40, 43))} == {WHITE}

    def test_words_stand_on_their_base_line_and_within_their_measure(self):
        drawing = Drawing(300, 60, "")
        drawing.text(20, 40, "Hnb", size=24, fill="#000000")
        image = png(drawing)
        wide = 20 + measure("Hnb", 24)
        assert inked(image) > 50
        assert inked(image, (0, 42, 300, 60)) == inked(image, (int(wide) + 2, 0, 300, 60)) == 0

    def test_a_dashed_outline_has_less_ink_than_a_whole_one(self):
        def ink(**paint):
            drawing = Drawing(120, 60, "")
            drawing.box(5, 5, 50, 50, stroke="#000000", stroke_width=2, **paint)
            drawing.circle(90, 30, 20, stroke="#000000", stroke_width=2, **paint)
            image = png(drawing)
            return inked(image, (0, 0, 60, 60)), inked(image, (60, 0, 120, 60))

        whole, dashed = ink(), ink(dashes=(4, 4))
        assert all(0.3 * full < part < 0.8 * full for full, part in zip(whole, dashed, strict=True))

    def test_hatching_stays_in_its_box(self):
        drawing = Drawing(100, 60, "")
        drawing.hatch(20, 20, 60, 12, stroke="#000000")
        image = png(drawing)
        assert 0 < inked(image, (20, 20, 80, 32)) < 60 * 12
        assert inked(image) == inked(image, (18, 18, 82, 34))

    def test_a_sign_grows_with_its_place(self):
        sign = (box(0, 0, SQUARE, SQUARE, fill="#000000"), Circle(fill="#ffffff", x=8, y=8, radius=4))
        sign += (lines((0, 0), (SQUARE, SQUARE), stroke="#000000", stroke_width=1),)
        ink = []
        for size in (16, 32):
            drawing = Drawing(60, 60, "")
            drawing.place(sign, 10, 10, size)
            ink.append(inked(png(drawing)))
            assert inked(png(drawing), (12 + size, 0, 60, 60)) == 0
        assert ink[1] == pytest.approx(4 * ink[0], rel=0.1)
