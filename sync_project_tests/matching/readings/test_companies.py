import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_project.matching.company_names import LOOSE_WORDS, company_key, company_words, loose_company_key
from sync_project.matching.readings.companies import fill_company_names
from sync_project.matching.texts.word_lists import load_words
from sync_project_tests.matching.small_org import rows_of, stage

FORMS = sorted(load_words("legal_forms") | load_words("leading_legal_forms"))
GENERIC = sorted(load_words("generic_company_names"))
WORDS = [
    *("Acme", "acme", "x", "7", "The", "Müller", "ACME.com", "O'Brien", "A.B.", "株式会社"),
    *("Acme-Bau", "\u017f", "\u212a"),
    "",
]
BETWEEN = [" ", " ", " ", ", ", ",", ". ", " & ", "  ", "\u00a0", "-", "+", "\n"]
BEHIND = ["", "", "", ".", ",", " ", ")", "\0"]


def filled_and_read(companies):
    """What the table holds for the texts, and what the functions say of each."""
    connection = duckdb.connect()
    stage(connection)
    connection.execute(
        "INSERT INTO staged.account (name) SELECT unnest($companies)", {"companies": companies}
    )
    fill_company_names(connection)
    filled = connection.execute("SELECT * FROM matched.company_name ORDER BY company").fetchall()
    readers = (company_key, loose_company_key, company_words)
    return filled, [(each, *(read(each) for read in readers)) for each in sorted(set(companies))]


def companies():
    words = [st.sampled_from(each) for each in (WORDS, WORDS, sorted(LOOSE_WORDS), FORMS, FORMS, GENERIC)]
    spelled = st.one_of(words) | st.one_of(words).map(str.title)
    joined = st.lists(st.tuples(spelled, st.sampled_from(BETWEEN)), min_size=1, max_size=4).map(
        lambda parts: "".join(word + between for word, between in parts[:-1]) + parts[-1][0]
    )
    return st.tuples(joined, st.sampled_from(BEHIND)).map("".join) | st.text(max_size=12)


def test_company_names_come_from_accounts_leads_and_forms():
    connection = duckdb.connect()
    stage(
        connection,
        account=[{"name": "Acme Inc."}],
        lead=[{"company": "n/a"}],
        engagement_event=[
            {"kind": "form_submit", "properties": '{"company": " Bank of Acme "}'},
            {"kind": "page_view", "properties": '{"company": "Other"}'},
        ],
    )
    assert fill_company_names(connection) == 3
    assert rows_of(connection, "SELECT * FROM matched.company_name") == [
        ("Acme Inc.", "acme", "acme", "acme"),
        ("Bank of Acme", "bankofacme", "bankacme", "bank acme"),
        ("n/a", None, None, None),
    ]


@settings(max_examples=10, deadline=None)
@given(texts=st.lists(companies(), min_size=100, max_size=200))
def test_the_table_says_of_any_text_what_the_functions_say(texts):
    filled, read = filled_and_read(texts)
    assert filled == read


def test_the_table_says_of_every_form_and_generic_name_what_the_functions_say():
    around = ["{}", "{} acme", "acme {}", "acme, {}.", "acme {} inc", "acme and {}", "{} gmbh", "the {}"]
    filled, read = filled_and_read([each.format(word) for word in FORMS + GENERIC for each in around])
    assert filled == read
