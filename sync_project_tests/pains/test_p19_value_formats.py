"""P19: values come out in another format than they went in.

Dates move by a day when a time zone is laid over them, or are refused before 1900; a picklist's value turns
into its label; an id of 15 characters is compared without regard to case. MinnPost#128, #125, #131;
mautic#4856, #8989; dataloader#280, #456, #1191, #207; NetCoreForce#55, #65; CumulusCI#298; SFDMU#138.
(What concerns writing is tested there. Texts: ``ingest/test_hostile_values.py``.)
"""

from datetime import date, datetime

import pytest

from sync_project.sandbox.ids import add_checksum
from sync_project.sandbox.loading import load_rows
from sync_project_tests.ingest.conftest import at
from sync_project_tests.pains.records import load_leads, record_id

LOWER, UPPER = "001000000000abc", "001000000000ABC"
DATES = [date(1700, 1, 1), date(1899, 12, 31), date(1970, 1, 1), date(2026, 3, 29), date(4000, 12, 31)]
NUMBERS = [0.1, -0.01, 123_456_789_012.34, 9_007_199_254_740_991, 1e-8]
CHOICES = ["A;B", "no entry of the list", "NULL", "0", None]
MOMENTS = {
    "1883-11-18T12:03:58-05:00": datetime(1883, 11, 18, 17, 3, 58),
    "2026-03-29T02:30:00+02:00": datetime(2026, 3, 29, 0, 30),
    "2026-10-25T02:30:00+01:00": datetime(2026, 10, 25, 1, 30),
    "2026-01-01T00:00:00+14:00": datetime(2025, 12, 31, 10),
    "4000-12-31T23:59:59-12:00": datetime(4001, 1, 1, 11, 59, 59),
}
"""As they go in, and in UTC."""


@pytest.mark.parametrize("bulk_above_rows", [10_000, 1], ids=["rest", "bulk"])
def test_dates_times_numbers_and_choices_come_out_as_they_went_in(sandbox, importer, bulk_above_rows):
    sandbox.add_custom_field("Lead", name="Day__c", type="Date")
    sandbox.add_custom_field("Lead", name="Moment__c", type="DateTime")
    sandbox.add_custom_field("Lead", name="Number__c", type="Number", precision=18, scale=8)
    sandbox.add_custom_field(
        "Lead", name="Choice__c", type="MultiselectPicklist", picklist=["A", "B"], restricted=True
    )
    fields = ("Day__c", "Moment__c", "Number__c", "Choice__c")
    given = list(zip(DATES, MOMENTS, NUMBERS, CHOICES, strict=True))
    load_leads(sandbox, range(len(given)), each=lambda n: dict(zip(fields, given[n], strict=True)))
    importer.objects["Lead"] = {"fields": fields}
    importer.describe()

    importer.read("Lead", bulk_above_rows=bulk_above_rows)

    arrived = importer.rows(f"SELECT {', '.join(fields)} FROM raw.lead ORDER BY Id")
    assert arrived == list(zip(DATES, MOMENTS.values(), NUMBERS, CHOICES, strict=True))


def test_ids_that_differ_only_in_case_are_different_records(sandbox, importer):
    accounts = [{"Id": add_checksum(each), "Name": each[-3:]} for each in (LOWER, UPPER)]
    load_rows(sandbox, "Account", accounts)
    load_rows(
        sandbox,
        "Contact",
        [
            {"Id": record_id("003", n), "LastName": each[-3:], "AccountId": each, "Title": each}
            | {"SystemModstamp": at(1, 1)}
            for n, each in enumerate((LOWER, UPPER))
        ],
    )
    importer.read("Account")
    importer.read("Contact")

    found = """SELECT LastName, account.Name, AccountId, Title
        FROM raw.contact INNER JOIN raw.account ON AccountId = account.Id ORDER BY LastName"""
    assert importer.rows(found) == [
        ("ABC", "ABC", add_checksum(UPPER), UPPER),
        ("abc", "abc", add_checksum(LOWER), LOWER),
    ]
