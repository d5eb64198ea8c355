from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from sync_project.salesforce.values import UnsendableValueError, to_cell, to_json


@pytest.mark.parametrize(
    ("value", "as_json", "as_cell"),
    [
        (None, None, "#N/A"),
        ("", None, "#N/A"),
        (" ", " ", " "),
        ("Zoë\r\n\u2028🚀", "Zoë\r\n\u2028🚀", "Zoë\r\n\u2028🚀"),
        (False, False, "false"),
        (0, 0, "0"),
        (1e-7, 1e-7, "0.0000001"),
        (1e22, 1e22, "10000000000000000000000"),
        (87.0, 87.0, "87.0"),
        (Decimal("12.50"), 12.5, "12.50"),
        (Decimal("9999999999999999.99"), 1e16, "9999999999999999.99"),
        (date(2026, 1, 2), "2026-01-02", "2026-01-02"),
        (datetime(2026, 1, 2, 3, 4, 5, 678900, tzinfo=UTC),
         "2026-01-02T03:04:05.678+00:00", "2026-01-02T03:04:05.678+00:00"),
        (datetime(2026, 1, 2, 3, 4, tzinfo=timezone(timedelta(hours=-5))),
         "2026-01-02T03:04:00.000-05:00", "2026-01-02T03:04:00.000-05:00"),
    ],
)  # fmt: skip
def test_a_value_is_written_for_both_ways(value, as_json, as_cell):
    assert to_json(value, field="F") == as_json
    assert to_cell(value, field="F") == as_cell


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (float("nan"), "nan is no number"),
        (float("inf"), "inf is no number"),
        (Decimal("NaN"), "nan is no number"),
        (datetime(2026, 1, 2), "2026-01-02T00:00:00 does not say its time zone"),
        ("half \ud800", "half a character at position 5"),
    ],
)
def test_what_salesforce_cannot_express_is_refused_by_field(value, reason):
    for write in (to_json, to_cell):
        with pytest.raises(UnsendableValueError, match=f"Score__c: .*{reason}") as caught:
            write(value, field="Score__c")
        assert caught.value.field == "Score__c"


def test_the_text_that_means_null_in_a_bulk_job_goes_only_by_json():
    assert to_json("#N/A", field="Title") == "#N/A"
    with pytest.raises(UnsendableValueError, match="would clear the field"):
        to_cell("#N/A", field="Title")
