"""The demo org, run after run: what is planted is found, written back once, and then left in peace."""

from collections.abc import Iterator

import pytest
import requests
from simple_salesforce import Salesforce

from sync_project.sandbox.demo.planted import PLANTED
from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.server import serve
from sync_project_tests.journeys.conftest import NAMELESS
from sync_project_tests.sandbox.conftest import PlainHttp


@pytest.fixture(scope="module")
def salesforce(demo) -> Iterator[Salesforce]:
    """The org as any other client sees it after the last run."""
    with (
        SandboxOrg.open(demo.home.surroundings().home.sandbox) as org,
        serve(org) as url,
        requests.Session() as session,
    ):
        host = url.removeprefix("http://")
        session.trust_env = False
        session.mount(f"https://{host}/", PlainHttp())
        yield Salesforce(session_id=org.open_session(), instance_url=f"https://{host}", session=session)


def test_the_first_run_imports_scores_and_writes_everything(demo):
    first = demo.first
    assert first.query(
        """SELECT (SELECT count(*) FROM staged.account), (SELECT count(*) FROM staged.contact),
            (SELECT count(*) FROM staged.lead), (SELECT count(*) FROM staged.opportunity),
            (SELECT count(*) FROM staged.engagement_event), (SELECT count(*) FROM scored.person),
            (SELECT count(*) FROM scored.account_propensity)"""
    ) == [(400, 3000, 4000, 1500, 60_001, 6496, 400)]
    assert first.written == (0, 3400, 0)
    assert first.summary["Written"] == ["0 records created, 3,400 updated."]
    assert first.summary["Rejected"] == ["0 records"]


def test_both_models_tell_winners_from_losers(demo):
    models = demo.first.query("SELECT subject, verdict, auc FROM icp.model ORDER BY subject")
    print(models)
    assert [(subject, verdict) for subject, verdict, _ in models] == [
        ("account", "signal"),
        ("person", "signal"),
    ]
    assert min(auc for _, _, auc in models) > 0.7


@pytest.mark.parametrize("subject", ["account", "person"])
def test_the_planted_industries_are_found(demo, subject):
    points = dict(
        demo.first.query(
            f"SELECT level, points FROM icp.points WHERE subject = '{subject}' AND signal = 'industry'"
        )
    )
    good = [points[each] for each in ("Manufacturing", "Healthcare", "Transportation")]
    bad = [points[each] for each in ("Media", "Education", "Government", "Hospitality")]
    assert min(good) > 0 > max(bad)


def test_the_planted_sizes_are_found(demo):
    def average(least: int, most: int) -> float:
        return demo.first.value(
            f"""SELECT sum(points * lesson_count) / sum(lesson_count) FROM icp.points
            WHERE subject = 'account' AND signal = 'employees' AND at_least >= {least} AND below <= {most}"""
        )

    middle = average(100, 2000)
    assert middle > 0.1
    assert max(average(0, 25), average(2500, 10_000_000)) < middle - 0.3


def test_the_planted_engagement_is_found(demo):
    rates = demo.first.query(
        """SELECT demo_request_count > 0, avg(CAST(is_won AS INTEGER)) FROM icp.person_lesson
        GROUP BY ALL ORDER BY ALL"""
    )
    assert rates[1][1] > 2 * rates[0][1]
    assert (
        demo.first.value(
            """SELECT avg(points) FROM icp.points
            WHERE subject = 'account' AND signal = 'account_demo_request_count' AND at_least >= 1"""
        )
        > 0
    )


@pytest.mark.parametrize(
    ("mess", "query", "count"),
    [
        (
            "converted leads live on as contacts",
            "SELECT count(*) FROM staged.lead WHERE is_converted",
            PLANTED.converted_leads,
        ),
        (
            "and are nobody of their own",
            "SELECT count(*) FROM matched.person JOIN staged.lead ON person_id = lead_id WHERE is_converted",
            0,
        ),
        ("every merged or deleted account", "SELECT count(*) FROM raw.account WHERE IsDeleted", 13),
        (
            "is gone from here on",
            """SELECT count(*) FROM staged.account WHERE account_id IN
            (SELECT Id FROM raw.account WHERE IsDeleted)""",
            0,
        ),
        (
            "nobody stands for a merged or deleted record",
            """SELECT count(*) FROM matched.person WHERE person_id IN
            (SELECT Id FROM raw.contact WHERE IsDeleted UNION SELECT Id FROM raw.lead WHERE IsDeleted)""",
            0,
        ),
        (
            "no account of a person is gone",
            "SELECT count(*) FROM matched.account_match ANTI JOIN staged.account USING (account_id)",
            0,
        ),
        (
            "free mail names no company",
            """SELECT count(*) FROM matched.account_match JOIN matched.person USING (person_id)
            WHERE match_rule = 'email_domain' AND email_kind <> 'corporate' AND email_kind <> 'role'""",
            0,
        ),
        (
            "nor is it anybody's website",
            """SELECT count(*) FROM matched.domain_owner WHERE domain IN
            ('gmail.com', 'yahoo.com', 'outlook.com', 'linkedin.com', 'facebook.com', 'wordpress.com')""",
            0,
        ),
        (
            "the domain of a holding is marked as shared",
            "SELECT count(*) FROM matched.domain_owner WHERE is_shared",
            PLANTED.shared_domain_groups,
        ),
        (
            "visitors are people too",
            "SELECT count(*) FROM matched.person WHERE record_type = 'Visitor'",
            PLANTED.visitors + 1,
        ),
        (
            "an email in capitals is the same email",
            """SELECT count(*) FROM matched.event
            WHERE identity LIKE '%@%' AND identity <> lower(identity)""",
            0,
        ),
    ],
)
def test_the_planted_mess_lands_where_it_should(demo, mess, query, count):
    assert demo.first.value(query) == count, mess


def test_the_planted_duplicates_are_listed_for_a_person_and_logged_once(demo):
    assert demo.first.query(
        """SELECT action, count(*) FROM matched.to_merge
        WHERE certainty = 'certain' OR rule = 'email_variant' AND record_type = 'Lead'
        GROUP BY certainty, action ORDER BY ALL"""
    ) == [
        ("convert lead into contact", PLANTED.dotted_gmail_leads),
        ("convert lead into contact", PLANTED.leads_of_contacts),
        ("merge contacts", PLANTED.duplicate_contacts),
    ]
    logged = "SELECT count(*), count(DISTINCT record_id || field_changes) FROM outbound.activity_log"
    for run in (demo.first, demo.last):
        [(rows, detections)] = run.query(f"{logged} WHERE operation = 'duplicate'")
        assert rows == detections > 0


def test_switching_creation_on_creates_each_visitor_once_and_rewrites_nobody_else(demo):
    """One has asked for a demo meanwhile."""
    assert demo.creating.written == (PLANTED.visitors, 1, 0)
    assert demo.creating.value(
        """SELECT count(DISTINCT external_id) FROM outbound.write_plan
        WHERE operation = 'create' AND decision = 'write'"""
    ) == (PLANTED.visitors)


def test_a_visitor_without_last_name_is_not_created_and_the_plan_says_why(demo):
    [(decision, reason)] = demo.creating.query(
        f"""SELECT DISTINCT decision, reason FROM outbound.write_plan
        WHERE subject_id = 'visitor:{NAMELESS}' AND field = 'Score__c'"""
    )
    assert decision == "not_allowed"
    assert reason.startswith("the required field LastName")


def test_the_published_file_is_readable_while_a_run_goes_on(demo):
    assert demo.read_meanwhile == 6496


def test_a_run_after_which_nothing_changed_writes_nothing_and_says_so(demo):
    assert demo.last.written == (0, 0, 0)
    assert demo.last.pushed["api_calls"] == 0
    assert demo.last.summary["Written"] == [
        "0 records created, 0 updated. Nothing changed, so nothing was written to the org."
    ]


def test_what_changed_since_the_written_score_is_told_until_something_else_changes(demo):
    read = f"SELECT score, reasoning FROM scored.person WHERE person_id = '{demo.interested}'"
    [(before, first)], [(after, then)], [(_, last)] = [
        run.query(read) for run in (demo.first, demo.creating, demo.last)
    ]
    [line] = [line for line in then.splitlines() if line.startswith("Changed")]
    assert line == (
        f"Changed since 1 Jun (score {before}, cold): Demo request lately: none -> once (+{after - before})"
    )
    assert "Changed" not in first
    assert last == then


def test_created_people_are_contacts_with_our_id_their_name_and_score(demo, salesforce):
    created = salesforce.query_all(
        """SELECT Email, FirstName, LastName, Score__c, Sync_Project_Id__c FROM Contact
        WHERE Sync_Project_Id__c != null"""
    )["records"]
    visitors = demo.first.query(
        """SELECT email, first_name, last_name, score FROM scored.person
        WHERE record_type = 'Visitor' AND last_name IS NOT NULL"""
    )
    assert len({each["Sync_Project_Id__c"] for each in created}) == PLANTED.visitors
    assert sorted(
        (each["Email"], each["FirstName"], each["LastName"], each["Score__c"]) for each in created
    ) == sorted(visitors)


def test_the_org_holds_what_was_scored(demo, salesforce):
    contacts = salesforce.query_all("SELECT Id, Score__c, Score_Level__c, Confidence__c FROM Contact")
    accounts = salesforce.query_all("SELECT Id, Propensity__c FROM Account")
    assert sorted(
        (each["Id"], each["Score__c"], each["Score_Level__c"], each["Confidence__c"])
        for each in contacts["records"]
    ) == demo.last.query(
        """SELECT person_id, score, level, confidence_pct FROM scored.person
        WHERE record_type = 'Contact' ORDER BY person_id"""
    )
    assert sorted((each["Id"], each["Propensity__c"]) for each in accounts["records"]) == demo.last.query(
        "SELECT account_id, propensity || '_propensity' FROM scored.account_propensity ORDER BY account_id"
    )


def test_leads_are_left_alone_while_the_policy_is_contact_only(demo, salesforce):
    assert salesforce.query("SELECT COUNT() FROM Lead WHERE Score__c != null")["totalSize"] == 0
    assert demo.first.query("SELECT DISTINCT reason FROM outbound.write_plan WHERE record_type = 'Lead'") == [
        ("the target policy is contact_only",)
    ]
