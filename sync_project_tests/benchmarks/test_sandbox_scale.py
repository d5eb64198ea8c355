"""The sandbox org at a million contacts: loaded, served by Bulk 2.0 beside static files, ingested.

The server runs in a process of its own, whose CPU seconds and peak memory are read from ``/proc``.
"""

import csv
import itertools
import multiprocessing
import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import requests

from sync_project.sandbox.loading import load_folder, load_rows
from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.server import serve_forever

ROWS = 1_000_000
PAGE = 250_000
UPLOAD_BYTES = 95_000_000
COLUMNS = [
    "LastName",
    "FirstName",
    "Email",
    "Title",
    "Phone",
    "MobilePhone",
    "Department",
    "LeadSource",
    "MailingStreet",
    "MailingCity",
    "MailingState",
    "MailingPostalCode",
    "MailingCountry",
    "Birthdate",
    "Description",
    "AccountId",
    "Fax",
    "Salutation",
]
SOQL = f"SELECT Id, {', '.join(COLUMNS)}, SystemModstamp FROM Contact"


def contacts(accounts, rows=ROWS):
    for n in range(rows):
        yield {
            "LastName": f"Lovelace-{n}",
            "FirstName": f"Ada {n % 977}",
            "Email": f"ada.{n}@acme{n % 5_000}.example",
            "Title": 'Head of "Engines", EMEA' if n % 3 else None,
            "Phone": f"+44 20 {n:07d}",
            "MobilePhone": f"+44 7{n:09d}" if n % 2 else None,
            "Department": "Marketing",
            "LeadSource": "Web",
            "MailingStreet": f"{n} High St\nFloor 2",
            "MailingCity": "London",
            "MailingState": None,
            "MailingPostalCode": "N1 1AA",
            "MailingCountry": "UK",
            "Birthdate": "1980-02-03",
            "Description": "Zoë left a note of about forty letters.",
            "AccountId": accounts[n % len(accounts)],
            "Fax": None,
            "Salutation": "Ms.",
        }


def with_accounts(folder):
    """The ids of 50,000 accounts in a new org."""
    with SandboxOrg.open(folder) as org:
        load_rows(org, "Account", ({"Name": f"Acme {n}"} for n in range(50_000)))
        return [each for (each,) in org.connection.execute('SELECT Id FROM "Account"')]


def run_org(folder, pipe):
    with SandboxOrg.open(folder) as org:
        serve_forever(org, 0, announce=lambda url: pipe.send((url, org.open_session())))


def run_files(folder, pipe):
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    pipe.send((f"http://127.0.0.1:{server.server_port}", ""))
    server.serve_forever()


class Served:
    """A server process and a client of it."""

    def __init__(self, process, url, token):
        self.process = process
        self.url = f"{url}/services/data/v66.0" if token else url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers.update({"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"})

    def call(self, method, path, **options):
        reply = self.session.request(method, self.url + path, timeout=3_600, **options)
        reply.raise_for_status()
        return reply

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak_mb(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1_000


@contextmanager
def served(target, folder):
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=target, args=(folder, theirs), daemon=True)
    process.start()
    client = Served(process, *ours.recv())
    try:
        yield client
    finally:
        client.session.close()
        process.kill()
        process.join()


def measure(server, work, rows=ROWS):
    """Rows a second, and what that cost the server's and this process's CPU."""
    theirs, ours, wall = server.cpu_seconds(), time.process_time(), time.perf_counter()
    work()
    wall = time.perf_counter() - wall
    return {
        "rows/s": rows / wall,
        "wall s": wall,
        "server cpu s": server.cpu_seconds() - theirs,
        "client cpu s": time.process_time() - ours,
        "server peak MB": server.peak_mb(),
    }


def download(server, path, target, **options):
    with server.call("GET", path, stream=True, **options) as reply, target.open("wb") as file:
        for chunk in reply.iter_content(1 << 20):
            file.write(chunk)
        return reply.headers


def read_pages(server, job, folder, **options):
    locator = None
    for number in itertools.count():
        params = {"maxRecords": PAGE} | ({"locator": locator} if locator else {})
        headers = download(server, f"{job}/results", folder / f"{number}.csv", params=params, **options)
        locator = headers["Sforce-Locator"]
        if locator == "null":
            return


def read_parallel(server, job, folder):
    path, urls = f"{job}/resultPages", []
    while path:
        reply = server.call("GET", path).json()
        urls += [each["resultUrl"].partition("v66.0")[2] for each in reply["resultPages"]]
        path = (reply["nextRecordsUrl"] or "").partition("v66.0")[2]
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda n: download(server, urls[n], folder / f"part-{n}.csv"), range(len(urls))))


def show(capsys, title, rows):
    with capsys.disabled(), pd.option_context("display.width", 250, "display.float_format", "{:,.2f}".format):
        print(f"\n{title}\n{pd.DataFrame(rows).T.to_string()}")


@pytest.mark.benchmark
def test_a_million_contacts_are_loaded_and_served(tmp_path, capsys):
    org_folder, pages = tmp_path / "org", tmp_path / "pages"
    pages.mkdir()
    accounts = with_accounts(org_folder)
    started = time.perf_counter()
    with SandboxOrg.open(org_folder) as org:
        load_rows(org, "Contact", contacts(accounts))
    loaded = ROWS / (time.perf_counter() - started)
    results = {}
    with served(run_org, org_folder) as server:
        made = []
        results["job prepared"] = measure(
            server,
            lambda: made.append(
                server.call("POST", "/jobs/query", json={"operation": "query", "query": SOQL}).json()
            ),
        )
        job = f"/jobs/query/{made[0]['id']}"
        assert server.call("GET", job).json()["numberRecordsProcessed"] == ROWS
        for attempt in (1, 2, 3):
            results[f"pages {attempt}"] = measure(server, lambda: read_pages(server, job, pages))
            results[f"gzip {attempt}"] = measure(
                server, lambda: read_pages(server, job, pages, headers={"Accept-Encoding": "gzip"})
            )
            results[f"parallel {attempt}"] = measure(server, lambda: read_parallel(server, job, pages))
    files = [f"{number}.csv" for number in range(ROWS // PAGE)]
    with served(run_files, pages) as server:
        for attempt in (1, 2, 3):
            results[f"static files {attempt}"] = measure(
                server, lambda: [download(server, f"/{name}", tmp_path / name) for name in files]
            )
    started = time.perf_counter()
    with duckdb.connect(str(tmp_path / "floor.duckdb")) as connection:
        found = connection.execute(
            "CREATE TABLE t AS SELECT * FROM read_csv(?, all_varchar = true)",
            [[str(pages / f) for f in files]],
        ).fetchone()
    assert found == (ROWS,)
    floor = ROWS / (time.perf_counter() - started)
    for row in results.values():
        row["ratio to read_csv"] = row["rows/s"] / floor
    size = sum((pages / name).stat().st_size for name in files) / 1e6
    show(
        capsys, f"{size:.0f} MB; load_rows {loaded:,.0f} rows/s; DuckDB read_csv {floor:,.0f} rows/s", results
    )


@pytest.mark.benchmark
def test_a_million_contacts_are_ingested(tmp_path, capsys):
    accounts = with_accounts(tmp_path / "org")
    uploads = list(write_uploads(tmp_path, contacts(accounts)))
    results = {}
    with served(run_org, tmp_path / "org") as server:
        for number, (path, rows) in enumerate(uploads):
            results[f"upload {number}"] = measure(server, lambda p=path: ingest(server, p), rows=rows)
    show(capsys, f"{ROWS:,} contacts by Bulk ingest", results)


@pytest.mark.benchmark
def test_a_folder_with_a_million_contacts_is_loaded(tmp_path, capsys):
    accounts = with_accounts(tmp_path / "org")
    source = tmp_path / "source"
    source.mkdir()
    with (source / "Contact.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(contacts(accounts))
    with SandboxOrg.open(tmp_path / "org") as org:
        started = time.perf_counter()
        assert load_folder(org, source) == {"Contact": ROWS}
    with capsys.disabled():
        print(f"\nload_folder: {ROWS / (time.perf_counter() - started):,.0f} rows/s")


def write_uploads(folder, records):
    """Files below Salesforce's limit, each with its number of rows."""
    for number in itertools.count():
        path, rows = folder / f"upload-{number}.csv", 0
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            for record in records:
                writer.writerow(record)
                rows += 1
                if file.tell() > UPLOAD_BYTES:
                    break
        if not rows:
            return
        yield path, rows


def ingest(server, path):
    job = server.call("POST", "/jobs/ingest", json={"object": "Contact", "operation": "insert"}).json()["id"]
    with path.open("rb") as file:
        server.call("PUT", f"/jobs/ingest/{job}/batches", data=file)
    server.call("PATCH", f"/jobs/ingest/{job}", json={"state": "UploadComplete"})
    ended = server.call("GET", f"/jobs/ingest/{job}").json()
    assert (ended["state"], ended["numberRecordsFailed"]) == ("JobComplete", 0)
