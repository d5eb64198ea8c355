"""Data that look hostile: what was put into the org is what the raw table holds, by REST and by Bulk."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync_project.sandbox.ids import add_checksum
from sync_project.sandbox.loading import load_rows

FIELDS = ("LastName", "Long__c", "Day__c", "Moment__c", "Amount__c", "NumberOfEmployees", "DoNotCall")
KEPT = {"Id", "SystemModstamp", "IsDeleted", *FIELDS}
"""All others are left out, so that an import takes little time."""
LONGEST = 131_072
REST, BULK = 10_000, 1
"""The rows above which an import goes by Bulk."""

WORDS = [
    "NA", "N/A", "#N/A", "null", "NULL", "None", "nan", "\\N", "true", "0042", "1e5", "2026-03-01",
    "=1+1", "+1", "-cmd|' /C calc'!A0", "@SUM(A1)", '=HYPERLINK("http://x")',
    '"', '""', '"",""', "'; DROP TABLE raw.lead; --", "$name {x} %s", "a,b;c\td",
    "a\nb", "a\r\nb", "a\rb", "\nfirst", " leading", "\u00a0x", "\u2028", "\ufeffx", "\u200bx",
    "\x00x", "\x1ax",
    "Zoë", "e\u0301", "漢字", "😀", "👩\u200d👩\u200d👧", "\u202egnp.exe", "مرحبا",
    '"},{"attributes":{"type":"Lead"},"Id":"00Q000000000009AAA"}],"done":true}',
    '"}]}', '\\"', "\\u0000", "{{", "<script>alert(1)</script>",
]  # fmt: skip
PASTED = [
    '00Q000000000009AAA,2026-03-01T00:00:00.000Z,x\n',
    '"00Q000000000009AAA","2026-03-01T00:00:00.000Z","x"\n',
    '"\n"00Q000000000009AAA","2026-03-01T00:00:00.000Z","',
    '{"attributes":{"type":"Lead"},"Id":"00Q000000000009AAA"},',
]  # fmt: skip

TEXT = st.text(st.characters(codec="utf-8"), max_size=60) | st.text(
    st.sampled_from('"\n\r,;\t \\=\u2028\x00aé漢😀{}[]'), max_size=60
)
"""The org keeps no blanks at the end of a text."""
LEADS = st.fixed_dictionaries(
    {"LastName": TEXT, "DoNotCall": st.booleans()},
    optional={
        "Long__c": TEXT,
        "Day__c": st.dates(),
        "Moment__c": st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0)),
        "Amount__c": st.decimals(-(10**12), 10**12, places=2).map(float),
        "NumberOfEmployees": st.integers(0, 99_999_999),
    },
)


@pytest.fixture
def hostile(sandbox, importer):
    """Returns a function that puts leads into the org, imports them, and returns what the raw table holds."""
    for name, kind in {"Long__c": "LongTextArea", "Day__c": "Date", "Moment__c": "DateTime"}.items():
        sandbox.add_custom_field(
            "Lead", name=name, type=kind, length=LONGEST if kind == "LongTextArea" else 0
        )
    sandbox.add_custom_field("Lead", name="Amount__c", type="Currency", precision=18, scale=2)
    others = [each.name for each in sandbox.find_object("Lead").fields.values() if each.name not in KEPT]
    importer.objects["Lead"] = {"fields": FIELDS, "left_out": others}
    importer.describe()
    org = importer.sign_in()

    def bring_in(leads, *, bulk_above_rows):
        with sandbox.transaction() as connection:
            connection.execute('DELETE FROM "Lead"')
        load_rows(
            sandbox, "Lead", [{"Id": add_checksum(f"00Q{n:012}"), **lead} for n, lead in enumerate(leads)]
        )
        importer.rows("DROP TABLE IF EXISTS raw.lead; DROP TABLE IF EXISTS raw.import_log")
        counts = importer.read("Lead", org=org, bulk_above_rows=bulk_above_rows)
        assert counts.way == ("bulk" if bulk_above_rows == BULK else "rest")
        return importer.rows(f"SELECT {', '.join(FIELDS)} FROM raw.lead ORDER BY Id")

    return bring_in


def arrived(lead):
    """The row that a lead must become: times are UTC without saying so, an empty text is none."""
    texts = {name: each.rstrip() or None for name, each in lead.items() if isinstance(each, str)}
    times = {name: each.replace(tzinfo=None) for name, each in lead.items() if isinstance(each, datetime)}
    return tuple((lead | texts | times).get(name) for name in FIELDS)


@pytest.mark.parametrize("bulk_above_rows", [REST, BULK], ids=["rest", "bulk"])
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(leads=st.lists(LEADS, min_size=2, max_size=9))
def test_whatever_is_in_the_org_arrives_unchanged(hostile, bulk_above_rows, leads):
    assert hostile(leads, bulk_above_rows=bulk_above_rows) == [arrived(lead) for lead in leads]


@pytest.mark.parametrize("bulk_above_rows", [REST, BULK], ids=["rest", "bulk"])
def test_the_worst_texts_arrive_unchanged(hostile, bulk_above_rows):
    longest = ["漢" * LONGEST, '"' * LONGEST, "\n" * (LONGEST - 1) + "x", "\\" * LONGEST]
    pasted = [(text * LONGEST)[: LONGEST - 1] + "x" for text in PASTED]
    leads = [{"LastName": text, "Long__c": text, "DoNotCall": False} for text in WORDS]
    leads += [
        {"LastName": f"{n}", "Long__c": text, "DoNotCall": True} for n, text in enumerate(longest + pasted)
    ]

    assert hostile(leads, bulk_above_rows=bulk_above_rows) == [arrived(lead) for lead in leads]
