import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_project.sandbox.soql.record_ids import expand_id

bodies = st.text("0123456789ABCXYZabcxyz", min_size=15, max_size=15)


@settings(max_examples=100, deadline=None)
@given(bodies)
def test_the_suffix_restores_the_letter_case(body):
    expanded = expand_id(body)

    assert expanded is not None
    assert expanded.startswith(body)
    assert expand_id(expanded.lower()) == expanded
    assert expand_id(expanded.upper()) == expanded


@pytest.mark.parametrize(
    "text",
    ["", "001", "001D000000IRFm", "001D000000IRFmaIA", "001D000000IRF-a", "x" * 19, "001D000000IRFmaAAA"],
)
def test_what_is_no_id_is_none(text):
    assert expand_id(text) is None
