import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_project.matching.emails import read_email
from sync_project.matching.readings.email_addresses import fill_email_addresses
from sync_project.matching.texts.word_lists import load_every_list
from sync_project_tests.matching.readings.listed_hosts import LABELS, hosts
from sync_project_tests.matching.small_org import rows_of, stage

WORDS = sorted(word for words in load_every_list().values() for word in words if "." not in word)
MAILBOXES = [
    *("jane", "Jane.Doe", "j-doe", "j_doe", "j.doe+crm", "+x", "j+", "j.d+a+b", "j..d"),
    *(".j", "j.", "j-", "jane%", "jane=acme.com", "jan\u00e9", "\u212a"),
    *("info", "Sales", "in.fo", "in%fo", "info+x", "no-reply", "n.a", "1"),
    *("info2", "sales.uk", "uk.sales", "acme.jobs", "jane.sales", "sales2-team", "2.sales", "jobs_acme"),
    *("a" * 64, "a" * 65),
]
BEFORE = ["", "", "", "", "mailto:", "Jane <", "'", " ", "mail: ", "&quot;"]
AT = ["@", "@", "@", "@", "@", " @ ", "@@", "@www.", "", "&#64;"]
BEHIND = ["", "", "", "", ".invalid", ">", ";b@acme.com", "?subject=a", ".", " ", "\0"]


def filled_and_read(emails):
    """What the table holds for the texts, and what the function says of each."""
    connection = duckdb.connect()
    stage(connection)
    connection.execute("INSERT INTO staged.contact (email) SELECT unnest($emails)", {"emails": emails})
    fill_email_addresses(connection)
    filled = connection.execute(
        "SELECT * EXCLUDE (is_own) FROM matched.email_address ORDER BY email"
    ).fetchall()
    return filled, [row_of(each) for each in sorted(set(emails))]


def row_of(email):
    reading = read_email(email)
    return email, reading.normalized, reading.company_domain, str(reading.kind), reading.duplicate_key


def emails():
    words = st.sampled_from(WORDS) | st.sampled_from(LABELS)
    mailboxes = st.sampled_from(MAILBOXES) | words
    parts = st.sampled_from(BEFORE), mailboxes, st.sampled_from(AT), hosts(), st.sampled_from(BEHIND)
    twice_nothing = st.tuples(words, st.sampled_from(["com", "net"])).map(
        lambda each: f"{each[0]}@{each[0]}.{each[1]}"
    )
    return st.tuples(*parts).map("".join) | twice_nothing | st.text(max_size=12)


def test_each_distinct_email_of_contacts_leads_and_events_is_read_once():
    connection = duckdb.connect()
    stage(
        connection,
        contact=[{"email": "Jane@Acme.com"}],
        lead=[{"email": "jane@acme.com"}, {"email": "nobody"}],
        engagement_event=[{"email": "J.Doe+x@gmail.com"}, {"email": None}],
    )
    assert fill_email_addresses(connection) == 4
    assert rows_of(connection, "SELECT * EXCLUDE (is_own) FROM matched.email_address") == [
        ("J.Doe+x@gmail.com", "j.doe+x@gmail.com", None, "free", "jdoe@gmail.com"),
        ("Jane@Acme.com", "jane@acme.com", "acme.com", "corporate", "jane@acme.com"),
        ("jane@acme.com", "jane@acme.com", "acme.com", "corporate", "jane@acme.com"),
        ("nobody", None, None, "invalid", None),
    ]


@settings(max_examples=10, deadline=None)
@given(texts=st.lists(emails(), min_size=100, max_size=200))
def test_the_table_says_of_any_text_what_the_function_says(texts):
    filled, read = filled_and_read(texts)
    assert filled == read


def test_the_table_says_of_every_listed_mailbox_what_the_function_says():
    emails = [f"{word}@acme.com" for word in WORDS]
    emails += [
        f"{mailbox}@{host}" for mailbox in MAILBOXES for host in ("acme.com", "gmail.com", "example.com")
    ]
    filled, read = filled_and_read(emails)
    assert filled == read
