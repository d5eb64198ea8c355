from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from sync_project.sandbox.catalog import standard_schema
from sync_project.sandbox.errors import RecordError
from sync_project.sandbox.values import UnreadableValueError, check_value, read_value

SCHEMA = standard_schema()


def field_of(path):
    sobject, _, name = path.partition(".")
    return SCHEMA.find_object(sobject).find_field(name)


@pytest.mark.parametrize(
    ("path", "given", "stored"),
    [
        ("Lead.LastName", "Ann  ", "Ann"),
        ("Lead.LastName", "", None),
        ("Lead.LastName", "   ", None),
        ("Lead.Email", "Ada@Example.COM", "ada@example.com"),
        ("Lead.IsConverted", None, 0),
        ("Lead.IsConverted", "TRUE", 1),
        ("Lead.IsConverted", "no", 0),
        ("Lead.NumberOfEmployees", "12", 12),
        ("Lead.NumberOfEmployees", 12.0, 12),
        ("Lead.AnnualRevenue", "1000.5", 1001.0),
        ("Opportunity.Amount", Decimal("10.005"), 10.01),
        ("Opportunity.CloseDate", "2026-02-28", "2026-02-28"),
        ("Opportunity.CloseDate", date(2026, 2, 28), "2026-02-28"),
        ("Lead.CreatedDate", "2026-02-28T23:30:00.999-01:00", "2026-03-01T00:30:00.000+0000"),
        ("Lead.CreatedDate", "2026-02-28T23:30:00.000+0000", "2026-02-28T23:30:00.000+0000"),
        (
            "Lead.CreatedDate",
            datetime(2026, 1, 1, 2, tzinfo=timezone(timedelta(hours=2))),
            "2026-01-01T00:00:00.000+0000",
        ),
        ("Lead.CreatedDate", datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00.000+0000"),
        ("Lead.OwnerId", "005000000000001", "005000000000001AAA"),
    ],
)
def test_values_are_stored_as_salesforce_stores_them(path, given, stored):
    assert read_value(field_of(path), given) == stored


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("Lead.LastName", 5),
        ("Lead.NumberOfEmployees", "many"),
        ("Lead.NumberOfEmployees", 1.5),
        ("Lead.NumberOfEmployees", True),
        ("Lead.AnnualRevenue", float("nan")),
        ("Lead.AnnualRevenue", "inf"),
        ("Lead.IsConverted", "perhaps"),
        ("Opportunity.CloseDate", "2026-02-30"),
        ("Opportunity.CloseDate", "28.02.2026"),
        ("Lead.CreatedDate", "yesterday"),
        ("Lead.CreatedDate", 1_700_000_000),
    ],
)
def test_values_of_another_type_are_unreadable(path, given):
    with pytest.raises(UnreadableValueError):
        read_value(field_of(path), given)


@pytest.mark.parametrize(
    ("path", "stored", "code", "message"),
    [
        (
            "Lead.Salutation",
            "x" * 41,
            "STRING_TOO_LONG",
            f"Salutation: data value too large: {'x' * 41} (max length=40)",
        ),
        ("Lead.Email", "not-an-email", "INVALID_EMAIL_ADDRESS", "Email: invalid email address: not-an-email"),
        (
            "Lead.CleanStatus",
            "Dirty",
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            "Clean Status: bad value for restricted picklist field: Dirty",
        ),
        (
            "Lead.AnnualRevenue",
            1e18,
            "NUMBER_OUTSIDE_VALID_RANGE",
            "Annual Revenue: value outside of valid range on numeric field: 1e+18",
        ),
        (
            "Contact.AccountId",
            "003000000000001AAA",
            "MALFORMED_ID",
            "Account ID: id value of incorrect type: 003000000000001AAA",
        ),
        ("Contact.AccountId", "Acme", "MALFORMED_ID", "Account ID: id value of incorrect type: Acme"),
    ],
)
def test_values_that_break_their_fields_rules_are_refused(path, stored, code, message):
    with pytest.raises(RecordError) as caught:
        check_value(field_of(path), stored, schema=SCHEMA)
    assert (caught.value.code, caught.value.message) == (code, message)
    assert caught.value.fields == [path.partition(".")[2]]


def test_an_unrestricted_picklist_takes_any_value():
    check_value(field_of("Lead.Status"), "Never heard of", schema=SCHEMA)
