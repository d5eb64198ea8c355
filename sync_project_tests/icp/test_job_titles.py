import pytest

from sync_project_tests.icp.small_lessons import build, make_tables

TITLES = {
    "Co-Founder & CEO": ("executive", "general management"),
    "President": ("executive", "general management"),
    "Managing Director": ("director", "general management"),
    "Chief Operating Officer": ("executive", "operations"),
    "Chief Financial Officer": ("executive", "finance"),
    "CTO": ("executive", "engineering"),
    "SVP Marketing": ("vice president", "marketing"),
    "Vice President, Sales": ("vice president", "sales"),
    "Vice-President Engineering": ("vice president", "engineering"),
    "VP Supply Chain": ("vice president", "operations"),
    "Head of Sales": ("director", "sales"),
    "Director, IT": ("director", "IT"),
    "Head of Procurement": ("director", "operations"),
    "Team Lead": ("manager", "other"),
    "Product Manager": ("manager", "product"),
    "Production Manager": ("manager", "operations"),
    "Product Marketing Manager": ("manager", "marketing"),
    "Talent Acquisition Manager": ("manager", "HR"),
    "Account Manager": ("manager", "sales"),
    "Software Engineer": ("other", "engineering"),
    "Senior Accountant": ("other", "finance"),
    "General Counsel": ("other", "legal"),
    "Product Owner": ("other", "product"),
    "Assistant to the CEO": ("other", "other"),
    "Lead Engineer": ("other", "engineering"),
    "Sales Lead": ("manager", "sales"),
    "Senior VicePresident": ("vice president", "other"),
    "Leader of a band": ("other", "other"),
    "Limited edition curator": ("other", "other"),
    "Sachbearbeiter": ("other", "other"),
}


@pytest.fixture(scope="module")
def titles():
    """Those of people now, and those of before that only the history holds."""
    *now, past, changed = TITLES
    made = make_tables(
        matched_person=[{"person_id": title, "title": title} for title in [*now, " "]],
        history_contact_past=[{"Id": "003A", "Title": past}],
        staged_field_change=[
            {"field": "Title", "old_value": changed},
            {"field": "Industry", "old_value": "x"},
        ],
    )
    build(made, "icp.job_title")
    return {title: said for title, *said in made.execute("FROM icp.job_title").fetchall()}


@pytest.mark.parametrize("title", TITLES)
def test_a_title_says_how_senior_somebody_is_and_what_the_work_is(titles, title):
    assert tuple(titles[title]) == TITLES[title]


def test_every_title_is_there_once_past_ones_too(titles):
    assert set(titles) == set(TITLES)
