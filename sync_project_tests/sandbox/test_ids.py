import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_project.sandbox.ids import add_checksum, make_id, normalise_id


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("001A0000006Vm9r", "001A0000006Vm9rIAC"),
        ("000000000000000", "000000000000000AAA"),
        ("AAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAA555"),
    ],
)
def test_the_checksum_has_one_bit_for_each_capital(short, full):
    assert add_checksum(short) == full


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Acme",
        "001A0000006Vm9",
        "001A0000006Vm9rAAA",
        "001A0000006Vm9!",
        "001A0000006Vm9rIACx",
        "001A0000006Vm9rIa",
    ],
)
def test_what_is_no_id_is_refused(text):
    assert normalise_id(text) is None


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=1, max_value=62**8), st.integers(min_value=1, max_value=62**8))
def test_ids_are_distinct_and_normalise_to_themselves(first, second):
    made = make_id("00Q", first)
    assert normalise_id(made) == normalise_id(made[:15]) == made
    assert (make_id("00Q", second) == made) == (first == second)


@settings(max_examples=100, deadline=None)
@given(st.text("0123456789ABCXYZabcxyz", min_size=15, max_size=15))
def test_the_checksum_restores_the_letter_case(short):
    full = add_checksum(short)
    assert full.startswith(short)
    assert normalise_id(full.lower()) == normalise_id(full.upper()) == full
