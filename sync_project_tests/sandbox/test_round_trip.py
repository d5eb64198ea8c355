"""Any record through any write path comes back equal through every read path."""

import csv
import io

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

FIELDS = ("LastName", "Description", "Long__c", "NumberOfEmployees", "AnnualRevenue", "DoNotCall", "Day__c")
LEAD = {"LastName": "A", "Company": "C"}
TEXT = st.text(st.characters(codec="utf-8"), min_size=1) | st.text(
    st.sampled_from('"\n\r,;\t \u2028\x00aé漢😀'), min_size=1
)
LEADS = st.fixed_dictionaries(
    {"LastName": TEXT.filter(str.strip).map(lambda text: text[:80]).filter(str.strip)},
    optional={
        "Description": TEXT | st.none() | st.just(""),
        "Long__c": TEXT | st.none() | st.just(""),
        "NumberOfEmployees": st.integers(0, 99_999_999) | st.none(),
        "AnnualRevenue": st.integers(0, 10**15).map(float) | st.none(),
        "DoNotCall": st.booleans(),
        "Day__c": st.dates().map(str) | st.none(),
    },
)


def create_one_by_one(client, leads):
    return [client.create("Lead", **lead) for lead in leads]


def create_as_collection(client, leads):
    records = [{"attributes": {"type": "Lead"}} | lead for lead in leads]
    return [each["id"] for each in client.post("/composite/sobjects", {"records": records}).json()]


def ingest(client, leads):
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, ("Company", *FIELDS), lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(leads)
    job_id = client.post("/jobs/ingest", {"object": "Lead", "operation": "insert"}).json()["id"]
    client.send("PUT", f"/jobs/ingest/{job_id}/batches", data=file.getvalue().encode())
    client.patch(f"/jobs/ingest/{job_id}", {"state": "UploadComplete"})
    text = client.get(f"/jobs/ingest/{job_id}/successfulResults").content.decode()
    return [row["sf__Id"] for row in csv.DictReader(io.StringIO(text, newline=""))]


def read_rows(client, ids):
    return [client.get(f"/sobjects/Lead/{each}?fields={','.join(FIELDS)}").json() for each in ids]


def read_by_query(client, ids):
    listed = "','".join(ids)
    return client.query(f"SELECT {','.join(FIELDS)} FROM Lead WHERE Id IN ('{listed}') ORDER BY Id")


def read_collection(client, ids):
    return client.post("/composite/sobjects/Lead", {"ids": ids, "fields": list(FIELDS)}).json()


def read_by_bulk(client, ids):
    listed = "','".join(ids)
    soql = f"SELECT {','.join(FIELDS)} FROM Lead WHERE Id IN ('{listed}') ORDER BY Id"
    job = client.post("/jobs/query", {"operation": "query", "query": soql}).json()["id"]
    text = client.get(f"/jobs/query/{job}/results").content.decode()
    return [read_cells(row) for row in csv.DictReader(io.StringIO(text, newline=""))]


def read_cells(row):
    """A row of CSV as the values of JSON."""
    numbers = {
        name: float(row[name]) if row[name] else None for name in ("NumberOfEmployees", "AnnualRevenue")
    }
    texts = {name: row[name] or None for name in ("LastName", "Description", "Long__c", "Day__c")}
    return texts | numbers | {"DoNotCall": row["DoNotCall"] == "true"}


def stored(lead):
    """What the org keeps of a lead: no empty text, no trailing blanks."""
    values = {name: lead.get(name, False if name == "DoNotCall" else None) for name in FIELDS}
    return {name: (each.rstrip() or None) if isinstance(each, str) else each for name, each in values.items()}


WRITES = {"rows": create_one_by_one, "collection": create_as_collection, "bulk": ingest}
READS = {"rows": read_rows, "query": read_by_query, "collection": read_collection, "bulk": read_by_bulk}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(leads=st.lists(LEADS, min_size=1, max_size=3))
@example(
    leads=[{"LastName": "漢" * 80, "Long__c": '"' * 131_071 + "é", "Description": "x\r\n" * 10_000 + "x"}]
)
def test_what_is_written_is_read_everywhere(org, client, write, leads):
    org.add_custom_field("Lead", name="Long__c", type="LongTextArea", length=131_072)
    org.add_custom_field("Lead", name="Day__c", type="Date")
    ids = write(client, [LEAD | lead for lead in leads])
    expected = [stored(lead) for lead in leads]
    for name, read in READS.items():
        found = [{field: row[field] for field in FIELDS} for row in read(client, ids)]
        assert found == expected, name
