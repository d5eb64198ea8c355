import pytest

from sync_project.icp.features.building import list_signals
from sync_project.icp.features.signals import SignalFieldError, SignalNameError, Subject
from sync_project.settings.icp import EngagementSignals, FieldSignal, ProfileSignal
from sync_project.settings.load import load_settings
from sync_project_tests.icp.small_lessons import SETTINGS

TYPES = {
    ("Account", "Industry"): "picklist",
    ("Account", "NumberOfEmployees"): "int",
    ("Account", "Tier__c"): "string",
    ("Contact", "Birthdate"): "date",
    ("Contact", "Size__c"): "double",
    ("Lead", "Industry"): "picklist",
    ("Lead", "NumberOfEmployees"): "int",
    ("Lead", "Agreed__c"): "boolean",
}
NO_EVENTS = EngagementSignals(half_life_days=30, kinds=())


def signals_of(*fields, subject=Subject.PERSON, profile=(), engagement=NO_EVENTS, expected=frozenset()):
    settings = SETTINGS.model_copy(update={"fields": fields, "profile": profile, "engagement": engagement})
    return list_signals(subject, settings=settings, types=TYPES, expected=expected)


def field_expressions(*fields, **changes):
    return [each.expression for each in signals_of(*fields, **changes)][: len(fields)]


@pytest.mark.parametrize(
    ("field", "expression"),
    [
        pytest.param(
            {"account": "Industry", "lead": "Industry"},
            'coalesce(CAST(lead."Industry" AS VARCHAR), CAST(account."Industry" AS VARCHAR))',
            id="the person's own field comes before the account's",
        ),
        pytest.param(
            {"contact": "Size__c", "lead": "NumberOfEmployees", "account": "NumberOfEmployees"},
            'coalesce(CAST(contact."Size__c" AS DOUBLE), CAST(lead."NumberOfEmployees" AS DOUBLE), '
            'CAST(account."NumberOfEmployees" AS DOUBLE))',
            id="numbers of different types are numbers",
        ),
        pytest.param(
            {"account": "Tier__c", "lead": "NumberOfEmployees"},
            'coalesce(CAST(lead."NumberOfEmployees" AS VARCHAR), CAST(account."Tier__c" AS VARCHAR))',
            id="a number beside a text is a text",
        ),
        pytest.param({"lead": "Agreed__c"}, 'CAST(lead."Agreed__c" AS VARCHAR)', id="a checkbox is a text"),
    ],
)
def test_a_mapped_field_is_the_first_filled_one(field, expression):
    assert field_expressions(FieldSignal(name="x", label="X", **field)) == [expression]


def test_an_account_is_judged_by_its_own_fields_only():
    industry = FieldSignal(name="industry", label="Industry", account="Industry", lead="Industry")
    agreed = FieldSignal(name="agreed", label="Agreed", lead="Agreed__c")

    names = [each.name for each in signals_of(industry, agreed, subject=Subject.ACCOUNT)]

    assert names == ["industry", "account_events", "account_days_since_event"]


def test_a_field_that_the_org_lacks_is_named_with_the_remedy():
    with pytest.raises(
        SignalFieldError,
        match=r"Signal 'tier' reads Lead\.Tier__c, which the org lacks or hides.*by a permission set",
    ):
        signals_of(FieldSignal(name="tier", label="Tier", lead="Tier__c"))


def test_a_hidden_field_that_the_defaults_expect_is_left_out_of_the_signal():
    email = FieldSignal(name="email", label="Email", contact="Email", account="Industry")
    only_hidden = FieldSignal(name="phone", label="Phone", contact="Phone")
    expected = frozenset({("Contact", "Email"), ("Contact", "Phone")})

    assert field_expressions(email, only_hidden, expected=expected) == [
        'CAST(account."Industry" AS VARCHAR)',
        "CAST(NULL AS VARCHAR)",
    ]


def test_a_date_is_refused_with_what_to_map_instead():
    with pytest.raises(
        SignalFieldError, match=r"Contact\.Birthdate, a date field; .*a number of days instead"
    ):
        signals_of(FieldSignal(name="age", label="Age", contact="Birthdate"))


@pytest.mark.parametrize("name", ["events", "demo_count", "account_days_since_event", "as_of", "is_won"])
def test_a_name_that_is_taken_is_refused(name):
    engagement = EngagementSignals(half_life_days=30, kinds=("demo",))

    with pytest.raises(SignalNameError, match=f"Signal name '{name}' is taken: .*signals.fields"):
        signals_of(FieldSignal(name=name, label="X", account="Industry"), engagement=engagement)


def test_a_kind_listed_twice_is_refused():
    with pytest.raises(SignalNameError, match="demo_count' is taken"):
        signals_of(engagement=EngagementSignals(half_life_days=30, kinds=("demo", "demo")))


def test_signals_stand_in_the_order_of_the_settings_with_the_names_people_see():
    signals = signals_of(
        FieldSignal(name="industry", label="Industry", account="Industry"),
        profile=(ProfileSignal.SENIORITY,),
        engagement=EngagementSignals(half_life_days=30, kinds=("demo_request",)),
    )

    assert [(each.name, each.label, each.part_of) for each in signals] == [
        ("industry", "Industry", None),
        ("seniority", "Seniority", None),
        ("events", "Events lately", None),
        ("days_since_event", "Days since the last event", None),
        ("demo_request_count", "Demo request lately", "events"),
        ("account_events", "Company: Events lately", None),
        ("account_days_since_event", "Company: Days since the last event", None),
        ("account_demo_request_count", "Company: Demo request lately", "account_events"),
    ]


def test_owners_are_signals_where_the_settings_say_so_and_an_account_has_one_only():
    profile = (ProfileSignal.ASSIGNED_OWNER, ProfileSignal.ACCOUNT_OWNER, ProfileSignal.SENIORITY)

    def labels(subject):
        return [each.label for each in signals_of(subject=subject, profile=profile)][: len(profile)]

    assert labels(Subject.PERSON) == ["Assigned owner", "Account owner", "Seniority"]
    assert labels(Subject.ACCOUNT)[0] == "Account owner"
    assert not {"assigned_owner", "account_owner"} & set(load_settings(None).signals.profile)


def test_the_packaged_settings_look_at_the_company_and_the_title_under_names_of_their_own():
    settings = load_settings(None).signals
    read = frozenset(
        (name, field)
        for each in settings.fields
        for name, field in (("Account", each.account), ("Contact", each.contact), ("Lead", each.lead))
        if field
    )

    person, account = (
        {each.name for each in list_signals(subject, settings=settings, types={}, expected=read)}
        for subject in (Subject.PERSON, Subject.ACCOUNT)
    )
    firmographics = {"industry", "employees", "annual_revenue", "account_type", "country"}
    assert firmographics <= account
    assert firmographics | {"seniority", "function"} <= person
