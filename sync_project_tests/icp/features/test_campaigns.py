"""Campaigns that people and companies responded to: ``campaigns.py`` and ``icp.campaign_touch``."""

from datetime import UTC, date, datetime

import pytest

from sync_project.icp.features.building import build_current, build_lessons, read_signals
from sync_project.icp.features.signals import Subject
from sync_project.settings.icp import CampaignCount, CampaignSignals
from sync_project_tests.icp.small_lessons import SETTINGS, build, make_tables

DECIDED = datetime(2026, 1, 31, 15)
ADDED = datetime(2026, 1, 5, 9)
COUNTED = SETTINGS.model_copy(
    update={"campaigns": CampaignSignals(window_days=30, counts=tuple(CampaignCount))}
)


def test_a_touch_is_of_whoever_the_member_became():
    members = [
        {"ContactId": "003A"},
        {"LeadId": "00QA", "FirstRespondedDate": date(2026, 1, 7)},
        {"LeadId": "00QB", "ContactId": "003A"},
        {"ContactId": "003C"},
        {"LeadId": "00QD"},
        {"ContactId": "003X"},
    ]
    made = make_tables(
        raw_campaign_member=[
            {"Id": f"00v{place}", "CampaignId": "701", "CreatedDate": ADDED} | each
            for place, each in enumerate(members)
        ],
        icp_person_profile=[
            {"person_id": "003A", "identity": "a@acme.com"},
            {"person_id": "00QA", "identity": "q@acme.com"},
            {"person_id": "003D", "identity": "d@acme.com"},
        ],
        matched_record_redirect=[
            {"record_id": "003C", "final_record_id": "003A"},
            {"record_id": "00QD", "final_record_id": "003D"},
        ],
        matched_affiliation=[
            {"person_id": "003A", "company_id": "001A"},
            {"person_id": "003D", "company_id": "001D"},
        ],
    )
    build(made, "icp.record_identity", "icp.campaign_touch")

    told = "SELECT * EXCLUDE (restored_at, deleted_at) FROM icp.campaign_touch ORDER BY campaign_member_id"
    assert made.execute(told).fetchall() == [
        ("00v0", "701", "a@acme.com", "001A", ADDED, None),
        ("00v1", "701", "q@acme.com", None, ADDED, date(2026, 1, 7)),
        ("00v2", "701", "a@acme.com", "001A", ADDED, None),
        ("00v3", "701", "a@acme.com", "001A", ADDED, None),
        ("00v4", "701", "d@acme.com", "001D", ADDED, None),
    ]


def touch(campaign, identity="a@acme.com", *, responded=None, added=ADDED):
    return {
        "campaign_id": campaign,
        "identity": identity,
        "company_id": "001A",
        "happened_at": added,
        "responded_date": responded and date(2026, 1, responded),
    }


def counts_of(*touches, subject=Subject.PERSON, prefix=""):
    lesson = {"example_id": "x", "subject": subject, "person_id": "003A", "account_id": "001A"}
    made = make_tables(
        icp_example=[lesson | {"decided_at": DECIDED, "is_won": True}],
        icp_person_profile=[{"person_id": "003A", "identity": "a@acme.com"}],
        icp_campaign_touch=touches,
        staged_account=[{"account_id": "001A"}],
        matched_affiliation=[{"person_id": "003A", "company_id": "001A"}],
    )
    build_lessons(subject, connection=made, settings=COUNTED)
    build_current(subject, connection=made, settings=COUNTED, now=DECIDED.replace(tzinfo=UTC))
    names = ("campaign_responses", "weeks_since_response", "unanswered_campaigns")
    columns = ", ".join(f"{prefix}{name}" for name in names)
    lessons, now = (
        made.execute(f"SELECT {columns} FROM icp.{subject}_{kind}").fetchall() for kind in ("lesson", "now")
    )
    assert lessons == now
    return lessons[0]


@pytest.mark.parametrize(
    ("touches", "counts"),
    [
        pytest.param([], (0, None, 0), id="none"),
        pytest.param([touch("701")], (0, None, 1), id="sent"),
        pytest.param([touch("701", added=DECIDED)], (0, None, 0), id="sent at the moment"),
        pytest.param([touch("701", added=datetime(2025, 12, 31))], (0, None, 0), id="sent too long ago"),
        pytest.param([touch("701", responded=28)], (1, 0, 0), id="responded three days ago"),
        pytest.param([touch("701", responded=31)], (0, None, 1), id="responded on the day: perhaps after"),
        pytest.param(
            [touch("701", added=datetime(2025, 1, 1), responded=1)], (1, 4, 0), id="the window's first day"
        ),
        pytest.param([touch("701", responded=9), touch("702", responded=10)], (2, 3, 0), id="two campaigns"),
        pytest.param([touch("701", responded=9), touch("701", responded=10)], (1, 3, 0), id="one twice"),
    ],
)
def test_campaigns_count_as_they_were_answered_before_the_moment(touches, counts):
    assert counts_of(*touches) == counts
    assert counts_of(*touches, prefix="account_") == counts
    assert counts_of(*touches, subject=Subject.ACCOUNT, prefix="account_") == counts


def test_a_colleagues_response_is_the_companys():
    touches = [touch("701", responded=3), touch("701", "b@acme.com", responded=9), touch("702", "b@acme.com")]

    assert counts_of(*touches) == (1, 4, 0)
    assert counts_of(*touches, prefix="account_") == (2, 3, 1)


def test_campaigns_are_told_in_words():
    signals = read_signals(Subject.PERSON, connection=make_tables(), settings=COUNTED, ideal_profile=[])[-6:]

    assert [(each.wording.when_known, each.wording.when_unknown) for each in signals] == [
        ("{value} campaign responses in 30 days", "No campaign response in 30 days"),
        ("Last campaign response {value} weeks ago", "No campaign response in 30 days"),
        ("{value} unanswered campaigns in 30 days", "No unanswered campaign in 30 days"),
        ("Company: {value} campaign responses in 30 days", "Company: no campaign response in 30 days"),
        ("Company: last campaign response {value} weeks ago", "Company: no campaign response in 30 days"),
        ("Company: {value} unanswered campaigns in 30 days", "Company: no unanswered campaign in 30 days"),
    ]
