"""A million websites read by the whole policy, beside pandas and tldextract; emails and names beside Python.

Every contender begins with a DuckDB file and ends with a table in it, in a fresh process, in turns; the
median of three counts. "Alone" is what pandas takes between reading the file and writing to it.
"""

import cProfile
import pstats
import shutil
from functools import partial

import duckdb
import pandas as pd
import pytest

from sync_project.matching.company_names import company_key, loose_company_key
from sync_project.matching.domains import read_website
from sync_project.matching.emails import read_email
from sync_project.matching.readings.companies import fill_company_names
from sync_project.matching.readings.email_addresses import fill_email_addresses
from sync_project.matching.readings.websites import fill_websites
from sync_project.warehouse.models import load_models
from sync_project_tests.benchmarks.messy_texts import stage_texts
from sync_project_tests.benchmarks.own_process import in_own_process, measured

TURNS = 3
ACCOUNTS, DISTINCT_WEBSITES, CONTACTS, NAMED_ACCOUNTS = 1_000_000, 300_000, 1_000_000, 200_000


def write_org(path, **counts):
    with duckdb.connect(path) as connection:
        stage_texts(connection, **counts)


def measured_fill(fill, path):
    """The .sql files are read before, as a run has done that for all tables."""
    load_models()
    return measured(fill, path)


def fill_and_join(path):
    with duckdb.connect(path) as connection:
        fill_websites(connection, keep_subdomain=False)
        connection.execute(
            """CREATE TABLE account_domain AS SELECT account.account_id, website.domain
            FROM staged.account AS account INNER JOIN matched.website AS website USING (website)"""
        )


def fill_emails(path):
    with duckdb.connect(path) as connection:
        fill_email_addresses(connection)


def fill_names(path):
    with duckdb.connect(path) as connection:
        fill_company_names(connection)


def extract_and_write(extract, path):
    table = read_accounts(path)
    extract(table)
    with duckdb.connect(path) as connection:
        connection.register("extracted", table)
        connection.execute(
            "CREATE TABLE account_domain AS SELECT account_id, domain FROM extracted"
        ).fetchall()


def extract_alone(extract, path):
    table = read_accounts(path)
    return measured(extract, table)


def read_accounts(path):
    with duckdb.connect(path) as connection:
        return connection.execute("SELECT account_id, website FROM staged.account").df()


def apply_tldextract(table):
    table["domain"] = table["website"].apply(tldextract_without_fetching())


def map_tldextract(table):
    extract = tldextract_without_fetching()
    table["domain"] = table["website"].map({each: extract(each) for each in table["website"].unique()})


def tldextract_without_fetching():
    import tldextract  # noqa: PLC0415

    extract = tldextract.TLDExtract(suffix_list_urls=())
    return lambda website: extract(website).top_domain_under_public_suffix


def read_emails(path):
    def read(email):
        reading = read_email(email)
        return email, reading.normalized, reading.company_domain, str(reading.kind), reading.duplicate_key

    read_in_python(path, "SELECT DISTINCT email FROM staged.contact", read)


def read_names(path):
    read_in_python(
        path,
        "SELECT DISTINCT name FROM staged.account",
        lambda name: (name, company_key(name), loose_company_key(name)),
    )


def read_in_python(path, texts, read):
    """Each distinct text by the function for one text, all rows in one frame."""
    with duckdb.connect(path) as connection:
        rows = [read(text) for (text,) in connection.execute(texts).fetchall()]
        connection.register("rows", pd.DataFrame(rows, dtype=object))
        connection.execute("CREATE TABLE reading AS SELECT * FROM rows").fetchall()


def share_read_in_python(path, fill, function):
    """How many of the distinct texts the profiler sees the function read."""
    profile = cProfile.Profile()
    with duckdb.connect(path) as connection:
        count = profile.runcall(fill, connection)
    calls = pstats.Stats(profile).stats
    code = function.__code__
    return calls[(code.co_filename, code.co_firstlineno, code.co_name)][0] / count


def compare(folder, contenders, *, against, capsys, title):
    """The contenders in turns, each on a copy of the file; returns the last copies by name."""
    runs = {name: [] for name in contenders}
    copies = {name: folder / f"{name}.duckdb" for name in contenders}
    for _ in range(TURNS):
        for name, contender in contenders.items():
            shutil.copy(folder / "org.duckdb", copies[name])
            runs[name].append(in_own_process(contender, copies[name]))
    table = pd.DataFrame({name: pd.DataFrame(each).median() for name, each in runs.items()}).T
    for measure in ("wall s", "CPU s"):
        table[f"{measure[:-2]} of {against}"] = table.loc[against, measure] / table[measure]
    with capsys.disabled(), pd.option_context("display.width", 250, "display.float_format", "{:,.2f}".format):
        print(f"\n{title}: the median of {TURNS} runs, in turns; how much faster than {against}")
        print(table.to_string())
    return copies


@pytest.mark.benchmark
def test_a_million_websites_are_read_beside_pandas_and_tldextract(tmp_path, capsys):
    pytest.importorskip("tldextract", reason="the benchmark extra is not installed")
    write_org(tmp_path / "org.duckdb", accounts=ACCOUNTS, companies=DISTINCT_WEBSITES, contacts=0)
    copies = compare(
        tmp_path,
        {
            "fill_websites": partial(measured_fill, fill_and_join),
            "apply(tldextract)": partial(measured, extract_and_write, apply_tldextract),
            "apply(tldextract) alone": partial(extract_alone, apply_tldextract),
            "tldextract, distinct": partial(measured, extract_and_write, map_tldextract),
            "tldextract, distinct, alone": partial(extract_alone, map_tldextract),
        },
        against="apply(tldextract)",
        capsys=capsys,
        title=f"{ACCOUNTS:,} websites, {DISTINCT_WEBSITES:,} distinct",
    )

    with duckdb.connect(copies["fill_websites"]) as connection:
        connection.execute(f"ATTACH '{copies['apply(tldextract)']}' AS peer (READ_ONLY)")
        both = """FROM account_domain AS ours
            INNER JOIN peer.account_domain AS peer USING (account_id)
            INNER JOIN staged.account AS account USING (account_id)"""
        [(rows, agreed)] = connection.execute(
            f"SELECT count(*), count(*) FILTER (ours.domain = lower(peer.domain)) {both}"
        ).fetchall()
        differing = connection.execute(
            f"""SELECT website, ours.domain, peer.domain {both}
            WHERE ours.domain <> lower(peer.domain) AND regexp_full_match(website, $ordinary)""",
            {"ordinary": "(https?://)?[A-Za-z0-9.-]+(/[a-z/-]*)?"},
        ).fetchall()
    fill = partial(fill_websites, keep_subdomain=False)
    share = share_read_in_python(copies["fill_websites"], fill, read_website)
    with capsys.disabled():
        print(f"{share:.1%} of the distinct texts went to Python; tldextract agrees on {agreed / rows:.1%}")
    assert (rows, differing) == (ACCOUNTS, [])


@pytest.mark.benchmark
def test_the_emails_of_a_million_contacts_are_read_beside_python_alone(tmp_path, capsys):
    write_org(tmp_path / "org.duckdb", accounts=0, companies=NAMED_ACCOUNTS, contacts=CONTACTS)
    copies = compare(
        tmp_path,
        {
            "fill_email_addresses": partial(measured_fill, fill_emails),
            "read_email": partial(measured, read_emails),
        },
        against="read_email",
        capsys=capsys,
        title=f"emails of {CONTACTS:,} contacts",
    )
    share = share_read_in_python(copies["fill_email_addresses"], fill_email_addresses, read_email)
    with capsys.disabled():
        print(f"{share:.1%} of the distinct texts went to Python, hosts included")


@pytest.mark.benchmark
def test_the_names_of_accounts_are_read_beside_python_alone(tmp_path, capsys):
    write_org(tmp_path / "org.duckdb", accounts=NAMED_ACCOUNTS, companies=NAMED_ACCOUNTS, contacts=0)
    copies = compare(
        tmp_path,
        {
            "fill_company_names": partial(measured_fill, fill_names),
            "company_key": partial(measured, read_names),
        },
        against="company_key",
        capsys=capsys,
        title=f"names of {NAMED_ACCOUNTS:,} accounts",
    )
    share = share_read_in_python(copies["fill_company_names"], fill_company_names, company_key)
    with capsys.disabled():
        print(f"{share:.1%} of the distinct texts went to Python")
