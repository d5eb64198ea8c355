import pytest

from sync_project_tests.sandbox.soql.soql_org import ADA, ANN, DEAL, LEA, ask, columns_of, without_attributes


def test_a_reference_to_several_objects_shows_the_fields_of_name():
    result = ask("SELECT Name, Who.Name, Who.Type, What.Name FROM Task")

    assert without_attributes(result.records) == [
        {"Name": "Call", "Who": {"Name": "Ann", "Type": "Contact"}, "What": {"Name": "Acme"}},
        {"Name": "Mail", "Who": {"Name": "Lea", "Type": "Lead"}, "What": None},
        {"Name": "Note", "Who": None, "What": {"Name": "Deal"}},
    ]
    assert result.records[2]["What"]["attributes"] == {
        "type": "Name",
        "url": f"/services/data/v59.0/sobjects/Opportunity/{DEAL}",
    }


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("Who.Type = 'Lead'", ["Mail"]),
        ("Who.Name = 'ann'", ["Call"]),
        ("What.Type IN ('Opportunity')", ["Note"]),
    ],
)
def test_a_reference_to_several_objects_filters(where, names):
    assert [record["Name"] for record in ask(f"SELECT Name FROM Task WHERE {where}").records] == names


def test_typeof_picks_the_fields_by_the_kind_of_parent():
    result = ask("SELECT Name, TYPEOF Who WHEN Contact THEN Email, Account.Name END FROM Task")

    assert without_attributes(result.records) == [
        {"Name": "Call", "Who": {"Email": "ann@acme.com", "Account": {"Name": "Acme"}}},
        {"Name": "Mail", "Who": None},
        {"Name": "Note", "Who": None},
    ]


def test_typeof_has_an_else():
    result = ask("SELECT TYPEOF Who WHEN Contact THEN Id ELSE Name, Id END FROM Task")

    assert [without_attributes(record["Who"]) for record in result.records] == [
        {"Id": ANN},
        {"Name": "Lea", "Id": LEA},
        None,
    ]
    assert [record["Who"] and record["Who"]["attributes"]["type"] for record in result.records] == [
        "Contact",
        "Name",
        None,
    ]


def test_an_address_is_made_of_its_parts():
    result = ask("SELECT BillingAddress FROM Account LIMIT 2")

    assert without_attributes(result.records) == [
        {"BillingAddress": {"city": "Bern", "latitude": 46.9, "longitude": 7.4, "street": "1 Way"}},
        {"BillingAddress": None},
    ]


def test_labels_replace_values():
    result = ask("SELECT toLabel(Industry) FROM Account ORDER BY Name")

    assert [record["Industry"] for record in result.records] == [
        None,
        "Technology!",
        "Mining",
        "Banking!",
        "Banking!",
    ]


def test_a_label_may_have_an_alias_beside_the_value():
    assert without_attributes(
        ask("SELECT Industry, toLabel(Industry) shown FROM Account LIMIT 1").records
    ) == [{"Industry": "Technology", "shown": "Technology!"}]


@pytest.mark.parametrize(
    ("group", "columns"),
    [
        ("CUSTOM", "Tags__c Active__c Opens__c"),
        (
            "STANDARD",
            "Id Name IsDeleted Industry AnnualRevenue NumberOfEmployees Description BillingStreet "
            "BillingCity BillingLatitude BillingLongitude BillingAddress CreatedDate LastActivityDate "
            "OwnerId ParentId",
        ),
    ],
)
def test_fields_selects_a_group_of_the_visible_fields(group, columns):
    assert columns_of(f"SELECT FIELDS({group}) FROM Account LIMIT 200") == columns.split()


def test_fields_all_is_standard_and_custom():
    everything = set(columns_of("SELECT fields(all) FROM Account LIMIT 1"))

    assert everything == set(columns_of("SELECT FIELDS(STANDARD), FIELDS(CUSTOM) FROM Account LIMIT 1"))
    assert "Secret__c" not in everything


def test_an_owner_that_is_no_known_object_is_null():
    assert without_attributes(ask("SELECT Owner.Id FROM Lead").records) == [
        {"Owner": {"Id": ADA}},
        {"Owner": None},
    ]
