from itertools import pairwise

import pytest

from sync_project.pictures.drawing import Anchor, Colour, Drawing, Scale, list_ticks
from sync_project_tests.pictures.read_back import list_marks, list_texts, read_picture


def test_a_drawing_is_a_picture_inside_the_text():
    drawing = Drawing(width=200, height=100)
    drawing.bar((10, 20.04), width=5, height=60, colour=Colour.MAIN)
    drawing.dot((50, 60), colour=Colour.HOT)
    drawing.line((0, 0), (200, 100), colour=Colour.QUIET, is_dashed=True)
    told = drawing.markdown(alt="Some marks")
    assert read_picture(told).attrib["viewBox"] == "0 0 200 100"
    assert list_marks(told, "rect")[1:] == [
        {"x": "10", "y": "20", "width": "5", "height": "60", "fill": Colour.MAIN}
    ]
    assert list_marks(told, "circle") == [{"cx": "50", "cy": "60", "r": "4", "fill": Colour.HOT}]
    [line] = list_marks(told, "path")
    assert (line["d"], line["stroke-dasharray"]) == ("M0 0L200 100", "5 4")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("R&D <script>alert(1)</script>", "R&D <script>alert(1)</script>"),
        ('"]]><svg onload="x">', '"]]><svg onload="x">'),
        ("a\x00b\x1b\ufffe\nc", "ab c"),
        ("Zoë 日本 🙂", "Zoë 日本 🙂"),
    ],
)
def test_text_of_the_org_is_shown_and_never_markup(text, shown):
    drawing = Drawing(width=10, height=10)
    drawing.text((0, 0), text, anchor=Anchor.END, is_bold=True)
    told = drawing.markdown(alt="text")
    assert list_texts(told) == [shown]
    assert [each.tag.split("}")[1] for each in read_picture(told)] == ["rect", "text"]


def test_a_scale_that_ends_above_its_start_is_upright():
    scale = Scale(low=0, high=1, start=250, end=50)
    assert [scale.place(share) for share in (0, 0.25, 1)] == [250, 200, 50]


@pytest.mark.parametrize("most", [0.0007, 0.01, 0.26, 0.5385, 1, 1.0001, 5, 61, 999, 123_456])
def test_an_axis_reaches_far_enough_in_two_to_six_even_steps(most):
    ticks = list_ticks(most)
    assert 3 <= len(ticks) <= 7
    assert ticks[-2] < most <= ticks[-1]
    assert len({round(after - before, 9) for before, after in pairwise(ticks)}) == 1
