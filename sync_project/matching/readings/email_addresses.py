"""Fills matched.email_address: plain texts are read in SQL, the others by `emails.read_email`, to one result.

A plain text is an address and nothing else, of ASCII letters and digits, whose mailbox is in no list but that
of role mailboxes. Of several words may be a role only what begins with one, a place or the company; that is
left to Python. What else an address means follows from its host, and each host is looked at once: in SQL
where it is plain itself (`plain_hosts`), else by reading an address there.
"""

from collections.abc import Sequence

import duckdb

from sync_project.matching.emails import LONGEST_MAILBOX, OPENING_ROLES, read_email
from sync_project.matching.readings.own_domains import strike_own_domains
from sync_project.matching.readings.plain_hosts import PLAIN_HOST, company_domain_query, create_list_tables
from sync_project.matching.readings.tables import Row, create_word_table, insert_readings
from sync_project.matching.texts.word_lists import load_every_list, load_words
from sync_project.warehouse.models import build_table, count_rows, load_models

_PLAIN_EMAIL = rf"[A-Za-z0-9]+(?:[._+-][A-Za-z0-9]+)*@{PLAIN_HOST}"
# A mailbox that is in no list, which shows what becomes of dots and tags at a host.
_ANY_MAILBOX, _WITHOUT_DOTS = "q.x+y", "qx"

_ADDRESSES = """
CREATE OR REPLACE TEMP TABLE plain_address AS
WITH found (email) AS (
    SELECT email FROM staged.contact UNION SELECT email FROM staged.lead
    UNION SELECT email FROM staged.former_email UNION SELECT email FROM staged.engagement_event
),
cut AS (
    SELECT
        email,
        CASE WHEN regexp_full_match(email, $plain_email) THEN lower(email) END AS address,
        split_part(address, '@', 1) AS mailbox,
        split_part(address, '@', 2) AS full_host,
        split_part(mailbox, '+', 1) AS untagged,
        replace(replace(untagged, '-', '.'), '_', '.') AS dotted,
        rtrim(split_part(dotted, '.', 1), '0123456789') AS first_word
    FROM found
    WHERE email IS NOT NULL
),
named AS (
    SELECT *, name IN (SELECT role_mailbox.name FROM role_mailbox) AS is_role
    FROM (SELECT *, replace(dotted, '.', '') AS name FROM cut) AS joined
)
SELECT
    email,
    untagged,
    is_role,
    CASE
        WHEN length(mailbox) > $longest_mailbox THEN NULL
        WHEN name IN (SELECT listed_word.name FROM listed_word) THEN NULL
        WHEN is_role THEN full_host
        WHEN first_word = '' OR strpos('.' || full_host, '.' || first_word || '.') > 0 THEN NULL
        WHEN first_word NOT IN (SELECT role_word.name FROM role_word) THEN full_host
    END AS host
FROM named
"""


def fill_email_addresses(connection: duckdb.DuckDBPyConnection, *, own_domains: Sequence[str] = ()) -> int:
    """Replace matched.email_address; returns its row count."""
    build_table(load_models()["matched.email_address"], connection=connection, parameters={})
    _find_plain_addresses(connection)
    _read_hosts(connection)
    connection.execute(
        """INSERT INTO matched.email_address
        SELECT
            address.email,
            lower(address.email),
            host.company_domain,
            CASE WHEN address.is_role AND host.kind = 'corporate' THEN 'role' ELSE host.kind END,
            CASE WHEN host.drops_dots THEN replace(address.untagged, '.', '') ELSE address.untagged END
            || '@' || host.key_host,
            FALSE
        FROM plain_address AS address INNER JOIN mail_host AS host ON address.host = host.host
        WHERE host.kind IS NOT NULL"""
    )
    insert_readings(
        "matched.email_address",
        connection=connection,
        texts="""SELECT address.email
        FROM plain_address AS address LEFT JOIN mail_host AS host ON address.host = host.host
        WHERE host.kind IS NULL""",
        read=_read,
    )
    strike_own_domains("matched.email_address", own_domains, connection=connection, mark="is_own")
    connection.execute("DROP TABLE plain_address")
    connection.execute("DROP TABLE mail_host")
    return count_rows("matched.email_address", connection=connection)


def _find_plain_addresses(connection: duckdb.DuckDBPyConnection) -> None:
    """plain_address: a row per text; host is null where the text is not plain or its mailbox is listed."""
    roles = load_words("role_mailboxes")
    others = (words for name, words in load_every_list().items() if name != "role_mailboxes")
    listed = {word for words in others for word in words if "." not in word}
    create_word_table("role_mailbox", roles, connection=connection)
    create_word_table("role_word", roles | load_words("role_places") | OPENING_ROLES, connection=connection)
    create_word_table("listed_word", listed, connection=connection)
    connection.execute(_ADDRESSES, {"plain_email": _PLAIN_EMAIL, "longest_mailbox": LONGEST_MAILBOX})


def _read_hosts(connection: duckdb.DuckDBPyConnection) -> None:
    """mail_host: a row per host of plain addresses, with what is common to all its mailboxes.

    kind is null where Python must read each address: the host is invalid, or changed in its reading.
    """
    create_list_tables(connection)
    hosts = "(SELECT DISTINCT host FROM plain_address WHERE host IS NOT NULL)"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE read_host AS {company_domain_query(hosts)}")
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE mail_host AS
        SELECT host, 'corporate' AS kind, company_domain, host AS key_host, FALSE AS drops_dots
        FROM read_host WHERE company_domain IS NOT NULL"""
    )
    insert_readings(
        "mail_host",
        connection=connection,
        texts="SELECT host FROM read_host WHERE company_domain IS NULL",
        read=_read_host,
    )
    connection.execute("DROP TABLE read_host")


def _read(email: str) -> Row:
    reading = read_email(email)
    kind, key = str(reading.kind), reading.duplicate_key
    return email, reading.normalized, reading.company_domain, kind, key, False


def _read_host(host: str) -> Row:
    reading = read_email(f"{_ANY_MAILBOX}@{host}")
    if reading.normalized != f"{_ANY_MAILBOX}@{host}":
        return host, None, None, None, None
    mailbox, _, key_host = (reading.duplicate_key or "").partition("@")
    return host, str(reading.kind), reading.company_domain, key_host or None, mailbox == _WITHOUT_DOTS
