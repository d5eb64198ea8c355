import re
from collections import Counter

import pytest

from sync_project.sandbox.demo.planted import PLANTED, EmailForm, WebsiteForm
from sync_project_tests.sandbox.demo.demo_reading import (
    AS_OF,
    by_id,
    demo_org,
    email_counts,
    events_by_email,
    live,
)

FREE_HOSTS = re.compile(
    r"@(gmail|yahoo|outlook|aol|icloud|gmx|web|t-online|freenet|orange|free|laposte|wanadoo|hotmail|"
    r"btinternet|telefonica|uol|bol|wp|onet|interia|o2|telia|live)\.[a-z.]+$"
)
PLACEHOLDERS = {"noemail@noemail.com", "test@test.com", "none@none.com", "unknown@example.com"}
ROLE = re.compile(r"^(info|sales|office|contact|hello|admin|support|purchasing|billing|team)\d*@")


def email_form(email: object) -> EmailForm:
    if email is None:
        return EmailForm.EMPTY
    text = str(email)
    if text in PLACEHOLDERS:
        return EmailForm.PLACEHOLDER
    if FREE_HOSTS.search(text):
        return EmailForm.FREE
    if "+" in text:
        return EmailForm.PLUS_TAGGED
    return EmailForm.ROLE if ROLE.match(text) else EmailForm.CORPORATE


def website_form(website: object) -> WebsiteForm:
    if website is None:
        return WebsiteForm.EMPTY
    text = str(website)
    signs = [
        (WebsiteForm.FILLER, not re.search(r"\w\.\w", text)),
        (WebsiteForm.TWO_URLS, bool(re.search(r"[;,] ", text))),
        (WebsiteForm.SOCIAL, bool(re.search(r"linkedin|facebook", text))),
        (WebsiteForm.TENANT, bool(re.search(r"wordpress\.com|github\.io", text))),
        (WebsiteForm.UPPER_CASE, text.isupper()),
        (WebsiteForm.PORT, bool(re.search(r":\d+", text))),
        (WebsiteForm.DEEP_URL, bool(re.search(r"[^:/]/[^/]", text))),
        (WebsiteForm.SUBDOMAIN, bool(re.search(r"(^|//)(shop|careers|eu\.go)\.", text))),
        (WebsiteForm.HTTPS_WWW, text.startswith("https://www.")),
        (WebsiteForm.HTTP, text.startswith("http://")),
        (WebsiteForm.WWW, text.startswith("www.")),
    ]
    return next((form for form, is_it in signs if is_it), WebsiteForm.PLAIN)


@pytest.mark.parametrize(
    ("sobject", "count"),
    [
        ("User", PLANTED.users),
        ("Account", PLANTED.accounts),
        ("Contact", PLANTED.contacts),
        ("Lead", PLANTED.leads),
        ("Opportunity", PLANTED.opportunities),
        ("Campaign", PLANTED.campaigns),
        ("Task", PLANTED.tasks),
    ],
)
def test_there_are_as_many_live_records_as_planted(sobject, count):
    assert len(live(sobject)) == count


@pytest.mark.parametrize(
    ("sobject", "planted"), [("Account", PLANTED.account_websites), ("Lead", PLANTED.lead_websites)]
)
def test_websites_are_typed_in_every_planted_way(sobject, planted):
    assert Counter(website_form(row["Website"]) for row in live(sobject)) == dict(planted)


@pytest.mark.parametrize(
    ("sobject", "planted"), [("Contact", PLANTED.contact_emails), ("Lead", PLANTED.lead_emails)]
)
def test_emails_are_of_every_planted_quality(sobject, planted):
    assert Counter(email_form(row["Email"]) for row in live(sobject)) == dict(planted)


def test_some_users_have_left_and_still_own_accounts():
    inactive = {user["Id"] for user in live("User") if not user["IsActive"]}
    assert len(inactive) == PLANTED.inactive_users
    assert sum(account["OwnerId"] in inactive for account in live("Account")) >= 10


def test_groups_of_accounts_share_one_domain_under_one_parent():
    children = Counter(account["ParentId"] for account in live("Account") if account["ParentId"])
    assert sorted(children.values()) == [PLANTED.accounts_per_group - 1] * PLANTED.shared_domain_groups
    domains = demo_org().truth.website_domain
    readable = Counter(domains[account["Id"]] for account in live("Account") if domains[account["Id"]])
    assert sum(count > 1 for count in readable.values()) <= PLANTED.shared_domain_groups


def test_some_contacts_have_no_account():
    assert sum(contact["AccountId"] is None for contact in live("Contact")) == PLANTED.accountless_contacts


def test_some_contacts_were_entered_twice():
    counts = email_counts("Contact")
    repeated = {email: count for email, count in counts.items() if email not in PLACEHOLDERS and count > 1}
    assert sum(repeated.values()) - len(repeated) == PLANTED.duplicate_contacts


def test_some_unconverted_leads_are_contacts_already():
    contacts = email_counts("Contact")
    again = [
        lead
        for lead in live("Lead")
        if not lead["IsConverted"] and lead["Email"] in contacts and lead["Email"] not in PLACEHOLDERS
    ]
    assert len(again) == PLANTED.leads_of_contacts


def test_some_gmail_leads_are_a_contact_with_other_dots():
    def undotted(email: object) -> str:
        return str(email).removesuffix("@gmail.com").replace(".", "")

    gmail = {email for email in email_counts("Contact") if str(email).endswith("@gmail.com")}
    plain = {undotted(email) for email in gmail}
    leads = {email for email in email_counts("Lead") if str(email).endswith("@gmail.com")} - gmail
    assert sum(undotted(email) in plain for email in leads) == PLANTED.dotted_gmail_leads


def test_converted_leads_name_account_contact_and_mostly_an_opportunity():
    converted = [lead for lead in live("Lead") if lead["IsConverted"]]
    assert len(converted) == PLANTED.converted_leads
    assert all(lead["ConvertedAccountId"] in by_id("Account") for lead in converted)
    without_deal = [lead for lead in converted if lead["ConvertedOpportunityId"] is None]
    assert len(without_deal) == PLANTED.converted_without_opportunity
    to_loser = [lead for lead in converted if by_id("Contact")[lead["ConvertedContactId"]]["IsDeleted"]]
    assert len(to_loser) == PLANTED.converted_to_merged_contact
    for lead in converted:
        assert lead["CreatedDate"].date() <= lead["ConvertedDate"] <= AS_OF.date()


@pytest.mark.parametrize(
    ("sobject", "merged", "deleted"),
    [
        ("Account", PLANTED.merged_accounts, PLANTED.deleted_accounts),
        ("Contact", PLANTED.merged_contacts, PLANTED.deleted_contacts),
        ("Lead", PLANTED.merged_leads, PLANTED.deleted_leads),
    ],
)
def test_merged_records_lead_to_a_live_survivor_and_deleted_ones_nowhere(sobject, merged, deleted):
    gone = [row for row in demo_org().records[sobject] if row["IsDeleted"]]
    losers = [row for row in gone if row.get("MasterRecordId")]
    assert (len(losers), len(gone) - len(losers)) == (merged, deleted)
    survivors = [by_id(sobject)[row["MasterRecordId"]] for row in losers]
    chained = [row for row in survivors if row["IsDeleted"]]
    assert len(chained) == PLANTED.merge_chains
    assert not any(by_id(sobject)[row["MasterRecordId"]]["IsDeleted"] for row in chained)


def test_deleted_opportunities_are_there_for_query_all():
    gone = [row for row in demo_org().records["Opportunity"] if row["IsDeleted"]]
    assert len(gone) == PLANTED.deleted_opportunities


def test_visitors_are_known_from_events_only_and_gave_name_and_company():
    on_record = set(email_counts("Contact")) | set(email_counts("Lead"))
    strangers = {email: events for email, events in events_by_email().items() if email not in on_record}
    assert len(strangers) == PLANTED.visitors
    for events in strangers.values():
        given = [event.properties.keys() for event in events if event.kind == "form_submit"]
        assert {"first_name", "last_name", "company"} in given


def test_some_events_know_only_the_domain_and_some_shout_the_email():
    events = demo_org().events
    assert len(events) == PLANTED.events
    assert any(event.email and event.domain for event in events)
    anonymous = [event for event in events if event.email is None]
    assert len(anonymous) == PLANTED.domain_only_events
    assert all(event.domain for event in anonymous)
    assert (
        sum(event.email != event.email.lower() for event in events if event.email)
        == PLANTED.upper_case_events
    )
