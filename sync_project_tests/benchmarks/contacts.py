"""Contacts as an org would send them, written by DuckDB: the files that ``static_org.py`` serves."""

import json
from pathlib import Path

import duckdb

from sync_project.sandbox.describe import describe_object
from sync_project.sandbox.org import SandboxOrg

COLUMNS = {
    "Id": "VARCHAR",
    "SystemModstamp": "TIMESTAMP",
    "IsDeleted": "BOOLEAN",
    "AccountId": "VARCHAR",
    "LastName": "VARCHAR",
    "FirstName": "VARCHAR",
    "Salutation": "VARCHAR",
    "Title": "VARCHAR",
    "Email": "VARCHAR",
    "Phone": "VARCHAR",
    "MobilePhone": "VARCHAR",
    "Department": "VARCHAR",
    "LeadSource": "VARCHAR",
    "MailingStreet": "VARCHAR",
    "MailingCity": "VARCHAR",
    "MailingState": "VARCHAR",
    "MailingPostalCode": "VARCHAR",
    "MailingCountry": "VARCHAR",
    "Birthdate": "DATE",
    "Description": "VARCHAR",
}
"""The fields that the org has, in the order in which ours asks for them, and the type of each column."""

ROWS_PER_BULK_PAGE = 50_000
ROWS_PER_REST_PAGE = 2_000
ROWS_AT_ONCE = 250_000
"""In memory while REST pages are written."""
API = "/services/data/v66.0"

# `n` counts the contacts, `h` is as good as random. Quotes, line breaks, Unicode, `null` as text, and nulls.
_CONTACTS = """
SELECT
    printf('003%012dAAA', n) AS Id,
    strftime(TIMESTAMP '2025-01-01' + to_milliseconds(CAST(n * 1009 AS BIGINT)), '%Y-%m-%dT%H:%M:%S.%g$zone')
        AS SystemModstamp,
    n % 211 = 0 AS IsDeleted,
    printf('001%012dAAA', h % 200000) AS AccountId,
    ['Núñez', 'O''Brien', 'Müller', '王', 'Smith', 'Иванова', '🚀'][1 + h % 7] || '-' || n AS LastName,
    ['Ada', 'Zoë', 'Łukasz', 'Jean-Luc', '美咲', 'Bob', 'Priya'][1 + (h >> 8) % 7] AS FirstName,
    ['Ms.', 'Mr.', 'Dr.', NULL][1 + (h >> 11) % 4] AS Salutation,
    ['VP, Sales', 'Head of "Engines", EMEA', 'CEO', NULL, 'null', 'NA'][1 + (h >> 13) % 6] AS Title,
    printf('person.%d@company%d.example', n, h % 200000) AS Email,
    printf('+44 20 %08d', (h >> 3) % 100000000) AS Phone,
    CASE WHEN n % 2 = 0 THEN printf('+1 (555) %07d', (h >> 5) % 10000000) END AS MobilePhone,
    ['Marketing', 'Finance', 'R&D', NULL][1 + (h >> 17) % 4] AS Department,
    ['Web', 'Trade Show', 'Partner Referral', 'Other'][1 + (h >> 19) % 4] AS LeadSource,
    printf('%d High Street%sFloor %d', h % 900, chr(10), n % 40) AS MailingStreet,
    ['London', 'Zürich', 'São Paulo', 'Springfield', '東京'][1 + (h >> 21) % 5] AS MailingCity,
    CASE WHEN n % 3 = 0 THEN 'CA' END AS MailingState,
    printf('%05d', (h >> 23) % 100000) AS MailingPostalCode,
    ['UK', 'Switzerland', 'Brazil', 'USA', 'Japan'][1 + (h >> 21) % 5] AS MailingCountry,
    CASE WHEN n % 5 > 0 THEN DATE '1850-01-01' + CAST((h >> 7) % 55000 AS INTEGER) END AS Birthdate,
    CASE WHEN n % 4 > 0 THEN repeat('Asked for a call; said "maybe", 50 % off? ', CAST(1 + h % 2 AS INT)) END
        AS Description
FROM (SELECT range AS n, CAST(hash(range) >> 2 AS BIGINT) AS h FROM range($first, $stop))
"""


def write_org(folder: Path, *, rows: int) -> None:
    """The folder of an org with that many contacts."""
    folder.mkdir()
    with duckdb.connect() as connection:
        _write_bulk_pages(folder, rows=rows, connection=connection)
        _write_rest_pages(folder, rows=rows, connection=connection)
    with SandboxOrg.open(folder / "sandbox") as sandbox:
        described = describe_object(sandbox.schema, sandbox.schema.find_object("Contact"), "66.0")
    fields = {each["name"]: each for each in described["fields"]}
    described["fields"] = [fields[name] for name in COLUMNS]
    (folder / "describe.json").write_text(json.dumps(described), encoding="utf-8")


def _write_bulk_pages(folder: Path, *, rows: int, connection: duckdb.DuckDBPyConnection) -> None:
    counts = {}
    for first in range(0, rows, ROWS_PER_BULK_PAGE):
        stop = min(first + ROWS_PER_BULK_PAGE, rows)
        file = folder / f"page-{first:08}.csv"
        contacts = _between(first, stop, zone="Z")
        # Salesforce quotes every cell, an empty one too.
        connection.execute(
            f"""COPY (SELECT coalesce(CAST(COLUMNS(*) AS VARCHAR), '') FROM ({contacts}))
            TO '{file}' (HEADER, FORCE_QUOTE *)"""
        )
        counts[file.name] = stop - first
    (folder / "rows.json").write_text(json.dumps(counts), encoding="utf-8")


def _write_rest_pages(folder: Path, *, rows: int, connection: duckdb.DuckDBPyConnection) -> None:
    for first in range(0, rows, ROWS_AT_ONCE):
        pages = connection.execute(
            f"""SELECT CAST(substr(Id, 4, 12) AS BIGINT) // {ROWS_PER_REST_PAGE}, string_agg(to_json(record))
            FROM (
                SELECT {{'type': 'Contact', 'url': '{API}/sobjects/Contact/' || Id}} AS attributes, *
                FROM ({_between(first, min(first + ROWS_AT_ONCE, rows), zone="+0000")})
            ) AS record GROUP BY ALL"""
        ).fetchall()
        for number, records in pages:
            is_last = (number + 1) * ROWS_PER_REST_PAGE >= rows
            following = "" if is_last else f'"nextRecordsUrl":"{API}/query/01g-{number + 1}",'
            head = f'{{"totalSize":{rows},"done":{json.dumps(is_last)},{following}"records":['
            (folder / f"rest-{number}.json").write_text(f"{head}{records}]}}", encoding="utf-8")


def _between(first: int, stop: int, *, zone: str) -> str:
    """Some contacts; Salesforce writes the zone of a moment differently in CSV and in JSON."""
    return _CONTACTS.replace("$first", str(first)).replace("$stop", str(stop)).replace("$zone", zone)
