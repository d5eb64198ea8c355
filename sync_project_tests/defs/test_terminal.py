import pytest

from sync_project.defs.terminal import harmless, show_table


@pytest.mark.parametrize("code", [*range(0x20), *range(0x7F, 0xA0), 0x202E, 0x2066, 0x2028, 0x200B, 0xFEFF])
def test_no_sign_that_a_terminal_obeys_is_left(code):
    (shown,) = harmless(chr(code))
    assert shown.isprintable()
    assert shown != chr(code)


@pytest.mark.parametrize("width", [20, 40, 80])
def test_lines_keep_to_the_width(width):
    row = ["x" * 60, "", "張" * 30, "e\u0301" * 500]
    lines = list(show_table(["One", "Two", "Three", "Four"], [row], width=width))
    assert all(sum(2 if sign == "張" else sign != "\u0301" for sign in line) <= width for line in lines[:3])


def test_columns_without_room_are_named():
    lines = list(show_table([f"Column {number}" for number in range(9)], [["value"] * 9], width=24))
    assert lines == [
        "Colum…  Column…  Column…",
        "------  -------  -------",
        "value   value    value",
        "(6 more columns: Column 3, Column 4, Column 5, Column 6, Column 7, Column 8)",
    ]
