"""matched.account_standing, key_owner, domain_owner and account_match."""

from functools import partial

import pytest

from sync_project_tests.matching import small_org
from sync_project_tests.matching.small_org import ALL_RULES, rows_of

build_matched = partial(small_org.build_matched, tables=["matched.account_match", "matched.domain_owner"])

MATCHES = "SELECT person_id, account_id, match_rule, match_key FROM matched.account_match"
MATCHES_AND_WHY = """SELECT person_id, account_id, match_rule, match_key, tie_break, confidence
FROM matched.account_match"""

ACME = {"account_id": "001A", "name": "Acme Inc.", "website": "www.acme.com"}
BETA = {"account_id": "001B", "name": "Beta GmbH", "website": "beta.de"}
JANE = {"contact_id": "003A", "account_id": "001A", "email": "jane@acme.com"}


def test_each_person_is_matched_by_the_first_rule_that_reaches_an_account():
    connection = build_matched(
        account=[ACME, BETA],
        contact=[
            {"contact_id": "003A", "account_id": "001B", "email": "jane@acme.com"},
            {"contact_id": "003B", "email": "joe@acme.com"},
        ],
        lead=[
            {"lead_id": "00Q1", "email": "kim@x.de", "is_converted": True, "converted_account_id": "001B"},
            {"lead_id": "00Q2", "email": "kim@x.de", "company": "Acme"},
            {"lead_id": "00Q3", "email": "jane@acme.com", "website": "acme.com"},
            {"lead_id": "00Q4", "email": "joe@beta.de", "website": "http://acme.com/x"},
            {"lead_id": "00Q5", "email": "joe@beta.de"},
            {"lead_id": "00Q6", "email": "joe@gmail.com", "company": "ACME, Corp."},
            {"lead_id": "00Q7", "email": "joe@gmail.com", "company": "Unknown"},
        ],
    )
    assert rows_of(connection, MATCHES) == [
        ("003A", "001B", "stored_id", "001B"),
        ("003B", "001A", "email_domain", "acme.com"),
        ("00Q2", "001B", "converted_lead", "kim@x.de"),
        ("00Q3", "001B", "newest_contact", "jane@acme.com"),
        ("00Q4", "001A", "website_domain", "acme.com"),
        ("00Q5", "001B", "email_domain", "beta.de"),
        ("00Q6", "001A", "company_name", "acme"),
    ]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (["website_domain", "email_domain"], ("001A", "website_domain")),
        (["email_domain", "website_domain"], ("001B", "email_domain")),
        (["company_name", *ALL_RULES[:5]], ("001C", "company_name")),
    ],
)
def test_the_order_of_the_rules_is_a_choice(rules, expected):
    connection = build_matched(
        account=[ACME, BETA, {"account_id": "001C", "name": "Gamma"}],
        lead=[{"lead_id": "00Q1", "email": "a@beta.de", "website": "acme.com", "company": "gamma"}],
        account_rules=rules,
    )
    assert rows_of(connection, "SELECT account_id, match_rule FROM matched.account_match") == [expected]


def test_a_rule_that_is_left_out_is_off():
    connection = build_matched(
        account=[ACME], lead=[{"lead_id": "00Q1", "email": "a@acme.com"}], account_rules=[]
    )
    assert rows_of(connection, MATCHES) == []


def test_merged_accounts_are_followed_and_deleted_ones_passed_over():
    connection = build_matched(
        account=[ACME],
        redirect=[{"record_id": "001X", "target_id": "001Y"}, {"record_id": "001Y", "target_id": "001A"}],
        contact=[
            {"contact_id": "003A", "account_id": "001X"},
            {"contact_id": "003B", "account_id": "001GONE", "email": "joe@acme.com"},
            {"contact_id": "003C", "account_id": "001GONE", "email": "joe@other.com"},
        ],
    )
    assert rows_of(connection, MATCHES) == [
        ("003A", "001A", "stored_id", "001X"),
        ("003B", "001A", "email_domain", "acme.com"),
    ]


def test_free_mail_and_the_org_s_own_domains_name_no_account():
    connection = build_matched(
        account=[
            {"account_id": "001A", "name": "Google Mail", "website": "gmail.com"},
            {"account_id": "001B", "name": "Ourselves", "website": "www.ourselves.io"},
            {"account_id": "001C", "name": "Page", "website": "facebook.com/page"},
        ],
        lead=[
            {"lead_id": "00Q1", "email": "joe@gmail.com", "website": "gmail.com"},
            {"lead_id": "00Q2", "email": "joe@ourselves.io", "website": "ourselves.io"},
            {"lead_id": "00Q3", "email": "joe@facebook.com", "website": "facebook.com/page"},
        ],
        own_domains=["ourselves.io"],
    )
    assert rows_of(connection, "SELECT domain FROM matched.domain_owner") == []
    assert rows_of(connection, MATCHES) == []


def test_the_newest_contact_with_an_account_and_a_real_address_decides():
    connection = build_matched(
        account=[ACME, BETA],
        contact=[
            _contact("003A", "001A", "jane@acme.com", created_at="2026-01-01"),
            _contact("003B", "001B", "Jane@acme.com", created_at="2026-02-01"),
            _contact("003C", None, "jane@acme.com", created_at="2026-03-01"),
            _contact("003D", "001GONE", "jane@acme.com", created_at="2026-04-01"),
            _contact("003E", "001A", "none@none.com", created_at="2026-04-01"),
            _contact("003F", "001A", "same@day.com", created_at="2026-04-01"),
            _contact("003G", "001B", "same@day.com", created_at="2026-04-01"),
        ],
        lead=[{"lead_id": "00Q1", "email": "none@none.com"}],
    )
    assert rows_of(connection, "FROM matched.key_owner WHERE key_kind = 'newest_contact'") == [
        ("newest_contact", "jane@acme.com", "001B", "001A", 2, "newest"),
        ("newest_contact", "same@day.com", "001B", "001A", 2, "greatest_id"),
    ]


WEAK = {"account_id": "001A", "owner_id": "005X", "website": "acme.com", "created_at": "2026-01-02"}
STRONG = {"account_id": "001B", "owner_id": "005X", "website": "acme.com", "created_at": "2026-01-02"}


@pytest.mark.parametrize(
    ("tie_break", "better", "staged"),
    [
        ("owner_active", {"owner_id": "005A"}, {}),
        ("customer", {"type": "Customer - Direct"}, {}),
        ("customer", {}, {"opportunity": [{"account_id": "001B", "is_closed": True, "is_won": True}]}),
        ("open_pipeline", {}, {"opportunity": [{"account_id": "001B"}]}),
        ("contact_count", {}, {"contact": [{"contact_id": "003A", "account_id": "001B"}]}),
        ("oldest", {"created_at": "2026-01-01"}, {}),
        ("smallest_id", {"account_id": "0010"}, {}),
    ],
)
def test_a_tie_is_broken_by_the_first_difference(tie_break, better, staged):
    best = {**STRONG, **better}
    users = [{"user_id": "005A", "is_active": True}, {"user_id": "005X", "is_active": False}]
    connection = build_matched(account=[WEAK, best], user=users, **staged)
    assert rows_of(connection, "SELECT * FROM matched.domain_owner") == [
        ("acme.com", best["account_id"], "001A", 2, tie_break, True, "franchise")
    ]


def test_an_account_or_contact_without_a_date_counts_as_the_youngest_account_and_the_oldest_contact():
    connection = build_matched(
        account=[ACME, {**ACME, "account_id": "001Z", "created_at": "2020-01-01"}],
        contact=[
            _contact("003A", "001A", "a@gmail.com", created_at="2020-01-01"),
            _contact("003B", "001Z", "a@gmail.com", created_at=None),
        ],
        lead=[{"lead_id": "00Q1", "email": "a@gmail.com"}, {"lead_id": "00Q2", "email": "b@acme.com"}],
    )
    assert rows_of(connection, "SELECT person_id, account_id, tie_break FROM matched.account_match")[2:] == [
        ("00Q1", "001A", "newest"),
        ("00Q2", "001Z", "oldest"),
    ]


def test_the_top_of_the_hierarchy_wins_before_the_number_of_contacts():
    connection = build_matched(
        account=[
            {**WEAK, "parent_account_id": "001B"},
            STRONG,
            {**WEAK, "account_id": "001C", "website": "c.com"},
        ],
        contact=[{"contact_id": "003A", "account_id": "001A"}],
    )
    assert rows_of(connection, "SELECT * FROM matched.domain_owner") == [
        ("acme.com", "001B", "001A", 2, "top_of_hierarchy", True, "holding"),
        ("c.com", "001C", None, 1, None, False, None),
    ]


def test_a_match_says_who_else_was_possible():
    connection = build_matched(
        account=[
            {**STRONG, "name": "Acme"},
            {**STRONG, "account_id": "001C"},
            {**STRONG, "account_id": "001D"},
        ],
        lead=[{"lead_id": "00Q1", "email": "jane@acme.com"}],
    )
    assert rows_of(connection, "SELECT * FROM matched.account_match") == [
        ("00Q1", "001B", "email_domain", "acme.com", "001C", 3, "smallest_id", "doubtful", True)
    ]


def test_an_exact_name_comes_before_a_loose_one():
    connection = build_matched(
        account=[{"account_id": "001A", "name": "Acme.com"}, {"account_id": "001B", "name": "Bank of Acme"}],
        lead=[
            {"lead_id": "00Q1", "company": "Acme"},
            {"lead_id": "00Q2", "company": "Acmecom Ltd"},
            {"lead_id": "00Q3", "company": "Bank Acme"},
            {"lead_id": "00Q4", "company": "Acmes"},
        ],
    )
    assert rows_of(connection, MATCHES) == [
        ("00Q1", "001A", "company_name", "acme"),
        ("00Q2", "001A", "company_name", "acmecom"),
        ("00Q3", "001B", "company_name", "bankacme"),
    ]


def _contact(contact_id, account_id, email, *, created_at):
    return {"contact_id": contact_id, "account_id": account_id, "email": email, "created_at": created_at}


def test_where_create_is_a_rule_a_domain_without_an_account_names_one_to_be_made():
    connection = build_matched(
        account=[ACME],
        account_rules=[*ALL_RULES, "create"],
        lead=[
            {"lead_id": "00Q1", "email": "a@new.com"},
            {"lead_id": "00Q2", "email": "a@gmail.com", "website": "www.new.com"},
            {"lead_id": "00Q3", "email": "a@gmail.com"},
            {"lead_id": "00Q4", "email": "a@acme.com"},
        ],
    )
    assert rows_of(connection, MATCHES_AND_WHY) == [
        ("00Q1", "organisation:new.com", "create", "new.com", None, "doubtful"),
        ("00Q2", "organisation:new.com", "create", "new.com", None, "doubtful"),
        ("00Q4", "001A", "email_domain", "acme.com", None, "likely"),
    ]


def test_a_match_is_as_sure_as_what_it_goes_by():
    connection = build_matched(
        account=[ACME, BETA, {"account_id": "001C", "name": "Bank of Gamma"}],
        contact=[
            JANE,
            {"contact_id": "003B", "account_id": "001B", "email": "twice@x.com"},
            {"contact_id": "003C", "account_id": "001A", "email": "twice@x.com"},
        ],
        lead=[
            {"lead_id": "00Q1", "email": "jane@acme.com"},
            {"lead_id": "00Q2", "email": "twice@x.com"},
            {"lead_id": "00Q3", "email": "other@acme.com"},
            {"lead_id": "00Q4", "company": "beta"},
            {"lead_id": "00Q5", "company": "Bank Gamma"},
        ],
    )
    assert rows_of(connection, "SELECT person_id, confidence FROM matched.account_match")[3:] == [
        ("00Q1", "certain"),
        ("00Q2", "doubtful"),
        ("00Q3", "likely"),
        ("00Q4", "likely"),
        ("00Q5", "doubtful"),
    ]
