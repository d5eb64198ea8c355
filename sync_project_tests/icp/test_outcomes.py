from datetime import date, datetime, timedelta

import pytest

from sync_project.icp.outcomes import OutcomeFieldError, build_field_outcomes
from sync_project.settings.icp import OutcomeSettings, OutcomeSource
from sync_project_tests.icp.small_lessons import build, make_tables

NOW = "2026-03-01 12:00:00"
JANUARY = datetime(2026, 1, 1, 9)
OPPORTUNITY = OutcomeSettings(source=OutcomeSource.OPPORTUNITY, field=None)


def deal(name, created, *, won_after=None):
    """Created on a day of January 2026, won so many days later or not at all."""
    closed = date(2026, 1, created) + timedelta(days=won_after) if won_after is not None else None
    return {
        "opportunity_id": name,
        "account_id": "001A",
        "is_closed": won_after is not None,
        "is_won": won_after is not None,
        "close_date": closed,
        "created_at": datetime(2026, 1, created, 9),
    }


def deal_tables(*deals):
    """Nobody moved them to another account since they were first seen."""
    filed = [{"Id": each["opportunity_id"], "AccountId": each["account_id"]} for each in deals]
    return {"staged_opportunity": deals, "raw_opportunity": filed}


def outcomes_of(*deals, horizon_days=None, training_days=365):
    made = make_tables(**deal_tables(*deals))
    build(made, "icp.first_account")
    build(
        made,
        "icp.opportunity_outcome",
        now=NOW,
        horizon_days=horizon_days,
        training_days=training_days,
    )
    return made.execute(
        "SELECT opportunity_id, is_won, horizon_days FROM icp.opportunity_outcome ORDER BY opportunity_id"
    ).fetchall()


def test_a_deal_counts_as_won_only_within_the_horizon():
    assert outcomes_of(
        deal("in time", 1, won_after=30),
        deal("late", 1, won_after=31),
        deal("open or lost", 1),
        deal("at once", 1, won_after=0),
        horizon_days=30,
    ) == [
        ("at once", True, 30),
        ("in time", True, 30),
        ("late", False, 30),
        ("open or lost", False, 30),
    ]


@pytest.mark.parametrize("is_won", [True, False])
def test_a_deal_that_was_entered_after_it_had_been_closed_teaches_nothing(is_won):
    """Not even how long a win takes: whatever was known when it was entered, the outcome was too."""
    late = deal("entered late", 1, won_after=-5) | {"is_won": is_won}

    assert outcomes_of(late, deal("won", 1, won_after=20)) == [("won", True, 20)]


def test_a_deal_counts_once_it_is_older_than_the_horizon():
    assert outcomes_of(
        deal("59 days old", 1), deal("58 days old", 2, won_after=3), deal("57 days old", 3), horizon_days=57
    ) == [("58 days old", True, 57), ("59 days old", False, 57)]


def test_the_horizon_is_by_default_the_80th_percentile_of_the_days_to_win():
    won = [deal(f"won {days}", 1, won_after=days) for days in (5, 10, 15, 20, 40)]

    outcomes = outcomes_of(*won, deal("lost", 1))

    assert {horizon for _, _, horizon in outcomes} == {24}
    assert [name for name, is_won, _ in outcomes if is_won] == ["won 10", "won 15", "won 20", "won 5"]


def test_without_any_win_and_without_a_setting_there_are_no_outcomes():
    assert outcomes_of(deal("open", 1)) == []


def test_lessons_reach_back_from_the_newest_matured_deal():
    assert [
        name
        for name, _, _ in outcomes_of(
            deal("first", 1), deal("ninth", 9), deal("tenth", 10), horizon_days=30, training_days=2
        )
    ] == ["ninth", "tenth"]


def role(name, contact_id, **changes):
    made = {"Id": name, "OpportunityId": "006A", "ContactId": contact_id, "CreatedDate": JANUARY}
    return made | changes


def lessons_of(made, *, outcome_source="opportunity"):
    parameters = {"now": NOW, "horizon_days": 30, "training_days": 365, "outcome_source": outcome_source}
    tables = ("first_account", "opportunity_outcome", "lead_outcome", "first_contact", "example")
    build(made, *(f"icp.{each}" for each in tables), **parameters)
    return made.execute(
        "SELECT example_id, subject, person_id, account_id, is_won FROM icp.example ORDER BY example_id"
    ).fetchall()


@pytest.mark.parametrize(
    ("roles", "person_id"),
    [
        pytest.param(
            [
                role("1", "003A", CreatedDate=datetime(2026, 1, 1, 12), IsPrimary=True),
                role("2", "003B", CreatedDate=datetime(2026, 1, 1, 10)),
            ],
            "003B",
            id="the first that was added",
        ),
        pytest.param([role("1", "003A"), role("2", "003B", IsPrimary=True)], "003B", id="then primary ones"),
        pytest.param([role("2", "003B"), role("1", "003A")], "003A", id="then the smallest id"),
        pytest.param([role("1", "003A", IsDeleted=True), role("2", "003B")], "003A", id="deleted since"),
        pytest.param([role("1", "003X", IsPrimary=True), role("2", "003B")], "003B", id="nobody unknown"),
        pytest.param(
            [role("1", "003A", CreatedDate=datetime(2026, 1, 2, 10)), role("2", "003B")],
            "003B",
            id="nobody who came later than a day after it",
        ),
    ],
)
def test_a_deal_teaches_about_its_account_and_one_of_its_people(roles, person_id):
    made = make_tables(
        **deal_tables(deal("006A", 1, won_after=3)),
        raw_opportunity_contact_role=roles,
        icp_person_profile=[{"person_id": "003A"}, {"person_id": "003B"}],
    )
    build_field_outcomes(connection=made, outcome=OPPORTUNITY)

    assert lessons_of(made) == [
        ("account 006A", "account", None, "001A", True),
        ("person 006A", "person", person_id, "001A", True),
    ]


def test_a_deal_counts_for_the_contact_and_account_that_it_was_first_seen_with():
    later = {"valid_from": datetime(2026, 2, 1)}
    ended = {"valid_from": datetime(2019, 1, 1), "valid_to": datetime(2026, 2, 1)}
    made = make_tables(
        **deal_tables(deal("006A", 1, won_after=3), deal("006B", 1)),
        history_opportunity_past=[{"Id": "006A", "AccountId": "001B"} | ended],
        staged_field_change=[
            {
                "change_id": f"017{day}",
                "object_name": "Opportunity",
                "record_id": "006B",
                "field": "AccountId",
                "old_value": old_value,
                "changed_at": datetime(2026, 1, day),
            }
            for day, old_value in ((20, "001X"), (10, "001C"))
        ],
        raw_opportunity_contact_role=[role("1", "003B"), role("2", "003A", IsPrimary=True) | later],
        history_opportunity_contact_role_past=[role("2", "003A") | ended],
        icp_person_profile=[{"person_id": "003A"}, {"person_id": "003B"}],
    )
    build_field_outcomes(connection=made, outcome=OPPORTUNITY)

    assert lessons_of(made) == [
        ("account 006A", "account", None, "001B", True),
        ("account 006B", "account", None, "001C", False),
        ("person 006A", "person", "003B", "001B", True),
    ]


def test_lessons_follow_merges():
    made = make_tables(
        **deal_tables(deal("006A", 1, won_after=3)),
        raw_opportunity_contact_role=[role("1", "003Y"), role("2", "003B")],
        icp_person_profile=[{"person_id": name} for name in ("003A", "003B", "003Y")],
        matched_record_redirect=[
            {"record_id": "001A", "final_record_id": "001Z"},
            {"record_id": "003Y", "final_record_id": "003A"},
        ],
    )
    build_field_outcomes(connection=made, outcome=OPPORTUNITY)

    assert lessons_of(made) == [
        ("account 006A", "account", None, "001Z", True),
        ("person 006A", "person", "003A", "001Z", True),
    ]


OF_LEADS = {"now": NOW, "training_days": 365, "outcome_source": "lead_conversion"}


def converted(name, *, after=None):
    """A lead of the first day of 2026, converted so many days later or not at all."""
    day = JANUARY.date() + timedelta(days=after) if after is not None else None
    made = {"lead_id": name, "is_converted": after is not None, "converted_date": day}
    return made | {"created_at": JANUARY}


def test_a_lead_is_won_where_it_was_converted_within_the_horizon():
    leads = [converted("late", after=31), converted("never"), converted("soon", after=30)]
    young = converted("young", after=1) | {"created_at": datetime(2026, 2, 1, 9)}
    made = make_tables(staged_lead=[*leads, young, converted("at once", after=0)])
    build(made, "icp.field_outcome")
    build(made, "icp.lead_outcome", **OF_LEADS, horizon_days=30)

    assert made.execute("SELECT lead_id, is_won FROM icp.lead_outcome ORDER BY lead_id").fetchall() == [
        ("at once", True),
        ("late", False),
        ("never", False),
        ("soon", True),
    ]


def test_what_a_field_says_counts_once_its_lead_is_older_than_the_horizon():
    made = make_tables(
        raw_lead=[
            {"Id": f"00Q{day}", "Agreed__c": day < 29, "CreatedDate": datetime(2026, 1, day)}
            for day in (29, 28, 27)
        ]
    )
    outcome = OutcomeSettings(source=OutcomeSource.LEAD_FIELD, field="Agreed__c")
    build_field_outcomes(connection=made, outcome=outcome)
    parameters = {"now": NOW, "horizon_days": 31, "training_days": 1, "outcome_source": "lead_field"}

    build(made, "icp.lead_outcome", **parameters)
    assert made.execute("SELECT lead_id, known_at FROM icp.lead_outcome").fetchall() == [
        ("00Q28", datetime(2026, 3, 1))
    ]
    build(made, "icp.lead_outcome", **parameters | {"horizon_days": None, "now": "2026-01-29 01:00:00"})
    assert made.execute("SELECT lead_id, known_at FROM icp.lead_outcome").fetchall() == [
        ("00Q28", datetime(2026, 1, 29))
    ]


def test_the_horizon_of_leads_is_by_default_the_80th_percentile_of_their_days_to_conversion():
    days = [5, 10, 15, 20, 40]
    made = make_tables(staged_lead=[converted(f"lead {each}", after=each) for each in days])
    build(made, "icp.field_outcome")
    build(made, "icp.lead_outcome", **OF_LEADS, horizon_days=None)
    assert made.execute("SELECT DISTINCT horizon_days FROM icp.lead_outcome").fetchall() == [(24,)]

    made = make_tables(staged_lead=[converted("never")])
    build(made, "icp.field_outcome")
    build(made, "icp.lead_outcome", **OF_LEADS, horizon_days=None)
    assert made.execute("FROM icp.lead_outcome").fetchall() == []


@pytest.mark.parametrize(
    ("source", "taught"),
    [
        ("opportunity", ["person 006A"]),
        ("lead_conversion", ["person 00Q1"]),
        ("either", ["person 006A", "person 00Q1"]),
    ],
)
def test_deals_leads_or_both_teach_about_people(source, taught):
    made = make_tables(
        **deal_tables(deal("006A", 1, won_after=3)),
        staged_lead=[converted("00Q1", after=2)],
        raw_opportunity_contact_role=[role("1", "003A")],
        icp_person_profile=[{"person_id": "003A"}],
    )
    build_field_outcomes(connection=made, outcome=OPPORTUNITY)

    people = [each for each in lessons_of(made, outcome_source=source) if each[1] == "person"]
    assert [name for name, *_ in people] == taught


def field_outcomes(field, *leads):
    made = make_tables(raw_lead=[{"CreatedDate": datetime(2026, 1, 1)} | each for each in leads])
    outcome = OutcomeSettings(source=OutcomeSource.LEAD_FIELD, field=field)
    count = build_field_outcomes(connection=made, outcome=outcome)
    rows = made.execute("SELECT lead_id, is_won FROM icp.field_outcome ORDER BY lead_id").fetchall()
    assert count == len(rows)
    return rows


def test_a_text_field_of_the_lead_says_yes_or_no_in_many_words():
    assert field_outcomes(
        "Outcome__c",
        {"Id": "1", "Outcome__c": "Yes"},
        {"Id": "2", "Outcome__c": "no"},
        {"Id": "3", "Outcome__c": "Converted"},
        {"Id": "4", "Outcome__c": "LOST"},
        {"Id": "5", "Outcome__c": None},
        {"Id": "6", "Outcome__c": "perhaps", "IsDeleted": True},
    ) == [("1", True), ("2", False), ("3", True), ("4", False)]


def test_so_do_numbers_and_checkboxes():
    assert field_outcomes("Score__c", {"Id": "1", "Score__c": 1}, {"Id": "2", "Score__c": 0}) == [
        ("1", True),
        ("2", False),
    ]
    assert field_outcomes("Agreed__c", {"Id": "1", "Agreed__c": True}, {"Id": "2", "Agreed__c": False}) == [
        ("1", True),
        ("2", False),
    ]


def test_any_other_word_is_an_error_that_quotes_it():
    with pytest.raises(
        OutcomeFieldError, match=r"Lead\.Outcome__c, which holds 'perhaps' on 2 leads; expected yes or no"
    ):
        field_outcomes(
            "Outcome__c", {"Id": "1", "Outcome__c": "perhaps"}, {"Id": "2", "Outcome__c": "perhaps"}
        )


def test_a_field_that_the_org_lacks_is_an_error_with_the_remedy():
    with pytest.raises(
        OutcomeFieldError, match=r"Lead\.Won__c, which the org lacks or hides.*permission set"
    ):
        field_outcomes("Won__c")


def test_without_a_field_there_are_no_field_outcomes():
    assert build_field_outcomes(connection=make_tables(), outcome=OPPORTUNITY) == 0


def test_a_leads_account_is_that_of_its_first_email_where_it_is_older_than_the_lead():
    """The account that it was converted to would give the outcome away."""
    since = {"valid_from": datetime(2026, 2, 1)}
    ended = {"valid_from": datetime(2026, 1, 5), "valid_to": datetime(2026, 2, 1)}
    leads = {"00Q1": "a@new.com", "00Q2": "b@old.com", "00Q3": "c@gmail.com", "00Q4": "d@gmail.com"}
    made = make_tables(
        raw_lead=[
            {"Id": name, "Agreed__c": name == "00Q2", "Email": email, "CreatedDate": datetime(2026, 1, 5)}
            | (since if name == "00Q4" else {})
            for name, email in leads.items()
        ],
        history_lead_past=[{"Id": "00Q4", "Email": "d@old.com"} | ended],
        staged_account=[
            {"account_id": "001NEW", "created_at": datetime(2026, 1, 6)},
            {"account_id": "001OLD", "created_at": datetime(2026, 1, 4)},
        ],
        matched_email_address=[
            {"email": email, "company_domain": email.partition("@")[2]}
            for email in ("a@new.com", "b@old.com", "d@old.com")
        ],
        matched_domain_owner=[
            {"domain": "new.com", "account_id": "001NEW"},
            {"domain": "old.com", "account_id": "001OLD"},
        ],
    )
    build_field_outcomes(
        connection=made, outcome=OutcomeSettings(source=OutcomeSource.LEAD_FIELD, field="Agreed__c")
    )

    assert lessons_of(made, outcome_source="lead_field") == [
        ("person 00Q1", "person", "00Q1", None, False),
        ("person 00Q2", "person", "00Q2", "001OLD", True),
        ("person 00Q3", "person", "00Q3", None, False),
        ("person 00Q4", "person", "00Q4", "001OLD", False),
    ]


def test_the_profile_of_who_was_converted_or_deleted_stays_known():
    made = make_tables(
        matched_person=[
            {
                "person_id": "003A",
                "title": "Vice-President Sales",
                "owner_id": "005A",
                "email_kind": "corporate",
                "identity": "a@acme.com",
            },
            {"person_id": "003B", "identity": "003B", "owner_id": "005B"},
            {"person_id": "003C", "identity": "b@acme.com"},
        ],
        staged_lead=[
            {
                "lead_id": "00Q1",
                "title": "CEO",
                "email": "B@acme.com",
                "owner_id": "005A",
                "is_converted": True,
            },
            {"lead_id": "00Q2", "title": "CEO"},
            {"lead_id": "00Q3", "is_converted": True},
            {"lead_id": "00Q4", "is_converted": True},
        ],
        raw_contact=[{"Id": "003D", "Title": "Director, IT", "IsDeleted": True}],
        raw_lead=[
            {"Id": "00Q1", "Title": "CEO"},
            {"Id": "00Q5", "IsDeleted": True},
        ],
        matched_address_owner=[{"email_normalized": "b@acme.com", "person_id": "003C"}],
        matched_record_redirect=[
            {"record_id": "00Q3", "final_record_id": "003A"},
            {"record_id": "003D", "final_record_id": "003A"},
        ],
        matched_email_address=[
            {"email": "B@acme.com", "email_normalized": "b@acme.com", "email_kind": "corporate"}
        ],
        staged_user=[
            {"user_id": "005A", "name": "Ann Seller"},
            {"user_id": "005B", "name": "Ben Gone", "is_active": False},
        ],
    )
    build(made, "icp.job_title", "icp.person_profile")

    assert made.execute("FROM icp.person_profile ORDER BY person_id").fetchall() == [
        ("003A", "vice president", "sales", "corporate", "Ann Seller", "a@acme.com"),
        ("003B", None, None, None, None, "003B"),
        ("003C", None, None, None, None, "b@acme.com"),
        ("003D", "director", "IT", None, None, "a@acme.com"),
        ("00Q1", "executive", "general management", "corporate", "Ann Seller", "b@acme.com"),
        ("00Q3", None, None, None, None, "a@acme.com"),
        ("00Q4", None, None, None, None, "00Q4"),
        ("00Q5", None, None, None, None, "00Q5"),
    ]
